//! The source of truth: which system owns which type of data now, and which is trusted after the migration. One definition
//! (kind `truth`) for the whole workspace. `assets/truth.toml` lists the types of data; what the facts of the sources say
//! (`owns`, `reliable`, `risky`, `must_not_control`) proposes an owner where nobody decided, and is never stored.

mod proposed;

use std::sync::LazyLock;

use rusqlite::Connection;

use super::entries::{self, Entry, Line};
use super::{Entity, ModelError};
use crate::definitions::{self, DefinitionError, Document, Fault, NewVersion, Onto, VersionNumber, document};
use crate::sources::facts;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// The kind in the store of definitions; its one name is [`NAME`].
pub const KIND: &str = "truth";

/// The name of the one definition.
pub const NAME: &str = "sources of truth";

/// Who is right about what.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Truth {
    pub rows: Vec<TruthRow>,
    pub version: Option<VersionNumber>,
}

/// One type of data: `profiles`, `transactions`, `consent`; or a field or field group of an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TruthRow {
    /// `profiles`, `person.phone`, `account.address` (a field, else a field group), `person` (all of its fields).
    pub of: String,
    /// The source that owns it now; empty: not decided.
    pub owner: String,
    /// The system that is trusted after the migration; empty: not decided.
    pub after: String,
    /// Fields that a row for a type of data speaks of, `entity.field` or `entity`.
    pub fields: Vec<String>,
    pub note: String,
    /// Who decided; empty: nobody, the row is proposed.
    pub by: String,
    /// RFC 3339 UTC.
    pub at: String,
}

impl TruthRow {
    /// Whether a person decided it.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        !self.by.is_empty()
    }
}

/// A type of data, as the asset lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct DataType {
    pub name: String,
    /// For people.
    pub what: String,
    fields: Vec<String>,
    words: Vec<String>,
    kinds: Vec<String>,
}

#[derive(Debug, serde::Deserialize)]
struct Asset {
    r#type: Vec<DataType>,
}

// The asset is part of the program, and a test reads it.
static TYPES: LazyLock<Vec<DataType>> = LazyLock::new(|| {
    toml::from_str::<Asset>(include_str!("../../assets/truth.toml")).map(|asset| asset.r#type).unwrap_or_default()
});

/// The types of data, in their order.
#[must_use]
pub fn data_types() -> &'static [DataType] {
    &TYPES
}

fn data_type(of: &str) -> Option<&'static DataType> {
    TYPES.iter().find(|kind| kind.name == of)
}

/// What stands; where nobody decided, the types of data with what the facts of the sources propose have `by` empty. Types of
/// data come first, in their order, then entities, groups and fields by name.
///
/// # Errors
/// If the database cannot be read.
pub fn truth(conn: &Connection) -> rusqlite::Result<Truth> {
    let mut found = decided(conn)?;
    for row in &mut found.rows {
        if let Some(kind) = data_type(&row.of).filter(|_| row.fields.is_empty()) {
            row.fields.clone_from(&kind.fields);
        }
    }
    let open: Vec<&DataType> = TYPES.iter().filter(|kind| !found.rows.iter().any(|row| row.of == kind.name)).collect();
    if !open.is_empty() {
        let systems = proposed::systems(conn)?;
        found.rows.extend(open.into_iter().map(|kind| proposed::row(kind, &systems)));
    }
    found.sort();
    Ok(found)
}

/// What people decided, nothing else.
fn decided(conn: &Connection) -> rusqlite::Result<Truth> {
    let version = definitions::current(conn, KIND, NAME)?;
    Ok(version.map_or_else(Truth::default, |version| Truth {
        version: Some(version.version),
        ..Truth::take(&version.text).0
    }))
}

