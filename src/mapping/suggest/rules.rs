//! The rule that would carry a column over to a field, as far as profile, preset and decisions say it. What they do not say
//! is left open and told as a problem: an order of dates, a zone, a currency is never guessed.

use super::gather::{Material, Subject};
use super::links::Aim;
use super::targets::{Allowed, SURE, Words, folded};
use super::words::Vocabulary;
use crate::mapping::rule::{Rounding, Rule, SplitBy, ValueRow, ValueTarget};
use crate::model::{Field, FieldType};
use crate::sources::ColumnRole;
use crate::sources::presets::ColumnMeaning;
use crate::sources::profile::{ColumnProfile, ColumnType, DateOrder};
use crate::values::shown::Shown;

/// The list of approved users that owners are found in, unless a person names another.
const USERS: &str = "users";

/// A rule with the columns that it reads, and what a person has to say before it can run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposed {
    pub from: Vec<String>,
    pub rule: Rule,
    pub problem: Option<String>,
}

/// Columns of an object that help to read others.
pub struct Beside<'a> {
    subject: &'a Subject,
    /// The words of each column's readings.
    words: &'a [Vec<Vec<String>>],
}

impl<'a> Beside<'a> {
    pub fn new(subject: &'a Subject, words: &'a [Vec<Vec<String>>]) -> Self {
        Self { subject, words }
    }

    /// The column that says the country (or currency) of the records, preferably of the same address as `column`.
    fn saying(&self, what: &str, kind: FieldType, column: usize) -> Option<String> {
        let known = Words::built_in();
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (at, readings) in self.words.iter().enumerate() {
            let says = readings.iter().any(|words| words.last().is_some_and(|last| last == what));
            if at == column || !says {
                continue;
            }
            let Some(figures) = self.subject.figures(at).filter(|figures| figures.filled > 0) else { continue };
            let codes = figures.top.iter().filter(|value| known.code(kind, &value.text).is_some()).count();
            if codes * 2 < figures.top.len() {
                continue;
            }
            let empty = figures.rows.saturating_sub(figures.filled);
            let near = usize::try_from(empty).unwrap_or(usize::MAX);
            found.push((near, at));
        }
        found.sort_unstable();
        found.first().map(|(_, at)| self.subject.object.columns[*at].name.clone())
    }
}

/// The rule for one column and field.
pub fn propose(
    material: &Material,
    beside: &Beside<'_>,
    column: usize,
    allowed: &Allowed<'_>,
    words: &[Vec<String>],
    turned: bool,
    aim: Option<&Aim>,
) -> Proposed {
    let (subject, field) = (beside.subject, allowed.field);
    let Some(known) = subject.object.columns.get(column) else { return Proposed::default() };
    let name = known.name.clone();
    let figures = subject.figures(column);
    let plain = |rule| Proposed { from: vec![name.clone()], rule, problem: None };
    let with = |rule, problem: &str| Proposed { from: vec![name.clone()], rule, problem: Some(problem.to_owned()) };
    match field.kind {
        FieldType::Email => plain(Rule::Email),
        FieldType::Url => plain(Rule::Url),
        FieldType::Domain => {
            let of_mail =
                known.role == ColumnRole::Email || figures.is_some_and(|figures| figures.kind == ColumnType::Email);
            plain(Rule::Domain { without_free_mail: of_mail })
        }
        FieldType::Country => plain(Rule::Country),
        FieldType::Language => plain(Rule::Language),
        FieldType::Currency => plain(Rule::Currency),
        FieldType::Phone => {
            let beside = beside.saying("country", FieldType::Country, column);
            let from = std::iter::once(name.clone()).chain(beside).collect();
            Proposed { from, rule: Rule::Phone { country: String::new() }, problem: None }
        }
        FieldType::Date => match date_format(subject, column, known.dates.as_deref()) {
            Ok(format) => plain(Rule::Date { format }),
            Err(problem) => with(Rule::Date { format: String::new() }, &problem),
        },
        FieldType::Datetime => datetime(subject, column, &name),
        FieldType::Boolean => boolean(figures, turned, &name),
        FieldType::Integer => number(figures, 0, &name),
        FieldType::Decimal => number(figures, field.scale.unwrap_or_else(|| digits_after(figures)), &name),
        FieldType::Money => money(beside, column, figures, &name),
        FieldType::Choice | FieldType::Choices if !field.allowed.is_empty() => {
            let several = field.kind == FieldType::Choices;
            plain(value_map(allowed, figures, known.separator.as_deref(), several))
        }
        FieldType::Reference => reference(material, subject, known.role, (field, words), aim, figures, &name),
        FieldType::Text if says(words, "owner") && known.role != ColumnRole::ForeignKey => {
            plain(Rule::Owner { list: USERS.to_owned() })
        }
        _ => plain(Rule::Copy),
    }
}

