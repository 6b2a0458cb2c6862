//! Zip and gzip with nothing in them that depends on the machine: fixed times, one compressor in plain integers, members in
//! the order they are given. (The container is written here because the zip crate's own compressor may differ by processor.)

use flate2::Crc;
use miniz_oxide::deflate::compress_to_vec;

use super::calendar::{Day, civil};

/// Noon, in the form of MS-DOS.
const DOS_TIME: u16 = 12 << 11;

/// A day in the form of MS-DOS, which counts from 1980.
fn dos_date(day: Day) -> u16 {
    let (year, month, of_month) = civil(day);
    u16::try_from((year - 1980) << 9 | month << 5 | of_month).unwrap_or(0)
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A zip archive of `members`: path, bytes and the day when each was made. Members that would not shrink are stored.
pub fn zip(members: &[(String, Vec<u8>, Day)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (path, bytes, made) in members {
        let packed = compress_to_vec(bytes, 9);
        let (method, body): (u16, &[u8]) = if packed.len() < bytes.len() { (8, &packed) } else { (0, bytes) };
        let offset = out.len() as u32;
        // Version 2.0; bit 11: the name is UTF-8.
        let mut shared = Vec::new();
        for field in [20, 0x0800, method, DOS_TIME, dos_date(*made)] {
            shared.extend(field.to_le_bytes());
        }
        for field in [crc32(bytes), body.len() as u32, bytes.len() as u32] {
            shared.extend(field.to_le_bytes());
        }
        shared.extend((path.len() as u16).to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&shared);
        out.extend(path.bytes());
        out.extend(body);
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&shared);
        // Comment, disk, internal and external attributes: none.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(path.bytes());
    }
    let (start, count) = (out.len() as u32, members.len() as u16);
    out.extend(&directory);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// A gzip file without name or time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    out.extend(compress_to_vec(bytes, 9));
    out.extend(crc32(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}
