//! How a proposal really met what was typed, once its value is known; and which of the finds comes first. Pure.

use std::collections::{BTreeSet, HashMap};

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::propose::Candidate;
use super::typed::Typed;
use super::{Hit, How, IdKind, Status};
use crate::sources::identifiers::Space;
use crate::sources::load::merges;
use crate::sources::{ColumnRole, Rec, SourceRecord};
use crate::values::{email, identifier, phone, salesforce, words};

/// What a lookup says of an ID in another case.
const OTHER_CASE: &str = "other case";
const PUT_RIGHT: &str = "case put right by its checksum";

/// Whether two IDs are one: by their letters, Salesforce's by their 15 characters with case.
#[must_use]
pub fn same_id(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    // Fifteen characters without capitals look like many other things; beside a Salesforce ID they are one.
    if salesforce_15(a).or(salesforce_15(b)).is_some()
        && let (Some(a), Some(b)) = (salesforce::to_15(a), salesforce::to_15(b))
    {
        return a == b;
    }
    identifier::fold_id(a) == identifier::fold_id(b)
}

/// The 15 characters of something that is surely a Salesforce ID.
fn salesforce_15(id: &str) -> Option<&str> {
    let id = id.trim();
    if salesforce::is_18(id) {
        return Some(&id[..15]);
    }
    (salesforce::is_15_shape(id) && looks_mixed(id)).then_some(id)
}

