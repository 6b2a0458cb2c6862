//! One entity of the model: its grain and purpose, its fields and relationships, the cases that do not fit it. Every fact is
//! changed with one key; each change is a version that undo takes back.

use ratatui::layout::Rect;

use super::model_asks::{Then, Wanted};
use super::pick::{self, Pick};
use super::{Screen, model, typed};
use crate::definitions::{Verdict, VersionNumber};
use crate::model::{Entity, Field, MissingPolicy, RoleInGrain, Standing};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::model::ModelAsk;
use crate::tui::msg::{Ask, Target};
use crate::tui::overlays::Overlay;
use crate::tui::overlays::question::Question as Choice;
use crate::tui::paint::{Canvas, Line};
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct EntityScreen {
    pub name: String,
    pub list: List,
    filter: String,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row<'a> {
    /// A fact of the entity itself: its key and its words.
    Fact(&'static str, &'static str),
    Field(&'a Field),
    Relationship(usize),
    /// A case that does not fit the grain: whether several records are of one, and which.
    Case(bool, usize),
}

/// The facts of an entity that a person changes: key, label.
const FACTS: [(&str, &str); 9] = [
    ("grain.one_row_is", "one row is"),
    ("grain.concept", "concept"),
    ("purpose", "purpose"),
    ("matters_when", "matters when"),
    ("owner", "owner"),
    ("processes", "processes"),
    ("kind", "kind"),
    ("key_prefix", "key prefix"),
    ("target_name", "name in the target"),
];

/// The facts of a field that a person changes: key, label.
const FIELD_FACTS: [(&str, &str); 20] = [
    ("definition", "definition"),
    ("required", "required"),
    ("type", "type"),
    ("allowed", "allowed values, with commas"),
    ("missing.policy", "where it is missing"),
    ("missing.value", "its default, or its expression"),
    ("owner", "owner"),
    ("process", "process that needs it"),
    ("used_by", "used by"),
    ("personal", "personal data"),
    ("role", "identity or attribute"),
    ("group", "travels with (group)"),
    ("references", "names a row of (entity)"),
    ("longest", "most characters"),
    ("least", "least value"),
    ("most", "most value"),
    ("scale", "digits after the point"),
    ("derived", "derived in the warehouse"),
    ("target_name", "name in the target"),
    ("synonyms", "other words for it, with commas"),
];

/// Takes the filter away. Returns whether there was one.
pub fn unfiltered(screen: &mut EntityScreen) -> bool {
    let was = !screen.filter.is_empty();
    filter(screen, "");
    was
}

/// Opens it with the cursor on a field: from what blocks.
pub fn open_at(app: &mut App, name: String, field: &str) {
    open(app, name.clone());
    let Some(standing) = standing(app, &name) else { return };
    let found = rows(&standing.entity, &EntityScreen::default());
    let at = found.iter().position(|row| matches!(row, Row::Field(known) if known.name == field));
    let (len, height) = (found.len() as u64, app.rows);
    if let (Some(at), Some(Screen::Entity(screen))) = (at, app.map.stack.last_mut()) {
        screen.list.show(at as u64, len, height);
    }
}

/// The words that a fact is one of: each with what it means; empty: it is typed.
fn words_of(key: &str) -> Vec<(&'static str, &'static str)> {
    let plain = |words: &'static [&'static str]| words.iter().map(|word| (*word, "")).collect();
    match key {
        "kind" => plain(crate::model::entity::keys::KINDS),
        "type" => plain(crate::model::entity::keys::TYPES),
        "role" => vec![("identity", "says who or what the row is"), ("attribute", "says something of it")],
        "required" | "personal" | "derived" => vec![("yes", ""), ("no", "")],
        "missing.policy" => vec![
            ("undecided", "it blocks while there is such a row"),
            ("default", "a default value"),
            ("derive", "an expression makes it"),
            ("reject", "the record is rejected"),
            ("ask", "a person is asked for each record"),
        ],
        _ => Vec::new(),
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(app: &App, screen: &EntityScreen, act: Act) -> Option<&'static str> {
    let Some(standing) = standing(app, &screen.name) else {
        return (act != Act::Back).then_some("the entity is not in the model any more");
    };
    let found = rows(&standing.entity, screen);
    let row = screen.list.index(found.len()).map(|at| found[at]);
    match (act, row) {
        (Act::Open | Act::CopyCell | Act::Remove, None) => Some("nothing is shown here"),
        (Act::Open, Some(Row::Relationship(_))) => Some("cutover model set changes a relationship; x takes it out"),
        (Act::Open, Some(Row::Case(..))) => Some("cutover model case adds to it"),
        (Act::Remove, Some(Row::Fact(..) | Row::Case(..))) => Some("the cursor is on no field and no relationship"),
        _ => None,
    }
}

/// Opens it.
pub fn open(app: &mut App, name: String) {
    app.map.stack.push(Screen::Entity(EntityScreen { name, ..EntityScreen::default() }));
}

fn standing<'a>(app: &'a App, name: &str) -> Option<&'a Standing> {
    model::all(app).iter().find(|standing| standing.entity.name == name)
}

