//! Delimited files: encodings, dialects, rows that are not as they should be.

use proptest::prelude::*;

use super::*;

fn options(change: impl FnOnce(&mut ReadOptions)) -> ReadOptions {
    let mut options = ReadOptions::default();
    change(&mut options);
    options
}

#[test]
fn line_ends_marks_and_blank_lines_are_no_data() {
    for text in [
        "a,b\n1,2\n3,4",
        "a,b\r\n1,2\r\n\r\n3,4\r\n",
        "a,b\r1,2\r3,4\r",
        "\u{feff}a,b\n\n1,2\n3,4\n",
        "\n\r\na,b\n1,2\n3,4\n",
    ] {
        let (scan, taken, tally) = read_bytes("x.csv", text);
        assert_eq!(scan.columns, ["a", "b"], "{text:?}");
        assert_eq!(taken.values(), [["1", "2"], ["3", "4"]], "{text:?}");
        assert_eq!((tally.rows, tally.warnings.len()), (2, 0));
    }
    let (scan, ..) = read_bytes("x.csv", "\u{feff}a,b\n1,2\n");
    assert!(scan.bom);
    assert_eq!(describe(&scan), "CSV, comma, UTF-8, header on line 1");
}

#[test]
fn physical_lines_count_breaks_inside_quotes() {
    let (_, taken, _) = read_bytes("x.csv", "a,b\n\"x\ny\r\nz\",1\n\n2,3\r\"u\rv\",w\n4,5\n");
    assert_eq!(taken.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 6, 7, 9]);
}

#[test]
fn wide_text_of_both_ends_is_decoded_and_kept_by_its_bytes() {
    let text = "id,name\n1,é\n2,\"a\u{1F600}b\",x\n3,z\n";
    for (mark, little) in [(&[0xFF, 0xFE][..], true), (&[0xFE, 0xFF], false), (&[], true)] {
        let mut bytes = mark.to_vec();
        for unit in text.encode_utf16() {
            bytes.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        let (scan, taken, _) = read_bytes("x.csv", &bytes);
        assert_eq!(scan.encoding, if little { "UTF-16LE" } else { "UTF-16BE" });
        assert_eq!(taken.values(), [["1", "é"], ["3", "z"]]);
        let row = &taken.quarantined[0];
        let at = usize::try_from(row.offset).unwrap();
        assert_eq!(&bytes[at..at + row.bytes.len()], row.bytes);
        assert_eq!(row.bytes.len(), "2,\"a😀b\",x".encode_utf16().count() * 2);
    }
    let mut bytes: Vec<u8> = vec![0xFF, 0xFE];
    for unit in "a,b\n1,".encode_utf16().chain([0xD800]).chain("\n3,4".encode_utf16()) {
        bytes.extend(unit.to_le_bytes());
    }
    bytes.push(0x41);
    let (_, taken, _) = read_bytes("x.csv", &bytes);
    assert_eq!(taken.quarantined.len(), 2);
    assert_eq!(taken.quarantined[0].bytes, [b'1', 0, b',', 0, 0x00, 0xD8]);
    assert_eq!(taken.quarantined[1].bytes, [b'3', 0, b',', 0, b'4', 0, 0x41]);
}

#[test]
fn an_older_encoding_is_found_by_all_bytes() {
    let mut bytes = b"id,name\n".to_vec();
    for n in 0..3000 {
        bytes.extend(format!("{n},plain text\n").bytes());
    }
    bytes.extend(b"3000,Caf\xE9 M\xFCller\n3001,Stra\xDFe\n3002,Se\xF1or\n3003,\x80 5\n");
    let (scan, taken, _) = read_bytes("x.csv", &bytes);
    assert_eq!(scan.encoding, "windows-1252");
    assert_eq!(
        taken.values()[3000..],
        [["3000", "Café Müller"], ["3001", "Straße"], ["3002", "Señor"], ["3003", "€ 5"]]
    );
}

#[test]
fn a_single_bad_row_in_a_utf8_file_goes_to_quarantine() {
    let mut bytes = "id,name\n".as_bytes().to_vec();
    for n in 0..1500 {
        bytes.extend(format!("{n},é\n").bytes());
    }
    bytes.extend(b"1500,Caf\xE9\n1501,ok\n");
    let (scan, taken, tally) = read_bytes("x.csv", &bytes);
    assert_eq!(scan.encoding, "UTF-8");
    assert_eq!((tally.records, tally.quarantined), (1501, 1));
    assert_eq!(taken.quarantined[0].reason, "not UTF-8 in a UTF-8 file");
    assert_eq!(taken.quarantined[0].bytes, b"1500,Caf\xE9");
    assert_eq!(taken.quarantined[0].line, 1502);
}

#[test]
fn bytes_of_a_character_do_not_join_across_fields() {
    let mut bytes = "a,b\n".as_bytes().to_vec();
    for n in 0..1500 {
        bytes.extend(format!("{n},é\n").bytes());
    }
    bytes.extend(b"x\xC3,\xA9y\n");
    let (_, taken, _) = read_bytes("x.csv", &bytes);
    assert_eq!(taken.quarantined.len(), 1);
}

#[test]
fn a_person_names_the_encoding() {
    let fixture = Fixture::new("x.csv", b"a,b\n1,\xE9\n2,\xE8\n");
    let (scan, taken, _) =
        read_part(&fixture.part(), &options(|o| o.encoding = Some("windows-1250".to_owned()))).unwrap();
    assert_eq!(scan.encoding, "windows-1250");
    assert_eq!(taken.values(), [["1", "é"], ["2", "č"]]);
    let error = scan_of(&fixture, &options(|o| o.encoding = Some("klingon".to_owned()))).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Encoding);
    assert!(error.hint.contains("windows-1252"));
    let fixture = Fixture::new("x.csv", b"\xEF\xBB\xBFa,b\n1,\xD2\n2,x\n");
    let (scan, taken, _) =
        read_part(&fixture.part(), &options(|o| o.encoding = Some("windows-1253".to_owned()))).unwrap();
    assert_eq!(scan.columns, ["a", "b"]);
    assert_eq!(taken.values(), [["2", "x"]]);
    assert_eq!(taken.quarantined[0].reason, "not readable in the file's encoding");
    assert_eq!(taken.quarantined[0].bytes, b"1,\xD2");
}

