//! What value functions made of each distinct input, kept in the workspace (`value_recipe`, `value_outcome`), so that a
//! map's SELECT joins it and any SQLite tool can run that. Only rows that came since the last time are looked at. Whoever
//! stops it leaves outcomes that are right, and a watermark that says nothing of them: they are found there the next time.
//! Outcomes of references and look-ups depend on another object's records: when those changed, they are made anew beside
//! the ones that stand, under a recipe without a name, and take their place in one commit. `inputs` gathers and sorts,
//! `refer` says whom an ID means, `kept` holds the SQL.

mod inputs;
mod kept;
pub mod refer;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::MappingError;
use super::compile::Compiled;
use super::recipe::{Cook, Outcome, Recipe};
use super::run::in_order::{in_order, threads};
use crate::job::Job;
use crate::model::users::{self, UserList};
use crate::sources::store::arrive;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::{ColumnRole, ObjectId};
use crate::workspace::{LongWrite, Pending, Reader, Workspace, WorkspaceError, fault, private_file};
use inputs::{Distinct, Merged, Run};
use kept::Prepared;
use refer::{Directory, Parameters, is_reference};

/// Rows whose inputs one thread reads at a time.
const PIECE: i64 = 16_384;
/// Bytes of distinct inputs that all threads together gather before they are set aside.
const ROOM: usize = 160 << 20;
/// Inputs that are cooked together and written in one slice.
const SLICE: usize = 4_096;
/// Bytes of inputs after which a slice ends sooner.
const SLICE_BYTES: usize = 512 << 10;
/// Slices that may wait for the writer.
const IN_FLIGHT: usize = 3;

/// SHA-256, hexadecimal.
pub(super) fn digest(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A recipe with everything that is to be looked at for it.
#[derive(Debug, Clone)]
struct Wanted {
    recipe: Recipe,
    /// Inputs as SQL, sorted, each once.
    inputs: Vec<String>,
    /// The recipe that stands, if its outcomes hold.
    standing: Option<i64>,
    /// Of references: the state of what they refer to.
    stamp: Option<String>,
    /// The first row that was not looked at yet.
    from: i64,
}

/// What is to be done before a compiled map runs.
#[derive(Debug, Clone)]
struct Plan {
    object: ObjectId,
    /// The last row there is.
    last: i64,
    /// Only those that something is missing of, by recipe.
    wanted: Vec<Wanted>,
}

impl Plan {
    fn of(conn: &Connection, compiled: &Compiled) -> Result<Self, MappingError> {
        let object = object_of(conn, compiled)?;
        let last = kept::last_row(conn, object.0)?;
        let mut by_recipe: BTreeMap<&Recipe, Vec<String>> = BTreeMap::new();
        for need in &compiled.needs {
            by_recipe.entry(&need.recipe).or_default().push(need.input_sql.clone());
        }
        let mut wanted = Vec::new();
        for (recipe, mut inputs) in by_recipe {
            inputs.sort_unstable();
            inputs.dedup();
            let stamp = match is_reference(recipe) {
                true => Some(refer::stamp(conn, &Parameters::of(recipe)?)?),
                false => None,
            };
            let standing = kept::standing(conn, recipe)?.filter(|standing| standing.stamp == stamp).map(|s| s.id);
            let mut from = i64::MAX;
            for input in &inputs {
                let done = match standing {
                    Some(id) => kept::prepared(conn, id, object.0, input)?.unwrap_or(0),
                    None => 0,
                };
                from = from.min(done.saturating_add(1));
            }
            if standing.is_none() || from <= last {
                wanted.push(Wanted { recipe: recipe.clone(), inputs, standing, stamp, from });
            }
        }
        Ok(Self { object, last, wanted })
    }
}

/// The object of a compiled map.
pub(super) fn object_of(conn: &Connection, compiled: &Compiled) -> Result<ObjectId, MappingError> {
    let key = &compiled.key;
    catalog::find_object(conn, &key.source, &key.object)?.map(ObjectId).ok_or_else(|| MappingError::Refused {
        message: format!(
            "{} is not loaded.",
            crate::values::shown::Shown::of(&format!("{}/{}", key.source, key.object)).to_plain()
        ),
        hint: "Load a file of it first.".to_owned(),
    })
}

/// Whether every outcome that a compiled map needs stands in the workspace, for the records as they are now.
///
/// # Errors
/// If the database cannot be read.
pub fn is_ready(conn: &Connection, compiled: &Compiled) -> Result<bool, MappingError> {
    Ok(Plan::of(conn, compiled)?.wanted.is_empty() && keys_wanted(conn, compiled)?.is_empty())
}

/// Makes sure that every outcome that a compiled map needs stands in the workspace: looks only at rows that came since it
/// did so last. Gives the records of the object, and of objects that are referred to, their durable keys.
///
/// # Errors
/// If the workspace cannot be written, or the job was cancelled; what was made so far stays, and is right.
pub fn prepare(workspace: &Workspace, compiled: &Compiled, job: &Job) -> Result<(), MappingError> {
    prepare_with(workspace, compiled, &Means { threads: threads(), room: ROOM, maker_of: &cook_of }, job)
}

/// Makes something of one input after another.
pub(super) type Maker = Box<dyn FnMut(&str) -> Outcome>;

/// What makes the outcomes of a recipe.
pub(super) type MakerOf<'a> = dyn Fn(&Recipe, &[UserList]) -> Result<Maker, MappingError> + Sync + 'a;

/// What outcomes are made with.
pub(super) struct Means<'a> {
    pub threads: usize,
    /// Bytes of inputs that all threads together keep in memory.
    pub room: usize,
    /// Called once by each thread for each recipe.
    pub maker_of: &'a MakerOf<'a>,
}

