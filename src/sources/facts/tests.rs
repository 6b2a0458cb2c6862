//! What is stated, what is proposed, and how documents and changes make it.

use proptest::prelude::*;

use super::change::{Change, change};
use super::*;
use crate::definitions::Document;
use crate::job::Job;
use crate::sources::load::{self, LoadRequest};
use crate::sources::store::catalog;
use crate::workspace::Workspace;

struct Ground {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        Self { folder, workspace }
    }

    fn load(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut request = LoadRequest {
            files: vec![path],
            source: Some("Salesforce".to_owned()),
            object: Some("Contact".to_owned()),
            kind: Some(SystemKind::Crm),
            ..LoadRequest::default()
        };
        let report = load::load(&self.workspace, &mut request, &Job::new()).unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
    }

    fn known(&self, source: &str) -> Known {
        known(self.workspace.reader().unwrap().conn(), source).unwrap()
    }

    fn change(&self, changes: &[&str]) -> Result<Saved, DefinitionError> {
        let changes: Vec<Change> = changes.iter().map(|text| Change::parse(text).unwrap()).collect();
        change(&self.workspace, "Salesforce", &changes, "")
    }

    fn text(&self) -> String {
        let reader = self.workspace.reader().unwrap();
        definitions::current(reader.conn(), KIND, "Salesforce").unwrap().unwrap().text
    }

    fn inventory(&self) -> Inventory {
        catalog::inventory(self.workspace.reader().unwrap().conn()).unwrap()
    }
}

const FIRST: &str = "Id,Name\n1,Anna\n2,Boris\n3,Chloe\n";

#[test]
fn what_nobody_stated_is_proposed_and_told_apart() {
    let ground = Ground::new();
    ground.load("Contact_2025-11-10.csv", FIRST);
    let known = ground.known("Salesforce");
    assert_eq!(known.stated, BTreeSet::new());
    assert_eq!(known.version, None);
    assert!(known.facts.reliable.contains(&"pipeline".to_owned()), "{:?}", known.facts);
    assert!(known.proposed.contains("reliable") && known.proposed.contains("objects.Contact.one_row_is"));
    assert_eq!(known.mark("reliable"), "? ");
    assert_eq!(known.facts.extraction.at, "2025-11-10T00:00:00Z");
    assert!(!known.proposed.contains("owner") && !known.proposed.contains("side"));

    ground.change(&["owner=Jonas Weber, sales operations", "reliable=pipeline"]).unwrap();
    let known = ground.known("Salesforce");
    assert_eq!(known.stated.iter().map(String::as_str).collect::<Vec<_>>(), ["owner", "reliable"]);
    assert_eq!(known.facts.reliable, ["pipeline"]);
    assert_eq!(known.mark("reliable"), "");
    // The store holds what was stated and nothing else.
    assert_eq!(ground.text(), "owner = \"Jonas Weber, sales operations\"\nreliable = [\"pipeline\"]\n");
    assert_eq!(stated_keys(ground.workspace.reader().unwrap().conn(), "Salesforce").unwrap(), known.stated);
    load::undo(&ground.workspace, &Job::new()).unwrap();
    assert!(ground.known("Salesforce").proposed.contains("reliable"));
    load::redo(&ground.workspace, &Job::new()).unwrap();
    assert_eq!(ground.known("Salesforce"), known);
}

#[test]
fn what_the_loads_show_of_a_system_is_proposed() {
    let ground = Ground::new();
    ground.load("Contact_2025-11-10.csv", FIRST);
    let contact = |ground: &Ground| ground.known("Salesforce").facts.objects["Contact"].clone();
    assert!(!contact(&ground).creates && !contact(&ground).updates && !contact(&ground).deletes);
    ground.load("Contact_2025-11-14.csv", "Id,Name\n1,Anna\n2,Bo\n4,Dmitri\n");
    let seen = contact(&ground);
    assert!(seen.creates && seen.updates && seen.deletes && !seen.merges, "{seen:?}");
    ground.change(&["objects.contact.deletes=no"]).unwrap();
    assert!(!contact(&ground).deletes);
    assert!(ground.known("Salesforce").is_stated("objects.Contact.deletes"));
}

