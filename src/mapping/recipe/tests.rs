//! What value functions make of inputs, rule by rule.

use proptest::prelude::*;

use super::*;
use crate::mapping::rule::{Rounding, SplitBy, ValueRow, ValueTarget};
use crate::model::users::User;

fn made(rule: &Rule, input: &str) -> Outcome {
    let recipe = of_rule(rule, &[]).unwrap();
    Cook::new(&recipe, &[]).unwrap().make(input)
}

fn value(text: &str) -> Outcome {
    Outcome::Value(text.to_owned())
}

fn fault(text: &str) -> Outcome {
    Outcome::Fault(text.to_owned())
}

fn called(function: &str, arguments: &[&str]) -> Result<Recipe, String> {
    let literals: Vec<Option<String>> =
        std::iter::once(None).chain(arguments.iter().map(|text| Some((*text).to_owned()))).collect();
    of_call(function, &literals)
}

#[test]
fn a_rule_that_sql_can_follow_has_no_recipe() {
    for rule in [Rule::Copy, Rule::FirstFilled, Rule::Join { separator: " ".to_owned() }] {
        assert_eq!(of_rule(&rule, &[]), None);
    }
}

#[test]
fn a_recipe_is_written_with_all_that_decides_its_outcome() {
    let recipe = of_rule(&Rule::Phone { country: "PL".to_owned() }, &[]).unwrap();
    assert_eq!(recipe.function, "phone");
    assert_eq!(recipe.parameters, r#"{"version":1,"country":"PL"}"#);
    assert_eq!(recipe.sentence(), "phone to E.164, country PL where none is given");
    let old = Recipe { parameters: recipe.parameters.replace("\"version\":1", "\"version\":0"), ..recipe };
    assert!(Cook::new(&old, &[]).is_err());
}

#[test]
fn every_rule_with_a_recipe_can_be_cooked() {
    let rules = [
        Rule::Email,
        Rule::Domain { without_free_mail: true },
        Rule::Url,
        Rule::Country,
        Rule::Language,
        Rule::Currency,
        Rule::Split { by: SplitBy::PersonName { part: "family".to_owned() } },
        Rule::Split { by: SplitBy::Address { part: "postal_code".to_owned(), least_confidence: 60 } },
        Rule::Date { format: "day-first".to_owned() },
        Rule::DateTime { format: "iso".to_owned(), zone: "Europe/Warsaw".to_owned() },
        Rule::Number { decimal: ',', scale: 2, rounding: Rounding::HalfEven },
        Rule::Money { decimal: '.', currency: String::new(), rounding: Rounding::None },
        Rule::Boolean { yes: vec!["x".to_owned()], no: Vec::new(), turned_round: true },
    ];
    for rule in rules {
        let recipe = of_rule(&rule, &[]).unwrap();
        assert!(Cook::new(&recipe, &[]).is_ok() && !recipe.sentence().is_empty(), "{recipe:?}");
    }
}

#[test]
fn a_column_with_the_country_counts_before_the_one_that_is_stated() {
    let rule = Rule::Phone { country: "PL".to_owned() };
    assert_eq!(made(&rule, "601 234 567"), value("+48601234567"));
    assert_eq!(made(&rule, "601 234 567\u{1F}"), value("+48601234567"));
    assert_eq!(made(&rule, "020 7946 0958\u{1F}United Kingdom"), value("+442079460958"));
    assert_eq!(made(&rule, "020 7946 0958\u{1F}Narnia"), fault("“Narnia” names no country"));
    assert_eq!(made(&rule, "+44 20 7946 0958\u{1F}Narnia"), value("+442079460958"));
    assert_eq!(made(&rule, "12345"), fault("no valid number of PL"));
    assert_eq!(made(&Rule::Phone { country: String::new() }, "601234567"), fault("no country is known to read it by"));
    let money = Rule::Money { decimal: '.', currency: "EUR".to_owned(), rounding: Rounding::None };
    assert_eq!(made(&money, "12.50\u{1F}JPY"), fault("1 digits behind the point, 0 are kept"));
    assert_eq!(made(&money, "12.50\u{1F}"), value("1250"));
}

#[test]
fn what_says_that_there_is_no_value_is_nothing() {
    for input in ["n/a", "-", "N/A", "--", "null", "  "] {
        assert_eq!(made(&Rule::Email, input), Outcome::Nothing, "{input}");
        assert_eq!(made(&Rule::Date { format: "iso".to_owned() }, input), Outcome::Nothing, "{input}");
        let family = Rule::Split { by: SplitBy::PersonName { part: "family".to_owned() } };
        assert_eq!(made(&family, input), Outcome::Nothing, "{input}");
    }
    assert_eq!(made(&Rule::Country, "NA"), value("NA"));
    assert_eq!(made(&Rule::Domain { without_free_mail: true }, "a@gmail.com"), Outcome::Nothing);
    let flag = Rule::Boolean { yes: Vec::new(), no: Vec::new(), turned_round: true };
    assert_eq!(made(&flag, "Yes"), value("false"));
    assert_eq!(made(&flag, "maybe"), fault("“maybe” is neither yes nor no"));
}

#[test]
fn an_address_below_the_least_confidence_is_a_fault() {
    let part =
        |part: &str, least_confidence| Rule::Split { by: SplitBy::Address { part: part.to_owned(), least_confidence } };
    let text = "Hauptstraße 5\n10115 Berlin\nDeutschland";
    assert_eq!(made(&part("city", 60), text), value("Berlin"));
    assert_eq!(made(&part("country", 60), text), value("DE"));
    assert_eq!(made(&part("unit", 60), text), Outcome::Nothing);
    assert_eq!(made(&part("confidence", 60), text), value("95"));
    assert_eq!(made(&part("city", 60), "Berlin"), fault("only 20 of 100 sure: no postal code is found"));
    assert!(Cook::new(&of_rule(&part("planet", 0), &[]).unwrap(), &[]).is_err());
}

#[test]
fn a_value_map_that_parts_its_values_maps_each() {
    let row = |value: &str, to: ValueTarget| ValueRow { value: value.to_owned(), to, ..ValueRow::default() };
    let map = |otherwise| Rule::ValueMap {
        rows: vec![
            row("News", ValueTarget::Value("newsletter".to_owned())),
            row("Letter", ValueTarget::Value("newsletter".to_owned())),
            row("Offers", ValueTarget::Value("offers".to_owned())),
            row("Old", ValueTarget::Nothing),
        ],
        otherwise,
        separator: ",".to_owned(),
        folded: true,
    };
    assert_eq!(made(&map(None), "offers, NEWS,letter,old"), value("offers;newsletter"));
    assert_eq!(made(&map(None), "Old"), Outcome::Nothing);
    assert_eq!(made(&map(None), "News, Fax"), fault("“Fax” is not mapped"));
    let other = row("", ValueTarget::Value("other".to_owned()));
    assert_eq!(made(&map(Some(other)), "News, Fax"), value("newsletter;other"));
    let excluding = row("", ValueTarget::Excluded("test".to_owned()));
    assert!(Cook::new(&of_rule(&map(Some(excluding)), &[]).unwrap(), &[]).is_err());
}

#[test]
fn an_owner_recipe_is_of_one_list_as_it_is() {
    let mut list =
        UserList { name: "users".to_owned(), users: vec![User { name: "Sarah Lee".to_owned(), ..User::default() }] };
    let rule = Rule::Owner { list: "users".to_owned() };
    let recipe = of_rule(&rule, std::slice::from_ref(&list)).unwrap();
    assert!(Cook::new(&recipe, std::slice::from_ref(&list)).is_ok());
    assert!(Cook::new(&recipe, &[]).is_err());
    list.users[0].id = "7".to_owned();
    assert!(Cook::new(&recipe, std::slice::from_ref(&list)).is_err());
    assert_ne!(of_rule(&rule, &[list]), Some(recipe));
}

#[test]
fn expressions_call_functions_by_their_names() {
    for (function, arguments, input, expected) in [
        ("phone_e164", &["Poland"][..], "601 234 567", "+48601234567"),
        ("EMAIL", &[], "A@B.example", "A@b.example"),
        ("domain", &[], "a@gmail.com", "gmail.com"),
        ("country_code", &[], "Polska", "PL"),
        ("language_code", &[], "Polish", "pl"),
        ("person_name", &["family"], "Sarah Lee", "Lee"),
        ("address", &["city"], "Hauptstraße 5, 10115 Berlin", "Berlin"),
        ("iso_date", &["day-first"], "31/01/2025", "2025-01-31"),
        ("iso_datetime", &["iso", "Europe/Warsaw"], "2025-01-31 10:15", "2025-01-31T09:15:00Z"),
        ("number", &[","], "1.234,50", "1234.5"),
        ("minor_units", &[".", "€"], "12.5", "1250"),
        ("yes_no", &[], "tak", "true"),
        ("title_case", &[], "SARAH LEE", "Sarah Lee"),
        ("plain_letters", &[], "Wójcik", "Wojcik"),
        ("collapse_spaces", &[], " a  b ", "a b"),
        ("legacy_id_18", &[], "003A0000004CFin", "003A0000004CFinIAG"),
    ] {
        let recipe = called(function, arguments).unwrap();
        let outcome = Cook::new(&recipe, &[]).unwrap().make(input);
        if function == "legacy_id_18" {
            assert!(matches!(outcome, Outcome::Value(id) if id.len() == 18));
        } else {
            assert_eq!(outcome, value(expected), "{function}");
        }
    }
    for (shape, _) in FUNCTIONS {
        assert!(shape.ends_with(')') && shape.contains("(value"), "{shape}");
    }
    let second = of_call("phone_e164", &[None, None]).unwrap();
    assert_eq!(Cook::new(&second, &[]).unwrap().make("601 234 567\u{1F}PL"), value("+48601234567"));
}

#[test]
fn a_call_that_does_not_hold_says_how_it_is_written() {
    assert_eq!(called("sum", &[]), Err("There is no value function sum.".to_owned()));
    assert_eq!(called("email", &["x"]), Err("It is written email(value).".to_owned()));
    assert_eq!(called("number", &[";"]), Err("The decimal sign of number is '.' or ','.".to_owned()));
    assert_eq!(called("phone_e164", &["Narnia"]), Err("“Narnia” names no country.".to_owned()));
    assert!(called("person_name", &["nick"]).is_err());
    assert!(called("iso_date", &["dd.mm.yyyy"]).is_err());
    assert!(called("iso_datetime", &["iso", "Europe/Atlantis"]).is_err());
    assert!(of_call("iso_date", &[None, None]).is_err());
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn no_input_makes_a_cook_panic(input: String, second: String) {
        for (shape, _) in FUNCTIONS {
            let name = shape.split('(').next().unwrap_or_default();
            let arguments: &[&str] = match name {
                "phone_e164" => &["PL"],
                "person_name" => &["given"],
                "address" => &["street"],
                "iso_date" => &["month-first"],
                "iso_datetime" => &["iso", "UTC"],
                "number" => &["."],
                "minor_units" => &[",", "EUR"],
                _ => &[],
            };
            let cook = Cook::new(&called(name, arguments).unwrap(), &[]).unwrap();
            let _ = (cook.make(&input), cook.make(&format!("{input}{BETWEEN}{second}")));
        }
    }
}
