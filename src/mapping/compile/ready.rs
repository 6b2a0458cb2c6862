//! Values that are already what a value function would make of them, or nearly so, where a few patterns prove it: they need
//! no outcome, and nothing is prepared for them. What a guard lets through has to be what the function makes of it, which a
//! test of this file compares. A guard that is narrowed needs another word: what was prepared is remembered by it.

use crate::mapping::rule::Rule;

/// What can be proved of a value by patterns alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// Small plain letters, digits, single `.`, `-`, `_` around one `@`.
    Address,
    /// `2025-01-31`.
    Day,
    /// `2025-01-31T09:15:00Z`, and the same with `.000Z` or `.000+0000`.
    Moment,
    /// `1,234.50` below a million, or digits with two decimals, in a currency of two decimals.
    Amount,
}

const DAY: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

impl Ready {
    /// What can be proved of values of a rule that reads one column.
    pub fn of(rule: &Rule) -> Option<Self> {
        match rule {
            Rule::Email => Some(Self::Address),
            Rule::Date { format } if format.trim() == "iso" => Some(Self::Day),
            Rule::DateTime { format, .. } if format.trim() == "iso" => Some(Self::Moment),
            Rule::Money { decimal: '.', currency, .. } if crate::values::currency::digits(currency) == Some(2) => {
                Some(Self::Amount)
            }
            _ => None,
        }
    }

