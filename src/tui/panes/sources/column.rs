//! One column in figures, as lines that a cursor can stand on: what is filled, how dates can be read, formats, values,
//! numbers, limits. Every line knows the records behind it. Where the lines stand on the screen is `profile`'s.

use super::super::super::line::head;
use super::super::super::msg::About;
use super::super::super::paint::Line;
use super::super::super::theme::Role;
use crate::sources::Rec;
use crate::sources::profile::decide::{Decision, rejects};
use crate::sources::profile::{ColumnProfile, ColumnType, DateEvidence, DateOrder, Example};
use crate::sources::select::{DateReading, Selection};
use crate::sources::survey::Relation;
use crate::values::format;

/// Nobody reads more of a value in a line than the widest line holds.
const WIDE: usize = 100;

/// What stands behind a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    Rows(Selection),
    Record(Rec),
    /// How often each of its values stands.
    Counts,
}

/// What `y` takes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    Figure(u64),
    Value(String),
}

/// What a line looks like.
#[derive(Debug, Clone)]
pub enum Kind<'a> {
    /// A count with its bar against `whole`, and its share of `share` where that says more.
    Bar {
        label: Line<'a>,
        count: u64,
        whole: u64,
        share: Option<u64>,
        note: &'static str,
    },
    Words(Line<'a>),
    /// What is to be known of the line above.
    Note(Line<'a>),
    /// The line above a sum.
    Rule,
    Sum {
        label: &'static str,
        count: u64,
        holds: bool,
    },
}

/// One line.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    pub kind: Kind<'a>,
    pub door: Option<Door>,
    pub copied: Copied,
}

impl Item<'_> {
    /// Whether the cursor can stand on it.
    #[must_use]
    pub fn is_line(&self) -> bool {
        !matches!(self.kind, Kind::Note(_) | Kind::Rule)
    }
}

/// Lines of one subject under a heading.
#[derive(Debug, Clone)]
pub struct Section<'a> {
    pub title: Line<'a>,
    /// More words under the heading, quiet; broken into lines where they are drawn.
    pub words: Option<&'a str>,
    pub items: Vec<Item<'a>>,
    /// Over the whole width, before those that stand side by side.
    pub across: bool,
}

/// What a type is called.
#[must_use]
pub fn word(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Id => "ID",
        ColumnType::Integer => "whole number",
        ColumnType::Decimal => "number",
        ColumnType::Money => "money",
        ColumnType::Date => "date",
        ColumnType::Datetime => "date and time",
        ColumnType::Boolean => "yes or no",
        ColumnType::Email => "e-mail",
        ColumnType::Phone => "phone",
        ColumnType::Url => "web address",
        ColumnType::Choice => "choice",
        ColumnType::Choices => "choices",
        ColumnType::Json => "JSON",
        ColumnType::Text => "text",
        ColumnType::Empty => "never filled",
    }
}

/// The mark of a column in a list of columns: what blocks, then what is worth a look.
#[must_use]
pub fn mark(column: &ColumnProfile, decision: Option<&Decision>) -> Option<(Role, &'static str)> {
    match (column.date_order, decision) {
        (Some(DateOrder::Contradictory), None) => Some((Role::Bad, "✗")),
        (Some(DateOrder::Undecided), None) => Some((Role::Bad, "○")),
        _ if column.cut_at.is_some() || column.mixed => Some((Role::Warn, "!")),
        _ => None,
    }
}

/// Whether a person can decide which of day and month stands first.
#[must_use]
pub fn is_open(column: &ColumnProfile) -> bool {
    matches!(column.date_order, Some(DateOrder::Contradictory | DateOrder::Undecided))
}

fn bar(label: Line<'_>, count: u64, whole: u64, door: Option<Selection>) -> Item<'_> {
    Item {
        kind: Kind::Bar { label, count, whole, share: None, note: "" },
        door: door.filter(|_| count > 0).map(Door::Rows),
        copied: Copied::Figure(count),
    }
}

fn value_bar<'a>(column: &ColumnProfile, text: &'a str, count: u64, whole: u64) -> Item<'a> {
    let selection = Selection::Value { column: column.position, value: Some(text.to_owned()) };
    Item {
        copied: Copied::Value(text.to_owned()),
        ..bar(Line::new().value(Role::Text, Some(head(text, WIDE))), count, whole, Some(selection))
    }
}

