//! Creating and opening a workspace, and the connections that read it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::error::{WorkspaceError, WorkspaceErrorKind as Kind, name};
use super::lock::LongWrite;
use super::schema::{self, APPLICATION_ID, SCHEMA_VERSION, STEPS};
use super::writer::Writer;
use super::{audit, backup, private_file};
use crate::values::shown::Shown;

/// SQLite 3.7.0 to 3.51.2 can lose committed writes when one connection checkpoints while another writes.
const OLDEST_SQLITE: i32 = 3_051_003;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    /// SQLite itself refuses to write; any number of such readers work beside one writer.
    Read,
}

/// An open workspace; clones share it.
#[derive(Debug, Clone)]
pub struct Workspace {
    file: PathBuf,
    actor: String,
    writer: Option<Arc<Writer>>,
    immutable: bool,
}

/// A connection that can only read.
#[derive(Debug)]
pub struct Reader {
    conn: Connection,
    file: PathBuf,
}

impl Reader {
    /// The connection; for the stores of the domain folders.
    #[must_use]
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Puts words to a failure of SQLite.
    #[must_use]
    pub fn explain(&self, error: &rusqlite::Error) -> WorkspaceError {
        WorkspaceError::sqlite(&self.file, error)
    }

    /// The key that values of this workspace are masked with.
    ///
    /// # Errors
    /// If the database cannot be read, or holds no key.
    pub fn mask_key(&self) -> Result<[u8; 32], WorkspaceError> {
        let key: Vec<u8> = self
            .conn
            .query_row("SELECT value FROM setting WHERE key = 'mask_key'", [], |row| row.get(0))
            .map_err(|e| self.explain(&e))?;
        key.try_into().map_err(|_| {
            WorkspaceError::new(
                Kind::Damaged,
                &self.file,
                format!("{} has lost the key that values are masked with.", name(&self.file)),
                "`cutover restore` brings a backup back.",
            )
        })
    }
}

