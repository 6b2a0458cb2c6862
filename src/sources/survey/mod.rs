//! What stands between objects and what is odd in them: relations with their coverage, links across systems, findings of
//! the detectors. Made in one pass after loads, stored, and made again when a load came or went.

pub mod collect;
mod copies;
pub mod detect;
mod hierarchy;
mod keys;
mod links;
mod make;
mod pass;
mod people;
mod relate;
mod report;
pub mod rules;
mod subject;
mod wholes;

use rusqlite::Connection;

use self::rules::Rules;
use super::select::Selection;
use super::store::survey::{self as store, Kept};
use super::{ObjectId, Rec, SourcesError};
use crate::job::Job;
use crate::workspace::{Workspace, WorkspaceErrorKind};

/// A column whose values are IDs of records of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: i64,
    pub from: ObjectId,
    pub column: usize,
    pub column_name: String,
    /// `None`: the object that it names is not loaded.
    pub to: Option<ObjectId>,
    /// `Salesforce › Account`, or the name it gives itself where the object is not loaded.
    pub to_name: String,
    pub to_column: Option<usize>,
    pub filled: u64,
    /// Filled values that meet a record; `filled = met + orphans`.
    pub met: u64,
    /// Of `met`, those that name a record that the source merged away.
    pub merged_away: u64,
    pub orphans: u64,
    /// Records of `to` that are met by at least one.
    pub reached: u64,
    /// Within one object.
    pub hierarchy: Option<Hierarchy>,
    /// Why it is taken for one, as a sentence.
    pub because: String,
}

/// The shape of a relation of an object to itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hierarchy {
    /// Records by level, the roots first.
    pub levels: Vec<u64>,
    pub roots: u64,
    /// Records that point to themselves.
    pub to_itself: u64,
    /// Cycles of more than one record, and the records in them.
    pub cycles: u64,
    pub in_cycles: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkBy {
    Id,
    Email,
    Domain,
}

impl LinkBy {
    /// The word in JSON and in the workspace.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Domain => "domain",
        }
    }

    /// What a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "email" => Self::Email,
            "domain" => Self::Domain,
            _ => Self::Id,
        }
    }
}

/// How far the records of two sources can be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub by: LinkBy,
    pub left: ObjectId,
    pub left_column: usize,
    pub right: ObjectId,
    pub right_column: usize,
    /// Records with a value, and those whose value is on the other side.
    pub left_filled: u64,
    pub left_met: u64,
    pub right_filled: u64,
    pub right_met: u64,
}

/// What a detector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub id: i64,
    /// The detector: `shared_inbox`, `reused_email`, `placeholder`, `merged_in_source`, …
    pub kind: String,
    /// `shared inbox`: for lists.
    pub title: String,
    pub object: ObjectId,
    pub column: Option<usize>,
    pub column_name: Option<String>,
    /// Records found.
    pub records: u64,
    /// The rule that found them, as a sentence with its figures.
    pub rule: String,
    /// The most frequent values concerned, with counts.
    pub values: Vec<super::profile::Counted>,
}

/// Everything between and within the objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub relations: Vec<Relation>,
    pub links: Vec<Link>,
    pub findings: Vec<Finding>,
    /// Made over exactly the loads that are complete now.
    pub fresh: bool,
}

/// The survey as it is stored, with whether it is still true.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(conn: &Connection) -> rusqlite::Result<Option<Survey>> {
    let Some((mut survey, over)) = store::read(conn)? else { return Ok(None) };
    survey.fresh = over == store::made_over(conn, Rules::built_in().fingerprint)?;
    Ok(Some(survey))
}

/// Makes the survey, and stores it where the workspace can be written; the stored one if it is fresh.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn run(workspace: &Workspace, job: &Job) -> Result<Survey, SourcesError> {
    Ok(run_with_rows(workspace, job)?.survey)
}

/// A survey, with the records of its findings where it could not be stored.
#[derive(Debug)]
pub struct Surveyed {
    pub survey: Survey,
    /// In the order of the findings; empty where it is stored.
    kept: Vec<Kept>,
}

