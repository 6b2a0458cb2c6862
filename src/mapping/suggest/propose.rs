//! Puts the evidence together: candidates for every column, one column to one field within each entity, what the columns
//! left over could give to fields left over, and what could be dropped.

mod further;

use std::collections::{BTreeMap, BTreeSet};

use super::assign::assign;
use super::entities::{self, Feeds};
use super::gather::{Material, Subject};
use super::header::{Header, Lexicon, Near};
use super::holds::Coded;
use super::rules::{self, Beside};
use super::targets::Allowed;
use super::words::{Kind, Vocabulary};
use super::{Candidate, ColumnSuggestion, ENOUGH, HEADER, LINKS, MARGIN, ObjectSuggestion, Part, VALUES, holds, links};
use crate::model::{Entity, EntityKind, Field, FieldType, RoleInGrain};
use crate::sources::profile::ColumnType;
use crate::sources::{Column, ColumnRole, ObjectId, SystemKind};
use crate::values::shown::Shown;

/// Candidates below this are not shown.
const SHOWN: f64 = 0.30;
/// The field for IDs under which others know a record.
const EXTERNAL: &str = "external_ids";
/// Candidates of a column.
const MOST: usize = 3;
/// What a column loses of its worth for an entity that is not the object's first, when candidates of several are put in
/// order, and for each further one.
const FURTHER: f64 = 0.2;
const EACH: f64 = 0.02;
/// … and where it is not sure that the object feeds the entity at all.
const UNSURE: f64 = 0.2;
/// A column that an entity surely fed can take with so much right is not offered to one that is not.
const TAKEN: f64 = 0.4;
/// From here on it is known what an object is, and others are hardly offered.
const KNOWN: f64 = 0.75;

/// A column and a field, weighed.
#[derive(Clone)]
struct Pair {
    column: usize,
    /// Place of the entity among the candidates of the object.
    entity: usize,
    field: usize,
    confidence: f64,
    header: Part,
    values: Part,
    links: Part,
    turned: bool,
}

/// A candidate of a column on its way into the list.
struct Slot {
    /// Its confidence, less what the order of entities and the other columns take from it.
    worth: f64,
    is_alone: bool,
    /// What the column has in its entity, one to one.
    is_first: bool,
    entity: usize,
    field: usize,
    confidence: f64,
    pair: Option<Pair>,
    /// Written where it is no plain pair; pairs are written once it is known which are listed.
    candidate: Option<Candidate>,
}

/// Proposes for these objects; all evidence is in the material.
pub fn propose(material: &Material, entities: &[Entity], objects: &[ObjectId]) -> Vec<ObjectSuggestion> {
    let mut lexicon = Lexicon::new(entities);
    let headers: Vec<Vec<Header>> = material.subjects.iter().map(|subject| lexicon.headers(subject)).collect();
    let near: Vec<Vec<Vec<Near>>> =
        headers.iter().map(|headers| headers.iter().map(|header| lexicon.near(header)).collect()).collect();
    let feeds = entities::judge(material, entities, &near);
    let words = FieldWords::of(entities);
    let mut found = Vec::new();
    for (place, subject) in material.subjects.iter().enumerate() {
        if objects.is_empty() || objects.contains(&subject.object.id) {
            let sheet = Sheet {
                material,
                entities,
                subject,
                place,
                near: &near[place],
                headers: &headers[place],
                feeds: &feeds,
                words: &words,
            };
            found.push(sheet.propose());
        }
    }
    found
}

/// What tells which records were merged into this one.
fn is_of_merges(column: &Column) -> bool {
    matches!(column.role, ColumnRole::MergedInto | ColumnRole::MergedIds)
}

/// Says how a person is reached or addressed.
fn is_personal(field: &Field) -> bool {
    matches!(field.kind, FieldType::Email | FieldType::Phone)
        || matches!(field.name.as_str(), "full_name" | "given_name" | "family_name" | "job_title" | "language")
}

/// The readings of every field's name, for shapes and parts, and its values made ready.
struct FieldWords<'a>(Vec<Vec<(Vec<Vec<String>>, Allowed<'a>)>>);

