//! How long an extraction takes by the limits that a system states, against what the plan gives it.

use super::Extraction;

/// How long an extraction takes by its stated limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Estimate {
    pub rows: u64,
    /// Rounded up.
    pub minutes: u64,
    pub planned_minutes: Option<u64>,
    /// The limit that it hangs on.
    pub limit: Limit,
}

/// Which stated limit makes an extraction as long as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    CallsPerDay,
    RecordsPerSecond,
}

impl Estimate {
    /// Minutes beyond the plan; negative where the plan has room. `None` without a plan.
    #[must_use]
    pub fn over_plan(&self) -> Option<i64> {
        let planned = i128::from(self.planned_minutes?);
        let over = i128::from(self.minutes) - planned;
        // Both are below 2^64, so this clamps only what no person would plan.
        Some(i64::try_from(over).unwrap_or(if over < 0 { i64::MIN } else { i64::MAX }))
    }
}

/// Estimates an extraction of `rows` rows; `None` where no limit is stated.
///
/// Calls a day are taken as a pace, calls × 1,440 ÷ calls a day: the quota is shared with everything else that calls the
/// system, and what is left of today's is not known here. Records a second are a pace by themselves. Where both are stated
/// the longer time counts.
#[must_use]
pub fn estimate(extraction: &Extraction, rows: u64) -> Option<Estimate> {
    let stated = |limit: Option<u64>| limit.filter(|limit| *limit > 0).map(u128::from);
    let minutes = |numerator: u128, divisor: u128| u64::try_from(numerator.div_ceil(divisor)).unwrap_or(u64::MAX);
    let rows_wide = u128::from(rows);
    let by_calls = match (stated(extraction.calls_per_day), stated(extraction.records_per_call)) {
        (Some(a_day), Some(a_call)) => {
            Some((minutes(rows_wide.div_ceil(a_call).saturating_mul(1_440), a_day), Limit::CallsPerDay))
        }
        _ => None,
    };
    let by_pace = stated(extraction.records_per_second)
        .map(|a_second| (minutes(rows_wide, a_second.saturating_mul(60)), Limit::RecordsPerSecond));
    let (minutes, limit) = match (by_calls, by_pace) {
        (Some(calls), Some(pace)) => {
            if pace.0 > calls.0 {
                pace
            } else {
                calls
            }
        }
        (one, other) => one.or(other)?,
    };
    Some(Estimate { rows, minutes, planned_minutes: extraction.planned_minutes, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_follows_from_the_rows_and_the_limit_that_is_reached_first() {
        use Limit::{CallsPerDay as Calls, RecordsPerSecond as Pace};
        type Stated = Option<u64>;
        type Row = (Stated, Stated, Stated, u64, Option<(u64, Limit)>);
        // calls a day, records a call, records a second, rows → minutes
        let table: &[Row] = &[
            (None, None, None, 1_000_000, None),
            // A daily number of calls says nothing while nobody knows what a call brings.
            (Some(15_000), None, None, 1_000_000, None),
            (None, Some(200), None, 1_000_000, None),
            (Some(10_000), Some(200), None, 1_000_000, Some((720, Calls))),
            (Some(5_000), Some(200), None, 1_000_000, Some((1_440, Calls))),
            (Some(15_000), Some(200), None, 48_981, Some((24, Calls))),
            (Some(1_440), Some(100), None, 1, Some((1, Calls))),
            (Some(1_440), Some(100), None, 101, Some((2, Calls))),
            (None, None, Some(100), 6_000, Some((1, Pace))),
            (None, None, Some(100), 6_001, Some((2, Pace))),
            (None, None, Some(1), 5_000_000, Some((83_334, Pace))),
            (Some(10_000), Some(200), Some(10), 1_000_000, Some((1_667, Pace))),
            (Some(100), Some(200), Some(10), 1_000_000, Some((72_000, Calls))),
            (Some(10), Some(10), None, 0, Some((0, Calls))),
            // A limit of nothing is none.
            (Some(0), Some(200), None, 1_000, None),
            (Some(1), Some(1), Some(1), u64::MAX, Some((u64::MAX, Calls))),
        ];
        for (calls_per_day, records_per_call, records_per_second, rows, expected) in table {
            let extraction = Extraction {
                calls_per_day: *calls_per_day,
                records_per_call: *records_per_call,
                records_per_second: *records_per_second,
                ..Extraction::default()
            };
            let found = estimate(&extraction, *rows).map(|e| (e.minutes, e.limit));
            assert_eq!(found, *expected, "{calls_per_day:?} {records_per_call:?} {records_per_second:?} {rows}");
        }
    }

    #[test]
    fn an_estimate_is_compared_with_the_plan() {
        let of = |planned_minutes| {
            let extraction = Extraction { records_per_second: Some(100), planned_minutes, ..Extraction::default() };
            estimate(&extraction, 600_000).and_then(|e| e.over_plan())
        };
        assert_eq!(of(None), None);
        assert_eq!(of(Some(60)), Some(40));
        assert_eq!(of(Some(100)), Some(0));
        assert_eq!(of(Some(u64::MAX)), Some(i64::MIN));
    }
}
