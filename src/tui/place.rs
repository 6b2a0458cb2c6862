//! The places of the workbench: what can have the keys. A place knows which scopes of actions are open in it and which
//! few actions its key line names. A new pane adds its places here and nowhere else in the dispatch.

use super::action::{self, Act, Scope};

/// A pane. Its digit is its number among the seven of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PaneId {
    #[default]
    Sources,
    Map,
    Lookup,
}

/// One tab of row 1.
#[derive(Debug, Clone, Copy)]
pub struct Pane {
    pub id: PaneId,
    pub digit: &'static str,
    pub name: &'static str,
    /// What opens it.
    pub act: Act,
}

/// The panes that exist, in order.
pub const PANES: &[Pane] = &[
    Pane { id: PaneId::Sources, digit: "1", name: "Sources", act: Act::Sources },
    Pane { id: PaneId::Map, digit: "2", name: "Map", act: Act::Mapping },
    Pane { id: PaneId::Lookup, digit: "5", name: "Lookup", act: Act::Lookup },
];

/// What has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Home,
    Sources,
    Object,
    Load,
    Records,
    Record,
    Quarantine,
    QuarantineRows,
    Chooser,
    ChooserList,
    Proposal,
    Progress,
    Lookup,
    Answer,
    Facts,
    Relations,
    Findings,
    Versions,
    Compare,
    Prompt,
    Help,
    Palette,
    Choice,
    Form,
    Jobs,
    Problem,
    // Figures and their rows
    Profile,
    Values,
    Rows,
    Dictionary,
    Columns,
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
}

macro_rules! stack {
    ($($scope:ident),*) => { &[$(Scope::$scope),*] };
}

const HOME: &[Scope] = stack![Home, Move, Everywhere];
const SOURCES: &[Scope] = stack![Sources, Move, Workspace, Everywhere];
const OBJECT: &[Scope] = stack![Object, Move, Workspace, Everywhere];
const LOAD: &[Scope] = stack![Load, Move, Workspace, Everywhere];
const RECORDS: &[Scope] = stack![Records, Move, Workspace, Everywhere];
const RECORD: &[Scope] = stack![Record, Move, Workspace, Everywhere];
const QUARANTINE: &[Scope] = stack![Quarantine, Move, Workspace, Everywhere];
const QUARANTINE_ROWS: &[Scope] = stack![QuarantineRows, Move, Workspace, Everywhere];
const CHOOSER: &[Scope] = stack![Chooser, Text];
const CHOOSER_LIST: &[Scope] = stack![ChooserList, Chooser, Text];
const PROPOSAL: &[Scope] = stack![Proposal, Move, Workspace, Everywhere];
const PROGRESS: &[Scope] = stack![Progress, Workspace, Everywhere];
const LOOKUP: &[Scope] = stack![Lookup, Text];
const ANSWER: &[Scope] = stack![Answer, Move, Workspace, Everywhere];
const FACTS: &[Scope] = stack![Facts, Move, Workspace, Everywhere];
const RELATIONS: &[Scope] = stack![Relations, Move, Workspace, Everywhere];
const FINDINGS: &[Scope] = stack![Findings, Move, Workspace, Everywhere];
const VERSIONS: &[Scope] = stack![Versions, Move, Workspace, Everywhere];
const COMPARE: &[Scope] = stack![Compare, Move, Workspace, Everywhere];
const PROMPT: &[Scope] = stack![Prompt, Text];
const PICKER: &[Scope] = stack![Picker, Text];
const CHOICE: &[Scope] = stack![Choice, Move, Everywhere];
const FORM: &[Scope] = stack![Form, Text];
const JOBS: &[Scope] = stack![Jobs, Move, Everywhere];
const PROBLEM: &[Scope] = stack![Problem, Move, Everywhere];

// Figures and their rows
const PROFILE: &[Scope] = stack![Profile, Move, Workspace, Everywhere];
const VALUES: &[Scope] = stack![Values, Move, Workspace, Everywhere];
const ROWS: &[Scope] = stack![Rows, Records, Move, Workspace, Everywhere];
const DICTIONARY: &[Scope] = stack![Dictionary, Move, Workspace, Everywhere];

