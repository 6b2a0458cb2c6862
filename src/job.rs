//! Long work seen from outside: how far it is, how long it may still take, and a way to stop it. A `Job` is shared
//! between the thread that works and whoever watches; it knows neither screen nor database.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The work was stopped on request. Whoever receives it leaves nothing half done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// A handle on one piece of long work; clones share it.
#[derive(Debug, Clone)]
pub struct Job {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    cancelled: AtomicBool,
    /// Once set, the last commit is under way and a cancel comes too late.
    sealed: AtomicBool,
    done: AtomicU64,
    /// 0 while unknown.
    total: AtomicU64,
    rows: AtomicU64,
    quarantined: AtomicU64,
    stage: Mutex<Stage>,
    started: Instant,
}

#[derive(Debug, Clone)]
struct Stage {
    label: String,
    /// What the stage is reading, e.g. `CSV, comma, UTF-8, header on line 1`.
    details: Vec<(&'static str, String)>,
    started: Instant,
}

/// What a watcher sees at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// What is being done now, in words: `reading`, `indexing`.
    pub stage: String,
    /// Labelled facts found on the way (dialect, native ID), in the order they were found.
    pub details: Vec<(&'static str, String)>,
    /// Bytes done in this stage.
    pub done: u64,
    /// Bytes in all, if known.
    pub total: Option<u64>,
    /// Rows seen.
    pub rows: u64,
    /// Rows quarantined.
    pub quarantined: u64,
    /// Since the job began.
    pub elapsed: Duration,
    /// What this stage may still take, at the pace so far; `None` in the first half second and while the total is unknown.
    pub left: Option<Duration>,
    /// Somebody asked it to stop.
    pub cancelling: bool,
}

impl Default for Job {
    fn default() -> Self {
        Self::new()
    }
}

impl Job {
    /// A job that has not begun.
    #[must_use]
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            shared: Arc::new(Shared {
                cancelled: AtomicBool::new(false),
                sealed: AtomicBool::new(false),
                done: AtomicU64::new(0),
                total: AtomicU64::new(0),
                rows: AtomicU64::new(0),
                quarantined: AtomicU64::new(0),
                stage: Mutex::new(Stage { label: String::new(), details: Vec::new(), started: now }),
                started: now,
            }),
        }
    }

    /// Begins a stage of `total` bytes (0: unknown); the byte count starts anew, rows and details stay.
    pub fn begin(&self, label: &str, total: u64) {
        let mut stage = self.shared.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        label.clone_into(&mut stage.label);
        stage.started = Instant::now();
        self.shared.done.store(0, Ordering::Relaxed);
        self.shared.total.store(total, Ordering::Relaxed);
    }

    /// Adds or replaces a labelled fact about the work.
    pub fn note(&self, label: &'static str, text: String) {
        let mut stage = self.shared.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match stage.details.iter_mut().find(|(l, _)| *l == label) {
            Some((_, t)) => *t = text,
            None => stage.details.push((label, text)),
        }
    }

    /// Counts bytes of this stage.
    pub fn advance(&self, bytes: u64) {
        self.shared.done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts rows read and, of these, rows quarantined.
    pub fn count_rows(&self, rows: u64, quarantined: u64) {
        self.shared.rows.fetch_add(rows, Ordering::Relaxed);
        self.shared.quarantined.fetch_add(quarantined, Ordering::Relaxed);
    }

    /// Forgets the rows counted so far (the next file of the same job begins).
    pub fn reset_rows(&self) {
        self.shared.rows.store(0, Ordering::Relaxed);
        self.shared.quarantined.store(0, Ordering::Relaxed);
    }

    /// Asks the work to stop. Returns whether that was still possible.
    pub fn cancel(&self) -> bool {
        if self.shared.sealed.load(Ordering::SeqCst) {
            return false;
        }
        self.shared.cancelled.store(true, Ordering::SeqCst);
        true
    }

    /// To be asked by the work at least every few milliseconds.
    ///
    /// # Errors
    /// [`Cancelled`] once somebody asked it to stop.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.shared.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// From here on the work can no longer be stopped: its last commit begins.
    ///
    /// # Errors
    /// [`Cancelled`] if somebody asked it to stop before.
    pub fn seal(&self) -> Result<(), Cancelled> {
        self.check()?;
        self.shared.sealed.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// The next file of the same job may be cancelled again.
    pub fn unseal(&self) {
        self.shared.sealed.store(false, Ordering::SeqCst);
    }

    /// The state of the work now.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let stage = self.shared.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let done = self.shared.done.load(Ordering::Relaxed);
        let total = self.shared.total.load(Ordering::Relaxed);
        let spent = stage.started.elapsed();
        let left = (total > 0 && done > 0 && spent >= Duration::from_millis(500)).then(|| {
            let rest = total.saturating_sub(done) as f64 / done as f64;
            Duration::from_secs_f64((spent.as_secs_f64() * rest).min(1e9))
        });
        Progress {
            stage: stage.label,
            details: stage.details,
            done,
            total: (total > 0).then_some(total),
            rows: self.shared.rows.load(Ordering::Relaxed),
            quarantined: self.shared.quarantined.load(Ordering::Relaxed),
            elapsed: self.shared.started.elapsed(),
            left,
            cancelling: self.shared.cancelled.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancel_after_the_seal_comes_too_late() {
        let job = Job::new();
        assert!(job.seal().is_ok());
        assert!(!job.cancel());
        assert!(job.check().is_ok());
    }

    #[test]
    fn a_cancelled_job_cannot_be_sealed() {
        let job = Job::new();
        assert!(job.clone().cancel());
        assert_eq!(job.seal(), Err(Cancelled));
    }
}
