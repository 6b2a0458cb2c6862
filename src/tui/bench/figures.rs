//! Figures, played: profiles, counts of values and selected records of the made-up systems.

use std::sync::Arc;

use super::super::msg::{About, Ask, Problem, Reply};
use super::Bench;
use super::systems::contact_columns;
use crate::sources::profile::decide::Decision;
use crate::sources::profile::{
    ColumnProfile, ColumnType, Counted, DateEvidence, DateOrder, Example, Numbers, ObjectProfile,
};
use crate::sources::select::{Selection, ValueCounts};
use crate::sources::survey::Relation;
use crate::sources::{Column, ColumnRole, LoadId, Object, ObjectId, PageRow, Rec, RecordPage};

/// The columns of the objects of a source.
pub fn columns_of(source: &str) -> Vec<Column> {
    if source != "Renewals 2025" {
        return contact_columns();
    }
    let names = [
        ("Account name", ColumnRole::OrganizationName),
        ("Contact", ColumnRole::FullName),
        ("E-mail", ColumnRole::Email),
        ("Signed on", ColumnRole::Plain),
        ("Renews on", ColumnRole::Plain),
        ("Amount", ColumnRole::Plain),
        ("Currency", ColumnRole::Plain),
        ("Phone", ColumnRole::Phone),
        ("Owner", ColumnRole::Plain),
        ("Notes", ColumnRole::Plain),
        ("Old ID", ColumnRole::OtherId),
    ];
    let column = |(position, (name, role)): (usize, (&str, ColumnRole))| Column {
        position,
        name: name.into(),
        role,
        evidence: if role == ColumnRole::Plain { "text" } else { "header says so" }.into(),
        by_hand: false,
        points_to: None,
        meaning: None,
        separator: None,
        dates: None,
    };
    names.into_iter().enumerate().map(column).collect()
}

fn counted(list: &[(&str, u64)]) -> Vec<Counted> {
    list.iter().map(|(text, count)| Counted { text: (*text).into(), count: *count }).collect()
}

fn example(rec: i64, line: u64, value: &str) -> Example {
    Example { rec, load: 13, line, value: value.into() }
}

fn plain(column: &Column, rows: u64) -> ColumnProfile {
    ColumnProfile {
        position: column.position,
        name: column.name.clone(),
        role: column.role,
        rows,
        filled: rows,
        empty: 0,
        absent: 0,
        distinct: rows,
        distinct_exact: true,
        kind: ColumnType::Text,
        fits: rows,
        because: String::new(),
        min: None,
        max: None,
        shortest: 3,
        longest: 41,
        formats: Vec::new(),
        other_formats: 0,
        mixed: false,
        top: Vec::new(),
        top_exact: true,
        date_order: None,
        dates: None,
        numbers: None,
        outliers: Vec::new(),
        separator: None,
        padded: 0,
        non_ascii: 0,
        cut_at: None,
        examples: Vec::new(),
    }
}

/// So many of `rows` filled, the others empty.
fn part_filled(profile: &mut ColumnProfile, filled: u64) {
    profile.filled = filled;
    profile.fits = filled;
    profile.empty = profile.rows - filled;
    profile.distinct = profile.distinct.min(filled);
}

fn signed_on(profile: &mut ColumnProfile) {
    part_filled(profile, 1_984);
    profile.kind = ColumnType::Date;
    profile.because = "1,984 of 1,984 values are written like dates".into();
    profile.distinct = 611;
    profile.date_order = Some(DateOrder::Contradictory);
    profile.dates = Some(DateEvidence {
        day_first: 1_201,
        month_first: 3,
        either: 780,
        year_first: 0,
        no_date: 0,
        examples: vec![
            example(411, 412, "09/23/2025"),
            example(412, 413, "09/24/2025"),
            example(1_876, 1_877, "10/15/2025"),
        ],
        years: vec![(2022, 118), (2023, 402), (2024, 711), (2025, 753)],
    });
    profile.formats = counted(&[("99/99/9999", 1_946), ("9/99/9999", 35), ("99/99/99", 3)]);
    profile.mixed = true;
    profile.top = counted(&[("01/07/2024", 41), ("01/04/2025", 38), ("15/01/2025", 22)]);
    (profile.shortest, profile.longest) = (8, 10);
}

