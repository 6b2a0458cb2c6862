//! `cutover profile`: the shapes of the contract, one profile whether it is made by the load or by a pass over the records,
//! and a dictionary in which nothing of the data acts.

mod ground;

use ground::{Ground, PEOPLE, unseen};
use serde_json::Value;

const RENEWALS: &str = "\
Account;Signed on;Amount;Status\n\
Delta Dental;31/01/2025;1.234,50;Active\n\
Marlow Vets;09/23/2025;99,00;active\n\
Ostra Labs;11/12/2024;5,25;Active\n\
Fjord AB;;12,5;Churned\n";

fn loaded() -> Ground {
    let ground = Ground::new();
    ground.write("people.csv", PEOPLE);
    ground.write("renewals.csv", RENEWALS);
    ground.run(&["load", "people.csv", "--source", "crm", "--object", "Contact"]).ends(0);
    ground.run(&["load", "renewals.csv", "--source", "Renewals 2.0", "--object", "Sheet.1"]).ends(0);
    ground
}

fn columns(ground: &Ground, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["profile", "--json"];
    all.extend(args);
    ground.run(&all).ends(0).json()["columns"].as_array().expect("columns").clone()
}

fn named<'a>(columns: &'a [Value], name: &str) -> &'a Value {
    columns.iter().find(|column| column["column"] == name).expect(name)
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let ground = loaded();
    let columns = columns(&ground, &[]);
    assert_eq!(columns.len(), 11);
    for column in &columns {
        for (key, fits) in [
            ("source", column["source"].is_string()),
            ("object", column["object"].is_string()),
            ("column", column["column"].is_string()),
            ("type", column["type"].is_string()),
            ("rows", column["rows"].is_u64()),
            ("filled", column["filled"].is_u64()),
            ("distinct", column["distinct"].is_u64()),
            ("distinct_exact", column["distinct_exact"].is_boolean()),
            ("formats", column["formats"].is_array()),
            ("top", column["top"].is_array()),
            ("date_order", column["date_order"].is_string() || column["date_order"].is_null()),
        ] {
            assert!(fits, "{key} in {column}");
        }
        let counts =
            column["filled"].as_u64().unwrap() + column["empty"].as_u64().unwrap() + column["absent"].as_u64().unwrap();
        assert_eq!(column["rows"].as_u64(), Some(counts));
    }
    let email = named(&columns, "Email");
    assert_eq!((&email["type"], &email["filled"], &email["distinct"]), (&"email".into(), &5.into(), &5.into()));
    assert!(email["formats"][0]["pattern"].is_string() && email["formats"][0]["count"].is_u64());
    assert!(email["top"][0]["value"].is_string() && email["top"][0]["count"].is_u64());
    let signed = named(&columns, "Signed on");
    assert_eq!((&signed["type"], &signed["date_order"]), (&"date".into(), &"contradictory".into()));
    assert_eq!(signed["dates"]["examples"][0]["line"], 3);
    let amount = named(&columns, "Amount");
    assert_eq!((&amount["type"], &amount["max"]), (&"money".into(), &"1234.5".into()));
    assert_eq!(named(&columns, "Id")["type"], "id");
}

