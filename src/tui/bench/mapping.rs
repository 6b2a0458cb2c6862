//! The map, played: a rich object with a map of it, what is proposed for others, figures, rows before and after.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::msg::map::{Difference, MapAsk, MapReply, Overview, VersionLine, Wrong};
use super::super::msg::{About, Problem};
use super::Bench;
use crate::definitions::VersionNumber;
use crate::mapping::check::{Check, Problem as Fault, ProblemKind};
use crate::mapping::coverage::FieldState;
use crate::mapping::figures::{FieldFigures, Figures, Reason};
use crate::mapping::map::Disposition;
use crate::mapping::preview::{After, Chosen, Shown};
use crate::mapping::suggest::{Candidate, ColumnSuggestion, EntityCandidate, ObjectSuggestion, Part};
use crate::mapping::{ColumnDecision, Comment, FieldRule, MapKey, Mark, ObjectMap, Rule, Said, StandingMap, ValueRow};
use crate::model::{Standing, shipped};
use crate::sources::profile::{ColumnProfile, ColumnType, ObjectProfile};
use crate::sources::{Column, ColumnRole, Object, ObjectId, Rec};

/// Name, share filled in percent, example.
const CONTACT: [(&str, u64, &str); 16] = [
    ("LastName", 100, "Wójcik"),
    ("FirstName", 97, "Katarzyna"),
    ("Email", 91, "k.wojcik@bwc.example"),
    ("Phone", 64, "+48 22 555 01 43"),
    ("AccountId", 99, "0018d00000Bw1ClAAJ"),
    ("MailingCountry", 94, "Poland"),
    ("Owner", 100, "S. Lee"),
    ("Title", 71, "Practice Manager"),
    ("Preferred_Lang__c", 58, "Polish"),
    ("HasOptedOutOfEmail", 100, "true"),
    ("CreatedDate", 100, "2021-03-04T09:12:00.000Z"),
    ("LastActivityDate", 71, "2025-11-08"),
    ("Jigsaw", 0, ""),
    ("Fax", 2, "+48 22 555 01 44"),
    ("Region_Old__c", 33, "EMEA-2"),
    ("Description", 12, "Met at the fair in Gdańsk"),
];

fn mark(by: &str) -> Mark {
    Mark { by: by.into(), at: "2025-11-17T10:02:00Z".into() }
}

fn said(by: &str) -> Option<Said> {
    Some(Said { by: by.into(), at: "2025-11-17T11:40:00Z".into(), of: "7f3c1a9e52b4".into() })
}

fn rule(field: &str, from: &[&str], rule: Rule, reviews: (bool, bool)) -> FieldRule {
    FieldRule {
        field: field.into(),
        from: from.iter().map(|name| (*name).into()).collect(),
        rule,
        written: mark("Tomas Reyes"),
        technical: reviews.0.then(|| said("Mira Stone")).flatten(),
        business: reviews.1.then(|| said("Jonas Weber")).flatten(),
        ..FieldRule::default()
    }
}

fn dropped(column: &str, reason: &str, business: bool) -> ColumnDecision {
    ColumnDecision {
        column: column.into(),
        reason: reason.into(),
        written: mark("Tomas Reyes"),
        technical: said("Mira Stone"),
        business: business.then(|| said("Jonas Weber")).flatten(),
        ..ColumnDecision::default()
    }
}

fn part(strength: f64, because: &str) -> Part {
    Part { strength, because: because.into() }
}

fn candidate(field: &str, from: &str, rule: Rule, parts: [Part; 3]) -> Candidate {
    let [header, values, links] = parts;
    let confidence = header.strength * 0.45 + values.strength * 0.35 + links.strength * 0.20;
    Candidate {
        entity: "person".into(),
        field: field.into(),
        confidence,
        reasons: vec![header.because.clone(), values.because.clone()],
        header,
        values,
        links,
        from: vec![from.into()],
        rule,
        problem: None,
    }
}

