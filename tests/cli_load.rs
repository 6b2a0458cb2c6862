//! What `load` promises: every row of a file is a record or a quarantined row, what went in comes out value by value, the
//! same bytes change nothing, later exports are told apart from earlier ones, and a load can be taken back.

mod ground;

use std::io::Write;

use ground::{Ground, PEOPLE, values};
use serde_json::{Value, json};

/// Rows and what became of them, as `load` counts.
fn counts(load: &Value) -> [u64; 6] {
    ["rows", "records", "quarantined", "new", "changed", "unchanged"]
        .map(|key| load[key].as_u64().unwrap_or_else(|| panic!("{key} in {load}")))
}

fn cells(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

/// Values of all records, in order.
fn loaded(ground: &Ground) -> Vec<Vec<String>> {
    ground.records().iter().map(|record| values(record).into_iter().map(|(_, value)| value).collect()).collect()
}

fn as_csv(rows: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("a row");
    }
    writer.into_inner().expect("the bytes")
}

/// Values that other tools have lost: quotes, breaks, NUL, leading zeros, long numbers, letters of many alphabets.
fn difficult() -> Vec<Vec<String>> {
    cells(&[
        &["id", "text", "more"],
        &["0001", "plain", "007"],
        &["0002", "with, comma; semicolon\ttab | pipe", "1.50"],
        &["0003", "said \"no\" \"\"", "2.52E+18"],
        &["0004", "two\nlines and\r\nthree", "=1+1"],
        &["0005", "nul \0 inside", " spaces around "],
        &["0006", "日本語 Ωmega Ünïcödé", "👩‍👩‍👧"],
        &["0007", "bidi \u{202e}evil\u{202c}", "\u{1b}[31mred"],
        &["0008", "e\u{301} and é", "12345678901234567890123"],
        &["0009", "", "+46 18"],
    ])
}

#[test]
fn what_is_loaded_comes_out_value_by_value() {
    let rows = difficult();
    let plain: Vec<Vec<String>> =
        rows.iter().filter(|row| !row.iter().any(|cell| cell.contains(['\t', '\n']))).cloned().collect();
    let ndjson: Vec<u8> = rows[1..]
        .iter()
        .flat_map(|row| format!("{}\n", json!({"id": row[0], "text": row[1], "more": row[2]})).into_bytes())
        .collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&as_csv(&rows, b',')).expect("packed");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("inner/things.csv", zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(&as_csv(&rows, b';')).expect("packed");
    let files = [
        ("things.csv", as_csv(&rows, b','), &rows),
        ("things.tsv", as_csv(&plain, b'\t'), &plain),
        ("piped.csv", as_csv(&rows, b'|'), &rows),
        ("things.ndjson", ndjson, &rows),
        ("things.csv.gz", gz.finish().expect("packed"), &rows),
        ("things.zip", zip.finish().expect("packed").into_inner(), &rows),
    ];
    for (name, bytes, expected) in files {
        let ground = Ground::new();
        ground.write(name, bytes);
        let load = ground.load(&[name]);
        assert_eq!(counts(&load)[..3], [expected.len() as u64 - 1, expected.len() as u64 - 1, 0], "{name}: {load}");
        assert_eq!(loaded(&ground), expected[1..], "{name}");
        let names: Vec<String> = values(&ground.records()[0]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, expected[0], "{name}");
        // The same as CSV, read back by another reader.
        let source = load["source"].as_str().expect("a source");
        let csv = ground
            .run(&["records", &format!("{source}.{}", load["object"].as_str().expect("an object")), "--format", "csv"])
            .ends(0);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.out.as_slice());
        let back: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        assert_eq!(back, *expected, "{name} as CSV");
        ground.verify();
    }
}

