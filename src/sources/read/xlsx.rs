//! stub
use super::*;
pub(super) struct Sheet {
    pub name: String,
    pub skip: Option<&'static str>,
}
pub(super) fn sheets(_: &super::open::Blob, _: &Limits) -> std::io::Result<Vec<Sheet>> {
    Ok(vec![])
}
pub(super) fn scan(_: &Part, _: &ReadOptions, _: &Job) -> Result<Scan, ReadError> {
    todo!()
}
pub(super) fn read(_: &Part, _: &Scan, _: &ReadOptions, _: &Job, _: &mut dyn RowSink) -> Result<Tally, ReadError> {
    todo!()
}
