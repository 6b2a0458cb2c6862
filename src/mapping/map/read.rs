//! Reads the document of a map: everything that is wrong in it, by key and line. What is right is taken even where
//! something else is wrong, so that a stored document of another version of this program can still be shown.

use std::collections::HashSet;

use toml::{Table, Value};

use super::words::{self, not_known};
use super::{ColumnDecision, Comment, FieldRule, MapKey, Mark, ObjectMap, Said};
use crate::definitions::document::{self, Fault, Places};
use crate::mapping::rule::{Rounding, Rule, SplitBy, ValueRow, ValueTarget};
use crate::model::{Missing, MissingPolicy};
use crate::values::shown::Shown;

/// A table on its way into a type: takes keys out, and says of what is left that nobody knows it.
pub(super) struct Reader<'a> {
    table: &'a Table,
    key: String,
    places: &'a Places,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table, places: &'a Places, faults: &'a mut Vec<Fault>) -> Self {
        Self { table, key: String::new(), places, faults }
    }

    fn below<'b>(&'b mut self, table: &'b Table, name: &str) -> Reader<'b> {
        let key = document::join(&self.key, name);
        Reader { table, key, places: self.places, faults: self.faults }
    }

    fn fault(&mut self, name: &str, message: impl Into<String>) {
        let key = if name.is_empty() { self.key.clone() } else { document::join(&self.key, name) };
        self.faults.push(Fault::at(&key, self.places, message));
    }

    /// Names every key that is not among the known ones.
    fn only(&mut self, known: &[&[&'static str]]) {
        let all: Vec<&'static str> = known.iter().flat_map(|list| list.iter().copied()).collect();
        let table = self.table;
        for name in table.keys().filter(|name| !all.contains(&name.as_str())) {
            self.fault(name, not_known("key", name, all.iter().copied()));
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.table.get(name)? {
            Value::String(text) => Some(text.clone()),
            // TOML knows dates by themselves; here they are texts.
            Value::Datetime(at) => Some(at.to_string()),
            _ => {
                self.fault(name, "a text in quotes is expected");
                None
            }
        }
    }

    fn text_or_empty(&mut self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// A text that must be there and say something.
    fn needed(&mut self, name: &str, what: &str) -> String {
        let before = self.faults.len();
        let text = self.text_or_empty(name);
        if text.trim().is_empty() && self.faults.len() == before {
            self.fault(name, format!("`{name}` is missing: {what}"));
        }
        text
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.table.get(name) {
            None => false,
            Some(Value::Boolean(yes)) => *yes,
            Some(_) => {
                self.fault(name, "true or false is expected");
                false
            }
        }
    }

    fn number(&mut self, name: &str, least: i64, most: i64, otherwise: i64) -> i64 {
        match self.table.get(name) {
            None => otherwise,
            Some(Value::Integer(number)) if (least..=most).contains(number) => *number,
            Some(_) => {
                self.fault(name, format!("a whole number from {least} to {most} is expected"));
                otherwise
            }
        }
    }

    fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let list = value.as_array().filter(|list| list.iter().all(Value::is_str));
        match list {
            Some(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => {
                self.fault(name, "a list of texts is expected: [\"one\", \"two\"]");
                Vec::new()
            }
        }
    }

    /// One of a list of words; with `-` and `_` as people type them.
    fn one_of(&mut self, name: &str, known: &[&'static str], otherwise: &'static str) -> &'static str {
        let Some(word) = self.text(name) else { return otherwise };
        match known.iter().find(|one| **one == word) {
            Some(one) => one,
            None => {
                self.fault(name, not_known("word", &word, known.iter().copied()));
                otherwise
            }
        }
    }

    fn table(&mut self, name: &str) -> Option<&'a Table> {
        let value = self.table.get(name)?;
        if value.as_table().is_none() {
            self.fault(name, "a table is expected: { by = \"…\", at = \"…\" }");
        }
        value.as_table()
    }

    /// A list of tables, each read by itself.
    fn each<T>(&mut self, name: &str, mut read: impl FnMut(&mut Reader<'_>, usize) -> Option<T>) -> Vec<T> {
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.fault(name, format!("a list of tables is expected: [[{name}]]"));
            return Vec::new();
        };
        let key = document::join(&self.key, name);
        let mut found = Vec::with_capacity(list.len());
        for (at, entry) in list.iter().enumerate() {
            let key = format!("{key}.{}", at + 1);
            match entry.as_table() {
                Some(table) => {
                    found.extend(read(&mut Reader { table, key, places: self.places, faults: self.faults }, at + 1));
                }
                None => self.faults.push(Fault::at(&key, self.places, "a table is expected")),
            }
        }
        found
    }

    fn mark(&mut self) -> Mark {
        Mark { by: self.text_or_empty("by"), at: self.text_or_empty("at") }
    }

    fn said(&mut self, name: &str) -> Option<Said> {
        let table = self.table(name)?;
        let mut inner = self.below(table, name);
        inner.only(&[&["by", "at", "of"]]);
        Some(Said { by: inner.text_or_empty("by"), at: inner.text_or_empty("at"), of: inner.text_or_empty("of") })
    }

    fn comments(&mut self) -> Vec<Comment> {
        self.each("comments", |entry, _| {
            entry.only(&[&["by", "at", "text"]]);
            Some(Comment {
                by: entry.text_or_empty("by"),
                at: entry.text_or_empty("at"),
                text: entry.text_or_empty("text"),
            })
        })
    }

    /// The whole document.
    pub(super) fn map(&mut self) -> ObjectMap {
        self.only(&[words::TOP]);
        let key = MapKey {
            source: self.needed("source", "the name of a source"),
            object: self.needed("object", "the name of an object of it"),
            entity: self.needed("entity", "the entity that it feeds"),
        };
        // With the number that each has in the document, whatever of the others cannot be read.
        let fields: Vec<(usize, FieldRule)> =
            self.each("fields", |entry, number| entry.field().map(|rule| (number, rule)));
        let columns: Vec<(usize, ColumnDecision)> =
            self.each("columns", |entry, number| entry.column().map(|decision| (number, decision)));
        self.twice(&fields, &columns);
        let map = ObjectMap {
            key,
            only_where: self.text_or_empty("only_where"),
            otherwise_excluded: self.text_or_empty("otherwise_excluded"),
            owner: self.text_or_empty("owner"),
            process: self.text_or_empty("process"),
            deduplication: self.text_or_empty("deduplication"),
            validation: self.text_or_empty("validation"),
            fields: fields.into_iter().map(|(_, rule)| rule).collect(),
            columns: columns.into_iter().map(|(_, decision)| decision).collect(),
        };
        if !map.only_where.trim().is_empty() && map.otherwise_excluded.trim().is_empty() {
            self.fault("otherwise_excluded", "`only_where` leaves records out: say here what for");
        }
        map
    }

    /// No field and no column is spoken of twice.
    fn twice(&mut self, fields: &[(usize, FieldRule)], columns: &[(usize, ColumnDecision)]) {
        for (at, (number, rule)) in fields.iter().enumerate() {
            if let Some((first, _)) = fields[..at].iter().find(|(_, earlier)| earlier.field == rule.field) {
                let message = format!("two rules for “{}”: the first is fields.{first}", Shown::of(&rule.field));
                self.fault_at(&format!("fields.{number}"), message);
            }
        }
        for (at, (number, decision)) in columns.iter().enumerate() {
            let name = Shown::of(&decision.column);
            let key = format!("columns.{number}");
            if columns[..at].iter().any(|(_, earlier)| earlier.column == decision.column) {
                self.fault_at(&key, format!("“{name}” is decided twice"));
            }
            if let Some((_, reader)) = fields.iter().find(|(_, rule)| rule.from.contains(&decision.column)) {
                self.fault_at(&key, format!("“{name}” is read by the rule of {}", Shown::of(&reader.field)));
            }
        }
    }

    fn fault_at(&mut self, key: &str, message: String) {
        self.faults.push(Fault::at(key, self.places, message));
    }

    fn field(&mut self) -> Option<FieldRule> {
        let entry = self;
        let word = entry.needed("rule", "one of copy, value map, date …");
        let known = words::RULES.contains(&word.as_str());
        if known {
            entry.only(&[words::FIELD, words::keys_of_rule(&word)]);
        } else if !word.trim().is_empty() {
            entry.fault("rule", not_known("rule", &word, words::RULES.iter().copied()));
        }
        let found = FieldRule {
            field: entry.needed("field", "the field of the entity that this rule fills"),
            from: entry.texts("from"),
            rule: if known { entry.rule(&word) } else { Rule::Copy },
            missing: entry.missing(),
            written: entry.mark(),
            comments: entry.comments(),
            technical: entry.said("technical"),
            business: entry.said("business"),
        };
        if known && let Err(message) = fitting_columns(&word, &found.from) {
            entry.fault("from", message);
        }
        (known && !found.field.trim().is_empty()).then_some(found)
    }

    fn missing(&mut self) -> Option<Missing> {
        let table = self.table("missing")?;
        let mut inner = self.below(table, "missing");
        inner.only(&[&["policy", "value"]]);
        let policy = match inner.one_of("policy", words::POLICIES, "undecided") {
            "default" => MissingPolicy::Default,
            "derive" => MissingPolicy::Derive,
            "reject" => MissingPolicy::Reject,
            "ask" => MissingPolicy::Ask,
            _ => MissingPolicy::Undecided,
        };
        let value = inner.text_or_empty("value");
        match policy {
            MissingPolicy::Default if value.is_empty() => inner.fault("value", "a default needs its value"),
            MissingPolicy::Derive if value.trim().is_empty() => inner.fault("value", "an expression is expected"),
            _ => {}
        }
        Some(Missing { policy, value })
    }

    fn column(&mut self) -> Option<ColumnDecision> {
        let entry = self;
        entry.only(&[words::COLUMN]);
        let (dropped, archived) = (entry.flag("dropped"), entry.flag("archived"));
        if dropped == archived {
            entry.fault("", "either `dropped = true` or `archived = true` is expected");
        }
        let archive_as =
            if archived { entry.one_of("archive_as", words::ARCHIVES, "").to_owned() } else { String::new() };
        if archived && !entry.table.contains_key("archive_as") {
            entry.fault("archive_as", format!("`archive_as` is missing: {}", words::ARCHIVES.join(", ")));
        }
        let found = ColumnDecision {
            column: entry.needed("column", "the column of the object"),
            archived,
            archive_as,
            reason: entry.needed("reason", "why it is not carried over"),
            written: entry.mark(),
            comments: entry.comments(),
            technical: entry.said("technical"),
            business: entry.said("business"),
        };
        (!found.column.is_empty()).then_some(found)
    }

    fn rule(&mut self, word: &str) -> Rule {
        match word {
            "constant" => {
                if !self.table.contains_key("value") {
                    self.fault("value", "`value` is missing: what every record gets");
                }
                Rule::Constant { value: self.text_or_empty("value") }
            }
            "value map" => self.value_map(),
            "first filled" => Rule::FirstFilled,
            "join" => Rule::Join { separator: self.text_or_empty("separator") },
            "split" => {
                let delimiter = self.text_or_empty("delimiter");
                if delimiter.is_empty() {
                    self.fault("delimiter", "`delimiter` is missing: what parts the value");
                }
                let part = self.number("part", i64::from(i32::MIN), i64::from(i32::MAX), 1);
                if part == 0 {
                    self.fault("part", "parts are counted from 1, or from -1 at the end");
                }
                Rule::Split { by: SplitBy::Delimiter { delimiter, part: i32::try_from(part).unwrap_or(1) } }
            }
            "person name" => {
                let part = self.part(words::PERSON_PARTS);
                Rule::Split { by: SplitBy::PersonName { part } }
            }
            "address" => {
                let part = self.part(words::ADDRESS_PARTS);
                // Within 0 and 100.
                let least_confidence = u8::try_from(self.number("at_least", 0, 100, 0)).unwrap_or(0);
                Rule::Split { by: SplitBy::Address { part, least_confidence } }
            }
            "date" => Rule::Date { format: self.needed("format", "`iso`, `day-first`, `%d/%m/%Y` …") },
            "date and time" => Rule::DateTime {
                format: self.needed("format", "`iso`, `day-first`, `%d/%m/%Y %H:%M` …"),
                zone: self.text_or_empty("zone"),
            },
            "number" => Rule::Number {
                decimal: self.decimal(),
                scale: u8::try_from(self.number("scale", 0, 18, 0)).unwrap_or(0),
                rounding: self.rounding(),
            },
            "money" => {
                let currency = self.text_or_empty("currency");
                if !currency.is_empty() && !is_code(&currency, 3) {
                    self.fault("currency", "a currency has three letters: EUR");
                }
                Rule::Money { decimal: self.decimal(), currency, rounding: self.rounding() }
            }
            "boolean" => {
                Rule::Boolean { yes: self.texts("yes"), no: self.texts("no"), turned_round: self.flag("turned_round") }
            }
            "phone" => {
                let country = self.text_or_empty("country");
                if !country.is_empty() && !is_code(&country, 2) {
                    self.fault("country", "a country has two letters: PL");
                }
                Rule::Phone { country }
            }
            "e-mail" => Rule::Email,
            "domain" => Rule::Domain { without_free_mail: self.flag("without_free_mail") },
            "url" => Rule::Url,
            "country" => Rule::Country,
            "language" => Rule::Language,
            "currency" => Rule::Currency,
            "owner" => Rule::Owner { list: self.needed("list", "the name of a list of users: `users`") },
            "reference" => Rule::Reference {
                entity: self.needed("entity", "the entity that is referred to"),
                source: self.needed("source", "the source of the object whose IDs these are"),
                object: self.needed("object", "the object whose IDs these are"),
            },
            "look up" => Rule::LookUp {
                source: self.needed("source", "the source of the object that is looked into"),
                object: self.needed("object", "the object that is looked into"),
                column: self.needed("column", "the column that is looked up"),
            },
            "expression" => Rule::Expression { sql: self.needed("sql", "a scalar expression over the columns") },
            _ => Rule::Copy,
        }
    }

    fn part(&mut self, known: &'static [&'static str]) -> String {
        if !self.table.contains_key("part") {
            self.fault("part", format!("`part` is missing: {}", known.join(", ")));
        }
        self.one_of("part", known, known[0]).to_owned()
    }

    fn decimal(&mut self) -> char {
        if self.one_of("decimal", &[".", ","], ".") == "," { ',' } else { '.' }
    }

    fn rounding(&mut self) -> Rounding {
        rounding_of(self.one_of("rounding", words::ROUNDINGS, "none"))
    }

    fn value_map(&mut self) -> Rule {
        let separator = self.text_or_empty("separator");
        let folded = self.flag("folded");
        let rows = self.each("values", |entry, _| {
            entry.only(&[&["value", "only_where", "to", "nothing", "exclude", "by", "at", "note"]]);
            if !entry.table.contains_key("value") {
                entry.fault("value", "`value` is missing: the source value as it is written; \"\" means no value");
            }
            let value = entry.text_or_empty("value");
            Some(ValueRow { value, only_where: entry.text_or_empty("only_where"), ..entry.value_row() })
        });
        let mut seen = HashSet::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            if !seen.insert((row.value.as_str(), row.only_where.as_str())) {
                let key = format!("{}.{}", document::join(&self.key, "values"), at + 1);
                self.fault_at(&key, format!("“{}” is mapped twice", Shown::of(&row.value)));
            }
        }
        let otherwise = self.table("otherwise").map(|table| {
            let mut inner = self.below(table, "otherwise");
            inner.only(&[&["to", "nothing", "exclude", "by", "at", "note"]]);
            inner.value_row()
        });
        Rule::ValueMap { rows, otherwise, separator, folded }
    }

    /// What a value becomes, by whom.
    fn value_row(&mut self) -> ValueRow {
        let said: Vec<&str> =
            ["to", "nothing", "exclude"].into_iter().filter(|name| self.table.contains_key(*name)).collect();
        let to = match said.as_slice() {
            ["to"] => ValueTarget::Value(self.text_or_empty("to")),
            ["nothing"] => {
                if !self.flag("nothing") {
                    self.fault("nothing", "`nothing = true` is expected, or the key is left out");
                }
                ValueTarget::Nothing
            }
            ["exclude"] => ValueTarget::Excluded(self.needed("exclude", "why the record is left out")),
            _ => {
                self.fault("", "exactly one of `to`, `nothing` and `exclude` is expected");
                ValueTarget::default()
            }
        };
        let Mark { by, at } = self.mark();
        ValueRow { to, by, at, note: self.text_or_empty("note"), ..ValueRow::default() }
    }
}

/// Whether a rule can read these columns; else what it wants.
pub(in crate::mapping) fn fitting_columns(word: &str, from: &[String]) -> Result<(), String> {
    let (least, most) = words::columns_of_rule(word);
    if from.iter().any(String::is_empty) {
        return Err("a column has no name".to_owned());
    }
    if (least..=most).contains(&from.len()) {
        return Ok(());
    }
    Err(match (least, most) {
        (_, 0) => format!("`{word}` reads no column"),
        (1, 1) => format!("`{word}` reads one column, here are {}", from.len()),
        (1, 2) => format!("`{word}` reads one column or two, here are {}", from.len()),
        _ => format!("`{word}` reads at least one column"),
    })
}

/// The way of rounding that a word names.
pub(in crate::mapping) fn rounding_of(word: &str) -> Rounding {
    match word {
        "half-up" => Rounding::HalfUp,
        "half-even" => Rounding::HalfEven,
        "down" => Rounding::Down,
        _ => Rounding::None,
    }
}

/// Capital letters, exactly that many.
pub(in crate::mapping) fn is_code(text: &str, letters: usize) -> bool {
    text.len() == letters && text.bytes().all(|b| b.is_ascii_uppercase())
}
