//! THE table of actions. One row is what a key does, what the key line, the help and the palette say of it, and where it
//! works; so none of them can be wrong about another. Keys stand in the keymap, what an action does in the panes, and why
//! it cannot run now in `disabled`.

mod figures;
mod known;
pub(super) mod mapping;
pub(super) mod model;
mod scope;

pub use scope::{Group, Scope};

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    Quit,
    Leave,
    Suspend,
    Help,
    Palette,
    Mouse,
    Mask,
    Jobs,
    Back,
    Undo,
    Redo,
    NextPane,
    PreviousPane,
    Sources,
    Lookup,
    SearchEverywhere,
    Workspaces,
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Left,
    Right,
    Open,
    Digit,
    Create,
    OpenFile,
    Demo,
    Forget,
    Load,
    Quarantine,
    Records,
    Role,
    TakeOut,
    Find,
    FindNext,
    FindPrevious,
    Freeze,
    Narrower,
    Wider,
    FirstColumn,
    LastColumn,
    NextRecord,
    PreviousRecord,
    CopyCell,
    CopyRecord,
    Write,
    Complete,
    MarkFile,
    Edit,
    Cancel,
    CursorLeft,
    CursorRight,
    WordLeft,
    WordRight,
    LineStart,
    LineEnd,
    Backspace,
    Delete,
    DeleteWord,
    DeleteToStart,
    // Figures and their rows
    Profile,
    BreakDown,
    Like,
    Sort,
    NextColumn,
    PreviousColumn,
    DayFirst,
    MonthFirst,
    Dictionary,
    // What is known of systems, and between objects
    Filter,
    Facts,
    Relations,
    Findings,
    OnlyLook,
    Survey,
    Add,
    Remove,
    NextGroup,
    PreviousGroup,
    Map,
    Cycles,
    Versions,
    Compare,
    // The map
    Mapping,
    Model,
    Blocks,
    Accept,
    DropField,
    ValueMap,
    ShowSql,
    CommentOn,
    Review,
    History,
    Candidates,
    MissingPolicy,
    About,
    Why,
    Mark,
    MarkRange,
    NextFilter,
    PreviousMap,
    NextMap,
    RuleKinds,
    SaveWithComment,
    Restore,
    // The model, and what blocks: of `action::model`
    AcceptAll,
    Otherwise,
    NothingThere,
    SplitBy,
    NearEqual,
    Reopen,
    Questions,
    Truth,
    Targets,
    Users,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    pub act: Act,
    pub scope: Scope,
    /// Its name in a keys file, unique within the scope.
    pub word: &'static str,
    pub group: Group,
    /// A few words, for the key line and the palette.
    pub label: &'static str,
    /// One sentence.
    pub help: &'static str,
}

const fn row(
    scope: Scope,
    word: &'static str,
    act: Act,
    group: Group,
    label: &'static str,
    help: &'static str,
) -> Action {
    Action { act, scope, word, group, label, help }
}

use Group as G;
use Scope as S;

/// Parts of THE table, one after the other.
const fn all<const N: usize>(parts: &[&[Action]]) -> [Action; N] {
    let mut all = [PLACES[0]; N];
    let (mut at, mut part) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            all[at] = parts[part][row];
            at += 1;
            row += 1;
        }
        part += 1;
    }
    all
}

/// Every action of the workbench.
pub const ACTIONS: &[Action] = &all::<
    { PLACES.len() + figures::ACTIONS.len() + known::ACTIONS.len() + mapping::ACTIONS.len() + model::ACTIONS.len() },
>(&[PLACES, figures::ACTIONS, known::ACTIONS, mapping::ACTIONS, model::ACTIONS]);

