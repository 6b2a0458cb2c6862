//! Relations, links and findings end to end: small exports with known answers, and the sample company against its truth.

mod ground;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cutover::job::Job;
use cutover::sources::load::{self, LoadRequest};
use cutover::sources::select::{self, Selection};
use cutover::sources::store::{catalog, rows};
use cutover::sources::survey::{self, Finding, LinkBy, Relation, Survey};
use cutover::sources::{Inventory, Object, ObjectId, Rec, SourcesError, SystemKind};
use cutover::workspace::{Mode, Workspace};

struct Place {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").expect("a workspace");
        Self { folder, workspace }
    }

    fn load(&self, source: &str, object: &str, text: &str) {
        self.load_as(source, object, text, false);
    }

    fn load_as(&self, source: &str, object: &str, text: &str, delta: bool) {
        let request = LoadRequest { delta, ..LoadRequest::default() };
        self.load_by(source, object, text, request);
    }

    fn load_by(&self, source: &str, object: &str, text: &str, stated: LoadRequest) {
        let path = self.folder.path().join(format!("{object}-{}.csv", text.len()));
        std::fs::write(&path, text).expect("the file");
        let mut request = LoadRequest {
            files: vec![path],
            source: Some(source.to_owned()),
            object: Some(object.to_owned()),
            kind: Some(SystemKind::Crm),
            ..stated
        };
        request.options.header_line = Some(Some(1));
        request.options.delimiter = Some(b',');
        let report = load::load(&self.workspace, &mut request, &Job::new()).expect("it loads");
        assert!(report.failed.is_empty(), "{:?}", report.failed);
    }

    fn survey(&self) -> Known<'_> {
        let survey = survey::run(&self.workspace, &Job::new()).expect("a survey");
        Known::of(&self.workspace, survey)
    }
}

/// A survey with the names of what it is about.
struct Known<'a> {
    workspace: &'a Workspace,
    inventory: Inventory,
    survey: Survey,
}

impl<'a> Known<'a> {
    fn of(workspace: &'a Workspace, survey: Survey) -> Self {
        let reader = workspace.reader().expect("a reader");
        let inventory = catalog::inventory(reader.conn()).expect("an inventory");
        Self { workspace, inventory, survey }
    }

    fn objects(&self) -> impl Iterator<Item = &Object> {
        self.inventory.sources.iter().flat_map(|source| &source.objects)
    }

    fn id(&self, object: &str) -> ObjectId {
        let found = self.objects().find(|o| format!("{}/{}", o.source_name, o.name) == object || o.name == object);
        found.unwrap_or_else(|| panic!("no object {object}")).id
    }

    fn relation(&self, object: &str, column: &str) -> Option<&Relation> {
        let id = self.id(object);
        self.survey.relations.iter().find(|r| r.from == id && r.column_name == column)
    }

    fn findings(&self, object: &str, kind: &str) -> Vec<&Finding> {
        let id = self.id(object);
        self.survey.findings.iter().filter(|f| f.object == id && f.kind == kind).collect()
    }

    /// Native IDs (or lines) of records.
    fn ids(&self, object: ObjectId, recs: &[Rec]) -> BTreeSet<String> {
        let reader = self.workspace.reader().expect("a reader");
        let object = self.objects().find(|o| o.id == object).expect("the object");
        recs.iter()
            .map(|rec| {
                let found =
                    rows::record_of(reader.conn(), &object.source_name, &object.name, object.id, &object.columns, *rec);
                let record = found.expect("it reads").expect("the record");
                record.native_id.unwrap_or_else(|| format!("line {}", record.line))
            })
            .collect()
    }

    /// Native IDs of all records of the findings of one kind in an object; their counts and lists agree.
    fn found(&self, object: &str, kind: &str) -> BTreeSet<String> {
        let reader = self.workspace.reader().expect("a reader");
        let mut all = BTreeSet::new();
        for finding in self.findings(object, kind) {
            let recs = survey::rows_of(reader.conn(), finding.id).expect("rows");
            assert_eq!(recs.len() as u64, finding.records, "{finding:?}");
            assert!(recs.is_sorted_by(|a, b| a.0 < b.0), "in stored order, once each");
            assert!(!finding.rule.is_empty() && finding.rule.ends_with('.'), "{}", finding.rule);
            all.extend(self.ids(finding.object, &recs));
        }
        all
    }
}

