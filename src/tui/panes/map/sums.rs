//! Sums and shares of this pane, as its screens write them.

use super::super::super::paint::{Line, Note};
use super::super::super::theme::Role;
use super::lines::Sum;

/// `48 fields = 29 mapped + 8 dropped + 7 suggested + 4 open`; with less room without the whole.
#[must_use]
pub fn line(sum: &Sum, width: u16) -> Note {
    let parts = [
        (sum.mapped, " mapped", Role::Text),
        (sum.archived, " archived", Role::Text),
        (sum.dropped, " dropped", Role::Text),
        (sum.suggested, if width < 100 { " ?" } else { " suggested" }, Role::Text),
        (sum.open, " open", Role::Text),
    ];
    let mut line = Line::new();
    if width >= 100 {
        line = line.plural(Role::Text, sum.columns, "field", "fields").quiet(" = ");
    }
    let mut first = true;
    for (at, (number, word, role)) in parts.into_iter().enumerate() {
        // Nobody looks for archived fields where there are none.
        if number == 0 && at == 1 {
            continue;
        }
        if !first {
            line = line.quiet(if width < 100 { ", " } else { " + " });
        }
        first = false;
        line = line.number(role, number).quiet(word);
    }
    line
}

/// A confidence with two digits: `0.87`.
#[must_use]
pub fn confidence(confidence: f64) -> String {
    format!("{:.2}", confidence.clamp(0.0, 1.0))
}