fn example<'a>(example: &'a Example, about: &'a About) -> Item<'a> {
    let rec = Rec(example.rec);
    let value =
        Line::new().quiet("line ").number(Role::Text, example.line).to(13).data(Role::Text, head(&example.value, WIDE));
    let line = match about.names.get(&rec) {
        Some(name) => value.most(16).quiet("  ").data(Role::Quiet, head(name, WIDE)),
        None => value,
    };
    Item { kind: Kind::Words(line), door: Some(Door::Record(rec)), copied: Copied::Value(example.value.clone()) }
}

/// All lines of a column, in the order in which the cursor goes through them.
#[must_use]
pub fn sections<'a>(column: &'a ColumnProfile, about: &'a About) -> Vec<Section<'a>> {
    let mut all = vec![filled(column)];
    all.extend(dates(column, about));
    all.extend(relations(column, about));
    all.extend(formats(column));
    all.extend(values(column));
    all.extend(numbers(column));
    all.extend(outliers(column, about));
    all.extend(limits(column));
    all
}

fn filled(column: &ColumnProfile) -> Section<'_> {
    let at = column.position;
    let title = Line::new().name(Role::Strong, column.name.as_str()).most(40).text("   ").text(word(column.kind));
    let share = |label: &'static str, count, door| {
        let mut item = bar(Line::new().quiet(label), count, column.rows, Some(door));
        if let Kind::Bar { share, .. } = &mut item.kind {
            *share = Some(column.rows);
        }
        item
    };
    let mut items = vec![share("filled", column.filled, Selection::Filled { column: at })];
    if column.empty > 0 {
        items.push(share("empty", column.empty, Selection::Empty { column: at }));
    }
    if column.absent > 0 {
        items.push(share("not given", column.absent, Selection::Value { column: at, value: None }));
    }
    let sum = column.filled.checked_add(column.empty).and_then(|sum| sum.checked_add(column.absent));
    items.push(Item {
        kind: Kind::Sum { label: "records", count: column.rows, holds: sum == Some(column.rows) },
        door: (column.rows > 0).then_some(Door::Rows(Selection::All)),
        copied: Copied::Figure(column.rows),
    });
    let mut distinct = bar(Line::new().quiet("distinct"), column.distinct, 0, None);
    if let Kind::Bar { note, .. } = &mut distinct.kind {
        *note = match (column.distinct_exact, column.distinct == column.filled && column.filled > 1) {
            (false, _) => "about, estimated",
            (true, true) => "no value comes twice",
            (true, false) => "",
        };
    }
    distinct.door = (column.filled > 0).then_some(Door::Counts);
    items.push(distinct);
    if column.fits < column.filled && column.fits > 0 {
        let mut item = bar(Line::new().quiet("of that type"), column.fits, 0, None);
        if let Kind::Bar { note, .. } = &mut item.kind {
            *note = "the others are written in another way";
        }
        items.push(item);
    }
    let words = (!column.because.is_empty()).then_some(column.because.as_str());
    Section { title, words, items, across: true }
}

fn verdict(order: DateOrder, decided: bool) -> Line<'static> {
    let line = Line::new().strong("Day or month first?   ");
    match order {
        DateOrder::Contradictory if decided => line.quiet("contradictory"),
        DateOrder::Undecided if decided => line.quiet("undecided by its values"),
        DateOrder::Contradictory => line.say(Role::Bad, "✗ contradictory: blocks a rehearsal"),
        DateOrder::Undecided => line.say(Role::Bad, "○ undecided: blocks a rehearsal"),
        DateOrder::DayFirst => line.say(Role::Good, "✓").text(" day first, proved"),
        DateOrder::MonthFirst => line.say(Role::Good, "✓").text(" month first, proved"),
        DateOrder::YearFirst => {
            line.say(Role::Good, "✓").text(" neither: the year stands first, or the month is a word")
        }
    }
}

