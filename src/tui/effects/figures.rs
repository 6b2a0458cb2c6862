//! Figures and their rows: profiles, counts of values, selections, and what of them is written to files. What takes long
//! works under a job that the screen watches and stops; what comes of it is whole or nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::files::{home, io};
use super::{Desk, Shared, lock};
use crate::job::Job;
use crate::sources::profile::{self, ColumnProfile, ObjectProfile, decide, dictionary};
use crate::sources::select::{self, Selection, ValueCounts};
use crate::sources::store::{catalog, rows, rows_of};
use crate::sources::{ColumnRole, ObjectId, Rec, RecordPage, SourcesError, survey};
use crate::tui::msg::{About, Ask, Problem, Reply};
use crate::values::mask::Mask;
use crate::values::spreadsheet::spreadsheet_safe;
use crate::workspace::{Reader, private_file};

/// Rows looked at between two questions whether a search is still wanted.
const SLICE: usize = 2_000;

/// Examples of a profile that are called by their names at most.
const MOST_NAMED: usize = 500;

fn wrong_lane() -> Problem {
    Problem::new("This was asked of the wrong lane.")
}

/// The job of a question, taken off the list when the question is answered, whatever comes of it.
pub(super) struct Counting<'a> {
    shared: &'a Shared,
    generation: u64,
    pub(super) job: Job,
}

impl<'a> Counting<'a> {
    pub(super) fn of(shared: &'a Shared, generation: u64) -> Self {
        let job = lock(&shared.counting).entry(generation).or_default().clone();
        Self { shared, generation, job }
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        lock(&self.shared.counting).remove(&self.generation);
    }
}

/// Answers a question that takes long.
pub(super) fn count(desk: &mut Desk, generation: u64, ask: Ask) -> Result<Reply, Problem> {
    let shared = Arc::clone(&desk.shared);
    let counting = Counting::of(&shared, generation);
    let job = &counting.job;
    // A question that was given up while it waited costs nothing.
    job.check().map_err(SourcesError::from)?;
    if let Ask::Profile(object) = ask {
        let workspace = shared.workspace()?;
        let profile = profile::of_object(&workspace, object, job)?;
        return Ok(Reply::Profile { object, about: Box::new(about(desk.reader()?, object, profile)?) });
    }
    let reader = desk.reader()?;
    let conn = reader.conn();
    match ask {
        Ask::Values { object, column, within } => {
            let chosen = resolved(&shared, reader, within.clone())?;
            let counts = Arc::new(select::value_counts(conn, object, column, &chosen, job)?);
            Ok(Reply::Values { object, column, within, counts })
        }
        Ask::Select { object, selection } => {
            let chosen = resolved(&shared, reader, selection.clone())?;
            let recs = Arc::new(select::select(conn, object, &chosen, job)?);
            Ok(Reply::Selected { object, selection, recs })
        }
        Ask::Sort { object, recs, order } => {
            let recs = Arc::new(rows_of::sorted(conn, object, &recs, order.column, order.downwards, job)?);
            Ok(Reply::Sorted { object, order, recs })
        }
        _ => Err(wrong_lane()),
    }
}

/// A selection as the survey of this session has it, where that is not stored.
fn resolved(shared: &Shared, reader: &Reader, selection: Selection) -> Result<Selection, SourcesError> {
    let surveyed = lock(&shared.surveyed).clone();
    match surveyed.filter(|(opened, _)| *opened == shared.opened.load(Ordering::SeqCst)) {
        Some((_, surveyed)) => Ok(surveyed.resolve(reader.conn(), selection)?),
        None => Ok(selection),
    }
}

