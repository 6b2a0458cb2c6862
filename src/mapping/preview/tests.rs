//! That rows are chosen for their difficulty, and that a preview says what the run says.

use proptest::prelude::*;

use super::*;
use crate::job::Job;
use crate::mapping::compile::tests::{Place, Row, becomes, entity, field, key, map, rule, text, value_map};
use crate::mapping::recipe::{Cook, Outcome};
use crate::mapping::rule::{SplitBy, ValueRow, ValueTarget};
use crate::model::{Allowed, Field, FieldType, Missing, MissingPolicy};
use crate::sources::store::select;

const CSV: &str = "Id,Name,Status,Day,N\n\
    1,Ada Lovelace,Active,2024-02-29,1\n\
    2,Żółć Gęśla,active ,2023-02-29,-20\n\
    3,,Test,,3.5\n\
    4,=cmd|' /C calc'!A0,Unknown,29.02.2024,x\n\
    5,A name that is much longer than all of the others here,Active,2024-1-1,\n\
    6,\"a,\u{202e}b\",,2024-12-31,99999999999999999999\n\
    7,   ,  ,   ,  \n\
    8,Plain,Active,now,0\n\
    9,\"O'Brien, \"\"Q\"\" \\\",a;b;a,subsec,007\n\
    10,Plain,Gone,2024-02-30,1e5\n";

fn all_rows(place: &Place) -> Vec<Chosen> {
    let reader = place.workspace.reader().unwrap();
    let recs = select::all(reader.conn(), place.object).unwrap();
    let rows = crate::sources::store::rows_of::rows_of(reader.conn(), place.object, &recs).unwrap();
    let shown = |row: crate::sources::PageRow| Chosen {
        why: "ordinary",
        rec: row.rec.0,
        record: format!("Salesforce/Contact/{}", row.values[0].as_deref().unwrap_or_default()),
        values: row.values,
    };
    rows.into_iter().map(shown).collect()
}

#[test]
fn rows_are_chosen_for_another_difficulty_each_and_the_same_every_time() {
    let place = Place::of(CSV);
    let reader = place.workspace.reader().unwrap();
    let chosen = choose(reader.conn(), place.object, &[1], &Job::new()).unwrap();
    let shown: Vec<(&str, &str)> = chosen.iter().map(|row| (row.why, row.values[0].as_deref().unwrap())).collect();
    assert_eq!(
        shown,
        [("most linked", "8"), ("longest", "5"), ("hostile", "4"), ("non-ASCII", "2"), ("emptiest", "3")]
    );
    assert_eq!(chosen[0].record, "Salesforce/Contact/8");
    assert_eq!(choose(reader.conn(), place.object, &[1], &Job::new()).unwrap(), chosen);
    let one = choose(reader.conn(), place.object, &[], &Job::new()).unwrap();
    assert_eq!(one.iter().map(|row| row.why).collect::<Vec<_>>(), ["longest", "ordinary"]);
}

#[test]
fn choosing_stops_when_it_is_wanted_no_more() {
    let place = Place::of(CSV);
    let reader = place.workspace.reader().unwrap();
    let job = Job::new();
    job.cancel();
    assert!(matches!(choose(reader.conn(), place.object, &[1], &job), Err(MappingError::Cancelled)));
}

fn previewed(place: &Place, wanted: &Field, rule: &FieldRule, map: &ObjectMap) -> Result<Vec<Shown>, MappingError> {
    let reader = place.workspace.reader().unwrap();
    let ground =
        Ground::with(reader.conn(), &key(), place.object, entity(std::slice::from_ref(wanted)), Vec::new()).unwrap();
    over(reader.conn(), &ground, map, rule, &all_rows(place))
}

#[test]
fn a_row_is_shown_before_and_after() {
    let place = Place::of(CSV);
    let missing = Missing { policy: MissingPolicy::Default, value: "none".to_owned() };
    let status = Field { required: true, missing, ..text("status") };
    let rows = vec![
        becomes("active", "customer"),
        ValueRow { value: "Test".into(), to: ValueTarget::Excluded("test data".into()), ..ValueRow::default() },
        ValueRow { value: "Gone".into(), to: ValueTarget::Nothing, ..ValueRow::default() },
    ];
    let shown = previewed(&place, &status, &rule("status", &["Status"], value_map(rows)), &map(Vec::new())).unwrap();
    let after: Vec<After> = shown.iter().map(|row| row.after.clone()).collect();
    let reject = After::Reject("no target for this value".to_owned());
    let value = After::Value("customer".to_owned());
    let policy = After::ByPolicy("none".to_owned());
    assert_eq!(
        after,
        [
            value.clone(),
            value.clone(),
            After::Excluded("test data".to_owned()),
            reject.clone(),
            value.clone(),
            policy.clone(),
            policy.clone(),
            value,
            reject,
            policy
        ]
    );
    assert_eq!(shown[1].before, [Some("active ".to_owned())]);
}

