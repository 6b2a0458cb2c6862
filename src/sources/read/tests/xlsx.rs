//! Workbooks.

use super::*;

/// A workbook of these sheets: name, state, XML of `sheetData`'s inside.
pub(super) fn workbook(sheets: &[(&str, &str, &str)], strings: &str, date1904: bool) -> Vec<u8> {
    let mut members: Vec<(String, String)> = vec![
        ("[Content_Types].xml".into(), "<Types/>".into()),
        (
            "_rels/.rels".into(),
            "<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".into(),
        ),
        (
            "xl/styles.xml".into(),
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm:ss\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"164\"/><xf numFmtId=\"10\"/></cellXfs></styleSheet>".into(),
        ),
        ("xl/sharedStrings.xml".into(), strings.into()),
    ];
    let mut listed = String::new();
    let mut rels = String::new();
    for (n, (name, state, data)) in sheets.iter().enumerate() {
        listed += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" state=\"{state}\" r:id=\"r{n}\"/>");
        rels += &format!(
            "<Relationship Id=\"r{n}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
        members.push((
            format!("xl/worksheets/sheet{n}.xml"),
            format!("<worksheet><sheetData>{data}</sheetData></worksheet>"),
        ));
    }
    let flag = if date1904 { "1" } else { "0" };
    members.push((
        "xl/workbook.xml".into(),
        format!("<workbook xmlns:r=\"r\"><workbookPr date1904=\"{flag}\"/><sheets>{listed}</sheets></workbook>"),
    ));
    members.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{rels}</Relationships>")));
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (n.as_str(), b.as_bytes())).collect();
    zipped(&members)
}

fn text(cell: &str, value: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{value}</t></is></c>")
}

fn header(names: &[&str]) -> String {
    let cells: String =
        names.iter().enumerate().map(|(n, v)| text(&format!("{}1", char::from(b'A' + n as u8)), v)).collect();
    format!("<row r=\"1\">{cells}</row>")
}

#[test]
fn values_come_out_as_the_plainest_text_that_keeps_them() {
    let data = header(&["kind", "value"])
        + &[
            ("whole", "<c r=\"B2\"><v>42</v></c>"),
            ("part", "<c r=\"B3\"><v>0.1</v></c>"),
            ("large", "<c r=\"B4\"><v>1.2345678901234567E+18</v></c>"),
            ("yes", "<c r=\"B5\" t=\"b\"><v>1</v></c>"),
            ("day", "<c r=\"B6\" s=\"1\"><v>45975</v></c>"),
            ("moment", "<c r=\"B7\" s=\"2\"><v>45975.25</v></c>"),
            ("span", "<c r=\"B8\" s=\"3\"><v>1.5</v></c>"),
            ("error", "<c r=\"B9\" t=\"e\"><v>#N/A</v></c>"),
            ("shared", "<c r=\"B10\" t=\"s\"><v>0</v></c>"),
            ("none", "<c r=\"B11\" s=\"1\"/>"),
        ]
        .iter()
        .enumerate()
        .map(|(n, (name, cell))| format!("<row r=\"{}\">{}{cell}</row>", n + 2, text(&format!("A{}", n + 2), name)))
        .collect::<String>();
    let strings = "<sst uniqueCount=\"1\"><si><t>a_x001B_b</t></si></sst>";
    let (scan, taken, tally) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], strings, false));
    assert_eq!(describe(&scan), "XLSX sheet “One”, header on row 1");
    let values: Vec<&str> = taken.rows.iter().map(|(_, r)| r[1].as_deref().unwrap_or("∅")).collect();
    assert_eq!(
        values,
        [
            "42",
            "0.1",
            "1234567890123456800",
            "TRUE",
            "2025-11-14",
            "2025-11-14T06:00:00",
            "36:00:00",
            "#N/A",
            "a\u{1b}b",
            "∅"
        ]
    );
    assert_eq!(tally.warnings.len(), 2);
    let (scan, taken, _) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], strings, true));
    assert_eq!(scan.warnings, ["The workbook counts its dates from 1904; they were read so."]);
    assert_eq!(taken.rows[4].1[1].as_deref(), Some("2029-11-15"));
}

