//! Reads the mapping document from the workspace.

use rusqlite::Connection;

use super::{Line, MapPart, MappingDocument, ObjectPart, ValueMapPart, ValueRowPart};
use crate::job::Job;
use crate::mapping::coverage::{self, FieldState, Sum};
use crate::mapping::figures::{self, Figures};
use crate::mapping::preview::{self, After, Chosen};
use crate::mapping::values::{self, ValueLine};
use crate::mapping::{self, FieldRule, MappingError, Rule, StandingMap, ValueTarget, check};
use crate::model::{self, Entity, Field, FieldType, MissingPolicy};
use crate::sources::profile::{self, ColumnProfile, ObjectProfile};
use crate::sources::store::catalog;
use crate::sources::{Inventory, Object};
use crate::values::format::{count, share_short, thousands};
use crate::values::shown::Shown;
use crate::workspace::audit;

/// Values of a value map that the document lists; a map of more is no list that a person reads.
const MOST_VALUES: usize = 1_000;

/// Gathers it: for everything, or for one source or object (`Salesforce`, `Salesforce.Contact`).
///
/// # Errors
/// If the database cannot be read, the job was cancelled, or nothing is called so.
pub fn gather(conn: &Connection, of: Option<&str>, job: &Job) -> Result<MappingDocument, MappingError> {
    let inventory = catalog::inventory(conn)?;
    let meant = meant(&inventory, of)?;
    let model: Vec<Entity> = model::entities(conn)?.into_iter().map(|standing| standing.entity).collect();
    let mut document = MappingDocument {
        as_of: meant.iter().filter_map(|object| object.as_of()).max().map(str::to_owned),
        audit_head: audit::head(conn)?,
        questions: model::questions::questions(conn)?,
        ..MappingDocument::default()
    };
    let mut fed: Vec<String> = Vec::new();
    job.begin("gathering the map", meant.len() as u64);
    for object in &meant {
        let maps = mapping::maps_of(conn, &object.source_name, &object.name)?;
        fed.extend(maps.iter().map(|map| map.map.key.entity.clone()));
        let part = object_part(conn, object, &maps, &model, job)?;
        add(&mut document.sum, part.sum);
        document.objects.push(part);
        job.advance(1);
        job.check()?;
    }
    document.truth = model::truth::truth(conn)?.rows;
    document.problems = check::stored(conn)?.problems;
    document.problems.retain(|problem| {
        problem.source.is_empty()
            || meant.iter().any(|object| object.source_name == problem.source && object.name == problem.object)
    });
    document.entities = model.into_iter().filter(|entity| fed.contains(&entity.name)).collect();
    Ok(document)
}

fn add(sum: &mut Sum, more: Sum) {
    sum.columns += more.columns;
    sum.mapped += more.mapped;
    sum.archived += more.archived;
    sum.dropped += more.dropped;
    sum.open += more.open;
    sum.reviewed += more.reviewed;
}

fn meant<'a>(inventory: &'a Inventory, of: Option<&str>) -> Result<Vec<&'a Object>, MappingError> {
    let all = inventory.sources.iter().flat_map(|source| &source.objects);
    let Some(name) = of else { return Ok(all.collect()) };
    let wanted = name.trim().to_lowercase();
    let found: Vec<&Object> = all
        .filter(|object| {
            let names = [
                object.source_name.to_lowercase(),
                format!("{}.{}", object.source_name, object.name).to_lowercase(),
                format!("{}/{}", object.source_name, object.name).to_lowercase(),
                object.name.to_lowercase(),
            ];
            names.contains(&wanted)
        })
        .collect();
    if found.is_empty() {
        return Err(MappingError::Refused {
            message: format!("There is no source or object {}. Nothing was written.", Shown::of(name)),
            hint: "cutover sources lists what is loaded.".to_owned(),
        });
    }
    Ok(found)
}

/// What an object's part is made of.
struct Desk<'a> {
    conn: &'a Connection,
    object: &'a Object,
    maps: &'a [StandingMap],
    model: &'a [Entity],
    profile: Option<ObjectProfile>,
    /// The first ordinary row, for examples that hang together.
    example: Option<Chosen>,
    /// Per entity, of the maps that are counted.
    counted: Vec<(String, Figures)>,
}

