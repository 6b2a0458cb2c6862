//! The state of the workbench and how a message changes it: `update(Msg) -> effects`, without any I/O, so that all of it
//! can be tested by keys and looked at as text. What a pane does with an action is the pane's; what an effect does is
//! `effects`'.

mod input;

use std::path::PathBuf;

use ratatui::layout::Rect;

use super::action::Act;
use super::jobs;
use super::keymap::{Key, Keymap};
use super::msg::{Ask, Clock, Effect, HowToRead, JobId, Msg, Problem, Rebuild, Reply, Session, Target};
use super::overlays::{self, Overlay};
use super::paint::{Line, Note};
use super::panes::{home, lookup, map, sources};
use super::place::{PANES, PaneId, Place};
use super::prompt::Prompt;
use super::theme::{Role, Theme};
use super::widgets::field::Edit;
use super::widgets::list::Step;
use crate::job::Progress;
use crate::sources::Inventory;
use crate::values::{Mask, Shown};

/// An answer that takes longer than this is waited for visibly.
const LATE_MILLIS: u64 = 150;

/// So many keys are kept while a workspace is being opened.
const AHEAD: usize = 256;

/// Who waits for an answer. A newer question of the same purpose makes the older one stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Recent,
    Open,
    Inventory,
    Page,
    FindRow,
    Record,
    Groups,
    Rows,
    Write,
    List,
    Propose,
    Change,
    Identifiers,
    Find,
    Preview,
    // Figures and their rows
    Profile,
    Values,
    Select,
    // What is known of systems and between objects
    Facts,
    Survey,
    Versions,
    Remarks,
    Compare,
    // The map
    Maps,
    Suggestions,
    MapFigures,
    DifficultRows,
    RulePreview,
    MapText,
    SaveMap,
    // The model, and what blocks
    ValueMap,
    ValueGroups,
    Model,
    Questions,
    Truth,
}

impl Purpose {
    /// What takes long and is stopped when it is wanted no more.
    fn stops(self) -> bool {
        matches!(
            self,
            Self::Profile
                | Self::Values
                | Self::Select
                | Self::Suggestions
                | Self::MapFigures
                | Self::DifficultRows
                | Self::ValueMap
        )
    }
}

#[derive(Debug, Clone)]
struct Waiting {
    generation: u64,
    purpose: Purpose,
    since: u64,
    /// How far it is, where the body tells.
    progress: Option<Progress>,
}

/// What stands in the message row.
#[derive(Debug, Clone, Default)]
pub struct Message {
    pub line: Note,
    /// It tells of something that is on disk now.
    pub saved: bool,
}

/// The whole state.
#[derive(Debug)]
pub struct App {
    pub size: (u16, u16),
    pub theme: Theme,
    pub keymap: Keymap,
    pub clock: Clock,
    pub masked: bool,
    pub mask: Mask,
    pub mouse: bool,
    pub session: Option<Session>,
    pub inventory: Option<Inventory>,
    pub pane: PaneId,
    /// The pane from which a look was taken into Sources, and how many screens stood open there before.
    pub visiting: Option<(PaneId, usize)>,
    /// Home stands over an open workspace.
    pub at_home: bool,
    pub home: home::Home,
    pub sources: sources::Sources,
    pub lookup: lookup::Lookup,
    pub map: map::Map,
    pub overlays: Vec<Overlay>,
    pub prompt: Option<Prompt>,
    pub message: Message,
    pub jobs: jobs::Jobs,
    /// Where files are chosen first.
    pub folder: PathBuf,
    /// The sample company can be built.
    pub can_demo: bool,
    /// What is being looked at before a load.
    pub wanted: Option<(Vec<PathBuf>, HowToRead)>,
    /// Rows of the list with the keys that the last frame showed.
    pub rows: u16,
    hits: Vec<(Rect, Target)>,
    waiting: Vec<Waiting>,
    generation: u64,
    effects: Vec<Effect>,
    /// Keys and pastes that came while a workspace was being opened.
    ahead: Vec<Msg>,
}