fn cook_of(recipe: &Recipe, lists: &[UserList]) -> Result<Maker, MappingError> {
    let cook = Cook::new(recipe, lists).map_err(|why| MappingError::Refused {
        message: format!("The recipe {} does not hold: {}.", recipe.function, why.trim_end_matches('.')),
        hint: "Write the rule of the field again.".to_owned(),
    })?;
    Ok(Box::new(move |input| cook.make(input)))
}

pub(super) fn prepare_with(
    workspace: &Workspace,
    compiled: &Compiled,
    means: &Means<'_>,
    job: &Job,
) -> Result<(), MappingError> {
    give_keys(workspace, compiled, job)?;
    let reader = workspace.reader()?;
    let look = || Plan::of(reader.conn(), compiled).map_err(|error| error.at(&reader));
    let leftovers = || kept::has_nameless(reader.conn()).map_err(|error| reader.explain(&error));
    if look()?.wanted.is_empty() && !leftovers()? {
        return Ok(());
    }
    let lock = workspace.write_at_length("preparing values")?;
    if leftovers()? {
        sweep(workspace, &lock)?;
    }
    let plan = look()?;
    if plan.wanted.is_empty() {
        return Ok(());
    }
    job.check()?;
    let lists = users::lists(reader.conn()).map_err(|error| reader.explain(&error))?;
    let runs = gather(workspace, compiled, &plan, means, job)?;
    let prepared = begin(workspace, &plan)?;
    let kitchens = kitchens(&reader, &plan)?;
    let cook = Cooking { means, lists: &lists, kitchens: &kitchens };
    make(workspace, &prepared, runs, &cook, job)?;
    fault::point("outcomes.before_complete");
    let is_anew = prepared.iter().any(|one| one.named.is_some());
    workspace.writer()?.transact(move |tx| kept::complete(tx, &prepared))?;
    fault::point("outcomes.complete");
    if is_anew {
        sweep(workspace, &lock)?;
    }
    Ok(())
}

/// Deletes what nobody reads any more: outcomes that others took the place of, and those of a stopped making.
fn sweep(workspace: &Workspace, _lock: &LongWrite) -> Result<(), MappingError> {
    let writer = workspace.writer()?;
    while writer.hand_over(kept::sweep_slice)?.wait()?? {
        fault::point("outcomes.swept");
    }
    Ok(())
}

/// Durable keys of the object's records and of those that it refers to, where rows came since they were given last.
fn give_keys(workspace: &Workspace, compiled: &Compiled, job: &Job) -> Result<(), MappingError> {
    let reader = workspace.reader()?;
    let wanted = keys_wanted(reader.conn(), compiled).map_err(|error| error.at(&reader))?;
    for (entity, object, prepared) in wanted {
        crate::model::keys::give(workspace, &entity, object, job)?;
        workspace.writer()?.transact(move |tx| kept::complete(tx, &[prepared]))?;
    }
    Ok(())
}

