//! What runs beside the screen: loads with their progress, their rate over the last seconds and what came of them. Only
//! what was reported is kept; the work itself is elsewhere.

use std::path::PathBuf;

use super::app::{App, Message};
use super::msg::{Clock, JobId, Loaded, Outcome, Problem};
use super::overlays::Overlay;
use super::overlays::problem::ProblemBox;
use super::paint::Line;
use super::panes::sources;
use super::theme::Role;
use crate::job::Progress;

/// How many seconds of rate are kept.
const SECONDS: usize = 16;

/// How a job stands.
#[derive(Debug, Clone)]
pub enum State {
    Running,
    Done(Vec<Loaded>),
    Failed(Problem),
}

/// One load of one or several files.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: JobId,
    pub files: Vec<PathBuf>,
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
    /// What it works on, by name.
    #[must_use]
    pub fn title(&self) -> String {
        let first =
            self.files.first().and_then(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned());
        first.unwrap_or_else(|| "files".to_owned())
    }
}

/// All jobs of this session, newest first.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    pub entries: Vec<Entry>,
}

impl Jobs {
    /// Takes up a new job and gives it its number.
    pub fn begin(&mut self, files: Vec<PathBuf>, clock: Clock) -> JobId {
        let id = JobId(self.entries.len() as u64 + 1);
        self.entries.insert(
            0,
            Entry {
                id,
                files,
                state: State::Running,
                progress: None,
                rates: Vec::new(),
                started: clock.utc,
                began: clock.millis,
                ended: None,
                measured: (clock.millis, 0),
            },
        );
        id
    }

    /// The job that runs.
    #[must_use]
    pub fn running(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| matches!(entry.state, State::Running))
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

/// A job came to its end: says what came of it, and asks anew for what changed.
pub fn ended(app: &mut App, id: JobId, result: Result<Vec<Loaded>, Problem>) {
    let clock = app.clock;
    let Some(entry) = app.jobs.entries.iter_mut().find(|entry| entry.id == id) else { return };
    entry.ended = Some(clock.millis);
    match result {
        Ok(loaded) => {
            entry.state = State::Done(loaded.clone());
            app.message = told(&loaded);
            let problem = loaded.into_iter().find_map(|one| match one.outcome {
                Outcome::Failed(problem) => Some(*problem),
                _ => None,
            });
            if let Some(problem) = problem {
                app.overlays.push(Overlay::Problem(ProblemBox::new(problem)));
            }
        }
        Err(problem) => {
            entry.state = State::Failed(problem.clone());
            if problem.cancelled {
                app.say(Line::new().prose(Role::Text, problem.title).text(" ").prose(Role::Text, problem.still_true));
            } else {
                app.overlays.push(Overlay::Problem(ProblemBox::new(problem)));
            }
        }
    }
    sources::unwatch(app, id);
    app.refresh();
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
