//! `cutover load`: files and folders into the workspace; `--undo` takes a load out again.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::Args;

use super::output::{self, Output};
use super::{Common, Failure, exit, place, progress};
use crate::mapping::MappingError;
use crate::mapping::suggest::{self, Accepted};
use crate::sources::load::{self, Clash, ClashAnswer, LoadRequest, Loaded, Report};
use crate::sources::read::{Limits, ReadOptions};
use crate::sources::versions::window;
use crate::sources::{Column, ColumnRole, Load, LoadId, ObjectId, Proposal, SystemKind};
use crate::values::format::{self, thousands};
use crate::values::shown::Shown;

/// Load export files or folders.
///
/// The source is the file's folder, the object its name without a date, unless these say nothing and a preset recognises
/// the header (see cutover presets); both can be named. A later file of an object
/// makes new versions of the records that changed. The same bytes again change nothing.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Files and folders (CSV, TSV, JSON, NDJSON, XLSX, XLS, ODS, SQLite; zip and gzip of these)
    #[arg(required_unless_present = "undo", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take this load out again, with all that came of it
    #[arg(long, value_name = "LOAD", conflicts_with = "files")]
    undo: Option<i64>,
    /// The system that the files come from [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What the rows are [default: the file's name without date]
    #[arg(long, value_name = "NAME")]
    object: Option<String>,
    /// What sort of system the source is
    #[arg(long, value_name = "KIND", value_parser = SystemKind::ALL.map(SystemKind::word))]
    kind: Option<String>,
    /// The column with the native ID (`none`: there is none) [default: found from header and data]
    #[arg(long, value_name = "COLUMN")]
    native_id: Option<String>,
    /// The moment the export shows, RFC 3339 or a date [default: the date in its name, else its last change]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// The files hold changes only: what they lack has not vanished
    #[arg(long)]
    delta: bool,
    /// From when to when the files cover changes: two dates or moments with .. between [default: from the column of last
    /// changes]
    #[arg(long, value_name = "FROM..TO")]
    window: Option<String>,
    /// `auto`: accept the suggestions of maps above the margin for what was loaded, and say which
    #[arg(long, value_name = "HOW", value_parser = ["auto"], conflicts_with_all = ["undo", "dry_run"])]
    map: Option<String>,
    /// Say how each file would be read and where it would go, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the presets (*.toml) of this folder into use as well
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// Field delimiter: one character, or comma, tab, semicolon, pipe
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,
    /// Quote character, or none
    #[arg(long, value_name = "CHAR")]
    quote: Option<String>,
    /// Physical line of the header, from 1, or none
    #[arg(long, value_name = "LINE")]
    header_line: Option<String>,
    /// Encoding of the text: utf-8, windows-1252, utf-16le …
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The longest row, in MiB
    #[arg(long, value_name = "N", default_value_t = 64)]
    max_row_mb: usize,
    /// The most columns
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    max_columns: usize,
    /// The most members of an archive
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    max_members: usize,
    /// The most unpacked bytes for each packed byte
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_ratio: u64,
}

