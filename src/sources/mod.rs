//! The old systems and what came from them: systems, objects, loads, source records, quarantine. `read` turns files
//! into rows; `columns` guesses what each column is; `load` brings a file into the workspace whole or not at all;
//! `store` holds all SQL of this folder.

pub mod read;
