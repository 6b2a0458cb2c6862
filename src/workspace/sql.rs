//! The one place where a name becomes part of a statement.

/// Quotes an identifier (table, view, column) for SQL. NUL, which no statement can hold, becomes U+2400.
#[must_use]
pub fn quote_name(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for c in name.chars() {
        match c {
            '"' => quoted.push_str("\"\""),
            '\0' => quoted.push('\u{2400}'),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Quotes a text for SQL where it cannot be bound (inside a view). NUL becomes U+2400.
#[must_use]
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\0', "\u{2400}").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_quotes_and_nul_stays_one_name() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        for name in ["a\"; DROP TABLE x; --", "\0", "", "select", "日本"] {
            let quoted = quote_name(name);
            if name.is_empty() {
                continue;
            }
            conn.execute_batch(&format!("CREATE TABLE t ({quoted} TEXT); SELECT {quoted} FROM t; DROP TABLE t;"))
                .unwrap();
        }
    }

    #[test]
    fn a_text_with_a_quote_stays_one_text() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        let back: String =
            conn.query_row(&format!("SELECT {}", quote_text("O'Brien ''")), [], |row| row.get(0)).unwrap();
        assert_eq!(back, "O'Brien ''");
    }
}