/// Saves one row: decided by whoever acts. An empty owner and `after` takes the row out. What stands already keeps its date.
///
/// # Errors
/// If the row does not hold together, the workspace cannot be written, or somebody saved another version since `onto`.
pub fn decide(workspace: &Workspace, row: &TruthRow, onto: Onto) -> Result<(), ModelError> {
    let of = row.of.trim();
    if of.is_empty() {
        return Err(ModelError::Refused {
            message: "It is not said what the row is of. Nothing was changed.".to_owned(),
            hint: "Name a type of data (cutover truth lists them), an entity, or entity.field.".to_owned(),
        });
    }
    let reader = workspace.reader()?;
    let mut now = decided(reader.conn()).map_err(|e| ModelError::from(e).at(&reader))?;
    let onto = match onto {
        // What was just read is what is changed.
        Onto::Any => Onto::Version(now.version),
        version => version,
    };
    let mut new = TruthRow {
        of: of.to_owned(),
        owner: row.owner.trim().to_owned(),
        after: row.after.trim().to_owned(),
        ..row.clone()
    };
    if data_type(of).is_some_and(|kind| kind.fields == new.fields) {
        new.fields = Vec::new();
    }
    let before = now.rows.iter().position(|known| known.of == new.of);
    let removes = new.owner.is_empty() && new.after.is_empty();
    if removes && before.is_none() {
        return Err(ModelError::Refused {
            message: format!("Nobody decided about {}. Nothing was changed.", Shown::of(of)),
            hint: "cutover truth lists what is decided.".to_owned(),
        });
    }
    if let Some(at) = before {
        let old = now.rows.remove(at);
        (new.by, new.at) = (old.by.clone(), old.at.clone());
        if old == new {
            return Ok(());
        }
    }
    if !removes {
        new.by = workspace.actor().to_owned();
        new.at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        now.rows.push(new);
    }
    now.sort();
    let text = now.to_toml();
    Truth::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?;
    let comment = if removes { format!("{of}: taken out") } else { of.to_owned() };
    definitions::save(workspace, NewVersion { kind: KIND, name: NAME.to_owned(), text, comment, onto })?;
    Ok(())
}

/// A system of the inventory by its name, whatever its case: only such can own data now.
///
/// # Errors
/// If there is none of that name, or the database cannot be read.
pub fn known_owner(conn: &Connection, name: &str) -> Result<String, ModelError> {
    facts::find_source(conn, name.trim())?.ok_or_else(|| ModelError::Refused {
        message: format!("There is no system “{}” in the inventory. Nothing was changed.", Shown::of(name)),
        hint: "cutover sources lists them; cutover sources add NAME --kind KIND registers one that has no file."
            .to_owned(),
    })
}

/// What a row may be of, as it is written: a type of data whatever its case, an entity, a field or a field group. Where
/// there is no model yet, anything that has the form of one.
///
/// # Errors
/// If there is nothing of that name; the nearest is named.
pub fn known_subject(model: &[Entity], of: &str) -> Result<String, ModelError> {
    let of = of.trim();
    if let Some(kind) = TYPES.iter().find(|kind| kind.name.eq_ignore_ascii_case(of)) {
        return Ok(kind.name.clone());
    }
    let names: Vec<String> = model
        .iter()
        .flat_map(|entity| {
            let below = entity.fields.iter().flat_map(|field| [field.name.as_str(), field.group.as_str()]);
            let below = below.filter(|name| !name.is_empty()).map(|name| format!("{}.{name}", entity.name));
            std::iter::once(entity.name.clone()).chain(below).collect::<Vec<_>>()
        })
        .collect();
    if names.iter().any(|name| name == of) || (model.is_empty() && !of.is_empty()) {
        return Ok(of.to_owned());
    }
    let all = TYPES.iter().map(|kind| kind.name.as_str()).chain(names.iter().map(String::as_str));
    let near = all
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &of.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    Err(ModelError::Refused {
        message: format!("There is no type of data, entity or field “{}”. Nothing was changed.", Shown::of(of)),
        hint: match near {
            Some((_, name)) => format!("{name} may be meant."),
            None => "cutover truth lists the types of data; entities and fields are written entity and entity.field."
                .to_owned(),
        },
    })
}

