//! `cutover loads`: the loads of each object in their order, what is to be known of them, and the difference of two.

use clap::Args;

use super::output::{Output, Table};
use super::records::{key_of, value_of};
use super::{Common, Failure, place, progress};
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::rows;
use crate::sources::versions::{self, Difference, LoadInOrder, LoadRemark};
use crate::sources::{ColumnRole, LoadId, ObjectId, Rec, SourcesError};
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;
use crate::workspace::Reader;

/// The loads of each object in the order in which they are taken, with what is to be known of them: gaps and overlaps in
/// time, exports that came late, files that are versions of one export.
#[derive(Debug, Args)]
pub(super) struct Loads {
    /// SOURCE.OBJECT, or SOURCE for all its objects [default: everything]
    #[arg(value_name = "SOURCE.OBJECT")]
    object: Option<String>,
    /// Hold two loads of one object against each other: records only in one of them, records that differ
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "object")]
    compare: Option<Vec<i64>>,
    /// The most records that a comparison lists of each kind
    #[arg(long, value_name = "N", default_value_t = 20, requires = "compare")]
    limit: usize,
}

pub(super) fn run(args: &Loads, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    if let Some([a, b]) = args.compare.as_deref() {
        return compare(LoadId(*a), LoadId(*b), args.limit, &reader, output);
    }
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    let mut told = Vec::new();
    for object in inventory.sources.iter().flat_map(|source| &source.objects) {
        let names = [
            format!("{}.{}", object.source_name, object.name),
            format!("{}/{}", object.source_name, object.name),
            object.source_name.clone(),
            object.name.clone(),
        ];
        let is_meant =
            args.object.as_ref().is_none_or(|name| names.iter().any(|have| have.to_lowercase() == name.to_lowercase()));
        if is_meant {
            let loads = versions::loads(reader.conn(), object.id).map_err(|e| reader.explain(&e))?;
            let remarks = versions::remarks(reader.conn(), object.id).map_err(|e| reader.explain(&e))?;
            told.push((object, loads, remarks));
        }
    }
    if let Some(name) = args.object.as_ref().filter(|_| told.is_empty()) {
        return Err(Failure::usage(format!("There is no object {}.", Shown::of(name)), "cutover sources lists them."));
    }
    if output.json {
        let objects: Vec<serde_json::Value> = told
            .iter()
            .map(|(object, loads, remarks)| {
                serde_json::json!({
                    "source": object.source_name, "object": object.name, "loads": loads, "remarks": remarks,
                })
            })
            .collect();
        return output.object(&serde_json::json!({ "objects": objects }));
    }
    if told.is_empty() {
        return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
    }
    let texts: Vec<String> = told
        .iter()
        .map(|(object, loads, remarks)| {
            let head = format!("{} › {}\n", Shown::of(&object.source_name), Shown::of(&object.name));
            head + &in_words(loads, remarks)
        })
        .collect();
    output.text(&texts.join("\n"))
}

fn in_words(loads: &[LoadInOrder], remarks: &[LoadRemark]) -> String {
    let mut table = Table::new(&[
        ("load", true),
        ("as of", false),
        ("file", false),
        ("records", true),
        ("new", true),
        ("changed", true),
        ("unchanged", true),
        ("vanished", true),
        ("returned", true),
        ("changes from … to", false),
    ]);
    let number = |n: u64| Shown::of(&if n == 0 { "–".to_owned() } else { thousands(n) });
    let day = |text: &str| text.get(..10).unwrap_or(text).to_owned();
    for load in loads {
        let mut file = load.file.clone();
        if let Some(segment) = &load.segment {
            file.push_str(&format!(" ({segment})"));
        }
        if load.delta {
            file.push_str(" Δ");
        }
        let window = match (&load.window_from, &load.window_to) {
            (Some(from), Some(to)) => format!("{} … {}", day(from), day(to)),
            _ => "–".to_owned(),
        };
        table.row(vec![
            Shown::of(&load.load.to_string()),
            Shown::of(&format!("{}{}", day(&load.as_of), if load.stated { "" } else { " ?" })),
            Shown::of(&file),
            number(load.records),
            number(load.new),
            number(load.changed),
            number(load.unchanged),
            number(load.vanished),
            number(load.returned),
            Shown::of(&window),
        ]);
    }
    let mut text = table.render(40);
    for remark in remarks {
        text.push_str(&format!("  ! {}\n", remark.sentence));
    }
    text
}