fn object_part(
    conn: &Connection,
    object: &Object,
    maps: &[StandingMap],
    model: &[Entity],
    job: &Job,
) -> Result<ObjectPart, MappingError> {
    let states = coverage::fields(object, maps);
    let profile = profile::stored(conn, object.id)?;
    let columns: Vec<usize> = object.columns.iter().map(|column| column.position).take(40).collect();
    let chosen = if maps.is_empty() { Vec::new() } else { preview::choose(conn, object.id, &columns, job)? };
    let example = chosen.iter().find(|row| row.why == "ordinary").or_else(|| chosen.first()).cloned();
    let mut counted = Vec::new();
    for map in maps {
        if let Some(figures) = figures::stored(conn, &map.map.key)? {
            counted.push((map.map.key.entity.clone(), figures));
        }
    }
    let desk = Desk { conn, object, maps, model, profile, example, counted };
    let mut part = ObjectPart {
        source: object.source_name.clone(),
        object: object.name.clone(),
        records: object.records,
        sum: coverage::sum(&states),
        maps: maps.iter().map(|map| desk.map_part(map)).collect::<Result<_, _>>()?,
        ..ObjectPart::default()
    };
    for state in &states {
        part.lines.append(&mut desk.lines_of(state));
    }
    for map in maps {
        for rule in map.map.fields.iter().filter(|rule| rule.from.is_empty()) {
            part.lines.push(desk.line(map, rule, None));
        }
        part.value_maps.append(&mut desk.value_maps(map, job)?);
    }
    Ok(part)
}

fn figures_in_words(figures: &Figures) -> String {
    let whole = figures.records.saturating_sub(figures.excluded).saturating_sub(figures.rejected);
    format!(
        "{} = {} whole + {} with rejects + {} excluded",
        count(figures.records, "record", "records"),
        thousands(whole),
        thousands(figures.rejected),
        thousands(figures.excluded)
    )
}