/// The rows: facts, fields (required first), relationships, cases.
fn rows<'a>(entity: &'a Entity, screen: &EntityScreen) -> Vec<Row<'a>> {
    let needle = screen.filter.to_lowercase();
    let mut rows: Vec<Row<'a>> = Vec::new();
    if needle.is_empty() {
        rows.extend(FACTS.iter().map(|(key, label)| Row::Fact(key, label)));
    }
    let mut fields: Vec<&Field> = entity
        .fields
        .iter()
        .filter(|field| {
            needle.is_empty()
                || field.name.to_lowercase().contains(&needle)
                || field.definition.to_lowercase().contains(&needle)
        })
        .collect();
    fields.sort_by_key(|field| !field.required);
    rows.extend(fields.into_iter().map(Row::Field));
    if needle.is_empty() {
        rows.extend((0..entity.relationships.len()).map(Row::Relationship));
        rows.extend((0..entity.several_records.len()).map(|at| Row::Case(true, at)));
        rows.extend((0..entity.shared_records.len()).map(|at| Row::Case(false, at)));
    }
    rows
}

/// The value of a fact as it is typed.
fn fact(entity: &Entity, key: &str) -> String {
    match key {
        "grain.one_row_is" => entity.grain.one_row_is.clone(),
        "grain.concept" => entity.grain.concept.clone(),
        "purpose" => entity.purpose.clone(),
        "matters_when" => entity.matters_when.clone(),
        "owner" => entity.owner.clone(),
        "processes" => entity.processes.join(", "),
        "kind" => word(entity.kind),
        "key_prefix" => entity.key_prefix.clone(),
        "target_name" => entity.target_name.clone(),
        _ => String::new(),
    }
}

fn yes(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

/// The value of a fact of a field as it is typed.
fn field_fact(field: &Field, key: &str) -> String {
    match key {
        "definition" => field.definition.clone(),
        "required" => yes(field.required),
        "type" => word(field.kind),
        "allowed" => field.allowed.iter().map(|allowed| allowed.value.as_str()).collect::<Vec<_>>().join(", "),
        "missing.policy" => word(field.missing.policy),
        "missing.value" => field.missing.value.clone(),
        "owner" => field.owner.clone(),
        "process" => field.process.clone(),
        "used_by" => field.used_by.clone(),
        "personal" => yes(field.personal),
        "role" => word(field.role),
        "group" => field.group.clone(),
        "references" => field.references.clone(),
        "longest" => field.longest.map(|n| n.to_string()).unwrap_or_default(),
        "least" => field.least.clone(),
        "most" => field.most.clone(),
        "scale" => field.scale.map(|n| n.to_string()).unwrap_or_default(),
        "derived" => yes(field.derived),
        "target_name" => field.target_name.clone(),
        "synonyms" => field.synonyms.join(", "),
        _ => String::new(),
    }
}

/// The word that a document writes for a kind, a type, a policy.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Asks for one line of text.
fn want(app: &mut App, wanted: Wanted, proposed: &str) {
    app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(wanted)), proposed));
}