pub fn contact_key() -> MapKey {
    MapKey { source: "Salesforce".into(), object: "Contact".into(), entity: "person".into() }
}

impl Bench {
    /// A workbench with a rich object and a map of it, the pane open.
    pub fn mapped(width: u16, height: u16) -> Self {
        let mut bench = Self::new(width, height);
        bench.enrich();
        bench.keys("2");
        bench
    }

    /// Gives Contact of Salesforce the columns of a real one.
    pub fn enrich(&mut self) {
        let columns = CONTACT.iter().enumerate().map(|(position, (name, ..))| Column {
            position,
            name: (*name).into(),
            role: ColumnRole::Plain,
            evidence: "text".into(),
            by_hand: false,
            points_to: None,
            meaning: None,
            separator: None,
            dates: None,
        });
        if let Some(object) = self.inventory.sources[0].objects.iter_mut().find(|object| object.name == "Contact") {
            object.columns = columns.collect();
            object.one_row_is = Some("one human known by name".into());
        }
        let inventory = self.inventory.clone();
        super::super::panes::sources::counted(&mut self.app, inventory);
        self.app.sources.profiles.stale();
    }

    /// The profile of the rich object.
    pub(super) fn rich(&self, id: ObjectId) -> Option<About> {
        let object = self.object(id).filter(|object| object.columns.len() == CONTACT.len())?;
        let column = |(position, (name, share, example)): (usize, &(&str, u64, &str))| ColumnProfile {
            position,
            name: (*name).into(),
            role: ColumnRole::Plain,
            rows: object.records,
            filled: object.records * share / 100,
            empty: object.records - object.records * share / 100,
            absent: 0,
            distinct: 9,
            distinct_exact: true,
            kind: ColumnType::Text,
            fits: object.records,
            because: String::new(),
            min: None,
            max: None,
            shortest: 1,
            longest: 20,
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
            examples: vec![self.text(example)],
        };
        let columns = CONTACT.iter().enumerate().map(column).collect();
        let profile = ObjectProfile { rows: object.records, columns, loads: vec![2], ..ObjectProfile::default() };
        Some(About { profile, ..About::default() })
    }

    fn map_key(&self) -> MapKey {
        MapKey { source: self.text("Salesforce"), object: self.text("Contact"), entity: "person".into() }
    }

    fn contact_map(&self) -> ObjectMap {
        let values = |count: usize| {
            (0..count).map(|n| ValueRow { value: self.text(&format!("Country {n}")), ..ValueRow::default() }).collect()
        };
        let country = Rule::ValueMap { rows: values(61), otherwise: None, separator: String::new(), folded: true };
        let mut phone =
            rule("phone", &["Phone", "MailingCountry"], Rule::Phone { country: String::new() }, (true, false));
        phone.comments = vec![Comment {
            by: "Jonas Weber".into(),
            at: "2025-11-18T08:30:00Z".into(),
            text: self.text("Mobile numbers first, where there are two."),
        }];
        let account =
            Rule::Reference { entity: "account".into(), source: "Salesforce".into(), object: "Account".into() };
        let mut map = ObjectMap {
            key: self.map_key(),
            owner: "Jonas Weber".into(),
            fields: vec![
                rule("family_name", &["LastName"], Rule::Copy, (true, true)),
                rule("given_name", &["FirstName"], Rule::Copy, (true, true)),
                rule("email", &["Email"], Rule::Email, (true, true)),
                phone,
                rule("title", &["Title"], Rule::Copy, (false, false)),
                rule("country", &["MailingCountry"], country, (true, true)),
                rule("owner", &["Owner"], Rule::Owner { list: "users".into() }, (true, false)),
                rule("account", &["AccountId"], account, (true, true)),
            ],
            columns: vec![
                dropped("Jigsaw", &self.text("never filled"), true),
                dropped("Fax", &self.text("no process uses it"), false),
            ],
            ..ObjectMap::default()
        };
        map.fields.iter_mut().flat_map(|rule| &mut rule.from).for_each(|name| *name = self.text(name));
        map
    }

