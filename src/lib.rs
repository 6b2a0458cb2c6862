//! Cutover: a terminal workbench for moving customer data out of old systems into a new one without losing what the
//! records mean. The crate is a house of floors; imports go down only (`tests/house.rs` holds that).
#![forbid(unsafe_code)]

// Faces
pub mod cli;
pub mod tui;

// Runs
pub mod delivery;
pub mod demo;

// Domain
pub mod crosswalk;
pub mod mapping;
pub mod model;
pub mod sources;

// Ground
pub mod definitions;
pub mod job;
pub mod values;
pub mod workspace;
