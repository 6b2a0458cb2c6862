//! What expressions may say, what they may not, and that no text does more than it should.

use proptest::prelude::*;

use super::*;

fn columns() -> Vec<String> {
    ["Id", "LastName", "First Name", "a\"b", "two\nlines", "x]; DROP TABLE t; --", "Order", "Length", "N"]
        .map(str::to_owned)
        .to_vec()
}

fn sql(text: &str) -> String {
    check(text, &columns()).unwrap_or_else(|error| panic!("{text}: {error}")).sql
}

fn wrong(text: &str) -> (String, Option<usize>) {
    match check(text, &columns()) {
        Err(MappingError::Expression { message, at, .. }) => (message, at),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn names_are_qualified_and_texts_stay_texts() {
    assert_eq!(sql("upper(trim(LastName))"), "(upper(trim(r.\"LastName\")))");
    assert_eq!(sql("lastname || ', ' || \"First Name\""), "(r.\"LastName\" || ', ' || r.\"First Name\")");
    assert_eq!(sql("[First Name] || `a\"b`"), "(r.\"First Name\" || r.\"a\"\"b\")");
    assert_eq!(sql("\"a\"\"b\" = 'O''Brien -- ; /*'"), "(r.\"a\"\"b\" = 'O''Brien -- ; /*')");
    assert_eq!(sql("\"x]; DROP TABLE t; --\""), "(r.\"x]; DROP TABLE t; --\")");
    assert_eq!(sql("length(Length)"), "(length(r.\"Length\"))");
    assert_eq!(
        sql("case when N > 3 and \"Order\" in ('a', 'b') then 1.5e3 else cast(N as integer) end"),
        "(CASE WHEN r.\"N\" > 3 AND r.\"Order\" IN ('a', 'b') THEN 1.5e3 ELSE CAST(r.\"N\" AS INTEGER) END)"
    );
    assert_eq!(sql("N COLLATE nocase IS NOT NULL"), "(r.\"N\" COLLATE NOCASE IS NOT NULL)");
    assert_eq!(check("N + Id + N", &columns()).unwrap().columns, [0, 8]);
}

#[test]
fn an_error_names_the_place_and_what_is_near() {
    assert_eq!(
        wrong("upper(LastNam)"),
        ("Character 7: there is no column “LastNam”; LastName is near.".to_owned(), Some(6))
    );
    assert_eq!(wrong("'ż' || Qqq").0, "Character 8: there is no column “Qqq”.");
    assert_eq!(wrong("upperr(Id)").0, "Character 1: there is no function “upperr” here; upper is near.");
    assert_eq!(wrong("trim(Id").0, "Character 5: the parenthesis that opens here is not closed.");
    assert_eq!(wrong("Id)").0, "Character 3: nothing was opened that closes here.");
    assert_eq!(wrong("'abc").0, "Character 1: the text that begins here does not end.");
    assert_eq!(wrong("Id = ; 1").0, "Character 6: a statement ends here.");
    assert_eq!(wrong("Id + * N").1, Some(5));
    assert_eq!(wrong("Id N").1, Some(3));
    assert!(wrong("substr(Id)").1.is_some());
    assert_eq!(wrong("   ").0, "The expression is empty.");
}

#[test]
fn what_reads_elsewhere_loops_or_writes_is_refused() {
    for text in [
        "(SELECT 1)",
        "EXISTS (SELECT 1 FROM load)",
        "Id IN (SELECT name FROM source)",
        "Id IN load",
        "Id IN Id",
        "count(Id)",
        "count(*)",
        "max(Id)",
        "min(Id)",
        "sum(N) OVER ()",
        "group_concat(Id)",
        "random()",
        "randomblob(100)",
        "zeroblob(1000000000)",
        "load_extension('x')",
        "readfile('/etc/passwd')",
        "writefile('x', Id)",
        "sqlite_version()",
        "last_insert_rowid()",
        "RAISE(ABORT, 'x')",
        "CURRENT_TIMESTAMP",
        "date('now')",
        "date(' NOW ')",
        "date()",
        "strftime('%Y')",
        "datetime(Id, 'localtime')",
        "datetime(Id, N)",
        "printf('%999999999d', N)",
        "printf('%*d', N, N)",
        "printf(Id, N)",
        "main.source",
        "r.Id",
        "1; DROP TABLE t",
        "1 -- x",
        "1 /* x */",
        "?1",
        ":a",
        "@a",
        "$a",
        "x'00'",
        "Id) FROM load --",
        "1)), y TEXT AS ((1",
        "rowid",
        "c0",
        "g0",
        "t",
        "json_each(Id)",
        "json_group_array(Id)",
        "Id REGEXP 'a'",
        "Id MATCH 'a'",
        "* ",
        "Id, N",
        "DISTINCT Id",
        "Id AS TEXT",
        "Id ->> '$.a'",
        "json_extract(Id, '$[')",
        "json_extract(Id, '$.a[')",
        "json_extract(Id, '$.')",
        "json_extract(Id, 'a')",
        "json_extract(Id, '$[#-x]')",
        "json_extract(Id, N)",
        "json(json_extract(Id, '$.a'))",
        "Id LIKE 'a' ESCAPE 'xx'",
        "Id LIKE 'a' ESCAPE N",
        "char(N)",
        "char(55296)",
    ] {
        assert!(check(text, &columns()).is_err(), "{text}");
    }
}

#[test]
fn depth_and_length_have_an_end() {
    let deep = format!("{}Id{}", "(".repeat(41), ")".repeat(41));
    assert!(wrong(&deep).0.contains("more than 40 parentheses"));
    let deep = format!("{}Id{}", "trim(".repeat(30), ")".repeat(30));
    assert!(check(&deep, &columns()).is_ok());
    let cases = format!("{}1{}", "CASE WHEN 1 THEN ".repeat(41), " END".repeat(41));
    assert!(wrong(&cases).0.contains("more than 40 CASEs"));
    assert!(wrong(&format!("'{}'", "x".repeat(4_000))).0.contains("longer than 4000 characters"));
    let wide = vec!["Id"; 900].join("||");
    assert!(check(&wide, &columns()).is_err());
}

#[test]
fn a_text_that_grows_and_grows_ends_as_an_error() {
    let conn = Connection::open_in_memory().unwrap();
    limit(&conn).unwrap();
    let bomb = format!("{}Id{}", "replace(".repeat(12), ", 'a', 'aaaaaaaaaaaaaaaa')".repeat(12));
    let sql = sql(&bomb);
    let error = conn
        .query_row(&format!("SELECT length({sql}) FROM (SELECT 'a' AS Id) AS r"), [], |row| row.get::<_, i64>(0))
        .unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::TooBig));
}

