//! The body, played: what it would answer to each question, of made-up systems.

use std::path::Path;

use super::super::msg::{Ask, Problem, Reply, Session};
use super::Bench;
use super::systems::{contact_columns, listing, recent};
use crate::crosswalk::{Answer, Found, Hit, How, IdKind, LinkedId, MergeStep, Status};
use crate::sources::{
    ColumnRole, LoadId, PageRow, Proposal, QuarantineGroup, QuarantineRow, Rec, RecordPage, SourceRecord, SystemKind,
};

impl Bench {
    pub(super) fn text(&self, text: &str) -> String {
        self.hostile.clone().unwrap_or_else(|| text.to_owned())
    }

    /// The body, played.
    pub(super) fn answer(&self, ask: Ask) -> Result<Reply, Problem> {
        Ok(match ask {
            Ask::Recent | Ask::Forget(_) => Reply::Recent(recent()),
            Ask::Create(path) | Ask::Open { path, .. } => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Reply::Opened(Session { path, name, ..Session::default() })
            }
            Ask::Demo => Reply::Opened(Session { name: "demo".into(), ..Session::default() }),
            Ask::Inventory => Reply::Inventory(self.inventory.clone()),
            Ask::Page { object, first, count } => {
                let total = 24_311_u64;
                let rows = (first..first.saturating_add(count).min(total)).map(|index| self.row(index)).collect();
                // Where an object has several older versions, two of its records vanished.
                let vanished = self.object(object).map_or(0, |object| if object.older_versions > 1 { 2 } else { 0 });
                Reply::Page(RecordPage { total, first, vanished, rows })
            }
            Ask::FindRow { from, needle, back, .. } => {
                let at = if back {
                    (0..=from).rev().find(|i| i % 1_000 == 412)
                } else {
                    (from..24_311).find(|i| i % 1_000 == 412)
                };
                Reply::FoundRow(at.filter(|_| !needle.contains("nowhere")))
            }
            Ask::Record(rec) => Reply::Record(self.record(rec)),
            Ask::QuarantineGroups => Reply::QuarantineGroups(self.groups()),
            Ask::QuarantineRows { first, count, .. } => {
                let rows = (first..first + count)
                    .map(|index| QuarantineRow { line: 8_840 + index, ..self.groups()[0].first.clone() })
                    .collect();
                Reply::QuarantineRows { first, rows }
            }
            Ask::WriteQuarantine { path, .. } => {
                if path.ends_with("there.txt") {
                    let mut problem = Problem::new("there.txt is there already and was not overwritten.");
                    problem.next = "Give another name.".into();
                    return Err(problem);
                }
                Reply::Written { path, rows: 21 }
            }
            Ask::List(folder) => Reply::Listing(listing(&folder)),
            Ask::Propose { files, .. } => Reply::Proposals(files.iter().map(|file| self.proposal(file)).collect()),
            Ask::SetRole { column, role, .. } => Reply::Changed(format!("{column} holds: {}.", role.label())),
            Ask::Facts => Reply::Facts(self.known()),
            Ask::AddSystem(name) => Reply::Changed(format!("{name} is listed; it has no file yet.")),
            Ask::EditFacts { source, edit } => Reply::Changed(edit.sentence(&source)),
            Ask::Survey => Reply::Survey(Some(Box::new(self.survey()))),
            Ask::Versions(rec) => Reply::Versions(rec, self.versions(rec)),
            Ask::Remarks(object) => Reply::Remarks(object, self.remarks()),
            Ask::Compare { left, right } => Reply::Compared(Box::new(self.comparison(left, right))),
            Ask::Identifiers => Reply::Identifiers(1_204_118),
            Ask::Find(text) => Reply::Found(self.find(&text)),
            Ask::Answer(hit) => Reply::Answer(Box::new(self.tell(hit))),
            Ask::Map(ask) => return self.answer_map(ask).map(Reply::Map),
            Ask::Profile(object) if self.rich(object).is_some() => {
                Reply::Profile { object, about: Box::new(self.rich(object).unwrap_or_default()) }
            }
            other => return self.answer_figures(other),
        })
    }

    pub(super) fn row(&self, index: u64) -> PageRow {
        let text = |text: &str| Some(self.text(text));
        let id = format!("0038d{:010}AAJ", index * 37);
        let name = ["Katarzyna Wójcik", "Ahmet Yılmaz", "Märta Nilsson", "佐藤 花子", "Rania Haddad"]
            [usize::try_from(index % 5).unwrap()];
        PageRow {
            rec: Rec(i64::try_from(index).unwrap() + 1),
            load: LoadId(2),
            line: index + 2,
            superseded: index % 11 == 3,
            vanished: index == 1,
            values: vec![
                text(&id),
                text(name),
                text(&format!("person{index}@bwc.example")),
                if index.is_multiple_of(4) { None } else { text("+48 22 555 01 43") },
                text("0018d00000Pp2KqAAJ"),
                if index.is_multiple_of(3) { Some(String::new()) } else { text("Practice Manager") },
                text(
                    "Met at the fair in Gdańsk; asked for the price list twice, wants invoices by post to the clinic, not by e-mail",
                ),
            ],
        }
    }

    fn record(&self, rec: Rec) -> SourceRecord {
        let row = self.row(u64::try_from(rec.0).unwrap_or(1).saturating_sub(1));
        let columns = contact_columns();
        SourceRecord {
            rec,
            key: self.text("Salesforce/Contact/0038d00000Wm7TaAAJ"),
            source: self.text("Salesforce"),
            object: self.text("Contact"),
            native_id: row.values[0].clone(),
            load: row.load,
            file: self.text("Contact.csv"),
            line: row.line,
            superseded: row.superseded,
            values: columns
                .into_iter()
                .zip(row.values)
                .map(|(column, value)| (self.text(&column.name), column.role, value))
                .collect(),
        }
    }

    fn groups(&self) -> Vec<QuarantineGroup> {
        let group = |reason: &str, rows, file: &str, line, detail: &str, bytes: &[u8]| QuarantineGroup {
            reason: self.text(reason),
            rows,
            files: vec![self.text(file)],
            more_files: 0,
            first: QuarantineRow {
                load: LoadId(3),
                file: self.text(file),
                line,
                offset: 4_194_277,
                reason: self.text(reason),
                detail: self.text(detail),
                bytes: self.hostile.as_ref().map_or(bytes.to_vec(), |text| text.clone().into_bytes()),
            },
        };
        vec![
            group(
                "JSON object cut off",
                21,
                "zendesk-users.ndjson",
                8_840,
                "the object is not closed; line 8,841 starts a new one",
                b"{\"id\":1900284471,\"name\":\"Ol\n",
            ),
            group(
                "more fields than the header",
                12,
                "Contact.csv",
                1_017,
                "52 fields, the header has 51",
                b"0038d00000Wm7TaAAJ,Katarzyna,W\xC3\xB3jcik,Brightwater, Clinics,k.wojcik@bwc.example\r\n",
            ),
            group(
                "formula without a stored value",
                5,
                "Renewals 2025.xlsx › Renewals",
                2_110,
                "C2110 holds =VLOOKUP(A2110,…)",
                b"=VLOOKUP(A2110,Old!A:C,3)",
            ),
            group(
                "not UTF-8 in a UTF-8 file",
                2,
                "zendesk-users.ndjson",
                9_022,
                "byte E9 at column 5",
                b"{\"name\":\"Andr\xE9 Lef\xE8vre\"}",
            ),
            group(
                "quote opened and never closed",
                1,
                "Contact.csv",
                8_113,
                "opened at column 9, Description",
                b"0038,\"Met at fair",
            ),
        ]
    }

    fn proposal(&self, file: &Path) -> Proposal {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Proposal {
            already: name.contains("again").then_some(LoadId(9)),
            file: self.text(&name),
            source: self.text("Salesforce"),
            kind: SystemKind::Crm,
            object: self.text("Contact"),
            existing: true,
            read_as: self.text("CSV, comma, UTF-8, header on line 1"),
            recognised: None,
            segment: None,
            columns: contact_columns(),
            sample: (0..6).map(|index| self.row(index).values).collect(),
            warnings: vec![self.text(
                "12 IDs in Old ID were destroyed by a spreadsheet (2.52E+18). They will not be joined to anything.",
            )],
        }
    }

    fn hit(
        &self,
        how: How,
        id: &str,
        marks: std::ops::Range<usize>,
        object: (&str, &str),
        title: &str,
        reason: &str,
    ) -> Hit {
        let id = self.text(id);
        Hit {
            how,
            note: (how == How::Guess).then(|| "other case".to_owned()),
            marks: vec![marks],
            kind: if reason.contains("merged") { IdKind::MergedAway } else { IdKind::NativeId },
            source: self.text(object.0),
            object: self.text(object.1),
            column: self.text("Id"),
            rec: Rec(i64::from(id.bytes().fold(7_u16, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())))),
            record: self.text("Salesforce/Contact/0038d00000Wm7TaAAJ"),
            title: self.text(title),
            status: if reason.contains("merged") { Status::MergedInSource } else { Status::Loaded },
            reason: self.text(reason),
            id,
        }
    }

    fn find(&self, typed: &str) -> Found {
        let typed = typed.to_owned();
        let merged = "merged in Salesforce on 2023-06-14 into 0038d00000Xk3PqAAJ";
        let n = typed.len();
        if typed == "88213" {
            let hits = vec![
                self.hit(How::Exact, "88213", 0..5, ("Zendesk", "User"), "Rania Haddad", "loaded 2025-11-13"),
                self.hit(How::Exact, "88213", 0..5, ("Zendesk", "Ticket"), "Invoice wrong", "loaded 2025-11-13"),
                self.hit(
                    How::Exact,
                    "88213",
                    0..5,
                    ("Product database", "workspace"),
                    "Ostra Labs",
                    "loaded 2025-11-14",
                ),
            ];
            return Found { typed, hits, exact: 3, ..Found::default() };
        }
        if typed.starts_with("cus_") {
            let hits = vec![self.hit(
                How::Typo,
                "cus_Nf83kQ0dLw1xRz",
                14..15,
                ("Stripe", "Customer"),
                "Brightwater Clinics",
                "loaded 2025-11-14",
            )];
            return Found { typed, hits, ..Found::default() };
        }
        if typed.starts_with("zzz") {
            return Found { typed, ..Found::default() };
        }
        let hits = vec![
            self.hit(
                How::Prefix,
                "0038d00000Wm7TaAAJ",
                0..n.min(18),
                ("Salesforce", "Contact"),
                "Katarzyna Wójcik",
                merged,
            ),
            self.hit(
                How::Prefix,
                "0038d00000wM7TqAAK",
                0..n.min(18),
                ("Salesforce", "Contact"),
                "Ahmet Yılmaz",
                "loaded 2025-11-14",
            ),
            self.hit(
                How::Typo,
                "0038d00000Wn7TaAAJ",
                11..12,
                ("Salesforce", "Contact"),
                "Delta Dental, test",
                "loaded 2025-11-14",
            ),
        ];
        let remarks = vec![
            self.text("Salesforce IDs differ by case alone: 2 records start like this. Ask for one more character."),
        ];
        Found { typed, hits, exact: 0, more: false, remarks }
    }

    fn tell(&self, hit: Hit) -> Answer {
        let linked = |id: &str, source: &str, object: &str, status, note: &str| LinkedId {
            id: self.text(id),
            kind: IdKind::NativeId,
            source: self.text(source),
            object: self.text(object),
            status,
            note: self.text(note),
            rec: Some(Rec(412)),
        };
        let merged = hit.status == Status::MergedInSource;
        Answer {
            record: self.record(Rec(7)),
            subtitle: self.text("Practice Manager, Brightwater Clinics"),
            highlights: vec![
                (self.text("AccountName"), ColumnRole::OrganizationName, self.text("Brightwater Clinics")),
                (self.text("Email"), ColumnRole::Email, self.text("k.wojcik@bwc.example")),
                (self.text("Phone"), ColumnRole::Phone, self.text("+48 22 555 01 43")),
            ],
            chain: if merged {
                vec![MergeStep {
                    from: hit.id.clone(),
                    into: self.text("0038d00000Xk3PqAAJ"),
                    source: self.text("Salesforce"),
                    at: Some(self.text("2023-06-14")),
                    told_by: self.text("Salesforce/Contact/0038d00000Wm7TaAAJ"),
                }]
            } else {
                Vec::new()
            },
            linked: vec![
                linked("0038d00000Xk3PqAAJ", "Salesforce", "Contact", Status::Loaded, "survivor"),
                linked(
                    "0038d00000Wm7TaAAJ",
                    "Salesforce",
                    "Contact",
                    Status::MergedInSource,
                    "merged in Salesforce 2023-06-14",
                ),
                linked("48120377", "HubSpot", "Contact", Status::Loaded, "same e-mail"),
                linked("31904412", "HubSpot", "Contact", Status::MergedInSource, "merged in HubSpot 2022-11-02"),
                linked("1900284471165", "Zendesk", "User", Status::Loaded, "same e-mail"),
                linked(
                    "7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3",
                    "Product database",
                    "user",
                    Status::Loaded,
                    "named by AccountId",
                ),
            ],
            named_by: vec![
                (self.text("Salesforce"), self.text("Opportunity"), self.text("ContactId"), 3),
                (self.text("Zendesk"), self.text("Ticket"), self.text("requester_id"), 31),
            ],
            remarks: Vec::new(),
            hit,
        }
    }
}
