//! Figures close, and are kept as long as they hold.

use super::*;
use crate::mapping::run::ground::Ground;

fn ground() -> (Ground, Compiled) {
    let ground = Ground::new();
    ground.load("People", "Id,Word,Other\n1,abc,A\n2,-,?why\n3,?x,?y\n4,,?why\n5,ABC1,\nX6,?x,?y\n7,abc,b\n");
    let compiled = ground.compiled("People", &[("word", "upper", "1", "Word"), ("other", "upper", "", "Other")]);
    ground.prepare(&compiled);
    (ground, compiled)
}

#[test]
fn every_record_and_every_value_of_it_is_counted_once() {
    let (ground, compiled) = ground();
    let figures = count_with(&ground.workspace, &compiled, 2, &Job::new()).unwrap();
    assert_eq!((figures.records, figures.excluded, figures.rejected), (7, 1, 3));
    let word = &figures.fields["word"];
    assert_eq!((word.filled, word.empty, word.converted, word.rejects, word.missing), (5, 1, 4, 1, 1));
    assert_eq!(word.changed, 3);
    assert_eq!(word.reasons, [Reason { reason: "no word".to_owned(), records: 1, example: "?x".to_owned() }]);
    let other = &figures.fields["other"];
    assert_eq!((other.filled, other.empty, other.converted, other.rejects, other.changed), (5, 1, 2, 3, 1));
    assert_eq!((other.reasons[0].records, other.reasons[0].example.as_str()), (3, "?why"));
    for field in figures.fields.values() {
        assert_eq!(field.filled, field.converted + field.rejects);
        assert_eq!(figures.records - figures.excluded, field.filled + field.empty);
    }
}

#[test]
fn any_number_of_threads_counts_the_same() {
    let ground = Ground::new();
    ground.load("People", &crate::mapping::run::ground::people(0..20_000, "one"));
    let compiled = ground.compiled("People", &[("word", "upper", "1", "Word"), ("other", "upper", "", "Other")]);
    ground.prepare(&compiled);
    let one = count_with(&ground.workspace, &compiled, 1, &Job::new()).unwrap();
    assert_eq!(one.records, 20_000);
    for threads in [2, 3, 8] {
        assert_eq!(count_with(&ground.workspace, &compiled, threads, &Job::new()).unwrap(), one);
    }
}

#[test]
fn what_decides_the_figures_changes_with_the_data_and_with_the_rules() {
    let (ground, compiled) = ground();
    let of = |compiled: &Compiled| decided_by(ground.workspace.reader().unwrap().conn(), compiled).unwrap();
    let before = of(&compiled);
    assert_eq!(of(&compiled), before);
    let other = ground.compiled("People", &[("word", "upper", "2", "Word"), ("other", "upper", "", "Other")]);
    assert_ne!(of(&other), before);
    let load = ground.load("People", "Id,Word,Other\n8,x,y\n");
    assert_ne!(of(&compiled), before);
    ground.take_out(load);
    assert_eq!(of(&compiled), before);
}

#[test]
fn figures_are_kept_for_what_they_were_counted_of() {
    let (ground, compiled) = ground();
    let figures = count_with(&ground.workspace, &compiled, 2, &Job::new()).unwrap();
    let (key, kept) = (compiled.key.clone(), figures.clone());
    let write = move |tx: &rusqlite::Transaction<'_>| kept::write(tx, &key, "one state", &kept);
    ground.workspace.writer().unwrap().transact(write).unwrap();
    let reader = ground.workspace.reader().unwrap();
    assert_eq!(kept::read(reader.conn(), &compiled.key, "one state").unwrap(), Some(figures));
    assert_eq!(kept::read(reader.conn(), &compiled.key, "another").unwrap(), None);
}