fn scan_of(fixture: &Fixture, options: &ReadOptions) -> Result<Scan, ReadError> {
    scan(&fixture.part(), options, &Job::new())
}

#[test]
fn ragged_rows_are_records_or_quarantined() {
    let (_, taken, tally) = read_bytes("x.csv", "a,b,c\n1\n1,2,3,,\n1,2,3,4\n1,2,3\n");
    assert_eq!(tally.short_rows, 1);
    assert_eq!(taken.values(), [vec!["1"], vec!["1", "2", "3"], vec!["1", "2", "3"]]);
    assert_eq!(taken.quarantined[0].reason, "more fields than the header");
    assert_eq!(taken.quarantined[0].detail, "4 fields, the header has 3");
    assert_eq!((taken.quarantined[0].line, taken.quarantined[0].offset), (4, 16));
    assert_eq!(tally.warnings.len(), 2);
}

#[test]
fn an_unterminated_quote_is_reported_where_it_opened() {
    let text = "id,note,x\n1,\"two\nlines\",y\n2,\"also\ntwo\",\"never closed\n3,a,b\n4,c,d\n";
    let (_, taken, tally) = read_bytes("x.csv", text);
    assert_eq!((tally.records, tally.quarantined), (1, 1));
    let row = &taken.quarantined[0];
    assert_eq!(row.reason, "quote opened and never closed");
    assert_eq!(row.detail, "opened on line 5, column 3 (x); it runs over 3 lines to the end of the file");
    assert_eq!(row.line, 4);
    assert_eq!(row.bytes, &text.as_bytes()[26..]);
    assert_eq!(row.offset, 26);
    for closed in ["a,b\n1,\"x\"", "a,b\n1,5\" pipe", "a,b\n1,\"x\"\"\"", "a,b\n1,\"x\"y"] {
        let (_, taken, _) = read_bytes("x.csv", closed);
        assert!(taken.quarantined.is_empty(), "{closed}");
    }
}