#[test]
fn a_value_that_was_not_given_is_not_an_empty_one() {
    let ground = Ground::new();
    ground.write("things.ndjson", "{\"id\":\"1\",\"a\":\"\"}\n{\"id\":\"2\"}\n{\"id\":\"3\",\"a\":null}\n");
    ground.load(&["things.ndjson"]);
    let records = ground.records();
    assert_eq!(records[0]["values"], json!({"id": "1", "a": ""}));
    assert_eq!(records[1]["values"], json!({"id": "2"}));
    assert_eq!(records[2]["values"], json!({"id": "3"}));
}

#[test]
fn a_record_says_where_it_came_from() {
    let ground = Ground::new();
    ground.write("crm/people.csv", PEOPLE);
    ground.load(&["crm/people.csv"]);
    let records = ground.records();
    let keys: Vec<&str> = records.iter().map(|record| record["record"].as_str().expect("a key")).collect();
    assert_eq!(keys[..2], ["crm/people/1001", "crm/people/1002"]);
    // The third row holds a break, so the fourth begins two lines further down.
    let lines: Vec<u64> = records.iter().map(|record| record["line"].as_u64().expect("a line")).collect();
    assert_eq!(lines, [2, 3, 4, 6, 7]);
    assert_eq!(records[0]["source"], "crm");
    assert_eq!(records[0]["object"], "people");
    assert_eq!(records[0]["native_id"], "1001");
    assert_eq!(records[0]["load"], 1);
}

/// Files with something wrong, each with the rows of data in it and how many of them cannot be records.
fn bad_files() -> Vec<(&'static str, Vec<u8>, u64, u64)> {
    vec![
        ("too_many.csv", b"id,a\n1,x\n2,y,z\n3,w\n".to_vec(), 3, 1),
        ("too_few.csv", b"id,a,b\n1,x\n2,y,z\n3\n".to_vec(), 3, 0),
        ("open_quote.csv", b"id,a\n1,x\n2,\"open\n3,y\n".to_vec(), 2, 1),
        ("not_utf8.csv", b"\xEF\xBB\xBFid,a\n1,ok\n2,\xC3\xA9\n3,\xC3\xA9\xC3\xA9 \xFF\n4,\xC3\xA9\n".to_vec(), 4, 1),
        ("cut_off.ndjson", b"{\"id\":\"1\"}\n{\"id\":\"2\"}\n{\"id\":\"3\"".to_vec(), 3, 1),
        ("no_object.ndjson", b"{\"id\":\"1\"}\n[1,2]\nnonsense\n{\"id\":\"2\"}\n".to_vec(), 4, 2),
        ("twice.ndjson", b"{\"id\":\"1\",\"a\":\"x\"}\n{\"id\":\"2\",\"id\":\"3\"}\n".to_vec(), 2, 1),
    ]
}

#[test]
fn every_row_of_a_bad_file_is_a_record_or_in_quarantine_with_its_bytes() {
    let ground = Ground::new();
    let mut written: Vec<(String, Vec<u8>)> = Vec::new();
    let files = bad_files();
    for (name, bytes, rows, quarantined) in &files {
        ground.write(name, bytes);
        let load = ground.load(&[name]);
        let [r, records, q, new, changed, unchanged] = counts(&load);
        assert_eq!((r, q), (*rows, *quarantined), "{name}: {load}");
        assert_eq!(r, records + q, "{name}");
        assert_eq!(records, new + changed + unchanged, "{name}");
        written.push(((*name).to_owned(), bytes.clone()));
    }
    let listed = ground.run(&["quarantine", "--json"]).ends(0).json();
    let listed = listed["rows"].as_array().expect("rows");
    assert_eq!(listed.len() as u64, files.iter().map(|(.., q)| q).sum::<u64>());
    let mut all = Vec::new();
    for row in listed {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(row["bytes_base64"].as_str().expect("bytes"))
            .expect("base64");
        let (_, file) = written.iter().find(|(name, _)| row["file"] == name.as_str()).expect("its file");
        assert!(file.windows(bytes.len()).any(|part| part == bytes), "{row}");
        let line = usize::try_from(row["line"].as_u64().expect("a line")).expect("small");
        let begins: usize = file.split_inclusive(|b| *b == b'\n').take(line - 1).map(<[u8]>::len).sum();
        assert!(file[begins..].starts_with(&bytes), "line {line} of {}", row["file"]);
        assert!(!row["reason"].as_str().expect("a reason").is_empty());
        all.extend_from_slice(&bytes);
        if !bytes.ends_with(b"\n") {
            all.push(b'\n');
        }
    }
    ground.run(&["quarantine", "--export", "back.bin"]).ends(0);
    assert_eq!(std::fs::read(ground.path("back.bin")).expect("the export"), all);
    // What is there already is not written over.
    let again = ground.run(&["quarantine", "--export", "back.bin"]).ends(2);
    assert!(again.complaint().contains("back.bin"), "{}", again.err);
    ground.verify();
}

