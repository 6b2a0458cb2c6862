//! How the model stands in a workspace: shipped, saved, cut down, brought back, reviewed.

use super::*;
use crate::definitions::Document;
use crate::job::Job;
use crate::sources::load::{self, LoadRequest};
use crate::workspace::Mode;

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

    fn names(&self) -> Vec<String> {
        entities(self.workspace.reader().unwrap().conn()).unwrap().into_iter().map(|s| s.entity.name).collect()
    }

    fn standing(&self, name: &str) -> Standing {
        entity(self.workspace.reader().unwrap().conn(), name).unwrap().unwrap()
    }

    fn undo(&self) {
        let reader = self.workspace.reader().unwrap();
        let deed = crate::workspace::deeds::last_done(reader.conn(), "mira").unwrap().unwrap();
        crate::definitions::apply_deed(&self.workspace, &deed, true).unwrap();
    }

    fn load(&self, csv: &str) {
        let path = self.folder.path().join("people.csv");
        std::fs::write(&path, csv).unwrap();
        let mut request = LoadRequest { files: vec![path], source: Some("crm".to_owned()), ..LoadRequest::default() };
        assert!(load::load(&self.workspace, &mut request, &Job::new()).unwrap().failed.is_empty());
    }
}

fn refused(result: Result<impl std::fmt::Debug, ModelError>) -> String {
    match result.unwrap_err() {
        ModelError::Refused { message, .. } => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_workspace_in_which_nobody_decided_has_the_shipped_model_whole() {
    let ground = Ground::new();
    let shipped: Vec<&str> = shipped::entities().iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(ground.names(), shipped);
    assert_eq!(ground.standing("person").version, None);
}

#[test]
fn what_is_saved_stands_over_what_is_shipped_until_it_is_undone() {
    let ground = Ground::new();
    let mut person = ground.standing("person").entity;
    person.owner = "Jonas Weber, sales".to_owned();
    assert!(save(&ground.workspace, &person, Onto::Version(None), "").unwrap().is_new);
    assert!(!save(&ground.workspace, &person, Onto::Any, "").unwrap().is_new);
    assert_eq!(ground.standing("person").entity, person);
    // It keeps its place.
    assert_eq!(ground.names()[0], "person");
    ground.undo();
    assert_eq!(ground.standing("person").version, None);
    person.fields[0].name.clear();
    assert!(matches!(save(&ground.workspace, &person, Onto::Any, ""), Err(ModelError::Definition(_))));
}

#[test]
fn the_model_is_cut_down_and_what_went_comes_back() {
    let ground = Ground::new();
    let all = ground.names();
    remove(&ground.workspace, "campaign", "not needed").unwrap();
    assert!(!ground.names().contains(&"campaign".to_owned()));
    assert!(refused(remove(&ground.workspace, "campaign", "")).contains("no entity"));
    let reader = ground.workspace.reader().unwrap();
    assert_eq!(removed(reader.conn()).unwrap()[0].entity.name, "campaign");
    assert_eq!(restore(&ground.workspace, "campaign", None, "").unwrap(), None);
    assert_eq!(ground.names(), all);
    ground.undo();
    ground.undo();
    assert_eq!(ground.names(), all);

    // One of the project's own comes back as it was.
    let own = Entity { name: "clinic".to_owned(), ..Entity::default() };
    save(&ground.workspace, &own, Onto::Any, "").unwrap();
    assert_eq!(ground.names().last().map(String::as_str), Some("clinic"));
    remove(&ground.workspace, "clinic", "").unwrap();
    assert_eq!(ground.names(), all);
    assert_eq!(restore(&ground.workspace, "clinic", None, "").unwrap(), Some(VersionNumber(1)));
    assert!(refused(restore(&ground.workspace, "clinic", None, "")).contains("is in the model"));
    let gone = restore(&ground.workspace, "clinic", Some(VersionNumber(2)), "");
    assert!(refused(gone).contains("took clinic out"));
    assert!(refused(restore_shipped(&ground.workspace, "clinic", "")).contains("comes with no entity"));
}

#[test]
fn an_entity_that_a_map_feeds_is_not_taken_away() {
    let ground = Ground::new();
    let map = crate::definitions::NewVersion {
        kind: "map",
        name: "crm/Contact → person".to_owned(),
        text: "rule = 1\n".to_owned(),
        comment: String::new(),
        onto: Onto::Any,
    };
    crate::definitions::save(&ground.workspace, map).unwrap();
    assert!(refused(remove(&ground.workspace, "person", "")).contains("crm/Contact → person"));
    remove(&ground.workspace, "account", "").unwrap();
}

#[test]
fn approval_is_refused_where_the_grain_is_empty_or_says_customer() {
    let ground = Ground::new();
    let mut person = ground.standing("person").entity;
    review(&ground.workspace, "person", Verdict::Approved, "as agreed").unwrap();
    assert!(ground.standing("person").approved().is_some());
    for (sentence, says) in [("", "what one row is"), ("one Customers' contact", "customer")] {
        person.grain.one_row_is = sentence.to_owned();
        save(&ground.workspace, &person, Onto::Any, "").unwrap();
        // A change is not approved by what was said before it.
        assert!(ground.standing("person").approved().is_none());
        let message = refused(review(&ground.workspace, "person", Verdict::Approved, ""));
        assert!(message.contains(says), "{message}");
        review(&ground.workspace, "person", Verdict::Reviewed, "").unwrap();
        review(&ground.workspace, "person", Verdict::Refused, "").unwrap();
    }
}

#[test]
fn a_summary_waits_for_the_approval_of_what_it_is_derived_from() {
    let ground = Ground::new();
    let message = refused(review(&ground.workspace, "account_summary", Verdict::Approved, ""));
    assert!(
        message.contains("derived from account, account_contact, ") && message.contains("not approved yet"),
        "{message}"
    );
    for name in ground.standing("account_summary").entity.derived_from {
        review(&ground.workspace, &name, Verdict::Approved, "").unwrap();
    }
    review(&ground.workspace, "account_summary", Verdict::Approved, "").unwrap();
}

#[test]
fn a_persons_own_writing_is_kept_and_two_people_do_not_overwrite_each_other() {
    let ground = Ground::new();
    let text = format!("# agreed with sales\n{}", ground.standing("person").entity.to_toml());
    let saved = save_document(&ground.workspace, "person", &text, Onto::Any, "").unwrap();
    let entity = ground.standing("person").entity;
    assert!(!save(&ground.workspace, &entity, Onto::Version(Some(saved.version)), "").unwrap().is_new);
    let wrong = save_document(&ground.workspace, "account", &text, Onto::Any, "").unwrap_err();
    assert!(wrong.to_string().contains("line 2") && wrong.to_string().contains("not of account"), "{wrong}");
    let late = save(&ground.workspace, &Entity { owner: "x".to_owned(), ..entity }, Onto::Version(None), "");
    assert!(matches!(late, Err(ModelError::Definition(crate::definitions::DefinitionError::Overtaken { .. }))));
}

#[test]
fn a_case_names_records_that_are_there() {
    let ground = Ground::new();
    ground.load("Id,Name\n1,Anna\n2,Boris\n");
    let records = ["1".to_owned(), "crm/people/2".to_owned()];
    add_case(&ground.workspace, "person", true, "one human, two contacts", &records).unwrap();
    add_case(&ground.workspace, "person", false, "a shared inbox", &records[..1]).unwrap();
    add_case(&ground.workspace, "person", false, "a shared inbox", &records).unwrap();
    let person = ground.standing("person").entity;
    assert_eq!(person.several_records[0].records, ["crm/people/1", "crm/people/2"]);
    assert_eq!((person.several_records[0].by.as_str(), person.shared_records[0].records.len()), ("mira", 2));
    let wrong = ["7".to_owned(), "crm/people/8".to_owned()];
    let message = refused(add_case(&ground.workspace, "person", true, "x", &wrong));
    assert!(message.contains("No record is called 7") && message.contains("crm/people/8"), "{message}");
}

#[test]
fn names_are_found_as_people_type_them() {
    let ground = Ground::new();
    let reader = ground.workspace.reader().unwrap();
    let find = |typed: &str| find_name(reader.conn(), typed).unwrap();
    assert_eq!(find("Billing Customer").as_deref(), Some("billing_customer"));
    assert_eq!(find("zzz"), None);
    drop(Workspace::open(ground.workspace.file(), Mode::Read, "jo").unwrap());
}
