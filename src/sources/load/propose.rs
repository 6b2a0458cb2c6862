//! What would be done with a file: where it belongs, which columns hold what. Decides nothing that a person overruled.

use rusqlite::Connection;

use super::request::{Clash, ClashAnswer, LoadRequest};
use super::{LoadError, LoadErrorKind, files};
use crate::job::Job;
use crate::sources::read::{self, Part, Scan};
use crate::sources::store::catalog;
use crate::sources::target::{self, Overlay};
use crate::sources::{ColumnRole, LoadId, Proposal, SystemKind, columns, facts, presets};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// How a file is going to be loaded.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub source: String,
    pub kind: SystemKind,
    /// The object that it goes on, if it is there.
    pub object: Option<i64>,
    pub object_name: String,
    pub overlay: Overlay,
    /// Name of the native ID column.
    pub native_id: Option<String>,
    /// The object's newest load so far.
    pub later_than: Option<LoadId>,
    pub warnings: Vec<String>,
    /// What it was recognised as: `Salesforce/Contact`.
    pub preset: Option<String>,
    pub one_row_is: Option<String>,
    /// Which part of the object's export the file is: `subscribed`.
    pub segment: Option<String>,
    /// Why it was recognised as that.
    pub evidence: Option<String>,
}

/// Plans one part.
pub(super) fn plan(conn: &Connection, request: &mut LoadRequest, part: &Part, scan: &Scan) -> Result<Plan, LoadError> {
    let suggested = files::suggested(part);
    let recognised = files::recognised(request, &suggested, &scan.columns);
    let known = recognised.as_ref();
    let source = request.source.clone().unwrap_or_else(|| files::source_name(&suggested, known));
    // However it is written now, it is the source that is known.
    let source = facts::find_source(conn, &source)?.unwrap_or(source);
    let names = target::unique_names(&scan.columns);
    let by_preset = files::preset_object_name(&suggested, known).filter(|_| request.object.is_none());
    let mut object_name = request.object.clone().or(by_preset.clone()).unwrap_or_else(|| suggested.object.clone());
    let mut object = catalog::find_object(conn, &source, &object_name)?;
    // What is to be said of where it goes.
    let mut together = None;
    if let Some(found) = object
        && by_preset.is_some()
        && by_preset.as_deref() != Some(suggested.object.as_str())
        && !target::fits(&catalog::columns_of(conn, found)?, &names)
    {
        // What the preset calls it is there already, exported in another way: the file's own name tells them apart.
        object_name = suggested.object.clone();
        object = catalog::find_object(conn, &source, &object_name)?;
    }
    if let Some(found) = object {
        let existing = catalog::columns_of(conn, found)?;
        let fits = target::fits(&existing, &names);
        if !fits && request.object.is_none() && request.made.contains(&found) {
            // Two files of one name that came together and are not alike: each is called by its whole name.
            let name = files::whole_name(part);
            together = Some(format!(
                "Its columns are not those of {}, which came with it, so it is an object of its own: {}.",
                Shown::of(&object_name),
                Shown::of(&name)
            ));
            object = catalog::find_object(conn, &source, &name)?;
            object_name = name;
        } else if !fits && request.object.is_none() {
            match clash(request, part, &source, &object_name, &existing, &names) {
                ClashAnswer::SameObject => {}
                ClashAnswer::Object(name) => {
                    object = catalog::find_object(conn, &source, &name)?;
                    object_name = name;
                }
                ClashAnswer::Refuse => return Err(clash_error(part, &source, &object_name, &existing, &names)),
            }
        }
    } else if request.object.is_none()
        && let Some((found, name)) = object_with_header(conn, &source, &names, &request.made)?
    {
        together = Some(format!(
            "It has the header of {}, so it is a later export of that. --object NAME makes it an object of its own.",
            Shown::of(&name)
        ));
        object = Some(found);
        object_name = name;
    }
    let mut guesses = columns::guess_roles(&object_name, &names, &scan.sample);
    propose_primary_key(scan, &mut guesses);
    if let Some(known) = known {
        presets::lay_over(known, &names, &scan.sample, &mut guesses);
    }
    presets::name_other_systems(&names, &mut guesses);
    apply_native_id(request, part, &names, &mut guesses)?;
    let existing = match object {
        Some(object) => {
            let (_, _, name) = catalog::object_names(conn, object)?;
            object_name = name;
            catalog::columns_of(conn, object)?
        }
        None => Vec::new(),
    };
    let (source, kind) = match object {
        Some(object) => {
            let (source, kind, _) = catalog::object_names(conn, object)?;
            (source, SystemKind::from_word(&kind).unwrap_or(SystemKind::Other))
        }
        None => {
            let stored = catalog::kind_of_source(conn, &source)?;
            // A system that was registered before it had a file has a kind already.
            let stated = facts::of(conn, &source)?.system_kind();
            let kind = stored.or(request.kind).or(stated);
            (source, kind.unwrap_or_else(|| files::kind(&suggested, known)))
        }
    };
    let mut overlay = target::overlay(&existing, &names, &guesses);
    if request.native_id.is_some() && object.is_none() {
        for column in &mut overlay.columns {
            column.by_hand |= column.role == ColumnRole::NativeId;
        }
    }
    let mut warnings = files::preset_warnings(known);
    warnings.extend(together);
    if known.is_none_or(|known| known.segment.is_none()) {
        warnings.extend(column_warnings(object, &overlay));
    }
    warnings.extend(zero_warnings(kind, &overlay, scan));
    let native_id =
        overlay.columns.iter().find(|column| column.role == ColumnRole::NativeId).map(|column| column.name.clone());
    let later_than = match object {
        Some(object) => catalog::newest_load(conn, object)?,
        None => None,
    };
    // What only names say is said of the source, not of the object.
    let sure = known.filter(|known| known.form.is_some() || known.object.is_some());
    Ok(Plan {
        source,
        kind,
        object,
        object_name,
        overlay,
        native_id,
        later_than,
        warnings,
        preset: sure.map(presets::Recognised::name),
        one_row_is: sure
            .filter(|known| known.result.is_none())
            .and_then(|known| known.object)
            .map(|object| object.one_row_is.clone())
            .filter(|text| !text.is_empty()),
        segment: known.and_then(|known| known.segment).map(str::to_owned),
        evidence: known.map(|known| known.evidence.clone()),
    })
}

