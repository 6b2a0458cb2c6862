//! The identifier index: which records hold which identifier, however it was written. While a load reads rows, `build`
//! turns the values of identifier columns into folded keys (`key`) and sorts them in bounded memory; `merge` brings the
//! sorted runs together; `segment` writes them as blocks of a static B-tree into the workspace; `read` finds by exact
//! key, prefix, substring and one typo. The index is derived from the records and can be rebuilt at any time.
//!
//! A segment is written once and never changed, like the runs of a log-structured merge tree (O'Neil et al. 1996): each
//! load brings one, and small ones are merged as they gather.

pub mod build;
mod gathered_words;
pub mod key;
pub mod merge;
#[cfg(test)]
mod oracle_tests;
mod page;
pub mod posting;
pub mod read;
pub mod scan;
pub mod segment;

pub use key::Space;
pub use posting::Posting;

/// Counts up when keys or blocks change their form; segments of another format are rebuilt.
pub const FORMAT: i64 = 1;

/// A key and the bytes of its postings, borrowed from the source that gave them; `None` at its end.
pub(super) type NextKey<'a> = Result<Option<(&'a [u8], &'a [u8])>, IndexError>;

/// Why the index cannot be built or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the identifier index cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the identifier index is damaged in block {0}")]
    Damaged(i64),
    #[error("identifiers could not be set aside beside the workspace: {0}")]
    Spill(#[from] std::io::Error),
    #[error(transparent)]
    Cancelled(#[from] crate::job::Cancelled),
}
