//! Each kind of problem, from files over maps to the list.

use super::*;
use crate::mapping::edit::Change;
use crate::mapping::figures::{FieldFigures, Figures, Reason};
use crate::mapping::store::tests::{Ground as Workshop, field};
use crate::mapping::{ObjectMap, expression};
use crate::model::truth::TruthRow;
use crate::model::users::{OwnerMatch, User, UserList};
use crate::model::{Entity, Field, FieldType, Missing, MissingPolicy, Standing};
use crate::sources::ObjectId;
use crate::sources::facts::change::{Change as FactChange, change as state};
use crate::sources::profile::{self, DateOrder, decide};

const CONTACT: (&str, &str, &str) = ("S", "Contact", "person");
const CONTACTS: &str = "Id,LastName,Email,Type,Country,Owner,Phone,Since,Signed,Fax\n\
    1,Wójcik,k@bwc.example,Active,PL,S. Lee,+48 22 555 01 43,03/04/2021,23/09/2025,\n\
    2,Lee,l@bwc.example,Active,,J. Weber,,05/06/2022,09/24/2025,\n\
    3,Nilsson,,Partner,SE,S. Lee,,07/08/2023,01/02/2025,\n";

/// All columns but those that a test is about, decided.
const RULES: &[(&str, &str)] =
    &[("family_name", "copy LastName"), ("email", "e-mail Email"), ("country", "country Country")];

fn workshop() -> Workshop {
    let mut ground = Workshop::new();
    ground.load("S", "Contact", "Contact.csv", CONTACTS);
    for entity in &mut ground.model {
        for field in &mut entity.fields {
            field.owner = "Dana Cole".to_owned();
        }
    }
    ground
}

fn drop_all(columns: &[&str]) -> Vec<Change> {
    columns
        .iter()
        .map(|column| Change::Drop { column: (*column).to_owned(), reason: "no process uses it".to_owned() })
        .collect()
}

fn contact(ground: &Workshop, more: &[(&str, &str)], dropped: &[&str]) -> ObjectMap {
    let rules: Vec<(&str, &str)> = RULES.iter().chain(more).copied().collect();
    let mut changes = drop_all(dropped);
    changes.push(Change::About { key: "owner".to_owned(), text: "Tomas Reyes".to_owned() });
    ground.map(CONTACT, &rules, &changes)
}

fn checked_with(ground: &Workshop, tweak: impl FnOnce(&mut Ground)) -> Check {
    let mut known = Ground::read(ground.workspace.reader().unwrap().conn()).unwrap();
    let standing = |entity: &Entity| Standing {
        entity: entity.clone(),
        version: None,
        author: String::new(),
        at: String::new(),
        reviews: Vec::new(),
    };
    known.model = ground.model.iter().map(standing).collect();
    known.count(&ground.workspace, &Job::new()).unwrap();
    tweak(&mut known);
    judge(&known)
}

fn checked(ground: &Workshop) -> Check {
    checked_with(ground, |_| {})
}

fn of(check: &Check, kind: ProblemKind) -> Vec<&Problem> {
    check.problems.iter().filter(|problem| problem.kind == kind).collect()
}

/// Kind, whether it blocks, column, records.
fn told(check: &Check, kind: ProblemKind) -> Vec<(bool, &str, u64, &str)> {
    of(check, kind).iter().map(|p| (p.blocks, p.column.as_str(), p.count, p.title.as_str())).collect()
}

#[test]
fn fields_without_a_decision_are_counted_per_object_and_do_not_block() {
    let ground = workshop();
    let check = checked(&ground);
    assert_eq!((check.coverage, check.columns, check.decided), (0.0, 10, 0));
    assert_eq!(told(&check, ProblemKind::NoMap), [(false, "", 3, "no map and no decision")]);
    assert_eq!(told(&check, ProblemKind::NoDisposition), [(false, "", 10, "10 fields without a decision")]);
    ground.save(&[contact(&ground, &[], &["Id", "Type", "Owner", "Phone", "Since", "Signed"])]).unwrap();
    let check = checked(&ground);
    assert_eq!((check.coverage, check.columns, check.decided), (0.9, 10, 9));
    assert_eq!(told(&check, ProblemKind::NoDisposition), [(false, "Fax", 1, "1 field without a decision")]);
    assert_eq!(of(&check, ProblemKind::NoMap), Vec::<&Problem>::new());
    let problem = of(&check, ProblemKind::NoDisposition)[0];
    assert_eq!((problem.who.as_str(), problem.values.as_slice()), ("Tomas Reyes", &["Fax".to_owned()][..]));
    assert!(problem.message.contains("1 of 10 fields of Contact have no decision: Fax"), "{}", problem.message);
    assert_eq!(told(&check, ProblemKind::Unreviewed), [(false, "", 9, "9 rules not reviewed")]);
    assert_eq!(told(&check, ProblemKind::Unapproved), [(false, "person", 3, "the entity is not approved")]);
    // What blocks stands first.
    assert!(check.problems.iter().map(|problem| !problem.blocks).is_sorted());
}

