//! One box, any spelling: what a support agent types finds whom it means, on a small set of exports made here and on the
//! whole sample.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cutover::crosswalk::search::Searcher;
use cutover::crosswalk::{Answer, Found, Hit, How, IdKind, Status};
use cutover::job::Job;
use cutover::sources::SourceRecord;
use cutover::sources::load::{LoadRequest, load};
use cutover::sources::store::{catalog, rows};
use cutover::workspace::Workspace;

/// Loads files of (source, object, content) into a new workspace.
fn workspace(folder: &Path, files: &[(&str, &str, &str)]) -> Workspace {
    let workspace = Workspace::create(&folder.join("test.cutover"), "tester").expect("a new workspace");
    for (source, object, content) in files {
        let path = folder.join(format!("{source}-{object}.csv"));
        std::fs::write(&path, content).expect("a file to load");
        let mut request = LoadRequest {
            files: vec![path],
            source: Some((*source).to_owned()),
            object: Some((*object).to_owned()),
            as_of: Some("2025-11-14T00:00:00Z".to_owned()),
            ..LoadRequest::default()
        };
        let report = load(&workspace, &mut request, &Job::new()).expect("a load");
        assert!(report.failed.is_empty(), "{:?}", report.failed);
    }
    workspace
}

const CONTACTS: &str = "\
Id,IsDeleted,MasterRecordId,AccountId,FirstName,LastName,Email,Phone,Legacy_ID__c
0038d00000Wm7TaAAJ,true,0038d00000Xk3PqAAJ,0018d00000Bw1ClAAJ,Katarzyna,Wójcik,k.wojcik@bwc.example,+48 22 555 01 43,LF-00423
0038d00000Xk3PqAAJ,true,0038d00000Yn5RsAAJ,0018d00000Bw1ClAAJ,Katarzyna,Wójcik,kw@bwc.example,,
0038d00000Yn5RsAAJ,false,,0018d00000Bw1ClAAJ,Katarzyna,Wójcik-Nowak,katarzyna@bwc.example,(022) 555-0143,
0038d00000wM7TqAAK,false,,0018d00000QQ1ClAAL,Ahmet,Yılmaz,ahmet@yilmaz.example,0185550127,LF-00424
0038d00000Ab1CdAAJ,false,,,Rania,Haddad,info@clinique.example,018-555 01 28,
0038d00000aB1CdAAK,false,,,Rami,Haddad,info@clinique.example,+46 18 555 01 28,
0038d00000Cy1CyAAJ,true,0038d00000Cz1CzAAJ,,Cyril,Circle,cy@circle.example,,
0038d00000Cz1CzAAJ,true,0038d00000Cy1CyAAJ,,Cyril,Circle,cz@circle.example,,
";

const HUBSPOT: &str = "\
Record ID,First Name,Last Name,Email,Salesforce Contact ID,Merged object IDs
48120377,Kasia,Wojcik,k.wojcik@bwc.example,0038d00000Wm7TaAAJ,31904412;20013798
48120400,太郎,山田,taro@minato.example,,
48120401,محمد,ناصر,nasser@lab.example,,48120377
";

const USERS: &str = "\
id,name,email,phone,external_id
88213,\"Haddad, Rania\",rania@clinique.example,,7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3
1900284471165,Katarzyna Wojcik,k.wojcik@bwc.example,225550143,
1900284471199,Drew Denny,drew.denny@example.com,(406) 555-0117,
1900284471200,O’Brien & Sons,ops+eu@obrien.example,212-555-0118,
";

const TICKETS: &str = "\
id,subject,requester_id
88213,Invoice wrong,1900284471165
88214,Cannot log in,88213
88215,Import fails,1898000471014
88216,Import fails again,1898000471014
";

const WORKSPACES: &str = "\
id,number,name
7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3,88213,Ostra Labs AB
52d5b98b-77d1-4f67-9f5a-0c84f7b3d1a2,10017,Brightwater Clinics
";

const RENEWALS: &str = "\
Account name,Contact,Old ID,Billing ID
Haines Pathology,\"Haines, Robert\",R99990,2.52E+18
Brightwater Clinics,Märta Nilsson,R99991,2.52E+18
Lindqvist Dental,Nils Lindqvist,R99992,2519000000000000111
";

fn small(folder: &Path) -> Workspace {
    workspace(
        folder,
        &[
            ("Salesforce", "Contact", CONTACTS),
            ("HubSpot", "contacts", HUBSPOT),
            ("Zendesk", "tickets", TICKETS),
            ("Zendesk", "users", USERS),
            ("Product", "workspaces", WORKSPACES),
            ("Renewals", "rows", RENEWALS),
        ],
    )
}

