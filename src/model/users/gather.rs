//! Lists of users out of files and loaded objects: headers are recognised in several spellings and languages, values are
//! taken as they are, and whatever is wrong is told by line.

use std::path::Path;

use rusqlite::Connection;

use super::{User, UserList};
use crate::definitions::{DefinitionError, Document, Fault, Place, document};
use crate::job::Job;
use crate::model::{ModelError, entries};
use crate::sources::read::{self, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Stop};
use crate::sources::store::{catalog, rows};
use crate::sources::{ObjectId, columns};
use crate::values::shown::Shown;

/// Users of one list.
const MOST: usize = 20_000;
/// Faults that are told; more of the same help nobody.
const MOST_FAULTS: usize = 100;

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Name,
    Given,
    Family,
    Id,
    Email,
    Also,
    Active,
    Inactive,
}

/// Headers without what parts their words, in lower case.
const HEADERS: &[(Holds, &[&str])] = &[
    (
        Holds::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "user",
            "owner",
            "ownername",
            "agent",
            "agentname",
            "salesrep",
            "employee",
            "employeename",
            "benutzer",
            "anzeigename",
            "vollständigername",
            "nomcomplet",
            "nombrecompleto",
            "nomecompleto",
        ],
    ),
    (Holds::Given, &["firstname", "givenname", "first", "vorname", "prénom", "prenom", "nombre", "nome", "fname"]),
    (
        Holds::Family,
        &[
            "lastname",
            "familyname",
            "surname",
            "last",
            "nachname",
            "nom",
            "nomdefamille",
            "apellido",
            "apellidos",
            "cognome",
            "lname",
        ],
    ),
    (
        Holds::Id,
        &["id", "userid", "ownerid", "hubspotownerid", "recordid", "newid", "targetid", "crmid", "guid", "uuid"],
    ),
    (
        Holds::Email,
        &[
            "email",
            "emailaddress",
            "mail",
            "workemail",
            "primaryemail",
            "mailadresse",
            "courriel",
            "adresseemail",
            "correo",
            "useremail",
        ],
    ),
    (
        Holds::Also,
        &[
            "also",
            "alias",
            "aliases",
            "othernames",
            "otherspellings",
            "spellings",
            "username",
            "login",
            "loginname",
            "nickname",
            "formername",
            "oldname",
            "legacyname",
            "legacyid",
            "oldid",
            "externalid",
            "federationid",
            "employeenumber",
            "userprincipalname",
        ],
    ),
    (Holds::Active, &["active", "isactive", "enabled", "status", "state", "aktiv", "actif", "activo", "attivo"]),
    (
        Holds::Inactive,
        &[
            "inactive",
            "isinactive",
            "archived",
            "isarchived",
            "suspended",
            "disabled",
            "isdisabled",
            "deactivated",
            "deleted",
            "isdeleted",
        ],
    ),
];

const YES: &[&str] =
    &["true", "yes", "y", "1", "active", "enabled", "x", "ja", "oui", "sí", "si", "aktiv", "actif", "activo"];
const NO: &[&str] = &[
    "false",
    "no",
    "n",
    "0",
    "inactive",
    "disabled",
    "suspended",
    "deactivated",
    "archived",
    "deleted",
    "nein",
    "non",
    "inaktiv",
];

fn holds(header: &str) -> Option<Holds> {
    let joined = columns::header_words(header).concat();
    HEADERS.iter().find(|(_, names)| names.contains(&joined.as_str())).map(|(holds, _)| *holds)
}

/// Takes rows and makes users of them.
#[derive(Debug)]
struct Taker {
    columns: Vec<Option<Holds>>,
    users: Vec<User>,
    /// The line of each user.
    lines: Vec<u64>,
    faults: Vec<Fault>,
    too_many: bool,
}

impl Taker {
    /// `None`: no column says who anybody is.
    fn new(headers: &[String]) -> Option<Self> {
        let mut columns: Vec<Option<Holds>> = headers.iter().map(|header| holds(header)).collect();
        // The first of a kind counts; other names and IDs are other spellings.
        for at in 1..columns.len() {
            if let Some(found) = columns[at]
                && found != Holds::Also
                && columns[..at].contains(&Some(found))
            {
                columns[at] = matches!(found, Holds::Name | Holds::Id | Holds::Email).then_some(Holds::Also);
            }
        }
        let knows = [Holds::Name, Holds::Family, Holds::Email];
        let known = columns.iter().flatten().any(|holds| knows.contains(holds));
        known.then_some(Self { columns, users: Vec::new(), lines: Vec::new(), faults: Vec::new(), too_many: false })
    }

