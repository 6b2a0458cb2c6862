//! A workbench without a terminal, for tests that read like stories: keys in, the screen as text out. The body is played by
//! made-up systems, so that every screen can be looked at before and beside the real one.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::app::App;
use super::frame;
use super::keymap::{Key, Keymap};
use super::msg::{Ask, Clock, Effect, Entry, Msg, Problem, Recent, Reply, Session};
use super::theme::{Colours, Theme};
use crate::crosswalk::{Answer, Found, Hit, How, IdKind, LinkedId, MergeStep, Status};
use crate::sources::{
    Column, ColumnRole, Inventory, Load, LoadId, Object, ObjectId, PageRow, Proposal, QuarantineGroup, QuarantineRow, Rec,
    RecordPage, Source, SourceRecord, SystemKind,
};

pub struct Bench {
    pub app: App,
    buffer: Buffer,
    /// What was wanted outside, in order.
    pub effects: Vec<Effect>,
    /// The body answers; else questions wait.
    pub answers: bool,
    pub inventory: Inventory,
    /// Put in place of every value.
    pub hostile: Option<String>,
}

impl Bench {
    /// A workbench before anything is open.
    pub fn home(width: u16, height: u16) -> Self {
        let app = App::new((width, height), Theme { colours: Colours::Plain, ascii: false }, Keymap::standard());
        let buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let mut bench = Self { app, buffer, effects: Vec::new(), answers: true, inventory: inventory(), hostile: None };
        bench.send(Msg::Clock(Clock { millis: 0, utc: 1_763_633_643 }));
        let effects = bench.app.start(None, false);
        bench.take(effects);
        bench.draw();
        bench
    }

    /// A workbench with an open workspace.
    pub fn new(width: u16, height: u16) -> Self {
        let mut bench = Self::home(width, height);
        bench.app.start(Some(PathBuf::from("/home/mira/larkfield.cutover")), false).into_iter().for_each(|effect| bench.take(vec![effect]));
        bench.draw();
        bench
    }

