//! Why a field becomes what it becomes: the evidence with its weights and the next best, who wrote the rule and what was said
//! of it, what the field means, and the way from the rule to a source row.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line as Text};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::super::wrap::wrap;
use super::super::sources::{self, inventory::date, record::RecordScreen};
use super::lines::{Is, Line, Stuff};
use super::object::ObjectScreen;
use super::{Screen, acts, preview, sums, table};
use crate::mapping::suggest::{self, Candidate};
use crate::mapping::{Comment, Mark, Said};
use crate::model::{Field, FieldType, MissingPolicy};
use crate::sources::Rec;
use crate::sources::profile::ColumnProfile;
use crate::values::format;

/// Texts are no wider than this.
const WIDEST: u16 = 100;

/// The whole of it as a page.
#[derive(Debug, Clone, Default)]
pub struct WhyScreen {
    pub list: List,
}

/// Opens it over the map of an object.
pub fn open(app: &mut App) {
    if matches!(app.map.stack.last(), Some(Screen::Object(_))) {
        app.map.stack.push(Screen::Why(WhyScreen::default()));
    }
}

/// The candidate that a line is, or that its rule was.
fn candidate<'a>(stuff: &Stuff<'a>, line: &Line<'a>) -> Option<&'a Candidate> {
    match line.is {
        Is::Proposed(candidate) => Some(candidate),
        Is::Rule(rule) => {
            let all = &stuff.suggestion(line.column?)?.candidates;
            all.iter().find(|candidate| candidate.entity == stuff.key.entity && candidate.field == rule.field)
        }
        _ => None,
    }
}

/// The best candidate that is not this one.
fn next_best<'a>(stuff: &Stuff<'a>, line: &Line<'a>, of: &Candidate) -> Option<&'a Candidate> {
    let all = &stuff.suggestion(line.column?)?.candidates;
    all.iter().find(|candidate| candidate.entity != of.entity || candidate.field != of.field)
}

/// The parts of a candidate's confidence, each with its weight.
fn evidence<'a>(candidate: &'a Candidate) -> Vec<Text<'a>> {
    let parts = [
        ("header", &candidate.header, suggest::HEADER),
        ("values", &candidate.values, suggest::VALUES),
        ("links", &candidate.links, suggest::LINKS),
    ];
    let lines = parts.into_iter().map(|(word, part, weight)| {
        Text::new()
            .quiet("  ")
            .quiet(word)
            .to(11)
            .made(Role::Text, sums::confidence(part.strength))
            .quiet(" × ")
            .made(Role::Quiet, sums::confidence(weight))
            .quiet("   ")
            .made(Role::Text, sums::confidence(part.strength * weight))
            .text("  ")
            .prose(Role::Text, part.because.as_str())
    });
    lines.collect()
}

fn total<'a>(stuff: &Stuff<'a>, line: &Line<'a>, of: &'a Candidate) -> Text<'a> {
    let text = Text::new().quiet("             suggestion").to(25).made(Role::Strong, sums::confidence(of.confidence));
    match next_best(stuff, line, of) {
        Some(next) => text
            .quiet("  next best ")
            .name(Role::Text, next.field.as_str())
            .quiet(" ")
            .made(Role::Text, sums::confidence(next.confidence)),
        None => text.quiet("  nothing else comes near"),
    }
}

fn by<'a>(mark: &'a Mark) -> Text<'a> {
    if mark.by.is_empty() {
        return Text::new();
    }
    Text::new().quiet("by ").name(Role::Text, mark.by.as_str()).most(30).quiet(" ").name(Role::Quiet, date(&mark.at))
}

fn review<'a>(word: &'static str, said: Option<&'a Said>) -> Text<'a> {
    match said {
        Some(said) => Text::new()
            .say(Role::Good, "✓ ")
            .text(word)
            .quiet(" review by ")
            .name(Role::Text, said.by.as_str())
            .most(30)
            .quiet(" ")
            .name(Role::Quiet, date(&said.at)),
        None => Text::new().quiet("○ ").quiet(word).quiet(" review not yet"),
    }
}