#[test]
fn a_quote_that_swallows_the_next_row_is_named() {
    let (_, taken, _) = read_bytes("x.csv", "\"id\",\"name\"\n\"1\",\"a\n\"2\",\"b\"\n\"3\",\"c\"\n");
    assert_eq!(taken.values(), [["3", "c"]]);
    assert_eq!(
        taken.quarantined[0].detail,
        "3 fields, the header has 2; the quote opened on line 2, column 2 (name), seems not to be closed"
    );
    assert_eq!(taken.quarantined[0].bytes, b"\"1\",\"a\n\"2\",\"b\"");
}

#[test]
fn a_row_beyond_the_limit_stops_the_load_and_names_the_quote() {
    let text = format!("a,b\n1,2\n3,\"open\n{}", "x,y\n".repeat(1000));
    let fixture = Fixture::new("x.csv", text);
    let error = read_part(&fixture.part(), &options(|o| o.limits.row_bytes = 1000)).unwrap_err();
    assert_eq!((error.kind, error.line, error.column), (ReadErrorKind::Limit, Some(3), Some(2)));
    assert!(error.hint.contains("--quote none"));
    let (_, taken, _) = read_part(&fixture.part(), &options(|o| o.quote = Some(None))).unwrap();
    assert_eq!(taken.rows.len(), 1002);
}

#[test]
fn zero_bytes_are_values() {
    let (_, taken, _) = read_bytes("x.csv", b"a,b,c\n\0,2,3\n");
    assert_eq!(taken.values(), [["\0", "2", "3"]]);
}

#[test]
fn files_without_rows_are_told_apart() {
    let (scan, taken, _) = read_bytes("x.csv", "id,name\n");
    assert_eq!((scan.columns.len(), taken.rows.len()), (2, 0));
    for nothing in ["", "\u{feff}", "\n\r\n\n"] {
        assert_eq!(refused("x.csv", nothing).kind, ReadErrorKind::Empty, "{nothing:?}");
    }
}

#[test]
fn a_file_without_a_header_gets_numbered_columns() {
    let (scan, taken, _) =
        read_bytes("x.csv", "1,ann@x.org,2024-01-01\n2,bob@x.org,2024-01-02\n3,eve@x.org,2024-01-03\n");
    assert_eq!(scan.columns, ["column_1", "column_2", "column_3"]);
    assert_eq!(taken.rows.len(), 3);
    assert_eq!(describe(&scan), "CSV, comma, UTF-8, no header");
    let fixture = Fixture::new("x.csv", "sep=;\n1;2\n3;4\n");
    let (_, taken, _) = read_part(&fixture.part(), &options(|o| o.header_line = Some(None))).unwrap();
    assert_eq!(taken.values(), [["1", "2"], ["3", "4"]]);
}

#[test]
fn spreadsheet_habits_are_understood() {
    let (scan, taken, _) = read_bytes("x.csv", "sep=;\r\nname;preis\r\nTür;1,50\r\nTor;2,75\r\n");
    assert_eq!(scan.dialect.unwrap(), Dialect { delimiter: b';', quote: Some(b'"'), header_line: Some(2) });
    assert_eq!(taken.values(), [["Tür", "1,50"], ["Tor", "2,75"]]);
    let (scan, taken, _) = read_bytes("x.csv", "Customers of March\n\nid,name,city\n1,'Ann',Rome\n2,Bob,Oslo\n");
    assert_eq!(scan.dialect.unwrap().header_line, Some(3));
    assert_eq!(scan.warnings.len(), 1);
    assert_eq!(taken.values()[0], ["1", "'Ann'", "Rome"]);
    let (_, taken, _) = read_bytes("x.csv", "'a','b'\n'1,5','it''s'\n'2','3'\n");
    assert_eq!(taken.values(), [["1,5", "it's"], ["2", "3"]]);
}

#[test]
fn repeated_and_missing_names_stay_and_are_said() {
    let (scan, ..) = read_bytes("x.csv", "id,name,,name\n1,2,3,4\nx,y,z,w\n");
    assert_eq!(scan.columns, ["id", "name", "", "name"]);
    assert_eq!(
        scan.warnings,
        ["The header names a column more than once: “name”.", "1 column of the header has no name."]
    );
}

