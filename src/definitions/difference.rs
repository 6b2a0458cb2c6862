//! Two texts compared line by line.

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    pub change: Change,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Same,
    Removed,
    Added,
}

impl Change {
    /// The mark before the line: a blank, `-`, `+`.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// Beyond this many pairs of lines the changed middle is shown as removed and added whole.
const MOST_PAIRS: usize = 4_000_000;

/// The lines of both texts in order, by a longest common subsequence (Wagner and Fischer 1974), removed lines before
/// added ones.
#[must_use]
pub fn difference(before: &str, after: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut lines: Vec<Line> = old[..head].iter().map(|text| line(Change::Same, text)).collect();
    middle(a, b, &mut lines);
    lines.extend(old[old.len() - tail..].iter().map(|text| line(Change::Same, text)));
    lines
}

fn line(change: Change, text: &str) -> Line {
    Line { change, text: text.to_owned() }
}

fn middle(a: &[&str], b: &[&str], lines: &mut Vec<Line>) {
    if a.len().saturating_mul(b.len()) > MOST_PAIRS {
        lines.extend(a.iter().map(|text| line(Change::Removed, text)));
        lines.extend(b.iter().map(|text| line(Change::Added, text)));
        return;
    }
    // longest[i][j]: common lines of a[i..] and b[j..].
    let width = b.len() + 1;
    let mut longest = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push(line(Change::Same, a[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            lines.push(line(Change::Removed, a[i]));
            i += 1;
        } else {
            lines.push(line(Change::Added, b[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(before: &str, after: &str) -> String {
        difference(before, after).iter().map(|l| format!("{}{}\n", l.change.mark(), l.text)).collect()
    }

    #[test]
    fn what_went_stands_before_what_came() {
        assert_eq!(drawn("a\nb\nc\n", "a\nx\nc\n"), " a\n-b\n+x\n c\n");
        assert_eq!(drawn("", "a\n"), "+a\n");
        assert_eq!(drawn("a\na\n", "a\n"), " a\n-a\n");
        assert_eq!(drawn("a\n", "a\n"), " a\n");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn both_texts_can_be_read_out_of_their_difference(before in "[abc\n]{0,30}", after in "[abc\n]{0,30}") {
            let lines = difference(&before, &after);
            let side = |gone: Change| lines.iter().filter(|l| l.change != gone).map(|l| l.text.as_str()).collect::<Vec<_>>();
            prop_assert_eq!(side(Change::Added), before.lines().collect::<Vec<_>>());
            prop_assert_eq!(side(Change::Removed), after.lines().collect::<Vec<_>>());
        }
    }
}
