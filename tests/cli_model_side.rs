//! What stands beside the model, on the command line: the operating questions, the sources of truth, the approved users and
//! the target that takes the data.

mod ground;

use ground::{Ground, unseen};
use serde_json::json;

#[test]
fn a_question_is_answered_once_by_name_and_undone() {
    let ground = Ground::new();
    let before = ground.run(&["questions", "--json", "--open"]).ends(1).json();
    assert!(before["open"].as_u64().is_some_and(|open| open >= 15) && before["open"] == before["total"]);
    let told = ground
        .run(&[
            "questions",
            "answer",
            "what-is-a-customer",
            "2",
            "--because",
            "Contracts are with companies.",
            "--json",
        ])
        .ends(0)
        .json();
    assert_eq!((&told["answer"]["answer"], &told["answer"]["by"]), (&json!("an account"), &json!("mira")));
    ground.run(&["questions", "answer", "what-is-a-customer", "a household", "--as", "jo"]).ends(0);
    let history = ground.run(&["questions", "history", "what-is-a-customer", "--json"]).ends(0).json();
    assert_eq!(history["versions"].as_array().map(Vec::len), Some(2));
    assert_eq!(history["versions"][0]["author"], "jo");
    ground.run(&["undo", "--as", "jo"]).ends(0);
    let text = ground.run(&["questions", "--for", "account"]).ends(0).text();
    assert!(text.contains("an account · mira · 20"), "{text}");
    ground
        .run(&["questions", "ask", "who-is-vip", "Who is a VIP?", "--choice", "nobody", "--matters-to", "person"])
        .ends(0);
    ground.run(&["questions", "answer", "who-is-vip", "nobody"]).ends(0);
    for wrong in [
        &["answer", "no-such", "x"][..],
        &["answer", "who-is-vip", " "],
        &["ask", "A B", "Why?"],
        &["history", "no-such"],
    ] {
        let args: Vec<&str> = ["questions"].iter().chain(wrong).copied().collect();
        ground.run(&args).ends(2).complaint();
    }
    ground.verify();
}

