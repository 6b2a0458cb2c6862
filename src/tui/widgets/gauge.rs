//! A bar for how far something is, exact to an eighth of a cell, and a line of small bars for how it went.

use super::super::paint::Line;
use super::super::theme::Role;

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar of `width` cells filled to `part` of `whole`.
#[must_use]
pub fn bar(part: u64, whole: u64, width: u16) -> String {
    if whole == 0 {
        return String::new();
    }
    let eighths = u128::from(part.min(whole)) * u128::from(width) * 8 / u128::from(whole);
    let full = usize::try_from(eighths / 8).unwrap_or(0);
    let rest = usize::try_from(eighths % 8).unwrap_or(0);
    format!("{}{}", "█".repeat(full), EIGHTHS[rest])
}

/// Whole per cent of `whole`, never 100 before the end.
#[must_use]
pub fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    u64::try_from(u128::from(part.min(whole)) * 100 / u128::from(whole)).unwrap_or(100)
}

/// A bar with its share: `█████▌      62 %`.
#[must_use]
pub fn gauge(part: u64, whole: u64, width: u16) -> Line<'static> {
    Line::new()
        .made(Role::Text, bar(part, whole, width))
        .to(width + 3)
        .number(Role::Strong, percent(part, whole))
        .quiet(" %")
}

/// The last measures as small bars, the tallest being the largest.
#[must_use]
pub fn sparkline(measures: &[u64]) -> String {
    let most = measures.iter().copied().max().unwrap_or(0).max(1);
    measures
        .iter()
        .map(|measure| {
            let height = u128::from(*measure) * 7 / u128::from(most);
            HEIGHTS[usize::try_from(height).unwrap_or(7).min(7)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_exact_to_an_eighth_of_a_cell() {
        assert_eq!(bar(1, 2, 3), "█▌");
        assert_eq!(bar(2, 2, 3), "███");
        assert_eq!(bar(9, 2, 3), "███");
        assert_eq!(bar(1, 0, 3), "");
    }

    #[test]
    fn a_share_is_a_hundred_only_at_the_end() {
        assert_eq!(percent(999_999, 1_000_000), 99);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
    }

    #[test]
    fn the_largest_measure_is_the_tallest_bar() {
        assert_eq!(sparkline(&[0, 50, 100]), "▁▄█");
        assert_eq!(sparkline(&[]), "");
    }
}