impl LoadArgs {
    fn options(&self) -> Result<ReadOptions, Failure> {
        let one = |name: &str, text: &str| -> Result<u8, Failure> {
            let named = match text {
                "comma" => Some(b','),
                "tab" | "\\t" => Some(b'\t'),
                "semicolon" => Some(b';'),
                "pipe" => Some(b'|'),
                "colon" => Some(b':'),
                "space" => Some(b' '),
                _ => None,
            };
            match (named, text.as_bytes()) {
                (Some(byte), _) => Ok(byte),
                (None, [byte]) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(*byte),
                _ => Err(Failure::usage(
                    format!("--{name} takes one ASCII character, not “{}”.", Shown::of(text)),
                    "Name it comma, tab, semicolon or pipe, or write it.",
                )),
            }
        };
        let delimiter = self.delimiter.as_deref().map(|text| one("delimiter", text)).transpose()?;
        let quote = match self.quote.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some("double") => Some(Some(b'"')),
            Some("single") => Some(Some(b'\'')),
            Some(text) => Some(Some(one("quote", text)?)),
        };
        if delimiter.is_some() && quote.flatten() == delimiter {
            return Err(Failure::usage(
                "The delimiter and the quote are the same character.",
                "Name two different ones.",
            ));
        }
        let header_line = match self.header_line.as_deref() {
            None => None,
            Some("none" | "0") => Some(None),
            Some(text) => Some(Some(text.parse::<u64>().map_err(|_| {
                Failure::usage(
                    format!("--header-line takes a line number or none, not “{}”.", Shown::of(text)),
                    "Lines count from 1.",
                )
            })?)),
        };
        Ok(ReadOptions {
            delimiter,
            quote,
            header_line,
            encoding: self.encoding.clone(),
            limits: Limits {
                row_bytes: self.max_row_mb.clamp(1, 4_000) << 20,
                columns: self.max_columns.max(1),
                members: self.max_members.max(1),
                ratio: self.max_ratio.max(1),
                ..Limits::default()
            },
        })
    }

    fn window(&self) -> Result<Option<(String, String)>, Failure> {
        let Some(text) = self.window.as_deref() else { return Ok(None) };
        let moments = text.split_once("..").and_then(|(from, to)| Some((window::moment(from)?, window::moment(to)?)));
        match moments {
            Some((from, to)) if from <= to => Ok(Some((window::written(from), window::written(to)))),
            _ => Err(Failure::usage(
                format!("--window takes two dates or moments, the earlier first, not “{}”.", Shown::of(text)),
                "Write 2025-11-07..2025-11-14 or 2025-11-07T06:00:00Z..2025-11-14T06:00:00Z.",
            )),
        }
    }

    fn as_of(&self) -> Result<Option<String>, Failure> {
        let Some(text) = self.as_of.as_deref() else { return Ok(None) };
        let at = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
        });
        match at {
            Some(at) => Ok(Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())),
            None => Err(Failure::usage(
                format!("--as-of takes a date or a moment, not “{}”.", Shown::of(text)),
                "Write 2025-11-14 or 2025-11-14T06:00:00Z.",
            )),
        }
    }
}

pub(super) fn run(args: LoadArgs, common: &Common, output: &Output) -> Result<u8, Failure> {
    if let Some(load) = args.undo {
        return take_out(LoadId(load), common, output);
    }
    let maps = args.map.is_some();
    let mut request = LoadRequest {
        options: args.options()?,
        as_of: args.as_of()?,
        window: args.window()?,
        files: args.files,
        source: args.source.filter(|name| !name.trim().is_empty()),
        object: args.object.filter(|name| !name.trim().is_empty()),
        kind: args.kind.as_deref().and_then(SystemKind::from_word),
        native_id: args.native_id,
        delta: args.delta,
        dry_run: args.dry_run,
        on_clash: (output::is_interactive() && !output.json)
            .then(|| Box::new(ask) as Box<dyn FnMut(&Clash) -> ClashAnswer + Send>),
        ..LoadRequest::default()
    };
    super::presets::folder_is_there(args.presets.as_deref())?;
    let workspace = place::open(common, !request.dry_run)?;
    output.use_mask_of(&workspace)?;
    super::presets::complain();
    let report = progress::watch(|job| load::load(&workspace, &mut request, job))??;
    if !request.dry_run {
        let reader = workspace.reader()?;
        if let Ok(inventory) = crate::sources::store::catalog::inventory(reader.conn()) {
            place::remember(workspace.file(), inventory.records);
        }
    }
    if !maps {
        return tell(&report, output);
    }
    let mut objects: Vec<ObjectId> = report.loads.iter().filter_map(done).map(|load| load.object).collect();
    objects.sort_unstable();
    objects.dedup();
    // What was loaded is there, whatever becomes of the maps: it is told first.
    match progress::watch(|job| suggest::accept(&workspace, &objects, MAPPED, job))? {
        Ok(accepted) => tell_with(&report, Some(&accepted), output),
        Err(error) => {
            tell(&report, output)?;
            Err(not_mapped(error))
        }
    }
}

