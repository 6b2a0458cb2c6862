//! Files for their owner alone: made with mode 0600 under any umask, never through a symbolic link, and, where they
//! leave the workspace, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes a new file for its owner alone.
///
/// # Errors
/// If it exists (a dangling symbolic link counts), or cannot be made.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    owner_only(&mut options);
    options.open(path)
}

/// Opens a file for reading and writing, making it for its owner alone if it is missing; refuses a symbolic link.
///
/// # Errors
/// If it is a symbolic link, or cannot be opened.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    if path.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    owner_only(&mut options);
    options.open(path)
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn owner_only(_options: &mut OpenOptions) {}

/// Makes a folder, and those above it, for their owner alone.
///
/// # Errors
/// If a folder cannot be made.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Writes a file whole or not at all: a temporary file beside it, fsync, rename, fsync of the folder.
///
/// # Errors
/// If it exists and `replace` is false, or anything on the way fails; then nothing is left behind.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let folder = folder_of(path);
    if !replace && path.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it exists already").into());
    }
    // tempfile makes the file with mode 0600.
    let mut temporary = tempfile::Builder::new().prefix(".cutover-").suffix(".part").tempfile_in(&folder)?;
    {
        let mut buffered = io::BufWriter::new(temporary.as_file_mut());
        write(&mut buffered)?;
        buffered.flush()?;
    }
    temporary.as_file().sync_all()?;
    if replace {
        temporary.persist(path).map_err(|e| e.error)?;
    } else {
        temporary.persist_noclobber(path).map_err(|e| e.error)?;
    }
    sync_folder(&folder)?;
    Ok(())
}

/// Gives a finished file, which is on disk already, its name in the same folder; never in the place of another.
///
/// # Errors
/// `AlreadyExists`, or what the file system says; the file stands under its old name then.
pub fn put_in_place(finished: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(finished, path) {
        Ok(()) => {
            let _ = std::fs::remove_file(finished);
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Not every file system has hard links.
        Err(_) if path.symlink_metadata().is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => std::fs::rename(finished, path)?,
    }
    sync_folder(&folder_of(path))
}

/// The folder that a file stands in.
#[must_use]
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Makes a rename in this folder survive a power cut.
///
/// # Errors
/// If the folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create_new(&path).unwrap();
        let whole = folder.path().join("b");
        write_whole::<io::Error>(&whole, false, |out| out.write_all(b"x")).unwrap();
        for path in [path, whole] {
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_made_through_a_symbolic_link() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path().join("target"), &link).unwrap();
        assert!(create_new(&link).is_err());
        assert!(open_or_create(&link).is_err());
        assert!(!folder.path().join("target").exists());
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let failed = write_whole::<io::Error>(&path, false, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
