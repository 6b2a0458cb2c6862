//! What runs beside the screen: loads, surveys, what builds an object anew; with their progress, their rate over the last
//! seconds and what came of them. One runs at a time. A survey waits for everything else and gives way to it, since what
//! it found would not be true any more. Only what was reported is kept; the work itself is elsewhere.

use std::path::PathBuf;

use super::app::{App, Message, Purpose};
use super::msg::{Came, Clock, Effect, JobId, Loaded, Outcome, Problem, Rebuild};
use super::overlays::Overlay;
use super::overlays::problem::ProblemBox;
use super::paint::{Line, Note};
use super::panes::sources;
use super::theme::Role;
use crate::job::Progress;

/// How many seconds of rate are kept.
const SECONDS: usize = 16;

/// What is being done.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    Load(Vec<PathBuf>),
    Survey,
    Rebuild(Rebuild),
}

impl Work {
    /// One word for the key line.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Load(_) => "load",
            Self::Survey => "survey",
            Self::Rebuild(Rebuild::TakeOut(_)) => "take out",
            Self::Rebuild(Rebuild::Undo) => "undo",
            Self::Rebuild(Rebuild::Redo) => "redo",
        }
    }
}

/// How a job stands.
#[derive(Debug, Clone)]
pub enum State {
    /// What is to be done once it is its turn.
    Waiting(Effect),
    Running,
    Done(Came),
    Failed(Problem),
}

/// One piece of work.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: JobId,
    pub work: Work,
    pub state: State,
    pub progress: Option<Progress>,
    /// Rows read in each of the last seconds, oldest first.
    pub rates: Vec<u64>,
    /// Seconds since 1970, UTC.
    pub started: i64,
    pub began: u64,
    pub ended: Option<u64>,
    measured: (u64, u64),
}

impl Entry {
    /// The files that it reads.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        match &self.work {
            Work::Load(files) => files,
            _ => &[],
        }
    }

    /// What it works on, by name: `load Contact.csv and 2 more`.
    #[must_use]
    pub fn title(&self) -> Note {
        match &self.work {
            Work::Load(files) => {
                let name = files.first().and_then(|file| file.file_name());
                let name = name.map_or_else(|| "files".to_owned(), |name| name.to_string_lossy().into_owned());
                let title = Line::new().text("load ").name(Role::Strong, name).middle();
                match files.len() as u64 {
                    0 | 1 => title,
                    more => title.quiet(" and ").number(Role::Text, more - 1).quiet(" more"),
                }
            }
            Work::Survey => Line::new().text("survey: ").strong("relations and known gaps"),
            Work::Rebuild(Rebuild::TakeOut(load)) => {
                Line::new().text("take out ").strong("load ").made(Role::Strong, load.to_string())
            }
            Work::Rebuild(Rebuild::Undo) => Line::new().strong("undo"),
            Work::Rebuild(Rebuild::Redo) => Line::new().strong("redo"),
        }
    }
}

/// All jobs of this session, newest first.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    pub entries: Vec<Entry>,
}

impl Jobs {
    /// The job that runs.
    #[must_use]
    pub fn running(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| matches!(entry.state, State::Running))
    }

    /// The job that runs or waits and changes the workspace: no second one begins, and leaving asks first.
    #[must_use]
    pub fn busy(&self) -> Option<&Entry> {
        let open = |entry: &&Entry| matches!(entry.state, State::Running | State::Waiting(_));
        self.entries.iter().filter(open).find(|entry| entry.work != Work::Survey)
    }

    /// Whether a load runs or waits.
    #[must_use]
    pub fn loading(&self) -> bool {
        self.busy().is_some_and(|entry| matches!(entry.work, Work::Load(_)))
    }

    /// The survey that runs or waits.
    #[must_use]
    pub fn survey(&self) -> Option<&Entry> {
        let open = |entry: &&Entry| matches!(entry.state, State::Running | State::Waiting(_));
        self.entries.iter().filter(open).find(|entry| entry.work == Work::Survey)
    }

    /// A job by its number.
    #[must_use]
    pub fn get(&self, id: JobId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Takes in how far a job is.
    pub fn progress(&mut self, id: JobId, progress: Progress, clock: Clock) {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else { return };
        if !matches!(entry.state, State::Running) {
            return;
        }
        let (then, rows) = entry.measured;
        let passed = clock.millis.saturating_sub(then);
        if passed >= 1_000 || progress.rows < rows {
            let more = progress.rows.saturating_sub(rows);
            if progress.rows >= rows {
                entry.rates.push(more.saturating_mul(1_000) / passed.max(1));
            }
            if entry.rates.len() > SECONDS {
                entry.rates.remove(0);
            }
            entry.measured = (clock.millis, progress.rows);
        }
        entry.progress = Some(progress);
    }
}

