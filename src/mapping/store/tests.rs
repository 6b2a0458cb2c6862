//! Maps in a workspace.

use super::*;
use crate::job::Job;
use crate::mapping::edit::{Change, apply, new_map, read_rule};
use crate::mapping::map::Said;
use crate::mapping::{ValueTarget, maps_of};
use crate::model::{Allowed, Field, FieldType};
use crate::sources::load::{self, LoadRequest};
use crate::workspace::Mode;

/// A workspace with a small model beside it.
pub(in crate::mapping) struct Ground {
    pub folder: tempfile::TempDir,
    pub workspace: Workspace,
    pub model: Vec<Entity>,
}

pub(in crate::mapping) fn field(name: &str, kind: FieldType, required: bool) -> Field {
    Field { name: name.to_owned(), kind, required, ..Field::default() }
}

impl Ground {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        let stages = ["customer", "prospect", "churned"];
        let allowed = |value: &&str| Allowed { value: (*value).to_owned(), ..Allowed::default() };
        let person = Entity {
            name: "person".to_owned(),
            fields: vec![
                field("family_name", FieldType::Text, true),
                field("email", FieldType::Email, false),
                field("phone", FieldType::Phone, false),
                field("country", FieldType::Country, true),
                Field { allowed: stages.iter().map(allowed).collect(), ..field("stage", FieldType::Choice, false) },
                field("since", FieldType::Date, false),
                field("owner", FieldType::Text, false),
                field("consent.email", FieldType::Boolean, false),
                Field { derived: true, ..field("lifetime_value", FieldType::Money, false) },
                Field { references: "account".to_owned(), ..field("account", FieldType::Reference, false) },
            ],
            ..Entity::default()
        };
        let account = Entity {
            name: "account".to_owned(),
            fields: vec![field("name", FieldType::Text, true)],
            ..Entity::default()
        };
        Self { folder, workspace, model: vec![person, account] }
    }

    pub fn reopen(&mut self, actor: &str) {
        let file = self.folder.path().join("w.cutover");
        self.workspace = Workspace::open(&file, Mode::Write, actor).unwrap();
    }

    pub fn load(&self, source: &str, object: &str, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut request = LoadRequest {
            files: vec![path],
            source: Some(source.to_owned()),
            object: Some(object.to_owned()),
            ..LoadRequest::default()
        };
        let report = load::load(&self.workspace, &mut request, &Job::new()).unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
    }

    pub fn map(&self, key: (&str, &str, &str), rules: &[(&str, &str)], more: &[Change]) -> ObjectMap {
        let (source, object, entity) = key;
        let key = MapKey { source: source.to_owned(), object: object.to_owned(), entity: entity.to_owned() };
        let set = |(field, line): &(&str, &str)| {
            let (from, rule) = read_rule(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            Change::Set { field: (*field).to_owned(), from, rule }
        };
        let changes: Vec<Change> = rules.iter().map(set).chain(more.iter().cloned()).collect();
        let mark = Mark { by: self.workspace.actor().to_owned(), at: "2025-01-01T00:00:00Z".to_owned() };
        apply(&new_map(&key), &changes, &mark).unwrap()
    }

    pub fn save(&self, maps: &[ObjectMap]) -> Result<Vec<Saved>, MappingError> {
        let maps: Vec<_> = maps.iter().map(|map| (map.clone(), Onto::Any)).collect();
        save_against(&self.workspace, &self.model, &maps, "")
    }

    pub fn standing(&self, object: &str) -> Vec<StandingMap> {
        maps_of(self.workspace.reader().unwrap().conn(), "S", object).unwrap()
    }
}

const CONTACTS: &str =
    "Id,LastName,Email,Type,Country,AccountId\n1,Wójcik,k@bwc.example,Active,Poland,9\n2,Lee,,Test,,9\n";
const CONTACT: (&str, &str, &str) = ("S", "Contact", "person");

