//! The one writing connection of a process, on a thread of its own. Work is handed to it in small pieces and done in
//! turn: a long write is many slices, so that a short write (a decision, a role set by hand) waits for one slice at most.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::{WorkspaceError, WorkspaceErrorKind, name};

type Piece = Box<dyn FnOnce(&mut Connection) + Send>;

/// Hands work to the writing thread. Dropping the last one closes the connection.
#[derive(Debug)]
pub struct Writer {
    pieces: Option<mpsc::Sender<Piece>>,
    thread: Option<JoinHandle<()>>,
    file: PathBuf,
}

/// The answer to a piece of work that was handed over without waiting.
#[derive(Debug)]
pub struct Pending<T> {
    answer: mpsc::Receiver<T>,
    file: PathBuf,
}

impl<T> Pending<T> {
    /// Waits until the piece is done.
    ///
    /// # Errors
    /// If the writing thread has ended.
    pub fn wait(self) -> Result<T, WorkspaceError> {
        self.answer.recv().map_err(|_| gone(&self.file))
    }
}

impl Writer {
    pub(super) fn start(file: &Path, mut conn: Connection) -> Result<Self, WorkspaceError> {
        let (pieces, queue) = mpsc::channel::<Piece>();
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                while let Ok(piece) = queue.recv() {
                    piece(&mut conn);
                }
            })
            .map_err(|e| WorkspaceError::io(file, "opened for writing", &e))?;
        Ok(Self { pieces: Some(pieces), thread: Some(thread), file: file.to_path_buf() })
    }

    /// Hands a piece of work over and goes on.
    ///
    /// # Errors
    /// If the writing thread has ended.
    pub fn hand_over<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<Pending<T>, WorkspaceError> {
        let (tell, answer) = mpsc::channel();
        let piece: Piece = Box::new(move |conn| {
            let _ = tell.send(work(conn));
        });
        let pieces = self.pieces.as_ref().ok_or_else(|| gone(&self.file))?;
        pieces.send(piece).map_err(|_| gone(&self.file))?;
        Ok(Pending { answer, file: self.file.clone() })
    }

    /// Runs a piece of work in one transaction that is on disk when this returns (`synchronous=FULL`).
    ///
    /// # Errors
    /// Whatever the work or the commit says; then nothing of it remains.
    pub fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, WorkspaceError> {
        let done = self.hand_over(move |conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            super::fault::point("transact.before_commit");
            tx.commit()?;
            super::fault::point("transact.after_commit");
            Ok(value)
        })?;
        done.wait()?.map_err(|e| WorkspaceError::sqlite(&self.file, &e))
    }

    /// The file that is written.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.pieces.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn gone(file: &Path) -> WorkspaceError {
    WorkspaceError::new(
        WorkspaceErrorKind::Database,
        file,
        format!("The writer of {} has ended; what was saved before is safe.", name(file)),
        "Open the workspace again.",
    )
}
