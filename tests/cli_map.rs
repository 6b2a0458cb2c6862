//! The source-to-model map on the command line: proposed, accepted, decided, checked, run, written out.

mod ground;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use ground::{Ground, unseen};
use serde_json::{Value, json};

const CONTACTS: &str = "\
Id,First Name,Last Name,Email,Phone,Type,Country,Notes\n\
101,Katarzyna,Wójcik,k.wojcik@bwc.example,+48 22 555 01 43,Active Client,Poland,\"=HYPERLINK(\"\"http://x.example\"\")\"\n\
102,Ann,Lee-Smith,ann@lee.example,020 7946 0958,Partner,United Kingdom,<b>bold</b> | a * b\n\
103,Li,Wei,li@wei.example,12,Active Client,Poland,\"two\nlines \u{202E}txet\"\n\
104,Zoë,Öberg,,,Test,Sweden,\n";

/// A workspace with one object, and one entity that it could feed.
fn loaded() -> Ground {
    let ground = Ground::new();
    ground.write("CRM/Contact_2025-11-10.csv", CONTACTS);
    ground.run(&["load", "CRM", "--kind", "crm"]).ends(0);
    let names = ground.run(&["model", "--json"]).ends(0).json();
    let shipped: Vec<String> = names["entities"]
        .as_array()
        .expect("entities")
        .iter()
        .map(|entity| entity["name"].as_str().expect("a name").to_owned())
        .collect();
    ground.run(&["model", "add", "client", "one_row_is=one human whom sales talks to", "key_prefix=CLI"]).ends(0);
    let fields = ["family_name", "given_name", "email", "phone", "stage", "country", "note"];
    let mut set = vec!["model".to_owned(), "set".to_owned(), "client".to_owned()];
    set.extend(fields.iter().map(|field| format!("fields+={field}")));
    ground.run(&set.iter().map(String::as_str).collect::<Vec<_>>()).ends(0);
    let facts = [
        "fields.family_name.required=yes",
        "fields.country.required=yes",
        "fields.email.type=email",
        "fields.phone.type=phone",
        "fields.stage.type=choice",
        "fields.country.type=country",
    ];
    ground.run(&[&["model", "set", "client"][..], &facts].concat()).ends(0);
    ground.run(&["model", "set", "client", "fields.stage.allowed=customer,lead"]).ends(0);
    let remove: Vec<&str> = ["model", "remove"].into_iter().chain(shipped.iter().map(String::as_str)).collect();
    ground.run(&remove).ends(0);
    ground
}

/// The same with everything decided.
fn decided() -> Ground {
    let ground = loaded();
    ground.run(&["map", "accept"]).ends(0);
    ground.run(&["map", "set", "CRM.Contact", "client.stage", "value", "map", "Type"]).ends(0);
    ground
        .run(&["map", "values", "Contact", "client.stage", "--set", "Active Client=customer", "--set", "Partner=lead"])
        .ends(0);
    ground.run(&["map", "values", "Contact", "client.stage", "--exclude", "Test=test data"]).ends(0);
    ground.run(&["map", "drop", "Contact", "Id", "--reason", "the durable key stands for it"]).ends(0);
    ground
}

fn map_text(ground: &Ground) -> String {
    ground.run(&["map", "edit", "CRM.Contact"]).ends(0).text()
}

fn problems(ground: &Ground, code: i32) -> Vec<(String, bool)> {
    let check = ground.run(&["map", "check", "--json"]).ends(code).json();
    let of = |problem: &Value| {
        (problem["kind"].as_str().expect("a kind").to_owned(), problem["blocks"].as_bool().expect("blocks or not"))
    };
    check["problems"].as_array().expect("problems").iter().map(of).collect()
}

fn blocking(ground: &Ground, code: i32) -> Vec<String> {
    problems(ground, code).into_iter().filter(|(_, blocks)| *blocks).map(|(kind, _)| kind).collect()
}