fn renewals(column: &Column) -> ColumnProfile {
    let mut profile = plain(column, 2_109);
    let it = &mut profile;
    match column.name.as_str() {
        "Account name" => {
            it.distinct = 1_804;
            it.top = counted(&[("Brightwater Clinics", 14), ("Fjord Laboratorier AB", 11), ("Delta Dental", 9)]);
            it.examples = vec!["Brightwater Clinics".into()];
            it.cut_at = Some((40, 214));
            it.longest = 40;
            it.padded = 31;
            it.non_ascii = 188;
        }
        "Contact" => {
            it.distinct = 1_990;
            it.examples = vec!["Katarzyna Wójcik".into(), "Märta Nilsson".into()];
            it.non_ascii = 402;
        }
        "E-mail" => {
            part_filled(it, 1_856);
            it.kind = ColumnType::Email;
            it.because = "1,851 of 1,856 values are e-mail addresses".into();
            it.fits = 1_851;
            it.distinct = 1_802;
            it.examples = vec!["k.wojcik@bwc.example".into()];
            it.top = counted(&[("info@ostra.example", 12), ("office@marlow.example", 7)]);
        }
        "Signed on" => signed_on(it),
        "Renews on" => {
            part_filled(it, 2_095);
            it.kind = ColumnType::Date;
            it.because = "2,095 of 2,095 values are dates with the year first".into();
            it.distinct = 365;
            it.date_order = Some(DateOrder::YearFirst);
            it.dates = Some(DateEvidence {
                year_first: 2_095,
                years: vec![(2025, 700), (2026, 1_395)],
                ..DateEvidence::default()
            });
            it.formats = counted(&[("9999-99-99", 2_095)]);
            it.min = Some("2025-11-30".into());
            it.max = Some("2026-12-31".into());
            it.examples = vec!["2026-03-31".into()];
            (it.shortest, it.longest) = (10, 10);
        }
        "Amount" => {
            it.kind = ColumnType::Money;
            it.because = "2,109 of 2,109 values are numbers with two decimals".into();
            it.distinct = 930;
            it.formats = counted(&[("9,999.99", 1_700), ("99,999.99", 380), ("999.99", 29)]);
            it.numbers = Some(Numbers {
                count: 2_109,
                min: "-1200.00".into(),
                max: "184000.00".into(),
                mean: "8713.42".into(),
                negative: 2,
                zero: 0,
                histogram: counted(&[
                    ("-1200.00", 1_700),
                    ("17320.00", 290),
                    ("35840.00", 88),
                    ("54360.00", 20),
                    ("72880.00", 10),
                    ("165480.00", 1),
                ]),
            });
            it.outliers = vec![(example(70, 71, "184,000.00"), "9 times the next greatest".into())];
            it.examples = vec!["4,800.00".into()];
            it.min = Some("-1,200.00".into());
            it.max = Some("184,000.00".into());
        }
        "Currency" => {
            it.kind = ColumnType::Choice;
            it.because = "4 values in 2,109 records".into();
            it.distinct = 4;
            it.top = counted(&[("EUR", 1_411), ("SEK", 402), ("GBP", 290), ("eur", 6)]);
            it.formats = counted(&[("AAA", 2_103), ("aaa", 6)]);
            it.examples = vec!["EUR".into()];
            (it.shortest, it.longest) = (3, 3);
        }
        "Phone" => {
            part_filled(it, 1_286);
            it.kind = ColumnType::Phone;
            it.examples = vec!["+46 18 555 01 27".into()];
        }
        "Owner" => {
            part_filled(it, 2_045);
            it.kind = ColumnType::Choice;
            it.distinct = 9;
            it.top = counted(&[("S. Lee", 611), ("Jonas Weber", 402), ("Dana Cole", 388)]);
            it.examples = vec!["S. Lee".into()];
        }
        "Notes" => {
            part_filled(it, 696);
            it.longest = 255;
            it.cut_at = Some((255, 41));
        }
        _ => {
            part_filled(it, 253);
            it.kind = ColumnType::Id;
            it.examples = vec!["2.52E+18".into()];
        }
    }
    profile
}

