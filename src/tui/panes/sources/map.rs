//! The relations as a small map: a tree per system, from the objects that nothing else explains down to those that point
//! to them, with how many of the pointers meet a record; then what links the systems. No boxes: lines of text.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use super::object;
use super::relations::{RelationsScreen, by};
use crate::sources::survey::Relation;
use crate::sources::{Object, ObjectId};
use crate::tui::app::App;
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::values::format;

/// The deepest that a branch is drawn; what points on from there is drawn at its own place.
const DEEPEST: usize = 6;

/// Draws the map.
pub fn draw(app: &App, screen: &RelationsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.saturating_sub(3).min(100);
    let lines = lines(app, width);
    canvas.rows = area.height.max(1);
    // The cursor is not seen: it scrolls.
    let first =
        usize::try_from(screen.scroll.cursor).unwrap_or(0).min(lines.len().saturating_sub(usize::from(area.height)));
    for (y, line) in (area.y..area.y + area.height).zip(&lines[first..]) {
        canvas.line(area.x + 2, y, width, line);
    }
}

/// A tree of one system while it is drawn.
struct Tree<'a> {
    app: &'a App,
    relations: &'a [Relation],
    drawn: BTreeSet<ObjectId>,
    lines: Vec<Line<'a>>,
    /// Where the shares stand.
    edge: u16,
}

/// The lines of the map.
#[must_use]
pub fn lines(app: &App, width: u16) -> Vec<Line<'_>> {
    let (Some(inventory), Some(survey)) = (&app.inventory, &app.sources.survey) else { return Vec::new() };
    let relations = &survey.relations;
    let edge = width.saturating_sub(24).clamp(24, 70);
    let mut tree = Tree { app, relations, drawn: BTreeSet::new(), lines: Vec::new(), edge };
    for source in &inventory.sources {
        if source.objects.is_empty() {
            continue;
        }
        if !tree.lines.is_empty() {
            tree.lines.push(Line::new());
        }
        tree.lines.push(Line::new().name(Role::Strong, source.name.as_str()).quiet("  ").quiet(source.kind.label()));
        let points = |object: &Object| {
            relations
                .iter()
                .any(|r| r.from == object.id && r.to.is_some_and(|to| to != object.id && same_source(app, to, r.from)))
        };
        // First those that point to nothing here; what is only in circles comes after.
        for first in [true, false] {
            for object in &source.objects {
                if points(object) != first && !tree.drawn.contains(&object.id) {
                    tree.object(object, None, "", "", 0);
                }
            }
        }
    }
    if !survey.links.is_empty() {
        tree.lines.push(Line::new());
        tree.lines.push(Line::new().strong("across systems").to(edge).quiet("left    right"));
    }
    for link in &survey.links {
        let (Some(left), Some(right)) = (object(app, link.left), object(app, link.right)) else { continue };
        tree.lines.push(
            Line::new()
                .text("  ")
                .name(Role::Text, left.source_name.as_str())
                .quiet(" › ")
                .name(Role::Text, left.name.as_str())
                .quiet(" ═ ")
                .name(Role::Text, right.source_name.as_str())
                .quiet(" › ")
                .name(Role::Text, right.name.as_str())
                .quiet(by(link.by))
                .to(edge)
                .made(Role::Text, format!("{:<8}", format::share(link.left_met, link.left_filled)))
                .made(Role::Text, format::share(link.right_met, link.right_filled)),
        );
    }
    tree.lines
}

fn same_source(app: &App, a: ObjectId, b: ObjectId) -> bool {
    match (object(app, a), object(app, b)) {
        (Some(a), Some(b)) => a.source_name == b.source_name,
        _ => false,
    }
}

impl<'a> Tree<'a> {
    /// An object, what it points to itself and outside, then what points to it within its system.
    fn object(&mut self, object: &'a Object, via: Option<&'a Relation>, stem: &str, twig: &'static str, depth: usize) {
        let mut line = Line::new().text("  ").made(Role::Quiet, stem.to_owned()).quiet(twig);
        line = line.name(Role::Text, object.name.as_str());
        let again = !self.drawn.insert(object.id);
        match via {
            Some(via) => {
                line = line.quiet(" by ").name(Role::Text, via.column_name.as_str());
                line = if again { line.quiet(", see above") } else { line };
                line = line.to(self.edge).then(share(self.app, via));
            }
            None => line = line.to(self.edge).number(Role::Quiet, object.records).quiet(" records"),
        }
        self.lines.push(line);
        if again {
            return;
        }
        let under = match twig {
            "" => stem.to_owned(),
            "└─ " => format!("{stem}   "),
            _ => format!("{stem}│  "),
        };
        let (app, id) = (self.app, object.id);
        let out = |r: &&Relation| r.from == id && !r.to.is_some_and(|to| to != id && same_source(app, to, id));
        let relations: &'a [Relation] = self.relations;
        let pointing: Vec<&'a Relation> =
            relations.iter().filter(|r| r.to == Some(id) && r.from != id && same_source(app, r.from, id)).collect();
        let leaves: Vec<&'a Relation> = relations.iter().filter(out).collect();
        let count = leaves.len() + pointing.len();
        for (at, relation) in leaves.into_iter().chain(pointing).enumerate() {
            let twig = if at + 1 == count { "└─ " } else { "├─ " };
            if relation.from == id {
                let line = Line::new().text("  ").made(Role::Quiet, under.clone()).quiet(twig);
                let line = line.name(Role::Quiet, relation.column_name.as_str()).quiet(" → ");
                let line = match relation.to {
                    Some(to) if to == id => line.quiet("itself"),
                    _ => line.name(Role::Text, relation.to_name.as_str()),
                };
                self.lines.push(line.to(self.edge).then(share(self.app, relation)));
            } else if let (Some(from), true) = (super::object(app, relation.from), depth < DEEPEST) {
                self.object(from, Some(relation), &under, twig, depth + 1);
            }
        }
    }
}

fn share(app: &App, relation: &Relation) -> Line<'static> {
    match relation.to {
        None => Line::new().quiet(super::relations::unmet(app, relation)),
        Some(_) => {
            let line = Line::new().made(Role::Text, format!("{:<8}", format::share(relation.met, relation.filled)));
            match &relation.hierarchy {
                Some(shape) if shape.cycles > 0 => line.say(Role::Bad, "✗ ").text("cycles"),
                Some(shape) => line.plural(Role::Quiet, shape.levels.len() as u64, "level", "levels"),
                None if relation.orphans > 0 => {
                    line.say(Role::Warn, "! ").plural(Role::Quiet, relation.orphans, "orphan", "orphans")
                }
                None => line,
            }
        }
    }
}
