//! What goes out: the shapes that scripts rely on, nothing that a terminal would obey, nothing that a spreadsheet would
//! compute, and with --mask nothing that tells who somebody is.

mod ground;

use ground::{Ground, PEOPLE, unseen};
use serde_json::Value;

/// The key is there and of this type: `text`, `count`, `number`, `bool`, `list`, `object`, or one of them `?` for null.
#[track_caller]
fn has(value: &Value, keys: &[(&str, &str)]) {
    for (key, kind) in keys {
        let found = value.get(key).unwrap_or_else(|| panic!("{key} is not in {value}"));
        let (kind, nullable) = kind.strip_suffix('?').map_or((*kind, false), |kind| (kind, true));
        let fits = match kind {
            "text" => found.is_string(),
            "count" => found.is_u64(),
            "number" => found.is_number(),
            "bool" => found.is_boolean(),
            "list" => found.is_array(),
            "object" => found.is_object(),
            other => panic!("{other}"),
        };
        assert!(fits || nullable && found.is_null(), "{key} is {found}, no {kind}");
    }
}

fn loaded() -> Ground {
    let ground = Ground::new();
    ground.write("crm/people.csv", PEOPLE);
    ground.write("crm/bad.csv", "id,a\n1,x\n2,anna.berg@fjord.example,+46 18 555 01 27,Anna Berg\n");
    ground.run(&["load", "crm"]).ends(0);
    ground
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let ground = Ground::bare();
    let new = ground.run(&["new", "w.cutover", "--json"]).ends(0).json();
    has(&new, &[("workspace", "text")]);
    ground.write("crm/people.csv", PEOPLE);
    ground.write("crm/bad.csv", "id,a\n1,x\n2,y,z\n");
    let loads = ground.run(&["--json", "load", "crm", "--as", "jo"]).ends(0).json();
    for load in loads["loads"].as_array().expect("loads") {
        has(load, &[("file", "text"), ("source", "text"), ("object", "text"), ("rows", "count"), ("records", "count")]);
        has(load, &[("quarantined", "count"), ("new", "count"), ("changed", "count"), ("unchanged", "count")]);
        has(load, &[("vanished", "count"), ("encoding", "text"), ("dialect", "object"), ("native_id", "text?")]);
        has(load, &[("warnings", "list"), ("seconds", "number")]);
        has(&load["dialect"], &[("delimiter", "text"), ("quote", "text?"), ("header_line", "count?")]);
        assert_eq!(load["dialect"]["delimiter"], ",");
        assert_eq!(load["loaded_by"], "jo");
    }
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    has(&sources["sources"][0], &[("source", "text"), ("kind", "text"), ("objects", "list")]);
    for record in ground.run(&["records", "--json"]).ends(0).lines() {
        has(
            &record,
            &[("record", "text"), ("source", "text"), ("object", "text"), ("native_id", "text?"), ("load", "count")],
        );
        has(&record, &[("line", "count"), ("values", "object")]);
    }
    let quarantine = ground.run(&["quarantine", "--json"]).ends(0).json();
    has(
        &quarantine["rows"][0],
        &[("file", "text"), ("line", "count"), ("reason", "text"), ("text", "text"), ("bytes_base64", "text")],
    );
    let lookup = ground.run(&["lookup", "anna.berg@fjord.example", "--json"]).ends(0).json();
    let answer = &lookup["answers"][0];
    has(
        answer,
        &[("matched", "object"), ("native_id", "text?"), ("record", "object"), ("status", "text"), ("reason", "text")],
    );
    has(answer, &[("customer", "object?"), ("legacy_ids", "list"), ("history", "list"), ("lifecycle", "object?")]);
    has(
        &answer["matched"],
        &[("id", "text"), ("typed", "text"), ("kind", "text"), ("source", "text"), ("object", "text"), ("how", "text")],
    );
    assert_eq!((&answer["matched"]["how"], &answer["native_id"]), (&"exact".into(), &"1001".into()));
    let none = ground.run(&["lookup", "--json", "nobody-has-this-77"]).ends(1).json();
    assert_eq!(none["answers"], Value::Array(Vec::new()));
    let verify = ground.run(&["verify", "--json"]).ends(0).json();
    has(&verify, &[("ok", "bool"), ("problems", "list"), ("audit_head", "text")]);
    let audit = ground.run(&["audit", "--json"]).ends(0).json();
    has(
        &audit["entries"][0],
        &[("seq", "count"), ("at", "text"), ("who", "text"), ("what", "text"), ("subject", "text")],
    );
    assert_eq!(audit["audit_head"], verify["audit_head"]);
    let backup = ground.run(&["backup", "copy.cutover", "-w", "w.cutover", "--json"]).ends(0).json();
    has(&backup, &[("ok", "bool"), ("audit_head", "text")]);
    let undone = ground.run(&["undo", "--json", "--as", "jo", "-w", "w.cutover"]).ends(0).json();
    has(&undone, &[("undone", "object")]);
    let redone = ground.run(&["redo", "--json", "--as", "jo", "-w", "w.cutover"]).ends(0).json();
    has(&redone, &[("redone", "object")]);
    let restored = ground.run(&["restore", "copy.cutover", "-w", "w.cutover", "--json"]).ends(0).json();
    has(&restored, &[("ok", "bool"), ("audit_head", "text")]);
}