// The map, the model, and what blocks
const MAPS: &[Scope] = stack![Maps, Move, Workspace, Everywhere];
const OBJECT_MAP: &[Scope] = stack![ObjectMap, Move, Workspace, Everywhere];
const RULE_TEXT: &[Scope] = stack![RuleText, Text];
const MAP_SQL: &[Scope] = stack![MapSql, Move, Workspace, Everywhere];
const MAP_WHY: &[Scope] = stack![MapWhy, Move, Workspace, Everywhere];
const MAP_HISTORY: &[Scope] = stack![MapHistory, Move, Workspace, Everywhere];
const VALUE_MAP: &[Scope] = stack![ValueMap, Move, Workspace, Everywhere];
const BLOCKS: &[Scope] = stack![Blocks, Move, Workspace, Everywhere];
const MODEL: &[Scope] = stack![Model, Move, Workspace, Everywhere];
const ENTITY: &[Scope] = stack![Entity, Move, Workspace, Everywhere];
const QUESTIONS: &[Scope] = stack![Questions, Move, Workspace, Everywhere];
const TRUTH: &[Scope] = stack![Truth, Move, Workspace, Everywhere];
const MODEL_HISTORY: &[Scope] = stack![ModelHistory, Move, Workspace, Everywhere];
const TARGETS: &[Scope] = stack![Targets, Move, Workspace, Everywhere];
const USERS: &[Scope] = stack![Users, Move, Workspace, Everywhere];

/// Every set of scopes that can be open together.
pub const STACKS: &[&[Scope]] = &[
    HOME,
    SOURCES,
    OBJECT,
    LOAD,
    RECORDS,
    RECORD,
    QUARANTINE,
    QUARANTINE_ROWS,
    CHOOSER,
    CHOOSER_LIST,
    PROPOSAL,
    PROGRESS,
    LOOKUP,
    ANSWER,
    FACTS,
    RELATIONS,
    FINDINGS,
    VERSIONS,
    COMPARE,
    PROMPT,
    PICKER,
    CHOICE,
    FORM,
    JOBS,
    PROBLEM,
    // Figures and their rows
    PROFILE,
    VALUES,
    ROWS,
    DICTIONARY,
    // The map, the model, and what blocks
    MAPS,
    OBJECT_MAP,
    RULE_TEXT,
    MAP_SQL,
    MAP_HISTORY,
    MAP_WHY,
    VALUE_MAP,
    BLOCKS,
    MODEL,
    ENTITY,
    QUESTIONS,
    TRUTH,
    MODEL_HISTORY,
    TARGETS,
    USERS,
];

