//! Counts what came of records, stretch by stretch, and adds stretches up in their order.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{FieldFigures, Figures, Reason};
use crate::mapping::compile::{CHANGED, Compiled, FILLED, MISSING};
use crate::mapping::run::rejects_of;

/// Reasons that are told of a field.
const MOST_REASONS: usize = 100;
/// Characters of an example.
const LONGEST: usize = 200;

/// What was counted so far.
#[derive(Debug, Clone)]
pub struct Tally {
    names: Vec<String>,
    figures: Figures,
    /// As `names`.
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Default)]
struct Field {
    figures: FieldFigures,
    /// Records, and the value of the first of them.
    reasons: BTreeMap<String, (u64, String)>,
}

impl Tally {
    pub fn new(fields: &[String]) -> Self {
        Self { names: fields.to_vec(), figures: Figures::default(), fields: vec![Field::default(); fields.len()] }
    }

    /// Counts the records of a stretch.
    pub fn read(&mut self, conn: &Connection, compiled: &Compiled, from: i64, to: i64) -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(&compiled.counting_sql)?;
        let mut rows = statement.query([from, to])?;
        let (excluded, rejects) = (3 + self.names.len(), 4 + self.names.len());
        while let Some(row) = rows.next()? {
            self.figures.records += 1;
            if !matches!(row.get_ref(excluded)?, rusqlite::types::ValueRef::Null) {
                self.figures.excluded += 1;
                continue;
            }
            let told = rejects_of(row.get_ref(rejects)?.as_bytes_or_null().unwrap_or(None));
            self.figures.rejected += u64::from(!told.is_empty());
            for (at, (name, field)) in self.names.iter().zip(&mut self.fields).enumerate() {
                let flags = row.get::<_, Option<i64>>(rejects + 1 + at)?.unwrap_or(0);
                let (is_missing, mut is_rejected) = (flags & MISSING != 0, false);
                for reject in told.iter().filter(|reject| reject.field == *name) {
                    is_rejected = true;
                    let example = || reject.value.as_deref().unwrap_or_default().chars().take(LONGEST).collect();
                    match field.reasons.get_mut(&reject.reason) {
                        Some((records, _)) => *records += 1,
                        None => {
                            field.reasons.insert(reject.reason.clone(), (1, example()));
                        }
                    }
                }
                // A required field that a policy rejects for want of a value holds nothing that could not be converted.
                let is_fault = is_rejected && !is_missing;
                let is_filled = flags & FILLED != 0 || is_fault;
                let figures = &mut field.figures;
                figures.filled += u64::from(is_filled);
                figures.empty += u64::from(!is_filled);
                figures.rejects += u64::from(is_fault);
                figures.converted += u64::from(is_filled && !is_fault);
                figures.changed += u64::from(is_filled && !is_fault && flags & CHANGED != 0);
                figures.missing += u64::from(is_missing);
            }
        }
        Ok(())
    }

    /// Adds what was counted of records behind these.
    pub fn add(&mut self, later: Self) {
        self.figures.records += later.figures.records;
        self.figures.excluded += later.figures.excluded;
        self.figures.rejected += later.figures.rejected;
        for (field, later) in self.fields.iter_mut().zip(later.fields) {
            let (all, more) = (&mut field.figures, later.figures);
            all.filled += more.filled;
            all.empty += more.empty;
            all.converted += more.converted;
            all.changed += more.changed;
            all.rejects += more.rejects;
            all.missing += more.missing;
            for (reason, (records, example)) in later.reasons {
                // The example of the first record stays.
                field.reasons.entry(reason).or_insert((0, example)).0 += records;
            }
        }
    }

    pub fn figures(self) -> Figures {
        let mut figures = self.figures;
        for (name, field) in self.names.into_iter().zip(self.fields) {
            let mut of = field.figures;
            let told = field.reasons.into_iter();
            of.reasons = told.map(|(reason, (records, example))| Reason { reason, records, example }).collect();
            // Those with as many records stay in the order of their words.
            of.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.records));
            of.reasons.truncate(MOST_REASONS);
            figures.fields.insert(name, of);
        }
        figures
    }
}