#[test]
fn the_sample_company_is_built_and_closes() {
    let ground = Ground::bare();
    let demo = ground.run(&["demo", "--dir", "here", "--no-ui", "--json"]).ends(0).json();
    has(
        &demo,
        &[
            ("workspace", "text"),
            ("loads", "count"),
            ("records", "count"),
            ("clusters", "count?"),
            ("rehearsal", "text?"),
        ],
    );
    let file = demo["workspace"].as_str().expect("a file").to_owned();
    let verify = ground.run(&["verify", "-w", &file, "--json"]).ends(0).json();
    assert_eq!(verify["ok"], true, "{verify}");
    // Building it again completes it and adds nothing; the last one opened is found from anywhere.
    let again = ground.run(&["demo", "--dir", "here", "--no-ui", "--json"]).ends(0).json();
    assert_eq!(again, demo);
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    for key in ["rows", "records", "quarantined", "loads"] {
        assert_eq!(sources[key], demo[key], "{key}");
    }
    let read = sources["records_read"].as_u64().expect("a count") + sources["quarantined"].as_u64().expect("a count");
    assert_eq!(sources["rows"].as_u64(), Some(read));
}

#[test]
fn every_command_has_words_for_people() {
    let ground = loaded();
    for (args, word) in [
        (&["sources"][..], "people"),
        (&["quarantine"], "more fields than the header"),
        (&["lookup", "1001"], "crm/people/1001"),
        (&["lookup", "Öberg"], "1005"),
        (&["audit"], "loaded people.csv"),
        (&["verify"], "Everything holds"),
        (&["backup", "b.cutover.bak"], "Audit head"),
        (&["undo"], "Took out load"),
        (&["redo"], "again as load"),
        (&["completions", "bash"], "cutover"),
        (&["man"], "cutover"),
        (&["--help"], "Exit codes"),
        (&["--version"], "cutover"),
        (&["load", "--help"], "--delta"),
    ] {
        let ran = ground.run(args).ends(0);
        assert!(ran.text().contains(word), "{args:?}: {}", ran.text());
        assert_eq!(ran.err, "", "{args:?}");
    }
}

