//! Archives and files that are no exports.

use super::*;

const CSV: &[u8] = b"a,b\n1,2\n";

fn listed(name: &str, bytes: impl AsRef<[u8]>) -> Result<Parts, ReadError> {
    let fixture = Fixture::new(name, bytes);
    list_parts(fixture.path(), &ReadOptions::default())
}

#[test]
fn a_gzip_file_is_read_by_its_magic() {
    for name in ["x.csv.gz", "x.csv"] {
        let (scan, taken, _) = read_bytes(name, gzipped(CSV));
        assert_eq!(taken.values(), [["1", "2"]]);
        let (plain, ..) = read_bytes("x.csv", CSV);
        assert_eq!(scan.sha256, plain.sha256);
        assert_eq!(scan.bytes, CSV.len() as u64);
    }
    let mut two = gzipped(CSV);
    two.extend(gzipped(b"3,4\n"));
    let (_, taken, _) = read_bytes("x.csv.gz", two);
    assert_eq!(taken.values(), [["1", "2"], ["3", "4"]]);
    let mut cut = gzipped(&b"a,b\n1,2\n".repeat(1000));
    cut.truncate(cut.len() - 12);
    assert_eq!(refused("x.csv.gz", cut).kind, ReadErrorKind::Format);
}

#[test]
fn each_readable_member_of_a_zip_is_a_part() {
    let bytes = zipped(&[
        ("contacts.csv", CSV),
        ("deep/deals.ndjson", b"{\"a\":1}\n"),
        ("__MACOSX/._contacts.csv", b"junk"),
        (".hidden.csv", CSV),
        ("logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("readme.txt", b"hello"),
        ("none.csv", b""),
        ("inner.csv.gz", &gzipped(CSV)),
    ]);
    let fixture = Fixture::new("x.zip", bytes);
    let parts = list_parts(fixture.path(), &ReadOptions::default()).unwrap();
    let names: Vec<String> = parts.parts.iter().map(|p| p.members.join("/")).collect();
    assert_eq!(names, ["contacts.csv", "deep/deals.ndjson", "inner.csv.gz/inner.csv"]);
    let skipped: Vec<(&str, &str)> = parts.skipped.iter().map(|(n, w)| (n.as_str(), w.as_str())).collect();
    assert_eq!(
        skipped,
        [
            ("__MACOSX/._contacts.csv", "left by macOS"),
            (".hidden.csv", "a hidden file"),
            ("logo.png", "a picture"),
            ("readme.txt", "a text about the data, not data"),
            ("none.csv", "there is nothing in it"),
        ]
    );
    for part in &parts.parts {
        let (_, taken, _) = read_part(part, &ReadOptions::default()).unwrap();
        assert_eq!(taken.rows.len(), 1);
    }
}

#[test]
fn archives_inside_archives_are_read_to_a_depth() {
    let mut bytes = zipped(&[("x.csv", CSV)]);
    for _ in 0..2 {
        bytes = zipped(&[("in.zip", &bytes)]);
    }
    let (_, taken, _) = read_bytes("x.zip", &bytes);
    assert_eq!(taken.values(), [["1", "2"]]);
    bytes = zipped(&[("in.zip", &bytes)]);
    assert_eq!(listed("x.zip", &bytes).unwrap_err().kind, ReadErrorKind::Limit);
}

#[test]
fn a_bomb_is_refused() {
    let zeros = vec![b'a'; 70 << 20];
    let fixture = Fixture::new("x.zip", zipped(&[("x.csv", &zeros)]));
    let mut options = ReadOptions::default();
    options.limits.ratio = 10;
    assert_eq!(list_parts(fixture.path(), &options).unwrap_err().kind, ReadErrorKind::Limit);
    let fixture = Fixture::new("x.csv.gz", gzipped(&zeros));
    let parts = list_parts(fixture.path(), &options).unwrap();
    assert_eq!(scan(&parts.parts[0], &options, &Job::new()).unwrap_err().kind, ReadErrorKind::Limit);
    let mut options = ReadOptions::default();
    options.limits.members = 2;
    let many: Vec<(String, &[u8])> = (0..3).map(|n| (format!("{n}.csv"), CSV)).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), *b)).collect();
    let fixture = Fixture::new("x.zip", zipped(&many));
    assert_eq!(list_parts(fixture.path(), &options).unwrap_err().kind, ReadErrorKind::Limit);
}

#[test]
fn ambiguous_and_dangerous_members_are_refused() {
    let mut twice = zipped(&[("aa.csv", CSV), ("bb.csv", CSV)]);
    while let Some(at) = twice.windows(6).position(|w| w == b"bb.csv") {
        twice[at..at + 2].copy_from_slice(b"aa");
    }
    assert!(listed("x.zip", &twice).unwrap_err().message.contains("two members of the same name"));
    for name in ["../x.csv", "/etc/x.csv", "a/../../x.csv", "..\\x.csv"] {
        assert!(listed("x.zip", zipped(&[(name, CSV)])).unwrap_err().message.contains("points outside"), "{name}");
    }
    let mut locked = zipped(&[("x.csv", CSV)]);
    locked[6] |= 1;
    let at = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[at + 8] |= 1;
    assert!(listed("x.zip", &locked).unwrap_err().message.contains("password"));
    let mut damaged = zipped(&[("x.csv", b"a,b\n1,2\n3,4\n5,6\n")]);
    let at = damaged.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    damaged[at + 16] ^= 1;
    assert_eq!(refused("x.zip", &damaged).kind, ReadErrorKind::Format);
}

