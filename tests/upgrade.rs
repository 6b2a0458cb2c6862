//! Workspaces of an older Cutover: they are backed up, brought up to date and work on, and what they do not know is said.

mod ground;

use ground::Ground;

const FIRST: &str = "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\n3,Cy,Bern\n";
const SECOND: &str = "Id,Name,City\n1,Anna,Oslo\n2,Bo,Milan\n";
const THIRD: &str = "Id,Name,City\n1,Anna,Oslo\n2,Bo,Milan\n3,Cy,Kiel\n";

/// Puts everything that the workspace holds into one of the first schema.
fn bring_down(ground: &Ground) {
    let made = ground.path("made.cutover");
    std::fs::rename(ground.workspace(), &made).expect("renamed");
    let conn = rusqlite::Connection::open(ground.workspace()).expect("a database");
    conn.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;").expect("a workspace");
    conn.execute_batch(include_str!("../assets/schema/001-spine.sql")).expect("the first step");
    conn.execute("ATTACH ?1 AS made", [made.to_string_lossy()]).expect("attached");
    let list = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).expect("it is SQL");
        statement.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("rows")
    };
    for sql in list("SELECT sql FROM made.sqlite_schema WHERE type = 'table' AND name GLOB 'data_*'") {
        conn.execute_batch(&sql).expect("a table of rows");
    }
    for table in list("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'") {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}', 'main')")).join(", ");
        conn.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM made.{table}"))
            .unwrap_or_else(|e| panic!("{table}: {e}"));
    }
    conn.execute_batch("DROP VIEW v_source_records").expect("it is made anew");
    for sql in list(
        "SELECT sql FROM made.sqlite_schema WHERE (type = 'view' AND (name GLOB 'v_records_*' OR name = 'v_source_records'))
           OR (type = 'index' AND name GLOB 'data_*')",
    ) {
        conn.execute_batch(&sql).expect("a view");
    }
    conn.execute_batch("DETACH made; PRAGMA user_version = 1; PRAGMA application_id = 0x4355544F;").expect("stamped");
    drop(conn);
    for suffix in ["", "-wal", "-shm", "-lock"] {
        let _ = std::fs::remove_file(ground.path(&format!("made.cutover{suffix}")));
    }
}

fn older() -> Ground {
    let ground = Ground::new();
    ground.write("crm/people_2025-01-01.csv", FIRST);
    ground.write("crm/people_2025-02-01.csv", SECOND);
    ground.write("crm/people_2025-03-01.csv", THIRD);
    ground.load(&["crm/people_2025-01-01.csv"]);
    let second = ground.load(&["crm/people_2025-02-01.csv"]);
    assert_eq!((&second["changed"], &second["unchanged"], &second["vanished"]), (&1.into(), &1.into(), &1.into()));
    bring_down(&ground);
    ground
}

#[test]
fn a_workspace_of_the_first_schema_is_backed_up_and_goes_on() {
    let ground = older();
    let names = ground.names();
    let third = ground.load(&["crm/people_2025-03-01.csv"]);
    assert_eq!((&third["new"], &third["changed"], &third["unchanged"]), (&0.into(), &1.into(), &2.into()), "{third}");
    let new: Vec<String> = ground.names().into_iter().filter(|name| !names.contains(name)).collect();
    assert!(new.iter().any(|name| name.starts_with("w.cutover") && !name.contains("-wal")), "a backup: {new:?}");
    ground.verify();
    let loads = ground.run(&["loads", "--json"]).ends(0).json();
    let order: Vec<i64> = loads["objects"][0]["loads"]
        .as_array()
        .expect("loads")
        .iter()
        .map(|l| l["load"].as_i64().expect("one"))
        .collect();
    assert_eq!(order, [1, 2, 3]);
    // What vanished in the second is in the third again.
    assert_eq!(loads["objects"][0]["loads"][2]["returned"], 1);
    ground.run(&["undo"]).ends(0);
    ground.verify();
}

#[test]
fn loads_of_an_older_cutover_are_not_taken_again_without_what_they_saw() {
    let ground = older();
    ground.load(&["crm/people_2025-03-01.csv"]);
    let before = ground.run(&["records", "--all-versions"]).ends(0).out;
    let refused = ground.run(&["load", "--undo", "1"]).ends(2);
    assert!(refused.complaint().contains("Load 2 was made by an older Cutover"), "{}", refused.err);
    assert_eq!(ground.run(&["records", "--all-versions"]).ends(0).out, before);
    // Without the load that nobody can take again, all can.
    ground.run(&["load", "--undo", "2"]).ends(0);
    ground.verify();
    ground.run(&["load", "--undo", "1"]).ends(0);
    ground.verify();
    assert_eq!(ground.records().len(), 3);
}