fn set<const N: usize>(ids: [&str; N]) -> BTreeSet<String> {
    ids.into_iter().map(str::to_owned).collect()
}

/// Salesforce IDs with right suffixes.
fn id(prefix: &str, letter: char) -> (String, String) {
    let short = format!("{prefix}8d00000Bw1{letter}l");
    let long = cutover::values::salesforce::to_18(&short).expect("15 characters");
    (short, long)
}

#[test]
fn a_key_meets_its_object_in_both_lengths_and_never_across_case() {
    let place = Place::new();
    let (a, b, lower) = (id("001", 'C'), id("001", 'D'), id("001", 'c'));
    let accounts = format!("Id,Name\n{},Fjord\n{},Delta\n{},Ostra\n", a.1, b.1, id("001", 'E').1);
    let contacts =
        format!("Id,LastName,AccountId\n1,Lee,{}\n2,Ng,{}\n3,Weber,{}\n4,Cole,\n5,Holm,{}\n", a.0, b.1, lower.0, a.1);
    place.load("CRM", "Account", &accounts);
    place.load("CRM", "Contact", &contacts);
    let known = place.survey();
    let relation = known.relation("Contact", "AccountId").expect("a relation");
    assert_eq!(relation.to, Some(known.id("Account")));
    assert_eq!((relation.filled, relation.met, relation.orphans, relation.reached), (4, 3, 1, 2));
    assert!(relation.hierarchy.is_none());
    assert_eq!(known.found("Contact", "broken_relation"), set(["3"]));
    assert_eq!(known.found("Contact", "no_account"), set(["3", "4"]));
    let reader = place.workspace.reader().unwrap();
    let orphans = survey::orphans_of(reader.conn(), relation.id).unwrap();
    assert_eq!(known.ids(relation.from, &orphans), set(["3"]));
}

#[test]
fn a_relation_to_itself_has_levels_roots_and_cycles() {
    let place = Place::new();
    place.load(
        "CRM",
        "Account",
        "Id,Name,ParentId\nA-01,Top,\nA-02,Under,A-01\nA-03,Below,A-02\nA-04,Round,A-05\nA-05,About,A-04\nA-06,Self,A-06\nA-07,Lost,A-99\n",
    );
    let known = place.survey();
    let shape = known.relation("Account", "ParentId").expect("a relation").hierarchy.clone().expect("a hierarchy");
    assert_eq!(shape.levels, [3, 1, 1]);
    assert_eq!((shape.roots, shape.to_itself, shape.cycles, shape.in_cycles), (3, 1, 1, 2));
    assert_eq!(known.found("Account", "broken_relation"), set(["A-04", "A-05", "A-07"]));
}

#[test]
fn small_numbers_are_keys_only_where_the_names_agree() {
    let place = Place::new();
    let mut accounts = "id,company\n".to_owned();
    let mut tickets = "id,account_id,batch_no\n".to_owned();
    for n in 1..=60 {
        accounts.push_str(&format!("{n},Company {n}\n"));
        tickets.push_str(&format!("{n},{},{}\n", n % 50 + 1, n % 40 + 1));
    }
    place.load("db", "accounts", &accounts);
    place.load("db", "tickets", &tickets);
    let known = place.survey();
    assert_eq!(known.relation("tickets", "account_id").expect("by name").to, Some(known.id("accounts")));
    assert!(known.relation("tickets", "batch_no").is_none_or(|relation| relation.to.is_none()));
}