#[test]
fn hidden_sheets_are_read_and_said_to_be_hidden_and_empty_ones_are_left_out() {
    let data = header(&["a", "b"]) + "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
    let bytes = workbook(
        &[
            ("One", "visible", &data),
            ("Two", "hidden", &data),
            ("Deep", "veryHidden", &data),
            ("Three", "visible", "<row r=\"1\"><c r=\"A1\" s=\"1\"/></row>"),
        ],
        "<sst/>",
        false,
    );
    let fixture = Fixture::new("x.xlsx", bytes);
    let parts = list_parts(fixture.path(), &ReadOptions::default()).unwrap();
    let said: Vec<(&str, usize)> = parts
        .parts
        .iter()
        .map(|part| {
            let (scan, ..) = read_part(part, &ReadOptions::default()).unwrap();
            (part.sheet.as_deref().unwrap(), scan.warnings.iter().filter(|w| w.contains("hidden")).count())
        })
        .collect();
    assert_eq!(said, [("One", 0), ("Two", 1), ("Deep", 1)]);
    assert_eq!(parts.skipped, [("Three".to_owned(), "an empty sheet".to_owned())]);
}

#[test]
fn what_is_hidden_merged_or_wrong_on_a_sheet_is_read_and_counted() {
    let data = "</sheetData><cols><col min=\"2\" max=\"2\" hidden=\"1\"/><col min=\"9\" max=\"12\" hidden=\"1\"/></cols><sheetData>"
        .to_owned()
        + &header(&["id", "name", "share"])
        + "<row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>1234567890123456789</v></c><c r=\"B2\" t=\"e\"><v>#REF!</v></c><c r=\"C2\" s=\"4\"><v>0.25</v></c></row>\
           <row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\" t=\"str\"><f>A3&amp;\"\"</f><v></v></c></row>\
           <row r=\"4\"><c r=\"A4\" s=\"1\"/></row><row r=\"5\" s=\"1\" customFormat=\"1\"/>\
           </sheetData><mergeCells count=\"2\"><mergeCell ref=\"A1:B1\"/><mergeCell ref=\"A2:A3\"/></mergeCells><sheetData>";
    let (_, taken, tally) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], "<sst/>", false));
    assert_eq!(taken.values(), [vec!["1234567890123456789", "#REF!", "0.25"], vec!["2", "∅"]]);
    assert_eq!(
        tally.warnings,
        [
            "1 formula on the sheet; their values are those stored when the workbook was saved.",
            "1 cell holds an error such as #REF!; it is kept as that text.",
            "1 percentage is kept as the number behind it: 25 % is 0.25.",
            "1 hidden row was read like the others.",
            "1 hidden column was read like the others: B.",
            "2 groups of merged cells on the sheet: the value stands in the first cell of each, the others are not given.",
        ]
    );
}

#[test]
fn two_tables_on_one_sheet_are_noticed() {
    let row = |n: u32, cells: [&str; 2]| {
        let cell = |column: char, value: &str| match value.parse::<u32>() {
            Ok(_) => format!("<c r=\"{column}{n}\"><v>{value}</v></c>"),
            Err(_) => text(&format!("{column}{n}"), value),
        };
        format!("<row r=\"{n}\">{}{}</row>", cell('A', cells[0]), cell('B', cells[1]))
    };
    let data = row(1, ["id", "name"]) + &row(2, ["1", "Ann"]) + &row(5, ["plan", "price"]) + &row(6, ["Gold", "12"]);
    let (_, _, tally) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], "<sst/>", false));
    assert_eq!(
        tally.warnings,
        ["Another table seems to begin on row 5; the sheet is read as one table. Put each on a sheet of its own."]
    );
    let beside = format!(
        "<row r=\"1\">{}{}{}{}</row><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"D2\"><v>3</v></c></row>",
        text("A1", "id"),
        text("B1", "name"),
        text("D1", "plan"),
        text("E1", "price")
    );
    let (scan, ..) = read_bytes("x.xlsx", workbook(&[("One", "visible", &beside)], "<sst/>", false));
    assert!(
        scan.warnings.iter().any(|w| w.starts_with("Column C is empty between named columns")),
        "{:?}",
        scan.warnings
    );
}

#[test]
fn a_formula_without_a_stored_value_goes_to_quarantine() {
    let data = header(&["a", "b"])
        + "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><f>A2+1</f><v>2</v></c></row>\
           <row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\"><f>A3+1</f></c></row>\
           <row r=\"9\"></row>";
    let (_, taken, tally) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], "<sst/>", false));
    assert_eq!(taken.values(), [["1", "2"]]);
    let row = &taken.quarantined[0];
    assert_eq!((row.reason, row.detail.as_str(), row.line), ("formula without a stored value", "B3 holds =A3+1", 3));
    assert_eq!(row.bytes, b"1,=A3+1");
    assert!(tally.warnings[0].starts_with("2 formulas"));
}