#[test]
fn blank_lines_of_a_one_column_file_are_counted() {
    let (_, taken, tally) = read_bytes("x.csv", "name\nAnn\n\nBob\n");
    assert_eq!(taken.values(), [["Ann"], ["Bob"]]);
    assert_eq!(tally.warnings.len(), 1);
}

#[test]
fn forty_thousand_columns_are_read() {
    let header: Vec<String> = (0..40_000).map(|n| format!("c{n}")).collect();
    let row: Vec<String> = (0..40_000).map(|n| format!("v{n}")).collect();
    let (scan, taken, _) = read_bytes("x.csv", format!("{}\n{}\n", header.join(","), row.join(",")));
    assert_eq!(scan.columns.len(), 40_000);
    assert_eq!(taken.rows[0].1.last().unwrap().as_deref(), Some("v39999"));
    let fixture = Fixture::new("x.csv", format!("{}\n", header.join(",")));
    let error = scan_of(&fixture, &options(|o| o.limits.columns = 100)).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Limit);
    let wide = format!("a,b\n1,2\n{}x\n{}\n3,4\n", ",".repeat(300_000), ",".repeat(300_000));
    let (_, taken, _) = read_bytes("x.csv", wide);
    assert_eq!((taken.rows.len(), taken.quarantined.len()), (3, 1));
    assert_eq!(taken.quarantined[0].detail, "300,001 fields, the header has 2");
}

#[test]
fn a_file_that_changes_between_the_passes_is_noticed() {
    let fixture = Fixture::new("x.csv", "a,b\n1,2\n3,4\n");
    let part = fixture.part();
    let job = Job::new();
    let scanned = scan(&part, &ReadOptions::default(), &job).unwrap();
    for other in ["a,b\n1,2\n3,5\n", "a,b\n1,2\n3,4\n5,6\n", "a,b\n1,2\n", ""] {
        std::fs::write(fixture.path(), other).unwrap();
        let error = read(&part, &scanned, &ReadOptions::default(), &job, &mut Taken::default()).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Changed, "{other:?}");
    }
    std::fs::write(fixture.path(), "a,b\n1,2\n3,4\n").unwrap();
    assert!(read(&part, &scanned, &ReadOptions::default(), &job, &mut Taken::default()).is_ok());
}

#[test]
fn a_cancelled_job_stops_both_passes() {
    let fixture = Fixture::new("x.csv", "a,b\n1,2\n");
    let part = fixture.part();
    let job = Job::new();
    let scanned = scan(&part, &ReadOptions::default(), &job).unwrap();
    assert!(job.cancel());
    assert_eq!(scan(&part, &ReadOptions::default(), &job).unwrap_err().kind, ReadErrorKind::Cancelled);
    let error = read(&part, &scanned, &ReadOptions::default(), &job, &mut Taken::default()).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Cancelled);
}

#[test]
fn a_sink_that_fails_stops_the_reading() {
    struct Full;
    impl RowSink for Full {
        fn record(&mut self, _: &Row<'_>) -> Result<(), Stop> {
            Err(Stop::Sink)
        }
        fn quarantine(&mut self, _: Quarantined) -> Result<(), Stop> {
            Ok(())
        }
    }
    let fixture = Fixture::new("x.csv", "a,b\n1,2\n");
    let part = fixture.part();
    let job = Job::new();
    let scanned = scan(&part, &ReadOptions::default(), &job).unwrap();
    let error = read(&part, &scanned, &ReadOptions::default(), &job, &mut Full).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Stopped);
}

#[test]
fn rows_across_the_reading_buffer_are_whole() {
    let mut text = String::from("id,text\n");
    for n in 0..30_000 {
        text.push_str(&format!("{n},\"é {} \"\"q\"\" \n line\"\r\n", "x".repeat(n % 97)));
    }
    let (_, taken, _) = read_bytes("x.csv", &text);
    assert_eq!(taken.rows.len(), 30_000);
    for (n, (line, row)) in taken.rows.iter().enumerate() {
        assert_eq!(*line, 2 + 2 * n as u64);
        assert_eq!(row[1].as_deref().unwrap(), format!("é {} \"q\" \n line", "x".repeat(n % 97)));
    }
}

