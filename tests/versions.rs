//! Any sequence of exports of one object, loaded, taken back and brought again, leaves the latest version of every record:
//! a model in plain Rust says which, and the counts close at every step.

use std::path::{Path, PathBuf};

use cutover::job::Job;
use cutover::sources::load::{self, LoadRequest, Loaded};
use cutover::sources::store::{catalog, check, rows};
use cutover::workspace::{Mode, Stopped, Workspace, verify};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// A row of an export: an ID of a few (the empty one included), and a value of a few.
type Row = (String, String);

#[derive(Debug, Clone)]
enum Step {
    Load {
        rows: Vec<Row>,
        delta: bool,
    },
    /// The bytes of an earlier export, by its number.
    Again(usize),
    Undo,
    Redo,
    /// The process ends and another opens the workspace.
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = (
        prop_oneof![8 => (1..7u8).prop_map(|n| format!("R-{n}")), 1 => Just(String::new())],
        prop_oneof!["[a-c]", Just(String::new()), Just("\"q\",\n".to_owned())],
    );
    let rows = proptest::collection::vec(row, 1..7);
    let step = prop_oneof![
        6 => (rows, any::<bool>()).prop_map(|(rows, delta)| Step::Load { rows, delta }),
        1 => (0..4usize).prop_map(Step::Again),
        3 => Just(Step::Undo),
        2 => Just(Step::Redo),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..9)
}

/// What one load did, as the model has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Counts {
    rows: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    vanished: u64,
}

/// The latest version of every record, in the order in which the versions came.
#[derive(Debug, Clone, Default)]
struct Model {
    latest: Vec<Row>,
    /// Which of them the last full export that could hold them did not hold.
    gone: Vec<bool>,
    has_full: bool,
}

impl Model {
    fn load(&mut self, rows: &[Row], delta: bool) -> Counts {
        let mut counts = Counts { rows: rows.len() as u64, ..Counts::default() };
        let mut met = vec![false; self.latest.len()];
        let mut replaced = Vec::new();
        let mut added = Vec::new();
        for row in rows {
            // Rows of one file are compared with what was there before it, never with one another.
            let same_id: Vec<usize> =
                (0..self.latest.len()).filter(|&at| !row.0.is_empty() && self.latest[at].0 == row.0).collect();
            let same = (0..self.latest.len()).find(|&at| self.latest[at] == *row && !met[at]);
            if let Some(at) = same {
                met[at] = true;
                counts.unchanged += 1;
            } else if let [at] = same_id[..]
                && !met[at]
            {
                met[at] = true;
                replaced.push(at);
                added.push(row.clone());
                counts.changed += 1;
            } else {
                added.push(row.clone());
                counts.new += 1;
            }
        }
        // Only a full export after a full one says that something is gone, and says it once.
        let vanishes = !delta && self.has_full;
        self.has_full |= !delta;
        for (gone, met) in self.gone.iter_mut().zip(&met) {
            counts.vanished += u64::from(vanishes && !met && !*gone);
            *gone = !met && (*gone || vanishes);
        }
        let kept: Vec<usize> = (0..self.latest.len()).filter(|at| !replaced.contains(at)).collect();
        self.gone = kept.iter().map(|&at| self.gone[at]).chain(added.iter().map(|_| false)).collect();
        self.latest = kept.iter().map(|&at| self.latest[at].clone()).chain(added).collect();
        counts
    }
}

struct Place {
    folder: tempfile::TempDir,
    workspace: Option<Workspace>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").expect("a workspace");
        Self { folder, workspace: Some(workspace) }
    }

    fn workspace(&self) -> &Workspace {
        self.workspace.as_ref().expect("it is open")
    }

    fn reopen(&mut self) {
        self.workspace.take();
        self.workspace =
            Some(Workspace::open(&self.folder.path().join("w.cutover"), Mode::Write, "mira").expect("it opens"));
    }

    fn load(&self, file: &Path, delta: bool) -> Loaded {
        let mut request = LoadRequest {
            files: vec![file.to_path_buf()],
            source: Some("crm".to_owned()),
            object: Some("people".to_owned()),
            native_id: Some("Id".to_owned()),
            delta,
            ..LoadRequest::default()
        };
        request.options.header_line = Some(Some(1));
        request.options.delimiter = Some(b',');
        let mut report = load::load(self.workspace(), &mut request, &Job::new()).expect("it loads");
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        report.loads.pop().expect("one load")
    }

    fn records(&self) -> Vec<Row> {
        let reader = self.workspace().reader().expect("a reader");
        let inventory = catalog::inventory(reader.conn()).expect("an inventory");
        let mut all = Vec::new();
        for object in inventory.sources.iter().flat_map(|source| &source.objects) {
            rows::for_each::<Stopped>(reader.conn(), object.id, false, |record| {
                let value = |name: &str| {
                    let found =
                        record.values.iter().find(|(column, ..)| column == name).and_then(|(.., value)| value.clone());
                    found.expect("a value")
                };
                all.push((value("Id"), value("Note")));
                Ok(())
            })
            .expect("records");
        }
        assert_eq!(inventory.records, all.len() as u64, "the sum of records is their number");
        assert_eq!(inventory.rows, inventory.records_read + inventory.quarantined);
        all
    }

    fn verify(&self) {
        let reader = self.workspace().reader().expect("a reader");
        let (problems, _) = verify::check_file(&reader).expect("it can be read");
        assert_eq!(problems, []);
        assert_eq!(check::check(reader.conn()).expect("it can be read"), []);
    }
}

