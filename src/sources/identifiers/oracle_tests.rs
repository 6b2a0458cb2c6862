//! The index against a plain scan of the same keys.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rusqlite::Connection;

use super::build::IdentifierBuilder;
use super::key::Pattern;
use super::merge::{Merge, Source};
use super::read::Index;
use super::scan::SegmentScan;
use super::segment::write_segment;
use super::{FORMAT, Space};
use crate::sources::ColumnRole;

fn database() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(
        "CREATE TABLE ident_segment (id INTEGER PRIMARY KEY, state TEXT, format INTEGER, meta BLOB);
         CREATE TABLE ident_block (id INTEGER PRIMARY KEY, data BLOB);",
    )
    .unwrap();
    conn
}

fn store(conn: &Connection, segment: i64, sources: Vec<Source<'_>>, patterns: Vec<Pattern>) {
    let mut merge = Merge::new(sources).unwrap();
    let mut blocks = Vec::new();
    let mut meta = write_segment(&mut merge, |block| {
        blocks.push(block);
        Ok(())
    })
    .unwrap();
    meta.patterns = patterns;
    for block in blocks {
        let id = super::segment::block_id(segment, block.part, block.number);
        conn.execute("INSERT INTO ident_block VALUES (?1, ?2)", rusqlite::params![id, block.data]).unwrap();
    }
    conn.execute(
        "INSERT INTO ident_segment VALUES (?1, 'live', ?2, ?3)",
        rusqlite::params![segment, FORMAT, meta.to_bytes()],
    )
    .unwrap();
}

/// Loads IDs as rows 1…n, in two segments, the first with so little room that it sets keys aside.
fn index_of(ids: &[String]) -> (Connection, Index) {
    let conn = database();
    let folder = tempfile::tempdir().unwrap();
    let half = ids.len() / 2;
    for (segment, part, first) in [(1, &ids[..half], 1), (2, &ids[half..], half as i64 + 1)] {
        let mut builder = IdentifierBuilder::new(vec![(0, ColumnRole::NativeId)], first, folder.path());
        if segment == 1 {
            builder.set_room(200);
        }
        for (row, id) in part.iter().enumerate() {
            builder.add(row as u32 * 512, |_| Some(id.as_str())).unwrap();
        }
        let (runs, patterns) = builder.finish().unwrap();
        store(&conn, segment, runs.into_iter().map(Source::Run).collect(), patterns);
    }
    let index = Index::open(&conn).unwrap();
    (conn, index)
}

fn keys_of(ids: &[String]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for id in ids {
        super::key::KeyMaker::default().keys(ColumnRole::NativeId, id, &mut |space, key| {
            if space == Space::Id {
                keys.insert(String::from_utf8_lossy(key).into_owned());
            }
        });
    }
    keys
}

/// Optimal string alignment distance (Damerau 1964, restricted).
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut least = (table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1)
                    .min(table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

fn text(hit: &super::read::KeyHit) -> String {
    String::from_utf8_lossy(&hit.key).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..crate::values::steady_cases() })]

    #[test]
    fn the_index_finds_what_a_scan_finds(
        ids in proptest::collection::vec("[ab0-2]{3,8}", 2..160),
        typed in "[ab0-2]{3,7}",
    ) {
        let (conn, mut index) = index_of(&ids);
        let keys = keys_of(&ids);
        let all = 10_000;

        let prefixed: BTreeSet<String> = index.prefix(&conn, Space::Id, typed.as_bytes(), all, 9).unwrap().iter().map(text).collect();
        prop_assert_eq!(prefixed, keys.iter().filter(|k| k.starts_with(&typed)).cloned().collect::<BTreeSet<_>>());

        let (held, more) = index.substring(&conn, Space::Id, typed.as_bytes(), all, 9).unwrap();
        prop_assert!(!more);
        prop_assert_eq!(
            held.iter().map(text).collect::<BTreeSet<_>>(),
            keys.iter().filter(|k| k.contains(&typed)).cloned().collect::<BTreeSet<_>>()
        );

        let near: BTreeSet<String> = index.near(&conn, Space::Id, typed.as_bytes(), all, 9).unwrap().iter().map(text).collect();
        for key in keys.iter().filter(|k| distance(k.as_bytes(), typed.as_bytes()) == 1) {
            let is_longer_by_its_end = key.starts_with(&typed);
            prop_assert!(is_longer_by_its_end || near.contains(key), "{} is one away from {}", key, typed);
        }
        if typed.len() < 6 {
            for key in &near {
                prop_assert_eq!(distance(key.as_bytes(), typed.as_bytes()), 1);
            }
        }

        let mut rows: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let half = ids.len() / 2;
        for (at, id) in ids.iter().enumerate() {
            let rec = if at < half { 1 + 512 * at as i64 } else { half as i64 + 1 + 512 * (at - half) as i64 };
            rows.entry(id.to_lowercase()).or_default().push(rec);
        }
        for (id, mut recs) in rows {
            recs.sort_unstable();
            recs.dedup();
            let found: Vec<i64> = index.exact(&conn, Space::Id, id.as_bytes(), all).unwrap().iter().map(|p| p.rec).collect();
            prop_assert_eq!(found, recs);
        }
    }
}