fn dates<'a>(column: &'a ColumnProfile, about: &'a About) -> Vec<Section<'a>> {
    let decision = about.decisions.iter().find(|decision| decision.column == column.name);
    let (Some(order), Some(dates)) = (column.date_order, &column.dates) else { return Vec::new() };
    let at = column.position;
    let most = [dates.day_first, dates.month_first, dates.either, dates.year_first, dates.no_date];
    let whole = most.into_iter().max().unwrap_or(0);
    let reading = |label: &'static str, count, reading, words| {
        let mut item = bar(Line::new().quiet(label), count, whole, Some(Selection::Dates { column: at, reading }));
        if let Kind::Bar { note, .. } = &mut item.kind {
            *note = words;
        }
        item
    };
    let mut items = Vec::new();
    if let Some(decision) = decision {
        items.push(decided(decision));
    }
    if order != DateOrder::YearFirst {
        items.push(reading("only day first", dates.day_first, DateReading::DayFirst, "first part 13 to 31"));
        items.push(reading("only month first", dates.month_first, DateReading::MonthFirst, "second part 13 to 31"));
        items.push(reading("either order", dates.either, DateReading::Either, "both parts 12 or less"));
    }
    if dates.year_first > 0 {
        let words = "or the month is a word";
        items.push(reading("year first", dates.year_first, DateReading::YearFirst, words));
    }
    if dates.no_date > 0 {
        items.push(reading("no date", dates.no_date, DateReading::NoDate, ""));
    }
    items.push(Item { kind: Kind::Rule, door: None, copied: Copied::Figure(0) });
    let sum = most.into_iter().try_fold(0_u64, u64::checked_add);
    items.push(Item {
        kind: Kind::Sum { label: "filled", count: column.filled, holds: sum == Some(column.filled) },
        door: (column.filled > 0).then_some(Door::Rows(Selection::Filled { column: at })),
        copied: Copied::Figure(column.filled),
    });
    let mut all = vec![Section { title: verdict(order, decision.is_some()), words: None, items, across: true }];
    if !dates.examples.is_empty() {
        let items = dates.examples.iter().map(|one| example(one, about)).collect();
        all.push(Section { title: evidence_title(order, dates), words: None, items, across: false });
    }
    if !dates.years.is_empty() {
        let most = dates.years.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let year = |(year, count): &(i32, u64)| {
            let label = Line::new().made(Role::Text, year.to_string());
            bar(label, *count, most, Some(Selection::Year { column: at, year: *year }))
        };
        let title = Line::new().strong("By year");
        let title = if is_open(column) { title.quiet(", the same in either order") } else { title };
        all.push(Section { title, words: None, items: dates.years.iter().map(year).collect(), across: false });
    }
    all
}

fn decided(decision: &Decision) -> Item<'_> {
    let words = if decision.order == DateOrder::MonthFirst { " month first" } else { " day first" };
    let mut line =
        Line::new().say(Role::Good, "✓").text(words).text(", decided by ").name(Role::Text, decision.who.as_str());
    line = line.most(24).text(" on ").name(Role::Text, decision.at.get(..10).unwrap_or(&decision.at));
    if decision.rejects() > 0 {
        line =
            line.text("; ").plural(Role::Text, decision.rejects(), "value becomes a reject", "values become rejects");
    }
    Item { kind: Kind::Words(line), door: None, copied: Copied::Value(decision.who.clone()) }
}

fn evidence_title(order: DateOrder, dates: &DateEvidence) -> Line<'static> {
    if order != DateOrder::Contradictory {
        return Line::new().strong("What proves it");
    }
    let (few, many) = (dates.day_first.min(dates.month_first), dates.day_first.max(dates.month_first));
    let line = Line::new().strong("The ").number(Role::Strong, few).strong(" against ").number(Role::Strong, many);
    if few > dates.examples.len() as u64 { line.quiet(", the first") } else { line }
}

fn formats(column: &ColumnProfile) -> Option<Section<'_>> {
    if column.formats.is_empty() {
        return None;
    }
    let most = column.formats.iter().map(|format| format.count).max().unwrap_or(0).max(column.other_formats);
    let mut items: Vec<Item<'_>> = Vec::new();
    for format in &column.formats {
        let selection = Selection::Pattern { column: column.position, pattern: format.text.clone() };
        let label = Line::new().name(Role::Text, format.text.as_str());
        let item = bar(label, format.count, most, Some(selection));
        items.push(Item { copied: Copied::Value(format.text.clone()), ..item });
    }
    if column.other_formats > 0 {
        items.push(bar(Line::new().quiet("all others"), column.other_formats, most, None));
    }
    let title = Line::new().strong("Formats");
    let title = if column.mixed { title.text("   ").say(Role::Warn, "!").text(" mixed") } else { title };
    Some(Section { title, words: None, items, across: false })
}