#[test]
fn the_same_file_again_changes_nothing() {
    let ground = Ground::new();
    ground.write("crm/people.csv", PEOPLE);
    ground.write("elsewhere/other.csv", PEOPLE);
    ground.load(&["crm/people.csv"]);
    let before = ground.run(&["records"]).ends(0).out;
    let head = ground.verify()["audit_head"].clone();
    for name in ["crm/people.csv", "elsewhere/other.csv"] {
        let again = ground.load(&[name]);
        assert_eq!(counts(&again), [5, 5, 0, 0, 0, 5], "{name}");
        assert_eq!(again["vanished"], 0);
    }
    assert_eq!(ground.run(&["records"]).ends(0).out, before);
    assert_eq!(ground.verify()["audit_head"], head);
    let said = ground.run(&["load", "crm/people.csv"]).ends(0);
    assert!(said.text().contains("Nothing changed"), "{}", said.text());
}

#[test]
fn a_later_export_tells_new_changed_unchanged_and_vanished() {
    let ground = Ground::new();
    ground.write("crm/people_2025-01-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\n3,Cleo,Lima\n4,Dan,Bern\n");
    ground.write(
        "crm/people_2025-02-01.csv",
        "Id,Name,City\n1,Anna,Oslo\n2,Bo,Milan\n4,Dan,Bern\n5,Eve,Riga\n6,Fay,Kyiv\n",
    );
    ground.write("crm/people_delta_2025-03-01.csv", "Id,Name,City\n6,Fay,Lviv\n7,Gus,Linz\n");
    let first = ground.load(&["crm/people_2025-01-01.csv"]);
    assert_eq!((counts(&first), &first["vanished"]), ([4, 4, 0, 4, 0, 0], &json!(0)));
    let second = ground.load(&["crm/people_2025-02-01.csv"]);
    assert_eq!((counts(&second), &second["vanished"]), ([5, 5, 0, 2, 1, 2], &json!(1)));
    assert_eq!(second["object"], first["object"]);
    let third = ground.load(&["crm/people_delta_2025-03-01.csv", "--delta"]);
    assert_eq!((counts(&third), &third["vanished"]), ([2, 2, 0, 1, 1, 0], &json!(0)));
    let mut cities: Vec<(String, String)> = ground
        .records()
        .iter()
        .map(|record| {
            (
                record["native_id"].as_str().expect("an ID").to_owned(),
                record["values"]["City"].as_str().expect("a city").to_owned(),
            )
        })
        .collect();
    cities.sort();
    let expected =
        [("1", "Oslo"), ("2", "Milan"), ("3", "Lima"), ("4", "Bern"), ("5", "Riga"), ("6", "Lviv"), ("7", "Linz")];
    assert_eq!(cities, expected.map(|(id, city)| (id.to_owned(), city.to_owned())));
    assert_eq!(ground.run(&["records", "--all-versions"]).ends(0).lines().len(), 9);
    // Undo takes the loads back from the newest on; redo brings them again with what was said of them.
    let after = ground.run(&["records"]).ends(0).out;
    ground.run(&["undo"]).ends(0);
    ground.run(&["undo"]).ends(0);
    assert_eq!(ground.records().len(), 4);
    ground.verify();
    ground.run(&["redo"]).ends(0);
    let redone = ground.run(&["redo", "--json"]).ends(0).json();
    assert!(redone["redone"].is_object(), "{redone}");
    let without_load = |bytes: &[u8]| -> Vec<Value> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["values"].clone()).collect()
    };
    assert_eq!(without_load(&ground.run(&["records"]).ends(0).out), without_load(&after));
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    let loads = sources["sources"][0]["objects"][0]["loads"].as_array().expect("loads").clone();
    assert_eq!(loads.iter().map(|load| load["vanished"].as_u64().expect("a count")).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(ground.run(&["redo"]).code, Some(1));
    ground.verify();
}

