//! What was gathered of an object, put into findings: each with its rule as a sentence and the figures that it went by.

use super::collect::{Found, RecList};
use super::detect::{Field, Kind};
use super::pass::{Pass, Pointing};
use super::people::{self, Shared};
use super::rules::Rules;
use super::subject::Subject;
use super::{Finding, Kept};
use crate::sources::ObjectId;
use crate::sources::profile::Counted;
use crate::values::format::{count, share, thousands};
use crate::values::shown::Shown;

/// A finding of a subject.
#[must_use]
pub fn finding(
    subject: &Subject,
    kind: Kind,
    column: Option<usize>,
    recs: RecList,
    values: Vec<Counted>,
    rule: String,
) -> Kept {
    let name = column.map(|at| subject.column_name(at).to_owned());
    let finding = Finding {
        id: 0,
        kind: kind.word().to_owned(),
        title: kind.title().to_owned(),
        object: subject.id,
        column,
        column_name: name,
        records: recs.len(),
        rule,
        values,
    };
    Kept { finding, recs, whole: false, relation: None }
}

/// A finding about every record of a subject.
#[must_use]
pub fn whole(
    subject: &Subject,
    kind: Kind,
    column: Option<usize>,
    rows: u64,
    values: Vec<Counted>,
    rule: String,
) -> Kept {
    let mut kept = finding(subject, kind, column, RecList::default(), values, rule);
    kept.finding.records = rows;
    kept.whole = true;
    kept
}

/// Everything that one reading of an object found, apart from its relations.
#[must_use]
pub fn findings_of(pass: &mut Pass<'_>, shared: &Shared, own: &[String], rules: &Rules) -> Vec<Kept> {
    let mut kept = of_records(pass, shared, own, rules);
    for at in 0..pass.columns.len() {
        kept.extend(of_column(pass, at, rules));
    }
    kept
}

fn of_records(pass: &mut Pass<'_>, shared: &Shared, own: &[String], rules: &Rules) -> Vec<Kept> {
    let subject = pass.subject;
    let mut kept = Vec::new();
    let named = pass.found.remove(&Kind::SharedInbox).unwrap_or_default();
    let (recs, values) = people::together(&named, shared);
    if !recs.is_empty() {
        let by = [(named.recs.len(), "by its name"), (shared.crowded.len(), "by how many share it")];
        let by: Vec<String> = by
            .into_iter()
            .filter(|(records, _)| *records > 0)
            .map(|(records, how)| format!("{} {how}", count(records, "record", "records")))
            .collect();
        let rule = format!(
            "An address whose first part is that of a function (info, sales, reception, … {} in several languages) on the record \
             of a person, or one address on more than {} people: {}.",
            count(rules.shared_inbox.local_parts.len() as u64, "word", "words"),
            rules.shared_inbox.people,
            by.join(" and "),
        );
        kept.push(finding(subject, Kind::SharedInbox, pass.email, recs, values, rule));
    }
    if !shared.reused.is_empty() {
        let rule = format!(
            "One address on two to {} people: given names that are no spellings, initials or short forms of one another, or \
             senior and junior. Shared inboxes and records merged away or deleted are left out.",
            rules.shared_inbox.people
        );
        kept.push(finding(
            subject,
            Kind::ReusedEmail,
            pass.email,
            shared.reused.clone(),
            shared.reused_values.clone(),
            rule,
        ));
    }
    if !shared.repeated.is_empty() {
        let rule =
            "One address on several records of one name: accounts that came twice, or one person with several roles. \
                    Shared inboxes and records merged away or deleted are left out."
                .to_owned();
        kept.push(finding(
            subject,
            Kind::RepeatedEmail,
            pass.email,
            shared.repeated.clone(),
            shared.repeated_values.clone(),
            rule,
        ));
    }
    for (kind, found) in std::mem::take(&mut pass.found) {
        let (column, rule) = match kind {
            Kind::DeletedButPresent => (
                None,
                "A column of the export says that the record is deleted; it may have been merged away.".to_owned(),
            ),
            Kind::MissingId => {
                let column = subject.native();
                let name = column.map_or_else(String::new, |at| Shown::of(subject.column_name(at)).to_plain());
                let rule = format!(
                    "{} of {} whose {name}, the native ID, is empty or blank: they are known by load and line alone, and nothing can \
                     name them.",
                    thousands(found.recs.len()),
                    count(pass.rows, "record", "records"),
                );
                (column, rule)
            }
            Kind::TestOrInternal => (
                None,
                format!(
                    "A word such as test or QA in a name, an address for trying things out{}, an ID that begins with TEST-, or a \
                     column that says so.",
                    match own {
                        [] => String::new(),
                        own => format!(
                            " or of {}",
                            own.iter().map(|d| Shown::of(d).to_plain()).collect::<Vec<_>>().join(", ")
                        ),
                    }
                ),
            ),
            Kind::Demo => (None, "The word demo in a name or an address.".to_owned()),
            Kind::Spam => (
                None,
                format!(
                    "A web address or a catchword in a name, or a word of {} letters or more with {} changes from small to \
                     capital letters, or one of {} or more without a vowel.",
                    rules.spam.letters, rules.spam.changes, rules.spam.no_vowel_letters
                ),
            ),
            Kind::Incomplete => (
                None,
                "A person without name, e-mail and phone; records merged away or deleted are left out.".to_owned(),
            ),
            Kind::ConsentMissing if pass.consent.is_empty() => {
                (None, "People with an e-mail, in an export that has no column of consent.".to_owned())
            }
            Kind::ConsentMissing => {
                let names: Vec<String> =
                    pass.consent.iter().map(|at| Shown::of(subject.column_name(*at)).to_plain()).collect();
                (pass.consent.first().copied(), format!("People with an e-mail and nothing in {}.", names.join(", ")))
            }
            Kind::NoAccount
                if pass.account.and_then(|at| pass.pointing.get(at)).is_some_and(Pointing::meets_nothing) =>
            {
                continue;
            }
            Kind::NoAccount => {
                let pointing = pass.account.and_then(|at| pass.pointing.get(at));
                let column = pointing.map(|pointing| pointing.column);
                let name = column.map_or_else(String::new, |at| Shown::of(subject.column_name(at)).to_plain());
                (column, format!("A person whose {name} is empty or names nothing that is loaded."))
            }
            _ => continue,
        };
        let values = found.values.top();
        kept.push(finding(subject, kind, column, found.recs, values, rule));
    }
    kept
}