const PLACES: &[Action] = &[
    // Everywhere
    row(
        S::Everywhere,
        "help",
        Act::Help,
        G::Everywhere,
        "keys",
        "Shows the keys of this place. Typing filters, Enter runs.",
    ),
    row(
        S::Everywhere,
        "palette",
        Act::Palette,
        G::Everywhere,
        "all",
        "Lists every action with its key and, if it cannot run now, why.",
    ),
    row(S::Everywhere, "back", Act::Back, G::Everywhere, "back", "Goes back one level. Never leaves the program."),
    row(
        S::Everywhere,
        "jobs",
        Act::Jobs,
        G::Everywhere,
        "jobs",
        "Shows what runs beside the screen: how far, how long still, cancel.",
    ),
    row(
        S::Everywhere,
        "mask",
        Act::Mask,
        G::Everywhere,
        "mask",
        "Masks the values on the screen, or shows them again.",
    ),
    row(
        S::Everywhere,
        "mouse",
        Act::Mouse,
        G::Everywhere,
        "mouse",
        "Gives the mouse back to the terminal, for its own selection, or takes it again.",
    ),
    row(S::Everywhere, "quit", Act::Quit, G::Everywhere, "leave", "Leaves Cutover. Asks only if a load is running."),
    row(
        S::Everywhere,
        "suspend",
        Act::Suspend,
        G::Everywhere,
        "to the shell",
        "Goes back to the shell; fg comes back here.",
    ),
    row(
        S::Everywhere,
        "leave",
        Act::Leave,
        G::Everywhere,
        "leave at once",
        "Leaves at once. A running load is cancelled and leaves nothing behind.",
    ),
    // With a workspace
    row(
        S::Workspace,
        "sources",
        Act::Sources,
        G::Everywhere,
        "Sources",
        "Opens the pane Sources: systems, objects, loads, quarantine.",
    ),
    row(
        S::Workspace,
        "map",
        Act::Mapping,
        G::Everywhere,
        "Map",
        "Opens the pane Map: what becomes of every source field, and of what it is made.",
    ),
    row(
        S::Workspace,
        "lookup",
        Act::Lookup,
        G::Everywhere,
        "Lookup",
        "Opens the pane Lookup: type any identifier as it comes.",
    ),
    row(S::Workspace, "next", Act::NextPane, G::Everywhere, "next pane", "Opens the next pane."),
    row(S::Workspace, "previous", Act::PreviousPane, G::Everywhere, "previous pane", "Opens the previous pane."),
    row(
        S::Workspace,
        "search",
        Act::SearchEverywhere,
        G::Everywhere,
        "search everywhere",
        "Finds a record by any identifier, in Lookup.",
    ),
    row(
        S::Workspace,
        "undo",
        Act::Undo,
        G::TakeBack,
        "undo",
        "Takes back the last thing you did, also after a restart.",
    ),
    row(S::Workspace, "redo", Act::Redo, G::TakeBack, "redo", "Does again what was taken back last."),
    row(
        S::Workspace,
        "home",
        Act::Workspaces,
        G::Everywhere,
        "other workspaces",
        "Shows the workspaces, to open or create another.",
    ),
    // Lists
    row(S::Move, "down", Act::Down, G::Move, "down", "One row down."),
    row(S::Move, "up", Act::Up, G::Move, "up", "One row up."),
    row(S::Move, "first", Act::First, G::Move, "first", "To the first row."),
    row(S::Move, "last", Act::Last, G::Move, "last", "To the last row."),
    row(S::Move, "half-down", Act::HalfDown, G::Move, "half a page down", "Half a page down."),
    row(S::Move, "half-up", Act::HalfUp, G::Move, "half a page up", "Half a page up."),
    row(S::Move, "page-down", Act::PageDown, G::Move, "page down", "One page down."),
    row(S::Move, "page-up", Act::PageUp, G::Move, "page up", "One page up."),
    // Text fields
    row(S::Text, "help", Act::Help, G::Everywhere, "keys", "Shows the keys of this place. Typing filters, Enter runs."),
    row(
        S::Text,
        "palette",
        Act::Palette,
        G::Everywhere,
        "all",
        "Lists every action with its key and, if it cannot run now, why.",
    ),
    row(
        S::Text,
        "mouse",
        Act::Mouse,
        G::Everywhere,
        "mouse",
        "Gives the mouse back to the terminal, for its own selection, or takes it again.",
    ),
    row(S::Text, "suspend", Act::Suspend, G::Everywhere, "to the shell", "Goes back to the shell; fg comes back here."),
    row(
        S::Text,
        "leave",
        Act::Leave,
        G::Everywhere,
        "leave at once",
        "Leaves at once. A running load is cancelled and leaves nothing behind.",
    ),
    row(S::Text, "left", Act::CursorLeft, G::Edit, "left", "One character to the left."),
    row(S::Text, "right", Act::CursorRight, G::Edit, "right", "One character to the right."),
    row(S::Text, "word-left", Act::WordLeft, G::Edit, "word left", "To the beginning of the word."),
    row(S::Text, "word-right", Act::WordRight, G::Edit, "word right", "To the end of the word."),
    row(S::Text, "start", Act::LineStart, G::Edit, "start", "To the beginning of the text."),
    row(S::Text, "end", Act::LineEnd, G::Edit, "end", "To the end of the text."),
    row(S::Text, "backspace", Act::Backspace, G::Edit, "remove before", "Removes the character before the cursor."),
    row(S::Text, "delete", Act::Delete, G::Edit, "remove", "Removes the character at the cursor."),
    row(S::Text, "delete-word", Act::DeleteWord, G::Edit, "remove word", "Removes back to the beginning of the word."),
    row(
        S::Text,
        "delete-to-start",
        Act::DeleteToStart,
        G::Edit,
        "remove all before",
        "Removes everything before the cursor.",
    ),
    // Home
    row(S::Home, "open", Act::Open, G::Open, "open", "Opens what the cursor is on."),
    row(S::Home, "number", Act::Digit, G::Open, "open by number", "Opens the workspace of that number."),
    row(S::Home, "create", Act::Create, G::Act, "create", "Creates a workspace: one file that only you can read."),
    row(S::Home, "open-file", Act::OpenFile, G::Open, "open a file", "Opens a workspace that is not in the list."),
    row(S::Home, "demo", Act::Demo, G::Open, "demo", "Builds and opens a sample company with six systems."),
    row(S::Home, "forget", Act::Forget, G::Act, "forget", "Takes the entry off this list. The file stays."),
    // Sources
    row(S::Sources, "open", Act::Open, G::Open, "open", "Opens the system or object under the cursor."),
    row(
        S::Sources,
        "load",
        Act::Load,
        G::Act,
        "load a file",
        "Chooses exports and shows how they would be read, before anything is loaded.",
    ),
    row(S::Sources, "records", Act::Records, G::Look, "records", "Shows the records of the object, as exported."),
    row(
        S::Sources,
        "quarantine",
        Act::Quarantine,
        G::Look,
        "quarantine",
        "Shows the rows that could not be read, with their bytes.",
    ),
    // An object
    row(
        S::Object,
        "open",
        Act::Open,
        G::Open,
        "open",
        "Opens what is under the cursor: the figures of the column, or the load.",
    ),
    row(S::Object, "records", Act::Records, G::Look, "records", "Shows the records of the object, as exported."),
    row(S::Object, "role", Act::Role, G::Act, "role", "Says what the column holds, where the guess is wrong."),
    row(
        S::Object,
        "take-out",
        Act::TakeOut,
        G::Act,
        "take out",
        "Takes this load out of the workspace. u brings it back.",
    ),
    row(S::Object, "left", Act::Left, G::Move, "columns", "To the columns."),
    row(S::Object, "right", Act::Right, G::Move, "loads", "To the loads."),
    row(
        S::Object,
        "load",
        Act::Load,
        G::Act,
        "load a file",
        "Chooses exports and shows how they would be read, before anything is loaded.",
    ),
    row(
        S::Object,
        "quarantine",
        Act::Quarantine,
        G::Look,
        "quarantine",
        "Shows the rows that could not be read, with their bytes.",
    ),
    // A load
    row(
        S::Load,
        "take-out",
        Act::TakeOut,
        G::Act,
        "take out",
        "Takes this load out of the workspace. u brings it back.",
    ),
    row(S::Load, "copy", Act::CopyCell, G::Look, "copy", "Copies the value under the cursor."),
    row(
        S::Load,
        "quarantine",
        Act::Quarantine,
        G::Look,
        "quarantine",
        "Shows the rows that could not be read, with their bytes.",
    ),
    // Records
    row(S::Records, "open", Act::Open, G::Open, "open", "Opens the record: every field, its file and line."),
    row(S::Records, "find", Act::Find, G::Look, "find", "Finds text in the records, from the cursor on."),
    row(S::Records, "find-next", Act::FindNext, G::Look, "next", "Finds the same text further on."),
    row(S::Records, "find-previous", Act::FindPrevious, G::Look, "previous", "Finds the same text further back."),
    row(S::Records, "left", Act::Left, G::Move, "left", "One column to the left."),
    row(S::Records, "right", Act::Right, G::Move, "right", "One column to the right."),
    row(S::Records, "first-column", Act::FirstColumn, G::Move, "first column", "To the first column."),
    row(S::Records, "last-column", Act::LastColumn, G::Move, "last column", "To the last column."),
    row(
        S::Records,
        "freeze",
        Act::Freeze,
        G::Look,
        "freeze",
        "Keeps the columns up to here in sight, or lets them go.",
    ),
    row(S::Records, "narrower", Act::Narrower, G::Look, "narrower", "Makes the column narrower."),
    row(S::Records, "wider", Act::Wider, G::Look, "wider", "Makes the column wider."),
    row(S::Records, "copy", Act::CopyCell, G::Look, "copy", "Copies the value under the cursor."),
    row(
        S::Records,
        "copy-record",
        Act::CopyRecord,
        G::Look,
        "copy record",
        "Copies the whole record, one field to a line.",
    ),
    // A question in the message row
    row(S::Prompt, "go", Act::Open, G::Act, "go", "Takes what was typed."),
    row(S::Prompt, "back", Act::Back, G::Everywhere, "back", "Goes back; nothing is done."),
    // A source record
    row(S::Record, "copy", Act::CopyCell, G::Look, "copy", "Copies the value under the cursor."),
    row(
        S::Record,
        "copy-record",
        Act::CopyRecord,
        G::Look,
        "copy record",
        "Copies the whole record, one field to a line.",
    ),
    row(S::Record, "next", Act::NextRecord, G::Move, "next record", "To the next record of the object."),
    row(
        S::Record,
        "previous",
        Act::PreviousRecord,
        G::Move,
        "previous record",
        "To the previous record of the object.",
    ),
    // Quarantine
    row(S::Quarantine, "open", Act::Open, G::Open, "the rows", "Shows the rows with this reason."),
    row(S::Quarantine, "write", Act::Write, G::Act, "write them out", "Writes the rows to a file, byte for byte."),
    row(
        S::Quarantine,
        "load",
        Act::Load,
        G::Act,
        "load a new export",
        "Chooses exports and shows how they would be read, before anything is loaded.",
    ),
    row(S::Quarantine, "copy", Act::CopyCell, G::Look, "copy", "Copies the first row of this reason."),
    row(S::QuarantineRows, "write", Act::Write, G::Act, "write them out", "Writes the rows to a file, byte for byte."),
    row(S::QuarantineRows, "copy", Act::CopyCell, G::Look, "copy", "Copies the row."),
    // Choosing files
    row(S::Chooser, "open", Act::Open, G::Open, "choose", "Goes into a folder, or goes on with the file."),
    row(S::Chooser, "complete", Act::Complete, G::Edit, "complete", "Completes the name as far as it is certain."),
    row(S::Chooser, "back", Act::Back, G::Everywhere, "back", "Goes back; nothing is loaded."),
    row(S::Chooser, "down", Act::Down, G::Move, "into the list", "One row down, into the list."),
    row(S::Chooser, "up", Act::Up, G::Move, "up", "One row up, back to the field from the first."),
    row(S::Chooser, "page-down", Act::PageDown, G::Move, "page down", "One page down."),
    row(S::Chooser, "page-up", Act::PageUp, G::Move, "page up", "One page up."),
    row(
        S::ChooserList,
        "mark",
        Act::MarkFile,
        G::Act,
        "mark",
        "Marks the file or folder under the cursor, to load several at once.",
    ),
    // Before loading
    row(S::Proposal, "load", Act::Open, G::Act, "load", "Loads what is shown."),
    row(
        S::Proposal,
        "edit",
        Act::Edit,
        G::Act,
        "change how it is read",
        "Overrules delimiter, quotes, header, encoding, system, object and native ID.",
    ),
    // Loading
    row(S::Progress, "back", Act::Back, G::Act, "leave it running", "Goes back; the load runs on, and J shows it."),
    row(
        S::Progress,
        "cancel",
        Act::Cancel,
        G::Act,
        "cancel, leaves nothing",
        "Stops the load. Nothing of it stays in the workspace.",
    ),
    // Lookup
    row(S::Lookup, "open", Act::Open, G::Open, "open", "Opens the answer under the cursor."),
    row(S::Lookup, "back", Act::Back, G::Everywhere, "clear", "Clears the field; goes back if it is empty."),
    row(S::Lookup, "down", Act::Down, G::Move, "choose", "The next answer."),
    row(S::Lookup, "up", Act::Up, G::Move, "up", "The answer before."),
    row(S::Lookup, "page-down", Act::PageDown, G::Move, "page down", "One page of answers down."),
    row(S::Lookup, "page-up", Act::PageUp, G::Move, "page up", "One page of answers up."),
    row(
        S::Lookup,
        "copy",
        Act::CopyCell,
        G::Look,
        "copy",
        "Copies the ID of the answer; without one, this page as text.",
    ),
    row(S::Lookup, "next", Act::NextPane, G::Everywhere, "next pane", "Opens the next pane."),
    row(S::Lookup, "previous", Act::PreviousPane, G::Everywhere, "previous pane", "Opens the previous pane."),
    row(S::Answer, "open", Act::Open, G::Open, "the row", "Shows the source row as exported."),
    row(S::Answer, "copy", Act::CopyCell, G::Look, "copy ID", "Copies the ID under the cursor."),
    row(S::Answer, "copy-page", Act::CopyRecord, G::Look, "copy page", "Copies the answer as text."),
    // Over the pane
    row(S::Picker, "run", Act::Open, G::Act, "run", "Runs what the cursor is on."),
    row(S::Picker, "back", Act::Back, G::Everywhere, "close", "Closes the list."),
    row(S::Picker, "down", Act::Down, G::Move, "down", "One row down."),
    row(S::Picker, "up", Act::Up, G::Move, "up", "One row up."),
    row(S::Picker, "page-down", Act::PageDown, G::Move, "page down", "One page down."),
    row(S::Picker, "page-up", Act::PageUp, G::Move, "page up", "One page up."),
    row(S::Choice, "choose", Act::Open, G::Act, "choose", "Takes what the cursor is on."),
    row(S::Form, "apply", Act::Open, G::Act, "apply", "Reads the file again this way and shows what comes of it."),
    row(S::Form, "back", Act::Back, G::Everywhere, "close", "Closes the form; what was proposed stays."),
    row(S::Form, "down", Act::Down, G::Move, "next", "The next line."),
    row(S::Form, "up", Act::Up, G::Move, "previous", "The line before."),
    row(S::Form, "other", Act::Complete, G::Edit, "other value", "The next of the usual values."),
    row(S::Jobs, "cancel", Act::Cancel, G::Act, "cancel", "Stops the load. Nothing of it stays in the workspace."),
    row(S::Jobs, "open", Act::Open, G::Open, "details", "Shows the load while it runs, or what came of it."),
    row(S::Problem, "close", Act::Open, G::Act, "close", "Closes the message."),
    row(S::Problem, "copy", Act::CopyCell, G::Look, "copy this text", "Copies what the message says."),
];

/// The row of an action in the first of `scopes` that has it.
#[must_use]
pub fn find(scopes: &[Scope], act: Act) -> Option<&'static Action> {
    scopes.iter().find_map(|scope| ACTIONS.iter().find(|action| action.scope == *scope && action.act == act))
}

#[cfg(test)]
mod tests;
