//! The readers from outside: files of every kind go in, rows and quarantined rows come out.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;

mod archives;
mod delimited;
mod json;
mod ods;
mod reports;
mod sqlite;
mod xls;
mod xlsx;

/// A file with a name in a folder of its own.
struct Fixture {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Fixture {
    fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self { folder, path }
    }

    fn path(&self) -> &Path {
        let _ = &self.folder;
        &self.path
    }

    fn part(&self) -> Part {
        let parts = list_parts(&self.path, &ReadOptions::default()).unwrap();
        assert_eq!(parts.parts.len(), 1, "{parts:?}");
        parts.parts[0].clone()
    }
}

/// Everything that was read.
#[derive(Debug, Default)]
struct Taken {
    rows: Vec<(u64, Vec<Option<String>>)>,
    quarantined: Vec<Quarantined>,
}

impl RowSink for Taken {
    fn record(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        self.rows.push((row.line, (0..row.len()).map(|c| row.cell(c).map(str::to_owned)).collect()));
        Ok(())
    }

    fn quarantine(&mut self, row: Quarantined) -> Result<(), Stop> {
        self.quarantined.push(row);
        Ok(())
    }
}

impl Taken {
    fn values(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|(_, r)| r.iter().map(|c| c.as_deref().unwrap_or("∅")).collect()).collect()
    }
}

fn read_part(part: &Part, options: &ReadOptions) -> Result<(Scan, Taken, Tally), ReadError> {
    let job = Job::new();
    let scan = scan(part, options, &job)?;
    let mut taken = Taken::default();
    let tally = read(part, &scan, options, &job, &mut taken)?;
    assert_eq!(tally.rows, tally.records + tally.quarantined);
    assert_eq!(tally.records, taken.rows.len() as u64);
    assert_eq!(tally.quarantined, taken.quarantined.len() as u64);
    Ok((scan, taken, tally))
}

fn read_bytes(name: &str, bytes: impl AsRef<[u8]>) -> (Scan, Taken, Tally) {
    let fixture = Fixture::new(name, bytes);
    read_part(&fixture.part(), &ReadOptions::default()).unwrap()
}

fn refused(name: &str, bytes: impl AsRef<[u8]>) -> ReadError {
    let fixture = Fixture::new(name, bytes);
    match list_parts(fixture.path(), &ReadOptions::default()) {
        Err(error) => error,
        Ok(parts) => read_part(&parts.parts[0], &ReadOptions::default()).unwrap_err(),
    }
}

/// A zip archive of these members.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
#[ignore = "walks a folder named by an environment variable and prints what it finds"]
fn a_folder_of_exports_is_read() {
    let Ok(folder) = std::env::var("CUTOVER_READ_FOLDER") else {
        return;
    };
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            match list_parts(&path, &ReadOptions::default()) {
                Err(error) => println!("{} REFUSED {error} / {}", path.display(), error.hint),
                Ok(parts) => {
                    for skipped in &parts.skipped {
                        println!("{} SKIPPED {skipped:?}", path.display());
                    }
                    for part in &parts.parts {
                        match read_part(part, &ReadOptions::default()) {
                            Err(error) => println!("{} ERROR {error} / {}", path.display(), error.hint),
                            Ok((scan, taken, tally)) => println!(
                                "{} {} | {} columns, {tally:?} {:?} {:?} {:?}",
                                path.display(),
                                describe(&scan),
                                scan.columns.len(),
                                scan.warnings,
                                taken
                                    .values()
                                    .iter()
                                    .take(2)
                                    .map(|r| r.iter().take(4).copied().collect::<Vec<_>>())
                                    .collect::<Vec<_>>(),
                                taken.quarantined.first(),
                            ),
                        }
                    }
                }
            }
        }
    }
}

#[test]
#[ignore = "measures one file named by an environment variable"]
fn a_large_file_is_read_at_the_speed_of_its_disk() {
    /// Counts and forgets.
    struct Count(u64);
    impl RowSink for Count {
        fn record(&mut self, row: &Row<'_>) -> Result<(), Stop> {
            self.0 += row.len() as u64;
            Ok(())
        }
        fn quarantine(&mut self, _: Quarantined) -> Result<(), Stop> {
            Ok(())
        }
    }
    let Ok(file) = std::env::var("CUTOVER_READ_FILE") else { return };
    let options = ReadOptions::default();
    let job = Job::new();
    for part in list_parts(Path::new(&file), &options).unwrap().parts {
        for _ in 0..3 {
            let began = std::time::Instant::now();
            let scanned = scan(&part, &options, &job).unwrap();
            let scan_took = began.elapsed();
            let began = std::time::Instant::now();
            let mut count = Count(0);
            let tally = read(&part, &scanned, &options, &job, &mut count).unwrap();
            println!(
                "{}: scan {scan_took:?}, read {:?}, {} rows, {} cells",
                describe(&scanned),
                began.elapsed(),
                tally.rows,
                count.0
            );
        }
    }
}
