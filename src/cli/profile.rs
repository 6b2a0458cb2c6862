//! `cutover profile`: what every column holds, and the data dictionary.

mod one;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::{Output, Table};
use super::{Common, Failure, exit, place, progress, records};
use crate::sources::profile::dictionary::{self, Field, HEADS};
use crate::sources::profile::{self, ColumnProfile, ColumnType, Counted, DateOrder, Example, ObjectProfile};
use crate::sources::store::catalog;
use crate::sources::survey::{self, Survey};
use crate::sources::{Inventory, Object, SourcesError};
use crate::values::format::{share_short, thousands};
use crate::values::shown::Shown;
use crate::values::spreadsheet::spreadsheet_safe;
use crate::workspace::private_file;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown
    Md,
    /// One page of HTML that needs nothing beside it
    Html,
    /// CSV in which no cell can act as a formula
    Csv,
}

/// Print what every column holds: type, fill, distinct values, formats, dates, outliers.
///
/// With --format the data dictionary. Names that hold dots are found by the whole; where that is ambiguous, put a name in
/// double quotes: '"Renewals 2.0".Sheet1'.
#[derive(Debug, Args)]
pub(super) struct Profile {
    /// SOURCE, SOURCE.OBJECT or SOURCE.OBJECT.COLUMN [default: everything]
    #[arg(value_name = "SOURCE.OBJECT.COLUMN")]
    name: Option<String>,
    /// The data dictionary in this format
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this new file, readable for its owner alone, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// An object with its profile, and the one column that is meant, if one is.
struct Chosen<'a> {
    object: &'a Object,
    column: Option<usize>,
    profile: ObjectProfile,
}

pub(super) fn run(args: &Profile, common: &Common, output: &Output) -> Result<u8, Failure> {
    // What is made is kept, where the workspace can be written.
    let workspace = match place::open(common, !common.read_only) {
        Ok(workspace) => workspace,
        Err(_) if !common.read_only => place::open(common, false)?,
        Err(failure) => return Err(failure),
    };
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    let meant = meant(&inventory, args.name.as_deref());
    if meant.is_empty() {
        if let Some(name) = &args.name {
            return Err(Failure::usage(
                format!("There is no source, object or column {}.", Shown::of(name)),
                "cutover sources lists sources and objects, cutover profile SOURCE.OBJECT its columns.",
            ));
        }
        if !output.json && args.format.is_none() {
            return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
        }
    }
    let chosen: Result<Vec<Chosen<'_>>, SourcesError> = progress::watch(|job| {
        let mut chosen = Vec::new();
        for (object, column) in meant {
            chosen.push(Chosen { object, column, profile: profile::of_object(&workspace, object.id, job)? });
        }
        Ok(chosen)
    })?;
    let chosen = chosen.map_err(|e| e.at(&reader))?;
    let survey = survey::stored(reader.conn()).map_err(|e| reader.explain(&e))?;
    let survey = survey.as_ref();
    let text = match args.format {
        _ if output.json => format!("{}\n", super::output::json_line(&to_json(&chosen, survey, output))),
        Some(Format::Md) => {
            dictionary::markdown(&fields(&chosen, survey), &|column, value| value_of(output, column, value))
        }
        Some(Format::Html) => {
            dictionary::html(&fields(&chosen, survey), &|column, value| value_of(output, column, value))
        }
        Some(Format::Csv) => csv(&chosen, survey, output)?,
        None => match chosen.as_slice() {
            [one] if one.column.is_some() => one::screen(one, output),
            all => in_words(all, output),
        },
    };
    match &args.output {
        None => output.text(&text),
        Some(path) => {
            write_new(path, &text)?;
            super::output::say(&format!("Wrote {}.", Shown::of(&path.to_string_lossy())));
            Ok(exit::DONE)
        }
    }
}