/// What a profile tells beyond its figures.
fn about(reader: &Reader, object: ObjectId, profile: ObjectProfile) -> Result<About, SourcesError> {
    let conn = reader.conn();
    let decisions = decide::decisions(conn, object)?;
    let relations = survey::stored(conn)?.map(|survey| survey.relations).unwrap_or_default();
    let relations = relations.into_iter().filter(|relation| relation.from == object).collect();
    let naming = catalog::columns_of(conn, object.0)?.into_iter().find(|column| {
        matches!(column.role, ColumnRole::FullName | ColumnRole::OrganizationName | ColumnRole::FamilyName)
    });
    let mut names = BTreeMap::new();
    if let Some(naming) = naming {
        let dates = profile.columns.iter().filter_map(|column| column.dates.as_ref()).flat_map(|dates| &dates.examples);
        let outliers = profile.columns.iter().flat_map(|column| &column.outliers).map(|(example, _)| example);
        let recs: Vec<Rec> = dates.chain(outliers).map(|example| Rec(example.rec)).take(MOST_NAMED).collect();
        for row in rows_of::rows_of(conn, object, &recs)? {
            if let Some(name) = row.values.get(naming.position).cloned().flatten().filter(|name| !name.is_empty()) {
                names.insert(row.rec, name);
            }
        }
    }
    Ok(About { profile, decisions, relations, names })
}

/// A window on selected records.
pub(super) fn page(desk: &mut Desk, ask: Ask) -> Result<Reply, Problem> {
    let Ask::PageOf { object, total, first, recs } = ask else { return Err(wrong_lane()) };
    let reader = desk.reader()?;
    let rows = rows_of::rows_of(reader.conn(), object, &recs).map_err(|e| Problem::from(reader.explain(&e)))?;
    let vanished = rows::vanished(reader.conn(), object).map_err(|e| Problem::from(reader.explain(&e)))?;
    Ok(Reply::Page(RecordPage { total, first, vanished, rows }))
}

/// Looks for text in selected records, from one of them on or back, until it is found, there is no more, or another search
/// began.
pub(super) fn find(desk: &mut Desk, generation: u64, ask: Ask) -> Result<Reply, Problem> {
    let Ask::FindAmong { object, recs, from, needle, back } = ask else { return Err(wrong_lane()) };
    let shared = Arc::clone(&desk.shared);
    let reader = desk.reader()?;
    let needle = needle.to_lowercase();
    let from = usize::try_from(from).unwrap_or(usize::MAX).min(recs.len());
    let holds = |rec: &Rec| -> Result<bool, Problem> {
        let rows = rows_of::rows_of(reader.conn(), object, std::slice::from_ref(rec));
        let rows = rows.map_err(|e| Problem::from(reader.explain(&e)))?;
        Ok(rows.iter().any(|row| row.values.iter().flatten().any(|value| value.to_lowercase().contains(&needle))))
    };
    let mut places: Box<dyn Iterator<Item = usize>> =
        if back { Box::new((0..recs.len().min(from.saturating_add(1))).rev()) } else { Box::new(from..recs.len()) };
    loop {
        if shared.finding.load(Ordering::SeqCst) != generation {
            return Ok(Reply::FoundRow(None));
        }
        let mut looked = 0;
        for at in places.by_ref().take(SLICE) {
            looked += 1;
            if recs.get(at).map_or(Ok(false), &holds)? {
                return Ok(Reply::FoundRow(Some(at as u64)));
            }
        }
        if looked == 0 {
            return Ok(Reply::FoundRow(None));
        }
    }
}

/// Decides the order of a column's dates, with what its values say now.
pub(super) fn decide(shared: &Shared, ask: &Ask) -> Result<Reply, Problem> {
    let Ask::DecideDates { object, column, order } = ask else { return Err(wrong_lane()) };
    let workspace = shared.workspace()?;
    let profile = profile::of_object(&workspace, *object, &Job::new())?;
    let evidence = profile.columns.get(*column).and_then(|column| column.dates.clone()).unwrap_or_default();
    Ok(Reply::Changed(decide::decide(&workspace, *object, *column, *order, &evidence)?))
}

/// Why writing a file stopped.
enum Broken {
    Sources(SourcesError),
    File(std::io::Error),
}

