//! The audit trail: append-only, each entry bound to the one before by SHA-256. An entry holds salted digests of what
//! was before and after; the values stand apart, so that they can be erased and the chain still verifies.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

/// What is written down about one change.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub who: &'a str,
    /// The act, in the past: `loaded`, `took out`, `set role`.
    pub what: &'a str,
    /// What was acted on: `Contact.csv`, `Salesforce/Contact/Email`.
    pub subject: &'a str,
    /// Values before and after, as text or JSON.
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
}

/// Adds an entry inside the transaction that makes the change; returns its sequence number.
///
/// # Errors
/// If the database refuses.
pub fn append(tx: &Transaction<'_>, entry: &Entry<'_>) -> rusqlite::Result<i64> {
    let last: Option<(i64, Vec<u8>)> = tx
        .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, previous) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).map_err(|_| rusqlite::Error::InvalidQuery)?;
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let link = Link {
        seq,
        at: &at,
        who: entry.who,
        what: entry.what,
        subject: entry.subject,
        salt: &salt,
        before: &digest(&salt, entry.before),
        after: &digest(&salt, entry.after),
        previous: &previous,
    };
    tx.prepare_cached(
        "INSERT INTO audit (seq, at, who, what, subject, salt, before_digest, after_digest, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        seq,
        at,
        entry.who,
        entry.what,
        entry.subject,
        salt,
        link.before,
        link.after,
        previous,
        link.hash()
    ])?;
    tx.prepare_cached("INSERT INTO audit_value (seq, before, after) VALUES (?1, ?2, ?3)")?.execute(params![
        seq,
        entry.before,
        entry.after
    ])?;
    Ok(seq)
}

/// One entry as it is hashed.
struct Link<'a> {
    seq: i64,
    at: &'a str,
    who: &'a str,
    what: &'a str,
    subject: &'a str,
    salt: &'a [u8],
    before: &'a [u8],
    after: &'a [u8],
    previous: &'a [u8],
}

impl Link<'_> {
    /// SHA-256 over all fields, each with its length before it, so that no two entries read alike.
    fn hash(&self) -> [u8; 32] {
        let mut sha = Sha256::new();
        sha.update(self.seq.to_be_bytes());
        for field in [
            self.at.as_bytes(),
            self.who.as_bytes(),
            self.what.as_bytes(),
            self.subject.as_bytes(),
            self.salt,
            self.before,
            self.after,
            self.previous,
        ] {
            sha.update((field.len() as u64).to_be_bytes());
            sha.update(field);
        }
        sha.finalize().into()
    }
}

/// Salted digest of a value; nothing and the empty text differ.
fn digest(salt: &[u8], value: Option<&str>) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(salt);
    sha.update([u8::from(value.is_some())]);
    sha.update(value.unwrap_or_default());
    sha.finalize().into()
}

/// What the chain says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub entries: i64,
    /// Hash of the last entry, hexadecimal; all zeros if there is none.
    pub head: String,
    /// Each break: the entry and what is wrong with it.
    pub breaks: Vec<(i64, String)>,
}

