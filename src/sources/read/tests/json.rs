//! JSON files.

use super::*;

#[test]
fn one_object_a_line_is_read() {
    let (scan, taken, _) = read_bytes("a.ndjson", "{\"id\":1,\"n\":{\"x\":\"a\"}}\n\n{\"id\":2,\"y\":null}\r\n");
    assert_eq!(describe(&scan), "NDJSON, UTF-8");
    assert_eq!(scan.columns, ["id", "n.x", "y"]);
    assert_eq!(taken.values(), [["1", "a", "∅"], ["2", "∅", "∅"]]);
    assert_eq!(taken.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn the_array_in_an_answer_of_a_web_interface_is_read() {
    let text = r#"{"count":5,"users":[{"id":1},
 {"id":2}],"next_page":null,"roles":[{"r":1}]}"#;
    let (scan, taken, _) = read_bytes("a.json", text);
    assert_eq!(scan.layout, Layout::JsonMember("users".to_owned()));
    assert_eq!(taken.values(), [["1"], ["2"]]);
    assert_eq!(taken.rows[1].0, 2);
    assert_eq!(
        scan.warnings,
        ["The rows are the array “users”. Beside it and not read: “roles”, “count”, “next_page”."]
    );
}

#[test]
fn arrays_and_objects_over_several_lines_are_read() {
    let (scan, taken, _) = read_bytes("a.json", "[\n  {\n    \"a\": 1\n  },\n  {\"a\": \"]}\\\"\"}\n]\n");
    assert_eq!(describe(&scan), "JSON array, UTF-8");
    assert_eq!(taken.values(), [["1"], ["]}\""]]);
    let (scan, taken, _) = read_bytes("a.json", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n");
    assert_eq!(scan.layout, Layout::JsonObjects);
    assert_eq!(taken.values(), [["1"], ["2"]]);
    assert_eq!(taken.rows[1].0, 4);
    let (_, taken, _) = read_bytes("a.json", "[]");
    assert!(taken.rows.is_empty());
    let (scan, taken, _) = read_bytes("a.json", "{\n  \"a\": 1\n}");
    assert_eq!((scan.columns.len(), taken.values()), (1, vec![vec!["1"]]));
}

#[test]
fn a_broken_line_goes_to_quarantine_and_the_next_is_read() {
    let text = "{\"a\":1}\n{\"a\":\n[1]\n{\"a\":1,\"a\":2}\nx\n{\"a\":2}\n";
    let (_, taken, _) = read_bytes("a.ndjson", text);
    assert_eq!(taken.values(), [["1"], ["2"]]);
    let reasons: Vec<_> = taken.quarantined.iter().map(|q| (q.line, q.reason)).collect();
    assert_eq!(
        reasons,
        [(2, "JSON object cut off"), (3, "not a JSON object"), (4, "key given twice"), (5, "not JSON")]
    );
    for row in &taken.quarantined {
        let at = usize::try_from(row.offset).unwrap();
        assert_eq!(&text.as_bytes()[at..at + row.bytes.len()], row.bytes);
    }
}

#[test]
fn an_array_goes_on_after_a_broken_element() {
    let text = "[\n  {\"a\": 1},\n  {\"a\": \"x\n  \"},\n  {\"a\": 2},\n  {\"a\": [3}},\n  {\"a\": 4}\n]\n";
    let (_, taken, _) = read_bytes("a.json", text);
    assert_eq!(taken.values(), [["1"], ["2"], ["4"]]);
    assert_eq!(
        taken.quarantined.iter().map(|q| (q.line, q.reason)).collect::<Vec<_>>(),
        [(3, "not JSON"), (6, "not JSON")]
    );
    let (_, taken, _) = read_bytes("a.json", "[{\"a\":1},{\"a\":");
    assert_eq!(taken.values(), [["1"]]);
    assert_eq!(taken.quarantined[0].reason, "JSON object cut off");
    assert_eq!(taken.quarantined[0].bytes, b"{\"a\":");
}

#[test]
fn a_key_with_a_dot_and_a_nested_path_are_two_columns() {
    let (scan, taken, _) = read_bytes("a.ndjson", "{\"a.b\":1,\"c.d\":5}\n{\"a\":{\"b\":2}}\n");
    assert_eq!(scan.columns, ["[\"a.b\"]", "c.d", "a.b"]);
    assert_eq!(taken.values(), [["1", "5", "∅"], ["∅", "∅", "2"]]);
}

#[test]
fn utf16_and_marks_are_decoded_and_bad_bytes_quarantined() {
    let text = "{\"a\":\"é\"}\n{\"a\":\n";
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let (scan, taken, _) = read_bytes("a.json", &bytes);
    assert_eq!(scan.encoding, "UTF-16BE");
    assert_eq!(taken.values(), [["é"]]);
    let at = usize::try_from(taken.quarantined[0].offset).unwrap();
    assert_eq!(taken.quarantined[0].bytes, bytes[at..bytes.len() - 2]);
    let (_, taken, _) = read_bytes("a.ndjson", b"\xEF\xBB\xBF{\"a\":1}\n{\"a\":\"\xFF\"}\n{\"a\":3}\n");
    assert_eq!(taken.values(), [["1"], ["3"]]);
    assert_eq!(taken.quarantined[0].reason, "not UTF-8 in a UTF-8 file");
}

#[test]
fn brackets_without_end_are_refused_or_quarantined() {
    let deep = "[".repeat(3 << 20);
    for text in [
        format!("{{\"a\":{deep}"),
        format!("[{{\"a\":{deep}"),
        format!("{{\"a\":{deep}\n"),
        deep.clone(),
        "{".repeat(1 << 20),
    ] {
        let (_, taken, tally) = read_bytes("x.json", text);
        assert_eq!((taken.rows.len() as u64, tally.records), (0, 0));
        assert!(tally.quarantined >= 1);
    }
}

#[test]
fn rows_across_the_reading_buffer_keep_line_and_offset() {
    let mut text = String::new();
    for n in 0..20_000 {
        text.push_str(&format!("{{\"n\":{n},\"t\":\"{}\"}}\r\n", "é\\n".repeat(n % 60)));
        if n % 1000 == 999 {
            text.push_str("oops\r\n\r\n");
        }
    }
    for (name, bytes) in
        [("x.ndjson", text.clone()), ("x.json", format!("[{}]", text.replace("oops", "").replace("}\r\n", "},\r\n")))]
    {
        let (_, taken, _) = read_bytes(name, &bytes);
        assert_eq!(taken.rows.len(), 20_000, "{name}");
        for (n, (line, row)) in taken.rows.iter().enumerate() {
            assert_eq!(*line, 1 + n as u64 + 2 * (n as u64 / 1000), "{name}");
            assert_eq!(row[0].as_deref().unwrap(), n.to_string());
        }
        for row in &taken.quarantined {
            let at = usize::try_from(row.offset).unwrap();
            assert_eq!(&bytes.as_bytes()[at..at + row.bytes.len()], row.bytes);
        }
    }
}