#[test]
fn the_source_of_truth_is_proposed_and_decided() {
    let ground = Ground::new();
    ground.run(&["sources", "add", "Billing", "--kind", "billing"]).ends(0);
    ground.run(&["sources", "add", "News", "--kind", "marketing"]).ends(0);
    let text = ground.run(&["truth"]).ends(0).text();
    assert!(text.contains("? Billing") && text.contains("9 rows = 0 decided + 9 open"), "{text}");
    let row = |value: &serde_json::Value, of: &str| {
        value["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["of"] == of)).cloned().unwrap_or_default()
    };
    let told =
        ground.run(&["truth", "set", "Consent", "--owner", "news", "--after", "New CRM", "--json"]).ends(0).json();
    let consent = row(&told, "consent");
    assert_eq!(
        (&consent["owner"], &consent["after"], &consent["by"]),
        (&json!("News"), &json!("New CRM"), &json!("mira"))
    );
    // What is not named stays.
    let told =
        ground.run(&["truth", "set", "consent", "--note", "asked legal", "--after", "CRM", "--json"]).ends(0).json();
    assert_eq!((&row(&told, "consent")["owner"], &row(&told, "consent")["after"]), (&json!("News"), &json!("CRM")));
    assert_eq!(
        ground.run(&["truth", "history", "--json"]).ends(0).json()["versions"].as_array().map(Vec::len),
        Some(2)
    );
    ground.run(&["truth", "clear", "consent"]).ends(0);
    assert_eq!(row(&ground.run(&["truth", "--json"]).ends(0).json(), "consent")["decided"], false);
    ground.run(&["undo"]).ends(0);
    assert_eq!(row(&ground.run(&["truth", "--json"]).ends(0).json(), "consent")["decided"], true);
    for wrong in [&["set", "consent", "--owner", "Nobody"][..], &["set", "consent"], &["clear", "sales"]] {
        let args: Vec<&str> = ["truth"].iter().chain(wrong).copied().collect();
        ground.run(&args).ends(2).complaint();
    }
    ground.verify();
}

#[test]
fn owner_names_are_matched_and_the_ambiguous_ones_listed() {
    let ground = Ground::new();
    ground.write("u.csv", "name;id;email;also;active\nSarah Lee;005A;sarah@larkfield.example;slee;yes\nSamuel Lee;005B;;;yes\nJonas Weber;005C;;;no\nDana Roth;005D;;;\n");
    ground.run(&["users", "import", "u.csv", "--dry-run"]).ends(0);
    assert_eq!(ground.run(&["users", "--json"]).ends(0).json(), json!({ "lists": [] }));
    ground.run(&["users", "import", "u.csv"]).ends(0);
    let told = ground.run(&["users", "match", "ROTH, Dana", "slee", "--json"]).ends(0).json();
    assert_eq!(
        (&told["matches"][0]["user"]["id"], &told["matches"][1]["user"]["id"]),
        (&json!("005D"), &json!("005A"))
    );
    let told = ground
        .run_with_input(&["users", "match", "--stdin", "--json"], "S. Lee\n\nJonas Weber\nNobody\nD. Roth\n")
        .ends(1)
        .json();
    assert_eq!((&told["one"], &told["several"], &told["unknown"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(told["matches"][0]["users"].as_array().map(Vec::len), Some(2));
    ground.run(&["users", "add", "Ann Bo", "--id", "005E", "--also", "AB"]).ends(0);
    ground.run(&["users", "add", "Ann Bo", "--id", "005E"]).ends(2).complaint();
    ground.run(&["users", "match", "ab"]).ends(0);
    ground.write("bad.csv", "name,id,active\nAnn,1,maybe\nBob,2,yes\nCy,2,no\n");
    let ran = ground.run(&["users", "import", "bad.csv", "--json"]).ends(2);
    assert!(
        ran.complaint().contains("line 2") && ran.err.contains("line 4") && ran.err.contains("Nothing was saved"),
        "{}",
        ran.err
    );
    assert_eq!(ran.json()["error"]["line"], 2);
    let masked = ground.run(&["users", "--mask"]).ends(0).text();
    assert!(!masked.contains("Sarah") && masked.contains("005A"), "{masked}");
    ground.verify();
}

#[test]
fn a_list_of_users_comes_out_of_a_loaded_object() {
    let ground = Ground::new();
    ground.write(
        "crm/User.csv",
        "Id,Name,Email,IsActive\n0051,Sarah Lee,s@larkfield.example,true\n0052,Jonas Weber,j@larkfield.example,false\n",
    );
    ground.run(&["load", "crm", "--kind", "crm"]).ends(0);
    let told = ground.run(&["users", "import", "--from", "crm.user", "--list", "crm people", "--json"]).ends(0).json();
    assert_eq!((&told["users"][0]["id"], &told["users"][1]["active"]), (&json!("0051"), &json!(false)));
    ground.run(&["users", "match", "S. Lee", "--list", "crm people"]).ends(0);
    ground.run(&["users", "import", "--from", "crm.nothing"]).ends(2).complaint();
}

#[test]
fn a_target_is_registered_shown_and_undone() {
    let ground = Ground::new();
    ground.write("contacts-template.csv", "Email*,Last name,\u{202E}gnp\n");
    ground.write("tables.sql", "CREATE TABLE companies (id int PRIMARY KEY, name varchar(80) NOT NULL);");
    let register = ["target", "register", "contacts-template.csv", "tables.sql", "--name", "New CRM", "--kind", "crm"];
    let dry: Vec<&str> = register.iter().copied().chain(["--dry-run"]).collect();
    ground.run(&dry).ends(0);
    assert_eq!(ground.run(&["target", "--json"]).ends(0).json()["targets"], json!([]));
    let all: Vec<&str> = register.iter().copied().chain(["--environment", "sandbox", "--json"]).collect();
    let told = ground.run(&all).ends(0).json();
    assert_eq!(told["target"]["entities"][0]["fields"][0]["required"], true);
    assert_eq!(told["target"]["entities"][1]["fields"][1]["longest"], 80);
    for args in [&["target"][..], &["target", "new crm"], &["target", "counterparts"]] {
        let ran = ground.run(args).ends(0);
        assert_eq!(unseen(&ran.text()), None);
        assert!(ran.text().contains("companies"), "{}", ran.text());
    }
    let told = ground.run(&["target", "counterparts", "--json"]).ends(0).json();
    assert_eq!(told["counterparts"].as_array().map(Vec::len), Some(2));
    ground.run(&["target", "pair", "New CRM", "companies", ""]).ends(0);
    let told = ground.run(&["target", "counterparts", "--json"]).ends(0).json();
    assert!(told["without"]["of_target"].as_array().is_some_and(|names| names.contains(&json!("companies"))), "{told}");
    ground.run(&["target", "pair", "New CRM", "nothing", ""]).ends(2).complaint();
    assert_eq!(
        ground.run(&["target", "history", "New CRM", "--json"]).ends(0).json()["versions"].as_array().map(Vec::len),
        Some(2)
    );
    ground.run(&["undo"]).ends(0);
    ground.run(&["undo"]).ends(0);
    assert_eq!(ground.run(&["target", "--json"]).ends(0).json()["targets"], json!([]));
    ground.verify();
}

#[test]
fn a_description_with_faults_tells_all_of_them_and_changes_nothing() {
    let ground = Ground::new();
    ground.write(
        "t.toml",
        "[[entities]]\nname = \"a\"\nfields = [\n  { name = \"x\", kind = \"txt\" },\n  { nam = \"y\" },\n]\n",
    );
    let ran = ground.run(&["target", "register", "t.toml", "--name", "x", "--json"]).ends(2);
    assert!(ran.complaint().contains("line 4") && ran.err.contains("line 5"), "{}", ran.err);
    assert_eq!(ran.json()["error"]["line"], 4);
    ground.write("t.sql", "CREATE TABLE a (x int);\nCREATE TABLE b AS SELECT 1;\nCREATE TABLE c (x int y int ( ;\n");
    let ran = ground.run(&["target", "register", "t.sql", "--name", "x"]).ends(2);
    assert!(ran.complaint().contains("line 2") && ran.err.contains("line 3"), "{}", ran.err);
    ground.run(&["target", "register", "gone.csv", "--name", "x"]).ends(2).complaint();
    ground.write("ok.csv", "Email\n");
    ground.run(&["target", "register", "ok.csv", "--name", "x", "--kind", "sofa"]).ends(2).complaint();
    assert_eq!(ground.run(&["target", "--json"]).ends(0).json()["targets"], json!([]));
    ground.verify();
}
