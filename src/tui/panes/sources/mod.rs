//! Sources: the inventory of systems and objects, and beneath it, as a stack of screens, an object, its loads, its records,
//! one record, the quarantine, and the way of a new file into the workspace.

pub mod chooser;
pub mod column;
pub mod compare;
pub mod detail;
pub mod dictionary;
pub mod door;
pub mod fact;
pub mod facts;
mod figures;
pub mod findings;
pub mod inventory;
pub mod load;
pub mod map;
pub mod object;
mod page;
pub mod profile;
pub mod profiles;
pub mod progress;
pub mod proposal;
pub mod quarantine;
pub mod record;
pub mod records;
pub mod relations;
pub mod rows;
pub mod values;
pub mod versions;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::{App, Purpose, step};
use super::super::jobs::{self, Work};
use super::super::msg::{Ask, Effect, JobId, Known, Rebuild, Reply, Target};
use super::super::paint::{Canvas, Line, Note};
use super::super::place::Place;
use super::super::widgets::field::TextField;
use super::super::widgets::list::List;
use crate::sources::select::Selection;
use crate::sources::survey::Survey;
use crate::sources::{Inventory, LoadId, Object, ObjectId};

/// A screen over the inventory.
#[derive(Debug, Clone)]
pub enum Screen {
    Object(object::ObjectScreen),
    Load(load::LoadScreen),
    Records(records::RecordsScreen),
    Record(record::RecordScreen),
    Quarantine(quarantine::Groups),
    QuarantineRows(quarantine::Rows),
    Chooser(chooser::Chooser),
    Proposal(proposal::ProposalScreen),
    Progress(JobId),
    // Figures and their rows
    Profile(profile::ProfileScreen),
    Values(values::ValuesScreen),
    Dictionary(dictionary::DictionaryScreen),
    Facts(facts::FactsScreen),
    Relations(relations::RelationsScreen),
    Findings(findings::FindingsScreen),
    Versions(versions::VersionsScreen),
    Compare(compare::CompareScreen),
}

/// The state of the pane.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The cursor of the inventory.
    pub list: List,
    /// How the inventory is looked at.
    pub view: inventory::View,
    /// What is known of the systems, by name.
    pub known: BTreeMap<String, Known>,
    /// What stands between the objects and in them; `None` until it was looked for.
    pub survey: Option<Box<Survey>>,
    /// Of what the last survey was begun, so that it is not begun for the same again and again.
    surveyed: Option<u64>,
    /// The survey that is made for this workspace.
    surveying: Option<JobId>,
    /// Screens over it, the last one seen.
    pub stack: Vec<Screen>,
    /// The profiles brought so far.
    pub profiles: profiles::Profiles,
    /// What selections are called whose numbers tell nobody anything, the last one named last.
    pub titles: Vec<(Selection, String)>,
}

