//! What a preset knows of columns, put over what was guessed of them, unless the values say that it cannot be.

use super::form::PresetColumn;
use super::recognise::{Recognised, Sample, fold_header};
use crate::sources::ColumnRole as Role;
use crate::sources::columns::{self, Guess};

/// Puts what a preset knows over the guesses of an object's columns, one guess a column.
pub fn lay_over(recognised: &Recognised<'_>, names: &[String], sample: Sample<'_>, guesses: &mut [Guess]) {
    let preset = recognised.preset;
    let says = |what: &str| format!("preset {}: {what}", preset.name);
    let columns_known = preset.columns_of(recognised.object);
    for (at, (name, guess)) in names.iter().zip(guesses.iter_mut()).enumerate() {
        let Some(known) = columns_known.get(&fold_header(name)) else { continue };
        guess.meaning = known.means.or(guess.meaning);
        guess.separator = known.separator.clone().or(guess.separator.take());
        let dates = known.dates.clone().or_else(|| {
            let form = recognised.form?;
            form.dates.clone().filter(|_| known.means.is_some_and(super::ColumnMeaning::is_time))
        });
        guess.dates = dates.or(guess.dates.take());
        let Some(role) = role_of(known) else {
            if known.means.is_some() && guess.role != Role::NativeId && !keeps_role(guess.role) {
                guess.role = Role::Plain;
                guess.evidence = says(known.means.map_or("", super::ColumnMeaning::label));
            }
            continue;
        };
        if let Some(why) = columns::contradiction(role, guess.separator.as_deref(), values(sample, at)) {
            guess.evidence = join(&guess.evidence, &says(&format!("{}, but {why}", role.label())));
            continue;
        }
        guess.role = role;
        guess.points_to =
            known.points_to.clone().or_else(|| guess.points_to.take().filter(|_| role == Role::ForeignKey));
        guess.evidence = match (&known.points_to, known.means) {
            (Some(target), _) => says(&format!("ID of {}", target.replace('.', " "))),
            (None, Some(means)) => says(&format!("{}, {}", role.label(), means.label())),
            (None, None) => says(role.label()),
        };
    }
    let Some(object) = recognised.object else { return };
    let wanted = object.native_id.iter().find_map(|header| {
        let folded = fold_header(header);
        names.iter().position(|name| fold_header(name) == folded)
    });
    let Some(at) = wanted else { return };
    if let Some(why) = columns::contradiction(Role::NativeId, None, values(sample, at)) {
        let guess = &mut guesses[at];
        guess.evidence = join(&guess.evidence, &says(&format!("native ID, but {why}")));
        if guess.role == Role::NativeId {
            guess.role = Role::ForeignKey;
        }
        // Merges are told of the record that the native ID names, if no other column names it; else they would be told
        // of another.
        if guesses.iter().any(|guess| guess.meaning == Some(super::ColumnMeaning::MergedWinner)) {
            return;
        }
        for guess in guesses.iter_mut().filter(|g| matches!(g.role, Role::MergedInto | Role::MergedIds)) {
            guess.role = Role::ForeignKey;
            guess.evidence = join(&guess.evidence, "searched for as they are, since no native ID names the row");
        }
        return;
    }
    for (other, guess) in guesses.iter_mut().enumerate() {
        if other != at && guess.role == Role::NativeId {
            guess.role = Role::ForeignKey;
        }
    }
    let rows = sample.len();
    let guess = &mut guesses[at];
    guess.role = Role::NativeId;
    guess.points_to = None;
    guess.evidence = match rows {
        0 => says("native ID"),
        rows => says(&format!("native ID; {}", columns::uniqueness(values(sample, at), rows))),
    };
}

/// Says of IDs of other systems which system and object a header names: `salesforce_account_id` is one of Salesforce
/// Account. Headers that name no known system, or no object of it, are left alone.
pub fn name_other_systems(names: &[String], guesses: &mut [Guess]) {
    for (name, guess) in names.iter().zip(guesses.iter_mut()) {
        if guess.role != Role::OtherId || guess.points_to.is_some() {
            continue;
        }
        let words = columns::header_words(name);
        for (at, word) in words.iter().enumerate() {
            let of = |preset: &&super::Preset| {
                std::iter::once(&preset.name).chain(&preset.words).any(|own| fold_header(own) == *word)
            };
            let Some(preset) = super::all().iter().find(of) else { continue };
            let rest = words[at + 1..].iter().filter(|word| !columns::is_word_of("id", word));
            let rest = rest.map(String::as_str).collect::<Vec<_>>().join(" ");
            if let Some(object) = preset.objects.iter().find(|object| !rest.is_empty() && object.is_called(&rest)) {
                guess.points_to = Some(format!("{}.{}", preset.name, object.name));
                guess.evidence = join(&guess.evidence, &format!("{} {}", preset.name, object.name));
                break;
            }
        }
    }
}

fn role_of(known: &PresetColumn) -> Option<Role> {
    known.role.or_else(|| {
        let target = known.points_to.as_deref()?;
        Some(if super::system_of(target).is_some() { Role::OtherId } else { Role::ForeignKey })
    })
}

/// Roles that a preset's silence does not take away.
fn keeps_role(role: Role) -> bool {
    matches!(role, Role::ForeignKey | Role::OtherId | Role::MergedInto | Role::MergedIds)
}

fn values(sample: Sample<'_>, at: usize) -> impl Iterator<Item = Option<&str>> {
    sample.iter().map(move |row| row.get(at).and_then(|cell| cell.as_deref()))
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_owned() } else { format!("{first}; {second}") }
}
