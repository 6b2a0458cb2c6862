//! Every kind of rule through SQLite, over objects loaded from files.

use rusqlite::Connection;

use super::*;
use crate::job::Job;
use crate::mapping::rule::{Rounding, SplitBy, ValueRow, ValueTarget};
use crate::model::{Allowed, Field, FieldType, Grain, Missing, MissingPolicy};
use crate::sources::load::{self, LoadRequest};
use crate::workspace::Workspace;

/// A workspace with one object.
pub(in crate::mapping) struct Place {
    _folder: tempfile::TempDir,
    pub(in crate::mapping) workspace: Workspace,
    pub(in crate::mapping) object: ObjectId,
}

impl Place {
    pub(in crate::mapping) fn of(csv: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Contact.csv");
        std::fs::write(&file, csv).unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        let mut request =
            LoadRequest { files: vec![file], source: Some("Salesforce".to_owned()), ..LoadRequest::default() };
        load::load(&workspace, &mut request, &Job::new()).unwrap();
        let object = {
            let reader = workspace.reader().unwrap();
            find_object(reader.conn(), "Salesforce", "Contact").unwrap().unwrap()
        };
        Self { _folder: folder, workspace, object }
    }

    pub(in crate::mapping) fn compile(&self, fields: &[Field], map: &ObjectMap) -> Result<Compiled, MappingError> {
        let reader = self.workspace.reader().unwrap();
        let ground = Ground::with(reader.conn(), &key(), self.object, entity(fields), Vec::new())?;
        over(reader.conn(), &ground, map, None)
    }