/// Why the maps were changed, in their history.
const MAPPED: &str = "suggestions above the margin, accepted with the load";

/// What was loaded stays loaded; no map was changed.
fn not_mapped(error: MappingError) -> Failure {
    let hint = error.hint();
    match error {
        MappingError::Workspace(error) => error.into(),
        MappingError::Cancelled => Failure::new(
            exit::CANCELLED,
            "cancelled",
            "Cancelled. The files are loaded; nothing was mapped.",
            "`cutover map suggest` shows what is proposed.",
        ),
        other => {
            Failure::new(exit::WORKSPACE, "map", format!("The files are loaded; nothing was mapped: {other}"), hint)
        }
    }
}

/// What was mapped, as people read it.
fn mapped_in_words(accepted: &[Accepted]) -> String {
    let mut text = String::new();
    for map in accepted {
        text.push_str(&format!(
            "Mapped {} › {} to {}: {} accepted, {} left for a person\n",
            Shown::of(&map.source),
            Shown::of(&map.object),
            map.entity,
            format::count(map.fields.len() as u64, "suggestion", "suggestions"),
            format::count(map.open as u64, "column", "columns"),
        ));
        for field in &map.fields {
            text.push_str(&format!(
                "  {} ← {} · {} · {:.2}\n",
                field.field,
                Shown::of(&field.from.join(", ")),
                field.rule,
                field.confidence
            ));
        }
    }
    if accepted.is_empty() {
        text.push_str("No suggestion stands above the margin; nothing was mapped.\n");
    } else {
        text.push_str("None of it is reviewed. `cutover undo` takes all of it back.\n");
    }
    text
}

/// Prints what became of each file; exits 2 if any failed.
pub(super) fn tell(report: &Report, output: &Output) -> Result<u8, Failure> {
    tell_with(report, None, output)
}

fn tell_with(report: &Report, accepted: Option<&[Accepted]>, output: &Output) -> Result<u8, Failure> {
    let failures: Vec<Failure> = report.failed.iter().map(failure_of).collect();
    if output.json {
        let loads: Vec<serde_json::Value> = report.loads.iter().map(to_json).collect();
        let mut object = serde_json::json!({ "loads": loads });
        if !report.skipped.is_empty() {
            object["skipped"] =
                report.skipped.iter().map(|s| serde_json::json!({ "file": s.name, "reason": s.why })).collect();
        }
        if let Some(accepted) = accepted {
            object["mapped"] = serde_json::json!(accepted);
        }
        if let Some(first) = failures.first() {
            object["error"] = first.to_json();
            object["errors"] = failures.iter().map(Failure::to_json).collect();
        }
        output.object(&object)?;
    } else {
        let mut text = String::new();
        for loaded in &report.loads {
            text.push_str(&in_words(loaded));
        }
        for skipped in &report.skipped {
            text.push_str(&format!(
                "Left {} aside: {}.\n",
                Shown::of(&skipped.name),
                Shown::of(skipped.why.trim_end_matches('.'))
            ));
        }
        if report.loads.len() > 1 {
            let done: Vec<&Load> = report.loads.iter().filter_map(done).collect();
            let sum = |f: fn(&Load) -> u64| done.iter().map(|load| f(load)).sum::<u64>();
            text.push_str(&format!(
                "{}: {} rows in files = {} records + {} quarantined.\n",
                format::count(done.len() as u64, "load", "loads"),
                thousands(sum(|l| l.rows)),
                thousands(sum(|l| l.records)),
                thousands(sum(|l| l.quarantined))
            ));
        }
        text.push_str(&accepted.map(mapped_in_words).unwrap_or_default());
        output.text(&text)?;
    }
    for failure in &failures {
        output::say(&format!("cutover: {}", failure.line()));
    }
    if report.loads.is_empty() && failures.is_empty() {
        output::say("cutover: There is no export there; nothing was loaded. Name the files themselves.");
        return Ok(exit::NOT_HELD);
    }
    Ok(failures.iter().map(|failure| failure.exit).max().unwrap_or(exit::DONE))
}

