//! The rows of THE table for the model, value maps, the operating questions, the source of truth, and what blocks.

use super::{Act, Action, Group as G, Scope as S, row};
use crate::tui::place::Place;

/// The actions of these places.
pub(super) const ACTIONS: &[Action] = &[
    // A value map
    row(S::ValueMap, "open", Act::Open, G::Act, "choose", "Says what the value, or all marked values, become."),
    row(
        S::ValueMap,
        "accept",
        Act::Accept,
        G::Act,
        "accept proposal",
        "Accepts what is proposed for the value, or all marked ones.",
    ),
    row(
        S::ValueMap,
        "accept-all",
        Act::AcceptAll,
        G::Act,
        "accept all proposals",
        "Accepts what is proposed for every value that is not decided.",
    ),
    row(S::ValueMap, "exclude", Act::DropField, G::Act, "exclude", "Leaves records with the value out, with a reason."),
    row(
        S::ValueMap,
        "default",
        Act::Otherwise,
        G::Act,
        "deliberate default",
        "Says what every value becomes that has no line of its own.",
    ),
    row(
        S::ValueMap,
        "nothing",
        Act::NothingThere,
        G::Act,
        "nothing",
        "Says that the value becomes no value, on purpose.",
    ),
    row(
        S::ValueMap,
        "split",
        Act::SplitBy,
        G::Act,
        "split",
        "Decides for some of the rows of a value: those where an expression holds.",
    ),
    row(S::ValueMap, "reopen", Act::Reopen, G::TakeBack, "open again", "Takes back what was decided of the value."),
    row(S::ValueMap, "mark", Act::Mark, G::Act, "mark", "Marks the value, to map several at once."),
    row(S::ValueMap, "range", Act::MarkRange, G::Act, "mark to here", "Marks all values from the last mark to here."),
    row(
        S::ValueMap,
        "alike",
        Act::NearEqual,
        G::Look,
        "nearly equal",
        "Marks the next group of values that are nearly equal.",
    ),
    row(
        S::ValueMap,
        "only",
        Act::OnlyLook,
        G::Look,
        "only open",
        "Shows only values that are not decided, or all again.",
    ),
    row(S::ValueMap, "find", Act::Filter, G::Look, "filter", "Shows only values with a text."),
    row(S::ValueMap, "find-next", Act::FindNext, G::Look, "next open", "To the next value that is not decided."),
    row(
        S::ValueMap,
        "find-previous",
        Act::FindPrevious,
        G::Look,
        "open before",
        "To the value before that is not decided.",
    ),
    row(S::ValueMap, "records", Act::Records, G::Look, "records", "Shows the records that have the value."),
    row(S::ValueMap, "left", Act::Left, G::Move, "field before", "Answers are for the target field before."),
    row(S::ValueMap, "right", Act::Right, G::Move, "next field", "Answers are for the next target field."),
    row(S::ValueMap, "copy", Act::CopyCell, G::Look, "copy", "Copies the value."),
    // What blocks
    row(S::Blocks, "open", Act::Open, G::Open, "go and decide it", "Opens the place where it is decided."),
    row(S::Blocks, "by-owner", Act::BreakDown, G::Look, "by owner", "Orders by who decides, or by what it is."),
    row(
        S::Blocks,
        "only",
        Act::OnlyLook,
        G::Look,
        "only what blocks",
        "Shows only what blocks a rehearsal, or all again.",
    ),
    row(
        S::Blocks,
        "count",
        Act::Survey,
        G::Act,
        "count",
        "Counts what the maps do to all records, where that is not known yet.",
    ),
    row(S::Blocks, "find", Act::Filter, G::Look, "filter", "Shows only lines with a text."),
    row(S::Blocks, "copy", Act::CopyCell, G::Look, "copy the line", "Copies the line under the cursor."),
    row(S::Blocks, "copy-all", Act::CopyRecord, G::Look, "copy the list", "Copies the whole list as text."),
];

/// The actions that the key line of these places names.
pub fn hints(place: Place) -> &'static [Act] {
    match place {
        Place::ValueMap => &[
            Act::Open,
            Act::Mark,
            Act::DropField,
            Act::Otherwise,
            Act::NearEqual,
            Act::OnlyLook,
            Act::Records,
            Act::Back,
        ],
        Place::Blocks => &[Act::Open, Act::BreakDown, Act::OnlyLook, Act::Survey, Act::CopyRecord, Act::Back],
        Place::Model => {
            &[Act::Open, Act::Questions, Act::Truth, Act::Review, Act::Add, Act::Remove, Act::Filter, Act::Back]
        }
        Place::Entity => &[Act::Open, Act::Add, Act::Remove, Act::Review, Act::Filter, Act::CopyCell, Act::Back],
        Place::Questions => &[Act::Open, Act::Edit, Act::FindNext, Act::CopyCell, Act::Back],
        Place::Truth => &[Act::Open, Act::Accept, Act::Left, Act::Right, Act::Add, Act::Remove, Act::Back],
        _ => &[Act::Open, Act::Back],
    }
}
