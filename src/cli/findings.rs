//! `cutover findings`: what the detectors found, each with its rule, its figures and its records.

use std::collections::BTreeMap;
use std::io::Write;

use clap::{Args, ValueEnum};

use super::output::{Output, Table};
use super::records::{key_of, value_of};
use super::{Common, Failure, exit, place, progress};
use crate::sources::store::{catalog, rows};
use crate::sources::survey::detect::Kind;
use crate::sources::survey::{self, Finding, Surveyed};
use crate::sources::{Inventory, Object, ObjectId, SourceRecord};
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;
use crate::values::spreadsheet::spreadsheet_safe;
use crate::workspace::{Mode, Reader, Stopped, Workspace};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RowFormat {
    Table,
    Csv,
}

/// What the detectors found: shared inboxes, placeholders, broken relations, tests, truncated columns, …
///
/// Each finding has a number; --rows with that number lists its records. The survey is made anew when a load came or went.
#[derive(Debug, Args)]
pub(super) struct Findings {
    /// SOURCE or SOURCE.OBJECT [default: everything]
    #[arg(value_name = "SOURCE[.OBJECT]")]
    object: Option<String>,
    /// Only findings of this kind, such as shared_inbox
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// List the records of this finding, by its number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["object", "kind"])]
    rows: Option<i64>,
    /// How records are listed; CSV is safe to open in a spreadsheet
    #[arg(long, value_enum, default_value = "table", requires = "rows")]
    format: RowFormat,
}

pub(super) fn run(args: &Findings, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let inventory = inventory(&workspace)?;
    if let Some(kind) = args.kind.as_deref().filter(|kind| Kind::ALL.iter().all(|known| known.word() != *kind)) {
        let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        return Err(Failure::usage(
            format!("There is no kind of finding {}.", Shown::of(kind)),
            format!("Kinds are {}.", words.join(", ")),
        ));
    }
    let meant = objects_meant(args.object.as_deref(), &inventory)?;
    let surveyed = survey(common, &workspace)?;
    let reader = workspace.reader()?;
    if let Some(number) = args.rows {
        return list_rows(args, number, &surveyed, &inventory, &reader, output);
    }
    let found: Vec<&Finding> = surveyed
        .survey
        .findings
        .iter()
        .filter(|finding| {
            meant.contains(&finding.object) && args.kind.as_ref().is_none_or(|kind| *kind == finding.kind)
        })
        .collect();
    if output.json {
        let findings: Vec<serde_json::Value> =
            found.iter().map(|finding| to_json(finding, &inventory, output)).collect();
        return output.object(&serde_json::json!({ "findings": findings }));
    }
    if found.is_empty() {
        return output.text("The detectors found nothing.\n");
    }
    output.text(&in_words(&found, &inventory, output))?;
    Ok(exit::DONE)
}

/// What is loaded.
pub(super) fn inventory(workspace: &Workspace) -> Result<Inventory, Failure> {
    let reader = workspace.reader()?;
    catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e).into())
}

/// The survey, made now if it is stale, beside a progress bar; stored unless the workspace is only read.
pub(super) fn survey(common: &Common, workspace: &Workspace) -> Result<Surveyed, Failure> {
    // Reading commands open the workspace for reading; only a stale survey has something to write.
    let reader = workspace.reader()?;
    let stored = survey::stored(reader.conn()).map_err(|e| reader.explain(&e))?;
    let is_fresh = stored.is_some_and(|survey| survey.fresh);
    let writing = (!is_fresh && !common.read_only)
        .then(|| Workspace::open(workspace.file(), Mode::Write, workspace.actor()).ok())
        .flatten();
    let workspace = writing.as_ref().unwrap_or(workspace);
    progress::watch(|job| survey::run_with_rows(workspace, job))?.map_err(|e| e.at(&reader).into())
}

