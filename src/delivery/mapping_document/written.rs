//! The mapping document as a page.

use super::{Line, MappingDocument, ObjectPart, Personal, message};
use crate::mapping::check::{Problem, ProblemKind};
use crate::mapping::coverage::Sum;
use crate::model::Entity;
use crate::values::format::{count, thousands};
use crate::values::page::{self, Block, Grid, visible};

/// As Markdown.
#[must_use]
pub fn markdown(document: &MappingDocument, personal: Personal<'_>) -> String {
    page::markdown(&blocks(document, personal))
}

/// As one HTML file.
#[must_use]
pub fn html(document: &MappingDocument, personal: Personal<'_>) -> String {
    page::html("Mapping document", &blocks(document, personal))
}

fn dash(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { visible(text) }
}

/// `48 fields = 29 mapped + 2 archived + 8 dropped + 9 open`
pub(super) fn sum_in_words(sum: Sum) -> String {
    let Sum { columns, mapped, archived, dropped, open, .. } = sum;
    format!(
        "{} = {mapped} mapped + {archived} archived + {dropped} dropped + {open} open",
        count(columns, "field", "fields")
    )
}

fn blocks(document: &MappingDocument, personal: Personal<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "Mapping document".to_owned())];
    let as_of = document
        .as_of
        .as_deref()
        .map_or("nothing is loaded yet".to_owned(), |at| format!("data as of {}", at.get(..10).unwrap_or(at)));
    blocks.push(Block::Paragraph(format!(
        "{}; {}. The examples of an object come from one of its records; ° marks a value of another, where that has \
         none. A rule is approved once it is reviewed technically and by the business; \
         changing it takes both away. Audit head {}.",
        sum_in_words(document.sum),
        as_of,
        document.audit_head.get(..16).unwrap_or(&document.audit_head),
    )));
    overview(document, &mut blocks);
    problems(document, personal, &mut blocks);
    truth(document, personal, &mut blocks);
    document.objects.iter().for_each(|object| object_blocks(object, personal, &mut blocks));
    questions(document, personal, &mut blocks);
    if !document.entities.is_empty() {
        blocks.push(Block::Heading(2, "The target model".to_owned()));
        document.entities.iter().for_each(|entity| describe(entity, personal, &mut blocks));
    }
    blocks
}

/// Every object with what becomes of its fields.
fn overview(document: &MappingDocument, blocks: &mut Vec<Block>) {
    if document.objects.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "What goes where".to_owned()));
    let number = |number: u64| if number == 0 { "–".to_owned() } else { thousands(number) };
    let rows = document.objects.iter().map(|object| {
        let entities: Vec<&str> = object.maps.iter().map(|map| map.entity.as_str()).collect();
        let Sum { columns, mapped, archived, dropped, open, reviewed } = object.sum;
        vec![
            visible(&format!("{} › {}", object.source, object.object)),
            dash(&entities.join(", ")),
            thousands(object.records),
            number(columns),
            number(mapped),
            number(archived),
            number(dropped),
            number(open),
            number(reviewed),
        ]
    });
    let head = vec![
        ("object", false),
        ("feeds", false),
        ("records", true),
        ("fields", true),
        ("mapped", true),
        ("archived", true),
        ("dropped", true),
        ("open", true),
        ("reviewed", true),
    ];
    blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
}

fn questions(document: &MappingDocument, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    if document.questions.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "Operating questions".to_owned()));
    let rows = document.questions.iter().map(|question| match &question.answer {
        Some(answer) => vec![
            visible(&question.question),
            visible(&answer.answer),
            dash(&answer.because),
            visible(&personal(&answer.by)),
            answer.at.get(..10).unwrap_or(&answer.at).to_owned(),
        ],
        None => {
            vec![visible(&question.question), "not answered".to_owned(), "–".to_owned(), "–".to_owned(), "–".to_owned()]
        }
    });
    let head = vec![("question", false), ("answer", false), ("because", false), ("by", false), ("on", false)];
    blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
}

