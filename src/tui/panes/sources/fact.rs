//! One fact that people know of a system: what it is called, what may stand there, and how it is changed. Pure: a change is
//! a value that is applied where the facts are kept, so that two people who change two facts both keep theirs.

use crate::sources::SystemKind;
use crate::sources::facts::fields::METHODS;
use crate::sources::facts::written::side as side_word;
use crate::sources::facts::{Location, MetadataItem, ObjectFacts, Side, SourceFacts};
use crate::tui::msg::Known;
use crate::tui::overlays::form::{About, Form, Row};
use crate::values::format;

/// A list of words or sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    Contributes,
    Owns,
    Reliable,
    Risky,
    MustNotControl,
    KnownGaps,
}

/// A fact of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfObject {
    OneRowIs,
    /// Creates, updates, merges, deletes.
    Does,
    Claimed,
    Counterpart,
}

/// Which fact of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    Owner,
    /// What sort of system it is.
    Kind,
    /// Left, or moved to.
    Side,
    List(ListOf),
    Object(String, OfObject),
    Method,
    By,
    At,
    ModifiedColumn,
    CallsPerDay,
    RecordsPerCall,
    RecordsPerSecond,
    PlannedMinutes,
    Freeze,
    Place,
    Metadata,
}

/// A change of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// An empty text takes the fact away.
    Text(Slot, String),
    /// An entry of a list: what stood there, what stands there from now on.
    Items(ListOf, Option<String>, Vec<String>),
    Does(String, [bool; 4]),
    Place(Option<String>, Option<Location>),
    Metadata(Option<String>, Option<MetadataItem>),
}

/// What is being filled in: a fact, and which entry where it is a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    pub slot: Slot,
    pub old: Option<String>,
}

/// The verbs of [`OfObject::Does`].
pub const VERBS: [&str; 4] = ["creates", "updates", "merges", "deletes"];

/// What is usually decided about what does not become records.
const DISPOSITIONS: [&str; 4] = ["migrate", "rebuild", "archive", "leave"];

impl ListOf {
    /// The list in the facts.
    #[must_use]
    pub fn of(self, facts: &SourceFacts) -> &Vec<String> {
        match self {
            Self::Contributes => &facts.contributes,
            Self::Owns => &facts.owns,
            Self::Reliable => &facts.reliable,
            Self::Risky => &facts.risky,
            Self::MustNotControl => &facts.must_not_control,
            Self::KnownGaps => &facts.known_gaps,
        }
    }

    fn of_mut(self, facts: &mut SourceFacts) -> &mut Vec<String> {
        match self {
            Self::Contributes => &mut facts.contributes,
            Self::Owns => &mut facts.owns,
            Self::Reliable => &mut facts.reliable,
            Self::Risky => &mut facts.risky,
            Self::MustNotControl => &mut facts.must_not_control,
            Self::KnownGaps => &mut facts.known_gaps,
        }
    }
}

impl OfObject {
    /// What stands there; empty where nothing does.
    #[must_use]
    pub fn text(self, facts: &ObjectFacts) -> String {
        match self {
            Self::OneRowIs => facts.one_row_is.clone(),
            Self::Counterpart => facts.counterpart.clone(),
            Self::Claimed => facts.claimed.map(|claimed| claimed.to_string()).unwrap_or_default(),
            Self::Does => {
                let does = [facts.creates, facts.updates, facts.merges, facts.deletes];
                let words: Vec<&str> =
                    VERBS.iter().zip(does).filter(|(_, does)| *does).map(|(word, _)| *word).collect();
                words.join(", ")
            }
        }
    }
}