/// What a field holds and means, in a few words.
#[must_use]
pub fn about(field: &Field) -> Text<'_> {
    let line = kind_of(field);
    if field.definition.is_empty() {
        return line;
    }
    line.quiet(" · ").name(Role::Quiet, field.definition.as_str())
}

/// What a field holds.
fn kind_of(field: &Field) -> Text<'_> {
    let mut line = Text::new().name(Role::Text, field.name.as_str()).most(30).quiet(": ").text(type_word(field.kind));
    if field.required {
        line = line.quiet(", required");
    }
    if !field.allowed.is_empty() {
        line = line.quiet(", one of ").number(Role::Text, field.allowed.len() as u64);
    }
    if field.personal {
        line = line.quiet(", personal");
    }
    line
}

/// The word of a type.
#[must_use]
pub fn type_word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id => "an ID",
        FieldType::Text => "text",
        FieldType::Integer => "a whole number",
        FieldType::Decimal => "a decimal number",
        FieldType::Money => "money in minor units",
        FieldType::Date => "a date",
        FieldType::Datetime => "a date and time",
        FieldType::Boolean => "yes or no",
        FieldType::Email => "an e-mail address",
        FieldType::Phone => "a phone number",
        FieldType::Url => "a URL",
        FieldType::Domain => "a domain",
        FieldType::Country => "a country code",
        FieldType::Language => "a language code",
        FieldType::Currency => "a currency code",
        FieldType::Choice => "a choice",
        FieldType::Choices => "several choices",
        FieldType::Reference => "a reference",
        FieldType::Json => "JSON",
    }
}

fn comments(all: &[Comment]) -> Vec<Text<'_>> {
    let one = |comment: &'_ Comment| -> (String, String, String) {
        (comment.by.clone(), date(&comment.at).to_owned(), comment.text.clone())
    };
    let texts = all.iter().rev().map(one).map(|(by, at, text)| {
        Text::new()
            .quiet("“")
            .prose(Role::Text, text)
            .quiet("” ")
            .name(Role::Quiet, by)
            .quiet(" ")
            .name(Role::Quiet, at)
    });
    texts.collect()
}

/// The reasons in short: what stands beside the rows.
fn beside<'a>(stuff: &Stuff<'a>, line: &Line<'a>) -> Vec<Text<'a>> {
    let mut lines: Vec<Text<'a>> = Vec::new();
    let evident = candidate(stuff, line);
    match line.is {
        Is::Proposed(of) => {
            lines.extend(evidence(of));
            lines.push(total(stuff, line, of));
            if let Some(problem) = &of.problem {
                lines.push(Text::new().say(Role::Warn, "  ! ").prose(Role::Text, problem.as_str()));
            }
        }
        Is::Rule(rule) => {
            lines.push(Text::new().text("  ").prose(Role::Text, table::sentence(line)));
            lines.push(Text::new().text("  ").then(by(&rule.written)));
            if let Some(of) = evident {
                let text = Text::new().quiet("  proposed with ").made(Role::Text, sums::confidence(of.confidence));
                lines.push(text.quiet(": ").prose(Role::Quiet, of.header.because.as_str()));
            }
            for (word, said) in [("technical", &rule.technical), ("business", &rule.business)] {
                lines.push(Text::new().text("  ").then(review(word, said.as_ref())));
            }
            lines.extend(comments(&rule.comments).into_iter().map(|text| Text::new().text("  ").then(text)));
        }
        Is::Decided(decision) => {
            lines.push(Text::new().text("  ").prose(Role::Text, table::sentence(line)));
            lines.push(Text::new().text("  ").then(by(&decision.written)));
            for (word, said) in [("technical", &decision.technical), ("business", &decision.business)] {
                lines.push(Text::new().text("  ").then(review(word, said.as_ref())));
            }
            lines.extend(comments(&decision.comments).into_iter().map(|text| Text::new().text("  ").then(text)));
        }
        Is::ProposedDrop(why) => {
            lines.push(Text::new().text("  Proposed to be dropped: ").prose(Role::Text, why));
        }
        Is::Elsewhere(_) => lines.push(Text::new().text("  ").prose(Role::Text, table::sentence(line))),
        Is::Undecided => {
            let found = line.column.and_then(|column| stuff.suggestion(column));
            let found = found.map_or(&[][..], |suggestion| suggestion.candidates.as_slice());
            if found.is_empty() {
                lines
                    .push(Text::new().quiet("  Nothing in the model fits it well. Enter chooses a field, x drops it."));
            }
            for of in found {
                let text = Text::new().text("  ").made(Role::Text, sums::confidence(of.confidence)).text("  ");
                let text = text.name(Role::Text, of.field.as_str()).most(26).text("  ");
                lines.push(text.prose(Role::Quiet, of.reasons.join(" · ")));
            }
        }
        Is::Unfed => {
            lines.push(Text::new().text("  The field is required and no rule fills it."));
            let policy = line.field.map_or(MissingPolicy::Undecided, |field| field.missing.policy);
            lines.push(Text::new().quiet("  without a value: ").text(acts::policy_word(policy)));
            lines.push(Text::new().quiet("  o shows what could feed it, Enter writes a rule."));
        }
    }
    lines
}

