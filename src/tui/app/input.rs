//! Keys, pastes and clicks: which action each of them is where the person is, and what of them is text.

use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

use super::super::action::{self, Act};
use super::super::keymap::Key;
use super::super::msg::Target;
use super::super::paint::Line;
use super::super::panes::{home, lookup, map, sources};
use super::super::place::{PaneId, Place};
use super::super::theme::Role;
use super::super::widgets::field::{Edit, TextField};
use super::super::{disabled, overlays, prompt};
use super::{App, Message, step, text_edit};

impl App {
    pub(super) fn key(&mut self, event: &KeyEvent) {
        if event.kind == KeyEventKind::Release {
            return;
        }
        let key = Key::of(event);
        let place = self.place();
        let action = self.keymap.action(place.scopes(), key);
        if self.tiny() && !matches!(action.map(|a| a.act), Some(Act::Quit | Act::Leave)) {
            // Nothing that cannot be seen is done; in a text field q prints, so it leaves here.
            if key.printed() == Some('q') {
                self.perform(Act::Quit);
            }
            return;
        }
        match action {
            Some(action) if action.act == Act::Digit => {
                home::digit(self, key.printed().and_then(|c| c.to_digit(10)).unwrap_or(0));
            }
            // Held down, a key moves and edits on; it does not decide again and again.
            Some(action) if event.kind == KeyEventKind::Repeat && !repeats(action.act) => {}
            Some(action) => self.perform(action.act),
            None => {
                if let Some(c) = key.printed()
                    && place.takes_text()
                {
                    self.type_text(c.encode_utf8(&mut [0; 4]));
                } else if let Some(action) = self.keymap.elsewhere(&[Act::BreakDown, Act::Like], key)
                    && self.session.is_some()
                    && self.overlays.is_empty()
                {
                    // Both are wanted wherever values stand; where they do nothing, the place says so.
                    let reason = disabled::no_values_here(action.act);
                    let line = Line::new().say(Role::Warn, "! ").text("Not now: ").text(action.label).text(" – ");
                    self.say(line.text(reason));
                }
            }
        }
    }

    /// Does an action where the person is; if it cannot run now, says why.
    pub fn perform(&mut self, act: Act) {
        if let Some(reason) = disabled::why_not(self, act) {
            let label = action::find(self.place().scopes(), act).map_or("", |action| action.label);
            self.say(Line::new().say(Role::Warn, "! ").text("Not now: ").text(label).text(" – ").then(reason));
            return;
        }
        if !matches!(act, Act::Mouse) && self.overlays.is_empty() {
            self.message = Message::default();
        }
        if overlays::perform(self, act) || prompt::perform(self, act) || self.common(act) {
            return;
        }
        match self.place() {
            Place::Home => home::perform(self, act),
            _ => match self.pane {
                PaneId::Sources => sources::perform(self, act),
                PaneId::Lookup => lookup::perform(self, act),
                PaneId::Map => map::perform(self, act),
            },
        }
    }

    // Text

    fn text_field(&mut self) -> Option<&mut TextField> {
        let place = self.place();
        if let Some(overlay) = self.overlays.last_mut() {
            return overlay.field();
        }
        if let Some(prompt) = &mut self.prompt {
            return Some(&mut prompt.field);
        }
        match place {
            Place::Lookup => Some(&mut self.lookup.field),
            Place::Chooser | Place::ChooserList => self.sources.chooser_field(),
            Place::RuleText => self.map.rule_field(),
            _ => None,
        }
    }

    fn type_text(&mut self, text: &str) {
        if let Some(field) = self.text_field() {
            field.insert(text);
            self.text_changed();
        }
    }

    pub(super) fn edit_text(&mut self, edit: Edit) {
        if self.text_field().is_some_and(|field| field.edit(edit)) {
            self.text_changed();
        }
    }

    fn text_changed(&mut self) {
        if self.overlays.last().is_some() {
            return overlays::text_changed(self);
        }
        if self.prompt.is_some() {
            return prompt::text_changed(self);
        }
        match self.place() {
            Place::Lookup => lookup::text_changed(self),
            Place::Chooser | Place::ChooserList => sources::chooser::text_changed(self),
            Place::RuleText => map::rule::text_changed(self),
            _ => {}
        }
    }

    /// A paste is text. Where no field has the keys it is an identifier to look up.
    pub(super) fn paste(&mut self, text: &str) {
        if self.tiny() || text.trim().is_empty() {
            return;
        }
        if self.place().takes_text() {
            return self.type_text(text);
        }
        if self.session.is_none() {
            return self.say(Line::new().text("Open a workspace first; then a pasted ID is looked up."));
        }
        self.overlays.clear();
        self.show(PaneId::Lookup);
        lookup::look_up(self, text.trim());
    }

    // Mouse

    pub(super) fn click(&mut self, event: MouseEvent) {
        if !self.mouse || self.tiny() {
            return;
        }
        match event.kind {
            MouseEventKind::ScrollDown => self.wheel(Act::Down),
            MouseEventKind::ScrollUp => self.wheel(Act::Up),
            MouseEventKind::Down(MouseButton::Left) => {
                let at = ratatui::layout::Position::new(event.column, event.row);
                let hit: Vec<Target> =
                    self.hits.iter().rev().filter(|(area, _)| area.contains(at)).map(|(_, target)| *target).collect();
                for target in hit {
                    self.hit(target);
                }
            }
            _ => {}
        }
    }

    fn wheel(&mut self, act: Act) {
        if action::find(self.place().scopes(), act).is_some() {
            for _ in 0..3 {
                self.perform(act);
            }
        }
    }

    fn hit(&mut self, target: Target) {
        match target {
            Target::Pane(pane) if self.overlays.is_empty() && self.session.is_some() => self.show(pane),
            Target::Pane(_) => {}
            Target::Act(act) => self.perform(act),
            Target::Row(row) if !self.overlays.is_empty() => overlays::clicked(self, row),
            Target::Row(row) => match self.pane_place() {
                Place::Home => home::clicked(self, row),
                _ if self.prompt.is_some() => {}
                _ => match self.pane {
                    PaneId::Sources => sources::clicked(self, row),
                    PaneId::Lookup => lookup::clicked(self, row),
                    PaneId::Map => map::clicked(self, row),
                },
            },
            Target::Column(_) | Target::Part(_) if self.overlays.is_empty() && self.prompt.is_none() => {
                if self.pane == PaneId::Map {
                    map::clicked_across(self, target);
                } else {
                    sources::clicked_across(self, target);
                }
            }
            Target::Column(_) | Target::Part(_) => {}
        }
    }
}

/// What a key does again while it is held down.
fn repeats(act: Act) -> bool {
    step(act).is_some()
        || matches!(text_edit(act), Some(edit) if edit != Edit::DeleteToStart)
        || matches!(
            act,
            Act::Left
                | Act::Right
                | Act::Narrower
                | Act::Wider
                | Act::NextRecord
                | Act::PreviousRecord
                | Act::FindNext
                | Act::FindPrevious
                | Act::NextColumn
                | Act::PreviousColumn
        )
}
