//! What the workspace file promises: it is its owner's alone, it is never mistaken for another file, readers work beside
//! a writer, damage is named, and a backup is the same history.

mod ground;

use std::fs::File;

use ground::{Ground, PEOPLE};
use rusqlite::Connection;
use serde_json::{Value, json};

fn loaded() -> Ground {
    let ground = Ground::new();
    ground.write("crm/people.csv", PEOPLE);
    ground.load(&["crm/people.csv"]);
    ground
}

fn problems(ground: &Ground) -> Vec<Value> {
    let json = ground.run(&["verify", "--json"]).ends(1).json();
    assert_eq!(json["ok"], false);
    json["problems"].as_array().expect("problems").clone()
}

#[cfg(unix)]
#[test]
fn a_workspace_is_its_owners_alone_and_never_made_through_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let ground = loaded();
    for name in ["w.cutover", "w.cutover-lock"] {
        let mode = ground.path(name).metadata().expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    symlink(ground.path("target"), ground.path("link.cutover")).expect("a link");
    ground.run(&["new", "link.cutover"]).ends(2);
    ground.run(&["backup", "link.cutover", "-w", "w.cutover"]).ends(2);
    ground.run(&["quarantine", "--export", "link.cutover", "-w", "w.cutover"]).ends(2);
    assert!(!ground.path("target").exists());
    ground.run(&["backup", "copy.bak", "-w", "w.cutover"]).ends(0);
    assert_eq!(ground.path("copy.bak").metadata().expect("the file").permissions().mode() & 0o777, 0o600);
    let left: Vec<String> = ground.names().into_iter().filter(|name| name.contains("part")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn what_is_no_workspace_is_refused_and_not_touched() {
    let ground = Ground::bare();
    ground.write(
        "text",
        "just some text that is longer than the header of a database, to be sure of it, and then some more of it",
    );
    ground.write("empty", "");
    ground.write("torn", &b"SQLite format 3\0"[..]);
    std::fs::create_dir(ground.path("folder")).expect("a folder");
    let foreign = Connection::open(ground.path("foreign")).expect("a database");
    foreign.execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (1);").expect("a table");
    drop(foreign);
    for name in ["text", "empty", "torn", "foreign", "folder"] {
        let before = std::fs::read(ground.path(name)).ok();
        for command in [&["sources"][..], &["undo"], &["verify"], &["records", "--read-only"], &["lookup", "x"]] {
            let mut args = command.to_vec();
            args.extend(["-w", name]);
            let ran = ground.run(&args).ends(2);
            assert!(ran.complaint().contains(name), "{}", ran.err);
        }
        assert_eq!(std::fs::read(ground.path(name)).ok(), before, "{name}");
    }
    assert_eq!(ground.names(), ["empty", "folder", "foreign", "text", "torn"]);
}

#[test]
fn a_workspace_of_a_newer_program_is_refused_and_not_touched() {
    let ground = loaded();
    let sql = ground.sql();
    sql.execute_batch("PRAGMA user_version = 4711; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
        .expect("set");
    drop(sql);
    let (before, names) = (std::fs::read(ground.workspace()).expect("the file"), ground.names());
    for args in [
        &["sources"][..],
        &["load", "crm/people.csv"],
        &["undo"],
        &["verify"],
        &["records", "--read-only"],
        &["backup", "x"],
    ] {
        let ran = ground.run(args).ends(3);
        assert!(ran.complaint().contains("4711"), "{}", ran.err);
    }
    assert_eq!(ground.run(&["sources", "--json"]).ends(3).json()["error"]["kind"], "newer");
    assert_eq!(std::fs::read(ground.workspace()).expect("the file"), before);
    assert_eq!(ground.names(), names);
}

#[test]
fn readers_work_beside_a_long_writer_and_a_second_writer_is_told_who_it_is() {
    let ground = loaded();
    let before = ground.run(&["records"]).ends(0).out;
    // The test itself is the writer at length, in the middle of a slice.
    let lock = File::options().read(true).write(true).open(ground.path("w.cutover-lock")).expect("the lock file");
    lock.lock().expect("the lock");
    std::fs::write(ground.path("w.cutover-lock"), "on desk since 2026-03-01 (lena: loading)")
        .expect("the holder's name");
    let mut sql = ground.sql();
    let slice = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("the write lock");
    slice.execute_batch("INSERT INTO setting VALUES ('half', 1)").expect("half a slice");
    for args in [&["records", "--read-only"][..], &["records"]] {
        assert_eq!(ground.run(args).ends(0).out, before);
    }
    ground.run(&["verify", "--read-only"]).ends(0);
    ground.run(&["lookup", "1001", "--read-only"]).ends(0);
    drop(slice);
    ground.write("crm/more.csv", "id,x\n1,a\n2,b\n");
    for args in [&["load", "crm/more.csv"][..], &["load", "--undo", "1"], &["undo"], &["verify", "--repair"]] {
        let ran = ground.run(args).ends(3);
        assert!(ran.complaint().contains("lena: loading"), "{args:?}: {}", ran.err);
    }
    let busy = ground.run(&["load", "crm/more.csv", "--json"]).ends(3).json();
    assert_eq!(busy["error"]["kind"], "busy");
    lock.unlock().expect("given back");
    ground.load(&["crm/more.csv"]);
    ground.verify();
}

#[test]
fn verify_names_the_record_of_which_a_byte_was_changed() {
    let ground = loaded();
    ground.verify();
    let sql = ground.sql();
    let changed =
        sql.execute("UPDATE data_1 SET c3 = replace(c3, 'fjord', 'fiord') WHERE c0 = '1001'", []).expect("changed");
    assert_eq!(changed, 1);
    let found = problems(&ground);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["kind"], &found[0]["where"]), (&json!("content"), &json!("crm/people/@1:2")));
    let human = ground.run(&["verify"]).ends(1).text();
    assert!(human.contains("crm/people/@1:2"), "{human}");
    // With the hash changed along, the sum over the load tells.
    sql.execute_batch("UPDATE data_1 SET c3 = 'anna.berg@fjord.example' WHERE c0 = '1001'").expect("put back");
    ground.verify();
    sql.execute_batch("UPDATE data_1 SET hash = hash + 1 WHERE c0 = '1002'").expect("changed");
    assert_eq!(
        problems(&ground).iter().map(|p| p["kind"].as_str().expect("a kind")).collect::<Vec<_>>(),
        ["content", "content"]
    );
}

#[test]
fn verify_finds_what_is_missing() {
    let rows = |sql: &Connection| -> Vec<i64> {
        let mut statement = sql.prepare("SELECT rec FROM data_1 ORDER BY rec").expect("a statement");
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect()
    };
    // The first, one in the middle, the last.
    for at in [0, 2, 4] {
        let ground = loaded();
        let sql = ground.sql();
        let gone = rows(&sql)[at];
        sql.execute("DELETE FROM data_1 WHERE rec = ?1", [gone]).expect("deleted");
        let found = problems(&ground);
        assert!(
            found
                .iter()
                .any(|p| p["kind"] == "content" && p["message"].as_str().is_some_and(|m| m.contains("missing"))),
            "{found:?}"
        );
    }
    let ground = Ground::new();
    ground.write("bad.csv", "id,a\n1,x\n2,y,z\n3,w\n");
    ground.load(&["bad.csv"]);
    ground.sql().execute_batch("DELETE FROM quarantine").expect("deleted");
    assert_eq!(problems(&ground)[0]["kind"], "count");
}

#[test]
fn verify_finds_a_row_that_nobody_loaded() {
    let ground = loaded();
    let sql = ground.sql();
    sql.execute_batch("INSERT INTO data_1 SELECT rec + 100, load, line, prev, version, hash, c0, c1, c2, c3, c4, c5, c6 FROM data_1 WHERE rec = 1")
        .expect("added");
    let found = problems(&ground);
    assert!(found.iter().any(|p| p["kind"] == "content"), "{found:?}");
}

#[test]
fn verify_finds_a_changed_audit_trail() {
    for change in [
        "UPDATE audit SET who = 'eve' WHERE seq = 2",
        "UPDATE audit_value SET after = '{}' WHERE seq = 2",
        "DELETE FROM audit_value WHERE seq = 1; DELETE FROM audit WHERE seq = 1",
        "UPDATE audit SET at = '2001-01-01T00:00:00.000Z' WHERE seq = 1",
    ] {
        let ground = loaded();
        let sql = ground.sql();
        sql.execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted; {change};"
        ))
        .expect("tampered with");
        let found = problems(&ground);
        assert!(found.iter().all(|p| p["kind"] == "audit") && !found.is_empty(), "{change}: {found:?}");
    }
}