    /// Names the column of values that have to be looked up.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => " but plain addresses",
            Self::Day => " but plain days",
            Self::Moment => " but plain moments",
            Self::Amount => " but plain amounts",
        }
    }

    /// The condition for a value as the source writes it, as SQL. None that holds has white space around it.
    pub fn holds(self, v: &str) -> String {
        match self {
            Self::Address => format!(
                "{v} GLOB '[a-z0-9]*@*.*[a-z]' AND {v} NOT GLOB '*[^a-z0-9@._-]*' AND {v} NOT GLOB '*[-@._][-@._]*' AND {v} NOT GLOB '*@*@*' AND {v} NOT GLOB '*@*_*' AND length({v}) <= 64"
            ),
            Self::Day => format!("{v} GLOB '{DAY}' AND {v} >= '0001' AND date({v}) = {v}"),
            Self::Moment => format!(
                "{v} GLOB '{DAY}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*' AND {v} >= '0001' AND substr({v}, 20) IN ('Z', '.000Z', '.000+0000') AND strftime('%Y-%m-%dT%H:%M:%S', substr({v}, 1, 19)) = substr({v}, 1, 19)"
            ),
            Self::Amount => {
                const REST: &str = ",[0-9][0-9][0-9].[0-9][0-9]";
                format!(
                    "{v} GLOB '[1-9]{REST}' OR {v} GLOB '[1-9][0-9]{REST}' OR {v} GLOB '[1-9][0-9][0-9]{REST}' OR {v} GLOB '[1-9]*.[0-9][0-9]' AND {v} NOT GLOB '*[^0-9.]*' AND {v} NOT GLOB '*.*.*' AND length({v}) <= 15"
                )
            }
        }
    }

    /// What the function makes of such a value.
    pub fn value(self, v: &str) -> String {
        match self {
            Self::Address | Self::Day => v.to_owned(),
            Self::Moment => format!("substr({v}, 1, 19) || 'Z'"),
            Self::Amount => format!("replace(replace({v}, ',', ''), '.', '')"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::recipe::{self, Cook, Outcome};
    use crate::mapping::rule::Rounding;
    use proptest::prelude::*;

    fn rules() -> Vec<Rule> {
        let money = |currency: &str, rounding| Rule::Money { decimal: '.', currency: currency.to_owned(), rounding };
        let moment = |zone: &str| Rule::DateTime { format: "iso".to_owned(), zone: zone.to_owned() };
        vec![
            Rule::Email,
            Rule::Date { format: "iso".to_owned() },
            moment("Europe/Warsaw"),
            moment(""),
            money("GBP", Rounding::None),
            money("PLN", Rounding::HalfEven),
        ]
    }

    /// What the guard lets through of a text, for each of the rules.
    fn let_through(conn: &rusqlite::Connection, text: &str) -> Vec<(Rule, Option<String>)> {
        let through = |rule: Rule| {
            let ready = Ready::of(&rule).unwrap();
            let sql =
                format!("SELECT CASE WHEN {} THEN {} END FROM (SELECT ?1 AS v)", ready.holds("v"), ready.value("v"));
            let value = conn.prepare_cached(&sql).unwrap().query_row([text], |row| row.get(0)).unwrap();
            (rule, value)
        };
        rules().into_iter().map(through).collect()
    }

    fn check(conn: &rusqlite::Connection, text: &str) -> Result<usize, String> {
        let mut passed = 0;
        for (rule, value) in let_through(conn, text) {
            let Some(value) = value else { continue };
            passed += 1;
            let made = Cook::new(&recipe::of_rule(&rule, &[]).unwrap(), &[]).unwrap().make(text);
            if made != Outcome::Value(value.clone()) || text.trim() != text {
                return Err(format!("{rule:?} of {text:?}: {value:?} is let through, {made:?} is made"));
            }
        }
        Ok(passed)
    }

    #[test]
    fn usual_values_are_let_through_and_odd_ones_are_not() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        for text in [
            "ada.lovelace@example.com",
            "a_b-c9@mail.example.co",
            "2024-02-29",
            "2024-02-29T23:59:59Z",
            "2025-01-31T10:15:00.000Z",
            "2025-01-31T10:15:00.000+0000",
            "1,234.50",
            "123,456.78",
            "987654321.00",
            "5.00",
        ] {
            assert!(check(&conn, text).unwrap() > 0, "{text}");
        }
        for text in [
            "",
            " ada@example.com",
            "Ada@example.com",
            "ada@example.com ",
            "ada@example",
            "a..b@c.com",
            "a@b@c.com",
            "a@b.1",
            "2023-02-29",
            "0000-01-01",
            "2024-02-30T10:00:00Z",
            "2024-02-29T24:00:00Z",
            "2024-02-29T10:00:60Z",
            "2024-02-29T10:00:00",
            "2024-02-29T10:00:00+02:00",
            "0,234.50",
            "1,23.50",
            "1.5",
            "1.2.50",
            "1234567890123456.00",
        ] {
            assert_eq!(check(&conn, text), Ok(0), "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn what_is_let_through_is_what_the_function_makes(
            address in "[a-z0-9._-]{1,6}@[a-z0-9._-]{1,6}[.][a-z0-9-]{0,4}[a-z]",
            near in "[a-zA-Z0-9@._+ é-]{1,12}",
            year in "0{0,3}[0-9]{1,4}", month in 0u32..14, day in 0u32..33, hour in 0u32..26, minute in 0u32..62, second in 0u32..62,
            end in "Z|[.]000Z|[.]000[+]0000|[.]120Z|[+]02:00| |",
            amount in "-?[0-9]{1,3}(,[0-9]{2,3}){0,3}[.][0-9]{1,3}|[0-9]{1,18}[.][0-9]{2}|[0-9.,]{1,9}"
        ) {
            let conn = rusqlite::Connection::open_in_memory().unwrap();
            let date = format!("{year}-{month:02}-{day:02}");
            let moment = format!("{date}T{hour:02}:{minute:02}:{second:02}{end}");
            let common = format!("{year:0>4}-{:02}-{:02}T{:02}:{:02}:{:02}{end}", month % 12 + 1, day % 31 + 1, hour % 24, minute % 60, second % 60);
            let common_day = common.get(..10).unwrap_or_default().to_owned();
            for text in [address, near, date, moment, common, common_day, amount] {
                prop_assert!(check(&conn, &text).is_ok(), "{:?}", check(&conn, &text));
            }
        }
    }
}
