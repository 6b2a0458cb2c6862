//! Dates and times where they are noise: in the names of export files. What a date in a column means is decided for the
//! whole column elsewhere.

/// What a file holds, by its name without extension: the name without dates and times, counts of copies and parts, and
/// words that only say that it is an export. `Contact` of `Contact-2025-11-14`, `Contact (3)` and `Contact_full_export`.
/// Letter case stays. Never empty: a name that is nothing but noise is given back as it is.
#[must_use]
pub fn object_name_from_file(stem: &str) -> String {
    let stem = stem.trim();
    let body = without_prefix(stem, "hubspot-crm-exports-");
    let mut words = split_words(body);
    drop_dates(&mut words);
    drop_numbered(&mut words);
    drop_noise_at_ends(&mut words);
    let name = join(&words);
    if !name.is_empty() {
        name
    } else if !stem.is_empty() {
        stem.to_owned()
    } else {
        "file".to_owned()
    }
}

/// One word of a name, with what stands around it.
struct Word<'a> {
    /// Separators and opening brackets before it.
    lead: &'a str,
    text: &'a str,
    /// Closing brackets after it.
    close: &'a str,
    dropped: bool,
}

impl Word<'_> {
    fn is(&self, known: &[&str]) -> bool {
        known.iter().any(|word| word.eq_ignore_ascii_case(self.text))
    }

    /// The number, if the word is 1 to `longest` digits.
    fn number(&self, longest: usize) -> Option<u32> {
        let fits = (1..=longest.min(9)).contains(&self.text.len()) && is_digits(self.text);
        fits.then(|| self.text.parse().ok()).flatten()
    }

    fn is_year(&self) -> bool {
        self.text.len() == 4 && self.number(4).is_some_and(|year| (1900..2100).contains(&year))
    }

    fn is_month(&self) -> bool {
        self.number(2).is_some_and(|month| (1..=12).contains(&month))
    }

    fn is_day(&self) -> bool {
        self.number(2).is_some_and(|day| (1..=31).contains(&day))
    }

    fn is_month_name(&self) -> bool {
        self.is(&[
            "jan",
            "january",
            "feb",
            "february",
            "mar",
            "march",
            "apr",
            "april",
            "may",
            "jun",
            "june",
            "jul",
            "july",
            "aug",
            "august",
            "sep",
            "sept",
            "september",
            "oct",
            "october",
            "nov",
            "november",
            "dec",
            "december",
        ])
    }

    fn is_quarter(&self) -> bool {
        matches!(self.text.as_bytes(), [b'q' | b'Q', b'1'..=b'4'])
    }

    /// A day with the hour after it, as in `14T06`, or the hour and what follows in one word, as in `14T060000Z`.
    fn is_day_and_time(&self) -> bool {
        match self.text.split_once(['T', 't']) {
            Some((day, time)) => {
                is_digits(day)
                    && (1..=2).contains(&day.len())
                    && is_digits(time.trim_end_matches(['Z', 'z']))
                    && time.len() <= 10
            }
            None => false,
        }
    }

    /// A part of a time of day: `06`, `00Z`, `060000`, `UTC`, `at`, `T06`.
    fn is_time(&self) -> bool {
        let digits = self.text.trim_start_matches(['T', 't']).trim_end_matches(['Z', 'z']);
        (is_digits(digits) && matches!(digits.len(), 2 | 4 | 6))
            || self.is(&["z", "t", "utc", "gmt", "at", "am", "pm"])
            || (is_digits(digits) && digits.len() == 3 && self.lead == ".")
    }
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> &'a str {
    match text.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) => &text[prefix.len()..],
        _ => text,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '}')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || is_closing(c)
        || matches!(c, '-' | '_' | '.' | ',' | '+' | '(' | '[' | '{' | '–' | '—' | ':' | '@')
}

fn split_words(name: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let after_close = rest.trim_start_matches(is_closing);
        let after_lead = after_close.trim_start_matches(is_separator);
        let after_text = after_lead.trim_start_matches(|c| !is_separator(c));
        if let Some(last) = words.last_mut() {
            last.close = &rest[..rest.len() - after_close.len()];
        }
        let lead = &after_close[..after_close.len() - after_lead.len()];
        let text = &after_lead[..after_lead.len() - after_text.len()];
        if !text.is_empty() {
            let (text, glued) = split_glued_date(text);
            words.push(Word { lead, text, close: "", dropped: false });
            if let Some(date) = glued {
                words.push(Word { lead: "", text: date, close: "", dropped: true });
            }
        }
        rest = after_text;
    }
    words
}