impl Desk<'_> {
    fn map_part(&self, map: &StandingMap) -> Result<MapPart, MappingError> {
        let of = &map.map;
        let version = map
            .version
            .map_or_else(String::new, |version| format!("version {version} by {}, {}", map.author, day(&map.at)));
        let entity = self.model.iter().find(|entity| entity.name == of.key.entity);
        let not_fed = entity.into_iter().flat_map(|entity| &entity.fields).filter(|field| {
            field.required
                && !field.derived
                && field.missing.policy == MissingPolicy::Undecided
                && of.rule_of(&field.name).is_none()
        });
        Ok(MapPart {
            entity: of.key.entity.clone(),
            version,
            hash: map.hash.clone(),
            owner: of.owner.clone(),
            process: of.process.clone(),
            only_where: of.only_where.clone(),
            excluded: of.otherwise_excluded.clone(),
            deduplication: of.deduplication.clone(),
            validation: of.validation.clone(),
            figures: self.figures_of(map).map(figures_in_words).unwrap_or_default(),
            not_fed: not_fed.map(|field| field.name.clone()).collect(),
        })
    }

    fn figures_of(&self, map: &StandingMap) -> Option<&Figures> {
        self.counted.iter().find(|(entity, _)| *entity == map.map.key.entity).map(|(_, figures)| figures)
    }

    fn figures(&self, column: &str) -> Option<&ColumnProfile> {
        self.profile.as_ref()?.columns.iter().find(|figures| figures.name == column)
    }

    fn lines_of(&self, state: &FieldState) -> Vec<Line> {
        let mut lines = Vec::new();
        // A rule over several columns stands with the first; the others say where they are read too.
        let mut too = Vec::new();
        for map in self.maps {
            for rule in map.map.fields.iter().filter(|rule| rule.from.contains(&state.column)) {
                match rule.from.first().filter(|first| **first != state.column) {
                    None => lines.push(self.line(map, rule, Some(state))),
                    Some(first) => too.push(format!("{}.{} (with {first})", map.map.key.entity, rule.field)),
                }
            }
        }
        if !too.is_empty() {
            let mut line = self.column(&state.column);
            line.disposition = disposition(state);
            line.rule = format!("read too for {}", too.join(", "));
            lines.push(line);
        }
        if !lines.is_empty() {
            return lines;
        }
        let decided = self.maps.iter().flat_map(|map| &map.map.columns).find(|column| column.column == state.column);
        let mut line = self.column(&state.column);
        line.disposition = disposition(state);
        line.reason = state.reason.clone();
        if let Some(decided) = decided {
            if decided.archived {
                line.rule = format!("archived as {}", decided.archive_as);
            }
            line.written_by = decided.written.by.clone();
            line.written_at = day(&decided.written.at);
            line.technical = said(decided.technical.as_ref());
            line.business = said(decided.business.as_ref());
            line.comments = decided.comments.iter().map(|c| format!("{}: {}", c.by, c.text)).collect();
        }
        vec![line]
    }

    fn column(&self, name: &str) -> Line {
        let figures = self.figures(name);
        let (example, of_another) = self.example_of(name);
        Line {
            column: name.to_owned(),
            example,
            of_another,
            filled: figures.map_or_else(|| "–".to_owned(), |f| share_short(f.filled, f.rows)),
            ..Line::default()
        }
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.object.columns.iter().find(|c| c.name == column).map(|c| c.position)
    }

    /// The value of the chosen row, or, where that has none, the profile's first; with whether it is that.
    fn example_of(&self, column: &str) -> (String, bool) {
        let of_row = self.position(column).and_then(|at| self.example.as_ref()?.values.get(at)?.clone());
        match of_row.filter(|value| !value.trim().is_empty()) {
            Some(value) => (value, false),
            None => {
                let other = self.figures(column).and_then(|figures| figures.examples.first().cloned());
                let other = other.unwrap_or_default();
                let is_there = !other.is_empty();
                (other, is_there)
            }
        }
    }

    fn line(&self, map: &StandingMap, rule: &FieldRule, state: Option<&FieldState>) -> Line {
        let entity = self.model.iter().find(|entity| entity.name == map.map.key.entity);
        let field = entity.and_then(|entity| entity.field(&rule.field));
        let mut line = match state {
            Some(state) => self.column(&state.column),
            None => Line { filled: "–".to_owned(), ..Line::default() },
        };
        line.disposition = state.map_or_else(|| "derived".to_owned(), disposition);
        line.entity = map.map.key.entity.clone();
        line.field = rule.field.clone();
        line.rule = rule.rule.sentence(&rule.from);
        line.target_example = match self.after(map, rule) {
            Some(value) => value,
            // Nothing to show: what the target would take.
            None if line.example.is_empty() => field.map_or_else(String::new, target_example),
            None => String::new(),
        };
        let missing = rule.missing.as_ref().or(field.map(|field| &field.missing));
        line.required = field.is_some_and(|field| field.required);
        line.missing = match missing {
            Some(missing) => {
                let lacking =
                    self.figures_of(map).and_then(|figures| figures.fields.get(&rule.field)).map(|f| f.missing);
                missing_in_words(missing.policy, &missing.value, line.required, lacking)
            }
            None => String::new(),
        };
        line.owner =
            field.map(|field| field.owner.clone()).filter(|o| !o.is_empty()).unwrap_or_else(|| map.map.owner.clone());
        line.written_by = rule.written.by.clone();
        line.written_at = day(&rule.written.at);
        line.technical = said(rule.technical.as_ref());
        line.business = said(rule.business.as_ref());
        line.comments = rule.comments.iter().map(|c| format!("{}: {}", c.by, c.text)).collect();
        line
    }

    /// What the example row becomes; where it has no value for the rule, with the examples of the columns.
    fn after(&self, map: &StandingMap, rule: &FieldRule) -> Option<String> {
        let mut chosen = self.example.clone()?;
        let is_empty =
            |at: usize| chosen.values.get(at).is_none_or(|value| value.as_deref().unwrap_or("").trim().is_empty());
        let first = rule.from.first().and_then(|column| Some((self.position(column)?, column)));
        if let Some((at, column)) = first.filter(|(at, _)| is_empty(*at)) {
            let (example, _) = self.example_of(column);
            if let Some(value) = chosen.values.get_mut(at) {
                *value = Some(example).filter(|example| !example.is_empty());
            }
        }
        let shown = preview::run(self.conn, &map.map, rule, &[chosen]).ok()?;
        match &shown.first()?.after {
            After::Value(value) | After::ByPolicy(value) => Some(value.clone()),
            After::Empty => None,
            After::Reject(reason) => Some(format!("✗ {reason}")),
            After::Excluded(reason) => Some(format!("– excluded: {reason}")),
        }
    }

    fn value_maps(&self, map: &StandingMap, job: &Job) -> Result<Vec<ValueMapPart>, MappingError> {
        let mut columns: Vec<&String> = Vec::new();
        for rule in map.map.fields.iter().filter(|rule| matches!(rule.rule, Rule::ValueMap { .. })) {
            if let Some(column) = rule.from.first().filter(|column| !columns.contains(column)) {
                columns.push(column);
            }
        }
        let mut parts = Vec::new();
        for column in columns {
            let table = values::table(self.conn, &map.map.key, column, job)?;
            parts.push(ValueMapPart {
                column: column.clone(),
                fields: table.fields.iter().map(|field| format!("{}.{field}", map.map.key.entity)).collect(),
                rows: table.rows.iter().take(MOST_VALUES).map(value_row).collect(),
            });
        }
        Ok(parts)
    }
}

