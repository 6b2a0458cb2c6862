//! Profiling against DuckDB's SUMMARIZE, and a load with its identifiers and profile against `sqlite3 .import`, alternately,
//! in one run: `cargo bench --bench profile [-- --rows N --runs N --python FILE]`.
//!
//! DuckDB is the program `duckdb`, or a Python that has the module (`--python`, else `python3`); without either that part is
//! left out. Both sides start from the same CSV file: ours reads it with the csv crate into batches as a load has them and
//! profiles these on one thread. Both estimate the number of distinct values where they are many.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use cutover::sources::ColumnRole;
use cutover::sources::profile::Profiler;
use cutover::sources::store::arrive::{ArrivingRow, Batch};
use support::{Took, argument, csv, cutover, folder, measure, quietly, remove};

fn main() {
    if !support::asked_for() {
        return;
    }
    let (rows, runs) = (argument("--rows", 1_000_000), argument("--runs", 3).max(1));
    let file = csv(rows);
    println!("{rows} rows x 20 columns, {runs} runs each, alternately");
    against_summarize(&file, runs);
    against_import(&file, runs);
}

/// Time on the processor of this thread so far.
fn thread_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

/// (reading the file into batches, profiling them).
fn profile_here(file: &Path) -> (Duration, Duration) {
    let mut reader = csv::Reader::from_path(file).expect("the file that was just made");
    let heads: Vec<(String, ColumnRole)> =
        reader.headers().expect("a header").iter().map(|name| (name.to_owned(), ColumnRole::Plain)).collect();
    let mut profiler = Profiler::new(heads.len());
    let (mut batch, mut record, mut rec) = (Batch::default(), csv::StringRecord::new(), 0i64);
    let (begin, mut profiling) = (thread_time(), Duration::ZERO);
    loop {
        let more = reader.read_record(&mut record).expect("a row");
        if more {
            rec += 1;
            batch.rows.push(ArrivingRow { rec, line: rec.unsigned_abs() + 1, prev: None, version: 1, hash: 0, key: 0 });
            for value in &record {
                batch.text.push_str(value);
                batch.lengths.push(u32::try_from(value.len()).expect("a short value") + 1);
            }
        }
        if !more || batch.text.len() >= 384 << 10 {
            let before = thread_time();
            profiler.take(&batch, 1);
            profiling += thread_time() - before;
            batch.rows.clear();
            batch.text.clear();
            batch.lengths.clear();
        }
        if !more {
            break;
        }
    }
    let before = thread_time();
    let profile = profiler.finish(&heads, vec![1]);
    profiling += thread_time() - before;
    assert_eq!(profile.rows, rec.unsigned_abs());
    (thread_time() - begin - profiling, profiling)
}

/// A command that runs this SQL in DuckDB, and one that only starts it.
fn duckdb(sql: &str) -> Option<(Command, Command)> {
    let works = |command: &mut Command| {
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.is_ok_and(|done| done.success())
    };
    if works(Command::new("duckdb").arg("-version")) {
        let run = |sql: &str| {
            let mut command = Command::new("duckdb");
            command.args([":memory:", sql]);
            command
        };
        return Some((run(sql), run("SELECT 1")));
    }
    let args: Vec<String> = std::env::args().collect();
    let at = args.iter().position(|arg| arg == "--python");
    let python = at.and_then(|at| args.get(at + 1)).map_or("python3", String::as_str);
    let run = |sql: &str| {
        let mut command = Command::new(python);
        command.args(["-c", "import duckdb, sys; duckdb.sql(sys.argv[1]).fetchall()", sql]);
        command
    };
    works(&mut run("SELECT 1")).then(|| (run(sql), run("SELECT 1")))
}

fn against_summarize(file: &Path, runs: u64) {
    let name = file.display().to_string().replace('\'', "''");
    let sql = format!("SUMMARIZE SELECT * FROM read_csv('{name}', header = true, all_varchar = true)");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        if let Some((mut summarize, mut start)) = duckdb(&sql) {
            let took = measure(&mut summarize).cpu.saturating_sub(measure(&mut start).cpu).as_secs_f64();
            println!("run {run}  duckdb SUMMARIZE   cpu {took:>6.2} s");
            theirs.push(took);
        }
        let (reading, profiling) = profile_here(file);
        let (reading, profiling) = (reading.as_secs_f64(), profiling.as_secs_f64());
        println!("run {run}  cutover profile    cpu {profiling:>6.2} s, and {reading:.2} s to read the file");
        ours.push((profiling, profiling + reading));
    }
    let alone = median(ours.iter().map(|(profiling, _)| *profiling).collect());
    let whole = median(ours.iter().map(|(_, whole)| *whole).collect());
    if theirs.is_empty() {
        println!(
            "median cpu: profile {alone:.2} s, with reading {whole:.2} s; DuckDB is not here, so nothing to compare"
        );
        return;
    }
    let theirs = median(theirs);
    println!(
        "median cpu: profile {alone:.2} s, with reading {whole:.2} s, SUMMARIZE {theirs:.2} s: ratio {:.2}, with reading {:.2} (goal 0.80)",
        alone / theirs,
        whole / theirs
    );
}

fn against_import(file: &Path, runs: u64) {
    let (ours_file, theirs_file) = (folder().join("profile-bench.cutover"), folder().join("profile-bench.db"));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        remove(&theirs_file);
        let took = measure(
            Command::new("sqlite3")
                .arg(&theirs_file)
                .args(["PRAGMA journal_mode=WAL", ".mode csv"])
                .arg(format!(".import \"{}\" t", file.display())),
        );
        line(run, "sqlite3 .import", took);
        theirs.push(took);
        remove(&ours_file);
        quietly(Command::new(cutover()).arg("new").arg(&ours_file));
        let took = measure(Command::new(cutover()).arg("-w").arg(&ours_file).arg("load").arg(file));
        line(run, "cutover load", took);
        ours.push(took);
    }
    let seconds =
        |list: &[Took], part: fn(&Took) -> Duration| median(list.iter().map(|t| part(t).as_secs_f64()).collect());
    let (wall, their_wall) = (seconds(&ours, |t| t.wall), seconds(&theirs, |t| t.wall));
    let (cpu, their_cpu) = (seconds(&ours, |t| t.cpu), seconds(&theirs, |t| t.cpu));
    println!(
        "load + identifiers + profile, median wall: cutover {wall:.2} s, sqlite3 {their_wall:.2} s, ratio {:.2} (goal 1.00)",
        wall / their_wall
    );
    println!("median cpu: cutover {cpu:.2} s, sqlite3 {their_cpu:.2} s, ratio {:.2}", cpu / their_cpu);
    let peak = ours.iter().map(|took| took.peak_mib).fold(0.0, f64::max);
    println!("peak memory: cutover {peak:.0} MiB (goal 300 MB at 5,000,000 rows)");
    remove(&ours_file);
    remove(&theirs_file);
}

fn line(run: u64, what: &str, took: Took) {
    println!(
        "run {run}  {what:<16} wall {:>6.2} s  cpu {:>6.2} s  peak {:>4.0} MiB",
        took.wall.as_secs_f64(),
        took.cpu.as_secs_f64(),
        took.peak_mib
    );
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    let half = seconds.len() / 2;
    match seconds.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => seconds[half],
        _ => (seconds[half - 1] + seconds[half]) / 2.0,
    }
}
