//! The one door to the bytes of a part: a plain file, the inside of a gzip file, a member of a zip, or a member of a zip
//! inside another. Counts and fingerprints what comes from disk, follows members by name (they are names here, never
//! paths), and stops what unpacks to far more than it packs.

use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use flate2::Crc;
use flate2::read::MultiGzDecoder;
use twox_hash::XxHash3_64;

use super::members;
use super::refusal::{Refusal, grouped, read_error, shown};
use super::{Fingerprint, Limits, Part, ReadError, ReadErrorKind};
use crate::job::Job;

/// What an archive inside an archive may unpack to: it has to be held in memory to be read.
const HELD: u64 = 128 << 20;
/// Unpacked bytes that are never too many for what they were packed in.
const FREE: u64 = 64 << 20;

pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Bytes that can be read from any place, again and again.
#[derive(Clone)]
pub(super) enum Blob {
    Disk(Arc<Path>),
    Held(Held),
}

/// Bytes in memory, shared by their readers.
#[derive(Clone)]
pub(super) struct Held(Arc<Vec<u8>>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Blob {
    pub fn on_disk(path: &Path) -> Self {
        Self::Disk(path.into())
    }

    pub fn reader(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::Disk(path) => Box::new(open_file(path)?),
            Self::Held(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    pub fn size(&self) -> io::Result<u64> {
        Ok(match self {
            Self::Disk(path) => fs::metadata(path)?.len(),
            Self::Held(bytes) => bytes.as_ref().len() as u64,
        })
    }

    pub fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.reader()?.take(most as u64).read_to_end(&mut head)?;
        Ok(head)
    }
}

/// Opens a regular file; a pipe, a device or a folder is refused before it can block.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    let about = fs::metadata(path)?;
    if about.is_dir() {
        return Err(Refusal::io(ReadErrorKind::Io, "it is a folder, not a file", "Name the files in it one by one."));
    }
    if !about.is_file() {
        return Err(Refusal::io(
            ReadErrorKind::Io,
            "it is not a regular file (a pipe, a socket or a device)",
            "Write the export into a file first; it is read twice.",
        ));
    }
    File::open(path)
}

/// A file on disk that is counted and hashed as it is read.
pub(super) struct Metered {
    file: File,
    hash: XxHash3_64,
    read: u64,
    job: Option<Job>,
}

impl Read for Metered {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(job) = &self.job {
            job.check().map_err(|_| Refusal::cancelled())?;
        }
        let n = self.file.read(buf)?;
        self.hash.write(&buf[..n]);
        self.read += n as u64;
        if let Some(job) = &self.job {
            job.advance(n as u64);
        }
        Ok(n)
    }
}

/// Packed bytes on their way into a decompressor: they move the progress and notice a cancel.
pub(super) struct Counted<R> {
    pub inner: R,
    pub job: Option<Job>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        if let Some(job) = &self.job {
            job.check().map_err(|_| Refusal::cancelled())?;
            job.advance(n as u64);
        }
        Ok(n)
    }
}

/// Unpacked bytes, watched for a bomb and checked against what the archive says of them.
pub(super) struct Fenced<R> {
    inner: R,
    most: u64,
    seen: u64,
    /// Size and checksum that the archive states.
    stated: Option<(u64, u32)>,
    crc: Crc,
    done: bool,
}

impl<R> Fenced<R> {
    pub fn new(inner: R, most: u64, stated: Option<(u64, u32)>) -> Self {
        Self { inner, most, seen: 0, stated, crc: Crc::new(), done: false }
    }
}

impl<R: Read> Read for Fenced<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() || self.done {
            return Ok(0);
        }
        let n = self.inner.read(buf)?;
        self.seen += n as u64;
        if self.seen > self.most {
            return Err(bomb(self.most));
        }
        if let Some((size, crc)) = self.stated {
            self.crc.update(&buf[..n]);
            if n == 0 && (self.seen != size || self.crc.sum() != crc) {
                return Err(Refusal::io(
                    ReadErrorKind::Format,
                    "the archive is damaged: a member is not what its checksum says",
                    "Export or copy the file again and compare the sizes.",
                ));
            }
        }
        self.done = n == 0;
        Ok(n)
    }
}

pub(super) fn bomb(most: u64) -> io::Error {
    Refusal::io(
        ReadErrorKind::Limit,
        format!("it unpacks to more than {} bytes, far beyond its size", grouped(most)),
        "If it is what you expect, unpack it yourself or raise the limit with --max-ratio.",
    )
}

/// Bytes that a number of packed bytes may unpack to.
pub(super) fn fence(packed: u64, limits: &Limits) -> u64 {
    FREE.saturating_add(packed.saturating_mul(limits.ratio))
}

/// The bytes of a part, from its beginning.
pub(super) enum Stream {
    Plain(Box<Metered>),
    Unpacked(Box<dyn Read + Send>),
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buf),
            Self::Unpacked(bytes) => bytes.read(buf),
        }
    }
}