impl Slot {
    /// What it is called.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Kind => "kind",
            Self::Side => "side",
            Self::List(ListOf::Contributes) => "contributes",
            Self::List(ListOf::Owns) => "owns",
            Self::List(ListOf::Reliable) => "reliable for",
            Self::List(ListOf::Risky) => "risky for",
            Self::List(ListOf::MustNotControl) => "must not control",
            Self::List(ListOf::KnownGaps) => "known gap",
            Self::Object(_, OfObject::OneRowIs) => "one row is",
            Self::Object(_, OfObject::Does) => "the system",
            Self::Object(_, OfObject::Claimed) => "claimed",
            Self::Object(_, OfObject::Counterpart) => "counterpart",
            Self::Method => "method",
            Self::By => "by",
            Self::At => "at",
            Self::ModifiedColumn => "changed when",
            Self::CallsPerDay => "calls a day",
            Self::RecordsPerCall => "records a call",
            Self::RecordsPerSecond => "records a second",
            Self::PlannedMinutes => "planned minutes",
            Self::Freeze => "frozen since",
            Self::Place => "place",
            Self::Metadata => "metadata",
        }
    }

    /// What belongs there, as a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Owner => "Who answers for this system: a name and a function.",
            Self::Kind => "What sort of system it is, if it was guessed wrongly; Tab goes through the kinds.",
            Self::Side => "old: a system that is left; new: the one that is moved to, whose objects are only listed.",
            Self::List(ListOf::Contributes) => {
                "What it adds to the picture of a customer. Several at once are parted by ;"
            }
            Self::List(ListOf::Owns) => "Fields that this system decides. Several at once are parted by ;",
            Self::List(ListOf::Reliable) => "Groups of fields that can be trusted from here. Several are parted by ;",
            Self::List(ListOf::Risky) => "Groups of fields that need a second source. Several are parted by ;",
            Self::List(ListOf::MustNotControl) => {
                "Fields that this system must never decide, whatever it says. Several are parted by ;"
            }
            Self::List(ListOf::KnownGaps) => "What people know to be missing or wrong, and no export shows.",
            Self::Object(_, OfObject::OneRowIs) => {
                "One row is …: a sentence without the word customer, such as “one human known by name”."
            }
            Self::Object(_, OfObject::Does) => "Whether this system creates, updates, merges, deletes such records.",
            Self::Object(_, OfObject::Claimed) => "How many rows the system says it has, to compare with what came.",
            Self::Object(_, OfObject::Counterpart) => {
                "The object of the new system that takes these records; none where there is none."
            }
            Self::Method => "How the export was made; Tab goes through the usual ways.",
            Self::By => "Who made the export.",
            Self::At => "When: 2025-11-14, or 2025-11-14T06:00:00Z.",
            Self::ModifiedColumn => "The column that says when a record was changed last; increments go by it.",
            Self::CallsPerDay => "How many calls a day the system allows.",
            Self::RecordsPerCall => "How many records one call brings.",
            Self::RecordsPerSecond => "How many records a second come, where that is the limit.",
            Self::PlannedMinutes => "How many minutes the plan gives this extraction.",
            Self::Freeze => "Edits in this system after that moment are reported: 2025-11-20T18:00:00Z.",
            Self::Place => "Where else data of this system lies: attachment stores, mail servers, other programs.",
            Self::Metadata => "Rules, formulas, custom objects: what they are and what becomes of them.",
        }
    }

    /// The keys under which it is kept: `owns`, `objects.Contact.claimed`.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let one = |key: &str| vec![key.to_owned()];
        match self {
            Self::Owner => one("owner"),
            Self::Kind => one("kind"),
            Self::Side => one("side"),
            Self::List(ListOf::Contributes) => one("contributes"),
            Self::List(ListOf::Owns) => one("owns"),
            Self::List(ListOf::Reliable) => one("reliable"),
            Self::List(ListOf::Risky) => one("risky"),
            Self::List(ListOf::MustNotControl) => one("must_not_control"),
            Self::List(ListOf::KnownGaps) => one("known_gaps"),
            Self::Object(object, OfObject::OneRowIs) => vec![format!("objects.{object}.one_row_is")],
            Self::Object(object, OfObject::Does) => {
                VERBS.iter().map(|verb| format!("objects.{object}.{verb}")).collect()
            }
            Self::Object(object, OfObject::Claimed) => vec![format!("objects.{object}.claimed")],
            Self::Object(object, OfObject::Counterpart) => vec![format!("objects.{object}.counterpart")],
            Self::Method => one("extraction.method"),
            Self::By => one("extraction.by"),
            Self::At => one("extraction.at"),
            Self::ModifiedColumn => one("extraction.modified_column"),
            Self::CallsPerDay => one("extraction.calls_per_day"),
            Self::RecordsPerCall => one("extraction.records_per_call"),
            Self::RecordsPerSecond => one("extraction.records_per_second"),
            Self::PlannedMinutes => one("extraction.planned_minutes"),
            Self::Freeze => one("freeze"),
            Self::Place => one("locations"),
            Self::Metadata => one("metadata"),
        }
    }

    /// Whether nobody said what stands there: such systems are usually like that.
    #[must_use]
    pub fn is_proposed(&self, known: &Known) -> bool {
        self.keys().iter().any(|key| known.proposed.contains(key))
    }

    /// Whether it has any number of entries.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Place | Self::Metadata)
    }

    /// What stands there; for lists nothing.
    #[must_use]
    pub fn text(&self, facts: &SourceFacts) -> String {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let extraction = &facts.extraction;
        match self {
            Self::Owner => facts.owner.clone(),
            Self::Kind => facts.kind.clone(),
            Self::Side => side_word(facts.side).to_owned(),
            Self::Object(object, of) => facts.objects.get(object).map(|object| of.text(object)).unwrap_or_default(),
            Self::Method => extraction.method.clone(),
            Self::By => extraction.by.clone(),
            Self::At => extraction.at.clone(),
            Self::ModifiedColumn => extraction.modified_column.clone(),
            Self::CallsPerDay => number(extraction.calls_per_day),
            Self::RecordsPerCall => number(extraction.records_per_call),
            Self::RecordsPerSecond => number(extraction.records_per_second),
            Self::PlannedMinutes => number(extraction.planned_minutes),
            Self::Freeze => facts.freeze.clone().unwrap_or_default(),
            Self::List(_) | Self::Place | Self::Metadata => String::new(),
        }
    }

    /// Whether a number belongs there.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::CallsPerDay
                | Self::RecordsPerCall
                | Self::RecordsPerSecond
                | Self::PlannedMinutes
                | Self::Object(_, OfObject::Claimed)
        )
    }

    /// A text as it may stand there, or what is wrong with it.
    fn check(&self, text: &str) -> Result<String, &'static str> {
        if text.is_empty() {
            return Ok(String::new());
        }
        match self {
            _ if self.is_number() => {
                let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
                match digits.parse::<u64>() {
                    Ok(number) if number > 0 || matches!(self, Self::Object(..)) => Ok(number.to_string()),
                    _ => Err("a whole number, such as 15,000"),
                }
            }
            Self::At | Self::Freeze => {
                let is_time = text.parse::<jiff::Timestamp>().is_ok();
                // A date that is followed by anything else is no date.
                let is_date = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
                match (is_time || is_date, self) {
                    (true, _) => Ok(text.to_owned()),
                    (false, Self::At) => Err("a date such as 2025-11-14, or with its time: 2025-11-14T06:00:00Z"),
                    (false, _) => Err("a moment such as 2025-11-20T18:00:00Z"),
                }
            }
            Self::Kind if SystemKind::from_word(text).is_none() => {
                Err("crm, billing, product, analytics, support, marketing, erp, …; Tab goes through them")
            }
            Self::Side if !matches!(text, "old" | "new") => Err("old or new"),
            Self::Method if !METHODS.contains(&text) => {
                Err("api, bulk, database, report, backup, connector, manual or other")
            }
            _ => Ok(text.to_owned()),
        }
    }

    /// The form in which it is filled in; `old` is the entry of a list that is to be changed.
    #[must_use]
    pub fn form(&self, source: &str, facts: &SourceFacts, old: Option<&str>, columns: Vec<String>) -> Form {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
        let yes_no = |yes: bool| if yes { "yes" } else { "no" };
        let rows = match self {
            Self::Place => {
                let place = facts.locations.iter().find(|place| Some(place.name.as_str()) == old);
                let place = place.cloned().unwrap_or_default();
                vec![
                    Row::new("name", &place.name, Vec::new(), "such as Attachments on S3"),
                    Row::new("holds", &place.holds, Vec::new(), "such as files of tickets"),
                    Row::new("authoritative", yes_no(place.authoritative), words(&["yes", "no"]), "no"),
                    Row::new("becomes of it", &place.disposition, words(&DISPOSITIONS), "not decided"),
                ]
            }
            Self::Metadata => {
                let item = facts.metadata.iter().find(|item| Some(item.name.as_str()) == old);
                let item = item.cloned().unwrap_or_default();
                let kinds = ["workflow rule", "validation formula", "custom object", "report", "template"];
                vec![
                    Row::new("name", &item.name, Vec::new(), "such as Renewal reminder"),
                    Row::new("kind", &item.kind, words(&kinds), "not said"),
                    Row::new("becomes of it", &item.disposition, words(&DISPOSITIONS), "not decided"),
                    Row::new("note", &item.note, Vec::new(), "none"),
                ]
            }
            Self::Object(object, OfObject::Does) => {
                let of = facts.objects.get(object).cloned().unwrap_or_default();
                VERBS
                    .iter()
                    .zip([of.creates, of.updates, of.merges, of.deletes])
                    .map(|(verb, does)| Row::new(verb, yes_no(does), words(&["yes", "no"]), "no"))
                    .collect()
            }
            _ => {
                let text = if self.is_list() { old.unwrap_or_default().to_owned() } else { self.text(facts) };
                let usual = match self {
                    Self::Method => words(METHODS),
                    Self::Kind => SystemKind::ALL.iter().map(|kind| kind.word().to_owned()).collect(),
                    Self::Side => words(&["old", "new"]),
                    Self::ModifiedColumn => columns,
                    Self::Object(_, OfObject::Counterpart) => words(&["none"]),
                    _ => Vec::new(),
                };
                vec![Row::new(self.label(), &text, usual, "not said")]
            }
        };
        let blank = Blank { slot: self.clone(), old: old.map(str::to_owned) };
        let title = match self {
            Self::Object(object, _) => ("What is known of ", object.clone()),
            _ => ("What is known of ", source.to_owned()),
        };
        let mut form = Form::new(About::Fact { source: source.to_owned(), blank }, title, "Enter save", rows);
        form.advice = self.advice();
        form
    }
}

