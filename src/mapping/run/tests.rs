//! The rows that a map makes are those of its SELECT.

use super::*;
use crate::mapping::run::ground::{Ground, people};
use crate::sources::LoadId;

const WORDS: &[(&str, &str, &str, &str)] = &[
    ("word", "upper", "1", "Word"),
    ("rec", "upper", "2", "Other"),
    ("other", "upper", "1", "Other"),
    ("Other", "upper", "2", "Other"),
];

fn loaded() -> (Ground, LoadId) {
    let ground = Ground::new();
    ground.load("People", &people(0..9_000, "one"));
    let second = ground.load("People", &(people(8_000..9_500, "two") + "X1,test,test,\n7,a,b,\n7,c,d,\n"));
    (ground, second)
}

fn transformed(ground: &Ground, compiled: &Compiled, threads: usize) -> Vec<TargetRow> {
    let mut all = Vec::new();
    transform_with(&ground.workspace, compiled, threads, &Job::new(), &mut |rows| {
        all.extend(rows);
        Ok(())
    })
    .unwrap();
    all
}

/// As the SELECT gives it.
fn flat(rows: &[TargetRow]) -> Vec<Vec<Option<String>>> {
    let flat = |row: &TargetRow| {
        let before = [row.key.clone(), Some(row.record.clone()), Some(row.rec.to_string())];
        let rejects = (!row.rejects.is_empty()).then(|| serde_json::to_string(&row.rejects).unwrap());
        before.into_iter().chain(row.values.clone()).chain([row.excluded.clone(), rejects]).collect()
    };
    rows.iter().map(flat).collect()
}

fn table(ground: &Ground, name: &str) -> Vec<Vec<Option<String>>> {
    let compiled = Compiled { sql: format!("SELECT * FROM {name}"), ..Compiled::default() };
    ground.selected(&compiled)
}

#[test]
fn what_is_transformed_is_what_the_select_gives_with_any_number_of_threads() {
    let (ground, _) = loaded();
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    let selected = ground.selected(&compiled);
    assert_eq!(selected.len(), 9_503);
    for threads in [1, 2, 5] {
        assert_eq!(flat(&transformed(&ground, &compiled, threads)), selected, "{threads} threads");
    }
}