impl Surveyed {
    /// The records of a finding, in stored order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn rows_of(&self, conn: &Connection, finding: i64) -> rusqlite::Result<Vec<Rec>> {
        match self.kept.iter().find(|kept| kept.finding.id == finding) {
            None => store::rows_of(conn, finding),
            Some(kept) if kept.whole => {
                let stretches = super::store::catalog::Stretches::read(conn)?;
                Ok(store::Latest::of(conn, &stretches, kept.finding.object)?.recs().map(Rec).collect())
            }
            Some(kept) => Ok(kept.recs.to_vec().into_iter().map(Rec).collect()),
        }
    }

    /// The records whose value of a relation's column meets no record, in stored order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn orphans_of(&self, conn: &Connection, relation: i64) -> rusqlite::Result<Vec<Rec>> {
        match self.kept.iter().find(|kept| kept.relation == Some(relation)) {
            None => orphans_of(conn, relation),
            Some(kept) => Ok(kept.recs.to_vec().into_iter().map(Rec).collect()),
        }
    }

    /// A selection in which findings and orphans stand as their records, where this survey is not stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn resolve(&self, conn: &Connection, selection: Selection) -> rusqlite::Result<Selection> {
        if self.kept.is_empty() {
            return Ok(selection);
        }
        Ok(match selection {
            Selection::Finding(finding) => Selection::Among(self.rows_of(conn, finding)?),
            Selection::Orphans(relation) => Selection::Among(self.orphans_of(conn, relation)?),
            Selection::Both(one, other) => {
                Selection::Both(Box::new(self.resolve(conn, *one)?), Box::new(self.resolve(conn, *other)?))
            }
            other => other,
        })
    }
}

/// [`run`], keeping the records of the findings at hand where the workspace cannot be written: it is read-only, or
/// somebody else writes at length.
///
/// # Errors
/// As [`run`].
pub fn run_with_rows(workspace: &Workspace, job: &Job) -> Result<Surveyed, SourcesError> {
    let rules = Rules::built_in();
    let reader = workspace.reader()?;
    if let Some(survey) = stored(reader.conn())?.filter(|survey| survey.fresh) {
        return Ok(Surveyed { survey, kept: Vec::new() });
    }
    let began = std::time::Instant::now();
    let over = store::made_over(reader.conn(), rules.fingerprint)?;
    let made = make::make(reader.conn(), rules, job)?;
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    // A load that came meanwhile makes it stale; it is stored all the same, and says so.
    let fresh = over == store::made_over(reader.conn(), rules.fingerprint)?;
    let survey = Survey {
        relations: made.relations.clone(),
        links: made.links.clone(),
        findings: made.kept.iter().map(|kept| kept.finding.clone()).collect(),
        fresh,
    };
    let is_kept = fresh && keep(workspace, &made, over, millis, job)?;
    Ok(Surveyed { survey, kept: if is_kept { Vec::new() } else { made.kept } })
}

/// Stores a survey, in slices; false where the workspace cannot be written now.
fn keep(workspace: &Workspace, made: &make::Made, over: String, millis: u64, job: &Job) -> Result<bool, SourcesError> {
    if workspace.is_read_only() {
        return Ok(false);
    }
    let _lock = match workspace.write_at_length("storing the survey") {
        Ok(lock) => lock,
        Err(error) if error.kind == WorkspaceErrorKind::Busy => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let writer = workspace.writer()?;
    job.begin("storing the survey", 0);
    writer.transact(|tx| store::forget(tx))?;
    while writer.transact(|tx| store::clear_slice(tx))? {
        job.check()?;
    }
    // Orphans that are no finding stand under the number of their relation, negative.
    let orphans = made.orphans.iter().map(|(relation, recs)| (-relation, recs));
    let lists = made.kept.iter().map(|kept| (kept.finding.id, &kept.recs)).chain(orphans);
    for (id, recs) in lists.filter(|(_, recs)| !recs.is_empty()) {
        for (slice, pieces) in recs.pieces(store::PIECE).chunks(64).enumerate() {
            job.check()?;
            let pieces = pieces.to_vec();
            writer.transact(move |tx| store::write_pieces(tx, id, slice * 64, &pieces))?;
        }
    }
    let (relations, links, kept) = (made.relations.clone(), made.links.clone(), made.kept.clone());
    job.seal()?;
    let done = writer.transact(move |tx| store::complete(tx, &relations, &links, &kept, &over, millis));
    job.unseal();
    done?;
    Ok(true)
}

/// The records of a stored finding, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn rows_of(conn: &Connection, finding: i64) -> rusqlite::Result<Vec<Rec>> {
    store::rows_of(conn, finding)
}

/// The records whose value in a stored relation's column meets no record, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn orphans_of(conn: &Connection, relation: i64) -> rusqlite::Result<Vec<Rec>> {
    match store::finding_of_relation(conn, relation)? {
        Some(finding) => store::rows_of(conn, finding),
        None => store::pieces_of(conn, -relation),
    }
}

/// Where a column of an object points to, in words: by the survey if one is stored, else what its preset or header says.
#[must_use]
pub fn points_to(survey: Option<&Survey>, object: &super::Object, column: usize) -> Option<String> {
    let mut found = survey.iter().flat_map(|survey| &survey.relations);
    let found = found.find(|relation| relation.from == object.id && relation.column == column);
    let said = || object.columns.get(column).filter(|column| is_key(column.role))?.points_to.clone();
    found.map(|relation| relation.to_name.clone()).or_else(said)
}

fn is_key(role: super::ColumnRole) -> bool {
    matches!(role, super::ColumnRole::ForeignKey | super::ColumnRole::OtherId)
}
