//! The operating questions: each with its answer, by whom and when. One key answers.

use ratatui::layout::Rect;

use super::Screen;
use super::model_asks::{Then, Wanted};
use super::pick::{self, Pick};
use super::typed;
use crate::model::questions::Question as Asked;
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
pub struct QuestionsScreen {
    pub list: List,
    filter: String,
}

/// Shows only questions with a text.
pub fn filter(screen: &mut QuestionsScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Takes the filter away. Returns whether there was one.
pub fn unfiltered(screen: &mut QuestionsScreen) -> bool {
    let was = !screen.filter.is_empty();
    filter(screen, "");
    was
}

/// Opens it.
pub fn open(app: &mut App) {
    app.map.stack.push(Screen::Questions(QuestionsScreen::default()));
    ask(app);
}

/// Asks for the questions with their answers.
pub fn ask(app: &mut App) {
    app.ask(Purpose::Questions, Ask::Map(MapAsk::Model(ModelAsk::Questions)));
}

fn every(app: &App) -> &[Asked] {
    app.map.questions.as_deref().unwrap_or_default()
}

/// The questions that are shown.
fn shown<'a>(app: &'a App, screen: &QuestionsScreen) -> Vec<&'a Asked> {
    let needle = screen.filter.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&needle);
    let fits = |asked: &&Asked| {
        needle.is_empty() || has(&asked.question) || asked.answer.as_ref().is_some_and(|answer| has(&answer.answer))
    };
    every(app).iter().filter(fits).collect()
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Questions(screen)) = app.map.stack.last() else { return };
    let all: Vec<Asked> = shown(app, screen).into_iter().cloned().collect();
    let len = all.len();
    let Some(Screen::Questions(screen)) = app.map.stack.last_mut() else { return };
    if act == Act::Filter {
        let before = screen.filter.clone();
        app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Filter), &before));
        return;
    }
    if super::moved(&mut screen.list, act, len as u64, height) {
        return;
    }
    let Some(at) = screen.list.index(len) else { return };
    match act {
        Act::Open => choose(app, &all[at]),
        Act::Edit => type_answer(app, &all[at]),
        Act::FindNext | Act::FindPrevious => {
            let turn = |step: usize| if act == Act::FindNext { (at + step) % len } else { (at + len - step) % len };
            let next = (1..=len).map(turn).find(|at| all[*at].answer.is_none());
            if let (Some(next), Some(Screen::Questions(screen))) = (next, app.map.stack.last_mut()) {
                screen.list.cursor = next as u64;
            }
        }
        Act::CopyCell => {
            let asked = &all[at];
            let answer = asked.answer.as_ref().map_or("not answered", |answer| &answer.answer);
            let text = format!("{} {answer}", asked.question);
            app.copy("the question and its answer", text);
        }
        _ => {}
    }
}

/// Offers the answers that a question proposes.
fn choose(app: &mut App, asked: &Asked) {
    if asked.choices.is_empty() {
        return type_answer(app, asked);
    }
    let now = asked.answer.as_ref().map(|answer| answer.answer.clone());
    let mut options: Vec<_> = asked
        .choices
        .iter()
        .map(|choice| {
            let mark = if now.as_ref() == Some(choice) { "✓ " } else { "  " };
            Line::new().say(Role::Good, mark).name(Role::Text, choice.clone())
        })
        .collect();
    options.push(Line::new().text("  Another answer, in my own words"));
    let begin = now.and_then(|now| asked.choices.iter().position(|choice| *choice == now)).unwrap_or(0);
    let pick = Pick {
        title: Line::new().text("Operating question"),
        words: wrap(&asked.question, 68)
            .into_iter()
            .map(|row| Line::new().prose(Role::Strong, row.to_owned()))
            .chain([Line::new()])
            .collect(),
        options,
        begin,
        then: pick::Then::Model(Then::Answer { question: asked.id.clone(), choices: asked.choices.clone() }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

fn type_answer(app: &mut App, asked: &Asked) {
    let proposed = asked.answer.as_ref().map_or("", |answer| answer.answer.as_str()).to_owned();
    let wanted = Wanted::Answer { question: asked.id.clone() };
    app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(wanted)), &proposed));
}

/// Asks why, once the answer is known.
pub fn because(app: &mut App, question: String, answer: String) {
    let wanted = Wanted::Because { question, answer };
    app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(wanted)), ""));
}

