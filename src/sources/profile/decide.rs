//! The order of day and month that a person decides for a column of dates whose values do not say it, or contradict each
//! other. Kept with who, when and what the values said then; audited; undo takes it back. Changes no value: reading dates
//! by it is the mapping's.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{DateEvidence, DateOrder};
use crate::sources::deeds::{self, Deed};
use crate::sources::store::catalog;
use crate::sources::{ObjectId, SourcesError};
use crate::values::format;
use crate::values::shown::Shown;
use crate::workspace::{Workspace, WorkspaceError, audit};

/// One decision as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub column: String,
    /// Day first or month first.
    pub order: DateOrder,
    pub who: String,
    /// RFC 3339 UTC.
    pub at: String,
    /// What the values said when it was decided.
    pub evidence: DateEvidence,
}

impl Decision {
    /// Filled values that are no date in this order, by the evidence of the decision.
    #[must_use]
    pub fn rejects(&self) -> u64 {
        rejects(&self.evidence, self.order)
    }
}

/// Filled values that would be no date if the order were decided like that.
#[must_use]
pub fn rejects(evidence: &DateEvidence, order: DateOrder) -> u64 {
    let other = match order {
        DateOrder::DayFirst => evidence.month_first,
        DateOrder::MonthFirst => evidence.day_first,
        DateOrder::YearFirst | DateOrder::Contradictory | DateOrder::Undecided => 0,
    };
    other.saturating_add(evidence.no_date)
}

/// What is needed to undo a decision and to do it again.
#[derive(Debug, Serialize, Deserialize)]
struct Detail {
    source: String,
    object: String,
    column: String,
    before: Option<Decision>,
    after: Option<Decision>,
}

fn word(order: DateOrder) -> Option<&'static str> {
    match order {
        DateOrder::DayFirst => Some("day_first"),
        DateOrder::MonthFirst => Some("month_first"),
        DateOrder::YearFirst | DateOrder::Contradictory | DateOrder::Undecided => None,
    }
}

fn words(order: DateOrder) -> &'static str {
    if order == DateOrder::MonthFirst { "month first" } else { "day first" }
}

const COLUMNS: &str = "column_name, date_order, who, at, evidence";

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let order: String = row.get(1)?;
    let evidence: String = row.get(4)?;
    Ok(Decision {
        column: row.get(0)?,
        order: if order == "month_first" { DateOrder::MonthFirst } else { DateOrder::DayFirst },
        who: row.get(2)?,
        at: row.get(3)?,
        evidence: serde_json::from_str(&evidence).unwrap_or_default(),
    })
}

