//! What one command of the model did is one thing to undo; adopted targets, owners and decisions with the model as it stands.

mod ground;

use ground::{Ground, unseen};
use serde_json::{Value, json};

fn names(ground: &Ground) -> Vec<String> {
    let json = ground.run(&["model", "--json"]).ends(0).json();
    let list = json["entities"].as_array().expect("entities").iter();
    list.map(|entity| entity["name"].as_str().expect("a name").to_owned()).collect()
}

fn show(ground: &Ground, name: &str) -> Value {
    ground.run(&["model", "show", name, "--json"]).ends(0).json()
}

#[test]
fn one_undo_takes_back_all_that_one_command_did() {
    let ground = Ground::new();
    let all = names(&ground);
    ground.run(&["model", "remove", "campaign", "campaign_member", "note"]).ends(0);
    assert_eq!(names(&ground).len(), all.len() - 3);
    ground.run(&["undo"]).ends(0);
    assert_eq!(names(&ground), all);
    // One that is not there: none goes.
    ground.run(&["model", "remove", "campaign", "nothing"]).ends(2);
    assert_eq!(names(&ground), all);

    let text = ground.run(&["model", "export"]).ends(0).text();
    let own = text.replace("one human known by name", "one living human known by name");
    let cut = own.split("\n[[entities]]").take(4).collect::<Vec<_>>().join("\n[[entities]]");
    let told = ground.run_with_input(&["model", "import", "-", "--only", "--json"], &cut).ends(0).json();
    assert_eq!(told["saved"], json!(["person"]));
    assert!(names(&ground).len() < 5, "{:?}", names(&ground));
    ground.run(&["undo"]).ends(0);
    assert_eq!(names(&ground), all);
    assert_eq!(ground.run(&["model", "export"]).ends(0).text(), text);
    ground.run(&["redo"]).ends(0);
    assert_eq!(show(&ground, "person")["entity"]["grain"]["one_row_is"], "one living human known by name");
    ground.verify();
}

#[test]
fn an_approval_that_is_undone_leaves_the_entity_as_it_was_shipped() {
    let ground = Ground::new();
    ground.run(&["model", "approve", "product"]).ends(0);
    assert_eq!(show(&ground, "product")["state"], "version 1, approved by mira");
    ground.run(&["undo"]).ends(0);
    let product = show(&ground, "product");
    assert_eq!((&product["state"], &product["approved"]), (&json!("shipped"), &json!(false)));
    ground.run(&["model", "approve", "product"]).ends(0);
    assert_eq!(show(&ground, "product")["version"], 1);
}

#[test]
fn a_summary_waits_for_what_it_is_derived_from() {
    let ground = Ground::new();
    let refused = ground.run(&["model", "approve", "account_summary"]).ends(2);
    assert!(refused.complaint().contains("derived from account, ") && refused.err.contains("are not approved yet"));
    let summary = show(&ground, "account_summary");
    for below in summary["entity"]["derived_from"].as_array().expect("entities") {
        ground.run(&["model", "approve", below.as_str().expect("a name")]).ends(0);
    }
    ground.run(&["model", "approve", "account_summary"]).ends(0);
    ground.run(&["model", "set", "account", "owner=Dana Cole"]).ends(0);
    let against = show(&ground, "account_summary")["against_approval"].clone();
    assert_eq!(against, json!(["It is derived from account, which is not approved yet."]));
}