/// Begins a job, or has it wait for the one that runs; a survey that runs gives way.
pub fn begin(app: &mut App, work: Work, effect: impl FnOnce(JobId) -> Effect) -> JobId {
    let id = JobId(app.jobs.entries.len() as u64 + 1);
    let effect = effect(id);
    let running = app.jobs.running().map(|entry| (entry.id, entry.work == Work::Survey));
    // What is taken back is what was done last: a change under way is done first.
    let held = matches!(work, Work::Rebuild(_)) && app.awaits(Purpose::Change);
    let state = match running {
        None if held => State::Waiting(effect),
        None => {
            app.effect(effect);
            State::Running
        }
        Some((survey, is_survey)) => {
            if is_survey && work != Work::Survey {
                app.effect(Effect::Cancel(survey));
            }
            State::Waiting(effect)
        }
    };
    let clock = app.clock;
    let entry = Entry {
        id,
        work,
        state,
        progress: None,
        rates: Vec::new(),
        started: clock.utc,
        began: clock.millis,
        ended: None,
        measured: (clock.millis, 0),
    };
    app.jobs.entries.insert(0, entry);
    id
}

/// Begins the job that waits: what changes the workspace before a survey, else the one that waited longest.
pub fn begin_next(app: &mut App) {
    if app.jobs.running().is_some() || app.awaits(Purpose::Change) {
        return;
    }
    let waiting = |entry: &&mut Entry| matches!(entry.state, State::Waiting(_));
    let Some(entry) = app.jobs.entries.iter_mut().rev().filter(waiting).min_by_key(|entry| entry.work == Work::Survey)
    else {
        return;
    };
    let State::Waiting(effect) = std::mem::replace(&mut entry.state, State::Running) else { return };
    (entry.began, entry.started, entry.measured) = (app.clock.millis, app.clock.utc, (app.clock.millis, 0));
    app.effect(effect);
}

/// Wants a job no more: one that waits is over at once, one that runs is asked to stop.
pub fn cancel(app: &mut App, id: JobId) {
    let Some(entry) = app.jobs.entries.iter_mut().find(|entry| entry.id == id) else { return };
    match &entry.state {
        State::Waiting(_) => {
            entry.ended = Some(app.clock.millis);
            let mut problem = Problem::new("Cancelled before it began.");
            problem.cancelled = true;
            entry.state = State::Failed(problem);
            sources::unwatch(app, id);
        }
        State::Running => app.effect(Effect::Cancel(id)),
        State::Done(_) | State::Failed(_) => {}
    }
}