fn compare(a: LoadId, b: LoadId, most: usize, reader: &Reader, output: &Output) -> Result<u8, Failure> {
    let told = progress::watch(|job| -> Result<_, SourcesError> {
        job.begin("comparing", 0);
        let difference = versions::difference(reader.conn(), a, b)?;
        let columns = versions::changed_columns(reader.conn(), &difference, job)?;
        Ok((difference, columns))
    })?;
    let (difference, columns) = told.map_err(|e: SourcesError| e.at(reader))?;
    let stretches = Stretches::read(reader.conn()).map_err(|e| reader.explain(&e))?;
    let key = |rec: Rec| -> Result<String, Failure> {
        let record = rows::record(reader.conn(), &stretches, rec).map_err(|e| reader.explain(&e))?;
        Ok(record.map_or_else(String::new, |record| key_of(output, &record)))
    };
    let keys = |recs: &[Rec]| recs.iter().take(most).map(|rec| key(*rec)).collect::<Result<Vec<_>, _>>();
    let only_a = keys(&difference.only_a)?;
    let only_b = keys(&difference.only_b)?;
    let mut changed = Vec::new();
    for (before, after) in difference.changed.iter().take(most) {
        let fields = versions::field_changes(reader.conn(), *before, *after).map_err(|e| reader.explain(&e))?;
        changed.push((key(*after)?, fields));
    }
    let roles = roles(reader, difference.object)?;
    let value = |column: usize, side: &Option<String>| {
        side.as_deref().map(|text| value_of(output, roles.get(column).copied().unwrap_or(ColumnRole::Plain), text))
    };
    if output.json {
        let changed: Vec<serde_json::Value> = changed
            .iter()
            .map(|(key, fields)| {
                let fields: Vec<serde_json::Value> = fields
                    .iter()
                    .map(|field| {
                        serde_json::json!({
                            "column": field.name, "before": value(field.column, &field.before),
                            "after": value(field.column, &field.after),
                        })
                    })
                    .collect();
                serde_json::json!({ "record": key, "changes": fields })
            })
            .collect();
        let columns: Vec<serde_json::Value> = columns
            .iter()
            .map(|(_, name, records)| serde_json::json!({ "column": name, "records": records }))
            .collect();
        return output.object(&serde_json::json!({
            "a": a.0, "b": b.0, "same": difference.same, "only_a": difference.only_a.len(), "only_b": difference.only_b.len(),
            "changed": difference.changed.len(), "undecided": difference.undecided, "changed_columns": columns,
            "records_only_a": only_a, "records_only_b": only_b, "records_changed": changed,
        }));
    }
    let mut text = counts(&difference);
    if !columns.is_empty() {
        let list: Vec<String> = columns
            .iter()
            .take(8)
            .map(|(_, name, records)| format!("{} ({})", Shown::of(name), thousands(*records)))
            .collect();
        let more = columns.len().saturating_sub(8);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text.push_str(&format!("Columns that differ: {}{more}.\n", list.join(", ")));
    }
    for (load, list, all) in [(a, &only_a, difference.only_a.len()), (b, &only_b, difference.only_b.len())] {
        if all > 0 {
            text.push_str(&format!("\nonly in load {load}\n"));
            list.iter().for_each(|key| text.push_str(&format!("  {}\n", Shown::of(key))));
            text.push_str(&rest(all, list.len()));
        }
    }
    if !changed.is_empty() {
        text.push_str("\nchanged\n");
        for (key, fields) in &changed {
            text.push_str(&format!("  {}\n", Shown::of(key)));
            for field in fields {
                let side = |side: &Option<String>| match value(field.column, side) {
                    None => "not given".to_owned(),
                    Some(text) if text.is_empty() => "empty".to_owned(),
                    Some(text) => format!("“{}”", Shown::of(&text)),
                };
                text.push_str(&format!(
                    "    {}: {} → {}\n",
                    Shown::of(&field.name),
                    side(&field.before),
                    side(&field.after)
                ));
            }
        }
        text.push_str(&rest(difference.changed.len(), changed.len()));
    }
    output.text(&text)
}

fn rest(all: usize, listed: usize) -> String {
    match all.saturating_sub(listed) {
        0 => String::new(),
        more => format!("  … and {} more; --limit lists them\n", thousands(more as u64)),
    }
}

fn counts(difference: &Difference) -> String {
    let mut text = format!(
        "Load {} against load {}: {} in both and the same, {} changed, {} only in load {}, {} only in load {}.\n",
        difference.a,
        difference.b,
        count(difference.same, "record", "records"),
        thousands(difference.changed.len() as u64),
        thousands(difference.only_a.len() as u64),
        difference.a,
        thousands(difference.only_b.len() as u64),
        difference.b
    );
    if difference.undecided > 0 {
        text.push_str(&format!(
            "Of those only in load {}, {} no native ID, or one that several rows share: whether they are new or changed nobody \
             can tell.\n",
            difference.b,
            if difference.undecided == 1 { "1 has".to_owned() } else { format!("{} have", thousands(difference.undecided)) }
        ));
    }
    text
}

fn roles(reader: &Reader, object: ObjectId) -> Result<Vec<ColumnRole>, Failure> {
    let columns = catalog::columns_of(reader.conn(), object.0).map_err(|e| reader.explain(&e))?;
    Ok(columns.into_iter().map(|column| column.role).collect())
}
