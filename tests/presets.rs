//! What presets promise on the command line: files are recognised by what is in them, people overrule it, and a preset of
//! one's own works like the built-in ones.

mod ground;

use ground::Ground;
use serde_json::{Value, json};

const CONTACTS: &str = "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Salutation,MailingCity,ReportsToId,MobilePhone,HasOptedOutOfEmail,OwnerId,SystemModstamp\n\
    0038d00000Wm7TaAAJ,true,0038d00000Xk3PqAAJ,0018d00000oz8LdAAI,Lee,Ann,,Lund,,,false,0058d00000f2yHTAAY,2025-11-02T09:10:01.000Z\n\
    0038d00000Xk3PqAAJ,false,,0018d00000oz8LdAAI,Lee,Anna,,Lund,,,true,0058d00000f2yHTAAY,2025-11-02T09:10:01.000Z\n";

const FERN: &str = "name = \"Fernlight\"\nkind = \"booking\"\nwords = [\"fernlight\"]\n\
    [[object]]\nname = \"Guest\"\nnames = [\"guests\"]\none_row_is = \"one person who stayed\"\nnative_id = [\"Guest No\"]\n\
    [[object.form]]\nname = \"export\"\nheader = [\"Guest No\", \"Surname\", \"Nights\", \"Room Kind\", \"Loyalty\"]\n\
    [object.columns]\nSurname = { role = \"family_name\" }\nLoyalty = { means = \"category\", separator = \";\" }\n";

const GUESTS: &str =
    "GUEST_NO,Surname,Nights,Room kind,Loyalty\n11,Lee,2,double,gold;old\n12,Ray,1,single,\n13,Ash,4,single,\n";

fn object_of(ground: &Ground) -> Value {
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    sources["sources"][0]["objects"][0].clone()
}

fn column<'a>(object: &'a Value, name: &str) -> &'a Value {
    let columns = object["columns"].as_array().expect("columns");
    columns.iter().find(|column| column["column"] == name).unwrap_or_else(|| panic!("no column {name}"))
}

#[test]
fn a_folder_that_says_nothing_gives_way_to_what_the_header_says() {
    let ground = Ground::new();
    ground.write("Downloads/extract.csv", CONTACTS);
    let load = ground.load(&["Downloads/extract.csv"]);
    assert_eq!(
        (&load["source"], &load["object"], &load["native_id"]),
        (&json!("Salesforce"), &json!("Contact"), &json!("Id"))
    );
    let sources = ground.run(&["sources", "--json"]).ends(0).json();
    assert_eq!(sources["sources"][0]["kind"], "crm");
    let object = object_of(&ground);
    assert_eq!(object["preset"], "Salesforce/Contact");
    assert_eq!(object["one_row_is"], "one human known by name");
    assert_eq!(object["merged_away"], 1);
    assert_eq!(column(&object, "AccountId")["points_to"], "Account");
    assert_eq!(column(&object, "SystemModstamp")["meaning"], "modified_at");
    assert_eq!(column(&object, "HasOptedOutOfEmail")["meaning"], "consent");
    ground.verify();
}

#[test]
fn a_name_that_people_gave_stays_and_what_they_say_goes_over_all() {
    let ground = Ground::new();
    ground.write("Sales EMEA/Contact_archive.csv", CONTACTS);
    let plan = ground.run(&["load", "--dry-run", "Sales EMEA/Contact_archive.csv", "--json"]).ends(0).json();
    let plan = &plan["loads"][0];
    assert_eq!(
        (&plan["source"], &plan["object"], &plan["kind"]),
        (&json!("Sales EMEA"), &json!("Contact_archive"), &json!("crm"))
    );
    assert!(plan["recognised"].as_str().expect("evidence").contains("Salesforce Contact"), "{plan}");
    let args = [
        "Sales EMEA/Contact_archive.csv",
        "--source",
        "Old",
        "--object",
        "people",
        "--kind",
        "warehouse",
        "--native-id",
        "none",
    ];
    let load = ground.load(&args);
    assert_eq!((&load["source"], &load["object"], &load["native_id"]), (&json!("Old"), &json!("people"), &Value::Null));
    assert_eq!(ground.run(&["sources", "--json"]).ends(0).json()["sources"][0]["kind"], "warehouse");
}

