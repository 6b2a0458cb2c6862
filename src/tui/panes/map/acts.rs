//! What people do to maps: accept, drop, archive, review, comment, say what becomes of missing values. Every act is a deed
//! of one or several changes; deeds wait for one another, so that quick fingers do not overtake what is being written.

use super::super::super::app::{App, Purpose};
use super::super::super::msg::Ask;
use super::super::super::msg::map::{Deed, MapAsk};
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question as Choice;
use super::super::super::paint::{Line as Text, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::lines::{Is, Line, Stuff};
use super::object::ObjectScreen;
use super::pick::{Pick, Then};
use super::rule;
use super::sums;
use super::typed::Wanted;
use crate::definitions::VersionNumber;
use crate::mapping::MapKey;
use crate::mapping::edit::Change;
use crate::mapping::suggest::Candidate;
use crate::model::{Missing, MissingPolicy};
use crate::values::format;
use crate::values::shown::Shown;

/// Lines of a map that an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    pub key: MapKey,
    /// Fields with a rule.
    pub fields: Vec<String>,
    /// Columns that no rule reads, or, for dropping, all that are meant.
    pub columns: Vec<String>,
}

/// A fact of a map itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutMap {
    OnlyWhere,
    ExcludedFor,
    Owner,
    Process,
    Deduplication,
    Validation,
}

impl AboutMap {
    const ALL: [Self; 6] =
        [Self::OnlyWhere, Self::ExcludedFor, Self::Owner, Self::Process, Self::Deduplication, Self::Validation];

    /// The words before the field.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OnlyWhere => "Only rows where (an expression)",
            Self::ExcludedFor => "The other rows are excluded, because",
            Self::Owner => "Who answers for the map",
            Self::Process => "The process that it supports",
            Self::Deduplication => "How duplicates are treated",
            Self::Validation => "What must hold after the load",
        }
    }
}

/// How a column is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DropAs {
    Because(String),
    Other,
    Archive(&'static str),
    Reopen,
}

/// Ways to keep what is not moved.
const ARCHIVES: [(&str, &str); 5] = [
    ("field", "a field of its own, read only"),
    ("note", "a note on the record"),
    ("document", "a document beside the record"),
    ("historical table", "a table that reports can read"),
    ("read-only record", "a record that nobody changes"),
];

/// Reasons that fit many columns.
const REASONS: [&str; 4] =
    ["never filled", "no process uses it", "the old system's own bookkeeping", "the same as another field"];

/// The version of a map that the screen shows, or that was saved from here since.
fn version(app: &App, key: &MapKey) -> Option<VersionNumber> {
    app.map.saved.get(key).copied().or_else(|| {
        let overview = app.map.overview.as_deref()?;
        overview.maps.iter().find(|standing| standing.map.key == *key)?.version
    })
}

/// Has changes saved as one deed, after those that are being saved.
pub fn save(app: &mut App, maps: Vec<(MapKey, Vec<Change>)>, comment: String, sentence: String) {
    let maps = maps.into_iter().map(|(key, changes)| (key.clone(), version(app, &key), changes)).collect();
    let deed = Deed { maps, comment, sentence };
    if app.awaits(Purpose::SaveMap) {
        app.map.queue.push_back(deed);
    } else {
        app.ask(Purpose::SaveMap, Ask::Map(MapAsk::Change(deed)));
    }
}

/// A deed is on disk: the next goes, onto what was just saved.
pub fn saved(app: &mut App, sentence: String, versions: Vec<(MapKey, VersionNumber)>) {
    for (key, version) in versions {
        for deed in &mut app.map.queue {
            for (of, seen, _) in &mut deed.maps {
                if *of == key {
                    *seen = Some(version);
                }
            }
        }
        app.map.saved.insert(key, version);
    }
    app.say_saved(sentence);
    match app.map.queue.pop_front() {
        Some(deed) => app.ask(Purpose::SaveMap, Ask::Map(MapAsk::Change(deed))),
        None => app.refresh(),
    }
}

