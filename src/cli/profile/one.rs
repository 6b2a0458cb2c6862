//! One column on a screen of text: what fills it, what its dates prove, its formats, values and outliers, with bars.

use std::fmt::Write;

use super::{Chosen, value_of, width};
use crate::cli::output::Output;
use crate::sources::profile::{ColumnProfile, DateEvidence, DateOrder};
use crate::values::format::{share, thousands};
use crate::values::shown::Shown;

/// Lines of a list.
const LINES: usize = 10;
/// Cells of the longest bar.
const BAR: usize = 28;

/// A bar of eighths of cells: `part` of `whole`.
fn bar(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return String::new();
    }
    let eighths = (u128::from(part) * (BAR as u128) * 8 / u128::from(whole)).max(1);
    let full = usize::try_from(eighths / 8).unwrap_or(BAR).min(BAR);
    let rest = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][usize::try_from(eighths % 8).unwrap_or(0)];
    format!("{}{rest}", "█".repeat(full)).trim_end().to_owned()
}

/// Lines of a name, a count and a bar, as wide as they need to be.
fn bars(text: &mut String, lines: &[(String, u64)], room: usize) {
    let names: Vec<Shown> = lines.iter().map(|(name, _)| Shown::of(name).fit_end(room)).collect();
    let wide = names.iter().map(Shown::width).max().unwrap_or(0);
    let most = lines.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let digits = thousands(most).len();
    for (name, (_, count)) in names.into_iter().zip(lines) {
        let line =
            format!("    {}  {:>digits$}  {}", name.pad_right(wide).to_plain(), thousands(*count), bar(*count, most));
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

pub(super) fn screen(chosen: &Chosen<'_>, output: &Output) -> String {
    let Some(column) = chosen.columns().next() else { return String::new() };
    let room = width().saturating_sub(BAR + 24).clamp(16, 60);
    let mut text = String::new();
    let title = format!("{} › {} › {}", chosen.object.source_name, chosen.object.name, column.name);
    let _ = writeln!(text, "{}   {}", Shown::of(&title).to_plain(), column.kind.word());
    let _ = writeln!(text, "  {}\n", Shown::of(&column.because).to_plain());
    for (name, count) in [("filled", column.filled), ("empty", column.empty), ("absent", column.absent)] {
        if count > 0 || name == "filled" {
            let line = format!(
                "  {name:<9}{:>11}  {:>7}  {}",
                thousands(count),
                share(count, column.rows),
                bar(count, column.rows)
            );
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    let about = if column.distinct_exact { "" } else { "   estimated" };
    let _ = writeln!(text, "  {:<9}{:>11}{about}", "distinct", thousands(column.distinct));
    facts(&mut text, column, output);
    if let (Some(order), Some(dates)) = (column.date_order, &column.dates) {
        date_evidence(&mut text, column, order, dates, output);
    }
    if let Some(numbers) = &column.numbers {
        let _ = writeln!(text, "\n  By size   mean {}", numbers.mean);
        let lines: Vec<(String, u64)> =
            numbers.histogram.iter().map(|b| (format!("from {}", b.text), b.count)).collect();
        bars(&mut text, &lines, room);
    }
    if !column.formats.is_empty() {
        let _ = writeln!(text, "\n  Formats{}", if column.mixed { "   mixed" } else { "" });
        let mut lines: Vec<(String, u64)> =
            column.formats.iter().take(LINES).map(|format| (format.text.clone(), format.count)).collect();
        let other = column.filled - lines.iter().map(|(_, count)| count).sum::<u64>();
        if other > 0 {
            lines.push(("others".to_owned(), other));
        }
        bars(&mut text, &lines, room);
    }
    if !column.top.is_empty() {
        let _ = writeln!(text, "\n  Top values{}", if column.top_exact { "" } else { "   at least" });
        let lines: Vec<(String, u64)> =
            column.top.iter().take(LINES).map(|top| (value_of(output, column, &top.text), top.count)).collect();
        bars(&mut text, &lines, room);
    }
    if !column.outliers.is_empty() {
        text.push_str("\n  Far from the others\n");
        for (example, why) in &column.outliers {
            let value = Shown::of(&value_of(output, column, &example.value)).fit_end(room).to_plain();
            let _ = writeln!(text, "    line {:>7}  {value}   {}", thousands(example.line), Shown::of(why).to_plain());
        }
    }
    text
}

fn facts(text: &mut String, column: &ColumnProfile, output: &Output) {
    if let (Some(min), Some(max)) = (&column.min, &column.max) {
        let shown = |value: &str| Shown::of(&value_of(output, column, value)).fit_end(40).to_plain();
        let _ = writeln!(text, "  from      {}\n  to        {}", shown(min), shown(max));
    }
    if column.filled > 0 {
        let _ = writeln!(text, "  length    {} to {} characters", column.shortest, column.longest);
    }
    for (count, what) in
        [(column.padded, "with spaces before or after"), (column.non_ascii, "with other characters than ASCII")]
    {
        if count > 0 {
            let _ = writeln!(text, "  {:>20}  {what}", thousands(count));
        }
    }
    if let Some((characters, count)) = column.cut_at {
        let _ = writeln!(
            text,
            "  {:>20}  exactly {characters} characters long, the longest: perhaps cut off",
            thousands(count)
        );
    }
    if let Some(separator) = &column.separator {
        let _ = writeln!(text, "  several values in one, parted by {}", Shown::of(separator).to_plain());
    }
}

fn date_evidence(text: &mut String, column: &ColumnProfile, order: DateOrder, dates: &DateEvidence, output: &Output) {
    let verdict = match order {
        DateOrder::Contradictory => "✗ contradictory: blocks a rehearsal until a person decides",
        DateOrder::Undecided => {
            "✗ undecided: every value can be read both ways; blocks a rehearsal until a person decides"
        }
        DateOrder::DayFirst => "✓ day first, proved",
        DateOrder::MonthFirst => "✓ month first, proved",
        DateOrder::YearFirst => "✓ every value can be read in one way only",
    };
    let _ = writeln!(text, "\n  Day or month first?   {verdict}");
    let lines: Vec<(String, u64)> = [
        ("only day first", dates.day_first),
        ("only month first", dates.month_first),
        ("either order", dates.either),
        ("year first or a word", dates.year_first),
        ("no date", dates.no_date),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| (name.to_owned(), count))
    .collect();
    bars(text, &lines, 24);
    if order != DateOrder::YearFirst && !dates.examples.is_empty() {
        let head = match order {
            DateOrder::Contradictory => "The smaller side",
            DateOrder::Undecided => "The first of them",
            _ => "What proves it",
        };
        let _ = writeln!(text, "\n  {head}");
        for example in &dates.examples {
            let value = Shown::of(&value_of(output, column, &example.value)).fit_end(40).to_plain();
            let _ = writeln!(text, "    line {:>7}  {value}", thousands(example.line));
        }
    }
    if !dates.years.is_empty() {
        text.push_str("\n  By year\n");
        let skip = dates.years.len().saturating_sub(2 * LINES);
        let lines: Vec<(String, u64)> = dates.years[skip..].iter().map(|(year, n)| (year.to_string(), *n)).collect();
        bars(text, &lines, 8);
    }
}
