//! The only part of the workbench that calls the body. Questions go to lanes, each a thread with its own connection:
//! reading for the screen, finding text, looking up, files, changes, profiles, other figures, and files written out. A lane
//! answers the newest question of a kind; what was overtaken while it waited is not answered at all. Jobs have threads of
//! their own.

mod change;
mod figures;
mod files;
mod inventory;
mod map;
mod model;
mod read;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::msg::{Ask, Came, Effect, HowToRead, JobId, Msg, Problem, Reply};
use super::{Demo, term};
use crate::crosswalk::search::{SearchError, Searcher};
use crate::job::Job;
use crate::sources::load::{Clash, ClashAnswer, LoadError, LoadErrorKind};
use crate::sources::survey::Surveyed;
use crate::workspace::{Reader, Workspace, WorkspaceError};

/// What all lanes share.
#[derive(Debug)]
struct Shared {
    workspace: Mutex<Option<Workspace>>,
    /// Counts the workspaces that were opened, so that a lane knows when its connection is to another one.
    opened: AtomicU64,
    /// The newest search for text: an older one stops.
    finding: AtomicU64,
    /// The look at files that is under way.
    proposing: Mutex<Option<Job>>,
    /// The work on answers that take long, by the generation of the question.
    counting: Mutex<BTreeMap<u64, Job>>,
    /// The survey made last in this session, and in which workspace.
    surveyed: Mutex<Option<(u64, Arc<Surveyed>)>>,
    /// Loads that wait to be told where a file belongs.
    clashes: Mutex<BTreeMap<JobId, Sender<ClashAnswer>>>,
    actor: String,
    demo: Option<Demo>,
    recent: Option<PathBuf>,
}

