//! Which column points to which object: judged from names and from a sample of values, before anything is counted. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::keys::{self, Spelling};
use super::rules::Rules;
use super::subject::Subject;
use crate::sources::columns::header_words;
use crate::sources::{Column, ColumnRole, presets};
use crate::values::format::thousands;

/// Different values of a column that are looked for.
const LOOKED_FOR: usize = 1_024;

/// A column that may hold IDs of other records.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Number of the object among the subjects.
    pub subject: usize,
    pub column: usize,
    role: ColumnRole,
    /// What its header says it is an ID of: `account` of `AccountId`.
    core: String,
    /// The object that is said to be meant, where a preset or a person says it.
    stated: Option<String>,
    /// Several IDs stand in one cell.
    pub parted: bool,
    /// Nothing but digits.
    digits: bool,
    /// A key, and every value has 15 characters and more.
    unmistakable: bool,
    /// Values of eight characters or more.
    long: bool,
    /// Nearly every value comes once.
    unique: bool,
    exact: Vec<u64>,
    folded: Vec<u64>,
}

/// A column whose values name the records of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub subject: usize,
    pub column: usize,
    pub native: bool,
    /// Its IDs fill the numbers that they run through.
    dense: bool,
}

/// A column and where it points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub subject: usize,
    pub column: usize,
    pub parted: bool,
    pub spelling: Spelling,
    /// Numbers of targets; several where a column holds IDs of several objects. Empty: it names one that is not loaded.
    pub targets: Vec<usize>,
    pub to_name: String,
    pub because: String,
}

/// What the preset or the header of a column says that it points to, as long as it is taken for a key.
fn stated_target(column: &Column) -> Option<&str> {
    let is_key = matches!(column.role, ColumnRole::ForeignKey | ColumnRole::OtherId);
    column.points_to.as_deref().filter(|_| is_key)
}

/// Whether this is the object that a column is said to point to.
fn is_stated(stated: &str, to: &Subject, own_source: bool) -> bool {
    let of_system = match presets::system_of(stated) {
        None => own_source,
        Some(system) => {
            let preset = to.preset.as_deref().and_then(|preset| preset.split('/').next());
            preset.is_some_and(|preset| preset.eq_ignore_ascii_case(system)) || to.source.eq_ignore_ascii_case(system)
        }
    };
    of_system && presets::meets(stated, &to.name, to.preset.as_deref())
}

/// The columns whose values are to be looked for.
#[must_use]
pub fn wishes(subjects: &[Subject], rules: &Rules) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        for column in &subject.columns {
            let is_key = matches!(column.role, ColumnRole::ForeignKey | ColumnRole::OtherId | ColumnRole::MergedInto);
            // What is called a company may hold its ID.
            if matches!(
                column.role,
                ColumnRole::NativeId | ColumnRole::MergedIds | ColumnRole::Email | ColumnRole::Phone
            ) {
                continue;
            }
            let values: Vec<&str> = subject.sampled(column.position).collect();
            let alike = values.iter().filter(|value| is_id_like(value)).count();
            if values.is_empty() || !is_key && alike * 5 < values.len() * 4 {
                continue;
            }
            let parted = values.iter().filter(|value| value.contains(';')).count() > 0
                && values.iter().all(|value| keys::ids_in(value, true).all(|id| !id.contains(' ')));
            let mut seen = HashSet::new();
            let (mut exact, mut folded) = (Vec::new(), Vec::new());
            for id in values.iter().flat_map(|value| keys::ids_in(value, parted)) {
                if exact.len() < LOOKED_FOR && seen.insert(id) {
                    exact.push(keys::key(id, Spelling::Exact));
                    folded.push(keys::key(id, Spelling::Folded));
                }
            }
            wishes.push(Wish {
                subject: at,
                column: column.position,
                role: column.role,
                core: core_of(&column.name, rules),
                stated: stated_target(column).map(str::to_owned),
                parted,
                digits: values.iter().all(|value| value.bytes().all(|b| b.is_ascii_digit() || b == b';')),
                unmistakable: is_key && values.iter().all(|value| value.len() >= 15 && is_id_like(value)),
                long: values.iter().filter(|value| value.len() >= 8).count() * 5 >= values.len() * 4,
                unique: seen.len() * 50 >= values.len().min(LOOKED_FOR) * 49,
                exact,
                folded,
            });
        }
    }
    wishes
}

