//! Nothing of what people and data say becomes markup, a formula or a control character.

use super::*;
use crate::sources::facts::{Location, MetadataItem, ObjectFacts, SourceFacts, claims};
use crate::sources::{Inventory, Source, SystemKind};

const HOSTILE: &str = "<script>alert(1)</script>|`x`\u{202E}\u{1B}[31m\n=HYPERLINK(\"x\")";

fn sheet() -> Sheet {
    let h = || HOSTILE.to_owned();
    let mut facts = SourceFacts {
        owner: "+46 Anna".to_owned(),
        contributes: vec![h()],
        known_gaps: vec![h(), "1. first".to_owned(), "- dash".to_owned()],
        locations: vec![Location { name: h(), holds: h(), authoritative: true, disposition: h() }],
        metadata: vec![MetadataItem { name: h(), kind: h(), disposition: String::new(), note: h() }],
        ..SourceFacts::default()
    };
    facts.extraction.records_per_second = Some(1);
    facts.extraction.planned_minutes = Some(1);
    let object = ObjectFacts { one_row_is: h(), creates: true, claimed: Some(600), ..ObjectFacts::default() };
    facts.objects.insert("=cmd()".to_owned(), object);
    let source = Source { name: h(), kind: SystemKind::Crm, objects: Vec::new() };
    let known = Known { facts, ..Known::default() };
    let claims = claims(&source, &known.facts);
    let estimate = crate::sources::facts::estimate(&known.facts.extraction, 600);
    let inventory = Inventory { sources: vec![source.clone()], ..Inventory::default() };
    Sheet {
        systems: vec![System { source, known, claims, estimate, found: None }],
        without_counterpart: Vec::new(),
        as_of: None,
        audit_head: "0".repeat(64),
        inventory,
    }
}

fn unseen(text: &str) -> Option<char> {
    text.chars().find(|c| (c.is_control() && !matches!(c, '\n' | '\r')) || matches!(c, '\u{202A}'..='\u{202E}'))
}

#[test]
fn html_holds_no_markup_of_anybody_else() {
    let page = html(&sheet(), &str::to_owned);
    assert_eq!(unseen(&page), None);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("src="));
    assert_eq!(page.matches("<tr>").count(), page.matches("</tr>").count());
}

#[test]
fn markdown_holds_no_markup_of_anybody_else() {
    let page = markdown(&sheet(), &str::to_owned);
    assert_eq!(unseen(&page), None);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(page.contains("\n- 1\\. first\n") && page.contains("\n- \\- dash\n"), "{page}");
    // A table's row has as many cells as its head, whatever stands in them.
    let unescaped = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut cells = None;
    for line in page.lines() {
        if line.starts_with("| ") {
            assert_eq!(*cells.get_or_insert(unescaped(line)), unescaped(line), "{line}");
        } else {
            cells = None;
        }
    }
    assert!(page.contains("! 9 minutes over the plan") || page.contains("\\! 9 minutes over the plan"), "{page}");
}

#[test]
fn csv_computes_nothing_and_says_how_many_values_it_changed() {
    let (text, escaped) = csv(&sheet(), &str::to_owned);
    assert_eq!(unseen(&text), None);
    assert!(escaped >= 2, "{escaped}");
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!((&row[3], &row[4]), ("'+46 Anna", "'=cmd()"));
    assert_eq!(&row[14], "-600");
    let plain = row.iter().enumerate().filter(|(at, _)| *at != 14);
    assert!(plain.map(|(_, value)| value).all(|value| !value.starts_with(['=', '+', '-', '@'])));
    let masked = csv(&sheet(), &|_| "masked".to_owned()).0;
    assert!(!masked.contains("Anna") && masked.contains("masked"));
}
