//! What the benches share: made-up customer rows that are the same on every machine, processes measured for time and
//! memory, and percentiles. No bench needs anything but this folder, the release binary and `sqlite3`.
#![allow(dead_code)]

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// Where the benches keep their files; they can be deleted at any time.
pub fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench").join("Legacy CRM");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder
}

/// The program that is measured.
pub fn cutover() -> &'static str {
    env!("CARGO_BIN_EXE_cutover")
}

/// Whether `cargo bench` runs this; a plain test run of all targets only builds it.
pub fn asked_for() -> bool {
    std::env::args().any(|arg| arg == "--bench")
}

/// `--name N` among the arguments after `--`.
pub fn argument(name: &str, default: u64) -> u64 {
    let args: Vec<String> = std::env::args().collect();
    let at = args.iter().position(|arg| arg == name);
    let value = at.and_then(|at| args.get(at + 1)).and_then(|text| text.replace(['_', ','], "").parse().ok());
    value.unwrap_or(default)
}

/// A stream of whole numbers from one seed (Steele, Lea and Flood 2014, SplitMix64), so that row `n` is the same row
/// wherever it is made.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x6A09_E667_F3BC_C909)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.draw() % n
    }

    pub fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).expect("a small number")]
    }
}

/// One made-up contact.
pub struct Contact {
    pub id: String,
    pub account_id: String,
    pub owner_id: String,
    pub legacy_id: String,
    pub first: String,
    pub last: String,
    pub email: String,
    pub phone: String,
    pub mobile: String,
    pub company: String,
}

const FIRST: [&str; 24] = [
    "Mira",
    "Jonas",
    "Katarzyna",
    "Rania",
    "Robert",
    "Märta",
    "Ana",
    "Tomas",
    "Priya",
    "Kacper",
    "Ines",
    "Oskar",
    "Lena",
    "Idris",
    "Sofia",
    "Paul",
    "Noor",
    "Emil",
    "Greta",
    "Hugo",
    "Yara",
    "Felix",
    "Zoé",
    "Anders",
];
const STEM: [&str; 24] = [
    "Ber", "Hal", "Nor", "Win", "Stra", "Kol", "Mar", "Fel", "Gren", "Lind", "Os", "Ral", "Tor", "Vester", "Wald",
    "Hag", "Dun", "Eck", "Fors", "Juni", "Lam", "Mol", "Pel", "Sand",
];
const ENDING: [&str; 20] = [
    "berg", "ström", "son", "sen", "mann", "ley", "wick", "ford", "ska", "vall", "ing", "ova", "rup", "ton", "feld",
    "holm", "ers", "quist", "dale", "bach",
];
const TRADE: [&str; 12] = [
    "Dental",
    "Laboratories",
    "Clinics",
    "Diagnostics",
    "Pharmacy",
    "Imaging",
    "Biologics",
    "Optics",
    "Therapy",
    "Orthopaedics",
    "Care",
    "Veterinary",
];
const FORM: [&str; 6] = ["GmbH", "Ltd", "AB", "B.V.", "S.A.", "Inc."];
const CITY: [&str; 10] =
    ["Göteborg", "Leeds", "Kraków", "Utrecht", "Lyon", "Aarhus", "Graz", "Porto", "Tampere", "Bergamo"];
const STATUS: [&str; 6] = ["active", "prospect", "churned", "trial", "do not contact", ""];

fn base62(mut n: u64, digits: usize) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = vec![b'0'; digits];
    for place in text.iter_mut().rev() {
        *place = DIGITS[usize::try_from(n % 62).expect("below 62")];
        n /= 62;
    }
    String::from_utf8(text).expect("ASCII")
}

/// The three letters that make 18 characters of 15: for each five, a bit says which are upper case.
fn with_check(id: &str) -> String {
    let bytes = id.as_bytes();
    let check = bytes.chunks(5).map(|five| {
        let bits =
            five.iter().enumerate().filter(|(_, b)| b.is_ascii_uppercase()).map(|(at, _)| 1 << at).sum::<usize>();
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits])
    });
    id.chars().chain(check).collect()
}

/// Contact number `n`.
pub fn contact(n: u64) -> Contact {
    let mut chance = Chance::new(n + 1);
    let first = chance.of(&FIRST).to_owned();
    let last = format!("{}{}", chance.of(&STEM), chance.of(&ENDING));
    let company = format!("{}{} {} {}", chance.of(&STEM), chance.of(&ENDING), chance.of(&TRADE), chance.of(&FORM));
    let plain: String = format!("{first}.{last}").to_lowercase().chars().filter(|c| c.is_ascii()).collect();
    Contact {
        id: with_check(&format!("0038d0000{}", base62(n.wrapping_mul(2_654_435_761) % 56_800_235_584, 6))),
        account_id: with_check(&format!("0018d0000{}", base62((n / 3).wrapping_mul(40_503_777) % 56_800_235_584, 6))),
        owner_id: with_check(&format!("0058d0000{}", base62(chance.below(400), 6))),
        legacy_id: format!("LF-{:010}", chance.below(9_999_999_999)),
        email: format!(
            "{plain}{n}@{}.example",
            company.split(' ').next().unwrap_or("x").to_lowercase().replace('ö', "o")
        ),
        phone: format!("+44 {} {:03} {:04}", 1_100 + chance.below(800), 555, chance.below(10_000)),
        mobile: format!("+49 15{} {:07}", chance.below(10), chance.below(10_000_000)),
        first,
        last,
        company,
    }
}

