//! Where actions work and what they are for: the first and the last column of their table.

/// Where an action works. Several scopes are open at once: those of the pane part that has the keys, then the wider ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Every place without a text field.
    Everywhere,
    /// Every place while a workspace is open, text fields left out.
    Workspace,
    /// Lists and tables.
    Move,
    /// Every text field.
    Text,
    Home,
    Sources,
    Object,
    Load,
    Records,
    /// A question for a line of text in the message row.
    Prompt,
    Record,
    Quarantine,
    QuarantineRows,
    Chooser,
    ChooserList,
    Proposal,
    Progress,
    Lookup,
    Answer,
    // What is known of systems, and between objects
    Facts,
    Relations,
    Findings,
    Versions,
    Compare,
    // Figures and their rows
    Profile,
    Values,
    /// Records that were selected by what they hold.
    Rows,
    Dictionary,
    // The map
    Maps,
    ObjectMap,
    RuleText,
    MapSql,
    MapHistory,
    MapWhy,
    // The model, and what blocks
    ValueMap,
    Blocks,
    Model,
    Entity,
    Questions,
    Truth,
    ModelHistory,
    Targets,
    Users,
    /// A list over the pane that is filtered by typing: help, palette.
    Picker,
    /// A list over the pane that is not.
    Choice,
    Form,
    Jobs,
    Problem,
}

impl Scope {
    /// All scopes, in the order of the keys file.
    pub const ALL: [Self; 48] = [
        Self::Everywhere,
        Self::Workspace,
        Self::Move,
        Self::Text,
        Self::Home,
        Self::Sources,
        Self::Object,
        Self::Load,
        Self::Records,
        Self::Prompt,
        Self::Record,
        Self::Quarantine,
        Self::QuarantineRows,
        Self::Chooser,
        Self::ChooserList,
        Self::Proposal,
        Self::Progress,
        Self::Lookup,
        Self::Answer,
        Self::Facts,
        Self::Relations,
        Self::Findings,
        Self::Versions,
        Self::Compare,
        Self::Profile,
        Self::Values,
        Self::Rows,
        Self::Dictionary,
        Self::Maps,
        Self::ObjectMap,
        Self::RuleText,
        Self::MapSql,
        Self::MapHistory,
        Self::MapWhy,
        Self::ValueMap,
        Self::Blocks,
        Self::Model,
        Self::Entity,
        Self::Questions,
        Self::Truth,
        Self::ModelHistory,
        Self::Targets,
        Self::Users,
        Self::Picker,
        Self::Choice,
        Self::Form,
        Self::Jobs,
        Self::Problem,
    ];

    /// Its table in a keys file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Workspace => "workspace",
            Self::Move => "move",
            Self::Text => "text",
            Self::Home => "home",
            Self::Sources => "sources",
            Self::Object => "object",
            Self::Load => "load",
            Self::Records => "records",
            Self::Prompt => "prompt",
            Self::Record => "record",
            Self::Quarantine => "quarantine",
            Self::QuarantineRows => "quarantine-rows",
            Self::Chooser => "chooser",
            Self::ChooserList => "chooser-list",
            Self::Proposal => "proposal",
            Self::Progress => "progress",
            Self::Lookup => "lookup",
            Self::Answer => "answer",
            Self::Facts => "facts",
            Self::Relations => "relations",
            Self::Findings => "findings",
            Self::Versions => "versions",
            Self::Compare => "compare",
            Self::Profile => "profile",
            Self::Values => "values",
            Self::Rows => "rows",
            Self::Dictionary => "dictionary",
            Self::Maps => "maps",
            Self::ObjectMap => "object-map",
            Self::RuleText => "rule",
            Self::MapSql => "map-sql",
            Self::MapHistory => "map-history",
            Self::MapWhy => "map-why",
            Self::ValueMap => "value-map",
            Self::Blocks => "blocks",
            Self::Model => "model",
            Self::Entity => "entity",
            Self::Questions => "questions",
            Self::Truth => "truth",
            Self::ModelHistory => "model-history",
            Self::Targets => "targets",
            Self::Users => "users",
            Self::Picker => "picker",
            Self::Choice => "choice",
            Self::Form => "form",
            Self::Jobs => "jobs",
            Self::Problem => "problem",
        }
    }

    /// What people call the place.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Everywhere | Self::Workspace => "Everywhere",
            Self::Move => "Lists",
            Self::Text => "Text fields",
            Self::Home => "Home",
            Self::Sources => "Sources",
            Self::Object => "Sources › object",
            Self::Load => "Sources › load",
            Self::Records => "Sources › records",
            Self::Prompt => "Question",
            Self::Record => "Source record",
            Self::Quarantine => "Sources › quarantine",
            Self::QuarantineRows => "Sources › quarantined rows",
            Self::Chooser | Self::ChooserList => "Sources › choose files",
            Self::Proposal => "Sources › before loading",
            Self::Progress => "Sources › loading",
            Self::Lookup => "Lookup",
            Self::Answer => "Lookup › answer",
            Self::Facts => "Sources › what is known",
            Self::Relations => "Sources › relations",
            Self::Findings => "Sources › known gaps",
            Self::Versions => "Sources › versions",
            Self::Compare => "Sources › two loads",
            Self::Profile => "Sources › profile",
            Self::Values => "Sources › values",
            Self::Rows => "Sources › selected records",
            Self::Dictionary => "Sources › data dictionary",
            Self::Maps => "Map",
            Self::ObjectMap => "Map › object",
            Self::RuleText => "Map › rule",
            Self::MapSql => "Map › SQL",
            Self::MapHistory => "Map › history",
            Self::MapWhy => "Map › why",
            Self::ValueMap => "Map › values",
            Self::Blocks => "Map › what blocks",
            Self::Model => "Map › model",
            Self::Entity => "Map › entity",
            Self::Questions => "Map › questions",
            Self::Truth => "Map › source of truth",
            Self::ModelHistory => "Map › versions of an entity",
            Self::Targets => "Map › targets",
            Self::Users => "Map › users",
            Self::Picker | Self::Choice | Self::Form => "Choices",
            Self::Jobs => "Jobs",
            Self::Problem => "Problem",
        }
    }
}

/// What an action is for; the help is grouped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    Open,
    Act,
    Look,
    TakeBack,
    Move,
    Everywhere,
    Edit,
}

impl Group {
    /// Its heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Act => "Do",
            Self::Look => "Look",
            Self::TakeBack => "Take back",
            Self::Move => "Move",
            Self::Everywhere => "Everywhere",
            Self::Edit => "Edit",
        }
    }
}
