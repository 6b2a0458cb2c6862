//! What a person overrules before a file is loaded: where it belongs and how it is read. An empty line leaves what was
//! proposed. Tab goes through the usual values; anything else can be typed.

use ratatui::layout::Rect;

use super::super::app::App;
use super::super::msg::{HowToRead, Target};
use super::super::paint::{Canvas, Line};
use super::super::panes::sources;
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::{List, Step};
use crate::sources::{Proposal, SystemKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    System,
    Kind,
    Object,
    NativeId,
    Delta,
    Delimiter,
    Quote,
    Header,
    Encoding,
}

#[derive(Debug, Clone)]
struct Row {
    what: What,
    label: &'static str,
    field: TextField,
    usual: Vec<String>,
    /// What an empty line means.
    otherwise: &'static str,
}

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    rows: Vec<Row>,
    how: HowToRead,
    pub list: List,
    /// What is wrong with a line.
    pub refusal: Option<&'static str>,
}

const DELIMITERS: [(&str, u8); 5] =
    [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("bar", b'|'), ("caret", b'^')];

fn delimiter_name(byte: u8) -> String {
    DELIMITERS
        .iter()
        .find(|(_, b)| *b == byte)
        .map_or_else(|| char::from(byte).to_string(), |(name, _)| (*name).to_owned())
}

