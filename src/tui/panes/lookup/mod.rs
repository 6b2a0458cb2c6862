//! Lookup: type any identifier as it comes; who it is appears while typing. The newest text is the one that is searched for;
//! an answer to an older one never comes to the screen. A guess is shown, never opened by itself.

pub mod answer;
pub mod field;

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::{App, Purpose, step};
use super::super::msg::Ask;
use super::super::paint::{Canvas, Line};
use super::super::place::{PaneId, Place};
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::List;
use super::sources::record::{self, RecordScreen};
use crate::crosswalk::{Answer, Found, Hit, How};
use crate::sources::{Rec, SourceRecord};

/// How many look-ups are kept, in memory only: what a customer gave is not written down.
const KEPT: usize = 50;

/// A look-up that was opened before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    pub typed: String,
    pub title: String,
    pub record: String,
    pub reason: String,
    /// Milliseconds since the workbench opened.
    pub at: u64,
}

/// The state of the pane.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    pub field: TextField,
    /// What was found for the text, or, until that is there, for the text before.
    pub found: Option<Found>,
    /// The cursor among the hits, or among the look-ups before.
    pub list: List,
    /// The answer to the hit under the cursor.
    pub preview: Option<Answer>,
    /// The answer that is open.
    pub open: Option<answer::AnswerScreen>,
    /// A source row over it.
    pub row: Option<RecordScreen>,
    /// How many identifiers can be looked up, about.
    pub identifiers: Option<u64>,
    /// Newest first.
    pub recent: Vec<LookedUp>,
    /// Enter was pressed before what it opens was there.
    opening: bool,
}

impl Lookup {
    /// What of the pane has the keys.
    #[must_use]
    pub fn place(&self) -> Place {
        match (&self.row, &self.open) {
            (Some(_), _) => Place::Record,
            (None, Some(_)) => Place::Answer,
            (None, None) => Place::Lookup,
        }
    }

    /// The hit under the cursor.
    #[must_use]
    pub fn hit(&self) -> Option<&Hit> {
        let hits = &self.found.as_ref()?.hits;
        hits.get(self.list.index(hits.len())?)
    }

    /// The answer to the hit under the cursor, if it is there.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        let hit = self.hit()?;
        self.preview.as_ref().filter(|answer| answer.hit == *hit)
    }

    fn rows(&self) -> u64 {
        if self.field.text().trim().is_empty() {
            self.recent.len() as u64
        } else {
            self.found.as_ref().map_or(0, |found| found.hits.len() as u64)
        }
    }
}

/// Whether nothing meets what was typed but guesses.
#[must_use]
pub fn only_near(found: &Found) -> bool {
    found.hits.iter().all(|hit| matches!(hit.how, How::Typo | How::Guess))
}

/// The text changed: it is searched for, and what was asked before is stale.
pub fn text_changed(app: &mut App) {
    let text = app.lookup.field.text().trim().to_owned();
    app.lookup.opening = false;
    if text.is_empty() {
        app.forget(Purpose::Find);
        app.forget(Purpose::Preview);
        app.lookup.found = None;
        app.lookup.preview = None;
        app.lookup.list = List::default();
        return;
    }
    app.ask(Purpose::Find, Ask::Find(text));
}

/// Looks a text up as if it had been typed.
pub fn look_up(app: &mut App, text: &str) {
    app.lookup.open = None;
    app.lookup.row = None;
    app.lookup.field = TextField::with(text);
    text_changed(app);
}

/// The hits arrived.
pub fn found(app: &mut App, found: Found) {
    // After a load the same text is searched anew: the cursor stays on its hit.
    let before = app
        .lookup
        .hit()
        .filter(|_| app.lookup.found.as_ref().is_some_and(|old| old.typed == found.typed))
        .map(|hit| (hit.rec, hit.id.clone()));
    let at = before.and_then(|(rec, id)| found.hits.iter().position(|hit| hit.rec == rec && hit.id == id));
    app.lookup.list = List { cursor: at.unwrap_or(0) as u64, top: 0 };
    app.lookup.found = Some(found);
    let opening = std::mem::take(&mut app.lookup.opening);
    ask_preview(app);
    // What was found only nearly waits for another Enter.
    if opening && app.lookup.found.as_ref().is_some_and(|found| !only_near(found) && found.exact <= 1) {
        open(app);
    }
}

fn ask_preview(app: &mut App) {
    if app.lookup.answer().is_some() {
        return;
    }
    match app.lookup.hit().cloned() {
        Some(hit) => app.ask(Purpose::Preview, Ask::Answer(hit)),
        None => app.forget(Purpose::Preview),
    }
}

/// The answer to the hit under the cursor arrived.
pub fn answered(app: &mut App, answer: Answer) {
    if let Some(screen) = &mut app.lookup.open {
        if screen.answer.hit.id == answer.hit.id {
            screen.answer = answer;
        }
        return;
    }
    app.lookup.preview = Some(answer);
    if std::mem::take(&mut app.lookup.opening) {
        open(app);
    }
}

/// Opens the answer under the cursor, now or as soon as it is there.
fn open(app: &mut App) {
    if app.lookup.field.text().trim().is_empty() {
        let at = app.lookup.list.index(app.lookup.recent.len());
        if let Some(typed) = at.map(|at| app.lookup.recent[at].typed.clone()) {
            look_up(app, &typed);
            app.lookup.opening = true;
        }
        return;
    }
    if app.awaits(Purpose::Find) {
        app.lookup.opening = true;
        return;
    }
    if app.lookup.hit().is_none() {
        return;
    }
    let Some(answer) = app.lookup.answer().cloned() else {
        app.lookup.opening = true;
        return;
    };
    let typed = app.lookup.field.text().trim().to_owned();
    let looked_up = LookedUp {
        typed: typed.clone(),
        title: answer.hit.title.clone(),
        record: answer.record.key.clone(),
        reason: answer.hit.reason.clone(),
        at: app.clock.millis,
    };
    let recent = &mut app.lookup.recent;
    recent.retain(|before| before.typed != typed);
    recent.insert(0, looked_up);
    recent.truncate(KEPT);
    app.lookup.open = Some(answer::AnswerScreen::new(answer));
}