/// Whose keys are to be given, with what is to be noted down when they are.
fn keys_wanted(conn: &Connection, compiled: &Compiled) -> Result<Vec<(String, ObjectId, Prepared)>, MappingError> {
    let mut all = vec![(compiled.key.entity.clone(), object_of(conn, compiled)?)];
    for need in compiled.needs.iter().filter(|need| need.recipe.function == refer::REFERENCE) {
        let parameters = Parameters::of(&need.recipe)?;
        if let Some(object) = parameters.object(conn)? {
            all.push((parameters.entity, object));
        }
    }
    all.sort();
    all.dedup();
    let mut wanted = Vec::new();
    for (entity, object) in all {
        let (rec, columns) = (kept::last_row(conn, object.0)?, catalog::columns_of(conn, object.0)?);
        // What names a record changes with the column that holds its native ID.
        let native = columns.iter().position(|column| column.role == ColumnRole::NativeId);
        let mark = format!("key of {entity}, named by {native:?}");
        if kept::prepared(conn, kept::KEYS, object.0, &mark)?.is_none_or(|done| done < rec) {
            let prepared = Prepared { recipe: kept::KEYS, object: object.0, inputs: vec![mark], rec, named: None };
            wanted.push((entity, object, prepared));
        }
    }
    Ok(wanted)
}

