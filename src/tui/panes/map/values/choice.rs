//! What a typed text may mean among the values that a target field allows, best first.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::{ValuesScreen, now};
use crate::model::{Allowed, Field};
use crate::tui::app::App;
use crate::tui::panes::map::Screen;

/// An allowed value that a typed text may mean, with the bytes of it that were typed.
pub struct Narrowed<'a> {
    pub allowed: &'a Allowed,
    pub marks: Vec<std::ops::Range<usize>>,
}

/// The field of the model that answers are for.
pub fn target_field<'a>(app: &'a App, screen: &ValuesScreen) -> Option<&'a Field> {
    let overview = app.map.overview.as_ref()?;
    let entity = overview.model.iter().find(|standing| standing.entity.name == screen.key.entity)?;
    entity.entity.field(screen.field_name()?)
}

/// What was typed as a target: the allowed value that is meant, or the text itself where any is allowed. Nothing typed means
/// what stands or is proposed. `None`: no allowed value is near.
#[must_use]
pub fn meant_by(app: &App, typed: &str) -> Option<String> {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return None };
    let typed = typed.trim();
    match target_field(app, screen) {
        Some(field) if !field.allowed.is_empty() && !typed.is_empty() => {
            narrowed(field, typed, None).first().map(|found| found.allowed.value.clone())
        }
        _ if typed.is_empty() => screen.focused().and_then(|line| now(line, screen.field)),
        _ => Some(typed.to_owned()),
    }
}

/// The allowed values that a typed text may mean, best first: the same, then what begins so, then what has it in it, then
/// what has its letters in their order, in the value, its meaning or its synonyms. Nothing typed: all, `first` before them.
pub fn narrowed<'a>(field: &'a Field, typed: &str, first: Option<&str>) -> Vec<Narrowed<'a>> {
    let typed = typed.trim();
    let bare = |allowed: &'a Allowed| Narrowed { allowed, marks: Vec::new() };
    if typed.is_empty() {
        let mut all: Vec<Narrowed<'a>> = field.allowed.iter().map(bare).collect();
        all.sort_by_key(|found| Some(found.allowed.value.as_str()) != first);
        return all;
    }
    let lower = typed.to_lowercase();
    let matcher = SkimMatcherV2::default();
    let mut found: Vec<(u8, i64, usize, Narrowed<'a>)> = Vec::new();
    for (at, allowed) in field.allowed.iter().enumerate() {
        let value = allowed.value.to_lowercase();
        // Positions are only those of the value where lower case keeps its bytes.
        let whole = (value.len() == allowed.value.len()).then(|| value.find(&lower)).flatten();
        let end = whole.map(|from| from + lower.len());
        let marks = match (whole, end) {
            (Some(from), Some(end)) if allowed.value.is_char_boundary(from) && allowed.value.is_char_boundary(end) => {
                std::iter::once(from..end).collect()
            }
            _ => Vec::new(),
        };
        let synonym = |text: &String| text.to_lowercase().contains(&lower);
        let rank = if value == lower {
            0
        } else if value.starts_with(&lower) {
            1
        } else if value.contains(&lower) {
            2
        } else if allowed.synonyms.iter().any(synonym) || synonym(&allowed.meaning) {
            3
        } else {
            4
        };
        let score = if rank < 4 { Some(0) } else { matcher.fuzzy_match(&allowed.value, typed) };
        if let Some(score) = score {
            found.push((rank, -score, at, Narrowed { allowed, marks }));
        }
    }
    found.sort_by_key(|(rank, score, at, _)| (*rank, *score, *at));
    // Where a value itself has the text, what only means something like it is noise.
    if found.first().is_some_and(|(rank, ..)| *rank < 3) {
        found.retain(|(rank, ..)| *rank < 3);
    }
    found.into_iter().map(|(.., found)| found).collect()
}