fn looks_mixed(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.bytes().any(|b| b.is_ascii_uppercase())
        && id.bytes().any(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The kind of identifier that a column's key is; `None` where the column no longer holds such.
pub(super) fn kind_of(role: ColumnRole, space: Space) -> Option<IdKind> {
    Some(match (role, space) {
        (ColumnRole::NativeId, Space::Id | Space::Number | Space::Email) => IdKind::NativeId,
        (ColumnRole::ForeignKey, Space::Id | Space::Number) => IdKind::ForeignKey,
        (ColumnRole::OtherId, Space::Id | Space::Number) => IdKind::OtherId,
        (ColumnRole::MergedIds, Space::Id | Space::Number) => IdKind::MergedAway,
        (ColumnRole::MergedInto, Space::Id | Space::Number) => IdKind::ForeignKey,
        (ColumnRole::Email, Space::Email) => IdKind::Email,
        (ColumnRole::Phone, Space::Phone) => IdKind::Phone,
        (
            ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName | ColumnRole::OrganizationName,
            Space::Word,
        ) => IdKind::Name,
        _ => return None,
    })
}

/// Whether a column holds the record's own ID: the native ID, or a column called just that where some rows share it.
pub(super) fn is_own_id(role: ColumnRole, header: &str) -> bool {
    role == ColumnRole::NativeId
        || role == ColumnRole::ForeignKey
            && matches!(crate::sources::columns::header_words(header).concat().as_str(), "id" | "recordid")
}

/// The identifier as the cell writes it: the whole value, or the part of a list that has the key.
pub(super) fn identifier_in(value: &str, role: ColumnRole, space: Space, key: &str) -> Option<String> {
    let has = |part: &str| match space {
        Space::Number => identifier::number_core(part).is_some_and(|core| core == key),
        _ => merges::folded(part).starts_with(key),
    };
    match (role, space) {
        (ColumnRole::MergedIds, _) => {
            crate::sources::identifiers::key::merged_ids(value).map(|(id, _)| id).find(|id| has(id)).map(str::to_owned)
        }
        (ColumnRole::ForeignKey | ColumnRole::OtherId, _) if value.contains(';') => {
            crate::sources::identifiers::key::id_list(value).find(|id| has(id)).map(str::to_owned)
        }
        (_, Space::Email) => {
            let several = email::emails_in(value);
            if several.len() > 1 {
                return several
                    .into_iter()
                    .find(|address| address.as_str() == key)
                    .map(|address| address.as_str().to_owned());
            }
            Some(value.trim().to_owned())
        }
        (_, Space::Phone) => phone::phones_in(value)
            .into_iter()
            .find(|(_, number)| crate::sources::identifiers::key::phone_key(number) == key)
            .map(|(written, _)| written.to_owned()),
        _ => Some(value.trim().to_owned()),
    }
}

/// How a candidate really met, once its value is known; `None` where it did not after all.
pub(super) fn judge(typed: &Typed, candidate: &Candidate, id: &str) -> Option<(How, Option<String>)> {
    let note = candidate.note.map(str::to_owned);
    let guess = |note: &str| Some((How::Guess, Some(note.to_owned())));
    match candidate.space {
        Space::Phone => return judge_phone(typed, candidate, id),
        Space::Id | Space::Number => {}
        Space::Email | Space::Word => return Some((candidate.how, note)),
    }
    let have = salesforce_15(id);
    if let (How::Exact, None, Some(have)) = (candidate.how, candidate.note, have) {
        // Case decides between Salesforce IDs.
        return match (&typed.salesforce, &typed.repaired) {
            (Some(wanted), _) if wanted == have && typed.suffix_fits => Some((How::Exact, None)),
            (Some(wanted), _) if wanted == have => guess("its last three characters differ"),
            (None, Some(right)) if right.get(..15) == Some(have) => guess(PUT_RIGHT),
            (None, None) if typed.bare.contains(id) => Some((How::Exact, None)),
            _ => guess(OTHER_CASE),
        };
    }
    if candidate.how == How::Prefix && have.is_some() && !id.starts_with(typed.compact.as_str()) {
        return Some((How::Prefix, Some(OTHER_CASE.to_owned())));
    }
    if candidate.how == How::Exact && candidate.note.is_some() {
        let folded = identifier::fold_id(id);
        let digits_only = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return match (digits_only(&typed.id), digits_only(&folded)) {
            (true, true) if folded != typed.id => guess("with other leading zeros"),
            (false, true) => guess("the same number, without what stands before it"),
            (false, false) if letters(&folded) != letters(&typed.id) => guess("the same number, another prefix"),
            _ => Some((How::Exact, note)),
        };
    }
    Some((candidate.how, note))
}

fn judge_phone(typed: &Typed, candidate: &Candidate, id: &str) -> Option<(How, Option<String>)> {
    let have = phone::digits(id)?;
    if candidate.how == How::Exact {
        let wanted = phone::digits(&typed.bare)?;
        if wanted.is_same_number(&have) {
            return Some((How::Exact, None));
        }
        // The same end alone makes no number the same: it may be the extension of another switchboard.
        return have.national_core().ends_with(wanted.national_core()).then_some((How::Substring, None));
    }
    if candidate.how == How::Substring
        && let Some(begun) = &typed.phone_begun
    {
        let starts = have.as_str().starts_with(begun.as_str()) || have.national_core().starts_with(begun.as_str());
        return Some((if starts { How::Prefix } else { How::Substring }, None));
    }
    Some((candidate.how, candidate.note.map(str::to_owned)))
}

/// Whether a record's names have all words of a candidate, and the name that has them. Exact is a name with no other
/// words; one that has more begins like it.
pub(super) fn judge_name(
    typed: &Typed,
    candidate: &Candidate,
    record: &SourceRecord,
    value: &str,
) -> Option<(How, String)> {
    let is_whole = |role: ColumnRole| matches!(role, ColumnRole::FullName | ColumnRole::OrganizationName);
    let is_name = |role: ColumnRole| is_whole(role) || matches!(role, ColumnRole::GivenName | ColumnRole::FamilyName);
    let wanted: &[String] = candidate.words.as_deref().unwrap_or(&typed.words);
    let open = candidate.how == How::Prefix && candidate.words.is_none();
    // How many of the words a text has, and whether one of them is only begun.
    let meets = |text: &str, initials: bool| -> Option<(bool, usize)> {
        let have = words::name_words(text);
        let mut begun = false;
        for (at, word) in wanted.iter().enumerate() {
            if have.contains(word) {
                continue;
            }
            let may_be_begun = open && (at + 1 == wanted.len() || initials && word.chars().count() == 1);
            if !may_be_begun || !have.iter().any(|h| h.starts_with(word.as_str())) {
                return None;
            }
            begun = true;
        }
        Some((begun, have.len()))
    };
    let title = title_of(record);
    let cells = |wanted: &dyn Fn(ColumnRole) -> bool| -> Vec<&str> {
        let cells = record.values.iter().filter(|(_, role, _)| wanted(*role));
        cells.filter_map(|(.., cell)| cell.as_deref()).collect()
    };
    if candidate.how == How::Substring && candidate.words.is_none() {
        return Some((How::Substring, value.trim().to_owned()));
    }
    // Half a name is none: a given name is shown with its family name.
    let best = std::iter::once(title.as_str())
        .chain(cells(&is_whole))
        .filter_map(|text| meets(text, true).map(|(begun, count)| (begun, count > wanted.len(), text)))
        .min_by_key(|(begun, longer, _)| (*begun, *longer));
    let weaker = |begun: bool, longer: bool| match candidate.how {
        How::Exact | How::Prefix if begun || longer => How::Prefix,
        How::Prefix => How::Exact,
        how => how,
    };
    if let Some((begun, longer, text)) = best {
        // Who works for a company is not that company.
        let works_there = text != title
            && record
                .values
                .iter()
                .any(|(_, role, v)| *role == ColumnRole::OrganizationName && v.as_deref() == Some(text));
        return Some((weaker(begun, longer || works_there), text.trim().to_owned()));
    }
    // A name and a company, each in its own cell.
    meets(&cells(&is_name).join(" "), false).map(|(begun, _)| (weaker(begun, false), title))
}

fn letters(id: &str) -> String {
    id.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Where the match stands in the identifier as written; for a typo, where it differs.
pub(super) fn marks_of(typed: &Typed, space: Space, how: How, id: &str, key: &str) -> Vec<std::ops::Range<usize>> {
    let wanted: String = match space {
        Space::Phone => typed.phone_begun.clone().unwrap_or_default(),
        Space::Email => typed.text.to_lowercase(),
        Space::Word => return word_marks(typed, id),
        Space::Number => key.to_owned(),
        Space::Id => typed.id.clone(),
    };
    if how == How::Typo {
        return differing(&wanted, id);
    }
    let mut marks = Vec::new();
    // Letters of the identifier that the folding keeps, with their places.
    let kept: Vec<(usize, char)> = id
        .char_indices()
        .filter(|(_, c)| space == Space::Email || c.is_alphanumeric() || *c == '@')
        .flat_map(|(at, c)| c.to_lowercase().map(move |low| (at, low)))
        .collect();
    let letters: Vec<char> = wanted.chars().collect();
    if letters.is_empty() || letters.len() > kept.len() {
        if matches!(how, How::Exact | How::Guess) {
            marks.push(0..id.len());
        }
        return marks;
    }
    let found = (0..=kept.len() - letters.len())
        .find(|&from| letters.iter().zip(&kept[from..]).all(|(want, (_, have))| want == have));
    if let Some(from) = found {
        let start = kept[from].0;
        let end_at = kept[from + letters.len() - 1].0;
        let end = end_at + id[end_at..].chars().next().map_or(0, char::len_utf8);
        marks.push(start..end);
    } else if matches!(how, How::Exact | How::Guess) {
        marks.push(0..id.len());
    }
    marks
}

fn word_marks(typed: &Typed, id: &str) -> Vec<std::ops::Range<usize>> {
    let mut marks = Vec::new();
    let mut start = None;
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in id.char_indices().chain(std::iter::once((id.len(), ' '))) {
        match (c.is_alphanumeric() || c == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    for (from, to) in words {
        let word = &id[from..to];
        let folded = words::name_words(word);
        let Some(folded) = folded.first() else { continue };
        if let Some(wanted) = typed.words.iter().find(|wanted| folded.starts_with(wanted.as_str())) {
            let len: usize = word.chars().take(wanted.chars().count()).map(char::len_utf8).sum();
            marks.push(from..from + len);
        }
    }
    marks
}

/// The characters of `id` that differ from what was typed (one typo apart).
fn differing(typed: &str, id: &str) -> Vec<std::ops::Range<usize>> {
    let kept: Vec<(usize, char)> = id
        .char_indices()
        .filter(|(_, c)| c.is_alphanumeric() || *c == '@' || *c == '.')
        .flat_map(|(at, c)| c.to_lowercase().map(move |l| (at, l)))
        .collect();
    let typed: Vec<char> = typed.chars().collect();
    let first = kept.iter().zip(&typed).position(|((_, a), b)| a != b).unwrap_or(kept.len().min(typed.len()));
    match kept.get(first) {
        Some((at, _)) => {
            let len = id[*at..].chars().next().map_or(0, char::len_utf8);
            std::iter::once(*at..at + len).collect()
        }
        None => Vec::new(),
    }
}

/// Who or what a record is: a name if it has one, else its native ID.
#[must_use]
pub fn title_of(record: &SourceRecord) -> String {
    let value = |wanted: ColumnRole| {
        record
            .values
            .iter()
            .filter(|(_, role, _)| *role == wanted)
            .find_map(|(_, _, value)| value.as_deref().map(str::trim).filter(|value| !value.is_empty()))
    };
    let person = [value(ColumnRole::GivenName), value(ColumnRole::FamilyName)];
    let parts: Vec<&str> = person.into_iter().flatten().collect();
    if !parts.is_empty() {
        return parts.join(" ");
    }
    let organization_first = record.values.iter().find(|(_, role, value)| {
        matches!(role, ColumnRole::FullName | ColumnRole::OrganizationName)
            && value.as_deref().is_some_and(|v| !v.trim().is_empty())
    });
    if let Some((_, _, Some(name))) = organization_first {
        return name.trim().to_owned();
    }
    if let Some(address) = value(ColumnRole::Email) {
        return address.to_owned();
    }
    record.native_id.clone().unwrap_or_else(|| record.key.clone())
}

/// The day of a moment.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// One identifier of one record that met in several ways is shown once, in the best.
pub(super) fn drop_weaker(hits: &mut Vec<Hit>) {
    // An ID that somebody has just so leaves other prefixes and zeros a guess.
    let literal = hits.iter().any(|hit| hit.how == How::Exact && hit.note.is_none() && is_id(hit.kind));
    for hit in hits.iter_mut().filter(|hit| literal && hit.how == How::Exact && hit.note.is_some()) {
        hit.how = How::Guess;
    }
    let mut best: HashMap<(Rec, String), How> = HashMap::new();
    for hit in hits.iter() {
        let how = best.entry((hit.rec, hit.id.clone())).or_insert(hit.how);
        *how = (*how).min(hit.how);
    }
    let mut taken = BTreeSet::new();
    hits.retain(|hit| {
        best.get(&(hit.rec, hit.id.clone())) == Some(&hit.how) && taken.insert((hit.rec, hit.id.clone()))
    });
    // A record found by one of its names, addresses or numbers needs no second line for another.
    hits.sort_by_key(|hit| hit.how);
    let mut named = BTreeSet::new();
    hits.retain(|hit| is_id(hit.kind) || named.insert((hit.rec, hit.kind)));
}

/// How many characters differ, place by place, over the length of the shorter.
fn apart(one: &str, two: &str) -> usize {
    one.chars().zip(two.chars()).filter(|(a, b)| a != b).count()
}

fn is_id(kind: IdKind) -> bool {
    matches!(kind, IdKind::NativeId | IdKind::MergedAway | IdKind::OtherId | IdKind::ForeignKey)
}

/// How many different things are exactly what was typed. Keys to one record that is in no file are one thing, however
/// many rows have them.
pub(super) fn things(hits: &[Hit]) -> usize {
    let things: BTreeSet<String> = hits
        .iter()
        .filter(|hit| hit.how == How::Exact)
        .map(|hit| match hit.kind {
            IdKind::MergedAway => format!("{}/{}/{}", hit.source, hit.object, hit.id),
            IdKind::ForeignKey if hit.status == Status::NotInExtract => {
                format!("{}//{}", hit.source, merges::folded(&hit.id))
            }
            _ => hit.record.clone(),
        })
        .collect();
    things.len()
}

/// The thing itself before what points to it.
pub(super) fn weight(kind: IdKind) -> u8 {
    match kind {
        IdKind::NativeId => 0,
        IdKind::MergedAway => 1,
        IdKind::OtherId => 2,
        IdKind::Email | IdKind::Phone => 3,
        IdKind::Name => 4,
        IdKind::ForeignKey => 5,
    }
}

/// Best first: how it met; the thing itself before what points to it; a survivor before what was merged into it; a record
/// that has an ID before a row that has none; then how near the writing is; then by key, so that the order is one.
pub(super) fn rank(typed: &Typed, hits: &mut [Hit]) {
    let matcher = SkimMatcherV2::default().ignore_case();
    let guess = |hit: &Hit| match hit.note.as_deref() {
        None | Some(PUT_RIGHT) => 0,
        Some(_) => 1,
    };
    hits.sort_by_cached_key(|hit| {
        let near = matcher.fuzzy_match(&hit.id, &typed.text).unwrap_or(0);
        // Of IDs one character off, the one in the same case.
        let apart = if matches!(hit.how, How::Typo | How::Guess) && is_id(hit.kind) {
            apart(&hit.id, &typed.compact)
        } else {
            0
        };
        let merged = !is_id(hit.kind) && hit.status == Status::MergedInSource;
        let bare_row = hit.record.contains("/@");
        let of_another = hit.kind == IdKind::Name && hit.id != hit.title;
        (
            (hit.how, guess(hit), weight(hit.kind), merged, of_another, bare_row),
            (apart, -near, hit.id.len(), hit.record.clone(), hit.column.clone(), hit.id.clone()),
        )
    });
}

pub(super) fn remarks(hits: &[Hit], exact: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    let by_case: BTreeSet<&str> = hits
        .iter()
        .filter(|hit| hit.kind == IdKind::NativeId && hit.note.as_deref() == Some(OTHER_CASE))
        .map(|hit| hit.record.as_str())
        .collect();
    if !by_case.is_empty() {
        let begun = hits.iter().any(|hit| hit.how == How::Prefix && hit.note.as_deref() == Some(OTHER_CASE));
        let records = if by_case.len() == 1 { "1 record".to_owned() } else { format!("{} records", by_case.len()) };
        let verb = match (begun, by_case.len()) {
            (true, 1) => "starts",
            (true, _) => "start",
            (false, 1) => "is written",
            (false, _) => "are written",
        };
        remarks.push(format!("Salesforce IDs differ by case alone: {records} {verb} like this in another case."));
    }
    if exact > 1 {
        let kinds: BTreeSet<IdKind> = hits.iter().filter(|hit| hit.how == How::Exact).map(|hit| hit.kind).collect();
        let has = match kinds.iter().next_back() {
            _ if hits.iter().filter(|hit| hit.how == How::Exact).all(|hit| hit.id.contains('@')) => {
                Some("this address")
            }
            _ if kinds.iter().any(|kind| matches!(kind, IdKind::NativeId | IdKind::MergedAway)) => None,
            Some(IdKind::OtherId) => Some("this ID of an older or another system"),
            Some(IdKind::Email) => Some("this address"),
            Some(IdKind::Phone) => Some("this number"),
            Some(IdKind::Name) => Some("this name"),
            _ => None,
        };
        remarks.push(match has {
            Some(what) => format!("{exact} records have {what}; they may be one customer or several."),
            None => format!("{exact} records have exactly this; none is preferred. Ask where it comes from."),
        });
    }
    remarks
}