#[test]
fn title_rows_stand_above_the_header_of_a_sheet() {
    let data = format!(
        "<row r=\"1\">{}</row><row r=\"3\">{}{}{}</row><row r=\"4\"><c r=\"A4\"><v>1</v></c>{}<c r=\"C4\"><v>3</v></c></row>",
        text("A1", "Customers of March"),
        text("A3", "id"),
        text("B3", "name"),
        text("C3", "n"),
        text("B4", "Ann")
    );
    let (scan, taken, _) = read_bytes("x.xlsx", workbook(&[("One", "visible", &data)], "<sst/>", false));
    assert_eq!(scan.header_line, Some(3));
    assert_eq!(scan.warnings, ["1 row above the header was not read as data: Customers of March"]);
    assert_eq!(taken.rows, [(4, vec![Some("1".to_owned()), Some("Ann".to_owned()), Some("3".to_owned())])]);
}

#[test]
fn hostile_workbooks_are_refused() {
    let rows_back = "<row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
    for (data, strings) in [
        ("<row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row>", "<sst/>"),
        ("<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>", "<sst/>"),
        ("<row r=\"4294967297\"><c r=\"A4294967297\"><v>1</v></c></row>", "<sst/>"),
        ("<row r=\"1\"><c r=\"AAAAAAAAAAAAAAA1\"><v>1</v></c></row>", "<sst/>"),
        ("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>", "<sst/>"),
        ("<row r=\"1\"><c r=\"A1\"><v>1</v></c>", "<sst uniqueCount=\"18446744073709551615\"/>"),
        (rows_back, "<sst/>"),
    ] {
        let error = refused("x.xlsx", workbook(&[("One", "visible", data)], strings, false));
        assert!(matches!(error.kind, ReadErrorKind::Format | ReadErrorKind::Limit), "{data}: {error}");
    }
    // One cell in the last corner is a table of one row, not one of seventeen thousand million cells.
    let corner = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let fixture = Fixture::new("x.xlsx", workbook(&[("One", "visible", corner)], "<sst/>", false));
    assert!(read_part(&fixture.part(), &ReadOptions::default()).is_ok());
}

#[test]
fn a_workbook_inside_a_zip_is_read() {
    let data = header(&["a", "b"]) + "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
    let book = workbook(&[("One", "visible", &data)], "<sst/>", false);
    let (scan, taken, _) = read_bytes("x.zip", zipped(&[("book.xlsx", &book)]));
    assert_eq!(scan.layout, Layout::Sheet("One".to_owned()));
    assert_eq!(taken.values(), [["1"]]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..crate::values::steady_cases() })]

    #[test]
    fn a_damaged_workbook_loads_or_is_refused(at in 0.0_f64..1.0, byte in proptest::prelude::any::<u8>(), cut in proptest::prelude::any::<bool>()) {
        let data = header(&["a", "b"]) + "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>1</v></c><c r=\"B2\"><f>A2</f><v>3</v></c></row>";
        let mut bytes = workbook(&[("One", "visible", &data)], "<sst uniqueCount=\"1\"><si><t>x</t></si></sst>", false);
        let at = ((bytes.len() - 1) as f64 * at) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let fixture = Fixture::new("x.xlsx", bytes);
        if let Ok(parts) = list_parts(fixture.path(), &ReadOptions::default()) {
            for part in &parts.parts {
                let _ = read_part(part, &ReadOptions::default());
            }
        }
    }

    #[test]
    fn any_sheet_loads_or_is_refused(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<row r=\"1\">", "<row r=\"2\">", "<row>", "<row r=\"0\">", "<row r=\"x\">", "</row>", "<c r=\"A1\">", "<c r=\"B2\" t=\"s\">",
        "<c>", "<c t=\"b\">", "<c t=\"zz\">", "<c r=\"A\">", "<c r=\"1\">", "<c s=\"1\">", "<c s=\"99\" t=\"str\">", "</c>", "<c/>",
        "<v>", "</v>", "<v/>", "1", "0", "-5", "1e999", "nan", "45975.5", "#N/A", "text", "&amp;", "&#27;", "&#0;", "&bogus;", "_x001B_",
        "<f>", "</f>", "<f/>", "<f t=\"shared\" si=\"4000000000\" ref=\"A1:B2\">", "<f t=\"shared\" si=\"0\"/>", "<is><t>", "</t></is>",
        "<!-- ", " -->", "<![CDATA[", "]]>", "<?x", "?>", "<", ">", "\"", "'", "</sheetData>", "<sheetData>", "<dimension ref=\"B2:A1\"/>",
    ]), 0..24)) {
        let data = header(&["a", "b"]) + &pieces.concat();
        let fixture = Fixture::new("x.xlsx", workbook(&[("One", "visible", &data)], "<sst><si><t>x</t></si></sst>", false));
        if let Ok(parts) = list_parts(fixture.path(), &ReadOptions::default()) {
            for part in &parts.parts {
                let _ = read_part(part, &ReadOptions::default());
            }
        }
    }
}