impl App {
    /// The workbench before anything is open.
    #[must_use]
    pub fn new(size: (u16, u16), theme: Theme, keymap: Keymap) -> Self {
        Self {
            size,
            theme,
            keymap,
            clock: Clock::default(),
            masked: false,
            mask: Mask::new([0; 32]),
            mouse: true,
            session: None,
            inventory: None,
            pane: PaneId::default(),
            visiting: None,
            at_home: false,
            home: home::Home::default(),
            sources: sources::Sources::default(),
            lookup: lookup::Lookup::default(),
            map: map::Map::default(),
            overlays: Vec::new(),
            prompt: None,
            message: Message::default(),
            jobs: jobs::Jobs::default(),
            folder: PathBuf::from("."),
            can_demo: true,
            wanted: None,
            rows: size.1.saturating_sub(6),
            hits: Vec::new(),
            waiting: Vec::new(),
            generation: 0,
            effects: Vec::new(),
            ahead: Vec::new(),
        }
    }

    /// Asks for what the first frame needs: the workspace if one is named, and the list of them.
    pub fn start(&mut self, workspace: Option<PathBuf>, read_only: bool) -> Vec<Effect> {
        self.ask(Purpose::Recent, Ask::Recent);
        if let Some(path) = workspace {
            self.ask(Purpose::Open, Ask::Open { path, read_only });
        }
        std::mem::take(&mut self.effects)
    }

