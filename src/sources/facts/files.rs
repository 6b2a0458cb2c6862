//! The files that were loaded, by their hashes, and whether each is in a folder (a backup) with the very bytes that were
//! read. A file that was read from inside an archive or a workbook is found by unpacking: what counts is that these bytes
//! are still to be had, wherever they lie and whatever they are called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::store;
use crate::job::{Cancelled, Job};
use crate::sources::read::{self, ReadErrorKind, ReadOptions};
use crate::sources::{LoadId, SourcesError};
use crate::values::shown::Shown;
use crate::workspace::audit::hex;

/// A load with the file that it read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LoadedFile {
    pub load: LoadId,
    pub source: String,
    pub object: String,
    /// Name of the file with member and sheet: `export.zip › Contact.csv`.
    pub file: String,
    /// Where it lay when it was loaded.
    pub path: String,
    /// What was read from inside the file: a member of an archive, a sheet of a workbook.
    pub member: Option<String>,
    /// SHA-256 of the bytes that were read, unpacked; of a sheet: of its workbook, a zero byte and the sheet's name.
    pub sha256: String,
    /// Of what was read, unpacked.
    pub bytes: u64,
}

/// Where the bytes of a load were found again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    /// Below the folder that was looked through.
    pub path: String,
    /// Inside that file.
    pub member: Option<String>,
    /// SHA-256 and size of that file as it lies there.
    pub file_sha256: String,
    pub file_bytes: u64,
}

/// What a folder holds of the loaded files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// By load, in the order of [`loaded`]; `None`: nowhere in the folder.
    pub found: Vec<Option<Found>>,
    /// Files looked at.
    pub files: u64,
    /// What could not be looked into, with why; safe to print.
    pub unreadable: Vec<(String, String)>,
}

impl Comparison {
    /// Loads whose bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.found.iter().filter(|found| found.is_none()).count()
    }
}

/// Folders below folders that are looked through.
const DEPTH: usize = 32;

/// Every loaded file, by load.
///
/// # Errors
/// If the database cannot be read.
pub fn loaded(conn: &Connection) -> rusqlite::Result<Vec<LoadedFile>> {
    let files = store::loaded_files(conn)?.into_iter().map(|load| LoadedFile {
        load: LoadId(load.load),
        source: load.source,
        object: load.object,
        member: load.title.split_once(" › ").map(|(_, member)| member.to_owned()).or_else(|| unpacked(&load.path)),
        file: load.title,
        path: load.path,
        sha256: load.sha256,
        bytes: load.bytes,
    });
    Ok(files.collect())
}

/// What is inside a gzip file: itself without the ending.
fn unpacked(path: &str) -> Option<String> {
    let name = Path::new(path).file_name()?.to_string_lossy().into_owned();
    name.strip_suffix(".gz").map(str::to_owned)
}

/// Looks for the bytes of every load in a folder and the folders below it. Links are not followed. First the files
/// themselves by their hashes; then, for what is not found, the insides of archives and workbooks, those of the same name
/// first.
///
/// # Errors
/// If the folder cannot be read, or the job is cancelled.
pub fn compare(files: &[LoadedFile], folder: &Path, job: &Job) -> Result<Comparison, SourcesError> {
    let refused = |message: String| SourcesError::Refused {
        message,
        hint: "Name the folder that holds the backup of the exports.".to_owned(),
    };
    let shown = Shown::of(&folder.to_string_lossy()).to_plain();
    match folder.metadata() {
        Err(_) => return Err(refused(format!("{shown} is not there."))),
        Ok(meta) if !meta.is_dir() => return Err(refused(format!("{shown} is no folder."))),
        Ok(_) => {}
    }
    let mut comparison = Comparison { found: vec![None; files.len()], ..Comparison::default() };
    let mut there = Vec::new();
    walk(folder, 0, &mut there, &mut comparison.unreadable);
    comparison.files = there.len() as u64;
    // A file that is as long as none that was loaded is none of them; what is packed is looked into below.
    let lengths: BTreeSet<u64> = files.iter().map(|file| file.bytes).collect();
    let (alike, other): (Vec<_>, Vec<_>) = there.into_iter().partition(|(_, bytes)| lengths.contains(bytes));
    job.begin("hashing the files there", alike.iter().map(|(_, bytes)| *bytes).sum());
    let mut by_hash: BTreeMap<String, Found> = BTreeMap::new();
    for (path, _) in &alike {
        match hash_file(path, job) {
            Ok((file_sha256, file_bytes)) => {
                let found = Found { path: name_in(folder, path), member: None, file_sha256, file_bytes };
                by_hash.entry(found.file_sha256.clone()).or_insert(found);
            }
            Err(Unread::Cancelled) => return Err(Cancelled.into()),
            Err(Unread::Io(why)) => comparison.unreadable.push((name_below(folder, path), why)),
        }
    }
    for (file, found) in files.iter().zip(&mut comparison.found) {
        *found = by_hash.get(&file.sha256).cloned();
    }
    let mut lying: Vec<PathBuf> = alike.into_iter().chain(other).map(|(path, _)| path).collect();
    lying.sort();
    look_inside(files, folder, &lying, &mut comparison, job)?;
    Ok(comparison)
}