#[test]
fn errors_are_one_line_for_people_and_one_object_for_scripts() {
    let ground = loaded();
    ground.write("text.cutover-not", "just text");
    for (args, code, kind, word) in [
        (&["load", "missing.csv"][..], 2, "not_found", "missing.csv"),
        (&["load"], 2, "usage", "FILE"),
        (&["nonsense"], 2, "usage", "nonsense"),
        (&["records", "no.such"], 2, "usage", "no.such"),
        (&["sources", "-w", "missing.cutover"], 2, "not_found", "missing.cutover"),
        (&["sources", "-w", "text.cutover-not"], 2, "foreign", "text.cutover-not"),
        (&["sources", "-w", "crm"], 2, "not_a_file", "crm"),
        (&["new", "w.cutover"], 2, "exists", "w.cutover"),
        (&["new", "no/such/folder/x.cutover"], 2, "not_found", "folder"),
        (&["load", "--undo", "99"], 2, "no_such_load", "99"),
        (&["load", "crm/people.csv", "--delimiter", "xx"], 2, "usage", "delimiter"),
        (&["load", "crm/people.csv", "--as-of", "tomorrow"], 2, "usage", "as-of"),
        (&["load", "crm/people.csv", "--object", "new", "--native-id", "Nope"], 2, "no_such_column", "Nope"),
        (&["load", "crm/people.csv", "--object", "new", "--encoding", "klingon"], 2, "encoding", "klingon"),
        (&["load", "crm/people.csv", "--object", "new", "--max-columns", "3"], 2, "limit", "people.csv"),
        (&["load", "crm/people.csv", "--read-only"], 2, "usage", "changes the workspace"),
        (&["new", "other.cutover", "--read-only"], 2, "usage", "changes the workspace"),
        (&["restore", "crm/people.csv", "--read-only"], 2, "usage", "changes the workspace"),
        (&["undo", "--read-only"], 2, "usage", "changes the workspace"),
        (&["restore", "text.cutover-not"], 2, "foreign", "text.cutover-not"),
        (&["restore", "w.cutover", "-w", "no/folder/x.cutover"], 2, "not_found", "folder"),
        (&["load", "w.cutover"], 2, "format", "workspace of Cutover"),
        (&["backup", "w.cutover"], 2, "exists", "w.cutover"),
    ] {
        let ran = ground.run(args).ends(code);
        assert!(ran.complaint().contains(word), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, b"", "{args:?}");
        let mut with_json = args.to_vec();
        with_json.push("--json");
        let ran = ground.run(&with_json).ends(code);
        let error = ran.json()["error"].clone();
        has(
            &error,
            &[
                ("kind", "text"),
                ("message", "text"),
                ("hint", "text"),
                ("file", "text?"),
                ("line", "count?"),
                ("column", "count?"),
            ],
        );
        assert_eq!(error["kind"], kind, "{args:?}: {error}");
        assert!(!error["hint"].as_str().expect("a hint").is_empty(), "{args:?}: it says what next");
        ran.complaint();
    }
    // CSV needs one object; as JSON there is no such need.
    assert!(ground.run(&["records", "crm", "--format", "csv"]).ends(2).complaint().contains("one object"));
    ground.verify();
}

#[test]
fn lookup_answers_a_list_line_by_line() {
    let ground = loaded();
    let ran = ground.run_with_input(&["lookup", "--stdin"], "1001\n\nnobody-77\nmarta@oberg.example\n").ends(1);
    let lines: Vec<String> = ran.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines[0].starts_with("1001\t") && lines[1].ends_with("not found") && lines[2].contains("Märta Öberg"),
        "{lines:?}"
    );
    let json = ground.run_with_input(&["lookup", "--stdin", "--json"], "1001\n1002").ends(0).lines();
    assert_eq!(json.len(), 2);
    assert_eq!(json[1]["answers"][0]["native_id"], "1002");
}

/// Whatever tells who somebody is in the fixtures.
const PERSONAL: &[&str] = &[
    "anna", "berg", "boris", "quist", "chloe", "durand", "dmitri", "volkov", "märta", "öberg", "fjord", "555", "likes",
    "hello", "two", "lines", "plain",
];

