//! What became of every source field: one disposition each, none left without.

use super::map::Disposition;
use super::{MapKey, StandingMap};
use crate::sources::Object;

/// The state of one source field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldState {
    pub position: usize,
    pub column: String,
    /// `None`: not decided.
    pub disposition: Option<Disposition>,
    /// Where it goes: map and field, in the order of the maps.
    pub goes_to: Vec<(MapKey, String)>,
    /// Dropped or archived: why.
    pub reason: String,
    pub technical: bool,
    pub business: bool,
}

/// Sums over one object. `columns = mapped + archived + dropped + open`; a suggestion may stand for some of the open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    pub columns: u64,
    pub mapped: u64,
    pub archived: u64,
    pub dropped: u64,
    pub open: u64,
    /// Decided fields with both reviews.
    pub reviewed: u64,
}

/// The state of every column of an object, in the order of the columns.
#[must_use]
pub fn fields(_object: &Object, _maps: &[StandingMap]) -> Vec<FieldState> {
    Vec::new()
}

/// The sums.
#[must_use]
pub fn sum(_fields: &[FieldState]) -> Sum {
    Sum::default()
}
