//! What is really so: which record is which person or company, which are tests, what was merged where, and every trap that
//! was planted. Written as CSV beside the exports, never inside them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::calendar::Day;
use super::table::Table;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Company,
    Person,
}

/// One export file with the facts that a reader must find in it.
pub struct Export {
    /// Folder of the system and file name.
    pub path: String,
    pub bytes: Vec<u8>,
    /// Rows after the header, quarantined ones too.
    pub rows: usize,
    /// Rows that cannot be records.
    pub quarantined: usize,
    pub encoding: &'static str,
    /// `comma`, `semicolon`, `NDJSON`, `NDJSON in gzip`, `XLSX`.
    pub format: &'static str,
    /// Line of the header; 0 for none.
    pub header_line: usize,
    pub as_of: Day,
    /// `full` or `delta`.
    pub extent: &'static str,
}

/// What happens to names all the time: counted, but not listed one by one.
#[rustfmt::skip]
const EVERYWHERE: [&str; 6] = ["accents lost", "company name variant", "given and family name swapped", "initial only", "nickname", "typing error in a name"];

#[derive(Default)]
pub struct Truth {
    who: BTreeMap<(String, Kind), String>,
    tests: BTreeMap<String, &'static str>,
    merged: BTreeSet<[String; 6]>,
    traps: BTreeMap<&'static str, Vec<[String; 3]>>,
    done: BTreeSet<&'static str>,
}

impl Truth {
    /// Record `key` is about the person or company `real_id`.
    pub fn is(&mut self, key: &str, kind: Kind, real_id: &str) {
        self.who.insert((key.to_owned(), kind), real_id.to_owned());
    }

    /// The row of `key` cannot be read, so there is no such record.
    pub fn no_record(&mut self, key: &str) {
        self.who.retain(|(known, _), _| known != key);
    }

    /// Record `key` is a test or internal record: no customer.
    pub fn test(&mut self, key: &str, why: &'static str) {
        self.tests.insert(key.to_owned(), why);
        self.trap(if why.starts_with("internal") { "internal staff" } else { "test record" }, key, why);
    }

    /// `losing` was merged into `winning` in its own system.
    pub fn merged(&mut self, source: &str, object: &str, losing: &str, winning: &str, at: &str, recorded: &str) {
        self.merged.insert([source, object, losing, winning, at, recorded].map(str::to_owned));
    }

    /// A trap of the kind `name` was planted at `key`.
    pub fn trap(&mut self, name: &'static str, key: &str, note: &str) {
        self.traps.entry(name).or_default().push([key.to_owned(), String::new(), note.to_owned()]);
    }

    /// A trap that lies in the world, between two people or companies, rather than in one record.
    pub fn world(&mut self, name: &'static str, first: &str, second: &str, note: &str) {
        self.traps.entry(name).or_default().push([first.to_owned(), second.to_owned(), note.to_owned()]);
    }

    /// True the first time that it is asked of `what`: for traps that stand in one place only.
    pub fn once(&mut self, what: &'static str) -> bool {
        self.done.insert(what)
    }

    /// Name, count and places of every kind of trap.
    pub fn counts(&self) -> Vec<(&'static str, usize, String)> {
        let place = |key: &str| match key.split_once('/') {
            Some((source, rest)) => format!("{source} {}", rest.split([' ', '/']).next().unwrap_or_default()),
            None => "in the world".to_owned(),
        };
        let tell = |(name, planted): (&&'static str, &Vec<[String; 3]>)| {
            let mut places: BTreeMap<String, usize> = BTreeMap::new();
            for [first, _, _] in planted {
                *places.entry(place(first)).or_default() += 1;
            }
            let places: Vec<String> = places.iter().map(|(place, count)| format!("{place} {count}")).collect();
            (*name, planted.len(), places.join(", "))
        };
        self.traps.iter().map(tell).collect()
    }

    /// How many different people and companies have a record.
    pub fn population(&self) -> (usize, usize) {
        let distinct = |kind: Kind| {
            let ids: BTreeSet<&String> = self.who.iter().filter(|((_, k), _)| *k == kind).map(|(_, id)| id).collect();
            ids.iter().filter(|id| id.starts_with("p-") || id.starts_with("c-")).count()
        };
        (distinct(Kind::Person), distinct(Kind::Company))
    }

    /// The truth as files.
    pub fn files(&self, exports: &[Export]) -> Vec<(String, Vec<u8>)> {
        let mut who = Table::plain(&["record_key", "kind", "real_id"]);
        for ((key, kind), real) in &self.who {
            who.row(&[key.as_str(), if *kind == Kind::Person { "person" } else { "company" }, real]);
        }
        let mut tests = Table::plain(&["record_key", "why"]);
        for (key, why) in &self.tests {
            tests.row(&[key.as_str(), why]);
        }
        let mut merged = Table::plain(&["source", "object", "losing_id", "winning_id", "at", "recorded_in"]);
        for row in &self.merged {
            merged.row(row);
        }
        let mut traps = Table::plain(&["trap", "where", "and", "note"]);
        for (name, planted) in self.traps.iter().filter(|(name, _)| !EVERYWHERE.contains(*name)) {
            for [first, second, note] in planted {
                traps.row(&[*name, first.as_str(), second.as_str(), note.as_str()]);
            }
        }
        [
            ("who-is-who.csv", who),
            ("tests.csv", tests),
            ("merged.csv", merged),
            ("traps.csv", traps),
            ("facts.csv", facts(exports)),
        ]
        .into_iter()
        .map(|(name, table)| (name.to_owned(), table.into_bytes()))
        .collect()
    }
}

fn facts(exports: &[Export]) -> Table {
    let mut table = Table::plain(&[
        "file",
        "format",
        "encoding",
        "header_line",
        "rows",
        "records",
        "quarantined",
        "extent",
        "as_of",
        "bytes",
        "sha256",
    ]);
    for export in exports {
        let digest: String = Sha256::digest(&export.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        table.row(&[
            export.path.clone(),
            export.format.to_owned(),
            export.encoding.to_owned(),
            export.header_line.to_string(),
            export.rows.to_string(),
            (export.rows - export.quarantined).to_string(),
            export.quarantined.to_string(),
            export.extent.to_owned(),
            super::calendar::iso(export.as_of),
            export.bytes.len().to_string(),
            digest,
        ]);
    }
    table
}