impl Workspace {
    /// Makes a new workspace for its owner alone (mode 0600), never through a symbolic link.
    ///
    /// # Errors
    /// `Exists`, `Network`, `Io`; then nothing is left.
    pub fn create(path: &Path, actor: &str) -> Result<Self, WorkspaceError> {
        assert_sqlite(path)?;
        let folder = private_file::folder_of(path);
        if !folder.is_dir() {
            return Err(WorkspaceError::new(
                Kind::NotFound,
                path,
                format!("There is no folder {} to make {} in.", name(&folder), name(path)),
                "Make the folder first, or choose another.",
            ));
        }
        refuse_network(path)?;
        let exists = || {
            WorkspaceError::new(
                Kind::Exists,
                path,
                format!("{} exists already; it was not touched.", name(path)),
                "Open it, or choose another name.",
            )
        };
        if path.symlink_metadata().is_ok() {
            return Err(exists());
        }
        // Made under another name and put in place whole, so that a crash leaves no half a workspace under this one.
        let partial = with_suffix(path, ".part");
        let clear = || {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(with_suffix(&partial, suffix));
            }
        };
        clear();
        private_file::create_new(&partial).map_err(|e| WorkspaceError::io(path, "made", &e))?;
        let begun = (|| {
            let mut conn = connect(&partial, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            // So that the file shrinks again when a load is cancelled or taken out.
            conn.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
            prepare_writer(&conn)?;
            schema::apply(&mut conn, STEPS)?;
            let tx = conn.transaction()?;
            let mut key = [0u8; 32];
            getrandom::fill(&mut key).map_err(|_| rusqlite::Error::InvalidQuery)?;
            tx.execute("INSERT INTO setting (key, value) VALUES ('mask_key', ?1), ('next_rec', 1)", [&key[..]])?;
            let entry =
                audit::Entry { who: actor, what: "made workspace", subject: &name(path), before: None, after: None };
            audit::append(&tx, &entry)?;
            tx.commit()?;
            // Out of WAL, so that all of it is in the one file that is put in place.
            conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))?;
            conn.close().map_err(|(_, error)| error)
        })();
        if let Err(error) = begun {
            clear();
            return Err(WorkspaceError::sqlite(path, &error));
        }
        let placed = private_file::put_in_place(&partial, path);
        clear();
        placed.map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => exists(),
            _ => WorkspaceError::io(path, "made", &e),
        })?;
        Self::open(path, Mode::Write, actor)
    }

    /// Opens a workspace; an older schema is brought up to date after a backup (`Mode::Write` only).
    ///
    /// # Errors
    /// `NotFound`, `Foreign`, `Damaged`, `Newer` (the file is not touched), `Busy`, `ReadOnly`, `Network`, `Io`.
    pub fn open(path: &Path, mode: Mode, actor: &str) -> Result<Self, WorkspaceError> {
        assert_sqlite(path)?;
        let path = canonical(path);
        look_at_header(&path)?;
        refuse_network(&path)?;
        match mode {
            Mode::Write => Self::open_for_writing(path, actor),
            Mode::Read => Self::open_for_reading(path, actor),
        }
    }

    fn open_for_writing(path: PathBuf, actor: &str) -> Result<Self, WorkspaceError> {
        let explain = |e: rusqlite::Error| WorkspaceError::sqlite(&path, &e);
        if let Err(error) = std::fs::OpenOptions::new().write(true).open(&path) {
            return Err(WorkspaceError {
                hint: "Open it with --read-only, or work on a copy made by `cutover backup`.".to_owned(),
                ..WorkspaceError::io(&path, "opened for writing", &error)
            });
        }
        let mut conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(explain)?;
        let found = refuse_newer(&path, &conn)?;
        prepare_writer(&conn).map_err(explain)?;
        if found < SCHEMA_VERSION {
            let _lock = LongWrite::take(&path, actor, "bringing the schema up to date")?;
            backup::before_upgrade(&path, &conn, found)?;
            schema::apply(&mut conn, STEPS).map_err(explain)?;
        }
        let writer = Writer::start(&path, conn)?;
        Ok(Self { file: path, actor: actor.to_owned(), writer: Some(Arc::new(writer)), immutable: false })
    }

    fn open_for_reading(path: PathBuf, actor: &str) -> Result<Self, WorkspaceError> {
        let mut workspace = Self { file: path, actor: actor.to_owned(), writer: None, immutable: false };
        let first = workspace.reader();
        // In a folder that this user cannot write to, SQLite cannot make its shared-memory file. Where no log waits
        // either, nobody is writing and the file can be read as it stands.
        let wal = with_suffix(&workspace.file, "-wal");
        let no_log = wal.metadata().map_or(true, |meta| meta.len() == 0);
        let reader = match first {
            Ok(reader) => reader,
            Err(_) if no_log => {
                workspace.immutable = true;
                workspace.reader()?
            }
            Err(error) => {
                return Err(WorkspaceError {
                    hint: "Somebody writes to it from another account: work on a copy made by `cutover backup`."
                        .to_owned(),
                    ..error
                });
            }
        };
        let found = refuse_newer(&workspace.file, reader.conn())?;
        if found < SCHEMA_VERSION {
            return Err(WorkspaceError::new(
                Kind::ReadOnly,
                &workspace.file,
                format!(
                    "{} is of schema {found}; it must be brought to {SCHEMA_VERSION} first.",
                    name(&workspace.file)
                ),
                "Open it once without --read-only; a backup is made before.",
            ));
        }
        drop(reader);
        Ok(workspace)
    }

    /// A connection that can only read. Each thread that reads has its own.
    ///
    /// # Errors
    /// If the file cannot be opened or read.
    pub fn reader(&self) -> Result<Reader, WorkspaceError> {
        let explain = |e: rusqlite::Error| WorkspaceError::sqlite(&self.file, &e);
        let conn = if self.immutable {
            let uri = format!("file:{}?immutable=1", uri_path(&self.file));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let conn = Connection::open_with_flags(uri, flags).map_err(explain)?;
            prepare(&conn).map_err(explain)?;
            conn
        } else {
            connect(&self.file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(explain)?
        };
        // The first statement that reads shows whether the file can be read at all.
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(explain)?;
        Ok(Reader { conn, file: self.file.clone() })
    }

    /// The writing connection.
    ///
    /// # Errors
    /// `ReadOnly` if the workspace was opened for reading.
    pub fn writer(&self) -> Result<&Arc<Writer>, WorkspaceError> {
        self.writer.as_ref().ok_or_else(|| {
            WorkspaceError::new(
                Kind::ReadOnly,
                &self.file,
                format!("{} was opened for reading only.", name(&self.file)),
                "Open it without --read-only.",
            )
        })
    }

    /// The right to write at length; one at a time over all processes.
    ///
    /// # Errors
    /// `Busy` naming who has it; `ReadOnly`.
    pub fn write_at_length(&self, doing: &str) -> Result<LongWrite, WorkspaceError> {
        self.writer()?;
        LongWrite::take(&self.file, &self.actor, doing)
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The file's name without its ending, for screens.
    #[must_use]
    pub fn name(&self) -> String {
        let stem = self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        stem.unwrap_or_default()
    }

    /// Who is acting.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Whether it was opened for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    prepare(&conn)?;
    Ok(conn)
}

/// What every connection has in common.
fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.execute_batch(
        "PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA mmap_size = 0;
         PRAGMA cell_size_check = ON;",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn prepare_writer(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;
         PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = 67108864;",
    )
}

