//! Writes a map as a document that people can read and edit: the same map is always the same text.

use super::{ColumnDecision, Comment, FieldRule, ObjectMap, Said};
use crate::definitions::document::quoted;
use crate::mapping::rule::{Rounding, Rule, SplitBy, ValueRow, ValueTarget};
use crate::model::{Missing, MissingPolicy};

struct Lines(String);

impl Lines {
    fn text(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!("{name} = {}\n", quoted(value)));
    }

    /// Nothing where there is nothing to say.
    fn text_if(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    fn texts_if(&mut self, name: &str, values: &[String]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            self.0.push_str(&format!("{name} = [{}]\n", values.join(", ")));
        }
    }

    fn flag_if(&mut self, name: &str, yes: bool) {
        if yes {
            self.0.push_str(&format!("{name} = true\n"));
        }
    }

    fn number(&mut self, name: &str, number: i64) {
        self.0.push_str(&format!("{name} = {number}\n"));
    }

    fn said(&mut self, name: &str, said: Option<&Said>) {
        if let Some(Said { by, at, of }) = said {
            let (by, at, of) = (quoted(by), quoted(at), quoted(of));
            self.0.push_str(&format!("{name} = {{ by = {by}, at = {at}, of = {of} }}\n"));
        }
    }

    fn comments(&mut self, above: &str, comments: &[Comment]) {
        for comment in comments {
            self.0.push_str(&format!("\n[[{above}.comments]]\n"));
            self.text("text", &comment.text);
            self.text_if("by", &comment.by);
            self.text_if("at", &comment.at);
        }
    }

    fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::Copy
            | Rule::FirstFilled
            | Rule::Email
            | Rule::Url
            | Rule::Country
            | Rule::Language
            | Rule::Currency => {}
            Rule::Constant { value } => self.text("value", value),
            Rule::ValueMap { otherwise, separator, folded, rows: _ } => {
                self.text_if("separator", separator);
                self.flag_if("folded", *folded);
                if let Some(row) = otherwise {
                    self.0.push_str(&format!("otherwise = {{ {} }}\n", value_row(row).join(", ")));
                }
            }
            Rule::Join { separator } => self.text("separator", separator),
            Rule::Split { by: SplitBy::Delimiter { delimiter, part } } => {
                self.text("delimiter", delimiter);
                self.number("part", i64::from(*part));
            }
            Rule::Split { by: SplitBy::PersonName { part } } => self.text("part", part),
            Rule::Split { by: SplitBy::Address { part, least_confidence } } => {
                self.text("part", part);
                self.number("at_least", i64::from(*least_confidence));
            }
            Rule::Date { format } => self.text("format", format),
            Rule::DateTime { format, zone } => {
                self.text("format", format);
                self.text_if("zone", zone);
            }
            Rule::Number { decimal, scale, rounding } => {
                self.text("decimal", decimal.encode_utf8(&mut [0; 4]));
                self.number("scale", i64::from(*scale));
                self.text("rounding", rounding_word(*rounding));
            }
            Rule::Money { decimal, currency, rounding } => {
                self.text("decimal", decimal.encode_utf8(&mut [0; 4]));
                self.text_if("currency", currency);
                self.text("rounding", rounding_word(*rounding));
            }
            Rule::Boolean { yes, no, turned_round } => {
                self.texts_if("yes", yes);
                self.texts_if("no", no);
                self.flag_if("turned_round", *turned_round);
            }
            Rule::Phone { country } => self.text_if("country", country),
            Rule::Domain { without_free_mail } => self.flag_if("without_free_mail", *without_free_mail),
            Rule::Owner { list } => self.text("list", list),
            Rule::Reference { entity, source, object } => {
                self.text("entity", entity);
                self.text("source", source);
                self.text("object", object);
            }
            Rule::LookUp { source, object, column } => {
                self.text("source", source);
                self.text("object", object);
                self.text("column", column);
            }
            Rule::Expression { sql } => self.text("sql", sql),
        }
    }

    fn field(&mut self, rule: &FieldRule) {
        self.0.push_str("\n[[fields]]\n");
        self.text("field", &rule.field);
        self.texts_if("from", &rule.from);
        self.text("rule", rule.rule.word());
        self.rule(&rule.rule);
        if let Some(Missing { policy, value }) = &rule.missing {
            let value = if value.is_empty() { String::new() } else { format!(", value = {}", quoted(value)) };
            self.0.push_str(&format!("missing = {{ policy = {}{value} }}\n", quoted(policy_word(*policy))));
        }
        self.text_if("by", &rule.written.by);
        self.text_if("at", &rule.written.at);
        self.said("technical", rule.technical.as_ref());
        self.said("business", rule.business.as_ref());
        if let Rule::ValueMap { rows, .. } = &rule.rule {
            for row in rows {
                self.0.push_str("\n[[fields.values]]\n");
                self.text("value", &row.value);
                for line in value_row(row) {
                    self.0.push_str(&line);
                    self.0.push('\n');
                }
                self.text_if("only_where", &row.only_where);
            }
        }
        self.comments("fields", &rule.comments);
    }

    fn column(&mut self, decision: &ColumnDecision) {
        self.0.push_str("\n[[columns]]\n");
        self.text("column", &decision.column);
        self.flag_if("dropped", !decision.archived);
        self.flag_if("archived", decision.archived);
        self.text_if("archive_as", &decision.archive_as);
        self.text("reason", &decision.reason);
        self.text_if("by", &decision.written.by);
        self.text_if("at", &decision.written.at);
        self.said("technical", decision.technical.as_ref());
        self.said("business", decision.business.as_ref());
        self.comments("columns", &decision.comments);
    }
}

fn value_row(row: &ValueRow) -> Vec<String> {
    let mut keys = vec![match &row.to {
        ValueTarget::Value(value) => format!("to = {}", quoted(value)),
        ValueTarget::Nothing => "nothing = true".to_owned(),
        ValueTarget::Excluded(reason) => format!("exclude = {}", quoted(reason)),
    }];
    for (name, value) in [("by", &row.by), ("at", &row.at), ("note", &row.note)] {
        if !value.is_empty() {
            keys.push(format!("{name} = {}", quoted(value)));
        }
    }
    keys
}

pub(in crate::mapping) fn policy_word(policy: MissingPolicy) -> &'static str {
    match policy {
        MissingPolicy::Undecided => "undecided",
        MissingPolicy::Default => "default",
        MissingPolicy::Derive => "derive",
        MissingPolicy::Reject => "reject",
        MissingPolicy::Ask => "ask",
    }
}

pub(in crate::mapping) fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::None => "none",
        Rounding::HalfUp => "half-up",
        Rounding::HalfEven => "half-even",
        Rounding::Down => "down",
    }
}

/// The document.
pub(super) fn map(map: &ObjectMap) -> String {
    let mut lines = Lines(String::new());
    lines.text("source", &map.key.source);
    lines.text("object", &map.key.object);
    lines.text("entity", &map.key.entity);
    lines.text_if("only_where", &map.only_where);
    lines.text_if("otherwise_excluded", &map.otherwise_excluded);
    lines.text_if("owner", &map.owner);
    lines.text_if("process", &map.process);
    lines.text_if("deduplication", &map.deduplication);
    lines.text_if("validation", &map.validation);
    for rule in &map.fields {
        lines.field(rule);
    }
    for decision in &map.columns {
        lines.column(decision);
    }
    lines.0
}
