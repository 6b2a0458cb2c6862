//! The terminal: taken over whole, given back whole, whatever ends the program – a key, an error, a panic, a signal. Also the
//! clipboard. Nothing here knows what is drawn.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use base64::Engine;
use crossterm::{cursor, event, execute, queue, style, terminal};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

/// The terminal is in the hands of the workbench.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The terminal tells presses from repeats.
static ENHANCED: AtomicBool = AtomicBool::new(false);
/// The program takes the mouse.
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Held while a frame is written, and while the terminal is lent to the shell.
static WRITING: Mutex<()> = Mutex::new(());

/// Terminals cut off what is longer.
const LONGEST_COPY: usize = 74_000;

/// What a frame is drawn with.
pub type Drawing = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Gives the terminal back when dropped.
#[derive(Debug)]
pub struct Guard(());

/// Terminals that are known to tell presses from repeats and releases. They are not asked: an answer that never comes would
/// hold up the first frame.
fn is_enhanced(var: impl Fn(&str) -> Option<String>) -> bool {
    let term = var("TERM").unwrap_or_default();
    let program = var("TERM_PROGRAM").unwrap_or_default();
    ["kitty", "foot", "ghostty", "wezterm", "rio"].iter().any(|name| term.contains(name))
        || ["WezTerm", "ghostty", "rio"].contains(&program.as_str())
        || var("KITTY_WINDOW_ID").is_some()
}

/// Takes the terminal over.
///
/// # Errors
/// If it cannot be put into raw mode or written to; then it is as it was.
pub fn take() -> io::Result<(Guard, Drawing)> {
    ENHANCED.store(is_enhanced(|name| std::env::var(name).ok()), Ordering::SeqCst);
    MOUSE.store(true, Ordering::SeqCst);
    give_back_on_panic(std::thread::current().id());
    let guard = Guard(());
    enter()?;
    let drawing = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout())))?;
    Ok((guard, drawing))
}

/// Forgets what stands on the screen, so that the next frame is drawn whole. (`Terminal::clear` would ask the terminal where
/// the cursor is, and the thread that reads the keys would take the answer.)
///
/// # Errors
/// If the terminal cannot be written to.
pub fn forget_frame(drawing: &mut Drawing) -> io::Result<()> {
    let _writing = writing();
    let size = drawing.size()?;
    drawing.resize(Rect::new(0, 0, size.width, size.height))
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Held by whoever writes to the terminal.
pub fn writing() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, terminal::EnterAlternateScreen, event::EnableBracketedPaste, cursor::Hide)?;
    if ENHANCED.load(Ordering::SeqCst) {
        use event::KeyboardEnhancementFlags as Flags;
        let flags = Flags::DISAMBIGUATE_ESCAPE_CODES | Flags::REPORT_EVENT_TYPES | Flags::REPORT_ALTERNATE_KEYS;
        execute!(out, event::PushKeyboardEnhancementFlags(flags))?;
    }
    if MOUSE.load(Ordering::SeqCst) {
        mouse_on(&mut out)?;
    }
    Ok(())
}

/// Gives the terminal back: every mode, the screen, the cursor. Does nothing if it is given back already.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Each step is tried whatever became of the one before: the terminal may be gone in part.
    let mut out = io::stdout();
    if ENHANCED.load(Ordering::SeqCst) {
        let _ = queue!(out, event::PopKeyboardEnhancementFlags);
    }
    let _ = mouse_off(&mut out);
    let _ = queue!(out, event::DisableBracketedPaste, style::ResetColor, style::SetAttribute(style::Attribute::Reset));
    let _ = queue!(out, terminal::LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = terminal::disable_raw_mode();
}

/// Clicks and the wheel, but no movements: they would wake the program for nothing.
#[cfg(unix)]
fn mouse_on(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x1b[?1000h\x1b[?1006h")?;
    out.flush()
}

#[cfg(unix)]
fn mouse_off(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x1b[?1006l\x1b[?1000l")?;
    out.flush()
}

#[cfg(not(unix))]
fn mouse_on(out: &mut impl Write) -> io::Result<()> {
    execute!(out, event::EnableMouseCapture)
}

#[cfg(not(unix))]
fn mouse_off(out: &mut impl Write) -> io::Result<()> {
    execute!(out, event::DisableMouseCapture)
}

/// Takes the mouse, or leaves it to the terminal's own selection.
pub fn set_mouse(on: bool) {
    MOUSE.store(on, Ordering::SeqCst);
    let _writing = writing();
    let mut out = io::stdout();
    let _ = if on { mouse_on(&mut out) } else { mouse_off(&mut out) };
}

/// What is sent to put text into the clipboard, also over SSH (OSC 52); `None` if it is longer than terminals take.
#[must_use]
pub fn copy_sequence(text: &str) -> Option<String> {
    (text.len() <= LONGEST_COPY)
        .then(|| format!("\x1b]52;c;{}\x07", base64::engine::general_purpose::STANDARD.encode(text)))
}

/// Puts text into the clipboard.
pub fn copy(text: &str) {
    if let Some(sequence) = copy_sequence(text) {
        let _writing = writing();
        let mut out = io::stdout();
        let _ = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    }
}

/// A panic gives the terminal back first. Its text may quote data, so only its place is told. In a thread that works beside
/// the screen nothing is written: who waits for its answer says that it did not come.
fn give_back_on_panic(screen: ThreadId) {
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() != screen {
            return;
        }
        give_back();
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        eprintln!(
            "Cutover stopped by a fault of its own, at {place}. What was saved is safe; a running load left nothing behind."
        );
    }));
}

/// Listens for the signals that end or suspend a program. `end` is told the number of one that ends it; if the program is
/// still there two seconds later, the terminal is given back and the program ended from here. `again` is called after it was
/// suspended and went on.
///
/// # Errors
/// If the signals cannot be listened for.
#[cfg(unix)]
pub fn listen(end: impl Fn(i32) + Send + 'static, again: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGTSTP => {
                    let _writing = writing();
                    give_back();
                    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
                    let _ = enter();
                    again();
                }
                SIGCONT => {
                    // Stopped by a signal that cannot be caught: the shell may have changed the modes meanwhile.
                    let _writing = writing();
                    give_back();
                    let _ = enter();
                    again();
                }
                _ => {
                    end(signal);
                    std::thread::sleep(std::time::Duration::from_secs(2));
                    give_back();
                    std::process::exit(128 + signal);
                }
            }
        }
    })?;
    Ok(())
}

/// Other systems end a console program themselves.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn listen(_: impl Fn(i32) + Send + 'static, _: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Suspends the program, as Ctrl-z does in a shell.
pub fn suspend() {
    #[cfg(unix)]
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTSTP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_goes_as_base_64_and_never_as_itself() {
        assert_eq!(copy_sequence("0038d00000Wm7T").unwrap(), "\x1b]52;c;MDAzOGQwMDAwMFdtN1Q=\x07");
        assert_eq!(copy_sequence(&"x".repeat(LONGEST_COPY + 1)), None);
    }

    #[test]
    fn only_terminals_that_are_known_to_are_told_to_tell_repeats() {
        assert!(is_enhanced(|name| (name == "TERM").then(|| "xterm-kitty".to_owned())));
        assert!(!is_enhanced(|name| (name == "TERM").then(|| "xterm-256color".to_owned())));
    }
}
