//! What is asked of a load.

use std::path::PathBuf;

use super::{LoadError, LoadErrorKind};
use crate::sources::SystemKind;
use crate::sources::read::ReadOptions;
use crate::values::shown::Shown;

/// Asks a person about a clash.
pub type AskClash = Box<dyn FnMut(&Clash) -> ClashAnswer + Send>;

/// Files and folders to load, and what a person overrules.
#[derive(Default)]
pub struct LoadRequest {
    pub files: Vec<PathBuf>,
    pub source: Option<String>,
    pub object: Option<String>,
    pub kind: Option<SystemKind>,
    /// The native ID column by name; `Some("none")`: there is none.
    pub native_id: Option<String>,
    /// RFC 3339; default: the date in the file's name, else when the file was changed last.
    pub as_of: Option<String>,
    /// The files hold changes, not everything: what they lack has not vanished.
    pub delta: bool,
    /// From when to when the files cover changes, RFC 3339; default: by the column of last changes.
    pub window: Option<(String, String)>,
    /// The part of its object that each file is, where several files together are one object.
    pub segment: Option<String>,
    /// The place that the load had among those of its object (a load that is done again).
    pub place: Option<Place>,
    /// Says what would be done and does nothing.
    pub dry_run: bool,
    pub options: ReadOptions,
    /// Only the part with these bytes (a load that is done again).
    pub only_sha256: Option<String>,
    /// The load is done again by redo, which keeps its own record of it.
    pub is_redo: bool,
    /// Objects that this request has made so far; filled as it goes. Files that come together are objects of their own unless they have one
    /// name; that one of them is a later export of another is for a later request.
    pub made: Vec<i64>,
    /// Asked when a file's header is not that of the object it would go to; without it that is an error.
    pub on_clash: Option<AskClash>,
}

impl std::fmt::Debug for LoadRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadRequest").field("files", &self.files).field("source", &self.source).finish_non_exhaustive()
    }
}

impl LoadRequest {
    /// Names of a source and an object that people give have 1 to 120 characters, and nothing that would make the key of a
    /// record ambiguous.
    pub(super) fn check_names(&self) -> Result<(), LoadError> {
        let named = [("a source", &self.source), ("an object", &self.object)];
        for (what, name) in named.into_iter().filter_map(|(what, name)| name.as_ref().map(|name| (what, name))) {
            let letters = name.chars().count();
            let is_name = (1..=120).contains(&letters) && !name.contains('/') && !name.chars().any(char::is_control);
            if !is_name && !self.is_redo {
                return Err(LoadError::new(
                    LoadErrorKind::Usage,
                    "usage",
                    format!("“{}” cannot be the name of {what}. Nothing was loaded.", Shown::of(name)),
                    "A name has 1 to 120 characters, without / and line breaks.",
                ));
            }
        }
        Ok(())
    }

    /// Whether a person said where the files belong.
    #[must_use]
    pub fn names_target(&self) -> bool {
        self.source.is_some() || self.object.is_some()
    }
}

/// The place of a load among those of its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The moment that it shows, if that was stated, else the greatest before it.
    pub at: String,
    /// The number that it had when it was first loaded.
    pub id: i64,
    /// The moment was stated.
    pub is_stated: bool,
}

/// A file whose header is not that of the object it would go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub file: String,
    pub source: String,
    pub object: String,
    /// Columns that both have.
    pub shared: usize,
    pub file_columns: usize,
    pub object_columns: usize,
}

/// What to do about a clash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClashAnswer {
    /// It belongs there all the same.
    SameObject,
    /// It is another object, of this name.
    Object(String),
    /// Leave it out.
    Refuse,
}