impl Sources {
    /// What of the pane has the keys.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.stack.last() {
            None => Place::Sources,
            Some(Screen::Object(_)) => Place::Object,
            Some(Screen::Load(_)) => Place::Load,
            Some(Screen::Records(screen)) if screen.chosen.is_some() => Place::Rows,
            Some(Screen::Records(_)) => Place::Records,
            Some(Screen::Record(_)) => Place::Record,
            Some(Screen::Quarantine(_)) => Place::Quarantine,
            Some(Screen::QuarantineRows(_)) => Place::QuarantineRows,
            Some(Screen::Chooser(chooser)) => {
                if chooser.in_list {
                    Place::ChooserList
                } else {
                    Place::Chooser
                }
            }
            Some(Screen::Proposal(_)) => Place::Proposal,
            Some(Screen::Progress(_)) => Place::Progress,
            // Figures and their rows
            Some(Screen::Profile(_)) => Place::Profile,
            Some(Screen::Values(_)) => Place::Values,
            Some(Screen::Dictionary(_)) => Place::Dictionary,
            Some(Screen::Facts(_)) => Place::Facts,
            Some(Screen::Relations(_)) => Place::Relations,
            Some(Screen::Findings(_)) => Place::Findings,
            Some(Screen::Versions(_)) => Place::Versions,
            Some(Screen::Compare(_)) => Place::Compare,
        }
    }

    /// The path field, while files are chosen.
    pub fn chooser_field(&mut self) -> Option<&mut TextField> {
        match self.stack.last_mut() {
            Some(Screen::Chooser(chooser)) => {
                chooser.in_list = false;
                Some(&mut chooser.field)
            }
            _ => None,
        }
    }

    /// The object that the inventory's cursor is on.
    #[must_use]
    pub fn object_at_cursor(&self, app: &App) -> Option<ObjectId> {
        let inventory = app.inventory.as_ref()?;
        match inventory::row_at_cursor(app)? {
            inventory::Row::Group(_) | inventory::Row::Source(_) => None,
            inventory::Row::Object(source, object) => Some(inventory.sources.get(source)?.objects.get(object)?.id),
        }
    }

    /// The column that an object's cursor is on.
    #[must_use]
    pub fn column_at_cursor(&self, app: &App) -> Option<usize> {
        match self.stack.last()? {
            Screen::Object(screen) => screen.column(object(app, screen.object)?),
            _ => None,
        }
    }

    /// The load that an object's cursor is on, or that is open.
    #[must_use]
    pub fn load_at_cursor(&self, app: &App) -> Option<LoadId> {
        match self.stack.last()? {
            Screen::Object(screen) => screen.load(object(app, screen.object)?),
            Screen::Load(screen) => Some(screen.load),
            _ => None,
        }
    }

    /// Whether something was searched for here before.
    #[must_use]
    pub fn has_needle(&self) -> bool {
        match self.stack.last() {
            Some(Screen::Records(screen)) => screen.needle.is_some(),
            Some(Screen::Profile(screen)) => !screen.needle.is_empty(),
            Some(Screen::Values(screen)) => screen.has_needle(),
            _ => false,
        }
    }

    /// Whether the open record was come to from a table.
    #[must_use]
    pub fn record_has_neighbours(&self) -> bool {
        matches!(self.stack.as_slice(), [.., Screen::Records(_), Screen::Record(_)])
    }
}

/// An object by its number.
#[must_use]
pub fn object(app: &App, id: ObjectId) -> Option<&Object> {
    objects(app.inventory.as_ref()?).find(|object| object.id == id)
}

/// All objects.
pub fn objects(inventory: &Inventory) -> impl Iterator<Item = &Object> {
    inventory.sources.iter().flat_map(|source| &source.objects)
}

pub use figures::{find, like_this, open_selection, push, refused, round, why_not as figures_why_not};

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    if figures::perform(app, act) {
        return;
    }
    match act {
        Act::Back => return back(app),
        Act::Load => return chooser::open(app),
        Act::Quarantine => return quarantine::open(app),
        Act::TakeOut => {
            if let Some(load) = app.sources.load_at_cursor(app) {
                app.rebuild(Rebuild::TakeOut(load));
            }
            return;
        }
        Act::Survey => {
            survey(app);
            return app.say(Line::new().text("Looking through the records. J shows how far it is."));
        }
        // From the palette they open over whatever is open.
        Act::Relations if !matches!(app.sources.stack.last(), None | Some(Screen::Object(_))) => {
            return relations::open(app, None);
        }
        Act::Findings if !matches!(app.sources.stack.last(), None | Some(Screen::Object(_))) => {
            return findings::open(app, None);
        }
        _ => {}
    }
    match app.sources.stack.last() {
        None => inventory::perform(app, act),
        Some(Screen::Object(_)) => object::perform(app, act),
        Some(Screen::Load(_)) if act == Act::Compare => load::compare(app),
        Some(Screen::Load(_)) => load::perform(app, act),
        Some(Screen::Records(_)) => records::perform(app, act),
        Some(Screen::Record(_)) => record::perform(app, act),
        Some(Screen::Quarantine(_)) => quarantine::perform(app, act),
        Some(Screen::QuarantineRows(_)) => quarantine::perform_rows(app, act),
        Some(Screen::Chooser(_)) => chooser::perform(app, act),
        Some(Screen::Proposal(_)) => proposal::perform(app, act),
        Some(Screen::Progress(_)) => progress::perform(app, act),
        // Figures and their rows
        Some(Screen::Profile(_)) => profile::perform(app, act),
        Some(Screen::Values(_)) => values::perform(app, act),
        Some(Screen::Dictionary(_)) => dictionary::perform(app, act),
        Some(Screen::Facts(_)) => facts::perform(app, act),
        Some(Screen::Relations(_)) => relations::perform(app, act),
        Some(Screen::Findings(_)) => findings::perform(app, act),
        Some(Screen::Versions(_)) => versions::perform(app, act),
        Some(Screen::Compare(_)) => compare::perform(app, act),
    }
}

