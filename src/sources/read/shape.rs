//! What a cell looks like, as far as it tells a header from data. What a column means is decided elsewhere.

use std::collections::HashSet;

/// Shapes that names of columns do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Email,
    Date,
    Number,
    Uuid,
}

/// The shape of a value; `None` for ordinary text and for nothing.
pub(super) fn shape(value: &str) -> Option<Shape> {
    let value = value.trim();
    if value.is_empty() || value.len() > 64 || !value.is_ascii() {
        return None;
    }
    let bytes = value.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    if is_uuid(bytes) {
        return Some(Shape::Uuid);
    }
    if let Some((local, domain)) = value.split_once('@') {
        let plain = |s: &str| !s.is_empty() && !s.contains([' ', '@']);
        return (plain(local) && plain(domain) && domain.contains('.')).then_some(Shape::Email);
    }
    if digits == 0 {
        return None;
    }
    if bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b',' | b'-' | b'+' | b'%' | b'$' | b' '))
        && !is_date(bytes)
    {
        return Some(Shape::Number);
    }
    is_date(bytes).then_some(Shape::Date)
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Three groups of digits with one separator (`2025-11-14`, `14.11.25`, `11/14/2025`), perhaps a time behind.
fn is_date(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|b| matches!(b, b' ' | b'T')).unwrap_or(bytes.len());
    let date = &bytes[..end];
    let Some(separator) = date.iter().copied().find(|b| !b.is_ascii_digit()) else {
        return false;
    };
    if !matches!(separator, b'-' | b'/' | b'.') {
        return false;
    }
    let groups: Vec<&[u8]> = date.split(|b| *b == separator).collect();
    let fits = |g: &&[u8]| matches!(g.len(), 1 | 2 | 4) && g.iter().all(u8::is_ascii_digit);
    groups.len() == 3
        && groups.iter().all(fits)
        && groups.iter().filter(|g| g.len() == 4).count() <= 1
        && bytes[end..].iter().all(|b| {
            matches!(b, b'0'..=b'9' | b':' | b'.' | b'T' | b'Z' | b'+' | b'-' | b' ' | b'A' | b'P' | b'M' | b'U' | b'C')
        })
}

/// Where the header of a table is, from its first rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// Index of the row that names the columns.
    Row(usize),
    /// Strong evidence that there is none.
    None,
}

/// Proposes the header among the first rows of a table. `usual`: fields that its rows have.
pub(super) fn propose_header(rows: &[Vec<String>], usual: usize) -> Header {
    let filled = |row: &Vec<String>| row.iter().filter(|c| !c.trim().is_empty()).count();
    let mut at = 0;
    while at + 1 < rows.len() && at < 50 {
        let row = &rows[at];
        let next_fits = rows[at + 1..].iter().take(20).any(|r| r.len() >= usual && filled(r) > 1);
        let padded_title = usual >= 3 && filled(row) <= 1 && next_fits;
        let too_short = row.len() < usual && !(row.len() + 1 == usual && usual >= 3 && !is_wordy(&rows[at + 1], usual));
        if too_short || padded_title {
            at += 1;
        } else {
            break;
        }
    }
    if rows.get(at).is_none_or(|row| row.len() + 1 < usual) {
        at = 0;
    }
    let Some(row) = rows.get(at) else { return Header::Row(0) };
    if is_data(row, &rows[(at + 1).min(rows.len())..]) { Header::None } else { Header::Row(at) }
}

/// A row of plain, different words: it could name columns.
fn is_wordy(row: &[String], usual: usize) -> bool {
    let mut seen = HashSet::new();
    row.len() == usual && row.iter().all(|c| !c.trim().is_empty() && shape(c).is_none() && seen.insert(c))
}

