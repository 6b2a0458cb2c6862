//! Changes and typed lines.

use proptest::prelude::*;

use super::super::map::tests::{columns_for, hostile, rule};
use super::super::rule::{Rounding, SplitBy};
use super::*;
use crate::model::MissingPolicy;

fn read(text: &str) -> (Vec<String>, Rule) {
    read_rule(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn rules_are_read_as_people_type_them() {
    let text = |text: &str| text.to_owned();
    let table: Vec<(&str, &[&str], Rule)> = vec![
        ("copy LastName", &["LastName"], Rule::Copy),
        ("copy \"Last Name\"", &["Last Name"], Rule::Copy),
        ("constant \"EUR\"", &[], Rule::Constant { value: text("EUR") }),
        ("constant EUR", &[], Rule::Constant { value: text("EUR") }),
        ("first filled Mobile, Phone", &["Mobile", "Phone"], Rule::FirstFilled),
        ("join FirstName, LastName with \" \"", &["FirstName", "LastName"], Rule::Join { separator: text(" ") }),
        (
            "split FullName by \",\" part 2",
            &["FullName"],
            Rule::Split { by: SplitBy::Delimiter { delimiter: text(","), part: 2 } },
        ),
        ("person name FullName: given", &["FullName"], Rule::Split { by: SplitBy::PersonName { part: text("given") } }),
        (
            "address Address: city, at least 80",
            &["Address"],
            Rule::Split { by: SplitBy::Address { part: text("city"), least_confidence: 80 } },
        ),
        ("date CreatedDate as %d/%m/%Y", &["CreatedDate"], Rule::Date { format: text("%d/%m/%Y") }),
        ("date Since day-first", &["Since"], Rule::Date { format: text("day-first") }),
        ("DATE Since Day First", &["Since"], Rule::Date { format: text("day-first") }),
        (
            "date and time CreatedDate as iso in UTC",
            &["CreatedDate"],
            Rule::DateTime { format: text("iso"), zone: text("UTC") },
        ),
        (
            "date and time Seen as \"%d.%m.%Y %H:%M\" in +02:00",
            &["Seen"],
            Rule::DateTime { format: text("%d.%m.%Y %H:%M"), zone: text("+02:00") },
        ),
        (
            "number Amount with decimal \",\" scale 2 rounding half-up",
            &["Amount"],
            Rule::Number { decimal: ',', scale: 2, rounding: Rounding::HalfUp },
        ),
        (
            "money Amount in EUR decimal \".\"",
            &["Amount"],
            Rule::Money { decimal: '.', currency: text("EUR"), rounding: Rounding::None },
        ),
        (
            "money Amount currency from CurrencyIsoCode",
            &["Amount", "CurrencyIsoCode"],
            Rule::Money { decimal: '.', currency: text(""), rounding: Rounding::None },
        ),
        (
            "boolean HasOptedOut turned round",
            &["HasOptedOut"],
            Rule::Boolean { yes: vec![], no: vec![], turned_round: true },
        ),
        (
            "boolean Opt yes ja, \"si\" no nein",
            &["Opt"],
            Rule::Boolean { yes: vec![text("ja"), text("si")], no: vec![text("nein")], turned_round: false },
        ),
        ("phone Phone country pl", &["Phone"], Rule::Phone { country: text("PL") }),
        ("phone Phone country from MailingCountry", &["Phone", "MailingCountry"], Rule::Phone { country: text("") }),
        ("email Email", &["Email"], Rule::Email),
        ("country \"Country\"", &["Country"], Rule::Country),
        ("country Country", &["Country"], Rule::Country),
        ("owner OwnerName", &["OwnerName"], Rule::Owner { list: text("users") }),
        (
            "reference AccountId to account in Salesforce.Account",
            &["AccountId"],
            Rule::Reference { entity: text("account"), source: text("Salesforce"), object: text("Account") },
        ),
        (
            "look up BillingCountry by AccountId in \"My CRM\".\"Account list\"",
            &["AccountId"],
            Rule::LookUp { source: text("My CRM"), object: text("Account list"), column: text("BillingCountry") },
        ),
        ("= upper(trim(\"Last Name\"))", &[], Rule::Expression { sql: text("upper(trim(\"Last Name\"))") }),
    ];
    for (line, from, rule) in table {
        let from: Vec<String> = from.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(read(line), (from, rule), "{line}");
    }
    let (_, rule) = read(
        "value map Type folded: \"Active Client\" -> customer, Test -> excluded \"test\", \"\" -> nothing, otherwise -> other",
    );
    let Rule::ValueMap { rows, otherwise: Some(_), folded: true, .. } = rule else { panic!() };
    assert_eq!(rows[1].to, ValueTarget::Excluded("test".to_owned()));
}

#[test]
fn what_is_wrong_in_a_line_has_its_place_and_what_would_be_right() {
    for (line, at, said, hint) in [
        ("", 0, "A rule is expected.", "copy LastName"),
        ("copi LastName", 0, "There is no rule “copi”.", "“copy” is meant"),
        ("copy", 4, "A column is expected at the end.", "copy LastName"),
        ("copy Last Name", 10, "“Name” is not understood here", "double quotes"),
        ("join A, B", 9, "“with” is expected at the end.", "join FirstName, LastName"),
        ("split A by \",\" part x", 20, "The part is a whole number, not “x”.", "part 2"),
        ("split A by \",\" part 0", 20, "There is no part 0.", "from 1"),
        ("person name A: givn", 15, "The part “givn” is not known.", "“given” is meant"),
        ("date A", 6, "day-first, month-first, year-first", "%d/%m/%Y"),
        ("phone Phone country Poland", 20, "A country is a code of 2 letters", "country PL"),
        ("copy \"Last", 5, "A quote is not closed.", "\\\""),
        ("constant \"\\q\"", 10, "behind this backslash", "\\n"),
        ("reference A to account in Salesforce", 26, "An object with its source", "Salesforce.Account"),
        ("value map A: x y", 15, "An arrow -> and what it becomes", "Active Client"),
        ("address A: city, at least 101", 26, "from 0 to 100", "at least 80"),
        ("=  ", 1, "An expression is expected after =.", "upper"),
    ] {
        let Err(MappingError::Expression { message, at: place, hint: told }) = read_rule(line) else {
            panic!("{line} was read")
        };
        assert!(message.contains(said), "{line}: {message}");
        assert!(told.contains(hint), "{line}: {told}");
        assert_eq!(place, Some(at), "{line}: {message}");
    }
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn a_rule_that_is_written_is_read_back(rule in rule(false), names in prop::collection::vec(hostile(), 2)) {
        // An expression that stands after = loses the spaces around it, so it is written in quotes then.
        let from = columns_for(&rule, &names);
        let line = written(&FieldRule { from: from.clone(), rule: rule.clone(), ..FieldRule::default() });
        prop_assert!(!line.contains('\n') && !line.contains('\u{202E}'), "{}", line);
        let back = read_rule(&line).map_err(|error| TestCaseError::fail(format!("{line}: {error}")))?;
        prop_assert_eq!(back, (from, rule), "{}", line);
    }

    #[test]
    fn no_line_stops_the_reader(line in "((value map|date and time|money|phone|join|= |as|in|from|by|part|\"|'|->|:|,|\\.|[a-zé]{1,4}|\\\\|\\PC) ?){0,9}") {
        let length = line.len();
        if let Err(MappingError::Expression { at: Some(at), .. }) = read_rule(&line) {
            prop_assert!(at <= length && line.is_char_boundary(at));
        }
    }
}

fn mark(by: &str) -> Mark {
    Mark { by: by.to_owned(), at: "2025-11-17T09:00:00Z".to_owned() }
}

fn contact() -> ObjectMap {
    let key = MapKey { source: "S".to_owned(), object: "Contact".to_owned(), entity: "person".to_owned() };
    let set = |field: &str, line: &str| {
        let (from, rule) = read(line);
        Change::Set { field: field.to_owned(), from, rule }
    };
    let changes = [set("family_name", "copy LastName"), set("stage", "value map Type: Active -> customer")];
    apply(&new_map(&key), &changes, &mark("mira")).unwrap()
}

fn reviewed(map: &ObjectMap, field: &str) -> ObjectMap {
    let say = |business| Change::Review { field: Some(field.to_owned()), column: None, business, said: true };
    apply(map, &[say(false), say(true)], &mark("dana")).unwrap()
}

#[test]
fn whoever_changes_a_rule_takes_its_reviews_away() {
    let map = reviewed(&reviewed(&contact(), "family_name"), "stage");
    assert!(map.fields.iter().all(FieldRule::is_approved));
    // The same rule again changes nothing.
    let (from, rule) = read("copy LastName");
    let same = Change::Set { field: "family_name".to_owned(), from, rule };
    assert_eq!(apply(&map, &[same], &mark("jo")).unwrap(), map);
    let values = |to: &str| Change::Values {
        field: "stage".to_owned(),
        rows: vec![("Active".to_owned(), String::new(), ValueTarget::Value(to.to_owned()))],
    };
    assert_eq!(apply(&map, &[values("customer")], &mark("jo")).unwrap(), map);
    let changes = [
        values("client"),
        Change::Otherwise { field: "stage".to_owned(), to: Some(ValueTarget::Nothing) },
        Change::ForgetValues { field: "stage".to_owned(), rows: vec![("Active".to_owned(), String::new())] },
        Change::Missing {
            field: "stage".to_owned(),
            missing: Some(Missing { policy: MissingPolicy::Reject, value: String::new() }),
        },
    ];
    for change in changes {
        let after = apply(&map, std::slice::from_ref(&change), &mark("jo")).unwrap();
        assert!(!after.fields[1].is_approved() && after.fields[1].technical.is_none(), "{change:?}");
        assert_eq!((after.fields[1].written.by.as_str(), after.fields[0].is_approved()), ("jo", true));
    }
    // A comment stays, and takes nothing away.
    let text = "seen".to_owned();
    let comment = Change::Comment { field: Some("stage".to_owned()), column: None, text };
    let map = apply(&map, &[comment], &mark("jo")).unwrap();
    assert!(map.fields[1].is_approved());
    let map = apply(&map, &[values("client")], &mark("jo")).unwrap();
    assert_eq!(map.fields[1].comments.len(), 1);
}

#[test]
fn a_column_is_dropped_with_a_reason_and_mapped_again() {
    let drop = |column: &str, reason: &str| Change::Drop { column: column.to_owned(), reason: reason.to_owned() };
    let map = contact();
    assert!(apply(&map, &[drop("Fax", " ")], &mark("mira")).is_err());
    let error = apply(&map, &[drop("LastName", "why not")], &mark("mira")).unwrap_err();
    assert!(error.to_string().contains("read by the rule of family_name"), "{error}");
    let archive = |archive_as: &str| Change::Archive {
        column: "Fax".to_owned(),
        archive_as: archive_as.to_owned(),
        reason: "history".to_owned(),
    };
    let map = apply(&map, &[drop("Fax", "no process uses it")], &mark("mira")).unwrap();
    assert!(apply(&map, &[archive("notes")], &mark("mira")).unwrap_err().to_string().contains("“note” is meant"));
    let map = apply(&map, &[archive("note")], &mark("mira")).unwrap();
    assert!(map.columns[0].archived);
    let (from, rule) = read("copy Fax");
    let set = Change::Set { field: "fax".to_owned(), from, rule };
    assert_eq!(apply(&map, &[set], &mark("mira")).unwrap().columns, []);
    let reopen = Change::Reopen { column: "Fax".to_owned() };
    assert_eq!(apply(&map, std::slice::from_ref(&reopen), &mark("mira")).unwrap().columns, []);
    assert!(apply(&map, &[reopen.clone(), reopen], &mark("mira")).is_err());
}

#[test]
fn a_value_with_a_condition_stands_before_the_one_without() {
    let to = |text: &str| ValueTarget::Value(text.to_owned());
    let change = Change::Values {
        field: "stage".to_owned(),
        rows: vec![("Active".to_owned(), "Invoices > 0".to_owned(), to("payer"))],
    };
    let map = apply(&contact(), &[change], &mark("jo")).unwrap();
    let Rule::ValueMap { rows, .. } = &map.fields[1].rule else { panic!() };
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row.only_where.as_str(), row.by.as_str())).collect();
    assert_eq!(told, [("Invoices > 0", "jo"), ("", "mira")]);
    // A copy becomes a value map; any other rule does not.
    let values = |field: &str| Change::Values {
        field: field.to_owned(),
        rows: vec![(String::new(), String::new(), ValueTarget::Nothing)],
    };
    let map = apply(&map, &[values("family_name")], &mark("jo")).unwrap();
    assert!(matches!(&map.fields[0].rule, Rule::ValueMap { rows, .. } if rows.len() == 1));
    assert!(apply(&map, &[values("nowhere")], &mark("jo")).is_err());
}

