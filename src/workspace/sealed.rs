//! Backups under a passphrase, in the age format (age-encryption.org/v1), so that another program can open them too. What
//! is sealed is a whole backup; a workspace that is worked in is not encrypted.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use age::secrecy::SecretString;

use super::error::{WorkspaceError, WorkspaceErrorKind as Kind, name};
use super::private_file;
use crate::job::Job;

/// How every file of the format begins.
const MARK: &[u8] = b"age-encryption.org/v1";
/// Bytes between two looks at the cancel token.
const PIECE: usize = 256 << 10;
/// The most work that a file may ask for to try a passphrase (2^22: some ten seconds and 4 GiB); a hostile file could ask
/// for years.
const MOST_WORK: u8 = 22;

/// What opens a sealed backup. Never printed, wiped from memory when dropped.
#[derive(Debug, Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes a passphrase over; `None` if it is empty.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        if text.is_empty() { None } else { Some(Self(SecretString::from(text))) }
    }
}

/// Whether a file is a sealed backup, by its first bytes.
#[must_use]
pub fn is_sealed(path: &Path) -> bool {
    let mut begins = [0u8; MARK.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut begins)).is_ok() && begins == *MARK
}

/// Seals a file into a new one, whole or not at all.
///
/// # Errors
/// `Exists` if the target is there already, `Cancelled`, or what the disk says; then nothing is left.
pub fn seal(from: &Path, to: &Path, passphrase: &Passphrase, job: &Job) -> Result<u64, WorkspaceError> {
    if to.symlink_metadata().is_ok() {
        return Err(WorkspaceError::new(
            Kind::Exists,
            to,
            format!("{} exists already; it was not touched.", name(to)),
            "Choose another name.",
        ));
    }
    let read = |e: std::io::Error| WorkspaceError::io(from, "read", &e);
    let mut source = File::open(from).map_err(read)?;
    job.begin("encrypting", source.metadata().map_or(0, |meta| meta.len()));
    let mut stopped = None;
    let sealed = private_file::write_whole::<std::io::Error>(to, false, |out| {
        let encryptor = age::Encryptor::with_user_passphrase(passphrase.0.clone());
        let mut sealing = encryptor.wrap_output(out)?;
        if let Err(error) = copy(&mut source, &mut sealing, job) {
            stopped = Some(error);
            return Err(std::io::Error::other("stopped"));
        }
        sealing.finish().map(|_| ())
    });
    match (sealed, stopped) {
        (Ok(()), _) => Ok(to.metadata().map_or(0, |meta| meta.len())),
        (Err(_), Some(Stopped::Cancelled)) => Err(cancelled(to)),
        (Err(_), Some(Stopped::Io(error))) | (Err(error), None) => Err(WorkspaceError::io(to, "written", &error)),
    }
}

/// Opens a sealed backup into a new file for its owner alone, whole or not at all.
///
/// # Errors
/// `Foreign` if the passphrase does not fit, `Damaged` if the file was cut or changed; then nothing is left.
pub fn unseal(from: &Path, to: &Path, passphrase: &Passphrase, job: &Job) -> Result<(), WorkspaceError> {
    let read = |e: std::io::Error| WorkspaceError::io(from, "read", &e);
    let source = File::open(from).map_err(read)?;
    job.begin("decrypting", source.metadata().map_or(0, |meta| meta.len()));
    let decryptor = age::Decryptor::new_buffered(BufReader::new(source)).map_err(|_| damaged(from))?;
    let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(MOST_WORK);
    let mut opened =
        decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
            age::DecryptError::ExcessiveWork { .. } => WorkspaceError::new(
                Kind::Foreign,
                from,
                format!("{} asks for more work than any backup of Cutover; it was not opened.", name(from)),
                "Open it with the program that made it.",
            ),
            _ => WorkspaceError::new(
                Kind::Foreign,
                from,
                format!("The passphrase does not open {}; nothing was changed.", name(from)),
                "Try it again; letter case and spaces count.",
            ),
        })?;
    let mut stopped = None;
    let written = private_file::write_whole::<std::io::Error>(to, false, |out| {
        let mut out = BufWriter::new(out);
        match copy(&mut opened, &mut out, job) {
            Ok(()) => out.flush(),
            Err(error) => {
                stopped = Some(error);
                Err(std::io::Error::other("stopped"))
            }
        }
    });
    match (written, stopped) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(Stopped::Cancelled)) => Err(cancelled(from)),
        // What the format does not vouch for never becomes a workspace.
        (Err(_), Some(Stopped::Io(error)))
            if matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof) =>
        {
            Err(damaged(from))
        }
        (Err(_), Some(Stopped::Io(error))) | (Err(error), None) => Err(WorkspaceError::io(to, "written", &error)),
    }
}