/// One level back. What was asked for the closed screen is wanted no more.
fn back(app: &mut App) {
    if app.awaits(Purpose::FindRow) {
        app.forget(Purpose::FindRow);
        return app.say(Line::new().text("Stopped looking."));
    }
    let counts = matches!(
        app.sources.stack.last(),
        Some(Screen::Profile(_) | Screen::Values(_) | Screen::Dictionary(_) | Screen::Records(_))
    );
    if counts && !app.counting().is_empty() {
        app.say(Line::new().text("Stopped counting."));
    }
    if let Some(Screen::Profile(screen)) = app.sources.stack.last_mut()
        && std::mem::replace(&mut screen.in_figures, false)
    {
        return;
    }
    if app.sources.stack.is_empty() {
        // The nearest goes first: the detail, then the filter.
        if app.sources.view.in_detail {
            app.sources.view.in_detail = false;
        } else if !app.sources.view.filter.is_empty() {
            inventory::filter(app, "");
        }
        return;
    }
    match app.sources.stack.pop() {
        Some(Screen::Versions(_)) => app.forget(Purpose::Versions),
        Some(Screen::Compare(_)) => app.forget(Purpose::Compare),
        Some(Screen::Load(_)) => app.forget(Purpose::Remarks),
        Some(Screen::Records(_)) => {
            app.forget(Purpose::Page);
            app.forget(Purpose::FindRow);
            app.forget(Purpose::Select);
        }
        Some(Screen::Profile(_) | Screen::Dictionary(_)) => app.forget(Purpose::Profile),
        Some(Screen::Values(_)) => app.forget(Purpose::Values),
        Some(Screen::Record(_)) => app.forget(Purpose::Record),
        Some(Screen::Chooser(_)) => {
            app.forget(Purpose::List);
            app.forget(Purpose::Propose);
        }
        Some(Screen::Proposal(_)) => app.forget(Purpose::Propose),
        _ => {}
    }
    if let Some((pane, depth)) = app.visiting.filter(|(_, depth)| app.sources.stack.len() <= *depth) {
        app.sources.stack.truncate(depth);
        app.show(pane);
    }
}

/// What a row of the inventory stands for, whatever comes before it.
type Key = (String, Option<ObjectId>);

fn key(inventory: &Inventory, row: inventory::Row) -> Option<Key> {
    match row {
        inventory::Row::Group(_) => None,
        inventory::Row::Source(source) => Some((inventory.sources.get(source)?.name.clone(), None)),
        inventory::Row::Object(source, object) => {
            let source = inventory.sources.get(source)?;
            Some((source.name.clone(), Some(source.objects.get(object)?.id)))
        }
    }
}

/// Puts the cursor of the inventory on a row, if it is there.
fn follow(app: &mut App, wanted: Option<Key>) {
    let Some(inventory) = app.inventory.as_ref().filter(|_| wanted.is_some()) else { return };
    let at = inventory::rows(app).iter().position(|row| key(inventory, *row) == wanted);
    if let Some(at) = at {
        app.sources.list.cursor = at as u64;
    }
}

