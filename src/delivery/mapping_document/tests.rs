//! The three formats over hostile texts: nothing of the data is markup, a formula, or a character that nobody sees.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::mapping::check::ProblemKind;

const HOSTILE: [&str; 9] = [
    "=HYPERLINK(\"http://x.example\",\"click\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "a | b\n| --- |\n# heading",
    "[x](javascript:alert(1)) `code` **bold** _it_",
    "\u{202E}txt.exe\u{200B}\u{7}\u{1b}[31m",
    "&lt;b&gt; &amp; \" '",
    "- item 1. \\",
];

fn plain(text: &str) -> String {
    text.to_owned()
}

fn document() -> MappingDocument {
    let line = |text: &str| Line {
        column: text.to_owned(),
        example: text.to_owned(),
        of_another: true,
        filled: "99 %".to_owned(),
        disposition: "copied".to_owned(),
        entity: "person".to_owned(),
        field: text.to_owned(),
        target_example: text.to_owned(),
        rule: text.to_owned(),
        missing: text.to_owned(),
        required: true,
        reason: text.to_owned(),
        owner: text.to_owned(),
        written_by: text.to_owned(),
        written_at: "2025-11-17".to_owned(),
        technical: text.to_owned(),
        business: text.to_owned(),
        comments: vec![text.to_owned(), text.to_owned()],
    };
    let row = |text: &&str| ValueRowPart {
        value: (*text).to_owned(),
        records: 7,
        becomes: vec![(*text).to_owned()],
        by: (*text).to_owned(),
    };
    let map = |text: &&str| MapPart {
        entity: (*text).to_owned(),
        version: "version 1".to_owned(),
        owner: (*text).to_owned(),
        process: (*text).to_owned(),
        only_where: (*text).to_owned(),
        excluded: (*text).to_owned(),
        deduplication: (*text).to_owned(),
        validation: (*text).to_owned(),
        figures: "7 records".to_owned(),
        not_fed: vec![(*text).to_owned()],
        ..MapPart::default()
    };
    let problem = |text: &&str| Problem {
        kind: ProblemKind::UnmappedValue,
        blocks: true,
        source: (*text).to_owned(),
        object: (*text).to_owned(),
        column: (*text).to_owned(),
        count: 1,
        title: (*text).to_owned(),
        message: (*text).to_owned(),
        who: (*text).to_owned(),
        ..Problem::default()
    };
    let object = |text: &&str| ObjectPart {
        source: (*text).to_owned(),
        object: (*text).to_owned(),
        records: 7,
        maps: HOSTILE.iter().map(map).collect(),
        lines: HOSTILE.iter().copied().map(line).collect(),
        value_maps: vec![ValueMapPart {
            column: (*text).to_owned(),
            fields: vec![(*text).to_owned()],
            rows: HOSTILE.iter().map(row).collect(),
        }],
        ..ObjectPart::default()
    };
    MappingDocument {
        objects: HOSTILE.iter().map(object).collect(),
        problems: HOSTILE.iter().map(problem).collect(),
        ..MappingDocument::default()
    }
}

/// A character that a terminal would obey or a reader could not see.
fn unseen(text: &str) -> Option<char> {
    text.chars().find(|c| *c != '\n' && crate::values::character::is_invisible(*c))
}

#[test]
fn markdown_keeps_its_tables_whatever_stands_in_them() {
    let text = markdown(&document(), &plain);
    assert!(!text.contains("<script") && !text.contains("[x]("), "{text}");
    assert_eq!(unseen(&text), None);
    // Each row of fields has its twelve cells, and no text made a line or a heading of its own.
    let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let fields: Vec<&str> = text.lines().filter(|line| line.contains("| 99 % |")).collect();
    assert_eq!(fields.len(), HOSTILE.len() * HOSTILE.len());
    assert!(fields.iter().all(|line| bars(line) == 13), "{fields:?}");
    assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1);
    assert!(text.contains(" ° |"), "what is of another record is marked");
}

#[test]
fn html_has_only_its_own_markup() {
    let text = html(&document(), &plain);
    assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
    assert!(text.contains("&lt;script&gt;"));
    assert_eq!(unseen(&text), None);
    assert_eq!(text.matches("<h1").count(), 1);
}

#[test]
fn a_workbook_computes_nothing_and_says_every_text() {
    let (bytes, sheets) = workbook(&document(), &plain).unwrap();
    let each = (HOSTILE.len() * HOSTILE.len()) as u64;
    assert_eq!(sheets, Sheets { fields: each, values: each });
    let mut book = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    for sheet in book.sheet_names() {
        assert!(book.worksheet_formula(&sheet).unwrap().used_cells().next().is_none(), "{sheet}");
        let range = book.worksheet_range(&sheet).unwrap();
        for (_, _, cell) in range.used_cells() {
            if let Data::String(text) = cell {
                assert_eq!(unseen(text), None, "{text:?}");
            }
        }
    }
    let fields = book.worksheet_range("Fields").unwrap();
    assert_eq!(fields.get((1, 2)), Some(&Data::String(HOSTILE[0].to_owned())));
    assert_eq!(workbook(&document(), &plain).unwrap().0, bytes, "the same document gives the same bytes");
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_not_refused() {
    let mut long = MappingDocument::default();
    let line = Line { column: "x".repeat(40_000), comments: vec!["😀".repeat(20_000)], ..Line::default() };
    long.objects.push(ObjectPart { lines: vec![line], ..ObjectPart::default() });
    workbook(&long, &plain).unwrap();
}

#[test]
fn a_mask_covers_values_and_people() {
    let masked = |_: &str| "masked".to_owned();
    let mut document = document();
    document.objects.truncate(1);
    document.objects[0].lines.truncate(1);
    document.objects[0].value_maps[0].rows.truncate(1);
    let line = &mut document.objects[0].lines[0];
    line.example = "Katarzyna".to_owned();
    line.target_example = "KATARZYNA".to_owned();
    line.owner = "Jonas".to_owned();
    document.objects[0].value_maps[0].rows[0].value = "Wójcik".to_owned();
    let texts = [markdown(&document, &masked), html(&document, &masked)];
    for text in texts {
        for name in ["Katarzyna", "KATARZYNA", "Jonas", "Wójcik"] {
            assert!(!text.contains(name), "{name}");
        }
        assert!(text.contains("masked"));
    }
}