    /// Puts down what value functions make of the inputs.
    pub(in crate::mapping) fn cook(&self, compiled: &Compiled) {
        let mut made: Vec<(Recipe, String, recipe::Outcome)> = Vec::new();
        let reader = self.workspace.reader().unwrap();
        for need in &compiled.needs {
            let cook = recipe::Cook::new(&need.recipe, &[]).unwrap();
            let sql = format!("SELECT DISTINCT CAST(({}) AS TEXT) FROM {}", need.input_sql, compiled.from_sql);
            let mut statement = reader.conn().prepare(&sql).unwrap();
            let inputs = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
            for input in inputs.filter_map(Result::unwrap) {
                made.push((need.recipe.clone(), input.clone(), cook.make(&input)));
            }
        }
        let put = move |tx: &rusqlite::Transaction<'_>| {
            for (recipe, input, outcome) in &made {
                let (value, fault) = match outcome {
                    recipe::Outcome::Value(value) => (Some(value), None),
                    recipe::Outcome::Nothing => (None, None),
                    recipe::Outcome::Fault(why) => (None, Some(why)),
                };
                let names = (&recipe.function, &recipe.parameters);
                tx.execute("INSERT OR IGNORE INTO value_recipe (function, parameters) VALUES (?1, ?2)", names)?;
                tx.execute(
                    "INSERT OR REPLACE INTO value_outcome (recipe, input, output, fault)
                     VALUES ((SELECT id FROM value_recipe WHERE function = ?1 AND parameters = ?2), ?3, ?4, ?5)",
                    (&recipe.function, &recipe.parameters, input, value, fault),
                )?;
            }
            Ok(())
        };
        self.workspace.writer().unwrap().transact(put).unwrap();
    }

    /// The fields' values, what is excluded, the rejects.
    pub(in crate::mapping) fn run(&self, fields: &[Field], map: &ObjectMap) -> Vec<Row> {
        let compiled = self.compile(fields, map).unwrap();
        let reader = self.workspace.reader().unwrap();
        run(reader.conn(), &compiled)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(in crate::mapping) struct Row {
    pub(in crate::mapping) values: Vec<Option<String>>,
    pub(in crate::mapping) excluded: Option<String>,
    /// `field: reason (value)`
    pub(in crate::mapping) rejects: Vec<String>,
}

pub(in crate::mapping) fn run(conn: &Connection, compiled: &Compiled) -> Vec<Row> {
    let mut statement = conn.prepare(&compiled.sql).unwrap_or_else(|error| panic!("{error}\n{}", compiled.sql));
    let count = compiled.fields.len();
    let rows = statement
        .query_map([], |row| {
            let values = (0..count).map(|at| row.get(3 + at)).collect::<Result<_, _>>()?;
            let rejects: Option<String> = row.get(4 + count)?;
            let rejects: Vec<serde_json::Value> =
                rejects.map_or_else(Vec::new, |text| serde_json::from_str(&text).unwrap());
            let text = |value: &serde_json::Value| value.as_str().map_or("NULL".to_owned(), str::to_owned);
            let rejects = rejects
                .iter()
                .map(|reject| {
                    format!("{}: {} ({})", text(&reject["field"]), text(&reject["reason"]), text(&reject["value"]))
                })
                .collect();
            Ok(Row { values, excluded: row.get(3 + count)?, rejects })
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

pub(in crate::mapping) fn key() -> MapKey {
    MapKey { source: "Salesforce".to_owned(), object: "Contact".to_owned(), entity: "person".to_owned() }
}

pub(in crate::mapping) fn entity(fields: &[Field]) -> Entity {
    Entity {
        name: "person".to_owned(),
        grain: Grain { concept: "person".to_owned(), one_row_is: "one human known by name".to_owned() },
        key_prefix: "PER".to_owned(),
        fields: fields.to_vec(),
        ..Entity::default()
    }
}

pub(in crate::mapping) fn field(name: &str, kind: FieldType) -> Field {
    Field { name: name.to_owned(), kind, ..Field::default() }
}

pub(in crate::mapping) fn text(name: &str) -> Field {
    field(name, FieldType::Text)
}

pub(in crate::mapping) fn rule(field: &str, from: &[&str], rule: Rule) -> FieldRule {
    FieldRule {
        field: field.to_owned(),
        from: from.iter().map(|name| (*name).to_owned()).collect(),
        rule,
        ..FieldRule::default()
    }
}

pub(in crate::mapping) fn map(rules: Vec<FieldRule>) -> ObjectMap {
    ObjectMap { key: key(), fields: rules, ..ObjectMap::default() }
}

pub(in crate::mapping) fn becomes(value: &str, to: &str) -> ValueRow {
    ValueRow { value: value.to_owned(), to: ValueTarget::Value(to.to_owned()), ..ValueRow::default() }
}

pub(in crate::mapping) fn value_map(rows: Vec<ValueRow>) -> Rule {
    Rule::ValueMap { rows, otherwise: None, separator: String::new(), folded: true }
}

/// The first field of each row, `✗ reason` where it is a reject, `–` where there is nothing.
fn one(csv: &str, field: Field, from: &[&str], rule_: Rule) -> Vec<String> {
    let name = field.name.clone();
    let (place, map) = (Place::of(csv), map(vec![rule(&name, from, rule_)]));
    let fields = [field];
    place.cook(&place.compile(&fields, &map).unwrap());
    let rows = place.run(&fields, &map);
    rows.into_iter()
        .map(|row| match (&row.excluded, row.rejects.first()) {
            (Some(reason), _) => format!("out: {reason}"),
            (None, Some(reject)) => {
                assert_eq!(row.values[0], None, "a reject leaves no value");
                format!("✗ {}", reject.split_once(": ").unwrap().1)
            }
            _ => row.values[0].clone().unwrap_or_else(|| "–".to_owned()),
        })
        .collect()
}

#[test]
fn a_copy_takes_the_spaces_off_and_spaces_alone_are_no_value() {
    let csv = "Id,Name\n1,  Ada \n2,   \n3,\n4,O'Brien\n";
    assert_eq!(one(csv, text("name"), &["Name"], Rule::Copy), ["Ada", "–", "–", "O'Brien"]);
}

#[test]
fn a_copy_into_a_typed_field_refuses_what_is_not_of_the_type() {
    let days = "Id,D\n1,2024-02-29\n2,2023-02-29\n3,29.02.2024\n4,\n5, 2024-01-01 \n";
    assert_eq!(
        one(days, field("d", FieldType::Date), &["D"], Rule::Copy),
        [
            "2024-02-29",
            "✗ not a date as YYYY-MM-DD (2023-02-29)",
            "✗ not a date as YYYY-MM-DD (29.02.2024)",
            "–",
            "2024-01-01"
        ]
    );
    let good = |kind, values: &[&str]| {
        let rows: String = values.iter().enumerate().map(|(at, value)| format!("{at},{value}\n")).collect();
        let found = one(&format!("Id,V\n{rows}"), field("v", kind), &["V"], Rule::Copy);
        found.iter().map(|value| !value.starts_with('✗')).collect::<Vec<bool>>()
    };
    assert_eq!(
        good(FieldType::Integer, &["12", "-3", "1.5", "1-2", "-", "x1", "--1", "12345678901234567890"]),
        [true, true, false, false, false, false, false, true]
    );
    assert_eq!(
        good(FieldType::Decimal, &["1.5", "-0.25", "12", "1.2.3", ".5", "5.", "1e3", "-"]),
        [true, true, true, false, false, false, false, false]
    );
    assert_eq!(
        good(
            FieldType::Datetime,
            &[
                "2024-01-01T10:00:00Z",
                "2024-01-01T10:00:00.250Z",
                "2024-01-01T25:00:00Z",
                "2024-01-01T10:00:00",
                "2024-01-01T10:00:00+01:00Z",
                "2024-01-01T10:00:00ZZ"
            ]
        ),
        [true, true, false, false, false, false]
    );
    assert_eq!(good(FieldType::Boolean, &["true", "True", "1", "false"]), [true, false, false, true]);
    assert_eq!(good(FieldType::Email, &["a@b.pl", "a@b", "a b@c.pl", "a@b@c.pl"]), [true, false, false, false]);
    assert_eq!(good(FieldType::Phone, &["+48221234567", "221234567", "+48 22"]), [true, false, false]);
    assert_eq!(good(FieldType::Country, &["PL", "Pl", "POL"]), [true, false, false]);
    assert_eq!(good(FieldType::Language, &["pl", "pt-BR", "PT"]), [true, true, false]);
    assert_eq!(good(FieldType::Json, &["[1]", "[1"]), [true, false]);
}

#[test]
fn a_constant_is_the_same_for_every_row_even_an_empty_one() {
    let csv = "Id,Name\n1,Ada\n2,\n";
    assert_eq!(one(csv, text("origin"), &[], Rule::Constant { value: "O'Hare\n2".to_owned() }), ["O'Hare\n2"; 2]);
}

#[test]
fn a_short_value_map_maps_rejects_leaves_out_and_lets_go() {
    let csv = "Id,S\n1,Active\n2, active \n3,Test\n4,Unknown\n5,\n6,n/a\n7,ŻYWY\n";
    let rows = vec![
        becomes("Active", "customer"),
        ValueRow { value: "test".to_owned(), to: ValueTarget::Excluded("test data".to_owned()), ..ValueRow::default() },
        ValueRow { value: "N/A".to_owned(), to: ValueTarget::Nothing, ..ValueRow::default() },
        becomes("żywy", "alive"),
    ];
    assert_eq!(
        one(csv, text("s"), &["S"], value_map(rows.clone())),
        ["customer", "customer", "out: test data", "✗ no target for this value (Unknown)", "–", "–", "alive"]
    );
    let otherwise = Rule::ValueMap {
        rows: rows.clone(),
        otherwise: Some(becomes("", "other")),
        separator: String::new(),
        folded: true,
    };
    assert_eq!(
        one(csv, text("s"), &["S"], otherwise),
        ["customer", "customer", "out: test data", "other", "–", "–", "alive"]
    );
    let mut rows = rows;
    rows.push(becomes("", "nobody said"));
    let exact = Rule::ValueMap { rows, otherwise: None, separator: String::new(), folded: false };
    assert_eq!(
        one(csv, text("s"), &["S"], exact),
        [
            "customer",
            "✗ no target for this value ( active )",
            "✗ no target for this value (Test)",
            "✗ no target for this value (Unknown)",
            "nobody said",
            "✗ no target for this value (n/a)",
            "✗ no target for this value (ŻYWY)"
        ]
    );
}

#[test]
fn a_long_value_map_says_the_same_as_a_short_one() {
    let csv = "Id,S,K\n1,v3,a\n2,V30,a\n3,x,a\n4,,a\n5,v1,b\n6,v1,a\n7,v2,b\n8,v2,a\n";
    let mut rows = vec![
        ValueRow {
            value: "v1".to_owned(),
            only_where: "K = 'b'".to_owned(),
            to: ValueTarget::Excluded("of b".to_owned()),
            ..ValueRow::default()
        },
        ValueRow { value: "v2".to_owned(), only_where: "K = 'b'".to_owned(), ..becomes("v2", "two of b") },
    ];
    let wanted = ["t3", "t30", "✗ no target for this value (x)", "–", "out: of b", "t1", "two of b", "t2"];
    rows.extend((1..=40).map(|n| becomes(&format!("v{n}"), &format!("t{n}"))));
    assert_eq!(one(csv, text("s"), &["S"], value_map(rows.clone())), wanted);
    let few: Vec<ValueRow> = rows
        .into_iter()
        .filter(|row| !row.only_where.is_empty() || ["v1", "v2", "v3", "v30"].contains(&row.value.as_str()))
        .collect();
    assert_eq!(one(csv, text("s"), &["S"], value_map(few)), wanted);
}

#[test]
fn several_values_in_one_cell_are_mapped_each_and_joined_once() {
    let csv = "Id,S\n1,a; b ;a\n2,a;x\n3,\n4,n\n5,A;Ż\n6,\"b\"\"\\;a\"\n";
    let rule = Rule::ValueMap {
        rows: vec![
            becomes("a", "A"),
            becomes("b", "B"),
            becomes("b\"\\", "quoted"),
            ValueRow { value: "n".to_owned(), to: ValueTarget::Nothing, ..ValueRow::default() },
            becomes("ż", "Z"),
        ],
        otherwise: None,
        separator: ";".to_owned(),
        folded: true,
    };
    assert_eq!(
        one(csv, field("s", FieldType::Choices), &["S"], rule),
        ["A;B", "✗ “x” is not mapped (a;x)", "–", "–", "A;Z", "quoted;A"]
    );
}

#[test]
fn the_first_filled_and_the_joined_pass_over_what_is_empty() {
    let csv = "Id,A,B,C\n1, ,b,c\n2,a,,c\n3,,,\n";
    assert_eq!(one(csv, text("v"), &["A", "B", "C"], Rule::FirstFilled), ["b", "a", "–"]);
    let join = |separator: &str| Rule::Join { separator: separator.to_owned() };
    assert_eq!(one(csv, text("v"), &["A", "B", "C"], join(", ")), ["b, c", "a, c", "–"]);
    assert_eq!(one(csv, text("v"), &["A", "B", "C"], join("")), ["bc", "ac", "–"]);
    assert_eq!(one(csv, text("v"), &["A", "B", "C"], join("\n")), ["b\nc", "a\nc", "–"]);
}

#[test]
fn a_part_that_is_not_there_is_a_reject_and_an_empty_one_is_not() {
    let csv = "Id,N\n1,\"Nowak, Anna\"\n2,Cher\n3,\"a,,c\"\n4,\n5,\"\"\"q\"\" \\, ż\"\n";
    let by = |part| Rule::Split { by: SplitBy::Delimiter { delimiter: ",".to_owned(), part } };
    assert_eq!(one(csv, text("v"), &["N"], by(1)), ["Nowak", "Cher", "a", "–", "\"q\" \\"]);
    assert_eq!(one(csv, text("v"), &["N"], by(2)), ["Anna", "✗ it has no part 2 (Cher)", "–", "–", "ż"]);
    assert_eq!(one(csv, text("v"), &["N"], by(-1)), ["Anna", "Cher", "c", "–", "ż"]);
    let lines = "Id,N\n1,\"a\nb\"\n2,a\\nb\n";
    let by = Rule::Split { by: SplitBy::Delimiter { delimiter: "\n".to_owned(), part: -1 } };
    assert_eq!(one(lines, text("v"), &["N"], by), ["b", "a\\nb"]);
}

#[test]
fn an_expression_is_computed_over_the_row_and_conditions_become_true_and_false() {
    let csv = "Id,First Name,Last,N\n1,Ada, lovelace,3\n2,,x,\n";
    let sql = |sql: &str| Rule::Expression { sql: sql.to_owned() };
    assert_eq!(one(csv, text("v"), &[], sql("upper(trim(Last)) || ', ' || [First Name]")), ["LOVELACE, Ada", "X,"]);
    assert_eq!(one(csv, field("v", FieldType::Boolean), &[], sql("N > '2'")), ["true", "false"]);
    assert_eq!(
        one(csv, field("v", FieldType::Integer), &[], sql("N * 1.5")),
        ["✗ not a whole number (3)", "✗ not a whole number ()"]
    );
    assert_eq!(one(csv, text("v"), &[], sql("date(Last) IS NULL")), ["1", "1"]);
}

#[test]
fn a_cell_that_says_now_is_no_clock() {
    let csv = "Id,D\n1,now\n2,NOW\n3,2024-01-31\n4,subsec\n";
    let sql = Rule::Expression { sql: "date(D, '+1 day')".to_owned() };
    assert_eq!(one(csv, text("v"), &["D"], sql), ["–", "–", "2024-02-01", "–"]);
}

#[test]
fn what_a_value_function_made_is_joined_and_what_it_did_not_make_is_a_reject() {
    let place = Place::of("Id,P,C\n1, 221 ,PL\n2,bad,PL\n3,,PL\n4,new,PL\n5,n/a,\n");
    let phone = Rule::Phone { country: String::new() };
    let fields = [field("phone", FieldType::Phone)];
    let map = map(vec![rule("phone", &["P", "C"], phone)]);
    let compiled = place.compile(&fields, &map).unwrap();
    let need = compiled.needs[0].clone();
    assert_eq!((compiled.needs.len(), need.columns.as_slice(), need.field.as_str()), (1, &[1, 2][..], "phone"));
    place
        .workspace
        .writer()
        .unwrap()
        .transact(move |tx| {
            tx.execute(
                "INSERT INTO value_recipe (id, function, parameters) VALUES (7, ?1, ?2)",
                [&need.recipe.function, &need.recipe.parameters],
            )?;
            for (input, output, fault) in [
                ("221\u{1f}PL", Some("+48221"), None),
                ("bad\u{1f}PL", None, Some("no valid number of PL")),
                ("n/a\u{1f}", None, None),
            ] {
                tx.execute("INSERT INTO value_outcome VALUES (7, ?1, ?2, ?3)", (input, output, fault))?;
            }
            Ok(())
        })
        .unwrap();
    let rows = place.run(&fields, &map);
    let shown: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row.values[0].as_deref().unwrap_or("–"), row.rejects.join("; ")))
        .collect();
    assert_eq!(
        shown,
        ["+48221 ", "– phone: no valid number of PL (bad · PL)", "– ", "– phone: not worked out yet (new · PL)", "– "]
    );
}

#[test]
fn limits_of_the_field_are_rejects_with_their_reason() {
    let csv = "Id,V\n1,abc\n2,abcdef\n3,zzz\n";
    let limited = Field { longest: Some(4), least: "b".to_owned(), ..text("v") };
    assert_eq!(
        one(csv, limited, &["V"], Rule::Copy),
        ["✗ less than b (abc)", "✗ longer than 4 characters (abcdef)", "zzz"]
    );
    let number = Field { least: "9".to_owned(), most: "10.5".to_owned(), ..field("v", FieldType::Decimal) };
    let csv = "Id,V\n1,10\n2,8\n3,10.51\n";
    assert_eq!(one(csv, number, &["V"], Rule::Copy), ["10", "✗ less than 9 (8)", "✗ more than 10.5 (10.51)"]);
    let allowed = |value: &str| Allowed { value: value.to_owned(), ..Allowed::default() };
    let choice = Field { allowed: vec![allowed("a"), allowed("b")], ..field("v", FieldType::Choice) };
    let csv = "Id,V\n1,a\n2,c\n3,\n";
    assert_eq!(one(csv, choice.clone(), &["V"], Rule::Copy), ["a", "✗ not among the allowed values (c)", "–"]);
    let choices = Field { kind: FieldType::Choices, ..choice.clone() };
    let csv = "Id,V\n1,a; b\n2,a;c\n3,\n";
    assert_eq!(one(csv, choices, &["V"], Rule::Copy), ["a; b", "✗ not among the allowed values (a;c)", "–"]);
    let csv = "Id,V\n1,x\n2,y\n";
    let mapped = value_map(vec![becomes("x", "a"), becomes("y", "other")]);
    assert_eq!(one(csv, choice, &["V"], mapped), ["a", "✗ not among the allowed values (y)"]);
}

#[test]
fn a_required_field_without_a_value_follows_its_policy_and_never_passes_in_silence() {
    let csv = "Id,V,W\n1,a,x\n2, ,y\n3,bad,z\n";
    let with = |policy, value: &str, required| {
        let missing = Missing { policy, value: value.to_owned() };
        let field = Field { required, missing, longest: Some(2), ..text("v") };
        one(csv, field, &["V"], Rule::Copy)
    };
    let bad = "✗ longer than 2 characters (bad)";
    assert_eq!(with(MissingPolicy::Default, "no", true), ["a", "no", bad]);
    assert_eq!(with(MissingPolicy::Derive, "upper(W)", true), ["a", "Y", bad]);
    assert_eq!(with(MissingPolicy::Derive, "W || 'long'", true), ["a", "✗ longer than 2 characters (ylong)", bad]);
    assert_eq!(with(MissingPolicy::Reject, "", true), ["a", "✗ required, and not there ( )", bad]);
    assert_eq!(with(MissingPolicy::Undecided, "", true), ["a", "✗ required, and nothing decided ( )", bad]);
    assert_eq!(with(MissingPolicy::Ask, "", true), ["a", "✗ required, and a person is to be asked ( )", bad]);
    assert_eq!(with(MissingPolicy::Undecided, "", false), ["a", "–", bad]);
    assert_eq!(with(MissingPolicy::Default, "no", false), ["a", "–", bad]);
}

#[test]
fn the_default_does_not_hide_a_value_that_could_not_be_converted() {
    let csv = "Id,S\n1,a\n2,x\n3,\n";
    let missing = Missing { policy: MissingPolicy::Default, value: "none".to_owned() };
    let field = Field { required: true, missing, ..text("s") };
    assert_eq!(
        one(csv, field, &["S"], value_map(vec![becomes("a", "A")])),
        ["A", "✗ no target for this value (x)", "none"]
    );
}

#[test]
fn a_required_field_without_a_rule_is_in_the_select_and_rejects() {
    let place = Place::of("Id,V\n1,a\n");
    let fields = [text("v"), Field { required: true, ..text("w") }, text("not wanted")];
    let rows = place.run(&fields, &map(vec![rule("v", &["V"], Rule::Copy)]));
    assert_eq!(rows[0].values, [Some("a".to_owned()), None]);
    assert_eq!(rows[0].rejects, ["w: required, and nothing decided (NULL)"]);
}

#[test]
fn rows_that_do_not_feed_the_entity_are_excluded_and_nothing_else_is_said_of_them() {
    let place = Place::of("Id,V,T\n1,a,1\n2,,0\n3,,1\n4,b,\n");
    let mut map = map(vec![rule("v", &["V"], Rule::Copy)]);
    "T = '1'".clone_into(&mut map.only_where);
    "test data".clone_into(&mut map.otherwise_excluded);
    let rows = place.run(&[Field { required: true, ..text("v") }], &map);
    let shown: Vec<(Option<&str>, usize)> =
        rows.iter().map(|row| (row.excluded.as_deref(), row.rejects.len())).collect();
    assert_eq!(shown, [(None, 0), (Some("test data"), 0), (None, 1), (Some("test data"), 0)]);
}

#[test]
fn all_faults_of_a_map_are_named_at_once() {
    let place = Place::of("Id,Last Name\n1,a\n");
    let map = map(vec![
        rule("v", &["LastName"], Rule::Copy),
        rule("w", &["Last Name"], Rule::Expression { sql: "upper(Lastname)".to_owned() }),
        rule("nowhere", &["Id"], Rule::Copy),
        rule("x", &["Id"], Rule::Reference { entity: "a".into(), source: "Zendesk".into(), object: "users".into() }),
    ]);
    let error = place.compile(&[text("v"), text("w"), text("x")], &map).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nowhere: person has no such field.\n\
         v: there is no column “LastName”; Last Name is near.\n\
         w: character 7: there is no column “Lastname”; Last Name is near.\n\
         x: there is no object Zendesk/users."
    );
}

#[test]
fn headers_that_would_break_out_of_the_statement_stay_names() {
    let csv = "Id,\"a\"\"; DROP TABLE load; --\",\"two\nlines\",record,made,r\n1,x,y,z,m,q\n";
    let place = Place::of(csv);
    let names: Vec<String> = {
        let reader = place.workspace.reader().unwrap();
        catalog::columns_of(reader.conn(), place.object.0).unwrap().into_iter().map(|column| column.name).collect()
    };
    let fields: Vec<Field> = names.iter().enumerate().map(|(at, _)| text(&format!("f{at}"))).collect();
    let rules = names.iter().zip(&fields).map(|(name, field)| rule(&field.name, &[name], Rule::Copy)).collect();
    let rows = place.run(&fields, &map(rules));
    assert_eq!(rows[0].values.iter().flatten().collect::<Vec<_>>(), ["1", "x", "y", "z", "m", "q"]);
}

#[test]
fn more_outcomes_than_sqlite_joins_are_looked_up_where_they_are_wanted() {
    let header: Vec<String> = (0..120).map(|at| format!("c{at}")).collect();
    let values: Vec<String> = (0..120).map(|at| format!("v{at}")).collect();
    let place = Place::of(&format!("{}\n{}\n", header.join(","), values.join(",")));
    let fields: Vec<Field> = (0..120).map(|at| field(&format!("f{at}"), FieldType::Country)).collect();
    let rules = header.iter().zip(&fields).map(|(name, field)| rule(&field.name, &[name], Rule::Country)).collect();
    let rows = place.run(&fields, &map(rules));
    assert_eq!(rows[0].rejects.len(), 120);
}

#[test]
fn what_is_counted_of_a_field_stands_beside_it() {
    let place = Place::of("Id,V,W\n1,a,x\n2, ,y\n3, b,\n4,long,\n");
    let missing = Missing { policy: MissingPolicy::Default, value: "no".to_owned() };
    let fields = [Field { required: true, missing, longest: Some(2), ..text("v") }];
    let compiled = place.compile(&fields, &map(vec![rule("v", &["V"], Rule::Copy)])).unwrap();
    let reader = place.workspace.reader().unwrap();
    let mut statement = reader.conn().prepare(&compiled.counting_sql).unwrap();
    let states: Vec<i64> =
        statement.query_map([0, i64::MAX], |row| row.get(6)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(states, [FILLED, MISSING, FILLED + CHANGED, FILLED]);
}

#[test]
fn the_whole_select_reads_like_one() {
    let place = Place::of("Id,Last Name,Phone,Status,Birth\n1,a,b,c,d\n");
    let fields = [
        Field { required: true, longest: Some(80), ..text("family_name") },
        field("phone", FieldType::Phone),
        field("status", FieldType::Choice),
        field("birth_date", FieldType::Date),
        text("origin"),
    ];
    let mut map = map(vec![
        rule("family_name", &["Last Name"], Rule::Copy),
        rule("phone", &["Phone"], Rule::Phone { country: "PL".to_owned() }),
        rule(
            "status",
            &["Status"],
            value_map(vec![
                becomes("Active", "customer"),
                ValueRow {
                    value: "Test".to_owned(),
                    to: ValueTarget::Excluded("test data".to_owned()),
                    ..ValueRow::default()
                },
            ]),
        ),
        rule("birth_date", &["Birth"], Rule::Date { format: "day-first".to_owned() }),
        rule("origin", &[], Rule::Constant { value: "Salesforce".to_owned() }),
    ]);
    "Status IS NOT 'Deleted'".clone_into(&mut map.only_where);
    let compiled = place.compile(&fields, &map).unwrap();
    let reader = place.workspace.reader().unwrap();
    reader.conn().prepare(&compiled.sql).unwrap();
    // Only the texts of recipes are others'.
    let recipes = compiled.needs.iter().fold(compiled.sql.clone(), |sql, need| {
        let sentence = match need.field.as_str() {
            "phone" => map.fields[1].rule.sentence(&map.fields[1].from),
            _ => map.fields[3].rule.sentence(&map.fields[3].from),
        };
        sql.replace(&quote_text(&need.recipe.parameters), "'…'")
            .replace(&quote_text(&need.recipe.function), "'(function)'")
            .replace(&format!(": {sentence}\n"), ": (sentence)\n")
            .replace(&quote_text(&sentence), "'(sentence)'")
    });
    insta::assert_snapshot!(recipes);
}

#[test]
fn a_number_rule_is_checked_where_its_own_work_is_not_enough() {
    let number = |rounding| Rule::Number { decimal: '.', scale: 0, rounding };
    let whole = field("n", FieldType::Integer);
    assert!(limits::checks(&whole, Some(&number(Rounding::HalfUp)), "v").is_empty());
    assert_eq!(limits::checks(&whole, Some(&number(Rounding::None)), "v").len(), 1);
}

#[test]
fn a_column_that_is_called_like_what_is_worked_out_keeps_its_own_values() {
    let rows = "Id,Name,Name Trimmed,Mail,Mail but plain addresses\n1, a ,other,ada@example.com,x@example.com\n";
    let place = Place::of(rows);
    let fields = [text("a"), text("b"), field("c", FieldType::Email), field("d", FieldType::Email)];
    let map = map(vec![
        rule("a", &["Name"], Rule::Copy),
        rule("b", &["Name Trimmed"], Rule::Copy),
        rule("c", &["Mail"], Rule::Email),
        rule("d", &["Mail but plain addresses"], Rule::Email),
    ]);
    let compiled = place.compile(&fields, &map).unwrap();
    place.cook(&compiled);
    let values = place.run(&fields, &map).remove(0).values;
    let texts: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    assert_eq!(texts, ["a", "other", "ada@example.com", "x@example.com"]);
}

#[test]
fn values_that_need_no_value_function_are_not_prepared() {
    let place =
        Place::of("Id,Mail,Made\n1,ada@example.com,2025-01-31T10:15:00.000Z\n2,Ada <ADA@example.com>, 31 Jan\n3,,\n");
    let fields = [field("mail", FieldType::Email), field("made", FieldType::Datetime)];
    let map = map(vec![
        rule("mail", &["Mail"], Rule::Email),
        rule("made", &["Made"], Rule::DateTime { format: "iso".to_owned(), zone: "UTC".to_owned() }),
    ]);
    let compiled = place.compile(&fields, &map).unwrap();
    place.cook(&compiled);
    let reader = place.workspace.reader().unwrap();
    let mut statement = reader.conn().prepare("SELECT input FROM value_outcome ORDER BY input").unwrap();
    let inputs: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(inputs, ["31 Jan", "Ada <ADA@example.com>"]);
    let rows = run(reader.conn(), &compiled);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(rows[0].values, [some("ada@example.com"), some("2025-01-31T10:15:00Z")]);
    assert_eq!(rows[1].values, [some("ADA@example.com"), None]);
    assert_eq!((rows[1].rejects.len(), rows[0].rejects.len()), (1, 0));
    assert_eq!((rows[2].values.clone(), rows[2].rejects.len()), (vec![None, None], 0));
}
