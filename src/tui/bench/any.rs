//! Whatever is pressed, pasted, clicked or resized, and whatever the data holds: the workbench goes on, and no character
//! that a terminal would obey or a reader could not see comes to the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use super::super::msg::Msg;
use super::super::theme::{Colours, Theme};
use super::Bench;

#[derive(Debug, Clone)]
enum Deed {
    Key(KeyCode, KeyModifiers),
    Paste(String),
    Resize(u16, u16),
    Click(u16, u16),
    Wheel(bool),
    Later(u64),
    Silence(bool),
}

fn deed() -> impl Strategy<Value = Deed> {
    let characters: Vec<char> =
        "jkhlgGoQrexfn/NyYuWMJ?:q15wcd<>$0[]0038pbp=sDmbeRFVLm+!\u{e9}\u{301}\u{4f60}".chars().collect();
    let named = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageDown,
        KeyCode::PageUp,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
    ];
    let control: Vec<char> = "dpuyrfwae".chars().collect();
    prop_oneof![
        8 => prop::sample::select(characters).prop_map(|c| Deed::Key(KeyCode::Char(c), KeyModifiers::NONE)),
        8 => prop::sample::select(named).prop_map(|code| Deed::Key(code, KeyModifiers::NONE)),
        2 => prop::sample::select(control).prop_map(|c| Deed::Key(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => any::<String>().prop_map(Deed::Paste),
        2 => (1_u16..=500, 1_u16..=200).prop_map(|(w, h)| Deed::Resize(w, h)),
        2 => (1_u16..=70, 1_u16..=20).prop_map(|(w, h)| Deed::Resize(w, h)),
        2 => (0_u16..200, 0_u16..60).prop_map(|(x, y)| Deed::Click(x, y)),
        1 => any::<bool>().prop_map(Deed::Wheel),
        1 => (0_u64..500).prop_map(Deed::Later),
        1 => any::<bool>().prop_map(Deed::Silence),
    ]
}

fn hostile() -> Vec<String> {
    vec![
        "\u{1b}]0;owned\u{7}\u{1b}[2J".to_owned(),
        "\u{202e}gpj.exe\u{2066}\u{200b}\u{e0041}".to_owned(),
        "日本語テキスト佐藤花子".to_owned(),
        "👩‍👩‍👧‍👦🇸🇪👍🏽\u{fe0f}".to_owned(),
        format!("e{}", "\u{301}".repeat(60)),
        "x".repeat(10_000),
        "é\u{9b}31m\u{85}\u{2028}\r\n\t\u{0}".to_owned(),
        String::new(),
        "\u{200d}\u{300}".to_owned(),
    ]
}

fn is_safe(symbol: &str) -> bool {
    use crate::values::character::is_invisible;
    // What is allowed inside an emoji or above a letter never stands alone.
    let mut chars = symbol.chars();
    chars.next().is_none_or(|c| !is_invisible(c))
        && !symbol
            .chars()
            .any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c))
}

fn play(bench: &mut Bench, deeds: Vec<Deed>) {
    for deed in deeds {
        match deed {
            Deed::Key(code, modifiers) => bench.send(Msg::Key(KeyEvent::new(code, modifiers))),
            Deed::Paste(text) => bench.send(Msg::Paste(text)),
            Deed::Resize(w, h) => bench.send(Msg::Resize(w, h)),
            Deed::Click(column, row) => bench.send(Msg::Mouse(MouseEvent {
                kind: MouseEventKind::Down(MouseButton::Left),
                column,
                row,
                modifiers: KeyModifiers::NONE,
            })),
            Deed::Wheel(down) => {
                let kind = if down { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp };
                bench.send(Msg::Mouse(MouseEvent { kind, column: 1, row: 1, modifiers: KeyModifiers::NONE }));
            }
            Deed::Later(millis) => {
                bench.later(millis);
            }
            Deed::Silence(silent) => bench.answers = !silent,
        }
        for symbol in bench.symbols() {
            assert!(is_safe(symbol), "{symbol:?} came to the screen");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..crate::values::steady_cases() })]

    #[test]
    fn no_sequence_of_keys_clicks_and_sizes_stops_the_workbench(
        deeds in prop::collection::vec(deed(), 1..60),
        text in prop::sample::select(hostile()),
        is_hostile in any::<bool>(),
        colours in prop::sample::select(vec![Colours::Dark, Colours::Light, Colours::Sixteen, Colours::Plain]),
        ascii in any::<bool>(),
    ) {
        let mut bench = Bench::new(100, 30);
        bench.app.theme = Theme { colours, ascii };
        bench.hostile = is_hostile.then_some(text);
        play(&mut bench, deeds);
    }
}