/// The inventory arrived. The cursor stays on the object that it is on.
pub fn counted(app: &mut App, inventory: Inventory) {
    let first = app.inventory.is_none();
    let now = app.inventory.as_ref().zip(inventory::row_at_cursor(app)).and_then(|(old, row)| key(old, row));
    if first {
        // The first object is what a person came for, not the name of its system.
        app.sources.list.cursor = 1;
    }
    // A screen of an object or a load that is there no more closes.
    let known = |id: ObjectId| objects(&inventory).any(|object| object.id == id);
    let loaded = |id: LoadId| objects(&inventory).any(|object| object.loads.iter().any(|load| load.id == id));
    let gone = app.sources.stack.iter().position(|screen| match screen {
        Screen::Object(screen) => !known(screen.object),
        Screen::Records(screen) => !known(screen.object),
        Screen::Load(screen) => !loaded(screen.load),
        Screen::Profile(screen) => !known(screen.object),
        Screen::Values(screen) => !known(screen.object),
        Screen::Compare(screen) => !loaded(screen.left) || !loaded(screen.right),
        Screen::Facts(screen) => !inventory.sources.iter().any(|source| source.name == screen.source),
        _ => false,
    });
    if let Some(gone) = gone {
        app.sources.stack.truncate(gone);
    }
    app.inventory = Some(inventory);
    follow(app, now);
    survey_if_stale(app);
}

// What is known of the systems, and between the objects

