//! Suggestions of maps: `cargo bench --bench suggest [-- --maps DIR] [--all]`.
//!
//! How many are right, on true maps: text files `left=right`, left a column, right the field that it becomes (the form of
//! Data Loader's `.sdl` files; `#` begins a comment). A file that begins with `#!model` names fields of the shipped model as
//! `entity.field` (several with `|`), its rows stand in `#!file FILE.csv`, `#!source` and `#!kind` say where they are from;
//! others name fields of a target, which has the fields of all files that begin with the same word, and are judged by
//! headers alone. Then how long suggestions for 40 objects of 60 columns take, and groups of 100,000 values.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use cutover::job::Job;
use cutover::mapping::suggest::{ObjectSuggestion, suggest};
use cutover::mapping::values::groups;
use cutover::model::{Entity, Field, shipped};
use cutover::sources::load::{LoadRequest, load};
use cutover::sources::{SystemKind, survey};
use cutover::workspace::Workspace;
use support::since;

/// A map that is true.
#[derive(Default)]
struct Truth {
    name: String,
    is_model: bool,
    file: Option<PathBuf>,
    source: String,
    kind: String,
    /// Column, fields.
    pairs: Vec<(String, Vec<String>)>,
}

#[derive(Default, Clone, Copy)]
struct Score {
    columns: usize,
    first: usize,
    three: usize,
    alone: usize,
    alone_right: usize,
}

fn main() {
    if !support::asked_for() {
        return;
    }
    let args: Vec<String> = std::env::args().collect();
    let given = args.iter().position(|arg| arg == "--maps").and_then(|at| args.get(at + 1)).map(PathBuf::from);
    let folder = given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/maps"));
    let tells_all = args.iter().any(|arg| arg == "--all");
    let truths = read(&folder);
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut all = Score::default();
    let model: Vec<&Truth> = truths.iter().filter(|truth| truth.is_model).collect();
    if !model.is_empty() {
        let workspace = loaded(&place.path().join("model.cutover"), &model);
        let found = suggested(&workspace, Some(shipped::entities()));
        for truth in model {
            let object = found.iter().find(|object| object.source == truth.source && object.object_name == truth.name);
            score(truth, object, true, tells_all, &mut all);
        }
    }
    for truth in truths.iter().filter(|truth| !truth.is_model) {
        let thing = |name: &str| name.split(|c: char| c.is_uppercase() || c == '_').next().unwrap_or(name).to_owned();
        let file = place.path().join(format!("{}.csv", thing(&truth.name)));
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let header: Vec<String> = truth.pairs.iter().map(|(column, _)| quoted(column)).collect();
        std::fs::write(&file, format!("{}\n", header.join(","))).expect("the temporary folder can be written to");
        let of = Truth { name: thing(&truth.name), file: Some(file), source: "Old".to_owned(), ..Truth::default() };
        let workspace = loaded(&place.path().join(format!("{}.cutover", truth.name)), &[&of]);
        // All fields that files of this thing name, so that there is something to confuse.
        // One that is only written with other capitals or low lines is the same field: maps run both ways, into a database
        // and out of it, and no real target has both spellings.
        let fields: BTreeMap<String, &str> = truths
            .iter()
            .filter(|other| !other.is_model && thing(&other.name) == thing(&truth.name))
            .flat_map(|other| other.pairs.iter().flat_map(|(_, fields)| fields.iter()))
            .map(|field| (folded(field), field.as_str()))
            .collect();
        let entity = Entity {
            name: thing(&truth.name),
            fields: fields.into_values().map(|name| Field { name: name.to_owned(), ..Field::default() }).collect(),
            ..Entity::default()
        };
        let found = suggested(&workspace, Some(&[entity]));
        score(truth, found.first(), false, tells_all, &mut all);
    }
    tell("all", all);
    time(place.path());
    time_groups();
}

/// A name without capitals and low lines.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "")
}

fn read(folder: &Path) -> Vec<Truth> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of maps")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sdl"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a file of maps");
            let mut truth = Truth { kind: "other".to_owned(), ..Truth::default() };
            truth.name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            for line in text.lines().map(str::trim) {
                if line == "#!model" {
                    truth.is_model = true;
                } else if let Some(file) = line.strip_prefix("#!file ") {
                    truth.file = Some(folder.join(file));
                } else if let Some(source) = line.strip_prefix("#!source ") {
                    truth.source = source.to_owned();
                } else if let Some(kind) = line.strip_prefix("#!kind ") {
                    truth.kind = kind.to_owned();
                } else if let Some((left, right)) = line.split_once('=').filter(|_| !line.starts_with('#'))
                    && !left.is_empty()
                    && !right.is_empty()
                    && !left.starts_with('"')
                {
                    truth.pairs.push((left.to_owned(), right.split('|').map(str::to_owned).collect()));
                }
            }
            if truth.is_model
                && let Some(file) = &truth.file
            {
                truth.name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            }
            truth
        })
        .collect()
}

fn loaded(file: &Path, truths: &[&Truth]) -> Workspace {
    let workspace = Workspace::create(file, "bench").expect("a new workspace");
    for truth in truths {
        let mut request = LoadRequest {
            files: truth.file.iter().cloned().collect(),
            source: Some(truth.source.clone()),
            object: Some(truth.name.clone()),
            kind: SystemKind::from_word(&truth.kind),
            ..LoadRequest::default()
        };
        load(&workspace, &mut request, &Job::new()).expect("it can be loaded");
    }
    survey::run(&workspace, &Job::new()).expect("it can be surveyed");
    workspace
}