#[test]
fn a_delta_that_is_redone_is_still_a_delta() {
    let ground = Ground::new();
    ground.write("crm/people.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\n3,Cleo,Lima\n");
    // Nothing in its name says what it is, and its delimiter was told by hand.
    ground.write("crm/later/people.csv", "Id;Name;City\n3;Cleo;Quito\n");
    ground.load(&["crm/people.csv"]);
    let args = [
        "crm/later/people.csv",
        "--source",
        "crm",
        "--object",
        "people",
        "--delta",
        "--delimiter",
        ";",
        "--as-of",
        "2025-03-04",
    ];
    let told = ground.load(&args);
    ground.run(&["undo"]).ends(0);
    ground.run(&["redo"]).ends(0);
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    let redone = &sources["sources"][0]["objects"][0]["loads"][1];
    for key in [
        "rows",
        "records",
        "new",
        "changed",
        "unchanged",
        "vanished",
        "delta",
        "as_of",
        "dialect",
        "native_id",
        "encoding",
    ] {
        assert_eq!(redone[key], told[key], "{key}");
    }
}

#[test]
fn a_header_of_something_else_is_refused_and_changes_nothing() {
    let ground = Ground::new();
    ground.write("crm/people_2025-01-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\n");
    ground.write("crm/people_2025-02-01.csv", "Serial,Weight,Colour,Price\n8,1,red,3\n9,2,blue,4\n");
    ground.load(&["crm/people_2025-01-01.csv"]);
    let before = ground.run(&["records"]).ends(0).out;
    let refused = ground.run(&["load", "crm/people_2025-02-01.csv"]).ends(2);
    assert!(refused.complaint().contains("people_2025-02-01.csv"), "{}", refused.err);
    assert!(refused.complaint().contains("--object"), "it says what next: {}", refused.err);
    let refused = ground.run(&["load", "crm/people_2025-02-01.csv", "--json"]).ends(2).json();
    assert_eq!(refused["error"]["kind"], "clash");
    assert!(refused["error"]["file"].as_str().expect("the file").ends_with("people_2025-02-01.csv"));
    assert_eq!(ground.run(&["records"]).ends(0).out, before);
    let named = ground.load(&["crm/people_2025-02-01.csv", "--object", "parts"]);
    assert_eq!(named["object"], "parts");
    ground.verify();
}

#[test]
fn wide_files_are_loaded_to_the_last_column() {
    for columns in [2_000_usize, 40_000] {
        let ground = Ground::new();
        let line = |f: &dyn Fn(usize) -> String| (0..columns).map(f).collect::<Vec<_>>().join(",");
        let csv = format!(
            "{}\n{}\n{}\n",
            line(&|at| format!("c{at}")),
            line(&|at| format!("v{at}")),
            line(&|at| if at == 0 || at + 1 == columns { format!("w{at}") } else { String::new() })
        );
        ground.write("wide.csv", csv);
        let load = ground.load(&["wide.csv"]);
        assert_eq!(counts(&load)[..3], [2, 2, 0]);
        let records = ground.records();
        assert_eq!(values(&records[0]).len(), columns);
        assert_eq!(values(&records[0])[columns - 1], (format!("c{}", columns - 1), format!("v{}", columns - 1)));
        assert_eq!(records[1]["values"][format!("c{}", columns - 1)], format!("w{}", columns - 1));
        assert_eq!(records[1]["values"][format!("c{}", columns / 2)], "");
        ground.verify();
    }
}