impl From<SourcesError> for Broken {
    fn from(error: SourcesError) -> Self {
        Self::Sources(error)
    }
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

/// Writes figures or their rows to a file: whole or not at all, never over another.
pub(super) fn write(shared: &Shared, ask: Ask) -> Result<Reply, Problem> {
    match ask {
        Ask::WriteRows { object, recs, path, masked } => write_rows(shared, object, recs, &home(&path), masked),
        Ask::WriteCounts { column, counts, path, masked } => {
            write_counts(shared, &column, &counts, &home(&path), masked)
        }
        Ask::WriteDictionary { source, html, path, masked } => {
            write_dictionary(shared, source.as_deref(), html, &home(&path), masked)
        }
        _ => Err(wrong_lane()),
    }
}

/// Makes cells safe in a spreadsheet, and masks them if the screen is masked.
struct Cells {
    mask: Option<Mask>,
    guarded: u64,
}

impl Cells {
    fn new(shared: &Shared, masked: bool) -> Result<Self, Problem> {
        let mask = if masked { Some(Mask::new(shared.workspace()?.reader()?.mask_key()?)) } else { None };
        Ok(Self { mask, guarded: 0 })
    }

    fn value(&mut self, value: &str) -> String {
        let value = self.mask.as_ref().map_or(Cow::Borrowed(value), |mask| Cow::Owned(mask.mask(value)));
        self.name(&value)
    }

    /// The name of a column: never masked.
    fn name(&mut self, name: &str) -> String {
        let safe = spreadsheet_safe(name);
        self.guarded += u64::from(safe != name);
        safe.into_owned()
    }
}

fn csv_error(error: csv::Error) -> Broken {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Broken::File(error),
        _ => Broken::File(std::io::Error::other("the row could not be written")),
    }
}

/// Writes a CSV file, for its owner alone.
fn csv_file(
    path: &Path,
    write: impl FnOnce(&mut csv::Writer<&mut dyn Write>) -> Result<(), Broken>,
) -> Result<(), Problem> {
    whole_file(path, |out| {
        let mut out = csv::WriterBuilder::new().from_writer(out);
        write(&mut out)?;
        out.flush()?;
        Ok(())
    })
}

/// Writes a file whole or not at all, for its owner alone and never over another.
fn whole_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Broken>) -> Result<(), Problem> {
    match private_file::write_whole::<Broken>(path, false, write) {
        Ok(()) => Ok(()),
        Err(Broken::File(error)) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mut problem = Problem::new(format!("{} is there already.", path.display()));
            problem.still_true = "It was not overwritten, and nothing was written.".to_owned();
            problem.next = "w again, with another name.".to_owned();
            Err(problem)
        }
        Err(Broken::File(error)) => {
            let mut problem = io(path, "written", &error);
            problem.still_true = "Nothing was written.".to_owned();
            problem.next = "w again, to another place.".to_owned();
            Err(problem)
        }
        Err(Broken::Sources(error)) => Err(error.into()),
    }
}

fn write_rows(
    shared: &Shared,
    object: ObjectId,
    recs: Option<Arc<Vec<Rec>>>,
    path: &Path,
    masked: bool,
) -> Result<Reply, Problem> {
    let mut cells = Cells::new(shared, masked)?;
    let reader = shared.workspace()?.reader()?;
    let columns =
        catalog::columns_of(reader.conn(), object.0).map_err(|error| Problem::from(reader.explain(&error)))?;
    let recs = match recs {
        Some(recs) => recs,
        None => Arc::new(select::select(reader.conn(), object, &Selection::All, &Job::new())?),
    };
    let mut lines = 0_u64;
    csv_file(path, |out| {
        let head: Vec<String> = columns.iter().map(|column| cells.name(&column.name)).collect();
        out.write_record(&head).map_err(csv_error)?;
        rows_of::for_each_of::<Broken>(reader.conn(), object, &recs, &Job::new(), |row| {
            let line: Vec<String> =
                row.values.iter().map(|value| cells.value(value.as_deref().unwrap_or_default())).collect();
            lines += 1;
            out.write_record(&line).map_err(csv_error)
        })
    })?;
    Ok(Reply::WroteOut { path: path.to_path_buf(), lines, what: ("record", "records"), guarded: cells.guarded, masked })
}

