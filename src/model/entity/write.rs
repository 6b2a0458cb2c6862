//! Writes an entity as TOML: the same for the same entity, keys in one order, what is empty left out, so that people like
//! to edit it.

use super::{Allowed, Case, Entity, EntityKind, Field, MissingPolicy, Relationship, RoleInGrain};
use crate::definitions::document::quoted;

/// The widest line that a list may make before it is broken.
const WIDEST: usize = 110;

/// A whole document.
#[must_use]
pub fn document(entity: &Entity) -> String {
    written(entity, "")
}

/// The document as a part of a larger one: headings begin with `above`, such as `entities.`, and the caller writes the
/// first.
#[must_use]
pub fn written(entity: &Entity, above: &str) -> String {
    let mut out = Lines(String::new());
    out.text("name", &entity.name);
    out.yes("removed", entity.removed);
    if !entity.removed || entity.kind != EntityKind::default() {
        out.line("kind", &quoted(entity.kind.word()));
    }
    out.number("order", (entity.order > 0).then_some(entity.order));
    out.text("purpose", &entity.purpose);
    out.text("matters_when", &entity.matters_when);
    out.text("owner", &entity.owner);
    out.list("processes", &entity.processes);
    out.text("key_prefix", &entity.key_prefix);
    out.text("target_name", &entity.target_name);
    out.list("derived_from", &entity.derived_from);
    if !(entity.grain.concept.is_empty() && entity.grain.one_row_is.is_empty()) {
        out.head(&format!("[{above}grain]"));
        out.text("concept", &entity.grain.concept);
        out.text("one_row_is", &entity.grain.one_row_is);
    }
    for field in &entity.fields {
        out.head(&format!("[[{above}fields]]"));
        out.field(field);
    }
    for relationship in &entity.relationships {
        out.head(&format!("[[{above}relationships]]"));
        out.relationship(relationship);
    }
    for (name, cases) in [("several_records", &entity.several_records), ("shared_records", &entity.shared_records)] {
        for case in cases {
            out.head(&format!("[[{above}{name}]]"));
            out.case(case);
        }
    }
    out.0
}

struct Lines(String);

impl Lines {
    fn head(&mut self, head: &str) {
        self.0.push_str(&format!("\n{head}\n"));
    }

    fn line(&mut self, key: &str, value: &str) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.line(key, &quoted(text));
        }
    }

    fn yes(&mut self, key: &str, yes: bool) {
        if yes {
            self.line(key, "true");
        }
    }

    fn number(&mut self, key: &str, number: Option<impl std::fmt::Display>) {
        if let Some(number) = number {
            self.line(key, &number.to_string());
        }
    }

    fn list(&mut self, key: &str, list: &[String]) {
        if !list.is_empty() {
            let texts: Vec<String> = list.iter().map(|text| quoted(text)).collect();
            self.line(key, &broken(&texts, key.len()));
        }
    }

    fn field(&mut self, field: &Field) {
        self.text("name", &field.name);
        self.text("label", &field.label);
        self.line("type", &quoted(field.kind.word()));
        self.text("references", &field.references);
        self.yes("required", field.required);
        if field.role != RoleInGrain::default() {
            self.text("role", field.role.word());
        }
        self.yes("personal", field.personal);
        self.yes("derived", field.derived);
        self.text("group", &field.group);
        self.allowed(&field.allowed);
        self.number("longest", field.longest);
        self.text("least", &field.least);
        self.text("most", &field.most);
        self.number("scale", field.scale);
        let missing = &field.missing;
        if !missing.value.is_empty() {
            let (policy, value) = (quoted(missing.policy.word()), quoted(&missing.value));
            self.line("missing", &format!("{{ policy = {policy}, value = {value} }}"));
        } else if missing.policy != MissingPolicy::default() {
            self.text("missing", missing.policy.word());
        }
        self.text("definition", &field.definition);
        self.text("owner", &field.owner);
        self.text("process", &field.process);
        self.text("used_by", &field.used_by);
        self.text("target_name", &field.target_name);
        self.list("synonyms", &field.synonyms);
        self.text("example", &field.example);
    }

    fn allowed(&mut self, allowed: &[Allowed]) {
        if allowed.is_empty() {
            return;
        }
        if allowed.iter().all(|entry| entry.meaning.is_empty() && entry.synonyms.is_empty()) {
            let values: Vec<String> = allowed.iter().map(|entry| quoted(&entry.value)).collect();
            return self.line("allowed", &broken(&values, "allowed".len()));
        }
        self.0.push_str("allowed = [\n");
        for entry in allowed {
            let mut parts = vec![format!("value = {}", quoted(&entry.value))];
            if !entry.meaning.is_empty() {
                parts.push(format!("meaning = {}", quoted(&entry.meaning)));
            }
            if !entry.synonyms.is_empty() {
                let words: Vec<String> = entry.synonyms.iter().map(|word| quoted(word)).collect();
                parts.push(format!("synonyms = [{}]", words.join(", ")));
            }
            self.0.push_str(&format!("  {{ {} }},\n", parts.join(", ")));
        }
        self.0.push_str("]\n");
    }

    fn relationship(&mut self, relationship: &Relationship) {
        self.text("name", &relationship.name);
        self.text("to", &relationship.to);
        self.text("role", &relationship.role);
        self.text("field", &relationship.field);
        self.text("through", &relationship.through);
        self.yes("many", relationship.many);
        self.yes("hierarchy", relationship.hierarchy);
        self.yes("required", relationship.required);
    }

    fn case(&mut self, case: &Case) {
        self.text("what", &case.what);
        self.list("records", &case.records);
        self.text("by", &case.by);
        self.text("at", &case.at);
    }
}

/// A list on one line, or one value a line where that is too wide.
fn broken(values: &[String], key: usize) -> String {
    let line = format!("[{}]", values.join(", "));
    if values.len() < 2 || key + 3 + line.chars().count() <= WIDEST {
        return line;
    }
    // As many on a line as fit.
    let mut text = String::from("[");
    let mut width = WIDEST;
    for value in values {
        let wide = value.chars().count() + 2;
        if width + wide > WIDEST {
            text.push_str("\n ");
            width = 2;
        }
        text.push_str(&format!(" {value},"));
        width += wide;
    }
    text.push_str("\n]");
    text
}