#[test]
fn a_screen_that_saves_whole_facts_states_only_what_was_changed() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    let mut facts = ground.known("Salesforce").facts;
    save(&ground.workspace, "Salesforce", &facts).unwrap();
    assert_eq!(ground.known("Salesforce").stated, BTreeSet::new());
    facts.owner = "Jonas".to_owned();
    facts.objects.get_mut("Contact").unwrap().claimed = Some(3);
    facts.risky.clear();
    save(&ground.workspace, "Salesforce", &facts).unwrap();
    let known = ground.known("Salesforce");
    assert_eq!(known.facts, facts);
    assert_eq!(
        known.stated.iter().map(String::as_str).collect::<Vec<_>>(),
        ["objects.Contact.claimed", "owner", "risky"]
    );
    // Stated and put back to what is proposed, it stays a statement; a number that is taken out is none any more.
    facts.objects.get_mut("Contact").unwrap().claimed = None;
    save(&ground.workspace, "Salesforce", &facts).unwrap();
    assert_eq!(ground.known("Salesforce").stated.len(), 2);
    // What was read before somebody else saved is not laid over it.
    ground.change(&["owner=Dana"]).unwrap();
    let error = save_onto(&ground.workspace, "Salesforce", &facts, Some(&known), "").unwrap_err();
    assert!(matches!(error, DefinitionError::Overtaken { .. }), "{error}");
    assert_eq!(ground.known("Salesforce").facts.owner, "Dana");
}

#[test]
fn lists_grow_and_shrink_from_what_is_proposed() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    let before = ground.known("Salesforce").facts.risky;
    ground.change(&["risky+=free text, Notes", "risky-=BILLING", "risky+=notes"]).unwrap();
    let after = ground.known("Salesforce").facts.risky;
    let mut expected: Vec<String> = before.into_iter().filter(|group| group != "billing").collect();
    expected.extend(["free text".to_owned(), "Notes".to_owned()]);
    assert_eq!(after, expected);
    // A person's word against a proposal: the proposal gives way.
    ground.change(&["must_not_control+=account owner"]).unwrap();
    assert!(!ground.known("Salesforce").facts.owns.contains(&"account owner".to_owned()));
    // A person's word against their own is refused.
    let error = ground.change(&["reliable+=notes"]).unwrap_err();
    assert!(error.to_string().contains("reliable too"), "{error}");
    ground.change(&["locations+={name = \"S3\", holds = \"attachments\"}", "locations+=Mail server"]).unwrap();
    ground.change(&["locations+={name = \"S3\", holds = \"files\", authoritative = true}"]).unwrap();
    let locations = ground.known("Salesforce").facts.locations;
    let names: Vec<(&str, bool)> = locations.iter().map(|l| (l.name.as_str(), l.authoritative)).collect();
    assert_eq!(names, [("Mail server", false), ("S3", true)]);
    ground.change(&["locations-=s3", "metadata+=Validation: e-mail"]).unwrap();
    assert_eq!(ground.known("Salesforce").facts.locations.len(), 1);
}

#[test]
fn every_bad_value_is_refused_with_its_key_and_nothing_is_saved() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    for (bad, said) in [
        ("onwer=x", "owner may be meant"),
        ("extraction=x", "group"),
        ("extraction.method=fax", "not one of api"),
        ("extraction.at=14.11.2025", "no date or moment"),
        ("extraction.at=2025-02-30", "no date or moment"),
        ("freeze=2025-11-20", "no moment"),
        ("freeze=tomorrow", "no moment"),
        ("kind=spaceship", "no kind of system"),
        ("side=left", "not one of old, new"),
        ("objects.Contact.claimed=-1", "0 or more"),
        ("objects.Contact.claimed=many", "no whole number"),
        ("objects.Contact.claimed=99999999999999999999", "no whole number"),
        ("objects.Contact.creates=perhaps", "neither yes nor no"),
        ("extraction.calls_per_day=0", "1 or more"),
        ("extraction.calls_per_day+=3", "for lists"),
        ("owns-=nothing such", "does not stand in it"),
        ("owner=a\nb", "one line"),
        ("objects..claimed=3", "no key"),
        ("locations={holds = \"x\"}", "needs a name"),
        ("locations={name = \"x\", size = 3}", "no such key"),
        ("locations={name = ", "no TOML"),
        ("owns=[1, 2]", "list of texts"),
        ("owns=[\"a\", \"A\"]", "twice"),
    ] {
        let error = ground.change(&["owner=Jonas", bad]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(said), "{bad}: {text}");
        assert!(matches!(error, DefinitionError::Document(_)), "{bad}");
    }
    assert_eq!(ground.known("Salesforce").version, None);
}

#[test]
fn what_was_stated_can_be_taken_back() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    ground.change(&["reliable=", "objects.Contact.claimed=24,311", "owner=Jonas"]).unwrap();
    let known = ground.known("Salesforce");
    assert_eq!((known.facts.reliable.len(), known.facts.objects["Contact"].claimed), (0, Some(24_311)));
    assert!(known.is_stated("reliable"), "that it is reliable for nothing was stated");
    let back = |key: &str| Change { key: key.to_owned(), act: change::Act::TakeBack, value: String::new() };
    change(&ground.workspace, "Salesforce", &[back("reliable"), back("objects.contact")], "").unwrap();
    let known = ground.known("Salesforce");
    assert_eq!(known.stated.iter().map(String::as_str).collect::<Vec<_>>(), ["owner"]);
    assert!(!known.facts.reliable.is_empty());
    assert!(change(&ground.workspace, "Salesforce", &[back("reliable")], "").is_err());
}