fn objects_meant(name: Option<&str>, inventory: &Inventory) -> Result<Vec<ObjectId>, Failure> {
    let all = || inventory.sources.iter().flat_map(|source| &source.objects);
    let Some(name) = name else { return Ok(all().map(|object| object.id).collect()) };
    let wanted = name.to_lowercase();
    let is_meant = |object: &&Object| {
        let names = [
            format!("{}.{}", object.source_name, object.name),
            format!("{}/{}", object.source_name, object.name),
            object.source_name.clone(),
            object.name.clone(),
        ];
        names.iter().any(|have| have.to_lowercase() == wanted)
    };
    let meant: Vec<ObjectId> = all().filter(is_meant).map(|object| object.id).collect();
    if meant.is_empty() {
        return Err(Failure::usage(format!("There is no object {}.", Shown::of(name)), "cutover sources lists them."));
    }
    Ok(meant)
}

fn object(inventory: &Inventory, id: ObjectId) -> Option<&Object> {
    inventory.sources.iter().flat_map(|source| &source.objects).find(|object| object.id == id)
}

fn title(inventory: &Inventory, id: ObjectId) -> String {
    object(inventory, id).map_or_else(String::new, |object| format!("{} › {}", object.source_name, object.name))
}

fn value(finding: &Finding, inventory: &Inventory, text: &str, output: &Output) -> String {
    let column = finding.column.and_then(|at| object(inventory, finding.object)?.columns.get(at));
    match column {
        Some(column) => value_of(output, column.role, text),
        None => output.value(text),
    }
}

fn to_json(finding: &Finding, inventory: &Inventory, output: &Output) -> serde_json::Value {
    let values: Vec<serde_json::Value> = finding
        .values
        .iter()
        .map(|v| serde_json::json!({ "value": value(finding, inventory, &v.text, output), "count": v.count }))
        .collect();
    let object = object(inventory, finding.object);
    serde_json::json!({
        "finding": finding.id, "kind": finding.kind, "title": finding.title,
        "source": object.map(|object| &object.source_name), "object": object.map(|object| &object.name),
        "column": finding.column_name, "records": finding.records, "rule": finding.rule, "values": values,
    })
}

fn in_words(found: &[&Finding], inventory: &Inventory, output: &Output) -> String {
    let mut table =
        Table::new(&[("no.", true), ("what", false), ("where", false), ("records", true), ("values", false)]);
    // Columns that nobody uses are many; one line for each object names them.
    let mut unused: BTreeMap<(ObjectId, bool), Vec<&Finding>> = BTreeMap::new();
    for finding in found {
        if finding.kind == Kind::UnusedColumn.word() {
            unused.entry((finding.object, finding.values.is_empty())).or_default().push(finding);
            continue;
        }
        let place = match &finding.column_name {
            Some(column) => format!("{} › {column}", title(inventory, finding.object)),
            None => title(inventory, finding.object),
        };
        let values: Vec<String> = finding
            .values
            .iter()
            .take(3)
            .map(|v| {
                format!(
                    "{} {}",
                    value(finding, inventory, &v.text.chars().take(40).collect::<String>(), output),
                    thousands(v.count)
                )
            })
            .collect();
        table.row(vec![
            Shown::of(&finding.id.to_string()),
            Shown::of(&finding.title),
            Shown::of(&place),
            Shown::of(&thousands(finding.records)),
            Shown::of(&values.join(" · ")),
        ]);
    }
    let mut text = if found.len() > unused.values().map(Vec::len).sum() { table.render(60) } else { String::new() };
    if !unused.is_empty() {
        text.push_str("\nunused columns\n");
        for ((object, never), findings) in unused {
            let names: Vec<String> = findings
                .iter()
                .map(|finding| Shown::of(finding.column_name.as_deref().unwrap_or_default()).to_plain())
                .collect();
            text.push_str(&format!(
                "  {}, {}: {}\n",
                Shown::of(&title(inventory, object)),
                if never { "never filled" } else { "one value only" },
                names.join(", ")
            ));
        }
    }
    text.push_str(&format!(
        "{}. cutover findings --rows NUMBER lists the records of one; --json has the rules.\n",
        count(found.len() as u64, "finding", "findings")
    ));
    text
}