/// Rows of a table without the ones that no delimited file can tell from blank lines.
fn table(columns: std::ops::Range<usize>, cell: &'static str) -> impl Strategy<Value = Vec<Vec<String>>> {
    columns.prop_flat_map(move |n| proptest::collection::vec(proptest::collection::vec(cell, n), 1..12))
}

fn written(rows: &[Vec<String>], delimiter: u8, style: csv::QuoteStyle, end: csv::Terminator) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..crate::values::steady_cases() })]

    #[test]
    fn any_bytes_load_or_are_refused(bytes in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..400),
        proptest::collection::vec(prop_oneof![
            Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b';'), Just(0xE9), Just(b'a'), Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b':')
        ], 0..200),
    ], json in any::<bool>()) {
        let fixture = Fixture::new(if json { "x.json" } else { "x.csv" }, &bytes);
        if let Ok(parts) = list_parts(fixture.path(), &ReadOptions::default()) {
            for part in &parts.parts {
                let Ok((scan, taken, _)) = read_part(part, &ReadOptions::default()) else { continue };
                if scan.encoding == "UTF-8" {
                    for row in &taken.quarantined {
                        let at = usize::try_from(row.offset).unwrap();
                        prop_assert_eq!(&bytes[at..at + row.bytes.len()], row.bytes.as_slice());
                    }
                }
            }
        }
        let part = Part { file: fixture.path().to_path_buf(), members: vec![], sheet: None, format: if json { Format::Json } else { Format::Delimited }, size: None };
        let _ = read_part(&part, &ReadOptions::default());
    }

    #[test]
    fn any_table_comes_back_value_by_value(
        rows in table(1..6, "\\PC{0,6}|[,;\"'\r\n\t|a-z]{0,8}"),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        necessary in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let style = if necessary { csv::QuoteStyle::Necessary } else { csv::QuoteStyle::Always };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let bytes = written(&rows, delimiter, style, end);
        let fixture = Fixture::new("x.csv", &bytes);
        let part = Part { file: fixture.path().to_path_buf(), members: vec![], sheet: None, format: Format::Delimited, size: None };
        let options = options(|o| {
            o.delimiter = Some(delimiter);
            o.quote = Some(Some(b'"'));
            o.header_line = Some(None);
            o.encoding = Some("utf-8".to_owned());
        });
        prop_assume!(sniff::declared_delimiter(&bytes).is_none() && !bytes.starts_with(b"\xEF\xBB\xBF"));
        let (_, taken, _) = read_part(&part, &options).unwrap();
        let expected: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
        prop_assert_eq!(taken.values(), expected);
    }

    #[test]
    fn an_ordinary_table_is_read_without_being_told_how(
        rows in table(2..8, "[A-Za-zéüß0-9 .@-]{1,12}").prop_filter("three rows", |r| r.len() >= 3),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        always in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let names: Vec<String> = (0..rows[0].len()).map(|n| format!("{}name", char::from(b'a' + n as u8))).collect();
        let mut all = vec![names.clone()];
        all.extend(rows.iter().cloned());
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let (scan, taken, _) = read_bytes("x.csv", written(&all, delimiter, style, end));
        prop_assert_eq!(scan.columns, names);
        let expected: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
        prop_assert_eq!(taken.values(), expected);
    }

    #[test]
    fn objects_written_by_lines_come_back(rows in proptest::collection::vec((any::<i64>(), any::<String>(), any::<Option<bool>>()), 1..10)) {
        let mut text = String::new();
        for (n, s, b) in &rows {
            text.push_str(&serde_json::json!({"n": n, "s": s, "deep": {"b": b}}).to_string());
            text.push('\n');
        }
        let (scan, taken, _) = read_bytes("x.ndjson", text);
        prop_assert_eq!(scan.columns, ["n", "s", "deep.b"]);
        for ((n, s, b), (_, row)) in rows.iter().zip(&taken.rows) {
            prop_assert_eq!(row, &vec![Some(n.to_string()), Some(s.clone()), b.map(|b| b.to_string())]);
        }
        prop_assert_eq!(taken.rows.len(), rows.len());
    }
}
