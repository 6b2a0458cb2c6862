//! Documents of maps: round trips with hostile names, and faults by line.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::rule::{Rounding, SplitBy, ValueTarget};
use super::*;
use crate::model::MissingPolicy;

/// Texts that break what is not quoted with care.
pub(in crate::mapping) fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[ -~\n\t\r\"'\\\\,:;.=%#\\[\\]{}]{1,14}",
        select(vec![
            "a\nb",
            "“x”",
            "\u{202E}gnp",
            "\u{FEFF}",
            "with",
            "by",
            "as",
            "=",
            "->",
            "Last Name",
            "a.b",
            "x:",
            "%d/%m",
            "\"\"\"",
            "''",
            "\\",
            "\u{0}",
            "country",
            "from",
            "where",
            "-1",
            "true",
            "e-mail",
        ])
        .prop_map(str::to_owned),
    ]
}

fn perhaps(text: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    prop_oneof![Just(String::new()), text].boxed()
}

fn rounding() -> impl Strategy<Value = Rounding> {
    select(vec![Rounding::None, Rounding::HalfUp, Rounding::HalfEven, Rounding::Down])
}

fn decimal() -> impl Strategy<Value = char> {
    select(vec!['.', ','])
}

fn filled() -> impl Strategy<Value = String> {
    hostile().prop_filter("says something", |text| !text.trim().is_empty())
}

fn target() -> impl Strategy<Value = ValueTarget> {
    prop_oneof![
        perhaps(hostile()).prop_map(ValueTarget::Value),
        Just(ValueTarget::Nothing),
        filled().prop_map(ValueTarget::Excluded),
    ]
}

fn value_row(with_marks: bool) -> impl Strategy<Value = ValueRow> {
    let mark = move || if with_marks { perhaps(hostile()) } else { Just(String::new()).boxed() };
    (perhaps(hostile()), perhaps(filled()), target(), mark(), mark(), mark())
        .prop_map(|(value, only_where, to, by, at, note)| ValueRow { value, only_where, to, by, at, note })
}

fn value_map(with_marks: bool) -> impl Strategy<Value = Rule> {
    let rows = prop::collection::vec(value_row(with_marks), 0..5).prop_map(|rows| {
        let mut kept: Vec<ValueRow> = Vec::new();
        for row in rows {
            if !kept.iter().any(|known| known.value == row.value && known.only_where == row.only_where) {
                kept.push(row);
            }
        }
        kept
    });
    let otherwise = prop::option::of(value_row(with_marks))
        .prop_map(|row| row.map(|row| ValueRow { value: String::new(), only_where: String::new(), ..row }));
    (rows, otherwise, perhaps(hostile()), any::<bool>())
        .prop_map(|(rows, otherwise, separator, folded)| Rule::ValueMap { rows, otherwise, separator, folded })
}

/// Any rule that is right, without or with the marks of its values.
pub(in crate::mapping) fn rule(with_marks: bool) -> impl Strategy<Value = Rule> {
    let parts = |list: &'static [&'static str]| select(list.to_vec()).prop_map(str::to_owned);
    let code = |pattern: &'static str| prop_oneof![Just(String::new()), pattern];
    let name = filled;
    prop_oneof![
        Just(Rule::Copy),
        perhaps(hostile()).prop_map(|value| Rule::Constant { value }),
        value_map(with_marks),
        Just(Rule::FirstFilled),
        perhaps(hostile()).prop_map(|separator| Rule::Join { separator }),
        (hostile(), -3i32..5).prop_map(|(delimiter, part)| Rule::Split {
            by: SplitBy::Delimiter { delimiter, part: if part == 0 { 1 } else { part } }
        }),
        parts(words::PERSON_PARTS).prop_map(|part| Rule::Split { by: SplitBy::PersonName { part } }),
        (parts(words::ADDRESS_PARTS), 0u8..=100)
            .prop_map(|(part, least_confidence)| Rule::Split { by: SplitBy::Address { part, least_confidence } }),
        name().prop_map(|format| Rule::Date { format }),
        (name(), perhaps(name())).prop_map(|(format, zone)| Rule::DateTime { format, zone }),
        (decimal(), 0u8..=18, rounding()).prop_map(|(decimal, scale, rounding)| Rule::Number {
            decimal,
            scale,
            rounding
        }),
        (decimal(), code("[A-Z]{3}"), rounding()).prop_map(|(decimal, currency, rounding)| Rule::Money {
            decimal,
            currency,
            rounding
        }),
        (prop::collection::vec(hostile(), 0..3), prop::collection::vec(hostile(), 0..3), any::<bool>())
            .prop_map(|(yes, no, turned_round)| Rule::Boolean { yes, no, turned_round }),
        code("[A-Z]{2}").prop_map(|country| Rule::Phone { country }),
        Just(Rule::Email),
        any::<bool>().prop_map(|without_free_mail| Rule::Domain { without_free_mail }),
        select(vec![Rule::Url, Rule::Country, Rule::Language, Rule::Currency]),
        name().prop_map(|list| Rule::Owner { list }),
        (name(), name(), name()).prop_map(|(entity, source, object)| Rule::Reference { entity, source, object }),
        (name(), name(), name()).prop_map(|(source, object, column)| Rule::LookUp { source, object, column }),
        name().prop_map(|sql| Rule::Expression { sql }),
    ]
}

