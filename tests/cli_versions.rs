//! `cutover versions` and `cutover loads`: what changed from load to load, what vanished and came back, how loads lie in
//! time, and the difference of any two.

mod ground;

use ground::Ground;
use serde_json::{Value, json};

const HEAD: &str = "Id,Name,City,LastModifiedDate\n";

fn three() -> Ground {
    let ground = Ground::new();
    let files = [
        ("crm/people_2025-11-07.csv", "1,Anna,Oslo,2025-11-01\n2,Bo,Rome,2025-11-06T10:00:00Z\n3,Cy,Bern,2025-11-02\n"),
        ("crm/people_2025-11-14.csv", "1,Anna,Oslo,2025-11-01\n2,Bo,Milan,2025-11-10\n"),
        (
            "crm/people_2025-11-21.csv",
            "1,Anna,Oslo,2025-11-01\n2,Bo,Milan,2025-11-10\n3,Cy,Bern,2025-11-02\n4,Di,Kiel,2025-11-20\n",
        ),
    ];
    for (name, rows) in files {
        ground.write(name, format!("{HEAD}{rows}"));
        ground.load(&[name]);
    }
    ground
}

fn versions(ground: &Ground, record: &str) -> Value {
    let mut told = ground.run(&["versions", record, "--json"]).ends(0).json();
    assert_eq!(told["records"].as_array().map(Vec::len), Some(1), "{told}");
    told["records"][0]["versions"].take()
}

#[test]
fn a_record_tells_its_versions_with_the_fields_that_changed() {
    let ground = three();
    let told = versions(&ground, "crm/people/2");
    assert_eq!(told.as_array().map(Vec::len), Some(2));
    assert_eq!((&told[0]["load"], &told[0]["line"], &told[0]["changes"]), (&json!(1), &json!(3), &json!([])));
    assert_eq!(
        told[1]["changes"],
        json!([
            {"column": "City", "before": "Rome", "after": "Milan"},
            {"column": "LastModifiedDate", "before": "2025-11-06T10:00:00Z", "after": "2025-11-10"}
        ])
    );
    assert_eq!(told[1]["unchanged_in"], json!([3]));
    assert_eq!(versions(&ground, "2"), told);
    assert_eq!(versions(&ground, "crm/people/@3:3"), told, "also by a line on which it was unchanged");
    let text = ground.run(&["versions", "2"]).ends(0).text();
    assert!(text.contains("     City: “Rome” → “Milan”\n"), "{text}");
    ground.run(&["versions", "nobody"]).ends(1);
}

#[test]
fn a_record_that_vanished_and_came_back_says_so() {
    let ground = three();
    let told = versions(&ground, "crm/people/3");
    assert_eq!(told.as_array().map(Vec::len), Some(1));
    assert_eq!(told[0]["unchanged_in"], json!([3]));
    assert_eq!((&told[0]["vanished_in"], &told[0]["returned_in"]), (&json!(null), &json!([3])));
    ground.run(&["undo"]).ends(0);
    let told = versions(&ground, "crm/people/3");
    assert_eq!((&told[0]["vanished_in"], &told[0]["returned_in"]), (&json!(2), &json!([])));
}

#[test]
fn two_loads_of_an_object_are_held_against_each_other() {
    let ground = three();
    let told = ground.run(&["loads", "--compare", "1", "3", "--json"]).ends(0).json();
    assert_eq!(
        (&told["same"], &told["changed"], &told["only_a"], &told["only_b"], &told["undecided"]),
        (&json!(2), &json!(1), &json!(0), &json!(1), &json!(0))
    );
    assert_eq!(told["records_only_b"], json!(["crm/people/4"]));
    assert_eq!(told["records_changed"][0]["record"], "crm/people/2");
    assert_eq!(told["changed_columns"][0], json!({"column": "City", "records": 1}));
    let back = ground.run(&["loads", "--compare", "3", "1", "--json"]).ends(0).json();
    assert_eq!((&back["only_a"], &back["records_only_a"]), (&json!(1), &told["records_only_b"]));
    let text = ground.run(&["loads", "--compare", "1", "2"]).ends(0).text();
    assert!(
        text.starts_with(
            "Load 1 against load 2: 1 record in both and the same, 1 changed, 1 only in load 1, 0 only in load 2.\n"
        ),
        "{text}"
    );
    ground.write("crm/firms.csv", "Id,Name\n9,X\n");
    ground.load(&["crm/firms.csv"]);
    ground.run(&["loads", "--compare", "1", "4"]).ends(2);
    ground.run(&["loads", "--compare", "1", "99"]).ends(2);
}