fn list_rows(
    args: &Findings,
    number: i64,
    surveyed: &Surveyed,
    inventory: &Inventory,
    reader: &Reader,
    output: &Output,
) -> Result<u8, Failure> {
    let Some(finding) = surveyed.survey.findings.iter().find(|finding| finding.id == number) else {
        return Err(Failure::usage(
            format!("There is no finding {number}."),
            "cutover findings lists them with their numbers.",
        ));
    };
    let recs = surveyed.rows_of(reader.conn(), number).map_err(|e| Failure::from(reader.explain(&e)))?;
    let object = object(inventory, finding.object);
    let (source, name, columns) = object.map_or(("", "", &[][..]), |o| (&o.source_name, &o.name, &o.columns[..]));
    let record = |rec| {
        rows::record_of(reader.conn(), source, name, finding.object, columns, rec)
            .map_err(|e| Failure::from(reader.explain(&e)))
    };
    let stopped = |error: std::io::Error| Failure::stopped(Stopped::Taker(error), reader);
    let mut out = output.stream();
    if output.json {
        for rec in recs {
            if let Some(record) = record(rec)? {
                let line = serde_json::json!({
                    "record": key_of(output, &record), "load": record.load.0, "line": record.line,
                    "value": value_at(finding, &record, output), "title": Shown::of(&name_of(&record, output)).to_plain(),
                });
                super::output::write_json(&mut out, &line).and_then(|()| out.write_all(b"\n")).map_err(stopped)?;
            }
        }
        out.flush().map_err(stopped)?;
        return Ok(exit::DONE);
    }
    let head = finding.column_name.clone().unwrap_or_else(|| "value".to_owned());
    if args.format == RowFormat::Csv {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        let io = |e: csv::Error| match e.into_kind() {
            csv::ErrorKind::Io(error) => stopped(error),
            _ => stopped(std::io::Error::other("the row could not be written")),
        };
        csv.write_record(["record", "load", "line", "name", &spreadsheet_safe(&head)]).map_err(io)?;
        for rec in recs {
            if let Some(record) = record(rec)? {
                let cells = [
                    key_of(output, &record),
                    record.load.to_string(),
                    record.line.to_string(),
                    name_of(&record, output),
                    value_at(finding, &record, output).unwrap_or_default(),
                ];
                csv.write_record(cells.iter().map(|cell| spreadsheet_safe(cell).into_owned())).map_err(io)?;
            }
        }
        csv.flush().map_err(stopped)?;
        return Ok(exit::DONE);
    }
    let mut text = format!(
        "{}: {}, {}\n{}\n\n",
        Shown::of(&finding.title),
        Shown::of(&title(inventory, finding.object)),
        count(finding.records, "record", "records"),
        Shown::of(&output.sentence(&finding.rule))
    );
    let mut table = Table::new(&[("record", false), ("name", false), ("value", false)]);
    for rec in recs.iter().take(LISTED) {
        if let Some(record) = record(*rec)? {
            table.row(vec![
                Shown::of(&key_of(output, &record)),
                Shown::of(&name_of(&record, output)),
                Shown::of(&value_at(finding, &record, output).unwrap_or_default()),
            ]);
        }
    }
    text.push_str(&table.render(60));
    if recs.len() > LISTED {
        text.push_str(&format!(
            "and {} more; --json or --format csv lists all.\n",
            thousands((recs.len() - LISTED) as u64)
        ));
    }
    output.text(&text)?;
    Ok(exit::DONE)
}

/// Records listed for people.
const LISTED: usize = 200;

/// The value concerned, where the finding is about a column.
fn value_at(finding: &Finding, record: &SourceRecord, output: &Output) -> Option<String> {
    let (_, role, value) = record.values.get(finding.column?)?;
    value.as_deref().map(|value| value_of(output, *role, value))
}

/// What the record is called, and its address.
fn name_of(record: &SourceRecord, output: &Output) -> String {
    use crate::sources::ColumnRole as Role;
    let roles = [Role::GivenName, Role::FamilyName, Role::FullName, Role::OrganizationName, Role::Email];
    let mut parts: Vec<String> = Vec::new();
    for role in roles {
        let is_whole = matches!(role, Role::FullName | Role::OrganizationName) && !parts.is_empty();
        let found = record
            .values
            .iter()
            .find(|(_, has, value)| *has == role && value.as_deref().is_some_and(|v| !v.trim().is_empty()));
        if let Some((_, _, Some(value))) = found.filter(|_| !is_whole) {
            parts.push(output.value(value.trim()));
        }
    }
    parts.join(" ")
}