/// The columns in which they are looked for: native IDs, and other IDs that come once each.
#[must_use]
pub fn targets(subjects: &[Subject], rules: &Rules) -> Vec<Target> {
    let mut targets = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        for column in &subject.columns {
            let native = column.role == ColumnRole::NativeId;
            if !native && !matches!(column.role, ColumnRole::OtherId | ColumnRole::ForeignKey) {
                continue;
            }
            let values: Vec<&str> = subject.sampled(column.position).collect();
            let distinct: HashSet<&str> = values.iter().copied().collect();
            if !native && (values.len() < 10 || distinct.len() * 50 < values.len() * 49) {
                continue;
            }
            let dense = density(&distinct, subject.rows);
            targets.push(Target {
                subject: at,
                column: column.position,
                native,
                dense: dense >= rules.relations.dense,
            });
        }
    }
    targets
}

/// Which share of the numbers between the least and the greatest ID are IDs; 0 if they are no numbers.
fn density(values: &HashSet<&str>, rows: u64) -> f64 {
    let numbers: Vec<u64> = values.iter().filter_map(|value| value.trim().parse().ok()).collect();
    if numbers.len() * 10 < values.len() * 9 {
        return 0.0;
    }
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(least), Some(greatest)) => rows as f64 / ((greatest - least) as f64 + 1.0),
        _ => 0.0,
    }
}

/// One word with a digit that is no date, no decimal, no address.
fn is_id_like(value: &str) -> bool {
    let bytes = value.trim().as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b';');
    let is_date = bytes.len() >= 8 && bytes.len() <= 10 && matches!(bytes.get(4), Some(b'-')) && digits >= 6;
    (5..=64).contains(&bytes.len()) && digits > 0 && bytes.iter().all(fits) && !is_date
}

/// What a header says that its values are IDs of.
fn core_of(header: &str, rules: &Rules) -> String {
    let words = header_words(header);
    let telling: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !rules.relations.id_words.contains(*word)).collect();
    let core = telling.concat();
    for ending in ["ids", "id"] {
        if let Some(stem) = core.strip_suffix(ending).filter(|stem| stem.len() >= 3 && telling.len() == 1) {
            return stem.to_owned();
        }
    }
    core
}

/// How well a header names an object: 0 not at all, 3 exactly.
fn agreement(wish: &Wish, from: &Subject, to: &Subject, same: bool, rules: &Rules) -> u8 {
    if wish.stated.as_ref().is_some_and(|stated| is_stated(stated, to, from.source == to.source)) {
        return 4;
    }
    if wish.role == ColumnRole::MergedInto {
        return if same { 4 } else { 0 };
    }
    let own_source = from.source == to.source;
    if wish.core.is_empty() {
        0
    } else if same && rules.relations.itself.contains(&wish.core) {
        4
    } else if same {
        0
    } else if wish.core == to.core {
        if own_source { 3 } else { 2 }
    } else if own_source && to.staff && is_staff_column(&wish.core, rules) {
        3
    } else if to.core.len() >= 4 && wish.core.ends_with(&to.core)
        || wish.core.len() >= 4 && to.core.ends_with(&wish.core)
    {
        if own_source { 2 } else { 1 }
    } else {
        0
    }
}

fn is_staff_column(core: &str, rules: &Rules) -> bool {
    rules.relations.staff_columns.iter().any(|word| core == word || core.ends_with(word.as_str()) && word.len() > 3)
}

/// Which of the values that are looked for stand in which target.
#[derive(Debug, Default)]
pub struct Meetings {
    exact: HashMap<u64, Vec<(u32, u32)>>,
    folded: HashMap<u64, Vec<(u32, u32)>>,
    /// By column and target: the numbers of the values met, exactly and folded.
    met: BTreeMap<(u32, u32), [HashSet<u32>; 2]>,
}

impl Meetings {
    #[must_use]
    pub fn new(wishes: &[Wish]) -> Self {
        let mut meetings = Self::default();
        for (wish, at) in wishes.iter().zip(0u32..) {
            for (value, (exact, folded)) in wish.exact.iter().zip(&wish.folded).enumerate() {
                let place = (at, value as u32);
                meetings.exact.entry(*exact).or_default().push(place);
                meetings.folded.entry(*folded).or_default().push(place);
            }
        }
        meetings
    }

    /// A value of a target column, by its keys.
    pub fn meet(&mut self, target: u32, exact: u64, folded: u64) {
        for (which, (known, key)) in [(&self.exact, exact), (&self.folded, folded)].into_iter().enumerate() {
            for (wish, value) in known.get(&key).into_iter().flatten() {
                self.met.entry((*wish, target)).or_default()[which].insert(*value);
            }
        }
    }

    fn of(&self, wish: usize, target: usize, spelling: Spelling) -> Option<&HashSet<u32>> {
        let which = usize::from(spelling == Spelling::Folded);
        self.met.get(&(wish as u32, target as u32)).map(|met| &met[which])
    }
}

struct Candidate<'a> {
    target: usize,
    agreement: u8,
    met: usize,
    spelling: Spelling,
    exact: usize,
    values: Option<&'a HashSet<u32>>,
}

