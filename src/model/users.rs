//! The approved users of the new system, for owner names (`S. Lee` → `Sarah Lee`): definitions of kind `users`. `matching`
//! finds whom a name means, `gather` reads lists from files and from objects that are loaded.

mod gather;
mod matching;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::ModelError;
use super::entries::{self, Entry, Line};
use crate::definitions::{self, DefinitionError, Document, Fault, NewVersion, Onto, Places, Saved, document};
use crate::job::Job;
use crate::sources::ObjectId;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

pub(in crate::model) use gather::{text_of, unreadable};
pub use matching::Directory;

/// The kind in the store of definitions.
pub const KIND: &str = "users";

/// The name of the list that is meant where none is named.
pub const USUAL: &str = "users";

/// A user who may own records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct User {
    /// `Sarah Lee`.
    pub name: String,
    /// Their ID in the new system; may be empty.
    pub id: String,
    pub email: String,
    /// Other ways in which old systems wrote them, IDs in them included.
    pub also: Vec<String>,
    pub active: bool,
}

/// A named list; the usual one is called `users`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct UserList {
    pub name: String,
    pub users: Vec<User>,
}

/// What a name as an old system wrote it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerMatch {
    /// This one, and why: `initial and family name`.
    One(User, &'static str),
    /// More than one fits, or the only one who fits is not active any more: a person decides.
    Several(Vec<User>),
    Unknown,
}

/// Finds the user whom a name means: exact, by ID or e-mail, by another spelling, by initial and family name, in either
/// order. Never picks one of several. For many names, a [`Directory`] is made once.
#[must_use]
pub fn match_owner(list: &UserList, text: &str) -> OwnerMatch {
    Directory::new(list).find(text)
}

/// A list by its name.
///
/// # Errors
/// If the database cannot be read.
pub fn list(conn: &Connection, name: &str) -> rusqlite::Result<Option<UserList>> {
    let version = definitions::current(conn, KIND, name)?;
    Ok(version.map(|version| UserList { name: name.to_owned(), ..UserList::take(&version.text).0 }))
}

/// All lists, in the order in which they were first saved.
///
/// # Errors
/// If the database cannot be read.
pub fn lists(conn: &Connection) -> rusqlite::Result<Vec<UserList>> {
    let mut all = Vec::new();
    for name in definitions::names(conn, KIND)? {
        all.extend(list(conn, &name)?);
    }
    Ok(all)
}

/// Saves a list as a new version.
///
/// # Errors
/// If two users cannot be told apart, or the workspace cannot be written.
pub fn save(workspace: &Workspace, list: &UserList, comment: &str) -> Result<(), ModelError> {
    save_onto(workspace, list, Onto::Any, comment)?;
    Ok(())
}

/// The same onto the version that it was made of.
///
/// # Errors
/// As [`save`]; if another version stands by now.
pub fn save_onto(workspace: &Workspace, list: &UserList, onto: Onto, comment: &str) -> Result<Saved, ModelError> {
    let name = list.name.trim();
    if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
        return Err(ModelError::Refused {
            message: format!("“{}” cannot be the name of a list. Nothing was changed.", Shown::of(name)),
            hint: "A name has 1 to 120 characters.".to_owned(),
        });
    }
    let text = list.to_toml();
    if text.len() > document::LONGEST {
        return Err(ModelError::Refused {
            message: format!("{} users are too many for one list. Nothing was changed.", list.users.len()),
            hint: "Leave out those who own no record, or make several lists (--list NAME).".to_owned(),
        });
    }
    UserList::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?;
    let (name, comment) = (name.to_owned(), comment.to_owned());
    Ok(definitions::save(workspace, NewVersion { kind: KIND, name, text, comment, onto })?)
}

/// Adds one user to a list, which is made if there is none.
///
/// # Errors
/// If the user cannot be told apart from another, or the workspace cannot be written.
pub fn add(workspace: &Workspace, name: &str, user: User, comment: &str) -> Result<Saved, ModelError> {
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| ModelError::from(e).at(&reader);
    let version = definitions::current(reader.conn(), KIND, name).map_err(explain)?.map(|found| found.version);
    let mut list = list(reader.conn(), name).map_err(explain)?.unwrap_or_default();
    list.name = name.to_owned();
    list.users.push(user);
    save_onto(workspace, &list, Onto::Version(version), comment)
}

/// Reads a list from a file (CSV or a workbook with name, id, email, also, active; or TOML). Changes nothing.
///
/// # Errors
/// If the file cannot be read, with every line that is wrong.
pub fn read(path: &Path, name: &str) -> Result<UserList, ModelError> {
    let list = gather::from_file(path, name, &Job::new())?;
    if list.users.is_empty() {
        return Err(ModelError::Refused {
            message: format!("{} names no user. Nothing was changed.", Shown::of(&path.to_string_lossy())),
            hint: "A list has a header with name, id or email, and a user a row.".to_owned(),
        });
    }
    Ok(list)
}