/// A deed was refused: those after it were meant for a map that is not there.
pub fn refused(app: &mut App) {
    app.map.queue.clear();
    app.map.saved.clear();
    app.refresh();
}

fn plain(text: &str) -> String {
    Shown::of(text).fit_end(60).to_plain()
}

/// What is said of a change once it is saved.
#[must_use]
pub fn sentence(change: &Change, key: &MapKey) -> String {
    let entity = plain(&key.entity);
    match change {
        Change::Set { field, from, .. } if !from.is_empty() => {
            format!("{entity} › {} comes from {}.", plain(field), plain(&from.join(", ")))
        }
        Change::Set { field, .. } => format!("{entity} › {} has its rule.", plain(field)),
        Change::Drop { column, reason } => format!("{} is dropped: {}.", plain(column), plain(reason)),
        Change::Archive { column, archive_as, .. } => format!("{} is archived as {archive_as}.", plain(column)),
        Change::Reopen { column } => format!("{} is open again.", plain(column)),
        Change::Clear { field } => format!("{entity} › {} has no rule any more.", plain(field)),
        _ => format!("The map to {entity} is changed."),
    }
}

/// The lines that an act is about: the marked ones, else the one under the cursor.
#[must_use]
pub fn meant<'a>(stuff: &Stuff<'a>, screen: &ObjectScreen) -> Vec<Line<'a>> {
    if screen.marked.is_empty() {
        let mut lines = screen.lines(stuff);
        return match screen.list.index(lines.len()) {
            Some(at) => vec![lines.swap_remove(at)],
            None => Vec::new(),
        };
    }
    let mut lines = stuff.lines(screen.by_source);
    lines.retain(|line| screen.marked.contains(&line.key()));
    lines
}

/// The change that a candidate stands for.
fn take(candidate: &Candidate) -> Change {
    Change::Set { field: candidate.field.clone(), from: candidate.from.clone(), rule: candidate.rule.clone() }
}

fn key_for(key: &MapKey, entity: &str) -> MapKey {
    MapKey { entity: entity.to_owned(), ..key.clone() }
}

/// Accepts what is proposed: one deed, whatever the number of lines. Returns whether there was something.
pub fn accept(app: &mut App, screen: &ObjectScreen) -> bool {
    let Some(stuff) = Stuff::of(app, &screen.key) else { return false };
    let mut maps: Vec<(MapKey, Vec<Change>)> = Vec::new();
    let mut count = 0_u64;
    let mut last = String::new();
    let mut wanting: Option<(MapKey, &Candidate)> = None;
    for line in meant(&stuff, screen) {
        let (key, change) = match line.is {
            Is::Proposed(candidate) if candidate.problem.is_some() => {
                wanting = Some((key_for(&screen.key, &candidate.entity), candidate));
                continue;
            }
            Is::Proposed(candidate) => (key_for(&screen.key, &candidate.entity), take(candidate)),
            Is::ProposedDrop(why) => {
                let column = line.from.first().map(|name| (*name).to_owned()).unwrap_or_default();
                (screen.key.clone(), Change::Drop { column, reason: why.to_owned() })
            }
            _ => continue,
        };
        last = sentence(&change, &key);
        count += 1;
        match maps.iter_mut().find(|(of, _)| *of == key) {
            Some((_, changes)) => changes.push(change),
            None => maps.push((key, vec![change])),
        }
    }
    if let (0, Some((key, candidate))) = (count, &wanting) {
        // A rule that is open somewhere is written to its end by a person.
        let problem = candidate.problem.clone().unwrap_or_default();
        let (key, field, column) = (key.clone(), candidate.field.clone(), candidate.from.first().cloned());
        rule::open(app, key, field, column);
        app.say(Text::new().say(Role::Warn, "! ").prose(Role::Text, problem));
        return true;
    }
    if count == 0 {
        return false;
    }
    let words = if count == 1 {
        last
    } else {
        format!("Accepted {} suggestions for {}.", format::thousands(count), plain(&screen.key.object))
    };
    save(app, maps, String::new(), words);
    true
}

