//! The schema and its steps: SQL in `assets/schema`, counted by `user_version`. A step is applied in one transaction
//! with its number, so a crash leaves the file at the step before.

use rusqlite::Connection;

/// `CUTO`: tells a workspace from any other SQLite file.
pub const APPLICATION_ID: i32 = 0x4355_544F;

/// All steps, the first makes an empty workspace.
pub(super) const STEPS: &[&str] = &[
    include_str!("../../assets/schema/001-spine.sql"),
    include_str!("../../assets/schema/002-definitions.sql"),
    include_str!("../../assets/schema/003-versions.sql"),
    include_str!("../../assets/schema/004-profile.sql"),
    include_str!("../../assets/schema/005-survey.sql"),
    include_str!("../../assets/schema/006-presets.sql"),
    include_str!("../../assets/schema/007-dates.sql"),
    include_str!("../../assets/schema/008-model.sql"),
    include_str!("../../assets/schema/009-mapping.sql"),
    include_str!("../../assets/schema/010-values.sql"),
];

/// The schema that this program writes.
pub const SCHEMA_VERSION: i64 = STEPS.len() as i64;

/// The schema of an open file.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Applies every step after the file's own.
pub(super) fn apply(conn: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let mut at = version(conn)?;
    while let Some(step) = usize::try_from(at).ok().and_then(|at| steps.get(at)) {
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch(step)?;
        at += 1;
        tx.pragma_update(None, "user_version", at)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.commit()?;
        super::fault::point("schema.step");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_leaves_the_file_at_the_step_before() {
        let mut conn = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x);", "CREATE TABLE b (x); CREATE TABLE a (x);"];
        assert!(apply(&mut conn, &steps).is_err());
        assert_eq!(version(&conn).unwrap(), 1);
        assert!(conn.prepare("SELECT * FROM b").is_err());
    }

    #[test]
    fn the_steps_make_a_workspace() {
        let mut conn = Connection::open_in_memory().unwrap();
        apply(&mut conn, STEPS).unwrap();
        assert_eq!(version(&conn).unwrap(), SCHEMA_VERSION);
    }
}