fn line_of(n: u64, line: &mut String) {
    use std::fmt::Write as _;
    let c = contact(n);
    let mut chance = Chance::new(n + 7_000_000_001);
    let day = |chance: &mut Chance| {
        format!("20{:02}-{:02}-{:02}", 12 + chance.below(13), 1 + chance.below(12), 1 + chance.below(28))
    };
    let note = match chance.below(40) {
        0 => "\"Called twice.\nAsked for \"\"Marta\"\", not the shared inbox.\"",
        1 => "\"Moved, see the new address, and the old one in Leeds\"",
        2..=12 => "Met at the fair in spring",
        13..=20 => "Decides together with finance",
        _ => "",
    };
    line.clear();
    let _ = writeln!(
        line,
        "{},{},{},{},{},{},{} {},{},{},{},{},{} {} Street,{},{:05},United Kingdom,{}T08:15:00.000Z,{},{},{},{note}",
        c.id,
        c.account_id,
        c.owner_id,
        c.legacy_id,
        c.first,
        c.last,
        c.first,
        c.last,
        c.email,
        c.phone,
        c.mobile,
        c.company,
        1 + chance.below(240),
        chance.of(&STEM),
        chance.of(&CITY),
        chance.below(100_000),
        day(&mut chance),
        day(&mut chance),
        day(&mut chance),
        chance.of(&STATUS),
    );
}

/// A CSV file of `rows` contacts in 20 columns, made once and kept.
pub fn csv(rows: u64) -> PathBuf {
    let path = folder().join(format!("Contact-{rows}-rows.csv"));
    if path.is_file() {
        return path;
    }
    let partial = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&partial).expect("a new file"));
    out.write_all(
        b"Id,AccountId,OwnerId,LegacyId,FirstName,LastName,Name,Email,Phone,MobilePhone,Company,Street,City,PostalCode,Country,\
          CreatedDate,LastModifiedDate,Birthdate,Status,Notes\n",
    )
    .expect("space on the disk");
    let mut line = String::new();
    for n in 0..rows {
        line_of(n, &mut line);
        out.write_all(line.as_bytes()).expect("space on the disk");
    }
    out.into_inner().expect("space on the disk");
    std::fs::rename(&partial, &path).expect("the same folder");
    path
}

/// Removes a database and what stands beside it.
pub fn remove(file: &Path) {
    for suffix in ["", "-wal", "-shm", "-lock", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}

/// A workspace with `rows` contacts in it, loaded anew by this very build.
pub fn workspace(rows: u64) -> PathBuf {
    let file = folder().join(format!("{rows}.cutover"));
    remove(&file);
    quietly(Command::new(cutover()).arg("new").arg(&file));
    let took = measure(Command::new(cutover()).arg("-w").arg(&file).arg("load").arg(csv(rows)));
    println!("loaded {rows} rows in {:.2} s for this bench", took.wall.as_secs_f64());
    file
}

/// Runs a command that has to end well; nothing of it is shown.
pub fn quietly(command: &mut Command) {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it starts");
    assert!(done.success(), "{command:?} ended with {done}");
}

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    pub wall: Duration,
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// The most memory it ever held, in MiB (`VmHWM`, looked at every 5 ms, at first every half).
    pub peak_mib: f64,
}

/// Runs a command to its end and says what it took. Linux only: it reads `/proc`.
pub fn measure(command: &mut Command) -> Took {
    let begin = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program is there");
    let pid = Pid::from_child(&child);
    let mut peak = 0u64;
    let wall = loop {
        // Left waitable, so that the times of the dead process can still be read.
        let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG)
            .expect("our child");
        if ended.is_some() {
            break begin.elapsed();
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|rest| rest.trim_end_matches("kB").trim());
        peak = peak.max(high.and_then(|text| text.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_micros(if begin.elapsed().as_millis() < 50 { 500 } else { 5_000 }));
    };
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    // Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second; the name before them may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| rest.split_whitespace().collect());
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let cpu = Duration::from_millis((ticks(11) + ticks(12)) * 10);
    let done = child.wait().expect("our child");
    assert!(done.success(), "{command:?} ended with {done}");
    #[allow(clippy::cast_precision_loss)]
    Took { wall, cpu, peak_mib: peak as f64 / 1024.0 }
}

/// The value below which `share` of the sorted list lies (nearest rank).
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
}

/// Sorts milliseconds and prints a line of p50, p99 and the greatest, beside the goal for p99.
pub fn tell(what: &str, mut millis: Vec<f64>, goal: Option<f64>) -> (f64, f64) {
    millis.sort_by(f64::total_cmp);
    let (p50, p99) = (percentile(&millis, 0.5), percentile(&millis, 0.99));
    let most = millis.last().copied().unwrap_or(f64::NAN);
    let goal = goal
        .map_or(String::new(), |goal| format!("  goal {goal:>5.1} {}", if p99 <= goal { "met" } else { "NOT MET" }));
    println!("{what:<44} n {:>6}  p50 {p50:>8.3}  p99 {p99:>8.3}  max {most:>8.3} ms{goal}", millis.len());
    (p50, p99)
}

/// Milliseconds since.
pub fn since(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1_000.0
}
