//! A process that prepares and transforms, stopped dead at every slice: afterwards what can be seen is what was there or
//! what should be there, and doing it again brings what an undisturbed run brings. Only debug builds have such faults.

use std::process::Command;

use super::ground::{Ground, people};
use super::*;
use crate::mapping::outcomes::refer;

const TABLE: &str = "stage_person_people";
const LOOKED_UP: &str = r#"{"source":"CRM","object":"Accounts","column":"Country"}"#;
const FIELDS: &[(&str, &str, &str, &str)] =
    &[("word", "upper", "1", "Word"), ("id", "upper", "2", "Id"), ("country", refer::LOOK_UP, LOOKED_UP, "AccountId")];

fn accounts(range: std::ops::Range<u32>, country: &str) -> String {
    range.fold("Id,Country\n".to_owned(), |csv, n| csv + &format!("A{n:03},{country}{n}\n"))
}

/// Prepared and transformed once; since then both objects have got a load more.
fn template() -> Ground {
    let ground = Ground::new();
    ground.load("People", &people(0..9_000, "one"));
    ground.load("Accounts", &accounts(0..30, "PL"));
    do_it(&ground);
    ground.load("People", &people(8_500..18_000, "two"));
    ground.load("Accounts", &accounts(10..40, "DE"));
    ground
}

fn do_it(ground: &Ground) {
    let compiled = ground.compiled("People", FIELDS);
    ground.prepare(&compiled);
    stage::write(&ground.workspace, &compiled, TABLE, 2, &Job::new()).unwrap();
}

type Table = Vec<Vec<Option<String>>>;

fn table(ground: &Ground) -> Table {
    ground.selected(&Compiled { sql: format!("SELECT * FROM {TABLE}"), ..Compiled::default() })
}

/// The child: does it, in the workspace that stands in the folder that the environment names.
#[test]
#[ignore = "is run by the other, in a process of its own"]
fn a_child_prepares_and_transforms() {
    let Some(folder) = std::env::var_os("CUTOVER_TEST_FOLDER") else { return };
    let file = std::path::Path::new(&folder).join("w.cutover");
    let workspace = Workspace::open(&file, crate::workspace::Mode::Write, "mira").unwrap();
    do_it(&Ground::of(workspace));
}

fn run_child(folder: &std::path::Path, fault: &str) -> bool {
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "mapping::run::crash_tests::a_child_prepares_and_transforms", "--ignored"])
        .env("CUTOVER_TEST_FOLDER", folder)
        .env("CUTOVER_FAULT", fault)
        .output()
        .unwrap();
    done.status.success()
}

#[test]
fn a_preparation_or_a_table_that_was_stopped_is_there_or_as_it_was() {
    let template = template();
    let (before, former) = (table(&template), template.outcomes());
    let undisturbed = template.copy();
    do_it(&undisturbed);
    let (after, made) = (table(&undisturbed), undisturbed.outcomes());
    assert!(before.len() == 9_000 && after.len() == 18_000);
    let faults = [
        "outcomes.begun:1",
        "outcomes.slice:1",
        "outcomes.slice:3",
        "outcomes.before_complete:1",
        "outcomes.complete:1",
        "outcomes.swept:1",
        "outcomes.swept:2",
        "transact.before_commit:1",
        "transact.after_commit:2",
        "stage.begun:1",
        "stage.slice:1",
        "stage.slice:3",
        "stage.before_swap:1",
        "stage.swapped:1",
        "stage.swept:1",
        "stage.swept:3",
    ];
    for fault in faults {
        let copy = template.copy();
        let folder = copy.close();
        assert!(!run_child(folder.path(), fault), "it never came to {fault}");
        let ground = Ground::at(folder, 9);
        let found = table(&ground);
        assert!(found == before || found == after, "{fault}: {} rows", found.len());
        // Whatever can be seen is right: of the former look-ups or of the new ones, never some of both.
        let seen = ground.outcomes();
        let of = |all: &[[String; 5]], function: &str| -> Vec<[String; 5]> {
            all.iter().filter(|outcome| outcome[0] == function).cloned().collect()
        };
        let looked_up = of(&seen, refer::LOOK_UP);
        assert!([&former, &made].iter().any(|all| of(all, refer::LOOK_UP) == looked_up), "{fault}");
        assert!(of(&seen, "upper").iter().all(|outcome| made.binary_search(outcome).is_ok()), "{fault}");
        do_it(&ground);
        assert_eq!(table(&ground), after, "{fault}");
        assert_eq!(ground.outcomes(), made, "{fault}");
        let left = "SELECT (SELECT count(*) FROM value_recipe WHERE function = '')
            + (SELECT count(*) FROM value_outcome WHERE recipe NOT IN (SELECT id FROM value_recipe))
            + (SELECT count(*) FROM sqlite_schema WHERE name GLOB '*_stage_*')";
        assert_eq!(ground.number(left), 0, "{fault}");
    }
}