/// Opens a part. `job`: moves on with the bytes that come from disk.
pub(super) fn open(part: &Part, limits: &Limits, job: Option<&Job>) -> Result<Stream, ReadError> {
    open_stream(part, limits, job).map_err(|e| read_error(e, &part.file))
}

fn open_stream(part: &Part, limits: &Limits, job: Option<&Job>) -> io::Result<Stream> {
    if part.members.is_empty() {
        return Ok(Stream::Plain(Box::new(Metered {
            file: open_file(&part.file)?,
            hash: XxHash3_64::new(),
            read: 0,
            job: job.cloned(),
        })));
    }
    let mut blob = Blob::on_disk(&part.file);
    let (last, outer) = part.members.split_last().map_or((None, &[][..]), |(l, o)| (Some(l), o));
    for member in outer {
        blob = Blob::Held(hold(unpack(&blob, member, limits, None)?)?);
    }
    match last {
        Some(member) => Ok(Stream::Unpacked(unpack(&blob, member, limits, job)?)),
        None => Ok(Stream::Unpacked(Box::new(blob.reader()?))),
    }
}

/// A part as bytes that can be read from any place (a workbook is an archive itself).
pub(super) fn blob(part: &Part, limits: &Limits) -> io::Result<Blob> {
    let mut blob = Blob::on_disk(&part.file);
    for member in &part.members {
        blob = Blob::Held(hold(unpack(&blob, member, limits, None)?)?);
    }
    Ok(blob)
}

/// Takes an inner archive into memory.
pub(super) fn hold(reader: impl Read) -> io::Result<Held> {
    let mut bytes = Vec::new();
    reader.take(HELD + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > HELD {
        return Err(Refusal::io(
            ReadErrorKind::Limit,
            "an archive or workbook inside it unpacks to more than 128 MiB",
            "Unpack the outer archive yourself and load what is in it.",
        ));
    }
    Ok(Held(Arc::new(bytes)))
}

/// Whether bytes begin like a gzip file / a zip archive.
pub(super) fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1F, 0x8B, 0x08])
}

pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08PK")
}

/// Opens one member of an archive.
pub(super) fn unpack(
    blob: &Blob,
    member: &str,
    limits: &Limits,
    job: Option<&Job>,
) -> io::Result<Box<dyn Read + Send>> {
    let head = blob.head(4)?;
    if is_gzip(&head) {
        let packed = Counted { inner: blob.reader()?, job: job.cloned() };
        let unpacked = MultiGzDecoder::new(io::BufReader::with_capacity(256 << 10, packed));
        return Ok(Box::new(Fenced::new(unpacked, fence(blob.size()?, limits), None)));
    }
    let mut archive = members::open(blob, limits)?;
    members::find(&mut archive, member)?.open(blob, limits, job)
}

/// Reads what is left of a part and says what the disk held. What was unpacked is read once more in its packed form.
pub(super) fn fingerprint(stream: Stream, part: &Part) -> Result<Fingerprint, ReadError> {
    let taken = match stream {
        Stream::Plain(mut metered) => {
            metered.job = None;
            io::copy(&mut *metered, &mut io::sink()).and_then(|_| {
                let modified_ns = modified(&metered.file.metadata()?);
                Ok(Fingerprint { size: metered.read, modified_ns, hash: metered.hash.finish() })
            })
        }
        Stream::Unpacked(_) => fingerprint_on_disk(&part.file),
    };
    taken.map_err(|e| read_error(e, &part.file))
}

/// Size, time and hash of a file, read for that alone.
pub(super) fn fingerprint_on_disk(path: &Path) -> io::Result<Fingerprint> {
    let mut metered = Metered { file: open_file(path)?, hash: XxHash3_64::new(), read: 0, job: None };
    let mut chunk = vec![0; 1 << 20];
    while metered.read(&mut chunk)? > 0 {}
    let modified_ns = modified(&metered.file.metadata()?);
    Ok(Fingerprint { size: metered.read, modified_ns, hash: metered.hash.finish() })
}

fn modified(about: &fs::Metadata) -> i128 {
    let Ok(time) = about.modified() else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

/// Fails if a file is no longer the one that was scanned. A new time alone (a touch) is no change if the bytes are the
/// same all the way through, once more.
pub(super) fn unchanged(part: &Part, before: Fingerprint, now: Fingerprint) -> Result<(), ReadError> {
    let same = |f: Fingerprint| f.size == before.size && f.hash == before.hash;
    let still = same(now) && (now.modified_ns == before.modified_ns || fingerprint_on_disk(&part.file).is_ok_and(same));
    if still {
        return Ok(());
    }
    Err(changed(part))
}

pub(super) fn changed(part: &Part) -> ReadError {
    ReadError::new(
        ReadErrorKind::Changed,
        &part.file,
        format!("{}: the file changed while it was read", shown(&part.file.display().to_string())),
        "Nothing was kept. Wait until the export is finished, then load it again.",
    )
}