#[test]
fn the_profile_of_a_load_is_that_of_its_records() {
    let ground = loaded();
    let stored = |ground: &Ground| -> Vec<(i64, String)> {
        let sql = ground.sql();
        let mut statement =
            sql.prepare("SELECT object, profile FROM object_profile ORDER BY object").expect("the table");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let by_load = stored(&ground);
    assert_eq!(by_load.len(), 2, "a first load leaves its profile");
    let before = columns(&ground, &[]);
    ground.sql().execute("DELETE FROM object_profile", []).expect("a profile is derived");
    assert_eq!(columns(&ground, &["--read-only"]), before);
    assert!(stored(&ground).is_empty(), "a reader stores nothing");
    assert_eq!(columns(&ground, &[]), before);
    assert_eq!(stored(&ground), by_load);
    ground.verify();
}

#[test]
fn a_later_load_an_undo_and_a_role_make_another_profile() {
    let ground = loaded();
    let before = columns(&ground, &["crm.Contact"]);
    let later = PEOPLE.replace("Berg,anna.berg@fjord.example", "Lind,anna.lind@fjord.example");
    ground.write("people-2.csv", later + "1006,Eva,Holm,eva@holm.example,,,\n");
    ground.run(&["load", "people-2.csv", "--source", "crm", "--object", "Contact"]).ends(0);
    let after = columns(&ground, &["crm.Contact"]);
    assert_eq!(named(&after, "Last Name")["rows"], 6, "the latest version of each record");
    assert!(!named(&after, "Last Name")["top"].to_string().contains("Berg"));
    ground.run(&["undo"]).ends(0);
    assert_eq!(columns(&ground, &["crm.Contact"]), before);
}

#[test]
fn names_with_dots_are_found() {
    let ground = loaded();
    for name in [
        "Renewals 2.0.Sheet.1.Signed on",
        "renewals 2.0.sheet.1.signed on",
        "\"Renewals 2.0\".\"Sheet.1\".\"Signed on\"",
    ] {
        let found = columns(&ground, &[name]);
        assert_eq!((found.len(), &found[0]["column"]), (1, &"Signed on".into()), "{name}");
    }
    assert_eq!(columns(&ground, &["Renewals 2.0"]).len(), 4);
    assert_eq!(columns(&ground, &["crm.Contact"]).len(), 7);
    let refused = ground.run(&["profile", "crm.Nobody"]).ends(2);
    assert!(refused.complaint().contains("crm.Nobody"));
}

#[test]
fn a_person_reads_a_table_or_one_column() {
    let ground = loaded();
    insta::assert_snapshot!("profile_table", ground.run(&["profile"]).ends(0).text());
    insta::assert_snapshot!(
        "profile_column",
        ground.run(&["profile", "Renewals 2.0.Sheet.1.Signed on"]).ends(0).text()
    );
    insta::assert_snapshot!("profile_numbers", ground.run(&["profile", "Renewals 2.0.Sheet.1.Amount"]).ends(0).text());
}

#[test]
fn the_dictionary_is_written_whole_for_its_owner_and_over_nothing() {
    let ground = loaded();
    insta::assert_snapshot!("dictionary_markdown", ground.run(&["profile", "--format", "md"]).ends(0).text());
    ground.run(&["profile", "--format", "html", "--output", "dictionary.html"]).ends(0);
    let html = std::fs::read_to_string(ground.path("dictionary.html")).expect("the page");
    assert!(html.starts_with("<!DOCTYPE html>") && html.trim_end().ends_with("</html>"));
    for word in ["http://", "https://", "<script", "src=", "@import"] {
        assert!(!html.contains(word), "{word}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(ground.path("dictionary.html")).expect("the page").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    ground.run(&["profile", "--format", "html", "--output", "dictionary.html"]).ends(2);
    let csv = ground.run(&["profile", "--format", "csv"]).ends(0).text();
    assert_eq!(
        csv.lines().next(),
        Some("source,object,field,type,relationship,format,examples,rows,filled,fill rate,distinct,min,max")
    );
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).into_records().count(), 11);
}

#[test]
fn hostile_names_and_values_stay_text() {
    let ground = Ground::new();
    ground.write(
        "bad.csv",
        "id,\"<b>=cmd|h\u{1b}[31m\",b\n1,\"=1+1\",\u{202e}x\n2,<script>alert(1)</script>,\"a|b\"\n3,-2+3,\u{200b}\n",
    );
    ground.run(&["load", "bad.csv", "--source", "crm", "--object", "T"]).ends(0);
    for args in [
        &["profile"][..],
        &["profile", "--json"],
        &["profile", "crm.T.b"],
        &["profile", "--format", "md"],
        &["profile", "--format", "html"],
    ] {
        let text = ground.run(args).ends(0).text();
        assert_eq!(unseen(&text), None, "{args:?}: {text}");
        if args.contains(&"html") || args.contains(&"md") {
            assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        }
    }
    let csv = ground.run(&["profile", "--format", "csv"]).ends(0).text();
    let cells = csv::Reader::from_reader(csv.as_bytes())
        .into_records()
        .flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{cells:?}");
}

#[test]
fn a_masked_profile_tells_nobody() {
    let ground = loaded();
    for args in [
        &["profile", "--mask"][..],
        &["profile", "--mask", "--json"],
        &["profile", "--mask", "crm.Contact.Email"],
        &["profile", "--mask", "--format", "md"],
        &["profile", "--mask", "--format", "html"],
        &["profile", "--mask", "--format", "csv"],
    ] {
        let text = ground.run(args).ends(0).text().to_lowercase();
        for secret in ["anna", "berg", "quist", "fjord", "+46 18", "marlow", "likes"] {
            assert!(!text.contains(secret), "{secret} in {args:?}: {text}");
        }
    }
}
