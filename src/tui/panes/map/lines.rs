//! The lines of one map as the screen shows them: every column of the object once, with what becomes of it, and every
//! required field that nothing feeds; with the state of each, and the sums that close. Pure: maps, suggestions and figures
//! in, lines out.

use super::super::super::msg::map::Overview;
use crate::mapping::coverage::FieldState;
use crate::mapping::figures::FieldFigures;
use crate::mapping::suggest::{Candidate, ColumnSuggestion, ObjectSuggestion};
use crate::mapping::{ColumnDecision, FieldRule, MapKey, ObjectMap};
use crate::model::{Entity, Field};
use crate::sources::Object;
use crate::tui::app::App;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Is<'a> {
    Rule(&'a FieldRule),
    Decided(&'a ColumnDecision),
    /// Another map of the object reads it, or decided it.
    Elsewhere(&'a FieldState),
    /// Nobody decided; this is proposed.
    Proposed(&'a Candidate),
    ProposedDrop(&'a str),
    Undecided,
    /// A field that nothing feeds.
    Unfed,
}

/// Whether a line is in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum State {
    /// So many records stand in the way of a rehearsal.
    Blocks(u64),
    /// The confidence, and whether it stands alone.
    Proposed(f64, bool),
    Open,
    Unfed,
    Reviewed {
        technical: bool,
        business: bool,
    },
    /// It is another map's.
    Elsewhere,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<'a> {
    /// Position of the first column that it reads.
    pub column: Option<usize>,
    /// All columns that it reads.
    pub from: Vec<&'a str>,
    /// The field of this map's entity.
    pub field: Option<&'a Field>,
    /// Its name, also where the model has it no more.
    pub field_name: Option<&'a str>,
    pub is: Is<'a>,
    pub state: State,
}

/// What a line is about, whatever comes before it: the first column, else the field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    pub column: Option<String>,
    pub field: Option<String>,
}

impl Line<'_> {
    /// What it is about.
    #[must_use]
    pub fn key(&self) -> LineKey {
        LineKey {
            column: self.from.first().map(|name| (*name).to_owned()),
            field: self.field_name.map(ToOwned::to_owned),
        }
    }

    /// Nobody decided it yet.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self.state, State::Proposed(..) | State::Open) || self.is == Is::Unfed
    }

    /// It is decided, and not reviewed twice.
    #[must_use]
    pub fn is_unreviewed(&self) -> bool {
        let reviews = match self.is {
            Is::Rule(rule) => [rule.technical.is_some(), rule.business.is_some()],
            Is::Decided(decision) => [decision.technical.is_some(), decision.business.is_some()],
            _ => return false,
        };
        reviews != [true, true]
    }

    /// Whether it is in order: decided, and nothing stands in the way.
    #[must_use]
    pub fn in_order(&self) -> bool {
        matches!(self.state, State::Reviewed { .. } | State::Elsewhere)
    }
}

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    #[default]
    All,
    Undecided,
    Blocking,
    Unreviewed,
}

impl Only {
    /// The next of them.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Undecided,
            Self::Undecided => Self::Blocking,
            Self::Blocking => Self::Unreviewed,
            Self::Unreviewed => Self::All,
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Undecided => "undecided",
            Self::Blocking => "blocking",
            Self::Unreviewed => "unreviewed",
        }
    }
}

/// Everything that the lines of a map are made of.
#[derive(Debug, Clone, Copy)]
pub struct Stuff<'a> {
    pub key: &'a MapKey,
    pub object: &'a Object,
    pub entity: Option<&'a Entity>,
    /// `None`: nothing is saved of it yet.
    pub map: Option<&'a ObjectMap>,
    pub suggested: Option<&'a ObjectSuggestion>,
    pub overview: &'a Overview,
    app: &'a App,
}

impl<'a> Stuff<'a> {
    /// What is known of a map; `None` while it was not brought, or if the object is gone.
    #[must_use]
    pub fn of(app: &'a App, key: &'a MapKey) -> Option<Self> {
        let overview = app.map.overview.as_deref()?;
        let mut objects = super::super::sources::objects(app.inventory.as_ref()?);
        let object = objects.find(|object| object.source_name == key.source && object.name == key.object)?;
        let entity = overview.model.iter().map(|standing| &standing.entity).find(|entity| entity.name == key.entity);
        let map = overview.maps.iter().map(|standing| &standing.map).find(|map| map.key == *key);
        let suggested = app.map.suggested.iter().flatten().find(|suggested| suggested.object == object.id.0);
        Some(Self { key, object, entity, map, suggested, overview, app })
    }