/// Columns that a rule can read.
pub(in crate::mapping) fn columns_for(rule: &Rule, names: &[String]) -> Vec<String> {
    let (least, most) = words::columns_of_rule(rule.word());
    let most = if matches!(rule, Rule::Expression { .. }) { 0 } else { most };
    names.iter().take(names.len().clamp(least, most.max(least))).cloned().collect()
}

fn said() -> impl Strategy<Value = Option<Said>> {
    prop::option::of((perhaps(hostile()), perhaps(hostile()), perhaps(hostile())).prop_map(|(by, at, of)| Said {
        by,
        at,
        of,
    }))
}

fn comments() -> impl Strategy<Value = Vec<Comment>> {
    let comment = (perhaps(hostile()), perhaps(hostile()), hostile());
    prop::collection::vec(comment.prop_map(|(by, at, text)| Comment { by, at, text }), 0..2)
}

fn mark() -> impl Strategy<Value = Mark> {
    (perhaps(hostile()), perhaps(hostile())).prop_map(|(by, at)| Mark { by, at })
}

fn missing() -> impl Strategy<Value = Option<Missing>> {
    let policies = vec![MissingPolicy::Undecided, MissingPolicy::Default, MissingPolicy::Derive, MissingPolicy::Reject];
    prop::option::of((select(policies), filled()).prop_map(|(policy, value)| Missing { policy, value }))
}

fn maps() -> impl Strategy<Value = ObjectMap> {
    let names = prop::collection::btree_set(filled(), 7..9);
    let field = (rule(true), missing(), mark(), comments(), said(), said());
    let decision = (any::<bool>(), select(words::ARCHIVES.to_vec()), filled(), mark(), comments(), said());
    (
        names,
        prop::collection::vec(field, 0..4),
        prop::collection::vec(decision, 0..3),
        prop::collection::vec(perhaps(hostile()), 7),
        (filled(), filled(), filled()),
    )
        .prop_map(|(names, fields, decisions, texts, (source, object, entity))| {
            let names: Vec<String> = names.into_iter().collect();
            let fields =
                fields.into_iter().enumerate().map(|(at, (rule, missing, written, comments, technical, business))| {
                    FieldRule {
                        field: names[at].clone(),
                        from: columns_for(&rule, &names[..2]),
                        rule,
                        missing,
                        written,
                        comments,
                        technical,
                        business,
                    }
                });
            let decide =
                |(at, (archived, archive_as, reason, written, comments, technical)): (usize, _)| ColumnDecision {
                    column: names[4 + at].clone(),
                    archived,
                    archive_as: if archived { str::to_owned(archive_as) } else { String::new() },
                    reason,
                    written,
                    comments,
                    technical,
                    business: None,
                };
            ObjectMap {
                key: MapKey { source, object, entity },
                otherwise_excluded: if texts[0].trim().is_empty() { texts[1].clone() } else { "left out".to_owned() },
                only_where: texts[0].clone(),
                owner: texts[2].clone(),
                process: texts[3].clone(),
                deduplication: texts[4].clone(),
                validation: texts[5].clone(),
                fields: fields.collect(),
                columns: decisions.into_iter().enumerate().map(decide).collect(),
            }
        })
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn a_map_that_is_written_is_read_back_whole(map in maps()) {
        let text = map.to_toml();
        prop_assert_eq!(ObjectMap::parse(&text).map_err(|f| format!("{f:?}\n{text}")), Ok(map.clone()));
        prop_assert_eq!(map.to_toml(), text);
    }

    #[test]
    fn no_document_stops_the_reader(text in "(\\[\\[fields\\]\\]\n|(rule|field|from|values|to|missing|part) = (\"copy\"|\"value map\"|\"a\"|1|\\[\"b\"\\]|\\{\\})\n|[a-z\\[\\]= \n]{0,9}){0,12}") {
        if let Err(faults) = ObjectMap::parse(&text) {
            prop_assert!(!faults.is_empty());
        }
        let _ = ObjectMap::read_leniently(&text);
    }
}