    fn fault(&mut self, line: u64, message: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { key: String::new(), place: Some(Place { line, column: 1 }), message });
        }
    }

    fn take<'a>(&mut self, line: u64, cell: impl Fn(usize) -> Option<&'a str>) {
        let mut user = User { active: true, ..User::default() };
        let (mut given, mut family) = (String::new(), String::new());
        for at in 0..self.columns.len() {
            let Some(holds) = self.columns[at] else { continue };
            let text = entries::on_one_line(cell(at).unwrap_or_default());
            if text.is_empty() {
                continue;
            }
            match holds {
                Holds::Name => user.name = text,
                Holds::Given => given = text,
                Holds::Family => family = text,
                Holds::Id => user.id = text,
                Holds::Email => user.email = text,
                Holds::Also => {
                    user.also.extend(text.split([';', '|']).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()));
                }
                Holds::Active | Holds::Inactive => {
                    let word = text.to_lowercase();
                    let yes = YES.contains(&word.as_str());
                    if !yes && !NO.contains(&word.as_str()) {
                        self.fault(line, format!("“{}” says neither active nor inactive", Shown::of(&text)));
                        continue;
                    }
                    user.active &= yes == (holds == Holds::Active);
                }
            }
        }
        if user == (User { active: user.active, ..User::default() }) && given.is_empty() && family.is_empty() {
            return;
        }
        if user.name.is_empty() {
            user.name = [given, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        }
        if user.name.is_empty() {
            user.name = user.email.clone();
        }
        if user.name.is_empty() {
            self.fault(line, "a user needs a name or an e-mail".to_owned());
            return;
        }
        user.also.retain(|text| *text != user.name && *text != user.id);
        user.also.sort();
        user.also.dedup();
        self.users.push(user);
        self.lines.push(line);
    }

    fn list(mut self, name: &str) -> Result<UserList, ModelError> {
        if self.too_many {
            return Err(ModelError::Refused {
                message: format!("There are more than {MOST} users. Nothing was changed."),
                hint: "A list is of those who may own records; leave out the others.".to_owned(),
            });
        }
        let list = UserList { name: name.to_owned(), users: std::mem::take(&mut self.users) };
        for (at, message) in list.confusions() {
            let line = self.lines.get(at).copied().unwrap_or(1);
            self.fault(line, message);
        }
        if !self.faults.is_empty() {
            self.faults.sort_by_key(|fault| fault.place);
            return Err(DefinitionError::Document(self.faults).into());
        }
        if list.users.is_empty() {
            return Err(ModelError::Refused {
                message: "There is no user in it. Nothing was changed.".to_owned(),
                hint: "A list has a header (name, id, email, also, active) and a row for each user.".to_owned(),
            });
        }
        Ok(list)
    }
}

impl RowSink for Taker {
    fn record(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        if self.users.len() >= MOST {
            self.too_many = true;
            return Err(Stop::Sink);
        }
        let row = *row;
        self.take(row.line, |at| row.cell(at));
        Ok(())
    }

    fn quarantine(&mut self, row: Quarantined) -> Result<(), Stop> {
        self.fault(row.line, format!("{} ({})", row.reason, row.detail));
        Ok(())
    }
}

fn no_header(place: &str) -> ModelError {
    ModelError::Refused {
        message: format!("{}: no column says who the users are. Nothing was changed.", Shown::of(place)),
        hint: "Name the columns name, id, email, also, active.".to_owned(),
    }
}

/// What the readers of files say, with the place in their message.
pub(in crate::model) fn unreadable(error: ReadError) -> ModelError {
    if error.kind == ReadErrorKind::Cancelled {
        return ModelError::Cancelled;
    }
    ModelError::Refused { message: error.message, hint: error.hint }
}

/// A list out of a file.
pub(super) fn from_file(path: &Path, name: &str, job: &Job) -> Result<UserList, ModelError> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        let text = text_of(path, document::LONGEST)?;
        let list = UserList::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?;
        return Ok(UserList { name: name.to_owned(), ..list });
    }
    let options = ReadOptions::default();
    let parts = read::list_parts(path, &options).map_err(unreadable)?.parts;
    let mut unknown = None;
    for part in &parts {
        let scan = read::scan(part, &options, job).map_err(unreadable)?;
        let Some(mut taker) = Taker::new(&scan.columns) else {
            unknown = Some(no_header(&path.to_string_lossy()));
            continue;
        };
        match read::read(part, &scan, &options, job, &mut taker) {
            Err(error) if !taker.too_many => return Err(unreadable(error)),
            _ => return taker.list(name),
        }
    }
    Err(unknown.unwrap_or_else(|| no_header(&path.to_string_lossy())))
}