#[test]
fn merging_segments_keeps_every_key_and_leaves_out_what_is_gone() {
    let ids: Vec<String> = (0..5_000).map(|n| format!("ACC-{:06}", n * 7)).collect();
    let (conn, _) = index_of(&ids);
    let scans =
        [1, 2].map(|segment| Source::Segment(SegmentScan::new(&conn, segment, Box::new(|rec| rec != 1)).unwrap()));
    store(&conn, 3, scans.into_iter().collect(), Vec::new());
    conn.execute("UPDATE ident_segment SET state = 'dead' WHERE id < 3", []).unwrap();
    let mut index = Index::open(&conn).unwrap();
    assert!(index.exact(&conn, Space::Id, b"acc000000", 9).unwrap().is_empty());
    for n in [1, 77, 4_999] {
        assert_eq!(index.exact(&conn, Space::Id, format!("acc{:06}", n * 7).as_bytes(), 9).unwrap().len(), 1, "{n}");
    }
    assert!(super::scan::damaged_blocks(&conn).unwrap().is_empty());
}

#[test]
fn a_number_finds_the_ids_written_around_it() {
    let ids: Vec<String> = (0..600).map(|n| if n % 2 == 0 { format!("ACC-{n:06}") } else { format!("C{n}") }).collect();
    let (conn, mut index) = index_of(&ids);
    for n in [2, 17, 598, 599] {
        assert_eq!(index.exact(&conn, Space::Number, n.to_string().as_bytes(), 9).unwrap().len(), 1, "{n}");
    }
}

#[test]
fn a_damaged_block_is_noticed() {
    let ids: Vec<String> = (0..500).map(|n| format!("x{n:05}")).collect();
    let (conn, _) = index_of(&ids);
    conn.execute(
        "UPDATE ident_block SET data = zeroblob(length(data)) WHERE id = (SELECT min(id) FROM ident_block)",
        [],
    )
    .unwrap();
    assert_eq!(super::scan::damaged_blocks(&conn).unwrap().len(), 1);
}

#[test]
fn a_word_of_very_many_rows_is_found_whole() {
    let conn = database();
    let folder = tempfile::tempdir().unwrap();
    let mut builder = IdentifierBuilder::new(vec![(0, ColumnRole::FullName)], 1, folder.path());
    for row in 0..30_000 {
        builder.add(row, |_| Some(if row % 3 == 0 { "Ann Smith" } else { "Smith" })).unwrap();
    }
    let (runs, patterns) = builder.finish().unwrap();
    store(&conn, 1, runs.into_iter().map(Source::Run).collect(), patterns);
    let mut index = Index::open(&conn).unwrap();
    assert_eq!(index.exact(&conn, Space::Word, b"smith", usize::MAX).unwrap().len(), 30_000);
    assert_eq!(index.exact(&conn, Space::Word, b"ann", usize::MAX).unwrap().len(), 10_000);
}