#[test]
fn a_cell_that_a_function_would_stop_at_has_no_value_and_says_why() {
    let conn = Connection::open_in_memory().unwrap();
    let of = |text: &str, cell: &str| {
        let expression = Expression::read(text, &columns()).unwrap();
        let column = |_: usize| "r.Id".to_owned();
        let none = |_: usize| "NULL".to_owned();
        let faults = expression.faults(&column, &none);
        let fault = faults.first().map_or("NULL", String::as_str);
        let sql = format!("SELECT {}, {fault} FROM (SELECT ?1 AS Id) AS r", expression.sql(&column, &none));
        let row = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, Option<rusqlite::types::Value>>(0)?.is_some(), row.get::<_, Option<String>>(1)?))
        };
        conn.query_row(&sql, [cell], row).unwrap()
    };
    let no_json = Some("it is no JSON".to_owned());
    assert_eq!(of("json_extract(Id, '$.a')", "{\"a\":1}"), (true, None));
    assert_eq!(of("json_extract(Id, '$.a')", "{\"a\""), (false, no_json.clone()));
    assert_eq!(of("json_extract(Id, '$.\"a b\"[#-1].c[0]')", "{\"a b\":[{\"c\":[7]}]}"), (true, None));
    assert_eq!(of("json_extract(Id, '$.a')", ""), (false, None));
    assert_eq!(of("json(Id)", "["), (false, no_json));
    assert_eq!(of("CASE WHEN json_valid(Id) THEN json(Id) END", "["), (false, None));
    let large = Some("the number is too large".to_owned());
    assert_eq!(of("abs(CAST(Id AS INTEGER))", "-9223372036854775808"), (false, large));
    assert_eq!(of("abs(CAST(Id AS INTEGER))", "-7"), (true, None));
}

