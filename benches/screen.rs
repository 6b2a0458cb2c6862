//! From key to painted frame, and from start to first useful frame: `cargo bench --bench screen [-- --rows N --keys N]`.
//!
//! The first part drives the workbench's own state, lanes and drawing without a terminal: *painted* is the frame that
//! answers the key at once, *answered* the one that shows what was read for it. The second part starts the program in a
//! pseudo-terminal and waits until the sum of the inventory stands on the screen.

mod support;

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crossterm::event::{KeyEvent, KeyModifiers};
use cutover::tui::app::App;
use cutover::tui::effects::Body;
use cutover::tui::frame;
use cutover::tui::keymap::{Key, Keymap};
use cutover::tui::msg::{Clock, Effect, Msg};
use cutover::tui::theme::{Colours, Theme};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use support::{Chance, argument, contact, cutover, since, tell};

const SIZE: (u16, u16) = (160, 48);
const STARTS: usize = 30;

fn main() {
    if !support::asked_for() {
        return;
    }
    let (rows, keys) = (argument("--rows", 1_000_000), argument("--keys", 400));
    let file = support::workspace(rows);
    let mut screen = Screen::open(&file);
    println!("{rows} rows, {} x {} cells", SIZE.0, SIZE.1);

    screen.phase("Sources: up and down", &mut ["j", "k"].iter().cycle().take(keys as usize).map(|k| (*k).to_owned()));
    screen.press("j");
    screen.press("r");
    screen.phase("records: a row down", &mut (0..keys).map(|_| "j".to_owned()));
    screen.phase("records: a page down", &mut (0..keys).map(|_| "pgdn".to_owned()));
    screen
        .phase("records: first and last", &mut ["G", "g"].iter().cycle().take(keys as usize).map(|k| (*k).to_owned()));
    screen.phase(
        "records: columns",
        &mut ["l", "l", "l", "h"].iter().cycle().take(keys as usize).map(|k| (*k).to_owned()),
    );
    screen.press("5");
    let mut chance = Chance::new(7);
    for (what, part) in [
        ("Lookup: a native ID typed and cleared", (|c| c.id.clone()) as fn(&support::Contact) -> String),
        ("Lookup: a name typed and cleared", |c| format!("{} {}", c.first, c.last)),
        ("Lookup: a phone typed and cleared", |c| c.phone.clone()),
    ] {
        let mut strokes = Vec::new();
        for _ in 0..(keys / 16).max(1) {
            let text = part(&contact(chance.below(rows)));
            strokes.extend(text.chars().map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() }));
            strokes.push("ctrl-u".to_owned());
        }
        screen.phase(what, &mut strokes.into_iter());
    }
    drop(screen);

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.extend(start(&file, rows));
    }
    starts.sort_by(f64::total_cmp);
    println!(
        "start to first useful frame: {} of {STARTS} starts, p50 {:.1} ms, p95 {:.1} ms (goal 30 ms)",
        starts.len(),
        support::percentile(&starts, 0.5),
        support::percentile(&starts, 0.95)
    );
}

/// The workbench without a terminal: its state, its lanes, its drawing.
struct Screen {
    app: App,
    body: Body,
    queue: Receiver<Msg>,
    terminal: Terminal<TestBackend>,
    begin: Instant,
    waiting: usize,
}

impl Screen {
    fn open(file: &Path) -> Self {
        let (messages, queue) = channel();
        let mut app = App::new(SIZE, Theme { colours: Colours::Dark, ascii: false }, Keymap::standard());
        let body = Body::new(messages, "bench".to_owned(), None, None);
        let terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a made-up terminal");
        let effects = app.start(Some(PathBuf::from(file)), true);
        let mut screen = Self { app, body, queue, terminal, begin: Instant::now(), waiting: 0 };
        screen.perform(effects);
        screen.paint();
        screen.settle();
        screen
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.waiting += usize::from(matches!(effect, Effect::Ask { .. }));
            self.body.perform(effect);
        }
    }

    fn update(&mut self, msg: Msg) {
        let effects = self.app.update(msg);
        self.perform(effects);
    }

    fn paint(&mut self) {
        let app = &self.app;
        let mut painted = None;
        self.terminal.draw(|frame| painted = Some(frame::draw(app, frame.buffer_mut()))).expect("a made-up terminal");
        if let Some((rows, hits)) = painted {
            self.app.painted(rows, hits);
        }
    }

    /// Takes in answers until none is awaited, as the loop of the workbench does: all that wait, then one frame.
    fn settle(&mut self) {
        while self.waiting > 0 {
            // A question that was overtaken is not answered at all.
            let Ok(first) = self.queue.recv_timeout(Duration::from_millis(500)) else {
                self.waiting = 0;
                return;
            };
            self.answered(first);
            while let Ok(more) = self.queue.try_recv() {
                self.answered(more);
            }
            self.paint();
        }
    }

    fn answered(&mut self, msg: Msg) {
        self.waiting = self.waiting.saturating_sub(usize::from(matches!(msg, Msg::Answered(..))));
        self.update(msg);
    }

    /// Presses a key; milliseconds to the frame that answers it at once, and to the one with what was read for it.
    fn press(&mut self, name: &str) -> (f64, f64) {
        let key = Key::parse(name).expect("a key of the table");
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::CONTROL, key.ctrl);
        let millis = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let begin = Instant::now();
        self.update(Msg::Clock(Clock { millis, utc: 1_763_633_643 }));
        self.update(Msg::Key(KeyEvent::new(key.code, modifiers)));
        self.paint();
        let painted = since(begin);
        self.settle();
        (painted, since(begin))
    }

    fn phase(&mut self, what: &str, keys: &mut dyn Iterator<Item = String>) {
        let (painted, answered): (Vec<f64>, Vec<f64>) = keys.map(|key| self.press(&key)).unzip();
        tell(&format!("{what}, painted"), painted, Some(8.0));
        tell(&format!("{what}, answered"), answered, None);
    }
}

/// Starts the program in a pseudo-terminal; milliseconds until the sum of the inventory is on the screen.
fn start(file: &Path, rows: u64) -> Option<f64> {
    let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(cutover());
    command.args(["--read-only", "-w"]);
    command.arg(file);
    command.env("TERM", "xterm-256color");
    command.env("XDG_STATE_HOME", support::folder());
    let mut writer = pair.master.take_writer().expect("a pseudo-terminal");
    let mut reader = pair.master.try_clone_reader().expect("a pseudo-terminal");
    let begin = Instant::now();
    let mut child = pair.slave.spawn_command(command).expect("the program is there");
    drop(pair.slave);
    let (sender, bytes) = channel();
    let reading = std::thread::spawn(move || {
        let mut block = [0u8; 1 << 16];
        while let Ok(n @ 1..) = reader.read(&mut block) {
            if sender.send(block[..n].to_vec()).is_err() {
                return;
            }
        }
    });
    let wanted = thousands(rows);
    let cells = |n: u16| NonZero::new(n).expect("not zero");
    let mut parser = vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0);
    let mut took = None;
    while begin.elapsed() < Duration::from_secs(5) {
        let Ok(block) = bytes.recv_timeout(Duration::from_secs(5)) else { break };
        parser.process(&block);
        // A terminal answers where its cursor is.
        if block.windows(4).any(|four| four == b"\x1b[6n") {
            let _ = writer.write_all(b"\x1b[1;1R").and_then(|()| writer.flush());
        }
        if parser.screen().contents().contains(&wanted) {
            took = Some(since(begin));
            break;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    drop(bytes);
    drop(pair.master);
    let _ = reading.join();
    took
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
