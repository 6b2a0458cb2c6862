//! What a row says of merges that its source made.

use crate::sources::identifiers::key::merged_ids;
use crate::sources::presets::ColumnMeaning;
use crate::sources::store::arrive::SourceMerge;
use crate::sources::{Column, ColumnRole};
use crate::values::{identifier, salesforce};

/// The column that holds the ID of whom a row's merges are told: of the record that stayed where a column is known to hold
/// that, else of the row itself.
pub(crate) fn told_of(columns: &[Column]) -> Option<usize> {
    let winner = |column: &&Column| column.meaning == Some(ColumnMeaning::MergedWinner);
    let found =
        columns.iter().find(winner).or_else(|| columns.iter().find(|column| column.role == ColumnRole::NativeId));
    found.map(|column| column.position)
}

/// The merges that one row tells of. `native`: the ID that [`told_of`] names; `cells`: its merge columns, with role, name and value.
pub(crate) fn merges_of<'a>(
    native: Option<&str>,
    cells: impl Iterator<Item = (ColumnRole, &'a str, Option<&'a str>)>,
    rec: i64,
) -> Vec<SourceMerge> {
    let mut merges: Vec<SourceMerge> = Vec::new();
    let Some(native) = native.filter(|id| !id.is_empty()) else { return merges };
    for (role, name, cell) in cells {
        let Some(cell) = cell.map(str::trim).filter(|cell| !cell.is_empty()) else { continue };
        let mut add = |loser: &str, winner: &str, at: Option<String>| {
            if identifier::spoiled(loser).or(identifier::spoiled(winner)).is_some_and(|spoiled| spoiled.is_certain()) {
                return;
            }
            let (loser_folded, winner_folded) = (folded(loser), folded(winner));
            // Salesforce IDs that differ by case alone are two.
            let one = loser_folded == winner_folded
                && salesforce::to_15(loser).unwrap_or(loser) == salesforce::to_15(winner).unwrap_or(winner);
            if one || loser_folded.is_empty() || winner_folded.is_empty() {
                return;
            }
            // Two columns may tell of one merge, one of them with its moment.
            let told = merges.iter_mut().find(|m| m.loser == loser && m.winner == winner);
            match told {
                Some(told) => told.at = told.at.take().or(at),
                None => merges.push(SourceMerge {
                    rec,
                    told_in: name.to_owned(),
                    loser: loser.to_owned(),
                    winner: winner.to_owned(),
                    loser_folded,
                    winner_folded,
                    at,
                }),
            }
        };
        if role == ColumnRole::MergedInto {
            add(native, cell, None);
        } else {
            for (id, at) in merged_ids(cell) {
                add(id, native, at.and_then(moment));
            }
        }
    }
    merges
}

/// An ID as it is compared along merge chains.
#[must_use]
pub fn folded(id: &str) -> String {
    identifier::fold_id(salesforce::to_15(id).unwrap_or(id))
}

/// Milliseconds since 1970 as a moment.
fn moment(milliseconds: &str) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_activities_tells_of_merges_in_some_of_its_rows() {
        let told = |cell| merges_of(Some("77"), [(ColumnRole::MergedIds, "attributes", Some(cell))].into_iter(), 5);
        let merges = told(r#"{"Master Updated":true,"Merge IDs":"[31, 42]","Merged in Sales":false}"#);
        assert_eq!(merges.iter().map(|m| m.loser.as_str()).collect::<Vec<_>>(), ["31", "42"]);
        assert_eq!(told(r#"{"mergeIds": [31,42]}"#).len(), 2);
        assert_eq!(told(r#"{"merge_ids":31}"#).len(), 1);
        assert!(told(r#"{"Webpage ID":31,"Query":"a,b;c"}"#).is_empty());
        assert!(told(r#"{"Query":"the Merge IDs: 31"}"#).is_empty());
        assert!(told("{\"Merge IDs").is_empty());
    }

    #[test]
    fn two_columns_that_tell_of_one_merge_give_it_once_with_its_moment() {
        let cells = [
            (ColumnRole::MergedIds, "hs_merged_object_ids", Some("31;42")),
            (ColumnRole::MergedIds, "hs_calculated_merged_vids", Some("31:1667347200000")),
        ];
        let merges = merges_of(Some("77"), cells.into_iter(), 5);
        assert_eq!(merges.len(), 2);
        assert_eq!(merges[0].at.as_deref(), Some("2022-11-02T00:00:00Z"));
        assert_eq!((merges[1].loser.as_str(), merges[1].winner.as_str()), ("42", "77"));
    }

    #[test]
    fn a_record_is_not_merged_into_itself() {
        let cells = [(ColumnRole::MergedInto, "MasterRecordId", Some("77"))];
        assert!(merges_of(Some("77"), cells.into_iter(), 5).is_empty());
    }
}