#[test]
fn the_faults_of_a_document_stand_at_their_lines() {
    let text = "owner = \"Jonas\"\nrisky = [\"billing\", 3]\nonwer = \"x\"\n\n[extraction]\nat = \"tomorrow\"\ncalls_per_day = -5\n\n\
                [[locations]]\nholds = \"files\"\n\n[objects.\"Opportunity line\"]\nclaimed = -1\ncreates = \"yes\"\n";
    let faults = Statements::parse(text).unwrap_err();
    let told: Vec<(Option<u64>, &str)> = faults.iter().map(|f| (f.place.map(|p| p.line), f.key.as_str())).collect();
    let line = "objects.\"Opportunity line\"";
    assert_eq!(
        told,
        [
            (Some(2), "risky"),
            (Some(3), "onwer"),
            (Some(6), "extraction.at"),
            (Some(7), "extraction.calls_per_day"),
            (Some(9), "locations.1"),
            (Some(13), format!("{line}.claimed").as_str()),
            (Some(14), format!("{line}.creates").as_str()),
        ]
    );
    assert_eq!(
        faults[2].to_string(),
        "line 6, extraction.at: “tomorrow” is no date or moment; write 2025-11-14 or 2025-11-14T06:00:00Z"
    );
    // Dates may be written without quotes, as TOML has them.
    let dates = Statements::parse("freeze = 2025-11-20T18:00:00Z\n[extraction]\nat = 2025-11-14\n").unwrap();
    assert_eq!(dates.to_toml(), "freeze = \"2025-11-20T18:00:00Z\"\n\n[extraction]\nat = \"2025-11-14\"\n");
    let hostile = Statements::parse("owner = \"\\u001B[31m\"\n").unwrap_err();
    assert!(!hostile[0].to_string().contains('\u{1B}'));
}

#[test]
fn a_document_is_kept_as_it_was_written_and_read_as_it_is_meant() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    let text = "# agreed on 2025-11-12\nowner = 'Jonas'\n";
    save_document(&ground.workspace, "Salesforce", text, "").unwrap();
    assert_eq!(ground.text(), text);
    assert_eq!(ground.known("Salesforce").facts.owner, "Jonas");
    assert!(save_document(&ground.workspace, "Salesforce", "owner = ", "").is_err());
    assert_eq!(ground.text(), text);
}

#[test]
fn a_system_without_a_file_is_in_the_inventory_until_that_is_undone() {
    let ground = Ground::new();
    let objects = ["Person".to_owned(), "Deal".to_owned()];
    register(&ground.workspace, "New CRM", SystemKind::Crm, Side::New, &objects).unwrap();
    let inventory = ground.inventory();
    assert_eq!(inventory.sources.len(), 1);
    assert_eq!((inventory.sources[0].name.as_str(), inventory.sources[0].kind), ("New CRM", SystemKind::Crm));
    assert_eq!((inventory.rows, inventory.loads), (0, 0));
    let known = ground.known("New CRM");
    assert_eq!(known.facts.side, Side::New);
    assert_eq!(known.facts.objects.keys().collect::<Vec<_>>(), ["Deal", "Person"]);
    for name in ["new crm", "", "a/b", "a\nb"] {
        assert!(register(&ground.workspace, name, SystemKind::Crm, Side::Old, &[]).is_err(), "{name}");
    }
    assert!(register(&ground.workspace, "x", SystemKind::Crm, Side::Old, &["".to_owned()]).is_err());
    // Whole facts saved by a screen keep the objects that are only named.
    let mut facts = known.facts;
    facts.owner = "Dana".to_owned();
    save(&ground.workspace, "New CRM", &facts).unwrap();
    assert_eq!(ground.known("New CRM").facts, facts);
    let job = Job::new();
    load::undo(&ground.workspace, &job).unwrap();
    load::undo(&ground.workspace, &job).unwrap();
    assert_eq!(ground.inventory().sources, []);
    load::redo(&ground.workspace, &job).unwrap();
    assert_eq!(ground.inventory().sources.len(), 1);
}

#[test]
fn a_stated_kind_overrules_the_one_that_was_guessed() {
    let ground = Ground::new();
    ground.load("Contact.csv", FIRST);
    assert_eq!(ground.inventory().sources[0].kind, SystemKind::Crm);
    ground.change(&["kind=Billing"]).unwrap();
    assert_eq!(ground.inventory().sources[0].kind, SystemKind::Billing);
    assert!(ground.known("Salesforce").facts.reliable.contains(&"invoices".to_owned()));
}