impl Form {
    /// The form for a proposal, with what was overruled so far. What is proposed for one file of several is not filled in:
    /// it would be said of all of them.
    #[must_use]
    pub fn new(proposal: &Proposal, how: &HowToRead, alone: bool) -> Self {
        let row = |what, label, text: Option<String>, usual: Vec<String>, otherwise| Row {
            what,
            label,
            field: TextField::with(&text.unwrap_or_default()),
            usual,
            otherwise,
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let kinds = SystemKind::ALL.iter().map(|kind| kind.word().to_owned()).collect();
        let columns = proposal.columns.iter().map(|column| column.name.clone()).collect();
        let read = &how.read;
        let quote =
            read.quote.map(|quote| quote.map_or_else(|| "none".to_owned(), |byte| char::from(byte).to_string()));
        let header = read.header_line.map(|line| line.map_or_else(|| "none".to_owned(), |line| line.to_string()));
        let proposed = |text: &str| alone.then(|| text.to_owned());
        let holds = Some(if how.delta { "changes" } else { "all" }.to_owned());
        let rows = vec![
            row(
                What::System,
                "system",
                how.source.clone().or_else(|| proposed(&proposal.source)),
                Vec::new(),
                "as proposed",
            ),
            row(
                What::Kind,
                "kind",
                how.kind.map(|kind| kind.word().to_owned()).or_else(|| proposed(proposal.kind.word())),
                kinds,
                "as proposed",
            ),
            row(
                What::Object,
                "object",
                how.object.clone().or_else(|| proposed(&proposal.object)),
                Vec::new(),
                "as proposed",
            ),
            row(What::NativeId, "native ID", how.native_id.clone(), columns, "as proposed"),
            row(What::Delta, "holds", holds, words(&["all", "changes"]), "all records"),
            row(
                What::Delimiter,
                "delimiter",
                read.delimiter.map(delimiter_name),
                words(&DELIMITERS.map(|d| d.0)),
                "as found",
            ),
            row(What::Quote, "quote", quote, words(&["\"", "'", "none"]), "as found"),
            row(What::Header, "header line", header, words(&["1", "2", "3", "none"]), "as found"),
            row(
                What::Encoding,
                "encoding",
                read.encoding.clone(),
                words(&["UTF-8", "windows-1252", "UTF-16LE", "ISO-8859-2", "macintosh", "Shift_JIS"]),
                "as found",
            ),
        ];
        Self { rows, how: how.clone(), list: List::default(), refusal: None }
    }

    /// The line that has the keys.
    pub fn field(&mut self) -> Option<&mut TextField> {
        let at = self.list.index(self.rows.len())?;
        self.rows.get_mut(at).map(|row| &mut row.field)
    }

    /// Moves to another line.
    pub fn step(&mut self, step: Step) {
        self.list.step(step, self.rows.len() as u64, 20);
    }

    /// Puts the next of the usual values into the line.
    pub fn next_value(&mut self) {
        self.refusal = None;
        let Some(row) = self.list.index(self.rows.len()).and_then(|at| self.rows.get_mut(at)) else { return };
        if row.usual.is_empty() {
            return;
        }
        let next =
            row.usual.iter().position(|usual| usual == row.field.text()).map_or(0, |at| (at + 1) % row.usual.len());
        row.field = TextField::with(&row.usual[next].clone());
    }

    /// What the form says, or what is wrong with it and in which line.
    fn read(&self) -> Result<HowToRead, (usize, &'static str)> {
        let mut how = self.how.clone();
        for (at, row) in self.rows.iter().enumerate() {
            let text = row.field.text().trim();
            let given = (!text.is_empty()).then(|| text.to_owned());
            let refuse = |words| Err((at, words));
            match row.what {
                What::System => how.source = given,
                What::Object => how.object = given,
                What::NativeId => how.native_id = given,
                What::Kind => match given.as_deref().map(SystemKind::from_word) {
                    Some(None) => return refuse("no such kind; Tab goes through them"),
                    kind => how.kind = kind.flatten(),
                },
                What::Delta => match text {
                    "" | "all" => how.delta = false,
                    "changes" => how.delta = true,
                    _ => return refuse("all: every record of the object; changes: only some"),
                },
                What::Delimiter => {
                    how.read.delimiter = match given {
                        None => None,
                        Some(word) => match DELIMITERS.iter().find(|(name, _)| *name == word) {
                            Some((_, byte)) => Some(*byte),
                            None if word.len() == 1 && word.is_ascii() => Some(word.as_bytes()[0]),
                            None => return refuse("one character, or its name; Tab goes through them"),
                        },
                    };
                }
                What::Quote => {
                    how.read.quote = match text {
                        "" => None,
                        "none" => Some(None),
                        word if word.len() == 1 && word.is_ascii() => Some(Some(word.as_bytes()[0])),
                        _ => return refuse("one character, or none"),
                    };
                }
                What::Header => {
                    how.read.header_line = match (text, text.parse::<u64>()) {
                        ("", _) => None,
                        ("none", _) => Some(None),
                        (_, Ok(line)) if line > 0 => Some(Some(line)),
                        _ => return refuse("a line number from 1, or none"),
                    };
                }
                What::Encoding => how.read.encoding = given,
            }
        }
        Ok(how)
    }
}

/// Has the file read again in the way that the form says.
pub fn apply(app: &mut App) {
    let Some(super::Overlay::Form(form)) = app.overlays.last_mut() else { return };
    match form.read() {
        Err((at, refusal)) => {
            form.list.cursor = at as u64;
            form.refusal = Some(refusal);
        }
        Ok(how) => {
            app.overlays.pop();
            sources::proposal::read_again(app, how);
        }
    }
}

/// Draws the form.
pub fn draw(form: &Form, canvas: &mut Canvas<'_>, area: Rect) {
    let keys = Line::new().quiet("↓ ↑ line · Tab usual values · Enter read it so · Esc");
    let height = u16::try_from(form.rows.len()).unwrap_or(0) + 2;
    let inside = super::framed(canvas, area, height, &Line::new().strong("How it is read"), &keys);
    let chosen = form.list.index(form.rows.len());
    let room = inside.height.saturating_sub(2).max(1).min(inside.height);
    canvas.rows = room;
    for (y, at) in (inside.y..).zip(form.list.visible(form.rows.len() as u64, room)) {
        let Some((at, row)) = usize::try_from(at).ok().and_then(|at| Some((at, form.rows.get(at)?))) else { continue };
        let focused = Some(at) == chosen;
        canvas.line(inside.x + 2, y, 12, &Line::new().quiet(row.label));
        let (x, w) = (inside.x + 14, inside.width.saturating_sub(14));
        if row.field.is_empty() {
            canvas.line(x + 3, y, w.saturating_sub(3), &Line::new().quiet(row.otherwise));
        }
        canvas.field(x, y, w, &row.field, focused);
        if focused {
            canvas.cursor_row(inside.x, y, inside.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..inside }, Target::Row(at as u64));
    }
    if inside.height > room {
        let y = inside.y + inside.height - 1;
        let line = match form.refusal {
            Some(refusal) => Line::new().say(Role::Bad, "✗ ").text(refusal),
            None => Line::new().quiet("An empty line leaves what was proposed."),
        };
        canvas.line(inside.x, y, inside.width, &line);
    }
}
