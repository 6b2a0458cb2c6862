//! The rules of the house hold: imports go down only, SQL stays out of the faces, nothing is unsafe, rooms stay small.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every floor with the floors it may import, as the architecture has them. A floor that is not listed is not built yet;
/// it gets its line here when it is.
const FLOORS: &[(&str, &[&str])] = &[
    // Ground
    ("values", &[]),
    ("job", &["values"]),
    ("workspace", &["values", "job"]),
    ("definitions", &["values", "job", "workspace"]),
    // Domain, each above the ones before it
    ("sources", &["values", "job", "workspace", "definitions"]),
    ("model", &["values", "job", "workspace", "definitions", "sources"]),
    ("mapping", &["values", "job", "workspace", "definitions", "sources", "model"]),
    ("identity", &["values", "job", "workspace", "definitions", "sources", "model", "mapping"]),
    ("crosswalk", &["values", "job", "workspace", "definitions", "sources", "model", "mapping", "identity"]),
    (
        "lifecycle",
        &["values", "job", "workspace", "definitions", "sources", "model", "mapping", "identity", "crosswalk"],
    ),
    (
        "governance",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
        ],
    ),
    // Runs
    (
        "rehearsal",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
            "governance",
        ],
    ),
    (
        "delivery",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
            "governance",
            "rehearsal",
        ],
    ),
    (
        "demo",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
            "governance",
            "rehearsal",
            "delivery",
        ],
    ),
    // Faces: the command line opens the workbench, never the other way round
    (
        "tui",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
            "governance",
            "rehearsal",
            "delivery",
            "demo",
        ],
    ),
    (
        "cli",
        &[
            "values",
            "job",
            "workspace",
            "definitions",
            "sources",
            "model",
            "mapping",
            "identity",
            "crosswalk",
            "lifecycle",
            "governance",
            "rehearsal",
            "delivery",
            "demo",
            "tui",
        ],
    ),
];

const MOST_LINES: usize = 700;

/// Every source file by its path from the top of the house.
fn files() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&top.join("src"), &mut found);
    let name = |path: &Path| path.strip_prefix(top).expect("below the top").to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("UTF-8"))).collect()
}

/// The code of a file without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.find("//").map_or(line, |at| &line[..at])).collect::<Vec<_>>().join("\n")
}

/// `sources` for `src/sources/load/mod.rs`, `job` for `src/job.rs`.
fn floor_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The floors that stand right after `crate::`, groups in braces included.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].chars().next_back().is_some_and(is_of_name) {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(rest.chars().take_while(|c| is_of_name(*c)).collect());
            continue;
        };
        let (mut depth, mut name, mut begins) = (0, String::new(), true);
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if depth == 0 && begins && is_of_name(c) => name.push(c),
                _ => {}
            }
            if !name.is_empty() && !is_of_name(c) {
                found.push(std::mem::take(&mut name));
                begins = c == ',';
            }
        }
        if !name.is_empty() {
            found.push(name);
        }
    }
    found
}

fn word_is_in(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(is_of_name);
        let after = code[at + word.len()..].chars().next().is_some_and(is_of_name);
        !before && !after
    })
}

#[test]
fn imports_are_found_alone_and_in_groups() {
    let code = "use crate::values::shown; use crate::{job::{Job, Cancelled}, workspace as w}; notcrate::x; crate::sources::a()";
    assert_eq!(imports(code), ["values", "job", "workspace", "sources"]);
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let floor = floor_of(&path);
        if floor == "lib" || floor == "main" {
            continue;
        }
        let Some((_, below)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
            wrong.push(format!("{path}: the floor {floor} has no line in this test"));
            continue;
        };
        for import in imports(&code(&text)) {
            if import != floor && !below.contains(&import.as_str()) {
                wrong.push(format!("{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_floor_is_reached_past_the_list_of_floors() {
    // `super` must not climb out of a floor: that would be an import that the test above does not see.
    for (path, text) in files() {
        let rooms = path.matches('/').count() - usize::from(path.ends_with("/mod.rs")) - 1;
        let code = code(&text);
        let (body, tests) = code.split_once("#[cfg(test)]").unwrap_or((&code, ""));
        // A module of tests inside a file is one room deeper.
        for (part, most) in [(body, rooms), (tests, rooms + 1)] {
            assert!(!part.contains(&"super::".repeat(most + 1)), "{path} climbs out of its floor");
        }
    }
}

#[test]
fn sql_stays_out_of_the_faces() {
    let named: Vec<String> = files()
        .into_iter()
        .filter(|(path, text)| matches!(floor_of(path), "tui" | "cli") && word_is_in(&code(text), "rusqlite"))
        .map(|(path, _)| path)
        .collect();
    assert!(named.is_empty(), "these faces name rusqlite: {}", named.join(", "));
}

#[test]
fn values_and_job_know_no_database() {
    for (path, text) in files() {
        if matches!(floor_of(&path), "values" | "job") {
            let code = code(&text);
            assert!(["rusqlite", "ratatui", "crossterm"].iter().all(|name| !word_is_in(&code, name)), "{path}");
        }
    }
}

#[test]
fn nothing_is_unsafe() {
    for (path, text) in files() {
        assert!(!word_is_in(&code(&text), "unsafe"), "{path}");
    }
    for top in ["src/lib.rs", "src/main.rs"] {
        assert!(files()[top].contains("#![forbid(unsafe_code)]"), "{top}");
    }
}

#[test]
fn rooms_stay_small() {
    for (path, text) in files() {
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{path} has {lines} lines: which second subject moved in?");
    }
}

#[test]
fn every_room_says_what_it_is_for() {
    for (path, text) in files() {
        assert!(text.starts_with("//!"), "{path} does not open with what it is for");
    }
}