impl Place {
    /// The scopes that are open, the nearest first.
    #[must_use]
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Home => HOME,
            Self::Sources => SOURCES,
            Self::Object => OBJECT,
            Self::Load => LOAD,
            Self::Records => RECORDS,
            Self::Record => RECORD,
            Self::Quarantine => QUARANTINE,
            Self::QuarantineRows => QUARANTINE_ROWS,
            Self::Chooser => CHOOSER,
            Self::ChooserList => CHOOSER_LIST,
            Self::Proposal => PROPOSAL,
            Self::Progress => PROGRESS,
            Self::Lookup => LOOKUP,
            Self::Answer => ANSWER,
            Self::Facts => FACTS,
            Self::Relations => RELATIONS,
            Self::Findings => FINDINGS,
            Self::Versions => VERSIONS,
            Self::Compare => COMPARE,
            Self::Prompt => PROMPT,
            Self::Help | Self::Palette => PICKER,
            Self::Choice => CHOICE,
            Self::Form => FORM,
            Self::Jobs => JOBS,
            Self::Problem => PROBLEM,
            // Figures and their rows
            Self::Profile => PROFILE,
            Self::Values => VALUES,
            Self::Rows => ROWS,
            Self::Dictionary => DICTIONARY,
            Self::Columns => PICKER,
            // The map, the model, and what blocks
            Self::Maps => MAPS,
            Self::ObjectMap => OBJECT_MAP,
            Self::RuleText => RULE_TEXT,
            Self::MapSql => MAP_SQL,
            Self::MapHistory => MAP_HISTORY,
            Self::MapWhy => MAP_WHY,
            Self::ValueMap => VALUE_MAP,
            Self::Blocks => BLOCKS,
            Self::Model => MODEL,
            Self::Entity => ENTITY,
            Self::Questions => QUESTIONS,
            Self::Truth => TRUTH,
            Self::ModelHistory => MODEL_HISTORY,
            Self::Targets => TARGETS,
            Self::Users => USERS,
        }
    }

    /// The actions that its key line names, most needed first.
    #[must_use]
    pub fn hints(self) -> &'static [Act] {
        match self {
            Self::Home => &[Act::Open, Act::Create, Act::OpenFile, Act::Demo, Act::Forget],
            Self::Sources => &[
                Act::Open,
                Act::Load,
                Act::Records,
                Act::Profile,
                Act::Facts,
                Act::Quarantine,
                Act::Filter,
                Act::Relations,
            ],
            Self::Object => {
                &[Act::Open, Act::Records, Act::Profile, Act::BreakDown, Act::Role, Act::TakeOut, Act::Back]
            }
            Self::Load => &[Act::Open, Act::Compare, Act::TakeOut, Act::Quarantine, Act::CopyCell, Act::Back],
            Self::Records => &[Act::Open, Act::BreakDown, Act::Like, Act::Sort, Act::Find, Act::CopyCell, Act::Back],
            Self::Record => &[
                Act::NextRecord,
                Act::PreviousRecord,
                Act::Versions,
                Act::Like,
                Act::CopyCell,
                Act::CopyRecord,
                Act::Back,
            ],
            Self::Quarantine => &[Act::Open, Act::Write, Act::Load, Act::CopyCell, Act::Back],
            Self::QuarantineRows => &[Act::Write, Act::CopyCell, Act::Back],
            Self::Chooser => &[Act::Open, Act::Complete, Act::Down, Act::Back],
            Self::ChooserList => &[Act::MarkFile, Act::Open, Act::Back],
            Self::Proposal => &[Act::Open, Act::Edit, Act::Back],
            Self::Progress => &[Act::Cancel, Act::Back],
            Self::Lookup => &[Act::Open, Act::Down, Act::CopyCell, Act::Back],
            Self::Facts => &[Act::Open, Act::Add, Act::Remove, Act::NextGroup, Act::Undo, Act::Back],
            Self::Relations => &[Act::Open, Act::Map, Act::Findings, Act::Cycles, Act::Survey, Act::Back],
            Self::Findings => &[Act::Open, Act::OnlyLook, Act::Right, Act::Relations, Act::Survey, Act::Back],
            Self::Versions => &[Act::Left, Act::Right, Act::Open, Act::CopyCell, Act::CopyRecord, Act::Back],
            Self::Compare => &[Act::Open, Act::Versions, Act::NextGroup, Act::CopyCell, Act::Back],
            Self::Answer => &[Act::CopyCell, Act::Open, Act::CopyRecord, Act::Back],
            Self::Prompt => &[Act::Open, Act::Back],
            Self::Help | Self::Palette | Self::Choice | Self::Form | Self::Jobs | Self::Problem => {
                &[Act::Open, Act::Back]
            }
            // Figures and their rows
            Self::Profile => {
                &[Act::DayFirst, Act::MonthFirst, Act::Open, Act::BreakDown, Act::NextColumn, Act::CopyCell, Act::Back]
            }
            Self::Values => &[Act::Open, Act::BreakDown, Act::Sort, Act::Find, Act::Write, Act::CopyCell, Act::Back],
            Self::Rows => &[Act::Open, Act::BreakDown, Act::Like, Act::Sort, Act::Find, Act::Write, Act::Back],
            Self::Dictionary => &[Act::Open, Act::Find, Act::BreakDown, Act::Write, Act::CopyCell, Act::Back],
            Self::Columns => &[Act::Open, Act::Back],
            // The map, the model, and what blocks
            Self::Maps | Self::ObjectMap | Self::RuleText | Self::MapSql | Self::MapHistory | Self::MapWhy => {
                action::mapping::hints(self)
            }
            Self::ValueMap
            | Self::Blocks
            | Self::Model
            | Self::Entity
            | Self::Questions
            | Self::Truth
            | Self::ModelHistory
            | Self::Targets
            | Self::Users => action::model::hints(self),
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.scopes().first().map_or("", |scope| scope.label())
    }

    /// Whether a text field has the keys: then all characters print.
    #[must_use]
    pub fn takes_text(self) -> bool {
        self.scopes().contains(&Scope::Text)
    }
}
