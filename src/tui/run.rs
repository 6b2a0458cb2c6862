//! The loop: receive a message, drain the queue, update, perform the effects, draw once. One channel brings everything –
//! keys, answers, signals – so that nothing happens while nothing comes: an idle workbench does not wake up.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::app::App;
use super::effects::Body;
use super::frame;
use super::keymap::{Keymap, KeymapError};
use super::msg::{Clock, Effect, Msg, Problem};
use super::place::PaneId;
use super::recent;
use super::term::{self, Drawing};
use super::theme::Theme;

/// So many messages are taken in at most before the screen is drawn again.
const AT_ONCE: usize = 256;

/// Builds the sample company and says where its workspace is.
pub type Demo = fn(actor: &str) -> Result<PathBuf, Problem>;

/// How the workbench is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The workspace to open; without one Home is shown.
    pub workspace: Option<PathBuf>,
    pub read_only: bool,
    /// Values are masked from the first frame on.
    pub mask: bool,
    /// Who is acting.
    pub actor: String,
    /// `dark`, `light`, `16` or `none`; else it is found.
    pub theme: Option<String>,
    pub first_pane: Option<PaneId>,
    /// Builds the sample company; without it Home cannot.
    pub demo: Option<Demo>,
}

/// Why the workbench cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error(
        "the workbench needs a terminal, and there is none here. The subcommands work without one: cutover --help lists them."
    )]
    NoTerminal,
    #[error(
        "this terminal (TERM=dumb) cannot show the workbench. The subcommands work in it: cutover --help lists them."
    )]
    Dumb,
    #[error(transparent)]
    Keys(#[from] KeymapError),
    #[error("the terminal could not be used: {0}")]
    Io(#[from] io::Error),
}

/// Opens the workbench and runs it until it is left. Returns the exit code: 0, or 128 and the number of the signal that
/// ended it.
///
/// # Errors
/// [`TuiError`]; the terminal is as it was.
pub fn open(options: Options) -> Result<u8, TuiError> {
    use std::io::IsTerminal;
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(TuiError::NoTerminal);
    }
    let var = |name: &str| std::env::var(name).ok();
    if var("TERM").as_deref() == Some("dumb") {
        return Err(TuiError::Dumb);
    }
    let keymap = keymap()?;
    let theme = Theme::find(options.theme.as_deref(), var);
    let size = crossterm::terminal::size()?;
    let (messages, queue) = channel();
    let mut app = App::new(size, theme, keymap);
    app.masked = options.mask;
    app.pane = options.first_pane.unwrap_or_default();
    app.can_demo = options.demo.is_some();
    if let Ok(folder) = std::env::current_dir() {
        app.folder = folder;
    }
    let body = Body::new(messages.clone(), options.actor, options.demo, recent::file());
    let (_guard, drawing) = term::take()?;
    listen(&messages)?;
    let begin = Instant::now();
    let effects = {
        app.update(Msg::Clock(clock(begin)));
        app.start(options.workspace, options.read_only)
    };
    Workbench { app, body, drawing, queue, begin, signal: None }.run(effects)
}

/// The embedded keys with the user's own laid over them.
fn keymap() -> Result<Keymap, KeymapError> {
    let folders = directories::ProjectDirs::from("", "", "cutover");
    let file = folders.map(|folders| folders.config_dir().join("keys.toml"));
    match file.as_ref().and_then(|file| Some((std::fs::read_to_string(file).ok()?, file))) {
        Some((text, file)) => Keymap::with(&text, &file.display().to_string()),
        None => Ok(Keymap::standard()),
    }
}

fn clock(begin: Instant) -> Clock {
    let millis = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    Clock { millis, utc: jiff::Timestamp::now().as_second() }
}

/// Starts the threads that bring keys and signals.
fn listen(messages: &Sender<Msg>) -> io::Result<()> {
    let (ending, again) = (messages.clone(), messages.clone());
    term::listen(
        move |signal| {
            let _ = ending.send(Msg::Signal(signal));
        },
        move || {
            let _ = again.send(Msg::Redraw);
        },
    )?;
    let keys = messages.clone();
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        use crossterm::event::Event;
        loop {
            // What a terminal sends can be anything; a fault in reading it costs that piece of input, not the keys.
            let Ok(read) = std::panic::catch_unwind(crossterm::event::read) else { continue };
            let msg = match read {
                Ok(Event::Key(key)) => Msg::Key(key),
                Ok(Event::Paste(text)) => Msg::Paste(text),
                Ok(Event::Mouse(mouse)) => Msg::Mouse(mouse),
                Ok(Event::Resize(width, height)) => Msg::Resize(width, height),
                Ok(_) => continue,
                // The terminal is gone.
                Err(_) => Msg::Signal(1),
            };
            let gone = matches!(msg, Msg::Signal(_));
            if keys.send(msg).is_err() || gone {
                return;
            }
        }
    })?;
    Ok(())
}

struct Workbench {
    app: App,
    body: Body,
    drawing: Drawing,
    queue: Receiver<Msg>,
    begin: Instant,
    signal: Option<i32>,
}

impl Workbench {
    fn run(mut self, effects: Vec<Effect>) -> Result<u8, TuiError> {
        let mut ends = self.perform(effects);
        while !ends {
            self.draw()?;
            ends = self.receive();
        }
        let running = self.app.jobs.running().map(|entry| entry.id);
        self.body.stop(&self.queue, running);
        Ok(self.signal.map_or(0, |signal| u8::try_from(128 + signal).unwrap_or(1)))
    }

    /// Waits for a message, takes in all that wait, and performs what they want. Returns whether the program is to end.
    fn receive(&mut self) -> bool {
        let first = match self.app.next_tick() {
            Some(millis) => match self.queue.recv_timeout(Duration::from_millis(millis)) {
                Ok(msg) => Some(msg),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return true,
            },
            None => match self.queue.recv() {
                Ok(msg) => Some(msg),
                Err(_) => return true,
            },
        };
        let effects = self.app.update(Msg::Clock(clock(self.begin)));
        if self.perform(effects) {
            return true;
        }
        if let Some(entry) = self.app.jobs.running()
            && let Some(progress) = self.body.progress(entry.id)
        {
            let effects = self.app.update(Msg::Progress(entry.id, progress));
            if self.perform(effects) {
                return true;
            }
        }
        for generation in self.app.counting() {
            if let Some(progress) = self.body.counting(generation) {
                let effects = self.app.update(Msg::Counting(generation, progress));
                if self.perform(effects) {
                    return true;
                }
            }
        }
        let mut next = first;
        for _ in 0..AT_ONCE {
            let Some(msg) = next.take() else { break };
            match msg {
                Msg::Signal(signal) => {
                    self.signal = Some(signal);
                    return true;
                }
                Msg::Redraw => {
                    let _ = term::forget_frame(&mut self.drawing);
                }
                msg => {
                    let effects = self.app.update(msg);
                    if self.perform(effects) {
                        return true;
                    }
                }
            }
            next = self.queue.try_recv().ok();
        }
        false
    }

    fn perform(&mut self, effects: Vec<Effect>) -> bool {
        let mut ends = false;
        for effect in effects {
            ends |= self.body.perform(effect);
        }
        ends
    }

    fn draw(&mut self) -> io::Result<()> {
        let _writing = term::writing();
        let app = &mut self.app;
        let mut painted = None;
        self.drawing.draw(|frame| {
            let area = frame.area();
            app.size = (area.width, area.height);
            painted = Some(frame::draw(app, frame.buffer_mut()));
        })?;
        if let Some((rows, hits)) = painted {
            app.painted(rows, hits);
        }
        Ok(())
    }
}