    fn overview(&self) -> Overview {
        let map = self.contact_map();
        let states = |object: &Object| -> Vec<FieldState> {
            let rich = object.columns.len() == CONTACT.len();
            let state = |column: &Column| {
                let rule = map.fields.iter().find(|rule| rich && rule.from.contains(&column.name));
                let decided = map.columns.iter().find(|decision| rich && decision.column == column.name);
                FieldState {
                    position: column.position,
                    column: column.name.clone(),
                    disposition: match (rule, decided) {
                        (Some(rule), _) if rule.rule == Rule::Copy => Some(Disposition::Renamed),
                        (Some(_), _) => Some(Disposition::Converted),
                        (None, Some(_)) => Some(Disposition::Dropped),
                        (None, None) => None,
                    },
                    goes_to: rule.iter().map(|rule| (map.key.clone(), rule.field.clone())).collect(),
                    reason: decided.map(|decision| decision.reason.clone()).unwrap_or_default(),
                    technical: rule.is_some_and(|rule| rule.technical.is_some()) || decided.is_some(),
                    business: rule.is_some_and(|rule| rule.business.is_some()),
                }
            };
            object.columns.iter().map(state).collect()
        };
        let objects = self.inventory.sources.iter().flat_map(|source| &source.objects);
        let fault = |kind, column: &str, field: &str, count, title: &str, who: &str| Fault {
            kind,
            blocks: true,
            source: self.text("Salesforce"),
            object: self.text("Contact"),
            column: column.into(),
            entity: "person".into(),
            field: field.into(),
            count,
            title: self.text(title),
            message: self.text(title),
            who: self.text(who),
            values: Vec::new(),
        };
        let check = Check {
            coverage: 0.1,
            columns: 112,
            decided: 10,
            problems: vec![
                fault(ProblemKind::RequiredEmpty, "", "country", 1_410, "empty, no rule for it", "Tomas Reyes"),
                fault(ProblemKind::AmbiguousOwner, "Owner", "owner", 212, "one owner name, two users", "Tomas Reyes"),
            ],
            uncounted: Vec::new(),
        };
        let standing = StandingMap {
            map: map.clone(),
            version: Some(VersionNumber(31)),
            author: self.text("Tomas Reyes"),
            at: "2025-11-18T08:30:00Z".into(),
            hash: String::new(),
        };
        let model = shipped::entities().iter().map(|entity| Standing {
            entity: entity.clone(),
            version: None,
            author: String::new(),
            at: String::new(),
            reviews: Vec::new(),
        });
        Overview {
            model: model.collect(),
            maps: vec![standing],
            check,
            coverage: objects.map(|object| (object.id, states(object))).collect(),
            figures: BTreeMap::from([(self.map_key(), self.figures_of_contact())]),
        }
    }

    fn figures_of_contact(&self) -> Figures {
        let field = |filled: u64, rejects: u64, changed: u64| FieldFigures {
            filled,
            empty: 24_311 - filled,
            converted: filled - rejects,
            changed,
            rejects,
            missing: 24_311 - filled,
            reasons: if rejects > 0 {
                vec![Reason {
                    reason: self.text("no valid number of PL"),
                    records: rejects,
                    example: self.text("22 555"),
                }]
            } else {
                Vec::new()
            },
        };
        let fields = BTreeMap::from([
            ("family_name".to_owned(), field(24_311, 0, 0)),
            ("phone".to_owned(), field(15_559, 0, 14_000)),
            ("country".to_owned(), field(22_901, 0, 22_901)),
            ("email".to_owned(), field(22_123, 0, 812)),
        ]);
        Figures { records: 24_311, excluded: 0, rejected: 1_622, fields }
    }