fn problems(document: &MappingDocument, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "What is open".to_owned()));
    let blocking = document.problems.iter().filter(|problem| problem.blocks).count() as u64;
    if document.problems.is_empty() {
        blocks.push(Block::Paragraph("Nothing is undecided and nothing blocks a rehearsal.".to_owned()));
        return;
    }
    let words = match blocking {
        0 => "Nothing blocks a rehearsal.".to_owned(),
        n => format!("{} a rehearsal.", count(n, "thing blocks", "things block")),
    };
    // What is not reviewed or approved stands with each rule and entity; here it is only counted.
    let is_listed = |problem: &&Problem| {
        problem.blocks || !matches!(problem.kind, ProblemKind::Unreviewed | ProblemKind::Unapproved)
    };
    let of =
        |kind: ProblemKind| document.problems.iter().filter(move |problem| problem.kind == kind && !problem.blocks);
    let unreviewed: u64 = of(ProblemKind::Unreviewed).map(|problem| problem.count).sum();
    let unapproved = of(ProblemKind::Unapproved).count() as u64;
    let waiting = match (unreviewed, unapproved) {
        (0, 0) => String::new(),
        (rules, entities) => format!(
            " {} not reviewed by both sides, {} not approved.",
            count(rules, "rule is", "rules are"),
            count(entities, "entity is", "entities are")
        ),
    };
    blocks.push(Block::Paragraph(format!("{words}{waiting}")));
    if !document.problems.iter().any(|problem| is_listed(&problem)) {
        return;
    }
    let rows = document.problems.iter().filter(is_listed).map(|problem| {
        let place = place_of(problem);
        let who = if problem.who.is_empty() { "–".to_owned() } else { visible(&personal(&problem.who)) };
        vec![
            if problem.blocks { "blocks" } else { "look" }.to_owned(),
            visible(&problem.title),
            visible(&place),
            if problem.count == 0 { "–".to_owned() } else { thousands(problem.count) },
            who,
            visible(&message(problem, personal)),
        ]
    });
    let head = vec![
        ("", false),
        ("what", false),
        ("where", false),
        ("records", true),
        ("who decides", false),
        ("what next", false),
    ];
    blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
}

/// `Salesforce › Account › Type → account.segment`.
fn place_of(problem: &Problem) -> String {
    let target = match (problem.entity.as_str(), problem.field.as_str()) {
        (entity, "") => entity.to_owned(),
        (entity, field) => format!("{entity}.{field}"),
    };
    // Where no column is meant, the target stands in its place.
    let column = if problem.column == target { "" } else { &problem.column };
    let source = [problem.source.as_str(), problem.object.as_str(), column];
    let source: Vec<&str> = source.into_iter().filter(|part| !part.is_empty()).collect();
    match (source.is_empty(), target.is_empty()) {
        (true, _) => target,
        (false, true) => source.join(" › "),
        (false, false) => format!("{} → {target}", source.join(" › ")),
    }
}

fn describe(entity: &Entity, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(3, visible(&entity.name)));
    let mut sentences = vec![format!("One row is {}.", dash(&entity.grain.one_row_is))];
    if !entity.purpose.is_empty() {
        sentences.push(format!("It is for: {}.", visible(entity.purpose.trim_end_matches('.'))));
    }
    if !entity.processes.is_empty() {
        sentences.push(format!("It supports {}.", visible(&entity.processes.join(", "))));
    }
    if !entity.owner.is_empty() {
        sentences.push(format!("Owner: {}.", visible(&personal(&entity.owner))));
    }
    blocks.push(Block::Paragraph(sentences.join(" ")));
    let rows = entity.fields.iter().map(|field| {
        let kind = serde_json::to_value(field.kind).unwrap_or_default();
        let allowed: Vec<&str> = field.allowed.iter().map(|allowed| allowed.value.as_str()).collect();
        vec![
            visible(&field.name),
            kind.as_str().unwrap_or_default().to_owned(),
            if field.required { "required" } else { "–" }.to_owned(),
            if field.personal { "personal" } else { "–" }.to_owned(),
            dash(&field.definition),
            dash(&allowed.join(", ")),
            if field.owner.is_empty() { "–".to_owned() } else { visible(&personal(&field.owner)) },
            dash(&field.process),
        ]
    });
    let head = vec![
        ("field", false),
        ("type", false),
        ("required", false),
        ("personal", false),
        ("definition", false),
        ("allowed values", false),
        ("owner", false),
        ("process", false),
    ];
    blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
}

