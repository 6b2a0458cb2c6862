//! OpenDocument workbooks.

use super::*;

/// A workbook of these tables: attributes of `table:table`, XML inside of it.
fn workbook(tables: &[(&str, &str)]) -> Vec<u8> {
    let body: String =
        tables.iter().map(|(attributes, inside)| format!("<table:table {attributes}>{inside}</table:table>")).collect();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:automatic-styles>\
         <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style>\
         <style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
         </office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest/>"),
    ])
}

fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

fn text(value: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>")
}

fn typed(kind: &str, attribute: &str, value: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"{kind}\" office:{attribute}=\"{value}\"><text:p>shown</text:p></table:table-cell>"
    )
}

const REST: &str = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";

#[test]
fn values_come_out_as_the_plainest_text_that_keeps_them() {
    let cells = [
        text("two  words<text:s text:c=\"2\"/>apart<text:line-break/>below").replace("  ", "\n  "),
        "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>a note</text:p></office:annotation>\
         <text:p>one</text:p><text:p><text:span>t</text:span>wo &amp; more</text:p></table:table-cell>"
            .to_owned(),
        typed("float", "value", "1234567890123456789"),
        typed("float", "value", "0.1"),
        typed("percentage", "value", "0.25"),
        typed("boolean", "boolean-value", "true"),
        typed("date", "date-value", "2025-11-14T06:00:00"),
        typed("time", "time-value", "PT36H00M00S"),
        "<table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell>".to_owned(),
        "<table:table-cell/>".to_owned(),
        typed("currency", "value", "12.5"),
    ];
    let head: String = (0..cells.len()).map(|n| text(&format!("c{n}"))).collect();
    let (scan, taken, tally) = read_bytes(
        "x.ods",
        workbook(&[("table:name=\"One\" table:style-name=\"ta1\"", &(row(&head) + &row(&cells.concat()) + REST))]),
    );
    assert_eq!(describe(&scan), "ODS sheet “One”, header on row 1");
    assert_eq!(
        taken.values()[0],
        [
            "two words  apart\nbelow",
            "one\ntwo & more",
            "1234567890123456789",
            "0.1",
            "0.25",
            "TRUE",
            "2025-11-14T06:00:00",
            "36:00:00",
            "#DIV/0!",
            "∅",
            "12.5"
        ]
    );
    assert_eq!(taken.rows.len(), 1);
    assert_eq!(tally.warnings.len(), 3, "{:?}", tally.warnings);
}

#[test]
fn sheets_rows_and_columns_are_read_in_all_their_moods() {
    let data =
        "<table:table-column/><table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"2\"/>"
            .to_owned()
            + &row(&text("Customers of March"))
            + &row("<table:table-cell/>")
            + &row(&(text("id") + &text("name") + &text("n")))
            + &format!(
                "<table:table-row table:visibility=\"filter\">{}<table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\" table:number-rows-spanned=\"1\"><text:p>Ann</text:p></table:table-cell><table:covered-table-cell/></table:table-row>",
                typed("float", "value", "1")
            )
            + &row(&(typed("float", "value", "2") + "<table:table-cell table:formula=\"of:=[.A5]+1\"/>" + &text("x")))
            + &format!(
                "<table:table-row table:number-rows-repeated=\"2\">{}</table:table-row>",
                typed("float", "value", "3") + &text("Bob") + &text("y")
            )
            + REST;
    let fixture = Fixture::new(
        "x.ods",
        workbook(&[
            ("table:name=\"One\" table:style-name=\"ta2\"", &data),
            ("table:name=\"None\"", REST),
            ("table:name=\"'file:///x.ods'#$A\"", &format!("<table:table-source/>{}", row(&text("far")))),
        ]),
    );
    let parts = list_parts(fixture.path(), &ReadOptions::default()).unwrap();
    let skipped: Vec<&str> = parts.skipped.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(skipped, ["an empty sheet", "a copy of another file's sheet"]);
    let (scan, taken, tally) = read_part(&parts.parts[0], &ReadOptions::default()).unwrap();
    assert_eq!(scan.header_line, Some(3));
    assert_eq!(scan.warnings[0], "The sheet is hidden in the workbook; it is read all the same.");
    assert_eq!(taken.values(), [vec!["1", "Ann"], vec!["3", "Bob", "y"], vec!["3", "Bob", "y"]]);
    assert_eq!(taken.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 6, 7]);
    let lost = &taken.quarantined[0];
    assert_eq!(
        (lost.reason, lost.detail.as_str(), lost.line),
        ("formula without a stored value", "B5 holds =[.A5]+1", 5)
    );
    assert_eq!(lost.bytes, b"2,=[.A5]+1,x");
    for said in ["1 hidden row was", "2 hidden columns were", "1 group of merged cells"] {
        assert!(tally.warnings.iter().any(|w| w.starts_with(said)), "{:?}", tally.warnings);
    }
}

#[test]
fn protected_and_hostile_workbooks_are_refused() {
    let locked = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", b"\x01\x02\x03"),
        ("META-INF/manifest.xml", b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"),
    ]);
    let error = refused("x.ods", locked);
    assert!(error.message.contains("password") || error.kind == ReadErrorKind::Format, "{error}");
    let wide = "x".repeat(20_000);
    let bomb = format!("<table:table-row table:number-rows-repeated=\"1000000\">{}</table:table-row>", text(&wide));
    let across = row(&text(&wide).replacen(' ', " table:number-columns-repeated=\"16384\" ", 1));
    for data in [bomb.clone(), across, row(&text("a")) + &bomb] {
        let error = refused("x.ods", workbook(&[("table:name=\"One\"", &data)]));
        assert_eq!(error.kind, ReadErrorKind::Limit, "{error}");
    }
    let cut = zipped(&[("mimetype", b"x"), ("content.xml", b"<a><table:table table:name=\"One\"><table:table-row>")]);
    assert!(matches!(refused("x.ods", cut).kind, ReadErrorKind::Format | ReadErrorKind::Empty));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..crate::values::steady_cases() })]

    #[test]
    fn any_content_loads_or_is_refused(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<table:table-row>", "</table:table-row>", "<table:table-row table:number-rows-repeated=\"99999999999\">", "<table:table-cell>",
        "<table:table-cell office:value-type=\"float\" office:value=\"1e400\">", "</table:table-cell>", "<table:covered-table-cell>",
        "</table:covered-table-cell>", "<text:p>", "</text:p>", "x", "&amp;", "&", "<text:s text:c=\"-5\"/>", "<office:annotation>",
        "</office:annotation>", "<table:table table:name=\"One\">", "</table:table>", "<table:table-cell table:number-columns-repeated=\"0\"/>",
        "<table:table-cell table:number-columns-repeated=\"17000\" office:value-type=\"time\" office:time-value=\"PTxS\"/>", "<draw:frame>", "]]>", "<![CDATA[",
    ]), 0..24)) {
        let fixture = Fixture::new("x.ods", workbook(&[("table:name=\"One\"", &(row(&text("a")) + &pieces.concat()))]));
        if let Ok(parts) = list_parts(fixture.path(), &ReadOptions::default()) {
            for part in &parts.parts {
                let _ = read_part(part, &ReadOptions::default());
            }
        }
    }
}