/// A file's text, no longer than `most` bytes.
pub(in crate::model) fn text_of(path: &Path, most: usize) -> Result<String, ModelError> {
    use std::io::Read;
    let shown = Shown::of(&path.to_string_lossy()).to_plain();
    let refused = |message: String, hint: &str| ModelError::Refused { message, hint: hint.to_owned() };
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => refused(format!("{shown} is not there."), "Check the path."),
        _ => refused(format!("{shown} cannot be read."), "Check your rights to it, and the disk."),
    };
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        return Err(refused(format!("{shown} is no file."), "Name a file."));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > most {
        return Err(refused(
            format!("{shown} has more than {most} bytes."),
            "Name a file that holds a description alone.",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        let place = Some(Place { line, column: 1 });
        let message = "it is not UTF-8 from here on".to_owned();
        DefinitionError::Document(vec![Fault { key: String::new(), place, message }]).into()
    })
}

/// A list out of the latest records of an object.
pub(super) fn from_object(conn: &Connection, object: ObjectId, name: &str) -> Result<UserList, ModelError> {
    let headers: Vec<String> = catalog::columns_of(conn, object.0)?.into_iter().map(|column| column.name).collect();
    let (source, _, object_name) = catalog::object_names(conn, object.0)?;
    let mut taker = Taker::new(&headers).ok_or_else(|| no_header(&format!("{source}.{object_name}")))?;
    let mut taken = 0usize;
    rows::for_each::<ModelError>(conn, object, false, |record| {
        taken += 1;
        taker.too_many |= taken > MOST;
        if !taker.too_many {
            taker.take(record.line, |at| record.values.get(at).and_then(|(_, _, value)| value.as_deref()));
        }
        Ok(())
    })?;
    taker.list(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(name: &str, text: &str) -> Result<UserList, ModelError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        super::super::read(&path, "users")
    }

    #[test]
    fn headers_of_several_systems_are_recognised() {
        let csv = "Id,Username,LastName,FirstName,Name,Email,IsActive\n0051,slee@crm.example,Lee,Sarah,Sarah Lee,sarah@larkfield.example,true\n0052,jweber,Weber,Jonas,Jonas Weber,,false\n";
        let list = from("User.csv", csv).unwrap();
        assert_eq!(list.users[0].also, ["slee@crm.example"]);
        assert_eq!(
            (list.users[0].name.as_str(), list.users[0].active, list.users[1].active),
            ("Sarah Lee", true, false)
        );
        let list =
            from("owners.csv", "Vorname;Nachname;E-Mail;archived;alias\nJörg;Kuhn;j@k.example;false;JK|Kuhn J.\n")
                .unwrap();
        assert_eq!((list.users[0].name.as_str(), list.users[0].active), ("Jörg Kuhn", true));
        assert_eq!(list.users[0].also, ["JK", "Kuhn J."]);
        let list = from("agents.json", "[{\"id\": 7, \"email\": \"a@b.example\"}]").unwrap();
        assert_eq!((list.users[0].name.as_str(), list.users[0].id.as_str()), ("a@b.example", "7"));
        let list = from("users.toml", "users = [{ name = \"Ann\" }]").unwrap();
        assert!(list.users[0].active && list.name == "users");
    }

    #[test]
    fn every_wrong_line_is_told() {
        let csv = "name,id,active\nAnn,1,yes\nBob,1,perhaps\n,3,yes\nCy,1,no\n";
        let Err(ModelError::Definition(DefinitionError::Document(faults))) = from("u.csv", csv) else {
            panic!("faults")
        };
        let lines: Vec<u64> = faults.iter().filter_map(|fault| fault.place).map(|place| place.line).collect();
        assert_eq!(lines, [3, 3, 4, 5], "{faults:?}");
    }

    #[test]
    fn a_file_that_lists_nobody_is_refused() {
        for (name, text) in
            [("a.csv", "colour,size\nred,1\n"), ("b.csv", "name,id\n"), ("c.toml", "users = 1"), ("d.csv", "")]
        {
            assert!(from(name, text).is_err(), "{name}");
        }
        assert!(super::super::read(Path::new("/nowhere/at all.csv"), "users").is_err());
        let many: String = (0..=MOST + 1).map(|n| format!("u{n},{n}\n")).collect();
        assert!(from("many.csv", &format!("name,id\n{many}")).unwrap_err().to_string().contains("more than"));
    }
}
