//! Progress on a terminal, and Ctrl-C that leaves nothing half done.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::failure::Failure;
use crate::job::Job;
use crate::values::format;

/// Runs work beside a progress bar (on a terminal); TERM, HUP and INT cancel it, a second one ends the program.
pub(super) fn watch<T>(work: impl FnOnce(&Job) -> T) -> Result<T, Failure> {
    let job = Job::new();
    let signals = Signals::listen(&job)?;
    let done = Arc::new(AtomicBool::new(false));
    let drawing = std::io::stderr().is_terminal().then(|| {
        let (job, done) = (job.clone(), done.clone());
        std::thread::spawn(move || draw(&job, &done))
    });
    let value = work(&job);
    done.store(true, Ordering::SeqCst);
    if let Some(drawing) = drawing {
        drawing.thread().unpark();
        let _ = drawing.join();
    }
    drop(signals);
    Ok(value)
}

fn draw(job: &Job, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let known =
        ProgressStyle::with_template("{bar:28} {percent:>3} %  {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let unknown = ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    while !done.load(Ordering::SeqCst) {
        let now = job.progress();
        // Less than a moment's work draws nothing.
        if now.elapsed > Duration::from_millis(150) {
            match now.total {
                Some(total) => {
                    bar.set_style(known.clone());
                    bar.set_length(total);
                    bar.set_position(now.done.min(total));
                }
                None => bar.set_style(unknown.clone()),
            }
            let rows = if now.rows > 0 {
                format!(", {} rows, {}", format::thousands(now.rows), format::rate(now.rows, now.elapsed))
            } else {
                String::new()
            };
            let left = now.left.map_or_else(String::new, |left| format!(", {}", format::about(left)));
            let stage = if now.cancelling { "stopping".to_owned() } else { now.stage };
            bar.set_message(format!("{stage}{rows}{left}"));
            bar.tick();
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}

/// Listens for signals as long as it lives.
struct Signals {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
}

impl Signals {
    fn listen(job: &Job) -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
                .map_err(|e| Failure::io("the signal handler", &e))?;
            let handle = signals.handle();
            let job = job.clone();
            std::thread::spawn(move || {
                let mut times = 0;
                for _ in signals.forever() {
                    times += 1;
                    let in_time = job.cancel();
                    if times > 1 {
                        std::process::exit(i32::from(super::exit::CANCELLED));
                    }
                    if !in_time {
                        super::output::say("cutover: too late to cancel; the last step is being saved.");
                    }
                }
            });
            Ok(Self { handle })
        }
        #[cfg(not(unix))]
        {
            let _ = job;
            Ok(Self {})
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        #[cfg(unix)]
        self.handle.close();
    }
}
