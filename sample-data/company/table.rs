//! Delimited text, as each system writes it.

/// A delimited file in the making.
pub struct Table {
    bytes: Vec<u8>,
    delimiter: char,
    always_quoted: bool,
    line_end: &'static str,
    pub rows: usize,
}

impl Table {
    fn with(header: &[&str], delimiter: char, always_quoted: bool, line_end: &'static str) -> Self {
        let mut table = Self { bytes: Vec::new(), delimiter, always_quoted, line_end, rows: 0 };
        table.row(header);
        table.rows = 0;
        table
    }

    /// Comma, LF, quotes where needed.
    pub fn plain(header: &[&str]) -> Self {
        Self::with(header, ',', false, "\n")
    }

    /// As Data Loader writes: comma, LF, everything quoted.
    pub fn data_loader(header: &[&str]) -> Self {
        Self::with(header, ',', true, "\n")
    }

    /// As HubSpot exports: comma, LF, everything quoted.
    pub fn hubspot(header: &[&str]) -> Self {
        Self::with(header, ',', true, "\n")
    }

    /// As a German Excel saves: semicolon, CRLF, quotes where needed.
    pub fn german_excel(header: &[&str]) -> Self {
        Self::with(header, ';', false, "\r\n")
    }

    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.bytes.extend(self.delimiter.to_string().bytes());
            }
            let cell = cell.as_ref();
            let special = cell.contains([self.delimiter, '"', '\n', '\r']);
            if self.always_quoted || special {
                self.bytes.push(b'"');
                self.bytes.extend(cell.replace('"', "\"\"").bytes());
                self.bytes.push(b'"');
            } else {
                self.bytes.extend(cell.bytes());
            }
        }
        self.bytes.extend(self.line_end.bytes());
        self.rows += 1;
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
