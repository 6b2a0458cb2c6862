//! stub
use super::*;
pub(super) fn scan(_: &Part, _: &ReadOptions, _: &Job) -> Result<Scan, ReadError> {
    todo!()
}
pub(super) fn read(_: &Part, _: &Scan, _: &ReadOptions, _: &Job, _: &mut dyn RowSink) -> Result<Tally, ReadError> {
    todo!()
}