fn csv_of(rows: &[Row]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["Id", "Note"]).expect("a row");
    for (id, note) in rows {
        writer.write_record([id, note]).expect("a row");
    }
    writer.into_inner().expect("the bytes")
}

/// One load as it can be taken back and brought again.
#[derive(Debug, Clone)]
struct Deed {
    file: usize,
    delta: bool,
    before: Model,
}

fn hold(steps: &[Step]) {
    let mut place = Place::new();
    let mut model = Model::default();
    let mut files: Vec<(PathBuf, Vec<Row>, bool)> = Vec::new();
    let (mut done, mut undone): (Vec<Deed>, Vec<Deed>) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Load { .. } | Step::Again(_) => {
                let at = match step {
                    Step::Load { rows, delta } => {
                        let path = place.folder.path().join(format!("people-{}.csv", files.len()));
                        std::fs::write(&path, csv_of(rows)).expect("the export");
                        files.push((path, rows.clone(), *delta));
                        files.len() - 1
                    }
                    Step::Again(number) if *number < files.len() => *number,
                    _ => continue,
                };
                let (path, rows, delta) = files[at].clone();
                let is_there = done.iter().any(|deed| files[deed.file].1 == rows);
                match place.load(&path, delta) {
                    Loaded::Already { .. } => assert!(is_there, "{steps:?}"),
                    Loaded::Done(load) => {
                        assert!(!is_there, "the same bytes change nothing: {steps:?}");
                        done.push(Deed { file: at, delta, before: model.clone() });
                        undone.clear();
                        let counts = model.load(&rows, delta);
                        let found = Counts {
                            rows: load.rows,
                            new: load.new,
                            changed: load.changed,
                            unchanged: load.unchanged,
                            vanished: load.vanished,
                        };
                        assert_eq!(found, counts, "{steps:?}");
                        assert_eq!(load.records, load.new + load.changed + load.unchanged);
                        assert_eq!(load.rows, load.records + load.quarantined);
                    }
                    Loaded::WouldLoad(_) => unreachable!("no dry run was asked for"),
                }
            }
            Step::Undo => {
                let taken = load::undo(place.workspace(), &Job::new()).expect("it can be undone");
                assert_eq!(taken.is_some(), !done.is_empty(), "{steps:?}");
                if let Some(deed) = done.pop() {
                    model = deed.before.clone();
                    undone.push(deed);
                }
            }
            Step::Redo => {
                let brought = load::redo(place.workspace(), &Job::new()).expect("it can be redone");
                assert_eq!(brought.is_some(), !undone.is_empty(), "{steps:?}");
                if let Some(deed) = undone.pop() {
                    model.load(&files[deed.file].1, deed.delta);
                    done.push(deed);
                }
            }
            Step::Reopen => place.reopen(),
        }
        assert_eq!(place.records(), model.latest, "{steps:?}");
    }
    place.verify();
}

#[test]
fn any_sequence_of_loads_leaves_the_latest_version_of_every_record() {
    // The same cases on every machine and in every run.
    let config =
        Config { cases: 40, rng_seed: RngSeed::Fixed(0x00C0_70FE), failure_persistence: None, ..Config::default() };
    let held = TestRunner::new(config).run(&steps(), |steps| {
        hold(&steps);
        Ok(())
    });
    if let Err(error) = held {
        panic!("{error}");
    }
}

#[test]
fn a_record_that_changes_and_changes_back_is_changed_twice() {
    let row = |note: &str| vec![("R-1".to_owned(), note.to_owned()), ("R-2".to_owned(), "x".to_owned())];
    let mut third = row("a");
    third.push(("R-3".to_owned(), "new".to_owned()));
    let load = |rows: Vec<Row>| Step::Load { rows, delta: false };
    hold(&[
        load(row("a")),
        load(row("b")),
        load(third),
        Step::Undo,
        Step::Undo,
        Step::Reopen,
        Step::Redo,
        Step::Redo,
        Step::Again(0),
    ]);
}

#[test]
fn records_that_share_an_id_are_all_kept() {
    let row = |id: &str, note: &str| (id.to_owned(), note.to_owned());
    hold(&[
        Step::Load { rows: vec![row("R-1", "a"), row("R-1", "b"), row("", "c"), row("", "c")], delta: false },
        Step::Load { rows: vec![row("R-1", "b"), row("R-1", "z"), row("", "c")], delta: false },
        Step::Undo,
        Step::Redo,
    ]);
}
