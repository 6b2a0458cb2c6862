//! Which key does what: the embedded table `assets/keys.toml`, with single lines overridden by a user's file. A key that
//! would mean two things in one place is refused with both names and the file. What an action does is not known here.

use std::collections::BTreeMap;
use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{ACTIONS, Act, Action, Scope};
use super::place::STACKS;

const DEFAULT: &str = include_str!("../../assets/keys.toml");

/// One key as it is pressed, free of what terminals add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Key {
    /// The key of an event. For a character Shift is part of the character.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Self {
        let has = |modifier| event.modifiers.contains(modifier);
        let (ctrl, alt) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT));
        let (code, shift) = match event.code {
            KeyCode::Char(c) if has(KeyModifiers::SHIFT) && c.is_ascii_lowercase() && !ctrl => {
                (KeyCode::Char(c.to_ascii_uppercase()), false)
            }
            // Ctrl-Shift-p and, on terminals that cannot tell them apart, Ctrl-P are Ctrl-p.
            KeyCode::Char(c) if ctrl => (KeyCode::Char(c.to_ascii_lowercase()), false),
            KeyCode::Char(c) => (KeyCode::Char(c), false),
            KeyCode::BackTab => (KeyCode::Tab, true),
            code => (code, has(KeyModifiers::SHIFT)),
        };
        Self { code, ctrl, alt, shift }
    }

    /// The character that it prints in a text field. Ctrl and Alt together are how Windows tells AltGr.
    #[must_use]
    pub fn printed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.ctrl == self.alt => Some(c),
            _ => None,
        }
    }

    /// Reads `ctrl-d`, `shift-tab`, `G`, `f8`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Self { code: KeyCode::Null, ctrl: false, alt: false, shift: false };
        let mut rest = text;
        loop {
            // A lone character is itself, so that `-` can be a key.
            if rest.chars().count() == 1 {
                break;
            }
            let (flag, tail) = if let Some(tail) = rest.strip_prefix("ctrl-") {
                (&mut key.ctrl, tail)
            } else if let Some(tail) = rest.strip_prefix("alt-") {
                (&mut key.alt, tail)
            } else if let Some(tail) = rest.strip_prefix("shift-") {
                (&mut key.shift, tail)
            } else {
                break;
            };
            *flag = true;
            rest = tail;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => KeyCode::Char(c),
            _ => match rest {
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "left" => KeyCode::Left,
                "right" => KeyCode::Right,
                "home" => KeyCode::Home,
                "end" => KeyCode::End,
                "pgup" => KeyCode::PageUp,
                "pgdn" => KeyCode::PageDown,
                "tab" => KeyCode::Tab,
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                "space" => KeyCode::Char(' '),
                "backspace" => KeyCode::Backspace,
                "del" => KeyCode::Delete,
                "insert" => KeyCode::Insert,
                _ => KeyCode::F(rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=12).contains(n))?),
            },
        };
        if let KeyCode::Char(c) = key.code {
            key.code = match (key.ctrl, key.shift) {
                (true, _) => KeyCode::Char(c.to_ascii_lowercase()),
                (false, true) => KeyCode::Char(c.to_ascii_uppercase()),
                (false, false) => KeyCode::Char(c),
            };
            key.shift = false;
        }
        Some(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        if self.shift {
            f.write_str("Shift-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::Home => f.write_str("Home"),
            KeyCode::End => f.write_str("End"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::Tab => f.write_str("Tab"),
            KeyCode::Enter => f.write_str("Enter"),
            KeyCode::Esc => f.write_str("Esc"),
            KeyCode::Backspace => f.write_str("Backspace"),
            KeyCode::Delete => f.write_str("Del"),
            KeyCode::Insert => f.write_str("Ins"),
            KeyCode::F(n) => write!(f, "F{n}"),
            _ => f.write_str("–"),
        }
    }
}

/// Why a keys file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    #[error("{file} is no keys file: {detail}. Correct the line, or move the file away.")]
    Form { file: String, detail: String },
    #[error("{file}: there is no action {name}. The program's own table, assets/keys.toml, has all names.")]
    Unknown { file: String, name: String },
    #[error("{file}: {key:?} is no key, at {name}. Write for example \"ctrl-d\", \"G\" or \"f8\".")]
    Key { file: String, name: String, key: String },
    #[error("{file}: {key} would mean both {one} and {other} in one place. Give one of them another key.")]
    Conflict { file: String, key: String, one: String, other: String },
}

/// All keys, checked.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// In the order of [`ACTIONS`].
    keys: Vec<Vec<Key>>,
}

type Tables = BTreeMap<String, BTreeMap<String, Vec<String>>>;

impl Keymap {
    /// The embedded table.
    #[must_use]
    pub fn standard() -> Self {
        let mut keymap = Self { keys: vec![Vec::new(); ACTIONS.len()] };
        // The embedded table is read and checked by a test, so nothing is refused here.
        let _ = keymap.lay(DEFAULT, "assets/keys.toml");
        keymap
    }

    /// The embedded table with the lines of a user's file laid over it.
    ///
    /// # Errors
    /// [`KeymapError`], naming the file and what in it is refused.
    pub fn with(text: &str, file: &str) -> Result<Self, KeymapError> {
        let mut keymap = Self::standard();
        keymap.lay(text, file)?;
        keymap.check(file)?;
        Ok(keymap)
    }

