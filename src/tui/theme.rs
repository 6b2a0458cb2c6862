//! Colours by meaning. A screen says what a piece of text means ([`Role`]); this decides how it looks on a dark or a
//! light background, with 16 colours or with none. Nothing here knows what is drawn.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What a person came for.
    Strong,
    /// Everything else.
    Text,
    /// Labels, units, what agrees, what is disabled.
    Quiet,
    /// Focus: the bar, the open pane, names of keys.
    Accent,
    /// Holds, saved. Its mark is `✓`.
    Good,
    /// To be looked at. Its mark is `!`.
    Warn,
    /// Does not hold, blocks, is not zero. Its mark is `✗`.
    Bad,
    /// Characters that differ or match.
    Differs,
    /// Unsafe or masked text.
    Mark,
}

impl Role {
    #[cfg(test)]
    const ALL: [Self; 9] = [
        Self::Strong,
        Self::Text,
        Self::Quiet,
        Self::Accent,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Differs,
        Self::Mark,
    ];
}

/// How many colours there are, and on what background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Colours {
    #[default]
    Dark,
    Light,
    /// The terminal's own sixteen.
    Sixteen,
    /// None at all.
    Plain,
}

/// Everything that decides how a role is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    pub colours: Colours,
    /// The terminal shows ASCII only.
    pub ascii: bool,
}

/// A colour as its three parts.
type Rgb = (u8, u8, u8);

const TINT_DARK: Rgb = (0x2B, 0x42, 0x63);
const TINT_LIGHT: Rgb = (0xD3, 0xE3, 0xF8);

/// The table of `Dark` and `Light`: the ratios that it was chosen for are recomputed by this file's tests.
fn rgb(role: Role, light: bool) -> Rgb {
    match (role, light) {
        (Role::Strong | Role::Text, false) => (0xE6, 0xE6, 0xE6),
        (Role::Strong | Role::Text, true) => (0x1C, 0x1F, 0x24),
        (Role::Quiet, false) => (0xAA, 0xB1, 0xBB),
        (Role::Quiet, true) => (0x56, 0x5E, 0x68),
        (Role::Accent, false) => (0x79, 0xB2, 0xF7),
        (Role::Accent, true) => (0x0A, 0x38, 0x9C),
        (Role::Good, false) => (0x7F, 0xE8, 0xC8),
        (Role::Good, true) => (0x09, 0x6E, 0x6A),
        (Role::Warn | Role::Differs, false) => (0xFF, 0xD2, 0x3F),
        (Role::Warn | Role::Differs, true) => (0x84, 0x56, 0x01),
        (Role::Bad, false) => (0xFF, 0x8F, 0x7E),
        (Role::Bad, true) => (0x86, 0x10, 0x1C),
        (Role::Mark, false) => (0xE3, 0xA6, 0xF0),
        (Role::Mark, true) => (0x7C, 0x2D, 0x92),
    }
}