/// Draws the reasons at the left below the map.
pub fn draw_beside(_app: &App, stuff: &Stuff<'_>, line: &Line<'_>, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let title = Text::new().strong("Why ");
    let title = match (line.field_name, line.from.first(), line.is) {
        (Some(field), ..) => title.name(Role::Strong, field),
        (None, _, Is::Proposed(candidate)) => title.name(Role::Strong, candidate.field.as_str()),
        (None, Some(column), _) => title.name(Role::Strong, *column),
        _ => title,
    };
    let (x, width) = (area.x + 1, area.width.saturating_sub(2));
    canvas.line(x, area.y, width, &title.most(40));
    let lines = beside(stuff, line);
    let gap = u16::from(area.height > 8);
    let end = area.y + area.height;
    // What the field means has the rows that the reasons leave, and at least one.
    let inner = width.saturating_sub(2);
    let above = 1 + gap + u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let foot = match line.field.filter(|_| area.height > 7) {
        Some(field) => meaning(field, inner, area.height.saturating_sub(above), canvas),
        None => Vec::new(),
    };
    let foot_y = end.saturating_sub(u16::try_from(foot.len()).unwrap_or(u16::MAX));
    for (y, text) in (area.y + 1 + gap..foot_y).zip(&lines) {
        canvas.line(x, y, width, text);
    }
    for (y, text) in (foot_y..end).zip(&foot) {
        canvas.line(x + 2, y, inner, text);
    }
}

/// What a field holds and means, on one line, or on as many as it takes where they are free.
fn meaning<'a>(field: &'a Field, width: u16, free: u16, canvas: &Canvas<'_>) -> Vec<Text<'a>> {
    let line = about(field);
    if canvas.width(&line) <= width {
        return vec![line];
    }
    let rows = wrap(&field.definition, width.into());
    // One row of air stays between the reasons and this.
    if u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2) > free {
        return vec![line];
    }
    let mut lines = vec![kind_of(field)];
    lines.extend(rows.into_iter().map(|row| Text::new().name(Role::Quiet, row)));
    lines
}

