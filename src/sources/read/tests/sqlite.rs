//! SQLite files, written by SQLite itself.

use rusqlite::Connection;

use super::*;

struct Database {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn database(sql: &str) -> Database {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app #1?.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    Database { _folder: folder, path }
}

fn tables(database: &Database) -> Parts {
    list_parts(&database.path, &ReadOptions::default()).unwrap()
}

#[test]
fn tables_are_parts_and_what_would_run_code_is_not() {
    let database = database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO users VALUES (7, 'Ann');
         CREATE TABLE none (a);
         CREATE VIEW v AS SELECT * FROM users;
         CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END;
         CREATE VIRTUAL TABLE words USING fts5(text);
         INSERT INTO words VALUES ('x');
         CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT);
         INSERT INTO counted DEFAULT VALUES;",
    );
    let parts = tables(&database);
    let names: Vec<&str> = parts.parts.iter().filter_map(|p| p.sheet.as_deref()).collect();
    assert_eq!(names, ["users", "counted"]);
    let why = |name: &str| parts.skipped.iter().find(|(n, _)| n == name).map(|(_, why)| why.as_str());
    assert_eq!(why("none"), Some("an empty table"));
    assert!(why("v").unwrap().starts_with("a view"));
    assert!(why("words").unwrap().starts_with("a virtual table"));
    assert_eq!(why("words_content"), Some("a part of the virtual table words"));
    let (scan, taken, _) = read_part(&parts.parts[0], &ReadOptions::default()).unwrap();
    assert_eq!(describe(&scan), "SQLite table “users”, primary key id");
    assert_eq!(scan.native_id_hint.as_deref(), Some("id"));
    assert_eq!(taken.rows, [(7, vec![Some("7".to_owned()), Some("Ann".to_owned())])]);
}

#[test]
fn values_are_text_exactly() {
    let database = database(
        "CREATE TABLE t (\"a \"\"b\" INTEGER, real REAL, bytes BLOB, none TEXT, sum AS (real * 2), kept AS (real + 1) STORED);
         INSERT INTO t VALUES (9223372036854775807, 0.1, x'00FF', NULL);
         INSERT INTO t VALUES ('007', 3, '', 'line' || char(10) || 'two');
         INSERT INTO t VALUES (1e999, 1e300, NULL, CAST(x'E9' AS TEXT));",
    );
    let parts = tables(&database);
    let (scan, taken, tally) = read_part(&parts.parts[0], &ReadOptions::default()).unwrap();
    assert_eq!(scan.columns, ["a \"b", "real", "bytes", "none", "kept"]);
    assert_eq!(
        taken.values(),
        [["9223372036854775807", "0.1", "x'00FF'", "∅", "1.1"], ["7", "3.0", "", "line\ntwo", "4.0"],]
    );
    assert_eq!(scan.native_id_hint, None);
    assert_eq!(scan.warnings, ["1 column is computed when it is read, so it is left out: sum."]);
    assert_eq!(tally.warnings, ["1 value is bytes, not text; written as x'…' in hexadecimal: bytes."]);
    let lost = &taken.quarantined[0];
    assert_eq!((lost.reason, lost.line, lost.detail.as_str()), ("not UTF-8 in a UTF-8 file", 3, "column 4 (none)"));
    assert_eq!(lost.bytes, b"Inf,1e300,,\xE9,1e300");
}

#[test]
fn tables_without_row_numbers_are_counted() {
    let database = database(
        "CREATE TABLE a (k TEXT PRIMARY KEY, rowid, _rowid_, oid) WITHOUT ROWID;
         INSERT INTO a VALUES ('x', 1, 2, 3), ('y', 4, 5, 6);
         CREATE TABLE b (id INTEGER PRIMARY KEY, n);
         INSERT INTO b VALUES (-5, 'minus'), (3, 'three');",
    );
    let parts = tables(&database);
    for (at, lines) in [(0, [1, 2]), (1, [1, 2])] {
        let (_, taken, _) = read_part(&parts.parts[at], &ReadOptions::default()).unwrap();
        assert_eq!(taken.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines);
    }
}

#[test]
fn what_is_still_in_the_log_is_read_and_nothing_beside_the_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (id INTEGER PRIMARY KEY);
         PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES (1), (2);",
    )
    .unwrap();
    // As it is found: a copy of the file and of its log, without the program that wrote them.
    let copy = tempfile::tempdir().unwrap();
    let found = copy.path().join("live.db");
    std::fs::copy(&path, &found).unwrap();
    std::fs::copy(folder.path().join("live.db-wal"), copy.path().join("live.db-wal")).unwrap();
    let parts = list_parts(&found, &ReadOptions::default()).unwrap();
    let (scan, taken, _) = read_part(&parts.parts[0], &ReadOptions::default()).unwrap();
    assert_eq!(taken.rows.len(), 2);
    assert!(scan.warnings[0].starts_with("Changes that were still in the log beside the file"), "{:?}", scan.warnings);
    let mut left: Vec<_> = std::fs::read_dir(copy.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["live.db", "live.db-wal"]);
    // The log is part of what the load is known by.
    std::fs::write(copy.path().join("live.db-wal"), b"").unwrap();
    assert!(list_parts(&found, &ReadOptions::default()).unwrap_err().message.contains("an empty table"));
}

#[test]
fn unfinished_damaged_and_own_files_are_refused() {
    let unfinished = database("CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    let mut journal = unfinished.path.clone().into_os_string();
    journal.push("-journal");
    std::fs::write(&journal, [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7, 0, 0]).unwrap();
    assert!(list_parts(&unfinished.path, &ReadOptions::default()).unwrap_err().message.contains("not finished"));
    let own = database("PRAGMA application_id = 1129665615; CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    assert!(
        list_parts(&own.path, &ReadOptions::default()).unwrap_err().message.contains("it is a workspace of Cutover")
    );
    let whole = database("CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    let bytes = std::fs::read(&whole.path).unwrap();
    for cut in [16, 100, 2000, 5000] {
        let error = refused("x.db", &bytes[..cut.min(bytes.len() - 1)]);
        assert!(matches!(error.kind, ReadErrorKind::Format | ReadErrorKind::Io), "{error}");
    }
}

#[test]
fn a_database_inside_a_zip_is_read() {
    let whole = database("CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    let (scan, taken, _) = read_bytes("x.zip", zipped(&[("app.sqlite", &std::fs::read(&whole.path).unwrap())]));
    assert_eq!(scan.layout, Layout::Table("t".to_owned()));
    assert_eq!(taken.values(), [["1"]]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..crate::values::steady_cases() })]

    #[test]
    fn a_damaged_database_loads_or_is_refused(hits in proptest::collection::vec((16_usize..8192, proptest::prelude::any::<u8>()), 1..8)) {
        let whole = database("PRAGMA page_size = 4096; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'Ann'), (2, 'Bob');");
        let mut bytes = std::fs::read(&whole.path).unwrap();
        for (at, byte) in hits {
            bytes[at] = byte;
        }
        let fixture = Fixture::new("x.db", bytes);
        if let Ok(parts) = list_parts(fixture.path(), &ReadOptions::default()) {
            for part in &parts.parts {
                let _ = read_part(part, &ReadOptions::default());
            }
        }
    }
}