impl Shared {
    fn workspace(&self) -> Result<Workspace, Problem> {
        lock(&self.workspace).clone().ok_or_else(|| Problem::new("No workspace is open."))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Performs effects.
#[derive(Debug)]
pub struct Body {
    shared: Arc<Shared>,
    messages: Sender<Msg>,
    lanes: BTreeMap<Lane, Sender<(u64, Ask)>>,
    jobs: BTreeMap<JobId, Job>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Reading,
    /// What is known of systems, of versions and of what stands between objects: may take longer than reading rows.
    Knowing,
    Finding,
    Lookup,
    Files,
    Changes,
    Profiles,
    Figures,
    Writing,
    /// Maps, suggestions, the model, what blocks.
    Mapping,
    /// Rows for previews: a pass over columns.
    Choosing,
    /// What a rule makes of rows, while it is typed.
    Previews,
    /// Figures of maps and value maps: passes over all records.
    Tallies,
}

impl Lane {
    fn of(ask: &Ask) -> Self {
        match ask {
            Ask::Inventory | Ask::Page { .. } | Ask::Record(_) | Ask::QuarantineGroups | Ask::QuarantineRows { .. } => {
                Self::Reading
            }
            Ask::Facts | Ask::Survey | Ask::Versions(_) | Ask::Remarks(_) | Ask::Compare { .. } => Self::Knowing,
            Ask::FindRow { .. } => Self::Finding,
            Ask::Identifiers | Ask::Find(_) | Ask::Answer(_) => Self::Lookup,
            Ask::Recent | Ask::Forget(_) | Ask::List(_) | Ask::Propose { .. } => Self::Files,
            Ask::Create(_)
            | Ask::Open { .. }
            | Ask::Demo
            | Ask::WriteQuarantine { .. }
            | Ask::SetRole { .. }
            | Ask::EditFacts { .. }
            | Ask::AddSystem(_)
            | Ask::DecideDates { .. } => Self::Changes,
            // Figures and their rows
            Ask::PageOf { .. } => Self::Reading,
            Ask::FindAmong { .. } => Self::Finding,
            Ask::Profile(_) => Self::Profiles,
            Ask::Values { .. } | Ask::Select { .. } | Ask::Sort { .. } => Self::Figures,
            Ask::WriteRows { .. } | Ask::WriteCounts { .. } | Ask::WriteDictionary { .. } => Self::Writing,
            Ask::Map(ask) => map::lane(ask),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Knowing => "knowing",
            Self::Finding => "finding",
            Self::Lookup => "lookup",
            Self::Files => "files",
            Self::Changes => "changes",
            Self::Profiles => "profiles",
            Self::Figures => "figures",
            Self::Writing => "writing",
            Self::Mapping => "mapping",
            Self::Choosing => "choosing",
            Self::Previews => "previews",
            Self::Tallies => "tallies",
        }
    }
}

/// Whether a newer question makes this one pointless. Changes never are.
fn is_overtaken(ask: &Ask, newer: &Ask) -> bool {
    if let (Ask::Map(ask), Ask::Map(newer)) = (ask, newer) {
        return map::is_overtaken(ask, newer);
    }
    match (ask, newer) {
        (Ask::Page { .. } | Ask::PageOf { .. }, Ask::Page { .. } | Ask::PageOf { .. })
        | (Ask::FindRow { .. } | Ask::FindAmong { .. }, Ask::FindRow { .. } | Ask::FindAmong { .. })
        | (Ask::Record(_), Ask::Record(_))
        | (Ask::QuarantineRows { .. }, Ask::QuarantineRows { .. })
        | (Ask::Inventory, Ask::Inventory)
        | (Ask::Facts, Ask::Facts)
        | (Ask::Survey, Ask::Survey)
        | (Ask::Versions(_), Ask::Versions(_))
        | (Ask::Remarks(_), Ask::Remarks(_))
        | (Ask::Compare { .. }, Ask::Compare { .. })
        | (Ask::QuarantineGroups, Ask::QuarantineGroups)
        | (Ask::List(_), Ask::List(_))
        | (Ask::Propose { .. }, Ask::Propose { .. })
        // A newer text makes an answer to the older one pointless too.
        | (Ask::Find(_) | Ask::Answer(_), Ask::Find(_))
        | (Ask::Answer(_), Ask::Answer(_)) => true,
        _ => false,
    }
}

/// What a lane keeps between questions.
struct Desk {
    shared: Arc<Shared>,
    reader: Option<(u64, Reader)>,
    searcher: Option<(u64, Searcher)>,
}

impl Desk {
    /// The lane's connection to the workspace that is open now.
    fn reader(&mut self) -> Result<&Reader, Problem> {
        let opened = self.shared.opened.load(Ordering::SeqCst);
        if self.reader.as_ref().is_none_or(|(of, _)| *of != opened) {
            self.reader = Some((opened, self.shared.workspace()?.reader()?));
        }
        match &self.reader {
            Some((_, reader)) => Ok(reader),
            None => Err(Problem::new("No workspace is open.")),
        }
    }

    fn answer(&mut self, generation: u64, ask: Ask) -> Result<Reply, Problem> {
        if let Ask::Map(ask) = ask {
            return map::answer(self, generation, ask).map(Reply::Map);
        }
        match Lane::of(&ask) {
            Lane::Mapping | Lane::Choosing | Lane::Previews | Lane::Tallies => {
                Err(Problem::new("This was asked of the wrong lane."))
            }
            Lane::Reading if matches!(ask, Ask::PageOf { .. }) => figures::page(self, ask),
            Lane::Finding if matches!(ask, Ask::FindAmong { .. }) => figures::find(self, generation, ask),
            Lane::Changes if matches!(ask, Ask::DecideDates { .. }) => figures::decide(&self.shared, &ask),
            Lane::Profiles | Lane::Figures => figures::count(self, generation, ask),
            Lane::Writing => figures::write(&self.shared, ask),
            Lane::Reading => read::answer(self, ask),
            Lane::Knowing => inventory::answer(self, ask),
            Lane::Finding => read::find(self, generation, ask),
            Lane::Lookup => read::look_up(self, ask),
            Lane::Files => files::answer(&self.shared, ask),
            Lane::Changes => change::answer(&self.shared, ask),
        }
    }
}

impl Body {
    /// A body whose answers go to `messages`.
    #[must_use]
    pub fn new(messages: Sender<Msg>, actor: String, demo: Option<Demo>, recent: Option<PathBuf>) -> Self {
        let shared = Shared {
            workspace: Mutex::new(None),
            opened: AtomicU64::new(0),
            finding: AtomicU64::new(0),
            proposing: Mutex::new(None),
            counting: Mutex::new(BTreeMap::new()),
            surveyed: Mutex::new(None),
            clashes: Mutex::new(BTreeMap::new()),
            actor,
            demo,
            recent,
        };
        Self { shared: Arc::new(shared), messages, lanes: BTreeMap::new(), jobs: BTreeMap::new() }
    }

    /// Performs an effect. Returns whether the program is to end.
    pub fn perform(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Ask { generation, ask } => self.ask(generation, ask),
            Effect::Load { job, files, how } => self.load(job, files, how),
            Effect::Survey { job } => self.work(job, "survey", |shared, job| inventory::survey(shared, job)),
            Effect::Rebuild { job, what } => {
                self.work(job, "rebuild", move |shared, job| inventory::rebuild(shared, what, job));
            }
            Effect::Answer(job, answer) => {
                if let Some(load) = lock(&self.shared.clashes).remove(&job) {
                    // A load that was cancelled meanwhile does not wait any more.
                    let _ = load.send(answer);
                }
            }
            Effect::Cancel(job) => {
                if let Some(job) = self.jobs.get(&job) {
                    job.cancel();
                }
            }
            Effect::Stop(generation) => {
                if let Some(job) = lock(&self.shared.counting).get(&generation) {
                    job.cancel();
                }
            }
            Effect::Forget => {
                self.shared.finding.store(0, Ordering::SeqCst);
                self.stop_proposing();
            }
            Effect::Copy(text) => term::copy(&text),
            Effect::Mouse(on) => term::set_mouse(on),
            Effect::Suspend => term::suspend(),
            Effect::Quit => return true,
        }
        false
    }

    fn stop_proposing(&self) {
        if let Some(job) = lock(&self.shared.proposing).take() {
            job.cancel();
        }
    }

    fn ask(&mut self, generation: u64, ask: Ask) {
        if matches!(ask, Ask::Propose { .. }) {
            self.stop_proposing();
        }
        if matches!(ask, Ask::FindRow { .. } | Ask::FindAmong { .. }) {
            self.shared.finding.store(generation, Ordering::SeqCst);
        }
        let lane = Lane::of(&ask);
        if matches!(lane, Lane::Profiles | Lane::Figures | Lane::Choosing | Lane::Tallies) {
            lock(&self.shared.counting).insert(generation, Job::new());
        }
        let (shared, messages) = (&self.shared, &self.messages);
        let sender = self.lanes.entry(lane).or_insert_with(|| {
            let (sender, receiver) = channel();
            let desk = Desk { shared: Arc::clone(shared), reader: None, searcher: None };
            let messages = messages.clone();
            // If no thread can be had, the receiver is dropped and the question below comes back.
            let _ = std::thread::Builder::new()
                .name(lane.name().to_owned())
                .spawn(move || serve(desk, &receiver, &messages));
            sender
        });
        if sender.send((generation, ask)).is_err() {
            self.lanes.remove(&lane);
            let _ = self.messages.send(Msg::Answered(generation, Box::new(Err(broken()))));
        }
    }

    fn load(&mut self, id: JobId, files: Vec<PathBuf>, how: HowToRead) {
        let messages = self.messages.clone();
        self.work(id, "load", move |shared, job| {
            let (waiting, asked) = (job.clone(), messages.clone());
            let clashes = Arc::clone(shared);
            let ask = Box::new(move |clash: &Clash| ask_clash(&clashes, &asked, id, &waiting, clash));
            change::load(shared, files, how, job, ask)
        });
    }

    /// Has something done on a thread of its own.
    fn work(
        &mut self,
        id: JobId,
        name: &str,
        work: impl FnOnce(&Arc<Shared>, &Job) -> Result<Came, Problem> + Send + 'static,
    ) {
        let job = Job::new();
        self.jobs.insert(id, job.clone());
        let (shared, messages) = (Arc::clone(&self.shared), self.messages.clone());
        let work = move || {
            let ended = std::panic::catch_unwind(AssertUnwindSafe(|| work(&shared, &job)));
            let _ = messages.send(Msg::JobEnded(id, ended.unwrap_or_else(|_| Err(broken()))));
        };
        if std::thread::Builder::new().name(name.to_owned()).spawn(work).is_err() {
            let _ = self.messages.send(Msg::JobEnded(id, Err(broken())));
        }
    }

    /// How far the answer to a question is that takes long.
    #[must_use]
    pub fn counting(&self, generation: u64) -> Option<crate::job::Progress> {
        lock(&self.shared.counting).get(&generation).map(Job::progress)
    }

    /// How far a job is.
    #[must_use]
    pub fn progress(&self, job: JobId) -> Option<crate::job::Progress> {
        self.jobs.get(&job).map(Job::progress)
    }

    /// Asks every job to stop and waits a moment for it, so that nothing has to be cleared away at the next start.
    pub fn stop(&self, ended: &Receiver<Msg>, running: Option<JobId>) {
        let Some(job) = running else { return };
        if let Some(job) = self.jobs.get(&job) {
            job.cancel();
        }
        let until = std::time::Instant::now() + std::time::Duration::from_millis(1_500);
        while let Some(left) = until.checked_duration_since(std::time::Instant::now()) {
            match ended.recv_timeout(left) {
                Ok(Msg::JobEnded(id, _)) if id == job => return,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

/// Asks the person at the screen where a file belongs and waits for the answer, or until the load is cancelled.
fn ask_clash(shared: &Shared, messages: &Sender<Msg>, id: JobId, job: &Job, clash: &Clash) -> ClashAnswer {
    let (answer, answered) = channel();
    lock(&shared.clashes).insert(id, answer);
    if messages.send(Msg::Clash(id, clash.clone())).is_err() {
        return ClashAnswer::Refuse;
    }
    loop {
        match answered.recv_timeout(std::time::Duration::from_millis(100)) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) if job.check().is_ok() => {}
            Err(_) => return ClashAnswer::Refuse,
        }
    }
}

fn serve(mut desk: Desk, questions: &Receiver<(u64, Ask)>, messages: &Sender<Msg>) {
    let mut waiting: Vec<(u64, Ask)> = Vec::new();
    loop {
        if waiting.is_empty() {
            match questions.recv() {
                Ok(question) => waiting.push(question),
                Err(_) => return,
            }
        }
        waiting.extend(questions.try_iter());
        let (generation, ask) = waiting.remove(0);
        if waiting.iter().any(|(_, newer)| is_overtaken(&ask, newer)) {
            continue;
        }
        let answer = std::panic::catch_unwind(AssertUnwindSafe(|| desk.answer(generation, ask)));
        let answer = answer.unwrap_or_else(|_| {
            desk.reader = None;
            desk.searcher = None;
            Err(broken())
        });
        if messages.send(Msg::Answered(generation, Box::new(answer))).is_err() {
            return;
        }
    }
}

fn broken() -> Problem {
    let mut problem = Problem::new("A part of Cutover stopped by a fault of its own.");
    problem.still_true = "What was saved is safe, and nothing was changed by this.".to_owned();
    problem.next = "Try it again. If it comes again, `cutover verify` checks the workspace.".to_owned();
    problem
}

impl From<WorkspaceError> for Problem {
    fn from(error: WorkspaceError) -> Self {
        let mut problem = Problem::new(error.message);
        problem.facts.push(("file", error.file.display().to_string()));
        problem.next = error.hint;
        problem
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Workspace(error) => error.into(),
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        let mut problem = Problem::new(error.message);
        problem.cancelled = error.kind == LoadErrorKind::Cancelled;
        if let Some(file) = &error.file {
            problem.facts.push(("file", file.display().to_string()));
        }
        let place = match (error.line, error.column) {
            (Some(line), Some(column)) => Some(format!("line {line}, column {column}")),
            (Some(line), None) => Some(format!("line {line}")),
            (None, Some(column)) => Some(format!("column {column}")),
            (None, None) => None,
        };
        if let Some(place) = place {
            problem.facts.push(("where", place));
        }
        problem.next = error.hint;
        problem
    }
}