#[test]
fn a_preset_claims_no_native_id_that_the_values_contradict() {
    let ground = Ground::new();
    ground.write(
        "Salesforce/Contact.csv",
        CONTACTS.replace("0038d00000Wm7TaAAJ", "").replace("0038d00000Xk3PqAAJ,f", "77,f"),
    );
    let load = ground.load(&["Salesforce/Contact.csv"]);
    assert_eq!(load["native_id"], Value::Null);
    let object = object_of(&ground);
    let evidence = column(&object, "Id")["evidence"].as_str().expect("evidence").to_owned();
    assert!(evidence.contains("preset Salesforce") && evidence.contains("1 of the first 2 are empty"), "{evidence}");
}

#[test]
fn a_preset_of_one_s_own_recognises_and_a_wrong_one_stops_nothing() {
    let ground = Ground::new();
    ground.write("Downloads/export.csv", GUESTS);
    ground.write("mine/fern.toml", FERN);
    ground.write("mine/broken.toml", "name = \"Broken\"\nkind = \"crm\"\ncolour = \"red\"\n");
    let ran = ground.run(&["load", "Downloads/export.csv", "--presets", "mine", "--json"]).ends(0);
    let complaint = ran.complaint();
    assert!(
        complaint.contains("broken.toml") && complaint.contains("line 3") && complaint.contains("colour"),
        "{complaint}"
    );
    let load = &ran.json()["loads"][0];
    assert_eq!(
        (&load["source"], &load["object"], &load["native_id"]),
        (&json!("Fernlight"), &json!("Guest"), &json!("GUEST_NO"))
    );
    let object = object_of(&ground);
    assert_eq!(
        (&object["preset"], &object["one_row_is"]),
        (&json!("Fernlight/Guest"), &json!("one person who stayed"))
    );
    assert_eq!(
        (&column(&object, "Loyalty")["separator"], &column(&object, "Surname")["role"]),
        (&json!(";"), &json!("family_name"))
    );
    ground.run(&["load", "Downloads/export.csv", "--presets", "nowhere"]).ends(2);
}

#[test]
fn presets_of_the_configuration_folder_are_listed_checked_and_shown() {
    let ground = Ground::new();
    let folder = ground.run(&["presets", "--json"]).ends(0).json()["folder"].as_str().expect("a folder").to_owned();
    let inside =
        std::path::Path::new(&folder).strip_prefix(ground.folder()).expect("in the ground's home").to_path_buf();
    ground.write(&inside.join("fern.toml").to_string_lossy(), FERN);
    let listed = ground.run(&["presets", "--json"]).ends(0).json();
    let systems: Vec<&str> =
        listed["presets"].as_array().expect("presets").iter().map(|p| p["system"].as_str().expect("a name")).collect();
    assert_eq!(systems[0], "Fernlight");
    for system in [
        "Salesforce",
        "HubSpot",
        "Dynamics 365",
        "Zoho CRM",
        "Zoho Books",
        "Pipedrive",
        "Stripe",
        "Chargebee",
        "QuickBooks",
        "Zendesk",
        "Intercom",
        "Freshdesk",
        "Mailchimp",
        "Marketo",
        "Shopify",
        "Xero",
        "WordPress",
        "Product database",
    ] {
        assert!(systems.contains(&system), "{system}");
    }
    assert!(ground.run(&["presets"]).ends(0).text().contains("Fernlight"));
    // What is shown is a preset, to start from.
    let shown = ground.run(&["presets", "--show", "salesforce"]).ends(0).text();
    ground.write("copy.toml", shown.replace("name = \"Salesforce\"", "name = \"Our Salesforce\""));
    ground.run(&["presets", "--check", "copy.toml"]).ends(0);
    ground.run(&["presets", "--show", "nobody"]).ends(1);
    ground.write("guests.csv", GUESTS);
    ground.write("fern.toml", FERN);
    let checked = ground.run(&["presets", "--check", "fern.toml", "--against", "guests.csv", "--json"]).ends(0).json();
    assert_eq!((&checked["holds"], &checked["against"][0]["recognised"]["object"]), (&json!(true), &json!("Guest")));
    ground.write("other.csv", "a,b\n1,2\n");
    ground.run(&["presets", "--check", "fern.toml", "--against", "other.csv"]).ends(1);
    ground.write("wrong.toml", "name = \"Wrong\"\nkind = \"toaster\"\n");
    let refused = ground.run(&["presets", "--check", "wrong.toml"]).ends(2);
    assert!(refused.complaint().contains("wrong.toml, line 2"), "{}", refused.err);
}

