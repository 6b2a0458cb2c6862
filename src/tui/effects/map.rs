//! Maps for the screen: what is decided and proposed, figures, rows before and after, SQL, versions; and changes to maps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::figures::Counting;
use super::files::{home, io};
use super::{Desk, Lane, Shared, model as of_model};
use crate::definitions::{self, Document, Onto, VersionNumber};
use crate::job::Job;
use crate::mapping::{
    self, FieldRule, MapKey, MappingError, Mark, ObjectMap, check, compile, coverage, edit, figures, preview, suggest,
};
use crate::model;
use crate::sources::store::catalog;
use crate::sources::survey;
use crate::tui::msg::Problem;
use crate::tui::msg::map::{Deed, Difference, MapAsk, MapReply, Overview, VersionLine, Wrong};
use crate::values::shown::Shown;
use crate::workspace::{Reader, private_file};

/// The lane that a question belongs to.
pub(super) fn lane(ask: &MapAsk) -> Lane {
    match ask {
        MapAsk::Overview | MapAsk::Sql(_) | MapAsk::History(_) => Lane::Mapping,
        // It may take a second; the maps do not wait for it.
        MapAsk::Suggest => Lane::Knowing,
        MapAsk::Figures(_) => Lane::Tallies,
        MapAsk::Choose { .. } => Lane::Choosing,
        MapAsk::Preview { .. } => Lane::Previews,
        MapAsk::Change(_) | MapAsk::Restore { .. } => Lane::Changes,
        MapAsk::WriteSql { .. } => Lane::Writing,
        MapAsk::Model(ask) => of_model::lane(ask),
    }
}

/// Whether a newer question makes this one pointless.
pub(super) fn is_overtaken(ask: &MapAsk, newer: &MapAsk) -> bool {
    match (ask, newer) {
        (MapAsk::Overview, MapAsk::Overview)
        | (MapAsk::Suggest, MapAsk::Suggest)
        | (MapAsk::Sql(_) | MapAsk::History(_), MapAsk::Sql(_) | MapAsk::History(_))
        | (MapAsk::Preview { .. }, MapAsk::Preview { .. }) => true,
        (MapAsk::Model(ask), MapAsk::Model(newer)) => of_model::is_overtaken(ask, newer),
        _ => false,
    }
}

/// Answers a question.
pub(super) fn answer(desk: &mut Desk, generation: u64, ask: MapAsk) -> Result<MapReply, Problem> {
    match ask {
        MapAsk::Overview => overview(desk.reader()?),
        MapAsk::Suggest => {
            let shared = Arc::clone(&desk.shared);
            let counting = Counting::of(&shared, generation);
            counting.job.check().map_err(MappingError::from)?;
            suggested(desk.reader()?, &shared, &counting.job)
        }
        MapAsk::Figures(key) => {
            let shared = Arc::clone(&desk.shared);
            let counting = Counting::of(&shared, generation);
            counting.job.check().map_err(MappingError::from)?;
            let standing = {
                let reader = desk.reader()?;
                mapping::map(reader.conn(), &key).map_err(|error| reader.explain(&error))?
            };
            let map = standing.ok_or_else(gone)?.map;
            let figures = figures::count(&shared.workspace()?, &map, &counting.job)?;
            Ok(MapReply::Figures(key, Box::new(figures)))
        }
        MapAsk::Choose { object, columns } => {
            let shared = Arc::clone(&desk.shared);
            let counting = Counting::of(&shared, generation);
            counting.job.check().map_err(MappingError::from)?;
            let reader = desk.reader()?;
            let chosen =
                preview::choose(reader.conn(), object, &columns, &counting.job).map_err(|error| error.at(reader))?;
            Ok(MapReply::Chosen { object, columns, chosen: Arc::new(chosen) })
        }
        MapAsk::Preview { map, rule, chosen } => {
            let reader = desk.reader()?;
            match preview::run(reader.conn(), &map, &rule, &chosen) {
                Ok(rows) => Ok(MapReply::Preview(Ok(rows))),
                Err(MappingError::Expression { message, at, hint }) => {
                    Ok(MapReply::Preview(Err(Wrong { message, at, hint })))
                }
                Err(MappingError::Refused { message, hint }) => {
                    Ok(MapReply::Preview(Err(Wrong { message, at: None, hint })))
                }
                Err(error) => Err(error.at(reader).into()),
            }
        }
        MapAsk::Sql(key) => {
            let sql = sql_of(desk.reader()?, &key)?;
            Ok(MapReply::Sql(key, sql))
        }
        MapAsk::History(key) => history(desk.reader()?, key),
        MapAsk::Change(deed) => change(&desk.shared, &deed),
        MapAsk::Restore { key, version } => restore(&desk.shared, &key, version),
        MapAsk::WriteSql { key, path } => write_sql(desk.reader()?, &key, &path),
        MapAsk::Model(ask) => of_model::answer(desk, generation, ask).map(MapReply::Model),
    }
}

