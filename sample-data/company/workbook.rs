//! A small XLSX writer: sheets of text, numbers, dates and formulas, with constant dates inside, so that the same cells
//! give the same bytes. Only what the sample needs.

use super::archive;
use super::calendar::Day;
use super::companies::TODAY;

pub enum Cell {
    Empty,
    Text(String),
    /// Digits as they stand in the XML.
    Number(String),
    /// A serial day, shown as a date.
    Date(i64),
    /// A formula with its stored value.
    Formula(String, String),
    /// A formula whose value was never stored.
    Unstored(String),
}

pub struct Sheet {
    pub name: &'static str,
    pub hidden: bool,
    pub rows: Vec<Vec<Cell>>,
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The workbook's bytes.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut strings: Vec<String> = Vec::new();
    let mut members: Vec<(String, Vec<u8>, Day)> = Vec::new();
    let bodies: Vec<String> = sheets.iter().map(|sheet| body(sheet, &mut strings)).collect();
    let mut types = String::new();
    let mut listed = String::new();
    let mut links = String::new();
    for (nth, sheet) in sheets.iter().enumerate() {
        let n = nth + 1;
        types.push_str(&format!(
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        ));
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        listed.push_str(&format!("<sheet name=\"{}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>", escape(sheet.name)));
        links.push_str(&format!(
            "<Relationship Id=\"rId{n}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        ));
    }
    let (styles, shared) = (sheets.len() + 1, sheets.len() + 2);
    links.push_str(&format!("<Relationship Id=\"rId{styles}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>"));
    links.push_str(&format!(
        "<Relationship Id=\"rId{shared}\" Type=\"{RELATIONS}/sharedStrings\" Target=\"sharedStrings.xml\"/>"
    ));
    let mut part =
        |path: &str, text: String| members.push((path.to_owned(), format!("{HEAD}{text}").into_bytes(), TODAY));
    part(
        "[Content_Types].xml",
        format!(
            "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>\
         <Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
        ),
    );
    part(
        "_rels/.rels",
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
        ),
    );
    part(
        "docProps/core.xml",
        format!(
            "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:creator>Jonas Weber</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">2025-01-08T09:00:00Z</dcterms:created></cp:coreProperties>"
        ),
    );
    part(
        "xl/workbook.xml",
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{listed}</sheets></workbook>"),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{links}</Relationships>"),
    );
    part(
        "xl/styles.xml",
        format!(
            "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
        ),
    );
    let items: String =
        strings.iter().map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escape(text))).collect();
    part("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\" uniqueCount=\"{}\">{items}</sst>", strings.len()));
    for (nth, text) in bodies.into_iter().enumerate() {
        part(&format!("xl/worksheets/sheet{}.xml", nth + 1), text);
    }
    archive::zip(&members)
}

fn body(sheet: &Sheet, strings: &mut Vec<String>) -> String {
    let mut text = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (row, cells) in sheet.rows.iter().enumerate() {
        text.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, cell) in cells.iter().enumerate() {
            let place = format!("{}{}", (b'A' + column as u8) as char, row + 1);
            match cell {
                Cell::Empty => {}
                Cell::Text(value) => {
                    let index = strings.iter().position(|known| known == value).unwrap_or_else(|| {
                        strings.push(value.clone());
                        strings.len() - 1
                    });
                    text.push_str(&format!("<c r=\"{place}\" t=\"s\"><v>{index}</v></c>"));
                }
                Cell::Number(digits) => text.push_str(&format!("<c r=\"{place}\"><v>{digits}</v></c>")),
                Cell::Date(serial) => text.push_str(&format!("<c r=\"{place}\" s=\"1\"><v>{serial}</v></c>")),
                Cell::Formula(formula, value) => {
                    text.push_str(&format!("<c r=\"{place}\"><f>{}</f><v>{value}</v></c>", escape(formula)))
                }
                Cell::Unstored(formula) => text.push_str(&format!("<c r=\"{place}\"><f>{}</f></c>", escape(formula))),
            }
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
