//! Maps of every kind of rule over records as people export them: what is transformed, what a preview shows, what any SQLite
//! tool gets from the SELECT, what is counted, and what is said of single values are one and the same.

use proptest::prelude::*;
use rusqlite::Connection;

use super::compile::{self, Compiled, Ground};
use super::preview::{self, After, Chosen};
use super::rule::SplitBy;
use super::run::{self, TargetRow};
use super::values::lookup::{Lookup, Standing};
use super::*;
use crate::job::Job;
use crate::model::users::{User, UserList};
use crate::model::{Entity, Field, FieldType, Missing, MissingPolicy};
use crate::sources::load::{self, LoadRequest};
use crate::sources::store::{rows_of, select};

const ACCOUNTS: &str = "Id,Name,Country\nA1,Larkfield,PL\nA2,,DE\nA3,Orrin,\n";

struct Place {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    object: ObjectId,
}

impl Place {
    fn of(contacts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        for (object, csv) in [("Account", ACCOUNTS), ("Contact", contacts)] {
            let file = folder.path().join(format!("{object}.csv"));
            std::fs::write(&file, csv).unwrap();
            let mut request = LoadRequest {
                files: vec![file],
                source: Some("CRM".to_owned()),
                object: Some(object.to_owned()),
                native_id: Some("Id".to_owned()),
                ..LoadRequest::default()
            };
            let report = load::load(&workspace, &mut request, &Job::new()).unwrap();
            assert!(report.failed.is_empty(), "{:?}", report.failed);
        }
        let object = object_of(workspace.reader().unwrap().conn(), &key()).unwrap().unwrap();
        Self { _folder: folder, workspace, object }
    }

    fn ground(&self, fields: &[Field]) -> Ground {
        let entity = Entity { name: "person".to_owned(), fields: fields.to_vec(), ..Entity::default() };
        let reader = self.workspace.reader().unwrap();
        let user = User { id: "u1".to_owned(), name: "Ada Lovelace".to_owned(), ..User::default() };
        let users = vec![UserList { name: "users".to_owned(), users: vec![user] }];
        Ground::with(reader.conn(), &key(), self.object, entity, users).unwrap()
    }

    fn compile(&self, ground: &Ground, map: &ObjectMap) -> Compiled {
        let reader = self.workspace.reader().unwrap();
        compile::over(reader.conn(), ground, map, None).unwrap()
    }

    fn chosen(&self) -> Vec<Chosen> {
        let reader = self.workspace.reader().unwrap();
        let recs = select::all(reader.conn(), self.object).unwrap();
        let rows = rows_of::rows_of(reader.conn(), self.object, &recs).unwrap();
        let chosen = |row: crate::sources::PageRow| Chosen {
            why: "ordinary",
            rec: row.rec.0,
            record: String::new(),
            values: row.values,
        };
        rows.into_iter().map(chosen).collect()
    }

    fn transformed(&self, compiled: &Compiled) -> Vec<TargetRow> {
        let mut all = Vec::new();
        run::transform(&self.workspace, compiled, &Job::new(), &mut |rows| {
            all.extend(rows);
            Ok(())
        })
        .unwrap();
        all
    }

