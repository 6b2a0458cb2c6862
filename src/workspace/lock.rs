//! One long write (load, undo of a load, rebuild of the index) at a time, across processes, by an operating-system lock
//! on a small file beside the workspace that names its holder. The lock dies with its process, so a crash never leaves
//! the workspace locked; only the holder sweeps what a crash left.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::{WorkspaceError, WorkspaceErrorKind, name};
use super::private_file;

/// The right to write at length; given back when dropped.
#[derive(Debug)]
pub struct LongWrite {
    file: File,
}

/// The lock file of a workspace.
pub(super) fn path_of(workspace: &Path) -> PathBuf {
    let mut file = workspace.as_os_str().to_owned();
    file.push("-lock");
    PathBuf::from(file)
}

impl LongWrite {
    /// Takes the lock, or says who holds it.
    ///
    /// # Errors
    /// `Busy` naming the holder; `Io` if the file cannot be made.
    pub(super) fn take(workspace: &Path, who: &str, doing: &str) -> Result<Self, WorkspaceError> {
        let path = path_of(workspace);
        let mut file = private_file::open_or_create(&path).map_err(|e| WorkspaceError::io(&path, "opened", &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The name is a courtesy; the lock counts.
                let _ = (&mut file).take(400).read_to_string(&mut holder);
                let holder: String = holder.chars().filter(|c| !c.is_control()).take(120).collect();
                let by = if holder.is_empty() { "by another Cutover".to_owned() } else { holder };
                return Err(WorkspaceError::new(
                    WorkspaceErrorKind::Busy,
                    workspace,
                    format!("{} is being written at length {by}.", name(workspace)),
                    "Reading and looking up work meanwhile. Try again when it has ended.",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(WorkspaceError::io(&path, "locked", &error)),
        }
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
        let text = format!("on {host} since {now} ({who}: {doing})");
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
        Ok(Self { file })
    }
}

impl Drop for LongWrite {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