impl Blank {
    /// The change that a filled-in form says, or what is wrong with it and in which line.
    ///
    /// # Errors
    /// The line and what is wrong with it.
    pub fn read(&self, rows: &[Row]) -> Result<Edit, (usize, &'static str)> {
        let text = |at: usize| rows.get(at).map(|row| row.text().to_owned()).unwrap_or_default();
        let yes = |at: usize| match text(at).to_lowercase().as_str() {
            "" | "no" | "n" => Ok(false),
            "yes" | "y" => Ok(true),
            _ => Err((at, "yes or no; Tab goes from one to the other")),
        };
        let named = |at: usize| if text(at).is_empty() { Err((at, "it needs a name")) } else { Ok(text(at)) };
        Ok(match &self.slot {
            Slot::List(list) => {
                let items: Vec<String> =
                    text(0).split(';').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect();
                Edit::Items(*list, self.old.clone(), items)
            }
            Slot::Object(object, OfObject::Does) => Edit::Does(object.clone(), [yes(0)?, yes(1)?, yes(2)?, yes(3)?]),
            Slot::Place => Edit::Place(
                self.old.clone(),
                Some(Location { name: named(0)?, holds: text(1), authoritative: yes(2)?, disposition: text(3) }),
            ),
            Slot::Metadata => Edit::Metadata(
                self.old.clone(),
                Some(MetadataItem { name: named(0)?, kind: text(1), disposition: text(2), note: text(3) }),
            ),
            slot => Edit::Text(slot.clone(), slot.check(&text(0)).map_err(|refusal| (0, refusal))?),
        })
    }