impl<'a> FieldWords<'a> {
    fn of(entities: &'a [Entity]) -> Self {
        let vocabulary = Vocabulary::built_in();
        let none = std::collections::HashSet::new();
        let read = |field: &'a Field| {
            let readings = vocabulary.read(&field.name, &none).readings;
            (readings.into_iter().map(|reading| reading.words).collect(), Allowed::of(field))
        };
        Self(entities.iter().map(|entity| entity.fields.iter().map(read).collect()).collect())
    }

    fn field(&self, entity: usize, field: usize) -> &[Vec<String>] {
        &self.0[entity][field].0
    }

    fn allowed(&self, entity: usize, field: usize) -> &Allowed<'a> {
        &self.0[entity][field].1
    }
}

/// One object with all that is known.
struct Sheet<'a> {
    material: &'a Material,
    entities: &'a [Entity],
    subject: &'a Subject,
    place: usize,
    near: &'a [Vec<Near>],
    headers: &'a [Header],
    feeds: &'a Feeds,
    words: &'a FieldWords<'a>,
}

impl Sheet<'_> {
    fn propose(&self) -> ObjectSuggestion {
        let object = &self.subject.object;
        let fed: Vec<usize> = self
            .feeds
            .of(self.place)
            .iter()
            .filter_map(|candidate| self.entities.iter().position(|entity| entity.name == candidate.entity))
            .collect();
        let decided = self.material.decided(self.subject);
        let aims: Vec<Option<links::Aim>> =
            (0..object.columns.len()).map(|column| links::aim(self.material, self.subject, column)).collect();
        let column_words: Vec<Vec<Vec<String>>> = self
            .headers
            .iter()
            .map(|header| header.read.readings.iter().map(|reading| reading.words.clone()).collect())
            .collect();
        let beside = Beside::new(self.subject, &column_words);
        let coded: Vec<Coded> = (0..object.columns.len()).map(|column| Coded::of(self.subject, column)).collect();
        let mut slots: Vec<Vec<Slot>> = object.columns.iter().map(|_| Vec::new()).collect();
        for (rank, &entity) in fed.iter().enumerate() {
            let sure = self.feeds.of(self.place)[rank].confidence >= ENOUGH;
            let pairs = self.pairs(entity, &decided, &aims, &coded);
            let given = self.given(entity);
            let fields: Vec<usize> = (0..self.entities[entity].fields.len()).collect();
            let mut worth = vec![vec![0.0; fields.len()]; object.columns.len()];
            for pair in &pairs {
                // Small steps towards the first columns, so that equals are told apart the same way each time.
                // What hardly fits takes no field from what fits well, however little that one loses by it.
                worth[pair.column][pair.field] = (pair.confidence - SHOWN).max(0.0).powi(3) - 1e-9 * pair.column as f64;
            }
            let assigned = assign(&worth);
            // What the field that has it is worth to its column.
            let mut claimed: BTreeMap<usize, f64> = BTreeMap::new();
            for pair in pairs.iter().filter(|pair| assigned[pair.column] == Some(pair.field)) {
                claimed.insert(pair.field, pair.confidence);
            }
            // What a column has with little right is still free for its parts and for the record's own ID.
            let firmly = claimed.iter().filter(|(_, claim)| **claim >= ENOUGH - MARGIN / 2.0).map(|(field, _)| *field);
            let taken: BTreeSet<usize> = firmly.chain(given.iter().copied()).collect();
            let slot = |pair: &Pair, worth: f64, is_alone: bool, is_first: bool| Slot {
                worth,
                is_alone,
                is_first,
                entity,
                field: pair.field,
                confidence: pair.confidence,
                pair: Some(pair.clone()),
                candidate: None,
            };
            for column in 0..object.columns.len() {
                let mut of_column: Vec<&Pair> = pairs.iter().filter(|pair| pair.column == column).collect();
                of_column.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.field.cmp(&b.field)));
                let chosen =
                    assigned[column].and_then(|field| of_column.iter().find(|pair| pair.field == field).copied());
                // A field that another column has with more right is no rival.
                let rival = of_column
                    .iter()
                    .filter(|pair| Some(pair.field) != assigned[column])
                    .filter(|pair| claimed.get(&pair.field).is_none_or(|claim| *claim + 1e-9 < pair.confidence))
                    .map(|pair| pair.confidence)
                    .fold(0.0, f64::max);
                // Words of a list that a further entity knows, all of them, are its.
                let is_told = |pair: &Pair| {
                    sure && pair.header.strength >= 0.95
                        && pair.values.strength >= 0.95
                        && matches!(self.entities[entity].fields[pair.field].kind, FieldType::Choice)
                };
                let further =
                    if rank == 0 { 0.0 } else { FURTHER + EACH * rank as f64 } + if sure { 0.0 } else { UNSURE };
                if let Some(chosen) = chosen {
                    // A further entity needs its own name, if perhaps under the wrong one of its names.
                    let is_needed = rank > 0 && self.is_key(entity, chosen.field);
                    let is_alone = sure
                        && chosen.confidence > ENOUGH
                        && (chosen.confidence - rival >= MARGIN || is_needed)
                        && !self.subject.is_never_filled(column)
                        && self.is_this_columns(&pairs, chosen);
                    let is_clear = rank == 0 || chosen.header.strength >= 0.85 || chosen.links.strength >= 0.9;
                    let further = if rank > 0 && is_told(chosen) { EACH * rank as f64 } else { further };
                    slots[column].push(slot(chosen, chosen.confidence - further, is_alone && is_clear, true));
                }
                let others = of_column
                    .iter()
                    .filter(|pair| Some(pair.field) != assigned[column] && !given.contains(&pair.field))
                    .filter(|pair| pair.confidence >= SHOWN);
                for other in others.take(MOST) {
                    // Behind the one that fits with what the other columns have.
                    let most = chosen
                        .filter(|chosen| chosen.confidence >= ENOUGH - MARGIN / 2.0)
                        .map_or(1.0, |chosen| chosen.confidence - 1e-4);
                    let worth = other.confidence.min(most) - further;
                    slots[column].push(slot(other, worth, false, false));
                }
            }
            self.own_id(entity, &taken, sure, &mut slots);
            self.parts(entity, &taken, sure, &mut slots);
            self.lines(entity, &assigned, sure, &beside, &mut slots);
            if rank > 0 {
                self.whole_or_nothing(entity, &mut slots);
            }
        }
        for of_column in &mut slots {
            let surest = of_column
                .iter()
                .filter(|slot| self.is_sure(slot.entity))
                .map(|slot| slot.confidence)
                .fold(0.0, f64::max);
            let is_known = self.feeds.of(self.place).first().is_some_and(|first| first.confidence >= KNOWN);
            of_column.retain(|slot| {
                self.is_sure(slot.entity) || surest < TAKEN && !(is_known && slot.confidence < ENOUGH + MARGIN / 2.0)
            });
        }
        let columns = object
            .columns
            .iter()
            .zip(slots)
            .enumerate()
            .map(|(at, (column, mut slots))| {
                slots.sort_by(|a, b| {
                    b.worth.total_cmp(&a.worth).then_with(|| (a.entity, a.field).cmp(&(b.entity, b.field)))
                });
                let stands_alone = slots.first().is_some_and(|slot| slot.is_alone);
                let (mut listed, mut also): (Vec<Candidate>, Vec<Candidate>) = (Vec::new(), Vec::new());
                let write = |slot: Slot| {
                    let of_pair = |pair: Pair| self.candidate(&pair, slot.entity, &beside, aims[pair.column].as_ref());
                    slot.candidate.or_else(|| slot.pair.map(of_pair))
                };
                for (place, slot) in slots.into_iter().enumerate() {
                    if place > 0 && slot.is_alone {
                        also.extend(write(slot));
                    } else if listed.len() < MOST && slot.confidence >= SHOWN {
                        listed.extend(write(slot));
                    }
                }
                let is_decided = decided.contains(column.name.as_str());
                let drop =
                    if is_decided || stands_alone || !also.is_empty() { None } else { self.drop(at, listed.first()) };
                let (position, column) = (column.position, column.name.clone());
                ColumnSuggestion { position, column, candidates: listed, stands_alone, also, drop }
            })
            .collect();
        ObjectSuggestion {
            object: object.id.0,
            source: object.source_name.clone(),
            object_name: object.name.clone(),
            entities: self.feeds.of(self.place).to_vec(),
            columns,
        }
    }

    /// Whether it is above the margin that the object feeds an entity.
    fn is_sure(&self, entity: usize) -> bool {
        let name = &self.entities[entity].name;
        self.feeds.of(self.place).iter().any(|fed| fed.entity == *name && fed.confidence >= ENOUGH)
    }

    /// A field by which a row of an entity is known.
    fn is_key(&self, entity: usize, field: usize) -> bool {
        let field = &self.entities[entity].fields[field];
        field.required || field.role == RoleInGrain::Identity
    }

    /// A map to a further entity is whole in itself: without a name or, of a link, without both its ends it is none.
    fn whole_or_nothing(&self, entity: usize, slots: &mut [Vec<Slot>]) {
        let of = &self.entities[entity];
        let given = self.given(entity);
        let mut fields: BTreeSet<usize> = given;
        fields.extend(
            slots.iter().flatten().filter(|slot| slot.entity == entity && slot.is_alone).map(|slot| slot.field),
        );
        let is_whole = if of.kind == EntityKind::Relationship {
            let ends = |field: &&usize| of.fields[**field].kind == FieldType::Reference && of.fields[**field].required;
            let needed = of.fields.iter().filter(|field| field.kind == FieldType::Reference && field.required).count();
            fields.iter().filter(ends).count() >= needed.min(2)
        } else {
            fields.iter().any(|field| self.is_key(entity, *field) && of.fields[*field].kind != FieldType::Reference)
        };
        if !is_whole {
            for slot in slots.iter_mut().flatten().filter(|slot| slot.entity == entity) {
                slot.is_alone = false;
            }
        }
    }

    /// The field for the record's own ID: by the kind of the system, else the ID of the source, else IDs of others.
    fn own_field(&self, entity: usize) -> Option<(usize, String)> {
        let of = &self.entities[entity];
        let (wanted, system): (&[&str], &str) = match self.subject.kind {
            SystemKind::Crm => (&["crm"], "a CRM"),
            SystemKind::Billing | SystemKind::Erp | SystemKind::Commerce => (&["billing"], "a billing system"),
            SystemKind::Support => (&["support"], "a support system"),
            SystemKind::Product | SystemKind::Internal => (&["product", "source"], "a product"),
            SystemKind::Marketing => (&["marketing"], "a marketing system"),
            _ => (&[], "another system"),
        };
        let begins = |word: &str| {
            of.fields.iter().position(|field| field.kind == FieldType::Id && field.name.split('_').next() == Some(word))
        };
        let place = wanted
            .iter()
            .find_map(|word| begins(word))
            .or_else(|| begins("source"))
            .or_else(|| {
                let mut ids = (0..of.fields.len()).filter(|field| of.fields[*field].kind == FieldType::Id);
                ids.next().filter(|_| ids.next().is_none())
            })
            .or_else(|| of.fields.iter().position(|field| field.name == EXTERNAL))?;
        Some((place, format!("the record's own ID in {system}")))
    }

    /// Fields that a map of this object gave already.
    fn given(&self, entity: usize) -> BTreeSet<usize> {
        let entity = &self.entities[entity];
        let map = self.material.map_of(self.subject, &entity.name);
        map.iter()
            .flat_map(|map| &map.fields)
            .filter_map(|rule| entity.fields.iter().position(|field| field.name == rule.field))
            .collect()
    }

    /// No other column is as near to the field: two that look the same are for a person.
    fn is_this_columns(&self, pairs: &[Pair], chosen: &Pair) -> bool {
        let rival = pairs
            .iter()
            .filter(|pair| {
                pair.field == chosen.field && pair.column != chosen.column && !self.subject.is_never_filled(pair.column)
            })
            .map(|pair| pair.confidence)
            .fold(0.0, f64::max);
        chosen.confidence - rival >= MARGIN / 4.0
    }

    /// Every column with every field of an entity that anything speaks for.
    fn pairs(
        &self,
        entity: usize,
        decided: &BTreeSet<&str>,
        aims: &[Option<links::Aim>],
        coded: &[Coded],
    ) -> Vec<Pair> {
        let subject = self.subject;
        let of = &self.entities[entity];
        let given = self.given(entity);
        let own = self.own_field(entity);
        let is_first = self.feeds.of(self.place).first().is_some_and(|first| first.entity == of.name);
        let is_sure = self.is_sure(entity);
        let gives_people = of.name != "person" && self.has_people_of_its_own();
        let mut pairs = Vec::new();
        for (column, known) in subject.object.columns.iter().enumerate() {
            if decided.contains(known.name.as_str()) || is_of_merges(known) {
                continue;
            }
            let header_kind = self.headers[column].read.kind;
            let is_of_former = Vocabulary::built_in().is_of_former(&known.name);
            // An audience is known by its addresses; those are addresses first.
            let is_mail = subject.figures(column).is_some_and(|figures| figures.kind == ColumnType::Email)
                || self.headers[column]
                    .read
                    .readings
                    .iter()
                    .any(|reading| reading.words.iter().any(|word| word == "email"));
            let is_own = known.role == ColumnRole::NativeId && !is_mail;
            let is_technical = rules::is_technical(subject, column);
            let near: BTreeMap<usize, &Near> =
                self.near[column].iter().filter(|near| near.entity == entity).map(|near| (near.field, near)).collect();
            for (place, field) in of.fields.iter().enumerate() {
                if given.contains(&place) || field.derived {
                    continue;
                }
                let near = near.get(&place).copied();
                let aim = aims[column].as_ref();
                let links = links::weigh(self.material, subject, column, &of.name, field, aim, self.feeds);
                let is_told_by_values = matches!(
                    field.kind,
                    FieldType::Email
                        | FieldType::Phone
                        | FieldType::Url
                        | FieldType::Domain
                        | FieldType::Country
                        | FieldType::Language
                        | FieldType::Currency
                );
                let is_own_field = is_own && own.as_ref().is_some_and(|(own, _)| *own == place);
                if near.is_none() && links.strength == 0.0 && !is_told_by_values && !is_own_field {
                    continue;
                }
                // A link made from a record has that record at one end: its own ID says so, no other.
                if !is_first
                    && of.kind == EntityKind::Relationship
                    && field.kind == FieldType::Reference
                    && !is_own
                    && self.feeds.of(self.place).first().is_some_and(|first| first.entity == field.references)
                {
                    continue;
                }
                // Who wrote a record is nobody's owner; only a field that says so takes them.
                if header_kind == Some(Kind::Person) && (near.is_none() || !is_sure) {
                    continue;
                }
                let values = holds::weigh(
                    subject,
                    column,
                    self.words.allowed(entity, place),
                    self.words.field(entity, place),
                    &coded[column],
                );
                if near.is_none() && links.strength == 0.0 && values.strength < 0.9 && !is_own_field {
                    continue;
                }
                if matches!(field.kind, FieldType::Date | FieldType::Datetime)
                    && values.strength < 0.1
                    && !subject.is_never_filled(column)
                {
                    continue;
                }
                let mut header = near.map_or_else(Part::default, |near| Part {
                    strength: near.strength,
                    because: format!("{} ≈ {}", Shown::of(&known.name).to_plain(), Shown::of(&near.to).to_plain()),
                });
                if let (true, Some((_, because))) = (is_own_field, &own) {
                    header = Part { strength: 1.0, because: because.clone() };
                } else if is_own && field.kind == FieldType::Id {
                    header.strength *= 0.5;
                }
                if is_of_former && field.name == EXTERNAL {
                    header.strength = header.strength.max(0.9);
                } else if is_of_former && own.as_ref().is_none_or(|(own, _)| *own != place || !is_first) {
                    header.strength *= 0.5;
                }
                let mut confidence = HEADER * header.strength + VALUES * values.strength + LINKS * links.strength;
                if is_technical {
                    confidence *= 0.6;
                }
                // The mail and the phone beside a person's name are theirs, not the company's of the same row.
                if gives_people && (is_personal(field) || known.role == ColumnRole::FullName) {
                    confidence *= 0.6;
                }
                if of.name == "person"
                    && known.role == ColumnRole::FullName
                    && field.kind == FieldType::Text
                    && field.group != "name"
                {
                    confidence *= 0.6;
                }
                // A whole name is split, not copied into one of its parts.
                if known.role == ColumnRole::FullName && rules::name_part(self.words.field(entity, place)).is_some() {
                    confidence *= 0.5;
                }
                // An ID of records that feed something else is no reference to this.
                if field.kind == FieldType::Reference
                    && aim.is_some_and(|aim| aim.to.is_some())
                    && links.strength == 0.0
                {
                    confidence *= 0.6;
                }
                if known.role == ColumnRole::NativeId
                    && !matches!(field.kind, FieldType::Id | FieldType::Email)
                    && field.name != "external_ids"
                    && links.strength == 0.0
                {
                    confidence *= 0.6;
                }
                pairs.push(Pair {
                    column,
                    entity,
                    field: place,
                    confidence,
                    header,
                    values,
                    links,
                    turned: near.is_some_and(|near| near.turned),
                });
            }
        }
        pairs
    }

    fn candidate(&self, pair: &Pair, entity: usize, beside: &Beside<'_>, aim: Option<&links::Aim>) -> Candidate {
        debug_assert_eq!(pair.entity, entity);
        let field = &self.entities[entity].fields[pair.field];
        let proposed = rules::propose(
            self.material,
            beside,
            pair.column,
            self.words.allowed(entity, pair.field),
            self.words.field(entity, pair.field),
            pair.turned,
            aim,
        );
        let mut reasons: Vec<String> = [&pair.header, &pair.values, &pair.links]
            .into_iter()
            .filter(|part| !part.because.is_empty())
            .map(|part| part.because.clone())
            .collect();
        if pair.turned && field.kind == FieldType::Boolean {
            reasons.push("says the contrary, so it is turned round".to_owned());
        }
        Candidate {
            entity: self.entities[entity].name.clone(),
            field: field.name.clone(),
            confidence: pair.confidence.clamp(0.0, 1.0),
            header: pair.header.clone(),
            values: pair.values.clone(),
            links: pair.links.clone(),
            reasons,
            from: proposed.from,
            rule: proposed.rule,
            problem: proposed.problem,
        }
    }

    /// A sheet of something else that names a person in each row, whom it feeds besides.
    fn has_people_of_its_own(&self) -> bool {
        let feeds = self.feeds.of(self.place);
        feeds.first().is_some_and(|first| first.entity != "person")
            && feeds.iter().any(|fed| {
                fed.entity == "person"
                    && fed.confidence >= ENOUGH
                    && fed.reasons.iter().any(|reason| reason.contains("names of people"))
            })
    }

    /// Why a column could be dropped.
    fn drop(&self, column: usize, best: Option<&Candidate>) -> Option<String> {
        let subject = self.subject;
        if subject.is_never_filled(column) {
            return Some("never filled".to_owned());
        }
        let known = subject.object.columns.get(column)?;
        if is_of_merges(known) {
            return Some("told by the crosswalk (merges)".to_owned());
        }
        if matches!(
            known.role,
            ColumnRole::NativeId
                | ColumnRole::ForeignKey
                | ColumnRole::OtherId
                | ColumnRole::MergedInto
                | ColumnRole::MergedIds
        ) {
            return None;
        }
        let figures = subject.figures(column)?;
        let is_technical = rules::is_technical(subject, column);
        if figures.filled == figures.rows && figures.distinct == 1 && figures.rows > 1 {
            let value = figures.top.first().map(|value| value.text.trim().to_owned()).unwrap_or_default();
            let shown: String = Shown::of(&value).to_plain().chars().take(40).collect();
            if is_technical
                || figures.kind == ColumnType::Boolean
                || matches!(value.to_lowercase().as_str(), "false" | "0" | "{}" | "[]")
            {
                return Some(format!("always {shown}"));
            }
        }
        if is_technical && best.is_none_or(|best| best.confidence < ENOUGH) {
            return Some("kept by the system for itself".to_owned());
        }
        let is_own_link = figures.kind == ColumnType::Url
            && figures.distinct * 10 >= figures.filled * 9
            && figures.top.iter().all(|value| value.text.contains("/api/"));
        is_own_link.then(|| "the record's address in its old system".to_owned())
    }
}