    fn suggested(&self) -> Vec<ObjectSuggestion> {
        let objects = self.inventory.sources.iter().flat_map(|source| &source.objects);
        let mut all = Vec::new();
        for object in objects {
            let rich = object.columns.len() == CONTACT.len();
            let columns = object.columns.iter().map(|column| {
                let mut found = ColumnSuggestion {
                    position: column.position,
                    column: column.name.clone(),
                    ..ColumnSuggestion::default()
                };
                let parts = |h, v, l| {
                    [
                        part(h, &self.text("Preferred Lang ≈ language")),
                        part(v, &self.text("all 9 are languages")),
                        part(l, &self.text("agrees with HubSpot")),
                    ]
                };
                let name = column.name.as_str();
                match name {
                    "Preferred_Lang__c" => {
                        found.candidates = vec![
                            candidate("language", name, Rule::Language, parts(0.88, 1.0, 0.6)),
                            candidate("time_zone", name, Rule::Copy, parts(0.4, 0.7, 0.2)),
                        ];
                        found.stands_alone = true;
                    }
                    "HasOptedOutOfEmail" => {
                        let turned =
                            Rule::Boolean { yes: vec!["true".into()], no: vec!["false".into()], turned_round: true };
                        found.candidates = vec![candidate("do_not_contact", name, turned, parts(0.7, 0.9, 0.55))];
                        found.stands_alone = true;
                    }
                    "Name" => {
                        found.candidates = vec![candidate("full_name", name, Rule::Copy, parts(0.9, 0.8, 0.2))];
                        found.stands_alone = true;
                    }
                    "LastActivityDate" => {
                        let mut open = candidate(
                            "last_activity",
                            name,
                            Rule::Date { format: String::new() },
                            parts(0.8, 0.9, 0.0),
                        );
                        open.problem = Some(self.text("Whether the day or the month stands first is for a person."));
                        found.candidates = vec![open];
                    }
                    _ if self.hostile.is_some() => {
                        let parts = parts(0.88, 1.0, 0.6);
                        found.candidates = vec![candidate("language", name, Rule::Language, parts)];
                        found.stands_alone = column.position.is_multiple_of(2);
                        found.drop = column.position.is_multiple_of(3).then(|| self.text("never filled"));
                    }
                    "Description" if rich => found.drop = Some(self.text("texts that no process reads")),
                    _ => {}
                }
                found
            });
            let columns = columns.collect();
            let entity = |entity: &str, confidence, reason: &str| EntityCandidate {
                entity: entity.into(),
                confidence,
                reasons: vec![self.text(reason)],
            };
            all.push(ObjectSuggestion {
                object: object.id.0,
                source: object.source_name.clone(),
                object_name: object.name.clone(),
                entities: vec![
                    entity("person", 0.81, "12 of 14 columns fit"),
                    entity("account", 0.44, "the names are of companies"),
                ],
                columns,
            });
        }
        all
    }

    fn chosen(&self) -> Vec<Chosen> {
        let whys = ["most linked", "longest", "non-ASCII", "emptiest", "hostile"];
        let chosen = whys.iter().zip(1..).map(|(why, rec)| Chosen {
            why,
            rec,
            record: self.text(&format!("Salesforce/Contact/0038d0000{rec}Wm7TaAAJ")),
            values: CONTACT.iter().map(|(.., example)| Some(self.text(example))).collect(),
        });
        chosen.collect()
    }