fn write_counts(
    shared: &Shared,
    column: &str,
    counts: &ValueCounts,
    path: &Path,
    masked: bool,
) -> Result<Reply, Problem> {
    let mut cells = Cells::new(shared, masked)?;
    let listed = counts.values.iter().fold(0_u64, |sum, value| sum.saturating_add(value.count));
    let others = counts.filled.saturating_sub(listed);
    csv_file(path, |out| {
        out.write_record([cells.name(column).as_str(), "records", "what"]).map_err(csv_error)?;
        for value in &counts.values {
            let count = value.count.to_string();
            out.write_record([cells.value(&value.text).as_str(), &count, "value"]).map_err(csv_error)?;
        }
        for (count, what) in [(others, "other values"), (counts.empty, "empty"), (counts.absent, "not given")] {
            if count > 0 {
                out.write_record(["", &count.to_string(), what]).map_err(csv_error)?;
            }
        }
        Ok(())
    })?;
    Ok(Reply::WroteOut {
        path: path.to_path_buf(),
        lines: counts.values.len() as u64,
        what: ("value", "values"),
        guarded: cells.guarded,
        masked,
    })
}

/// Writes the data dictionary of a source, or of all, as Markdown or as one HTML page.
fn write_dictionary(
    shared: &Shared,
    source: Option<&str>,
    html: bool,
    path: &Path,
    masked: bool,
) -> Result<Reply, Problem> {
    let workspace = shared.workspace()?;
    let reader = workspace.reader()?;
    let mask = if masked { Some(Mask::new(reader.mask_key()?)) } else { None };
    let inventory = catalog::inventory(reader.conn()).map_err(|error| Problem::from(reader.explain(&error)))?;
    let surveyed = survey::stored(reader.conn()).map_err(|error| Problem::from(reader.explain(&error)))?;
    let mut fields = Vec::new();
    let sources = inventory.sources.iter().filter(|one| source.is_none_or(|name| one.name == name));
    for object in sources.flat_map(|source| &source.objects) {
        let profile = profile::of_object(&workspace, object.id, &Job::new())?;
        for column in profile.columns {
            fields.push(dictionary::Field {
                source: object.source_name.clone(),
                object: object.name.clone(),
                points_to: survey::points_to(surveyed.as_ref(), object, column.position),
                column,
            });
        }
    }
    let show = |_: &ColumnProfile, value: &str| mask.as_ref().map_or_else(|| value.to_owned(), |mask| mask.mask(value));
    let text = if html { dictionary::html(&fields, &show) } else { dictionary::markdown(&fields, &show) };
    whole_file(path, |out| Ok(out.write_all(text.as_bytes())?))?;
    let lines = fields.len() as u64;
    Ok(Reply::WroteOut { path: path.to_path_buf(), lines, what: ("field", "fields"), guarded: 0, masked })
}

