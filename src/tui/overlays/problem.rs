//! Something that did not work: what, where, what is still true, what to do next. Nothing of it is an apology.

use ratatui::layout::Rect;

use super::super::msg::Problem;
use super::super::paint::{Canvas, Line};
use super::super::theme::Role;
use super::super::widgets::list::{List, Step};
use super::super::wrap::wrap;

/// A problem on the screen.
#[derive(Debug, Clone)]
pub struct ProblemBox {
    pub problem: Problem,
    scroll: List,
}

impl ProblemBox {
    /// A problem to be shown.
    #[must_use]
    pub fn new(problem: Problem) -> Self {
        Self { problem, scroll: List::default() }
    }

    /// Scrolls what is longer than the screen.
    pub fn step(&mut self, step: Step, height: u16) {
        let len = self.lines(usize::from(super::WIDEST - 4)).len() as u64;
        self.scroll.step(step, len.saturating_sub(u64::from(height)).saturating_add(1), 1);
    }

    fn lines(&self, width: usize) -> Vec<Line<'_>> {
        let problem = &self.problem;
        let mut lines = Vec::new();
        for row in wrap(&problem.still_true, width) {
            lines.push(Line::new().prose(Role::Text, row));
        }
        if !problem.facts.is_empty() {
            lines.push(Line::new());
        }
        for (label, fact) in &problem.facts {
            for (n, row) in wrap(fact, width.saturating_sub(12)).into_iter().enumerate() {
                let head = Line::new().text("  ").quiet(if n == 0 { label } else { "" });
                lines.push(head.to(12).prose(Role::Text, row));
            }
        }
        if !problem.next.is_empty() {
            lines.push(Line::new());
            for row in wrap(&problem.next, width) {
                lines.push(Line::new().prose(Role::Text, row));
            }
        }
        lines
    }

    /// All of it as text.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let problem = &self.problem;
        let mut text = problem.title.clone();
        for part in [&problem.still_true, &problem.next] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(part);
            }
        }
        for (label, fact) in &problem.facts {
            text.push_str(&format!("\n{label}: {fact}"));
        }
        text
    }
}

/// Draws the problem.
pub fn draw(boxed: &ProblemBox, canvas: &mut Canvas<'_>, area: Rect) {
    let width = usize::from(super::WIDEST.min(area.width).saturating_sub(4));
    let title = wrap(&boxed.problem.title, width);
    let lines = boxed.lines(width);
    let height = u16::try_from(lines.len() + title.len()).unwrap_or(u16::MAX);
    let keys = Line::new().quiet("y copy this text · Esc close");
    let inside =
        super::framed(canvas, area, height, &Line::new().say(Role::Bad, "✗").strong(" It did not work"), &keys);
    let mut y = inside.y;
    let bottom = inside.y + inside.height;
    for row in title {
        if y < bottom {
            canvas.line(inside.x, y, inside.width, &Line::new().prose(Role::Strong, row));
            y += 1;
        }
    }
    canvas.rows = bottom.saturating_sub(y);
    let first =
        usize::try_from(boxed.scroll.cursor).unwrap_or(0).min(lines.len().saturating_sub(usize::from(canvas.rows)));
    for line in lines.iter().skip(first) {
        if y >= bottom {
            break;
        }
        canvas.line(inside.x, y, inside.width, line);
        y += 1;
    }
}
