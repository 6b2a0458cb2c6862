//! What reaches the workbench and what it wants done: messages in, effects out, and the questions that it puts to the body
//! with the answers to them. Plain values; nothing here does anything.

pub mod map;
pub mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use super::paint::{Line, Note};
use super::panes::sources::fact::Edit;
use super::place::PaneId;
use super::theme::Role;
use crate::crosswalk::{Answer, Found, Hit};
use crate::job::Progress;
use crate::sources::facts::SourceFacts;
use crate::sources::load::{Clash, ClashAnswer};
use crate::sources::profile::decide::Decision;
use crate::sources::profile::{DateOrder, ObjectProfile};
use crate::sources::read::ReadOptions;
use crate::sources::select::{Selection, ValueCounts};
use crate::sources::survey::{Relation, Survey};
use crate::sources::versions::{FieldChange, LoadRemark, Version};
use crate::sources::{
    ColumnRole, Inventory, LoadId, ObjectId, Proposal, QuarantineGroup, QuarantineRow, Rec, RecordPage, SourceRecord,
    SystemKind,
};

/// The time, brought in from outside so that what the screen shows can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Milliseconds since the workbench opened.
    pub millis: u64,
    /// Seconds since 1970, UTC.
    pub utc: i64,
}

/// What happened.
#[derive(Debug)]
pub enum Msg {
    Clock(Clock),
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    Resize(u16, u16),
    /// The body answers a question; the generation tells which.
    Answered(u64, Box<Result<Reply, Problem>>),
    Progress(JobId, Progress),
    /// How far the answer to a question is, by its generation.
    Counting(u64, Progress),
    /// A job came to its end.
    JobEnded(JobId, Result<Came, Problem>),
    /// A load wants to know where a file belongs and waits for the answer.
    Clash(JobId, Clash),
    /// The terminal was lent to the shell and is back.
    Redraw,
    /// A signal that ends the program, by its number.
    Signal(i32),
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Ask {
        generation: u64,
        ask: Ask,
    },
    Load {
        job: JobId,
        files: Vec<PathBuf>,
        how: HowToRead,
    },
    /// Looks at what stands between the objects, and in them.
    Survey {
        job: JobId,
    },
    /// Takes something back or out, or does it again: may build an object anew.
    Rebuild {
        job: JobId,
        what: Rebuild,
    },
    /// Where the file belongs that a load asked about.
    Answer(JobId, ClashAnswer),
    Cancel(JobId),
    /// The answer to this question is wanted no more; its work stops.
    Stop(u64),
    /// An answer that takes long is wanted no more: a search for text, a look at files.
    Forget,
    Copy(String),
    /// Whether the program takes the mouse.
    Mouse(bool),
    Suspend,
    Quit,
}

/// Work in the background, counted from 1 in this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// What a person overrules of how files are read and where they belong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HowToRead {
    pub source: Option<String>,
    pub kind: Option<SystemKind>,
    pub object: Option<String>,
    pub native_id: Option<String>,
    pub delta: bool,
    pub read: ReadOptions,
}