fn says(words: &[Vec<String>], what: &str) -> bool {
    words.iter().any(|words| words.last().is_some_and(|last| last == what))
}

/// How the dates of a column are written.
///
/// # Errors
/// What a person has to decide first.
fn date_format(subject: &Subject, column: usize, said: Option<&str>) -> Result<String, String> {
    let Some(figures) = subject.figures(column).filter(|figures| figures.filled > 0) else {
        // Nothing is there to read; the usual export form does no harm.
        return Ok("iso".to_owned());
    };
    let decided =
        subject.decisions.iter().find(|decision| decision.column == figures.name).map(|decision| decision.order);
    let named = |order| match order {
        DateOrder::DayFirst => Some("day-first"),
        DateOrder::MonthFirst => Some("month-first"),
        _ => None,
    };
    if let Some(format) = decided.and_then(named) {
        return Ok(format.to_owned());
    }
    if super::holds::is_epoch(figures) {
        return Ok(if figures.longest >= 12 { "epoch-ms" } else { "epoch" }.to_owned());
    }
    if is_iso(figures) {
        return Ok("iso".to_owned());
    }
    if said.is_some_and(|said| said.contains("serial"))
        && matches!(figures.kind, ColumnType::Integer | ColumnType::Decimal)
    {
        return Ok("excel".to_owned());
    }
    match figures.date_order {
        Some(DateOrder::YearFirst) => Ok("year-first".to_owned()),
        Some(DateOrder::DayFirst) => Ok("day-first".to_owned()),
        Some(DateOrder::MonthFirst) => Ok("month-first".to_owned()),
        Some(DateOrder::Undecided) => {
            Err("every date can be read day first and month first; a person decides".to_owned())
        }
        Some(DateOrder::Contradictory) => {
            Err("some dates can only be day first, others only month first; a person decides".to_owned())
        }
        None => Err("its values do not say how dates are written".to_owned()),
    }
}

fn is_iso(figures: &ColumnProfile) -> bool {
    figures.other_formats == 0
        && !figures.formats.is_empty()
        && figures.formats.iter().all(|format| format.text.starts_with("9999-99-99"))
}

fn datetime(subject: &Subject, column: usize, name: &str) -> Proposed {
    let known = subject.object.columns.get(column);
    let said = known.and_then(|column| column.dates.as_deref()).unwrap_or_default();
    let make = |format: String, zone: &str, problem: Option<String>| Proposed {
        from: vec![name.to_owned()],
        rule: Rule::DateTime { format, zone: zone.to_owned() },
        problem,
    };
    let format = match date_format(subject, column, Some(said)) {
        Ok(format) => format,
        Err(problem) => return make(String::new(), "", Some(problem)),
    };
    let is_utc = said.contains("UTC") && !said.contains("without zone")
        || name.to_ascii_uppercase().contains("UTC")
        || format.starts_with("epoch");
    let Some(figures) = subject.figures(column).filter(|figures| figures.filled > 0) else {
        return make(format, if is_utc { "UTC" } else { "" }, None);
    };
    // `…A` is Z or UTC, `+9999` and `+99:99` an offset.
    let states = |pattern: &str| {
        let time = pattern.split_once(':').map_or("", |(_, after)| after);
        time.ends_with('A') || time.contains('+') || time.contains("-99") || time.ends_with("AAA")
    };
    if is_utc || figures.formats.iter().all(|format| states(&format.text)) {
        return make(format, if is_utc { "UTC" } else { "" }, None);
    }
    make(format, "", Some("its values state no zone; say which one they are in".to_owned()))
}

