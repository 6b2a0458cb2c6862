//! The workbench on a real (pseudo) terminal: it comes up, does what keys say, and gives the terminal back whole, whatever
//! ends it.
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// A workbench on a terminal of 100 by 30.
struct OnTerminal {
    child: Box<dyn Child + Send + Sync>,
    output: Box<dyn Read + Send>,
    input: Box<dyn Write + Send>,
    screen: vt100::Parser,
    terminal: Box<dyn MasterPty + Send>,
    /// Everything that was sent to the terminal.
    raw: Vec<u8>,
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

impl OnTerminal {
    fn open(folder: &Path, environment: &[(&str, &str)], args: &[&str]) -> Self {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cutover"));
        command.args(args);
        command.cwd(folder);
        command.env_clear();
        command.env("HOME", folder);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        // A fuse, no clock: a workbench that never shows what is waited for ends, and the test says what it showed.
        let mut fuse = child.clone_killer();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_secs(60));
            let _ = fuse.kill();
        });
        Self {
            child,
            output: pair.master.try_clone_reader().unwrap(),
            input: pair.master.take_writer().unwrap(),
            screen: vt100::Parser::new(cells(30), cells(100), 0),
            terminal: pair.master,
            raw: Vec::new(),
        }
    }

    /// Reads until the screen shows `text`.
    fn shows(&mut self, text: &str) {
        while !self.screen.screen().contents().contains(text) {
            let mut some = [0; 4_096];
            let read = self.output.read(&mut some).unwrap_or(0);
            assert!(read > 0, "the end came before “{text}”:\n{}", self.screen.screen().contents());
            self.screen.process(&some[..read]);
            self.raw.extend(&some[..read]);
        }
    }

    fn keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Reads to the end and holds that every mode of the terminal is as it was.
    fn ends(mut self) -> ExitStatus {
        let mut rest = Vec::new();
        // Reading a terminal whose other side is closed is an error on some systems, and the end on others.
        let _ = self.output.read_to_end(&mut rest);
        self.screen.process(&rest);
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still there");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still marked");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is still taken");
        self.child.wait().unwrap()
    }
}

fn with_workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("Salesforce");
    std::fs::create_dir(&exports).unwrap();
    std::fs::write(
        exports.join("Contact.csv"),
        "Id,Name,Email\n0038d00000Wm7TaAAJ,Katarzyna W\u{f3}jcik,k.wojcik@bwc.example\n0038d00000wM7TqAAK,\u{1b}]0;x\u{7}Ahmet,a@d.example\n",
    )
    .unwrap();
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cutover"));
        let done = command.args(args).current_dir(folder.path()).env("HOME", folder.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    run(&["new", "try.cutover"]);
    run(&["-w", "try.cutover", "load", "Salesforce"]);
    folder
}

#[test]
fn the_workbench_comes_up_and_leaves_the_terminal_as_it_was() {
    let folder = with_workspace();
    let mut workbench = OnTerminal::open(folder.path(), &[], &["-w", "try.cutover"]);
    workbench.shows("2 rows in files = 2 records + 0 quarantined ✓");
    workbench.keys("5");
    workbench.shows("identifiers of 2 records");
    workbench.keys("0038d00000wm");
    workbench.shows("Katarzyna Wójcik");
    // From a text field q prints; the pane with the list is one key away.
    workbench.keys("\t");
    workbench.shows("system and object");
    workbench.keys("q");
    assert!(workbench.ends().success());
}

#[test]
fn signals_that_end_it_give_the_terminal_back() {
    let folder = with_workspace();
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)] {
        let mut workbench = OnTerminal::open(folder.path(), &[], &["-w", "try.cutover"]);
        workbench.shows("? keys");
        workbench.signal(name);
        assert_eq!(workbench.ends().exit_code(), code, "{name}");
    }
}

#[test]
fn no_escape_sequence_of_the_data_reaches_the_terminal() {
    let folder = with_workspace();
    let mut workbench = OnTerminal::open(folder.path(), &[], &["-w", "try.cutover"]);
    workbench.shows("? keys");
    workbench.keys("r");
    workbench.shows("␛]0;x␇Ahmet");
    assert!(!workbench.raw.windows(4).any(|four| four == b"\x1b]0;"), "a title was set");
    workbench.keys("q");
    assert!(workbench.ends().success());
}

#[test]
fn no_colour_is_sent_where_none_is_wanted() {
    let folder = with_workspace();
    let mut workbench = OnTerminal::open(folder.path(), &[("NO_COLOR", "1")], &["-w", "try.cutover"]);
    workbench.shows("? keys");
    let screen = workbench.screen.screen();
    for row in 0..30 {
        for column in 0..100 {
            let cell = screen.cell(row, column).unwrap();
            assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        }
    }
    workbench.keys("q");
    assert!(workbench.ends().success());
}

#[test]
fn another_size_is_drawn_whole() {
    let folder = with_workspace();
    let mut workbench = OnTerminal::open(folder.path(), &[], &["-w", "try.cutover"]);
    workbench.shows("? keys");
    workbench.terminal.resize(PtySize { rows: 5, cols: 20, pixel_width: 0, pixel_height: 0 }).unwrap();
    workbench.screen.set_size(cells(5), cells(20));
    workbench.shows("20×5 is too small");
    // A signal, not a key: a key that comes at the same moment as the change of size waits for the next one.
    workbench.signal("TERM");
    assert_eq!(workbench.ends().exit_code(), 143);
}

#[test]
fn a_terminal_that_cannot_show_it_gets_a_sentence() {
    let folder = with_workspace();
    let mut workbench = OnTerminal::open(folder.path(), &[("TERM", "dumb")], &["-w", "try.cutover"]);
    workbench.shows("TERM=dumb");
    assert!(!workbench.ends().success());
}

#[test]
fn keys_that_contradict_each_other_are_refused_before_the_screen_is_taken() {
    let folder = with_workspace();
    let keys = folder.path().join(".config/cutover");
    std::fs::create_dir_all(&keys).unwrap();
    std::fs::write(keys.join("keys.toml"), "[sources]\nload = [\"q\"]\n").unwrap();
    let mut workbench = OnTerminal::open(folder.path(), &[], &["-w", "try.cutover"]);
    workbench.shows("everywhere.quit and sources.load");
    assert!(!workbench.ends().success());
}