    fn lay(&mut self, text: &str, file: &str) -> Result<(), KeymapError> {
        let tables: Tables = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            KeymapError::Form { file: file.to_owned(), detail: format!("line {line}, {}", error.message()) }
        })?;
        for (scope, lines) in tables {
            for (word, keys) in lines {
                let name = format!("{scope}.{word}");
                let row = ACTIONS.iter().position(|action| action.scope.word() == scope && action.word == word);
                let Some(row) = row else {
                    return Err(KeymapError::Unknown { file: file.to_owned(), name });
                };
                let parse = |key: &String| {
                    Key::parse(key).ok_or_else(|| KeymapError::Key {
                        file: file.to_owned(),
                        name: name.clone(),
                        key: key.clone(),
                    })
                };
                self.keys[row] = keys.iter().map(parse).collect::<Result<_, _>>()?;
            }
        }
        Ok(())
    }

    /// No key may mean two things wherever scopes are open together.
    fn check(&self, file: &str) -> Result<(), KeymapError> {
        for stack in STACKS {
            let mut taken: Vec<(Key, &Action)> = Vec::new();
            for (action, keys) in ACTIONS.iter().zip(&self.keys) {
                if !stack.contains(&action.scope) {
                    continue;
                }
                for key in keys {
                    if let Some((_, other)) = taken.iter().find(|(k, other)| k == key && other.act != action.act) {
                        let name = |action: &Action| format!("{}.{}", action.scope.word(), action.word);
                        return Err(KeymapError::Conflict {
                            file: file.to_owned(),
                            key: key.to_string(),
                            one: name(other),
                            other: name(action),
                        });
                    }
                    taken.push((*key, action));
                }
            }
        }
        Ok(())
    }

    /// What a key means where these scopes are open.
    #[must_use]
    pub fn action(&self, scopes: &[Scope], key: Key) -> Option<&'static Action> {
        scopes.iter().find_map(|scope| {
            ACTIONS
                .iter()
                .zip(&self.keys)
                .find(|(action, keys)| action.scope == *scope && keys.contains(&key))
                .map(|(action, _)| action)
        })
    }

    /// One of these actions that a key has in some other place.
    #[must_use]
    pub fn elsewhere(&self, acts: &[Act], key: Key) -> Option<&'static Action> {
        let mut all = ACTIONS.iter().zip(&self.keys);
        all.find(|(action, keys)| acts.contains(&action.act) && keys.contains(&key)).map(|(action, _)| action)
    }

    /// The keys of an action, the one to be shown first.
    #[must_use]
    pub fn keys(&self, action: &Action) -> &[Key] {
        ACTIONS.iter().position(|row| row == action).map_or(&[], |row| &self.keys[row])
    }

    /// The first key of an action where these scopes are open.
    #[must_use]
    pub fn key(&self, scopes: &[Scope], act: Act) -> Option<Key> {
        scopes.iter().find_map(|scope| {
            let row = ACTIONS.iter().position(|action| action.scope == *scope && action.act == act)?;
            self.keys[row].first().copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_is_whole_and_free_of_conflicts() {
        let mut keymap = Keymap { keys: vec![Vec::new(); ACTIONS.len()] };
        keymap.lay(DEFAULT, "assets/keys.toml").unwrap();
        keymap.check("assets/keys.toml").unwrap();
        for action in ACTIONS {
            assert!(!keymap.keys(action).is_empty(), "{}.{} has no key", action.scope.word(), action.word);
        }
    }

    #[test]
    fn a_users_file_overrides_single_lines() {
        let keymap = Keymap::with("[sources]\nload = [\"L\"]", "keys.toml").unwrap();
        assert_eq!(keymap.key(&[Scope::Sources], Act::Load), Key::parse("L"));
        assert_eq!(keymap.key(&[Scope::Sources], Act::Open), Key::parse("enter"));
    }

    #[test]
    fn a_conflict_is_refused_with_both_names_and_the_file() {
        let refused = Keymap::with("[sources]\nload = [\"q\"]", "/home/mira/keys.toml").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "/home/mira/keys.toml: q would mean both everywhere.quit and sources.load in one place. Give one of them another key."
        );
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_place() {
        let text = |toml: &str| Keymap::with(toml, "k").unwrap_err().to_string();
        assert!(text("[sources]\nfly = [\"z\"]").contains("no action sources.fly"));
        assert!(text("[sources]\nload = [\"hyper-z\"]").contains("\"hyper-z\" is no key, at sources.load"));
        assert!(text("[sources]\nload = 3").contains("line 2"));
    }

    #[test]
    fn a_capital_letter_is_one_key_however_the_terminal_tells_it() {
        let plain = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE);
        let shifted = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        let both = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Some(Key::of(&plain)), Key::parse("G"));
        assert_eq!(Key::of(&plain), Key::of(&shifted));
        assert_eq!(Key::of(&plain), Key::of(&both));
    }

    #[test]
    fn a_key_is_written_as_it_is_read() {
        for (text, shown) in
            [("ctrl-d", "Ctrl-d"), ("shift-tab", "Shift-Tab"), ("space", "Space"), ("-", "-"), ("f12", "F12")]
        {
            assert_eq!(Key::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(Key::parse("f13"), None);
        assert_eq!(Key::parse(""), None);
    }
}