const WALK: &[&str] = &[
    "j",
    "j enter",
    "j enter l enter",
    "j r",
    "j r f l l l",
    "j r enter G",
    "Q",
    "Q enter",
    "Q w",
    "o",
    "o down down space",
    "o down down down down enter",
    "o down down down down enter e",
    "j enter e",
    "?",
    ":",
    "J",
    "5 0 0",
    "5 0 0 enter",
    "5 0 0 enter enter",
    "5 8 8 2 1 3",
    "5 z z z",
    "5 c u s _",
    "W",
    "o down down down down enter enter",
    "o down down down down enter enter J",
    "j r /",
    // Figures and their rows
    "j p",
    "j p l G",
    "j j p ] ] ] ] l",
    "G p ] ] ]",
    "G k k p ] ] ] l j j j j j j j",
    "j enter b",
    "j enter b j b",
    "j enter b b enter",
    "j enter b enter f l s",
    "j r =",
    "j r b enter enter =",
    "D",
    "D / a enter",
    "D w enter",
    // What is known of systems, and between objects
    "j l j j j",
    "k b b b",
    "j e",
    "j e j j enter",
    "j e ] ] ] ] j enter",
    "R",
    "R m G",
    "R j j j j j j j j j G",
    "F",
    "F j j l j !",
    "j r enter V",
    "j r enter V h j",
    "j enter l enter",
    "j enter l enter c",
    "j enter l enter c j V",
    "/ e r",
    // The map
    "2",
    "2 G",
    "2 /",
    "2 +",
    "2 enter",
    "2 enter j j j j",
    "2 enter G",
    "2 enter s f f",
    "2 enter enter",
    "2 enter j j enter tab",
    "2 enter j enter f2",
    "2 enter x",
    "2 enter o",
    "2 enter m",
    "2 enter R",
    "2 enter space space v",
    "2 enter ; G",
    "2 enter S j j",
    "2 enter h",
    "2 S w",
];

#[test]
fn hostile_text_is_seen_and_not_obeyed_on_every_screen_at_every_size() {
    for text in hostile() {
        for keys in WALK {
            let mut bench = Bench::new(120, 36);
            bench.hostile = Some(text.clone());
            for source in &mut bench.inventory.sources {
                source.name.clone_from(&text);
                for object in &mut source.objects {
                    object.name.clone_from(&text);
                    for column in &mut object.columns {
                        column.name.clone_from(&text);
                        column.evidence.clone_from(&text);
                    }
                    for load in &mut object.loads {
                        load.file.clone_from(&text);
                        load.as_of.clone_from(&text);
                        load.warnings = vec![text.clone()];
                    }
                }
            }
            bench.app.refresh();
            let inventory = bench.inventory.clone();
            super::super::panes::sources::counted(&mut bench.app, inventory);
            bench.keys(keys);
            bench.later(200);
            let steps = [(80, 24), (160, 45), (59, 14), (30, 6), (1, 1)];
            play(&mut bench, steps.into_iter().map(|(w, h)| Deed::Resize(w, h)).collect());
        }
    }
}

#[test]
fn every_row_of_every_screen_is_as_wide_as_the_screen() {
    for text in hostile() {
        let mut bench = Bench::new(100, 30);
        bench.hostile = Some(text);
        for keys in WALK {
            bench.keys("esc esc esc esc esc esc").keys(keys);
            for line in bench.screen().lines() {
                assert!(crate::values::Shown::of(line).width() <= 100, "{line}");
            }
        }
    }
}