#[test]
fn a_report_of_what_is_there_already_in_another_form_is_an_object_of_its_own() {
    let ground = Ground::new();
    ground.write("Salesforce/Contact.csv", CONTACTS);
    ground.write(
        "Salesforce/report1731571200.csv",
        "Contact ID,First Name,Last Name,Salutation,Account Name,Mailing City,Contact Owner\n\
         0038d00000Wm7Ta,Ann,Lee,,Ostra,Lund,M. Ek\n0038d00000wM7Ta,Bob,Ray,,Ostra,Lund,M. Ek\n",
    );
    ground.load(&["Salesforce/Contact.csv"]);
    let report = ground.load(&["Salesforce/report1731571200.csv"]);
    assert_eq!(
        (&report["object"], &report["native_id"], &report["new"]),
        (&json!("report"), &json!("Contact ID"), &json!(2))
    );
    ground.verify();
}

#[test]
fn parts_of_an_audience_make_one_object_and_none_makes_another_vanish() {
    let ground = Ground::new();
    let common =
        "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,CC,REGION";
    let row = |mail: &str| format!("{mail},Ann,2,2024-01-01 10:00:00,,2024-01-01 10:00:00,,Berlin,de,be");
    let file = |more: &str, mails: [&str; 3]| {
        let rows: Vec<String> = mails.iter().map(|mail| format!("{},,1,2", row(mail))).collect();
        format!("{common},{more},LEID,EUID\n{}\n", rows.join("\n"))
    };
    ground.write("audience/cleaned_1.csv", file("CLEAN_TIME", ["a@x.example", "b@x.example", "c@x.example"]));
    ground.write("audience/subscribed_1.csv", file("LAST_CHANGED", ["d@x.example", "e@x.example", "f@x.example"]));
    let all = ground.run(&["load", "audience", "--json"]).ends(0).json();
    for load in all["loads"].as_array().expect("loads") {
        assert_eq!((&load["object"], &load["native_id"]), (&json!("members"), &json!("Email Address")), "{load}");
        assert_eq!((&load["vanished"], &load["new"]), (&json!(0), &json!(3)), "{load}");
    }
    ground.verify();
}

