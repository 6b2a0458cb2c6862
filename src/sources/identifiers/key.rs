//! Keys: what an identifier is filed under, so that its spellings meet. The same folding serves a value that is loaded
//! and a text that is typed.

use crate::sources::ColumnRole;
use crate::values::{email, identifier, phone, salesforce, words};

/// Kinds of keys; a key's first byte, so that each kind is one stretch of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Space {
    /// E-mail addresses, in lower case.
    Email = b'e',
    /// IDs in lower case without separators; an 18-character Salesforce ID as its first 15.
    Id = b'i',
    /// The digits of an ID, without its prefix and leading zeros. Mostly not stored: [`Pattern`]s lead from the digits back
    /// to the ID.
    Number = b'n',
    /// Phone numbers, digits from the last to the first, so that numbers with and without a country meet.
    Phone = b'p',
    /// Words of names.
    Word = b'w',
}

/// A longer key is cut; whole values are compared wherever it matters.
pub const LONGEST_KEY: usize = 120;

/// How the IDs of a column are written around their number: `acc008213` is `acc` and a width of 6, `inv17` is `inv` and 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// Letters before the digits, folded.
    pub prefix: Vec<u8>,
    /// Digits, zeros in front included; 0: as many as the number has.
    pub width: u8,
}

impl Pattern {
    /// The folded ID of a number in this writing; `None` where the number is too long for it.
    #[must_use]
    pub fn id_of(&self, core: &[u8]) -> Option<Vec<u8>> {
        let width = usize::from(self.width);
        if width != 0 && core.len() >= width {
            return None;
        }
        let mut id = self.prefix.clone();
        id.resize(self.prefix.len() + width.saturating_sub(core.len()), b'0');
        id.extend_from_slice(core);
        Some(id)
    }
}

/// Different writings kept; IDs in further ones are filed under their number as well.
const MOST_PATTERNS: usize = 256;
/// Letters before the number, at most.
const LONGEST_PREFIX: usize = 8;

/// Reusable buffers for folding many values.
#[derive(Debug, Default)]
pub struct KeyMaker {
    folded: Vec<u8>,
    /// Sorted by prefix and width.
    patterns: Vec<Pattern>,
    /// Where the last ID's pattern stands: columns keep to one.
    last_pattern: usize,
    /// IDs met that a spreadsheet destroyed.
    pub destroyed: u64,
}

impl KeyMaker {
    /// Calls `emit` with every key that a value of a column is filed under. Destroyed IDs (`2.52E+18`) have none: they
    /// must never join anything.
    pub fn keys(&mut self, role: ColumnRole, value: &str, emit: &mut dyn FnMut(Space, &[u8])) {
        match role {
            ColumnRole::Plain => {}
            ColumnRole::NativeId | ColumnRole::MergedInto => {
                self.id_keys(value, emit);
                // Mailing lists know their members by address.
                if value.contains('@') {
                    self.keys(ColumnRole::Email, value, emit);
                }
            }
            ColumnRole::ForeignKey | ColumnRole::OtherId => {
                if value.contains(';') {
                    for part in id_list(value) {
                        self.id_keys(part, emit);
                    }
                } else {
                    self.id_keys(value, emit);
                }
            }
            ColumnRole::MergedIds => {
                for (id, _) in merged_ids(value) {
                    self.id_keys(id, emit);
                }
            }
            ColumnRole::Email => {
                for address in email::emails_in(value) {
                    emit(Space::Email, cut(address.as_str().as_bytes()));
                }
            }
            ColumnRole::Phone => {
                for (_, digits) in phone::phones_in(value) {
                    emit(Space::Phone, cut(phone_key(&digits).as_bytes()));
                }
            }
            ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName | ColumnRole::OrganizationName => {
                words::name_words_into(value, |word| emit(Space::Word, cut(word.as_bytes())));
            }
        }
    }

    fn id_keys(&mut self, value: &str, emit: &mut dyn FnMut(Space, &[u8])) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match identifier::spoiled(value) {
            Some(identifier::Spoiled::Exponent | identifier::Spoiled::Hashes) => {
                self.destroyed += 1;
                return;
            }
            // `#N/A` means *nothing* in some exports.
            Some(identifier::Spoiled::Error) => return,
            Some(identifier::Spoiled::Rounded) | None => {}
        }
        let whole = if salesforce::is_18(value) { &value[..15] } else { value };
        self.folded.clear();
        identifier::fold_id_into(whole, &mut self.folded);
        if self.folded.is_empty() {
            return;
        }
        emit(Space::Id, cut(&self.folded));
        if let Some((prefix, width, core)) = number_parts(&self.folded)
            && !is_pattern(&self.patterns, self.last_pattern, prefix, width)
        {
            match self.patterns.binary_search_by(|p| (p.prefix.as_slice(), p.width).cmp(&(prefix, width))) {
                Ok(at) => self.last_pattern = at,
                Err(at) if self.patterns.len() < MOST_PATTERNS => {
                    self.patterns.insert(at, Pattern { prefix: prefix.to_vec(), width });
                    self.last_pattern = at;
                }
                Err(_) => emit(Space::Number, cut(core)),
            }
        }
    }

    /// The writings of numbered IDs met so far.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }
}