/// Saves an answer.
pub fn answer(app: &mut App, question: String, answer: String, because: String) {
    let ask = ModelAsk::Answer { question, answer, because };
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ask)));
}

/// Row 2.
pub fn headline<'a>(app: &'a App, _screen: &'a QuestionsScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › ").strong("Operating questions");
    let all = every(app);
    if all.is_empty() {
        return (left, Line::new());
    }
    let open = all.iter().filter(|asked| asked.answer.is_none()).count() as u64;
    let right = Line::new().plural(Role::Text, all.len() as u64, "question", "questions").quiet(", ");
    (
        left,
        if open == 0 {
            right.text("all answered ").say(Role::Good, "✓")
        } else {
            right.say(Role::Warn, "○ ").number(Role::Text, open).text(" open")
        },
    )
}

/// Draws the main area.
pub fn draw(app: &App, screen: &QuestionsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let all = shown(app, screen);
    let inside = area.width.saturating_sub(3);
    if all.is_empty() {
        if !every(app).is_empty() {
            let words = "No question has this text. Esc shows all of them.";
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        } else if app.late(Purpose::Questions) {
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text("Reading the questions."));
        }
        return;
    }
    let below = if area.height >= 12 { 5 } else { 0 };
    let list = Rect { height: area.height.saturating_sub(below), ..area };
    let question = (area.width * 62 / 100).clamp(20, 90);
    let (answer_x, right) = (area.x + 2 + question + 2, area.right().saturating_sub(1));
    canvas.line(area.x + 4, area.y, question, &Line::new().quiet("question"));
    canvas.line(answer_x, area.y, right.saturating_sub(answer_x), &Line::new().quiet("answer"));
    let room = list.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(all.len());
    for (y, at) in (area.y + 1..).zip(screen.list.visible(all.len() as u64, room)) {
        let Some((at, asked)) = usize::try_from(at).ok().and_then(|at| Some((at, all.get(at)?))) else { continue };
        let mark = if asked.answer.is_some() { (Role::Good, "✓ ") } else { (Role::Warn, "○ ") };
        let line = Line::new().say(mark.0, mark.1).prose(Role::Text, asked.question.as_str());
        canvas.line(area.x + 2, y, question + 1, &line);
        let line = match &asked.answer {
            Some(answer) => Line::new()
                .name(Role::Strong, answer.answer.as_str())
                .quiet(", ")
                .name(Role::Quiet, answer.by.as_str())
                .quiet(" ")
                .name(Role::Quiet, answer.at.get(..10).unwrap_or(&answer.at)),
            None => Line::new().quiet("not answered"),
        };
        canvas.line(answer_x, y, right.saturating_sub(answer_x), &line);
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
    let Some(asked) = chosen.and_then(|at| all.get(at)).filter(|_| below > 0) else { return };
    canvas.rule(area.x + 1, list.bottom(), area.width.saturating_sub(2));
    let mut y = list.bottom() + 1;
    for row in wrap(&asked.question, usize::from(inside)) {
        if y < area.bottom() {
            canvas.line(area.x + 2, y, inside, &Line::new().prose(Role::Text, row));
            y += 1;
        }
    }
    if let Some(answer) = asked.answer.as_ref().filter(|answer| !answer.because.is_empty() && y < area.bottom()) {
        canvas.line(area.x + 2, y, inside, &Line::new().quiet("because ").prose(Role::Text, answer.because.as_str()));
        y += 1;
    }
    if !asked.matters_to.is_empty() && y < area.bottom() {
        canvas.line(
            area.x + 2,
            y,
            inside,
            &Line::new().quiet("matters to ").name(Role::Quiet, asked.matters_to.join(", ")),
        );
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a QuestionsScreen) -> Vec<(&'static str, Line<'a>)> {
    let all = shown(app, screen);
    let Some(asked) = screen.list.index(all.len()).map(|at| all[at]) else {
        return vec![("", Line::new().text("No question."))];
    };
    let answer = match &asked.answer {
        Some(answer) => Line::new().name(Role::Strong, answer.answer.as_str()),
        None => Line::new().quiet("not answered"),
    };
    vec![("question", Line::new().prose(Role::Text, asked.question.as_str())), ("answer", answer)]
}