impl From<SourcesError> for Problem {
    fn from(error: SourcesError) -> Self {
        match error {
            SourcesError::Workspace(error) => error.into(),
            SourcesError::Cancelled(_) => {
                let mut problem = Problem::new("Stopped. Nothing was changed.");
                problem.cancelled = true;
                problem
            }
            SourcesError::Refused { message, hint } => {
                let mut problem = Problem::new(message);
                problem.next = hint;
                problem
            }
            SourcesError::Sqlite(error) => {
                let mut problem = Problem::new("The workspace could not be read.");
                problem.facts.push(("because", error.to_string()));
                problem.still_true = "Nothing was changed.".to_owned();
                problem.next = "Try it again. `cutover verify` checks the workspace.".to_owned();
                problem
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::load::{self, LoadRequest};
    use crate::sources::profile::Counted;
    use crate::sources::store::rows;
    use crate::workspace::Workspace;

    fn shared(csv: &str) -> (tempfile::TempDir, Shared, ObjectId, Vec<Rec>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        std::fs::write(&file, csv).unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        load::load(&workspace, &mut LoadRequest { files: vec![file], ..LoadRequest::default() }, &Job::new()).unwrap();
        let reader = workspace.reader().unwrap();
        let object = catalog::inventory(reader.conn()).unwrap().sources[0].objects[0].id;
        let recs = rows::page(reader.conn(), object, 0, 100).unwrap().rows.iter().map(|row| row.rec).collect();
        let shared = Shared {
            workspace: std::sync::Mutex::new(Some(workspace)),
            opened: std::sync::atomic::AtomicU64::new(1),
            finding: std::sync::atomic::AtomicU64::new(0),
            proposing: std::sync::Mutex::new(None),
            counting: std::sync::Mutex::new(BTreeMap::new()),
            surveyed: std::sync::Mutex::new(None),
            clashes: std::sync::Mutex::new(BTreeMap::new()),
            actor: "mira".into(),
            demo: None,
            recent: None,
        };
        (folder, shared, object, recs)
    }

    #[test]
    fn selected_records_are_written_safe_for_a_spreadsheet_and_for_their_owner_alone() {
        let (folder, shared, object, recs) = shared("Id,Note\n1,=1+1\n2,\"a, b\"\n3,c\n");
        let path = folder.path().join("out.csv");
        let ask = |path: &Path| Ask::WriteRows {
            object,
            recs: Some(Arc::new(vec![recs[1], recs[0]])),
            path: path.to_path_buf(),
            masked: false,
        };
        let Ok(Reply::WroteOut { lines, guarded, .. }) = write(&shared, ask(&path)) else { panic!() };
        assert_eq!((lines, guarded), (2, 1));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Id,Note\n2,\"a, b\"\n1,'=1+1\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let all = folder.path().join("all.csv");
        let whole = Ask::WriteRows { object, recs: None, path: all.clone(), masked: false };
        assert!(matches!(write(&shared, whole), Ok(Reply::WroteOut { lines: 3, .. })));
        assert_eq!(std::fs::read_to_string(&all).unwrap(), "Id,Note\n1,'=1+1\n2,\"a, b\"\n3,c\n");
        let again = write(&shared, ask(&path)).unwrap_err();
        assert!(again.title.ends_with("is there already."), "{}", again.title);
    }

    #[test]
    fn counts_are_written_with_what_is_not_listed_empty_and_not_given() {
        let (folder, shared, ..) = shared("Id,Note\n1,x\n");
        let path = folder.path().join("counts.csv");
        let values = vec![Counted { text: "+46".into(), count: 5 }, Counted { text: "b".into(), count: 2 }];
        let counts = Arc::new(ValueCounts { rows: 12, filled: 8, empty: 3, absent: 1, distinct: 3, values });
        let ask = Ask::WriteCounts { column: "Code".into(), counts, path: path.clone(), masked: false };
        assert!(matches!(write(&shared, ask), Ok(Reply::WroteOut { lines: 2, guarded: 1, .. })));
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "Code,records,what\n'+46,5,value\nb,2,value\n,1,other values\n,3,empty\n,1,not given\n"
        );
    }

    #[test]
    fn what_is_written_masked_holds_no_value() {
        let (folder, shared, object, recs) = shared("Id,Name\n1,Katarzyna\n");
        let path = folder.path().join("masked.csv");
        let ask = Ask::WriteRows { object, recs: Some(Arc::new(recs)), path: path.clone(), masked: true };
        write(&shared, ask).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("Id,Name\n0·") && text.contains("xxxxxxxxx·"), "{text}");
    }
}
