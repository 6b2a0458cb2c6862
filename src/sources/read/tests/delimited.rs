//! Delimited files.
use super::*;
