//! What the values of a column look like, in counts.

use std::collections::HashSet;

use crate::values::{email, phone, salesforce};

/// What a column's sample looks like.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub rows: usize,
    pub filled: usize,
    pub distinct: usize,
    /// Addresses, and lists of them.
    pub emails: usize,
    pub phones: usize,
    pub salesforce: usize,
    pub uuids: usize,
    /// Such as `cus_Nf83kQ0dLw1xRz`: a short prefix and many letters and digits.
    pub prefixed: usize,
    pub digits: usize,
    /// One word with a digit or of one fixed width, no date, no decimal.
    pub id_like: usize,
    pub spaces: usize,
}

pub(super) fn look(values: &[Option<&str>]) -> Look {
    let mut look = Look { rows: values.len(), ..Look::default() };
    let mut seen = HashSet::new();
    for value in values.iter().flatten().map(|value| value.trim()).filter(|value| !value.is_empty()) {
        look.filled += 1;
        seen.insert(value);
        let bytes = value.as_bytes();
        let all_digits = bytes.iter().all(u8::is_ascii_digit);
        look.digits += usize::from(all_digits);
        look.emails += usize::from(email::holds_emails(value));
        look.phones += usize::from(phone::holds_phones(value));
        look.salesforce += usize::from(salesforce::is_18(value));
        look.uuids += usize::from(is_uuid(bytes));
        look.prefixed += usize::from(is_prefixed(value));
        look.spaces += usize::from(value.contains(char::is_whitespace));
        look.id_like += usize::from(is_id_like(value));
    }
    look.distinct = seen.len();
    look
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_prefixed(value: &str) -> bool {
    value.split_once('_').is_some_and(|(prefix, rest)| {
        (2..=6).contains(&prefix.len())
            && prefix.bytes().all(|b| b.is_ascii_lowercase())
            && rest.len() >= 8
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && rest.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    })
}

/// Whether a value could be an ID at all: one word, no date, no time, no decimal, no yes or no.
fn is_id_like(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() > 80 || value.contains(char::is_whitespace) || value.contains('@') {
        // `ACC 008213` is written with a space now and then.
        return bytes.len() <= 24
            && value.split(' ').count() == 2
            && value.bytes().any(|b| b.is_ascii_digit())
            && !value.contains('@');
    }
    if matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "null" | "none") {
        return false;
    }
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let is_decimal = bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+'))
        && bytes.iter().any(|b| matches!(b, b'.' | b','))
        && digits > 0;
    let is_date =
        bytes.len() >= 8 && digits >= 6 && (value.matches('/').count() == 2 || value.matches(':').count() >= 2)
            || (bytes.len() >= 10
                && digits >= 8
                && bytes[4] == b'-'
                && bytes[7] == b'-'
                && bytes[..4].iter().all(u8::is_ascii_digit));
    let is_url = value.contains("://");
    !is_decimal && !is_date && !is_url && !matches!(value.chars().next(), Some('{' | '['))
}

impl Look {
    pub fn most(&self, part: usize, share: f64) -> bool {
        self.filled > 0 && part as f64 >= share * self.filled as f64
    }

    pub fn strong_id(&self) -> Option<&'static str> {
        if self.filled < 2 {
            return None;
        }
        if self.most(self.salesforce, 0.8) {
            Some("18 characters with Salesforce's checksum")
        } else if self.most(self.uuids, 0.8) {
            Some("UUIDs")
        } else if self.most(self.prefixed, 0.8) {
            Some("IDs with a prefix")
        } else {
            None
        }
    }

    pub fn unique(&self) -> bool {
        // A few repeated IDs are kept and reported; many mean that it is no native ID.
        self.filled > 0
            && self.distinct as f64 >= 0.98 * self.filled as f64
            && self.filled as f64 >= 0.95 * self.rows as f64
    }
}