fn suggested(workspace: &Workspace, against: Option<&[Entity]>) -> Vec<ObjectSuggestion> {
    let reader = workspace.reader().expect("it can be read");
    suggest(reader.conn(), &[], against).expect("it can be read")
}

fn score(truth: &Truth, object: Option<&ObjectSuggestion>, with_entity: bool, tells_all: bool, all: &mut Score) {
    let mut own = Score::default();
    for (column, fields) in &truth.pairs {
        let found = object.and_then(|object| object.columns.iter().find(|known| known.column == *column));
        let named: Vec<String> = found
            .iter()
            .flat_map(|found| &found.candidates)
            .map(|candidate| {
                if with_entity { format!("{}.{}", candidate.entity, candidate.field) } else { candidate.field.clone() }
            })
            .collect();
        let is_true = |name: &str| fields.iter().any(|field| folded(field) == folded(name));
        let is_first = named.first().is_some_and(|first| is_true(first));
        let is_there = named.iter().any(|name| is_true(name));
        let is_alone = found.is_some_and(|found| found.stands_alone);
        own.columns += 1;
        own.first += usize::from(is_first);
        own.three += usize::from(is_there);
        own.alone += usize::from(is_alone);
        own.alone_right += usize::from(is_alone && is_first);
        if tells_all && !is_first {
            let shown: Vec<String> = found
                .iter()
                .flat_map(|found| &found.candidates)
                .map(|candidate| {
                    let parts = [&candidate.header, &candidate.values, &candidate.links].map(|part| part.strength);
                    format!("{}.{} {:.2} {parts:.2?}", candidate.entity, candidate.field, candidate.confidence)
                })
                .collect();
            let mark = if is_alone { "!" } else { " " };
            println!("  {mark} {column}: wanted {}, found {}", fields.join(" or "), shown.join(", "));
        }
    }
    if tells_all && let Some(object) = object {
        let entities: Vec<String> =
            object.entities.iter().map(|entity| format!("{} {:.2}", entity.entity, entity.confidence)).collect();
        println!("    feeds {}", entities.join(", "));
    }
    tell(&truth.name, own);
    all.columns += own.columns;
    all.first += own.first;
    all.three += own.three;
    all.alone += own.alone;
    all.alone_right += own.alone_right;
}

fn tell(name: &str, score: Score) {
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "{name:<28} {:>4} columns  top-1 {:>5.1} %  top-3 {:>5.1} %  above the margin {:>4}, right {:>5.1} %",
        score.columns,
        share(score.first, score.columns),
        share(score.three, score.columns),
        score.alone,
        share(score.alone_right, score.alone)
    );
}

/// 40 objects of 60 columns each, headers drawn from the fields of the model.
fn time(folder: &Path) {
    let names: Vec<String> =
        shipped::entities().iter().flat_map(|entity| entity.fields.iter().map(|field| field.name.clone())).collect();
    let mut truths = Vec::new();
    for object in 0..40usize {
        let columns: Vec<String> =
            (0..60).map(|at| format!("{}_{at}", names[(object * 37 + at * 11) % names.len()])).collect();
        let mut text = columns.join(",");
        for row in 0..50usize {
            text.push('\n');
            let cells: Vec<String> = (0..60usize)
                .map(|at| match at % 6 {
                    0 => format!("00{row}-{object}"),
                    1 => format!("2024-0{}-1{}", 1 + row % 9, row % 9),
                    2 => ["Germany", "Poland", "France"][row % 3].to_owned(),
                    3 => format!("name{row}@mail.example"),
                    4 => (row * at).to_string(),
                    _ => format!("Word {row}"),
                })
                .collect();
            text.push_str(&cells.join(","));
        }
        let file = folder.join(format!("object{object}.csv"));
        std::fs::write(&file, text).expect("the temporary folder can be written to");
        truths.push(Truth {
            name: format!("object{object}"),
            file: Some(file),
            source: "Old".to_owned(),
            kind: "crm".to_owned(),
            ..Truth::default()
        });
    }
    let workspace = loaded(&folder.join("time.cutover"), &truths.iter().collect::<Vec<_>>());
    let mut millis: BTreeMap<usize, f64> = BTreeMap::new();
    for run in 0..5 {
        let begin = Instant::now();
        let found = suggested(&workspace, Some(shipped::entities()));
        millis.insert(run, since(begin));
        assert_eq!(found.len(), 40);
    }
    let best = millis.values().copied().fold(f64::INFINITY, f64::min);
    println!("40 objects x 60 columns against {} entities: {best:.0} ms (goal 1,000)", shipped::entities().len());
}

/// 100,000 different values as a free text field has them: names of three words, one in ten with a letter missing.
fn time_groups() {
    let words = ["north", "harbour", "dental", "clinic", "foods", "garden", "studio", "motors", "travel", "books"];
    let value = |at: usize| {
        let mut text = format!("{} {} {}{}", words[at % 10], words[at / 10 % 10], words[at / 100 % 10], at / 1_000);
        if at % 10 == 7 {
            text.remove(1);
        }
        text
    };
    let values: Vec<(String, u64)> = (0..100_000).map(|at| (value(at), 1 + at as u64 % 50)).collect();
    let begin = Instant::now();
    let found = groups::groups(&values);
    println!("groups of 100,000 values: {:.0} ms, {} groups (goal 1,000)", since(begin), found.len());
}