/// A job came to its end: says what came of it, and asks anew for what changed.
pub fn ended(app: &mut App, id: JobId, result: Result<Came, Problem>) {
    let clock = app.clock;
    let Some(entry) = app.jobs.entries.iter_mut().find(|entry| entry.id == id) else { return };
    entry.ended = Some(clock.millis);
    // Nobody waits for the answer to its question any more.
    app.overlays.retain(|overlay| !matches!(overlay, Overlay::Question(question) if question.asked_by() == Some(id)));
    let survey = entry.work == Work::Survey;
    match result {
        Ok(came) => {
            entry.state = State::Done(came.clone());
            match came {
                Came::Loaded(loaded) => {
                    app.message = told(&loaded);
                    let problem = loaded.into_iter().find_map(|one| match one.outcome {
                        Outcome::Failed(problem) => Some(*problem),
                        _ => None,
                    });
                    if let Some(problem) = problem {
                        app.overlays.push(Overlay::Problem(ProblemBox::new(problem)));
                    }
                }
                Came::Surveyed(found) => sources::surveyed(app, id, *found),
                Came::Changed(sentence) => app.say_saved(sentence),
                Came::Nothing(sentence) => app.say(Line::new().prose(Role::Text, sentence)),
            }
        }
        Err(problem) => {
            entry.state = State::Failed(problem.clone());
            match (problem.cancelled, survey) {
                // It gives way by itself, and the screens that wait for it say that it is not made.
                (true, true) => sources::survey_given_up(app, id),
                (true, false) => {
                    app.say(
                        Line::new().prose(Role::Text, problem.title).text(" ").prose(Role::Text, problem.still_true),
                    );
                }
                // Nothing was asked for, so nothing covers the screen.
                (false, true) => app.say(problem.line()),
                (false, false) => app.overlays.push(Overlay::Problem(ProblemBox::new(problem))),
            }
        }
    }
    begin_next(app);
    if !survey {
        sources::unwatch(app, id);
        app.refresh();
    }
}

/// What came of a job, in one message.
#[must_use]
pub fn told_of(came: &Came) -> Message {
    match came {
        Came::Loaded(loaded) => told(loaded),
        Came::Surveyed(survey) => {
            let line = Line::new()
                .say(Role::Good, "✓ ")
                .plural(Role::Text, survey.relations.len() as u64, "relation", "relations")
                .text(", ")
                .plural(Role::Text, survey.findings.len() as u64, "finding", "findings")
                .text(".");
            Message { line, saved: false }
        }
        Came::Changed(sentence) => {
            Message { line: Line::new().say(Role::Good, "✓ ").prose(Role::Text, sentence.clone()), saved: true }
        }
        Came::Nothing(sentence) => Message { line: Line::new().prose(Role::Text, sentence.clone()), saved: false },
    }
}

/// What came of some files, in one message.
#[must_use]
pub fn told(loaded: &[Loaded]) -> Message {
    let (mut new, mut changed, mut quarantined, mut done, mut already) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    for one in loaded {
        match &one.outcome {
            Outcome::Done { new: n, changed: c, quarantined: q, .. } => {
                new = new.saturating_add(*n);
                changed = changed.saturating_add(*c);
                quarantined = quarantined.saturating_add(*q);
                done += 1;
            }
            Outcome::Already { .. } => already += 1,
            Outcome::Failed(_) => {}
        }
    }
    if let ([one], 1) = (loaded, already)
        && let Outcome::Already { load, as_of } = &one.outcome
    {
        let date: String = as_of.chars().take(10).collect();
        let line = Line::new().text("These bytes are load ").made(Role::Text, load.to_string()).text(" already (");
        return Message { line: line.name(Role::Text, date).text("). Nothing changed."), saved: false };
    }
    let line = match loaded {
        [] => return Message { line: Line::new().text("There was no file to load."), saved: false },
        [one] => Line::new().text("Loaded ").name(Role::Text, one.file.clone()),
        many => Line::new().text("Loaded ").number(Role::Text, done).text(" of ").plural(
            Role::Text,
            many.len() as u64,
            "file",
            "files",
        ),
    };
    if done == 0 {
        let line = Line::new().text("Nothing was loaded");
        let line = if already > 0 {
            line.text(": ").plural(Role::Text, already, "file was", "files were").text(" loaded before.")
        } else {
            line.text(".")
        };
        return Message { line, saved: false };
    }
    let mut line = line
        .text(": ")
        .number(Role::Text, new)
        .text(" new, ")
        .number(Role::Text, changed)
        .text(" changed, ")
        .number(if quarantined > 0 { Role::Strong } else { Role::Text }, quarantined)
        .text(" quarantined.");
    if already > 0 {
        line = line.text(" ").plural(Role::Text, already, "file was", "files were").text(" loaded before.");
    }
    Message { line: Line::new().say(Role::Good, "✓ ").then(line), saved: true }
}