#[test]
fn an_expression_that_grows_or_does_not_compile_says_so() {
    let place = Place::of("Id,A\n1,a\n");
    let bomb = format!("{}A{}", "replace(".repeat(12), ", 'a', 'aaaaaaaaaaaaaaaa')".repeat(12));
    let of = |sql: String| {
        let rule = rule("v", &[], Rule::Expression { sql });
        previewed(&place, &text("v"), &rule, &map(Vec::new())).unwrap_err()
    };
    assert_eq!(of(bomb).to_string(), "v: a text of this expression grows too long.");
    assert!(matches!(of("upper(B)".to_owned()), MappingError::Expression { at: Some(6), .. }));
    let good = rule("v", &[], Rule::Expression { sql: "upper(A)".to_owned() });
    let shown = previewed(&place, &text("v"), &good, &map(Vec::new())).unwrap();
    assert_eq!(shown[0].after, After::Value("A".to_owned()));
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let targets = prop_oneof![
        Just(ValueTarget::Value("a".to_owned())),
        Just(ValueTarget::Value("1".to_owned())),
        Just(ValueTarget::Nothing),
        Just(ValueTarget::Excluded("gone".to_owned())),
    ];
    let values =
        prop::sample::select(vec!["Active", "test", "", "a", "b", "Unknown", "gone", "ŻÓŁĆ gęśla", "v1", "v2"]);
    let conditions = prop::sample::select(vec!["", "", "N > 1", "Name IS NULL", "length(Name) % 2"]);
    let row = (values, conditions, targets.clone()).prop_map(|(value, only_where, to)| ValueRow {
        value: value.to_owned(),
        only_where: only_where.to_owned(),
        to,
        ..ValueRow::default()
    });
    let map = (prop::collection::vec(row, 0..40), prop::option::of(targets), any::<bool>(), any::<bool>()).prop_map(
        |(mut rows, otherwise, folded, parted)| {
            if rows.len() > 20 {
                rows.extend((0..30).map(|at| becomes(&format!("v{at}"), "b")));
            }
            if parted {
                // Several values in one cell neither have conditions nor leave records out.
                rows.retain(|row| !matches!(row.to, ValueTarget::Excluded(_)));
                rows.iter_mut().for_each(|row| row.only_where.clear());
            }
            Rule::ValueMap {
                rows,
                otherwise: otherwise
                    .filter(|to| !parted || !matches!(to, ValueTarget::Excluded(_)))
                    .map(|to| ValueRow { to, ..ValueRow::default() }),
                separator: if parted { ";".to_owned() } else { String::new() },
                folded,
            }
        },
    );
    let delimiters = prop::sample::select(vec![",", " ", ";", "-", "\"", "\\"]);
    let expressions = prop::sample::select(vec![
        "upper(Name)",
        "date(Day, '+1 day')",
        "N > 1",
        "N * 2",
        "coalesce(nullif(trim(Status), ''), Name)",
        "CASE WHEN Day LIKE '2024%' THEN Id END",
    ]);
    prop_oneof![
        2 => Just(Rule::Copy),
        4 => map,
        1 => Just(Rule::FirstFilled),
        1 => prop::sample::select(vec!["", " ", ", "]).prop_map(|separator| Rule::Join { separator: separator.to_owned() }),
        2 => (delimiters, prop::sample::select(vec![1, 2, 3, -1, -2])).prop_map(|(delimiter, part)| Rule::Split {
            by: SplitBy::Delimiter { delimiter: delimiter.to_owned(), part }
        }),
        2 => expressions.prop_map(|sql| Rule::Expression { sql: sql.to_owned() }),
        1 => Just(Rule::Constant { value: "a".to_owned() }),
        1 => Just(Rule::Email),
        1 => Just(Rule::Phone { country: "PL".to_owned() }),
        1 => Just(Rule::Date { format: "iso".to_owned() }),
    ]
}

fn some_field() -> impl Strategy<Value = Field> {
    let kinds = prop::sample::select(vec![
        FieldType::Text,
        FieldType::Text,
        FieldType::Integer,
        FieldType::Decimal,
        FieldType::Date,
        FieldType::Boolean,
        FieldType::Choice,
        FieldType::Choices,
    ]);
    let policies = prop::sample::select(vec![
        MissingPolicy::Undecided,
        MissingPolicy::Default,
        MissingPolicy::Derive,
        MissingPolicy::Reject,
        MissingPolicy::Ask,
    ]);
    (kinds, policies, any::<bool>(), prop::option::of(2u32..12), any::<bool>()).prop_map(
        |(kind, policy, required, longest, limited)| {
            let value = if policy == MissingPolicy::Derive { "lower(Name)" } else { "a" };
            let allowed = |value: &str| Allowed { value: value.to_owned(), ..Allowed::default() };
            Field {
                required,
                missing: Missing { policy, value: value.to_owned() },
                longest,
                allowed: if limited { vec![allowed("a"), allowed("b"), allowed("Active")] } else { Vec::new() },
                ..field("v", kind)
            }
        },
    )
}

