//! The model in words and tables.

use super::super::output::{Output, Table};
use crate::definitions::Verdict;
use crate::model::lint::Remark;
use crate::model::questions::Question;
use crate::model::shipped::Concept;
use crate::model::truth::TruthRow;
use crate::model::{Case, Field, FieldType, MissingPolicy, Relationship, RoleInGrain, Standing};
use crate::values::format::count;
use crate::values::shown::Shown;

/// Whether it is shipped, changed, reviewed, approved.
pub(super) fn state(standing: &Standing, output: &Output) -> String {
    let Some(version) = standing.version.filter(|_| !standing.is_as_shipped()) else { return "shipped".to_owned() };
    if standing.entity.removed {
        return format!("removed by {}", output.value(&standing.author));
    }
    match standing.reviews.iter().rev().find(|review| review.verdict != Verdict::Reviewed) {
        Some(review) => format!("version {version}, {} by {}", review.verdict.word(), output.value(&review.who)),
        None if standing.reviews.is_empty() => format!("version {version}"),
        None => format!("version {version}, reviewed"),
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

pub(super) fn model(model: &[Standing], removed: bool, output: &Output) -> String {
    if model.is_empty() {
        let words = if removed {
            "Nothing was removed from the model.\n"
        } else {
            "The model has no entities. cutover model restore NAME brings one back.\n"
        };
        return words.to_owned();
    }
    let head = [
        ("entity", false),
        ("kind", false),
        ("one row is", false),
        ("fields", true),
        ("owner", false),
        ("state", false),
    ];
    let mut table = Table::new(&head);
    for standing in model {
        let entity = &standing.entity;
        table.row(vec![
            Shown::of(&entity.name),
            Shown::of(if removed { "" } else { entity.kind.word() }),
            Shown::of(or_dash(&entity.grain.one_row_is)),
            Shown::of(&entity.fields.len().to_string()),
            output.shown(or_dash(&entity.owner)),
            Shown::of(&state(standing, output)),
        ]);
    }
    let fields: usize = model.iter().map(|standing| standing.entity.fields.len()).sum();
    let approved = model.iter().filter(|standing| standing.approved().is_some()).count();
    let sum = if removed {
        "cutover model restore NAME brings one back.".to_owned()
    } else {
        format!(
            "{} with {} · {approved} approved",
            count(model.len() as u64, "entity", "entities"),
            count(fields as u64, "field", "fields")
        )
    };
    format!("{}\n{sum}\n", table.render(60))
}

pub(super) fn concepts(concepts: &[Concept]) -> String {
    let mut table = Table::new(&[("concept", false), ("one row is", false), ("matters when", false)]);
    for concept in concepts {
        table.row([concept.word, concept.one_row_is, concept.matters_when].map(Shown::of).into());
    }
    table.render(72)
}

/// One entity.
pub(super) fn standing(standing: &Standing, against: &[String], output: &Output) -> String {
    let entity = &standing.entity;
    let mut text = format!("{} · {} · {}\n\n", entity.name, entity.kind.word(), Shown::of(&state(standing, output)));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {label:<12}  {}\n", Shown::of(value)));
        }
    };
    let grain = if entity.grain.one_row_is.is_empty() { "nobody said it yet" } else { &entity.grain.one_row_is };
    line("one row is", grain);
    line("concept", &entity.grain.concept);
    line("purpose", or_dash(&entity.purpose));
    line("matters when", &entity.matters_when);
    line("owner", &output.value(or_dash(&entity.owner)));
    line("processes", &entity.processes.join(", "));
    line("keys", &if entity.key_prefix.is_empty() { String::new() } else { format!("{}-…", entity.key_prefix) });
    line("target name", &entity.target_name);
    line("derived from", &entity.derived_from.join(", "));
    text.push_str(&format!("\n{}", fields(&entity.fields)));
    if !entity.relationships.is_empty() {
        text.push_str("\nrelationships\n");
        entity.relationships.iter().for_each(|one| text.push_str(&relationship(one)));
    }
    for (title, cases) in [
        ("real-world customers with several records", &entity.several_records),
        ("records that several share", &entity.shared_records),
    ] {
        if !cases.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            cases.iter().for_each(|case| text.push_str(&in_words(case, output)));
        }
    }
    if !against.is_empty() {
        text.push_str("\nagainst approval\n");
        against.iter().for_each(|reason| text.push_str(&format!("  ✗ {}\n", Shown::of(reason))));
    }
    text
}

