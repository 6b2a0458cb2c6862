//! Made-up systems: seven of them, with files, columns and loads.

use std::path::Path;

use super::super::msg::{Entry, Recent};
use crate::sources::{Column, ColumnRole, Inventory, Load, LoadId, Object, ObjectId, Source, SystemKind};

/// A system: name, kind, as of, and its objects with their records and quarantined rows.
type System = (&'static str, SystemKind, &'static str, &'static [(&'static str, u64, u64)]);

pub fn recent() -> Vec<Recent> {
    let day = 86_400;
    let now = 1_763_633_643;
    vec![
        Recent {
            path: "/home/mira/migration/larkfield.cutover".into(),
            records: 302_774,
            opened: now - 7_200,
            there: true,
        },
        Recent {
            path: "/home/mira/migration/larkfield-sandbox.cutover".into(),
            records: 98_438,
            opened: now - 12 * day,
            there: true,
        },
        Recent { path: "/mnt/usb/old-pilot.cutover".into(), records: 0, opened: now - 40 * day, there: false },
    ]
}

pub fn listing(folder: &Path) -> Vec<Entry> {
    let entry = |name: &str, folder_: bool, bytes| Entry {
        name: name.to_owned(),
        path: folder.join(name),
        folder: folder_,
        bytes,
        loadable: !name.ends_with(".pdf"),
    };
    vec![
        entry("hubspot", true, 0),
        entry("salesforce", true, 0),
        entry("Account.csv", false, 1_204_882),
        entry("Contact-delta.csv", false, 482_113),
        entry("Contact.csv", false, 8_204_117),
        entry("notes.pdf", false, 88_213),
        entry("renewals 2025.xlsx", false, 212_004),
    ]
}

pub fn contact_columns() -> Vec<Column> {
    let names = [
        ("Id", ColumnRole::NativeId, "header says so; 18 characters, all unique"),
        ("Name", ColumnRole::FullName, "header says so"),
        ("Email", ColumnRole::Email, "98.2 % are e-mail addresses"),
        ("Phone", ColumnRole::Phone, "header says so; 61 % are phone numbers"),
        ("AccountId", ColumnRole::ForeignKey, "98.6 % are IDs of Salesforce › Account"),
        ("Title", ColumnRole::Plain, "text"),
        ("Description", ColumnRole::Plain, "text"),
    ];
    names
        .into_iter()
        .enumerate()
        .map(|(position, (name, role, evidence))| Column {
            position,
            name: name.into(),
            role,
            evidence: evidence.into(),
            by_hand: position == 3,
            points_to: None,
            meaning: None,
            separator: None,
            dates: None,
        })
        .collect()
}

fn load(id: i64, object: ObjectId, source: &str, name: &str, records: u64, quarantined: u64, as_of: &str) -> Load {
    let delta = id == 15;
    let (new, changed) = if delta { (1_204, 2_310) } else { (records, 0) };
    Load {
        id: LoadId(id),
        object,
        source_name: source.into(),
        object_name: name.into(),
        file: format!("{name}{}.csv", if delta { "-delta" } else { "" }),
        sha256: "7f3c1a9e52b44c0d9e6bd1a20c84f7b37f3c1a9e52b44c0d9e6bd1a20c84f7b3".into(),
        bytes: records * 338,
        rows: records + quarantined,
        records,
        quarantined,
        new,
        changed,
        unchanged: records - new - changed,
        vanished: 0,
        returned: 0,
        delta,
        encoding: "UTF-8".into(),
        delimiter: Some("comma".into()),
        quote: Some("\"".into()),
        header_line: Some(1),
        read_as: "CSV, comma, UTF-8, header on line 1".into(),
        native_id: Some("Id".into()),
        as_of: format!("{as_of}T06:00:00Z"),
        loaded_at: "2025-11-14T09:12:44Z".into(),
        loaded_by: "mira".into(),
        millis: 412,
        warnings: if quarantined > 0 {
            vec!["3 rows are shorter than the header; what they do not have is not given.".into()]
        } else {
            Vec::new()
        },
    }
}

/// Seven systems.
pub fn inventory() -> Inventory {
    let systems: [System; 7] = [
        (
            "Salesforce",
            SystemKind::Crm,
            "2025-11-14",
            &[("Account", 6_204, 0), ("Contact", 24_311, 7), ("Lead", 9_654, 0), ("Opportunity", 8_812, 0)],
        ),
        (
            "Stripe",
            SystemKind::Billing,
            "2025-11-14",
            &[("Customer", 5_893, 0), ("Subscription", 6_341, 0), ("Invoice", 140_265, 0)],
        ),
        ("Zendesk", SystemKind::Support, "2025-11-13", &[("User", 17_103, 23), ("Ticket", 31_890, 0)]),
        ("HubSpot", SystemKind::Marketing, "2025-11-12", &[("Contact", 22_081, 6)]),
        ("Product database", SystemKind::Product, "2025-11-14", &[("workspace", 4_931, 0), ("user", 22_540, 0)]),
        ("Renewals 2025", SystemKind::Spreadsheet, "2025-11-03", &[("Renewals", 2_109, 5)]),
        ("Partner list", SystemKind::Spreadsheet, "2025-06-30", &[("Partners", 640, 0)]),
    ];
    let mut inventory = Inventory::default();
    let mut id = 0;
    for (source, kind, as_of, objects) in systems {
        let mut list = Vec::new();
        for (name, records, quarantined) in objects {
            id += 1;
            let object = ObjectId(id);
            let mut loads = vec![load(id, object, source, name, *records, *quarantined, as_of)];
            if (source, *name) == ("Salesforce", "Contact") {
                loads[0].as_of = "2025-11-10T06:00:00Z".into();
                loads.push(load(15, object, source, name, 3_514, 0, as_of));
            }
            inventory.rows += loads.iter().map(|load| load.rows).sum::<u64>();
            inventory.records_read += loads.iter().map(|load| load.records).sum::<u64>();
            inventory.records += records;
            inventory.quarantined += quarantined;
            inventory.loads += loads.len() as u64;
            list.push(Object {
                id: object,
                source_name: source.into(),
                name: (*name).into(),
                preset: None,
                recognised: None,
                one_row_is: None,
                records: *records,
                older_versions: 0,
                rows: records + quarantined,
                quarantined: *quarantined,
                columns: super::figures::columns_of(source),
                repeated_ids: 0,
                spoiled_ids: if source == "Renewals 2025" { 12 } else { 0 },
                merged_away: if *name == "Contact" { 612 } else { 0 },
                loads,
            });
        }
        inventory.sources.push(Source { name: source.into(), kind, objects: list });
    }
    inventory
}
