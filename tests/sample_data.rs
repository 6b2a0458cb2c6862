//! The sample that is committed is the one that its generator makes, and what its truth says of the files is so. The files
//! are counted here by means of their own, not by the generator's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

#[path = "../sample-data/company/mod.rs"]
mod company;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

fn archive() -> Vec<u8> {
    fs::read(folder().join("larkfield.zip")).expect("the archive is committed")
}

/// Path and bytes of every member of the committed archive.
fn members() -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive())).expect("a zip");
    (0..zip.len())
        .map(|at| {
            let mut member = zip.by_index(at).expect("a member");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("its bytes, with the right checksum");
            (member.name().expect("a name in UTF-8").into_owned(), bytes)
        })
        .collect()
}

/// A file of the truth: each row by the names of its columns.
fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(folder().join("truth").join(name)).expect("the truth is committed");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    reader.deserialize().map(|row| row.expect("a row of the truth")).collect()
}

/// Rows and, among them, those that cannot be records.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    rows: usize,
    quarantined: usize,
}

fn count_delimited(bytes: &[u8], delimiter: u8) -> Count {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let width = reader.byte_headers().expect("a header").len();
    let rows: Vec<csv::ByteRecord> = reader.byte_records().map(|row| row.expect("a row")).collect();
    Count { rows: rows.len(), quarantined: rows.iter().filter(|row| row.len() != width).count() }
}

fn count_json(bytes: &[u8]) -> Count {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let bad = lines.iter().filter(|line| serde_json::from_slice::<serde_json::Value>(line).is_err()).count();
    Count { rows: lines.len(), quarantined: bad }
}

fn count_workbook(bytes: &[u8], header_line: usize) -> Count {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let values = book.worksheet_range("Renewals").expect("the sheet");
    let formulas = book.worksheet_formula("Renewals").expect("its formulas");
    let rows = values.rows().skip(header_line).filter(|row| row.iter().any(|cell| *cell != Data::Empty)).count();
    let unstored = formulas
        .used_cells()
        .map(|(row, column, text)| {
            (
                formulas.start().map_or(0, |at| at.0) + row as u32,
                formulas.start().map_or(0, |at| at.1) + column as u32,
                text,
            )
        })
        .filter(|(row, column, text)| {
            !text.is_empty() && values.get_value((*row, *column)).is_none_or(|cell| *cell == Data::Empty)
        })
        .count();
    // The hidden sheet has its header on line 1, and no formula.
    let hidden = book.worksheet_range("old").expect("the hidden sheet").height() - 1;
    Count { rows: rows + hidden, quarantined: unstored }
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut text).expect("a whole gzip file");
    text
}

#[test]
fn the_committed_sample_is_what_its_seed_makes_byte_for_byte() {
    let sample = company::generate(company::SEED);
    assert!(sample.archive == archive(), "larkfield.zip differs; see sample-data/README.md on how to make it again");
    for (name, bytes) in &sample.truth {
        let committed = fs::read(folder().join("truth").join(name)).expect("the truth is committed");
        assert!(committed == *bytes, "truth/{name} differs");
    }
    let readme = fs::read_to_string(folder().join("README.md")).expect("the README");
    assert!(readme.contains(sample.traps.trim()), "the tables of the README differ from traps.md");
    let members = members();
    assert_eq!(members.len(), sample.exports.len());
    assert!(
        sample.exports.iter().all(|(path, bytes)| members.get(path) == Some(bytes)),
        "the archive holds other files"
    );
    assert!(sample.archive.len() <= 1_500_000, "too big to be embedded: {} bytes", sample.archive.len());
}

#[test]
fn another_seed_makes_another_company() {
    assert!(company::generate(1).archive != archive());
}

#[test]
fn the_facts_agree_with_the_files() {
    let members = members();
    let facts = truth("facts.csv");
    assert_eq!(facts.len(), members.len());
    for fact in facts {
        let file = &fact["file"];
        let bytes = &members[file];
        let header_line: usize = fact["header_line"].parse().expect("a number");
        let counted = match fact["format"].as_str() {
            "comma" => count_delimited(bytes, b','),
            "semicolon" => count_delimited(bytes, b';'),
            "NDJSON" => count_json(bytes),
            "NDJSON in gzip" => count_json(&unpacked(bytes)),
            _ => count_workbook(bytes, header_line),
        };
        assert_eq!(counted.rows.to_string(), fact["rows"], "{file}");
        assert_eq!(counted.quarantined.to_string(), fact["quarantined"], "{file}");
        assert_eq!((counted.rows - counted.quarantined).to_string(), fact["records"], "{file}");
        assert_eq!(bytes.len().to_string(), fact["bytes"], "{file}");
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, fact["sha256"], "{file}");
        if fact["encoding"] == "windows-1252" {
            assert!(std::str::from_utf8(bytes).is_err(), "{file} could be read as UTF-8");
        } else if fact["format"] == "comma" {
            assert!(std::str::from_utf8(bytes).is_ok(), "{file}");
        }
    }
}

/// The first cell of every row that is a record.
fn native_ids(bytes: &[u8]) -> BTreeSet<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let width = reader.headers().expect("a header").len();
    reader
        .records()
        .map(|row| row.expect("a row"))
        .filter(|row| row.len() == width)
        .map(|row| row[0].to_owned())
        .collect()
}

