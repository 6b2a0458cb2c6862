//! The inventory on the command line: what people state of a system, what is proposed, how it is kept, undone and handed
//! on, and whether a backup holds the files that were loaded.

mod ground;

use std::io::Write;

use ground::{Ground, PEOPLE, unseen};
use serde_json::{Value, json};

fn loaded() -> Ground {
    let ground = Ground::new();
    ground.write("crm/people_2025-11-14.csv", PEOPLE);
    ground.run(&["load", "crm", "--kind", "crm"]).ends(0);
    ground
}

/// What `sources --json` tells of a source.
fn source(ground: &Ground, name: &str) -> Value {
    let json = ground.run(&["sources", "--json"]).ends(0).json();
    let found = json["sources"].as_array().expect("sources").iter().find(|source| source["source"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {json}")).clone()
}

fn holds(list: &Value, text: &str) -> bool {
    list.as_array().expect("a list").iter().any(|value| value == text)
}

#[test]
fn what_is_proposed_becomes_a_statement_only_by_a_person() {
    let ground = loaded();
    let before = source(&ground, "crm");
    assert!(holds(&before["proposed"], "reliable") && holds(&before["facts"]["reliable"], "pipeline"), "{before}");
    assert_eq!((&before["stated"], &before["version"]), (&json!([]), &Value::Null));
    assert_eq!(before["facts"]["extraction"]["at"], "2025-11-14T00:00:00Z");
    assert_eq!(before["estimate"], Value::Null);

    let set = [
        "sources",
        "set",
        "CRM",
        "owner=Jonas Weber, sales",
        "objects.PEOPLE.claimed=7",
        "reliable=pipeline",
        "--json",
    ];
    let told = ground.run(&set).ends(0).json();
    assert_eq!((&told["saved"], &told["version"], &told["source"]), (&json!(true), &json!(1), &json!("crm")));
    let after = source(&ground, "crm");
    assert_eq!(after["stated"], json!(["objects.people.claimed", "owner", "reliable"]));
    assert!(!holds(&after["proposed"], "reliable") && holds(&after["proposed"], "risky"));
    let claim = &after["claims"][0];
    assert_eq!((&claim["claimed"], &claim["came"], &claim["difference"]), (&json!(7), &json!(5), &json!(-2)));
    // The keys that scripts rely on are still there.
    assert_eq!(
        (&after["name"], &after["kind"], &after["objects"][0]["records"]),
        (&json!("crm"), &json!("crm"), &json!(5))
    );

    let again = ground.run(&set).ends(0).json();
    assert_eq!((&again["saved"], &again["version"]), (&json!(false), &json!(1)));
    let words = ground.run(&["sources", "show", "crm"]).ends(0).text();
    assert!(words.contains("owner               Jonas Weber, sales\n"), "{words}");
    assert!(words.contains("reliable            pipeline\n"), "{words}");
    assert!(words.contains("risky               ? "), "{words}");
    let table = ground.run(&["sources"]).ends(0).text();
    assert!(table.contains("claimed") && table.contains("−2"), "{table}");
    ground.verify();
}

#[test]
fn an_extraction_is_estimated_against_the_plan() {
    let ground = loaded();
    let set = ["objects.people.claimed=1,000,000", "extraction.calls_per_day=10000", "extraction.records_per_call=200"];
    ground.run(&["sources", "set", "crm", set[0], set[1], set[2], "extraction.planned_minutes=600"]).ends(0);
    let estimate = source(&ground, "crm")["estimate"].clone();
    assert_eq!((&estimate["minutes"], &estimate["over_plan"]), (&json!(720), &json!(120)), "{estimate}");
    let words = ground.run(&["sources", "show", "crm"]).ends(0).text();
    assert!(
        words.contains("about 720 minutes for 1,000,000 rows, by its calls a day; ! 120 minutes over the plan"),
        "{words}"
    );
}

#[test]
fn undo_and_redo_reach_facts_as_they_reach_loads() {
    let ground = loaded();
    ground.run(&["sources", "set", "crm", "owner=Jonas"]).ends(0);
    ground.run(&["sources", "set", "crm", "owner=Dana", "--as", "jo"]).ends(0);
    let owner = |ground: &Ground| source(ground, "crm")["facts"]["owner"].clone();
    // Mira's change lies below Jo's.
    let refused = ground.run(&["undo", "--json"]).ends(2);
    assert!(refused.complaint().contains("version 2 by jo stands"), "{}", refused.err);
    assert_eq!(owner(&ground), "Dana");
    ground.run(&["undo", "--as", "jo"]).ends(0);
    let undone = ground.run(&["undo", "--json"]).ends(0).json();
    assert_eq!(undone["undone"]["what"], "definition");
    assert_eq!(owner(&ground), "");
    ground.run(&["redo"]).ends(0);
    assert_eq!(owner(&ground), "Jonas");
    ground.run(&["undo"]).ends(0);
    ground.run(&["undo"]).ends(0);
    assert_eq!(ground.run(&["sources", "--json"]).ends(0).json()["loads"], 0);
    ground.verify();
}

#[test]
fn a_document_goes_out_and_comes_back_the_same() {
    let ground = loaded();
    ground
        .run(&["sources", "set", "crm", "owner=Jonas", "risky+=notes", "locations+={name = \"S3\", holds = \"files\"}"])
        .ends(0);
    let text = ground.run(&["sources", "export", "crm"]).ends(0).text();
    ground.write("facts.toml", &text);
    let told = ground.run(&["sources", "edit", "crm", "--file", "facts.toml", "--json"]).ends(0).json();
    assert_eq!(told["saved"], false);
    // A person's own writing is kept.
    let own = format!("# agreed with Jonas\n{text}");
    let told = ground.run_with_input(&["sources", "edit", "crm", "--file", "-", "--json", "--comment", "agreed"], &own);
    assert_eq!(told.ends(0).json()["version"], 2);
    assert_eq!(ground.run(&["sources", "export", "crm"]).ends(0).text(), own);
    assert_eq!(ground.run(&["sources", "export", "crm", "--version", "1"]).ends(0).text(), text);
    let history = ground.run(&["sources", "history", "crm", "--json"]).ends(0).json();
    let versions: Vec<(u64, bool)> = history["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .map(|v| (v["version"].as_u64().expect("a number"), v["stands"].as_bool().expect("yes or no")))
        .collect();
    assert_eq!(versions, [(2, true), (1, false)]);
    assert_eq!(
        (&history["versions"][0]["comment"], &history["versions"][0]["author"]),
        (&json!("agreed"), &json!("mira"))
    );
    let diff = ground.run(&["sources", "history", "crm", "--diff", "2"]).ends(0).text();
    assert!(diff.starts_with("+ # agreed with Jonas\n  owner = "), "{diff}");
    ground.run(&["sources", "edit", "crm", "--version", "1"]).ends(0);
    assert_eq!(ground.run(&["sources", "export", "crm"]).ends(0).text(), text);
    ground.run(&["sources", "review", "crm", "approved", "--as", "dana"]).ends(0);
    let words = ground.run(&["sources", "history", "crm"]).ends(0).text();
    assert!(words.contains("approved by dana"), "{words}");
    ground.run(&["sources", "withdraw", "crm"]).ends(0);
    assert_eq!(source(&ground, "crm")["version"], Value::Null);
    ground.run(&["sources", "export", "crm"]).ends(2);
    ground.verify();
}

#[test]
fn every_bad_input_is_one_clear_line_and_changes_nothing() {
    let ground = loaded();
    ground.write("bad.toml", "owner = \"Jonas\"\n\n[extraction]\nmethod = \"fax\"\n");
    ground.write("torn.toml", "owner = \"Jonas\nrisky = [\n");
    ground.write("latin.toml", b"owner = \"Jonas\"\n# J\xE9r\xF4me\n");
    ground.write("huge.toml", "#".repeat((16 << 20) + 1));
    let before = ground.run(&["audit", "--json"]).ends(0).json()["audit_head"].clone();
    let cases: &[(&[&str], &str)] = &[
        (&["sources", "show", "nobody"], "no system “nobody”"),
        (&["sources", "set", "nobody", "owner=x"], "no system “nobody”"),
        (&["sources", "set", "crm", "owner"], "KEY=VALUE"),
        (&["sources", "set", "crm", "onwer=x"], "owner may be meant"),
        (&["sources", "set", "crm", "owner=x", "freeze=today"], "no moment"),
        (&["sources", "set", "crm", "objects.people.claimed=-3"], "0 or more"),
        (&["sources", "set", "crm", "--unset", "owner"], "nothing to take back"),
        (&["sources", "add", "ERP", "--kind", "boat"], "no kind of system"),
        (&["sources", "add", "Crm"], "in the inventory already"),
        (&["sources", "add", "a/b"], "cannot be the name"),
        (&["sources", "edit", "crm", "--file", "none.toml"], "none.toml is not there"),
        (&["sources", "edit", "crm", "--file", "crm"], "crm is no file"),
        (&["sources", "edit", "crm", "--file", "bad.toml"], "bad.toml, line 4, extraction.method"),
        (&["sources", "edit", "crm", "--file", "torn.toml"], "torn.toml, line 1"),
        (&["sources", "edit", "crm", "--file", "latin.toml"], "line 2: it is not UTF-8"),
        (&["sources", "edit", "crm", "--file", "huge.toml"], "the most is"),
        (&["sources", "edit", "crm", "--version", "9"], "no definition of crm"),
        (&["sources", "export", "crm"], "Nobody stated anything"),
        (&["sources", "history", "crm", "--diff", "3"], "no version 3"),
        (&["sources", "review", "crm", "approved"], "Nobody stated anything"),
        (&["sources", "withdraw", "crm"], "no definition"),
        (&["sources", "files", "--against", "nowhere"], "nowhere is not there"),
        (&["sources", "set", "crm", "owner=x", "--read-only"], "changes the workspace"),
    ];
    for (args, said) in cases {
        let ran = ground.run(args).ends(2);
        assert!(ran.complaint().contains(said), "{args:?}: {}", ran.err);
        let mut with_json = args.to_vec();
        with_json.push("--json");
        let error = ground.run(&with_json).ends(2).json()["error"].clone();
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{args:?}: {error}");
    }
    let bad = ground.run(&["sources", "edit", "crm", "--file", "bad.toml", "--json"]).ends(2).json();
    assert_eq!((&bad["error"]["line"], &bad["error"]["file"]), (&json!(4), &json!("bad.toml")));
    assert_eq!(ground.run(&["audit", "--json"]).ends(0).json()["audit_head"], before);
}

#[test]
fn a_system_without_a_file_and_the_new_system_are_in_the_inventory() {
    let ground = loaded();
    ground.run(&["sources", "add", "Old ERP", "--kind", "erp"]).ends(0);
    let add = ["sources", "add", "New CRM", "--kind", "crm", "--side", "new", "--object", "Person", "--object", "Deal"];
    let told = ground.run(&[&add[..], &["--json"]].concat()).ends(0).json();
    assert_eq!((&told["loaded"], &told["side"], &told["saved"]), (&json!(false), &json!("new"), &json!(true)));
    let words = ground.run(&["sources"]).ends(0).text();
    assert!(words.contains("Old ERP · ERP") && words.contains("no load yet"), "{words}");
    let missing = |ground: &Ground| -> Vec<(String, String)> {
        let json = ground.run(&["sources", "--json"]).ends(0).json();
        let list = json["without_counterpart"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        list.iter().map(|one| (text(&one["object"]), text(&one["reason"]))).collect()
    };
    let is = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(object, reason)| ((*object).to_owned(), (*reason).to_owned())).collect()
    };
    assert_eq!(missing(&ground), is(&[("people", "not_stated"), ("Deal", "unnamed"), ("Person", "unnamed")]));
    ground.run(&["sources", "set", "crm", "objects.people.counterpart=person"]).ends(0);
    assert_eq!(missing(&ground), is(&[("Deal", "unnamed")]));
    assert_eq!(source(&ground, "crm")["objects"][0]["counterpart"], "person");
    ground.run(&["sources", "set", "crm", "objects.people.counterpart=Contact"]).ends(0);
    assert_eq!(missing(&ground)[0], ("people".to_owned(), "unknown".to_owned()));
    // Files that come later belong to the system that was registered.
    ground.write("x.csv", "Id,Amount\n1,2\n");
    ground.run(&["load", "x.csv", "--source", "Old ERP", "--object", "Order"]).ends(0);
    let erp = source(&ground, "Old ERP");
    assert_eq!((&erp["kind"], &erp["loaded"]), (&json!("erp"), &json!(true)));
    ground.run(&["sources", "set", "Old ERP", "metadata+={name = \"Approval flow\", kind = \"workflow\"}"]).ends(0);
    assert_eq!(source(&ground, "Old ERP")["facts"]["metadata"][0]["name"], "Approval flow");
    ground.verify();
}

#[test]
fn the_inventory_is_handed_on_without_anything_that_acts() {
    let ground = loaded();
    let hostile = "<img src=x onerror=alert(1)>|`x`\u{202E}=1";
    ground
        .run(&[
            "sources",
            "set",
            "crm",
            &format!("owner={hostile}"),
            &format!("known_gaps={hostile}"),
            "objects.people.one_row_is==SUM(1)",
        ])
        .ends(0);
    ground.run(&["sources", "add", "=cmd|' /C calc'!A0"]).ends(2);
    ground.run(&["sources", "add", "=cmd"]).ends(0);
    let html = ground.run(&["sources", "inventory", "--format", "html"]).ends(0).text();
    assert!(html.contains("&lt;img src=x") && !html.contains("<img") && html.ends_with("</html>\n"), "{html}");
    let md = ground.run(&["sources", "inventory"]).ends(0).text();
    assert!(md.contains("&lt;img") && md.contains("## crm · CRM"), "{md}");
    let csv = ground.run(&["sources", "inventory", "--format", "csv"]).ends(0);
    assert!(csv.err.contains("would be computed by a spreadsheet"), "{}", csv.err);
    let csv = csv.text();
    assert!(csv.contains("'=cmd") && csv.contains("'=SUM(1)"), "{csv}");
    for text in [&html, &md, &csv.replace('\r', ""), &ground.run(&["sources", "show", "crm"]).ends(0).text()] {
        assert_eq!(unseen(text), None, "{text}");
    }
    // The same workspace makes the same file.
    assert_eq!(ground.run(&["sources", "inventory", "--format", "html"]).ends(0).text(), html);
    for format in ["md", "html", "csv"] {
        let masked = ground.run(&["sources", "inventory", "--format", format, "--mask"]).ends(0).text();
        ground.run(&["sources", "set", "crm", "owner=Jonas Weber", "extraction.by=Jonas Weber"]).ends(0);
        let named = ground.run(&["sources", "inventory", "--format", format]).ends(0).text();
        let hidden = ground.run(&["sources", "inventory", "--format", format, "--mask"]).ends(0).text();
        assert!(named.contains("Jonas Weber") && !hidden.contains("Jonas Weber") && !masked.is_empty(), "{format}");
    }
    ground.run(&["sources", "export", "crm", "--mask"]).ends(2);
    assert!(!ground.run(&["sources", "show", "crm", "--mask", "--json"]).ends(0).text().contains("Jonas"));
}

/// A zip archive of two files.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_backup_is_searched_for_the_bytes_that_were_loaded() {
    let ground = loaded();
    let archive = zip(&[("Lead.csv", "Id,Name\n1,Anna\n"), ("Deal.csv", "Id,Amount\n9,100\n")]);
    ground.write("sf/export.zip", &archive);
    ground.run(&["load", "sf"]).ends(0);
    let listed = ground.run(&["sources", "files", "--json"]).ends(0).json();
    let files = listed["files"].as_array().expect("files").clone();
    assert_eq!(files.len(), 3);
    assert_eq!(
        (&files[0]["file"], &files[0]["member"], &files[0]["load"]),
        (&json!("people_2025-11-14.csv"), &Value::Null, &json!(1))
    );
    assert!(files.iter().any(|file| file["member"] == "Lead.csv"), "{listed}");
    assert!(files.iter().all(|file| file["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));

    let against = |ground: &Ground, code: i32| {
        ground.run(&["sources", "files", "--against", "backup", "--json"]).ends(code).json()
    };
    ground.write("backup/other.csv", "a\n1\n");
    ground.write("backup/no.zip", b"PK\x03\x04 is no archive");
    assert_eq!(against(&ground, 1)["missing"], 3);
    // The name does not count, the bytes do; an archive that was packed anew holds the same members.
    ground.write("backup/deep/renamed.bin", PEOPLE);
    ground.write("backup/again.zip", zip(&[("x/Deal.csv", "Id,Amount\n9,100\n")]));
    let json = against(&ground, 1);
    assert_eq!((&json["missing"], json["unreadable"].as_array().map(Vec::len)), (&json!(1), Some(1)), "{json}");
    let words = ground.run(&["sources", "files", "--against", "backup"]).ends(1);
    assert!(
        words.text().contains("✗ missing") && words.text().contains("3 loads = 2 in backup + 1 missing"),
        "{words:?}"
    );
    ground.write("backup/deep/export.zip", &archive);
    let json = against(&ground, 0);
    assert_eq!(json["missing"], 0);
    let found = |name: &str| {
        let files = json["files"].as_array().expect("files");
        files.iter().find(|file| file["object"] == name).map(|file| file["found"].clone()).unwrap_or_default()
    };
    assert_eq!((&found("Lead")["path"], &found("Lead")["member"]), (&json!("deep/export.zip"), &json!("Lead.csv")));
    assert_eq!(found("people")["path"], "deep/renamed.bin");
    assert!(found("Lead")["file_sha256"].as_str().is_some_and(|hash| hash.len() == 64));
    // A file that was packed for the backup is there, too.
    std::fs::remove_file(ground.path("backup/deep/renamed.bin")).expect("removed");
    ground.write("backup/packed.zip", zip(&[("people.csv", PEOPLE)]));
    assert_eq!(against(&ground, 0)["files"][0]["found"]["path"], "packed.zip");
    std::fs::remove_file(ground.path("backup/packed.zip")).expect("removed");
    // One changed byte is another file.
    ground.write("backup/deep/renamed.bin", PEOPLE.replacen("Anna", "Anne", 1));
    assert_eq!(against(&ground, 1)["missing"], 1);
}

#[test]
fn a_change_that_was_stopped_is_saved_whole_or_not_at_all() {
    let states = |ground: &Ground| {
        let json = ground.run(&["sources", "history", "crm", "--json", "--read-only"]).ends(0).json();
        let versions: Vec<(Value, Value)> = json["versions"]
            .as_array()
            .expect("versions")
            .iter()
            .map(|v| (v["text"].clone(), v["stands"].clone()))
            .collect();
        (versions, json["steps"].as_array().map(Vec::len), source(ground, "crm")["facts"]["owner"].clone())
    };
    let commands: [&[&str]; 4] = [
        &["sources", "set", "crm", "owner=Dana"],
        &["undo"],
        &["sources", "review", "crm", "approved"],
        &["sources", "withdraw", "crm"],
    ];
    for command in commands {
        for (fault, is_done) in [("transact.before_commit:1", false), ("transact.after_commit:1", true)] {
            let ground = loaded();
            ground.run(&["sources", "set", "crm", "owner=Jonas"]).ends(0);
            let before = states(&ground);
            let entries = |ground: &Ground| {
                ground.run(&["audit", "--json", "--limit", "1000"]).ends(0).json()["entries"].as_array().map(Vec::len)
            };
            let told = entries(&ground);
            assert!(ground.run_into_fault(fault, command), "{command:?} never came to {fault}");
            ground.verify();
            if !is_done {
                assert_eq!((states(&ground), entries(&ground)), (before, told), "{command:?} at {fault}");
                ground.run(command).ends(0);
            } else {
                assert_eq!(entries(&ground), told.map(|n| n + 1), "{command:?} at {fault}");
            }
            ground.verify();
            // What was done is one step back, whichever way it came about.
            if command != ["undo"] {
                ground.run(&["undo"]).ends(0);
                assert_eq!(source(&ground, "crm")["facts"]["owner"], "Jonas", "{command:?} at {fault}");
            } else {
                ground.run(&["redo"]).ends(0);
                assert_eq!(source(&ground, "crm")["facts"]["owner"], "Jonas", "{command:?} at {fault}");
            }
            ground.verify();
        }
    }
}
