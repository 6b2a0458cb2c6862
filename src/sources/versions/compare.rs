//! Comparing two versions of a record, and the rows of two loads; nothing here knows a database.

use super::FieldChange;
use crate::sources::Column;

/// The fields that differ, in column order.
#[must_use]
pub(super) fn changes(columns: &[Column], before: &[Option<String>], after: &[Option<String>]) -> Vec<FieldChange> {
    columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| {
            let (before, after) = (before.get(at).cloned().flatten(), after.get(at).cloned().flatten());
            (before != after).then(|| FieldChange { column: column.position, name: column.name.clone(), before, after })
        })
        .collect()
}

/// The rows of two loads, paired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sides {
    pub only_a: Vec<i64>,
    pub only_b: Vec<i64>,
    /// Two versions of one record.
    pub changed: Vec<(i64, i64)>,
    pub same: u64,
}

/// Pairs what two loads held. Each row is (the first version of its record, the version that was held); a load holds one
/// version of a record at most.
#[must_use]
pub(super) fn pair(mut a: Vec<(i64, i64)>, mut b: Vec<(i64, i64)>) -> Sides {
    a.sort_unstable();
    b.sort_unstable();
    let mut sides = Sides::default();
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => break,
            (Some((one, before)), Some((other, after))) if one == other => {
                if before == after {
                    sides.same += 1;
                } else {
                    sides.changed.push((before, after));
                }
                a.next();
                b.next();
            }
            (Some((one, rec)), other) if other.is_none_or(|(other, _)| one < other) => {
                sides.only_a.push(rec);
                a.next();
            }
            (_, Some((_, rec))) => {
                sides.only_b.push(rec);
                b.next();
            }
            (Some(_), None) => break,
        }
    }
    sides.only_a.sort_unstable();
    sides.only_b.sort_unstable();
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_two_loads_are_paired_by_their_record() {
        let sides = pair(vec![(1, 1), (2, 2), (3, 7), (9, 9)], vec![(3, 8), (2, 2), (5, 5)]);
        assert_eq!(sides.only_a, [1, 9]);
        assert_eq!(sides.only_b, [5]);
        assert_eq!(sides.changed, [(7, 8)]);
        assert_eq!(sides.same, 1);
        assert_eq!(pair(Vec::new(), Vec::new()), Sides::default());
    }

    #[test]
    fn a_value_that_was_not_given_differs_from_an_empty_one() {
        let column = |position: usize, name: &str| Column {
            position,
            name: name.to_owned(),
            role: crate::sources::ColumnRole::Plain,
            evidence: String::new(),
            by_hand: false,
            points_to: None,
            meaning: None,
            separator: None,
            dates: None,
        };
        let columns = [column(0, "Id"), column(1, "Name"), column(2, "Note")];
        let some = |text: &str| Some(text.to_owned());
        let changes = changes(&columns, &[some("1"), None, some("a")], &[some("1"), some(""), some("a")]);
        assert_eq!(changes, [FieldChange { column: 1, name: "Name".to_owned(), before: None, after: some("") }]);
    }
}