/// Opens the source row of a record over the answer.
pub fn open_row(app: &mut App, rec: Rec) {
    let mut screen = RecordScreen::new(rec);
    let own = app.lookup.open.as_ref().map(|open| &open.answer.record).filter(|record| record.rec == rec);
    match own {
        Some(record) => screen.record = Some(record.clone()),
        None => app.ask(Purpose::Record, Ask::Record(rec)),
    }
    app.lookup.row = Some(screen);
}

/// A source row arrived.
pub fn row_arrived(app: &mut App, record: SourceRecord) {
    if let Some(screen) = &mut app.lookup.row {
        screen.arrived(record);
    }
}

/// Something changed in the workspace: what is shown is asked for again.
pub fn refresh(app: &mut App) {
    app.lookup.preview = None;
    if let Some(screen) = &app.lookup.open {
        let hit = screen.answer.hit.clone();
        app.ask(Purpose::Preview, Ask::Answer(hit));
    } else if !app.lookup.field.text().trim().is_empty() {
        text_changed(app);
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let veil = app.veil().cloned();
    if let Some(screen) = &mut app.lookup.row {
        if act == Act::Back {
            app.lookup.row = None;
        } else if act == Act::Like {
            super::sources::like_this(app);
        } else {
            let copied = record::keys(screen, act, height, veil.as_ref());
            record::copy(app, copied);
        }
        return;
    }
    if app.lookup.open.is_some() {
        return answer::perform(app, act);
    }
    if let Some(step) = step(act) {
        let rows = app.lookup.rows();
        app.lookup.list.step(step, rows, height);
        if !app.lookup.field.text().trim().is_empty() {
            ask_preview(app);
        }
        return;
    }
    match act {
        Act::Open => open(app),
        Act::CopyCell => field::copy(app),
        Act::Back if app.lookup.field.is_empty() => app.show(PaneId::Sources),
        Act::Back => {
            app.lookup.field.clear();
            text_changed(app);
        }
        _ => {}
    }
}

/// A row was clicked: the cursor goes there, and a second click opens.
pub fn clicked(app: &mut App, row: u64) {
    if let Some(screen) = &mut app.lookup.row {
        screen.list.cursor = row;
        return;
    }
    let again = match &mut app.lookup.open {
        Some(screen) => std::mem::replace(&mut screen.list.cursor, row) == row,
        None => std::mem::replace(&mut app.lookup.list.cursor, row) == row,
    };
    if again {
        app.perform(Act::Open);
    } else if app.lookup.open.is_none() && !app.lookup.field.text().trim().is_empty() {
        ask_preview(app);
    }
}

/// Row 2.
pub fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    let lookup = &app.lookup;
    if let Some(screen) = &lookup.open {
        let left = Line::new().quiet("Lookup › ").data(Role::Strong, lookup.field.text().trim()).middle().most(48);
        let left = if lookup.row.is_some() { left.quiet(" › the row") } else { left };
        let record = lookup.row.as_ref().and_then(|row| row.record.as_ref()).unwrap_or(&screen.answer.record);
        return (
            left,
            Line::new()
                .quiet("load ")
                .name(Role::Text, record.load.to_string())
                .quiet(" · ")
                .name(Role::Text, record.file.as_str())
                .middle()
                .most(36),
        );
    }
    let left = Line::new().strong("Lookup");
    let Some(found) = lookup.found.as_ref() else { return (left, Line::new()) };
    let hits = found.hits.len() as u64;
    let right = if found.exact > 1 {
        Line::new().number(Role::Strong, found.exact as u64).text(" exact, none preferred")
    } else if only_near(found) {
        Line::new().text("0 exact, ").number(Role::Text, hits).text(" near")
    } else {
        let more = if found.more { "more than " } else { "" };
        Line::new().text(more).number(Role::Text, hits).text(" found")
    };
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    match (&app.lookup.row, &app.lookup.open) {
        (Some(row), _) => record::draw(app, row, canvas, area),
        (None, Some(screen)) => answer::draw(app, screen, canvas, area),
        (None, None) => field::draw(app, canvas, area),
    }
}

/// The focused row as label and value, for the smallest screens.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    let lookup = &app.lookup;
    if let Some(row) = &lookup.row {
        return record::facts(row);
    }
    if let Some(screen) = &lookup.open {
        return answer::facts(screen);
    }
    let mut facts = vec![("typed", Line::new().name(Role::Strong, lookup.field.text()))];
    if let Some(hit) = lookup.hit() {
        facts.push(("is", Line::new().data(Role::Strong, hit.title.as_str())));
        facts.push(("ID", Line::new().marked(Role::Text, hit.id.as_str(), &hit.marks).middle()));
        facts.push((
            "from",
            Line::new().name(Role::Text, hit.source.as_str()).text(" ").name(Role::Text, hit.object.as_str()),
        ));
        facts.push(("now", Line::new().prose(Role::Text, hit.reason.as_str())));
    } else if lookup.found.is_some() {
        facts.push(("", Line::new().text("No record has this.")));
    }
    facts
}
