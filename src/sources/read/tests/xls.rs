//! Old Excel workbooks, written here byte by byte.

use super::*;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

/// A cell: row, column, style, and what follows.
fn cell(kind: u16, row: u16, column: u16, style: u16, rest: &[u8]) -> Vec<u8> {
    let head: Vec<u8> = [row, column, style].iter().flat_map(|n| n.to_le_bytes()).collect();
    record(kind, &[&head, rest].concat())
}

fn number(row: u16, column: u16, style: u16, n: f64) -> Vec<u8> {
    cell(0x0203, row, column, style, &n.to_le_bytes())
}

fn shared(row: u16, column: u16, at: u32) -> Vec<u8> {
    cell(0x00FD, row, column, 0, &at.to_le_bytes())
}

fn formula(row: u16, column: u16, value: [u8; 8], flags: u16) -> Vec<u8> {
    cell(0x0006, row, column, 0, &[&value[..], &flags.to_le_bytes(), &[0; 6]].concat())
}

fn plain(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

/// A stream of the texts and sheets: name, state, kind and records of each.
fn stream(strings: &[Vec<u8>], sheets: &[(&str, u8, u8, Vec<u8>)], from_1904: bool, more: &[u8]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[0x0600_u16, kind].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>());
    let mut globals = [bof(5), record(0x0022, &u16::from(from_1904).to_le_bytes()), more.to_vec()].concat();
    globals.extend(record(0x041E, &[&164_u16.to_le_bytes()[..], &plain("yyyy\\-mm\\-dd")].concat()));
    for format in [0_u16, 164, 10, 46] {
        globals.extend(record(0x00E0, &[&0_u16.to_le_bytes()[..], &format.to_le_bytes(), &[0; 16]].concat()));
    }
    let count = u32::try_from(strings.len()).unwrap();
    let mut table = [count.to_le_bytes(), count.to_le_bytes()].concat();
    table.extend(strings.concat());
    let sst = record(0x00FC, &table);
    let listed: usize = sheets.iter().map(|(name, ..)| 4 + 8 + name.len()).sum();
    let mut place = globals.len() + listed + sst.len() + 4;
    let mut bodies = Vec::new();
    for (name, state, kind, records) in sheets {
        let at = u32::try_from(place).unwrap().to_le_bytes();
        globals.extend(record(
            0x0085,
            &[&at[..], &[*state, *kind, u8::try_from(name.len()).unwrap(), 0], name.as_bytes()].concat(),
        ));
        let body = [bof(0x10), records.clone(), record(0x000A, &[])].concat();
        place += body.len();
        bodies.extend(body);
    }
    [globals, sst, record(0x000A, &[]), bodies].concat()
}