fn contact(column: &Column, rows: u64) -> ColumnProfile {
    let mut profile = plain(column, rows);
    let it = &mut profile;
    match column.name.as_str() {
        "Id" | "AccountId" => {
            it.kind = ColumnType::Id;
            it.because = "18 letters and digits, as Salesforce makes them".into();
            it.examples = vec!["0038d00000Wm7TaAAJ".into()];
            (it.shortest, it.longest) = (18, 18);
            it.formats = counted(&[("9999a9+Aa9AAA", rows)]);
            it.min = Some("0018d00000Aa1KqAAJ".into());
            it.max = Some("0038d00000Zz9TaAAJ".into());
        }
        "Email" => {
            part_filled(it, rows * 91 / 100);
            it.kind = ColumnType::Email;
            it.examples = vec!["k.wojcik@bwc.example".into()];
        }
        "Phone" => {
            part_filled(it, rows * 61 / 100);
            it.kind = ColumnType::Phone;
            it.examples = vec!["+48 22 555 01 43".into()];
        }
        "Title" => {
            part_filled(it, rows * 2 / 3);
            it.kind = ColumnType::Choice;
            it.distinct = 48;
            it.top = counted(&[("Practice Manager", rows / 4), ("Head of Quality", rows / 9), ("CFO", 41)]);
            it.examples = vec!["Practice Manager".into()];
        }
        "Description" => it.examples = vec!["Met at the fair in Gdańsk".into()],
        _ => it.examples = vec!["Katarzyna Wójcik".into()],
    }
    profile
}

impl Bench {
    pub(super) fn object(&self, id: ObjectId) -> Option<&Object> {
        self.inventory.sources.iter().flat_map(|source| &source.objects).find(|object| object.id == id)
    }

    fn profile(&self, id: ObjectId) -> ObjectProfile {
        let Some(object) = self.object(id) else { return ObjectProfile::default() };
        let of_renewals = object.columns.len() == 11;
        let mut columns: Vec<ColumnProfile> = object
            .columns
            .iter()
            .map(|column| if of_renewals { renewals(column) } else { contact(column, object.records) })
            .collect();
        if let Some(text) = &self.hostile {
            for column in &mut columns {
                column.because.clone_from(text);
                column.separator = Some(text.clone());
                column.min = Some(text.clone());
                column.max = Some(text.clone());
                let lists = [&mut column.top, &mut column.formats];
                lists.into_iter().flatten().for_each(|counted| counted.text.clone_from(text));
                column.examples.iter_mut().for_each(|example| example.clone_from(text));
                column.outliers = vec![(example(1, 2, text), text.clone())];
                if let Some(dates) = &mut column.dates {
                    dates.examples.iter_mut().for_each(|example| example.value.clone_from(text));
                }
            }
        }
        ObjectProfile { rows: object.records, columns, loads: vec![13], ..ObjectProfile::default() }
    }

    fn decisions(&self) -> Vec<Decision> {
        let order = match self.decided {
            Some(order) => order,
            None => return Vec::new(),
        };
        let evidence = DateEvidence { day_first: 1_201, month_first: 3, either: 780, ..DateEvidence::default() };
        let (who, at) = (self.text("mira"), "2025-11-20T10:14:03Z".into());
        vec![Decision { column: "Signed on".into(), order, who, at, evidence }]
    }

    fn about(&self, object: ObjectId) -> About {
        let names = [(411, "Delta Dental"), (412, "Marlow Vets"), (1_876, "Ostra Labs"), (70, "Brightwater Clinics")];
        let mut relations = Vec::new();
        if self.object(object).is_some_and(|object| object.name == "Contact") {
            relations.push(Relation {
                id: 1,
                from: object,
                column: 4,
                column_name: "AccountId".into(),
                to: Some(ObjectId(1)),
                to_name: self.text("Salesforce › Account"),
                to_column: Some(0),
                filled: 24_311,
                met: 23_971,
                merged_away: 0,
                orphans: 340,
                reached: 6_102,
                hierarchy: None,
                because: self.text("98.6 % of its values are native IDs there"),
            });
        }
        About {
            profile: self.profile(object),
            decisions: self.decisions(),
            relations,
            names: names.into_iter().map(|(rec, name)| (Rec(rec), self.text(name))).collect(),
        }
    }

    fn counts(&self, column: usize, within: &Selection) -> ValueCounts {
        if *within != Selection::All {
            let values = counted(&[("S. Lee", 611), ("Jonas Weber", 402), ("Dana Cole", 388)]);
            return ValueCounts {
                rows: 1_411,
                filled: 1_401,
                empty: 10,
                absent: 0,
                distinct: 3,
                values: self.own(values),
            };
        }
        let (values, distinct, filled) = match column {
            6 => (counted(&[("EUR", 1_411), ("SEK", 402), ("GBP", 290), ("eur", 6)]), 4, 2_109),
            _ => (counted(&[("Practice Manager", 6_077), ("Head of Quality", 2_701), ("=1+1", 41)]), 48, 16_207),
        };
        let rows = if column == 6 { 2_109 } else { 24_311 };
        let left = rows - filled;
        let absent = left / 3;
        ValueCounts { rows, filled, empty: left - absent, absent, distinct, values: self.own(values) }
    }