fn failure_of(error: &load::LoadError) -> Failure {
    error.clone().into()
}

fn done(loaded: &Loaded) -> Option<&Load> {
    match loaded {
        Loaded::Done(load) => Some(load),
        _ => None,
    }
}

/// A load as the contract has it.
pub(super) fn load_json(load: &Load) -> serde_json::Value {
    serde_json::json!({
        "load": load.id.0, "file": load.file, "source": load.source_name, "object": load.object_name, "rows": load.rows,
        "records": load.records, "quarantined": load.quarantined, "new": load.new, "changed": load.changed,
        "unchanged": load.unchanged, "vanished": load.vanished, "encoding": load.encoding,
        "dialect": dialect_json(load), "native_id": load.native_id, "as_of": load.as_of, "loaded_at": load.loaded_at,
        "loaded_by": load.loaded_by, "delta": load.delta, "sha256": load.sha256, "bytes": load.bytes,
        "read_as": load.read_as, "warnings": load.warnings, "seconds": load.millis as f64 / 1000.0,
    })
}

fn dialect_json(load: &Load) -> serde_json::Value {
    if load.delimiter.is_none() && load.header_line.is_none() {
        return serde_json::Value::Null;
    }
    let sign = load.delimiter.as_deref().map(|name| match name {
        "comma" => ",".to_owned(),
        "tab" => "\t".to_owned(),
        "semicolon" => ";".to_owned(),
        "pipe" => "|".to_owned(),
        "colon" => ":".to_owned(),
        "caret" => "^".to_owned(),
        "tilde" => "~".to_owned(),
        other => other.to_owned(),
    });
    serde_json::json!({ "delimiter": sign, "quote": load.quote, "header_line": load.header_line })
}

fn to_json(loaded: &Loaded) -> serde_json::Value {
    match loaded {
        Loaded::Done(load) => load_json(load),
        Loaded::Already { file, load } => {
            // Nothing new: every record of the file is there, unchanged.
            let mut json = load_json(load);
            json["file"] = file.as_str().into();
            json["already_loaded"] = true.into();
            json["unchanged"] = load.records.into();
            json["new"] = 0.into();
            json["changed"] = 0.into();
            json["vanished"] = 0.into();
            json["seconds"] = 0.0.into();
            json
        }
        Loaded::WouldLoad(proposal) => proposal_json(proposal),
    }
}

fn proposal_json(proposal: &Proposal) -> serde_json::Value {
    let native = proposal.columns.iter().find(|column| column.role == ColumnRole::NativeId).map(|c| c.name.clone());
    let columns: Vec<serde_json::Value> = proposal.columns.iter().map(column_json).collect();
    serde_json::json!({
        "dry_run": true, "file": proposal.file, "source": proposal.source, "kind": proposal.kind.word(),
        "object": proposal.object, "existing": proposal.existing, "already": proposal.already.map(|l| l.0),
        "read_as": proposal.read_as, "recognised": proposal.recognised, "segment": proposal.segment, "native_id": native, "columns": columns, "warnings": proposal.warnings,
    })
}

/// A column with its role.
pub(super) fn column_json(column: &Column) -> serde_json::Value {
    serde_json::json!({
        "column": column.name, "position": column.position, "role": column.role, "evidence": column.evidence, "by_hand": column.by_hand,
        "points_to": column.points_to, "meaning": column.meaning, "separator": column.separator, "dates": column.dates,
    })
}

