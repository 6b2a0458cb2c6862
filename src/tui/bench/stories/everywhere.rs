//! Stories of every place.

use super::super::super::action::{ACTIONS, Act, Scope, find};
use super::super::super::msg::{Effect, Msg};
use super::super::super::overlays::Overlay;
use super::super::super::overlays::help::Help;
use super::super::super::overlays::palette::Palette;
use super::super::super::place::{PaneId, Place};
use super::super::Bench;

#[test]
fn a_key_that_is_let_go_does_nothing_and_one_held_down_decides_once() {
    use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
    let mut bench = Bench::new(100, 30);
    let kind = |code, kind| Msg::Key(KeyEvent::new_with_kind(code, KeyModifiers::NONE, kind));
    bench.send(kind(KeyCode::Char('q'), KeyEventKind::Release));
    bench.send(kind(KeyCode::Char('u'), KeyEventKind::Repeat));
    assert!(
        !bench.effects.contains(&Effect::Quit)
            && !bench.effects.iter().any(|effect| matches!(effect, Effect::Rebuild { .. }))
    );
    let before = bench.app.sources.list.cursor;
    bench.send(kind(KeyCode::Char('j'), KeyEventKind::Repeat));
    assert_eq!(bench.app.sources.list.cursor, before + 1);
}

#[test]
fn masked_values_keep_their_shape_and_names_of_systems_stay() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r M");
    let screen = bench.screen();
    assert!(screen.contains("masked") && screen.contains("Salesforce"));
    assert!(!screen.contains("Katarzyna") && !screen.contains("person1"));
    assert!(screen.contains("xxxxxxxxx xxxxxx·"), "{screen}");
}

#[test]
fn help_lists_every_action_that_has_a_key_here() {
    for place in [
        Place::Home,
        Place::Sources,
        Place::Object,
        Place::Records,
        Place::Lookup,
        Place::Answer,
        Place::Quarantine,
        Place::Proposal,
        Place::Progress,
        Place::Profile,
        Place::Values,
        Place::Rows,
        Place::Dictionary,
        Place::Facts,
        Place::Relations,
        Place::Findings,
        Place::Versions,
        Place::Compare,
    ] {
        let bench = Bench::new(80, 24);
        let mut help = Help::new(&bench.app);
        help.under = place;
        let listed: Vec<Act> = help.entries().iter().map(|action| action.act).collect();
        for action in ACTIONS.iter().filter(|action| place.scopes().contains(&action.scope)) {
            assert!(listed.contains(&action.act), "{place:?} has {} but its help has not", action.word);
        }
    }
}

#[test]
fn help_filters_and_runs() {
    let mut bench = Bench::new(80, 24);
    bench.keys("?").types("quarantine").keys("enter");
    assert_eq!(bench.app.place(), Place::Quarantine);
}

#[test]
fn every_action_can_be_reached() {
    let bench = Bench::new(80, 24);
    for action in ACTIONS {
        assert!(!bench.app.keymap.keys(action).is_empty(), "{}.{}", action.scope.word(), action.word);
    }
    let palette = Palette::new(&bench.app).actions();
    for act in [Act::Load, Act::Undo, Act::Mask, Act::Workspaces, Act::Demo, Act::Freeze, Act::TakeOut] {
        assert!(palette.iter().any(|action| action.act == act), "{act:?} is not in the palette");
    }
}

#[test]
fn the_palette_says_why_not_and_runs_what_it_can_from_anywhere() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5 ctrl-p").types("freeze");
    assert!(bench.screen().contains("! Not now: works in Sources › records."), "{}", bench.screen());
    bench.keys("enter");
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Palette(_))));
    bench.keys("ctrl-u").types("load a file").keys("enter");
    assert_eq!(bench.app.place(), Place::Chooser);
}

#[test]
fn a_click_opens_what_was_drawn_there() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut bench = Bench::new(100, 30);
    let click = |column, row| {
        Msg::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    bench.send(click(20, 0));
    assert_eq!(bench.app.pane, PaneId::Lookup);
    bench.send(click(2, 0));
    bench.send(click(10, 6));
    let screen = bench.screen();
    let row = screen.lines().nth(6).unwrap();
    assert!(row.starts_with('▌'), "{screen}");
    bench.send(click(10, 6));
    assert_eq!(bench.app.place(), Place::Object);
    bench.keys("f8");
    assert_eq!(bench.effects.last(), Some(&Effect::Mouse(false)));
    bench.send(click(20, 0));
    assert_eq!(bench.app.pane, PaneId::Sources);
}

#[test]
fn too_small_a_screen_says_so_and_does_nothing_unseen() {
    let mut bench = Bench::new(20, 5);
    assert_eq!(bench.screen(), "20×5 is too small\nfor this screen.\nMake it 60×15.\nNothing is lost.\nq leaves\n");
    bench.keys("o x u");
    bench.resize(80, 24);
    assert_eq!(bench.app.place(), Place::Sources);
}

#[test]
fn below_60_by_15_the_focused_row_is_told_as_label_and_value() {
    let bench = Bench::new(50, 10);
    assert!(bench.screen().contains("object      Account"), "{}", bench.screen());
    assert!(bench.screen().contains("records     6,204"));
}

#[test]
fn nothing_moves_by_itself_while_nothing_runs() {
    let mut bench = Bench::new(80, 24);
    assert_eq!(bench.app.next_tick(), None);
    bench.answers = false;
    bench.keys("j r");
    assert_eq!(bench.app.next_tick(), Some(150));
    bench.later(60);
    assert_eq!(bench.app.next_tick(), Some(90));
}

#[test]
fn every_place_of_a_text_field_has_its_help_and_its_way_out() {
    for place in
        [Place::Lookup, Place::Chooser, Place::ChooserList, Place::Prompt, Place::Palette, Place::Help, Place::Form]
    {
        for act in [Act::Help, Act::Palette, Act::Leave, Act::Back] {
            assert!(find(place.scopes(), act).is_some(), "{place:?} {act:?}");
        }
    }
    assert!(Scope::ALL.iter().all(|scope| ACTIONS.iter().any(|action| action.scope == *scope)));
}

#[test]
fn what_is_copied_from_a_masked_screen_is_masked() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r l M y");
    assert!(bench.copied().unwrap().starts_with("xxxxxxxxx xxxxxx·"), "{:?}", bench.copied());
    bench.keys("Y");
    assert!(!bench.copied().unwrap().contains("person0"), "{:?}", bench.copied());
    bench.keys("5 0 0 3 8 enter Y");
    let page = bench.copied().unwrap();
    assert!(page.contains("Every ID") && !page.contains("Katarzyna") && !page.contains("48120377"), "{page}");
}
