//! One column to one field: the assignment whose sum is greatest (Kuhn 1955, as the shortest augmenting paths of Jonker and
//! Volgenant 1987). The same for the same numbers: among equal sums the first columns and fields win.

/// More rows than this, and more than columns: the columns look for rows instead. The work grows with the square of those
/// who look, and an export of 1,900 columns must not wait for minutes.
const MANY: usize = 200;

/// For each row the place of its column, where one is worth more than nothing. `worth[row][column]`, all rows of one
/// length; what is not above 0 is never taken.
#[must_use]
pub fn assign(worth: &[Vec<f64>]) -> Vec<Option<usize>> {
    // Who has nothing to gain stays alone, without being asked.
    let rows: Vec<usize> = (0..worth.len()).filter(|row| worth[*row].iter().any(|worth| *worth > 0.0)).collect();
    let columns: Vec<usize> = (0..worth.first().map_or(0, Vec::len))
        .filter(|column| rows.iter().any(|row| worth[*row].get(*column).is_some_and(|worth| *worth > 0.0)))
        .collect();
    let of = |row: usize, column: usize| worth[row].get(column).copied().unwrap_or(0.0);
    let mut found = vec![None; worth.len()];
    if rows.len() > MANY && rows.len() > columns.len() {
        let turned: Vec<Vec<f64>> =
            columns.iter().map(|column| rows.iter().map(|row| of(*row, *column)).collect()).collect();
        for (column, row) in columns.iter().zip(best_of(&turned)) {
            if let Some(row) = row {
                found[rows[row]] = Some(*column);
            }
        }
    } else {
        let small: Vec<Vec<f64>> =
            rows.iter().map(|row| columns.iter().map(|column| of(*row, *column)).collect()).collect();
        for (row, column) in rows.iter().zip(best_of(&small)) {
            found[*row] = column.map(|column| columns[column]);
        }
    }
    found
}

fn best_of(worth: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = worth.len();
    let width = worth.first().map_or(0, Vec::len);
    if rows == 0 || width == 0 {
        return vec![None; rows];
    }
    // Each row may also stay alone, at a column of its own that costs nothing, so that there are never too few.
    let columns = width + rows;
    let cost = |row: usize, column: usize| match worth[row].get(column) {
        Some(worth) if *worth > 0.0 => -worth,
        // Taken by nobody of their own will.
        Some(_) => 1.0,
        None => 0.0,
    };
    // Places count from 1; 0 is nobody.
    let mut of_row = vec![0.0; rows + 1];
    let mut of_column = vec![0.0; columns + 1];
    let mut taken_by = vec![0usize; columns + 1];
    for row in 1..=rows {
        taken_by[0] = row;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut from = vec![0usize; columns + 1];
        let mut is_used = vec![false; columns + 1];
        let mut at = 0;
        loop {
            is_used[at] = true;
            let owner = taken_by[at];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for column in 1..=columns {
                if is_used[column] {
                    continue;
                }
                let reduced = cost(owner - 1, column - 1) - of_row[owner] - of_column[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    from[column] = at;
                }
                if least[column] < step {
                    step = least[column];
                    next = column;
                }
            }
            for column in 0..=columns {
                if is_used[column] {
                    of_row[taken_by[column]] += step;
                    of_column[column] -= step;
                } else {
                    least[column] -= step;
                }
            }
            at = next;
            if taken_by[at] == 0 {
                break;
            }
        }
        while at != 0 {
            let before = from[at];
            taken_by[at] = taken_by[before];
            at = before;
        }
    }
    let mut found = vec![None; rows];
    for column in 1..=width {
        if let Some(row) = taken_by[column].checked_sub(1)
            && worth[row][column - 1] > 0.0
        {
            found[row] = Some(column - 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(worth: &[Vec<f64>], found: &[Option<usize>]) -> f64 {
        found.iter().enumerate().filter_map(|(row, column)| column.map(|column| worth[row][column])).sum()
    }

    /// The best sum by trying everything.
    fn best(worth: &[Vec<f64>], row: usize, free: &mut Vec<bool>) -> f64 {
        if row == worth.len() {
            return 0.0;
        }
        let mut most = best(worth, row + 1, free);
        for column in 0..free.len() {
            if free[column] && worth[row][column] > 0.0 {
                free[column] = false;
                most = most.max(worth[row][column] + best(worth, row + 1, free));
                free[column] = true;
            }
        }
        most
    }

    #[test]
    fn the_second_best_of_one_column_leaves_the_best_to_another() {
        let worth = vec![vec![0.9, 0.8], vec![0.85, 0.1]];
        assert_eq!(assign(&worth), [Some(1), Some(0)]);
        assert_eq!(assign(&[vec![0.0, 0.0]]), [None]);
        assert_eq!(assign(&[]), Vec::<Option<usize>>::new());
    }

    #[test]
    fn of_more_columns_than_anybody_maps_each_field_still_takes_its_best() {
        // Row 7 · n is the best of column n; every other one is worth a little, the last ones nothing.
        let worth: Vec<Vec<f64>> = (0..1_900)
            .map(|row| {
                let of = |column| if row == 7 * column { 0.9 } else { 0.1 };
                (0..60).map(|column| if row > 1_800 || column == 59 { 0.0 } else { of(column) }).collect()
            })
            .collect();
        let found = assign(&worth);
        assert!((0..59).all(|column| found[7 * column] == Some(column)));
        assert_eq!(found.iter().flatten().count(), 59);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_field_is_taken_twice_and_no_other_assignment_is_worth_more(
            (rows, width) in (1usize..5, 1usize..5),
            numbers in proptest::collection::vec(0u8..20, 25),
        ) {
            let worth: Vec<Vec<f64>> =
                (0..rows).map(|row| (0..width).map(|column| f64::from(numbers[row * 5 + column]) / 20.0).collect()).collect();
            let found = assign(&worth);
            let mut columns: Vec<usize> = found.iter().flatten().copied().collect();
            columns.sort_unstable();
            let all = columns.len();
            columns.dedup();
            prop_assert_eq!(columns.len(), all);
            prop_assert!((sum(&worth, &found) - best(&worth, 0, &mut vec![true; width])).abs() < 1e-9);
        }
    }
}