enum Stopped {
    Cancelled,
    Io(std::io::Error),
}

fn copy(from: &mut impl Read, to: &mut impl Write, job: &Job) -> Result<(), Stopped> {
    let mut piece = vec![0u8; PIECE];
    loop {
        job.check().map_err(|_| Stopped::Cancelled)?;
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Stopped::Io(error)),
        };
        to.write_all(&piece[..read]).map_err(Stopped::Io)?;
        job.advance(read as u64);
    }
}

fn cancelled(file: &Path) -> WorkspaceError {
    WorkspaceError::new(Kind::Cancelled, file, "Cancelled. No file was made.", "Start it again when you like.")
}

fn damaged(file: &Path) -> WorkspaceError {
    WorkspaceError::new(
        Kind::Damaged,
        file,
        format!("{} was cut or changed since it was made; nothing was restored.", name(file)),
        "Choose another backup.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(folder: &Path) -> std::path::PathBuf {
        let (plain, sealed) = (folder.join("plain"), folder.join("sealed"));
        std::fs::write(&plain, vec![7u8; 300_000]).unwrap();
        seal(&plain, &sealed, &Passphrase::new("märz 17".to_owned()).unwrap(), &Job::new()).unwrap();
        sealed
    }

    #[test]
    fn what_was_sealed_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = sealed(folder.path());
        assert!(is_sealed(&sealed));
        assert!(!std::fs::read(&sealed).unwrap().windows(64).any(|window| window == [7u8; 64]));
        let out = folder.path().join("out");
        let wrong = Passphrase::new("März 17".to_owned()).unwrap();
        assert_eq!(unseal(&sealed, &out, &wrong, &Job::new()).unwrap_err().kind, Kind::Foreign);
        assert!(!out.exists());
        unseal(&sealed, &out, &Passphrase::new("märz 17".to_owned()).unwrap(), &Job::new()).unwrap();
        assert_eq!(std::fs::read(&out).unwrap(), vec![7u8; 300_000]);
    }

    #[test]
    fn a_sealed_backup_that_was_cut_or_changed_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = sealed(folder.path());
        let bytes = std::fs::read(&sealed).unwrap();
        let passphrase = Passphrase::new("märz 17".to_owned()).unwrap();
        let out = folder.path().join("out");
        let cut = folder.path().join("cut");
        std::fs::write(&cut, &bytes[..bytes.len() - 1_000]).unwrap();
        assert_eq!(unseal(&cut, &out, &passphrase, &Job::new()).unwrap_err().kind, Kind::Damaged);
        let mut changed = bytes;
        let at = changed.len() - 1_000;
        changed[at] ^= 1;
        std::fs::write(&cut, &changed).unwrap();
        assert_eq!(unseal(&cut, &out, &passphrase, &Job::new()).unwrap_err().kind, Kind::Damaged);
        assert!(!out.exists());
    }

    #[test]
    fn a_cancelled_seal_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain");
        std::fs::write(&plain, b"x").unwrap();
        let job = Job::new();
        job.cancel();
        let to = folder.path().join("sealed");
        let error = seal(&plain, &to, &Passphrase::new("x".to_owned()).unwrap(), &job).unwrap_err();
        assert_eq!(error.kind, Kind::Cancelled);
        assert!(!to.exists());
    }
}
