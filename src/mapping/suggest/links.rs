//! What links say for a field: a column points to an object that feeds the entity that the field refers to; its values are
//! those of a column that a map already gave to the field; another map decided so for the same header.

use super::Part;
use super::entities::Feeds;
use super::gather::{Material, Subject};
use super::words::Vocabulary;
use crate::mapping::ObjectMap;
use crate::model::{Field, FieldType};
use crate::sources::survey::Relation;
use crate::sources::{ColumnRole, ObjectId, presets};
use crate::values::shown::Shown;

/// Where a column points to.
#[derive(Debug, Clone)]
pub struct Aim {
    /// The object, where it is loaded.
    pub to: Option<ObjectId>,
    pub name: String,
    /// Of its filled values, how many meet a record; 0 where nobody looked.
    pub met: f64,
}

/// Where a column points to: by the survey, else by what its preset or header says.
pub fn aim(material: &Material, subject: &Subject, column: usize) -> Option<Aim> {
    let relations = material.survey.iter().flat_map(|survey| &survey.relations);
    let mut found: Vec<&Relation> =
        relations.filter(|relation| relation.from == subject.object.id && relation.column == column).collect();
    found.sort_by(|a, b| b.met.cmp(&a.met).then_with(|| a.id.cmp(&b.id)));
    if let Some(relation) = found.first() {
        let met = if relation.filled == 0 { 0.0 } else { relation.met as f64 / relation.filled as f64 };
        return Some(Aim { to: relation.to, name: relation.to_name.clone(), met });
    }
    let known = subject.object.columns.get(column)?;
    if !matches!(known.role, ColumnRole::ForeignKey | ColumnRole::OtherId) {
        return None;
    }
    let name = known.points_to.clone()?;
    let system = presets::system_of(&name);
    let to = material.subjects.iter().find(|other| {
        let of_system = match system {
            None => other.object.source_name == subject.object.source_name,
            Some(system) => other.object.source_name.eq_ignore_ascii_case(system),
        };
        of_system && presets::meets(&name, &other.object.name, other.object.preset.as_deref())
    });
    Some(Aim { to: to.map(|subject| subject.object.id), name, met: 0.0 })
}

/// Weighs what links say. `feeds` tells which entities every object feeds.
pub fn weigh(
    material: &Material,
    subject: &Subject,
    column: usize,
    entity: &str,
    field: &Field,
    aim: Option<&Aim>,
    feeds: &Feeds,
) -> Part {
    let by_aim = by_aim(material, field, aim, feeds);
    // What other maps decided says nothing where no map feeds the entity yet.
    if material.maps.iter().all(|map| map.key.entity != entity) {
        return by_aim;
    }
    let by_map = by_map(material, subject, column, entity, field);
    let by_values = by_values(material, subject, column, entity, field);
    [by_map, by_aim, by_values]
        .into_iter()
        .fold(Part::default(), |best, part| if part.strength > best.strength { part } else { best })
}

fn by_aim(material: &Material, field: &Field, aim: Option<&Aim>, feeds: &Feeds) -> Part {
    if field.kind != FieldType::Reference {
        return Part::default();
    }
    let Some(aim) = aim else { return Part::default() };
    let target = Shown::of(&aim.name).to_plain();
    match aim.to.and_then(|to| material.place_of(to)) {
        Some(place) => {
            let strength = feeds.strength(place, &field.references);
            if strength <= 0.0 {
                return Part::default();
            }
            let sure = if aim.met > 0.0 { 0.6 + 0.4 * aim.met } else { 0.6 };
            let because = if aim.met > 0.0 {
                format!("{:.0} % are IDs of {target}, which feeds {}", 100.0 * aim.met, field.references)
            } else {
                format!("points to {target}, which feeds {}", field.references)
            };
            Part { strength: strength * sure, because }
        }
        None => {
            let vocabulary = Vocabulary::built_in();
            let last = aim.name.rsplit(['.', '›']).next().unwrap_or(&aim.name);
            let fed = vocabulary.fed_by(&vocabulary.thing(last));
            match fed.iter().position(|entity| *entity == field.references) {
                Some(0) => Part { strength: 0.6, because: format!("points to {target}, which is not loaded") },
                Some(_) => Part { strength: 0.4, because: format!("points to {target}, which is not loaded") },
                None => Part::default(),
            }
        }
    }
}

/// Headers without case, spaces and signs.
fn plain(header: &str) -> String {
    presets::fold_header(header)
}

fn by_map(material: &Material, subject: &Subject, column: usize, entity: &str, field: &Field) -> Part {
    let Some(known) = subject.object.columns.get(column) else { return Part::default() };
    let own = plain(&known.name);
    let decided = |map: &&ObjectMap| {
        let is_other = map.key.source != subject.object.source_name || map.key.object != subject.object.name;
        is_other
            && map.key.entity == entity
            && map
                .fields
                .iter()
                .any(|rule| rule.field == field.name && rule.from.first().is_some_and(|from| plain(from) == own))
    };
    match material.maps.iter().find(decided) {
        Some(map) if map.key.source == subject.object.source_name => {
            Part { strength: 1.0, because: format!("agrees with {}", Shown::of(&map.key.object).to_plain()) }
        }
        Some(map) => Part { strength: 1.0, because: format!("agrees with {}", Shown::of(&map.key.source).to_plain()) },
        None => Part::default(),
    }
}

/// Columns of other objects with the same values that a map gave to this field.
fn by_values(material: &Material, subject: &Subject, column: usize, entity: &str, field: &Field) -> Part {
    let mut best = Part::default();
    for link in material.survey.iter().flat_map(|survey| &survey.links) {
        let sides = [
            (link.left, link.left_column, link.right, link.right_column, link.left_met, link.left_filled),
            (link.right, link.right_column, link.left, link.left_column, link.right_met, link.right_filled),
        ];
        for (own, own_column, other, other_column, met, filled) in sides {
            if own != subject.object.id || own_column != column || filled == 0 {
                continue;
            }
            let Some(place) = material.place_of(other) else { continue };
            let other = &material.subjects[place];
            let name = other.object.columns.get(other_column).map_or("", |column| column.name.as_str());
            let is_given = material.map_of(other, entity).is_some_and(|map| {
                map.fields.iter().any(|rule| rule.field == field.name && rule.from.iter().any(|from| from == name))
            });
            let strength = met as f64 / filled as f64;
            if is_given && strength > best.strength {
                let because = format!(
                    "{:.0} % are in {} of {}",
                    100.0 * strength,
                    Shown::of(name).to_plain(),
                    Shown::of(&other.object.source_name).to_plain()
                );
                best = Part { strength, because };
            }
        }
    }
    best
}