/// Shows only fields with a text.
pub fn filter(screen: &mut EntityScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Entity(screen)) = app.map.stack.last() else { return };
    let mut screen = screen.clone();
    let Some(standing) = standing(app, &screen.name) else { return };
    let entity = standing.entity.clone();
    let found = rows(&entity, &screen);
    if super::moved(&mut screen.list, act, found.len() as u64, height) {
        if let Some(Screen::Entity(now)) = app.map.stack.last_mut() {
            *now = screen;
        }
        return;
    }
    let row = screen.list.index(found.len()).map(|at| found[at]);
    let name = screen.name.clone();
    match (act, row) {
        (Act::Open | Act::Edit, Some(Row::Fact(key, label))) => {
            let proposed = fact(&entity, key);
            ask_fact(app, name, key.to_owned(), key, label, &proposed);
        }
        (Act::Open | Act::Edit, Some(Row::Field(field))) => choose_fact(app, &name, field),
        (Act::Add, _) => want(app, Wanted::NewField { entity: name }, ""),
        (Act::Remove, Some(Row::Field(field))) => {
            change(app, &name, format!("fields-={}", field.name));
        }
        (Act::Remove, Some(Row::Relationship(at))) => {
            change(app, &name, format!("relationships-={}", entity.relationships[at].name));
        }
        (Act::Review, _) => ask_verdict(app, name),
        (Act::History, _) => super::versions::open(app, name),
        (Act::Filter, _) => {
            let filter = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Filter), &filter));
        }
        (Act::CopyCell, Some(row)) => {
            let text = match row {
                Row::Fact(key, _) => fact(&entity, key),
                Row::Field(field) => format!("{}.{}", entity.name, field.name),
                Row::Relationship(at) => entity.relationships[at].name.clone(),
                Row::Case(several, at) => {
                    let cases = if several { &entity.several_records } else { &entity.shared_records };
                    cases[at].what.clone()
                }
            };
            app.copy("the value", text);
        }
        _ => {}
    }
}