impl Truth {
    /// The decided row that speaks of a field: the field's own, else its group's, its entity's, its type of data's (one that
    /// names the field before one that names the entity).
    #[must_use]
    pub fn of_field(&self, entity: &str, field: &str, group: &str) -> Option<&TruthRow> {
        let below = |name: &str| format!("{entity}.{name}");
        let of = |wanted: &str| self.rows.iter().find(|row| row.is_decided() && row.of == wanted);
        let lists = |wanted: &str| {
            self.rows.iter().find(|row| row.is_decided() && row.fields.iter().any(|name| name == wanted))
        };
        let of_group = || (!group.is_empty()).then(|| of(&below(group))).flatten();
        let listed_group = || (!group.is_empty()).then(|| lists(&below(group))).flatten();
        of(&below(field))
            .or_else(of_group)
            .or_else(|| of(entity))
            .or_else(|| lists(&below(field)))
            .or_else(listed_group)
            .or_else(|| lists(entity))
    }

    fn sort(&mut self) {
        let place = |row: &TruthRow| TYPES.iter().position(|kind| kind.name == row.of).unwrap_or(usize::MAX);
        self.rows.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.of.cmp(&b.of)));
    }

    /// What can be read of a document, and what is wrong with it.
    fn take(text: &str) -> (Self, Vec<Fault>) {
        let (table, places) = match document::read_toml(text) {
            Ok(read) => read,
            Err(fault) => return (Self::default(), vec![fault]),
        };
        let (whole, mut faults) = (Entry::whole(&table, &places), Vec::new());
        whole.only(&["rows"], &mut faults);
        let mut found = Self::default();
        for entry in whole.entries("rows", &mut faults) {
            entry.only(&["of", "owner", "after", "fields", "note", "by", "at"], &mut faults);
            let row = TruthRow {
                of: entry.text("of", &mut faults),
                owner: entry.text("owner", &mut faults),
                after: entry.text("after", &mut faults),
                fields: entry.texts("fields", &mut faults),
                note: entry.text("note", &mut faults),
                by: entry.text("by", &mut faults),
                at: entry.text("at", &mut faults),
            };
            if row.of.trim().is_empty() {
                faults.push(entry.fault("of", "it is not said what the row is of"));
            } else if found.rows.iter().any(|known| known.of == row.of) {
                faults.push(entry.fault("of", format!("“{}” stands in it twice", Shown::of(&row.of))));
            }
            if row.owner.trim().is_empty() && row.after.trim().is_empty() {
                faults.push(entry.fault("", "a row names an owner, or a system that is trusted after"));
            }
            if row.by.trim().is_empty() {
                faults.push(entry.fault("by", "it is not said who decided"));
            }
            found.rows.push(row);
        }
        faults.sort_by_key(|fault| fault.place);
        (found, faults)
    }
}