/// A file that was not there, readable for its owner alone, whole or not at all.
fn write_new(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let name = Shown::of(&path.to_string_lossy()).to_plain();
    private_file::write_whole::<std::io::Error>(path, false, |out| out.write_all(text.as_bytes())).map_err(|error| {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::usage(
                format!("{name} is there already. Nothing was written."),
                "Name a file that is not there.",
            ),
            _ => Failure::io(&name, &error),
        }
    })
}

/// The objects, and columns, that a name means: as written, else without regard to case; a source before an object
/// before a column.
fn meant<'a>(inventory: &'a Inventory, name: Option<&str>) -> Vec<(&'a Object, Option<usize>)> {
    let objects = || inventory.sources.iter().flat_map(|source| &source.objects);
    let Some(name) = name else { return objects().map(|object| (object, None)).collect() };
    for any_case in [false, true] {
        let is = |parts: &[&str]| is_named(name, parts, any_case);
        let of_source: Vec<_> = objects().filter(|object| is(&[&object.source_name])).map(|o| (o, None)).collect();
        if !of_source.is_empty() {
            return of_source;
        }
        let named: Vec<_> = objects()
            .filter(|object| is(&[&object.source_name, &object.name]) || is(&[&object.name]))
            .map(|o| (o, None))
            .collect();
        if !named.is_empty() {
            return named;
        }
        let columns: Vec<_> = objects()
            .flat_map(|object| object.columns.iter().map(move |column| (object, column)))
            .filter(|(object, column)| {
                is(&[&object.source_name, &object.name, &column.name]) || is(&[&object.name, &column.name])
            })
            .map(|(object, column)| (object, Some(column.position)))
            .collect();
        if !columns.is_empty() {
            return columns;
        }
    }
    Vec::new()
}

/// Whether a name typed with dots (or slashes) between its parts is these parts. Parts in double quotes are taken whole.
fn is_named(typed: &str, parts: &[&str], any_case: bool) -> bool {
    let fold = |text: &str| if any_case { text.to_lowercase() } else { text.to_owned() };
    let typed = fold(typed);
    let mut rest = typed.as_str();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            let Some(after) = rest.strip_prefix(['.', '/']) else { return false };
            rest = after;
        }
        let part = fold(part);
        let quoted = format!("\"{part}\"");
        let Some(after) = rest.strip_prefix(&quoted).or_else(|| rest.strip_prefix(&part)) else { return false };
        rest = after;
    }
    rest.is_empty()
}

/// A value for output: IDs and yes or no as they are, everything else masked if asked for.
fn value_of(output: &Output, column: &ColumnProfile, value: &str) -> String {
    if column.kind == ColumnType::Boolean { value.to_owned() } else { records::value_of(output, column.role, value) }
}

impl Chosen<'_> {
    fn columns(&self) -> impl Iterator<Item = &ColumnProfile> {
        self.profile.columns.iter().filter(|column| self.column.is_none_or(|at| at == column.position))
    }
}

fn fields(chosen: &[Chosen<'_>], survey: Option<&Survey>) -> Vec<Field> {
    let field = |chosen: &Chosen<'_>, column: &ColumnProfile| Field {
        source: chosen.object.source_name.clone(),
        object: chosen.object.name.clone(),
        column: column.clone(),
        points_to: survey::points_to(survey, chosen.object, column.position),
    };
    chosen.iter().flat_map(|one| one.columns().map(move |column| field(one, column))).collect()
}

