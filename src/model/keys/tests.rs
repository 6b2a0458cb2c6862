//! Durable keys stay the same, whatever the order and the number of runs.

use proptest::prelude::*;

use super::*;
use crate::sources::load::{self, LoadRequest};
use crate::sources::store::catalog;

struct Ground {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        Self { folder, workspace }
    }

    fn load(&self, object: &str, csv: &str) -> ObjectId {
        let path = self.folder.path().join(format!("{object}.csv"));
        std::fs::write(&path, csv).unwrap();
        let mut request = LoadRequest {
            files: vec![path],
            source: Some("crm".to_owned()),
            object: Some(object.to_owned()),
            ..LoadRequest::default()
        };
        assert!(load::load(&self.workspace, &mut request, &Job::new()).unwrap().failed.is_empty());
        let reader = self.workspace.reader().unwrap();
        let inventory = catalog::inventory(reader.conn()).unwrap();
        inventory.sources[0].objects.iter().find(|found| found.name == object).unwrap().id
    }

    fn give(&self, object: ObjectId) -> u64 {
        give(&self.workspace, "person", object, &Job::new()).unwrap()
    }

    /// Record and key, by record.
    fn keys(&self) -> Vec<(String, String)> {
        let reader = self.workspace.reader().unwrap();
        let mut statement = reader.conn().prepare("SELECT record, key FROM v_durable_keys ORDER BY record").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn holds(&self) {
        let problems = check(self.workspace.reader().unwrap().conn()).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
    }
}

#[test]
fn a_key_is_opaque_given_once_and_found_as_it_is_typed() {
    let ground = Ground::new();
    let object = ground.load("people", "Id,Name\nK-1,Anna\nK-2,Boris\n");
    assert_eq!(ground.give(object), 2);
    let before = ground.keys();
    assert_eq!(ground.give(object), 0);
    let key = before[0].1.clone();
    assert!(key.starts_with("PER-") && key.len() == 16 && !key.contains("K-1"), "{key}");
    let reader = ground.workspace.reader().unwrap();
    assert_eq!(of_record(reader.conn(), "person", "crm/people/K-1").unwrap(), Some(key.clone()));
    let typed = key.to_lowercase().replace('0', "o");
    let found = find(reader.conn(), &typed).unwrap();
    assert_eq!(found, Some(("person".to_owned(), "crm/people/K-1".to_owned())));
    assert_eq!(find(reader.conn(), "PER-!").unwrap(), None);
    drop(reader);

    // Another load changes one record and brings another.
    std::fs::remove_file(ground.folder.path().join("people.csv")).unwrap();
    ground.load("people", "Id,Name\nK-1,Anne\nK-2,Boris\nK-3,Chloe\n");
    assert_eq!(ground.give(object), 1);
    assert_eq!(ground.keys()[..2], before[..]);
    ground.holds();
}

#[test]
fn a_record_without_an_id_of_its_own_has_the_same_key_whatever_number_its_load_has() {
    let csv = "Name,City\nAnna,Uppsala\nBoris,Bristol\n";
    let one = Ground::new();
    let object = one.load("people", csv);
    one.give(object);
    let other = Ground::new();
    other.load("places", "Id,City\n1,Uppsala\n");
    let object = other.load("people", csv);
    other.give(object);
    let keys = |ground: &Ground| ground.keys().into_iter().map(|(_, key)| key).collect::<Vec<_>>();
    assert_eq!(keys(&one), keys(&other));
    assert_ne!(one.keys()[0].0, other.keys()[0].0);
}

#[test]
fn a_key_is_neither_changed_nor_taken_back() {
    let ground = Ground::new();
    let object = ground.load("people", "Id,Name\n1,Anna\n");
    ground.give(object);
    for sql in ["UPDATE durable_key SET key = 'PER-000000000000'", "DELETE FROM durable_key"] {
        let done = ground.workspace.writer().unwrap().transact(move |tx| tx.execute(sql, []));
        assert!(done.is_err(), "{sql}");
    }
    let stopped = Job::new();
    stopped.cancel();
    ground.load("places", "Id,City\n1,Uppsala\n");
    assert!(give(&ground.workspace, "no_such_entity", object, &Job::new()).is_err());
    ground.holds();
}

#[test]
fn keys_that_a_stopped_run_gave_are_completed_by_the_next() {
    let ground = Ground::new();
    let object = ground.load("people", "Id,Name\n1,Anna\n2,Boris\n");
    ground.give(object);
    let before = ground.keys();
    ground.workspace.writer().unwrap().transact(|tx| tx.execute("DELETE FROM durable_key_record", [])).unwrap();
    assert_eq!(ground.give(object), 0);
    let reader = ground.workspace.reader().unwrap();
    assert!(find(reader.conn(), &before[1].1).unwrap().is_some());
    ground.holds();
}

#[test]
fn records_that_come_to_the_same_digits_get_different_keys_in_the_order_of_their_names() {
    let named = |id: &'static str| Named { entity: "person", above: "crm/people/", place: Place::NativeId(id) };
    assert_ne!(digits(&named("1"), 0), digits(&named("2"), 0));
    assert_ne!(digits(&named("1"), 0), digits(&named("1"), 1));
    // Parts are told apart by their lengths.
    let other = Named { entity: "person", above: "crm/", place: Place::NativeId("people/1") };
    assert_ne!(digits(&named("1"), 0), digits(&other, 0));
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 6, ..crate::values::steady_cases() })]

    #[test]
    fn order_and_number_of_runs_change_no_key(
        ids in prop::collection::btree_set("[a-z]{1,3}", 2..12),
        cut in 1usize..11,
        twice in any::<bool>(),
    ) {
        let ids: Vec<String> = ids.into_iter().collect();
        let cut = cut.min(ids.len() - 1);
        let csv = |ids: &[String]| format!("Id,Name\n{}", ids.iter().map(|id| format!("{id},x{id}\n")).collect::<String>());
        let whole = Ground::new();
        let object = whole.load("people", &csv(&ids));
        whole.give(object);
        // In two parts, the later ones first, given in between or not.
        let parts = Ground::new();
        let object = parts.load("people", &csv(&ids[cut..]));
        if twice {
            parts.give(object);
        }
        let object = parts.load("people", &csv(&ids));
        parts.give(object);
        parts.give(object);
        prop_assert_eq!(whole.keys(), parts.keys());
        parts.holds();
    }
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn a_key_that_is_written_is_read_back(number in 0u64..1 << 60) {
        let key = written("PER", number);
        prop_assert_eq!(number_of(&key), Some(number));
        prop_assert_eq!(as_key(&key.to_lowercase()), Some(key));
    }

    #[test]
    fn nothing_that_is_typed_stops_the_search(typed in "\\PC{0,24}") {
        let _ = as_key(&typed);
        let _ = number_of(&typed);
    }
}
