//! What the store of definitions promises.

use super::difference::difference;
use super::*;
use crate::workspace::{Mode, Workspace, audit, deeds};

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

    fn reopen(&mut self, actor: &str) {
        self.workspace = Workspace::open(&self.folder.path().join("w.cutover"), Mode::Write, actor).unwrap();
    }

    fn save(&self, text: &str) -> Saved {
        self.save_onto(text, Onto::Any).unwrap()
    }

    fn save_onto(&self, text: &str, onto: Onto) -> Result<Saved, DefinitionError> {
        let (name, text) = ("Salesforce".to_owned(), text.to_owned());
        save(&self.workspace, NewVersion { kind: "source", name, text, comment: "why".to_owned(), onto })
    }

    fn text(&self) -> Option<String> {
        let reader = self.workspace.reader().unwrap();
        current(reader.conn(), "source", "Salesforce").unwrap().map(|version| version.text)
    }

    fn history(&self) -> Vec<Version> {
        history(self.workspace.reader().unwrap().conn(), "source", "Salesforce").unwrap()
    }

    fn undo(&self) -> Result<String, DefinitionError> {
        let deed = deeds::last_done(self.workspace.reader().unwrap().conn(), self.workspace.actor()).unwrap().unwrap();
        apply_deed(&self.workspace, &deed, true)
    }

    fn redo(&self) -> Result<String, DefinitionError> {
        let deed = deeds::first_undone(self.workspace.reader().unwrap().conn(), self.workspace.actor());
        apply_deed(&self.workspace, &deed.unwrap().unwrap(), false)
    }

    fn holds(&self) {
        let reader = self.workspace.reader().unwrap();
        assert_eq!(check::check(reader.conn()).unwrap(), []);
        assert_eq!(audit::check(reader.conn()).unwrap().breaks, []);
    }
}

#[test]
fn a_saved_text_becomes_a_version_and_the_same_text_again_does_not() {
    let ground = Ground::new();
    assert_eq!(ground.text(), None);
    assert_eq!(ground.save("a = 1\n"), Saved { version: VersionNumber(1), is_new: true });
    assert_eq!(ground.save("a = 1\n"), Saved { version: VersionNumber(1), is_new: false });
    assert_eq!(ground.save("a = 2\n"), Saved { version: VersionNumber(2), is_new: true });
    // An older text again is a new version: it was decided anew.
    assert_eq!(ground.save("a = 1\n"), Saved { version: VersionNumber(3), is_new: true });
    let history = ground.history();
    let told: Vec<(u32, bool, &str, &str)> =
        history.iter().map(|v| (v.version.0, v.stands, v.author.as_str(), v.text.as_str())).collect();
    assert_eq!(told, [(3, true, "mira", "a = 1\n"), (2, false, "mira", "a = 2\n"), (1, false, "mira", "a = 1\n")]);
    assert_eq!(history[0].hash, history[2].hash);
    let reader = ground.workspace.reader().unwrap();
    let second = at_version(reader.conn(), "source", "Salesforce", VersionNumber(2)).unwrap().unwrap();
    assert_eq!(second.text, "a = 2\n");
    assert_eq!(names(reader.conn(), "source").unwrap(), ["Salesforce"]);
    assert_eq!(names(reader.conn(), "map").unwrap(), Vec::<String>::new());
    assert_eq!(difference(&history[1].text, &history[0].text).len(), 2);
    let entries = audit::newest(reader.conn(), 10).unwrap();
    assert_eq!(entries.iter().filter(|e| e.what == "saved definition").count(), 3);
    assert_eq!(entries[0].subject, "source Salesforce");
    ground.holds();
}

#[test]
fn undo_and_redo_go_back_and_forth_across_a_restart() {
    let mut ground = Ground::new();
    ground.save("a = 1\n");
    ground.save("a = 2\n");
    ground.reopen("mira");
    assert!(ground.undo().unwrap().contains("version 1 stands"));
    assert_eq!(ground.text().as_deref(), Some("a = 1\n"));
    ground.reopen("mira");
    assert!(ground.undo().unwrap().contains("no version stands"));
    assert_eq!(ground.text(), None);
    assert_eq!(names(ground.workspace.reader().unwrap().conn(), "source").unwrap(), Vec::<String>::new());
    ground.redo().unwrap();
    ground.redo().unwrap();
    assert_eq!(ground.text().as_deref(), Some("a = 2\n"));
    // Nothing was lost or counted twice on the way.
    assert_eq!(ground.history().len(), 2);
    let reader = ground.workspace.reader().unwrap();
    let acts: Vec<String> =
        steps(reader.conn(), "source", "Salesforce").unwrap().into_iter().map(|step| step.act).collect();
    assert_eq!(acts, ["saved", "saved", "undone", "undone", "redone", "redone"]);
    ground.holds();
    // A version saved after an undo has a number of its own.
    ground.undo().unwrap();
    assert_eq!(ground.save("a = 3\n").version, VersionNumber(3));
}