fn met(found: &Found) -> Vec<(How, String)> {
    found.hits.iter().map(|hit| (hit.how, format!("{}/{}", hit.object, hit.id))).collect()
}

#[test]
fn every_spelling_finds_the_record_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    // What was typed; how the first find met; the end of its record key.
    let table: &[(&str, How, &str)] = &[
        // Salesforce's 15 and 18 characters, and its case.
        ("0038d00000wM7TqAAK", How::Exact, "0038d00000wM7TqAAK"),
        ("0038d00000wM7Tq", How::Exact, "0038d00000wM7TqAAK"),
        ("0038d00000wM7TqA", How::Exact, "0038d00000wM7TqAAK"),
        ("0038d00000wm7tqaak", How::Guess, "0038d00000wM7TqAAK"),
        ("0038D00000WM7TQAAK", How::Guess, "0038d00000wM7TqAAK"),
        ("0038d00000WM7TQ", How::Guess, "0038d00000wM7TqAAK"),
        ("0038d00000wM7TqAAJ", How::Guess, "0038d00000wM7TqAAK"),
        ("0038d-00000 wM7Tq ", How::Exact, "0038d00000wM7TqAAK"),
        ("0038d00000aB1Cd", How::Exact, "0038d00000aB1CdAAK"),
        ("0038d00000Ab1Cd", How::Exact, "0038d00000Ab1CdAAJ"),
        ("0038d00000wM7Tz", How::Typo, "0038d00000wM7TqAAK"),
        ("https://x.my.salesforce.com/lightning/r/Contact/0038d00000wM7TqAAK/view", How::Exact, "0038d00000wM7TqAAK"),
        // Blanks, quotes, dashes, brackets, what a spreadsheet or a terminal adds.
        (" '48120400\" ", How::Exact, "48120400"),
        ("48120400.0", How::Exact, "48120400"),
        ("48,120,400", How::Exact, "48120400"),
        ("\u{1b}[31m48120400\u{7}", How::Exact, "48120400"),
        ("４８１２０４００", How::Exact, "48120400"),
        ("{7F3C1A9E52B44C0D9E6BD1A20C84F7B3}", How::Exact, "7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3"),
        ("7f3c1a9e-52b4", How::Prefix, "7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3"),
        ("4c0d-9e6b", How::Substring, "7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3"),
        // Prefixes dropped, zeros lost and added.
        ("LF-00424", How::Exact, "0038d00000wM7TqAAK"),
        ("lf 424", How::Exact, "0038d00000wM7TqAAK"),
        ("424", How::Exact, "0038d00000wM7TqAAK"),
        ("00424", How::Exact, "0038d00000wM7TqAAK"),
        ("0048120400", How::Guess, "48120400"),
        // Somebody else's tools: one spelling only.
        ("R99990", How::Exact, "@6:2"),
        ("R99990 ", How::Exact, "@6:2"),
        ("99990", How::Exact, "@6:2"),
        ("denny, drew", How::Exact, "1900284471199"),
        ("Drew Denny", How::Exact, "1900284471199"),
        // Phones.
        ("406-555-0117", How::Exact, "1900284471199"),
        ("4065550117", How::Exact, "1900284471199"),
        ("+1 (406) 555 0117 ext. 5", How::Exact, "1900284471199"),
        ("tel:001-406-555-0117", How::Exact, "1900284471199"),
        ("406555", How::Prefix, "1900284471199"),
        ("+46 18 555 01 27", How::Exact, "0038d00000wM7TqAAK"),
        ("0046 (0)18 5550127", How::Exact, "0038d00000wM7TqAAK"),
        ("46185550127", How::Exact, "0038d00000wM7TqAAK"),
        // Addresses.
        ("AHMET@YILMAZ.EXAMPLE.", How::Exact, "0038d00000wM7TqAAK"),
        ("mailto:ahmet@yilmaz.example?subject=hello", How::Exact, "0038d00000wM7TqAAK"),
        ("\"A. Yılmaz\" <ahmet@yilmaz.example>", How::Exact, "0038d00000wM7TqAAK"),
        ("ahmet+news@yilmaz.example", How::Guess, "0038d00000wM7TqAAK"),
        ("ops@obrien.example", How::Guess, "1900284471200"),
        ("ahmet@yilmas.example", How::Typo, "0038d00000wM7TqAAK"),
        ("ahmet@", How::Prefix, "0038d00000wM7TqAAK"),
        ("@yilmaz.example", How::Substring, "0038d00000wM7TqAAK"),
        // Names.
        ("yilmaz ahmet", How::Exact, "0038d00000wM7TqAAK"),
        ("Yılmaz, A", How::Prefix, "0038d00000wM7TqAAK"),
        ("Ahmet Yilmas", How::Typo, "0038d00000wM7TqAAK"),
        ("Mr. Ahmet Yılmaz", How::Substring, "0038d00000wM7TqAAK"),
        ("o'brien", How::Prefix, "1900284471200"),
        ("山田太郎", How::Exact, "48120400"),
        ("山田 太郎", How::Exact, "48120400"),
        ("山", How::Prefix, "48120400"),
        ("ناصر محمد", How::Exact, "48120401"),
        ("brightwater", How::Prefix, "52d5b98b-77d1-4f67-9f5a-0c84f7b3d1a2"),
        // Record keys.
        ("HubSpot/contacts/48120400", How::Exact, "48120400"),
        ("Renewals/rows/@6:3", How::Exact, "@6:3"),
        // Merged away, in no file.
        ("20013798", How::Exact, "48120377"),
    ];
    for (typed, how, record) in table {
        let found = searcher.find(typed, 10).expect("an answer");
        let first = found.hits.first().unwrap_or_else(|| panic!("nothing for {typed:?}"));
        assert!(first.record.ends_with(record), "{typed:?} found {} ({:?}), not {record}", first.record, met(&found));
        assert_eq!(first.how, *how, "{typed:?}: {:?}", first.note);
        assert_eq!(found.exact == 0, *how != How::Exact, "{typed:?} counts {} exact", found.exact);
        for hit in &found.hits {
            assert!(
                hit.marks.iter().all(|mark| hit.id.get(mark.clone()).is_some()),
                "{typed:?} marks {:?} of {}",
                hit.marks,
                hit.id
            );
            searcher.answer(hit).expect("all about it");
        }
        assert_eq!(searcher.find(typed, 10).expect("again"), found, "{typed:?} is answered the same every time");
    }
}