fn ground() -> Ground {
    let ground = Ground::new();
    ground.load("S", "Contact", "Contact.csv", CONTACTS);
    ground
}

#[test]
fn saved_maps_stand_and_one_undo_takes_all_back() {
    let ground = ground();
    ground.load("S", "Account", "Account.csv", "Id,Name\n9,BWC\n");
    let person = ground.map(CONTACT, &[("family_name", "copy LastName")], &[]);
    let account = ground.map(("S", "Account", "account"), &[("name", "copy Name")], &[]);
    let saved = ground.save(&[person.clone(), account]).unwrap();
    assert_eq!(saved.iter().filter(|saved| saved.is_new).count(), 2);
    let standing = ground.standing("Contact").pop().unwrap();
    assert_eq!((standing.map.key.clone(), standing.author.as_str()), (person.key.clone(), "mira"));
    assert_eq!(standing.map.fields[0].written.by, "mira");
    // Nothing changed: no version.
    assert!(!ground.save(std::slice::from_ref(&standing.map)).unwrap()[0].is_new);
    load::undo(&ground.workspace, &Job::new()).unwrap();
    assert_eq!((ground.standing("Contact").len(), ground.standing("Account").len()), (0, 0));
    load::redo(&ground.workspace, &Job::new()).unwrap();
    assert_eq!((ground.standing("Contact").pop(), ground.standing("Account").len()), (Some(standing), 1));
    let reader = ground.workspace.reader().unwrap();
    assert!(object_of(reader.conn(), &person.key).unwrap().is_some());
    assert!(map(reader.conn(), &person.key).unwrap().is_some());
}

#[test]
fn all_that_does_not_hold_is_listed_and_nothing_is_saved() {
    let ground = ground();
    let right = ground.map(CONTACT, &[("family_name", "copy LastName")], &[]);
    let wrong = ground.map(
        ("S", "Contact", "account"),
        &[("name", "copy Lastname"), ("nmae", "copy Email"), ("x", "constant a")],
        &[],
    );
    let error = ground.save(&[right, wrong]).unwrap_err();
    let MappingError::Definition(DefinitionError::Document(faults)) = error else { panic!("{error}") };
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for part in [
        "S/Contact → account: name: there is no column “Lastname”; “LastName” is meant, perhaps",
        "there is no field “nmae”; “name” is meant, perhaps",
        "there is no field “x”",
    ] {
        assert!(told.iter().any(|text| text.contains(part)), "{part} in {told:#?}");
    }
    assert_eq!(ground.standing("Contact"), []);
}

#[test]
fn a_rule_fits_its_field_or_is_refused() {
    let ground = ground();
    let drop = |column: &str| Change::Drop { column: column.to_owned(), reason: "no use".to_owned() };
    for (field, line, said) in [
        ("since", "phone LastName", "`phone` makes no date"),
        ("lifetime_value", "money LastName in EUR", "is derived in the warehouse"),
        ("account", "copy AccountId", "by its durable key"),
        ("account", "reference AccountId to person in S.Account", "it refers to account, not to person"),
        ("account", "reference AccountId to acount in S.Account", "“account” is meant, perhaps"),
        ("stage", "constant client", "there is no allowed value “client”; there are customer, prospect, churned"),
        ("stage", "value map Type: Active -> custmer", "“customer” is meant, perhaps"),
        ("country", "constant Poland", "a country code of two letters is expected"),
        ("consent.email", "constant yes", "true or false is expected"),
    ] {
        let error = ground.save(&[ground.map(CONTACT, &[(field, line)], &[])]).unwrap_err();
        assert!(error.to_string().contains(said), "{line}: {error}");
    }
    let error = ground.save(&[ground.map(CONTACT, &[], &[drop("Fax")])]).unwrap_err();
    assert!(error.to_string().contains("there is no column “Fax”"), "{error}");
    let error = ground.save(&[ground.map(("S", "Leads", "person"), &[], &[])]).unwrap_err();
    assert!(error.to_string().contains("no object Leads of S is loaded"), "{error}");
    let error = ground.save(&[ground.map(("S", "Contact", "persn"), &[], &[])]).unwrap_err();
    assert!(error.to_string().contains("“person” is meant"), "{error}");
    let fine = [
        ("stage", "value map Type: Active -> customer, Test -> excluded \"test\""),
        ("country", "country Country"),
        ("account", "reference AccountId to account in S.Account"),
    ];
    ground.save(&[ground.map(CONTACT, &fine, &[drop("Email")])]).unwrap();
}