fn value_row(line: &ValueLine) -> ValueRowPart {
    let words = |decided: &Option<values::Decided>| match decided {
        None if line.value.is_empty() => "stays empty".to_owned(),
        None => "not decided".to_owned(),
        Some(decided) => {
            let to = match &decided.to {
                ValueTarget::Value(value) => value.clone(),
                ValueTarget::Nothing => "nothing, on purpose".to_owned(),
                ValueTarget::Excluded(reason) => format!("the record is excluded: {reason}"),
            };
            let default = if decided.by_default { " (by default)" } else { "" };
            let only =
                if decided.only_where.is_empty() { String::new() } else { format!(" where {}", decided.only_where) };
            format!("{to}{default}{only}")
        }
    };
    let by = line.to.iter().flatten().map(|decided| decided.by.as_str()).find(|by| !by.is_empty());
    ValueRowPart {
        value: line.value.clone(),
        records: line.records,
        becomes: line.to.iter().map(words).collect(),
        by: by.unwrap_or_default().to_owned(),
    }
}

fn disposition(state: &FieldState) -> String {
    let value = state.disposition.and_then(|disposition| serde_json::to_value(disposition).ok());
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().replace('_', " ")
}

fn day(moment: &str) -> String {
    moment.get(..10).unwrap_or(moment).to_owned()
}

fn said(said: Option<&mapping::Said>) -> String {
    said.map_or_else(String::new, |said| format!("{}, {}", said.by, day(&said.at)))
}

fn missing_in_words(policy: MissingPolicy, value: &str, required: bool, lacking: Option<u64>) -> String {
    match policy {
        MissingPolicy::Undecided if required => match lacking {
            Some(0) => "no record lacks it".to_owned(),
            Some(records) => format!("not decided; {} it", count(records, "record lacks", "records lack")),
            None => "not decided".to_owned(),
        },
        MissingPolicy::Undecided => String::new(),
        MissingPolicy::Default => format!("default “{value}”"),
        MissingPolicy::Derive => format!("derived: {value}"),
        MissingPolicy::Reject => "the record is rejected".to_owned(),
        MissingPolicy::Ask => "asked for each record".to_owned(),
    }
}

/// A value as the target wants it, where the data shows none.
fn target_example(field: &Field) -> String {
    let such_as = |value: &str| format!("such as {value}");
    if !field.example.is_empty() {
        return such_as(&field.example);
    }
    if let Some(first) = field.allowed.first() {
        return such_as(&first.value);
    }
    let example = match field.kind {
        FieldType::Date => "2025-11-14",
        FieldType::Datetime => "2025-11-14T06:00:00Z",
        FieldType::Boolean => "true",
        FieldType::Country => "PL",
        FieldType::Language => "pl",
        FieldType::Currency => "EUR",
        FieldType::Integer => "42",
        _ => return String::new(),
    };
    such_as(example)
}