/// The distinct inputs of rows that were not looked at yet, per recipe of the plan, as sorted runs.
fn gather(
    workspace: &Workspace,
    compiled: &Compiled,
    plan: &Plan,
    means: &Means<'_>,
    job: &Job,
) -> Result<Vec<Vec<Run>>, MappingError> {
    let from = plan.wanted.iter().map(|wanted| wanted.from).min().unwrap_or(i64::MAX);
    let reader = workspace.reader()?;
    let stretches = Stretches::read(reader.conn()).map_err(|error| reader.explain(&error))?;
    drop(reader);
    let pieces = super::run::pieces(&stretches, plan.object, from, PIECE);
    let rows: u64 = pieces.iter().map(|(first, last)| (last + 1).abs_diff(*first)).sum();
    job.begin("reading values", rows);
    let list: Vec<String> = plan
        .wanted
        .iter()
        .flat_map(|wanted| wanted.inputs.iter())
        .map(|input| format!("CAST(({input}) AS TEXT)"))
        .collect();
    let sql = format!("SELECT r.rec, {} FROM {} WHERE r.rec BETWEEN ?1 AND ?2", list.join(", "), compiled.from_sql);
    let folder = private_file::folder_of(workspace.file());
    let (next, threads) = (AtomicUsize::new(0), means.threads.clamp(1, pieces.len().max(1)));
    let gathered: Mutex<Vec<Vec<Run>>> = Mutex::new(plan.wanted.iter().map(|_| Vec::new()).collect());
    let one = || -> Result<(), MappingError> {
        let reader = workspace.reader()?;
        let mut sets: Vec<Distinct> = plan.wanted.iter().map(|_| Distinct::default()).collect();
        while let Some((first, last)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            job.check()?;
            read_piece(&reader, &sql, plan, (first, last), &mut sets)?;
            job.advance((last + 1).abs_diff(first));
            if sets.iter().map(Distinct::room).sum::<usize>() > means.room / threads {
                put(&gathered, put_aside(&folder, &mut sets)?);
            }
        }
        let rest = sets.into_iter().map(|set| (!set.is_empty()).then(|| Run::Here(set.sorted()))).collect();
        put(&gathered, rest);
        Ok(())
    };
    let ends: Vec<Result<(), MappingError>> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    ends.into_iter().collect::<Result<(), _>>()?;
    Ok(gathered.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn put(gathered: &Mutex<Vec<Vec<Run>>>, runs: Vec<Option<Run>>) {
    let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
    for (all, run) in gathered.iter_mut().zip(runs) {
        all.extend(run);
    }
}

fn put_aside(folder: &Path, sets: &mut [Distinct]) -> Result<Vec<Option<Run>>, MappingError> {
    let sorted = sets.iter_mut().map(|set| std::mem::take(set).sorted()).collect();
    let runs = inputs::set_aside(folder, sorted).map_err(|error| set_aside_failed(folder, &error))?;
    Ok(runs.into_iter().map(Some).collect())
}

fn set_aside_failed(folder: &Path, error: &std::io::Error) -> MappingError {
    WorkspaceError::io(folder, "used to set values aside", error).into()
}

fn read_piece(
    reader: &Reader,
    sql: &str,
    plan: &Plan,
    (first, last): (i64, i64),
    sets: &mut [Distinct],
) -> Result<(), MappingError> {
    let explain = |error: rusqlite::Error| reader.explain(&error);
    let mut statement = reader.conn().prepare_cached(sql).map_err(explain)?;
    let mut rows = statement.query([first, last]).map_err(explain)?;
    while let Some(row) = rows.next().map_err(explain)? {
        let rec: i64 = row.get(0).map_err(explain)?;
        let mut at = 1;
        for (wanted, set) in plan.wanted.iter().zip(sets.iter_mut()) {
            for _ in &wanted.inputs {
                // Cast to text: it is that, or nothing.
                let input = row.get_ref(at).map_err(explain)?.as_bytes_or_null().unwrap_or(None);
                at += 1;
                if let Some(input) = input.filter(|input| !input.is_empty() && rec >= wanted.from) {
                    set.add(input);
                }
            }
        }
    }
    Ok(())
}

/// Gives every recipe of a plan its number, in one short commit.
fn begin(workspace: &Workspace, plan: &Plan) -> Result<Vec<Prepared>, MappingError> {
    let (wanted, object, rec) = (plan.wanted.clone(), plan.object.0, plan.last);
    let prepared = workspace.writer()?.transact(move |tx| {
        let mut prepared = Vec::with_capacity(wanted.len());
        for one in &wanted {
            let (recipe, named) = match (one.standing, &one.stamp) {
                (Some(id), _) => (id, None),
                (None, None) => (kept::begin(tx, &one.recipe)?, None),
                (None, Some(stamp)) => (kept::begin_nameless(tx)?, Some((one.recipe.clone(), stamp.clone()))),
            };
            prepared.push(Prepared { recipe, object, inputs: one.inputs.clone(), rec, named });
        }
        Ok(prepared)
    })?;
    fault::point("outcomes.begun");
    Ok(prepared)
}

/// Who makes the outcomes of a recipe.
enum Kitchen {
    Alone(Recipe),
    Refers(Arc<Directory>),
}

/// What all threads that make outcomes share.
struct Cooking<'a> {
    means: &'a Means<'a>,
    lists: &'a [UserList],
    /// As the plan's recipes.
    kitchens: &'a [Kitchen],
}

fn kitchens(reader: &Reader, plan: &Plan) -> Result<Vec<Kitchen>, MappingError> {
    let kitchen = |wanted: &Wanted| match &wanted.stamp {
        Some(_) => Ok(Kitchen::Refers(Directory::read(reader.conn(), &wanted.recipe)?)),
        None => Ok(Kitchen::Alone(wanted.recipe.clone())),
    };
    plan.wanted.iter().map(kitchen).collect::<Result<_, _>>().map_err(|error: MappingError| error.at(reader))
}

/// Some inputs of one recipe, in order.
#[derive(Debug)]
struct Slice {
    /// Its place in the plan.
    of: usize,
    inputs: Vec<Box<[u8]>>,
}

/// All inputs, recipe by recipe in the order of their numbers, so that the table grows at its end.
struct Slices {
    left: Vec<(usize, Merged)>,
    folder: std::path::PathBuf,
}

impl Iterator for Slices {
    type Item = Result<Slice, MappingError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (of, merged) = self.left.last_mut()?;
            let mut slice = Slice { of: *of, inputs: Vec::new() };
            let mut bytes = 0;
            while slice.inputs.len() < SLICE && bytes < SLICE_BYTES {
                match merged.next(|input| {
                    bytes += input.len();
                    slice.inputs.push(input.into());
                }) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => return Some(Err(set_aside_failed(&self.folder, &error))),
                }
            }
            if !slice.inputs.is_empty() {
                return Some(Ok(slice));
            }
            self.left.pop();
        }
    }
}