/// Decides for every column where it points to, if anywhere.
#[must_use]
pub fn decide(
    subjects: &[Subject],
    wishes: &[Wish],
    targets: &[Target],
    met: &Meetings,
    rules: &Rules,
) -> Vec<Decided> {
    let mut decided: Vec<Decided> = Vec::new();
    for (number, wish) in wishes.iter().enumerate() {
        let from = &subjects[wish.subject];
        let sampled = wish.exact.len();
        let mut candidates: Vec<Candidate<'_>> = targets
            .iter()
            .enumerate()
            .filter(|(_, target)| (target.subject, target.column) != (wish.subject, wish.column))
            .filter_map(|(at, target)| {
                let count = |spelling| met.of(number, at, spelling).map_or(0, HashSet::len);
                let (exact, folded) = (count(Spelling::Exact), count(Spelling::Folded));
                let gains = (folded - exact.min(folded)) as f64 >= rules.relations.folding_gains * sampled as f64;
                let spelling = if gains && folded > exact { Spelling::Folded } else { Spelling::Exact };
                let found = if spelling == Spelling::Folded { folded } else { exact };
                let same = target.subject == wish.subject;
                let names =
                    if target.native { agreement(wish, from, &subjects[target.subject], same, rules) } else { 0 };
                let share = found as f64 / sampled.max(1) as f64;
                let enough = sampled >= rules.relations.distinct && share >= rules.relations.containment
                    || sampled >= 3 && wish.long && share >= rules.relations.few_containment
                    // One value suffices where nobody would write it but to name a record.
                    || wish.unmistakable && found == sampled && sampled > 0;
                let by_values = enough && !(wish.digits && target.dense) && (target.native || !same);
                let by_name = names >= 3 && wish.role != ColumnRole::Plain || names >= 1 && share >= 0.05;
                // A name alone is believed within the source, even where nothing is met.
                (by_values || by_name).then(|| Candidate {
                    target: at,
                    agreement: names,
                    met: found,
                    spelling,
                    exact,
                    values: met.of(number, at, spelling),
                })
            })
            .collect();
        candidates.sort_by_key(|c| {
            let native = targets[c.target].native;
            let whole = c.met * 2 >= sampled;
            (
                std::cmp::Reverse(c.agreement >= 3 && (c.met > 0 || c.agreement == 4)),
                std::cmp::Reverse(whole && native),
                std::cmp::Reverse(c.met),
                std::cmp::Reverse(c.agreement),
                c.target,
            )
        });
        let Some(best) = candidates.first() else {
            decided.extend(not_loaded(wish, from, subjects, rules));
            continue;
        };
        decided.push(describe(wish, subjects, targets, best, &candidates, met, number, rules));
    }
    one_way(&mut decided, targets);
    decided
}