#[test]
fn verify_finds_counts_that_do_not_close() {
    for change in ["records = records + 1", "new = new - 1", "rows = rows + 1", "quarantined = quarantined + 1"] {
        let ground = loaded();
        ground.sql().execute_batch(&format!("UPDATE load SET {change}")).expect("changed");
        assert!(problems(&ground).iter().any(|p| p["kind"] == "count"), "{change}");
    }
}

#[test]
fn a_damaged_index_is_named_and_built_anew() {
    let ground = loaded();
    let sql = ground.sql();
    sql.execute_batch(
        "UPDATE ident_block SET data = zeroblob(length(data)) WHERE id = (SELECT min(id) FROM ident_block)",
    )
    .expect("damaged");
    assert!(problems(&ground).iter().any(|p| p["kind"] == "index"));
    ground.run(&["verify", "--repair"]).ends(0);
    ground.verify();
    let found = ground.run(&["lookup", "anna.berg@fjord.example", "--json"]).ends(0).json();
    assert_eq!(found["answers"][0]["native_id"], "1001");
}

#[test]
fn a_page_of_rubbish_is_no_panic() {
    let ground = loaded();
    ground.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").expect("one file");
    let sound = std::fs::read(ground.workspace()).expect("the file");
    for page in 1..(sound.len() / 4096).min(24) {
        let mut torn = sound.clone();
        for (at, byte) in torn[page * 4096..(page + 1) * 4096].iter_mut().enumerate() {
            *byte = (at as u8).wrapping_mul(31) ^ 0x5a;
        }
        std::fs::write(ground.workspace(), &torn).expect("torn");
        let ran = ground.run(&["verify", "--json"]);
        assert!(matches!(ran.code, Some(0 | 1 | 3)), "page {page}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "page {page}: {}", ran.err);
        ran.json();
    }
}

#[test]
fn a_backup_is_the_same_history_and_comes_back() {
    let ground = loaded();
    let before = ground.run(&["records"]).ends(0).out;
    let head = ground.verify()["audit_head"].clone();
    let backup = ground.run(&["backup", "copy.bak", "--json"]).ends(0).json();
    assert_eq!(backup["audit_head"], head);
    ground.write("crm/people_later.csv", PEOPLE.replace("Oslo", "Rome").replace("plain", "other"));
    ground.run(&["load", "crm/people_later.csv", "--source", "crm", "--object", "people"]).ends(0);
    assert_ne!(ground.run(&["records"]).ends(0).out, before);
    let restored = ground.run(&["restore", "copy.bak", "--json"]).ends(0).json();
    assert_eq!(restored["audit_head"], head);
    assert_eq!(ground.verify()["audit_head"], head);
    assert_eq!(ground.run(&["records"]).ends(0).out, before);
    // What stood there is kept, whole.
    let kept = restored["replaced"].as_str().expect("the old one").to_owned();
    let old = ground.run(&["verify", "-w", &kept, "--json"]).ends(0).json();
    assert_ne!(old["audit_head"], head);
    // A backup of nothing sound is not put in place.
    let mut torn = std::fs::read(ground.path("copy.bak")).expect("the backup");
    let middle = torn.len() / 2 / 4096 * 4096;
    torn[middle..middle + 4096].fill(0xA5);
    ground.write("torn.bak", &torn);
    ground.run(&["restore", "torn.bak"]);
    ground.verify();
}

#[test]
fn a_backup_of_which_a_byte_was_changed_is_not_put_in_place() {
    let ground = loaded();
    ground.run(&["backup", "copy.bak"]).ends(0);
    let sql = Connection::open(ground.path("copy.bak")).expect("a database");
    sql.execute_batch("UPDATE data_1 SET c1 = 'Eve' WHERE c0 = '1001'").expect("changed");
    drop(sql);
    let before = std::fs::read(ground.workspace()).expect("the file");
    let refused = ground.run(&["restore", "copy.bak", "--json"]).ends(3).json();
    assert_eq!(refused["error"]["kind"], "damaged");
    assert_eq!(std::fs::read(ground.workspace()).expect("the file"), before);
}

#[test]
fn undo_and_redo_work_across_runs_and_per_person() {
    let ground = Ground::new();
    ground.write("a.csv", "id,x\n1,a\n2,b\n");
    ground.write("b.csv", "key,y\nk1,a\nk2,b\n");
    ground.run(&["load", "a.csv", "--as", "ada"]).ends(0);
    ground.run(&["load", "b.csv", "--as", "bob"]).ends(0);
    assert_eq!(ground.run(&["undo", "--as", "nobody", "--json"]).ends(1).json(), json!({"undone": null}));
    ground.run(&["undo", "--as", "ada"]).ends(0);
    assert_eq!(ground.records().iter().map(|r| r["object"].clone()).collect::<Vec<_>>(), ["b", "b"]);
    ground.run(&["undo", "--as", "ada"]).ends(1);
    ground.run(&["redo", "--as", "bob"]).ends(1);
    ground.run(&["redo", "--as", "ada"]).ends(0);
    assert_eq!(ground.records().len(), 4);
    // The file has gone meanwhile: it stays undone, and says which file.
    ground.run(&["undo", "--as", "ada"]).ends(0);
    std::fs::remove_file(ground.path("a.csv")).expect("removed");
    let lost = ground.run(&["redo", "--as", "ada"]).ends(2);
    assert!(lost.complaint().contains("a.csv"), "{}", lost.err);
    ground.write("a.csv", "id,x\n1,other\n");
    ground.run(&["redo", "--as", "ada"]).ends(2);
    ground.verify();
    let who: Vec<Value> = ground.run(&["audit", "--json"]).ends(0).json()["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|e| e["who"].clone())
        .collect();
    assert_eq!(who, ["ada", "ada", "ada", "bob", "ada", "mira"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_read_all_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let ground = loaded();
    let folder = ground.path("shelf");
    std::fs::create_dir(&folder).expect("a folder");
    ground.run(&["backup", "shelf/copy.cutover"]).ends(0);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).expect("closed");
    let ran = ground.run(&["records", "--read-only", "-w", "shelf/copy.cutover"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("opened");
    assert_eq!(ran.ends(0).lines().len(), 5);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_for_ever() {
    let ground = loaded();
    let pipe = ground.path("pipe.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success());
    let mut devices = vec!["/dev/zero".to_owned()];
    if made {
        devices.push("pipe.csv".to_owned());
    }
    for name in devices {
        let ran = ground.run(&["load", &name]).ends(2);
        assert!(ran.complaint().contains(&name), "{}", ran.err);
        ground.run(&["sources", "-w", &name]).ends(2);
    }
    ground.verify();
}

#[cfg(unix)]
#[test]
fn a_load_that_is_cancelled_leaves_nothing_and_ends_with_130() {
    use std::process::Stdio;
    let ground = loaded();
    let before = ground.run(&["records"]).ends(0).out;
    let rows: String = (0..60_000).map(|at| format!("{at},some text,and more\n")).collect();
    ground.write("crm/many.csv", format!("id,text,more\n{rows}"));
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        // The load cannot begin to write before it was told to stop.
        let mut sql = ground.sql();
        let hold = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("the write lock");
        let args = ["load", "crm/many.csv", "--json"];
        let mut child = ground.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        // Its name in the lock file says that it is at work and listens.
        while std::fs::read(ground.path("w.cutover-lock")).is_ok_and(|name| name.is_empty()) {
            assert!(child.try_wait().expect("its state").is_none(), "it ended before it began");
            std::thread::yield_now();
        }
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, signal).expect("told");
        drop(hold);
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
        let error: Value = serde_json::from_slice(&ended.stdout).expect("one object");
        assert_eq!(error["error"]["kind"], "cancelled");
        assert_eq!(ground.run(&["records"]).ends(0).out, before);
        ground.verify();
    }
    ground.load(&["crm/many.csv"]);
    ground.verify();
}

#[test]
fn a_backup_under_a_passphrase_comes_back_and_shows_nothing_before() {
    let ground = loaded();
    ground.write("words", "vier Wörter und Regen\n");
    ground.write("other", "vier Wörter und Schnee\n");
    let before = ground.run(&["records", "-w", "w.cutover"]).ends(0).out;
    let made = ground.run(&["backup", "b.age", "--encrypt", "--passphrase-file", "words", "-w", "w.cutover", "--json"]);
    assert_eq!(made.ends(0).json()["ok"], true);
    let bytes = std::fs::read(ground.path("b.age")).expect("the backup");
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    assert!(!bytes.windows(15).any(|window| window == b"SQLite format 3"));
    ground.run(&["sources", "-w", "b.age"]).ends(2);
    ground.run(&["undo", "-w", "w.cutover"]).ends(0);
    let after_undo = ground.run(&["records", "-w", "w.cutover"]).out;
    ground.run(&["restore", "b.age", "--passphrase-file", "other", "-w", "w.cutover"]).ends(2);
    ground.run(&["restore", "b.age", "-w", "w.cutover"]).ends(2);
    assert_eq!(ground.run(&["records", "-w", "w.cutover"]).out, after_undo, "a wrong passphrase changes nothing");
    ground.run(&["restore", "b.age", "--passphrase-file", "words", "-w", "w.cutover"]).ends(0);
    assert_eq!(ground.run(&["records", "-w", "w.cutover"]).ends(0).out, before);
    let left: Vec<String> = ground.names().into_iter().filter(|name| name.starts_with(".cutover-")).collect();
    assert_eq!(left, Vec::<String>::new());
}