/// Of what a survey would be: the loads, and what their columns are taken for.
fn surveyed_state(inventory: &Inventory) -> u64 {
    let mut hasher = DefaultHasher::new();
    for object in objects(inventory) {
        (object.id, object.records).hash(&mut hasher);
        for load in &object.loads {
            load.id.hash(&mut hasher);
        }
        for column in &object.columns {
            (column.role, column.by_hand).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Begins a survey beside the screen.
pub fn survey(app: &mut App) {
    if app.jobs.survey().is_some() {
        return;
    }
    app.sources.surveyed = app.inventory.as_ref().map(surveyed_state);
    app.sources.surveying = Some(jobs::begin(app, Work::Survey, |job| Effect::Survey { job }));
}

/// Begins a survey if what is stored was made of other loads, once both the inventory and it are there.
fn survey_if_stale(app: &mut App) {
    let Some(inventory) = &app.inventory else { return };
    if app.awaits(Purpose::Survey) || inventory.loads == 0 {
        return;
    }
    let fresh = app.sources.survey.as_ref().is_some_and(|survey| survey.fresh);
    if !fresh && app.sources.surveyed != Some(surveyed_state(inventory)) {
        survey(app);
    }
}

/// A survey came to its end.
pub fn surveyed(app: &mut App, job: JobId, survey: Survey) {
    // One of a workspace that was open before is of no use here.
    if app.sources.surveying == Some(job) {
        app.sources.surveying = None;
        app.sources.survey = Some(Box::new(survey));
    }
}

/// The survey gave way to something that changes the workspace: it is made again after that.
pub fn survey_given_up(app: &mut App, job: JobId) {
    if app.sources.surveying == Some(job) {
        app.sources.surveying = None;
        if app.jobs.busy().is_some() {
            app.sources.surveyed = None;
        }
    }
}

/// What was asked for a screen cannot be had: the screen closes, the problem says why.
pub fn not_had(app: &mut App, purpose: Purpose) {
    let closes = match app.sources.stack.last() {
        Some(Screen::Versions(_)) => purpose == Purpose::Versions,
        Some(Screen::Compare(_)) => purpose == Purpose::Compare,
        _ => false,
    };
    if closes {
        app.sources.stack.pop();
    }
}

/// An answer for one of the screens arrived.
pub fn arrived(app: &mut App, reply: Reply) {
    let height = app.rows;
    let Some(reply) = figures::arrived(app, reply) else { return };
    match (reply, app.sources.stack.last_mut()) {
        (Reply::Page(page), _) => {
            if let Some(screen) = records_screen(app) {
                screen.arrived(page);
            }
        }
        (Reply::FoundRow(row), _) => records::found(app, row, height),
        (Reply::Record(record), Some(Screen::Record(screen))) => screen.arrived(record),
        (Reply::Record(record), Some(Screen::Versions(screen))) => screen.record_arrived(record),
        (Reply::Facts(known), _) => {
            let at = app.inventory.as_ref().zip(inventory::row_at_cursor(app)).and_then(|(i, row)| key(i, row));
            app.sources.known = known;
            follow(app, at);
        }
        (Reply::Survey(survey), _) => {
            // Where the workspace cannot be written it is made for this session, and nothing newer is stored.
            if survey.is_some() || app.sources.survey.is_none() || !app.read_only() {
                app.sources.survey = survey;
            }
            survey_if_stale(app);
        }
        (Reply::Versions(rec, versions), _) => {
            let screens = app.sources.stack.iter_mut().rev();
            for screen in screens {
                if let Screen::Versions(screen) = screen
                    && screen.rec == rec
                {
                    return screen.arrived(versions);
                }
            }
        }
        (Reply::Remarks(object, among), Some(Screen::Load(_))) => {
            let Some(Screen::Load(screen)) = app.sources.stack.last() else { return };
            if load::object_of(app, screen) == Some(object)
                && let Some(Screen::Load(screen)) = app.sources.stack.last_mut()
            {
                screen.arrived(among);
            }
        }
        (Reply::Compared(found), Some(Screen::Compare(screen)))
            if (found.left, found.right) == (screen.left, screen.right) =>
        {
            screen.arrived(found);
        }
        (Reply::Record(record), _) => super::lookup::row_arrived(app, record),
        (Reply::QuarantineGroups(groups), _) => quarantine::arrived(app, groups),
        (Reply::QuarantineRows { first, rows }, Some(Screen::QuarantineRows(screen))) => screen.arrived(first, rows),
        (Reply::Listing(entries), Some(Screen::Chooser(chooser))) => chooser.listed(entries),
        (Reply::Proposals(proposals), _) => proposal::arrived(app, proposals),
        _ => {}
    }
}

/// The table of records, if one is on the stack.
pub fn records_screen(app: &mut App) -> Option<&mut records::RecordsScreen> {
    app.sources.stack.iter_mut().rev().find_map(|screen| match screen {
        Screen::Records(screen) => Some(screen),
        _ => None,
    })
}

/// Asks for rows that are to be seen and not there yet.
pub fn settle(app: &mut App) {
    figures::settle(app);
    records::settle(app);
    record::settle(app);
    quarantine::settle(app);
}

/// Something changed in the workspace: rows that are shown are asked for again.
pub fn refresh(app: &mut App) {
    figures::refresh(app);
    let mut quarantined = false;
    for screen in &mut app.sources.stack {
        match screen {
            Screen::Records(screen) => screen.stale(),
            Screen::Quarantine(_) => quarantined = true,
            Screen::QuarantineRows(screen) => screen.stale(),
            _ => {}
        }
    }
    if quarantined {
        app.ask(Purpose::Groups, Ask::QuarantineGroups);
    }
    // What is known of the screen that is open.
    match app.sources.stack.last() {
        Some(Screen::Versions(screen)) => {
            let rec = screen.rec;
            app.ask(Purpose::Versions, Ask::Versions(rec));
        }
        Some(Screen::Compare(screen)) => {
            let (left, right) = (screen.left, screen.right);
            app.ask(Purpose::Compare, Ask::Compare { left, right });
        }
        Some(Screen::Load(screen)) => {
            if let Some(object) = load::object_of(app, screen) {
                app.ask(Purpose::Remarks, Ask::Remarks(object));
            }
        }
        _ => {}
    }
}

/// Shows a running load.
pub fn watch(app: &mut App, job: JobId) {
    app.sources.stack.retain(|screen| !matches!(screen, Screen::Progress(_)));
    app.sources.stack.push(Screen::Progress(job));
}

/// A load ended: its screen closes, and so do those that led to it.
pub fn unwatch(app: &mut App, job: JobId) {
    app.sources.stack.retain(|screen| !matches!(screen, Screen::Progress(id) if *id == job));
}

/// A row was clicked: the cursor goes there, and a second click opens.
pub fn clicked(app: &mut App, row: u64) {
    if let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() {
        chooser.in_list = true;
    }
    // Before a load Enter loads: no click does that.
    let opens = !matches!(app.sources.stack.last(), Some(Screen::Proposal(_) | Screen::Record(_)))
        && !matches!(app.sources.stack.last(), Some(Screen::Profile(screen)) if !screen.in_figures);
    let list = match app.sources.stack.is_empty() {
        true if app.sources.view.in_detail => Some(&mut app.sources.view.doors),
        true => Some(&mut app.sources.list),
        false => list_of(app),
    };
    if let Some(list) = list
        && std::mem::replace(&mut list.cursor, row) == row
        && opens
    {
        app.perform(Act::Open);
    }
}

fn list_of(app: &mut App) -> Option<&mut List> {
    match app.sources.stack.last_mut()? {
        Screen::Object(screen) => Some(screen.list()),
        Screen::Load(screen) => Some(&mut screen.list),
        Screen::Records(screen) => Some(&mut screen.list),
        Screen::Record(screen) => Some(&mut screen.list),
        Screen::Quarantine(screen) => Some(&mut screen.list),
        Screen::QuarantineRows(screen) => Some(&mut screen.list),
        Screen::Chooser(chooser) => Some(&mut chooser.list),
        Screen::Proposal(screen) => Some(&mut screen.list),
        Screen::Progress(_) => None,
        // Figures and their rows
        Screen::Profile(screen) => Some(screen.list()),
        Screen::Values(screen) => Some(&mut screen.list),
        Screen::Dictionary(screen) => Some(&mut screen.list),
        Screen::Facts(screen) => Some(&mut screen.list),
        Screen::Relations(screen) => Some(screen.list()),
        Screen::Findings(screen) => Some(screen.list()),
        Screen::Versions(screen) => Some(&mut screen.list),
        Screen::Compare(screen) => Some(&mut screen.list),
    }
}

/// A column or a part of the screen was clicked.
pub fn clicked_across(app: &mut App, target: Target) {
    match (target, app.sources.stack.last_mut()) {
        (Target::Column(column), Some(Screen::Records(screen))) => screen.column = column,
        (Target::Part(part), Some(Screen::Object(screen))) => screen.in_loads = part == 1,
        (Target::Part(part), Some(Screen::Profile(screen))) => screen.in_figures = part == 1,
        (Target::Part(part), None) => app.sources.view.in_detail = part == 1,
        (Target::Part(part), Some(Screen::Findings(screen))) => screen.in_values = part == 1,
        (Target::Column(version), Some(Screen::Versions(screen))) => screen.version = version,
        _ => {}
    }
}

/// Moves the cursor of a list of `len` rows if `act` is a move. Returns whether it was.
fn moved(list: &mut List, act: Act, len: u64, height: u16) -> bool {
    let Some(step) = step(act) else { return false };
    list.step(step, len, height);
    true
}

/// Row 2: where one is, and the sum that closes.
pub fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    match app.sources.stack.last() {
        None => (inventory::place(app), inventory::closing(app)),
        Some(Screen::Object(screen)) => object::headline(app, screen),
        Some(Screen::Load(screen)) => load::headline(app, screen),
        Some(Screen::Records(screen)) => records::headline(app, screen),
        Some(Screen::Record(screen)) => record::headline(screen),
        Some(Screen::Quarantine(_)) => (Line::new().quiet("Sources › ").strong("Quarantine"), inventory::closing(app)),
        Some(Screen::QuarantineRows(screen)) => quarantine::headline(screen),
        Some(Screen::Chooser(chooser)) => chooser::headline(chooser),
        Some(Screen::Proposal(screen)) => proposal::headline(screen),
        Some(Screen::Progress(job)) => progress::headline(app, *job),
        // Figures and their rows
        Some(Screen::Profile(screen)) => profile::headline(app, screen),
        Some(Screen::Values(screen)) => values::headline(app, screen),
        Some(Screen::Dictionary(screen)) => dictionary::headline(app, screen),
        Some(Screen::Facts(screen)) => facts::headline(app, screen),
        Some(Screen::Relations(screen)) => relations::headline(app, screen),
        Some(Screen::Findings(screen)) => findings::headline(app, screen),
        Some(Screen::Versions(screen)) => versions::headline(screen),
        Some(Screen::Compare(screen)) => compare::headline(app, screen),
    }
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    match app.sources.stack.last() {
        None => inventory::draw(app, canvas, area),
        Some(Screen::Object(screen)) => object::draw(app, screen, canvas, area),
        Some(Screen::Load(screen)) => load::draw(app, screen, canvas, area),
        Some(Screen::Records(screen)) => records::draw(app, screen, canvas, area),
        Some(Screen::Record(screen)) => record::draw(app, screen, canvas, area),
        Some(Screen::Quarantine(screen)) => quarantine::draw(app, screen, canvas, area),
        Some(Screen::QuarantineRows(screen)) => quarantine::draw_rows(app, screen, canvas, area),
        Some(Screen::Chooser(chooser)) => chooser::draw(app, chooser, canvas, area),
        Some(Screen::Proposal(screen)) => proposal::draw(app, screen, canvas, area),
        Some(Screen::Progress(job)) => progress::draw(app, *job, canvas, area),
        // Figures and their rows
        Some(Screen::Profile(screen)) => profile::draw(app, screen, canvas, area),
        Some(Screen::Values(screen)) => values::draw(app, screen, canvas, area),
        Some(Screen::Dictionary(screen)) => dictionary::draw(app, screen, canvas, area),
        Some(Screen::Facts(screen)) => facts::draw(app, screen, canvas, area),
        Some(Screen::Relations(screen)) => relations::draw(app, screen, canvas, area),
        Some(Screen::Findings(screen)) => findings::draw(app, screen, canvas, area),
        Some(Screen::Versions(screen)) => versions::draw(app, screen, canvas, area),
        Some(Screen::Compare(screen)) => compare::draw(app, screen, canvas, area),
    }
}

/// What stands in the message row while nothing just happened.
pub fn notice(app: &App) -> Option<Note> {
    match app.sources.stack.last() {
        None => inventory::notice(app.inventory.as_ref()?),
        Some(Screen::Object(screen)) => object::notice(app, screen),
        // Figures and their rows
        Some(Screen::Profile(screen)) => profile::notice(app, screen),
        Some(Screen::Dictionary(screen)) => dictionary::notice(app, screen),
        Some(Screen::Relations(_) | Screen::Findings(_)) => findings::notice(app),
        Some(_) => None,
    }
}

/// The focused row as label and value, for the smallest screens.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    match app.sources.stack.last() {
        None => inventory::facts(app),
        Some(Screen::Object(screen)) => object::facts(app, screen),
        Some(Screen::Load(screen)) => load::facts(app, screen),
        Some(Screen::Records(screen)) => records::facts(app, screen),
        Some(Screen::Record(screen)) => record::facts(screen),
        Some(Screen::Quarantine(screen)) => quarantine::facts(screen),
        Some(Screen::QuarantineRows(screen)) => quarantine::facts_rows(screen),
        Some(Screen::Chooser(chooser)) => chooser::facts(chooser),
        Some(Screen::Proposal(screen)) => proposal::facts(screen),
        Some(Screen::Progress(job)) => progress::facts(app, *job),
        // Figures and their rows
        Some(Screen::Profile(screen)) => profile::facts(app, screen),
        Some(Screen::Values(screen)) => values::facts(app, screen),
        Some(Screen::Dictionary(screen)) => dictionary::facts(app, screen),
        Some(Screen::Facts(screen)) => facts::facts(app, screen),
        Some(Screen::Relations(screen)) => relations::facts(app, screen),
        Some(Screen::Findings(screen)) => findings::facts(app, screen),
        Some(Screen::Versions(screen)) => versions::facts(screen),
        Some(Screen::Compare(screen)) => compare::facts(screen),
    }
}