/// A question to the body.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    Recent,
    Forget(PathBuf),
    Create(PathBuf),
    Open {
        path: PathBuf,
        read_only: bool,
    },
    Demo,
    Inventory,
    Page {
        object: ObjectId,
        first: u64,
        count: u64,
    },
    FindRow {
        object: ObjectId,
        from: u64,
        needle: String,
        back: bool,
    },
    Record(Rec),
    QuarantineGroups,
    QuarantineRows {
        reason: String,
        first: u64,
        count: u64,
    },
    /// All rows, or those with one reason.
    WriteQuarantine {
        reason: Option<String>,
        path: PathBuf,
    },
    List(PathBuf),
    Propose {
        files: Vec<PathBuf>,
        how: HowToRead,
    },
    SetRole {
        object: ObjectId,
        column: String,
        role: ColumnRole,
    },
    /// What people know of every system.
    Facts,
    /// Lists a system without a file.
    AddSystem(String),
    EditFacts {
        source: String,
        edit: Edit,
    },
    /// The survey as it is stored.
    Survey,
    /// All versions of the record of which this row is one.
    Versions(Rec),
    /// What is to be known of the loads of an object.
    Remarks(ObjectId),
    Compare {
        left: LoadId,
        right: LoadId,
    },
    /// How many identifiers can be looked up.
    Identifiers,
    Find(String),
    Answer(Hit),
    // Figures and their rows
    Profile(ObjectId),
    Values {
        object: ObjectId,
        column: usize,
        within: Selection,
    },
    Select {
        object: ObjectId,
        selection: Selection,
    },
    /// The same records in the order of a column.
    Sort {
        object: ObjectId,
        recs: Arc<Vec<Rec>>,
        order: Order,
    },
    /// Some of the selected records: those whose index in the selection begins with `first`.
    PageOf {
        object: ObjectId,
        total: u64,
        first: u64,
        recs: Vec<Rec>,
    },
    FindAmong {
        object: ObjectId,
        recs: Arc<Vec<Rec>>,
        from: u64,
        needle: String,
        back: bool,
    },
    /// These records, or the latest version of every record of the object.
    WriteRows {
        object: ObjectId,
        recs: Option<Arc<Vec<Rec>>>,
        path: PathBuf,
        masked: bool,
    },
    WriteCounts {
        column: String,
        counts: Arc<ValueCounts>,
        path: PathBuf,
        masked: bool,
    },
    /// Of one source, or of all.
    WriteDictionary {
        source: Option<String>,
        html: bool,
        path: PathBuf,
        masked: bool,
    },
    DecideDates {
        object: ObjectId,
        column: usize,
        order: DateOrder,
    },
    /// Of the map and the model.
    Map(map::MapAsk),
}

/// An answer of the body.
#[derive(Debug, Clone)]
pub enum Reply {
    Recent(Vec<Recent>),
    Opened(Session),
    Inventory(Inventory),
    Page(RecordPage),
    FoundRow(Option<u64>),
    Record(SourceRecord),
    QuarantineGroups(Vec<QuarantineGroup>),
    QuarantineRows {
        first: u64,
        rows: Vec<QuarantineRow>,
    },
    Written {
        path: PathBuf,
        rows: u64,
    },
    Listing(Vec<Entry>),
    Proposals(Vec<Proposal>),
    /// Something was changed and is on disk: what, as a sentence.
    Changed(String),
    /// There was nothing to change: why, as a sentence.
    Nothing(String),
    Facts(BTreeMap<String, Known>),
    Survey(Option<Box<Survey>>),
    Versions(Rec, Vec<Version>),
    Remarks(ObjectId, Among),
    Compared(Box<Comparison>),
    Identifiers(u64),
    Found(Found),
    Answer(Box<Answer>),
    // Figures and their rows
    Profile {
        object: ObjectId,
        about: Box<About>,
    },
    Values {
        object: ObjectId,
        column: usize,
        within: Selection,
        counts: Arc<ValueCounts>,
    },
    Selected {
        object: ObjectId,
        selection: Selection,
        recs: Arc<Vec<Rec>>,
    },
    Sorted {
        object: ObjectId,
        order: Order,
        recs: Arc<Vec<Rec>>,
    },
    /// A file was written: how many lines of what, and how many cells got an apostrophe because a spreadsheet would have
    /// computed them.
    WroteOut {
        path: PathBuf,
        lines: u64,
        what: (&'static str, &'static str),
        guarded: u64,
        masked: bool,
    },
    /// Of the map and the model.
    Map(map::MapReply),
}

/// An object in figures, with what else its profile tells.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub profile: ObjectProfile,
    /// What people decided for its dates.
    pub decisions: Vec<Decision>,
    /// Where its columns point to, as far as that was surveyed.
    pub relations: Vec<Relation>,
    /// What the records are called that the profile names as examples.
    pub names: BTreeMap<Rec, String>,
}