const CONTACT: &str = r#"source = "Salesforce"
object = "Contact"
entity = "person"

[[fields]]
field = "family_name"
from = ["LastName"]
rule = "copy"

[[fields]]
field = "country"
from = ["MailingCountry"]
rule = "value map"
folded = true
otherwise = { nothing = true, note = "asked for later" }
missing = { policy = "default", value = "PL" }

[[fields.values]]
value = "Poland"
to = "PL"
by = "T. Reyes"

[[fields.values]]
value = "Test"
exclude = "test data"

[[columns]]
column = "Jigsaw"
dropped = true
reason = "never filled"
"#;

#[test]
fn a_document_as_a_person_writes_it_is_read() {
    let map = ObjectMap::parse(CONTACT).unwrap();
    assert_eq!(map.key.name(), "Salesforce/Contact → person");
    let Rule::ValueMap { rows, otherwise, folded: true, .. } = &map.fields[1].rule else { panic!("{map:?}") };
    assert_eq!(rows[1].to, ValueTarget::Excluded("test data".to_owned()));
    assert_eq!(otherwise.as_ref().map(|row| &row.to), Some(&ValueTarget::Nothing));
    assert_eq!(map.decision_on("Jigsaw").map(|d| (d.archived, d.reason.as_str())), Some((false, "never filled")));
    assert_eq!(ObjectMap::parse(&map.to_toml()), Ok(map));
}

#[test]
fn all_faults_are_listed_with_their_lines() {
    let text = r#"source = "Salesforce"
object = "Contact"
enttiy = "person"

[[fields]]
field = "family_name"
from = ["LastName"]
rule = "copi"

[[fields]]
field = "since"
from = ["Since", "Until"]
rule = "date"
fromat = "iso"

[[fields]]
field = "country"
from = ["Country"]
rule = "value map"
[[fields.values]]
value = "Poland"
[[fields.values]]
value = "Poland"
to = "PL"

[[fields]]
field = "since"
rule = "constant"
value = "x"

[[columns]]
column = "Country"
dropped = true
"#;
    let faults = ObjectMap::parse(text).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let lines: Vec<u64> = faults.iter().filter_map(|fault| fault.place.map(|place| place.line)).collect();
    for (line, part) in [
        (3, "there is no key “enttiy”; “entity” is meant, perhaps"),
        (8, "there is no rule “copi”; “copy” is meant, perhaps"),
        (12, "`date` reads one column, here are 2"),
        (14, "there is no key “fromat”; “format” is meant, perhaps"),
        (20, "exactly one of `to`, `nothing` and `exclude` is expected"),
        (22, "“Poland” is mapped twice"),
        (26, "two rules for “since”"),
        (31, "`reason` is missing"),
        (31, "“Country” is read by the rule of country"),
    ] {
        let found = faults.iter().zip(&told).any(|(fault, text)| {
            text.contains(part) && fault.place.is_some_and(|place| place.line.abs_diff(line) <= 1)
        });
        assert!(found, "{part} near line {line} in {told:#?}");
    }
    assert!(lines.is_sorted());
    assert!(told.iter().any(|text| text.contains("`entity` is missing")), "{told:?}");
}

#[test]
fn a_review_of_another_text_counts_for_nothing() {
    let mut map = ObjectMap::parse(CONTACT).unwrap();
    let of = map.fields[0].fingerprint();
    let said = |of: &str| Some(Said { by: "Dana".to_owned(), at: String::new(), of: of.to_owned() });
    map.fields[0].technical = said(&of);
    map.fields[0].business = said("0123456789ab");
    let kept = map.clone().with_true_reviews();
    assert_eq!((kept.fields[0].technical.is_some(), kept.fields[0].business.is_some()), (true, false));
    // Who wrote a rule and what was said of it is no part of what is reviewed; its policy is.
    let before = map.fields[1].fingerprint();
    map.fields[1].written.by = "Jo".to_owned();
    if let Rule::ValueMap { rows, .. } = &mut map.fields[1].rule {
        rows[0].by = "Jo".to_owned();
    }
    assert_eq!(map.fields[1].fingerprint(), before);
    map.fields[1].missing = None;
    assert_ne!(map.fields[1].fingerprint(), before);
}