    /// The change that takes the fact, or the entry of a list, away; `None`: there is nothing to take away.
    #[must_use]
    pub fn take_out(&self) -> Option<Edit> {
        Some(match &self.slot {
            Slot::List(list) => Edit::Items(*list, Some(self.old.clone()?), Vec::new()),
            Slot::Place => Edit::Place(Some(self.old.clone()?), None),
            Slot::Metadata => Edit::Metadata(Some(self.old.clone()?), None),
            Slot::Object(object, OfObject::Does) => Edit::Does(object.clone(), [false; 4]),
            slot => Edit::Text(slot.clone(), String::new()),
        })
    }
}

/// Puts `new` where `old` stood, or at the end; what is there already is not put there twice.
fn replace<T: Clone>(list: &mut Vec<T>, old: Option<&str>, new: &[T], name: impl Fn(&T) -> &str) {
    let at = old.and_then(|old| list.iter().position(|item| name(item) == old));
    if let Some(at) = at {
        list.remove(at);
    }
    let mut at = at.unwrap_or(list.len());
    for item in new {
        if !list.iter().any(|other| name(other) == name(item)) {
            list.insert(at, item.clone());
            at += 1;
        }
    }
}

impl Edit {
    /// Makes the change.
    pub fn apply(&self, facts: &mut SourceFacts) {
        match self {
            Self::Items(list, old, new) => replace(list.of_mut(facts), old.as_deref(), new, String::as_str),
            Self::Place(old, new) => {
                replace(&mut facts.locations, old.as_deref(), new.as_slice(), |place| &place.name);
            }
            Self::Metadata(old, new) => {
                replace(&mut facts.metadata, old.as_deref(), new.as_slice(), |item| &item.name);
            }
            Self::Does(object, [creates, updates, merges, deletes]) => {
                let object = facts.objects.entry(object.clone()).or_default();
                (object.creates, object.updates) = (*creates, *updates);
                (object.merges, object.deletes) = (*merges, *deletes);
            }
            Self::Text(slot, text) => {
                let number = text.parse().ok();
                let extraction = &mut facts.extraction;
                match slot {
                    Slot::Owner => facts.owner.clone_from(text),
                    Slot::Kind => facts.kind.clone_from(text),
                    Slot::Side => facts.side = if text == "new" { Side::New } else { Side::Old },
                    Slot::Method => extraction.method.clone_from(text),
                    Slot::By => extraction.by.clone_from(text),
                    Slot::At => extraction.at.clone_from(text),
                    Slot::ModifiedColumn => extraction.modified_column.clone_from(text),
                    Slot::CallsPerDay => extraction.calls_per_day = number,
                    Slot::RecordsPerCall => extraction.records_per_call = number,
                    Slot::RecordsPerSecond => extraction.records_per_second = number,
                    Slot::PlannedMinutes => extraction.planned_minutes = number,
                    Slot::Freeze => facts.freeze = (!text.is_empty()).then(|| text.clone()),
                    Slot::Object(object, of) => {
                        let object = facts.objects.entry(object.clone()).or_default();
                        match of {
                            OfObject::OneRowIs => object.one_row_is.clone_from(text),
                            OfObject::Counterpart => object.counterpart.clone_from(text),
                            OfObject::Claimed => object.claimed = number,
                            OfObject::Does => {}
                        }
                    }
                    Slot::List(_) | Slot::Place | Slot::Metadata => {}
                }
            }
        }
    }

