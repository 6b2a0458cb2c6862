//! Members of a zip archive. Their names are names here, never paths; an archive in which they are ambiguous, protected,
//! too many or made to trap who unpacks them is refused whole.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::open::{Blob, Counted, Fenced, ReadSeek, bomb, fence};
use super::refusal::{Refusal, grouped, shown};
use super::{Limits, ReadErrorKind};
use crate::job::Job;

type Archive = ZipArchive<Box<dyn ReadSeek>>;

/// One member, as the archive describes it.
pub(super) struct Member {
    pub name: String,
    pub is_folder: bool,
    /// Bytes in the archive.
    pub packed: u64,
    start: Option<u64>,
    size: u64,
    crc: u32,
    method: CompressionMethod,
}

impl Member {
    fn of<R: Read>(file: &ZipFile<'_, R>) -> io::Result<Self> {
        let name = member_name(file.name_raw(), file.name().ok().as_deref());
        if file.encrypted() {
            return Err(Refusal::io(
                ReadErrorKind::Format,
                format!("its member “{}” is protected by a password", shown(&name)),
                "Unpack it with its password and load what is in it.",
            ));
        }
        Ok(Self {
            is_folder: file.is_dir() || name.ends_with('/'),
            name,
            packed: file.compressed_size(),
            start: file.data_start(),
            size: file.size(),
            crc: file.crc32(),
            method: file.compression(),
        })
    }

    /// Opens the member's bytes. `job`: moves on with the packed ones.
    pub fn open(&self, blob: &Blob, limits: &Limits, job: Option<&Job>) -> io::Result<Box<dyn Read + Send>> {
        let most = fence(self.packed, limits);
        if self.size > most {
            return Err(bomb(most));
        }
        let mut reader = blob.reader()?;
        reader.seek(SeekFrom::Start(self.start.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?))?;
        let packed = Counted { inner: reader.take(self.packed), job: job.cloned() };
        let inner: Box<dyn Read + Send> = match self.method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new_with_buf(packed, vec![0; 64 << 10])),
            other => {
                return Err(Refusal::io(
                    ReadErrorKind::Format,
                    format!("its member “{}” is packed in a way this build does not read ({other})", shown(&self.name)),
                    "Unpack the archive yourself and load what is in it.",
                ));
            }
        };
        Ok(Box::new(Fenced::new(inner, most, Some((self.size, self.crc)))))
    }
}

/// Opens an archive whose list of members is neither too long nor ambiguous.
pub(super) fn open(blob: &Blob, limits: &Limits) -> io::Result<Archive> {
    let archive = ZipArchive::new(blob.reader()?).map_err(zip_error)?;
    if archive.len() > limits.members {
        return Err(Refusal::io(
            ReadErrorKind::Limit,
            format!(
                "it holds {} members, the limit is {}",
                grouped(archive.len() as u64),
                grouped(limits.members as u64)
            ),
            "Unpack it yourself, or raise the limit with --max-members.",
        ));
    }
    if archive.has_duplicate_names() {
        return Err(twice());
    }
    Ok(archive)
}

fn twice() -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        "it holds two members of the same name",
        "It is not clear which of the two counts. Unpack it yourself and load the right one.",
    )
}

/// The member of a name.
pub(super) fn find(archive: &mut Archive, name: &str) -> io::Result<Member> {
    let index = archive
        .file_names_raw()
        .zip(archive.file_names())
        .position(|(raw, decoded)| member_name(raw, decoded.ok().as_deref()) == name);
    let Some(index) = index else {
        return Err(Refusal::io(
            ReadErrorKind::Changed,
            format!("its member “{}” is no longer there", shown(name)),
            "The file has changed since it was looked through; load it again.",
        ));
    };
    Member::of(&archive.by_index_raw(index).map_err(zip_error)?)
}

/// When a member of the archive at `path` was changed last, as the archive says (it knows no time zone).
pub(super) fn changed(path: &std::path::Path, name: &str) -> Option<String> {
    let mut archive = ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
    let index = archive
        .file_names_raw()
        .zip(archive.file_names())
        .position(|(raw, decoded)| member_name(raw, decoded.ok().as_deref()) == name)?;
    let at = archive.by_index_raw(index).ok()?.last_modified()?;
    // 1980-01-01 stands for *unknown*.
    let known = at.is_valid() && at.year() > 1980;
    known.then(|| {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    })
}

/// All members, once none of them is found dangerous.
pub(super) fn list(blob: &Blob, limits: &Limits) -> io::Result<Vec<Member>> {
    let mut archive = open(blob, limits)?;
    let mut members = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let member = Member::of(&archive.by_index_raw(index).map_err(zip_error)?)?;
        let name = &member.name;
        let climbs = name.split(['/', '\\']).any(|piece| piece == "..");
        if climbs || name.starts_with(['/', '\\']) || name.contains('\0') || name.get(1..3) == Some(":\\") {
            return Err(Refusal::io(
                ReadErrorKind::Format,
                format!("it holds a member whose name points outside of it: “{}”", shown(name)),
                "Do not unpack it. Ask for the archive again, from somebody you trust.",
            ));
        }
        members.push(member);
    }
    // Names that differ only in their slashes are one name to some who unpack.
    let mut folded: Vec<String> = members.iter().map(|m| m.name.replace('\\', "/")).collect();
    folded.sort_unstable();
    if folded.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(twice());
    }
    if archive.has_overlapping_files().map_err(zip_error)? {
        return Err(Refusal::io(
            ReadErrorKind::Format,
            "its members lie over each other, as in archives made to fill a disk",
            "Ask for the archive again, from somebody you trust.",
        ));
    }
    Ok(members)
}

fn member_name(raw: &[u8], name: Option<&str>) -> String {
    name.map_or_else(|| String::from_utf8_lossy(raw).into_owned(), str::to_owned)
}

fn zip_error(error: zip::result::ZipError) -> io::Error {
    match error {
        zip::result::ZipError::Io(error) => error,
        error => Refusal::io(
            ReadErrorKind::Format,
            format!("it is no zip archive that can be read ({})", shown(&error.to_string())),
            "Export or copy the file again and compare the sizes.",
        ),
    }
}