    fn preview(&self, rule: &FieldRule, chosen: &[Chosen]) -> Result<Vec<Shown>, Wrong> {
        if let Rule::Expression { sql } = &rule.rule
            && let Some(at) = sql.find("nope")
        {
            let hint = "The functions are in the list.".to_owned();
            return Err(Wrong { message: self.text("nope is no function."), at: Some(at), hint });
        }
        let befores = ["Polish", "Portuguese (Brazil)", "Français", "", "English\u{202E}"];
        let rows = chosen.iter().zip(befores).enumerate().map(|(n, (row, before))| Shown {
            why: row.why,
            rec: Rec(row.rec),
            record: row.record.clone(),
            before: rule.from.iter().map(|_| Some(self.text(before)).filter(|text| !text.is_empty())).collect(),
            after: match (n, &rule.rule) {
                (3, _) => After::Empty,
                (4, _) => After::Reject(self.text("U+202E has no place in a code")),
                (_, Rule::Language) => After::Value(self.text(["pl", "pt-BR", "fr"][n])),
                _ => After::Value(self.text(before)),
            },
        });
        Ok(rows.collect())
    }

    fn versions_of_map(&self) -> Vec<VersionLine> {
        let difference = |of: &str, before: &str, after: &str| Difference {
            of: of.into(),
            before: self.text(before),
            after: self.text(after),
        };
        let version = |number, day, comment: &str, differences| VersionLine {
            version: Some(VersionNumber(number)),
            stands: number == 31,
            author: self.text("Tomas Reyes"),
            at: format!("2025-11-{day}T08:30:00Z"),
            comment: self.text(comment),
            differences,
        };
        vec![
            version(
                31,
                18,
                "after the talk with Jonas",
                vec![
                    difference(
                        "phone",
                        "Phone: phone to E.164",
                        "Phone, MailingCountry: phone to E.164, country from MailingCountry",
                    ),
                    difference("Fax", "", "dropped: no process uses it"),
                    difference("salutation", "Salutation: copy", ""),
                ],
            ),
            version(30, 17, "", vec![difference("email", "", "Email: e-mail, domain in lower case")]),
            version(29, 17, "first draft", Vec::new()),
        ]
    }

    /// The body, played.
    pub(super) fn answer_map(&self, ask: MapAsk) -> Result<MapReply, Problem> {
        Ok(match ask {
            MapAsk::Overview => MapReply::Overview(Box::new(self.overview())),
            MapAsk::Suggest => MapReply::Suggested(self.suggested()),
            MapAsk::Figures(key) => MapReply::Figures(key, Box::new(self.figures_of_contact())),
            MapAsk::Choose { object, columns } => MapReply::Chosen { object, columns, chosen: Arc::new(self.chosen()) },
            MapAsk::Preview { rule, chosen, .. } => MapReply::Preview(self.preview(&rule, &chosen)),
            MapAsk::Sql(key) => MapReply::Sql(key, SELECT.replace("Poland", &self.text("Poland"))),
            MapAsk::History(key) => MapReply::History(key, self.versions_of_map()),
            MapAsk::Change(deed) => {
                if deed.maps.iter().any(|(key, ..)| key.entity == "refused") {
                    return Err(Problem::new("This was refused."));
                }
                let version = |(key, seen, _): (MapKey, Option<VersionNumber>, _)| {
                    (key, VersionNumber(seen.map_or(1, |version| version.0 + 1)))
                };
                MapReply::Changed { sentence: deed.sentence, versions: deed.maps.into_iter().map(version).collect() }
            }
            MapAsk::Restore { key, version } => MapReply::Changed {
                sentence: format!("Version {version} of {} stands again.", key.name()),
                versions: vec![(key, version)],
            },
            MapAsk::WriteSql { path, .. } => MapReply::Done(format!("The SELECT is in {}.", path.display())),
            MapAsk::Model(ask) => MapReply::Model(self.answer_model(ask)?),
        })
    }
}

const SELECT: &str = "-- Salesforce/Contact → person
SELECT
  k.key AS key,
  r.record AS record,
  trim(r.\"LastName\") AS family_name,
  CASE WHEN r.\"MailingCountry\" = 'Poland' THEN 'PL' ELSE NULL END AS country,
  o1.outcome AS phone
FROM records AS r
LEFT JOIN value_outcome AS o1 ON o1.input = r.\"Phone\"
WHERE r.latest = 1";
