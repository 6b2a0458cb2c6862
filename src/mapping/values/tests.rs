//! Values of a column with what maps make of them.

use super::counts;
use super::*;
use crate::mapping::edit::Change;
use crate::mapping::store::tests::Ground;
use crate::sources::ObjectId;

const KEY: (&str, &str, &str) = ("S", "Contact", "person");

fn key() -> MapKey {
    MapKey { source: "S".to_owned(), object: "Contact".to_owned(), entity: "person".to_owned() }
}

fn seen(ground: &Ground, column: &str) -> ValueTable {
    table(ground.workspace.reader().unwrap().conn(), &key(), column, &Job::new()).unwrap()
}

fn ground() -> Ground {
    let ground = Ground::new();
    let text = "Id,LastName,Type,Tags\n1,A,Active,a;b\n2,B,Active,b\n3,C,active ,a; c\n4,D,,\n5,E,Test,b;b\n";
    ground.load("S", "Contact", "Contact.csv", text);
    ground
}

#[test]
fn every_value_stands_with_its_records_and_what_it_becomes() {
    let ground = ground();
    let rules = [("stage", "value map Type: Active -> customer"), ("family_name", "copy LastName")];
    ground.save(&[ground.map(KEY, &rules, &[])]).unwrap();
    let found = seen(&ground, "Type");
    assert_eq!((found.fields.as_slice(), found.records, found.distinct), (&["stage".to_owned()][..], 5, 3));
    let told: Vec<(&str, u64, bool)> =
        found.rows.iter().map(|row| (row.value.as_str(), row.records, row.to[0].is_some())).collect();
    // No value is a line of its own.
    assert_eq!(told, [("Active", 2, true), ("", 1, false), ("Test", 1, false), ("active ", 1, false)]);
    assert_eq!(found.rows.iter().map(|row| row.records).sum::<u64>(), found.records);
    assert_eq!(found.rows[0].to[0].as_ref().map(|decided| decided.by.as_str()), Some("mira"));
    assert!(found.rows.iter().all(|row| !row.is_new));

    let rules = [("stage", "value map Type folded: Active -> customer, otherwise -> prospect")];
    ground.save(&[ground.map(KEY, &rules, &[])]).unwrap();
    let found = seen(&ground, "Type");
    let by_default: Vec<Option<bool>> =
        found.rows.iter().map(|row| row.to[0].as_ref().map(|decided| decided.by_default)).collect();
    assert_eq!(by_default, [Some(false), None, Some(true), Some(false)]);
    assert!(table(ground.workspace.reader().unwrap().conn(), &key(), "Typ", &Job::new()).is_err());
}

#[test]
fn a_value_of_a_later_load_is_new_until_the_map_is_decided_again() {
    let ground = ground();
    let rules = [("stage", "value map Type: Active -> customer")];
    ground.save(&[ground.map(KEY, &rules, &[])]).unwrap();
    // The second record only changes elsewhere: its value is not new with that.
    let text = "Id,LastName,Type,Tags\n1,A,Active,a;b\n2,Bb,Active,b\n3,C,Partner,\n4,D,,\n5,E,Test,b\n";
    ground.load("S", "Contact", "Contact-2.csv", text);
    let new = |ground: &Ground| -> Vec<String> {
        seen(ground, "Type").rows.into_iter().filter(|row| row.is_new).map(|row| row.value).collect()
    };
    assert_eq!(new(&ground), ["Partner"]);
    let rules = [("stage", "value map Type: Active -> customer, Partner -> prospect")];
    ground.save(&[ground.map(KEY, &rules, &[])]).unwrap();
    assert_eq!(new(&ground), Vec::<String>::new());
}

#[test]
fn several_values_in_a_cell_are_lines_of_their_own() {
    let ground = ground();
    let about = Change::About { key: "owner".to_owned(), text: "Tomas".to_owned() };
    ground.save(&[ground.map(KEY, &[("stage", "value map Tags parted by \";\": a -> customer")], &[about])]).unwrap();
    let found = seen(&ground, "Tags");
    let told: Vec<(&str, u64)> = found.rows.iter().map(|row| (row.value.as_str(), row.records)).collect();
    assert_eq!(told, [("b", 3), ("a", 2), ("", 1), ("c", 1)]);
}

#[test]
fn counts_are_kept_until_the_loads_change() {
    let ground = ground();
    let stored = |ground: &Ground| counts::stored(ground.workspace.reader().unwrap().conn(), ObjectId(1), 2).unwrap();
    assert_eq!(stored(&ground), None);
    let counted = counts::keep(&ground.workspace, ObjectId(1), 2, &Job::new()).unwrap();
    assert_eq!(stored(&ground), Some(counted.clone()));
    assert_eq!((counted.records, counted.empty, counted.distinct), (5, 1, 3));
    ground.load("S", "Contact", "Contact-2.csv", "Id,LastName,Type,Tags\n6,F,Test,\n");
    assert_eq!(stored(&ground), None);
    let job = Job::new();
    job.cancel();
    assert!(matches!(counts::keep(&ground.workspace, ObjectId(1), 2, &job), Err(MappingError::Cancelled)));
}