/// Offers the facts of a field.
fn choose_fact(app: &mut App, entity: &str, field: &Field) {
    let options = FIELD_FACTS
        .iter()
        .map(|(key, label)| {
            let value = field_fact(field, key);
            let line = Line::new().text(label).to(34);
            if value.is_empty() { line.quiet("–") } else { line.name(Role::Quiet, value) }
        })
        .collect();
    let pick = Pick {
        title: Line::new().name(Role::Text, format!("{entity}.{}", field.name)),
        words: vec![Line::new().text("What is changed?")],
        options,
        begin: 0,
        then: pick::Then::Model(Then::FieldFact { entity: entity.to_owned(), field: field.name.clone() }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// A fact of a field was chosen: asks for its value.
pub fn fact_chosen(app: &mut App, entity: String, field: &str, at: usize) {
    let Some((key, label)) = FIELD_FACTS.get(at) else { return };
    let known = standing(app, &entity).and_then(|standing| standing.entity.field(field));
    let Some(proposed) = known.map(|known| field_fact(known, key)) else { return };
    ask_fact(app, entity, format!("fields.{field}.{key}"), key, label, &proposed);
}

/// Asks for a fact: a choice where it is one of some words, else a line of text.
fn ask_fact(app: &mut App, entity: String, whole: String, key: &str, label: &'static str, now: &str) {
    let words = words_of(key);
    if words.is_empty() {
        return want(app, Wanted::Fact { entity, key: whole, label }, now);
    }
    let option = |(word, meaning): &(&'static str, &'static str)| {
        let mark = if *word == now { "✓ " } else { "  " };
        Line::new().say(Role::Good, mark).text(word).to(16).quiet(meaning)
    };
    let pick = Pick {
        title: Line::new().name(Role::Strong, format!("{entity}.{}", whole.trim_start_matches("fields."))),
        words: Vec::new(),
        options: words.iter().map(option).collect(),
        begin: words.iter().position(|(word, _)| *word == now).unwrap_or(0),
        then: pick::Then::Model(Then::Word {
            entity,
            key: whole,
            words: words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// The version of an entity on the screen.
fn version(app: &App, name: &str) -> Option<VersionNumber> {
    standing(app, name)?.version
}

/// Changes an entity: `owner=Jonas Weber`, `fields.email.required=yes`.
pub fn change(app: &mut App, name: &str, change: String) {
    changes(app, name, vec![change]);
}

fn changes(app: &mut App, name: &str, changes: Vec<String>) {
    let version = version(app, name);
    let ask = ModelAsk::ChangeEntity { name: name.to_owned(), version, changes };
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ask)));
}

/// The texts of a list as it is typed, parted by commas.
fn parted(text: &str) -> Vec<&str> {
    let mut seen: Vec<&str> = Vec::new();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

/// A text as an entry of a list is written, so that nothing in it parts it.
fn quoted(word: &str) -> String {
    if word.contains(['"', '[', '{', '\\']) { crate::definitions::document::quoted(word) } else { word.to_owned() }
}

/// A fact was typed. Of a list only what is new or gone is changed: the entries that stay keep their meaning.
pub fn typed_fact(app: &mut App, name: &str, key: &str, text: &str) {
    let last = key.rsplit('.').next().unwrap_or_default();
    if !matches!(last, "allowed" | "synonyms" | "processes") {
        return change(app, name, format!("{key}={text}"));
    }
    let Some(entity) = standing(app, name).map(|standing| &standing.entity) else { return };
    let field = key.strip_prefix("fields.").and_then(|rest| rest.strip_suffix(last)?.strip_suffix('.'));
    let before: Vec<String> = match (field.and_then(|field| entity.field(field)), last) {
        (Some(field), "allowed") => field.allowed.iter().map(|allowed| allowed.value.clone()).collect(),
        (Some(field), _) => field.synonyms.clone(),
        (None, _) => entity.processes.clone(),
    };
    let after = parted(text);
    let gone = before.iter().filter(|word| !after.contains(&word.as_str()));
    let new = after.iter().filter(|word| !before.iter().any(|known| known == *word));
    let all: Vec<String> = gone
        .map(|word| format!("{key}-={}", quoted(word)))
        .chain(new.map(|word| format!("{key}+={}", quoted(word))))
        .collect();
    if all.is_empty() {
        return app.say(Line::new().text("It is as it was."));
    }
    changes(app, name, all);
}

/// Asks what is said of the version that stands.
pub fn ask_verdict(app: &mut App, name: String) {
    let pick = Pick {
        title: Line::new().text("Review ").name(Role::Text, name.clone()),
        words: vec![Line::new().text("What do you say of it as it is now?")],
        options: vec![
            Line::new().text("Reviewed").to(12).quiet("read, neither approved nor refused"),
            Line::new().text("Approved").to(12).quiet("rows of it can be made"),
            Line::new().text("Refused").to(12).quiet("it has to be changed first"),
        ],
        begin: 0,
        then: pick::Then::Model(Then::Verdict { entity: name }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// A verdict was chosen: asks for a comment.
pub fn verdict_chosen(app: &mut App, entity: String, at: usize) {
    let verdict = [Verdict::Reviewed, Verdict::Approved, Verdict::Refused].get(at).copied();
    if let Some(verdict) = verdict {
        want(app, Wanted::VerdictComment { entity, verdict }, "");
    }
}

/// Says of an entity that it is reviewed, approved or refused.
pub fn say_verdict(app: &mut App, name: String, verdict: Verdict, comment: String) {
    let ask = ModelAsk::ReviewEntity { name, verdict, comment };
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ask)));
}

/// Asks why an entity is taken out of the model.
pub fn ask_removal(app: &mut App, name: String) {
    want(app, Wanted::RemoveBecause { entity: name }, "");
}

/// Takes an entity out of the model.
pub fn remove(app: &mut App, name: String, comment: String) {
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ModelAsk::RemoveEntity { name, comment })));
}

/// Adds an entity: one that ships and was cut out, or a new one.
pub fn add(app: &mut App, name: String) {
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ModelAsk::AddEntity { name })));
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a EntityScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › The target model › ").name(Role::Strong, screen.name.as_str());
    let Some(standing) = standing(app, &screen.name) else { return (left, Line::new()) };
    let required = standing.entity.fields.iter().filter(|field| field.required).count() as u64;
    let right = Line::new()
        .plural(Role::Text, standing.entity.fields.len() as u64, "field", "fields")
        .quiet(", ")
        .number(Role::Text, required)
        .quiet(" required · ")
        .then(model::state(standing));
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &EntityScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    let Some(standing) = standing(app, &screen.name) else {
        let words = "This entity is not in the model any more. Esc shows those that are.";
        canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        return;
    };
    let entity = &standing.entity;
    let found = rows(entity, screen);
    let remarks = model::remarks(app, &screen.name);
    let below = if area.height >= 14 { 5 } else { 0 };
    let list = Rect { height: area.height.saturating_sub(below), ..area };
    canvas.rows = list.height.max(1);
    let chosen = screen.list.index(found.len());
    if found.is_empty() {
        canvas.line(
            area.x + 2,
            area.y + 1,
            inside,
            &Line::new().text("No field has this text. Esc shows all of them."),
        );
    }
    for (y, at) in (area.y..).zip(screen.list.visible(found.len() as u64, list.height)) {
        let Some((at, row)) = usize::try_from(at).ok().and_then(|at| Some((at, *found.get(at)?))) else { continue };
        draw_row(entity, row, canvas, Rect { x: area.x + 2, y, width: inside, height: 1 });
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
    if below == 0 {
        return;
    }
    canvas.rule(area.x + 1, list.bottom(), area.width.saturating_sub(2));
    let mut y = list.bottom() + 1;
    let mut lines: Vec<Line<'_>> = Vec::new();
    if let Some(Row::Field(field)) = chosen.map(|at| found[at]) {
        lines.extend(about(field));
        let of_field = remarks.iter().filter(|remark| remark.field.as_deref() == Some(field.name.as_str()));
        lines.extend(
            of_field.map(|remark| Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.message.as_str())),
        );
    }
    for remark in remarks.iter().filter(|remark| remark.field.is_none()) {
        let mark = if remark.blocks { (Role::Bad, "✗ ") } else { (Role::Warn, "! ") };
        for (at, row) in wrap(&remark.message, usize::from(inside.saturating_sub(2))).into_iter().enumerate() {
            let line = if at == 0 { Line::new().say(mark.0, mark.1) } else { Line::new().quiet("  ") };
            lines.push(line.prose(Role::Text, row));
        }
    }
    lines.extend(model::answer_line(app, Some(&screen.name)));
    for line in lines {
        if y < area.bottom() {
            canvas.line(area.x + 2, y, inside, &line);
            y += 1;
        }
    }
}

