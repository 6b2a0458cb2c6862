//! The target model on the command line: shown, changed, cut down, checked, approved, handed on.

mod ground;

use ground::{Ground, PEOPLE};
use serde_json::{Value, json};

fn entities(ground: &Ground) -> Vec<String> {
    let json = ground.run(&["model", "--json"]).ends(0).json();
    let list = json["entities"].as_array().expect("entities").iter();
    list.map(|entity| entity["name"].as_str().expect("a name").to_owned()).collect()
}

fn show(ground: &Ground, name: &str) -> Value {
    ground.run(&["model", "show", name, "--json"]).ends(0).json()
}

#[test]
fn a_new_workspace_shows_the_model_that_cutover_comes_with() {
    let ground = Ground::new();
    let names = entities(&ground);
    for name in ["person", "account", "organization", "billing_customer", "workspace", "account_contact", "invoice"] {
        assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
    }
    let table = ground.run(&["model"]).ends(0).text();
    assert!(table.contains("one human known by name") && table.contains("shipped"), "{table}");
    let person = ground.run(&["model", "show", "person"]).ends(0).text();
    assert!(person.contains("one row is    one human known by name"), "{person}");
    assert!(person.contains("family_name") && person.contains("→ account"), "{person}");
    let concepts = ground.run(&["model", "list", "--concepts"]).ends(0).text();
    for word in ["person", "household", "location", "subscription"] {
        assert!(concepts.contains(word), "{concepts}");
    }
    ground.run(&["model", "lint"]).ends(0);
}

#[test]
fn single_keys_are_set_compared_and_undone() {
    let ground = Ground::new();
    let set =
        ["model", "set", "Person", "owner=Jonas Weber, sales", "fields.email.required=yes", "fields-=fax", "--json"];
    let told = ground.run(&set).ends(0).json();
    assert_eq!(
        (&told["saved"], &told["version"], &told["entity"]["owner"]),
        (&json!(true), &json!(1), &json!("Jonas Weber, sales"))
    );
    let diff = ground.run(&["model", "diff", "person", "0"]).ends(0).text();
    assert!(diff.contains("+ owner = \"Jonas Weber, sales\"") && diff.contains("+ required = true"), "{diff}");
    assert!(diff.contains("- name = \"fax\"") && !diff.contains("suffix"), "{diff}");
    let wrong = ground.run(&["model", "set", "person", "fields.emial.required=yes"]).ends(2);
    assert!(wrong.complaint().contains("email may be meant"), "{}", wrong.err);
    let wrong = ground.run(&["model", "set", "persn", "owner=x"]).ends(2);
    assert!(wrong.complaint().contains("person may be meant"), "{}", wrong.err);
    ground.run(&["undo"]).ends(0);
    assert_eq!(show(&ground, "person")["version"], Value::Null);
    let masked = ground.run(&["model", "set", "person", "owner=jonas@larkfield.example"]).ends(0);
    assert!(masked.err.is_empty());
    assert!(!ground.run(&["model", "show", "person", "--mask"]).ends(0).text().contains("jonas@"));
    ground.verify();
}

#[test]
fn a_document_with_faults_lists_all_of_them_and_changes_nothing() {
    let ground = Ground::new();
    let text = ground.run(&["model", "show", "note", "--toml"]).ends(0).text();
    let broken = text.replace("required = true", "requird = true").replacen("type = \"text\"", "type = \"txt\"", 1);
    ground.write("note.toml", &broken);
    let ran = ground.run(&["model", "edit", "note", "note.toml"]).ends(2);
    let faults = ran.err.lines().filter(|line| line.starts_with("✗ line ")).count();
    assert!(
        faults >= 2 && ran.err.contains("required may be meant") && ran.err.contains("fields.1.type"),
        "{}",
        ran.err
    );
    assert!(ran.err.lines().last().expect("a line").starts_with("cutover: note.toml has"), "{}", ran.err);
    let error = ground.run(&["model", "edit", "note", "note.toml", "--json"]).ends(2).json();
    assert_eq!(error["error"]["faults"].as_array().map(Vec::len), Some(faults));
    assert!(error["error"]["faults"][0]["place"]["line"].is_u64(), "{error}");
    assert_eq!(show(&ground, "note")["version"], Value::Null);
    // A person's own writing is kept.
    let own = format!("# agreed\n{text}");
    ground.run_with_input(&["model", "edit", "note", "-"], &own).ends(0);
    assert_eq!(ground.run(&["model", "show", "note", "--toml"]).ends(0).text(), own);
}

