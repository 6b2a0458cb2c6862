//! What profiles say of columns that real exports have, and that neither batches nor the way of counting show in them.

use proptest::prelude::*;

use super::*;
use crate::sources::store::arrive::{ArrivingRow, Batch};

type Cells = Vec<Option<String>>;

fn batch(rows: &[Cells], first: usize) -> Batch {
    let mut batch = Batch::default();
    for (at, row) in rows.iter().enumerate() {
        let rec = (first + at) as i64 + 1;
        batch.rows.push(ArrivingRow { rec, line: rec as u64 + 1, prev: None, version: 1, hash: 0, key: 0 });
        for cell in row {
            batch.text.push_str(cell.as_deref().unwrap_or_default());
            batch.lengths.push(cell.as_ref().map_or(0, |cell| cell.len() as u32 + 1));
        }
    }
    batch
}

/// The profile of rows that come in batches of this size.
fn profiled(rows: &[Cells], names: &[(&str, ColumnRole)], size: usize) -> ObjectProfile {
    let mut profiler = Profiler::new(names.len());
    for (at, chunk) in rows.chunks(size.max(1)).enumerate() {
        profiler.take(&batch(chunk, at * size.max(1)), 1);
    }
    let names: Vec<(String, ColumnRole)> = names.iter().map(|(name, role)| ((*name).to_owned(), *role)).collect();
    profiler.finish(&names, vec![1])
}

fn column_of(name: &str, role: ColumnRole, values: &[&str]) -> ColumnProfile {
    let rows: Vec<Cells> = values.iter().map(|value| vec![Some((*value).to_owned())]).collect();
    profiled(&rows, &[(name, role)], 7).columns.remove(0)
}

fn column(name: &str, values: &[&str]) -> ColumnProfile {
    column_of(name, ColumnRole::Plain, values)
}

