//! What is known of the made-up systems, played: facts, relations, findings, versions, loads held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::msg::{Among, ComparedRow, Comparison, FoundIn, Known};
use super::Bench;
use crate::sources::facts::{Extraction, Location, MetadataItem, ObjectFacts, Side, SourceFacts};
use crate::sources::profile::Counted;
use crate::sources::survey::{Finding, Hierarchy, Link, LinkBy, Relation, Survey};
use crate::sources::versions::{FieldChange, LoadRemark, RemarkKind, Version};
use crate::sources::{LoadId, ObjectId, Rec};

/// A relation: from, column, to, what it is called, filled, met, reached.
type Pointer = (i64, &'static str, Option<i64>, &'static str, u64, u64, u64);

impl Bench {
    fn texts(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    pub(super) fn known(&self) -> BTreeMap<String, Known> {
        let mut all: BTreeMap<String, Known> = BTreeMap::new();
        let one = |row: &str, claimed| ObjectFacts {
            one_row_is: self.text(row),
            creates: true,
            updates: true,
            claimed,
            ..ObjectFacts::default()
        };
        let salesforce = SourceFacts {
            kind: String::new(),
            side: Side::Old,
            owner: self.text("Jonas Weber, sales operations"),
            contributes: self.texts(&["who talks to whom", "pipeline"]),
            owns: self.texts(&["name", "job title", "account owner"]),
            reliable: self.texts(&["ownership", "pipeline", "hierarchy"]),
            risky: self.texts(&["billing", "product use", "identity"]),
            must_not_control: self.texts(&["payment status"]),
            extraction: Extraction {
                method: "bulk".into(),
                by: self.text("Mira Olsen"),
                at: "2025-11-14T06:00:00Z".into(),
                calls_per_day: Some(15_000),
                modified_column: self.text("SystemModstamp"),
                planned_minutes: Some(240),
                ..Extraction::default()
            },
            known_gaps: self.texts(&["Notes from before 2021 are only in the old mail archive."]),
            locations: vec![Location {
                name: self.text("Attachments on S3"),
                holds: self.text("files of contacts and accounts, 41 GB"),
                authoritative: true,
                disposition: "migrate".into(),
            }],
            metadata: vec![MetadataItem {
                name: self.text("Renewal reminder"),
                kind: "workflow rule".into(),
                disposition: "rebuild".into(),
                note: self.text("mails the account owner 60 days before"),
            }],
            freeze: Some("2025-11-20T18:00:00Z".into()),
            objects: [
                ("Account", one("one company that is sold to", Some(6_204))),
                ("Contact", ObjectFacts { merges: true, ..one("one human known by name", Some(24_318)) }),
                ("Lead", one("one inquiry not yet looked into", Some(9_660))),
            ]
            .map(|(name, facts)| (name.to_owned(), facts))
            .into(),
        };
        let proposed = ["risky", "must_not_control", "objects.Lead.one_row_is"];
        let proposed: BTreeSet<String> = proposed.map(str::to_owned).into();
        all.insert("Salesforce".into(), Known { facts: salesforce, proposed });
        for (name, owner, reliable) in [
            ("Stripe", "Priya Nair, finance", "what was charged"),
            ("Zendesk", "Tomás Rey, support", "what customers complained about"),
            ("HubSpot", "", "consent"),
        ] {
            let facts =
                SourceFacts { owner: self.text(owner), reliable: self.texts(&[reliable]), ..SourceFacts::default() };
            let proposed = ["reliable".to_owned()].into();
            all.insert(name.into(), Known { facts, proposed });
        }
        all
    }

    pub(super) fn survey(&self) -> Survey {
        let pointers: [Pointer; 9] = [
            (1, "ParentId", Some(1), "Salesforce › Account", 1_902, 1_898, 412),
            (2, "AccountId", Some(1), "Salesforce › Account", 23_971, 23_635, 5_802),
            (2, "OwnerId", None, "User", 24_311, 0, 0),
            (4, "AccountId", Some(1), "Salesforce › Account", 8_812, 8_812, 3_017),
            (6, "customer", Some(5), "Stripe › Customer", 6_341, 6_341, 5_120),
            (7, "customer", Some(5), "Stripe › Customer", 140_265, 140_251, 5_741),
            (7, "subscription", Some(6), "Stripe › Subscription", 138_002, 138_002, 6_298),
            (9, "requester_id", Some(8), "Zendesk › User", 31_890, 31_867, 14_030),
            (12, "workspace_id", Some(11), "Product database › workspace", 22_540, 22_540, 4_931),
        ];
        let relations = (1_i64..)
            .zip(pointers)
            .map(|(id, (from, column, to, to_name, filled, met, reached))| Relation {
                id,
                from: ObjectId(from),
                column: 4,
                column_name: self.text(column),
                to: to.map(ObjectId),
                to_name: self.text(to_name),
                to_column: to.map(|_| 0),
                filled,
                met,
                merged_away: 0,
                orphans: if to.is_some() { filled - met } else { 0 },
                reached,
                hierarchy: (id == 1).then(|| Hierarchy {
                    levels: vec![4_302, 1_511, 342, 41],
                    roots: 4_302,
                    to_itself: 3,
                    cycles: 2,
                    in_cycles: 5,
                }),
                because: self.text("The header ends with Id, and of 1,000 sampled values 986 are IDs of that object."),
            })
            .collect();
        let link = |by, left, right, counts: [u64; 4]| Link {
            by,
            left: ObjectId(left),
            left_column: 2,
            right: ObjectId(right),
            right_column: 2,
            left_filled: counts[0],
            left_met: counts[1],
            right_filled: counts[2],
            right_met: counts[3],
        };
        let links = vec![
            link(LinkBy::Id, 11, 1, [4_417, 4_390, 6_204, 4_388]),
            link(LinkBy::Email, 2, 10, [21_804, 15_512, 22_081, 15_630]),
            link(LinkBy::Email, 2, 8, [21_804, 9_031, 16_840, 9_208]),
            link(LinkBy::Domain, 1, 5, [5_902, 4_877, 5_893, 4_903]),
        ];
        let counted = |text: &str, count| Counted { text: self.text(text), count };
        let finding = |id, kind: &str, title: &str, object, records, rule: &str, values: Vec<Counted>| Finding {
            id,
            kind: kind.into(),
            title: self.text(title),
            object: ObjectId(object),
            // E-mail, or what points to an account.
            column: Some(if matches!(kind, "broken_relation" | "no_account") { 4 } else { 2 }),
            column_name: Some(self.text(match kind {
                "broken_relation" => "ParentId",
                "no_account" => "AccountId",
                "merged_in_source" => "MasterRecordId",
                "truncated" => "description",
                "excel_ruined" => "Old ID",
                _ => "Email",
            })),
            records,
            rule: self.text(rule),
            values,
        };
        let findings = vec![
            finding(
                1,
                "merged_in_source",
                "merged in Salesforce",
                2,
                612,
                "MasterRecordId names another record: these were merged away in Salesforce and their IDs live on.",
                Vec::new(),
            ),
            finding(2, "no_account", "no account", 2, 340, "AccountId is empty or meets no record of Account.", vec![]),
            finding(
                3,
                "shared_inbox",
                "shared inbox",
                2,
                318,
                "One address stands on more than 3 records with different names: it is an inbox of several people, so it \
                 joins nobody. 41 addresses, 318 records.",
                vec![
                    counted("info@bwc.example", 44),
                    counted("office@delta-dental.example", 31),
                    counted("praxis@nilsson.example", 27),
                    counted("rechnung@ostra.example", 19),
                    counted("hello@marlow-vets.example", 12),
                ],
            ),
            finding(
                4,
                "test_or_internal",
                "test or internal",
                2,
                204,
                "Name or address says test, demo or larkfield.example: records of our own people.",
                vec![counted("qa+1@larkfield.example", 60), counted("test@test.example", 22)],
            ),
            finding(
                5,
                "reused_email",
                "one e-mail, two people",
                2,
                57,
                "One address stands on two records whose names do not agree.",
                vec![counted("a.haddad@bwc.example", 2)],
            ),
            finding(
                6,
                "broken_relation",
                "relation that leads nowhere",
                1,
                5,
                "ParentId leads in a circle: a record is above itself.",
                Vec::new(),
            ),
            finding(
                7,
                "truncated",
                "cut off at 255 characters",
                9,
                1_204,
                "1,204 values are exactly 255 characters long and 3 are longer: something cut them.",
                Vec::new(),
            ),
            finding(
                8,
                "excel_ruined",
                "IDs that a spreadsheet ruined",
                13,
                12,
                "12 values of Old ID are written like 2.52E+18: the last digits are gone.",
                vec![counted("2.52E+18", 9), counted("2.53E+18", 3)],
            ),
        ];
        Survey { relations, links, findings, fresh: true }
    }

    pub(super) fn versions(&self, rec: Rec) -> Vec<Version> {
        let change = |column, name: &str, before: Option<&str>, after: Option<&str>| FieldChange {
            column,
            name: self.text(name),
            before: before.map(|text| self.text(text)),
            after: after.map(|text| self.text(text)),
        };
        let version = |rec, load, file: &str, as_of: &str, line, changes, unchanged_in, vanished_in| Version {
            rec,
            load,
            file: self.text(file),
            as_of: as_of.into(),
            line,
            changes,
            unchanged_in,
            vanished_in,
            returned_in: Vec::new(),
        };
        vec![
            version(rec.0, 2, "Contact.csv", "2025-11-10T06:00:00Z", 1_017, Vec::new(), vec![9], None),
            version(
                rec.0 + 90_000,
                12,
                "Contact-2025-11-12.csv",
                "2025-11-12T06:00:00Z",
                1_020,
                vec![
                    change(3, "Phone", Some("+48 22 555 01 43"), Some("+48 22 555 01 44")),
                    change(5, "Title", Some(""), Some("Practice Manager")),
                ],
                Vec::new(),
                None,
            ),
            version(
                rec.0 + 95_000,
                15,
                "Contact-delta.csv",
                "2025-11-14T06:00:00Z",
                14,
                vec![
                    change(2, "Email", Some("person0@bwc.example"), None),
                    change(5, "Title", Some("Practice Manager"), Some("Lead Practice Manager")),
                ],
                Vec::new(),
                Some(17),
            ),
        ]
    }

    pub(super) fn remarks(&self) -> Among {
        let remark = |load, other, kind, records, sentence: &str| LoadRemark {
            load,
            other,
            kind,
            records,
            sentence: self.text(sentence),
        };
        let remarks = vec![
            remark(
                15,
                Some(2),
                RemarkKind::Gap,
                None,
                "Nothing covers 2025-11-12 06:00 to 2025-11-13 06:00: this delta begins a day after load 2 ends.",
            ),
            remark(
                15,
                None,
                RemarkKind::AfterFreeze,
                Some(14),
                "14 records were changed after the freeze of 2025-11-20 18:00.",
            ),
        ];
        let window = (LoadId(15), "2025-11-13T06:00:00Z".to_owned(), "2025-11-14T06:00:00Z".to_owned());
        Among { remarks, windows: vec![window] }
    }

    pub(super) fn comparison(&self, left: LoadId, right: LoadId) -> Comparison {
        let id = |n: i64| self.text(&format!("0038d{n:010}AAJ"));
        let rows = (0..40)
            .map(|n| {
                let found = if n < 12 { FoundIn::Both } else { FoundIn::Right };
                let changes = self.versions(Rec(n)).swap_remove(if n % 2 == 0 { 1 } else { 2 }).changes;
                let changes = if found == FoundIn::Both { changes } else { Vec::new() };
                ComparedRow { rec: Rec(n + 1), id: id(n * 37), found, changes }
            })
            .collect();
        Comparison {
            left,
            right,
            same: 20_797,
            changed: 2_310,
            only_left: 0,
            only_right: 1_204,
            fields: vec![
                (self.text("Title"), 1_611),
                (self.text("Phone"), 702),
                (self.text("Email"), 88),
                (self.text("OwnerId"), 12),
            ],
            rows,
        }
    }
}