/// Top values, or examples where hardly a value comes twice.
fn values(column: &ColumnProfile) -> Option<Section<'_>> {
    let most = column.top.iter().map(|value| value.count).max().unwrap_or(0);
    if most > 1 {
        let items = column.top.iter().map(|value| value_bar(column, &value.text, value.count, most)).collect();
        let title = Line::new().strong("Top values");
        let title = if column.top_exact { title } else { title.quiet(", at least so often") };
        return Some(Section { title, words: None, items, across: false });
    }
    if column.examples.is_empty() {
        return None;
    }
    let items = column.examples.iter().map(|text| Item {
        kind: Kind::Words(Line::new().value(Role::Text, Some(head(text, WIDE)))),
        door: Some(Door::Rows(Selection::Value { column: column.position, value: Some(text.clone()) })),
        copied: Copied::Value(text.clone()),
    });
    Some(Section { title: Line::new().strong("Examples"), words: None, items: items.collect(), across: false })
}

/// Where the column points to: what meets a record there, and what meets none.
fn relations<'a>(column: &'a ColumnProfile, about: &'a About) -> Vec<Section<'a>> {
    let pointing = about.relations.iter().filter(|relation| relation.column == column.position);
    let section = |relation: &'a Relation| {
        let share = |label: &'static str, count, door| {
            let mut item = bar(Line::new().quiet(label), count, relation.filled, door);
            if let Kind::Bar { share, .. } = &mut item.kind {
                *share = Some(relation.filled);
            }
            item
        };
        let mut items = Vec::new();
        if relation.to.is_some() {
            items.push(share("meet a record", relation.met, None));
            items.push(share("meet none", relation.orphans, Some(Selection::Orphans(relation.id))));
        }
        let title = Line::new().strong("Points to ").name(Role::Strong, relation.to_name.as_str()).most(40);
        let title = if relation.to.is_some() { title } else { title.quiet(", which is not loaded") };
        Section { title, words: Some(relation.because.as_str()), items, across: true }
    };
    pointing.map(section).collect()
}

/// An exact number in digits with its thousands parted: `-1200.00` as `−1,200.00`. What is no such number stays.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("−", rest));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    match whole.parse::<u64>() {
        Ok(whole) => format!("{sign}{}{rest}", format::thousands(whole)),
        Err(_) => number.to_owned(),
    }
}

fn numbers(column: &ColumnProfile) -> Vec<Section<'_>> {
    let Some(numbers) = &column.numbers else { return Vec::new() };
    let at = column.position;
    let between = |from: &str, to: &str, below: bool| {
        let (from, to) = (from.to_owned(), to.to_owned());
        Selection::Range { column: at, from, to, below }
    };
    let range = |from: &str, to: &str| between(from, to, false);
    // Numbers stand so that their ends are one below the other.
    let wide = [&numbers.min, &numbers.mean, &numbers.max].into_iter().map(|text| grouped(text).chars().count());
    let wide = wide.max().unwrap_or(0).min(24);
    let figure = |label: &'static str, text: &str, door: Option<Selection>| Item {
        kind: Kind::Words(Line::new().quiet(label).to(11).data(Role::Text, format!("{:>wide$}", grouped(text)))),
        door: door.map(Door::Rows),
        copied: Copied::Value(text.to_owned()),
    };
    let mut items = vec![
        figure("least", &numbers.min, Some(range(&numbers.min, &numbers.min))),
        figure("mean", &numbers.mean, None),
        figure("greatest", &numbers.max, Some(range(&numbers.max, &numbers.max))),
    ];
    if numbers.zero > 0 {
        items.push(bar(Line::new().quiet("zero"), numbers.zero, 0, Some(range("0", "0"))));
    }
    if numbers.negative > 0 {
        let door = between(&numbers.min, "0", true);
        items.push(bar(Line::new().quiet("below zero"), numbers.negative, 0, Some(door)));
    }
    let mut all = vec![Section { title: Line::new().strong("Numbers"), words: None, items, across: false }];
    if numbers.histogram.len() > 1 {
        let most = numbers.histogram.iter().map(|bucket| bucket.count).max().unwrap_or(0);
        let wide = numbers.histogram.iter().map(|bucket| grouped(&bucket.text).chars().count()).max().unwrap_or(0);
        let wide = wide.min(24);
        let mut items = Vec::new();
        for (n, bucket) in numbers.histogram.iter().enumerate() {
            // A bucket ends before the next begins; the last ends with the greatest.
            let door = match numbers.histogram.get(n + 1) {
                Some(next) => between(&bucket.text, &next.text, true),
                None => range(&bucket.text, &numbers.max),
            };
            let label = Line::new().quiet("from ").data(Role::Text, format!("{:>wide$}", grouped(&bucket.text)));
            items.push(bar(label, bucket.count, most, Some(door)));
        }
        let title = Line::new().strong("How they lie");
        all.push(Section { title, words: None, items, across: false });
    }
    all
}