fn gone() -> Problem {
    let mut problem = Problem::new("This map is not in the workspace any more.");
    problem.next = "Esc shows the maps that are.".to_owned();
    problem
}

/// Suggestions from figures that are true. A second load makes profiles stale: they are made again where the survey
/// stands; where it does not, that is long work that nobody asked for, and headers and what is stored serve until then.
fn suggested(reader: &Reader, shared: &Shared, job: &Job) -> Result<MapReply, Problem> {
    let conn = reader.conn();
    let explain = |error| Problem::from(reader.explain(&error));
    let is_surveyed = survey::stored(conn).map_err(explain)?.is_some_and(|survey| survey.fresh);
    let suggested = if is_surveyed && !suggest::is_ready(conn).map_err(explain)? {
        suggest::ready(&shared.workspace()?, job)?.suggest(conn, &[], None)
    } else {
        suggest::suggest(conn, &[], None)
    };
    Ok(MapReply::Suggested(suggested.map_err(|error| error.at(reader))?))
}

fn overview(reader: &Reader) -> Result<MapReply, Problem> {
    let conn = reader.conn();
    let explain = |error| Problem::from(reader.explain(&error));
    let maps = mapping::maps(conn).map_err(explain)?;
    let inventory = catalog::inventory(conn).map_err(explain)?;
    let mut coverage = BTreeMap::new();
    for object in inventory.sources.iter().flat_map(|source| &source.objects) {
        let of: Vec<_> = maps
            .iter()
            .filter(|map| map.map.key.source == object.source_name && map.map.key.object == object.name)
            .cloned()
            .collect();
        coverage.insert(object.id, coverage::fields(object, &of));
    }
    let mut counted = BTreeMap::new();
    for map in &maps {
        if let Some(figures) = figures::stored(conn, &map.map.key).map_err(explain)? {
            counted.insert(map.map.key.clone(), figures);
        }
    }
    let check = check::stored(conn).map_err(|error| error.at(reader))?;
    let model = model::entities(conn).map_err(explain)?;
    Ok(MapReply::Overview(Box::new(Overview { model, maps, check, coverage, figures: counted })))
}

fn sql_of(reader: &Reader, key: &MapKey) -> Result<String, Problem> {
    let standing = mapping::map(reader.conn(), key).map_err(|error| reader.explain(&error))?;
    let map = standing.ok_or_else(gone)?.map;
    Ok(compile::compile(reader.conn(), &map).map_err(|error| error.at(reader))?.sql)
}

fn history(reader: &Reader, key: MapKey) -> Result<MapReply, Problem> {
    let mut versions =
        definitions::history(reader.conn(), mapping::KIND, &key.name()).map_err(|error| reader.explain(&error))?;
    versions.sort_by_key(|version| version.version);
    let mut lines = Vec::with_capacity(versions.len());
    let mut before: Option<ObjectMap> = None;
    for version in versions {
        // A version that an older Cutover wrote and this one cannot read still has its author and its date.
        let map = ObjectMap::parse(&version.text).ok();
        let differences = match &map {
            Some(map) => differences(before.as_ref(), map),
            None => Vec::new(),
        };
        lines.push(VersionLine {
            version: Some(version.version),
            stands: version.stands,
            author: version.author,
            at: version.at,
            comment: version.comment,
            differences,
        });
        before = map.or(before);
    }
    lines.reverse();
    Ok(MapReply::History(key, lines))
}