    pub fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg);
        self.take(effects);
        self.draw();
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.push(effect.clone());
            if let Effect::Ask { generation, ask } = effect
                && self.answers
            {
                let answer = self.answer(ask);
                let more = self.app.update(Msg::Answered(generation, Box::new(answer)));
                self.take(more);
            }
        }
    }

    pub fn draw(&mut self) {
        let (width, height) = self.app.size;
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let (rows, hits) = frame::draw(&self.app, &mut self.buffer);
        self.app.painted(rows, hits);
    }

    /// Presses keys, by their names: `"5 0 0 3 enter"`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let key = Key::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
            let mut modifiers = KeyModifiers::NONE;
            modifiers.set(KeyModifiers::CONTROL, key.ctrl);
            modifiers.set(KeyModifiers::ALT, key.alt);
            modifiers.set(KeyModifiers::SHIFT, key.shift);
            let code = if key.code == KeyCode::Tab && key.shift { KeyCode::BackTab } else { key.code };
            self.send(Msg::Key(KeyEvent::new(code, modifiers)));
        }
        self
    }

    /// Types text, character by character.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    pub fn later(&mut self, millis: u64) -> &mut Self {
        let clock = self.app.clock;
        self.send(Msg::Clock(Clock { millis: clock.millis + millis, utc: clock.utc + i64::try_from(millis / 1_000).unwrap() }));
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.send(Msg::Resize(width, height));
        self
    }

    /// The screen as text; the open tab in brackets, since it is told by reversed colours alone.
    pub fn screen(&self) -> String {
        let area = self.buffer.area;
        let mut text = String::new();
        for y in 0..area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                let cell = &self.buffer[(x, y)];
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let reversed = |x: u16| x < area.width && self.buffer[(x, y)].modifier.contains(Modifier::REVERSED);
                let symbol = cell.symbol();
                if y == 0 && symbol == " " && reversed(x) {
                    line.push(if x > 0 && reversed(x - 1) && !reversed(x + 1) { ']' } else if x > 0 && reversed(x - 1) { ' ' } else { '[' });
                } else {
                    line.push_str(symbol);
                }
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    pub fn line(&self, row: usize) -> String {
        self.screen().lines().nth(row).unwrap_or_default().to_owned()
    }

    /// The message row.
    pub fn message(&self) -> String {
        self.line(usize::from(self.app.size.1) - 2).trim().to_owned()
    }

    /// What was copied last.
    pub fn copied(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// All cells, for looking at what was drawn.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.buffer.content.iter().map(|cell| cell.symbol())
    }

    fn text(&self, text: &str) -> String {
        self.hostile.clone().unwrap_or_else(|| text.to_owned())
    }

    /// The body, played.
    #[allow(clippy::too_many_lines)]
    fn answer(&self, ask: Ask) -> Result<Reply, Problem> {
        Ok(match ask {
            Ask::Recent | Ask::Forget(_) => Reply::Recent(recent()),
            Ask::Create(path) | Ask::Open { path, .. } => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Reply::Opened(Session { path, name, ..Session::default() })
            }
            Ask::Demo => Reply::Opened(Session { name: "demo".into(), ..Session::default() }),
            Ask::Inventory => Reply::Inventory(self.inventory.clone()),
            Ask::Page { first, count, .. } => {
                let total = 24_311_u64;
                let rows = (first..first.saturating_add(count).min(total)).map(|index| self.row(index)).collect();
                Reply::Page(RecordPage { total, first, rows })
            }
            Ask::FindRow { from, needle, back, .. } => {
                let at = if back { (0..=from).rev().find(|i| i % 1_000 == 412) } else { (from..24_311).find(|i| i % 1_000 == 412) };
                Reply::FoundRow(at.filter(|_| !needle.contains("nowhere")))
            }
            Ask::Record(rec) => Reply::Record(self.record(rec)),
            Ask::QuarantineGroups => Reply::QuarantineGroups(self.groups()),
            Ask::QuarantineRows { first, count, .. } => {
                let rows = (first..first + count).map(|index| QuarantineRow { line: 8_840 + index, ..self.groups()[0].first.clone() }).collect();
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
            Ask::TakeOut(load) => Reply::Changed(format!("Load {load} is taken out; u brings it back.")),
            Ask::Undo => Reply::Changed("Load 15 is taken out again.".into()),
            Ask::Redo => Reply::Changed("Load 15 is back.".into()),
            Ask::Find(text) => Reply::Found(self.find(&text)),
            Ask::Answer(hit) => Reply::Answer(Box::new(self.tell(hit))),
        })
    }

    fn row(&self, index: u64) -> PageRow {
        let text = |text: &str| Some(self.text(text));
        let id = format!("0038d{:010}AAJ", index * 37);
        let name = ["Katarzyna Wójcik", "Ahmet Yılmaz", "Märta Nilsson", "佐藤 花子", "Rania Haddad"][usize::try_from(index % 5).unwrap()];
        PageRow {
            rec: Rec(i64::try_from(index).unwrap() + 1),
            load: LoadId(2),
            line: index + 2,
            superseded: index % 11 == 3,
            values: vec![
                text(&id),
                text(name),
                text(&format!("person{index}@bwc.example")),
                if index % 4 == 0 { None } else { text("+48 22 555 01 43") },
                text("0018d00000Pp2KqAAJ"),
                if index % 3 == 0 { Some(String::new()) } else { text("Practice Manager") },
                text("Met at the fair in Gdańsk; asked for the price list twice, wants invoices by post to the clinic, not by e-mail"),
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
            values: columns.into_iter().zip(row.values).map(|(column, value)| (self.text(&column.name), column.role, value)).collect(),
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
            group("JSON object cut off", 21, "zendesk-users.ndjson", 8_840, "the object is not closed; line 8,841 starts a new one", b"{\"id\":1900284471,\"name\":\"Ol\n"),
            group("more fields than the header", 12, "Contact.csv", 1_017, "52 fields, the header has 51", b"0038d00000Wm7TaAAJ,Katarzyna,W\xC3\xB3jcik,Brightwater, Clinics,k.wojcik@bwc.example\r\n"),
            group("formula without a stored value", 5, "Renewals 2025.xlsx › Renewals", 2_110, "C2110 holds =VLOOKUP(A2110,…)", b"=VLOOKUP(A2110,Old!A:C,3)"),
            group("not UTF-8 in a UTF-8 file", 2, "zendesk-users.ndjson", 9_022, "byte E9 at column 5", b"{\"name\":\"Andr\xE9 Lef\xE8vre\"}"),
            group("quote opened and never closed", 1, "Contact.csv", 8_113, "opened at column 9, Description", b"0038,\"Met at fair"),
        ]
    }

    fn proposal(&self, file: &std::path::Path) -> Proposal {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Proposal {
            already: name.contains("again").then_some(LoadId(9)),
            file: self.text(&name),
            source: self.text("Salesforce"),
            kind: SystemKind::Crm,
            object: self.text("Contact"),
            existing: true,
            read_as: self.text("CSV, comma, UTF-8, header on line 1"),
            columns: contact_columns(),
            sample: (0..6).map(|index| self.row(index).values).collect(),
            warnings: vec![self.text("12 IDs in Old ID were destroyed by a spreadsheet (2.52E+18). They will not be joined to anything.")],
        }
    }

    fn hit(&self, how: How, id: &str, marks: Vec<std::ops::Range<usize>>, object: (&str, &str), title: &str, reason: &str) -> Hit {
        let id = self.text(id);
        Hit {
            how,
            note: (how == How::Guess).then(|| "other case".to_owned()),
            marks,
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
                self.hit(How::Exact, "88213", vec![0..5], ("Zendesk", "User"), "Rania Haddad", "loaded 2025-11-13"),
                self.hit(How::Exact, "88213", vec![0..5], ("Zendesk", "Ticket"), "Invoice wrong", "loaded 2025-11-13"),
                self.hit(How::Exact, "88213", vec![0..5], ("Product database", "workspace"), "Ostra Labs", "loaded 2025-11-14"),
            ];
            return Found { typed, hits, exact: 3, ..Found::default() };
        }
        if typed.starts_with("cus_") {
            let hits = vec![self.hit(How::Typo, "cus_Nf83kQ0dLw1xRz", vec![14..15], ("Stripe", "Customer"), "Brightwater Clinics", "loaded 2025-11-14")];
            return Found { typed, hits, ..Found::default() };
        }
        if typed.starts_with("zzz") {
            return Found { typed, ..Found::default() };
        }
        let hits = vec![
            self.hit(How::Prefix, "0038d00000Wm7TaAAJ", vec![0..n.min(18)], ("Salesforce", "Contact"), "Katarzyna Wójcik", merged),
            self.hit(How::Prefix, "0038d00000wM7TqAAK", vec![0..n.min(18)], ("Salesforce", "Contact"), "Ahmet Yılmaz", "loaded 2025-11-14"),
            self.hit(How::Typo, "0038d00000Wn7TaAAJ", vec![11..12], ("Salesforce", "Contact"), "Delta Dental, test", "loaded 2025-11-14"),
        ];
        let remarks = vec![self.text("Salesforce IDs differ by case alone: 2 records start like this. Ask for one more character.")];
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
                linked("0038d00000Wm7TaAAJ", "Salesforce", "Contact", Status::MergedInSource, "merged in Salesforce 2023-06-14"),
                linked("48120377", "HubSpot", "Contact", Status::Loaded, "same e-mail"),
                linked("31904412", "HubSpot", "Contact", Status::MergedInSource, "merged in HubSpot 2022-11-02"),
                linked("1900284471165", "Zendesk", "User", Status::Loaded, "same e-mail"),
                linked("7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3", "Product database", "user", Status::Loaded, "named by AccountId"),
            ],
            named_by: vec![(self.text("Salesforce"), self.text("Opportunity"), self.text("ContactId"), 3), (self.text("Zendesk"), self.text("Ticket"), self.text("requester_id"), 31)],
            remarks: Vec::new(),
            hit,
        }
    }
}