#[test]
fn what_means_nothing_finds_nothing_and_breaks_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let long = "x".repeat(10_000);
    let many = "łódź 山 ".repeat(2_000);
    for typed in [
        "",
        "  ",
        "\u{1b}",
        "'",
        "/",
        "//",
        "@",
        "+",
        "---",
        "\u{202e}",
        long.as_str(),
        "no such thing at all",
        "0038d00000",
        "%",
        "_",
        "a/b/c",
        "@1:2",
    ] {
        let found = searcher.find(typed, 10).expect("an answer");
        assert_eq!(found.exact, 0, "{typed:?} {:?}", met(&found));
    }
    for typed in [many.as_str(), "a", "é", "1", "Ω", "\u{301}", "0038d00000Wm7T\u{301}", "é".repeat(15).as_str()] {
        searcher.find(typed, 10).expect("an answer");
    }
    for typed in ["2.52E+18", "2,52E+18", "#N/A", "#####"] {
        let found = searcher.find(typed, 10).expect("an answer");
        assert!(found.hits.is_empty() && found.remarks.len() == 1, "a destroyed ID joins nothing: {:?}", met(&found));
    }
    assert_eq!(searcher.find("2519000000000000111", 10).expect("an answer").exact, 1);
    assert!(searcher.find("2519000000000000112", 10).expect("an answer").hits.iter().all(|hit| hit.how == How::Typo));
    assert_eq!(searcher.find("88213", usize::MAX).expect("an answer").exact, 3);
    assert!(searcher.find("88213", 0).expect("an answer").hits.is_empty());
}

#[test]
fn a_number_that_is_three_things_shows_all_three() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    for typed in ["88213", " 88213", "#88213", "88,213", "88213.0"] {
        let found = searcher.find(typed, 10).expect("an answer");
        let objects: BTreeSet<&str> =
            found.hits.iter().filter(|hit| hit.how == How::Exact).map(|hit| hit.object.as_str()).collect();
        assert_eq!(objects, BTreeSet::from(["tickets", "users", "workspaces"]), "{typed}");
        assert_eq!(found.exact, 3);
        assert!(found.remarks[0].contains("none is preferred"), "{:?}", found.remarks);
    }
    assert!(searcher.find("88213", 1).expect("an answer").more);
    assert_eq!(searcher.find("88213", 1).expect("an answer").exact, 3);
}