fn draw_row(entity: &Entity, row: Row<'_>, canvas: &mut Canvas<'_>, area: Rect) {
    let line = match row {
        Row::Fact(key, label) => {
            let value = fact(entity, key);
            let line = Line::new().quiet(label).to(22);
            if value.is_empty() { line.quiet("not said") } else { line.name(Role::Text, value) }
        }
        Row::Field(field) => {
            let star = if field.required { " *" } else { "" };
            let name = Line::new().name(Role::Strong, field.name.as_str()).most(19).quiet(star).to(22);
            let kind = if field.references.is_empty() {
                name.name(Role::Text, word(field.kind))
            } else {
                name.quiet("→ ").name(Role::Text, field.references.as_str())
            };
            let kind = kind.to(36);
            let flags = match (field.role == RoleInGrain::Identity, field.personal) {
                (true, true) => kind.text("identity, personal"),
                (true, false) => kind.text("identity"),
                (false, true) => kind.quiet("personal"),
                (false, false) => kind,
            };
            let line = flags.to(56);
            if field.definition.is_empty() {
                line.say(Role::Warn, "! ").quiet("no definition")
            } else {
                line.prose(Role::Text, field.definition.as_str())
            }
        }
        Row::Relationship(at) => {
            let Some(relationship) = entity.relationships.get(at) else { return };
            let line = Line::new()
                .quiet("relationship")
                .to(22)
                .name(Role::Strong, relationship.name.as_str())
                .quiet(" → ")
                .name(Role::Text, relationship.to.as_str());
            let line = if relationship.role.is_empty() {
                line
            } else {
                line.quiet(" as ").name(Role::Text, relationship.role.as_str())
            };
            let line = if relationship.through.is_empty() {
                line
            } else {
                line.quiet(" through ").name(Role::Text, relationship.through.as_str())
            };
            match (relationship.many, relationship.hierarchy) {
                (_, true) => line.quiet(", a hierarchy"),
                (true, false) => line.quiet(", many"),
                (false, false) => line,
            }
        }
        Row::Case(several, at) => {
            let cases = if several { &entity.several_records } else { &entity.shared_records };
            let Some(case) = cases.get(at) else { return };
            let label = if several { "several records" } else { "shared record" };
            Line::new()
                .quiet(label)
                .to(22)
                .prose(Role::Text, case.what.as_str())
                .quiet(" · ")
                .name(Role::Quiet, case.records.join(", "))
        }
    };
    canvas.line(area.x, area.y, area.width, &line);
}

