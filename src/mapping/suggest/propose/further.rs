//! What columns left over give to fields left over: parts of whole names and addresses, a second address line, the record's
//! own ID in a link that is made from it.

use std::collections::BTreeSet;

use super::super::rules::{self, Beside};
use super::super::words::{Vocabulary, pieces};
use super::super::{Candidate, ENOUGH, Part};
use super::{Sheet, Slot};
use crate::mapping::rule::{Rule, SplitBy};
use crate::model::{EntityKind, FieldType};
use crate::sources::ColumnRole;
use crate::sources::profile::ColumnType;
use crate::values::shown::Shown;

impl Sheet<'_> {
    /// A column of whole names gives their parts, one of whole addresses theirs, where no column has them by itself.
    pub(super) fn parts(&self, entity: usize, taken: &BTreeSet<usize>, sure: bool, slots: &mut [Vec<Slot>]) {
        let of = &self.entities[entity];
        let free: Vec<usize> =
            (0..of.fields.len()).filter(|field| !taken.contains(field) && !of.fields[*field].derived).collect();
        let is_free = |part: &str, by: fn(&[Vec<String>]) -> Option<&'static str>| {
            free.iter().copied().find(|field| by(self.words.field(entity, *field)) == Some(part))
        };
        let has_person = Vocabulary::built_in().same_things(&["person".to_owned()]).contains(&of.grain.concept)
            || of.name == "person";
        for (column, known) in self.subject.object.columns.iter().enumerate() {
            if self.subject.is_never_filled(column) {
                continue;
            }
            let Some(figures) = self.subject.figures(column) else { continue };
            let mut found: Vec<(usize, SplitBy, f64, &str)> = Vec::new();
            if has_person && known.role == ColumnRole::FullName {
                for part in ["given", "family"] {
                    if let Some(field) = is_free(part, rules::name_part) {
                        found.push((field, SplitBy::PersonName { part: part.to_owned() }, 0.62, "holds whole names"));
                    }
                }
            }
            let says_address = self.headers[column].read.readings.iter().any(|reading| {
                reading.words.last().is_some_and(|last| last == "address")
                    && reading.words.iter().all(|word| word != "email" && word != "ip")
            });
            let is_whole = matches!(figures.kind, ColumnType::Text) && figures.longest >= 25 && says_address && {
                let commas: u64 =
                    figures.formats.iter().filter(|format| format.text.contains(',')).map(|format| format.count).sum();
                commas * 2 > figures.filled
            };
            if is_whole {
                for part in ["street", "city", "postal_code", "state", "country"] {
                    if let Some(field) = is_free(part, rules::address_part) {
                        let by = SplitBy::Address { part: part.to_owned(), least_confidence: 60 };
                        found.push((field, by, 0.5, "holds whole addresses"));
                    }
                }
            }
            for (field, by, confidence, because) in found {
                let proposed = rules::part_of(&known.name, by);
                let candidate = Candidate {
                    entity: of.name.clone(),
                    field: of.fields[field].name.clone(),
                    confidence,
                    header: Part { strength: confidence, because: because.to_owned() },
                    reasons: vec![because.to_owned(), "no other column has this part".to_owned()],
                    from: proposed.from,
                    rule: proposed.rule,
                    ..Candidate::default()
                };
                let is_alone = sure && confidence > ENOUGH && !self.has_rival(column, ColumnRole::FullName);
                slots[column].push(Slot {
                    worth: confidence - 0.1,
                    is_alone,
                    is_first: false,
                    entity,
                    field,
                    confidence,
                    pair: None,
                    candidate: Some(candidate),
                });
            }
        }
    }

    fn has_rival(&self, column: usize, role: ColumnRole) -> bool {
        self.subject
            .object
            .columns
            .iter()
            .enumerate()
            .any(|(at, known)| at != column && known.role == role && !self.subject.is_never_filled(at))
    }

    /// A second address line belongs to the street of the first, where the entity has no field of its own for it.
    pub(super) fn lines(
        &self,
        entity: usize,
        assigned: &[Option<usize>],
        sure: bool,
        beside: &Beside<'_>,
        slots: &mut [Vec<Slot>],
    ) {
        let of = &self.entities[entity];
        let base = |column: usize| {
            let words = pieces(&self.subject.object.columns[column].name);
            match words.split_last() {
                Some((last, rest)) if last == "2" || last == "3" => Some((rest.to_vec(), last.clone())),
                _ => None,
            }
        };
        for second in 0..assigned.len() {
            let Some((rest, _)) = base(second) else { continue };
            if slots[second].iter().any(|slot| slot.is_alone) || self.subject.is_never_filled(second) {
                continue;
            }
            let first = (0..assigned.len()).find(|column| {
                let words = pieces(&self.subject.object.columns[*column].name);
                *column != second
                    && (words == rest || words.split_last().is_some_and(|(last, before)| last == "1" && before == rest))
            });
            let Some(first) = first else { continue };
            let Some(field) =
                assigned[first].filter(|field| rules::address_part(self.words.field(entity, *field)) == Some("street"))
            else {
                continue;
            };
            let from =
                vec![self.subject.object.columns[first].name.clone(), self.subject.object.columns[second].name.clone()];
            let rule = Rule::Join { separator: ", ".to_owned() };
            let name = &of.fields[field].name;
            let mut confidence = 0.0;
            let mut is_alone = false;
            let is_it = |slot: &&mut Slot| slot.is_first && slot.entity == entity && slot.field == field;
            for slot in slots[first].iter_mut().filter(is_it) {
                let Some(mut written) = slot.pair.as_ref().map(|pair| self.candidate(pair, entity, beside, None))
                else {
                    continue;
                };
                written.from.clone_from(&from);
                written.rule = rule.clone();
                written.problem = None;
                written.reasons.push("its lines stand in two columns".to_owned());
                slot.candidate = Some(written);
                confidence = slot.confidence;
                is_alone = slot.is_alone;
            }
            let because = format!("continues {}", Shown::of(&from[0]).to_plain());
            let candidate = Candidate {
                entity: of.name.clone(),
                field: name.clone(),
                confidence,
                header: Part { strength: confidence, because: because.clone() },
                reasons: vec![because],
                from,
                rule,
                ..Candidate::default()
            };
            let has_own = assigned[second].is_some();
            slots[second].push(Slot {
                worth: if has_own { confidence - 0.2 } else { confidence },
                is_alone: is_alone && sure && !has_own,
                is_first: false,
                entity,
                field,
                confidence,
                pair: None,
                candidate: Some(candidate),
            });
        }
    }

    /// A record that feeds two entities is in each of them under its own ID: the person of a contact's link to an account is
    /// the contact itself.
    pub(super) fn own_id(&self, entity: usize, taken: &BTreeSet<usize>, sure: bool, slots: &mut [Vec<Slot>]) {
        let of = &self.entities[entity];
        let object = &self.subject.object;
        let Some(column) = object.columns.iter().position(|column| column.role == ColumnRole::NativeId) else { return };
        for (place, field) in of.fields.iter().enumerate() {
            if field.kind != FieldType::Reference || field.references == of.name || taken.contains(&place) {
                continue;
            }
            let feeds = self.feeds.of(self.place);
            let is_fed = feeds.iter().any(|fed| fed.entity == field.references && fed.confidence >= ENOUGH);
            let several = of.fields.iter().filter(|other| other.references == field.references).count() > 1;
            let is_link = of.kind == EntityKind::Relationship || field.references == "organization";
            if !is_fed || several || !is_link {
                continue;
            }
            let because = format!("this object feeds {} as well", field.references);
            let candidate = Candidate {
                entity: of.name.clone(),
                field: field.name.clone(),
                confidence: 0.6,
                links: Part { strength: 1.0, because: because.clone() },
                reasons: vec![because],
                from: vec![object.columns[column].name.clone()],
                rule: Rule::Reference {
                    entity: field.references.clone(),
                    source: object.source_name.clone(),
                    object: object.name.clone(),
                },
                ..Candidate::default()
            };
            slots[column].push(Slot {
                worth: 0.4,
                is_alone: sure,
                is_first: false,
                entity,
                field: place,
                confidence: 0.6,
                pair: None,
                candidate: Some(candidate),
            });
        }
    }
}
