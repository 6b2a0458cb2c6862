//! Loading against `sqlite3 .import`, alternately, in one run: `cargo bench --bench load [-- --rows N --runs N]`.
//!
//! Cutover's side compares with earlier loads, hashes every row and builds the identifier index; the other side only
//! stores the text. Both write into a WAL database on the same disk.

mod support;

use std::process::Command;
use std::time::Duration;

use support::{Took, argument, csv, cutover, folder, measure, quietly, remove};

fn main() {
    if !support::asked_for() {
        return;
    }
    let (rows, runs) = (argument("--rows", 1_000_000), argument("--runs", 3).max(1));
    let file = csv(rows);
    let bytes = file.metadata().map_or(0, |meta| meta.len());
    println!(
        "{rows} rows x 20 columns, {bytes} bytes, {} bytes a row; {runs} runs each, alternately",
        bytes / rows.max(1)
    );

    let (ours_file, theirs_file) = (folder().join("load-bench.cutover"), folder().join("load-bench.db"));
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
        let took = measure(Command::new(cutover()).arg("-w").arg(&ours_file).arg("load").arg(&file));
        line(run, "cutover load", took);
        ours.push(took);
    }
    let size = |path: &std::path::Path| path.metadata().map_or(0, |meta| meta.len()) / 1_000_000;
    println!("on disk: cutover {} MB, sqlite3 {} MB", size(&ours_file), size(&theirs_file));
    let (wall, their_wall) = (median(&ours, |t| t.wall), median(&theirs, |t| t.wall));
    let (cpu, their_cpu) = (median(&ours, |t| t.cpu), median(&theirs, |t| t.cpu));
    println!("median wall: cutover {wall:.2} s, sqlite3 {their_wall:.2} s, ratio {:.2} (goal 0.90)", wall / their_wall);
    println!("median cpu:  cutover {cpu:.2} s, sqlite3 {their_cpu:.2} s, ratio {:.2}", cpu / their_cpu);
    let peak = |list: &[Took]| list.iter().map(|t| t.peak_mib).fold(0.0, f64::max);
    println!(
        "peak memory: cutover {:.0} MiB, sqlite3 {:.0} MiB (goal 300 MB at 5,000,000 rows)",
        peak(&ours),
        peak(&theirs)
    );
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

fn median(list: &[Took], part: fn(&Took) -> Duration) -> f64 {
    let mut seconds: Vec<f64> = list.iter().map(|took| part(took).as_secs_f64()).collect();
    seconds.sort_by(f64::total_cmp);
    let half = seconds.len() / 2;
    if seconds.len() % 2 == 1 { seconds[half] } else { (seconds[half - 1] + seconds[half]) / 2.0 }
}