/// Draws the reasons and two rows where there is little room.
pub fn draw_narrow(
    app: &App,
    stuff: &Stuff<'_>,
    line: &Line<'_>,
    profile: Option<&ColumnProfile>,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let (x, width) = (area.x + 1, area.width.saturating_sub(2));
    let mut head = match line.from.first() {
        Some(name) => Text::new().name(Role::Strong, *name).most(28),
        None => Text::new().name(Role::Strong, line.field_name.unwrap_or_default()).most(28),
    };
    if let Some(profile) = profile {
        let share = format::share_short(profile.filled, profile.rows);
        head = head.text("  ").made(Role::Text, share).quiet(" filled");
    }
    if let Some(name) = line.field_name
        && let Some(figures) = stuff.figures(name)
    {
        head = head.text("   ").then(preview::closing(Some(figures)));
    }
    canvas.line(x, area.y, width, &head);
    let text = match candidate(stuff, line) {
        Some(of) if matches!(line.is, Is::Proposed(_)) => {
            let part = |text: Text<'static>, word: &'static str, strength: f64| {
                text.quiet(word).made(Role::Text, sums::confidence(strength))
            };
            let text = part(Text::new(), "header ", of.header.strength * suggest::HEADER);
            let text = part(text, " · values ", of.values.strength * suggest::VALUES);
            let text: Text<'_> = part(text, " · links ", of.links.strength * suggest::LINKS);
            match next_best(stuff, line, of) {
                Some(next) => {
                    let text = text.quiet(" · next best ").name(Role::Text, next.field.as_str());
                    text.quiet(" ").made(Role::Text, sums::confidence(next.confidence))
                }
                None => text,
            }
        }
        _ => beside(stuff, line).into_iter().next().unwrap_or_default(),
    };
    canvas.line(x, area.y + 1, width, &text);
    let rest = Rect { x: x + 2, y: area.y + 2, width: width.saturating_sub(2), height: area.height.saturating_sub(2) };
    preview::draw_short(app, canvas, rest);
}