#[test]
fn ids_of_records_merged_away_are_met_and_told_apart() {
    let place = Place::new();
    place.load(
        "CRM",
        "companies",
        "Record ID,Company name,Merged object IDs\n900000001,Fjord,700000001;700000002\n900000002,Delta,\n",
    );
    place.load(
        "CRM",
        "contacts",
        "Record ID,Last Name,Associated Company IDs\n1,Lee,900000001\n2,Ng,700000002\n3,Cole,900000001;900000002\n4,Holm,900000001;5\n",
    );
    let known = place.survey();
    let relation = known.relation("contacts", "Associated Company IDs").expect("a relation");
    assert_eq!((relation.filled, relation.met, relation.merged_away, relation.orphans), (4, 3, 1, 1));
    assert_eq!(known.found("companies", "merged_in_source"), set(["900000001"]));
    let rule = &known.findings("companies", "merged_in_source")[0].rule;
    assert!(rule.contains("1 record says that others were merged into it: 2 IDs"), "{rule}");
    assert_eq!(known.found("contacts", "broken_relation"), set(["4"]));
}

#[test]
fn a_key_of_two_objects_is_a_relation_to_each_and_no_orphan_of_either() {
    let place = Place::new();
    let (mut contacts, mut leads) = ("Id,LastName\n".to_owned(), "Id,LastName\n".to_owned());
    let mut tasks = "Id,WhoId,OwnerId\n".to_owned();
    for n in 0..30 {
        contacts.push_str(&format!("003xy{n:05},C{n}\n"));
        leads.push_str(&format!("00Qxy{n:05},L{n}\n"));
        tasks.push_str(&format!("00Txy{n:05},{}xy{n:05},005xy00001\n", if n % 3 == 0 { "00Q" } else { "003" }));
    }
    place.load("CRM", "Contact", &contacts);
    place.load("CRM", "Lead", &leads);
    place.load("CRM", "Task", &tasks);
    let known = place.survey();
    let who: Vec<_> = known.survey.relations.iter().filter(|r| r.column_name == "WhoId").collect();
    assert_eq!(
        who.iter().map(|r| (r.to_name.as_str(), r.filled, r.met)).collect::<Vec<_>>(),
        [("CRM › Contact", 20, 20), ("CRM › Lead", 10, 10)]
    );
    let owner = known.relation("Task", "OwnerId").expect("a relation to what is not loaded");
    assert_eq!((owner.to, owner.to_name.as_str(), owner.filled), (None, "User", 30));
}

#[test]
fn sources_are_linked_by_id_address_and_site() {
    let place = Place::new();
    let (mut accounts, mut customers) =
        ("Id,Name,Website,Stripe_Customer_Id__c\n".to_owned(), "id,Name,Email\n".to_owned());
    for n in 0..20 {
        let key = if n < 15 { format!("cus_Nf83kQ0dLw{n:02}") } else { String::new() };
        accounts.push_str(&format!("A-{n:04},Company {n},https://www.c{n}.example,{key}\n"));
        customers.push_str(&format!("cus_Nf83kQ0dLw{n:02},Company {n},pay@c{}.example\n", n * 2));
    }
    place.load("CRM", "Account", &accounts);
    place.load("Billing", "customers", &customers);
    let known = place.survey();
    let by = |by: LinkBy| known.survey.links.iter().find(|link| link.by == by);
    let link = by(LinkBy::Id).expect("a link by ID");
    assert_eq!((link.left_filled, link.left_met, link.right_filled, link.right_met), (15, 15, 20, 15));
    let link = by(LinkBy::Domain).expect("a link by domain");
    assert_eq!((link.left_filled, link.left_met, link.right_filled, link.right_met), (20, 10, 20, 10));
    assert!(by(LinkBy::Email).is_none());
}