fn is_pattern(patterns: &[Pattern], at: usize, prefix: &[u8], width: u8) -> bool {
    patterns.get(at).is_some_and(|p| p.width == width && p.prefix == prefix)
}

/// Letters, width (0 without leading zeros) and number of a folded ID that is written around a number.
fn number_parts(folded: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let letters = folded.iter().position(u8::is_ascii_digit)?;
    let (prefix, digits) = folded.split_at(letters);
    let plain = letters <= LONGEST_PREFIX && prefix.iter().all(u8::is_ascii_alphabetic);
    if !plain || digits.len() > 60 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let core = &digits[zeros..];
    if core.is_empty() || (prefix.is_empty() && zeros == 0) {
        return None;
    }
    // At most 60, as asked above.
    let width = if zeros > 0 { digits.len() as u8 } else { 0 };
    Some((prefix, width, core))
}

/// The key of a phone number.
#[must_use]
pub fn phone_key(digits: &phone::PhoneDigits) -> String {
    digits.national_core().chars().rev().collect()
}

fn cut(key: &[u8]) -> &[u8] {
    &key[..key.len().min(LONGEST_KEY)]
}

/// The IDs of a cell that lists several.
pub fn id_list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|id| !id.is_empty())
}

/// The IDs of a cell that lists what was merged, with the moment where the cell gives one: `id;id`, `id:epochms;…`,
/// `[id,id]`; of a JSON object only what stands under *Merge IDs*.
pub fn merged_ids(cell: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let cell = if cell.trim_start().starts_with('{') { merge_member(cell).unwrap_or_default() } else { cell };
    cell.trim_matches(|c: char| matches!(c, '[' | ']') || c.is_whitespace())
        .split([';', ','])
        .map(|part| part.trim().trim_matches('"'))
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once(':') {
            Some((id, at)) if at.len() >= 10 && at.bytes().all(|b| b.is_ascii_digit()) => (id.trim(), Some(at)),
            _ => (part, None),
        })
}

/// What a JSON object holds under *Merge IDs*: a number, or a list, which may stand in a text.
fn merge_member(object: &str) -> Option<&str> {
    for (at, _) in object.match_indices('"') {
        let before = object.get(..at)?.trim_end();
        if !before.ends_with(['{', ',']) {
            continue;
        }
        let Some((name, rest)) = object.get(at + 1..)?.split_once('"') else { continue };
        let letters = name.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase());
        let Some(value) = rest.trim_start().strip_prefix(':').filter(|_| letters.eq(*b"mergeids")) else { continue };
        let value = value.trim_start().trim_start_matches(['"', '[', ' ']);
        return value.split(['"', ']', '}', '{']).next().filter(|ids| !ids.is_empty());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(role: ColumnRole, value: &str) -> Vec<String> {
        let mut found = Vec::new();
        KeyMaker::default().keys(role, value, &mut |space, key| {
            found.push(format!("{}{}", char::from(space as u8), String::from_utf8_lossy(key)));
        });
        found
    }

    #[test]
    fn the_spellings_of_an_id_meet() {
        assert_eq!(keys(ColumnRole::NativeId, "ACC-008213"), ["iacc008213"]);
        assert_eq!(keys(ColumnRole::OtherId, " acc 008213 "), ["iacc008213"]);
    }

    #[test]
    fn a_number_leads_back_to_the_ids_that_are_written_around_it() {
        let mut maker = KeyMaker::default();
        for id in ["ACC-008213", "ACC-008214", "inv 17", "000042", "plain", "88213"] {
            maker.keys(ColumnRole::NativeId, id, &mut |_, _| {});
        }
        let ids: Vec<String> =
            maker.patterns().iter().filter_map(|p| p.id_of(b"8213")).map(|id| String::from_utf8(id).unwrap()).collect();
        assert_eq!(ids, ["008213", "acc008213", "inv8213"]);
        assert_eq!(maker.patterns()[0].id_of(b"1234567"), None);
    }

    #[test]
    fn fifteen_and_eighteen_characters_are_one_id() {
        let long = salesforce::to_18("0038d00000Wm7Ta").unwrap();
        assert_eq!(keys(ColumnRole::NativeId, &long), keys(ColumnRole::NativeId, "0038d00000Wm7Ta"));
    }

    #[test]
    fn a_destroyed_id_joins_nothing() {
        assert!(keys(ColumnRole::OtherId, "2.52E+18").is_empty());
    }

    #[test]
    fn both_ways_to_list_merged_ids_are_read() {
        assert_eq!(merged_ids("31;42").collect::<Vec<_>>(), [("31", None), ("42", None)]);
        assert_eq!(merged_ids("31904412:1667347200000").collect::<Vec<_>>(), [("31904412", Some("1667347200000"))]);
        assert_eq!(merged_ids("[1, 2]").count(), 2);
        assert_eq!(merged_ids("").count(), 0);
    }

    #[test]
    fn a_phone_with_and_without_its_country_share_a_beginning() {
        let far = keys(ColumnRole::Phone, "+46 18 555 01 27");
        let near = keys(ColumnRole::Phone, "018-555 01 27");
        assert!(far[0].starts_with(&near[0]), "{far:?} {near:?}");
    }
}