/// Whether a row that could be the header has the shapes of the rows below it.
fn is_data(row: &[String], below: &[Vec<String>]) -> bool {
    let below = &below[..below.len().min(200)];
    let filled = row.iter().filter(|c| !c.trim().is_empty()).count();
    if below.is_empty() {
        let shaped = row.iter().filter(|c| shape(c).is_some()).count();
        return filled > 0 && shaped * 2 >= filled && !row.iter().all(|c| is_small_number(c));
    }
    let mut evidence = 0;
    for (column, cell) in row.iter().enumerate() {
        let own = shape(cell);
        let mut of_shape = [0_usize; 4];
        let mut values = 0;
        for value in below.iter().filter_map(|r| r.get(column)).filter(|v| !v.trim().is_empty()) {
            values += 1;
            if let Some(shape) = shape(value) {
                of_shape[shape as usize] += 1;
            }
        }
        let most = |shape: Shape| values > 0 && of_shape[shape as usize] * 10 >= values * 9;
        match own {
            Some(shape) if most(shape) => evidence += usize::from(!is_small_number(cell) || own != Some(Shape::Number)),
            None if !cell.trim().is_empty()
                && [Shape::Email, Shape::Date, Shape::Number, Shape::Uuid].into_iter().any(most) =>
            {
                return false;
            }
            _ => {}
        }
    }
    let all_numbers = filled > 0 && row.iter().all(|c| c.trim().is_empty() || shape(c) == Some(Shape::Number));
    evidence > 0 || (all_numbers && below.len() >= 2 && !counts_up(row))
}

/// A year or a small number: columns do have such names.
fn is_small_number(cell: &str) -> bool {
    cell.trim().parse::<u32>().is_ok_and(|n| n < 100 || (1900..2100).contains(&n))
}

/// `1, 2, 3` or `2019, 2020, 2021`: numbers that name columns.
fn counts_up(row: &[String]) -> bool {
    let numbers: Option<Vec<i64>> = row.iter().map(|c| c.trim().parse().ok()).collect();
    numbers.is_some_and(|n| n.len() > 1 && n.windows(2).all(|w| w[0].checked_add(1) == Some(w[1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[&str]) -> Vec<Vec<String>> {
        text.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn shapes_of_cells_are_told_apart() {
        for (value, expected) in [
            ("a.b@example.com", Some(Shape::Email)),
            ("2025-11-14", Some(Shape::Date)),
            ("14.11.25 06:00", Some(Shape::Date)),
            ("2025-11-14T06:00:00.000Z", Some(Shape::Date)),
            ("-1,234.50", Some(Shape::Number)),
            ("0012", Some(Shape::Number)),
            ("3b241101-e2bb-4255-8caf-4136c566a962", Some(Shape::Uuid)),
            ("customer id", None),
            ("", None),
            ("Q1 2024", None),
        ] {
            assert_eq!(shape(value), expected, "{value}");
        }
    }

    #[test]
    fn title_rows_stand_above_the_header() {
        let table = rows(&["Customers of March", "printed 2024-03-31", "id,name,amount", "1,Ann,3", "2,Bob,4"]);
        assert_eq!(propose_header(&table, 3), Header::Row(2));
        let padded = rows(&["Customers,,", ",,", "id,name,amount", "1,Ann,3"]);
        assert_eq!(propose_header(&padded, 3), Header::Row(2));
    }

    #[test]
    fn a_first_row_with_the_shapes_of_the_rest_is_no_header() {
        assert_eq!(propose_header(&rows(&["1,ann@x.org,b", "2,bob@x.org,c", "3,eve@x.org,d"]), 3), Header::None);
        assert_eq!(propose_header(&rows(&["id,email,b", "2,bob@x.org,c", "3,eve@x.org,d"]), 3), Header::Row(0));
        assert_eq!(propose_header(&rows(&["name,2019,2020", "Ann,3,4", "Bob,5,6"]), 3), Header::Row(0));
        assert_eq!(propose_header(&rows(&["a,b", "c,d"]), 2), Header::Row(0));
    }
}
