//! What leaves the workspace for people and other systems: so far the mapping document.

pub mod mapping_document;