fn fields_of(line: &Line<'_>) -> Option<String> {
    match line.is {
        Is::Rule(rule) => Some(rule.field.clone()),
        _ => None,
    }
}

/// The decided lines that an act is about.
fn decided(app: &App, screen: &ObjectScreen) -> Option<Of> {
    let stuff = Stuff::of(app, &screen.key)?;
    let mut of = Of { key: screen.key.clone(), fields: Vec::new(), columns: Vec::new() };
    for line in meant(&stuff, screen) {
        match line.is {
            Is::Rule(rule) => of.fields.push(rule.field.clone()),
            Is::Decided(decision) => of.columns.push(decision.column.clone()),
            _ => {}
        }
    }
    (!of.fields.is_empty() || !of.columns.is_empty()).then_some(of)
}

/// Asks why the lines are dropped, or how they are archived.
pub fn ask_drop(app: &mut App, screen: &ObjectScreen) {
    let Some(stuff) = Stuff::of(app, &screen.key) else { return };
    let lines = meant(&stuff, screen);
    let mut of = Of { key: screen.key.clone(), fields: Vec::new(), columns: Vec::new() };
    let mut reopens = true;
    for line in &lines {
        of.fields.extend(fields_of(line));
        of.columns.extend(line.from.iter().map(|name| (*name).to_owned()));
        reopens &= matches!(line.is, Is::Decided(_));
    }
    if of.columns.is_empty() {
        return app.say(Text::new().text("No source field stands here; there is nothing to drop."));
    }
    let mut reasons: Vec<String> = Vec::new();
    let proposed = lines.iter().filter_map(|line| match line.is {
        Is::ProposedDrop(why) => Some(why.to_owned()),
        _ => None,
    });
    reasons.extend(proposed);
    // What people said before, the newest first, then what fits many columns.
    let mut before: Vec<(&str, &str)> = stuff
        .overview
        .maps
        .iter()
        .flat_map(|standing| &standing.map.columns)
        .map(|decision| (decision.written.at.as_str(), decision.reason.as_str()))
        .collect();
    before.sort_unstable_by(|a, b| b.cmp(a));
    reasons.extend(before.into_iter().map(|(_, reason)| reason.to_owned()).chain(REASONS.map(ToOwned::to_owned)));
    let mut options: Vec<DropAs> = Vec::new();
    let mut words: Vec<Note> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for reason in reasons {
        if said.contains(&reason) || said.len() >= 6 {
            continue;
        }
        words.push(Text::new().text("Drop: ").prose(Role::Text, reason.clone()));
        options.push(DropAs::Because(reason.clone()));
        said.push(reason);
    }
    words.push(Text::new().text("Drop, for another reason"));
    options.push(DropAs::Other);
    for (archive, sense) in ARCHIVES {
        words.push(Text::new().text("Archive as ").text(archive).to(30).quiet(sense));
        options.push(DropAs::Archive(archive));
    }
    if reopens {
        words.push(Text::new().text("Open again: it is not decided"));
        options.push(DropAs::Reopen);
    }
    let title = Text::new().strong("Leave out ");
    let title = match of.columns.as_slice() {
        [one] => title.name(Role::Strong, one.clone()).most(40),
        many => title.plural(Role::Strong, many.len() as u64, "field", "fields"),
    };
    let above = if of.fields.is_empty() {
        Vec::new()
    } else {
        let count = of.fields.len() as u64;
        let line = Text::new().say(Role::Warn, "! ").plural(Role::Text, count, "rule goes", "rules go");
        vec![line.text(", with its comments and reviews."), Text::new()]
    };
    let pick = Pick { title, words: above, options: words, begin: 0, then: Then::Drop { of, options } };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

fn leave_out(app: &mut App, of: &Of, change: impl Fn(&String) -> Change) {
    let mut changes: Vec<Change> = of.fields.iter().map(|field| Change::Clear { field: field.clone() }).collect();
    changes.extend(of.columns.iter().map(change));
    let words = match (of.columns.as_slice(), changes.last()) {
        ([_], Some(last)) => sentence(last, &of.key),
        (many, Some(Change::Drop { reason, .. })) => format!("{} fields are dropped: {}.", many.len(), plain(reason)),
        (many, Some(Change::Reopen { .. })) => format!("{} fields are open again.", many.len()),
        (many, _) => format!("{} fields are archived.", many.len()),
    };
    save(app, vec![(of.key.clone(), changes)], String::new(), words);
    super::unmark(app);
}

/// Drops columns.
pub fn drop(app: &mut App, of: &Of, reason: &str) {
    leave_out(app, of, |column| Change::Drop { column: column.clone(), reason: reason.to_owned() });
}

/// Archives columns.
pub fn archive(app: &mut App, of: &Of, archive_as: &str, reason: &str) {
    leave_out(app, of, |column| Change::Archive {
        column: column.clone(),
        archive_as: archive_as.to_owned(),
        reason: reason.to_owned(),
    });
}

/// Takes the decisions of columns back.
pub fn reopen(app: &mut App, of: &Of) {
    leave_out(app, of, |column| Change::Reopen { column: column.clone() });
}

/// Every line as field or column.
fn each(of: &Of) -> impl Iterator<Item = (Option<String>, Option<String>)> + '_ {
    let fields = of.fields.iter().map(|field| (Some(field.clone()), None));
    fields.chain(of.columns.iter().map(|column| (None, Some(column.clone()))))
}