fn outliers<'a>(column: &'a ColumnProfile, about: &'a About) -> Option<Section<'a>> {
    if column.outliers.is_empty() {
        return None;
    }
    let mut items = Vec::new();
    for (one, why) in &column.outliers {
        items.push(example(one, about));
        let note = Line::new().text("  ").prose(Role::Quiet, why.as_str());
        items.push(Item { kind: Kind::Note(note), door: None, copied: Copied::Figure(0) });
    }
    Some(Section { title: Line::new().strong("Far from all others"), words: None, items, across: false })
}

fn limits(column: &ColumnProfile) -> Option<Section<'_>> {
    if column.filled == 0 {
        return None;
    }
    let at = column.position;
    let mut items = Vec::new();
    if let Some((characters, count)) = column.cut_at {
        let line = Line::new().say(Role::Warn, "!").text(" cut at ").number(Role::Text, characters.into());
        items.push(bar(line, count, 0, Some(Selection::Length { column: at, characters })));
    }
    let length = |label: &'static str, characters: u32| Item {
        kind: Kind::Words(Line::new().quiet(label).to(11).plural(
            Role::Text,
            characters.into(),
            "character",
            "characters",
        )),
        door: Some(Door::Rows(Selection::Length { column: at, characters })),
        copied: Copied::Figure(characters.into()),
    };
    if column.shortest == column.longest {
        items.push(length("all", column.longest));
    } else {
        items.push(length("shortest", column.shortest));
        items.push(length("longest", column.longest));
    }
    if column.numbers.is_none() {
        for (label, value) in [("first", &column.min), ("last", &column.max)] {
            let Some(value) = value else { continue };
            items.push(Item {
                kind: Kind::Words(Line::new().quiet(label).to(11).data(Role::Text, head(value, WIDE))),
                door: Some(Door::Rows(Selection::Value { column: at, value: Some(value.clone()) })),
                copied: Copied::Value(value.clone()),
            });
        }
    }
    if let Some(separator) = &column.separator {
        items.push(Item {
            kind: Kind::Words(
                Line::new().quiet("several values in one, parted by ").data(Role::Text, separator.as_str()),
            ),
            door: None,
            copied: Copied::Value(separator.clone()),
        });
    }
    if column.padded > 0 {
        items.push(bar(Line::new().quiet("spaces around"), column.padded, 0, Some(Selection::Padded { column: at })));
    }
    if column.non_ascii > 0 {
        items.push(bar(
            Line::new().quiet("not plain ASCII"),
            column.non_ascii,
            0,
            Some(Selection::NonAscii { column: at }),
        ));
    }
    Some(Section { title: Line::new().strong("Extent"), words: None, items, across: false })
}

/// What a decision would cost: `Decide once for the column: with d, 3 values become rejects; with m, 1,201 would.`
#[must_use]
pub fn stake(dates: &DateEvidence, width: u16) -> Line<'static> {
    let day = rejects(dates, DateOrder::DayFirst);
    let month = rejects(dates, DateOrder::MonthFirst);
    let wide = width >= 90;
    let line = Line::new().text(if wide { "Decide once for the column: with d, " } else { "Decide once: with d, " });
    let line = if day == 0 {
        line.text("no value becomes a reject")
    } else {
        line.plural(Role::Text, day, "value becomes a reject", "values become rejects")
    };
    if month == 0 {
        line.text("; with m, none.")
    } else {
        line.text("; with m, ").number(Role::Text, month).text(" would.")
    }
}

/// `94 %` of a column, or a dash where it is never filled.
#[must_use]
pub fn fill(column: &ColumnProfile) -> Line<'static> {
    match column.filled {
        0 => Line::new().quiet("–"),
        filled => Line::new().made(Role::Text, format::share_short(filled, column.rows)),
    }
}