#[test]
fn what_is_no_export_is_said_to_be_what_it_is() {
    let mut ole = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    ole.resize(1024, 0);
    assert!(listed("x.xls", &ole).unwrap_err().message.contains("old office file is damaged"));
    ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(listed("x.xlsx", &ole).unwrap_err().message.contains("password"));
    for (bytes, what) in [
        (&b"%PDF-1.7"[..], "PDF"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"id\"\r\nE\r\n", "SYLK"),
        (b"\x7fELF\x02", "program"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "XML"),
        (b"<HTML><table>", "web page"),
        (b"\x01\x02\x03\x04\x05\x06abc", "no text"),
    ] {
        let error = listed("x.csv", bytes).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Format);
        assert!(error.message.contains(what), "{}", error.message);
        assert!(error.hint.contains("CSV"));
    }
    for (members, what) in [
        (vec![("mimetype", &b"application/vnd.oasis.opendocument.text"[..]), ("content.xml", b"<a/>")], "a text"),
        (vec![("Index/Document.iwa", b"x")], "Numbers"),
        (vec![("book.numbers/Index.zip", b"x"), ("Index.zip", b"x")], "Numbers"),
        (vec![("xl/workbook.bin", b"x")], ".xlsb"),
    ] {
        let error = listed("x.zip", zipped(&members)).unwrap_err();
        assert!(error.message.contains(what), "{}", error.message);
        assert!(error.hint.contains("load that file"));
    }
}

#[test]
fn text_tables_are_read_whatever_their_name_says() {
    let (scan, taken, _) = read_bytes("x.xls", b"a\tb\n1\t2\n");
    assert_eq!(describe(&scan), "TSV, tab, UTF-8, header on line 1");
    assert_eq!(taken.values(), [["1", "2"]]);
    // It begins like SYLK, as every table does whose first column is ID and whose second begins with a P.
    let (scan, taken, _) = read_bytes("x.xls", b"ID;Plan\n1;Gold\n2;Tin\n");
    assert_eq!(describe(&scan), "CSV, semicolon, UTF-8, header on line 1");
    assert_eq!(taken.rows.len(), 2);
    let page = refused("x.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>");
    assert!(page.message.contains("a web page, whatever its name says"), "{}", page.message);
    assert!(page.hint.contains("save it as XLSX or CSV"));
}

#[test]
fn a_weekly_export_is_read_member_by_member_each_in_its_encoding() {
    let one = zipped(&[
        ("Account.csv", "\u{feff}\"Id\",\"Name\"\n\"001A\",\"Åkesson\"\n".as_bytes()),
        ("Contact.csv", b"\"Id\",\"Name\"\n\"003A\",\"M\xfcller\"\n"),
    ]);
    let bytes = zipped(&[
        ("WE_00D5e000001aBcDEAU_1.ZIP", &one),
        ("WE_00D5e000001aBcDEAU_2.ZIP", &zipped(&[("Case.csv", CSV)])),
    ]);
    let fixture = Fixture::new("weekly.zip", bytes);
    let parts = list_parts(fixture.path(), &ReadOptions::default()).unwrap().parts;
    let read: Vec<(String, &str, String)> = parts
        .iter()
        .map(|part| {
            let (scan, taken, _) = read_part(part, &ReadOptions::default()).unwrap();
            (part.members.last().unwrap().clone(), scan.encoding, taken.rows[0].1[1].clone().unwrap())
        })
        .collect();
    assert_eq!(
        read,
        [
            ("Account.csv".to_owned(), "UTF-8", "Åkesson".to_owned()),
            ("Contact.csv".to_owned(), "windows-1252", "Müller".to_owned()),
            ("Case.csv".to_owned(), "UTF-8", "2".to_owned()),
        ]
    );
}

#[test]
fn folders_and_missing_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let options = ReadOptions::default();
    assert_eq!(list_parts(folder.path(), &options).unwrap_err().kind, ReadErrorKind::Io);
    assert_eq!(list_parts(&folder.path().join("none.csv"), &options).unwrap_err().kind, ReadErrorKind::NotFound);
    #[cfg(unix)]
    assert_eq!(list_parts(Path::new("/dev/null"), &options).unwrap_err().kind, ReadErrorKind::Io);
}

#[test]
fn json_is_recognised_by_what_it_is() {
    for (name, bytes, format) in [
        ("x.txt", &b"{\"a\":1}\n{\"a\":2}\n"[..], Format::Json),
        ("x.csv", b"[{\"a\":1}]", Format::Json),
        ("x.csv", b"{\"a\":1},x\n{\"a\":2},y\n", Format::Delimited),
        ("x.csv", b"[id],name\n1,2\n", Format::Delimited),
        ("x.ndjson", b"{\"a\":\n{\"a\":2}\n", Format::Json),
        ("x.dat", b"a;b\n1;2\n", Format::Delimited),
    ] {
        assert_eq!(listed(name, bytes).unwrap().parts[0].format, format, "{name}");
    }
}

#[test]
fn an_archive_of_many_members_is_listed_at_once() {
    let names: Vec<String> = (0..3000).map(|n| format!("folder/{n}.csv")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), CSV)).collect();
    assert_eq!(listed("x.zip", zipped(&members)).unwrap().parts.len(), 3000);
}