/// The order of records by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub column: usize,
    pub downwards: bool,
}

/// What is taken back or out, or done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rebuild {
    TakeOut(LoadId),
    Undo,
    Redo,
}

/// What came of a job.
#[derive(Debug, Clone)]
pub enum Came {
    Loaded(Vec<Loaded>),
    Surveyed(Box<Survey>),
    /// Something was changed and is on disk: what, as a sentence.
    Changed(String),
    /// There was nothing to change: why, as a sentence.
    Nothing(String),
}

/// What is known of a system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// All of it.
    pub facts: SourceFacts,
    /// What of it nobody said yet, by key (`owns`, `objects.Contact.one_row_is`): such systems are usually like that.
    pub proposed: BTreeSet<String>,
}

/// How the loads of an object lie among each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Among {
    pub remarks: Vec<LoadRemark>,
    /// The stretch of time that a load covers, RFC 3339, where it is known.
    pub windows: Vec<(LoadId, String, String)>,
}

/// Two loads beside each other. Every record of either is counted once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub left: LoadId,
    pub right: LoadId,
    pub same: u64,
    pub changed: u64,
    pub only_left: u64,
    pub only_right: u64,
    /// How many of the changed records differ in a column, most first.
    pub fields: Vec<(String, u64)>,
    /// The first of the records that are not the same.
    pub rows: Vec<ComparedRow>,
}

/// A record that two loads do not hold alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow {
    /// In the right load; in the left where the right has it not.
    pub rec: Rec,
    /// Its native ID, or where it stands.
    pub id: String,
    pub found: FoundIn,
    /// In both: what differs.
    pub changes: Vec<FieldChange>,
}

/// See [`ComparedRow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundIn {
    Both,
    Left,
    Right,
}

/// An open workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    pub path: PathBuf,
    /// The file's name without its ending.
    pub name: String,
    pub read_only: bool,
    /// The key under which this workspace masks values.
    pub mask_key: [u8; 32],
    /// A sentence to begin with: why it is read only, who holds it.
    pub remark: Option<String>,
}

/// A workspace in the list of Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    pub path: PathBuf,
    pub records: u64,
    /// Seconds since 1970, UTC.
    pub opened: i64,
    pub there: bool,
}

/// A file or folder that could be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub path: PathBuf,
    pub folder: bool,
    pub bytes: u64,
    /// The ending is one that is read.
    pub loadable: bool,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub file: String,
    pub outcome: Outcome,
}

/// See [`Loaded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done {
        load: LoadId,
        new: u64,
        changed: u64,
        quarantined: u64,
    },
    /// The bytes are that load already, as of that date.
    Already {
        load: LoadId,
        as_of: String,
    },
    Failed(Box<Problem>),
}

/// Something that did not work, in the four parts that a message has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// What happened: at most 60 characters.
    pub title: String,
    /// Where: labelled facts.
    pub facts: Vec<(&'static str, String)>,
    /// What is still true.
    pub still_true: String,
    /// What to do next.
    pub next: String,
    /// Somebody asked for it to stop; nothing is wrong.
    pub cancelled: bool,
}

impl Problem {
    /// A problem with its title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// All of it on one line.
    #[must_use]
    pub fn line(&self) -> Note {
        let mut line = Line::new().say(Role::Bad, "✗ ").prose(Role::Text, self.title.clone());
        for part in [&self.still_true, &self.next] {
            if !part.is_empty() {
                line = line.text(" ").prose(Role::Text, part.clone());
            }
        }
        line
    }
}

/// What a click meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Pane(PaneId),
    /// A row of the list that has the keys.
    Row(u64),
    /// A column of the table that has the keys.
    Column(usize),
    /// A part of the screen that can have the keys, by its number from the left.
    Part(u8),
    /// An action of the key line.
    Act(super::action::Act),
}
