//! Transforming by a map against the same meaning written by hand in SQL and run by SQLite alone, alternately, in one
//! process: `cargo bench --bench map [-- --rows N --runs N]`.
//!
//! Both sides read the same records of the same workspace with a page cache of the same size and write a table with the same
//! columns in it. By hand it is one `INSERT INTO … SELECT` in one transaction; ours is written in slices that a decision
//! never waits for, and says for every value that it could not convert which and why, which the other cannot.

mod support;

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cutover::definitions::Onto;
use cutover::job::Job;
use cutover::mapping::compile::{self, Compiled};
use cutover::mapping::{FieldRule, MapKey, ObjectMap, Rounding, Rule, SplitBy, ValueRow, ValueTarget, outcomes, run};
use cutover::model::{self, Entity, EntityKind, Field, FieldType, Grain};
use cutover::workspace::{Mode, Workspace};
use support::{Chance, argument, contact, cutover, folder, measure, quietly, remove, since};

const ENTITY: &str = "bench_person";
const TABLE: &str = "stage_bench_person";
const STATUS: [&str; 8] =
    ["Active Client", "active client", "Prospect", "Lead", "Churned", "Former Customer", "Trial", "On Hold"];
const KIND: [&str; 5] = ["Customer", "Partner", "Reseller", "Vendor", "Other"];
const COUNTRY: [(&str, &str); 12] = [
    ("Germany", "DE"),
    ("Deutschland", "DE"),
    ("United Kingdom", "GB"),
    ("UK", "GB"),
    ("France", "FR"),
    ("Poland", "PL"),
    ("Polska", "PL"),
    ("Sweden", "SE"),
    ("Spain", "ES"),
    ("Italy", "IT"),
    ("Netherlands", "NL"),
    ("US", "US"),
];

fn main() {
    if !support::asked_for() {
        return;
    }
    let (rows, runs) = (argument("--rows", 1_000_000), argument("--runs", 3).max(1));
    let file = loaded(rows);
    let workspace = Workspace::open(&file, Mode::Write, "bench").expect("the workspace was just made");
    let compiled = compiled(&workspace);
    println!("{rows} rows x 20 fields, 12 rules beside copies; {runs} runs each, alternately");
    let begin = Instant::now();
    outcomes::prepare(&workspace, &compiled, &Job::new()).expect("it can be prepared");
    let prepared = since(begin) / 1_000.0;
    println!("prepare, {} distinct inputs   wall {prepared:>6.2} s  peak {:>4.0} MiB", inputs(&workspace), peak_mib());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        let took = by_hand(&file, &workspace);
        println!("run {run}  SQL by hand   wall {took:>6.2} s");
        theirs.push(took);
        clear(&file, TABLE);
        let begin = Instant::now();
        let written = run::into_table(&workspace, &compiled, TABLE, &Job::new()).expect("it can be transformed");
        assert_eq!(written, rows);
        let took = since(begin) / 1_000.0;
        println!("run {run}  cutover       wall {took:>6.2} s");
        ours.push(took);
    }
    differences(&file);
    let (ours, theirs) = (median(ours), median(theirs));
    println!("median wall: cutover {ours:.2} s, SQL by hand {theirs:.2} s: ratio {:.2} (goal 1.50)", ours / theirs);
    println!("with prepare, the first time: {:.2} s, ratio {:.2}", ours + prepared, (ours + prepared) / theirs);
    println!("peak memory {:.0} MiB (goal 400 MB at 5,000,000 rows)", peak_mib());
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    support::percentile(&seconds, 0.5)
}

