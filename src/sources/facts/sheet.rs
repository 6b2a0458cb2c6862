//! The inventory as the business reads it: every system with what is known of it and of its objects, from the loads and
//! from people. `written` makes files of it.

use rusqlite::Connection;

use super::{Claim, Estimate, Known, Side, WithoutCounterpart, claims, counterparts, estimate, known, rows_to_extract};
use crate::sources::store::catalog;
use crate::sources::survey::{self, Finding, Survey};
use crate::sources::{Inventory, Object, Source};
use crate::workspace::audit;

/// All systems. The same workspace makes the same sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub systems: Vec<System>,
    pub without_counterpart: Vec<WithoutCounterpart>,
    /// The moment that the newest load shows; `None` while nothing is loaded.
    pub as_of: Option<String>,
    /// What the numbers can be proved by.
    pub audit_head: String,
    pub inventory: Inventory,
}

/// One system with its objects.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    pub source: Source,
    pub known: Known,
    /// Loaded objects in their order, then those that are only known by name.
    pub claims: Vec<Claim>,
    /// By the stated limits, for the claimed rows where they are known.
    pub estimate: Option<Estimate>,
    /// What the detectors found in its objects, by the survey that is stored; `None` where there is none, or where it was
    /// made before the newest load.
    pub found: Option<Vec<Finding>>,
}

impl System {
    /// What is known of a source of the inventory.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of(conn: &Connection, source: &Source) -> rusqlite::Result<Self> {
        let survey = survey::stored(conn)?.filter(|survey| survey.fresh);
        Self::with(conn, source, survey.as_ref())
    }

    fn with(conn: &Connection, source: &Source, survey: Option<&Survey>) -> rusqlite::Result<Self> {
        let known = known(conn, &source.name)?;
        let is_own = |finding: &&Finding| source.objects.iter().any(|object| object.id == finding.object);
        let found = survey.map(|survey| survey.findings.iter().filter(is_own).cloned().collect());
        let claims = claims(source, &known.facts);
        let estimate = estimate(&known.facts.extraction, rows_to_extract(&claims));
        Ok(Self { source: source.clone(), known, claims, estimate, found })
    }

    /// A loaded object by its name.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.source.objects.iter().find(|object| object.name == name)
    }

    /// No file of it was loaded.
    #[must_use]
    pub fn has_no_load(&self) -> bool {
        self.source.objects.is_empty()
    }

    /// `creates, updates`; empty where nothing is known.
    #[must_use]
    pub fn verbs(&self, object: &str) -> Vec<(&'static str, &'static str)> {
        let Some(facts) = self.known.facts.objects.get(object) else { return Vec::new() };
        let all = [
            ("creates", facts.creates),
            ("updates", facts.updates),
            ("merges", facts.merges),
            ("deletes", facts.deletes),
        ];
        all.into_iter()
            .filter(|(_, does)| *does)
            .map(|(verb, _)| (self.known.mark_of_object(object, verb), verb))
            .collect()
    }
}

impl Sheet {
    /// Gathers the inventory.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn gather(conn: &Connection) -> rusqlite::Result<Self> {
        let inventory = catalog::inventory(conn)?;
        let survey = survey::stored(conn)?.filter(|survey| survey.fresh);
        let systems: Vec<System> = inventory
            .sources
            .iter()
            .map(|source| System::with(conn, source, survey.as_ref()))
            .collect::<Result<_, _>>()?;
        let pairs: Vec<_> = systems.iter().map(|system| (&system.source, &system.known.facts)).collect();
        let without_counterpart = counterparts::without_counterpart(&pairs);
        let all = inventory.sources.iter().flat_map(|source| &source.objects);
        let as_of = all.filter_map(Object::as_of).max().map(str::to_owned);
        Ok(Self { systems, without_counterpart, as_of, audit_head: audit::head(conn)?, inventory })
    }

    /// Systems of one side.
    pub fn of_side(&self, side: Side) -> impl Iterator<Item = &System> {
        self.systems.iter().filter(move |system| system.known.facts.side == side)
    }
}