    /// What is proposed for a column.
    #[must_use]
    pub fn suggestion(&self, position: usize) -> Option<&'a ColumnSuggestion> {
        self.suggested?.columns.iter().find(|column| column.position == position)
    }

    /// The figures of a field.
    #[must_use]
    pub fn figures(&self, field: &str) -> Option<&'a FieldFigures> {
        self.app.map.figures.get(self.key)?.fields.get(field)
    }

    /// The position of a column.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.object.columns.iter().find(|column| column.name == name).map(|column| column.position)
    }

    /// How many records stand in the way at a field or a column.
    fn blocked(&self, column: Option<&str>, field: Option<&str>) -> u64 {
        let problems = self.overview.check.problems.iter().filter(|problem| {
            let here = problem.source == self.key.source && problem.object == self.key.object;
            let at_field = field.is_some_and(|field| problem.entity == self.key.entity && problem.field == field);
            let at_column = column.is_some_and(|column| problem.column == column && problem.field.is_empty());
            problem.blocks && here && (at_field || at_column)
        });
        // One record may have several faults; the worst is how many there are at least.
        problems.map(|problem| problem.count.max(1)).max().unwrap_or(0)
    }

    /// The lines, in the order of the entity (required first) or of the object's columns.
    #[must_use]
    pub fn lines(&self, by_source: bool) -> Vec<Line<'a>> {
        let empty: &'static ObjectMap = empty();
        let map = self.map.unwrap_or(empty);
        let mut lines = Vec::new();
        let mut fed: Vec<&str> = Vec::new();
        let mut read: Vec<&str> = Vec::new();
        for rule in &map.fields {
            let from: Vec<&str> = rule.from.iter().map(String::as_str).collect();
            let reviewed = State::Reviewed { technical: rule.technical.is_some(), business: rule.business.is_some() };
            fed.push(&rule.field);
            read.extend(&from);
            let counted = self.figures(&rule.field).map_or(0, |figures| figures.rejects);
            let blocked = self.blocked(None, Some(&rule.field)).max(counted);
            lines.push(Line {
                column: from.first().and_then(|name| self.position(name)),
                field: self.field(&rule.field),
                field_name: Some(&rule.field),
                from,
                is: Is::Rule(rule),
                state: if blocked > 0 { State::Blocks(blocked) } else { reviewed },
            });
        }
        let states = self.overview.coverage.get(&self.object.id).map_or(&[][..], Vec::as_slice);
        for column in &self.object.columns {
            let name = column.name.as_str();
            if read.contains(&name) {
                continue;
            }
            let decided = map.columns.iter().find(|decision| decision.column == name);
            let elsewhere = states.iter().find(|state| state.column == name && state.disposition.is_some());
            let proposed = self.suggestion(column.position);
            // What this entity can take counts before what another could take better.
            let candidate = proposed.and_then(|proposed| {
                let free = |candidate: &&Candidate| {
                    candidate.entity != self.key.entity || !fed.contains(&candidate.field.as_str())
                };
                let mut own = proposed.candidates.iter().filter(|candidate| candidate.entity == self.key.entity);
                own.find(free).or_else(|| proposed.candidates.iter().find(free))
            });
            let (is, state) = match (decided, elsewhere, candidate, proposed.and_then(|p| p.drop.as_deref())) {
                (Some(decision), ..) => {
                    let (technical, business) = (decision.technical.is_some(), decision.business.is_some());
                    (Is::Decided(decision), State::Reviewed { technical, business })
                }
                (_, Some(state), ..) => (Is::Elsewhere(state), State::Elsewhere),
                (.., Some(candidate), None) => {
                    let alone = proposed.is_some_and(|p| p.stands_alone && p.candidates.first() == Some(candidate));
                    (Is::Proposed(candidate), State::Proposed(candidate.confidence, alone))
                }
                (.., Some(why)) => (Is::ProposedDrop(why), State::Proposed(1.0, true)),
                _ => (Is::Undecided, State::Open),
            };
            let field_name = match is {
                Is::Proposed(candidate) if candidate.entity == self.key.entity => Some(candidate.field.as_str()),
                _ => None,
            };
            fed.extend(field_name);
            let blocked = self.blocked(Some(name), None);
            lines.push(Line {
                column: Some(column.position),
                from: vec![name],
                field: field_name.and_then(|name| self.field(name)),
                field_name,
                is,
                state: if blocked > 0 && decided.is_none() && is == Is::Undecided { State::Open } else { state },
            });
        }
        // A name in one column feeds several fields; each is a line of its own.
        for column in self.suggested.iter().flat_map(|suggested| &suggested.columns) {
            for candidate in &column.also {
                if candidate.entity != self.key.entity || fed.contains(&candidate.field.as_str()) {
                    continue;
                }
                if map.columns.iter().any(|decision| decision.column == column.column) {
                    continue;
                }
                fed.push(&candidate.field);
                lines.push(Line {
                    column: Some(column.position),
                    from: candidate.from.iter().map(String::as_str).collect(),
                    field: self.field(&candidate.field),
                    field_name: Some(&candidate.field),
                    is: Is::Proposed(candidate),
                    state: State::Proposed(candidate.confidence, true),
                });
            }
        }
        for field in self.entity.iter().flat_map(|entity| &entity.fields) {
            if field.required && !field.derived && !fed.contains(&field.name.as_str()) {
                lines.push(Line {
                    column: None,
                    from: Vec::new(),
                    field: Some(field),
                    field_name: Some(&field.name),
                    is: Is::Unfed,
                    state: State::Unfed,
                });
            }
        }
        let order = |line: &Line<'a>| {
            let at = line.field_name.and_then(|name| {
                let fields = &self.entity?.fields;
                let at = fields.iter().position(|field| field.name == name)?;
                Some((!fields[at].required, at))
            });
            let rank = match line.is {
                _ if at.is_some() => 0,
                Is::Rule(_) => 1,
                Is::Proposed(_) | Is::Undecided => 2,
                Is::Elsewhere(_) => 3,
                _ => 4,
            };
            (rank, at.unwrap_or((true, 0)), line.column.unwrap_or(usize::MAX))
        };
        if by_source {
            lines.sort_by_key(|line| (line.column.unwrap_or(usize::MAX), order(line)));
        } else {
            lines.sort_by_key(order);
        }
        lines
    }

    fn field(&self, name: &str) -> Option<&'a Field> {
        self.entity?.field(name)
    }

    /// The lines that are shown.
    #[must_use]
    pub fn shown(&self, by_source: bool, only: Only, filter: &str) -> Vec<Line<'a>> {
        let words = filter.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&words);
        let mut lines = self.lines(by_source);
        lines.retain(|line| {
            let kept = match only {
                Only::All => true,
                Only::Undecided => line.is_undecided(),
                Only::Blocking => matches!(line.state, State::Blocks(_) | State::Unfed),
                Only::Unreviewed => line.is_unreviewed(),
            };
            kept && (words.is_empty()
                || line.from.iter().any(|name| has(name))
                || line.field_name.is_some_and(has)
                || matches!(line.is, Is::Rule(rule) if has(&rule.rule.sentence(&rule.from))))
        });
        lines
    }

    /// Target fields with a rule, of all that can have one.
    #[must_use]
    pub fn filled(&self) -> (u64, u64) {
        let fields = self.entity.map_or(&[][..], |entity| entity.fields.as_slice());
        let all = fields.iter().filter(|field| !field.derived);
        let has = |field: &&Field| self.map.is_some_and(|map| map.fields.iter().any(|rule| rule.field == field.name));
        (all.clone().filter(has).count() as u64, all.count() as u64)
    }
}