    /// What any SQLite tool gets.
    fn selected(&self, compiled: &Compiled) -> Vec<Vec<Option<String>>> {
        let conn = Connection::open(self.workspace.file()).unwrap();
        let mut statement = conn.prepare(&compiled.sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let text = |at| {
                Ok(match row.get_ref(at)? {
                    rusqlite::types::ValueRef::Null => None,
                    rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                    other => Some(other.as_str().unwrap().to_owned()),
                })
            };
            (0..width).map(text).collect::<rusqlite::Result<Vec<_>>>()
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn key() -> MapKey {
    MapKey { source: "CRM".to_owned(), object: "Contact".to_owned(), entity: "person".to_owned() }
}

fn flat(row: &TargetRow) -> Vec<Option<String>> {
    let rejects = (!row.rejects.is_empty()).then(|| serde_json::to_string(&row.rejects).unwrap());
    let before = [row.key.clone(), Some(row.record.clone()), Some(row.rec.to_string())];
    before.into_iter().chain(row.values.clone()).chain([row.excluded.clone(), rejects]).collect()
}

const CELLS: &[&str] = &[
    "",
    " ",
    "\u{A0}",
    "\t",
    "\u{3000} ",
    "a",
    " a ",
    "A\u{A0}",
    "\u{2003}b",
    "ŻÓŁĆ",
    "żółć ",
    "ΣΑΣ",
    "σας",
    "\u{212A}",
    "k",
    "K",
    "Straße",
    "STRASSE",
    "a;b",
    "a; ;Ż",
    ";",
    "x",
    "n/a",
    "1",
    "0",
    "-12,5",
    "03/02/2024 14:30",
    "2024-02-29",
    "A1",
    "a2",
    "A9",
    "+48 601 234 567",
    "601234567",
    "ada lovelace",
    "ada@Example.COM",
    "=1+1",
    "\"q\", \\",
    "now",
    "Ada\u{1F}b",
];

fn target() -> impl Strategy<Value = ValueTarget> {
    prop_oneof![
        3 => prop::sample::select(vec!["a", "customer", ""]).prop_map(|to| ValueTarget::Value(to.to_owned())),
        1 => Just(ValueTarget::Nothing),
        1 => Just(ValueTarget::Excluded("test data".to_owned())),
    ]
}

fn value_map() -> impl Strategy<Value = Rule> {
    let row = (prop::sample::select(CELLS), prop::sample::select(vec!["", "", "", "N > '1'"]), target());
    (prop::collection::vec(row, 0..34), prop::option::of(target()), any::<bool>(), any::<bool>()).prop_map(
        |(rows, otherwise, folded, parted)| {
            let good = |to: &ValueTarget| !parted || !matches!(to, ValueTarget::Excluded(_));
            let row = |(value, only_where, to): (&str, &str, ValueTarget)| ValueRow {
                value: value.to_owned(),
                only_where: if parted { String::new() } else { only_where.to_owned() },
                to,
                ..ValueRow::default()
            };
            Rule::ValueMap {
                rows: rows.into_iter().map(row).filter(|row| good(&row.to)).collect(),
                otherwise: otherwise.filter(good).map(|to| ValueRow { to, ..ValueRow::default() }),
                separator: if parted { ";".to_owned() } else { String::new() },
                folded,
            }
        },
    )
}

/// A rule with the columns that it reads.
fn some_rule() -> impl Strategy<Value = (Rule, Vec<&'static str>)> {
    let one = |rule: Rule| Just((rule, vec!["S"]));
    let expressions = vec![
        "upper(trim(S))",
        "phone_e164(S, 'PL')",
        "phone_e164(S, N)",
        "coalesce(email(S), 'none')",
        "title_case(S || ' ' || N)",
        "CASE WHEN yes_no(S) = 'true' THEN iso_date(N, 'day-first') END",
        "N > 1",
    ];
    let expression = |sql: &str| (Rule::Expression { sql: sql.to_owned() }, Vec::new());
    let split = |part| Rule::Split { by: SplitBy::Delimiter { delimiter: ";".to_owned(), part } };
    let look_up = Rule::LookUp { source: "CRM".to_owned(), object: "Account".to_owned(), column: "Country".to_owned() };
    let reference =
        Rule::Reference { entity: "account".to_owned(), source: "CRM".to_owned(), object: "Account".to_owned() };
    let number = Rule::Number { decimal: ',', scale: 1, rounding: Rounding::HalfEven };
    let words = Rule::Boolean { yes: Vec::new(), no: Vec::new(), turned_round: true };
    prop_oneof![
        6 => value_map().prop_map(|rule| (rule, vec!["S"])),
        4 => prop::sample::select(expressions).prop_map(expression),
        2 => one(Rule::Copy),
        1 => Just((Rule::Constant { value: "it's".to_owned() }, Vec::new())),
        1 => Just((Rule::FirstFilled, vec!["S", "N"])),
        1 => Just((Rule::Join { separator: " · ".to_owned() }, vec!["S", "N"])),
        1 => prop::sample::select(vec![1, 2, -1]).prop_map(move |part| (split(part), vec!["S"])),
        1 => one(Rule::Split { by: SplitBy::PersonName { part: "family".to_owned() } }),
        1 => one(Rule::Date { format: "day-first".to_owned() }),
        1 => one(Rule::DateTime { format: "day-first".to_owned(), zone: "Europe/Warsaw".to_owned() }),
        1 => one(number),
        1 => one(words),
        1 => Just((Rule::Phone { country: "PL".to_owned() }, vec!["S", "N"])),
        1 => one(Rule::Email),
        1 => one(Rule::Owner { list: String::new() }),
        2 => one(reference),
        2 => one(look_up),
    ]
}

fn some_field() -> impl Strategy<Value = Field> {
    let kinds = vec![FieldType::Text, FieldType::Text, FieldType::Integer, FieldType::Date, FieldType::Choices];
    let policies = vec![MissingPolicy::Undecided, MissingPolicy::Default, MissingPolicy::Derive, MissingPolicy::Reject];
    (prop::sample::select(kinds), prop::sample::select(policies), any::<bool>(), prop::option::of(3u32..20)).prop_map(
        |(kind, policy, required, longest)| {
            let value = if policy == MissingPolicy::Derive { "lower(N)" } else { "a" };
            let missing = Missing { policy, value: value.to_owned() };
            Field { kind, required, missing, longest, ..Field::default() }
        },
    )
}

fn csv(cells: &[(&str, &str)]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let rows = cells.iter().enumerate().map(|(at, (s, n))| format!("{at},{},{}\n", quoted(s), quoted(n)));
    format!("Id,S,N\n{}", rows.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..crate::values::steady_cases() })]

    #[test]
    fn a_map_means_one_thing_wherever_it_is_asked(
        cells in prop::collection::vec((prop::sample::select(CELLS), prop::sample::select(CELLS)), 1..40),
        rules in prop::collection::vec((some_rule(), some_field()), 1..14),
        part in any::<bool>(),
    ) {
        let place = Place::of(&csv(&cells));
        let named: Vec<(FieldRule, Field)> = rules
            .into_iter()
            .enumerate()
            .map(|(at, ((rule, from), field))| {
                let name = format!("f{at}");
                let from = from.into_iter().map(str::to_owned).collect();
                let rule = FieldRule { field: name.clone(), from, rule, ..FieldRule::default() };
                (rule, Field { name, ..field })
            })
            .collect();
        let fields: Vec<Field> = named.iter().map(|(_, field)| field.clone()).collect();
        let mut map = ObjectMap { key: key(), ..ObjectMap::default() };
        map.fields = named.iter().map(|(rule, _)| rule.clone()).collect();
        if part {
            "N IS NOT 'x'".clone_into(&mut map.only_where);
            "left aside".clone_into(&mut map.otherwise_excluded);
        }
        let ground = place.ground(&fields);
        let compiled = place.compile(&ground, &map);
        // Before anything was prepared: a preview needs nothing of that.
        let chosen = place.chosen();
        let reader = place.workspace.reader().unwrap();
        let shown: Vec<Vec<preview::Shown>> = map
            .fields
            .iter()
            .map(|rule| preview::over(reader.conn(), &ground, &map, rule, &chosen).unwrap())
            .collect();
        drop(reader);
        let owners_recipe = compiled.needs.iter().any(|need| need.recipe.function == "owner");
        if owners_recipe {
            // What owners become is made with the lists of the workspace, which has none here.
            return Ok(());
        }
        let rows = place.transformed(&compiled);
        prop_assert_eq!(rows.iter().map(flat).collect::<Vec<_>>(), place.selected(&compiled));
        prop_assert_eq!(rows.len(), cells.len());
        for (at, row) in rows.iter().enumerate() {
            for reject in &row.rejects {
                prop_assert!(!reject.rule.is_empty() && !reject.reason.is_empty(), "{reject:?}");
                let rule = map.rule_of(&reject.field).unwrap();
                let names_a_value = reject.value.is_some() || reject.reason.starts_with("required");
                prop_assert!(names_a_value || matches!(rule.rule, Rule::Constant { .. }), "{reject:?} of {rule:?}");
            }
            for ((rule, shown), value) in map.fields.iter().zip(&shown).zip(&row.values) {
                let one = shown.iter().find(|shown| shown.rec.0 == row.rec).unwrap();
                // A preview of one field knows what the others leave out no more than they do.
                let of_this = row.rejects.iter().find(|reject| reject.field == rule.field);
                match (&row.excluded, &one.after) {
                    (Some(_), _) => {}
                    (None, After::Excluded(reason)) => prop_assert!(false, "{reason}: {rule:?} {:?}", cells[at]),
                    (None, After::Reject(why)) => {
                        prop_assert_eq!(Some(why), of_this.map(|reject| &reject.reason), "{:?}", rule);
                    }
                    (None, After::Empty) => {
                        prop_assert!(value.is_none() && of_this.is_none(), "{rule:?} {value:?} {of_this:?}");
                    }
                    (None, After::Value(shown) | After::ByPolicy(shown)) => prop_assert_eq!(Some(shown), value.as_ref()),
                }
            }
        }
        let figures = figures::count_compiled(&place.workspace, &compiled, &Job::new()).unwrap();
        let excluded = rows.iter().filter(|row| row.excluded.is_some()).count() as u64;
        let rejected = rows.iter().filter(|row| row.excluded.is_none() && !row.rejects.is_empty()).count() as u64;
        prop_assert_eq!((figures.records, figures.excluded, figures.rejected), (rows.len() as u64, excluded, rejected));
        for (name, of) in &figures.fields {
            prop_assert_eq!(of.filled, of.converted + of.rejects, "{}: {:?}", name, map.rule_of(name));
            prop_assert_eq!(figures.records - figures.excluded, of.filled + of.empty, "{}", name);
        }
    }

    #[test]
    fn what_is_said_of_a_value_is_what_the_select_makes_of_it(rule in value_map()) {
        let Rule::ValueMap { rows, separator, .. } = &rule else { unreachable!() };
        prop_assume!(rows.iter().all(|row| row.only_where.is_empty()));
        let cells: Vec<(&str, &str)> = CELLS.iter().map(|cell| (*cell, "1")).collect();
        let place = Place::of(&csv(&cells));
        let fields = [Field { name: "f".to_owned(), ..Field::default() }];
        let mut map = ObjectMap { key: key(), ..ObjectMap::default() };
        map.fields.push(FieldRule { field: "f".to_owned(), from: vec!["S".to_owned()], rule: rule.clone(), ..FieldRule::default() });
        let compiled = place.compile(&place.ground(&fields), &map);
        let lookup = Lookup::of(&rule);
        let chosen = place.chosen();
        for row in place.transformed(&compiled) {
            let cell = chosen.iter().find(|one| one.rec == row.rec).unwrap().values[1].clone().unwrap_or_default();
            let is_empty = cell.trim().is_empty();
            let parts: Vec<&str> = match separator.as_str() {
                separator if separator.is_empty() || is_empty => vec![&cell],
                separator => cell.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect(),
            };
            let (mut made, mut excluded, mut undecided) = (Vec::<&str>::new(), None, false);
            for part in parts {
                match lookup.of_value(part) {
                    Standing::Always(row) | Standing::ByDefault(row) => match &row.to {
                        ValueTarget::Value(to) if !to.is_empty() && !made.contains(&to.as_str()) => made.push(to),
                        ValueTarget::Excluded(reason) => excluded = Some(reason.clone()),
                        _ => {}
                    },
                    Standing::Undecided => undecided |= !part.trim().is_empty(),
                    Standing::Perhaps(_) => unreachable!("no row has a condition"),
                }
            }
            prop_assert_eq!(&row.excluded, &excluded, "{:?}", cell);
            prop_assert_eq!(!row.rejects.is_empty(), undecided, "{:?}", cell);
            let value = (!undecided && !made.is_empty()).then(|| made.join(";"));
            prop_assert_eq!(&row.values[0], &value, "{:?}", cell);
        }
    }
}

#[test]
fn what_separates_values_can_neither_have_conditions_nor_leave_records_out() {
    let map = |only_where: &str, to: ValueTarget| Rule::ValueMap {
        rows: vec![ValueRow { only_where: only_where.to_owned(), to, ..ValueRow::default() }],
        otherwise: None,
        separator: ";".to_owned(),
        folded: false,
    };
    let value = ValueTarget::Value("a".to_owned());
    assert_eq!(rule::parted_fault(&map("", value.clone())), None);
    assert!(rule::parted_fault(&map("N > 1", value)).is_some_and(|fault| fault.contains("conditions")));
    let excluded = map("", ValueTarget::Excluded("test".to_owned()));
    assert!(rule::parted_fault(&excluded).is_some_and(|fault| fault.contains("leave records out")));
}
