//! What the tests of the program stand on: a folder of their own in which the binary runs, with every place that it could
//! write to outside of the workspace pointed into that folder.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with room for one workspace, which commands find by themselves.
pub struct Ground {
    folder: TempDir,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Ran {
    pub fn text(&self) -> String {
        String::from_utf8(self.out.clone()).expect("standard output is UTF-8")
    }

    /// The one JSON object on standard output.
    pub fn json(&self) -> Value {
        let text = self.text();
        let mut lines = text.lines();
        let value = lines.next().and_then(|line| serde_json::from_str::<Value>(line).ok());
        let value = value.unwrap_or_else(|| panic!("no JSON on standard output: {self:?}"));
        assert!(value.is_object(), "one object: {text}");
        assert_eq!(lines.next(), None, "nothing beside the object: {text}");
        value
    }

    /// The JSON objects on standard output, one a line.
    pub fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// The command ended with this code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {} err: {}", String::from_utf8_lossy(&self.out), self.err);
        self
    }

    /// The error as a person sees it: one line.
    #[track_caller]
    pub fn complaint(&self) -> &str {
        let line = self.err.trim_end_matches('\n');
        assert!(!line.is_empty() && !line.contains('\n'), "one line: {:?}", self.err);
        assert!(line.starts_with("cutover: "), "{line}");
        assert!(!line.contains("panicked"), "{line}");
        line
    }
}

impl Ground {
    /// An empty folder.
    pub fn bare() -> Self {
        Self { folder: tempfile::Builder::new().prefix("cutover-test-").tempdir().expect("a folder for the test") }
    }

    /// A folder with the new workspace `w.cutover`.
    pub fn new() -> Self {
        let ground = Self::bare();
        ground.run(&["new", "w.cutover"]).ends(0);
        ground
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn workspace(&self) -> PathBuf {
        self.path("w.cutover")
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(&path, bytes).expect("the file");
        path
    }

    /// The binary with its surroundings; nothing of the user's own is seen or touched.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutover"));
        let home = self.path(".home");
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", &home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_STATE_HOME", home.join("state"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("USER", "mira")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().expect("the binary runs"))
    }

    /// Runs with text on standard input.
    pub fn run_with_input(&self, args: &[&str], input: &str) -> Ran {
        use std::io::Write;
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
        ran(child.wait_with_output().expect("it ends"))
    }

    /// Runs until the fault point, where the process aborts; false if the point was never crossed so often.
    pub fn run_into_fault(&self, fault: &str, args: &[&str]) -> bool {
        let output = self.command(args).env("CUTOVER_FAULT", fault).output().expect("the binary runs");
        output.status.code().is_none()
    }

    /// Loads a file and returns what became of it.
    #[track_caller]
    pub fn load(&self, args: &[&str]) -> Value {
        let mut all = vec!["load", "--json"];
        all.extend(args);
        self.run(&all).ends(0).json()["loads"][0].clone()
    }

    /// All source records, as they are printed.
    #[track_caller]
    pub fn records(&self) -> Vec<Value> {
        self.run(&["records"]).ends(0).lines()
    }

    #[track_caller]
    pub fn verify(&self) -> Value {
        let ran = self.run(&["verify", "--json"]);
        let json = ran.json();
        assert_eq!(json["ok"], true, "{json}");
        ran.ends(0);
        json
    }

    /// Names of what lies in the folder, without what the test itself put there.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// A connection to the workspace behind the program's back.
    pub fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.workspace()).expect("the workspace is a SQLite file")
    }
}

fn ran(output: Output) -> Ran {
    Ran { code: output.status.code(), out: output.stdout, err: String::from_utf8_lossy(&output.stderr).into_owned() }
}

/// The values of a record as (column, value), in the order printed.
pub fn values(record: &Value) -> Vec<(String, String)> {
    let values = record["values"].as_object().expect("values");
    values.iter().map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned())).collect()
}

/// Characters that a terminal would obey or a person could not see. Line ends of our own are meant.
pub fn unseen(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        (c.is_control() && c != '\n')
            || matches!(u32::from(c), 0xAD | 0x61C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xE0000..=0xE0FFF)
    })
}

/// A small export with IDs, names, addresses and numbers.
pub const PEOPLE: &str = "\
Id,First Name,Last Name,Email,Phone,Company,Notes\n\
1001,Anna,Berg,anna.berg@fjord.example,+46 18 555 01 27,Fjord AB,\"likes, commas\"\n\
1002,Boris,Quist,boris@quist.example,+49 30 555 01 28,Quist GmbH,\"said \"\"hello\"\"\"\n\
1003,Chloe,Durand,chloe.durand@durand.example,+33 1 55 50 12 90,Durand SA,\"two\nlines\"\n\
1004,Dmitri,Volkov,dmitri@volkov.example,+44 20 5550 1234,Volkov Ltd,\n\
1005,Märta,Öberg,marta@oberg.example,+46 8 555 01 31,Öberg & Co,plain\n";