    /// What was changed, as a sentence.
    #[must_use]
    pub fn sentence(&self, source: &str) -> String {
        let (label, text) = match self {
            Self::Items(list, _, new) => (Slot::List(*list).label(), new.join(", ")),
            Self::Place(_, new) => (Slot::Place.label(), new.as_ref().map(|new| new.name.clone()).unwrap_or_default()),
            Self::Metadata(_, new) => {
                (Slot::Metadata.label(), new.as_ref().map(|new| new.name.clone()).unwrap_or_default())
            }
            Self::Does(object, does) => {
                let words: Vec<&str> =
                    VERBS.iter().zip(does).filter(|(_, does)| **does).map(|(word, _)| *word).collect();
                let words = if words.is_empty() { "does nothing with".to_owned() } else { words.join(", ") };
                return format!("{source}: {words} {object}.");
            }
            Self::Text(slot, text) => {
                let text = match text.parse() {
                    Ok(number) if slot.is_number() => format::thousands(number),
                    _ => text.clone(),
                };
                (slot.label(), text)
            }
        };
        if text.is_empty() { format!("{source}: {label} is taken out.") } else { format!("{source}: {label}: {text}.") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(slot: Slot, old: Option<&str>, lines: &[&str]) -> Result<Edit, (usize, &'static str)> {
        let rows: Vec<Row> = lines.iter().map(|line| Row::new("", line, Vec::new(), "")).collect();
        Blank { slot, old: old.map(str::to_owned) }.read(&rows)
    }

    #[test]
    fn two_people_who_change_two_facts_both_keep_theirs() {
        let mut facts = SourceFacts { owns: vec!["name".into(), "job title".into()], ..SourceFacts::default() };
        let mine = read(Slot::Owner, None, &["Jonas Weber"]).unwrap();
        let theirs = read(Slot::List(ListOf::Owns), Some("name"), &["full name; initials"]).unwrap();
        mine.apply(&mut facts);
        theirs.apply(&mut facts);
        assert_eq!(facts.owner, "Jonas Weber");
        assert_eq!(facts.owns, ["full name", "initials", "job title"]);
    }

    #[test]
    fn what_is_no_number_or_no_date_is_refused_with_an_example() {
        assert_eq!(read(Slot::CallsPerDay, None, &["many"]), Err((0, "a whole number, such as 15,000")));
        assert_eq!(read(Slot::CallsPerDay, None, &["15,000"]), Ok(Edit::Text(Slot::CallsPerDay, "15000".into())));
        assert!(read(Slot::Freeze, None, &["14.11.2025"]).is_err());
        assert!(read(Slot::Freeze, None, &["2025-11-20T18:00:00Z"]).is_ok());
        assert!(read(Slot::At, None, &["2025-11-14"]).is_ok());
        assert!(read(Slot::Method, None, &["by hand"]).is_err());
        assert_eq!(read(Slot::Place, None, &["", "", "yes", ""]), Err((0, "it needs a name")));
        assert!(matches!(read(Slot::Place, None, &["S3", "", "perhaps", ""]), Err((2, _))));
    }

    #[test]
    fn an_entry_that_is_there_already_does_not_come_twice() {
        let mut facts = SourceFacts { owns: vec!["name".into()], ..SourceFacts::default() };
        read(Slot::List(ListOf::Owns), None, &["name; phone"]).unwrap().apply(&mut facts);
        assert_eq!(facts.owns, ["name", "phone"]);
        let blank = Blank { slot: Slot::List(ListOf::Owns), old: Some("name".into()) };
        blank.take_out().unwrap().apply(&mut facts);
        assert_eq!(facts.owns, ["phone"]);
    }

    #[test]
    fn a_fact_left_empty_is_taken_out() {
        let mut facts = SourceFacts { freeze: Some("2025-11-20T18:00:00Z".into()), ..SourceFacts::default() };
        read(Slot::Freeze, None, &[" "]).unwrap().apply(&mut facts);
        assert_eq!(facts.freeze, None);
    }
}