fn name_of(of: &Of) -> String {
    match (of.fields.as_slice(), of.columns.as_slice()) {
        ([one], []) | ([], [one]) => plain(one),
        (fields, columns) => format!("{} rules", fields.len() + columns.len()),
    }
}

/// Asks which review is given or taken back.
pub fn ask_review(app: &mut App, screen: &ObjectScreen) {
    let Some(of) = decided(app, screen) else {
        return app.say(Text::new().text("Nothing is decided here yet; there is nothing to review."));
    };
    let options = [
        ((false, true), "Technical: the rule does what it says", "✓·"),
        ((true, true), "Business: this is what we want", "·✓"),
        ((false, false), "Take the technical review back", ""),
        ((true, false), "Take the business review back", ""),
    ];
    let pick = Pick {
        title: Text::new().strong("Review ").name(Role::Strong, name_of(&of)),
        words: Vec::new(),
        options: options.map(|(_, words, mark)| Text::new().text(words).to(44).say(Role::Good, mark)).to_vec(),
        begin: 0,
        then: Then::Review { of, options: options.map(|(what, ..)| what).to_vec() },
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Gives a review, or takes it back.
pub fn review(app: &mut App, of: &Of, business: bool, said: bool) {
    let changes = each(of).map(|(field, column)| Change::Review { field, column, business, said }).collect();
    let kind = if business { "business" } else { "technical" };
    let words = if said {
        format!("{}: {kind} review given.", name_of(of))
    } else {
        format!("{}: {kind} review taken back.", name_of(of))
    };
    save(app, vec![(of.key.clone(), changes)], String::new(), words);
    super::unmark(app);
}

/// Asks which fact of the map itself is changed.
pub fn ask_about(app: &mut App, key: MapKey) {
    let Some(stuff) = Stuff::of(app, &key) else { return };
    let Some(map) = stuff.map else {
        return app.say(Text::new().text("This map is not begun yet: accept a suggestion or write a rule first."));
    };
    let now = |about: AboutMap| match about {
        AboutMap::OnlyWhere => map.only_where.clone(),
        AboutMap::ExcludedFor => map.otherwise_excluded.clone(),
        AboutMap::Owner => map.owner.clone(),
        AboutMap::Process => map.process.clone(),
        AboutMap::Deduplication => map.deduplication.clone(),
        AboutMap::Validation => map.validation.clone(),
    };
    let options: Vec<(AboutMap, String)> = AboutMap::ALL.map(|about| (about, now(about))).to_vec();
    let words = options.iter().map(|(about, now)| {
        let line = Text::new().text(about.label()).to(40);
        if now.is_empty() { line.quiet("–") } else { line.name(Role::Quiet, now.clone()) }
    });
    let pick = Pick {
        title: Text::new().strong("About the map to ").name(Role::Strong, key.entity.clone()),
        words: Vec::new(),
        options: words.collect(),
        begin: 0,
        then: Then::About { key, options },
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Says something of the map itself.
pub fn say_about(app: &mut App, key: MapKey, about: AboutMap, text: String) {
    let of_map = |name: &str, text: String| Change::About { key: name.to_owned(), text };
    let standing = Stuff::of(app, &key)
        .and_then(|stuff| stuff.map.map(|map| (map.only_where.clone(), map.otherwise_excluded.clone())));
    let (only_where, excluded) = standing.unwrap_or_default();
    let change = match about {
        // What is left out is left out for a reason.
        AboutMap::OnlyWhere if !text.is_empty() && excluded.is_empty() => {
            app.prompt = Some(Prompt::new(Question::Map(Wanted::ExcludedFor(key, text)), ""));
            return;
        }
        AboutMap::OnlyWhere => return self::only_where(app, key, text, excluded),
        AboutMap::ExcludedFor => return self::only_where(app, key, only_where, text),
        AboutMap::Owner => of_map("owner", text),
        AboutMap::Process => of_map("process", text),
        AboutMap::Deduplication => of_map("deduplication", text),
        AboutMap::Validation => of_map("validation", text),
    };
    let words = sentence(&change, &key);
    save(app, vec![(key, vec![change])], String::new(), words);
}

/// Says which rows feed the entity, and what the others are excluded for.
pub fn only_where(app: &mut App, key: MapKey, sql: String, otherwise_excluded: String) {
    let words = if sql.is_empty() {
        format!("All rows feed {}.", plain(&key.entity))
    } else {
        format!("Only rows where {} feed {}.", plain(&sql), plain(&key.entity))
    };
    save(app, vec![(key, vec![Change::OnlyWhere { sql, otherwise_excluded }])], String::new(), words);
}

/// Asks for a comment.
pub fn ask_comment(app: &mut App, screen: &ObjectScreen) {
    match decided(app, screen) {
        Some(of) => app.prompt = Some(Prompt::new(Question::Map(Wanted::Comment(of)), "")),
        None => app.say(Text::new().text("Nothing is decided here yet; a comment stands with a rule.")),
    }
}

/// Comments.
pub fn comment(app: &mut App, of: &Of, text: &str) {
    let comment = |(field, column)| Change::Comment { field, column, text: text.to_owned() };
    let changes = each(of).map(comment).collect();
    let words = format!("{}: the comment is kept.", name_of(of));
    save(app, vec![(of.key.clone(), changes)], String::new(), words);
}

/// Shows the next best fields of the column under the cursor.
pub fn ask_candidates(app: &mut App, screen: &ObjectScreen) {
    let Some(stuff) = Stuff::of(app, &screen.key) else { return };
    let lines = screen.lines(&stuff);
    let Some(line) = screen.list.index(lines.len()).map(|at| &lines[at]) else { return };
    let mut found: Vec<&Candidate> = Vec::new();
    match line.column {
        Some(position) => {
            found.extend(stuff.suggestion(position).iter().flat_map(|suggestion| &suggestion.candidates));
        }
        // A field that nothing feeds: which columns could.
        None => {
            let all = stuff.suggested.iter().flat_map(|suggested| &suggested.columns);
            let fits = |candidate: &&Candidate| {
                candidate.entity == screen.key.entity && Some(candidate.field.as_str()) == line.field_name
            };
            found.extend(all.flat_map(|column| &column.candidates).filter(fits));
            found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        }
    }
    if found.is_empty() {
        return app.say(Text::new().text("Nothing else fits well enough to be proposed. Enter writes a rule."));
    }
    let words = found.iter().map(|candidate| {
        let line = Text::new().made(Role::Text, sums::confidence(candidate.confidence)).text("  ");
        let line = line.name(Role::Strong, format!("{} › {}", candidate.entity, candidate.field)).most(32).to(40);
        line.prose(Role::Quiet, candidate.reasons.join(" · "))
    });
    let title = Text::new().strong("What ").name(
        Role::Strong,
        line.from.first().map_or_else(|| line.field_name.unwrap_or_default().to_owned(), |name| (*name).to_owned()),
    );
    let pick = Pick {
        title: title.most(40).strong(if line.column.is_some() { " could become" } else { " could come from" }),
        words: Vec::new(),
        options: words.collect(),
        begin: 0,
        then: Then::Candidate {
            options: found.iter().map(|candidate| (key_for(&screen.key, &candidate.entity), take(candidate))).collect(),
        },
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Asks what becomes of rows that have no value for the field under the cursor.
pub fn ask_missing(app: &mut App, screen: &ObjectScreen) {
    let Some(stuff) = Stuff::of(app, &screen.key) else { return };
    let lines = screen.lines(&stuff);
    let Some(line) = screen.list.index(lines.len()).map(|at| &lines[at]) else { return };
    let Some(field) = line.field_name else {
        return app.say(Text::new().text("No target field stands here; there is no value to miss."));
    };
    let now = match line.is {
        Is::Rule(rule) => rule.missing.as_ref().map(|missing| missing.policy),
        _ => None,
    };
    let figures = stuff.figures(field);
    let touched = |one: &'static str, many: &'static str| match figures {
        Some(figures) => Text::new().plural(Role::Text, figures.missing, one, many),
        None => Text::new().quiet("not counted yet"),
    };
    let own = line.field.map_or(MissingPolicy::Undecided, |field| field.missing.policy);
    let all = [
        (Some(MissingPolicy::Default), "A default value", touched("row gets it", "rows get it")),
        (Some(MissingPolicy::Derive), "Derived by an expression", touched("row gets one", "rows get one")),
        (Some(MissingPolicy::Reject), "The record is rejected", touched("record is left out", "records are left out")),
        (Some(MissingPolicy::Ask), "A person is asked", touched("question, which blocks", "questions, which block")),
        (None, "As the model says", Text::new().quiet(policy_word(own))),
    ];
    let begin = all.iter().position(|(policy, ..)| *policy == now).unwrap_or(0);
    let mut words = vec![match figures {
        Some(figures) => Text::new()
            .plural(Role::Text, figures.empty, "row is", "rows are")
            .text(" empty in the source; ")
            .number(Role::Strong, figures.missing)
            .text(if figures.missing == 1 { " lacks a required value." } else { " lack a required value." }),
        None => Text::new().quiet("How many rows that touches is still being counted."),
    }];
    words.push(Text::new());
    let mark = |policy: &Option<MissingPolicy>| if *policy == now { "✓ " } else { "  " };
    let option = |(policy, name, rows): &(Option<MissingPolicy>, &'static str, Note)| {
        Text::new().say(Role::Good, mark(policy)).text(name).to(30).then(rows.clone())
    };
    let pick = Pick {
        title: Text::new().strong("Where ").name(Role::Strong, field.to_owned()).most(40).strong(" has no value"),
        words,
        options: all.iter().map(option).collect(),
        begin,
        then: Then::Missing {
            key: screen.key.clone(),
            field: field.to_owned(),
            options: all.iter().map(|(policy, ..)| *policy).collect(),
        },
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// A policy in words.
#[must_use]
pub fn policy_word(policy: MissingPolicy) -> &'static str {
    match policy {
        MissingPolicy::Undecided => "not decided: blocks while there is such a row",
        MissingPolicy::Default => "a default value",
        MissingPolicy::Derive => "derived by an expression",
        MissingPolicy::Reject => "the record is rejected",
        MissingPolicy::Ask => "a person is asked",
    }
}

/// Says what becomes of rows without a value.
pub fn missing(app: &mut App, key: MapKey, field: String, missing: Option<Missing>) {
    let words = match &missing {
        Some(missing) => format!("Without a value for {}: {}.", plain(&field), policy_word(missing.policy)),
        None => format!("Without a value for {}: as the model says.", plain(&field)),
    };
    save(app, vec![(key, vec![Change::Missing { field, missing }])], String::new(), words);
}