fn in_words(loaded: &Loaded) -> String {
    let mut text = String::new();
    match loaded {
        Loaded::Done(load) => {
            text.push_str(&format!(
                "Loaded {} into {} › {}: {} = {} + {} quarantined; {} new, {} changed, {} unchanged",
                Shown::of(&load.file),
                Shown::of(&load.source_name),
                Shown::of(&load.object_name),
                format::count(load.rows, "row", "rows"),
                format::count(load.records, "record", "records"),
                thousands(load.quarantined),
                thousands(load.new),
                thousands(load.changed),
                thousands(load.unchanged)
            ));
            if load.vanished > 0 {
                text.push_str(&format!(", {} vanished", thousands(load.vanished)));
            }
            text.push_str(&format!(".\n  load {} · {}", load.id, Shown::of(&load.read_as)));
            match &load.native_id {
                Some(column) => text.push_str(&format!(" · native ID {}", Shown::of(column))),
                None => text.push_str(" · no native ID"),
            }
            text.push_str(&format!(" · {}\n", format::duration(std::time::Duration::from_millis(load.millis))));
            for warning in &load.warnings {
                text.push_str(&format!("  ! {}\n", Shown::of(warning)));
            }
        }
        Loaded::Already { file, load } => {
            text.push_str(&format!(
                "{}: these bytes are load {} already ({}). Nothing changed.\n",
                Shown::of(file),
                load.id,
                load.as_of.get(..10).unwrap_or(&load.as_of)
            ));
        }
        Loaded::WouldLoad(proposal) => {
            let at = if proposal.existing { "later load of" } else { "new object" };
            text.push_str(&format!(
                "{}: {} {} › {} · {}\n",
                Shown::of(&proposal.file),
                at,
                Shown::of(&proposal.source),
                Shown::of(&proposal.object),
                Shown::of(&proposal.read_as)
            ));
            if let Some(recognised) = &proposal.recognised {
                let segment = proposal.segment.as_ref().map(|name| format!("; its part {name}")).unwrap_or_default();
                text.push_str(&format!("  recognised as {}{}\n", Shown::of(recognised), Shown::of(&segment)));
            }
            for column in proposal.columns.iter().filter(|column| column.role != ColumnRole::Plain) {
                let why = if column.evidence.is_empty() { String::new() } else { format!(": {}", column.evidence) };
                text.push_str(&format!(
                    "  {} is {}{}\n",
                    Shown::of(&column.name),
                    column.role.label(),
                    Shown::of(&why)
                ));
            }
            for warning in &proposal.warnings {
                text.push_str(&format!("  ! {}\n", Shown::of(warning)));
            }
        }
    }
    text
}

fn take_out(load: LoadId, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let gone = progress::watch(|job| load::take_out(&workspace, load, job))??;
    if output.json {
        return output.object(&serde_json::json!({ "undone": load_json(&gone) }));
    }
    output.text(&format!(
        "Took out load {}, {}: {} records and {} quarantined rows of it are gone from {} › {}.\n",
        gone.id,
        Shown::of(&gone.file),
        thousands(gone.records),
        thousands(gone.quarantined),
        Shown::of(&gone.source_name),
        Shown::of(&gone.object_name)
    ))
}

/// Asks a person about a file whose header is not that of its object.
fn ask(clash: &Clash) -> ClashAnswer {
    let mut err = std::io::stderr();
    let _ = write!(
        err,
        "{} has {} columns, {} › {} has {}; {} are the same.\n  Enter leaves it out · y loads it there all the same · or type the name of a new object: ",
        Shown::of(&clash.file),
        clash.file_columns,
        Shown::of(&clash.source),
        Shown::of(&clash.object),
        clash.object_columns,
        clash.shared
    );
    let _ = err.flush();
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).is_err() {
        return ClashAnswer::Refuse;
    }
    match line.trim() {
        "" => ClashAnswer::Refuse,
        "y" | "Y" => ClashAnswer::SameObject,
        name => ClashAnswer::Object(name.to_owned()),
    }
}
