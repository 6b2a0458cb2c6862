//! What the survey knows of an object before it reads it: what its records are, which column is what, a sample. Pure.

use super::rules::{Rules, Words, plain_header};
use crate::sources::columns::header_words;
use crate::sources::store::TABLE_COLUMNS;
use crate::sources::{Column, ColumnRole, Object, ObjectId, SystemKind};

/// An object as the survey sees it.
#[derive(Debug, Clone)]
pub struct Subject {
    pub id: ObjectId,
    pub source: String,
    pub kind: SystemKind,
    pub name: String,
    /// What it was recognised as.
    pub preset: Option<String>,
    /// Its name in the singular, without separators and noise: `company` of `all-companies`.
    pub core: String,
    /// Those that a data table holds itself.
    pub columns: Vec<Column>,
    /// Its records are about persons.
    pub people: bool,
    pub organizations: bool,
    /// Those who work with the system.
    pub staff: bool,
    /// Some rows, spread evenly.
    pub sample: Vec<Vec<Option<String>>>,
    /// Latest rows at most.
    pub rows: u64,
}

impl Subject {
    #[must_use]
    pub fn new(object: &Object, kind: SystemKind, sample: Vec<Vec<Option<String>>>, rows: u64, rules: &Rules) -> Self {
        let words = name_words(&object.name);
        let says = |known: &Words| words.iter().any(|word| known.contains(word));
        let has = |role: ColumnRole| object.columns.iter().any(|column| column.role == role);
        let named = has(ColumnRole::GivenName) || has(ColumnRole::FamilyName);
        let organizations = !named && says(&rules.objects.organizations);
        let people = named
            || has(ColumnRole::FullName)
                && (says(&rules.objects.people) || has(ColumnRole::Email) && has(ColumnRole::OrganizationName));
        Self {
            id: object.id,
            source: object.source_name.clone(),
            kind,
            name: object.name.clone(),
            preset: object.preset.clone(),
            core: words.concat(),
            columns: object.columns.iter().take(TABLE_COLUMNS).cloned().collect(),
            people,
            organizations,
            staff: says(&rules.objects.staff),
            sample,
            rows,
        }
    }

    /// `Salesforce › Account`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} › {}", self.source, self.name)
    }

    /// Positions of the columns with one of these roles.
    #[must_use]
    pub fn with(&self, roles: &[ColumnRole]) -> Vec<usize> {
        self.columns.iter().filter(|column| roles.contains(&column.role)).map(|column| column.position).collect()
    }

    #[must_use]
    pub fn native(&self) -> Option<usize> {
        self.with(&[ColumnRole::NativeId]).first().copied()
    }

    /// The column of addresses that records are known by: the first that is called e-mail, else the first.
    #[must_use]
    pub fn email(&self) -> Option<usize> {
        let all = self.with(&[ColumnRole::Email]);
        let is_called = |at: &&usize| {
            self.columns
                .get(**at)
                .is_some_and(|column| header_words(&column.name).iter().any(|word| word.contains("mail")))
        };
        let native = self.native().filter(|at| self.sampled(*at).take(20).any(|value| value.contains('@')));
        all.iter().find(is_called).or(all.first()).copied().or(native)
    }

    /// The column of an organization's domain or web site.
    #[must_use]
    pub fn site(&self, rules: &Rules) -> Option<usize> {
        let is_one = |column: &&Column| {
            let called = header_words(&column.name);
            let whole = called.concat();
            let last = called.last().cloned().unwrap_or_default();
            (rules.free_mail.columns.contains(&whole) || rules.free_mail.columns.contains(&last))
                && column.role == ColumnRole::Plain
                && self.sampled(column.position).take(100).any(|value| value.contains('.'))
        };
        self.columns.iter().find(is_one).map(|column| column.position)
    }

    /// Filled values of the sample.
    pub fn sampled(&self, position: usize) -> impl Iterator<Item = &str> {
        self.sample
            .iter()
            .filter_map(move |row| row.get(position).and_then(Option::as_deref))
            .filter(|value| !value.trim().is_empty())
    }

    /// Columns whose header is one of these names.
    #[must_use]
    pub fn called(&self, names: &Words) -> Vec<usize> {
        let is_one = |column: &&Column| names.contains(&plain_header(&column.name));
        self.columns.iter().filter(is_one).map(|column| column.position).collect()
    }

    #[must_use]
    pub fn column_name(&self, position: usize) -> &str {
        self.columns.get(position).map_or("", |column| &column.name)
    }
}

/// The words of an object's name in the singular, without those that say nothing.
fn name_words(name: &str) -> Vec<String> {
    const NOISE: [&str; 12] =
        ["data", "export", "exports", "list", "all", "table", "records", "extract", "crm", "dump", "latest", "full"];
    let words = header_words(name);
    let telling: Vec<String> =
        words.iter().filter(|word| !NOISE.contains(&word.as_str())).map(|word| singular(word)).collect();
    if telling.is_empty() { words } else { telling }
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if word.ends_with("ss") || word.ends_with("us") || word.len() < 4 {
        word.to_owned()
    } else {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_known_by_its_name_in_the_singular() {
        for (name, core) in [
            ("Account", "account"),
            ("all-companies", "company"),
            ("customer_data", "customer"),
            ("Branch__c", "branch"),
            ("data", "data"),
            ("status", "status"),
            ("AccountContactRelation", "accountcontactrelation"),
        ] {
            assert_eq!(name_words(name).concat(), core, "{name}");
        }
    }
}