/// The most memory that this process ever held.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn line_of(n: u64, line: &mut String) {
    let c = contact(n);
    let mut chance = Chance::new(n + 9_000_000_001);
    let (year, month, day) = (2012 + chance.below(13), 1 + chance.below(12), 1 + chance.below(28));
    let born = (1940 + chance.below(60), 1 + chance.below(12), 1 + chance.below(28));
    line.clear();
    let _ = writeln!(
        line,
        "{},{},{},{} {},{},{},{},{} High Street,{},{:05},{},{year}-{month:02}-{day:02}T08:{:02}:{:02}.000Z,{:02}/{:02}/{},{},{},{},\"{},{:03}.{:02}\",{},{},Met in spring",
        c.id,
        c.account_id,
        c.legacy_id,
        c.first,
        c.last,
        if chance.below(9) == 0 { c.email.to_uppercase() } else { c.email },
        format_args!("+44 7{}{:02} {:06}", 1 + n % 3, n / 3 % 100, n.wrapping_mul(7_919) % 1_000_000),
        c.company,
        1 + chance.below(240),
        chance.of(&["Göteborg", "Leeds", "Kraków", "Utrecht", "Lyon"]),
        chance.below(100_000),
        COUNTRY[usize::try_from(chance.below(12)).expect("small")].0,
        chance.below(60),
        chance.below(60),
        born.2,
        born.1,
        born.0,
        chance.of(&STATUS),
        chance.of(&KIND),
        chance.of(&["Yes", "No", "yes", "no", "Y", "N"]),
        1 + chance.below(900),
        chance.below(1_000),
        chance.below(100),
        chance.of(&["web", "fair", "partner"]),
        chance.of(&["gold", "silver", ""]),
    );
}

/// Source values of the two value maps, in small letters, with what they become.
const STAGES: [(&str, &str); 7] = [
    ("active client", "customer"),
    ("prospect", "lead"),
    ("lead", "lead"),
    ("churned", "former"),
    ("former customer", "former"),
    ("trial", "trial"),
    ("on hold", "paused"),
];
const KINDS: [(&str, &str); 5] = [
    ("customer", "direct"),
    ("partner", "partner"),
    ("reseller", "partner"),
    ("vendor", "supplier"),
    ("other", "other"),
];

fn value_map(pairs: &[(&str, &str)]) -> Rule {
    let row = |(from, to): &(&str, &str)| ValueRow {
        value: (*from).to_owned(),
        to: ValueTarget::Value((*to).to_owned()),
        ..ValueRow::default()
    };
    Rule::ValueMap { rows: pairs.iter().map(row).collect(), otherwise: None, separator: String::new(), folded: true }
}

/// The map that is measured, compiled: fields with their types, columns and rules. Twelve rules are more than a copy.
fn compiled(workspace: &Workspace) -> Compiled {
    let name = |part: &str| Rule::Split { by: SplitBy::PersonName { part: part.to_owned() } };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let rules: Vec<(&str, FieldType, &[&str], Rule)> = vec![
        ("id", FieldType::Id, &["Id"], Rule::Copy),
        ("account", FieldType::Id, &["AccountId"], Rule::Copy),
        ("legacy", FieldType::Id, &["LegacyId"], Rule::Copy),
        ("given_name", FieldType::Text, &["Name"], name("given")),
        ("family_name", FieldType::Text, &["Name"], name("family")),
        ("email", FieldType::Email, &["Email"], Rule::Email),
        ("phone", FieldType::Phone, &["Phone"], Rule::Phone { country: "GB".to_owned() }),
        ("company", FieldType::Text, &["Company"], Rule::Copy),
        ("address", FieldType::Text, &["Street", "City"], Rule::Join { separator: ", ".to_owned() }),
        ("city", FieldType::Text, &["City"], Rule::Copy),
        ("postal_code", FieldType::Text, &["PostalCode"], Rule::Copy),
        ("country", FieldType::Country, &["Country"], Rule::Country),
        (
            "created_at",
            FieldType::Datetime,
            &["CreatedDate"],
            Rule::DateTime { format: "iso".to_owned(), zone: "UTC".to_owned() },
        ),
        ("born_on", FieldType::Date, &["Birthdate"], Rule::Date { format: "day-first".to_owned() }),
        ("stage", FieldType::Text, &["Status"], value_map(&STAGES)),
        ("kind", FieldType::Text, &["CustomerType"], value_map(&KINDS)),
        (
            "opted_out",
            FieldType::Boolean,
            &["OptOut"],
            Rule::Boolean { yes: words(&["yes", "y"]), no: words(&["no", "n"]), turned_round: false },
        ),
        (
            "revenue",
            FieldType::Money,
            &["Revenue"],
            Rule::Money { decimal: '.', currency: "GBP".to_owned(), rounding: Rounding::None },
        ),
        ("origin", FieldType::Text, &["Origin"], Rule::Copy),
        ("tier", FieldType::Text, &["Tier"], Rule::Copy),
    ];
    let entity = Entity {
        name: ENTITY.to_owned(),
        kind: EntityKind::Entity,
        grain: Grain { concept: "person".to_owned(), one_row_is: "one human known by name".to_owned() },
        purpose: "To be measured".to_owned(),
        key_prefix: "BEN".to_owned(),
        fields: rules
            .iter()
            .map(|(name, kind, ..)| Field { name: (*name).to_owned(), kind: *kind, ..Field::default() })
            .collect(),
        ..Entity::default()
    };
    model::save(workspace, &entity, Onto::Any, "for the bench").expect("an entity that holds together");
    let map = ObjectMap {
        key: MapKey { source: "CRM".to_owned(), object: "Person".to_owned(), entity: ENTITY.to_owned() },
        fields: rules
            .into_iter()
            .map(|(field, _, from, rule)| FieldRule {
                field: field.to_owned(),
                from: words(from),
                rule,
                ..FieldRule::default()
            })
            .collect(),
        ..ObjectMap::default()
    };
    let reader = workspace.reader().expect("it can be read");
    compile::compile(reader.conn(), &map).expect("a map that holds")
}