/// The page: each line, and the record that it leads to.
fn page<'a>(app: &'a App, stuff: &Stuff<'a>, line: &Line<'a>) -> Vec<(Text<'a>, Option<Rec>)> {
    let mut lines: Vec<(Text<'a>, Option<Rec>)> = Vec::new();
    let say = |lines: &mut Vec<(Text<'a>, Option<Rec>)>, text: Text<'a>| lines.push((text, None));
    say(&mut lines, Text::new().strong("The rule"));
    if let Some((_, rule)) = preview::rule_of(line, stuff.key) {
        say(&mut lines, Text::new().text("  ").name(Role::Text, super::rule::line_of(&rule)));
    }
    for text in beside(stuff, line) {
        say(&mut lines, text);
    }
    if let (Some(of), Is::Rule(_)) = (candidate(stuff, line), line.is) {
        say(&mut lines, Text::new());
        say(&mut lines, Text::new().strong("What speaks for it"));
        for text in evidence(of) {
            say(&mut lines, text);
        }
        say(&mut lines, total(stuff, line, of));
    }
    if let Some(field) = line.field {
        say(&mut lines, Text::new());
        say(&mut lines, Text::new().strong("The field"));
        say(&mut lines, Text::new().text("  ").then(about(field)));
        let policy = acts::policy_word(field.missing.policy);
        say(&mut lines, Text::new().quiet("  without a value: ").text(policy));
        for (word, text) in [("owner", &field.owner), ("process", &field.process), ("used by", &field.used_by)] {
            if !text.is_empty() {
                say(&mut lines, Text::new().quiet("  ").quiet(word).quiet(": ").name(Role::Text, text.as_str()));
            }
        }
    }
    if let Some(figures) = line.field_name.and_then(|name| stuff.figures(name)) {
        say(&mut lines, Text::new());
        say(&mut lines, Text::new().strong("Over all records"));
        say(&mut lines, Text::new().text("  ").then(preview::closing(Some(figures))));
        say(&mut lines, Text::new().text("  ").then(preview::moved(figures)));
        for reason in &figures.reasons {
            let text = Text::new().text("  ").number(Role::Text, reason.records).quiet("  ");
            let text = text.prose(Role::Text, reason.reason.as_str()).quiet("  ");
            say(&mut lines, text.data(Role::Quiet, reason.example.as_str()));
        }
    }
    if let Some((rows, _)) = preview::rows(app) {
        say(&mut lines, Text::new());
        say(&mut lines, Text::new().strong("Rows, before → after").quiet("  Enter opens the source row"));
        for row in rows {
            let mut text = Text::new().text("  ").quiet(row.why).to(16);
            for (n, value) in row.before.iter().enumerate() {
                text = if n > 0 { text.quiet(" · ") } else { text };
                text = text.value(Role::Text, value.as_deref()).most(40);
            }
            let text = text.quiet("  →  ").then(preview::after(&row.after)).quiet("  ");
            lines.push((text.data(Role::Quiet, row.record.as_str()).middle(), Some(row.rec)));
        }
    }
    lines
}

/// The map below the page.
fn below(app: &App) -> Option<&ObjectScreen> {
    match app.map.stack.as_slice() {
        [.., Screen::Object(screen), Screen::Why(_)] => Some(screen),
        _ => None,
    }
}

fn with_page<T>(app: &App, with: impl FnOnce(Vec<(Text<'_>, Option<Rec>)>) -> T) -> Option<T> {
    let screen = below(app)?;
    let stuff = Stuff::of(app, &screen.key)?;
    let lines = screen.lines(&stuff);
    let line = &lines[screen.list.index(lines.len())?];
    Some(with(page(app, &stuff, line)))
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Why(screen)) = app.map.stack.last() else { return };
    let list = screen.list;
    let veil = app.veil().cloned();
    let Some((len, rec, text)) = with_page(app, |page| {
        let at = list.index(page.len());
        let rec = at.and_then(|at| page[at].1);
        let text: Vec<String> = page.iter().map(|(text, _)| text.to_plain(veil.as_ref())).collect();
        (page.len() as u64, rec, text.join("\n"))
    }) else {
        return;
    };
    let Some(Screen::Why(screen)) = app.map.stack.last_mut() else { return };
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    match (act, rec) {
        (Act::Open, Some(rec)) => {
            app.visit_sources();
            sources::push(app, sources::Screen::Record(RecordScreen::new(rec)));
            app.ask(Purpose::Record, Ask::Record(rec));
        }
        (Act::CopyCell, _) => app.copy_lines("the page", &text),
        _ => {}
    }
}

/// Row 2.
pub fn headline(app: &App) -> (Text<'_>, Text<'_>) {
    let Some(screen) = below(app) else { return (Text::new(), Text::new()) };
    (table::place(&screen.key).quiet(" › ").strong("why"), Text::new())
}

/// Draws the page.
pub fn draw(app: &App, screen: &WhyScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = area.height.max(1);
    with_page(app, |page| {
        let cursor = screen.list.index(page.len());
        for (y, row) in (area.y..).zip(screen.list.visible(page.len() as u64, area.height)) {
            let Some((at, (text, _))) = usize::try_from(row).ok().and_then(|at| Some((at, page.get(at)?))) else {
                continue;
            };
            canvas.line(area.x + 2, y, area.width.saturating_sub(3), text);
            if Some(at) == cursor {
                canvas.cursor_row(area.x, y, area.width, true);
            }
            canvas.hit(Rect { y, height: 1, ..area }, Target::Row(row));
        }
    });
}

/// The focused row as label and value.
pub fn facts(app: &App) -> Vec<(&'static str, Text<'_>)> {
    let Some(screen) = below(app) else { return Vec::new() };
    let Some(stuff) = Stuff::of(app, &screen.key) else { return Vec::new() };
    let lines = screen.lines(&stuff);
    let Some(line) = screen.list.index(lines.len()).map(|at| &lines[at]) else { return Vec::new() };
    let text = wrap(&table::sentence(line), WIDEST.into()).join(" ");
    let mut facts = vec![("rule", Text::new().prose(Role::Text, text))];
    facts.extend(beside(&stuff, line).into_iter().map(|text| ("", text)));
    facts
}