fn assert_sqlite(path: &Path) -> Result<(), WorkspaceError> {
    if rusqlite::version_number() >= OLDEST_SQLITE {
        return Ok(());
    }
    Err(WorkspaceError::new(
        Kind::Database,
        path,
        format!("This build holds SQLite {}, which can lose committed writes.", rusqlite::version()),
        "Build Cutover with its bundled SQLite (3.51.3 or later).",
    ))
}

/// Tells a workspace from other files without opening it as a database, so that what is not ours stays untouched.
fn look_at_header(path: &Path) -> Result<(), WorkspaceError> {
    let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => WorkspaceError::new(
            Kind::NotFound,
            path,
            format!("There is no workspace {}.", path_text(path)),
            "Check the path, or make one with `cutover new FILE`.",
        ),
        _ => WorkspaceError::io(path, "opened", &e),
    })?;
    if !meta.is_file() {
        return Err(WorkspaceError::new(
            Kind::NotAFile,
            path,
            format!("{} is not a file.", path_text(path)),
            "Name a workspace file, such as larkfield.cutover.",
        ));
    }
    let mut header = [0u8; 100];
    let mut file = std::fs::File::open(path).map_err(|e| WorkspaceError::io(path, "opened", &e))?;
    let read = file.read(&mut header).map_err(|e| WorkspaceError::io(path, "read", &e))?;
    if super::sealed::is_sealed(path) {
        return Err(WorkspaceError::new(
            Kind::Foreign,
            path,
            format!("{} is a backup under a passphrase; nothing works in it.", name(path)),
            "Bring it back with `cutover restore -w WORKSPACE FILE`.",
        ));
    }
    if read < header.len() || !header.starts_with(b"SQLite format 3\0") {
        return Err(WorkspaceError::new(
            Kind::Foreign,
            path,
            format!("{} is not a workspace; it was not touched.", name(path)),
            "To load it as an export, use `cutover load`. A damaged workspace comes back from a backup with `cutover restore`.",
        ));
    }
    let number = |at: usize| i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if number(68) != APPLICATION_ID {
        return Err(WorkspaceError::new(
            Kind::Foreign,
            path,
            format!("{} is a database of another program; it was not touched.", name(path)),
            "Name a workspace that `cutover new` or `cutover demo` made.",
        ));
    }
    newer(path, i64::from(number(60)))
}

fn newer(path: &Path, found: i64) -> Result<(), WorkspaceError> {
    if found <= SCHEMA_VERSION {
        return Ok(());
    }
    Err(WorkspaceError::new(
        Kind::Newer,
        path,
        format!("{} is of schema {found}; this program knows up to {SCHEMA_VERSION}. It was not touched.", name(path)),
        "Install a later Cutover.",
    ))
}

fn refuse_newer(path: &Path, conn: &Connection) -> Result<i64, WorkspaceError> {
    let found = schema::version(conn).map_err(|e| WorkspaceError::sqlite(path, &e))?;
    newer(path, found)?;
    Ok(found)
}

/// SQLite's write-ahead log needs shared memory, which no network file system gives.
fn refuse_network(path: &Path) -> Result<(), WorkspaceError> {
    #[cfg(target_os = "linux")]
    {
        // Magic numbers of statfs(2): NFS, SMB, CIFS, SMB2, AFS, 9P, Coda, Ceph.
        const NETWORK: [u64; 8] =
            [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x0102_1997, 0x7375_7245, 0x00C3_6400];
        if let Ok(found) = rustix::fs::statfs(private_file::folder_of(path)) {
            // The width and sign of the field differ between platforms.
            #[allow(clippy::cast_sign_loss, clippy::unnecessary_cast)]
            let magic = found.f_type as u64 & 0xFFFF_FFFF;
            if NETWORK.contains(&magic) {
                return Err(WorkspaceError::new(
                    Kind::Network,
                    path,
                    format!("{} stands on a network file system, where two writers could damage it.", name(path)),
                    "Copy it to a local disk.",
                ));
            }
        }
    }
    let _ = path;
    Ok(())
}

fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    PathBuf::from(file)
}

fn path_text(path: &Path) -> String {
    Shown::of(&path.to_string_lossy()).to_plain()
}

/// A path inside a `file:` URI.
fn uri_path(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'%' | b'?' | b'#' | 0..=31 => uri.push_str(&format!("%{byte:02X}")),
            _ => uri.push(char::from(byte)),
        }
    }
    if uri.is_ascii() { uri } else { percent_non_ascii(path) }
}

fn percent_non_ascii(path: &Path) -> String {
    path.to_string_lossy()
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"/._-".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