#[test]
fn people_are_judged_by_name_address_and_what_is_missing() {
    let place = Place::new();
    place.load("CRM", "User", "Id,Name,Email,IsActive\nU-01,Mira Aalto,mira@ours.example,true\nU-02,Tom Reyes,tom@ours.example,false\nU-03,Ann Weber,ann@ours.example,false\n");
    let rows = [
        "C-01,Rania,Haddad,haddad@free.example,,U-01,true",
        "C-02,Rami,Haddad,haddad@free.example,,U-02,true",
        "C-03,Kasia,Wojcik,k.w@bwc.example,,U-01,true",
        "C-04,Katarzyna,Wójcik,k.w@bwc.example,,U-01,true",
        "C-05,Ola,Nowak,info@bwc.example,,U-01,",
        "C-06,Ana,Silva,not an address,,U-01,true",
        "C-07,,,,,U-01,true",
        "C-08,Mira,Aalto,mira@ours.example,,U-01,true",
        "C-09,Test,Person,x@bwc.example,,U-01,true",
        "C-10,Demo,Person,y@bwc.example,,U-01,true",
        "C-11,win www.spam.example,Now,z@bwc.example,,U-01,true",
        "C-12,Ana,unknown,v@bwc.example,,U-01,true",
        "C-13,Jens,Holm,w@bwc.example,0000000,U-01,true",
        "C-14,MÃ¤rta,Nilsson,m@bwc.example,2.52E+18,U-01,true",
        "C-15,Anna,One,desk@lab.example,,U-01,true",
        "C-16,Berta,Two,desk@lab.example,,U-01,true",
        "C-17,Carl,Three,desk@lab.example,,U-01,true",
        "C-18,Dora,Four,desk@lab.example,,U-01,true",
    ];
    let text = format!("Id,FirstName,LastName,Email,Phone,OwnerId,Consent\n{}\n", rows.join("\n"));
    place.load("CRM", "Contact", &text);
    let known = place.survey();
    for (kind, ids) in [
        ("reused_email", set(["C-01", "C-02"])),
        ("shared_inbox", set(["C-05", "C-15", "C-16", "C-17", "C-18"])),
        ("consent_missing", set(["C-05"])),
        ("invalid_email", set(["C-06"])),
        ("incomplete", set(["C-07"])),
        ("test_or_internal", set(["C-08", "C-09"])),
        ("demo", set(["C-10"])),
        ("spam", set(["C-11"])),
        ("placeholder", set(["C-12", "C-13"])),
        ("mojibake", set(["C-14"])),
        ("excel_ruined", set(["C-14"])),
    ] {
        assert_eq!(known.found("Contact", kind), ids, "{kind}");
    }
    assert_eq!(known.found("User", "inactive_user"), set(["U-02"]), "Ann is in charge of nothing");
    let rule = &known.findings("Contact", "shared_inbox")[0].rule;
    assert!(rule.ends_with(": 1 record by its name and 4 records by how many share it."), "{rule}");
}

#[test]
fn columns_and_files_are_judged_as_wholes() {
    let place = Place::new();
    let mut text = "Id,Note,Empty,Constant,IsDeleted\n".to_owned();
    for n in 0..200 {
        let note: String = format!("{n} {}", "word ".repeat(n % 60)).chars().take(255).collect();
        text.push_str(&format!("N-{n:04},{},,always,{}\n", note.trim_end(), n == 7));
    }
    text.push_str("N-9999,First line\\nSecond line,,always,false\n");
    place.load("CRM", "Note", &text);
    place.load("CRM", "Remark", &text);
    let known = place.survey();
    let cut = known.findings("Note", "truncated");
    assert_eq!(cut.len(), 1);
    assert!(cut[0].rule.contains("exactly 255 characters"), "{}", cut[0].rule);
    let unused: BTreeSet<&str> =
        known.findings("Note", "unused_column").iter().filter_map(|f| f.column_name.as_deref()).collect();
    assert_eq!(unused, BTreeSet::from(["Empty", "Constant"]));
    assert_eq!(known.findings("Note", "unused_column")[0].records, 201);
    assert_eq!(known.found("Note", "deleted_but_present"), set(["N-0007"]));
    assert_eq!(known.found("Note", "flattened_line_breaks"), set(["N-9999"]));
    assert_eq!(known.found("Remark", "duplicate_export").len(), 201);
    assert!(known.findings("Note", "duplicate_export").is_empty(), "only the later one is the copy");
}