#[test]
fn rows_that_share_an_id_or_have_none_are_not_called_changed() {
    let ground = Ground::new();
    ground.write("crm/people_1.csv", "Id,Name\n1,a\n1,b\n,c\n");
    ground.write("crm/people_2.csv", "Id,Name\n1,a\n1,z\n,d\n");
    for name in ["crm/people_1.csv", "crm/people_2.csv"] {
        ground.load(&[name, "--object", "people", "--native-id", "Id"]);
    }
    let told = ground.run(&["loads", "--compare", "1", "2", "--json"]).ends(0).json();
    assert_eq!(
        (&told["same"], &told["changed"], &told["only_a"], &told["only_b"], &told["undecided"]),
        (&json!(1), &json!(0), &json!(2), &json!(2), &json!(2)),
        "{told}"
    );
}

#[test]
fn loads_are_listed_in_their_order_with_windows_and_remarks() {
    let ground = three();
    let delta = format!("{HEAD}5,Ed,Graz,2025-11-26\n1,Anna,Bergen,2025-11-27\n");
    ground.write("crm/people_delta_2025-11-28.csv", delta);
    ground.load(&["crm/people_delta_2025-11-28.csv", "--object", "people"]);
    ground.write("crm/people_delta_2025-12-05.csv", format!("{HEAD}2,Bo,Turin,2025-12-04\n"));
    ground.load(&["crm/people_delta_2025-12-05.csv", "--object", "people", "--window", "2025-12-01..2025-12-05"]);
    let late = ground.write("crm/people_2025-10-31.csv", format!("{HEAD}1,Anna,Oslo,2025-10-01\n"));
    let loaded = ground.load(&[&late.to_string_lossy()]);
    assert!(loaded["warnings"].to_string().contains("is older than load 5 (2025-12-05)"), "{loaded}");
    let told = ground.run(&["loads", "crm.people", "--json"]).ends(0).json();
    let object = &told["objects"][0];
    let of = |key: &str| -> Vec<Value> {
        object["loads"].as_array().expect("loads").iter().map(|load| load[key].clone()).collect()
    };
    assert_eq!(of("load"), [6, 1, 2, 3, 4, 5].map(Value::from));
    assert_eq!(of("new"), [1, 2, 0, 1, 1, 0].map(Value::from));
    assert_eq!(of("vanished"), [0, 0, 1, 0, 0, 0].map(Value::from));
    assert_eq!(object["loads"][4]["window_from"], "2025-11-26T00:00:00Z");
    assert_eq!(object["loads"][5]["window_from"], "2025-12-01T00:00:00Z");
    let remarks: Vec<(i64, String)> = object["remarks"]
        .as_array()
        .expect("remarks")
        .iter()
        .map(|r| (r["load"].as_i64().expect("a load"), r["kind"].as_str().expect("a kind").to_owned()))
        .collect();
    let wanted = [(6, "older_than"), (4, "gap"), (5, "gap")].map(|(load, kind)| (load, kind.to_owned()));
    assert_eq!(remarks, wanted);
    let text = ground.run(&["loads"]).ends(0).text();
    assert!(text.contains("people_delta_2025-11-28.csv Δ"), "{text}");
    ground.run(&["load", &late.to_string_lossy(), "--window", "2025-12-05..2025-12-01"]).ends(2);
    ground.verify();
}

#[test]
fn a_file_of_another_object_with_the_same_rows_is_a_version_of_one_export() {
    let ground = Ground::new();
    let rows = |from: u32| -> String { (from..from + 40).map(|n| format!("{n},Person {n},Oslo\n")).collect() };
    ground.write("crm/people.csv", format!("Id,Name,City\n{}", rows(1)));
    ground.write("desk/copy of people.csv", format!("Id,Name,City\n{}", rows(5)));
    ground.load(&["crm/people.csv"]);
    ground.load(&["desk/copy of people.csv"]);
    let told = ground.run(&["loads", "crm.people", "--json"]).ends(0).json();
    let remark = &told["objects"][0]["remarks"][0];
    assert_eq!((&remark["kind"], &remark["other"]), (&json!("same_export"), &json!(2)), "{told}");
    assert!(remark["sentence"].as_str().expect("text").contains("81 % of their rows in common"), "{remark}");
}