/// `contacts20251114` and `Renewals2025` in name and date.
fn split_glued_date(word: &str) -> (&str, Option<&str>) {
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let date = &word[name.len()..];
    let is_glued = name.chars().count() >= 3
        && name.chars().all(char::is_alphabetic)
        && (is_compact_date(date) || is_year_text(date));
    if is_glued { (name, Some(date)) } else { (word, None) }
}

fn is_year_text(text: &str) -> bool {
    Word { lead: "", text, close: "", dropped: false }.is_year()
}

/// `20251114` or `14112025`, perhaps with a time of day after it, or ten digits and more: a moment as a bare number.
fn is_compact_date(text: &str) -> bool {
    if !is_digits(text) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let year_first =
        (1900..2100).contains(&number(0..4)) && (1..=12).contains(&number(4..6)) && (1..=31).contains(&number(6..8));
    let year_last = (1900..2100).contains(&number(4..8))
        && ((1..=12).contains(&number(0..2)) && (1..=31).contains(&number(2..4))
            || (1..=12).contains(&number(2..4)) && (1..=31).contains(&number(0..2)));
    match text.len() {
        8 => year_first || year_last,
        10 | 13 => true,
        12 | 14 | 17 => year_first,
        _ => false,
    }
}

fn drop_dates(words: &mut [Word<'_>]) {
    let mut at = 0;
    while at < words.len() {
        let mut len = date_length(&words[at..]);
        if len == 0 {
            // A date that was glued to its name counts for a time of day behind it.
            len = usize::from(words[at].dropped);
        }
        if len == 0 {
            at += 1;
            continue;
        }
        // A bare year has no time of day after it.
        let is_moment = len > 1 || !words[at].is_year();
        at += mark(&mut words[at..], len);
        while is_moment && words.get(at).is_some_and(Word::is_time) {
            words[at].dropped = true;
            at += 1;
        }
    }
}

fn mark(words: &mut [Word<'_>], len: usize) -> usize {
    for word in words.iter_mut().take(len) {
        word.dropped = true;
    }
    len
}

/// How many words from the first on are one date; 0 if none.
fn date_length(words: &[Word<'_>]) -> usize {
    let Some(first) = words.first() else {
        return 0;
    };
    let year = |at: usize| words.get(at).is_some_and(|word| word.is_year());
    let month_name = |at: usize| words.get(at).is_some_and(|word| word.is_month_name());
    let month = |at: usize| words.get(at).is_some_and(|word| word.is_month());
    let day = |at: usize| words.get(at).is_some_and(|word| word.is_day());
    let quarter = |at: usize| words.get(at).is_some_and(|word| word.is_quarter());
    let moment = |at: usize| words.get(at).is_some_and(|word| word.is_day_and_time());
    let any_month = |at: usize| month(at) || month_name(at);
    if is_compact_date(first.text) || is_compact_moment(first.text) {
        1
    } else if (year(0) && any_month(1) && (day(2) || moment(2)))
        || (day(0) && any_month(1) && year(2))
        || (any_month(0) && day(1) && year(2))
    {
        3
    } else if (year(0) && (any_month(1) || quarter(1)))
        || ((month_name(0) || quarter(0)) && year(1))
        || (month(0) && first.text.len() == 2 && year(1))
    {
        2
    } else {
        usize::from(first.is_year())
    }
}

/// `20251114T060000Z`
fn is_compact_moment(text: &str) -> bool {
    text.split_once(['T', 't']).is_some_and(|(date, time)| {
        date.len() == 8 && is_compact_date(date) && is_digits(time.trim_end_matches(['Z', 'z']))
    })
}

/// Drops copies, parts and padded serial numbers: `(3)`, `part1`, `part-0001`, `part 1 of 3`, `copy 2`, `0001`.
fn drop_numbered(words: &mut [Word<'_>]) {
    for at in 0..words.len() {
        let word = &words[at];
        let follows_dropped = at > 0 && words[at - 1].dropped;
        let number_follows = words.get(at + 1).is_some_and(|next| is_digits(next.text));
        if word.dropped {
            continue;
        }
        if word.is(&["part", "copy", "page", "chunk"]) || (word.is(&["of"]) && follows_dropped) {
            if number_follows {
                words[at].dropped = true;
                words[at + 1].dropped = true;
            }
        } else if is_serial(word, at == 0) {
            words[at].dropped = true;
        }
    }
}

/// `(3)`, `part1`, `pt2`, and, unless it comes first, `0001`.
fn is_serial(word: &Word<'_>, is_first: bool) -> bool {
    let is_bracketed = word.lead.ends_with('(') && word.close.starts_with(')') && is_digits(word.text);
    let is_padded = !is_first && word.text.len() >= 2 && word.text.starts_with('0') && is_digits(word.text);
    let lower = word.text.to_ascii_lowercase();
    let is_part = ["part", "pt"].iter().any(|part| lower.strip_prefix(part).is_some_and(is_digits));
    is_bracketed || is_padded || is_part
}

/// Drops words that only say how the file came about, from both ends inwards, as long as another word is left.
fn drop_noise_at_ends(words: &mut [Word<'_>]) {
    const NOISE: [&str; 16] = [
        "export",
        "exports",
        "exported",
        "extract",
        "delta",
        "full",
        "dump",
        "backup",
        "copy",
        "download",
        "incremental",
        "snapshot",
        "csv",
        "xlsx",
        "json",
        "all",
    ];
    loop {
        let mut left = (0..words.len()).filter(|&at| !words[at].dropped);
        let Some(first) = left.next() else {
            return;
        };
        let Some(last) = left.next_back() else {
            return;
        };
        if words[last].is(&NOISE) {
            words[last].dropped = true;
        } else if words[first].is(&NOISE) {
            words[first].dropped = true;
        } else {
            return;
        }
    }
}

/// What is left, with the separators that stood before each word.
fn join(words: &[Word<'_>]) -> String {
    let mut name = String::new();
    for word in words.iter().filter(|word| !word.dropped) {
        if name.is_empty() {
            name.extend(word.lead.chars().filter(|c| matches!(c, '(' | '[' | '{')));
        } else {
            name.push_str(word.lead);
        }
        name.push_str(word.text);
        name.push_str(word.close);
    }
    let balanced = [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .all(|&(open, close)| name.matches(open).count() == name.matches(close).count());
    if !balanced {
        name.retain(|c| !matches!(c, '(' | '[' | '{') && !is_closing(c));
    }
    name.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_named_after_what_it_holds() {
        for (stem, name) in [
            ("Contact", "Contact"),
            ("Contact-2025-11-14", "Contact"),
            ("contacts_20251114", "contacts"),
            ("contacts20251114", "contacts"),
            ("2025-11-14 Contact", "Contact"),
            ("Contact-delta", "Contact"),
            ("Contact-delta-2025-11-14", "Contact"),
            ("Contact (3)", "Contact"),
            ("Contact - Copy (2)", "Contact"),
            ("Contact_full_export", "Contact"),
            ("Contact-2025-11-14T06-00-00Z", "Contact"),
            ("Contact-2025-11-14T06_00_00.000Z", "Contact"),
            ("Contact_20251114T060000Z", "Contact"),
            ("Contact_20251114_060000", "Contact"),
            ("Contact 2025-11-14 at 06.00.12", "Contact"),
            ("Contact 14.11.2025", "Contact"),
            ("Contact 14-Nov-2025", "Contact"),
            ("Contact Nov 2025", "Contact"),
            ("Contact Q3 2025", "Contact"),
            ("Contact_1763100000", "Contact"),
            ("hubspot-crm-exports-all-contacts-2025-11-12", "contacts"),
            ("Renewals 2025", "Renewals"),
            ("Renewals2025", "Renewals"),
            ("2025 Renewals", "Renewals"),
            ("Contact-part1", "Contact"),
            ("Contact_part-0001", "Contact"),
            ("Contact part 1 of 3", "Contact"),
            ("Contact-0001", "Contact"),
            ("Account History", "Account History"),
            ("Partner list", "Partner list"),
            ("Contacts (EU) 2025", "Contacts (EU)"),
            ("product-usage-2025", "product-usage"),
            ("Preferred_Lang__c", "Preferred_Lang__c"),
            ("Office365 users", "Office365 users"),
            ("Kunden_Übersicht_2025-01-31", "Kunden_Übersicht"),
            ("Full Name", "Name"),
            ("export", "export"),
            ("full export", "full"),
            ("2025-11-14", "2025-11-14"),
            ("(3)", "(3)"),
            ("part1", "part1"),
            ("", "file"),
            ("--", "--"),
        ] {
            assert_eq!(object_name_from_file(stem), name, "{stem}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_name_is_never_empty(stem: String, near in "[-_ .()0-9TZa-c]{0,24}") {
            for stem in [stem, near] {
                let name = object_name_from_file(&stem);
                prop_assert!(!name.is_empty());
                prop_assert_eq!(name.trim(), name.as_str());
            }
        }

        #[test]
        fn a_plain_name_is_given_back_whatever_date_follows(name in "[B-D][a-z]{4,8}x", year in 2000_u32..2100, month in 1_u32..13, day in 1_u32..32) {
            for stem in [format!("{name}-{year}-{month:02}-{day:02}"), format!("{name}_{year}{month:02}{day:02}"), format!("{day}.{month}.{year} {name}")] {
                prop_assert_eq!(object_name_from_file(&stem), name.clone());
            }
        }
    }
}