/// A recipe with what it made of each input.
type MadeOf = (super::super::recipe::Recipe, Vec<(String, Outcome)>);

/// What the run makes of all rows, with every outcome that it wants.
fn run_of(place: &Place, wanted: &Field, map: &ObjectMap) -> Option<Vec<Row>> {
    let compiled = place.compile(std::slice::from_ref(wanted), map).unwrap();
    let outcomes: Option<Vec<MadeOf>> = {
        let reader = place.workspace.reader().unwrap();
        let of = |need: &compile::Need| {
            let cook = Cook::new(&need.recipe, &[]).ok()?;
            let sql = format!("SELECT DISTINCT {} FROM {}", need.input_sql, compiled.from_sql);
            let mut statement = reader.conn().prepare(&sql).unwrap();
            let inputs = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
            let made = inputs.filter_map(Result::unwrap).map(|input| (input.clone(), cook.make(&input))).collect();
            Some((need.recipe.clone(), made))
        };
        compiled.needs.iter().map(of).collect()
    };
    let outcomes = outcomes?;
    let put = move |tx: &rusqlite::Transaction<'_>| {
        tx.execute_batch("DELETE FROM value_outcome; DELETE FROM value_recipe")?;
        for (number, (recipe, made)) in (0i64..).zip(&outcomes) {
            tx.execute(
                "INSERT INTO value_recipe (id, function, parameters) VALUES (?1, ?2, ?3)",
                (number, &recipe.function, &recipe.parameters),
            )?;
            for (input, outcome) in made {
                let (output, fault) = match outcome {
                    Outcome::Value(value) => (Some(value), None),
                    Outcome::Nothing => (None, None),
                    Outcome::Fault(fault) => (None, Some(fault)),
                };
                tx.execute("INSERT INTO value_outcome VALUES (?1, ?2, ?3, ?4)", (number, input, output, fault))?;
            }
        }
        Ok(())
    };
    place.workspace.writer().unwrap().transact(put).unwrap();
    let reader = place.workspace.reader().unwrap();
    Some(crate::mapping::compile::tests::run(reader.conn(), &compiled))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..crate::values::steady_cases() })]

    #[test]
    fn a_preview_says_what_the_run_says(cases in prop::collection::vec((some_rule(), some_field(), any::<bool>()), 12)) {
        // One workspace for many rules: making it costs more than they do.
        thread_local! {
            static PLACE: Place = Place::of(CSV);
        }
        PLACE.with(|place| {
            for (made, wanted, part) in cases {
                let from: &[&str] = match &made {
                    Rule::Constant { .. } | Rule::Expression { .. } => &[],
                    Rule::FirstFilled | Rule::Join { .. } => &["Status", "Name", "Day"],
                    Rule::Date { .. } => &["Day"],
                    Rule::Split { .. } => &["Name"],
                    _ => &["Status"],
                };
                let rule = rule("v", from, made);
                let mut map = map(vec![rule.clone()]);
                if part {
                    "N IS NOT 'x'".clone_into(&mut map.only_where);
                    "x".clone_into(&mut map.otherwise_excluded);
                }
                let Some(rows) = run_of(place, &wanted, &map) else { continue };
                let shown = previewed(place, &wanted, &rule, &map).unwrap();
                prop_assert_eq!(shown.len(), rows.len());
                for (row, shown) in rows.iter().zip(shown) {
                    let (value, excluded) = (row.values[0].clone(), row.excluded.clone());
                    let wanted = match (excluded, row.rejects.first()) {
                        (Some(reason), reject) => {
                            prop_assert_eq!(reject, None);
                            After::Excluded(reason)
                        }
                        (None, Some(reject)) => {
                            prop_assert_eq!(&value, &None);
                            let reason = reject.trim_start_matches("v: ");
                            After::Reject(reason.split(" (").next().unwrap().to_owned())
                        }
                        (None, None) => value.map_or(After::Empty, After::Value),
                    };
                    let after = match shown.after {
                        After::ByPolicy(value) => After::Value(value),
                        After::Reject(reason) => After::Reject(reason.split(" (").next().unwrap().to_owned()),
                        other => other,
                    };
                    prop_assert_eq!(after, wanted);
                }
            }
            Ok(())
        })?;
    }
}