#[test]
fn an_adopted_target_is_mapped_to_and_taken_back_by_one_undo() {
    let ground = Ground::new();
    let all = names(&ground);
    ground.write(
        "crm/Visit_2025-11-14.csv",
        "Id,Visited On,Company,Beds,Contact Email\nV1,2025-11-02,Larkfield,12,a@larkfield.example\nV2,2025-11-03,Ostra,7,b@ostra.example\nV3,2025-11-04,Teal,9,c@teal.example\n",
    );
    ground.write("crm/Ledger.csv", "Zz1,Zz2\nq,w\ne,r\n");
    ground.run(&["load", "crm", "--kind", "crm"]).ends(0);
    ground.write("visits-import-template.csv", "Id*,Visited On*,Company,Beds,Contact Email\n");
    ground.write("rooms.sql", "CREATE TABLE room_kinds (id int PRIMARY KEY, floor_area int NOT NULL);");
    ground.write(
        "Product2.json",
        r#"{"name": "Product2", "label": "Product", "fields": [
          {"name": "Name", "label": "Product Name", "type": "string", "nillable": false, "length": 255, "createable": true},
          {"name": "ProductCode", "label": "Product Code", "type": "string", "nillable": true, "length": 255, "createable": true}]}"#,
    );
    let files = ["visits-import-template.csv", "rooms.sql", "Product2.json"];
    let register: Vec<&str> =
        ["target", "register"].into_iter().chain(files).chain(["--name", "New CRM", "--adopt"]).collect();
    ground.run(&register).ends(0);
    let adopted: Vec<String> = names(&ground).into_iter().filter(|name| !all.contains(name)).collect();
    assert!(adopted.contains(&"visits".to_owned()) && adopted.contains(&"room_kinds".to_owned()), "{adopted:?}");
    let visits = show(&ground, "visits");
    let field = |name: &str| {
        let fields = visits["entity"]["fields"].as_array().expect("fields").iter();
        fields.clone().find(|field| field["name"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(
        (&field("visited_on")["required"], &field("visited_on")["target_name"]),
        (&json!(true), &json!("Visited On"))
    );

    let told = ground.run(&["target", "counterparts", "--json"]).ends(0).json();
    assert_eq!(told["without"]["of_target"], json!([]));
    assert!(told["without"]["of_model"].as_array().is_some_and(|names| names.contains(&json!("ticket"))), "{told}");
    let listed = |value: &Value, name: &str| value.as_array().is_some_and(|names| names.contains(&json!(name)));
    assert!(
        listed(&told["unmapped"]["objects"], "crm/Visit") && listed(&told["unmapped"]["entities"], "visits"),
        "{told}"
    );

    let suggested = ground.run(&["map", "suggest", "crm.Visit", "--json"]).ends(0).json();
    assert_eq!(suggested["entities"][0]["candidates"][0]["entity"], "visits", "{suggested}");
    ground.run(&["map", "accept", "crm.Visit"]).ends(0);
    let told = ground.run(&["target", "counterparts", "--json"]).ends(0).json();
    assert!(!listed(&told["unmapped"]["objects"], "crm/Visit") && !listed(&told["unmapped"]["entities"], "visits"));
    assert!(listed(&told["unmapped"]["objects"], "crm/Ledger"), "{told}");
    // What a map feeds stays, and so does all else that was to go with it.
    let refused = ground.run(&["model", "remove", "room_kinds", "visits"]).ends(2);
    assert!(refused.complaint().contains("visits is fed by crm/Visit → visits"), "{}", refused.err);
    assert!(names(&ground).contains(&"room_kinds".to_owned()));

    ground.run(&["undo"]).ends(0);
    ground.run(&["undo"]).ends(0);
    assert_eq!(names(&ground), all);
    assert_eq!(ground.run(&["target", "--json"]).ends(0).json()["targets"], json!([]));
    ground.verify();
}

#[test]
fn every_owner_name_of_the_loaded_objects_is_listed_with_whom_it_means() {
    let ground = Ground::new();
    ground.write(
        "crm/Contact_2025-11-14.csv",
        "Id,FirstName,LastName,Email,Contact Owner\n1,A,Ax,a@x.example,S. Lee\n2,B,Bx,b@x.example,S. Lee\n3,C,Cx,c@x.example,Dana Roth\n4,D,Dx,d@x.example,ghost\u{202E}\n5,E,Ex,e@x.example,\n",
    );
    ground.run(&["load", "crm", "--kind", "crm"]).ends(0);
    ground.run(&["map", "set", "crm.Contact", "person.owner", "owner \"Contact Owner\" from users"]).ends(0);
    // Without a list, nobody is known.
    let told = ground.run(&["users", "owners", "--json"]).ends(1).json();
    assert_eq!((&told["unknown"], &told["columns"][0]["list_is_there"]), (&json!(3), &json!(false)));
    ground.write("u.csv", "name,id\nSarah Lee,005A\nSamuel Lee,005B\nDana Roth,005D\n");
    ground.run(&["users", "import", "u.csv"]).ends(0);
    let told = ground.run(&["users", "owners", "--json"]).ends(1).json();
    assert_eq!((&told["one"], &told["several"], &told["unknown"]), (&json!(1), &json!(1), &json!(1)), "{told}");
    let column = &told["columns"][0];
    assert_eq!((&column["field"], &column["proposed"]), (&json!("person.owner"), &json!(false)));
    let lee = column["names"].as_array().and_then(|names| names.iter().find(|name| name["text"] == "S. Lee")).cloned();
    let lee = lee.unwrap_or_default();
    assert_eq!((&lee["records"], lee["users"].as_array().map(Vec::len)), (&json!(2), Some(2)));
    let text = ground.run(&["users", "owners", "--open"]).ends(1).text();
    assert!(text.contains("3 names = 1 found + 1 ambiguous + 1 unknown") && !text.contains("exact"), "{text}");
    assert_eq!(unseen(&text), None);
    ground.run(&["users", "add", "Ghost Writer", "--also", "ghost\u{202E}"]).ends(0);
    ground.write("empty.csv", "name,id\n");
    ground.run(&["users", "import", "empty.csv"]).ends(2).complaint();
    assert_eq!(ground.run(&["users", "--json"]).ends(0).json()["lists"][0]["users"].as_array().map(Vec::len), Some(4));
}

#[test]
fn an_entity_shows_what_was_answered_and_who_is_right_about_it() {
    let ground = Ground::new();
    ground.run(&["sources", "add", "Billing", "--kind", "billing"]).ends(0);
    ground.run(&["questions", "answer", "what-is-a-customer", "an account"]).ends(0);
    ground.run(&["truth", "set", "invoice", "--owner", "Billing", "--after", "New ERP"]).ends(0);
    let text = ground.run(&["model", "show", "account"]).ends(0).text();
    assert!(text.contains("What is a customer here?  an account · mira, 20"), "{text}");
    let text = ground.run(&["model", "show", "invoice"]).ends(0).text();
    assert!(text.contains("invoice: Billing · after: New ERP · mira, 20"), "{text}");
    assert!(text.contains("transactions: ? Billing"), "{text}");
    let invoice = show(&ground, "invoice");
    assert_eq!(invoice["truth"].as_array().map(Vec::len), Some(2));
    assert!(invoice["questions"].as_array().is_some_and(|all| !all.is_empty()));
    assert!(!ground.run(&["model", "show", "invoice", "--mask"]).ends(0).text().contains("mira"));
}
