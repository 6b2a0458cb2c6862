//! Old Excel workbooks (.xls of Excel 5 to 2003), read by calamine, which holds all of their sheets: their numbers are
//! floats in the file itself, so no digit is lost by it. `xls_fence` has looked the workbook over before.

use std::io::{self, Cursor};

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError, XlsOptions};

use super::cell_text::{NumberKind, Value};
use super::open::Blob;
use super::sheet_rows::{Halt, SheetRows};
use super::workbook::{Sheet, Visibility};
use super::xls_fence::{self, Aside, damaged, fenced};
use crate::job::Job;

/// An opened workbook.
pub(super) struct Book {
    library: Xls<Cursor<Vec<u8>>>,
    sheets: Vec<(Sheet, Aside)>,
    pub from_1904: bool,
}

impl Book {
    pub fn open(blob: &Blob, job: Option<&Job>) -> io::Result<Self> {
        let checked = xls_fence::check(blob, job)?;
        let mut options = XlsOptions::default();
        options.force_codepage = Some(checked.code_page);
        let library = fenced(|| Xls::new_with_options(checked.file, options))?;
        let about = library.sheets_metadata();
        if about.len() != checked.asides.len() {
            return Err(damaged("a sheet is not told apart"));
        }
        let sheets = about.iter().zip(checked.asides).map(|(sheet, aside)| (described(sheet), aside)).collect();
        let from_1904 = library.has_1904_epoch();
        Ok(Self { library, sheets, from_1904 })
    }

    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().map(|(sheet, _)| sheet)
    }

    fn aside(&self, sheet: &str) -> io::Result<&Aside> {
        let found = self.sheets.iter().find(|(known, _)| known.name == sheet);
        found.map(|(_, aside)| aside).ok_or_else(|| damaged("a sheet is no longer there"))
    }

    pub fn is_empty(&self, sheet: &str) -> io::Result<bool> {
        Ok(self.aside(sheet)?.cells == 0)
    }

    pub fn walk(&mut self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        let library = &mut self.library;
        let (cells, formulas, merged) = fenced(|| {
            let merged = library.merge_cells_by_sheet_name(sheet)?.len();
            Ok::<_, XlsError>((library.worksheet_range(sheet)?, library.worksheet_formula(sheet)?, merged))
        })?;
        let aside = self.aside(sheet)?;
        rows.noticed.merged += merged as u64;
        for (from, to) in &aside.hidden_columns {
            rows.noticed.hide_columns(*from, *to);
        }
        let (Some(first), Some(last)) = (
            [cells.start(), formulas.start()].into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))),
            [cells.end(), formulas.end()].into_iter().flatten().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))),
        ) else {
            return rows.finish();
        };
        let mut seen = 0;
        for row in first.0..=last.0 {
            let hidden = u16::try_from(row).is_ok_and(|row| aside.hidden_rows.contains(&row));
            for column in first.1..=last.1 {
                let value = cells.get_value((row, column)).unwrap_or(&Data::Empty);
                let is_formula = formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty());
                let stored = *value != Data::Empty;
                if stored || is_formula {
                    seen += 1;
                    rows.begin(u64::from(row) + 1, hidden)?;
                    rows.cell(u64::from(column) + 1, value_of(value), is_formula.then_some(""), stored)?;
                }
            }
        }
        if seen != aside.cells {
            return Err(rows.misplaced("a cell is given twice"));
        }
        rows.finish()
    }
}

fn described(sheet: &calamine::Sheet) -> Sheet {
    Sheet {
        name: sheet.name.clone(),
        visibility: match sheet.visible {
            SheetVisible::Visible => Visibility::Visible,
            SheetVisible::Hidden => Visibility::Hidden,
            SheetVisible::VeryHidden => Visibility::VeryHidden,
        },
        skip: match sheet.typ {
            SheetType::WorkSheet => None,
            SheetType::ChartSheet => Some("a chart, no table"),
            _ => Some("a sheet of macros"),
        },
    }
}

fn value_of(value: &Data) -> Value<'_> {
    let number = |n: f64, kind| {
        if n.is_finite() { Value::Number { n, digits: None, kind } } else { Value::Error("#NUM!") }
    };
    match value {
        Data::Empty => Value::Nothing,
        // In the file four bytes at most.
        Data::Int(n) => number(*n as f64, NumberKind::Plain),
        Data::Float(n) => number(*n, NumberKind::Plain),
        Data::DateTime(moment) => {
            number(moment.as_f64(), if moment.is_duration() { NumberKind::Span } else { NumberKind::Date })
        }
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text),
        Data::Bool(truth) => Value::Bool(*truth),
        Data::Error(error) => Value::Error(error_name(error)),
    }
}

fn error_name(error: &calamine::CellErrorType) -> &'static str {
    use calamine::CellErrorType as Error;
    match error {
        Error::Div0 => "#DIV/0!",
        Error::NA => "#N/A",
        Error::Name => "#NAME?",
        Error::Null => "#NULL!",
        Error::Num => "#NUM!",
        Error::Ref => "#REF!",
        Error::Value => "#VALUE!",
        Error::GettingData => "#GETTING_DATA",
    }
}