#[test]
fn ids_that_differ_by_case_are_offered_and_never_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let found = searcher.find("0038d00000ab1cd", 10).expect("an answer");
    assert_eq!(found.exact, 0);
    assert_eq!(found.hits.iter().filter(|hit| hit.how == How::Guess).count(), 2);
    assert!(found.remarks.iter().any(|remark| remark.contains("case alone")), "{:?}", found.remarks);
    let found = searcher.find("0038d00000Ab1Cd", 10).expect("an answer");
    assert_eq!((found.exact, found.hits[0].id.as_str()), (1, "0038d00000Ab1CdAAJ"));
    assert!(found.hits[1..].iter().all(|hit| hit.how == How::Guess));
}

fn only(searcher: &mut Searcher, typed: &str) -> (Hit, Answer) {
    let found = searcher.find(typed, 10).expect("an answer");
    assert_eq!(found.exact, 1, "{typed}: {:?}", met(&found));
    let hit = found.hits[0].clone();
    let answer = searcher.answer(&hit).expect("all about it");
    (hit, answer)
}

#[test]
fn a_merged_away_id_leads_through_every_merge_to_the_survivor() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let (hit, answer) = only(&mut searcher, "0038d00000Wm7Ta");
    assert_eq!(hit.status, Status::MergedInSource);
    let chain: Vec<&str> = answer.chain.iter().map(|step| step.into.as_str()).collect();
    assert_eq!(chain, ["0038d00000Xk3PqAAJ", "0038d00000Yn5RsAAJ"]);
    assert_eq!(answer.record.native_id.as_deref(), Some("0038d00000Yn5RsAAJ"));
    let linked: BTreeSet<&str> = answer.linked.iter().map(|link| link.id.as_str()).collect();
    for id in
        ["0038d00000Wm7TaAAJ", "0038d00000Xk3PqAAJ", "0038d00000Yn5RsAAJ", "48120377", "31904412", "1900284471165"]
    {
        assert!(linked.contains(id), "{id} is linked: {linked:?}");
    }
    // In no file at all, merged into a contact that was merged again.
    let (hit, answer) = only(&mut searcher, "31904412");
    assert_eq!((hit.kind, hit.status), (IdKind::MergedAway, Status::MergedInSource));
    assert_eq!(answer.record.native_id.as_deref(), Some("48120401"));
    assert_eq!(answer.chain.len(), 2);
    // Merged in a circle: there is an answer, and it says so.
    let (_, answer) = only(&mut searcher, "0038d00000Cy1CyAAJ");
    assert!(answer.remarks.iter().any(|remark| remark.contains("circle")), "{:?}", answer.remarks);
}

#[test]
fn a_key_finds_the_record_it_leads_to_or_says_that_it_is_in_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let (hit, answer) = only(&mut searcher, "1900284471165");
    assert_eq!((hit.kind, hit.object.as_str(), hit.status), (IdKind::NativeId, "users", Status::Loaded));
    assert!(answer.named_by.iter().any(|(.., column, count)| column == "requester_id" && *count == 1));
    let found = searcher.find("1898000471014", 10).expect("an answer");
    assert_eq!((found.exact, found.hits.len()), (1, 2), "one thing, two rows that name it");
    for hit in &found.hits {
        assert_eq!((hit.kind, hit.status), (IdKind::ForeignKey, Status::NotInExtract));
        let answer = searcher.answer(hit).expect("all about it");
        assert_eq!(answer.record.object, "tickets");
        assert!(answer.remarks.iter().any(|remark| remark.contains("in no file")));
    }
    // An account of a file that nobody exported.
    let found = searcher.find("0018d00000Bw1Cl", 10).expect("an answer");
    assert_eq!(found.exact, 1);
    assert!(found.hits.iter().all(|hit| hit.status == Status::NotInExtract));
}

#[test]
fn an_address_of_several_counts_them_and_prefers_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = small(folder.path());
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let found = searcher.find("INFO@clinique.example", 10).expect("an answer");
    assert_eq!(found.exact, 2);
    assert!(found.remarks[0].contains("this address"), "{:?}", found.remarks);
    // A record that was merged away stands after those that were not.
    let found = searcher.find("k.wojcik@bwc.example", 10).expect("an answer");
    assert_eq!(found.hits.last().map(|hit| hit.status), Some(Status::MergedInSource));
}

