//! Figures as pictures in text: bars exact to an eighth of a cell, a histogram of several rows, a line of small bars. On a
//! terminal that shows ASCII only they are made of `#`, in whole cells.

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_HEIGHTS: [char; 5] = [' ', '.', ':', '|', '#'];

/// A bar of at most `width` cells, as long as `part` is of `whole`. What is not nothing is seen: an eighth of a cell at
/// least, one cell in ASCII.
#[must_use]
pub fn bar(part: u64, whole: u64, width: u16, ascii: bool) -> String {
    if whole == 0 || part == 0 || width == 0 {
        return String::new();
    }
    let part = u128::from(part.min(whole));
    let (whole, width) = (u128::from(whole), u128::from(width));
    if ascii {
        let cells = ((part * width * 2 + whole) / (whole * 2)).max(1);
        return "#".repeat(usize::try_from(cells).unwrap_or(0));
    }
    let eighths = (part * width * 8 / whole).max(1);
    let full = usize::try_from(eighths / 8).unwrap_or(0);
    let rest = usize::try_from(eighths % 8).unwrap_or(0);
    format!("{}{}", "█".repeat(full), EIGHTHS[rest])
}

/// Measures side by side as upright bars of at most `height` rows, the tallest being the largest; the rows from the top
/// down, each as many cells wide as there are measures. A measure that is not nothing is seen.
#[must_use]
pub fn histogram(measures: &[u64], height: u16, ascii: bool) -> Vec<String> {
    let most = u128::from(measures.iter().copied().max().unwrap_or(0).max(1));
    let steps: u128 = if ascii { 4 } else { 8 };
    let tall = u128::from(height) * steps;
    let heights: Vec<u128> = measures
        .iter()
        .map(|measure| if *measure == 0 { 0 } else { (u128::from(*measure) * tall / most).max(1) })
        .collect();
    let row = |from_below: u16| {
        let below = u128::from(from_below) * steps;
        heights
            .iter()
            .map(|height| {
                let at = usize::try_from(height.saturating_sub(below).min(steps)).unwrap_or(0);
                if ascii { ASCII_HEIGHTS[at.min(4)] } else { HEIGHTS[at.min(8)] }
            })
            .collect()
    };
    (0..height).rev().map(row).collect()
}

/// Measures as one row of small bars, the tallest being the largest.
#[must_use]
pub fn sparkline(measures: &[u64], ascii: bool) -> String {
    histogram(measures, 1, ascii).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_exact_to_an_eighth_and_never_hides_what_is_there() {
        assert_eq!(bar(1, 2, 3, false), "█▌");
        assert_eq!(bar(3, 1_201, 30, false), "▏");
        assert_eq!(bar(9, 2, 3, false), "███");
        assert_eq!(bar(0, 2, 3, false), "");
        assert_eq!(bar(1, 0, 3, false), "");
        assert_eq!(bar(u64::MAX, u64::MAX, 4, false), "████");
    }

    #[test]
    fn in_ascii_a_bar_is_of_whole_signs() {
        assert_eq!(bar(1, 2, 4, true), "##");
        assert_eq!(bar(1, 1_000, 4, true), "#");
        assert_eq!(bar(4, 4, 4, true), "####");
    }

    #[test]
    fn the_largest_measure_fills_the_height() {
        assert_eq!(histogram(&[0, 1, 8, 16], 2, false), ["   █", " ▁██"]);
        assert_eq!(histogram(&[0, 4, 8], 2, true), ["  #", " ##"]);
        assert_eq!(sparkline(&[0, 50, 100], false), " ▄█");
        assert_eq!(sparkline(&[], false), "");
        assert_eq!(sparkline(&[u64::MAX, 1], true), "#.");
    }
}
