//! Looking up, keystroke by keystroke and as a process: `cargo bench --bench lookup [-- --rows N --people N]`.
//!
//! The keystrokes go to the same [`Searcher`] as those of the workbench, with the same limit. The process is measured
//! against `sqlite3` on a table of the same file with an index on the ID: exact look-up only, which is all it can do.

mod support;

use std::process::Command;
use std::time::Instant;

use cutover::crosswalk::search::Searcher;
use cutover::workspace::{Mode, Workspace};
use support::{Chance, argument, contact, csv, cutover, folder, measure, quietly, remove, since, tell};

/// Finds asked for with each key, as the workbench does.
const LIMIT: usize = 50;
/// Process runs on either side.
const RUNS: u64 = 50;

fn main() {
    if !support::asked_for() {
        return;
    }
    let (rows, people) = (argument("--rows", 1_000_000), argument("--people", 200).max(1));
    let file = support::workspace(rows);
    let goal = Some(if rows > 1_000_000 { 16.0 } else { 10.0 });
    let workspace = Workspace::open(&file, Mode::Read, "bench").expect("the workspace was just made");
    let mut chance = Chance::new(42);
    let sample: Vec<u64> = (0..people).map(|_| chance.below(rows)).collect();
    let mut searcher = Searcher::open(&workspace).expect("it can be read");
    println!("{rows} rows, {} identifiers; {people} people sought; milliseconds for each key", searcher.identifiers());

    let mut typed = |what: &str, texts: &mut dyn Iterator<Item = (String, Option<String>)>| {
        let (mut millis, mut misses) = (Vec::new(), 0);
        for (text, wanted) in texts {
            let begin = Instant::now();
            let found = searcher.find(&text, LIMIT).expect("it can be read");
            millis.push(since(begin));
            misses += u64::from(wanted.is_some() && found.hits.is_empty());
        }
        tell(what, millis, goal);
        if misses > 0 {
            println!("  {misses} of them found nothing");
        }
    };
    let all = |part: fn(&support::Contact) -> String| sample.iter().map(move |n| part(&contact(*n)));
    let whole = |part: fn(&support::Contact) -> String| all(part).map(|text| (text.clone(), Some(text)));
    let keys = |part: fn(&support::Contact) -> String| {
        all(part).flat_map(|text| {
            text.char_indices().map(|(at, c)| (text[..at + c.len_utf8()].to_owned(), None)).collect::<Vec<_>>()
        })
    };
    typed("exact: native ID, 18 characters", &mut whole(|c| c.id.clone()));
    typed("exact: native ID, 15 characters", &mut whole(|c| c.id[..15].to_owned()));
    typed("exact: ID of another system", &mut whole(|c| c.legacy_id.clone()));
    typed("exact: e-mail", &mut whole(|c| c.email.clone()));
    typed("exact: phone, spaces left away", &mut whole(|c| c.phone.replace(' ', "")));
    typed("prefix: native ID as it is typed", &mut keys(|c| c.id.clone()));
    typed("prefix: legacy ID as it is typed", &mut keys(|c| c.legacy_id.clone()));
    typed("prefix: e-mail as it is typed", &mut keys(|c| c.email.clone()));
    typed("phone as it is typed", &mut keys(|c| c.phone.clone()));
    typed("name as it is typed", &mut keys(|c| format!("{} {}", c.first, c.last)));
    typed("substring: 6 digits of a legacy ID", &mut whole(|c| c.legacy_id[5..11].to_owned()));
    typed("one typo: native ID", &mut whole(|c| format!("{}Q{}", &c.id[..11], &c.id[12..])));
    typed("one typo: legacy ID", &mut whole(|c| format!("{}X{}", &c.legacy_id[..8], &c.legacy_id[9..])));
    typed("nobody has it", &mut whole(|c| c.legacy_id.replace("LF-", "ZQ-77")).map(|(text, _)| (text, None)));

    let mut millis = Vec::new();
    for n in &sample {
        let found = searcher.find(&contact(*n).id, LIMIT).expect("it can be read");
        if let Some(hit) = found.hits.first() {
            let begin = Instant::now();
            let _ = searcher.answer(hit).expect("it can be read");
            millis.push(since(begin));
        }
    }
    tell("the whole answer about one find", millis, goal);
    drop(searcher);

    let peer = folder().join("lookup-bench.db");
    remove(&peer);
    quietly(
        Command::new("sqlite3")
            .arg(&peer)
            .arg(".mode csv")
            .arg(format!(".import \"{}\" t", csv(rows).display()))
            .arg("CREATE INDEX by_id ON t (Id)"),
    );
    let (mut ours, mut theirs, mut peak) = (Vec::new(), Vec::new(), 0.0f64);
    for run in 0..RUNS {
        let id = contact(chance.below(rows)).id;
        let begin = Instant::now();
        quietly(Command::new(cutover()).arg("-w").arg(&file).args(["--json", "lookup", &id]));
        ours.push(since(begin));
        let begin = Instant::now();
        quietly(Command::new("sqlite3").arg(&peer).arg(format!("SELECT * FROM t WHERE Id = '{id}'")));
        theirs.push(since(begin));
        if run < 3 {
            peak = peak.max(measure(Command::new(cutover()).arg("-w").arg(&file).args(["lookup", &id])).peak_mib);
        }
    }
    let (p50, p99) = tell("process: cutover lookup ID", ours, Some(25.0));
    let (their_p50, their_p99) = tell("process: sqlite3, indexed table, exact only", theirs, None);
    println!(
        "ratio to sqlite3: p50 {:.2}, p99 {:.2}; peak memory of a lookup {peak:.0} MiB",
        p50 / their_p50,
        p99 / their_p99
    );
    remove(&peer);
}