#[test]
fn only_the_latest_version_counts_and_a_later_load_makes_the_survey_stale() {
    let place = Place::new();
    place.load("CRM", "Account", "Id,Name\nA-01,Fjord\nA-02,Delta\n");
    place.load("CRM", "Contact", "Id,LastName,AccountId\nC-01,Lee,A-01\nC-02,Ng,A-77\n");
    let first = place.survey();
    assert_eq!(first.found("Contact", "broken_relation"), set(["C-02"]));
    let reader = place.workspace.reader().unwrap();
    assert!(survey::stored(reader.conn()).unwrap().expect("it is stored").fresh);
    place.load_as("CRM", "Contact", "Id,LastName,AccountId\nC-02,Ng,A-02\nC-03,Cole,A-01\n", true);
    let reader = place.workspace.reader().unwrap();
    assert!(!survey::stored(reader.conn()).unwrap().expect("it stands").fresh);
    let second = place.survey();
    let relation = second.relation("Contact", "AccountId").expect("a relation");
    assert_eq!((relation.filled, relation.met, relation.orphans), (3, 3, 0));
    assert!(second.findings("Contact", "broken_relation").is_empty());
    let reader = place.workspace.reader().unwrap();
    assert_eq!(survey::stored(reader.conn()).unwrap(), Some(second.survey.clone()));
    assert_eq!(survey::run(&place.workspace, &Job::new()).unwrap(), second.survey, "the same again");
}

#[test]
fn a_workspace_that_is_only_read_is_surveyed_and_not_written() {
    let place = Place::new();
    place.load("CRM", "Contact", "Id,LastName,Email\nC-01,Lee,info@x.example\nC-02,Ng,n@x.example\n");
    let path = place.workspace.file().to_path_buf();
    let reading = Workspace::open(&path, Mode::Read, "mira").unwrap();
    let surveyed = survey::run_with_rows(&reading, &Job::new()).unwrap();
    let reader = reading.reader().unwrap();
    assert_eq!(survey::stored(reader.conn()).unwrap(), None);
    let finding = surveyed.survey.findings.iter().find(|f| f.kind == "shared_inbox").expect("an inbox");
    assert_eq!(surveyed.rows_of(reader.conn(), finding.id).unwrap().len(), 1);
    assert!(finding.rule.ends_with("people: 1 record by its name."), "{}", finding.rule);
    assert_eq!(place.survey().survey, surveyed.survey, "what is stored is the same");
}

#[test]
fn a_cancelled_survey_leaves_nothing() {
    let place = Place::new();
    place.load("CRM", "Contact", "Id,LastName\nC-01,Lee\n");
    let job = Job::new();
    job.cancel();
    assert!(matches!(survey::run(&place.workspace, &job), Err(SourcesError::Cancelled(_))));
    let reader = place.workspace.reader().unwrap();
    assert_eq!(survey::stored(reader.conn()).unwrap(), None);
}

#[test]
fn a_survey_outlives_the_load_that_it_is_about_and_an_empty_workspace_has_nothing() {
    let place = Place::new();
    let empty = survey::run(&place.workspace, &Job::new()).unwrap();
    assert_eq!((empty.relations.len(), empty.links.len(), empty.findings.len()), (0, 0, 0));
    place.load("CRM", "Contact", "Id,LastName,Email\nC-01,Lee,info@x.example\n");
    let finding = place.survey().survey.findings[0].id;
    load::take_out(&place.workspace, cutover::sources::LoadId(1), &Job::new()).expect("it is taken out");
    let reader = place.workspace.reader().unwrap();
    assert!(!survey::stored(reader.conn()).unwrap().expect("it stands").fresh);
    let _ = survey::rows_of(reader.conn(), finding).expect("no error");
    assert!(place.survey().survey.findings.is_empty());
}

fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/truth").join(name);
    let mut reader = csv::Reader::from_path(path).expect("the truth is committed");
    reader.deserialize().map(|row| row.expect("a row of the truth")).collect()
}