#[test]
fn dates_block_until_a_person_decides_their_order() {
    let ground = workshop();
    let dates = [("since", "date Since day-first")];
    ground.save(&[contact(&ground, &dates, &["Id"])]).unwrap();
    let check = checked(&ground);
    // One is mapped with an order that a rule assumes, the other is open.
    assert_eq!(told(&check, ProblemKind::UndecidedDate), [(true, "Since", 3, "day or month first: undecided")]);
    assert_eq!(
        told(&check, ProblemKind::ContradictoryDate),
        [(true, "Signed", 1, "day or month first: contradictory")]
    );
    let object = ObjectId(1);
    let profile = profile::of_object(&ground.workspace, object, &Job::new()).unwrap();
    let evidence = |at: usize| profile.columns[at].dates.clone().unwrap();
    decide::decide(&ground.workspace, object, 7, DateOrder::DayFirst, &evidence(7)).unwrap();
    decide::decide(&ground.workspace, object, 8, DateOrder::DayFirst, &evidence(8)).unwrap();
    let check = checked(&ground);
    assert_eq!(
        (of(&check, ProblemKind::UndecidedDate).len(), of(&check, ProblemKind::ContradictoryDate).len()),
        (0, 0)
    );
    // A rule that reads them the other way than was decided.
    ground.save(&[contact(&ground, &[("since", "date Since as %m/%d/%Y")], &["Id"])]).unwrap();
    assert_eq!(
        told(&checked(&ground), ProblemKind::ContradictoryDate),
        [(true, "Since", 3, "a rule reads dates the other way")]
    );
    // Dropped, a column of dates means nothing any more.
    let ground = workshop();
    ground.save(&[contact(&ground, &[], &["Since", "Signed"])]).unwrap();
    assert_eq!(of(&checked(&ground), ProblemKind::UndecidedDate), Vec::<&Problem>::new());
}

#[test]
fn values_without_a_target_block_and_a_later_load_reopens_the_map() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[("stage", "value map Type: Active -> customer")], &["Id"])]).unwrap();
    let check = checked(&ground);
    assert_eq!(told(&check, ProblemKind::UnmappedValue), [(true, "Type", 1, "1 value without a target")]);
    let problem = of(&check, ProblemKind::UnmappedValue)[0];
    assert_eq!(
        (problem.entity.as_str(), problem.field.as_str(), problem.values.as_slice()),
        ("person", "stage", &["Partner".to_owned()][..])
    );
    assert_eq!(of(&check, ProblemKind::NewValue), Vec::<&Problem>::new());

    let mapped = [("stage", "value map Type: Active -> customer, Partner -> nothing")];
    ground.save(&[contact(&ground, &mapped, &["Id"])]).unwrap();
    assert_eq!(of(&checked(&ground), ProblemKind::UnmappedValue), Vec::<&Problem>::new());
    ground.load("S", "Contact", "Contact-2.csv", &CONTACTS.replace("3,Nilsson,,Partner", "3,Nilsson,,Reseller"));
    let check = checked(&ground);
    assert_eq!(told(&check, ProblemKind::UnmappedValue), [(true, "Type", 1, "1 value without a target")]);
    assert_eq!(told(&check, ProblemKind::NewValue), [(false, "Type", 1, "1 new value since the map was decided")]);

    // A deliberate default takes what has no row, and what is new is told all the same.
    let default = [("stage", "value map Type: Active -> customer, otherwise -> prospect")];
    ground.save(&[contact(&ground, &default, &["Id"])]).unwrap();
    ground.load("S", "Contact", "Contact-3.csv", &CONTACTS.replace("3,Nilsson,,Partner", "3,Nilsson,,Broker"));
    let check = checked(&ground);
    assert_eq!((of(&check, ProblemKind::UnmappedValue).len(), of(&check, ProblemKind::NewValue).len()), (0, 1));
    // Counted row by row, the figures say how many records it is.
    let figures = FieldFigures { rejects: 2, ..FieldFigures::default() };
    let check = checked_with(&ground, |known| {
        let key = known.maps[0].map.key.clone();
        let fields = [("stage".to_owned(), figures)].into_iter().collect();
        known.figures.insert(key, Figures { records: 3, fields, ..Figures::default() });
    });
    assert_eq!(told(&check, ProblemKind::UnmappedValue), [(true, "Type", 2, "no condition holds for the value")]);
}