impl Theme {
    /// The style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        match self.colours {
            Colours::Dark | Colours::Light => {
                let (r, g, b) = rgb(role, self.colours == Colours::Light);
                let style = plain.fg(Color::Rgb(r, g, b));
                match role {
                    Role::Strong => style.add_modifier(Modifier::BOLD),
                    Role::Differs | Role::Mark => style.add_modifier(Modifier::UNDERLINED),
                    _ => style,
                }
            }
            Colours::Sixteen => match role {
                Role::Text => plain,
                Role::Strong | Role::Accent => plain.add_modifier(Modifier::BOLD),
                Role::Quiet => plain.add_modifier(Modifier::DIM),
                Role::Good => plain.fg(Color::Green),
                Role::Warn => plain.fg(Color::Yellow),
                Role::Bad => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
                Role::Differs => plain.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
                Role::Mark => plain.fg(Color::Magenta).add_modifier(Modifier::UNDERLINED),
            },
            Colours::Plain => match role {
                Role::Text | Role::Good | Role::Warn => plain,
                Role::Strong | Role::Accent | Role::Bad => plain.add_modifier(Modifier::BOLD),
                Role::Quiet => plain.add_modifier(Modifier::DIM),
                Role::Differs => plain.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
                Role::Mark => plain.add_modifier(Modifier::UNDERLINED),
            },
        }
    }

    /// The style of the open pane's tab.
    #[must_use]
    pub fn open_tab(self) -> Style {
        self.style(Role::Accent).add_modifier(Modifier::REVERSED)
    }

    /// The background of the cursor row; `None` where there are no colours for it and the bar alone says it.
    #[must_use]
    pub fn tint(self) -> Option<Color> {
        match self.colours {
            Colours::Dark => Some(Color::Rgb(TINT_DARK.0, TINT_DARK.1, TINT_DARK.2)),
            Colours::Light => Some(Color::Rgb(TINT_LIGHT.0, TINT_LIGHT.1, TINT_LIGHT.2)),
            Colours::Sixteen | Colours::Plain => None,
        }
    }

    /// The theme that a word names: `dark`, `light`, `16`, `none`; `auto` and anything else is `None`.
    #[must_use]
    pub fn colours_named(word: &str) -> Option<Colours> {
        match word.trim().to_ascii_lowercase().as_str() {
            "dark" => Some(Colours::Dark),
            "light" => Some(Colours::Light),
            "16" => Some(Colours::Sixteen),
            "none" => Some(Colours::Plain),
            _ => None,
        }
    }

    /// Finds the theme from an option, else from the environment, which comes in as a function.
    #[must_use]
    pub fn find(option: Option<&str>, var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let ascii = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            !locale.contains("utf-8") && !locale.contains("utf8")
        });
        let named = option.and_then(Self::colours_named);
        let colours =
            named.or_else(|| set("CUTOVER_THEME").as_deref().and_then(Self::colours_named)).unwrap_or_else(|| {
                if set("NO_COLOR").is_some() || matches!(term.as_str(), "dumb" | "vt100" | "vt102" | "vt220") {
                    return Colours::Plain;
                }
                let true_colour = set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
                if !true_colour && !term.ends_with("-direct") {
                    return Colours::Sixteen;
                }
                // `foreground;background`, as xterm, rxvt and Konsole set it: 7 and 15 are the light greys.
                let background = set("COLORFGBG").and_then(|value| value.rsplit(';').next().map(str::to_owned));
                match background.as_deref() {
                    Some("7" | "15") => Colours::Light,
                    _ => Colours::Dark,
                }
            });
        Self { colours, ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DARK: [Rgb; 4] = [(0, 0, 0), (0x1E, 0x1E, 0x2E), (0x28, 0x2C, 0x34), (0x2E, 0x34, 0x40)];
    const LIGHT: [Rgb; 4] = [(0xFF, 0xFF, 0xFF), (0xFD, 0xF6, 0xE3), (0xEF, 0xF1, 0xF5), (0xEE, 0xE8, 0xD5)];

    fn linear(part: u8) -> f64 {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    }

    /// Relative luminance, WCAG 2.2.
    fn luminance((r, g, b): Rgb) -> f64 {
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    /// OKLab of linear sRGB (Ottosson 2020).
    fn oklab(v: [f64; 3]) -> [f64; 3] {
        let lms = times(
            [
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            v,
        )
        .map(|part| part.max(0.0).cbrt());
        times(
            [
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            lms,
        )
    }

    /// Full protanopia, deuteranopia and tritanopia in linear sRGB (Machado, Oliveira and Fernandes 2009, severity 1).
    const SIGHTS: [[[f64; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn distance(a: Rgb, b: Rgb, sight: [[f64; 3]; 3]) -> f64 {
        let seen = |(r, g, b): Rgb| oklab(times(sight, [linear(r), linear(g), linear(b)]).map(|v| v.clamp(0.0, 1.0)));
        let (a, b) = (seen(a), seen(b));
        (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn every_role_stands_out_from_every_background_and_from_the_tint() {
        for role in Role::ALL {
            for (light, grounds, tint) in [(false, DARK, TINT_DARK), (true, LIGHT, TINT_LIGHT)] {
                for ground in grounds.into_iter().chain([tint]) {
                    let ratio = contrast(rgb(role, light), ground);
                    assert!(ratio >= 4.5, "{role:?}, light {light}, on {ground:?}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn the_colours_of_state_stay_apart_for_colour_blind_eyes() {
        let states = [Role::Accent, Role::Good, Role::Warn, Role::Bad];
        for (light, least) in [(false, 0.10), (true, 0.09)] {
            for sight in SIGHTS {
                for (i, a) in states.into_iter().enumerate() {
                    for b in states.into_iter().skip(i + 1) {
                        let apart = distance(rgb(a, light), rgb(b, light), sight);
                        assert!(apart >= least, "{a:?} and {b:?}, light {light}: {apart:.3}");
                    }
                }
            }
        }
    }

    fn found(vars: &[(&str, &str)]) -> Theme {
        Theme::find(None, |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_theme_is_found_from_what_the_terminal_says_of_itself() {
        assert_eq!(found(&[("TERM", "xterm-256color")]).colours, Colours::Sixteen);
        assert_eq!(found(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]).colours, Colours::Dark);
        assert_eq!(found(&[("COLORTERM", "24bit"), ("COLORFGBG", "0;15")]).colours, Colours::Light);
        assert_eq!(found(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]).colours, Colours::Plain);
        assert_eq!(found(&[("NO_COLOR", "1"), ("CUTOVER_THEME", "light")]).colours, Colours::Light);
        assert_eq!(Theme::find(Some("none"), |_| None).colours, Colours::Plain);
    }

    #[test]
    fn a_locale_without_utf_8_gets_ascii() {
        assert!(!found(&[]).ascii);
        assert!(!found(&[("LANG", "sv_SE.UTF-8")]).ascii);
        assert!(found(&[("LANG", "sv_SE.UTF-8"), ("LC_ALL", "C")]).ascii);
    }

    #[test]
    fn no_role_has_colour_where_there_is_none() {
        let theme = Theme { colours: Colours::Plain, ascii: false };
        for role in Role::ALL {
            assert_eq!(theme.style(role).fg, None);
            assert_eq!(theme.style(role).bg, None);
        }
        assert_eq!(theme.tint(), None);
    }
}