#[test]
fn the_model_is_cut_down_and_added_to() {
    let ground = Ground::new();
    let all = entities(&ground);
    let told = ground.run(&["model", "remove", "campaign_member", "campaign"]).ends(0).text();
    assert!(told.contains("person") && told.contains("still refer"), "{told}");
    assert_eq!(entities(&ground).len(), all.len() - 2);
    let lint = ground.run(&["model", "lint"]).ends(1).text();
    assert!(lint.contains("opportunity.campaign: It refers to campaign, which is not in the model"), "{lint}");
    assert!(lint.contains("29 entities have no owner"), "{lint}");
    let gone = ground.run(&["model", "show", "campaign"]).ends(2);
    assert!(gone.complaint().contains("restore campaign brings it back"), "{}", gone.err);
    ground.run(&["model", "restore", "campaign"]).ends(0);
    ground.run(&["model", "restore", "campaign_member"]).ends(0);
    assert_eq!(entities(&ground), all);

    let add =
        ["model", "add", "clinic_visit", "--kind", "event", "one_row_is=one visit of one clinic", "concept=visit"];
    ground.run(&add).ends(0);
    ground.run(&["model", "set", "clinic_visit", "fields+=at", "fields.at.type=datetime", "key_prefix=VIS"]).ends(0);
    assert_eq!(entities(&ground).last().map(String::as_str), Some("clinic_visit"));
    ground.run(&["model", "add", "person"]).ends(2);
    ground.run(&["model", "add", "customers"]).ends(0);
    let lint = ground.run(&["model", "lint", "customers"]).ends(1).text();
    assert!(lint.contains("customer_accounts, customer_contacts, billing_customers"), "{lint}");
    let history = ground.run(&["model", "history", "clinic_visit", "--json"]).ends(0).json();
    assert_eq!(history["versions"].as_array().map(Vec::len), Some(2));
    ground.verify();
}

#[test]
fn approval_waits_for_a_grain_that_does_not_say_customer() {
    let ground = Ground::new();
    ground.run(&["model", "set", "account", "one_row_is=one customer of ours"]).ends(0);
    let refused = ground.run(&["model", "approve", "account"]).ends(2);
    assert!(refused.complaint().contains("customer"), "{}", refused.err);
    ground.run(&["model", "set", "account", "one_row_is="]).ends(0);
    ground.run(&["model", "approve", "account"]).ends(2);
    ground.run(&["model", "restore", "account", "--shipped"]).ends(0);
    let told =
        ground.run(&["model", "approve", "account", "--comment", "as agreed", "--as", "dana", "--json"]).ends(0).json();
    assert_eq!((&told["verdict"], &told["who"]), (&json!("approved"), &json!("dana")));
    let account = show(&ground, "account");
    assert_eq!(account["approved"], true);
    // Another version is another matter.
    ground.run(&["model", "set", "account", "owner=Dana Cole"]).ends(0);
    assert_eq!(show(&ground, "account")["approved"], false);
}

#[test]
fn cases_name_records_that_are_loaded() {
    let ground = Ground::new();
    ground.write("crm/people_2025-11-14.csv", PEOPLE);
    ground.run(&["load", "crm", "--kind", "crm"]).ends(0);
    let key = ground.records()[0]["record"].as_str().expect("a record key").to_owned();
    ground.run(&["model", "case", "person", "--several", "one human, two contacts", &key]).ends(0);
    ground.run(&["model", "case", "person", "--shared", "the front desk", &key]).ends(0);
    let person = show(&ground, "person");
    assert_eq!(person["entity"]["several_records"][0]["records"], json!([key]));
    assert_eq!(person["entity"]["shared_records"][0]["what"], "the front desk");
    let wrong = ground.run(&["model", "case", "person", "--shared", "x", "crm/people/none"]).ends(2);
    assert!(wrong.complaint().contains("No record is called crm/people/none"), "{}", wrong.err);
}

#[test]
fn a_whole_model_goes_out_and_comes_back_the_same() {
    let ground = Ground::new();
    ground.run(&["model", "set", "person", "owner=Jonas"]).ends(0);
    ground.run(&["model", "remove", "campaign"]).ends(0);
    ground.run(&["model", "export", "model.toml"]).ends(0);
    ground.run(&["model", "export", "model.toml"]).ends(2);
    let told = ground.run(&["model", "import", "model.toml", "--json"]).ends(0).json();
    assert_eq!((&told["saved"], &told["removed"]), (&json!([]), &json!([])));

    let other = Ground::new();
    let text = ground.run(&["model", "export"]).ends(0).text();
    let told = other.run_with_input(&["model", "import", "-", "--only", "--json"], &text).ends(0).json();
    assert_eq!((&told["saved"], &told["removed"]), (&json!(["person"]), &json!(["campaign"])));
    assert_eq!(other.run(&["model", "export"]).ends(0).text(), text);

    let broken = text.replace("kind = \"event\"", "kind = \"evnt\"");
    let ran = other.run_with_input(&["model", "import", "-"], &broken).ends(2);
    assert!(ran.err.contains("event may be meant") && ran.err.contains("Nothing was saved"), "{}", ran.err);
    other.verify();
}