#[test]
fn thousands_of_columns_are_no_obstacle() {
    let many: Vec<String> = (0..5_000).map(|at| format!("column {at}")).collect();
    assert_eq!(check("\"column 4999\" || \"column 3\"", &many).unwrap().columns, [3, 4_999]);
}

/// Pieces that hostile and honest expressions are made of.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "Id",
        "LastName",
        "\"First Name\"",
        "[x",
        "'",
        "\"",
        "(",
        ")",
        ",",
        "||",
        "+",
        "=",
        "IN",
        "NOT",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "SELECT",
        "FROM",
        "load",
        "upper(",
        "trim(",
        "max(",
        "count(",
        "replace(",
        "date(",
        "'now'",
        "1",
        "2.5",
        "--",
        "/*",
        "*/",
        ";",
        "NULL",
        "IS",
        "AS",
        "CAST(",
        "TEXT",
        "COLLATE",
        "NOCASE",
        "LIKE",
        "'%a%'",
        "BETWEEN",
        "AND",
        "x'00'",
        "json_extract(",
        "'$.a'",
        "printf(",
        "'%d'",
        "é",
        "\u{202e}",
        "\0",
        "\n",
        "EXISTS",
        "UNION",
        "->>",
        "iif(",
        "WITH",
        "VALUES",
        "rowid",
        "sqlite_schema",
        "DISTINCT",
        "OVER",
        "ORDER BY",
    ];
    prop_oneof![
        8 => prop::sample::select(words.map(str::to_owned).to_vec()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..crate::values::steady_cases() })]

    /// Whatever is accepted computes one value of one row, in a database in which there is more to read and to write.
    #[test]
    fn no_text_reads_another_table_or_writes(pieces in prop::collection::vec(piece(), 1..14)) {
        let text = pieces.join(" ");
        if let Ok(checked) = check(&text, &columns()) {
            let mut conn = Connection::open_in_memory().unwrap();
            let list: Vec<String> = columns().iter().map(|name| format!("'secretless' AS {}", quote_name(name))).collect();
            conn.execute_batch(&format!(
                "CREATE TABLE load (x); INSERT INTO load VALUES ('secret'); CREATE TABLE here AS SELECT {}",
                list.join(", ")
            )).unwrap();
            limit(&conn).unwrap();
            use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
            conn.authorizer(Some(|context: AuthContext<'_>| match context.action {
                AuthAction::Select | AuthAction::Function { .. } => Authorization::Allow,
                AuthAction::Read { table_name: "here", .. } => Authorization::Allow,
                _ => Authorization::Deny,
            })).unwrap();
            let statement = format!("SELECT {} FROM here AS r", checked.sql);
            let mut prepared = conn.prepare(&statement).unwrap_or_else(|error| panic!("{text}\n{statement}\n{error}"));
            prop_assert!(prepared.readonly());
            let rows = prepared.query_map([], |_| Ok(())).unwrap().filter(Result::is_ok).count();
            prop_assert!(rows <= 1);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), header in prop::collection::vec(any::<String>(), 0..4)) {
        let _ = check(&text, &header);
        for name in &header {
            // A header that can stand in quotes is a column, whatever it holds.
            let quoted = format!("\"{}\"", name.replace('"', "\"\""));
            if !name.is_empty() && quoted.chars().count() <= LONGEST {
                prop_assert!(check(&quoted, &header).is_ok(), "{quoted}");
            }
        }
    }
}
