//! A workbench without a terminal, for tests that read like stories: keys in, the screen as text out. The body is played by
//! made-up systems, so that every screen can be looked at before and beside the real one.

mod any;
mod body;
mod figures;
mod known;
mod mapping;
mod model;
mod pictures;
mod stories;
mod systems;

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::app::App;
use super::frame;
use super::keymap::{Key, Keymap};
use super::msg::{Came, Clock, Effect, JobId, Msg, Rebuild};
use super::theme::{Colours, Theme};
use crate::sources::Inventory;

pub struct Bench {
    pub app: App,
    buffer: Buffer,
    /// What was wanted outside, in order.
    pub effects: Vec<Effect>,
    /// The body answers; else questions wait.
    pub answers: bool,
    pub inventory: Inventory,
    /// Put in place of every value.
    pub hostile: Option<String>,
    /// The values of the value map that is played.
    pub values: Option<std::sync::Arc<crate::mapping::values::ValueTable>>,
    /// What is decided for the dates of Renewals.
    pub decided: Option<crate::sources::profile::DateOrder>,
}

impl Bench {
    /// A workbench before anything is open.
    pub fn home(width: u16, height: u16) -> Self {
        let app = App::new((width, height), Theme { colours: Colours::Plain, ascii: false }, Keymap::standard());
        let buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let mut bench = Self {
            app,
            buffer,
            effects: Vec::new(),
            answers: true,
            inventory: systems::inventory(),
            hostile: None,
            values: None,
            decided: None,
        };
        bench.send(Msg::Clock(Clock { millis: 0, utc: 1_763_633_643 }));
        let effects = bench.app.start(None, false);
        bench.take(effects);
        bench.draw();
        bench
    }

    /// A workbench with an open workspace.
    pub fn new(width: u16, height: u16) -> Self {
        let mut bench = Self::home(width, height);
        bench
            .app
            .start(Some(PathBuf::from("/home/mira/larkfield.cutover")), false)
            .into_iter()
            .for_each(|effect| bench.take(vec![effect]));
        bench.draw();
        bench
    }

    pub fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg);
        self.take(effects);
        self.draw();
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.push(effect.clone());
            if let Some((job, came)) = self.work(&effect) {
                let more = self.app.update(Msg::JobEnded(job, Ok(came)));
                self.take(more);
            }
            if let Effect::Ask { generation, ask } = effect
                && self.answers
            {
                let answer = self.answer(ask);
                let more = self.app.update(Msg::Answered(generation, Box::new(answer)));
                self.take(more);
            }
        }
    }

    /// What comes of work that is over at once; loads are not.
    fn work(&self, effect: &Effect) -> Option<(JobId, Came)> {
        match effect {
            _ if !self.answers => None,
            Effect::Survey { job } => Some((*job, Came::Surveyed(Box::new(self.survey())))),
            Effect::Rebuild { job, what } => {
                let sentence = match what {
                    Rebuild::TakeOut(load) => format!("Took out load {load}, Contact-delta.csv."),
                    Rebuild::Undo => "Load 15 is taken out again.".to_owned(),
                    Rebuild::Redo => "Load 15 is back.".to_owned(),
                };
                Some((*job, Came::Changed(sentence)))
            }
            _ => None,
        }
    }

    pub fn draw(&mut self) {
        let (width, height) = self.app.size;
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let (rows, hits) = frame::draw(&self.app, &mut self.buffer);
        self.app.painted(rows, hits);
    }

    /// Presses keys, by their names: `"5 0 0 3 enter"`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let key = Key::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
            let mut modifiers = KeyModifiers::NONE;
            modifiers.set(KeyModifiers::CONTROL, key.ctrl);
            modifiers.set(KeyModifiers::ALT, key.alt);
            modifiers.set(KeyModifiers::SHIFT, key.shift);
            let code = if key.code == KeyCode::Tab && key.shift { KeyCode::BackTab } else { key.code };
            self.send(Msg::Key(KeyEvent::new(code, modifiers)));
        }
        self
    }

    /// Types text, character by character.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    pub fn later(&mut self, millis: u64) -> &mut Self {
        let clock = self.app.clock;
        self.send(Msg::Clock(Clock {
            millis: clock.millis + millis,
            utc: clock.utc + i64::try_from(millis / 1_000).unwrap(),
        }));
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.send(Msg::Resize(width, height));
        self
    }

    /// The screen as text; the open tab in brackets, since it is told by reversed colours alone.
    pub fn screen(&self) -> String {
        let area = self.buffer.area;
        let mut text = String::new();
        for y in 0..area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                let cell = &self.buffer[(x, y)];
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let reversed = |x: u16| x < area.width && self.buffer[(x, y)].modifier.contains(Modifier::REVERSED);
                let symbol = cell.symbol();
                if y == 0 && symbol == " " && reversed(x) {
                    line.push(if x > 0 && reversed(x - 1) && !reversed(x + 1) {
                        ']'
                    } else if x > 0 && reversed(x - 1) {
                        ' '
                    } else {
                        '['
                    });
                } else {
                    line.push_str(symbol);
                }
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    pub fn line(&self, row: usize) -> String {
        self.screen().lines().nth(row).unwrap_or_default().to_owned()
    }

    /// The message row.
    pub fn message(&self) -> String {
        self.line(usize::from(self.app.size.1) - 2).trim().to_owned()
    }

    /// What was copied last.
    pub fn copied(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// All cells, for looking at what was drawn.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.buffer.content.iter().map(|cell| cell.symbol())
    }
}