/// In what a map differs from the one before it, field by field, then column by column.
fn differences(before: Option<&ObjectMap>, after: &ObjectMap) -> Vec<Difference> {
    let empty = ObjectMap::default();
    let before = before.unwrap_or(&empty);
    let rule = |rule: &FieldRule| {
        let from = rule.from.join(", ");
        let sentence = rule.rule.sentence(&rule.from);
        let mut words = if from.is_empty() { sentence } else { format!("{from}: {sentence}") };
        if rule.missing.is_some() {
            words.push_str(", with a policy of its own");
        }
        for (said, word) in [(&rule.technical, "technical"), (&rule.business, "business")] {
            if said.is_some() {
                words.push_str(", ");
                words.push_str(word);
                words.push_str(" review");
            }
        }
        words
    };
    let column = |decision: &mapping::ColumnDecision| {
        let word = if decision.archived { "archived" } else { "dropped" };
        format!("{word}: {}", decision.reason)
    };
    let mut found = Vec::new();
    let mut note = |of: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            let (before, after) = (old.unwrap_or_default(), new.unwrap_or_default());
            found.push(Difference { of: of.to_owned(), before, after });
        }
    };
    for field in &after.fields {
        let old = before.fields.iter().find(|old| old.field == field.field);
        note(&field.field, old.map(rule), Some(rule(field)));
    }
    for old in &before.fields {
        if !after.fields.iter().any(|field| field.field == old.field) {
            note(&old.field, Some(rule(old)), None);
        }
    }
    for decision in &after.columns {
        let old = before.columns.iter().find(|old| old.column == decision.column);
        note(&decision.column, old.map(column), Some(column(decision)));
    }
    for old in &before.columns {
        if !after.columns.iter().any(|decision| decision.column == old.column) {
            note(&old.column, Some(column(old)), None);
        }
    }
    let of_map = [
        ("only where", &before.only_where, &after.only_where),
        ("otherwise excluded", &before.otherwise_excluded, &after.otherwise_excluded),
        ("owner", &before.owner, &after.owner),
        ("process", &before.process, &after.process),
        ("deduplication", &before.deduplication, &after.deduplication),
        ("validation", &before.validation, &after.validation),
    ];
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    for (of, old, new) in of_map {
        note(of, given(old), given(new));
    }
    found
}

/// Saves changes to maps as one deed. Refused where somebody saved another version than the screen showed.
fn change(shared: &Shared, deed: &Deed) -> Result<MapReply, Problem> {
    let workspace = shared.workspace()?;
    let mark = Mark {
        by: workspace.actor().to_owned(),
        at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let mut changed = Vec::with_capacity(deed.maps.len());
    {
        let reader = workspace.reader()?;
        for (key, seen, changes) in &deed.maps {
            let standing = mapping::map(reader.conn(), key).map_err(|error| reader.explain(&error))?;
            let map = standing.map_or_else(|| edit::new_map(key), |standing| standing.map);
            changed.push((edit::apply(&map, changes, &mark)?, Onto::Version(*seen)));
        }
    }
    let saved = mapping::save(&workspace, &changed, &deed.comment)?;
    let versions = deed.maps.iter().zip(saved).map(|((key, ..), saved)| (key.clone(), saved.version)).collect();
    Ok(MapReply::Changed { sentence: deed.sentence.clone(), versions })
}

fn restore(shared: &Shared, key: &MapKey, version: VersionNumber) -> Result<MapReply, Problem> {
    let workspace = shared.workspace()?;
    let brought =
        definitions::bring_back(&workspace, mapping::KIND, &key.name(), version, "").map_err(MappingError::from)?;
    let name = Shown::of(&key.name()).to_plain();
    let sentence = if brought {
        format!("Version {version} of {name} stands again.")
    } else {
        format!("Version {version} of {name} stands already.")
    };
    Ok(MapReply::Changed { sentence, versions: vec![(key.clone(), version)] })
}

fn write_sql(reader: &Reader, key: &MapKey, path: &Path) -> Result<MapReply, Problem> {
    let sql = sql_of(reader, key)?;
    let path: PathBuf = home(path);
    let written = private_file::write_whole::<std::io::Error>(&path, false, |out| {
        out.write_all(sql.as_bytes())?;
        out.write_all(b"\n")
    });
    match written {
        Ok(()) => Ok(MapReply::Done(format!("The SELECT is in {}.", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mut problem = Problem::new(format!("{} is there already.", path.display()));
            problem.still_true = "It was not overwritten, and nothing was written.".to_owned();
            problem.next = "w again, with another name.".to_owned();
            Err(problem)
        }
        Err(error) => Err(io(&path, "written", &error)),
    }
}

impl From<MappingError> for Problem {
    fn from(error: MappingError) -> Self {
        let next = error.hint();
        match error {
            MappingError::Workspace(error) => error.into(),
            MappingError::Cancelled => Self { cancelled: true, ..Self::new("Stopped counting.") },
            MappingError::Expression { message, at, .. } => {
                let mut problem = Self { next, ..Self::new(message) };
                if let Some(at) = at {
                    problem.facts.push(("where", format!("character {}", at.saturating_add(1))));
                }
                problem.still_true = "Nothing was saved; what was typed is still there.".to_owned();
                problem
            }
            other => {
                let mut problem = Self { next, ..Self::new(other.to_string()) };
                problem.still_true = "Nothing was saved.".to_owned();
                problem
            }
        }
    }
}