#[test]
fn every_record_of_the_delimited_objects_is_known_to_the_truth() {
    let members = members();
    let who = truth("who-is-who.csv");
    for (file, object) in [
        ("Salesforce/Account.csv", "Salesforce/Account"),
        ("Salesforce/Contact.csv", "Salesforce/Contact"),
        ("Salesforce/Contact-delta-2025-11-14.csv", "Salesforce/Contact"),
        ("Salesforce/Lead.csv", "Salesforce/Lead"),
        ("Stripe/customers.csv", "Stripe/Customer"),
        ("HubSpot/hubspot-crm-exports-all-contacts-2025-11-12.csv", "HubSpot/Contact"),
        ("Product database/users.csv", "Product database/user"),
    ] {
        let known: BTreeSet<&str> =
            who.iter().filter_map(|row| row["record_key"].strip_prefix(object)?.strip_prefix('/')).collect();
        for id in native_ids(&members[file]) {
            assert!(known.contains(id.as_str()), "{object}/{id} is nobody");
        }
    }
}

#[test]
fn every_merge_in_salesforce_leads_to_a_record_that_was_not_deleted() {
    let members = members();
    let mut present = native_ids(&members["Salesforce/Account.csv"]);
    present.extend(native_ids(&members["Salesforce/Contact.csv"]));
    present.extend(native_ids(&members["Salesforce/Contact-delta-2025-11-14.csv"]));
    let winners: BTreeMap<String, String> = truth("merged.csv")
        .into_iter()
        .filter(|row| row["source"] == "Salesforce")
        .map(|row| (row["losing_id"].clone(), row["winning_id"].clone()))
        .collect();
    assert!(winners.keys().any(|id| winners.contains_key(&winners[id])), "no chain of merges");
    for loser in winners.keys() {
        assert!(present.contains(loser), "{loser} is a row of its own");
        let mut at = loser;
        for _ in 0..4 {
            at = winners.get(at).unwrap_or(at);
        }
        assert!(present.contains(at) && !winners.contains_key(at), "{loser} leads to {at}");
    }
}

#[test]
fn ids_that_hubspot_merged_away_are_rows_nowhere() {
    let members = members();
    let present = native_ids(&members["HubSpot/hubspot-crm-exports-all-contacts-2025-11-12.csv"]);
    let merged: Vec<_> = truth("merged.csv")
        .into_iter()
        .filter(|row| row["source"] == "HubSpot" && row["object"] == "Contact")
        .collect();
    assert!(merged.len() > 200);
    assert!(merged.iter().all(|row| !present.contains(&row["losing_id"])));
}

#[test]
fn nobody_in_the_sample_has_an_address_outside_the_reserved_domains() {
    for (path, bytes) in members() {
        let bytes = if path.ends_with(".gz") { unpacked(&bytes) } else { bytes };
        let text = String::from_utf8_lossy(&bytes);
        for (at, _) in text.match_indices('@').filter(|_| !path.ends_with(".xlsx")) {
            let domain: String =
                text[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).collect();
            let reserved = domain.to_lowercase();
            let reserved = reserved.trim_end_matches('.');
            assert!(
                domain.starts_with("SUM")
                    || reserved.ends_with(".example")
                    || reserved == "example.com"
                    || reserved.ends_with(".example.com"),
                "{path}: {domain}"
            );
        }
    }
}

#[test]
fn who_churned_but_still_logs_in_pays_for_nothing() {
    let members = members();
    let who = truth("who-is-who.csv");
    let rows = |file: &str| -> Vec<BTreeMap<String, String>> {
        csv::Reader::from_reader(members[file].as_slice()).deserialize().map(|row| row.expect("a row")).collect()
    };
    let subscriptions = rows("Stripe/subscriptions.csv");
    let events = unpacked(&members["Product database/events.ndjson.gz"]);
    let events = String::from_utf8(events).expect("text");
    let used: BTreeSet<String> = events
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .filter(|event| event["type"] == "logins" && event["month"] == "2025-11")
        .map(|event| event["workspace_id"].as_str().expect("an ID").to_owned())
        .collect();
    let traps = truth("traps.csv");
    let churned: Vec<&String> =
        traps.iter().filter(|row| row["trap"] == "churned, product still in use").map(|row| &row["where"]).collect();
    assert!(churned.len() >= 10);
    for real_id in churned {
        let keys = |object: &str| -> BTreeSet<&str> {
            let own = who.iter().filter(|row| row["real_id"] == *real_id);
            own.filter_map(|row| row["record_key"].strip_prefix(object)).collect()
        };
        let payers = keys("Stripe/Customer/");
        let theirs = subscriptions.iter().filter(|row| payers.contains(row["Customer ID"].as_str()));
        assert!(theirs.into_iter().all(|row| row["Status"] == "canceled"), "{real_id} pays");
        assert!(keys("Product database/workspace/").iter().any(|room| used.contains(*room)), "{real_id} is not in use");
    }
}

#[test]
fn hubspot_and_the_product_know_an_address_once() {
    let members = members();
    for (file, column) in
        [("HubSpot/hubspot-crm-exports-all-contacts-2025-11-12.csv", "Email"), ("Product database/users.csv", "email")]
    {
        let mut seen = BTreeSet::new();
        for row in csv::Reader::from_reader(members[file].as_slice()).deserialize() {
            let row: BTreeMap<String, String> = row.expect("a row");
            let email = row[column].to_lowercase();
            // What the tests of the old days did is another matter.
            assert!(email.contains("larkfield") || seen.insert(email.clone()), "{file}: {email} twice");
        }
    }
}