#[test]
fn a_mask_leaves_no_name_no_address_and_no_number() {
    let ground = loaded();
    // Here the address is the ID of the record, and records name one another by it.
    ground.write("list/members.csv", "Email,Referred By,Name\nanna.berg@fjord.example,boris@quist.example,Anna Berg\nboris@quist.example,chloe@durand.example,Boris Quist\n");
    ground.run(&["load", "list/members.csv", "--native-id", "Email"]).ends(0);
    ground.write("list/odd.ndjson", "{\"id\":\"1\"}\n{\"id\":\"2\",\"name\":\"Anna Berg \\q\"}\n{\"id\":\"3\",\"mail\":\"anna.berg@fjord.example\"\n");
    ground.run(&["load", "list/odd.ndjson"]).ends(0);
    let typed = [
        "1001",
        "anna.berg@fjord.example",
        "anna.berg@",
        "+46 18 555 01 27",
        "Anna Berg",
        "Berg",
        "Volkow",
        "chloe@durand.example",
        "Öberg & Co",
        "Nobody Durand-Quist",
        "boris",
        "crm/people/1001",
        "list/members/anna.berg@fjord.example",
    ];
    let mut outputs = vec![
        ground.run(&["records", "--mask"]),
        ground.run(&["records", "--mask", "crm.people", "--format", "csv"]),
        ground.run(&["records", "--mask", "list.members", "--format", "csv", "--spreadsheet-safe"]),
        ground.run(&["quarantine", "--mask"]),
        ground.run(&["quarantine", "--mask", "--json"]),
    ];
    for text in typed {
        outputs.push(ground.run(&["lookup", "--mask", text]));
        outputs.push(ground.run(&["lookup", "--mask", "--json", text]));
    }
    let list = typed.join("\n");
    outputs.push(ground.run_with_input(&["lookup", "--mask", "--stdin"], &list));
    outputs.push(ground.run_with_input(&["lookup", "--mask", "--stdin", "--json"], &list));
    for ran in outputs {
        for stream in [ran.text(), ran.err.clone()] {
            let small = stream.to_lowercase();
            let told =
                PERSONAL.iter().find(|word| small.split(|c: char| !c.is_alphanumeric()).any(|part| part == **word));
            assert_eq!(told, None, "{stream}");
        }
    }
    // IDs stay what they are, and equal values have equal masks.
    let records = ground.run(&["records", "--mask"]).ends(0).lines();
    let person = records.iter().find(|record| record["native_id"] == "1001").expect("IDs stay");
    let member = records.iter().find(|record| record["source"] == "list" && record["line"] == 2).expect("a member");
    assert_eq!(person["values"]["Email"], member["values"]["Email"]);
    // The bytes of a row cannot be given back and masked.
    ground.run(&["quarantine", "--mask", "--export", "x.bin"]).ends(2);
    assert!(!ground.path("x.bin").exists());
}