#[test]
fn a_folder_is_loaded_file_by_file_oldest_first() {
    let ground = Ground::new();
    ground.write("exports/crm/people_2025-02-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Milan\n");
    ground.write("exports/crm/people_2025-01-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\n");
    ground.write("exports/shop/orders.tsv", "order_id\tsum\no-1\t12.50\no-2\t9.99\n");
    ground.write("exports/readme.pdf", "not an export");
    let all = ground.run(&["load", "exports", "--json"]).ends(0).json();
    let loads: Vec<(&str, &str)> = all["loads"]
        .as_array()
        .expect("loads")
        .iter()
        .map(|load| (load["source"].as_str().expect("a source"), load["file"].as_str().expect("a file")))
        .collect();
    assert_eq!(loads, [("crm", "people_2025-01-01.csv"), ("crm", "people_2025-02-01.csv"), ("shop", "orders.tsv")]);
    assert_eq!(all["skipped"][0]["file"], "readme.pdf");
    let human = ground.run(&["sources"]).ends(0).text();
    for word in ["crm", "people", "shop", "orders"] {
        assert!(human.contains(word), "{human}");
    }
    // A folder without any export says so.
    ground.write("nothing/readme.pdf", "no export");
    ground.run(&["load", "nothing"]).ends(1);
    ground.verify();
}

#[test]
fn one_bad_file_does_not_stop_the_others_and_is_named() {
    let ground = Ground::new();
    ground.write("a.csv", "id,x\n1,a\n2,b\n");
    ground.write("empty.csv", "");
    ground.write("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0");
    ground.write("z.csv", "key,y\nk1,a\nk2,b\n");
    let all = ground.run(&["load", "a.csv", "empty.csv", "picture.csv", "z.csv", "--json"]).ends(2).json();
    assert_eq!(all["loads"].as_array().expect("loads").len(), 2);
    let errors = all["errors"].as_array().expect("errors");
    for (error, name) in errors.iter().zip(["empty.csv", "picture.csv"]) {
        assert!(error["file"].as_str().expect("a file").ends_with(name), "{error}");
        assert!(error["message"].as_str().expect("a message").contains(name), "{error}");
        assert!(!error["hint"].as_str().expect("a hint").is_empty(), "{error}");
    }
    assert_eq!(errors.len(), 2);
    ground.verify();
}

#[test]
fn taking_a_load_out_takes_all_of_it_and_leaves_what_later_ones_saw() {
    let ground = Ground::new();
    ground.write("crm/people_2025-01-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Rome\nx,y,z,bad\n");
    ground.write("crm/people_2025-02-01.csv", "Id,Name,City\n1,Anna,Oslo\n2,Bo,Milan\n");
    ground.load(&["crm/people_2025-01-01.csv"]);
    let before = ground.run(&["records"]).ends(0).out;
    ground.load(&["crm/people_2025-02-01.csv"]);
    let both = ground.run(&["records"]).ends(0).out;
    ground.run(&["load", "--undo", "1"]).ends(0);
    let rest = ground.records();
    assert_eq!(rest.iter().map(|r| r["values"]["City"].clone()).collect::<Vec<_>>(), ["Oslo", "Milan"]);
    assert!(rest.iter().all(|r| r["load"] == 2), "{rest:?}");
    ground.verify();
    // It was a deed like any other: undo brings the load back to its place, redo takes it out again.
    ground.run(&["undo"]).ends(0);
    ground.run(&["redo"]).ends(0);
    assert!(ground.records().iter().all(|r| r["load"] == 2));
    ground.run(&["undo"]).ends(0);
    let again = String::from_utf8_lossy(&ground.run(&["records"]).ends(0).out).replace("\"load\":4", "\"load\":1");
    assert_eq!(again.as_bytes(), both);
    ground.run(&["load", "--undo", "4"]).ends(0);
    ground.run(&["load", "--undo", "2"]).ends(0);
    ground.load(&["crm/people_2025-01-01.csv"]);
    ground.load(&["crm/people_2025-02-01.csv"]);
    let before = String::from_utf8_lossy(&before).replace("\"load\":1", "\"load\":5").into_bytes();
    let gone = ground.run(&["load", "--undo", "6", "--json"]).ends(0).json();
    assert_eq!(gone["undone"]["load"], 6);
    assert_eq!(ground.run(&["records"]).ends(0).out, before);
    ground.run(&["load", "--undo", "6"]).ends(2);
    ground.run(&["load", "--undo", "5"]).ends(0);
    assert_eq!(ground.run(&["records"]).ends(0).out, b"");
    assert_eq!(ground.run(&["quarantine", "--json"]).ends(0).json(), json!({"rows": []}));
    assert_eq!(ground.run(&["sources", "--json"]).ends(0).json()["sources"], json!([]));
    ground.run(&["lookup", "1"]).ends(1);
    ground.verify();
    let sql = ground.sql();
    let left: i64 = sql
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'data\\_%' ESCAPE '\\'", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(left, 0, "no table of the object stays");
}

