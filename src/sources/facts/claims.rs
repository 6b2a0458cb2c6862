//! What a system says it has, against what came.

use super::SourceFacts;
use crate::sources::{Object, Source};

/// One object: rows that the system claims, rows that came.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim {
    pub object: String,
    /// `None`: nobody said.
    pub claimed: Option<u64>,
    /// Records that the newest full export and the deltas after it hold, and the rows of these that are in quarantine:
    /// they came too.
    pub came: u64,
    /// Of `came`, what is in quarantine.
    pub quarantined: u64,
    /// `came − claimed`: negative where something is missing.
    pub difference: Option<i64>,
    /// A file of it was loaded.
    pub loaded: bool,
}

/// Claimed counts compared with what came, loaded objects first, then those that are only known by name.
#[must_use]
pub fn claims(source: &Source, facts: &SourceFacts) -> Vec<Claim> {
    let claimed = |name: &str| facts.objects.get(name).and_then(|object| object.claimed);
    let mut all: Vec<Claim> = source
        .objects
        .iter()
        .map(|object| {
            let (came, quarantined) = came(object);
            claim(&object.name, claimed(&object.name), came, quarantined, true)
        })
        .collect();
    let loaded = |name: &str| source.objects.iter().any(|object| object.name == name);
    all.extend(facts.objects.keys().filter(|name| !loaded(name)).map(|name| claim(name, claimed(name), 0, 0, false)));
    all
}

fn claim(object: &str, claimed: Option<u64>, came: u64, quarantined: u64, loaded: bool) -> Claim {
    let difference = claimed.map(|claimed| {
        let difference = i128::from(came) - i128::from(claimed);
        i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
    });
    Claim { object: object.to_owned(), claimed, came, quarantined, difference, loaded }
}

/// (rows that came, of these in quarantine). Records that a full export lacked and none brought back are no longer in the
/// system; what was quarantined before the newest full export was exported again with it.
fn came(object: &Object) -> (u64, u64) {
    let newest_full = object.loads.iter().rposition(|load| !load.delta);
    let loads = object.loads.get(newest_full.unwrap_or(0)..).unwrap_or_default();
    let quarantined = loads.iter().fold(0u64, |sum, load| sum.saturating_add(load.quarantined));
    // A record vanishes once, until it returns.
    let gone = |sum: u64, load: &crate::sources::Load| sum.saturating_add(load.vanished).saturating_sub(load.returned);
    let vanished = object.loads.iter().fold(0, gone);
    (object.records.saturating_sub(vanished).saturating_add(quarantined), quarantined)
}

/// Rows that an extraction of the source has to bring: what is claimed, else what came.
#[must_use]
pub fn rows_to_extract(claims: &[Claim]) -> u64 {
    claims.iter().fold(0, |sum: u64, claim| sum.saturating_add(claim.claimed.unwrap_or(claim.came)))
}