fn recent() -> Vec<Recent> {
    let day = 86_400;
    let now = 1_763_633_643;
    vec![
        Recent { path: "/home/mira/migration/larkfield.cutover".into(), records: 302_774, opened: now - 7_200, there: true },
        Recent { path: "/home/mira/migration/larkfield-sandbox.cutover".into(), records: 98_438, opened: now - 12 * day, there: true },
        Recent { path: "/mnt/usb/old-pilot.cutover".into(), records: 0, opened: now - 40 * day, there: false },
    ]
}

fn listing(folder: &std::path::Path) -> Vec<Entry> {
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
        .map(|(position, (name, role, evidence))| Column { position, name: name.into(), role, evidence: evidence.into(), by_hand: position == 3 })
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
        warnings: if quarantined > 0 { vec!["3 rows are shorter than the header; what they do not have is not given.".into()] } else { Vec::new() },
    }
}

/// Seven systems.
pub fn inventory() -> Inventory {
    let systems: [(&str, SystemKind, &str, &[(&str, u64, u64)]); 7] = [
        ("Salesforce", SystemKind::Crm, "2025-11-14", &[("Account", 6_204, 0), ("Contact", 24_311, 7), ("Lead", 9_654, 0), ("Opportunity", 8_812, 0)]),
        ("Stripe", SystemKind::Billing, "2025-11-14", &[("Customer", 5_893, 0), ("Subscription", 6_341, 0), ("Invoice", 140_265, 0)]),
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
                records: *records,
                older_versions: 0,
                rows: records + quarantined,
                quarantined: *quarantined,
                columns: contact_columns(),
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

#[cfg(test)]
mod look {
    use super::*;

    #[test]
    #[ignore = "prints screens for people to look at"]
    fn print() {
        let size = std::env::var("SIZE").unwrap_or("120x36".into());
        let (w, h) = size.split_once('x').unwrap();
        let (w, h) = (w.parse().unwrap(), h.parse().unwrap());
        let show = |title: &str, bench: &Bench| println!("── {title}\n{}", bench.screen());
        show("home", &Bench::home(w, h));
        let go = |title: &str, keys: &str| {
            let mut bench = Bench::new(w, h);
            bench.keys(keys);
            show(title, &bench);
        };
        go("inventory", "");
        go("inventory contact", "j");
        go("object", "j enter");
        go("object loads", "j enter l");
        go("load", "j enter l enter");
        go("records", "j r");
        go("records frozen", "j r f l l l l l l j j j");
        go("record", "j r enter G");
        go("quarantine", "Q j");
        go("quarantine rows", "Q enter");
        go("write", "Q w");
        go("chooser", "o down down space space");
        go("proposal", "o down down down down enter");
        go("form", "o down down down down enter e");
        go("role", "j enter e");
        go("help", "?");
        go("help records", "j r ?");
        go("palette", ": r e c");
        go("lookup", "5");
        go("typing", "5 0 0 3 8");
        go("answer", "5 0 0 3 8 enter");
        go("ambiguous", "5 8 8 2 1 3");
        go("none", "5 z z z");
        go("near", "5 c u s _");
    }
}