#[test]
fn a_dry_run_writes_nothing() {
    let ground = Ground::new();
    ground.write("crm/people.csv", PEOPLE);
    let head = ground.verify()["audit_head"].clone();
    let plan = ground.run(&["load", "--dry-run", "crm/people.csv", "--json"]).ends(0).json();
    assert_eq!((&plan["loads"][0]["object"], &plan["loads"][0]["native_id"]), (&json!("people"), &json!("Id")));
    ground.run(&["load", "--dry-run", "crm/people.csv", "--read-only"]).ends(0);
    assert_eq!(ground.verify()["audit_head"], head);
    assert!(ground.records().is_empty());
}

#[test]
fn files_that_come_together_are_objects_of_their_own_unless_they_have_one_name() {
    let ground = Ground::new();
    let people = "Id,Name,Email,City\n1,Anna,a@x.example,Oslo\n2,Bo,b@x.example,Rome\n";
    ground.write("crm/customers.csv", people);
    ground.write("crm/suppliers.csv", people.replace("Anna", "Ann"));
    ground.write("crm/notes.csv", "Id,Text\n1,x\n");
    ground.write("crm/notes.tsv", "Number\tSubject\tBody\n7\tx\ty\n");
    let loads = ground.run(&["load", "crm", "--json"]).ends(0).json();
    let objects: Vec<&str> =
        loads["loads"].as_array().expect("loads").iter().map(|l| l["object"].as_str().expect("a name")).collect();
    assert_eq!(objects, ["customers", "notes", "notes.tsv", "suppliers"]);
    ground.write("crm/clients.csv", people.replace("Rome", "Bern"));
    let later = ground.run(&["load", "crm/clients.csv", "--json"]).ends(0).json();
    let later = &later["loads"][0];
    assert!(later["warnings"].to_string().contains("has the header of customers"), "{later}");
    assert_eq!((&later["object"], &later["changed"]), (&json!("customers"), &json!(1)));
    ground.run(&["load", "crm/clients.csv", "--source", "a/b"]).ends(2);
}

#[test]
fn undo_after_a_load_was_taken_out_brings_that_load_back() {
    let ground = Ground::new();
    ground.write("crm/a.csv", "Id,Name\n1,Anna\n");
    ground.write("crm/b.csv", "Key,Text\n7,x\n");
    ground.load(&["crm/a.csv", "crm/b.csv"]);
    ground.run(&["load", "--undo", "1"]).ends(0);
    ground.write("crm/c.csv", "Nr,Word\n3,y\n");
    ground.load(&["crm/c.csv"]);
    ground.run(&["undo"]).ends(0);
    ground.run(&["undo"]).ends(0);
    let objects = ground.run(&["sources", "--json"]).ends(0).json()["sources"][0]["objects"].clone();
    let names: Vec<&str> =
        objects.as_array().expect("objects").iter().map(|o| o["object"].as_str().expect("a name")).collect();
    assert_eq!(names, ["b", "a"], "it is back, as the newest object");
    ground.verify();
}