/// A workspace with a file of its own making in it.
fn loaded(rows: u64) -> PathBuf {
    let csv = folder().join(format!("Person-{rows}-rows.csv"));
    if !csv.is_file() {
        let partial = csv.with_extension("part");
        let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&partial).expect("a new file"));
        out.write_all(
            b"Id,AccountId,LegacyId,Name,Email,Phone,Company,Street,City,PostalCode,Country,CreatedDate,Birthdate,Status,\
              CustomerType,OptOut,Revenue,Origin,Tier,Notes\n",
        )
        .expect("space on the disk");
        let mut line = String::new();
        for n in 0..rows {
            line_of(n, &mut line);
            out.write_all(line.as_bytes()).expect("space on the disk");
        }
        out.into_inner().expect("space on the disk");
        std::fs::rename(&partial, &csv).expect("the same folder");
    }
    let file = folder().join(format!("map-{rows}.cutover"));
    remove(&file);
    quietly(Command::new(cutover()).arg("new").arg(&file));
    let mut load = Command::new(cutover());
    load.arg("-w").arg(&file).arg("load").arg(&csv).args(["--source", "CRM", "--object", "Person"]);
    println!("loaded {rows} rows in {:.2} s for this bench", measure(&mut load).wall.as_secs_f64());
    file
}

fn inputs(workspace: &Workspace) -> i64 {
    let reader = workspace.reader().expect("it can be read");
    reader.conn().query_row("SELECT count(*) FROM value_outcome", [], |row| row.get(0)).expect("a count")
}

fn connection(file: &Path) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(file).expect("the workspace");
    conn.execute_batch("PRAGMA cache_size = -65536; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;")
        .expect("pragmas");
    conn
}

/// Drops a table; what is measured afterwards begins with an empty log.
fn clear(file: &Path, table: &str) {
    let conn = connection(file);
    conn.execute_batch(&format!("DROP TABLE IF EXISTS {table}; PRAGMA wal_checkpoint(TRUNCATE);")).expect("a table");
}