fn csv(chosen: &[Chosen<'_>], survey: Option<&Survey>, output: &Output) -> Result<String, Failure> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    let failed = || Failure::usage("The dictionary could not be written as CSV.", "");
    out.write_record(HEADS).map_err(|_| failed())?;
    for field in fields(chosen, survey) {
        let cells = field.cells(&|column, value| value_of(output, column, value));
        out.write_record(cells.iter().map(|cell| spreadsheet_safe(&Shown::of(cell).to_plain()).into_owned()))
            .map_err(|_| failed())?;
    }
    let bytes = out.into_inner().map_err(|_| failed())?;
    String::from_utf8(bytes).map_err(|_| failed())
}

fn to_json(chosen: &[Chosen<'_>], survey: Option<&Survey>, output: &Output) -> serde_json::Value {
    let columns: Vec<serde_json::Value> = chosen
        .iter()
        .flat_map(|one| one.columns().map(|column| column_json(one.object, column, survey, output)))
        .collect();
    let objects: Vec<serde_json::Value> = chosen
        .iter()
        .map(|one| {
            let periods: Vec<serde_json::Value> = one
                .profile
                .periods
                .iter()
                .map(|period| {
                    let years: Vec<_> = period.years.iter().map(|(year, n)| serde_json::json!({ "year": year, "count": n })).collect();
                    let months: Vec<_> = period
                        .months
                        .iter()
                        .map(|((year, month), n)| serde_json::json!({ "month": format!("{year:04}-{month:02}"), "count": n }))
                        .collect();
                    serde_json::json!({ "column": period.name, "years": years, "months": months })
                })
                .collect();
            serde_json::json!({
                "source": one.object.source_name, "object": one.object.name, "rows": one.profile.rows,
                "loads": one.profile.loads, "periods": periods,
            })
        })
        .collect();
    serde_json::json!({ "columns": columns, "objects": objects })
}

fn column_json(object: &Object, column: &ColumnProfile, survey: Option<&Survey>, output: &Output) -> serde_json::Value {
    let value = |text: &str| value_of(output, column, text);
    let patterns = |list: &[Counted]| -> Vec<serde_json::Value> {
        list.iter().map(|f| serde_json::json!({ "pattern": f.text, "count": f.count })).collect()
    };
    let values: Vec<serde_json::Value> =
        column.top.iter().map(|t| serde_json::json!({ "value": value(&t.text), "count": t.count })).collect();
    let example = |e: &Example| serde_json::json!({ "load": e.load, "line": e.line, "value": value(&e.value) });
    let dates = column.dates.as_ref().map(|dates| {
        serde_json::json!({
            "day_first": dates.day_first, "month_first": dates.month_first, "either": dates.either,
            "year_first": dates.year_first, "no_date": dates.no_date,
            "examples": dates.examples.iter().map(example).collect::<Vec<_>>(),
            "years": dates.years.iter().map(|(year, n)| serde_json::json!({ "year": year, "count": n })).collect::<Vec<_>>(),
        })
    });
    let numbers = column.numbers.as_ref().map(|numbers| {
        let histogram: Vec<_> =
            numbers.histogram.iter().map(|b| serde_json::json!({ "from": b.text, "count": b.count })).collect();
        serde_json::json!({
            "count": numbers.count, "min": value(&numbers.min), "max": value(&numbers.max), "mean": numbers.mean,
            "negative": numbers.negative, "zero": numbers.zero, "histogram": histogram,
        })
    });
    let outliers: Vec<serde_json::Value> = column
        .outliers
        .iter()
        .map(|(e, why)| serde_json::json!({ "load": e.load, "line": e.line, "value": value(&e.value), "why": why }))
        .collect();
    serde_json::json!({
        "source": object.source_name, "object": object.name, "column": column.name, "position": column.position,
        "type": column.kind.word(), "fits": column.fits, "because": column.because, "role": column.role, "points_to": survey::points_to(survey, object, column.position),
        "rows": column.rows, "filled": column.filled, "empty": column.empty, "absent": column.absent,
        "distinct": column.distinct, "distinct_exact": column.distinct_exact,
        "min": column.min.as_deref().map(value), "max": column.max.as_deref().map(value),
        "shortest": column.shortest, "longest": column.longest,
        "formats": patterns(&column.formats), "other_formats": column.other_formats, "mixed": column.mixed,
        "top": values, "top_exact": column.top_exact,
        "date_order": column.date_order, "dates": dates, "numbers": numbers, "outliers": outliers,
        "separator": column.separator, "padded": column.padded, "non_ascii": column.non_ascii,
        "cut_at": column.cut_at.map(|(characters, n)| serde_json::json!({ "characters": characters, "count": n })),
        "examples": column.examples.iter().map(|e| value(e)).collect::<Vec<_>>(),
    })
}

/// Cells across: of the terminal, else as `COLUMNS` says, else 120.
fn width() -> usize {
    let terminal = if std::io::stdout().is_terminal() { crossterm::terminal::size().ok() } else { None };
    let said = || std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    terminal.map(|(columns, _)| usize::from(columns)).or_else(said).unwrap_or(120).clamp(40, 400)
}

/// What asks for attention, in few words.
fn remarks(column: &ColumnProfile) -> String {
    let mut remarks: Vec<String> = Vec::new();
    match column.date_order {
        Some(DateOrder::Contradictory) => remarks.push("✗ day and month contradictory".into()),
        Some(DateOrder::Undecided) => remarks.push("! day or month first undecided".into()),
        Some(order @ (DateOrder::DayFirst | DateOrder::MonthFirst)) => remarks.push(order.label().into()),
        _ => {}
    }
    if column.kind == ColumnType::Empty {
        remarks.push("unused".into());
    }
    if column.mixed && column.date_order != Some(DateOrder::Contradictory) {
        remarks.push("mixed formats".into());
    }
    if column.fits < column.filled {
        remarks.push(format!("{} of no such type", thousands(column.filled - column.fits)));
    }
    if let Some((characters, n)) = column.cut_at {
        remarks.push(format!("{} cut at {characters}", thousands(n)));
    }
    if !column.outliers.is_empty() {
        remarks.push(format!("{} far out", column.outliers.len()));
    }
    if column.padded > 0 {
        remarks.push(format!("{} padded", thousands(column.padded)));
    }
    remarks.join(", ")
}

fn in_words(chosen: &[Chosen<'_>], output: &Output) -> String {
    let widest = (width().saturating_sub(40) / 4).clamp(10, 36);
    let mut text = String::new();
    for one in chosen {
        let rows = thousands(one.profile.rows);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(
            &Shown::of(&format!("{} › {}   {rows} records", one.object.source_name, one.object.name)).to_plain(),
        );
        text.push('\n');
        let mut table = Table::new(&[
            ("column", false),
            ("type", false),
            ("filled", true),
            ("distinct", true),
            ("min", false),
            ("max", false),
            ("remarks", false),
        ]);
        for column in one.columns() {
            let value = |value: &Option<String>| {
                let value = value.as_deref().map_or_else(|| "–".to_owned(), |value| value_of(output, column, value));
                Shown::of(&value).fit_end(widest)
            };
            let about = if column.distinct_exact { "" } else { "~" };
            table.row(vec![
                Shown::of(&column.name).fit_end(widest),
                Shown::of(column.kind.word()),
                Shown::of(&share_short(column.filled, column.rows)),
                Shown::of(&format!("{about}{}", thousands(column.distinct))),
                value(&column.min),
                value(&column.max),
                Shown::of(&remarks(column)),
            ]);
        }
        // What asks for attention is never cut.
        text.push_str(&table.render(usize::MAX));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_dots_is_found_by_the_whole() {
        assert!(is_named("Salesforce.Contact.Email", &["Salesforce", "Contact", "Email"], false));
        assert!(is_named("renewals 2.0.sheet1", &["Renewals 2.0", "Sheet1"], true));
        assert!(is_named("\"Renewals 2.0\".Sheet1", &["Renewals 2.0", "Sheet1"], false));
        assert!(is_named("CRM/Contact", &["CRM", "Contact"], false));
        assert!(!is_named("CRM.Contacts", &["CRM", "Contact"], false));
        assert!(!is_named("\"CRM.Contact\"", &["CRM", "Contact"], false));
        assert!(!is_named("CRM.Contact.", &["CRM", "Contact"], false));
    }
}