/// What else is known of a field.
fn about(field: &Field) -> Vec<Line<'_>> {
    let mut lines = vec![
        Line::new().name(Role::Strong, field.name.as_str()).quiet("  ").prose(Role::Text, field.definition.as_str()),
    ];
    if !field.allowed.is_empty() {
        let values: Vec<&str> = field.allowed.iter().map(|allowed| allowed.value.as_str()).collect();
        lines.push(Line::new().quiet("allowed ").name(Role::Text, values.join(", ")));
    }
    let mut line = Line::new();
    if field.required {
        line = match field.missing.policy {
            MissingPolicy::Undecided => line.say(Role::Warn, "! ").text("where it is missing: not decided"),
            MissingPolicy::Default => {
                line.quiet("where it is missing: ").name(Role::Text, field.missing.value.as_str())
            }
            MissingPolicy::Derive => {
                line.quiet("where it is missing, derived: ").name(Role::Text, field.missing.value.as_str())
            }
            MissingPolicy::Reject => line.quiet("where it is missing: ").text("the record is rejected"),
            MissingPolicy::Ask => line.quiet("where it is missing: ").text("asked for each record"),
        };
    }
    for (label, value) in [("owner ", &field.owner), ("process ", &field.process), ("used by ", &field.used_by)] {
        if !value.is_empty() {
            line = line.quiet("  ").quiet(label).name(Role::Text, value.as_str());
        }
    }
    lines.push(line);
    lines
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a EntityScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(standing) = standing(app, &screen.name) else {
        return vec![("", Line::new().text("This entity is not in the model any more."))];
    };
    let found = rows(&standing.entity, screen);
    match screen.list.index(found.len()).map(|at| found[at]) {
        Some(Row::Fact(key, label)) => vec![(label, Line::new().name(Role::Text, fact(&standing.entity, key)))],
        Some(Row::Field(field)) => vec![
            ("field", Line::new().name(Role::Strong, field.name.as_str())),
            ("type", Line::new().name(Role::Text, word(field.kind))),
            ("required", Line::new().name(Role::Text, yes(field.required))),
            ("definition", Line::new().prose(Role::Text, field.definition.as_str())),
        ],
        _ => vec![("entity", Line::new().name(Role::Strong, screen.name.as_str()))],
    }
}