/// Looks into archives and workbooks for what is not found yet: read from inside one, or packed into one since.
fn look_inside(
    files: &[LoadedFile],
    folder: &Path,
    lying: &[PathBuf],
    comparison: &mut Comparison,
    job: &Job,
) -> Result<(), SourcesError> {
    let is_open = |(_, found): &(&LoadedFile, &Option<Found>)| found.is_none();
    let names: BTreeSet<std::ffi::OsString> = files
        .iter()
        .zip(&comparison.found)
        .filter(is_open)
        .filter_map(|(file, _)| Path::new(&file.path).file_name().map(ToOwned::to_owned))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let mut order: Vec<&PathBuf> = lying.iter().filter(|path| is_packed(path)).collect();
    order.sort_by_key(|path| !path.file_name().is_some_and(|name| names.contains(name)));
    let options = ReadOptions::default();
    for path in order {
        if !files.iter().zip(&comparison.found).any(|pair| is_open(&pair)) {
            break;
        }
        let parts = match read::list_parts(path, &options) {
            Ok(parts) => parts.parts,
            Err(error) => {
                comparison.unreadable.push((name_below(folder, path), error.message));
                continue;
            }
        };
        let mut whole = None;
        for part in parts.iter().filter(|part| !part.members.is_empty() || part.sheet.is_some()) {
            job.check()?;
            let scan = match read::scan(part, &options, job) {
                Ok(scan) => scan,
                Err(error) if error.kind == ReadErrorKind::Cancelled => return Err(Cancelled.into()),
                Err(error) => {
                    comparison.unreadable.push((name_below(folder, path), error.message));
                    continue;
                }
            };
            let sha256 = hex(&scan.sha256);
            let wanted = |file: &LoadedFile, found: &Option<Found>| found.is_none() && file.sha256 == sha256;
            if !files.iter().zip(&comparison.found).any(|(file, found)| wanted(file, found)) {
                continue;
            }
            // The whole file is hashed once, and only where it is worth naming.
            let (file_sha256, file_bytes) = match &whole {
                Some(hashed) => Clone::clone(hashed),
                None => match hash_file(path, job) {
                    Ok(hashed) => whole.insert(hashed).clone(),
                    Err(Unread::Cancelled) => return Err(Cancelled.into()),
                    Err(Unread::Io(why)) => {
                        comparison.unreadable.push((name_below(folder, path), why));
                        break;
                    }
                },
            };
            let member: Vec<&str> = part.members.iter().map(String::as_str).chain(part.sheet.as_deref()).collect();
            let here =
                Found { path: name_in(folder, path), member: Some(member.join(" › ")), file_sha256, file_bytes };
            for (file, found) in files.iter().zip(&mut comparison.found) {
                if wanted(file, found) {
                    *found = Some(here.clone());
                }
            }
        }
    }
    Ok(())
}

/// Whether a file begins like an archive or a workbook.
fn is_packed(path: &Path) -> bool {
    let mut head = [0u8; 8];
    let read = File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let head = &head[..read.min(head.len())];
    head.starts_with(b"PK")
        || head.starts_with(&[0x1F, 0x8B])
        || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
        || head.starts_with(b"SQLite ")
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<(PathBuf, u64)>, unreadable: &mut Vec<(String, String)>) {
    let shown = |path: &Path| Shown::of(&path.to_string_lossy()).to_plain();
    if depth > DEPTH {
        unreadable.push((shown(folder), "it lies too deep".to_owned()));
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        unreadable.push((shown(folder), "the folder cannot be read".to_owned()));
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        // A link could lead out of the folder; what lies elsewhere is no backup.
        let Ok(meta) = path.symlink_metadata() else { continue };
        if meta.is_dir() {
            walk(&path, depth + 1, files, unreadable);
        } else if meta.is_file() {
            files.push((path, meta.len()));
        }
    }
}

/// A path below the folder, as it is called.
fn name_in(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

/// The same, safe to print.
fn name_below(folder: &Path, path: &Path) -> String {
    Shown::of(&name_in(folder, path)).to_plain()
}

enum Unread {
    Cancelled,
    Io(String),
}

/// SHA-256 and size of a file, a piece at a time.
fn hash_file(path: &Path, job: &Job) -> Result<(String, u64), Unread> {
    let io = |error: std::io::Error| {
        let words = error.to_string();
        Unread::Io(words.split_once(" (os error").map_or(words.as_str(), |(words, _)| words).to_lowercase())
    };
    let mut file = File::open(path).map_err(io)?;
    let mut sha = Sha256::new();
    let mut piece = vec![0u8; 256 << 10];
    let mut bytes = 0u64;
    loop {
        job.check().map_err(|_| Unread::Cancelled)?;
        let n = file.read(&mut piece).map_err(io)?;
        if n == 0 {
            return Ok((hex(&sha.finalize()), bytes));
        }
        sha.update(&piece[..n]);
        bytes += n as u64;
        job.advance(n as u64);
    }
}
