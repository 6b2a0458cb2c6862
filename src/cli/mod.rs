//! The command line: arguments in, a table for people or JSON for scripts out. One file per command; each calls the same
//! functions as the workbench.

mod audit;
mod backup;
mod definition;
mod demo;
mod failure;
mod findings;
mod load;
mod loads;
mod lookup;
mod map;
mod model;
mod new;
mod output;
mod place;
mod presets;
mod profile;
mod progress;
mod quarantine;
mod questions;
mod records;
mod relations;
mod sources;
mod target;
mod truth;
mod undo;
mod users;
mod verify;
mod versions;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

pub use failure::{Failure, exit};
use output::Output;

/// Move customer data out of old systems without losing what the records mean.
#[derive(Debug, Parser)]
#[command(
    name = "cutover",
    version,
    about,
    long_about = "Cutover is a workbench for moving customer data from old systems to a new one. Without a command it opens \
                  the workbench. Everything stays in one workspace file on this machine; nothing uses the network.",
    after_help = "Exit codes: 0 done; 1 done, and something did not hold or nothing was found; 2 bad usage or bad input; \
                  3 the workspace is busy, damaged or of a newer version; 130 cancelled, nothing left half done.",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command; they may stand before or after it.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The workspace file (else the one *.cutover here, else the one opened last)
    #[arg(short, long, global = true, value_name = "FILE", env = "CUTOVER_WORKSPACE")]
    pub workspace: Option<PathBuf>,
    /// Exactly one JSON object (or a line each, where the help says so) on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Who is acting, written down with every change [default: the user name]
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub actor: Option<String>,
    /// Open without any write lock; works beside a writer
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Mask personal data in what is printed or drawn
    #[arg(long, global = true)]
    pub mask: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the sample workspace and open the workbench on it
    Demo(demo::Demo),
    /// Make a new workspace
    New(new::New),
    /// Load export files or folders: CSV, TSV, JSON, NDJSON, XLSX, XLS, ODS, SQLite, zip and gzip of these
    Load(Box<load::LoadArgs>),
    /// What is loaded: systems, objects, loads, sums
    Sources(sources::Sources),
    /// The loads of each object in their order: what is new, changed, vanished; gaps; the difference of two
    Loads(loads::Loads),
    /// The versions of a record: which load changed which of its fields
    Versions(versions::Versions),
    /// The systems whose exports are recognised; check a preset of your own
    Presets(presets::Presets),
    /// What every column holds, and the data dictionary
    Profile(profile::Profile),
    /// How source fields become fields of the target model: proposed, decided, checked, handed on
    Map(map::Map),
    /// Source records exactly as exported (NDJSON, or CSV)
    Records(records::Records),
    /// Rows that could not be read, with reason, line and bytes
    Quarantine(quarantine::Quarantine),
    /// The target model: entities with their grain, fields and relationships
    Model(model::Model),
    /// Which column points to which object, how far, and how systems link
    Relations(relations::Relations),
    /// What is odd: shared inboxes, placeholders, tests, broken relations, truncation, …
    Findings(findings::Findings),
    /// The operating questions: what a customer is here, which system wins; each answered once, by name and date
    Questions(questions::Questions),
    /// Which system owns which type of data now, and which is trusted after the migration
    Truth(truth::TruthArgs),
    /// The approved users of the new system, and whom an owner name means
    Users(users::Users),
    /// The system that takes the data: its entities and fields, and what they are in the model
    Target(target::TargetArgs),
    /// Find a record by any identifier, however written
    Lookup(lookup::Lookup),
    /// Take back what you did last
    Undo(undo::Undo),
    /// Do again what you took back
    Redo(undo::Redo),
    /// Who changed what, when; the chain of entries
    Audit(audit::Audit),
    /// Check pages, content, counts and the audit chain
    Verify(verify::Verify),
    /// Copy the workspace to a new file while others work in it
    Backup(backup::Backup),
    /// Put a backup in the place of the workspace
    Restore(backup::Restore),
    /// Completions for a shell, on standard output
    Completions { shell: clap_complete::Shell },
    /// The manual page, on standard output
    Man,
}

/// Runs a command line; returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let wants_json = args.iter().any(|arg| arg == "--json");
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return bad_usage(&error, wants_json),
    };
    let output = Output::new(cli.common.json, cli.common.mask);
    let named = match &cli.command {
        Some(Command::Load(args)) => args.presets.clone(),
        Some(Command::Presets(args)) => args.folder.clone(),
        _ => None,
    };
    let folders = crate::sources::presets::user_folder().into_iter().chain(named);
    crate::sources::presets::look_in(folders.collect());
    let done = match cli.command {
        None => open_workbench(&cli.common),
        Some(command) => command.run(&cli.common, &output),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print(cli.common.json);
            ExitCode::from(failure.exit)
        }
    }
}

fn bad_usage(error: &clap::Error, json: bool) -> ExitCode {
    use clap::error::ErrorKind;
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // One line for people and scripts; clap's own page of usage is one `--help` away.
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").trim_end_matches(':');
    let rest: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("  ") && !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let what = if rest.is_empty() { first.to_owned() } else { format!("{first}: {}", rest.join(", ")) };
    let failure = Failure::usage(format!("{what}."), "See cutover --help, or cutover COMMAND --help.");
    failure.print(json);
    ExitCode::from(exit::USAGE)
}

fn open_workbench(common: &Common) -> Result<u8, Failure> {
    let workspace = match place::find(common) {
        Ok(path) => Some(path),
        Err(_) if common.workspace.is_none() => None,
        Err(failure) => return Err(failure),
    };
    place::open_workbench(common, workspace)
}

impl Command {
    fn run(self, common: &Common, output: &Output) -> Result<u8, Failure> {
        match self {
            Self::Demo(args) => demo::run(&args, common, output),
            Self::New(args) => new::run(&args, common, output),
            Self::Load(args) => load::run(*args, common, output),
            Self::Sources(args) => sources::run(&args, common, output),
            Self::Loads(args) => loads::run(&args, common, output),
            Self::Versions(args) => versions::run(&args, common, output),
            Self::Presets(args) => presets::run(&args, common, output),
            Self::Profile(args) => profile::run(&args, common, output),
            Self::Map(args) => map::run(&args, common, output),
            Self::Records(args) => records::run(&args, common, output),
            Self::Quarantine(args) => quarantine::run(&args, common, output),
            Self::Model(args) => model::run(&args, common, output),
            Self::Relations(args) => relations::run(&args, common, output),
            Self::Findings(args) => findings::run(&args, common, output),
            Self::Questions(args) => questions::run(&args, common, output),
            Self::Truth(args) => truth::run(&args, common, output),
            Self::Users(args) => users::run(&args, common, output),
            Self::Target(args) => target::run(&args, common, output),
            Self::Lookup(args) => lookup::run(&args, common, output),
            Self::Undo(args) => undo::undo(&args, common, output),
            Self::Redo(args) => undo::redo(&args, common, output),
            Self::Audit(args) => audit::run(&args, common, output),
            Self::Verify(args) => verify::run(&args, common, output),
            Self::Backup(args) => backup::backup(&args, common, output),
            Self::Restore(args) => backup::restore(&args, common, output),
            Self::Completions { shell } => {
                let mut page = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "cutover", &mut page);
                output.bytes(&page)
            }
            Self::Man => {
                let mut page = Vec::new();
                let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
                rendered.map_err(|e| Failure::io("the manual page", &e))?;
                output.bytes(&page)
            }
        }
    }
}