#[test]
fn suggestions_are_accepted_checked_and_what_blocks_is_decided() {
    let ground = loaded();
    let suggested = ground.run(&["map", "suggest", "--json"]).ends(0).json();
    let column = |name: &str| {
        let all = suggested["suggestions"].as_array().expect("suggestions");
        all.iter().find(|s| s["column"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let email = column("Email");
    assert_eq!(
        (&email["source"], &email["object"], &email["decided"]),
        (&json!("CRM"), &json!("Contact"), &json!(false))
    );
    assert_eq!(
        (&email["candidates"][0]["entity"], &email["candidates"][0]["field"]),
        (&json!("client"), &json!("email"))
    );
    assert!(email["candidates"][0]["confidence"].as_f64().is_some_and(|sure| sure > 0.5 && sure <= 1.0), "{email}");
    assert!(email["candidates"][0]["reasons"][0].is_string(), "{email}");
    // Nothing is accepted by itself, nor by a dry run.
    let would = ground.run(&["map", "accept", "--dry-run", "--json"]).ends(0).json();
    assert!(would["rules"].as_u64().is_some_and(|rules| rules >= 5), "{would}");
    assert_eq!(ground.run(&["map", "show", "--json"]).ends(0).json()["fields"][1]["disposition"], Value::Null);

    let accepted = ground.run(&["map", "accept", "--json"]).ends(0).json();
    assert_eq!((&accepted["rules"], &accepted["accepted"]), (&would["rules"], &would["accepted"]));
    assert_eq!(ground.run(&["map", "accept", "--json"]).ends(0).json()["rules"], 0);
    assert!(ground.run(&["map", "suggest"]).ends(0).text().contains("decided"));
    ground.run(&["map", "set", "CRM.Contact", "client.stage", "value", "map", "Type", "--comment", "by sales"]).ends(0);
    let check = ground.run(&["map", "check", "--blocking", "--json"]).ends(1).json();
    let problem = &check["problems"][0];
    assert_eq!(
        (&problem["kind"], &problem["column"], &problem["count"]),
        (&json!("unmapped_value"), &json!("Type"), &json!(4))
    );
    let words = ground.run(&["map", "check"]).ends(1).text();
    assert!(words.contains("✗ 3 values without a target · CRM › Contact › Type → client › stage"), "{words}");

    ground
        .run(&["map", "values", "Contact", "client.stage", "--set", "Active Client=customer", "--set", "Partner=lead"])
        .ends(0);
    ground.run(&["map", "values", "Contact", "client.stage", "--exclude", "Test=test data"]).ends(0);
    ground.run(&["map", "drop", "Contact", "Id", "--reason", "the durable key stands for it"]).ends(0);
    let check = ground.run(&["map", "check", "--json"]).ends(0).json();
    assert_eq!(check["coverage"], 1.0);
    assert_eq!(blocking(&ground, 0), Vec::<String>::new());
    assert!(ground.run(&["map", "check"]).ends(0).text().contains("Nothing blocks a rehearsal"));

    let shown = ground.run(&["map", "show", "--json"]).ends(0).json();
    let stage =
        shown["fields"].as_array().expect("fields").iter().find(|f| f["field"] == "stage").expect("stage").clone();
    assert_eq!((&stage["column"], &stage["entity"]), (&json!("Type"), &json!("client")));
    assert_eq!(
        (&stage["value_map"][0]["value"], &stage["value_map"][0]["count"], &stage["value_map"][0]["target"]),
        (&json!("Active Client"), &json!(2), &json!("customer"))
    );
    assert_eq!(stage["reviews"], json!({ "technical": null, "business": null }));
    ground.run(&["map", "review", "Contact", "client.stage", "--technical", "--business"]).ends(0);
    ground.run(&["map", "set", "CRM.Contact", "client.note", "constant", "x"]).ends(0);
    let shown = ground.run(&["map", "show", "--json"]).ends(0).json();
    let of = |name: &str| {
        shown["fields"].as_array().expect("fields").iter().find(|f| f["field"] == name).expect("it")["reviews"].clone()
    };
    assert_eq!(of("stage"), json!({ "technical": "mira", "business": "mira" }));
    ground.run(&["map", "values", "Contact", "client.stage", "--set", "Partner=customer"]).ends(0);
    let shown = ground.run(&["map", "show", "--json"]).ends(0).json();
    let stage =
        shown["fields"].as_array().expect("fields").iter().find(|f| f["field"] == "stage").expect("stage").clone();
    assert_eq!(stage["reviews"], json!({ "technical": null, "business": null }), "a review is of one text");
    ground.verify();
}

#[test]
fn a_document_with_faults_lists_all_of_them_and_changes_nothing() {
    let ground = decided();
    let before = map_text(&ground);
    // What its own shape says.
    let broken = before
        .replace("rule = \"e-mail\"", "rule = \"e-mial\"")
        .replace("field = \"given_name\"", "fild = \"given_name\"");
    ground.write("broken.toml", &broken);
    let ran = ground.run(&["map", "edit", "Contact", "--file", "broken.toml"]).ends(2);
    let said = ran.complaint();
    assert!(said.contains("e-mial") && said.contains("fild") && said.contains("line "), "{said}");
    let error = ground.run(&["map", "edit", "Contact", "--file", "broken.toml", "--json"]).ends(2).json();
    assert!(error["error"]["line"].is_u64() && error["error"]["hint"].is_string(), "{error}");
    // What the model, the object and SQLite say.
    let broken = before
        .replace("from = [\"Email\"]", "from = [\"Emial\"]")
        .replace("field = \"note\"", "field = \"notes\"")
        .replacen("rule = \"copy\"", "rule = \"expression\"\nsql = \"upper(\"", 1)
        .replacen("from = [\"First Name\"]\n", "", 1);
    let ran = ground.run_with_input(&["map", "edit", "Contact", "--file", "-"], &broken).ends(2);
    let said = ran.complaint();
    for word in ["Emial", "notes", "parenthesis", "Nothing was saved"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(map_text(&ground), before);
    // A good one takes its place.
    let good = before.replacen(
        "from = [\"First Name\"]\nrule = \"copy\"",
        "rule = \"expression\"\nsql = \"upper(\\\"First Name\\\")\"",
        1,
    );
    ground.run_with_input(&["map", "edit", "Contact", "--file", "-"], &good).ends(0);
    assert!(map_text(&ground).contains("upper("));
}

#[test]
fn what_cannot_be_is_refused_with_a_way_on() {
    let ground = decided();
    let before = map_text(&ground);
    for (args, said) in [
        (&["set", "Contact", "client.note", "=", "upper("][..], "parenthesis"),
        (&["set", "Contact", "client.note", "= (select 1)"], "reads other rows"),
        (&["set", "Contact", "client.note", "= load_extension('x')"], "load_extension"),
        (&["set", "Contact", "client.note", "copi", "Notes"], "“copy” is meant"),
        (&["set", "Contact", "client.note", "copy", "Nots"], "Notes"),
        (&["set", "Contact", "client.nope", "copy", "Notes"], "no field “nope”"),
        (&["set", "Contact", "note", "copy", "Notes"], "ENTITY.FIELD"),
        (&["set", "Nothing", "client.note", "copy", "Notes"], "cutover sources"),
        (&["where", "Contact", "client", "nope = 1", "--reason", "x"], "nope"),
        (&["where", "Contact", "client", "Id > 1"], "excluded for"),
        (&["missing", "Contact", "client.country", "derive", "upper("], "parenthesis"),
        (&["missing", "Contact", "client.country", "default", "Narnia"], "Narnia"),
        (&["values", "Contact", "client.stage", "--set", "Partner=friend"], "friend"),
        (&["values", "Contact", "client.stage", "--set", "Partner"], "VALUE=TARGET"),
        (&["values", "Contact", "client.email", "--set", "a=b"], "no value map"),
        (&["drop", "Contact", "Notes", "--reason", " "], "Notes"),
        (&["reopen", "Contact", "Email"], "Email"),
        (&["review", "Contact", "client.nope", "--technical"], "client.nope"),
        (&["about", "Contact", "client", "colour=red"], "colour"),
        (&["edit", "Contact", "--version", "99"], "99"),
        (&["export", "map.docx"], "docx"),
        (&["check", "Nothing"], "cutover sources"),
    ] {
        let ran = ground.run(&[&["map"][..], args].concat()).ends(2);
        assert!(ran.complaint().contains(said), "{args:?}: {}", ran.err);
        assert_eq!(unseen(&ran.err), None);
    }
    assert_eq!(map_text(&ground), before);
    // Options stand behind a rule too; they are no part of it.
    ground
        .run(&["map", "set", "Contact", "client.note", "= lower(Notes)", "--comment", "small letters", "--as", "dana"])
        .ends(0);
    let history = ground.run(&["map", "history", "Contact", "--json"]).ends(0).json();
    let first = &history["versions"][0];
    assert_eq!((&first["comment"], &first["author"]), (&json!("small letters"), &json!("dana")));
    assert!(!map_text(&ground).contains("--comment"));
}

#[test]
fn what_nothing_feeds_stands_against_each_object_that_feeds_the_entity() {
    let ground = decided();
    ground.run(&["model", "set", "client", "fields+=owner", "fields.owner.required=yes"]).ends(0);
    let check = ground.run(&["map", "check", "CRM.Contact", "--blocking", "--json"]).ends(1).json();
    assert_eq!(
        (&check["problems"][0]["kind"], &check["problems"][0]["field"]),
        (&json!("required_without_source"), &json!("owner"))
    );
}

#[test]
fn a_new_value_in_a_later_load_opens_the_map_again() {
    let ground = decided();
    assert_eq!(blocking(&ground, 0), Vec::<String>::new());
    let later = "Id,First Name,Last Name,Email,Phone,Type,Country,Notes\n105,Bo,Ek,bo@ek.example,,Reseller,Sweden,\n";
    ground.write("CRM/Contact_2025-11-14.csv", later);
    ground.run(&["load", "CRM/Contact_2025-11-14.csv", "--delta"]).ends(0);
    let check = ground.run(&["map", "check", "--blocking", "--json"]).ends(1).json();
    assert_eq!(check["problems"][0]["values"], json!(["Reseller"]));
    let table = ground.run(&["map", "values", "Contact", "client.stage", "--json"]).ends(0).json();
    let line = table["values"]
        .as_array()
        .expect("values")
        .iter()
        .find(|line| line["value"] == "Reseller")
        .expect("it")
        .clone();
    assert_eq!((&line["new"], &line["decided"], &table["unmapped"]), (&json!(true), &json!(false), &json!(1)));
    let rejected = ground.run(&["map", "rows", "Contact", "--rejects"]).ends(0).lines();
    let reseller = rejected.iter().find(|row| row["record"] == "CRM/Contact/105").expect("the new record");
    assert_eq!(
        (&reseller["rejects"][0]["field"], &reseller["rejects"][0]["value"]),
        (&json!("stage"), &json!("Reseller"))
    );
    ground.run(&["map", "values", "Contact", "client.stage", "--set", "Reseller=lead"]).ends(0);
    assert_eq!(blocking(&ground, 0), Vec::<String>::new());
    // With two loads the figures are stale: they are made before anything is proposed, also where nothing can be stored.
    let read_only = ground.run(&["map", "suggest", "--read-only", "--json"]).ends(0).json();
    assert_eq!(ground.run(&["map", "suggest", "--json"]).ends(0).json(), read_only);
}

#[test]
fn one_undo_takes_back_all_that_was_accepted() {
    let ground = loaded();
    ground.write("Help/users_2025-11-10.csv", "Id,Name,Email\n1,Ann Lee,ann@lee.example\n2,Bo Ek,bo@ek.example\n");
    ground.run(&["load", "Help", "--kind", "help_desk"]);
    ground.run(&["load", "Help"]);
    let accepted = ground.run(&["map", "accept", "--json"]).ends(0).json();
    assert!(accepted["accepted"].as_array().is_some_and(|maps| !maps.is_empty()), "{accepted}");
    ground.run(&["undo"]).ends(0);
    let overview = ground.run(&["map", "--json"]).ends(0).json();
    for object in overview["objects"].as_array().expect("objects") {
        assert_eq!(object["entities"], json!([]), "{object}");
    }
    ground.run(&["redo"]).ends(0);
    assert_eq!(ground.run(&["map", "accept", "--json"]).ends(0).json()["rules"], 0);
    ground.verify();
}

#[test]
fn any_sqlite_gives_the_rows_that_the_map_makes() {
    let ground = decided();
    ground
        .run(&["map", "set", "Contact", "client.note", "= coalesce(\"First Name\" || ' of ' || Country, 'x')"])
        .ends(0);
    ground.run(&["map", "where", "Contact", "client", "Id <> '102'", "--reason", "left out"]).ends(0);
    let rows = ground.run(&["map", "rows", "Contact"]).ends(0).lines();
    assert_eq!(rows.len(), 4);
    let excluded: Vec<&str> = rows.iter().filter_map(|row| row["excluded"].as_str()).collect();
    assert_eq!(excluded, ["left out", "test data"]);
    assert!(rows[0]["key"].as_str().is_some_and(|key| key.starts_with("CLI-")), "{}", rows[0]);
    assert_eq!(rows[0]["values"]["phone"], "+48225550143");
    let sql = ground.run(&["map", "sql", "Contact"]).ends(0).text();
    let conn = ground.sql();
    let mut statement = conn.prepare(&sql).expect("it is SQL of any SQLite");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = statement.query([]).expect("it runs");
    let mut read = 0;
    while let Some(row) = found.next().expect("a row") {
        let wanted = rows[read]["values"].as_object().expect("values");
        for (field, value) in wanted {
            let at = names.iter().position(|name| name == field).unwrap_or_else(|| panic!("{field} in {names:?}"));
            let got: Option<String> = row.get(at).expect("text");
            assert_eq!(got.as_deref(), value.as_str(), "{field} of row {read}");
        }
        read += 1;
    }
    assert_eq!(read, rows.len());
}

#[test]
fn the_mapping_document_is_written_in_three_formats_and_hostile_values_are_inert() {
    let ground = decided();
    ground
        .run(&[
            "map",
            "about",
            "Contact",
            "client",
            "owner=Jonas Weber",
            "deduplication=by e-mail, then by name",
            "validation=as many clients as contacts",
        ])
        .ends(0);
    ground.run(&["map", "comment", "Contact", "client.note", "<script>alert(1)</script> | x"]).ends(0);
    for file in ["map.md", "map.html", "map.xlsx"] {
        ground.run(&["map", "export", file]).ends(0);
        let again = ground.run(&["map", "export", file]).ends(2);
        assert!(again.complaint().contains("--force"), "{}", again.err);
    }
    let markdown = std::fs::read_to_string(ground.path("map.md")).expect("it is UTF-8");
    for word in [
        "Jonas Weber",
        "by e-mail, then by name",
        "as many clients as contacts",
        "the durable key stands for it",
        "Active Client",
        "the record is excluded: test data",
        "client.stage",
        "required",
    ] {
        assert!(markdown.contains(word), "{word}: {markdown}");
    }
    assert!(!markdown.contains("<script>") && !markdown.contains("<b>"), "{markdown}");
    assert_eq!(unseen(&markdown), None);
    let heads = markdown.lines().filter(|line| line.starts_with("| source field |")).count();
    assert_eq!(heads, 1);
    let html = std::fs::read_to_string(ground.path("map.html")).expect("it is UTF-8");
    assert!(!html.contains("<script") && !html.contains("<b>bold"), "{html}");
    assert!(html.contains("Jonas Weber") && html.contains("client.stage"));
    assert_eq!(unseen(&html), None);

    let bytes = std::fs::read(ground.path("map.xlsx")).expect("a workbook");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("it opens");
    assert_eq!(book.sheet_names(), ["Fields", "Values", "Maps", "Open", "Model", "Questions", "Source of truth"]);
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).expect("a sheet");
        assert!(formulas.used_cells().next().is_none(), "{sheet}: nothing is computed");
    }
    let fields = book.worksheet_range("Fields").expect("the fields");
    let text = |row: usize, column: usize| match fields.get((row, column)) {
        Some(Data::String(text)) => text.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        (text(0, 2), text(1, 2), text(1, 5)),
        ("source field".to_owned(), "Id".to_owned(), "dropped".to_owned())
    );
    let values = book.worksheet_range("Values").expect("the values");
    assert_eq!(values.height(), 4, "three values and a head");
    // The same workspace gives the same bytes.
    ground.run(&["map", "export", "again.xlsx"]).ends(0);
    assert_eq!(std::fs::read(ground.path("map.xlsx")).ok(), std::fs::read(ground.path("again.xlsx")).ok());
}

#[test]
fn masked_output_names_nobody() {
    let ground = decided();
    // What cannot be converted stands in the check as well.
    ground.run(&["map", "set", "Contact", "client.note", "e-mail", "\"Last Name\""]).ends(0);
    for args in [
        &["map", "show"][..],
        &["map", "show", "--json"],
        &["map", "rows", "Contact"],
        &["map", "preview", "Contact", "client.email"],
        &["map", "values", "Contact", "client.stage"],
        &["map", "check"],
        &["map", "check", "--json"],
        &["map", "export"],
        &["map", "export", "--format", "html"],
    ] {
        let text = ground.run(&[args, &["--mask"]].concat()).ends(0).text();
        for name in ["Katarzyna", "Wójcik", "k.wojcik@", "ann@lee", "22 555 01 43", "7946"] {
            assert!(!text.contains(name), "{args:?}: {name}: {text}");
        }
    }
    let refused = ground.run(&["map", "edit", "Contact", "--mask"]).ends(2);
    assert!(refused.complaint().contains("--mask"), "{}", refused.err);
}

#[test]
fn a_target_of_its_own_is_suggested_against_whatever_the_maps_say() {
    let ground = decided();
    ground.write("template.csv", "First Name,Surname,Email*,State\n");
    let first = |target: &str, column: &str| {
        let json = ground.run(&["map", "suggest", "--target", target, "--json"]).ends(0).json();
        let all = json["suggestions"].as_array().expect("suggestions").clone();
        all.iter().find(|s| s["column"] == column).expect("the column")["candidates"][0]["field"].clone()
    };
    assert_eq!(first("template.csv", "Email"), "Email");
    assert_eq!(first("template.csv", "First Name"), "First Name");
    let describe = r#"{"name":"Contact","fields":[
        {"name":"LastName","label":"Last Name","type":"string","length":80,"nillable":false,"createable":true},
        {"name":"Email","label":"Email","type":"email","length":80,"nillable":true,"createable":true}]}"#;
    ground.write("contact.json", describe);
    assert_eq!(first("contact.json", "Last Name"), "LastName");
    let wrong = ground.run(&["map", "suggest", "--target", "none.csv"]).ends(2);
    assert!(wrong.complaint().contains("none.csv is not there"), "{}", wrong.err);
}