/// Native IDs by object, of the rows of a truth file that pass.
fn planted(
    file: &str,
    key: &str,
    passes: impl Fn(&BTreeMap<String, String>) -> bool,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in truth(file).iter().filter(|row| passes(row)) {
        if let Some((object, id)) = row[key].rsplit_once('/') {
            all.entry(object.to_owned()).or_default().insert(id.to_owned());
        }
    }
    all
}

#[test]
fn the_sample_company_is_surveyed_as_its_truth_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let built = cutover::demo::build(folder.path(), "mira", &Job::new()).expect("the sample");
    let workspace = Workspace::open(&built.workspace, Mode::Write, "mira").expect("it opens");
    let known = Known::of(&workspace, survey::run(&workspace, &Job::new()).expect("a survey"));

    // Every planted orphan, and no other but those whose record is in quarantine or was deleted.
    let orphans = planted("traps.csv", "where", |row| row["trap"] == "orphan reference");
    for (truth, object) in [
        ("Salesforce/Account", "Salesforce/Account"),
        ("Salesforce/Contact", "Salesforce/Contact"),
        ("Salesforce/Opportunity", "Salesforce/Opportunity"),
        ("Zendesk/User", "Zendesk/users"),
    ] {
        assert_eq!(known.found(object, "broken_relation"), orphans[truth], "{object}");
    }
    let invoices = known.found("Stripe/invoices", "broken_relation");
    assert!(orphans["Stripe/Invoice"].is_subset(&invoices));
    let payers = planted("traps.csv", "where", |row| row["trap"] == "subscription without a payer");
    assert_eq!(known.found("Stripe/subscriptions", "broken_relation"), payers["Stripe/Subscription"]);
    assert_eq!(known.relation("Product database/memberships", "user_id").expect("a relation").orphans, 6);

    // Merges of Salesforce stand in the rows of the losers.
    let losers: BTreeSet<String> = truth("merged.csv")
        .iter()
        .filter(|row| row["source"] == "Salesforce" && row["object"] == "Contact")
        .map(|row| row["losing_id"].clone())
        .collect();
    assert_eq!(known.found("Salesforce/Contact", "merged_in_source"), losers);
    let rule = &known.findings("Salesforce/Contact", "merged_in_source")[0].rule;
    assert!(rule.contains(&format!("{} records were merged into others;", losers.len())), "{rule}");

    // Test and internal records: all of them, and no customer.
    let mut missed = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    let tests = planted("tests.csv", "record_key", |_| true);
    for (truth, object) in [
        ("HubSpot/Contact", "HubSpot/contacts"),
        ("Product database/user", "Product database/users"),
        ("Product database/workspace", "Product database/workspaces"),
        ("Salesforce/Account", "Salesforce/Account"),
        ("Salesforce/Contact", "Salesforce/Contact"),
        ("Stripe/Customer", "Stripe/customers"),
        ("Zendesk/User", "Zendesk/users"),
    ] {
        let found: BTreeSet<String> =
            known.found(object, "test_or_internal").union(&known.found(object, "demo")).cloned().collect();
        missed.extend(tests[truth].difference(&found).map(|id| format!("{object} {id}")));
        wrong.extend(found.difference(&tests[truth]).map(|id| format!("{object} {id}")));
    }
    assert_eq!((missed, wrong), (BTreeSet::new(), BTreeSet::new()));

    // Shared inboxes: all that were planted, but for people whose address stands in other systems only.
    let inboxes = planted("traps.csv", "where", |row| row["trap"] == "shared inbox");
    for (truth, object) in [
        ("HubSpot/Contact", "HubSpot/contacts"),
        ("Product database/user", "Product database/users"),
        ("Salesforce/Contact", "Salesforce/Contact"),
        ("Salesforce/Lead", "Salesforce/Lead"),
        ("Zendesk/User", "Zendesk/users"),
    ] {
        let found = known.found(object, "shared_inbox");
        let missed: Vec<_> = inboxes[truth].difference(&found).collect();
        assert!(missed.len() * 6 <= inboxes[truth].len(), "{object}: {missed:?}");
    }
    let ruined = known.findings("Renewals 2025/Renewals", "excel_ruined");
    let ruined_in = |column: &str| ruined.iter().find(|f| f.column_name.as_deref() == Some(column)).map(|f| f.records);
    assert_eq!(ruined_in("Old ID"), Some(12));
    assert!(ruined_in("Phone").is_some_and(|records| records > 100), "zeros were lost");
    for kind in ["invalid_email", "spam", "duplicate_export", "truncated", "incomplete"] {
        let found: Vec<_> = known.survey.findings.iter().filter(|finding| finding.kind == kind).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn the_command_line_lists_findings_and_their_records() {
    let ground = ground::Ground::new();
    ground.write("CRM/Account.csv", "Id,Name\nA-01,Fjord\nA-02,Delta\n");
    ground.write(
        "CRM/Contact.csv",
        "Id,LastName,Email,AccountId\nC-01,Lee,info@fjord.example,A-01\nC-02,=1+1,n/a,A-99\nC-03,Cole,c@fjord.example,A-01\n",
    );
    ground.run(&["load", "CRM"]).ends(0);
    let relations = ground.run(&["relations", "--json"]).ends(0).json();
    assert_eq!(relations["relations"][0]["to"], "CRM › Account");
    assert_eq!(relations["relations"][0]["orphans"], 1);
    assert!(ground.run(&["relations"]).ends(0).text().contains("AccountId → CRM › Account  66.7 %"));
    let findings = ground.run(&["findings", "CRM.Contact", "--kind", "broken_relation", "--json"]).ends(0).json();
    let number = findings["findings"][0]["finding"].as_i64().expect("a number").to_string();
    let row = &ground.run(&["findings", "--rows", &number, "--json"]).ends(0).lines()[0];
    assert_eq!((row["record"].as_str(), row["value"].as_str()), (Some("CRM/Contact/C-02"), Some("A-99")));
    let csv = ground.run(&["findings", "--rows", &number, "--format", "csv"]).ends(0).text();
    assert!(csv.contains("'=1+1"), "{csv}");
    let masked = ground.run(&["findings", "--mask", "--kind", "shared_inbox"]).ends(0).text();
    assert!(!masked.contains("fjord"), "{masked}");
    let read_only = ground.run(&["findings", "--read-only", "--json"]).ends(0).json();
    assert_eq!(read_only, ground.run(&["findings", "--json"]).ends(0).json());
    assert!(ground.run(&["findings", "--kind", "nothing"]).ends(2).complaint().contains("shared_inbox"));
    assert!(ground.run(&["findings", "Nowhere"]).ends(2).complaint().contains("Nowhere"));
    assert!(ground.run(&["findings", "--rows", "9999"]).ends(2).complaint().contains("9999"));
}

#[test]
fn records_without_an_id_are_found_where_the_object_has_a_column_of_ids() {
    let place = Place::new();
    let mut text = "Id,Name\n".to_owned();
    for n in 0..300 {
        let id = match n % 15 {
            0 => String::new(),
            1 if n > 200 => "  ".to_owned(),
            _ => format!("A-{n:05}"),
        };
        text.push_str(&format!("{id},Company {n}\n"));
    }
    let stated = LoadRequest { native_id: Some("Id".to_owned()), ..LoadRequest::default() };
    place.load_by("CRM", "Account", &text, stated);
    place.load("CRM", "Remark", "Name,Text\nOne,first\nTwo,second\n");
    let known = place.survey();
    let found = known.findings("Account", "missing_id");
    assert_eq!(found.iter().map(|f| (f.records, f.title.as_str())).collect::<Vec<_>>(), [(26, "no native ID")]);
    assert_eq!(found[0].column_name.as_deref(), Some("Id"));
    assert!(
        found[0].rule.starts_with("26 of 300 records whose Id, the native ID, is empty or blank"),
        "{}",
        found[0].rule
    );
    let listed = known.found("Account", "missing_id");
    assert!(listed.contains("line 2") && !listed.contains("A-00002"), "{listed:?}");
    assert!(known.findings("Remark", "missing_id").is_empty(), "it has no column of IDs");
}

#[test]
fn an_object_that_is_loaded_without_an_id_is_not_said_to_be_missing() {
    let place = Place::new();
    let mut tickets = "id,schedule_id,queue_id\n".to_owned();
    for n in 0..40 {
        tickets.push_str(&format!("T-{n:05},{},{}\n", 360_001_234_500u64 + n % 3, 370_009_876_500u64 + n % 4));
    }
    place.load("Support", "tickets", &tickets);
    let hours = "name,zone,monday,tuesday\nEurope,Europe/Oslo,9-17,9-17\nAsia,Asia/Tokyo,9-17,9-17\n";
    place.load("Support", "schedules", hours);
    let known = place.survey();
    let schedule = known.relation("tickets", "schedule_id").expect("a relation");
    assert_eq!((schedule.to, schedule.to_name.as_str(), schedule.filled), (None, "Support › schedules", 40));
    assert!(schedule.because.contains("schedules is loaded, but has no ID of its own to meet"), "{}", schedule.because);
    let queue = known.relation("tickets", "queue_id").expect("a relation");
    assert!(queue.to_name == "Queue" && queue.because.ends_with("Queue is not loaded"), "{}", queue.because);
}

#[test]
fn an_id_where_a_company_should_stand_leads_to_its_account() {
    let place = Place::new();
    let id = |prefix: &str, n: usize| {
        cutover::values::salesforce::to_18(&format!("{prefix}Ec00000GIN{n:02}")).expect("an ID of 15 characters")
    };
    let (mut accounts, mut leads) = ("Id,Name\n".to_owned(), "Id,LastName,Company\n".to_owned());
    for n in 10..22 {
        accounts.push_str(&format!("{},Company {n}\n", id("001", n)));
        leads.push_str(&format!("{},L{n},{}\n", id("00Q", n), id("001", 17)));
    }
    place.load("CRM", "Account", &accounts);
    place.load("CRM", "Lead", &leads);
    let known = place.survey();
    let found = known.relation("Lead", "Company");
    assert_eq!(found.map(|r| (r.to_name.as_str(), r.filled, r.met)), Some(("CRM › Account", 12, 12)));
}

#[test]
fn one_address_on_records_of_one_name_is_an_account_that_came_twice() {
    let place = Place::new();
    let mut users = "id,name,email\n".to_owned();
    for n in 0..10 {
        users.push_str(&format!("{},Mira Olsen,mira@olsen.example\n", 900 + n));
        users.push_str(&format!("{},Person {n},p{n}@olsen.example\n", 700 + n));
    }
    place.load("Support", "users", &users);
    let known = place.survey();
    let found = known.findings("users", "repeated_email");
    assert_eq!(found.iter().map(|f| f.records).collect::<Vec<_>>(), [10]);
    assert_eq!((found[0].values[0].text.as_str(), found[0].values[0].count), ("mira@olsen.example", 10));
    assert!(known.findings("users", "reused_email").is_empty());
}

#[test]
fn in_a_workspace_opened_for_reading_the_rows_behind_a_finding_are_still_there() {
    let place = Place::new();
    let mut users = "id,name,email\n".to_owned();
    for n in 0..10 {
        users.push_str(&format!("{},Mira Olsen,mira@olsen.example\n", 900 + n));
    }
    place.load("Support", "users", &users);
    let reading = Workspace::open(place.workspace.file(), Mode::Read, "jonas").expect("it opens");
    let surveyed = survey::run_with_rows(&reading, &Job::new()).expect("a survey");
    let finding = surveyed.survey.findings.iter().find(|f| f.kind == "repeated_email").expect("found");
    let reader = reading.reader().expect("a reader");
    let (object, selection) = (finding.object, Selection::Finding(finding.id));
    let stored = select::select(reader.conn(), object, &selection, &Job::new()).expect("rows");
    assert!(stored.is_empty(), "nothing was stored");
    let resolved = surveyed.resolve(reader.conn(), selection).expect("rows");
    assert_eq!(select::select(reader.conn(), object, &resolved, &Job::new()).expect("rows").len(), 10);
}