/// Who is right about it, and the answers to the questions that matter to it.
pub(super) fn decisions(questions: &[Question], truth: &[&TruthRow], output: &Output) -> String {
    let mut text = String::new();
    if !truth.is_empty() {
        text.push_str("\nsource of truth\n");
    }
    for row in truth {
        let owner = match (row.owner.as_str(), row.is_decided()) {
            ("", _) => "open".to_owned(),
            (owner, true) => owner.to_owned(),
            (owner, false) => format!("? {owner}"),
        };
        let mut parts = vec![format!("{}: {owner}", row.of)];
        if !row.after.is_empty() {
            parts.push(format!("after: {}", row.after));
        }
        if row.is_decided() {
            parts.push(format!("{}, {}", output.value(&row.by), row.at.get(..10).unwrap_or(&row.at)));
        }
        text.push_str(&format!("  {}\n", Shown::of(&parts.join(" · "))));
    }
    if questions.is_empty() {
        return text;
    }
    text.push_str("\nquestions\n");
    for question in questions {
        let answer = match &question.answer {
            Some(answer) => format!(
                "{} · {}, {}",
                output.sentence(&answer.answer),
                output.value(&answer.by),
                answer.at.get(..10).unwrap_or(&answer.at)
            ),
            None => "open".to_owned(),
        };
        text.push_str(&format!("  {}  {}\n", Shown::of(&question.question), Shown::of(&answer)));
    }
    text
}

fn fields(fields: &[Field]) -> String {
    let head =
        [("", false), ("field", false), ("type", false), ("values", false), ("empty", false), ("what it is", false)];
    let mut table = Table::new(&head);
    // Required ones first, each part in the order of the document.
    let (required, others): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.required);
    for field in required.into_iter().chain(others) {
        let marks = [
            (field.required, '*'),
            (field.role == RoleInGrain::Identity, '#'),
            (field.personal, '@'),
            (field.derived, '^'),
        ];
        let marks: String = marks.iter().map(|(is, mark)| if *is { *mark } else { ' ' }).collect();
        let kind = match field.kind {
            FieldType::Reference => format!("→ {}", field.references),
            kind => kind.word().to_owned(),
        };
        let values: Vec<&str> = field.allowed.iter().map(|allowed| allowed.value.as_str()).collect();
        let missing = match field.missing.policy {
            MissingPolicy::Undecided => String::new(),
            policy if field.missing.value.is_empty() => policy.word().to_owned(),
            policy => format!("{}: {}", policy.word(), field.missing.value),
        };
        let cells = [marks.trim_end(), &field.name, &kind, &values.join(", "), &missing, &field.definition];
        table.row(cells.map(Shown::of).into());
    }
    format!("{}* required · # identity · @ personal · ^ derived\n", table.render(44))
}

fn relationship(one: &Relationship) -> String {
    let mut words = format!("  {} → {}", one.name, one.to);
    if one.many {
        words.push_str(", many");
    }
    for (label, value) in [("as", &one.role), ("in", &one.field), ("through", &one.through)] {
        if !value.is_empty() {
            words.push_str(&format!(" · {label} {value}"));
        }
    }
    if one.hierarchy {
        words.push_str(" · hierarchy");
    }
    if one.required {
        words.push_str(" · required");
    }
    format!("{}\n", Shown::of(&words))
}

fn in_words(case: &Case, output: &Output) -> String {
    let records: Vec<String> = case.records.iter().map(|record| output.sentence(record)).collect();
    let who = format!("{}, {}", output.value(&case.by), case.at.get(..10).unwrap_or(&case.at));
    format!(
        "  {} · {} · {}\n",
        Shown::of(&output.sentence(&case.what)),
        Shown::of(&records.join(", ")),
        Shown::of(&who)
    )
}

/// Remarks of one kind that are listed one by one.
const FEW: usize = 3;

pub(super) fn remarks(remarks: &[Remark], blocking: usize) -> String {
    if remarks.is_empty() {
        return "Nothing is vague.\n".to_owned();
    }
    let mut text = String::new();
    // What holds of nearly all is said once.
    let unowned: Vec<&str> = remarks.iter().filter(|r| r.kind == "no_owner").map(|r| r.entity.as_str()).collect();
    let once = unowned.len() > FEW;
    if once {
        let (who, all) = (count(unowned.len() as u64, "entity has", "entities have"), unowned.join(", "));
        text.push_str(&format!("! {who} no owner: {} (no_owner)\n", Shown::of(&all)));
    }
    for remark in remarks.iter().filter(|remark| !(once && remark.kind == "no_owner")) {
        let place = match &remark.field {
            Some(field) => format!("{}.{field}", remark.entity),
            None => remark.entity.clone(),
        };
        let mark = if remark.blocks { '✗' } else { '!' };
        text.push_str(&format!("{mark} {}: {} ({})\n", Shown::of(&place), Shown::of(&remark.message), remark.kind));
    }
    format!("{text}\n{} of {} block an approval\n", blocking, count(remarks.len() as u64, "remark", "remarks"))
}