fn of_column(pass: &mut Pass<'_>, at: usize, rules: &Rules) -> Vec<Kept> {
    let (subject, rows) = (pass.subject, pass.rows);
    let Some(column) = pass.columns.get_mut(at) else { return Vec::new() };
    let filled = column.filled;
    let mut kept = Vec::new();
    let mut put = |kind: Kind, found: &mut Found, rule: String| {
        let found = std::mem::take(found);
        if !found.recs.is_empty() {
            let values = found.values.top();
            kept.push(finding(subject, kind, Some(at), found.recs, values, rule));
        }
    };
    put(
        Kind::Placeholder,
        &mut column.placeholder,
        "A word, a date or a number that stands for no value: n/a, xxx, 1900-01-01, 0000000, 123456789 and their like."
            .to_owned(),
    );
    let needs_dot = if rules.invalid_email.needs_dot { " or one whose domain has no dot" } else { "" };
    put(Kind::InvalidEmail, &mut column.invalid, format!("Filled, and holds no e-mail address{needs_dot}."));
    put(
        Kind::Mojibake,
        &mut column.broken,
        "Letters that show a wrong encoding before the export: UTF-8 read as Windows-1252 (Ã¼, â€™), U+FFFD, a ? within a word."
            .to_owned(),
    );
    if (column.tags.recs.len() as f64) < rules.flattened_line_breaks.html_most * filled as f64 {
        let tags = std::mem::take(&mut column.tags);
        let breaks = &mut column.written_breaks;
        if !tags.recs.is_empty() {
            let recs = breaks.recs.to_vec().into_iter().chain(tags.recs.to_vec());
            breaks.recs = RecList::of(recs);
            for value in tags.values.top() {
                (0..value.count.min(1_000)).for_each(|_| breaks.values.add(&value.text));
            }
        }
    }
    put(
        Kind::FlattenedLineBreaks,
        &mut column.written_breaks,
        format!(
            "A line break written out (\\n, _x000D_, <br>), or {} runs of blanks within a text of {} characters.",
            rules.flattened_line_breaks.blanks, rules.flattened_line_breaks.blanks_text
        ),
    );
    put(
        Kind::ExcelRuined,
        &mut column.destroyed,
        "Surely destroyed: a number in short (2.52E+18), ##### or an error of a spreadsheet in place of the value."
            .to_owned(),
    );
    if column.rounded.recs.len() as f64 <= rules.excel_ruined.rounded_most * filled as f64 {
        let rule =
            "Suspected: 16 digits or more, of which all after the fifteenth are zero, unlike most of the column.";
        put(Kind::ExcelRuined, &mut column.rounded, rule.to_owned());
    }
    if column.day_and_month.recs.len() as f64 <= rules.excel_ruined.dates_most * filled as f64 {
        let rule = format!(
            "Suspected: a code that was taken for a day and a month (1-Mar), in at most {} of a column of others.",
            share((rules.excel_ruined.dates_most * 100.0) as u64, 100)
        );
        put(Kind::ExcelRuined, &mut column.day_and_month, rule);
    }
    if column.zeros_suspected(rules) {
        let rule = "Suspected: a bare number without a zero before it, in a column whose written-out national numbers begin with one: a spreadsheet drops it.";
        put(Kind::ExcelRuined, &mut column.lost_zeros, rule.to_owned());
    }
    if let Some((length, values, below, found)) = column.take_lengths().and_then(|lengths| lengths.cut(rules)) {
        let rule = format!(
            "{} of exactly {} characters, the longest of the column, and {} one shorter.",
            count(values, "value", "values"),
            thousands(u64::from(length)),
            if below == 0 { "none".to_owned() } else { thousands(below) },
        );
        let values = found.values.top();
        kept.push(finding(subject, Kind::Truncated, Some(at), found.recs, values, rule));
    }
    if rows >= rules.unused_column.rows
        && (filled == 0 || filled == rows && !column.several && column.field != Some(Field::Id))
    {
        let values =
            column.one_value.iter().map(|text| Counted { text: text.chars().take(200).collect(), count: filled });
        let rule = if filled == 0 {
            format!("Never filled in {}.", count(rows, "record", "records"))
        } else {
            format!("One value in all {} records.", thousands(rows))
        };
        kept.push(whole(subject, Kind::UnusedColumn, Some(at), rows, values.collect(), rule));
    }
    kept
}

/// Brings findings in the order in which people are told: by object, kind and column, and numbers them.
pub fn number(kept: &mut [Kept], order: &[ObjectId]) {
    let place = |object: ObjectId| order.iter().position(|known| *known == object);
    let kind = |word: &str| Kind::ALL.iter().position(|kind| kind.word() == word);
    kept.sort_by_key(|k| (place(k.finding.object), kind(&k.finding.kind), k.finding.column, k.relation));
    for (kept, id) in kept.iter_mut().zip(1..) {
        kept.finding.id = id;
    }
}