#[test]
fn an_id_that_many_rows_name_is_found_before_all_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tickets = "id,subject,requester_id\n".to_owned();
    for id in 0..3_000 {
        tickets.push_str(&format!("{},Inc {id},5000001234567\n", 700_000 + id));
    }
    let users =
        "id,name,email\n5000001234567,Busy Requester,busy@inc.example\n5000001234568,Other Inc,info@inc.example\n";
    let workspace = workspace(folder.path(), &[("Zendesk", "tickets", &tickets), ("Zendesk", "users", users)]);
    let mut searcher = Searcher::open(&workspace).expect("a searcher");
    let (hit, answer) = only(&mut searcher, "5000001234567");
    assert_eq!(hit.title, "Busy Requester");
    assert_eq!(answer.named_by.iter().map(|(.., count)| count).sum::<u64>(), 3_000);
    assert_eq!(searcher.find("50000012345", 10).expect("an answer").hits[0].object, "users");
    let found = searcher.find("inc", 10).expect("an answer");
    assert!(found.more && found.hits.len() == 10);
    assert_eq!(searcher.find("other inc", 10).expect("an answer").hits[0].id, "Other Inc");
}

// The sample.

fn sample_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(sample_data().join("truth").join(name)).expect("the truth is committed");
    csv::Reader::from_reader(bytes.as_slice()).deserialize().map(|row| row.expect("a row of the truth")).collect()
}

fn records(workspace: &Workspace) -> Vec<SourceRecord> {
    let reader = workspace.reader().expect("a reader");
    let mut all = Vec::new();
    for source in catalog::inventory(reader.conn()).expect("an inventory").sources {
        for object in source.objects {
            rows::for_each::<rusqlite::Error>(reader.conn(), object.id, false, |record| {
                all.push(record);
                Ok(())
            })
            .expect("records");
        }
    }
    all
}

#[test]
fn on_the_sample_every_native_id_and_every_merge_leads_where_it_should() {
    let folder = tempfile::tempdir().expect("a folder");
    let built = cutover::demo::build(folder.path(), "tester", &Job::new()).expect("the sample");
    let workspace = Workspace::open(&built.workspace, cutover::workspace::Mode::Write, "tester").expect("a workspace");
    let mut searcher = Searcher::open(&workspace).expect("a searcher");

    let records = records(&workspace);
    let mut by_id: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut events = BTreeSet::new();
    for record in &records {
        if let Some(id) = &record.native_id {
            by_id.entry(id.clone()).or_default().insert(&record.key);
            if record.object == "events" {
                events.insert(id.as_str());
            }
        }
    }
    // Events are many and much alike: some of them speak for all.
    for (at, (id, keys)) in by_id.iter().enumerate() {
        if events.contains(id.as_str()) && at % 16 > 0 {
            continue;
        }
        let found = searcher.find(id, 8).expect("an answer");
        let native = found.hits.iter().filter(|hit| hit.how == How::Exact && hit.kind == IdKind::NativeId);
        let native: BTreeSet<&str> = native.map(|hit| hit.record.as_str()).collect();
        assert_eq!(native, *keys, "{id}");
        let things = if *id == "88213" { 3 } else { keys.len() };
        assert!(found.exact == things || id.contains('@'), "{id} is {} things: {:?}", found.exact, met(&found));
    }

    let merges = truth("merged.csv");
    let told = |merge: &&BTreeMap<String, String>| !merge["recorded_in"].starts_with("nowhere");
    let winners: BTreeMap<(&str, &str), &str> = merges
        .iter()
        .map(|merge| ((merge["source"].as_str(), merge["losing_id"].as_str()), merge["winning_id"].as_str()))
        .collect();
    let mut checked = 0;
    for merge in merges.iter().filter(told) {
        let source = merge["source"].as_str();
        let (mut end, mut steps) = (merge["losing_id"].as_str(), 0);
        while let Some(winner) = winners.get(&(source, end)) {
            (end, steps) = (winner, steps + 1);
        }
        let (hit, answer) = only(&mut searcher, &merge["losing_id"]);
        assert_eq!(hit.status, Status::MergedInSource, "{merge:?}");
        assert_eq!(answer.record.native_id.as_deref(), Some(end), "{merge:?}");
        // Of a loser whose winner is in no file either, HubSpot tells only the end.
        assert!((1..=steps).contains(&answer.chain.len()), "{merge:?}");
        assert!(answer.linked.iter().any(|link| link.id == merge["losing_id"]), "{merge:?}");
        checked += 1;
    }
    assert_eq!(checked, 443);

    // IDs that differ by case only are two, each found by its own.
    for pair in truth("traps.csv").iter().filter(|trap| trap["trap"] == "IDs that differ by case only") {
        for key in [&pair["where"], &pair["and"]] {
            let id = key.rsplit('/').next().unwrap_or_default();
            let (hit, _) = only(&mut searcher, id.get(..15).unwrap_or(id));
            assert!(hit.id == id, "{key}");
        }
    }
}