#[test]
fn nothing_that_is_printed_can_act_on_a_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}abc\u{2066}\u{200b}\u{feff}\u{7f}\u{e0041}";
    let ground = Ground::new();
    let quoted = format!("\"{evil}\"");
    let csv = format!(
        "id,{quoted},Name,Email\n1,{quoted},{quoted},x{evil}@y.example\n{evil},a,b,c\n3,a,b,c,{quoted}\n4,\"{evil}\r\nx\",Zed,z@z.example\n"
    );
    let file = format!("ex{evil}port.csv");
    ground.write(&file, &csv);
    ground.write(
        "deep.json",
        format!("[{{\"id\":\"1\",{0}:{0},\"b\":{{{0}:1}}}},{{\"id\":\"2\",\"id\":{0}}}]", serde_json::json!(evil)),
    );
    let bad = format!("{evil}.csv");
    ground.write(&bad, "\0\0\0");
    let source = format!("sys{evil}tem");
    let object = format!("ob{evil}ject");
    let dotted = format!("{source}.{object}");
    let missing = format!("missing{evil}");
    let flag = format!("--{evil}");
    let commands: Vec<Vec<&str>> = vec![
        vec!["load", "--dry-run", &file, "--source", &source, "--object", &object],
        vec!["load", &file, "--source", &source, "--object", &object, "--as", evil],
        vec!["load", &file, "--source", &source, "--object", &object],
        vec!["load", "deep.json"],
        vec!["load", &bad],
        vec!["load", &missing],
        vec!["load", &file, "--object", "other", "--native-id", evil],
        vec!["load", &file, "--object", "other", "--delimiter", evil],
        vec!["load", &file, "--object", "other", "--encoding", evil],
        vec!["sources"],
        vec!["quarantine"],
        vec!["quarantine", "--reason", evil],
        vec!["records"],
        vec!["records", &missing],
        vec!["records", &dotted],
        vec!["lookup", evil],
        vec!["lookup", "Zed"],
        vec!["lookup", "1"],
        vec!["lookup", "y.example"],
        vec!["audit"],
        vec!["verify"],
        vec!["backup", &missing],
        vec!["new", &missing],
        vec!["-w", "w.cutover", "restore", &bad],
        vec!["-w", &bad, "sources"],
        vec!["-w", "w.cutover", evil],
        vec!["-w", "w.cutover", "sources", &flag],
        vec!["-w", "w.cutover", "undo", "--as", evil],
        vec!["-w", "w.cutover", "redo", "--as", evil],
    ];
    for args in commands {
        for json in [false, true] {
            let mut args = args.clone();
            if json {
                args.push("--json");
            }
            let ran = ground.run(&args);
            assert_eq!(unseen(&ran.text()), None, "{args:?}: {:?}", ran.text());
            assert_eq!(unseen(&ran.err), None, "{args:?}: {:?}", ran.err);
            assert!(ran.code.is_some() && !ran.err.contains("panicked"), "{args:?}: {}", ran.err);
        }
    }
    let list = ground.run_with_input(&["-w", "w.cutover", "lookup", "--stdin"], &format!("{evil}\n1\nZed\n"));
    assert_eq!(unseen(&list.text().replace('\t', "")), None, "{:?}", list.text());
    // And yet every character is there for whoever reads the JSON.
    let records = ground.run(&["records", "-w", "w.cutover"]).ends(0).lines();
    let found = records.iter().flat_map(ground::values).any(|(name, value)| name == evil && value == evil);
    assert!(found, "{records:?}");
}

#[test]
fn nothing_in_a_safe_csv_is_computed() {
    let ground = Ground::new();
    let cells = [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'00123", "plain", " =1",
        "",
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "=HYPERLINK(\"x\")", "c"]).expect("a row");
    for (at, cell) in cells.iter().enumerate() {
        writer.write_record([&format!("r{at}"), *cell, "z"]).expect("a row");
    }
    ground.write("f/cells.csv", writer.into_inner().expect("the bytes"));
    ground.load(&["f/cells.csv"]);
    let read = |args: &[&str]| -> Vec<Vec<String>> {
        let ran = ground.run(args).ends(0);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(ran.out.as_slice());
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
    };
    let exact = read(&["records", "f.cells", "--format", "csv"]);
    assert_eq!(exact[1..].iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), cells);
    let safe = read(&["records", "f.cells", "--format", "csv", "--spreadsheet-safe"]);
    for (row, plain) in safe.iter().zip(&exact) {
        for (cell, plain) in row.iter().zip(plain) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{cell:?}");
            assert_eq!(cutover::values::spreadsheet::spreadsheet_plain(cell), plain);
        }
    }
    let said = ground.run(&["records", "f.cells", "--format", "csv", "--spreadsheet-safe"]).err;
    assert!(said.starts_with("13 cells"), "{said}");
    let masked = read(&["records", "f.cells", "--format", "csv", "--spreadsheet-safe", "--mask"]);
    assert!(masked.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '＝'])));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let ground = Ground::new();
    let rows: String = (0..20_000).map(|at| format!("{at},some text that fills the pipe\n")).collect();
    ground.write("f/many.csv", format!("id,text\n{rows}"));
    ground.load(&["f/many.csv"]);
    let mut child =
        ground.command(&["records"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