#[test]
fn a_required_field_that_stays_empty_blocks_by_its_policy() {
    let mut ground = workshop();
    ground.save(&[contact(&ground, &[], &["Id"])]).unwrap();
    let kinds = |ground: &Workshop| -> Vec<(ProblemKind, bool, u64)> {
        checked(ground)
            .problems
            .iter()
            .filter(|problem| problem.column == "person.country")
            .map(|problem| (problem.kind, problem.blocks, problem.count))
            .collect()
    };
    assert_eq!(kinds(&ground), [(ProblemKind::RequiredEmpty, true, 1)]);
    assert_eq!(of(&checked(&ground), ProblemKind::RequiredEmpty)[0].who, "Dana Cole");
    let set = |ground: &mut Workshop, policy| {
        let country = ground.model[0].fields.iter_mut().find(|field| field.name == "country").unwrap();
        country.missing = Missing { policy, value: "PL".to_owned() };
    };
    set(&mut ground, MissingPolicy::Ask);
    assert_eq!(kinds(&ground), [(ProblemKind::RequiredEmpty, true, 1)]);
    set(&mut ground, MissingPolicy::Reject);
    assert_eq!(kinds(&ground), [(ProblemKind::Rejects, false, 1)]);
    set(&mut ground, MissingPolicy::Default);
    assert_eq!(kinds(&ground), []);
    // A map overrules the field.
    set(&mut ground, MissingPolicy::Reject);
    let asked = Some(Missing { policy: MissingPolicy::Ask, value: String::new() });
    let change = Change::Missing { field: "country".to_owned(), missing: asked };
    ground.save(&[ground.map(CONTACT, RULES, &[change])]).unwrap();
    assert_eq!(kinds(&ground), [(ProblemKind::RequiredEmpty, true, 1)]);
}

#[test]
fn a_required_field_that_nothing_feeds_blocks() {
    let ground = workshop();
    ground.save(&[ground.map(CONTACT, &[("family_name", "copy LastName")], &[])]).unwrap();
    let check = checked(&ground);
    assert_eq!(
        told(&check, ProblemKind::RequiredWithoutSource),
        [(true, "person.country", 3, "required, and nothing feeds it")]
    );
    // Where another source feeds it, it is empty in what this one brings.
    ground.load("H", "People", "People.csv", "Id,Name,Land\n1,A,PL\n2,B,PL\n");
    let people =
        ground.map(("H", "People", "person"), &[("family_name", "copy Name"), ("country", "country Land")], &[]);
    ground.save(&[people]).unwrap();
    let check = checked(&ground);
    assert_eq!(of(&check, ProblemKind::RequiredWithoutSource), Vec::<&Problem>::new());
    assert_eq!(
        told(&check, ProblemKind::RequiredEmpty),
        [(true, "person.country", 3, "required, empty, no rule for it")]
    );
    assert_eq!(
        told(&check, ProblemKind::NoSourceOfTruth),
        [(false, "person.family_name", 5, "several sources, and nobody said which wins")]
    );
}

#[test]
fn owner_names_are_matched_with_the_approved_users() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[("owner", "owner Owner from users")], &["Id"])]).unwrap();
    let check = checked(&ground);
    let gone = of(&check, ProblemKind::Gone);
    assert!(gone.iter().any(|problem| problem.blocks && problem.message.contains("needs the list of users users")));
    let user = |name: &str| User { name: name.to_owned(), ..User::default() };
    let check = checked_with(&ground, |known| {
        known.users = vec![UserList { name: "users".to_owned(), users: vec![user("Sarah Lee"), user("Simon Lee")] }];
        known.means.owner = |list, text| match text {
            "S. Lee" => OwnerMatch::Several(list.users.clone()),
            _ => OwnerMatch::Unknown,
        };
    });
    assert_eq!(told(&check, ProblemKind::AmbiguousOwner), [(true, "Owner", 2, "one owner name, two users")]);
    assert_eq!(told(&check, ProblemKind::UnknownOwner), [(false, "Owner", 1, "1 owner name without a user")]);
    assert_eq!(of(&check, ProblemKind::Gone), Vec::<&Problem>::new());
}

#[test]
fn a_system_that_writes_what_another_owns_is_flagged() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[("phone", "phone Phone country PL")], &["Id"])]).unwrap();
    let check = checked_with(&ground, |known| {
        let of = "person.phone".to_owned();
        known.truth.rows = vec![TruthRow { of, owner: "HubSpot".to_owned(), ..TruthRow::default() }];
        known.means.truth = |truth, _, field, _| truth.rows.iter().find(|_| field == "phone");
    });
    assert_eq!(told(&check, ProblemKind::OwnerOverwritten), [(false, "Phone", 1, "the owning system is overwritten")]);
    let message = &of(&check, ProblemKind::OwnerOverwritten)[0].message;
    assert!(message.starts_with("HubSpot owns phone, but S writes it"), "{message}");
    assert_eq!(of(&checked(&ground), ProblemKind::OwnerOverwritten), Vec::<&Problem>::new());
}