#[test]
fn what_stands_in_the_table_is_what_the_select_gives() {
    let (ground, second) = loaded();
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    let written = stage::write(&ground.workspace, &compiled, "stage_person_people", 2, &Job::new()).unwrap();
    assert_eq!(written, 9_503);
    assert_eq!(table(&ground, "stage_person_people"), ground.selected(&compiled));
    let reader = ground.workspace.reader().unwrap();
    let mut statement = reader.conn().prepare("SELECT name FROM pragma_table_info('stage_person_people')").unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(names, ["key", "record", "rec", "word", "rec (2)", "other", "Other (2)", "excluded", "rejects"]);
    drop(statement);
    // Once more, over other records: in the place of the former.
    ground.take_out(second);
    stage::write(&ground.workspace, &compiled, "stage_person_people", 3, &Job::new()).unwrap();
    assert_eq!(table(&ground, "stage_person_people"), ground.selected(&compiled));
    assert_eq!(ground.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%stage%'"), 1);
}

#[test]
fn a_cancel_leaves_the_table_that_was_there() {
    let (ground, _) = loaded();
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    let job = Job::new();
    job.cancel();
    assert!(matches!(stage::write(&ground.workspace, &compiled, "stage_p", 2, &job), Err(MappingError::Cancelled)));
    assert_eq!(ground.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%stage%'"), 0);
    stage::write(&ground.workspace, &compiled, "stage_p", 2, &Job::new()).unwrap();
    let before = table(&ground, "stage_p");
    assert!(stage::write(&ground.workspace, &compiled, "stage_p", 2, &job).is_err());
    assert_eq!(table(&ground, "stage_p"), before);
    assert_eq!(ground.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%stage%'"), 1);
}

#[test]
fn only_tables_for_this_are_written() {
    let (ground, _) = loaded();
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    for name in ["load", "data_1", "next_stage_x", "", "stage_\0"] {
        let refused = stage::write(&ground.workspace, &compiled, name, 2, &Job::new());
        assert!(matches!(refused, Err(MappingError::Refused { .. })), "{name}: {refused:?}");
    }
    let odd = "stage_a\"; DROP TABLE load; --";
    stage::write(&ground.workspace, &compiled, odd, 2, &Job::new()).unwrap();
    stage::write(&ground.workspace, &compiled, odd, 2, &Job::new()).unwrap();
    assert_eq!(ground.number("SELECT count(*) FROM load"), 2);
}

#[test]
fn values_that_are_not_prepared_are_no_empty_values() {
    let (ground, _) = loaded();
    let compiled = ground.compiled("People", WORDS);
    let refused = transform_with(&ground.workspace, &compiled, 2, &Job::new(), &mut |_| Ok(()));
    assert!(matches!(refused, Err(MappingError::Refused { .. })), "{refused:?}");
    ground.prepare(&compiled);
    ground.load("People", &people(9_600..9_700, "three"));
    assert!(transform_with(&ground.workspace, &compiled, 2, &Job::new(), &mut |_| Ok(())).is_err());
    ground.prepare(&compiled);
    assert_eq!(transformed(&ground, &compiled, 2).len(), 9_603);
}

#[test]
fn whoever_takes_the_rows_can_stop() {
    let (ground, _) = loaded();
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    let mut batches = 0;
    let stopped = transform_with(&ground.workspace, &compiled, 2, &Job::new(), &mut |_| {
        batches += 1;
        Err(MappingError::Cancelled)
    });
    assert!(matches!(stopped, Err(MappingError::Cancelled)));
    assert_eq!(batches, 1);
}

#[test]
fn numbers_and_bytes_that_an_expression_makes_are_texts_as_the_database_writes_them() {
    let (ground, _) = loaded();
    let mut compiled = ground.compiled("People", &[]);
    compiled.fields = ["i", "r", "b"].map(str::to_owned).to_vec();
    let list = "SELECT NULL AS key, r.record AS record, r.rec AS rec, length(r.record) AS i, r.rec / 3.0 AS r,
        CAST('x' AS BLOB) AS b, NULL AS excluded, NULL AS rejects";
    compiled.sql = format!(
        "SELECT key, record, rec, CAST(i AS TEXT), CAST(r AS TEXT), CAST(b AS TEXT), excluded, rejects FROM
         ({list} FROM {} WHERE r.latest)",
        compiled.from_sql
    );
    compiled.stretch_sql =
        format!("{list} FROM {} WHERE r.latest AND r.rec BETWEEN ?1 AND ?2 ORDER BY r.rec", compiled.from_sql);
    ground.prepare(&compiled);
    assert_eq!(flat(&transformed(&ground, &compiled, 2)), ground.selected(&compiled));
}

#[test]
fn two_maps_have_two_tables() {
    let key = |entity: &str, source: &str, object: &str| super::super::MapKey {
        source: source.to_owned(),
        object: object.to_owned(),
        entity: entity.to_owned(),
    };
    assert_eq!(table_of(&key("person", "Salesforce", "Contact")), "stage_person_salesforce_contact");
    let others = [("person", "CRM", "Kontakt ü"), ("person", "CRM", "Kontakt ö"), ("person", "CRM", "Kontakt")];
    let names: std::collections::BTreeSet<String> = others.iter().map(|(e, s, o)| table_of(&key(e, s, o))).collect();
    assert_eq!(names.len(), 3);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 12, ..crate::values::steady_cases() })]

    #[test]
    fn whatever_was_loaded_all_ways_of_transforming_it_agree(
        loads in proptest::collection::vec(
            proptest::collection::vec((0u8..30, "[ ?a-czé\"'-]{0,6}", "[A-C -]{0,2}"), 1..40), 1..4),
        threads in 1usize..5,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let ground = Ground::new();
        for rows in &loads {
            let csv = rows.iter().fold("Id,Word,Other,AccountId\n".to_owned(), |csv, (id, word, other)| {
                csv + &format!("P{id:03},{},{},A\n", quoted(word), quoted(other))
            });
            ground.load("People", &csv);
        }
        let compiled = ground.compiled("People", WORDS);
        ground.prepare_with(&compiled, threads, 1 << 10, &Job::new()).unwrap();
        let selected = ground.selected(&compiled);
        proptest::prop_assert_eq!(flat(&transformed(&ground, &compiled, threads)), selected.clone());
        stage::write(&ground.workspace, &compiled, "stage_p", threads, &Job::new()).unwrap();
        proptest::prop_assert_eq!(table(&ground, "stage_p"), selected);
    }
}