fn boolean(figures: Option<&ColumnProfile>, turned_round: bool, name: &str) -> Proposed {
    let words = Words::built_in();
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for value in figures.iter().flat_map(|figures| &figures.top) {
        let text = folded(&value.text);
        match words.yes_or_no(&value.text) {
            Some(true) if !yes.contains(&text) => yes.push(text),
            Some(false) if !no.contains(&text) => no.push(text),
            Some(_) => {}
            None => unknown.push(Shown::of(&value.text).to_plain()),
        }
    }
    for (list, usual) in [(&mut yes, ["true", "yes", "1"]), (&mut no, ["false", "no", "0"])] {
        list.extend(
            usual
                .into_iter()
                .filter(|word| !list.iter().any(|known| known == word))
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
    }
    let problem = (!unknown.is_empty()).then(|| format!("say whether {} means yes or no", unknown[0]));
    Proposed { from: vec![name.to_owned()], rule: Rule::Boolean { yes, no, turned_round }, problem }
}

/// The decimal sign of a column's numbers; `None`: its values can be read both ways.
fn decimal(figures: Option<&ColumnProfile>) -> Option<char> {
    let Some(figures) = figures else { return Some('.') };
    let patterns = || figures.formats.iter().map(|format| format.text.as_str());
    let last = |sign: char, other: char| patterns().filter(|text| text.rfind(sign) > text.rfind(other)).count();
    let (points, commas) = (last('.', ','), last(',', '.'));
    match (points, commas) {
        (_, 0) => Some('.'),
        (0, _) => {
            // Behind the last comma three digits and never another number of them: thousands or decimals, who knows.
            let always_three =
                patterns().filter_map(|text| text.rsplit_once(',')).all(|(_, behind)| behind.trim_end().len() == 3);
            if always_three { None } else { Some(',') }
        }
        _ => None,
    }
}

fn digits_after(figures: Option<&ColumnProfile>) -> u8 {
    let after = |text: &str| {
        text.rsplit_once(['.', ',']).map_or(0, |(_, behind)| behind.chars().take_while(|c| *c == '9').count())
    };
    let most = figures.iter().flat_map(|figures| &figures.formats).map(|format| after(&format.text)).max().unwrap_or(0);
    u8::try_from(most).unwrap_or(9).clamp(2, 9)
}

const UNCLEAR: &str = "its numbers can be read with a decimal point and with a decimal comma; say which";

fn number(figures: Option<&ColumnProfile>, scale: u8, name: &str) -> Proposed {
    let sign = decimal(figures);
    Proposed {
        from: vec![name.to_owned()],
        rule: Rule::Number { decimal: sign.unwrap_or('.'), scale, rounding: Rounding::None },
        problem: sign.is_none().then(|| UNCLEAR.to_owned()),
    }
}

fn money(beside: &Beside<'_>, column: usize, figures: Option<&ColumnProfile>, name: &str) -> Proposed {
    let sign = decimal(figures);
    let known = Words::built_in();
    let in_name = super::words::pieces(name)
        .into_iter()
        .filter(|word| word.len() == 3)
        .find_map(|word| known.code(FieldType::Currency, &word));
    let beside_it = if in_name.is_some() { None } else { beside.saying("currency", FieldType::Currency, column) };
    // One currency in all rows of a column of its own is still read from there: the next load may have another.
    let problem = if sign.is_none() {
        Some(UNCLEAR.to_owned())
    } else if in_name.is_none() && beside_it.is_none() {
        Some("no column says the currency; say which it is".to_owned())
    } else if figures.is_some_and(|figures| figures.kind == ColumnType::Integer && figures.longest >= 3)
        && beside.subject.kind == crate::sources::SystemKind::Billing
    {
        Some("all are whole numbers: say whether they are minor units (cents) already".to_owned())
    } else {
        None
    };
    Proposed {
        from: std::iter::once(name.to_owned()).chain(beside_it).collect(),
        rule: Rule::Money {
            decimal: sign.unwrap_or('.'),
            currency: in_name.unwrap_or_default(),
            rounding: Rounding::None,
        },
        problem,
    }
}

/// A value map with the rows that are surely known; the others are for a person.
fn value_map(allowed: &Allowed<'_>, figures: Option<&ColumnProfile>, said: Option<&str>, several: bool) -> Rule {
    let separator = if several {
        said.map(str::to_owned).or_else(|| figures.and_then(|figures| figures.separator.clone())).unwrap_or_default()
    } else {
        String::new()
    };
    let mut rows: Vec<ValueRow> = Vec::new();
    for value in figures.iter().flat_map(|figures| &figures.top) {
        let parts: Vec<&str> = if separator.is_empty() {
            vec![value.text.trim()]
        } else {
            value.text.split(separator.as_str()).map(str::trim).collect()
        };
        for part in parts {
            let Some((to, sure, because)) = allowed.target(part) else { continue };
            if sure >= SURE && rows.iter().all(|row| !row.value.eq_ignore_ascii_case(part)) {
                rows.push(ValueRow {
                    value: part.to_owned(),
                    to: ValueTarget::Value(to),
                    note: because,
                    ..ValueRow::default()
                });
            }
        }
    }
    Rule::ValueMap { rows, otherwise: None, separator, folded: true }
}

fn reference(
    material: &Material,
    subject: &Subject,
    role: ColumnRole,
    (field, words): (&Field, &[Vec<String>]),
    aim: Option<&Aim>,
    figures: Option<&ColumnProfile>,
    name: &str,
) -> Proposed {
    let object = if role == ColumnRole::NativeId {
        Some(&subject.object)
    } else {
        aim.and_then(|aim| aim.to).and_then(|to| material.place_of(to)).map(|place| &material.subjects[place].object)
    };
    let make = |rule, problem: Option<String>| Proposed { from: vec![name.to_owned()], rule, problem };
    if let Some(object) = object {
        return make(
            Rule::Reference {
                entity: field.references.clone(),
                source: object.source_name.clone(),
                object: object.name.clone(),
            },
            None,
        );
    }
    let is_name = matches!(role, ColumnRole::FullName | ColumnRole::Plain)
        && figures.is_some_and(|figures| matches!(figures.kind, ColumnType::Text | ColumnType::Choice));
    if is_name && says(words, "owner") {
        return make(Rule::Owner { list: USERS.to_owned() }, None);
    }
    let problem = match aim {
        Some(aim) => format!("{} is not loaded; load it, or say what the IDs name", Shown::of(&aim.name).to_plain()),
        None => format!("say which object's records it names, so that {} is found", field.references),
    };
    let rule = Rule::Reference {
        entity: field.references.clone(),
        source: subject.object.source_name.clone(),
        object: String::new(),
    };
    make(rule, Some(problem))
}

/// The part of a person's name that a field takes, by the words of its readings.
pub fn name_part(words: &[Vec<String>]) -> Option<&'static str> {
    let said = |what: &str| words.iter().any(|words| words.join(" ") == what);
    if said("given name") {
        Some("given")
    } else if said("family name") {
        Some("family")
    } else if said("middle name") {
        Some("middle")
    } else {
        None
    }
}

/// The part of an address that a field takes.
pub fn address_part(words: &[Vec<String>]) -> Option<&'static str> {
    let last =
        |what: &[&str]| words.iter().any(|words| words.iter().map(String::as_str).collect::<Vec<_>>().ends_with(what));
    [
        (&["postal", "code"][..], "postal_code"),
        (&["street"], "street"),
        (&["unit"], "unit"),
        (&["city"], "city"),
        (&["state"], "state"),
        (&["country"], "country"),
    ]
    .into_iter()
    .find(|(what, _)| last(what))
    .map(|(_, part)| part)
}

/// A rule that takes a part of a column.
pub fn part_of(name: &str, by: SplitBy) -> Proposed {
    Proposed { from: vec![name.to_owned()], rule: Rule::Split { by }, problem: None }
}

/// Whether a column is about how a record came and went, and tells nothing of a customer.
pub fn is_technical(subject: &Subject, column: usize) -> bool {
    let Some(known) = subject.object.columns.get(column) else { return false };
    known.meaning == Some(ColumnMeaning::SyncedAt) || Vocabulary::built_in().is_technical(&known.name)
}