/// Makes a list of the records of a loaded object: `Salesforce.User`. Changes nothing.
///
/// # Errors
/// If no column is recognised, values are wrong (each with its line), or the database cannot be read.
pub fn of_object(conn: &Connection, object: ObjectId, name: &str) -> Result<UserList, ModelError> {
    gather::from_object(conn, object, name)
}

impl Document for UserList {
    const KIND: &'static str = KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (found, faults) = Self::take(text);
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn to_toml(&self) -> String {
        let line = |user: &User| {
            let mut line = Line::default();
            line.text("name", &user.name).text("id", &user.id).text("email", &user.email).texts("also", &user.also);
            line.plain("active", if user.active { "" } else { "false" });
            line.inline()
        };
        entries::tables("users", &self.users.iter().map(line).collect::<Vec<_>>())
    }
}

impl UserList {
    /// What can be read of a document, and what is wrong with it. The name is not in it.
    fn take(text: &str) -> (Self, Vec<Fault>) {
        let (table, places) = match document::read_toml(text) {
            Ok(read) => read,
            Err(fault) => return (Self::default(), vec![fault]),
        };
        let (whole, mut faults) = (Entry::whole(&table, &places), Vec::new());
        whole.only(&["users"], &mut faults);
        let mut found = Self::default();
        for entry in whole.entries("users", &mut faults) {
            entry.only(&["name", "id", "email", "also", "active"], &mut faults);
            found.users.push(User {
                name: entry.text("name", &mut faults),
                id: entry.text("id", &mut faults),
                email: entry.text("email", &mut faults),
                also: entry.texts("also", &mut faults),
                active: entry.yes("active", &mut faults).unwrap_or(true),
            });
        }
        found.check(&places, &mut faults);
        faults.sort_by_key(|fault| fault.place);
        (found, faults)
    }

    /// Users that cannot be told apart, and such as have nothing to be known by.
    fn check(&self, places: &Places, faults: &mut Vec<Fault>) {
        for (at, message) in self.confusions() {
            faults.push(Fault::at(&format!("users.{}", at + 1), places, message));
        }
    }

    /// (place in the list, what is wrong).
    fn confusions(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
        let mut others: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (at, user) in self.users.iter().enumerate() {
            if user.name.trim().is_empty() {
                found.push((at, "a user needs a name".to_owned()));
                continue;
            }
            let before = match user.id.trim() {
                "" => others.insert((user.name.trim().to_lowercase(), user.email.trim().to_lowercase()), at),
                id => ids.insert(id, at),
            };
            if let Some(before) = before {
                let (name, number) = (Shown::of(&user.name), before + 1);
                let why = if user.id.trim().is_empty() { "has the name and e-mail of" } else { "has the ID of" };
                found.push((at, format!("“{name}” {why} user {number} and cannot be told apart")));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, id: &str) -> User {
        User { name: name.to_owned(), id: id.to_owned(), active: true, ..User::default() }
    }

    fn ground() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        (folder, workspace)
    }

    #[test]
    fn a_list_is_kept_whole_and_a_user_is_added_to_it() {
        let (_folder, workspace) = ground();
        let mut one = user("Sarah \"S\" Lee", "005A");
        (one.also, one.email) =
            (vec!["S. Lee".to_owned(), "x\u{202E}".to_owned()], "sarah@larkfield.example".to_owned());
        let mut two = user("Jonas Weber", "");
        two.active = false;
        let list_of = UserList { name: "users".to_owned(), users: vec![one, two] };
        save(&workspace, &list_of, "").unwrap();
        let reader = workspace.reader().unwrap();
        assert_eq!(list(reader.conn(), "users").unwrap(), Some(list_of.clone()));
        add(&workspace, "users", user("Dana Roth", "7"), "").unwrap();
        add(&workspace, "partners", user("Dana Roth", "7"), "").unwrap();
        let reader = workspace.reader().unwrap();
        let names: Vec<(String, usize)> =
            lists(reader.conn()).unwrap().into_iter().map(|list| (list.name, list.users.len())).collect();
        assert_eq!(names, [("users".to_owned(), 3), ("partners".to_owned(), 1)]);
    }

    #[test]
    fn users_who_cannot_be_told_apart_are_refused_each_by_line() {
        let text = "users = [\n  { name = \"Ann\", id = \"1\" },\n  { name = \"Bob\", id = \"1\" },\n  { name = \"Cy\" },\n  { name = \"cy\" },\n  { id = \"9\" },\n  { name = \"Di\", actve = true },\n]\n";
        let faults = UserList::parse(text).unwrap_err();
        let lines: Vec<u64> = faults.iter().filter_map(|fault| fault.place).map(|place| place.line).collect();
        assert_eq!(lines, [3, 5, 6, 7], "{faults:?}");
        let (_folder, workspace) = ground();
        let list_of = UserList { name: "users".to_owned(), users: vec![user("Ann", "1"), user("Bob", "1")] };
        assert!(save(&workspace, &list_of, "").is_err());
        assert_eq!(lists(workspace.reader().unwrap().conn()).unwrap(), []);
        // The same name with another ID is another person.
        UserList::parse("users = [{ name = \"Ann\", id = \"1\" }, { name = \"Ann\", id = \"2\" }]").unwrap();
    }
}