#[test]
fn claimed_counts_are_compared_with_what_came() {
    let ground = Ground::new();
    ground.load("Contact_2025-11-10.csv", "Id,Name\n1,Anna\n2,Boris\n3,Chloe\n4,x,y,z\n");
    let told = |ground: &Ground| {
        let inventory = ground.inventory();
        let all = claims(&inventory.sources[0], &ground.known("Salesforce").facts);
        all.into_iter().map(|c| (c.object, c.claimed, c.came, c.quarantined, c.difference)).collect::<Vec<_>>()
    };
    let contact =
        |claimed, came, quarantined, difference| ("Contact".to_owned(), claimed, came, quarantined, difference);
    assert_eq!(told(&ground), [contact(None, 4, 1, None)]);
    ground.change(&["objects.Contact.claimed=6", "objects.Lead.claimed=10"]).unwrap();
    let lead = ("Lead".to_owned(), Some(10), 0, 0, Some(-10));
    assert_eq!(told(&ground), [contact(Some(6), 4, 1, Some(-2)), lead.clone()]);
    // A later full export without two of them: what the system has now is what counts.
    ground.load("Contact_2025-11-14.csv", "Id,Name\n1,Anna\n5,Dmitri\n");
    assert_eq!(told(&ground), [contact(Some(6), 2, 0, Some(-4)), lead]);
}

fn text() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{0,12}"
}

fn list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-z0-9 é\"'\\\\=,\u{202E}]{0,6}[a-z]", 0..4).prop_map(|set| set.into_iter().collect())
}

prop_compose! {
    fn object()(one_row_is in text(), verbs in any::<[bool; 4]>(), claimed in prop::option::of(0..=i64::MAX as u64), counterpart in text()) -> ObjectFacts {
        let [creates, updates, merges, deletes] = verbs;
        ObjectFacts { one_row_is, creates, updates, merges, deletes, claimed, counterpart }
    }
}

prop_compose! {
    fn facts()(
        owner in text(), contributes in list(), owns in list(), reliable in list(), known_gaps in list(), side in any::<bool>(),
        method in prop::option::of(0..fields::METHODS.len()), by in text(), calls in prop::option::of(1..=i64::MAX as u64),
        locations in list(), metadata in list(), freeze in any::<bool>(),
        objects in prop::collection::btree_map("[^\\p{Cc}]{0,6}[A-Za-z.\" ]{0,3}[a-z]", object(), 0..4),
    ) -> SourceFacts {
        SourceFacts {
            kind: String::new(),
            side: if side { Side::New } else { Side::Old },
            owner, contributes, owns, reliable, known_gaps,
            risky: Vec::new(),
            must_not_control: Vec::new(),
            extraction: Extraction {
                method: method.map(|at| fields::METHODS[at].to_owned()).unwrap_or_default(),
                by, calls_per_day: calls, ..Extraction::default()
            },
            locations: locations.into_iter().map(|name| Location { holds: name.clone(), authoritative: true, name, ..Location::default() }).collect(),
            metadata: metadata.into_iter().map(|name| MetadataItem { note: name.clone(), name, ..MetadataItem::default() }).collect(),
            freeze: freeze.then(|| "2025-11-20T18:00:00Z".to_owned()),
            objects,
        }
    }
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn facts_survive_their_document(facts in facts()) {
        let statements = Statements::of_change(&facts, &Known::default());
        prop_assert!(statements.is_ok(), "{:?}", statements);
        let text = statements.unwrap().to_toml();
        let read = Statements::parse(&text);
        prop_assert!(read.is_ok(), "{}\n{:?}", text, read);
        let read = read.unwrap();
        prop_assert_eq!(read.over(&SourceFacts::default()).0, facts.clone());
        // The same document is written the same.
        prop_assert_eq!(read.to_toml(), text.clone());
        // Over any proposal, what is stated holds.
        let known = Known { facts: facts.clone(), stated: read.keys(), proposed: BTreeSet::new(), version: None };
        prop_assert_eq!(Statements::of_change(&facts, &known).map(|s| s.to_toml()), Ok(text));
    }

    #[test]
    fn no_document_stops_the_reader(text in "(owner|owns|objects|extraction|locations|\\[|\\]|=|\"|a|1|\n|\\.|\\{|\\}|,| ){0,30}") {
        if let Ok(statements) = Statements::parse(&text) {
            let again = Statements::parse(&statements.to_toml());
            prop_assert_eq!(again, Ok(statements));
        }
    }
}