/// The hash of the last entry: two workspaces with one head have one history.
///
/// # Errors
/// If the database cannot be read.
pub fn head(conn: &Connection) -> rusqlite::Result<String> {
    let hash: Option<Vec<u8>> =
        conn.query_row("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| row.get(0)).optional()?;
    Ok(hex(&hash.unwrap_or_else(|| vec![0; 32])))
}

/// An entry as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub seq: i64,
    pub at: String,
    pub who: String,
    pub what: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The newest entries, newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn newest(conn: &Connection, most: u32) -> rusqlite::Result<Vec<Written>> {
    let mut statement = conn.prepare(
        "SELECT a.seq, a.at, a.who, a.what, a.subject, v.before, v.after FROM audit a LEFT JOIN audit_value v ON v.seq = a.seq
         ORDER BY a.seq DESC LIMIT ?1",
    )?;
    statement
        .query_map([most], |row| {
            Ok(Written {
                seq: row.get(0)?,
                at: row.get(1)?,
                who: row.get(2)?,
                what: row.get(3)?,
                subject: row.get(4)?,
                before: row.get(5)?,
                after: row.get(6)?,
            })
        })?
        .collect()
}

/// Recomputes the whole chain.
///
/// # Errors
/// If the database cannot be read.
pub fn check(conn: &Connection) -> rusqlite::Result<Chain> {
    let mut statement = conn.prepare(
        "SELECT a.seq, a.at, a.who, a.what, a.subject, a.salt, a.before_digest, a.after_digest, a.previous, a.hash,
                v.seq IS NOT NULL, v.before, v.after
         FROM audit a LEFT JOIN audit_value v ON v.seq = a.seq ORDER BY a.seq",
    )?;
    let mut rows = statement.query([])?;
    let mut chain = Chain { entries: 0, head: hex(&[0; 32]), breaks: Vec::new() };
    let mut expected = vec![0u8; 32];
    while let Some(row) = rows.next()? {
        chain.entries += 1;
        let seq: i64 = row.get(0)?;
        let (at, who, what, subject): (String, String, String, String) =
            (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        let (salt, before, after): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let (previous, hash): (Vec<u8>, Vec<u8>) = (row.get(8)?, row.get(9)?);
        if seq != chain.entries {
            chain.breaks.push((seq, format!("entry {} is missing before it", chain.entries)));
            chain.entries = seq;
        }
        if previous != expected {
            chain.breaks.push((seq, "it does not follow the entry before it".to_owned()));
        }
        let link = Link {
            seq,
            at: &at,
            who: &who,
            what: &what,
            subject: &subject,
            salt: &salt,
            before: &before,
            after: &after,
            previous: &previous,
        };
        if link.hash()[..] != hash[..] {
            chain.breaks.push((seq, "it was changed after it was written".to_owned()));
        }
        // Values may be erased, never altered.
        if row.get::<_, bool>(10)? {
            for (value, kept, side) in
                [(row.get::<_, Option<String>>(11)?, &before, "before"), (row.get(12)?, &after, "after")]
            {
                let erased = value.is_none();
                if !erased && digest(&salt, value.as_deref())[..] != kept[..] {
                    chain.breaks.push((seq, format!("its value {side} was changed after it was written")));
                }
            }
        }
        expected = hash;
    }
    chain.head = hex(&expected);
    Ok(chain)
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain_of(n: usize) -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        super::super::schema::apply(&mut conn, super::super::schema::STEPS).unwrap();
        for i in 0..n {
            let tx = conn.transaction().unwrap();
            let after = format!("value {i}");
            let entry =
                Entry { who: "mira", what: "loaded", subject: "Contact.csv", before: None, after: Some(&after) };
            assert_eq!(append(&tx, &entry).unwrap(), i as i64 + 1);
            tx.commit().unwrap();
        }
        conn
    }

    #[test]
    fn an_untouched_chain_is_whole() {
        let conn = chain_of(5);
        let chain = check(&conn).unwrap();
        assert_eq!((chain.entries, chain.breaks.len()), (5, 0));
        assert_eq!(chain.head, head(&conn).unwrap());
    }

    #[test]
    fn the_trail_refuses_changes_and_deletions() {
        let conn = chain_of(2);
        assert!(conn.execute("UPDATE audit SET who = 'x'", []).is_err());
        assert!(conn.execute("DELETE FROM audit", []).is_err());
    }

    #[test]
    fn a_change_behind_its_back_is_named() {
        let conn = chain_of(4);
        conn.execute_batch("DROP TRIGGER audit_is_not_changed; UPDATE audit SET who = 'eve' WHERE seq = 2;").unwrap();
        let chain = check(&conn).unwrap();
        assert_eq!(chain.breaks.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_missing_entry_is_noticed() {
        let conn = chain_of(4);
        conn.execute_batch(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_is_not_deleted; DELETE FROM audit WHERE seq = 3;",
        )
        .unwrap();
        assert!(!check(&conn).unwrap().breaks.is_empty());
    }

    #[test]
    fn an_erased_value_leaves_the_chain_whole_and_an_altered_one_does_not() {
        let conn = chain_of(3);
        conn.execute("UPDATE audit_value SET after = NULL WHERE seq = 2", []).unwrap();
        assert!(check(&conn).unwrap().breaks.is_empty());
        conn.execute("UPDATE audit_value SET after = 'other' WHERE seq = 3", []).unwrap();
        assert_eq!(check(&conn).unwrap().breaks.len(), 1);
    }
}
