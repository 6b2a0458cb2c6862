//! The document of a source: what people stated of it and nothing else. A key that is there was stated, even with an
//! empty value; a key that is not there is left to what is proposed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::{Table, Value};

use super::fields::{self, FIELDS, OPPOSITES, Shape};
use super::{Known, SourceFacts};
use crate::definitions::document::{self, Fault, Places};
use crate::sources::SystemKind;
use crate::values::shown::Shown;

/// The path of a key: `["objects", "Contact", "claimed"]`.
pub type Path = Vec<String>;

/// What people stated of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statements {
    leaves: BTreeMap<Path, Value>,
    /// Objects that are named; one may be named without anything being said of it.
    objects: BTreeSet<String>,
}

impl Statements {
    /// Reads and checks a document.
    pub(super) fn from_toml(text: &str) -> Result<Self, Vec<Fault>> {
        let (table, places) = document::read_toml(text).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let mut found = Self::default();
        found.take(&table, &mut Vec::new(), &places, &mut faults);
        found.check_opposites(&places, &mut faults);
        faults.sort_by_key(|fault| fault.place);
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    /// Reads what can be read of a document that is stored already, perhaps by another version of this program.
    pub(super) fn read_leniently(text: &str) -> Self {
        let mut found = Self::default();
        if let Ok((table, places)) = document::read_toml(text) {
            found.take(&table, &mut Vec::new(), &places, &mut Vec::new());
        }
        found
    }

    /// Takes the keys of a table that are right; what is wrong becomes a fault.
    fn take(&mut self, table: &Table, above: &mut Path, places: &Places, faults: &mut Vec<Fault>) {
        for (name, value) in table {
            above.push(name.clone());
            let key = fields::key(above);
            match (fields::find(above), value) {
                (Some(field), value) => {
                    let value = as_written(field.shape, value);
                    let before = faults.len();
                    fields::check(field.shape, &value, &key, places, faults);
                    if faults.len() == before {
                        self.put(above.clone(), value);
                    }
                }
                (None, Value::Table(inner)) if fields::is_group(above) => {
                    if above.len() == 2 {
                        match wrong_object(name) {
                            Some(message) => faults.push(Fault::at(&key, places, message)),
                            None => drop(self.objects.insert(name.clone())),
                        }
                    }
                    self.take(inner, above, places, faults);
                }
                (None, _) if fields::is_group(above) => {
                    faults.push(Fault::at(&key, places, "a table is expected"));
                }
                (None, _) => faults.push(Fault::at(&key, places, fields::no_such_key(above))),
            }
            above.pop();
        }
    }

    fn check_opposites(&self, places: &Places, faults: &mut Vec<Fault>) {
        for (one, other) in OPPOSITES {
            let denied: BTreeSet<String> = self.list(other).iter().map(|text| text.to_lowercase()).collect();
            for text in self.list(one).iter().filter(|text| denied.contains(&text.to_lowercase())) {
                let message = format!("“{}” stands in {one} too", Shown::of(text));
                faults.push(Fault::at(other, places, message));
            }
        }
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let list = self.leaves.get(&vec![name.to_owned()]).and_then(Value::as_array);
        list.map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// Checks what was put together key by key.
    ///
    /// # Errors
    /// The faults.
    pub(super) fn check(&self) -> Result<(), Vec<Fault>> {
        let places = Places::default();
        let mut faults = Vec::new();
        for (path, value) in &self.leaves {
            if let Some(field) = fields::find(path) {
                fields::check(field.shape, value, &fields::key(path), &places, &mut faults);
            }
        }
        for object in &self.objects {
            if let Some(message) = wrong_object(object) {
                faults.push(Fault::at(&fields::key(&["objects", object]), &places, message));
            }
        }
        self.check_opposites(&places, &mut faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// States a value, whatever was stated before.
    pub(super) fn state(&mut self, path: &[&str], value: Value) {
        self.put(path.iter().map(|name| (*name).to_owned()).collect(), value);
    }

    pub(super) fn put(&mut self, path: Path, value: Value) {
        if let [group, object, _] = path.as_slice()
            && group == "objects"
        {
            self.objects.insert(object.clone());
        }
        self.leaves.insert(path, value);
    }

    /// Takes a statement back, so that what is proposed shows again. `objects.Contact` takes back all that was said of
    /// the object. `false` if nothing was stated.
    pub(super) fn take_back(&mut self, path: &[String]) -> bool {
        if let [group, object] = path
            && group == "objects"
        {
            self.leaves.retain(|key, _| !key.starts_with(path));
            return self.objects.remove(object);
        }
        self.leaves.remove(path).is_some()
    }

    pub(super) fn get(&self, path: &[String]) -> Option<&Value> {
        self.leaves.get(path)
    }

    /// Names an object of which nothing else is known.
    pub(super) fn name_object(&mut self, name: &str) {
        self.objects.insert(name.to_owned());
    }

    /// The kind that was stated.
    pub(super) fn kind(&self) -> Option<SystemKind> {
        SystemKind::from_word(self.leaves.get(&vec!["kind".to_owned()])?.as_str()?)
    }

    /// The keys that were stated; `objects.Contact` for an object of which nothing is said but that it is there.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        let bare =
            self.objects.iter().filter(|object| !self.leaves.keys().any(|path| path.len() == 3 && path[1] == **object));
        let named = bare.map(|object| fields::key(&["objects", object.as_str()]));
        self.leaves.keys().map(|path| fields::key(path)).chain(named).collect()
    }

    /// What is stated over what is proposed, and the keys whose value is only proposed. Of a proposed list, what a person
    /// states the opposite of is left out.
    pub(super) fn over(&self, proposal: &SourceFacts) -> (SourceFacts, BTreeSet<String>) {
        let mut leaves = leaves_of(proposal);
        for (one, other) in OPPOSITES.iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
            let denied: BTreeSet<String> = self.list(one).iter().map(|text| text.to_lowercase()).collect();
            if let Some(Value::Array(list)) = leaves.get_mut(&vec![(*other).to_owned()]) {
                list.retain(|value| value.as_str().is_none_or(|text| !denied.contains(&text.to_lowercase())));
            }
        }
        let is_stated = |path: &Path| self.leaves.contains_key(path);
        let proposed = leaves
            .iter()
            .filter(|(path, value)| !is_stated(path) && says_something(value))
            .map(|(path, _)| fields::key(path));
        let proposed: BTreeSet<String> = proposed.collect();
        leaves.extend(self.leaves.clone());
        let mut table = Table::new();
        for (path, value) in leaves {
            insert(&mut table, &path, value);
        }
        for object in self.objects.iter().chain(proposal.objects.keys()) {
            let below = table.entry("objects").or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(below) = below {
                below.entry(object.clone()).or_insert_with(|| Value::Table(Table::new()));
            }
        }
        // Every leaf was checked against its shape, so this reads; were it not so, nothing would be known.
        (SourceFacts::deserialize(Value::Table(table)).unwrap_or_default(), proposed)
    }

    /// The statements that make `facts` of what was known: what was stated stays stated, what differs becomes so.
    ///
    /// # Errors
    /// What is wrong with the facts.
    pub(super) fn of_change(facts: &SourceFacts, base: &Known) -> Result<Self, Vec<Fault>> {
        if let Some(object) = facts.objects.iter().find(|(_, o)| o.claimed.is_some_and(|n| i64::try_from(n).is_err())) {
            let key = fields::key(&["objects", object.0, "claimed"]);
            return Err(vec![Fault::at(&key, &Places::default(), "the number is too large")]);
        }
        let (before, after) = (leaves_of(&base.facts), leaves_of(facts));
        let mut statements = Self::default();
        for (path, value) in after {
            let stated = base.stated.contains(&fields::key(&path));
            let same = before.get(&path).map_or_else(|| !says_something(&value), |was| *was == value);
            if stated || !same {
                statements.put(path, value);
            }
        }
        for object in facts.objects.keys().filter(|name| !base.facts.objects.contains_key(*name)) {
            statements.name_object(object);
        }
        // An object that a person only named stays named.
        for object in
            facts.objects.keys().filter(|name| base.stated.contains(&fields::key(&["objects", name.as_str()])))
        {
            statements.name_object(object);
        }
        statements.check()?;
        Ok(statements)
    }

    /// As TOML, in the order of the fields, objects by name.
    pub(super) fn rendered(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        for field in FIELDS.iter().filter(|field| !field.path.contains(&"*")) {
            let path: Path = field.path.iter().map(|part| (*part).to_owned()).collect();
            let Some(value) = self.leaves.get(&path) else { continue };
            let (above, name) = match field.path {
                [above, name] => (*above, *name),
                [name] => ("", *name),
                _ => continue,
            };
            if let (Shape::Entries(keys), Value::Array(list)) = (field.shape, value)
                && !list.is_empty()
            {
                for entry in list {
                    text.push_str(&format!("\n[[{name}]]\n"));
                    for (key, _) in keys {
                        if let Some(value) = entry.get(*key) {
                            text.push_str(&format!("{key} = {}\n", written(value)));
                        }
                    }
                }
                section = "[[]]";
                continue;
            }
            if above != section {
                // Nothing without a section comes after one: the order of the fields sees to that, but for an empty list.
                if above.is_empty() {
                    text = format!("{name} = {}\n{text}", written(value));
                    continue;
                }
                text.push_str(&format!("\n[{above}]\n"));
                section = above;
            }
            text.push_str(&format!("{name} = {}\n", written(value)));
        }
        for object in &self.objects {
            text.push_str(&format!("\n[{}]\n", fields::key(&["objects", object.as_str()])));
            for field in FIELDS.iter().filter(|field| field.path.len() == 3) {
                let path = vec!["objects".to_owned(), object.clone(), field.path[2].to_owned()];
                if let Some(value) = self.leaves.get(&path) {
                    text.push_str(&format!("{} = {}\n", field.path[2], written(value)));
                }
            }
        }
        text.trim_start_matches('\n').to_owned()
    }
}

fn wrong_object(name: &str) -> Option<String> {
    let wrong = name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control);
    wrong.then(|| format!("“{}” cannot be the name of an object", Shown::of(name)))
}

/// TOML knows dates by themselves; here they are texts.
fn as_written(shape: Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Moment | Shape::Day, Value::Datetime(at)) => Value::String(at.to_string()),
        _ => value.clone(),
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Boolean(yes) => *yes,
        _ => true,
    }
}