fn truth(document: &MappingDocument, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    if document.truth.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "Source of truth".to_owned()));
    let rows = document.truth.iter().map(|row| {
        let by = if row.by.is_empty() { "? proposed".to_owned() } else { visible(&personal(&row.by)) };
        vec![visible(&row.of), dash(&row.owner), dash(&row.after), dash(&row.note), by]
    });
    let head =
        vec![("of", false), ("owned by", false), ("trusted after", false), ("note", false), ("decided by", false)];
    blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
}

fn object_blocks(object: &ObjectPart, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, visible(&format!("{} › {}", object.source, object.object))));
    blocks.push(Block::Paragraph(format!(
        "{}. {}.",
        count(object.records, "record", "records"),
        sum_in_words(object.sum)
    )));
    if !object.maps.is_empty() {
        let rows = object.maps.iter().map(|map| {
            let which = match (map.only_where.as_str(), map.excluded.as_str()) {
                ("", _) => "all".to_owned(),
                (expression, reason) => format!("where {expression}; the others are excluded: {reason}"),
            };
            vec![
                visible(&map.entity),
                visible(&map.version),
                if map.owner.is_empty() { "–".to_owned() } else { visible(&personal(&map.owner)) },
                dash(&map.process),
                visible(&which),
                dash(&map.figures),
                dash(&map.deduplication),
                dash(&map.validation),
                dash(&map.not_fed.join(", ")),
            ]
        });
        let head = vec![
            ("feeds", false),
            ("map", false),
            ("owner", false),
            ("process", false),
            ("records", false),
            ("counted", false),
            ("deduplication", false),
            ("validation", false),
            ("required, not fed", false),
        ];
        blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
    }
    let rows = object.lines.iter().map(|line| fields_row(line, personal)).collect();
    blocks.push(Block::Table(Grid { head: HEAD.to_vec(), rows }));
    for part in &object.value_maps {
        let title = format!("Values of {} → {}", part.column, part.fields.join(", "));
        blocks.push(Block::Heading(3, visible(&title)));
        let rows = part.rows.iter().map(|row| {
            let value = if row.value.is_empty() { "(empty)".to_owned() } else { visible(&personal(&row.value)) };
            vec![
                value,
                thousands(row.records),
                visible(&row.becomes.join(" · ")),
                if row.by.is_empty() { "–".to_owned() } else { visible(&personal(&row.by)) },
            ]
        });
        let head = vec![("source value", false), ("records", true), ("becomes", false), ("by", false)];
        blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
    }
}

const HEAD: [(&str, bool); 12] = [
    ("source field", false),
    ("filled", true),
    ("example", false),
    ("rule", false),
    ("target field", false),
    ("example", false),
    ("required", false),
    ("where missing", false),
    ("owner", false),
    ("technical review", false),
    ("business review", false),
    ("comments", false),
];

/// The example with its mark.
pub(super) fn example(line: &Line, personal: Personal<'_>) -> String {
    match (line.example.as_str(), line.of_another) {
        ("", _) => "–".to_owned(),
        (text, true) => format!("{} °", visible(&personal(text))),
        (text, false) => visible(&personal(text)),
    }
}

fn fields_row(line: &Line, personal: Personal<'_>) -> Vec<String> {
    let value = |text: &str| if text.is_empty() { "–".to_owned() } else { visible(&personal(text)) };
    let rule = match (line.disposition.as_str(), line.reason.as_str()) {
        ("", _) => "not decided".to_owned(),
        (disposition @ ("dropped" | "archived"), reason) => format!("{disposition}: {}", visible(reason)),
        (_, _) => visible(&line.rule),
    };
    let field =
        if line.field.is_empty() { "–".to_owned() } else { visible(&format!("{}.{}", line.entity, line.field)) };
    vec![
        dash(&line.column),
        line.filled.clone(),
        example(line, personal),
        rule,
        field,
        value(&line.target_example),
        if line.required { "required" } else { "–" }.to_owned(),
        dash(&line.missing),
        value(&line.owner),
        value(&line.technical),
        value(&line.business),
        value(&line.comments.join(" · ")),
    ]
}