#[test]
fn who_wrote_and_reviewed_what_cannot_be_claimed_by_hand() {
    let mut ground = ground();
    let rules = [("family_name", "copy LastName"), ("stage", "value map Type: Active -> customer")];
    ground.save(&[ground.map(CONTACT, &rules, &[])]).unwrap();
    let review = |field: &str, by: &str, map: &ObjectMap| {
        let change = Change::Review { field: Some(field.to_owned()), column: None, business: true, said: true };
        apply(map, &[change], &Mark { by: by.to_owned(), at: String::new() }).unwrap()
    };
    let first = ground.standing("Contact").pop().unwrap().map;
    ground.reopen("dana");
    ground.save(&[review("family_name", "dana", &first)]).unwrap();
    ground.reopen("jo");
    // By hand: a review by somebody else, another author, a value that Dana is said to have decided, a comment of hers.
    let mut claimed = ground.standing("Contact").pop().unwrap().map;
    assert_eq!(claimed.fields[0].business.as_ref().map(|said| said.by.as_str()), Some("dana"));
    claimed.fields[0].written.by = "dana".to_owned();
    let of = claimed.fields[1].fingerprint();
    claimed.fields[1].technical = Some(Said { by: "dana".to_owned(), at: String::new(), of });
    claimed.fields[1].comments.push(super::super::Comment {
        by: "dana".to_owned(),
        at: String::new(),
        text: "fine".to_owned(),
    });
    let crate::mapping::Rule::ValueMap { rows, .. } = &mut claimed.fields[1].rule else { panic!() };
    let to = ValueTarget::Value("prospect".to_owned());
    rows.push(crate::mapping::ValueRow { value: "Test".to_owned(), to, by: "dana".to_owned(), ..Default::default() });
    ground.save(std::slice::from_ref(&claimed)).unwrap();
    let kept = ground.standing("Contact").pop().unwrap().map;
    assert_eq!(kept.fields[0].written.by, "mira");
    assert_eq!(kept.fields[0].business.as_ref().map(|said| said.by.as_str()), Some("dana"));
    assert_eq!((kept.fields[1].written.by.as_str(), &kept.fields[1].technical), ("jo", &None));
    assert_eq!(kept.fields[1].comments[0].by, "jo");
    let crate::mapping::Rule::ValueMap { rows, .. } = &kept.fields[1].rule else { panic!() };
    assert_eq!(rows.iter().map(|row| row.by.as_str()).collect::<Vec<_>>(), ["mira", "jo"]);
    // Changed by hand, a rule loses the review that still stands beside it.
    let mut changed = kept.clone();
    changed.fields[0].from = vec!["Email".to_owned()];
    ground.save(&[changed]).unwrap();
    assert_eq!(ground.standing("Contact").pop().unwrap().map.fields[0].business, None);
}

#[test]
fn loads_after_a_map_was_saved_are_known() {
    let ground = ground();
    ground.save(&[ground.map(CONTACT, &[("family_name", "copy LastName")], &[])]).unwrap();
    let after = |ground: &Ground| {
        let map = ground.standing("Contact").pop().unwrap();
        loads_after(ground.workspace.reader().unwrap().conn(), &map).unwrap().len()
    };
    assert_eq!(after(&ground), 0);
    ground.load("S", "Contact", "Contact-2.csv", &CONTACTS.replace("Test", "Partner"));
    assert_eq!(after(&ground), 1);
}