/// What came of a slice.
struct Cooked {
    of: usize,
    outcomes: Vec<(String, Outcome)>,
}

/// A thread's own cooks, made when they are first wanted, and its own way to read.
struct Station {
    reader: Reader,
    makers: Vec<Option<Maker>>,
}

fn make(
    workspace: &Workspace,
    prepared: &[Prepared],
    runs: Vec<Vec<Run>>,
    cooking: &Cooking<'_>,
    job: &Job,
) -> Result<(), MappingError> {
    job.begin("preparing values", 0);
    let folder = private_file::folder_of(workspace.file());
    let mut left = Vec::with_capacity(runs.len());
    for (of, runs) in runs.into_iter().enumerate() {
        left.push((of, Merged::new(runs).map_err(|error| set_aside_failed(&folder, &error))?));
    }
    // Taken from the end.
    left.sort_by_key(|(of, _)| std::cmp::Reverse(prepared[*of].recipe));
    let writer = workspace.writer()?;
    let mut pending: std::collections::VecDeque<Pending<rusqlite::Result<()>>> = std::collections::VecDeque::new();
    let settle = |done: Pending<rusqlite::Result<()>>| -> Result<(), MappingError> {
        Ok(done.wait()?.map_err(|error| WorkspaceError::sqlite(workspace.file(), &error))?)
    };
    let ended = in_order(
        cooking.means.threads,
        job,
        Slices { left, folder },
        || {
            let reader = super::run::wide_reader(workspace, cooking.means.threads)?;
            Ok(Station { reader, makers: cooking.kitchens.iter().map(|_| None).collect() })
        },
        |station, slice: Slice| cook(station, cooking, slice),
        |cooked| {
            while pending.len() >= IN_FLIGHT {
                pending.pop_front().map_or(Ok(()), settle)?;
            }
            let recipe = prepared[cooked.of].recipe;
            job.advance(cooked.outcomes.len() as u64);
            pending.push_back(writer.hand_over(move |conn| {
                let outcomes = &cooked.outcomes;
                let pairs = outcomes.iter().map(|(input, outcome)| (input.as_str(), outcome));
                arrive::slice(conn, |tx| kept::write(tx, recipe, pairs))?;
                fault::point("outcomes.slice");
                Ok(())
            })?);
            Ok(())
        },
    );
    // Whatever happened, nothing is under way when this returns.
    let settled: Result<Vec<()>, MappingError> = pending.into_iter().map(settle).collect();
    ended?;
    settled.map(|_| ())
}

fn cook(station: &mut Station, cooking: &Cooking<'_>, slice: Slice) -> Result<Cooked, MappingError> {
    let mut outcomes = Vec::with_capacity(slice.inputs.len());
    for input in slice.inputs {
        // The database compares bytes: what is no text cannot be what a row holds.
        let Ok(input) = String::from_utf8(input.into_vec()) else { continue };
        let outcome = match &cooking.kitchens[slice.of] {
            Kitchen::Refers(directory) => directory
                .resolve(station.reader.conn(), &input)
                .map_err(|error| MappingError::from(station.reader.explain(&error)))?,
            Kitchen::Alone(recipe) => {
                let maker = match &mut station.makers[slice.of] {
                    Some(maker) => maker,
                    place => place.insert((cooking.means.maker_of)(recipe, cooking.lists)?),
                };
                maker(&input)
            }
        };
        outcomes.push((input, outcome));
    }
    Ok(Cooked { of: slice.of, outcomes })
}

/// Deletes outcomes of recipes that none of the compiled maps needs any more: of rules that were written anew.
///
/// # Errors
/// If the workspace cannot be written.
pub fn forget_others(workspace: &Workspace, maps: &[Compiled]) -> Result<(), MappingError> {
    let kept: Vec<Recipe> = maps.iter().flat_map(|map| map.needs.iter().map(|need| need.recipe.clone())).collect();
    let lock = workspace.write_at_length("clearing values")?;
    workspace.writer()?.transact(move |tx| kept::disown(tx, &kept))?;
    sweep(workspace, &lock)
}

#[cfg(test)]
mod tests;