#[test]
fn settings_of_a_value_map_change_without_its_values() {
    let (from, rule) = read("value map Type folded");
    let set = Change::Set { field: "stage".to_owned(), from, rule };
    let map = apply(&contact(), &[set], &mark("jo")).unwrap();
    let Rule::ValueMap { rows, folded: true, .. } = &map.fields[1].rule else { panic!() };
    assert_eq!((rows.len(), rows[0].by.as_str(), map.fields[1].written.by.as_str()), (1, "mira", "jo"));
}

#[test]
fn of_several_changes_all_are_made_or_none() {
    let only =
        |reason: &str| Change::OnlyWhere { sql: "Type <> 'Test'".to_owned(), otherwise_excluded: reason.to_owned() };
    assert!(apply(&contact(), &[only("test data"), only("")], &mark("jo")).is_err());
    let about = Change::About { key: "owner".to_owned(), text: "Tomas Reyes".to_owned() };
    let map = apply(&contact(), &[only("test data"), about], &mark("jo")).unwrap();
    assert_eq!((map.owner.as_str(), map.otherwise_excluded.as_str()), ("Tomas Reyes", "test data"));
    let unknown = Change::About { key: "ownr".to_owned(), text: String::new() };
    assert!(apply(&map, &[unknown], &mark("jo")).unwrap_err().to_string().contains("“owner” is meant"));
}