/// Every key of the facts with its value, the empty ones too; a number that is not there has no leaf.
pub(super) fn leaves_of(facts: &SourceFacts) -> BTreeMap<Path, Value> {
    fn walk(table: Table, above: &mut Path, leaves: &mut BTreeMap<Path, Value>) {
        for (name, value) in table {
            above.push(name);
            match value {
                Value::Table(inner) if fields::find(above).is_none() => walk(inner, above, leaves),
                value => drop(leaves.insert(above.clone(), value)),
            }
            above.pop();
        }
    }
    let mut leaves = BTreeMap::new();
    // Texts, numbers and lists of them are always TOML; numbers that are too large were refused before.
    if let Ok(mut table) = Table::try_from(facts) {
        // The side that a system stands on by itself, and a kind that nobody said, are no facts.
        table.retain(|key, value| {
            !(key == "side" && value.as_str() == Some("old") || key == "kind" && value.as_str() == Some(""))
        });
        if let Some(Value::Table(extraction)) = table.get_mut("extraction") {
            let unsaid = |key: &str, value: &Value| (key == "method" || key == "at") && value.as_str() == Some("");
            extraction.retain(|key, value| !unsaid(key, value));
        }
        walk(table, &mut Vec::new(), &mut leaves);
    }
    leaves
}

fn insert(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => drop(table.insert(name.clone(), value)),
        [name, rest @ ..] => {
            let below = table.entry(name.clone()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(below) = below {
                insert(below, rest, value);
            }
        }
    }
}

/// A value on one line; a long list one value a line.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => document::quoted(text),
        Value::Array(list) => {
            let values: Vec<String> = list.iter().map(written).collect();
            let line = format!("[{}]", values.join(", "));
            if line.chars().count() <= 100 || values.len() < 2 {
                line
            } else {
                format!("[\n{}]", values.iter().map(|value| format!("  {value},\n")).collect::<String>())
            }
        }
        Value::Table(table) => {
            let entries: Vec<String> =
                table.iter().map(|(key, value)| format!("{} = {}", document::join("", key), written(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}