fn repeated(values: &[&'static str], times: usize) -> Vec<&'static str> {
    values.iter().copied().cycle().take(values.len() * times).collect()
}

#[test]
fn one_value_against_many_makes_the_order_of_day_and_month_contradictory() {
    let mut values = repeated(&["31/01/2025", "11/12/2024", "25/03/2025"], 20);
    values.push("09/23/2025");
    let column = column("Signed on", &values);
    let dates = column.dates.unwrap();
    assert_eq!((column.kind, column.date_order), (ColumnType::Date, Some(DateOrder::Contradictory)));
    assert_eq!((dates.day_first, dates.month_first, dates.either, dates.no_date), (40, 1, 20, 0));
    assert_eq!((dates.examples[0].value.as_str(), dates.examples[0].line), ("09/23/2025", 62));
    assert!(column.mixed);
    assert_eq!((column.min.as_deref(), column.max.as_deref()), (Some("2024"), Some("2025")));
}

#[test]
fn dates_of_twelve_and_less_decide_nothing() {
    let column = column("Date", &repeated(&["01/02/2025", "03/04/2025", "12/11/2024"], 10));
    assert_eq!(column.date_order, Some(DateOrder::Undecided));
    let profile = profiled(
        &[vec![Some("01/02/2025".to_owned())], vec![Some("03/04/2025".to_owned())]],
        &[("Date", ColumnRole::Plain)],
        2,
    );
    assert!(profile.periods[0].months.is_empty(), "no months while the order is open");
    assert_eq!(profile.periods[0].years, [(2025, 2)]);
}

#[test]
fn two_digits_each_are_undecided_too() {
    let column = column("When", &["01/02/03", "04/05/06", "01/02/03"]);
    assert_eq!((column.kind, column.date_order), (ColumnType::Date, Some(DateOrder::Undecided)));
    assert_eq!(column.dates.unwrap().years, [(2003, 2), (2006, 1)]);
}

#[test]
fn one_value_past_twelve_proves_the_order() {
    let mut values = repeated(&["01/02/2025", "03/04/2025"], 50);
    values.push("13/04/2025");
    let proved = column("Date", &values);
    assert_eq!(proved.date_order, Some(DateOrder::DayFirst));
    assert_eq!(proved.dates.unwrap().examples[0].value, "13/04/2025");
    assert_eq!(proved.min.as_deref(), Some("2025-02-01"));
}

#[test]
fn days_that_a_spreadsheet_counted_are_numbers_and_said_to_be_perhaps_dates() {
    let column = column("Renewal date", &["45678", "45709", "45737", "45768"]);
    assert_eq!((column.kind, column.date_order), (ColumnType::Integer, None));
    assert!(column.because.contains("spreadsheet"), "{}", column.because);
}

#[test]
fn a_decimal_comma_is_proved_by_the_values_that_have_no_other_reading() {
    let amounts = column("Betrag", &["1.234,50", "12,5", "1.234", "7"]);
    assert_eq!(amounts.kind, ColumnType::Money);
    assert_eq!((amounts.min.as_deref(), amounts.max.as_deref()), (Some("7"), Some("1234.5")));
    assert!(!amounts.mixed);
    let both = column("Amount", &["1.234,50", "1,234.50", "3,5", "4.5", "4.5", "5.5"]);
    assert!(both.mixed);
}

#[test]
fn digits_that_begin_with_zeros_are_codes() {
    let column = column("Zip", &["01234", "12345", "00501", "98101"]);
    assert_eq!(column.kind, ColumnType::Text);
    assert_eq!(column.min.as_deref(), Some("00501"));
}

#[test]
fn ids_that_a_spreadsheet_destroyed_are_no_numbers() {
    let column = column("Record number", &["2.52E+18", "1.2E+11", "2.53E+18", "a"]);
    assert_eq!(column.kind, ColumnType::Text);
}

#[test]
fn types_are_found_and_nothing_is_altered() {
    let phone = ["+49 170 1234567", "(406) 555-0117", "030/1234567", "0170 1234567"];
    let status = repeated(&["Active", "Churned", "Trial"], 10);
    for (name, role, values, kind) in [
        ("Email", ColumnRole::Email, vec!["a@x.example", "b@y.example"], ColumnType::Email),
        ("Phone", ColumnRole::Phone, phone.to_vec(), ColumnType::Phone),
        ("Id", ColumnRole::NativeId, vec!["1", "2"], ColumnType::Id),
        ("Active", ColumnRole::Plain, vec!["true", "false", "TRUE"], ColumnType::Boolean),
        ("Flag", ColumnRole::Plain, vec!["1", "0", "1"], ColumnType::Boolean),
        ("Site", ColumnRole::Plain, vec!["https://a.example/x", "http://b.example"], ColumnType::Url),
        ("Meta", ColumnRole::Plain, vec!["{\"a\":1}", "[1, 2]"], ColumnType::Json),
        ("Status", ColumnRole::Plain, status.clone(), ColumnType::Choice),
        ("First name", ColumnRole::GivenName, status, ColumnType::Text),
        ("Tags", ColumnRole::Plain, repeated(&["a;b", "b", "a", "c;a;b"], 5), ColumnType::Choices),
        ("Created", ColumnRole::Plain, vec!["2025-01-31T10:15:00Z", "2024-01-01T00:00:00Z"], ColumnType::Datetime),
        ("Seats", ColumnRole::Plain, vec!["1", "25", "3"], ColumnType::Integer),
        ("Score", ColumnRole::Plain, vec!["1.5", "25", "3"], ColumnType::Decimal),
        ("Paid", ColumnRole::Plain, vec!["$1.50", "$25", "$3"], ColumnType::Money),
        ("Unused", ColumnRole::Plain, vec!["", "  ", ""], ColumnType::Empty),
    ] {
        let found = column_of(name, role, &values);
        assert_eq!(found.kind, kind, "{name}: {}", found.because);
        assert!(found.examples.iter().all(|example| values.contains(&example.as_str())));
    }
}

#[test]
fn values_written_in_several_ways_are_mixed() {
    assert!(column("Status", &repeated(&["Active", "active ", "Churned"], 10)).mixed);
    assert!(column("Active", &["true", "yes", "no"]).mixed);
    assert!(column("Day", &["2025-01-31", "31.01.2025", "2025-02-01"]).mixed);
    assert!(column_of("Phone", ColumnRole::Phone, &["+49 170 1234567", "(406) 555-0117"]).mixed);
    assert!(!column("Status", &repeated(&["Active", "Churned"], 10)).mixed);
    assert!(!column("Day", &["9/23/2025", "10/3/2025", "11/12/2025"]).mixed);
}

#[test]
fn what_lies_far_from_the_others_is_named_with_its_place() {
    let mut values: Vec<String> = (0..100).map(|n| (100 + n % 10).to_string()).collect();
    values[41] = "99999".into();
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    let found = column("Seats", &texts);
    assert_eq!(found.outliers.len(), 1);
    assert_eq!((found.outliers[0].0.value.as_str(), found.outliers[0].0.line), ("99999", 43));
    let mut dates = repeated(&["2024-05-06", "2025-01-02"], 30);
    dates[7] = "1899-12-30";
    dates[9] = "2999-12-31";
    let found = column("Closed", &dates);
    assert_eq!(found.outliers.iter().map(|(e, _)| e.value.as_str()).collect::<Vec<_>>(), ["1899-12-30", "2999-12-31"]);
}

#[test]
fn values_cut_at_a_limit_are_noticed() {
    let mut values: Vec<String> = (1..60).map(|n| "word ".repeat(n % 12 + 1).trim().to_owned()).collect();
    values.extend((0..6).map(|n| format!("{n}{}", "x".repeat(79))));
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    assert_eq!(column("Notes", &texts).cut_at, Some((80, 6)));
    assert_eq!(column("Day", &["2025-01-31"; 30]).cut_at, None);
}

#[test]
fn a_value_too_long_to_list_is_counted_all_the_same() {
    let long = "lorem ipsum ".repeat(2_000);
    let column = column("Body", &[&long, "short", &long, "short", "other"]);
    assert_eq!((column.filled, column.distinct, column.distinct_exact), (5, 3, true));
    assert_eq!(column.longest, 24_000);
    assert_eq!(column.top[0], Counted { text: "short".into(), count: 2 });
}

#[test]
fn more_values_than_a_dictionary_holds_are_counted_exactly() {
    let values: Vec<String> = (0..30_000).map(|n| format!("name {}", n % 15_000)).collect();
    let mut texts: Vec<&str> = values.iter().map(String::as_str).collect();
    texts.extend(["name 7"; 5]);
    let column = column("Name", &texts);
    assert_eq!((column.distinct, column.distinct_exact), (15_000, true));
    assert_eq!(column.top[0], Counted { text: "name 7".into(), count: 7 });
    assert_eq!(column.formats.iter().map(|f| f.count).sum::<u64>() + column.other_formats, column.filled);
    // Each three times in a row: worth a dictionary until it is full.
    let values: Vec<String> = (0..120_000).map(|n| format!("{} again", n / 3)).collect();
    let mut texts: Vec<&str> = values.iter().map(String::as_str).collect();
    texts.extend(["5 again"; 2]);
    let column = self::column("Name", &texts);
    assert_eq!((column.distinct, column.distinct_exact), (40_000, true));
    assert_eq!(column.top[0], Counted { text: "5 again".into(), count: 5 });
    assert_eq!(column.formats.iter().map(|f| f.count).sum::<u64>() + column.other_formats, column.filled);
}

#[test]
fn an_object_without_rows_has_a_profile() {
    let profile = profiled(&[], &[("a", ColumnRole::Plain)], 1);
    assert_eq!((profile.rows, profile.columns[0].kind), (0, ColumnType::Empty));
}

fn cell() -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(
        0.9,
        prop_oneof![
            "[a-c]{0,2}",
            "[0-3]?[0-9]/[01]?[0-9]/20[0-9]{2}",
            "[0-9]{1,4}([.,][0-9]{1,3})?",
            "[0-9]{4}-[01][0-9]-[0-3][0-9]",
            "[a-d]@x[.]example",
            "[a-b];[a-c]",
            " {0,2}[A-Z][a-zé]{0,6} ?",
        ],
    )
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn batches_do_not_show_in_a_profile(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 2), 0..120),
        size in 1usize..50,
    ) {
        let names = [("a", ColumnRole::Plain), ("Amount", ColumnRole::Plain)];
        let one = profiled(&rows, &names, rows.len());
        prop_assert_eq!(&one, &profiled(&rows, &names, size));
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&profiled(&rows, &names, 1)).unwrap());
    }

    #[test]
    fn counts_close(rows in proptest::collection::vec(proptest::collection::vec(cell(), 1), 0..200)) {
        let column = profiled(&rows, &[("a", ColumnRole::Plain)], 64).columns.remove(0);
        prop_assert_eq!(column.rows, rows.len() as u64);
        prop_assert_eq!(column.rows, column.filled + column.empty + column.absent);
        prop_assert_eq!(column.filled, column.formats.iter().map(|f| f.count).sum::<u64>() + column.other_formats);
        prop_assert!(column.fits <= column.filled);
        if let Some(dates) = column.dates {
            prop_assert_eq!(dates.day_first + dates.month_first + dates.either + dates.year_first + dates.no_date, column.filled);
            prop_assert_eq!(dates.years.iter().map(|(_, n)| n).sum::<u64>(), column.filled - dates.no_date);
        }
        if let Some(numbers) = column.numbers {
            prop_assert_eq!(numbers.histogram.iter().map(|b| b.count).sum::<u64>(), numbers.count);
        }
    }

    #[test]
    fn figures_are_those_of_a_plain_count(values in proptest::collection::vec("[a-e ]{0,2}", 0..300)) {
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        let column = column("a", &texts);
        let mut counts: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            *counts.entry(text).or_default() += 1;
        }
        prop_assert_eq!(column.distinct, counts.len() as u64);
        prop_assert_eq!(column.padded, counts.iter().filter(|(t, _)| t.trim() != **t).map(|(_, n)| n).sum::<u64>());
        let mut top: Vec<Counted> = counts.into_iter().map(|(t, count)| Counted { text: t.to_owned(), count }).collect();
        top.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        top.truncate(20);
        prop_assert_eq!(column.top, top);
    }
}