/// The decisions for the columns of an object, by column name.
///
/// # Errors
/// If the database cannot be read, or there is no such object.
pub fn decisions(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<Decision>> {
    let (source, _, name) = catalog::object_names(conn, object.0)?;
    let sql = format!("SELECT {COLUMNS} FROM date_decision WHERE source = ?1 AND object = ?2 ORDER BY column_name");
    conn.prepare_cached(&sql)?.query_map([source, name], decision)?.collect()
}

/// Decides the order for a column, by whoever acts in this workspace, with what its values say now. Returns what was done,
/// as a sentence.
///
/// # Errors
/// If there is no such column, the order is neither day first nor month first, or the workspace cannot be written.
pub fn decide(
    workspace: &Workspace,
    object: ObjectId,
    column: usize,
    order: DateOrder,
    evidence: &DateEvidence,
) -> Result<String, SourcesError> {
    let reader = workspace.reader()?;
    let (source, _, name) = catalog::object_names(reader.conn(), object.0)?;
    let columns = catalog::columns_of(reader.conn(), object.0)?;
    let (Some(column), Some(_)) = (columns.get(column), word(order)) else {
        return Err(SourcesError::Refused {
            message: "There is no such column to decide for.".to_owned(),
            hint: "The object's profile lists its columns.".to_owned(),
        });
    };
    let sql = format!("SELECT {COLUMNS} FROM date_decision WHERE source = ?1 AND object = ?2 AND column_name = ?3");
    let before = reader.conn().query_row(&sql, params![source, name, column.name], decision).optional()?;
    let after = Decision {
        column: column.name.clone(),
        order,
        who: workspace.actor().to_owned(),
        at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        evidence: evidence.clone(),
    };
    let sentence = format!(
        "{}: {}; {} of its values {} no date then.",
        Shown::of(&column.name),
        words(order),
        match after.rejects() {
            0 => "none".to_owned(),
            rejects => format::thousands(rejects),
        },
        if after.rejects() <= 1 { "is" } else { "are" }
    );
    let detail = Detail { source, object: name, column: column.name.clone(), before, after: Some(after) };
    let json = serde_json::to_string(&detail).unwrap_or_default();
    put(workspace, detail, false, Some(json))?;
    Ok(sentence)
}

/// Undoes or redoes a decision. Returns what was done, as a sentence.
///
/// # Errors
/// If the workspace cannot be written.
pub(in crate::sources) fn apply_deed(workspace: &Workspace, deed: &Deed, undo: bool) -> Result<String, WorkspaceError> {
    let Ok(detail) = serde_json::from_str::<Detail>(&deed.detail) else {
        // Undo goes on past what cannot be read; the decision stands.
        return Ok("What was decided cannot be read and was left as it is.".to_owned());
    };
    let name = Shown::of(&detail.column).to_plain();
    let now = if undo { &detail.before } else { &detail.after };
    let sentence = match now {
        Some(decision) => format!("{name}: {}, as decided by {}.", words(decision.order), Shown::of(&decision.who)),
        None => format!("{name}: day or month first is not decided any more."),
    };
    put(workspace, detail, undo, None)?;
    Ok(sentence)
}

fn put(workspace: &Workspace, detail: Detail, undo: bool, deed: Option<String>) -> Result<(), WorkspaceError> {
    let actor = workspace.actor().to_owned();
    workspace.writer()?.transact(move |tx| {
        let (was, now) = if undo { (&detail.after, &detail.before) } else { (&detail.before, &detail.after) };
        store(tx, &detail, now.as_ref())?;
        let text = |decision: &Option<Decision>| decision.as_ref().map(|decision| words(decision.order));
        audit::append(
            tx,
            &audit::Entry {
                who: &actor,
                what: if undo { "took back the order of dates" } else { "decided the order of dates" },
                subject: &format!("{}/{}/{}", detail.source, detail.object, detail.column),
                before: text(was),
                after: text(now),
            },
        )?;
        match &deed {
            Some(deed) => deeds::record(tx, &actor, "dates", deed),
            None => Ok(()),
        }
    })
}

fn store(tx: &Transaction<'_>, detail: &Detail, now: Option<&Decision>) -> rusqlite::Result<()> {
    tx.execute(
        "DELETE FROM date_decision WHERE source = ?1 AND object = ?2 AND column_name = ?3",
        params![detail.source, detail.object, detail.column],
    )?;
    let Some((decision, order)) = now.and_then(|decision| Some((decision, word(decision.order)?))) else {
        return Ok(());
    };
    tx.execute(
        "INSERT INTO date_decision (source, object, column_name, date_order, who, at, evidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            detail.source,
            detail.object,
            detail.column,
            order,
            decision.who,
            decision.at,
            serde_json::to_string(&decision.evidence).unwrap_or_default()
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;
    use crate::sources::load::{self, LoadRequest};

    fn renewals() -> (tempfile::TempDir, Workspace, ObjectId) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("renewals.csv");
        std::fs::write(&file, "Account,Signed on\nBrightwater,23/09/2025\nFjord,09/24/2025\nOstra,01/02/2025\n")
            .unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        let mut request = LoadRequest { files: vec![file], ..LoadRequest::default() };
        load::load(&workspace, &mut request, &Job::new()).unwrap();
        let object = catalog::inventory(workspace.reader().unwrap().conn()).unwrap().sources[0].objects[0].id;
        (folder, workspace, object)
    }

    fn evidence() -> DateEvidence {
        DateEvidence { day_first: 1, month_first: 1, either: 1, ..DateEvidence::default() }
    }

    #[test]
    fn a_decision_keeps_who_when_and_what_the_values_said() {
        let (_folder, workspace, object) = renewals();
        let told = decide(&workspace, object, 1, DateOrder::DayFirst, &evidence()).unwrap();
        assert_eq!(told, "Signed on: day first; 1 of its values is no date then.");
        let kept = decisions(workspace.reader().unwrap().conn(), object).unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].order, kept[0].who.as_str()), (DateOrder::DayFirst, "mira"));
        assert_eq!((kept[0].evidence.clone(), kept[0].rejects()), (evidence(), 1));
    }

    #[test]
    fn undo_takes_a_decision_back_and_redo_decides_again() {
        let (_folder, workspace, object) = renewals();
        let now = |workspace: &Workspace| {
            let kept = decisions(workspace.reader().unwrap().conn(), object).unwrap();
            kept.first().map(|decision| decision.order)
        };
        decide(&workspace, object, 1, DateOrder::DayFirst, &evidence()).unwrap();
        decide(&workspace, object, 1, DateOrder::MonthFirst, &evidence()).unwrap();
        let undone = load::undo(&workspace, &Job::new()).unwrap().unwrap();
        assert_eq!(undone.sentence, "Signed on: day first, as decided by mira.");
        assert_eq!(now(&workspace), Some(DateOrder::DayFirst));
        let undone = load::undo(&workspace, &Job::new()).unwrap().unwrap();
        assert_eq!(undone.sentence, "Signed on: day or month first is not decided any more.");
        assert_eq!(now(&workspace), None);
        load::redo(&workspace, &Job::new()).unwrap();
        assert_eq!(now(&workspace), Some(DateOrder::DayFirst));
    }

    #[test]
    fn a_column_that_is_not_there_is_refused() {
        let (_folder, workspace, object) = renewals();
        assert!(decide(&workspace, object, 9, DateOrder::DayFirst, &evidence()).is_err());
        assert!(decide(&workspace, object, 1, DateOrder::Undecided, &evidence()).is_err());
        assert!(decisions(workspace.reader().unwrap().conn(), object).unwrap().is_empty());
    }
}