/// The records that a lookup finds exactly: object and identifier.
fn exact(ground: &Ground, typed: &str) -> Vec<(String, String)> {
    let found = ground.run(&["lookup", typed, "--json"]).ends(0).json();
    let matched = found["answers"].as_array().expect("answers").iter().map(|answer| &answer["matched"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    matched.filter(|hit| hit["how"] == "exact").map(|hit| (text(&hit["object"]), text(&hit["id"]))).collect()
}

#[test]
fn each_of_several_addresses_and_numbers_in_a_cell_leads_to_its_record() {
    let ground = Ground::new();
    let mut rows = "Person - ID,Person - Name,Person - Email,Person - Phone\n".to_owned();
    let mut listed = "id,city,e-mail,phone\n".to_owned();
    let mut barred = "id,city,mails\n".to_owned();
    for n in 10..22 {
        rows += &format!(
            "{n},Ann Lee,\"ann{n}@ostra.example, lee{n}@home.example\",\"+46 18 555 01 {n}, +46 70 555 02 {n}\"\n"
        );
        listed += &format!("8{n},Lund,a{n}@list.example; b{n}@list.example,018-555 03 {n} | 018-555 04 {n}\n");
        barred += &format!("9{n},Lund,c{n}@bar.example|d{n}@bar.example\n");
    }
    ground.write("Pipedrive/people.csv", rows);
    ground.write("Sheet/guests.csv", listed);
    ground.write("Sheet/hosts.csv", barred);
    ground.load(&["Pipedrive/people.csv"]);
    let people = object_of(&ground);
    let address = column(&people, "Person - Email");
    assert_eq!((&address["role"], &address["separator"]), (&json!("email"), &json!(",")), "{address}");
    ground.load(&["Sheet/guests.csv"]);
    ground.load(&["Sheet/hosts.csv"]);
    for (typed, object, id) in [
        ("ann12@ostra.example", "people", "ann12@ostra.example"),
        ("lee21@home.example", "people", "lee21@home.example"),
        ("+46 18 555 01 13", "people", "+46 18 555 01 13"),
        ("+46705550214", "people", "+46 70 555 02 14"),
        ("a15@list.example", "guests", "a15@list.example"),
        ("b16@list.example", "guests", "b16@list.example"),
        ("018-555 03 17", "guests", "018-555 03 17"),
        ("0185550418", "guests", "018-555 04 18"),
        ("c19@bar.example", "hosts", "c19@bar.example"),
        ("d20@bar.example", "hosts", "d20@bar.example"),
    ] {
        assert_eq!(exact(&ground, typed), [(object.to_owned(), id.to_owned())], "{typed}");
    }
    ground.verify();
}

const MARKETO_LEADS: &str = "id,firstName,lastName,email,leadStatus,leadScore,unsubscribed,createdAt,updatedAt\n\
    501,Ann,Lee,ann@ostra.example,open,7,false,2023-01-01T08:00:00Z,2024-01-02T08:00:00Z\n\
    502,Bob,Ray,bob@ostra.example,open,3,false,2023-01-02T08:00:00Z,2024-01-02T08:00:00Z\n\
    503,Cid,Ash,cid@ostra.example,open,1,false,2023-01-03T08:00:00Z,2024-01-02T08:00:00Z\n";

const MARKETO_MERGES: &str = "marketoGUID,leadId,activityDate,merge_ids,master_updated,merge_source\n\
    9001,501,2024-01-02T08:00:00Z,\"[401, 402]\",true,Web\n9002,501,2024-01-03T08:00:00Z,[403],true,Web\n\
    9003,999,2024-01-03T08:00:00Z,[404],true,Web\n";

const MARKETO_ACTIVITIES: &str = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes\n\
    7001,502,2024-02-01T08:00:00Z,32,11,502,Bob,\"{\"\"Master Updated\"\":true,\"\"Merge IDs\"\":\"\"[405, 501]\"\"}\"\n\
    7002,502,2024-02-02T08:00:00Z,1,11,88,Prices,\"{\"\"Webpage ID\"\":503,\"\"Query\"\":\"\"a=1,b;c\"\"}\"\n\
    7003,402,2023-02-02T08:00:00Z,1,12,89,Home,\n\
    401,503,2024-02-02T08:00:00Z,1,12,89,Home,\"{\"\"Webpage ID\"\":77}\"\n";

/// The one answer to an identifier: native ID, object, status and reason.
fn the_answer(ground: &Ground, typed: &str) -> (Value, Value, Value, String) {
    let found = ground.run(&["lookup", typed, "--json"]).ends(0).json();
    let answer = &found["answers"][0];
    let reason = answer["reason"].as_str().unwrap_or_default().to_owned();
    (answer["native_id"].clone(), answer["object"].clone(), answer["status"].clone(), reason)
}

#[test]
fn an_activity_that_tells_of_a_merge_leads_to_the_person_that_stayed() {
    for leads_first in [true, false] {
        let ground = Ground::new();
        ground.write("Marketo/leads.csv", MARKETO_LEADS);
        ground.write("Marketo/merge leads.csv", MARKETO_MERGES);
        let order = ["Marketo/leads.csv", "Marketo/merge leads.csv"];
        ground.load(&[order[usize::from(!leads_first)]]);
        ground.load(&[order[usize::from(leads_first)]]);
        for loser in ["401", "402", "403"] {
            let (native, object, status, reason) = the_answer(&ground, loser);
            assert_eq!((native, object, status), (json!("501"), json!("leads"), json!("merged_in_source")), "{loser}");
            assert!(reason.contains("merged in Marketo into 501"), "{reason}");
        }
        let found = ground.run(&["lookup", "402", "--json"]).ends(0).json();
        assert_eq!(
            (&found["exact"], &found["answers"][0]["history"][0]["into"]),
            (&json!(1), &json!("501")),
            "{found}"
        );
        // The record that stayed says whom it took up; the rows that tell of it do not claim its ID.
        let stayed = ground.run(&["lookup", "501", "--json"]).ends(0).json();
        assert_eq!((&stayed["exact"], &stayed["answers"][0]["object"]), (&json!(1), &json!("leads")), "{stayed}");
        let merged: Vec<&str> = stayed["answers"][0]["legacy_ids"]
            .as_array()
            .expect("IDs")
            .iter()
            .filter(|id| id["kind"] == "merged_away")
            .filter_map(|id| id["id"].as_str())
            .collect();
        assert_eq!(merged, ["401", "402", "403"]);
        // Whose survivor is in no file is still told of.
        let (.., status, reason) = the_answer(&ground, "404");
        assert_eq!((status, reason.contains("into 999")), (json!("merged_in_source"), true), "{reason}");
        ground.verify();
    }
}

#[test]
fn merges_among_all_activities_are_read_from_their_attributes() {
    let ground = Ground::new();
    ground.write("Marketo/activities.csv", MARKETO_ACTIVITIES);
    ground.write("Marketo/leads.csv", MARKETO_LEADS);
    ground.write("Marketo/merge leads.csv", MARKETO_MERGES);
    ground.load(&["Marketo/activities.csv"]);
    ground.load(&["Marketo/leads.csv"]);
    ground.load(&["Marketo/merge leads.csv"]);
    let (native, object, status, _) = the_answer(&ground, "405");
    assert_eq!((native, object, status), (json!("502"), json!("leads"), json!("merged_in_source")));
    // A chain over two files: 402 went into 501, and 501 into 502.
    let (native, ..) = the_answer(&ground, "402");
    assert_eq!(native, "502");
    // The ID of another activity's page is nobody's merge.
    let (native, _, status, _) = the_answer(&ground, "503");
    assert_eq!((native, status), (json!("503"), json!("loaded")));
    // An activity that has a number of a person who went was itself not merged.
    let activity = ground.run(&["lookup", "401", "--json"]).ends(0).json();
    let answers = activity["answers"].as_array().expect("answers");
    let of_log = answers.iter().find(|answer| answer["object"] == "activities").expect("the activity");
    assert_eq!(of_log["status"], "loaded", "{of_log}");
    // The survey tells an ID that was merged away from one that is nobody's.
    let survey = ground.run(&["relations", "--json"]).ends(0).json();
    let relations = survey["relations"].as_array().expect("relations");
    let of_log = relations.iter().find(|r| r["object"] == "activities" && r["column"] == "leadId");
    let of_log = of_log.unwrap_or_else(|| panic!("no relation: {survey}"));
    assert_eq!((&of_log["merged_away"], &of_log["orphans"]), (&json!(1), &json!(0)), "{of_log}");
    // What is taken out tells no more.
    ground.run(&["undo"]).ends(0);
    let gone = ground.run(&["lookup", "403", "--json"]).json();
    assert_eq!(gone["answers"], json!([]), "{gone}");
    ground.verify();
}