#[allow(clippy::too_many_arguments)]
fn describe(
    wish: &Wish,
    subjects: &[Subject],
    targets: &[Target],
    best: &Candidate<'_>,
    candidates: &[Candidate<'_>],
    met: &Meetings,
    number: usize,
    rules: &Rules,
) -> Decided {
    let to = &subjects[targets[best.target].subject];
    let sampled = wish.exact.len();
    let empty = HashSet::new();
    let mut because = match best.agreement {
        4 if wish.role == ColumnRole::MergedInto => "names the record that survived a merge".to_owned(),
        4 if to.id == subjects[wish.subject].id => "named as one of the same object".to_owned(),
        0 => String::new(),
        _ => format!("called after {}", to.name),
    };
    let met_words = format!(
        "{} of {} different values of a sample are {}",
        thousands(best.met as u64),
        thousands(sampled as u64),
        if targets[best.target].native {
            "its IDs".to_owned()
        } else {
            format!("in {}", to.column_name(targets[best.target].column))
        }
    );
    because = if because.is_empty() { met_words } else { format!("{because}; {met_words}") };
    if best.spelling == Spelling::Folded {
        because.push_str(&format!(
            "; compared without regard to case and blanks, else {} would meet",
            thousands(best.exact as u64)
        ));
    }
    // A column of mixed IDs: what is not here is there.
    let mut taken: HashSet<u32> = best.values.unwrap_or(&empty).clone();
    let mut all = vec![best.target];
    for (at, target) in targets.iter().enumerate() {
        if all.contains(&at)
            || !target.native
            || subjects[target.subject].source != to.source
            || target.dense && wish.digits
        {
            continue;
        }
        let Some(values) = met.of(number, at, best.spelling) else { continue };
        let more: Vec<u32> = values.difference(&taken).copied().collect();
        if more.len() >= 3.max((rules.relations.part * sampled as f64) as usize) {
            because.push_str(&format!(
                "; {} others are IDs of {}",
                thousands(more.len() as u64),
                subjects[target.subject].name
            ));
            taken.extend(more);
            all.push(at);
        }
    }
    for other in candidates.iter().filter(|c| !all.contains(&c.target) && c.met * 10 >= best.met * 9 && c.met > 0) {
        because.push_str(&format!(
            "; {} would also be met in {}",
            thousands(other.met as u64),
            subjects[targets[other.target].subject].title()
        ));
    }
    Decided {
        subject: wish.subject,
        column: wish.column,
        parted: wish.parted,
        spelling: best.spelling,
        targets: all,
        to_name: to.title(),
        because,
    }
}

/// A key whose object is nowhere: named as the header names it.
fn not_loaded(wish: &Wish, from: &Subject, subjects: &[Subject], rules: &Rules) -> Option<Decided> {
    let header = from.column_name(wish.column);
    let words = header_words(header);
    let says_id = words.iter().any(|word| matches!(word.as_str(), "id" | "ids" | "uuid" | "guid" | "key" | "ref"))
        || words.len() == 1 && words.iter().any(|word| word.len() > 4 && word.ends_with("id"));
    let named = wish.stated.as_ref().map(|stated| capitalised(&stated.replace('.', " › "))).or_else(|| {
        if wish.role != ColumnRole::ForeignKey || !says_id || wish.core.is_empty() || wish.core == from.core {
            return None;
        }
        if is_staff_column(&wish.core, rules) {
            return Some(rules.relations.staff_name.clone());
        }
        // An ID that comes once each, beside no object of that name, is the record's own.
        let is_known = subjects.iter().any(|subject| subject.core == wish.core);
        if wish.unique && !is_known && wish.exact.len() > 50 {
            return None;
        }
        let telling: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !rules.relations.id_words.contains(*word)).collect();
        let name = if telling.len() > 1 { telling.join(" ") } else { wish.core.clone() };
        Some(capitalised(&name))
    })?;
    // With an ID of its own it would have been a candidate.
    let is_here = |to: &&Subject| to.native().is_none() && agreement(wish, from, to, to.id == from.id, rules) >= 3;
    if let Some(here) = subjects.iter().find(is_here) {
        // Said to name records of the very object that has no other ID, it names its own, unless it is called a parent.
        if here.id == from.id && !rules.relations.itself.contains(&wish.core) {
            return None;
        }
        return Some(Decided {
            subject: wish.subject,
            column: wish.column,
            parted: wish.parted,
            spelling: Spelling::Exact,
            targets: Vec::new(),
            because: format!("an ID by its header; {} is loaded, but has no ID of its own to meet", here.name),
            to_name: here.title(),
        });
    }
    Some(Decided {
        subject: wish.subject,
        column: wish.column,
        parted: wish.parted,
        spelling: Spelling::Exact,
        targets: Vec::new(),
        because: format!("an ID by its header; no loaded object holds its values, and {named} is not loaded"),
        to_name: named,
    })
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// Of two columns with IDs of a third system that meet each other, one points to the other, not both.
fn one_way(decided: &mut Vec<Decided>, targets: &[Target]) {
    let pairs: HashSet<(usize, usize, usize, usize)> = decided
        .iter()
        .flat_map(|d| {
            d.targets
                .iter()
                .map(|at| &targets[*at])
                .filter(|target| !target.native)
                .map(|target| (d.subject, d.column, target.subject, target.column))
        })
        .collect();
    decided.retain(|d| {
        !d.targets.iter().map(|at| &targets[*at]).any(|target| {
            !target.native
                && pairs.contains(&(target.subject, target.column, d.subject, d.column))
                && (target.subject, target.column) > (d.subject, d.column)
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_it_is_an_id_of() {
        let rules = Rules::built_in();
        for (header, core) in [
            ("AccountId", "account"),
            ("account_id", "account"),
            ("CONVERTEDACCOUNTID", "convertedaccount"),
            ("Associated Company IDs", "company"),
            ("OWNERID", "owner"),
            ("workspace_id (metadata)", "workspace"),
            ("Customer", "customer"),
            ("Number", ""),
            ("paid", "paid"),
        ] {
            assert_eq!(core_of(header, rules), core, "{header}");
        }
    }

    #[test]
    fn what_looks_like_an_id_is_one_word_with_a_digit() {
        for (value, is) in [
            ("0018d00000Bw1Cl", true),
            ("cus_Nf83kQ0dLw1xRz", true),
            ("9898244878", true),
            ("2025-11-14", false),
            ("12.50", false),
            ("Client 12", false),
            ("1234", false),
            ("active", false),
        ] {
            assert_eq!(is_id_like(value), is, "{value}");
        }
    }
}