/// The container of one stream.
fn contained(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    assert!(sectors < 126);
    let mut head = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 16]].concat();
    for short in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        head.extend(short.to_le_bytes());
    }
    for long in [0_u32, 1, 1, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 0] {
        head.extend(long.to_le_bytes());
    }
    head.resize(512, 0xFF);
    let mut fat: Vec<u8> = [0xFFFF_FFFD_u32, 0xFFFF_FFFE].iter().flat_map(|n| n.to_le_bytes()).collect();
    for at in 0..sectors {
        fat.extend(if at + 1 == sectors { 0xFFFF_FFFE } else { at + 3 }.to_le_bytes());
    }
    fat.resize(512, 0xFF);
    let entry = |name: &str, kind: u8, child: u32, first: u32, size: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for link in [u32::MAX, u32::MAX, child] {
            entry.extend(link.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(first.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    let mut folder = entry("Root Entry", 5, 1, 0xFFFF_FFFE, 0);
    folder.extend(entry(name, 2, u32::MAX, 2, u32::try_from(stream.len()).unwrap()));
    folder.resize(512, 0);
    [head, fat, folder, stream].concat()
}

fn simple(more: &[u8]) -> Vec<u8> {
    let strings = [plain("id"), plain("name"), plain("Ann")];
    let data = [shared(0, 0, 0), shared(0, 1, 1), number(1, 0, 0, 7.0), shared(1, 1, 2)].concat();
    contained("Workbook", &stream(&strings, &[("One", 0, 0, data)], false, more))
}

#[test]
fn values_of_every_kind_of_record_are_read() {
    // The third text goes on in the next record, where it becomes wide.
    let mut strings = vec![plain("kind"), plain("value")];
    strings.push([&8_u16.to_le_bytes()[..], &[8, 1, 0], b"Lef", &0x3C_u16.to_le_bytes()].concat());
    let rest: Vec<u8> =
        [&[1][..], &"èvreß".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), &[0; 4]].concat();
    let cut = strings[2].len() - 2;
    let mut stream_bytes = {
        let rk = |n: u32| n.to_le_bytes();
        let data = [
            record(0x007D, &[1_u16, 1, 0, 0, 1].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>()),
            record(0x0208, &[3_u16, 0, 2, 0, 0, 0, 0x20, 0].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>()),
            shared(0, 0, 0),
            shared(0, 1, 1),
            number(1, 1, 1, 45_975.0),
            cell(0x027E, 2, 1, 0, &rk((1234 << 2) | 3)),
            cell(0x0205, 3, 1, 0, &[0x2A, 1]),
            cell(0x0205, 4, 1, 0, &[1, 0]),
            cell(0x0204, 5, 1, 0, &plain("label")),
            // Two numbers in one record.
            record(
                0x00BD,
                &[
                    &6_u16.to_le_bytes()[..],
                    &[0; 4],
                    &rk((5 << 2) | 2),
                    &2_u16.to_le_bytes(),
                    &(0.25_f64.to_bits() >> 32).to_le_bytes()[..4],
                    &1_u16.to_le_bytes(),
                ]
                .concat(),
            ),
            formula(7, 1, 2.5_f64.to_le_bytes(), 0),
            formula(8, 1, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
            record(0x0207, &plain("computed")),
            formula(9, 0, [2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF], 0),
            formula(10, 1, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF], 2),
            shared(11, 1, 2),
            number(12, 1, 3, 1.5),
            record(0x00E5, &[&1_u16.to_le_bytes()[..], &[0; 8]].concat()),
        ]
        .concat();
        // Written without the text that is cut, then put together by hand.
        let short = vec![strings[0].clone(), strings[1].clone(), strings[2][..cut].to_vec()];
        let extra = 4 + rest.len();
        let mut whole = stream(&short, &[("One", 0, 0, data)], false, &[]);
        let sst = whole.windows(2).position(|w| w == [0xFC, 0]).unwrap();
        let end = sst + 4 + usize::from(u16::from_le_bytes([whole[sst + 2], whole[sst + 3]]));
        whole.splice(end..end, record(0x003C, &rest));
        let sheet = whole.windows(2).position(|w| w == [0x85, 0]).unwrap() + 4;
        let place = u32::from_le_bytes(whole[sheet..sheet + 4].try_into().unwrap()) + u32::try_from(extra).unwrap();
        whole[sheet..sheet + 4].copy_from_slice(&place.to_le_bytes());
        whole
    };
    let (scan, taken, tally) = read_bytes("x.xls", contained("Workbook", &stream_bytes));
    assert_eq!(describe(&scan), "XLS sheet “One”, header on row 1");
    let values: Vec<String> = taken
        .rows
        .iter()
        .map(|(line, r)| format!("{line} {}", r.iter().flatten().map(String::as_str).collect::<Vec<_>>().join("|")))
        .collect();
    assert_eq!(
        values,
        [
            "2 2025-11-14",
            "3 12.34",
            "4 #N/A",
            "5 TRUE",
            "6 label",
            "7 5|0.25",
            "8 2.5",
            "9 computed",
            "10 #REF!",
            "12 Lefèvreß",
            "13 36:00:00"
        ]
    );
    let lost = &taken.quarantined[0];
    assert_eq!((lost.reason, lost.detail.as_str()), ("formula without a stored value", "B11 holds a formula"));
    assert_eq!(tally.warnings.len(), 5, "{:?}", tally.warnings);
    stream_bytes.truncate(stream_bytes.len() / 2);
    let _ = read_all(contained("Workbook", &stream_bytes));
}

fn read_all(bytes: Vec<u8>) -> Result<Parts, ReadError> {
    let fixture = Fixture::new("x.xls", bytes);
    let parts = list_parts(fixture.path(), &ReadOptions::default())?;
    for part in &parts.parts {
        read_part(part, &ReadOptions::default())?;
    }
    Ok(parts)
}

#[test]
fn hidden_sheets_are_read_and_charts_and_empty_ones_are_not() {
    let strings = [plain("id"), plain("name")];
    let data = || [shared(0, 0, 0), shared(0, 1, 1), number(1, 0, 0, 44_513.0), number(1, 1, 1, 44_513.0)].concat();
    let sheets =
        [("A", 0, 0, data()), ("B", 1, 0, data()), ("C", 2, 0, data()), ("D", 0, 2, data()), ("E", 0, 0, Vec::new())];
    let fixture = Fixture::new("x.xls", contained("Workbook", &stream(&strings, &sheets, true, &[])));
    let parts = list_parts(fixture.path(), &ReadOptions::default()).unwrap();
    assert_eq!(parts.parts.iter().filter_map(|p| p.sheet.as_deref()).collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(
        parts.skipped,
        [("D".to_owned(), "a chart, no table".to_owned()), ("E".to_owned(), "an empty sheet".to_owned())]
    );
    let (scan, taken, _) = read_part(&parts.parts[2], &ReadOptions::default()).unwrap();
    assert!(scan.warnings[0].contains("very hidden"));
    assert!(scan.warnings[1].contains("1904"));
    assert_eq!(taken.values(), [["44513", "2025-11-14"]]);
}

#[test]
fn a_protected_workbook_and_other_old_files_are_refused() {
    let error = refused("x.xls", simple(&record(0x002F, &[1, 0, 0, 0, 0, 0])));
    assert!(error.message.contains("protected by a password"), "{error}");
    let error = refused("x.doc", contained("WordDocument", &[0; 100]));
    assert!(error.message.contains("holds no workbook"), "{error}");
    let error = refused("x.xlsx", contained("EncryptedPackage", &[0; 100]));
    assert!(error.message.contains("password"), "{error}");
    // A chain that runs in a circle.
    let mut circle = simple(&[]);
    circle[512 + 8..512 + 12].copy_from_slice(&2_u32.to_le_bytes());
    assert_eq!(refused("x.xls", circle).kind, ReadErrorKind::Format);
}

#[test]
fn rows_and_cells_may_stand_in_any_order_but_not_twice() {
    let strings = [plain("id"), plain("name"), plain("Ann"), plain("Bea")];
    let data = [
        number(2, 0, 0, 8.0),
        shared(2, 1, 3),
        shared(1, 1, 2),
        number(1, 0, 0, 7.0),
        shared(0, 1, 1),
        shared(0, 0, 0),
    ]
    .concat();
    let book = |data: Vec<u8>| contained("Workbook", &stream(&strings, &[("One", 0, 0, data)], false, &[]));
    let (_, taken, _) = read_bytes("x.xls", book(data.clone()));
    assert_eq!(taken.values(), [["7", "Ann"], ["8", "Bea"]]);
    let error = read_all(book([data, number(1, 0, 0, 9.0)].concat())).unwrap_err();
    assert!(error.message.contains("given twice"), "{error}");
}

#[test]
fn texts_are_utf_16_whatever_code_page_is_named() {
    let wide: Vec<u8> = "Zoë Łuk".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let strings = [plain("id"), plain("name"), [&7_u16.to_le_bytes()[..], &[1], &wide].concat()];
    let data = [shared(0, 0, 0), shared(0, 1, 1), number(1, 0, 0, 7.0), shared(1, 1, 2)].concat();
    let page = record(0x0042, &1252_u16.to_le_bytes());
    let bytes = contained("Workbook", &stream(&strings, &[("One", 0, 0, data)], false, &page));
    assert_eq!(read_bytes("x.xls", bytes).1.values(), [["7", "Zoë Łuk"]]);
}

#[test]
fn what_would_fill_the_memory_is_refused_before_it_is_read() {
    let strings = [plain("id"), [&4000_u16.to_le_bytes()[..], &[0], &[b'x'; 4000]].concat()];
    let book = |data: Vec<u8>| contained("Workbook", &stream(&strings, &[("One", 0, 0, data)], false, &[]));
    let far = [shared(0, 0, 0), number(65_535, 255, 0, 1.0), number(65_535, 256, 0, 1.0)].concat();
    let error = refused("x.xls", book(far));
    assert_eq!(error.kind, ReadErrorKind::Limit, "{error}");
    // Extents that the sheet does not have are not believed.
    let wide = [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 0xFF, 0xFF, 0, 0]].concat();
    let data = [record(0x0200, &wide), shared(0, 0, 0), number(1, 0, 0, 7.0)].concat();
    assert_eq!(read_bytes("x.xls", book(data)).1.values(), [["7"]]);
    let missing = refused("x.xls", book([shared(0, 0, 0), shared(1, 0, 9)].concat()));
    assert!(missing.message.contains("not there"), "{missing}");
}

#[test]
fn formulas_that_no_library_knows_do_not_keep_a_sheet_from_being_read() {
    let strings = [plain("id"), plain("sum")];
    let mut odd = formula(1, 1, 2.5_f64.to_le_bytes(), 0);
    let end = odd.len();
    // A length beyond the record.
    odd[end - 2..].copy_from_slice(&[0xFF, 0x7F]);
    let data = [shared(0, 0, 0), shared(0, 1, 1), number(1, 0, 0, 7.0), odd].concat();
    let name = record(0x0018, &[0xFF; 4]);
    let bytes = contained("Workbook", &stream(&strings, &[("One", 0, 0, data)], false, &name));
    let (_, taken, tally) = read_bytes("x.xls", bytes);
    assert_eq!(taken.values(), [["7", "2.5"]]);
    assert!(tally.warnings[0].contains("1 formula"), "{:?}", tally.warnings);
}

#[test]
fn an_old_workbook_inside_a_zip_is_read() {
    let (scan, taken, _) = read_bytes("x.zip", zipped(&[("book.xls", &simple(&[]))]));
    assert_eq!(scan.format, Format::Xls);
    assert_eq!(taken.values(), [["7", "Ann"]]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 128, ..crate::values::steady_cases() })]

    #[test]
    fn a_damaged_old_workbook_loads_or_is_refused(hits in proptest::collection::vec((0.0_f64..1.0, proptest::prelude::any::<u8>()), 1..6), cut in proptest::prelude::any::<bool>()) {
        let mut bytes = simple(&[]);
        for (at, byte) in &hits {
            // What matters lies in the first part: head, tables, and the records before the padding.
            let at = (2600.0 * at) as usize;
            bytes[at] = *byte;
        }
        if cut { bytes.truncate((bytes.len() as f64 * hits[0].0) as usize) }
        let _ = read_all(bytes);
    }
}