/// An object of the source with exactly this header and a native ID: a later export under another name.
/// Objects made by the same request are none: files that come together are told apart by their names.
fn object_with_header(
    conn: &Connection,
    source: &str,
    names: &[String],
    made: &[i64],
) -> Result<Option<(i64, String)>, LoadError> {
    if names.len() < 4 {
        return Ok(None);
    }
    for (object, name) in catalog::objects_of(conn, source)?.into_iter().filter(|(object, _)| !made.contains(object)) {
        let columns = catalog::columns_of(conn, object)?;
        let same = columns.len() == names.len() && columns.iter().zip(names).all(|(column, name)| column.name == *name);
        if same && columns.iter().any(|column| column.role == ColumnRole::NativeId) {
            return Ok(Some((object, name)));
        }
    }
    Ok(None)
}

fn clash(
    request: &mut LoadRequest,
    part: &Part,
    source: &str,
    object: &str,
    existing: &[crate::sources::Column],
    names: &[String],
) -> ClashAnswer {
    let shared = names.iter().filter(|name| existing.iter().any(|c| c.name.eq_ignore_ascii_case(name))).count();
    let clash = Clash {
        file: files::title(part),
        source: source.to_owned(),
        object: object.to_owned(),
        shared,
        file_columns: names.len(),
        object_columns: existing.len(),
    };
    request.on_clash.as_mut().map_or(ClashAnswer::Refuse, |ask| ask(&clash))
}

fn clash_error(
    part: &Part,
    source: &str,
    object: &str,
    existing: &[crate::sources::Column],
    names: &[String],
) -> LoadError {
    let native = existing.iter().find(|column| column.role == ColumnRole::NativeId);
    let lacks = match native {
        Some(column) if !names.iter().any(|name| name.eq_ignore_ascii_case(&column.name)) => {
            format!("it has no column {}", Shown::of(&column.name))
        }
        _ => "their columns differ".to_owned(),
    };
    LoadError::new(
        LoadErrorKind::Clash,
        "clash",
        format!(
            "{} does not look like a later export of {} › {}: {lacks}. Nothing of it was loaded.",
            Shown::of(&files::title(part)),
            Shown::of(source),
            Shown::of(object)
        ),
        "Name the object it belongs to with --object NAME: a new one, or this one to load it there all the same.",
    )
    .at(&part.file)
}

/// What the file itself declares to name its rows is the native ID, unless its values contradict that.
fn propose_primary_key(scan: &Scan, guesses: &mut [columns::Guess]) {
    let Some(key) = &scan.native_id_hint else { return };
    let Some(at) = scan.columns.iter().position(|name| name == key) else { return };
    let values = scan.sample.iter().map(|row| row.get(at).and_then(|cell| cell.as_deref()));
    if at >= guesses.len() || columns::contradiction(ColumnRole::NativeId, None, values).is_some() {
        return;
    }
    for guess in guesses.iter_mut().filter(|guess| guess.role == ColumnRole::NativeId) {
        guess.role = ColumnRole::ForeignKey;
    }
    guesses[at] = columns::Guess::new(ColumnRole::NativeId, "primary key of the table");
}