#[test]
fn two_people_do_not_overwrite_each_other_unseen() {
    let mut ground = Ground::new();
    let first = ground.save_onto("a = 1\n", Onto::Version(None)).unwrap();
    ground.reopen("jo");
    ground.save_onto("a = 2\n", Onto::Version(Some(first.version))).unwrap();
    ground.reopen("mira");
    let error = ground.save_onto("a = 3\n", Onto::Version(Some(first.version))).unwrap_err();
    assert!(error.to_string().contains("version 2 by jo stands"), "{error}");
    // Mira's first version cannot be taken from below Jo's.
    let error = ground.undo().unwrap_err();
    assert!(matches!(error, DefinitionError::Overtaken { version: VersionNumber(2), .. }), "{error}");
    assert_eq!(ground.text().as_deref(), Some("a = 2\n"));
    ground.reopen("jo");
    ground.undo().unwrap();
    ground.reopen("mira");
    ground.undo().unwrap();
    assert_eq!(ground.text(), None);
    ground.holds();
}

#[test]
fn what_is_withdrawn_does_not_stand_and_can_be_brought_back() {
    let ground = Ground::new();
    assert!(matches!(withdraw(&ground.workspace, "source", "Salesforce", ""), Err(DefinitionError::NotDefined { .. })));
    ground.save("a = 1\n");
    ground.save("a = 2\n");
    withdraw(&ground.workspace, "source", "Salesforce", "gone").unwrap();
    assert_eq!(ground.text(), None);
    assert_eq!(ground.history().len(), 2);
    assert!(bring_back(&ground.workspace, "source", "Salesforce", VersionNumber(1), "").unwrap());
    assert!(!bring_back(&ground.workspace, "source", "Salesforce", VersionNumber(1), "").unwrap());
    assert_eq!(ground.text().as_deref(), Some("a = 1\n"));
    assert!(bring_back(&ground.workspace, "source", "Salesforce", VersionNumber(7), "").is_err());
    ground.undo().unwrap();
    ground.undo().unwrap();
    assert_eq!(ground.text().as_deref(), Some("a = 2\n"));
    ground.holds();
}

#[test]
fn a_review_names_its_version_and_is_taken_back_without_being_deleted() {
    let ground = Ground::new();
    ground.save("a = 1\n");
    let one = VersionNumber(1);
    review(&ground.workspace, "source", "Salesforce", one, Verdict::Reviewed, "look at owns").unwrap();
    review(&ground.workspace, "source", "Salesforce", one, Verdict::Approved, "").unwrap();
    let approved = |ground: &Ground| ground.history().pop().unwrap().approved().map(|r| r.who.clone());
    assert_eq!(approved(&ground).as_deref(), Some("mira"));
    // A new version is approved by nobody.
    ground.save("a = 2\n");
    assert_eq!(ground.history()[0].approved(), None);
    ground.undo().unwrap();
    ground.undo().unwrap();
    assert_eq!(approved(&ground), None);
    assert_eq!(ground.history()[1].reviews.len(), 1);
    ground.redo().unwrap();
    assert_eq!(approved(&ground).as_deref(), Some("mira"));
    ground.undo().unwrap();
    assert_eq!(approved(&ground), None);
    ground.redo().unwrap();
    review(&ground.workspace, "source", "Salesforce", one, Verdict::Refused, "no").unwrap();
    assert_eq!(approved(&ground), None);
    assert!(review(&ground.workspace, "source", "Salesforce", VersionNumber(9), Verdict::Approved, "").is_err());
    ground.holds();
}