#[test]
fn a_system_that_controls_what_it_must_not_is_flagged() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[("phone", "phone Phone country PL")], &["Id"])]).unwrap();
    let facts: Vec<FactChange> = ["must_not_control=phone numbers", "risky=e-mails, country"]
        .iter()
        .map(|text| FactChange::parse(text).unwrap())
        .collect();
    state(&ground.workspace, "S", &facts, "").unwrap();
    let check = checked(&ground);
    assert_eq!(
        told(&check, ProblemKind::MustNotControl),
        [
            (false, "Country", 2, "a system is risky for this"),
            (false, "Phone", 1, "a system controls what it must not")
        ]
    );
}

#[test]
fn what_is_gone_derived_or_cannot_be_computed_blocks() {
    let mut ground = workshop();
    let rules = [("stage", "= upper(Type)"), ("account", "reference Owner to account in S.Account")];
    ground.save(&[contact(&ground, &rules, &["Fax"])]).unwrap();
    // The model changes after the map was saved.
    for field in &mut ground.model[0].fields {
        match field.name.as_str() {
            "email" => field.derived = true,
            "stage" => field.name = "lifecycle".to_owned(),
            _ => {}
        }
    }
    let check = checked_with(&ground, |known| {
        known.objects[0].columns.retain(|column| column.name != "LastName" && column.name != "Fax");
        known.means.expression = |sql, columns| match sql {
            "upper(Type)" => Err(MappingError::Expression {
                message: "There is no such function.".to_owned(),
                at: Some(0),
                hint: "upper is meant.".to_owned(),
            }),
            other => expression::check(other, columns).map(|_| ()),
        };
    });
    assert_eq!(told(&check, ProblemKind::DerivedField), [(true, "person.email", 3, "a derived field has a rule")]);
    assert_eq!(
        told(&check, ProblemKind::BadExpression),
        [(true, "person.stage", 3, "the expression cannot be computed")]
    );
    assert_eq!(of(&check, ProblemKind::BadExpression)[0].message, "There is no such function. upper is meant.");
    assert_eq!(
        told(&check, ProblemKind::Gone),
        [
            (true, "LastName", 3, "a column is gone"),
            (true, "Owner", 3, "what the rule needs is gone"),
            (true, "person.stage", 3, "a field is gone"),
            (false, "Fax", 0, "a decided column is gone"),
        ]
    );
    // The object itself is taken out of the workspace.
    let check = checked_with(&ground, |known| known.objects.clear());
    assert_eq!(told(&check, ProblemKind::Gone), [(true, "", 0, "the object is not loaded")]);
    ground.model.clear();
    assert_eq!(told(&checked(&ground), ProblemKind::Gone), [(true, "", 3, "the entity is gone")]);
}

#[test]
fn rejects_are_told_with_their_reason() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[], &["Id"])]).unwrap();
    let reason = Reason { reason: "no e-mail address".to_owned(), records: 2, example: "k@\u{202E}bwc".to_owned() };
    let check = checked_with(&ground, |known| {
        let key = known.maps[0].map.key.clone();
        let figures = FieldFigures { rejects: 2, reasons: vec![reason], ..FieldFigures::default() };
        let fields = [("email".to_owned(), figures)].into_iter().collect();
        known.figures.insert(key, Figures { records: 3, fields, ..Figures::default() });
    });
    assert_eq!(told(&check, ProblemKind::Rejects), [(false, "Email", 2, "2 values cannot be converted")]);
    let message = &of(&check, ProblemKind::Rejects)[0].message;
    assert!(message.contains("no e-mail address") && !message.contains('\u{202E}'), "{message}");
}

#[test]
fn what_is_not_counted_yet_is_named_and_counted_by_the_check() {
    let ground = workshop();
    ground.save(&[contact(&ground, &[("stage", "value map Type: Active -> customer")], &["Id"])]).unwrap();
    let key = ground.standing("Contact")[0].map.key.clone();
    let quick = stored(ground.workspace.reader().unwrap().conn()).unwrap();
    assert_eq!(quick.uncounted, [key]);
    let whole = check(&ground.workspace, &Job::new()).unwrap();
    assert_eq!(whole, check(&ground.workspace, &Job::new()).unwrap());
    let job = Job::new();
    job.cancel();
    ground.load("S", "Contact", "Contact-2.csv", "Id,LastName,Type\n9,New,Other\n");
    assert!(matches!(check(&ground.workspace, &job), Err(MappingError::Cancelled)));
    // A field of the shape that tests make is no other than the model's.
    assert_eq!(
        field("x", FieldType::Text, true),
        Field { name: "x".to_owned(), kind: FieldType::Text, required: true, ..Field::default() }
    );
}