impl Document for Truth {
    const KIND: &'static str = KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (found, faults) = Self::take(text);
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn to_toml(&self) -> String {
        let line = |row: &TruthRow| {
            let mut line = Line::default();
            line.text("of", &row.of).text("owner", &row.owner).text("after", &row.after).texts("fields", &row.fields);
            line.text("note", &row.note).text("by", &row.by).text("at", &row.at);
            line.inline()
        };
        entries::tables("rows", &self.rows.iter().map(line).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;
    use crate::sources::SystemKind;
    use crate::sources::facts::Side;

    fn ground() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        (folder, workspace)
    }

    fn now(workspace: &Workspace) -> Truth {
        truth(workspace.reader().unwrap().conn()).unwrap()
    }

    fn row(of: &str, owner: &str) -> TruthRow {
        TruthRow { of: of.to_owned(), owner: owner.to_owned(), ..TruthRow::default() }
    }

    fn of(truth: &Truth, name: &str) -> TruthRow {
        truth.rows.iter().find(|row| row.of == name).cloned().unwrap()
    }

    #[test]
    fn the_nine_types_of_data_stand_in_their_order() {
        let names: Vec<&str> = TYPES.iter().map(|kind| kind.name.as_str()).collect();
        let wanted =
            ["profiles", "transactions", "sales", "products", "inventory", "bookings", "consent", "content", "events"];
        assert_eq!(names, wanted);
        let known = |kind: &String| SystemKind::from_word(kind).is_some();
        assert!(TYPES.iter().all(|kind| kind.kinds.iter().all(known)));
    }

    #[test]
    fn every_type_of_data_names_entities_and_fields_that_cutover_comes_with() {
        let shipped = crate::model::shipped::entities();
        let mut seen = std::collections::BTreeSet::new();
        for (kind, of) in TYPES.iter().flat_map(|kind| kind.fields.iter().map(move |of| (&kind.name, of))) {
            let (entity, field) =
                of.split_once('.').map_or((of.as_str(), None), |(entity, field)| (entity, Some(field)));
            let known = shipped.iter().find(|known| known.name == entity);
            assert!(known.is_some_and(|known| field.is_none_or(|field| known.field(field).is_some())), "{kind}: {of}");
            assert!(seen.insert(of), "{of} is of two types of data");
        }
        // What a person works with is of a type of data; IDs and sums follow from the rest.
        let untold: Vec<&str> =
            shipped.iter().filter(|entity| !seen.contains(&entity.name)).map(|entity| entity.name.as_str()).collect();
        assert_eq!(untold, ["legacy_id", "account_summary"]);
    }

    #[test]
    fn the_nearest_decision_speaks_of_a_field_of_the_shipped_model() {
        let (_folder, workspace) = ground();
        facts::register(&workspace, "SF", SystemKind::Crm, Side::Old, &[]).unwrap();
        facts::register(&workspace, "News", SystemKind::Marketing, Side::Old, &[]).unwrap();
        let account = crate::model::shipped::entity("account").unwrap();
        let (field, group) = account
            .fields
            .iter()
            .find(|field| !field.group.is_empty())
            .map(|field| (field.name.as_str(), field.group.as_str()))
            .unwrap();
        let mut told = Vec::new();
        for (of, owner) in [
            ("profiles", "SF"),
            ("account", "News"),
            (format!("account.{group}").as_str(), "SF"),
            (format!("account.{field}").as_str(), "News"),
        ] {
            decide(&workspace, &row(of, owner), Onto::Any).unwrap();
            let truth = now(&workspace);
            let found = truth.of_field("account", field, group).unwrap();
            assert_eq!((found.of.as_str(), found.owner.as_str()), (of, owner));
            told.push(truth.of_field("person", "email", "").map(|row| row.of.clone()));
        }
        assert!(told.iter().all(|of| of.as_deref() == Some("profiles")), "{told:?}");
    }

    #[test]
    fn what_the_facts_say_is_proposed_until_somebody_decides() {
        let (_folder, workspace) = ground();
        assert!(now(&workspace).rows.iter().all(|row| row.owner.is_empty() && !row.is_decided()));
        for (name, kind) in [("SF", SystemKind::Crm), ("Pay", SystemKind::Billing), ("News", SystemKind::Marketing)] {
            facts::register(&workspace, name, kind, Side::Old, &[]).unwrap();
        }
        facts::register(&workspace, "New CRM", SystemKind::Crm, Side::New, &[]).unwrap();
        let proposed = now(&workspace);
        let owner = |name: &str| of(&proposed, name).owner;
        assert_eq!(
            (owner("profiles"), owner("transactions"), owner("consent")),
            ("SF".into(), "Pay".into(), "News".into())
        );
        assert_eq!(owner("inventory"), "");
        assert!(of(&proposed, "transactions").note.contains("invoices"), "{:?}", of(&proposed, "transactions"));
        // A second system that says the same of itself: nobody is proposed, and both are named.
        facts::register(&workspace, "SF 2", SystemKind::Crm, Side::Old, &[]).unwrap();
        let both = of(&now(&workspace), "sales");
        assert_eq!(both.owner, "");
        assert!(both.note.contains("SF") && both.note.contains("SF 2"), "{both:?}");
        let mut decided = row("sales", "SF 2");
        decided.after = "New CRM".to_owned();
        decide(&workspace, &decided, Onto::Any).unwrap();
        let sales = of(&now(&workspace), "sales");
        assert_eq!((sales.owner.as_str(), sales.after.as_str(), sales.by.as_str()), ("SF 2", "New CRM", "mira"));
        assert!(sales.fields.contains(&"opportunity".to_owned()));
        decide(&workspace, &row("sales", ""), Onto::Any).unwrap();
        assert!(!of(&now(&workspace), "sales").is_decided());
        assert!(decide(&workspace, &row("sales", ""), Onto::Any).is_err());
    }

    #[test]
    fn two_people_do_not_decide_over_each_other_unseen() {
        let (_folder, workspace) = ground();
        let seen = now(&workspace).version;
        decide(&workspace, &row("consent", "A"), Onto::Version(seen)).unwrap();
        assert!(decide(&workspace, &row("consent", "B"), Onto::Version(seen)).is_err());
        assert_eq!(of(&now(&workspace), "consent").owner, "A");
        // The same again is no new version.
        let version = now(&workspace).version;
        decide(&workspace, &row("consent", "A"), Onto::Any).unwrap();
        assert_eq!(now(&workspace).version, version);
    }

    #[test]
    fn the_nearest_decision_speaks_of_a_field() {
        let decided = |of: &str, fields: &[&str]| TruthRow {
            by: "mira".to_owned(),
            fields: fields.iter().map(|name| (*name).to_owned()).collect(),
            ..row(of, of)
        };
        let mut rows = vec![
            TruthRow { by: String::new(), ..decided("person.phone", &[]) },
            decided("profiles", &["person", "account"]),
            decided("consent", &["person.opt_in"]),
        ];
        let told = |rows: &[TruthRow], field: &str, group: &str| {
            let truth = Truth { rows: rows.to_vec(), version: None };
            truth.of_field("person", field, group).map(|row| row.of.clone()).unwrap_or_default()
        };
        // A proposal decides nothing.
        assert_eq!(told(&rows, "phone", "reach"), "profiles");
        assert_eq!(told(&rows, "opt_in", ""), "consent");
        rows.push(decided("person", &[]));
        assert_eq!(told(&rows, "phone", "reach"), "person");
        rows.push(decided("person.reach", &[]));
        assert_eq!(told(&rows, "phone", "reach"), "person.reach");
        assert_eq!(told(&rows, "phone", ""), "person");
        rows.push(decided("person.mobile", &[]));
        assert_eq!(told(&rows, "mobile", "reach"), "person.mobile");
        assert_eq!(Truth { rows, version: None }.of_field("ticket", "subject", ""), None);
    }

    #[test]
    fn a_row_is_of_something_that_there_is() {
        let field = |name: &str, group: &str| Field { name: name.into(), group: group.into(), ..Field::default() };
        let model = [Entity { name: "person".into(), fields: vec![field("phone", "reach")], ..Entity::default() }];
        for of in ["consent", "CONSENT", "person", "person.phone", "person.reach"] {
            assert!(known_subject(&model, of).is_ok(), "{of}");
        }
        let error = known_subject(&model, "person.fone").unwrap_err();
        assert_eq!(error.hint(), "person.phone may be meant.");
        assert!(known_subject(&model, "").is_err() && known_subject(&[], "").is_err());
    }

    #[test]
    fn a_document_with_faults_names_all_of_them_by_line() {
        let text = "rows = [\n  { of = \"consent\", owner = \"A\", by = \"mira\" },\n  { of = \"consent\", by = \"mira\" },\n  { owner = 1 },\n]\nx = 1\n";
        let faults = Truth::parse(text).unwrap_err();
        let lines: Vec<u64> = faults.iter().filter_map(|fault| fault.place).map(|place| place.line).collect();
        assert_eq!(lines.first(), Some(&3));
        assert!(lines.contains(&4) && lines.contains(&6), "{faults:?}");
    }
}