    /// Takes a message in and says what is to be done outside.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        self.take_in(msg);
        if !self.opening() {
            for msg in std::mem::take(&mut self.ahead) {
                self.take_in(msg);
            }
        }
        if self.pane == PaneId::Map {
            map::settle(self);
        } else {
            sources::settle(self);
        }
        std::mem::take(&mut self.effects)
    }

    /// A workspace is being opened: what is typed meanwhile is meant for it.
    #[must_use]
    pub fn opening(&self) -> bool {
        match self.session {
            None => self.awaits(Purpose::Open),
            Some(_) => self.inventory.is_none() && self.awaits(Purpose::Inventory),
        }
    }

    fn take_in(&mut self, msg: Msg) {
        if self.opening() {
            match &msg {
                Msg::Key(event)
                    if self.keymap.action(self.place().scopes(), Key::of(event)).map(|a| a.act) != Some(Act::Leave) =>
                {
                    if self.ahead.len() < AHEAD {
                        self.ahead.push(msg);
                    }
                    return;
                }
                Msg::Paste(_) => return self.ahead.push(msg),
                Msg::Mouse(_) => return,
                _ => {}
            }
        }
        match msg {
            Msg::Clock(clock) => self.clock = clock,
            Msg::Resize(width, height) => self.size = (width, height),
            Msg::Key(event) => self.key(&event),
            Msg::Paste(text) => self.paste(&text),
            Msg::Mouse(event) => self.click(event),
            Msg::Answered(generation, result) => self.answered(generation, *result),
            Msg::Progress(job, progress) => self.jobs.progress(job, progress, self.clock),
            Msg::Counting(generation, progress) => {
                if let Some(waiting) = self.waiting.iter_mut().find(|w| w.generation == generation) {
                    waiting.progress = Some(progress);
                }
            }
            Msg::JobEnded(job, result) => jobs::ended(self, job, result),
            Msg::Clash(job, clash) => overlays::question::clash(self, job, clash),
            Msg::Redraw => {}
            Msg::Signal(_) => self.leave(),
        }
    }

    /// What the last frame showed: how many rows, and what a click meets.
    pub fn painted(&mut self, rows: u16, hits: Vec<(Rect, Target)>) {
        self.rows = rows.max(1);
        self.hits = hits;
    }

    /// After how many milliseconds the screen changes by itself; `None` while it is still.
    #[must_use]
    pub fn next_tick(&self) -> Option<u64> {
        if self.jobs.running().is_some() {
            return Some(100);
        }
        let youngest = self.waiting.iter().map(|w| self.clock.millis.saturating_sub(w.since)).min()?;
        Some(if youngest < LATE_MILLIS { LATE_MILLIS - youngest } else { 100 })
    }

    // Questions and answers

    /// Puts a question to the body; an older one of the same purpose is stale from now on.
    pub fn ask(&mut self, purpose: Purpose, ask: Ask) {
        self.stop(purpose);
        self.waiting.retain(|w| w.purpose != purpose);
        self.generation += 1;
        let waiting = Waiting { generation: self.generation, purpose, since: self.clock.millis, progress: None };
        self.waiting.push(waiting);
        self.effects.push(Effect::Ask { generation: self.generation, ask });
    }

    /// Wants something done outside.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn awaits(&self, purpose: Purpose) -> bool {
        self.waiting.iter().any(|w| w.purpose == purpose)
    }

    /// Whether an answer is awaited so long that the screen says it.
    #[must_use]
    pub fn late(&self, purpose: Purpose) -> bool {
        self.waiting.iter().any(|w| w.purpose == purpose && self.clock.millis.saturating_sub(w.since) >= LATE_MILLIS)
    }

    /// Wants an answer no more.
    pub fn forget(&mut self, purpose: Purpose) {
        if matches!(purpose, Purpose::FindRow | Purpose::Propose) && self.awaits(purpose) {
            self.effects.push(Effect::Forget);
        }
        self.stop(purpose);
        self.waiting.retain(|w| w.purpose != purpose);
    }

    fn stop(&mut self, purpose: Purpose) {
        if !purpose.stops() {
            return;
        }
        for waiting in self.waiting.iter().filter(|w| w.purpose == purpose) {
            self.effects.push(Effect::Stop(waiting.generation));
        }
    }

    /// The questions that take long and have no answer yet.
    #[must_use]
    pub fn counting(&self) -> Vec<u64> {
        self.waiting.iter().filter(|w| w.purpose.stops()).map(|w| w.generation).collect()
    }

    /// How far an answer is that takes long.
    #[must_use]
    pub fn progress_of(&self, purpose: Purpose) -> Option<&Progress> {
        self.waiting.iter().find(|w| w.purpose == purpose)?.progress.as_ref()
    }

    fn answered(&mut self, generation: u64, result: Result<Reply, Problem>) {
        let Some(at) = self.waiting.iter().position(|w| w.generation == generation) else {
            return;
        };
        let purpose = self.waiting.remove(at).purpose;
        if matches!(purpose, Purpose::Change | Purpose::SaveMap) {
            jobs::begin_next(self);
        }
        let reply = match result {
            Ok(reply) => reply,
            Err(problem) => return self.failed(purpose, problem),
        };
        match reply {
            Reply::Recent(recent) => home::listed(self, recent),
            Reply::Opened(session) => self.opened(session),
            Reply::Inventory(inventory) => sources::counted(self, inventory),
            Reply::Identifiers(identifiers) => self.lookup.identifiers = Some(identifiers),
            Reply::Found(found) => lookup::found(self, found),
            Reply::Answer(answer) => lookup::answered(self, *answer),
            Reply::Changed(sentence) => {
                self.say_saved(sentence);
                self.refresh();
            }
            Reply::Nothing(sentence) => self.say(Line::new().prose(Role::Text, sentence)),
            Reply::Written { path, rows } => {
                let line =
                    Line::new().say(Role::Good, "✓ ").plural(Role::Text, rows, "row", "rows").text(" written to ");
                self.message =
                    Message { line: line.name(Role::Text, path.display().to_string()).text("."), saved: true };
            }
            Reply::WroteOut { path, lines, what, guarded, masked } => {
                let line = sources::rows::written(&path, lines, what, guarded, masked);
                self.message = Message { line, saved: true };
            }
            Reply::Map(reply) => map::arrived(self, reply),
            other => sources::arrived(self, other),
        }
    }

    fn failed(&mut self, purpose: Purpose, problem: Problem) {
        let Some(problem) = sources::refused(self, purpose, problem) else { return };
        let Some(problem) = map::refused(self, purpose, problem) else { return };
        if problem.cancelled {
            return self.say(Line::new().prose(Role::Text, problem.title));
        }
        match purpose {
            Purpose::Find
            | Purpose::Maps
            | Purpose::Suggestions
            | Purpose::MapFigures
            | Purpose::DifficultRows
            | Purpose::RulePreview
            | Purpose::Preview
            | Purpose::Page
            | Purpose::FindRow
            | Purpose::List
            | Purpose::Recent
            | Purpose::Facts
            | Purpose::Survey
            | Purpose::Remarks
            | Purpose::Identifiers => {
                self.say(problem.line());
            }
            _ => {
                if purpose == Purpose::Propose {
                    sources::chooser::refused(self);
                }
                sources::not_had(self, purpose);
                self.overlays.push(Overlay::Problem(overlays::problem::ProblemBox::new(problem)));
            }
        }
    }

    fn opened(&mut self, session: Session) {
        self.message = Message::default();
        if let Some(remark) = &session.remark {
            self.say(Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.clone()));
        }
        self.mask = Mask::new(session.mask_key);
        self.session = Some(session);
        self.at_home = false;
        self.inventory = None;
        for purpose in [Purpose::Profile, Purpose::Values, Purpose::Select] {
            self.forget(purpose);
        }
        map::closed(self);
        self.sources = sources::Sources::default();
        self.lookup = lookup::Lookup::default();
        // A survey of the workspace before is of no use to this one.
        if let Some(survey) = self.jobs.survey().map(|entry| entry.id) {
            jobs::cancel(self, survey);
        }
        self.ask(Purpose::Inventory, Ask::Inventory);
        self.ask(Purpose::Facts, Ask::Facts);
        self.ask(Purpose::Survey, Ask::Survey);
        self.ask(Purpose::Identifiers, Ask::Identifiers);
        self.ask(Purpose::Recent, Ask::Recent);
    }

    /// Something in the workspace changed: what is shown is asked for again.
    pub fn refresh(&mut self) {
        self.ask(Purpose::Inventory, Ask::Inventory);
        self.ask(Purpose::Facts, Ask::Facts);
        self.ask(Purpose::Survey, Ask::Survey);
        self.ask(Purpose::Identifiers, Ask::Identifiers);
        sources::refresh(self);
        lookup::refresh(self);
        map::refresh(self);
    }

    /// Puts a line into the message row.
    pub fn say(&mut self, line: Note) {
        self.message = Message { line, saved: false };
    }

    /// Says what was changed and is on disk.
    pub fn say_saved(&mut self, sentence: String) {
        self.message = Message { line: Line::new().say(Role::Good, "✓ ").prose(Role::Text, sentence), saved: true };
    }

    /// Copies text: the message says what went.
    pub fn copy(&mut self, what: &'static str, text: String) {
        if text.is_empty() {
            return self.say(Line::new().text("Nothing to copy here: the value is empty."));
        }
        // One line, whatever it holds: a line break that is pasted into a shell would run it.
        self.put_into_clipboard(what, Shown::of(&text).to_plain());
    }

    /// The mask, while values are masked.
    #[must_use]
    pub fn veil(&self) -> Option<&Mask> {
        self.masked.then_some(&self.mask)
    }

    /// Copies a value of a source, masked if the screen is.
    pub fn copy_value(&mut self, what: &'static str, text: String) {
        let text = self.veil().map_or(text.clone(), |mask| mask.mask(&text));
        self.copy(what, text);
    }

    /// Copies lines of text that were made safe one by one.
    pub fn copy_lines(&mut self, what: &'static str, lines: &str) {
        let lines: Vec<String> = lines.lines().map(|line| Shown::of(line).to_plain()).collect();
        self.put_into_clipboard(what, lines.join("\n"));
    }

    fn put_into_clipboard(&mut self, what: &'static str, text: String) {
        if super::term::copy_sequence(&text).is_none() {
            return self.say(
                Line::new()
                    .say(Role::Warn, "! ")
                    .text("This is longer than a terminal's clipboard takes; nothing was copied."),
            );
        }
        self.say(Line::new().text("Copied ").text(what).text("."));
        self.effects.push(Effect::Copy(text));
    }

    /// Whether the workspace takes changes; if not, the reason is in the message row.
    #[must_use]
    pub fn read_only(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.read_only)
    }

    // Where one is, and what works everywhere

    /// What has the keys now.
    #[must_use]
    pub fn place(&self) -> Place {
        if let Some(overlay) = self.overlays.last() {
            return overlay.place();
        }
        if self.prompt.is_some() {
            return Place::Prompt;
        }
        self.pane_place()
    }

    /// What has the keys when nothing lies over the pane.
    #[must_use]
    pub fn pane_place(&self) -> Place {
        if self.session.is_none() || self.at_home {
            return Place::Home;
        }
        match self.pane {
            PaneId::Sources => self.sources.place(),
            PaneId::Lookup => self.lookup.place(),
            PaneId::Map => self.map.place(),
        }
    }

    /// The screen is too small to show what a key would do.
    #[must_use]
    pub fn tiny(&self) -> bool {
        self.size.0 < 30 || self.size.1 < 6
    }

    /// What an action does wherever it is done. Returns whether it was one of these.
    fn common(&mut self, act: Act) -> bool {
        match act {
            Act::Quit => {
                if self.jobs.busy().is_some() {
                    self.overlays.push(Overlay::leaving());
                } else {
                    self.effects.push(Effect::Quit);
                }
            }
            Act::Leave => self.leave(),
            Act::Suspend => self.effects.push(Effect::Suspend),
            Act::Help => self.overlays.push(Overlay::Help(overlays::help::Help::new(self))),
            Act::Palette => self.overlays.push(Overlay::Palette(overlays::palette::Palette::new(self))),
            Act::Jobs => self.overlays.push(Overlay::Jobs(super::widgets::list::List::default())),
            Act::Mask => {
                self.masked = !self.masked;
                let words =
                    if self.masked { "Values are masked. Equal values have equal tags." } else { "Values are shown." };
                self.say(Line::new().text(words));
            }
            Act::Mouse => {
                self.mouse = !self.mouse;
                self.effects.push(Effect::Mouse(self.mouse));
                let words = if self.mouse {
                    "The mouse works here again."
                } else {
                    "The mouse is the terminal's: it selects text."
                };
                self.say(Line::new().text(words));
            }
            Act::Undo => self.rebuild(Rebuild::Undo),
            Act::Redo => self.rebuild(Rebuild::Redo),
            Act::Sources => self.show(PaneId::Sources),
            Act::Mapping => self.show(PaneId::Map),
            Act::Lookup | Act::SearchEverywhere => self.show(PaneId::Lookup),
            Act::NextPane => self.show(self.neighbour(1)),
            Act::PreviousPane => self.show(self.neighbour(PANES.len().saturating_sub(1))),
            Act::Workspaces => {
                self.at_home = true;
                self.ask(Purpose::Recent, Ask::Recent);
            }
            _ => match text_edit(act) {
                Some(edit) => self.edit_text(edit),
                None => return false,
            },
        }
        true
    }

    /// Takes back, does again or takes out, beside the screen.
    pub fn rebuild(&mut self, what: Rebuild) {
        jobs::begin(self, jobs::Work::Rebuild(what), |job| Effect::Rebuild { job, what });
    }

    /// Leaves at once: a running load is cancelled.
    pub fn leave(&mut self) {
        if let Some(job) = self.jobs.running() {
            self.effects.push(Effect::Cancel(job.id));
        }
        self.effects.push(Effect::Quit);
    }

    fn neighbour(&self, by: usize) -> PaneId {
        let at = PANES.iter().position(|pane| pane.id == self.pane).unwrap_or(0);
        PANES[(at + by) % PANES.len()].id
    }

    /// Opens a pane.
    pub fn show(&mut self, pane: PaneId) {
        self.prompt = None;
        self.pane = pane;
        self.visiting = None;
        self.at_home = false;
        if pane == PaneId::Map {
            map::shown(self);
        }
    }

    /// Takes a look into Sources; going back there returns to the pane that is open now.
    pub fn visit_sources(&mut self) {
        let from = (self.pane, self.sources.stack.len());
        self.show(PaneId::Sources);
        self.visiting = Some(from);
    }

    /// The job that a number stands for, watched in Sources.
    pub fn watch(&mut self, job: JobId) {
        self.overlays.clear();
        self.show(PaneId::Sources);
        sources::watch(self, job);
    }
}

/// The step of a movement.
#[must_use]
pub fn step(act: Act) -> Option<Step> {
    Some(match act {
        Act::Down => Step::Down,
        Act::Up => Step::Up,
        Act::First => Step::First,
        Act::Last => Step::Last,
        Act::HalfDown => Step::HalfDown,
        Act::HalfUp => Step::HalfUp,
        Act::PageDown => Step::PageDown,
        Act::PageUp => Step::PageUp,
        _ => return None,
    })
}

fn text_edit(act: Act) -> Option<Edit> {
    Some(match act {
        Act::CursorLeft => Edit::Left,
        Act::CursorRight => Edit::Right,
        Act::WordLeft => Edit::WordLeft,
        Act::WordRight => Edit::WordRight,
        Act::LineStart => Edit::Start,
        Act::LineEnd => Edit::End,
        Act::Backspace => Edit::Backspace,
        Act::Delete => Edit::Delete,
        Act::DeleteWord => Edit::DeleteWord,
        Act::DeleteToStart => Edit::DeleteToStart,
        _ => return None,
    })
}
