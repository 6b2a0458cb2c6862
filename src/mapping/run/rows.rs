//! Rows as the compiled SELECT gave them, on their way to another thread: values end to end, without a text of their own.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::{Reject, TargetRow};
use crate::mapping::MappingError;
use crate::mapping::compile::Compiled;
use crate::workspace::Reader;

/// A batch of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Values of a row: key, record, fields, excluded, rejects.
    pub width: usize,
    pub recs: Vec<i64>,
    /// UTF-8, value after value.
    pub bytes: Vec<u8>,
    /// One for each value: 0 where there is none, else its bytes plus one.
    pub lengths: Vec<u32>,
}

impl Rows {
    /// Runs the SELECT of a map over a stretch.
    pub fn read(reader: &Reader, compiled: &Compiled, from: i64, to: i64) -> Result<Self, MappingError> {
        let explain = |error: rusqlite::Error| reader.explain(&error);
        let conn = reader.conn();
        let mut statement = conn.prepare_cached(&compiled.stretch_sql).map_err(explain)?;
        let mut rows = statement.query([from, to]).map_err(explain)?;
        let width = compiled.fields.len() + 4;
        let mut all = Self { width, ..Self::default() };
        while let Some(row) = rows.next().map_err(explain)? {
            all.push(conn, row, compiled.fields.len()).map_err(explain)?;
        }
        Ok(all)
    }

    fn push(&mut self, conn: &Connection, row: &Row<'_>, fields: usize) -> rusqlite::Result<()> {
        self.recs.push(row.get(2)?);
        for at in [0, 1].into_iter().chain(3..fields + 5) {
            self.push_value(conn, row.get_ref(at)?)?;
        }
        Ok(())
    }

    fn push_value(&mut self, conn: &Connection, value: ValueRef<'_>) -> rusqlite::Result<()> {
        let text = match value {
            ValueRef::Null => {
                self.lengths.push(0);
                return Ok(());
            }
            ValueRef::Text(text) | ValueRef::Blob(text) => text,
            // As SQLite itself writes numbers.
            ValueRef::Integer(number) => return self.push_text(number.to_string().as_bytes()),
            ValueRef::Real(number) => {
                let text: String =
                    conn.prepare_cached("SELECT CAST(?1 AS TEXT)")?.query_row([number], |row| row.get(0))?;
                return self.push_text(text.as_bytes());
            }
        };
        match simdutf8::basic::from_utf8(text) {
            Ok(_) => self.push_text(text),
            // Only an expression that works on bytes can make it; a text it has to be.
            Err(_) => self.push_text(String::from_utf8_lossy(text).as_bytes()),
        }
    }

    fn push_text(&mut self, text: &[u8]) -> rusqlite::Result<()> {
        let length = u32::try_from(text.len()).ok().and_then(|length| length.checked_add(1));
        self.lengths.push(length.ok_or(rusqlite::Error::InvalidQuery)?);
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// Each row: its number and its values.
    pub fn each<E>(&self, mut each: impl FnMut(i64, &[Option<&[u8]>]) -> Result<(), E>) -> Result<(), E> {
        let (mut start, mut values) = (0usize, Vec::with_capacity(self.width));
        for (rec, lengths) in self.recs.iter().zip(self.lengths.chunks_exact(self.width.max(1))) {
            values.clear();
            for length in lengths {
                values.push(length.checked_sub(1).and_then(|length| {
                    let value = self.bytes.get(start..start + length as usize);
                    start += length as usize;
                    value
                }));
            }
            each(*rec, &values)?;
        }
        Ok(())
    }

    pub fn target_rows(&self) -> Vec<TargetRow> {
        let text = |value: Option<&[u8]>| value.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let mut rows = Vec::with_capacity(self.recs.len());
        let filled: Result<(), std::convert::Infallible> = self.each(|rec, values| {
            let fields = self.width - 4;
            rows.push(TargetRow {
                key: text(values[0]),
                record: text(values[1]).unwrap_or_default(),
                rec,
                values: values[2..fields + 2].iter().map(|value| text(*value)).collect(),
                excluded: text(values[fields + 2]),
                rejects: rejects(values[fields + 3]),
            });
            Ok(())
        });
        let Ok(()) = filled;
        rows
    }
}

/// What a row could not convert, as the SELECT says it.
pub(in crate::mapping) fn rejects(json: Option<&[u8]>) -> Vec<Reject> {
    let Some(json) = json else { return Vec::new() };
    serde_json::from_slice(json).unwrap_or_else(|_| {
        // Never silently whole.
        vec![Reject { reason: String::from_utf8_lossy(json).into_owned(), ..Reject::default() }]
    })
}