#[test]
fn versions_cannot_be_altered_and_what_is_altered_by_force_is_named() {
    let ground = Ground::new();
    ground.save("a = 1\n");
    ground.save("a = 2\n");
    let sql = rusqlite::Connection::open(ground.folder.path().join("w.cutover")).unwrap();
    for statement in [
        "UPDATE definition_version SET text = 'x'",
        "DELETE FROM definition_version",
        "UPDATE definition_standing SET version = 1",
        "DELETE FROM definition_standing",
    ] {
        assert!(sql.execute(statement, []).is_err(), "{statement}");
    }
    sql.execute_batch(
        "DROP TRIGGER definition_version_is_not_changed; UPDATE definition_version SET text = 'x' WHERE version = 1;",
    )
    .unwrap();
    sql.execute_batch(
        "DROP TRIGGER definition_standing_is_not_deleted; DELETE FROM definition_standing WHERE seq = 2;",
    )
    .unwrap();
    let problems = check::check(&sql).unwrap();
    let places: Vec<&str> = problems.iter().map(|problem| problem.r#where.as_str()).collect();
    assert_eq!(places, ["source Salesforce version 1", "source Salesforce"]);
}

fn together(ground: &Ground, texts: &[(&str, &str, Onto)]) -> Result<Vec<Saved>, DefinitionError> {
    let all = texts.iter().map(|(name, text, onto)| NewVersion {
        kind: "map",
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        comment: String::new(),
        onto: *onto,
    });
    save_all(&ground.workspace, all.collect())
}

fn standing(ground: &Ground, names: &[&str]) -> Vec<Option<String>> {
    let reader = ground.workspace.reader().unwrap();
    names.iter().map(|name| current(reader.conn(), "map", name).unwrap().map(|version| version.text)).collect()
}

#[test]
fn several_saved_together_are_undone_and_redone_together() {
    let mut ground = Ground::new();
    together(&ground, &[("a", "x = 1\n", Onto::Any)]).unwrap();
    let saved = together(
        &ground,
        &[("a", "x = 2\n", Onto::Any), ("b", "y = 1\n", Onto::Version(None)), ("a", "x = 3\n", Onto::Any)],
    )
    .unwrap();
    let told: Vec<(u32, bool)> = saved.iter().map(|one| (one.version.0, one.is_new)).collect();
    assert_eq!(told, [(2, true), (1, true), (3, true)]);
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(standing(&ground, &["a", "b"]), [text("x = 3\n"), text("y = 1\n")]);
    ground.reopen("mira");
    assert_eq!(ground.undo().unwrap(), "2 definitions stand as before: a, b.");
    assert_eq!(standing(&ground, &["a", "b"]), [text("x = 1\n"), None]);
    assert_eq!(ground.redo().unwrap(), "2 definitions stand again as they were saved: a, b.");
    assert_eq!(standing(&ground, &["a", "b"]), [text("x = 3\n"), text("y = 1\n")]);
    ground.holds();
    // The deed before is reached by the next undo.
    ground.undo().unwrap();
    ground.undo().unwrap();
    assert_eq!(standing(&ground, &["a", "b"]), [None, None]);
    ground.holds();
}

#[test]
fn of_several_none_is_saved_if_one_was_overtaken_and_none_is_undone_from_below_another() {
    let mut ground = Ground::new();
    together(&ground, &[("a", "x = 1\n", Onto::Any), ("b", "y = 1\n", Onto::Any)]).unwrap();
    let stale = Onto::Version(Some(VersionNumber(7)));
    let error = together(&ground, &[("a", "x = 2\n", Onto::Any), ("b", "y = 2\n", stale)]).unwrap_err();
    assert!(error.to_string().starts_with("b was changed meanwhile"), "{error}");
    assert_eq!(standing(&ground, &["a", "b"]), [Some("x = 1\n".to_owned()), Some("y = 1\n".to_owned())]);
    ground.reopen("jo");
    together(&ground, &[("b", "y = 5\n", Onto::Any)]).unwrap();
    ground.reopen("mira");
    assert!(matches!(ground.undo(), Err(DefinitionError::Overtaken { .. })));
    assert_eq!(standing(&ground, &["a", "b"]), [Some("x = 1\n".to_owned()), Some("y = 5\n".to_owned())]);
    ground.holds();
}

#[test]
fn nothing_new_among_several_is_no_deed() {
    let ground = Ground::new();
    together(&ground, &[("a", "x = 1\n", Onto::Any)]).unwrap();
    assert!(together(&ground, &[("a", "x = 1\n", Onto::Any)]).unwrap().iter().all(|one| !one.is_new));
    assert_eq!(together(&ground, &[]).unwrap(), []);
    ground.undo().unwrap();
    assert_eq!(standing(&ground, &["a"]), [None]);
}