/// Seconds that the same takes by SQL that a person would write.
fn by_hand(file: &Path, workspace: &Workspace) -> f64 {
    clear(file, "by_hand");
    let reader = workspace.reader().expect("it can be read");
    let view: String =
        reader.conn().query_row("SELECT view FROM object", [], |row| row.get(0)).expect("the one object");
    drop(reader);
    let cases = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(String::new(), |all, (from, to)| all + &format!(" WHEN '{from}' THEN '{to}'"))
    };
    let (status, kind) = (cases(&STAGES), cases(&KINDS));
    let country = COUNTRY.map(|(name, code)| (name.to_lowercase(), code));
    let country: Vec<(&str, &str)> = country.iter().map(|(name, code)| (name.as_str(), *code)).collect();
    let country = cases(&country);
    let sql = format!(
        "CREATE TABLE by_hand (key TEXT, record TEXT, rec INTEGER PRIMARY KEY, id TEXT, account TEXT, legacy TEXT,
           given_name TEXT, family_name TEXT, email TEXT, phone TEXT, company TEXT, address TEXT, city TEXT,
           postal_code TEXT, country TEXT, created_at TEXT, born_on TEXT, stage TEXT, kind TEXT, opted_out TEXT,
           revenue TEXT, origin TEXT, tier TEXT);
         BEGIN IMMEDIATE;
         INSERT INTO by_hand SELECT k.key, r.record, r.rec, trim(r.Id), trim(r.AccountId), trim(r.LegacyId),
           substr(trim(r.Name), 1, instr(trim(r.Name), ' ') - 1), substr(trim(r.Name), instr(trim(r.Name), ' ') + 1),
           substr(trim(r.Email), 1, instr(r.Email, '@')) || lower(substr(trim(r.Email), instr(r.Email, '@') + 1)),
           CASE WHEN trim(r.Phone) LIKE '+%' THEN
             '+' || replace(replace(replace(replace(substr(trim(r.Phone), 2), ' ', ''), '-', ''), '(', ''), ')', '') END,
           trim(r.Company), trim(r.Street) || ', ' || trim(r.City), trim(r.City), trim(r.PostalCode),
           CASE lower(trim(r.Country)) {country} END,
           strftime('%Y-%m-%dT%H:%M:%SZ', trim(r.CreatedDate)),
           date(substr(trim(r.Birthdate), 7, 4) || '-' || substr(trim(r.Birthdate), 4, 2) || '-' || substr(trim(r.Birthdate), 1, 2)),
           CASE lower(trim(r.Status)) {status} END, CASE lower(trim(r.CustomerType)) {kind} END,
           CASE WHEN lower(trim(r.OptOut)) IN ('yes', 'y') THEN 'true' WHEN lower(trim(r.OptOut)) IN ('no', 'n') THEN 'false' END,
           CAST(round(replace(trim(r.Revenue), ',', '') * 100) AS INTEGER), trim(r.Origin), nullif(trim(r.Tier), '')
         FROM {view} AS r LEFT JOIN durable_key k ON k.entity = '{ENTITY}' AND k.record = r.record
         WHERE r.latest;
         COMMIT;"
    );
    let conn = connection(file);
    let begin = Instant::now();
    conn.execute_batch(&sql).expect("SQL that holds");
    since(begin) / 1_000.0
}

/// Says how many values are not the same: what is fast because it does something else is no comparison.
fn differences(file: &Path) {
    let conn = connection(file);
    let columns = [
        "id",
        "account",
        "legacy",
        "given_name",
        "family_name",
        "email",
        "phone",
        "company",
        "address",
        "city",
        "postal_code",
        "country",
        "created_at",
        "born_on",
        "stage",
        "kind",
        "opted_out",
        "revenue",
        "origin",
        "tier",
    ];
    for column in columns {
        let sql = format!(
            "SELECT count(*), min(h.{column} || ' / ' || coalesce(o.{column}, 'nothing'))
             FROM by_hand h JOIN {TABLE} o ON o.rec = h.rec WHERE h.{column} IS NOT o.{column}"
        );
        let (different, first): (i64, Option<String>) =
            conn.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("both tables");
        if different > 0 {
            println!("{column}: {different} values differ, such as {}", first.unwrap_or_default());
        }
    }
}