    fn own(&self, mut values: Vec<Counted>) -> Vec<Counted> {
        values.iter_mut().for_each(|value| value.text = self.text(&value.text));
        values
    }

    fn selected_row(&self, object: ObjectId, rec: Rec) -> PageRow {
        let index = u64::try_from(rec.0).unwrap_or(1).saturating_sub(1);
        if self.object(object).is_none_or(|object| object.columns.len() != 11) {
            return self.row(index);
        }
        let text = |text: &str| Some(self.text(text));
        let pick = |list: [&'static str; 4]| list[usize::try_from(index % 4).unwrap_or(0)];
        PageRow {
            rec,
            load: LoadId(13),
            line: index + 2,
            superseded: false,
            vanished: false,
            values: vec![
                text(pick(["Delta Dental", "Marlow Vets", "Ostra Labs", "Brightwater Clinics"])),
                text(pick(["Rania Haddad", "Ahmet Yılmaz", "Märta Nilsson", "Katarzyna Wójcik"])),
                text(&format!("person{index}@bwc.example")),
                text(pick(["09/23/2025", "23/09/2025", "01/07/2024", "15/01/2025"])),
                text("2026-03-31"),
                text(pick(["4,800.00", "12,400.00", "950.00", "-1,200.00"])),
                text(pick(["EUR", "SEK", "GBP", "EUR"])),
                if index.is_multiple_of(3) { Some(String::new()) } else { text("+46 18 555 01 27") },
                text(pick(["S. Lee", "Jonas Weber", "Dana Cole", "S. Lee"])),
                None,
                None,
            ],
        }
    }

    /// An answer that comes when nobody waits for it any more.
    pub fn answer_for_test(&self, ask: Ask) -> Result<Reply, Problem> {
        self.answer_figures(ask)
    }

    /// The body's answers to questions for figures, played.
    pub(super) fn answer_figures(&self, ask: Ask) -> Result<Reply, Problem> {
        Ok(match ask {
            Ask::Profile(object) => Reply::Profile { object, about: Box::new(self.about(object)) },
            Ask::Values { object, column, within } => {
                let counts = Arc::new(self.counts(column, &within));
                Reply::Values { object, column, within, counts }
            }
            Ask::Select { object, selection } => {
                let recs = Arc::new((0..1_411).map(|at| Rec(at * 3 + 1)).collect());
                Reply::Selected { object, selection, recs }
            }
            Ask::Sort { object, recs, order } => {
                let mut recs = recs.to_vec();
                if order.downwards {
                    recs.reverse();
                }
                Reply::Sorted { object, order, recs: Arc::new(recs) }
            }
            Ask::PageOf { object, total, first, recs } => {
                let rows = recs.into_iter().map(|rec| self.selected_row(object, rec)).collect();
                Reply::Page(RecordPage { total, first, vanished: 0, rows })
            }
            Ask::FindAmong { recs, from, needle, back, .. } => {
                let last = (recs.len() as u64).saturating_sub(1);
                let at = if back { from.checked_sub(7) } else { Some(from + 7).filter(|at| *at <= last) };
                Reply::FoundRow(at.filter(|_| !needle.contains("nowhere")))
            }
            Ask::WriteRows { recs, path, masked, .. } => {
                let what = ("record", "records");
                let lines = recs.map_or(24_311, |recs| recs.len() as u64);
                Reply::WroteOut { path, lines, what, guarded: 2, masked }
            }
            Ask::WriteCounts { counts, path, masked, .. } => {
                let what = ("value", "values");
                Reply::WroteOut { path, lines: counts.values.len() as u64, what, guarded: 1, masked }
            }
            Ask::WriteDictionary { path, masked, .. } => {
                Reply::WroteOut { path, lines: 102, what: ("column", "columns"), guarded: 0, masked }
            }
            Ask::DecideDates { .. } => Reply::Changed("Signed on: day first; 3 of its values are no date then.".into()),
            _ => return Err(Problem::new("This is not played.")),
        })
    }
}