fn apply_native_id(
    request: &LoadRequest,
    part: &Part,
    names: &[String],
    guesses: &mut [columns::Guess],
) -> Result<(), LoadError> {
    let Some(wanted) = &request.native_id else { return Ok(()) };
    for guess in guesses.iter_mut().filter(|guess| guess.role == ColumnRole::NativeId) {
        guess.role = ColumnRole::ForeignKey;
    }
    if wanted == "none" && !names.iter().any(|name| name == "none") {
        return Ok(());
    }
    let at = names
        .iter()
        .position(|name| name == wanted)
        .or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)));
    let Some(at) = at else {
        let some: Vec<String> = names.iter().take(6).map(|name| Shown::of(name).to_plain()).collect();
        return Err(LoadError::new(
            LoadErrorKind::Usage,
            "no_such_column",
            format!("{} has no column {}. Nothing of it was loaded.", files::name_of(&part.file), Shown::of(wanted)),
            format!("It has {}{}.", some.join(", "), if names.len() > 6 { " and more" } else { "" }),
        )
        .at(&part.file));
    };
    guesses[at] = columns::Guess::new(ColumnRole::NativeId, "set by hand");
    Ok(())
}

fn column_warnings(object: Option<i64>, overlay: &Overlay) -> Vec<String> {
    if object.is_none() {
        return Vec::new();
    }
    let list = |names: &[&str]| {
        let some: Vec<String> = names.iter().take(3).map(|name| Shown::of(name).to_plain()).collect();
        let more = names.len().saturating_sub(3);
        if more > 0 { format!("{} and {more} more", some.join(", ")) } else { some.join(", ") }
    };
    let mut warnings = Vec::new();
    let added = overlay.added();
    if !added.is_empty() {
        warnings.push(format!("New columns that earlier loads of the object did not have: {}.", list(&added)));
    }
    if !overlay.absent.is_empty() {
        let absent: Vec<&str> = overlay.absent.iter().map(String::as_str).collect();
        warnings.push(format!("Columns of the object that this file does not have: {}.", list(&absent)));
    }
    warnings
}

/// Spreadsheets take the leading zeros of IDs; where the widths say so, that is said.
fn zero_warnings(kind: SystemKind, overlay: &Overlay, scan: &Scan) -> Vec<String> {
    if !scan.format.is_workbook() && kind != SystemKind::Spreadsheet {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    for (at, position) in overlay.positions.iter().enumerate() {
        let column = &overlay.columns[*position];
        if !matches!(column.role, ColumnRole::OtherId | ColumnRole::ForeignKey) {
            continue;
        }
        let values = scan.sample.iter().filter_map(|row| row.get(at).and_then(|cell| cell.as_deref()));
        if let Some((count, width)) = columns::lost_zeros_suspected(values) {
            warnings.push(format!(
                "{}: {count} of the first {} numbers are shorter than {width} digits; a spreadsheet may have taken their \
                 leading zeros. Lookup shows such matches as a guess, nothing is joined by them.",
                Shown::of(&column.name),
                scan.sample.len()
            ));
        }
    }
    warnings
}

impl Plan {
    /// For a person to look at before anything is loaded.
    pub(super) fn proposal(&self, scan: &Scan, part: &Part) -> Proposal {
        let mut warnings = scan.warnings.clone();
        warnings.extend(self.warnings.iter().cloned());
        let columns = self.overlay.positions.iter().map(|position| self.overlay.columns[*position].clone()).collect();
        Proposal {
            file: files::title(part),
            source: self.source.clone(),
            kind: self.kind,
            object: self.object_name.clone(),
            existing: self.object.is_some(),
            already: None,
            read_as: read::describe(scan),
            recognised: self.evidence.clone(),
            segment: self.segment.clone(),
            columns,
            sample: scan.sample.iter().take(20).cloned().collect(),
            warnings,
        }
    }
}

/// What would be done with each file, for a person to look at and overrule. Reads every file once.
///
/// # Errors
/// If a path is not there or the job was cancelled; a file that cannot be read is told in its place.
pub fn propose(
    workspace: &Workspace,
    request: &mut LoadRequest,
    job: &Job,
) -> Result<Vec<Result<Proposal, LoadError>>, LoadError> {
    let (found, _) = files::find_files(&request.files)?;
    let reader = workspace.reader()?;
    let mut proposals = Vec::new();
    for file in found {
        let parts = match read::list_parts(&file.path, &request.options) {
            Ok(parts) => parts.parts,
            Err(error) => {
                proposals.push(Err(error.into()));
                continue;
            }
        };
        for part in parts {
            job.check().map_err(|_| LoadError::cancelled(&file.path))?;
            proposals.push(propose_part(reader.conn(), request, &part, job));
        }
    }
    Ok(proposals)
}

fn propose_part(conn: &Connection, request: &mut LoadRequest, part: &Part, job: &Job) -> Result<Proposal, LoadError> {
    let scan = read::scan(part, &request.options, job)?;
    let sha256 = crate::workspace::audit::hex(&scan.sha256);
    // A proposal never asks: the person looks at it anyway.
    let asked = request.on_clash.replace(Box::new(|_| ClashAnswer::SameObject));
    let plan = plan(conn, request, part, &scan);
    request.on_clash = asked;
    let plan = plan?;
    let mut proposal = plan.proposal(&scan, part);
    let object = if request.names_target() { plan.object } else { None };
    if !(request.names_target() && plan.object.is_none()) {
        proposal.already = catalog::load_of_bytes(conn, &sha256, object)?;
    }
    Ok(proposal)
}