fn empty() -> &'static ObjectMap {
    static EMPTY: std::sync::OnceLock<ObjectMap> = std::sync::OnceLock::new();
    EMPTY.get_or_init(ObjectMap::default)
}

/// What became of the columns of an object. `columns = mapped + archived + dropped + suggested + open`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    pub columns: u64,
    pub mapped: u64,
    pub archived: u64,
    pub dropped: u64,
    pub suggested: u64,
    pub open: u64,
    /// Decided columns with both reviews.
    pub reviewed: u64,
}

impl Sum {
    /// Decided columns.
    #[must_use]
    pub fn decided(&self) -> u64 {
        self.mapped + self.archived + self.dropped
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            columns: self.columns + other.columns,
            mapped: self.mapped + other.mapped,
            archived: self.archived + other.archived,
            dropped: self.dropped + other.dropped,
            suggested: self.suggested + other.suggested,
            open: self.open + other.open,
            reviewed: self.reviewed + other.reviewed,
        }
    }
}

/// The sum over the columns of an object.
#[must_use]
pub fn sum(object: &Object, states: &[FieldState], suggested: Option<&ObjectSuggestion>) -> Sum {
    use crate::mapping::map::Disposition;
    let mut sum = Sum { columns: object.columns.len() as u64, ..Sum::default() };
    for column in &object.columns {
        let state = states.iter().find(|state| state.position == column.position);
        match state.and_then(|state| state.disposition) {
            Some(Disposition::Archived) => sum.archived += 1,
            Some(Disposition::Dropped) => sum.dropped += 1,
            Some(_) => sum.mapped += 1,
            None => {
                let proposed = suggested.and_then(|s| s.columns.iter().find(|c| c.position == column.position));
                if proposed.is_some_and(|proposed| proposed.stands_alone || proposed.drop.is_some()) {
                    sum.suggested += 1;
                } else {
                    sum.open += 1;
                }
            }
        }
        if state.is_some_and(|state| state.technical && state.business && state.disposition.is_some()) {
            sum.reviewed += 1;
        }
    }
    sum
}
