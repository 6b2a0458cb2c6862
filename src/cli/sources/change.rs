//! Registering a system and stating facts.

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::output::Output;
use super::super::{Common, Failure, definition, place};
use super::{find, json, system};
use crate::definitions::{self, VersionNumber};
use crate::sources::SystemKind;
use crate::sources::facts::change::{Act, Change};
use crate::sources::facts::{self, KIND, Side};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the system is called
    name: String,
    /// What sort of system it is
    #[arg(long, value_name = "KIND", default_value = "other")]
    kind: String,
    /// Which side of the migration it stands on
    #[arg(long, value_name = "SIDE", value_parser = ["old", "new"], default_value = "old")]
    side: String,
    /// An object that it has (may be repeated)
    #[arg(long = "object", value_name = "NAME")]
    objects: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The system's name
    name: String,
    /// Such as owner="Jonas Weber", objects.Contact.claimed=24311, risky+=billing
    #[arg(value_name = "KEY=VALUE", required_unless_present = "unset")]
    changes: Vec<String>,
    /// Take back what was stated of this key, so that what is proposed shows again (may be repeated)
    #[arg(long, value_name = "KEY")]
    unset: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(super) struct Edit {
    /// The system's name
    name: String,
    /// The whole document; - reads standard input
    #[arg(long, value_name = "FACTS.toml", required_unless_present = "version", conflicts_with = "version")]
    file: Option<PathBuf>,
    /// Bring this version back
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

pub(super) fn add(args: &Add, common: &Common, output: &Output) -> Result<u8, Failure> {
    let Some(kind) = SystemKind::from_word(&args.kind.to_lowercase()) else {
        let words: Vec<&str> = SystemKind::ALL.iter().map(|kind| kind.word()).collect();
        return Err(Failure::usage(
            format!("“{}” is no kind of system.", Shown::of(&args.kind)),
            format!("It is one of {}.", words.join(", ")),
        ));
    };
    let workspace = place::open(common, true)?;
    let side = if args.side == "new" { Side::New } else { Side::Old };
    facts::register(&workspace, &args.name, kind, side, &args.objects)?;
    tell(&workspace, args.name.trim(), true, "is in the inventory; it has no load yet", output)
}

pub(super) fn set(args: &Set, common: &Common, output: &Output) -> Result<u8, Failure> {
    let mut changes = Vec::new();
    for key in &args.unset {
        changes.push(Change { key: key.clone(), act: Act::TakeBack, value: String::new() });
    }
    for text in &args.changes {
        changes.push(Change::parse(text).map_err(|fault| {
            Failure::usage(format!("{fault}."), "Nothing was saved. Example: owner=\"Jonas Weber\".")
        })?);
    }
    let workspace = place::open(common, true)?;
    let name = find(&workspace.reader()?, &args.name)?;
    let saved =
        facts::change::change(&workspace, &name, &changes, &args.comment).map_err(|e| definition::failure(e, None))?;
    told_saved(&workspace, &name, saved, output)
}

pub(super) fn edit(args: &Edit, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let name = find(&workspace.reader()?, &args.name)?;
    if let Some(version) = args.version {
        let changed = definitions::bring_back(&workspace, KIND, &name, VersionNumber(version), &args.comment)
            .map_err(|e| definition::failure(e, None))?;
        let words = if changed { "stands again" } else { "stands already; nothing was changed" };
        return tell(&workspace, &name, changed, &format!("version {version} {words}"), output);
    }
    // One of the two is required.
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let text = definition::read(file)?;
    let saved = facts::save_document(&workspace, &name, &text, &args.comment)
        .map_err(|e| definition::failure(e, Some(file)))?;
    told_saved(&workspace, &name, saved, output)
}

fn told_saved(workspace: &Workspace, name: &str, saved: definitions::Saved, output: &Output) -> Result<u8, Failure> {
    let version = saved.version;
    let words = if saved.is_new {
        format!("version {version} of its facts is saved")
    } else {
        format!("nothing differs from version {version}, which stands")
    };
    tell(workspace, name, saved.is_new, &words, output)
}

/// Says what stands now.
fn tell(workspace: &Workspace, name: &str, saved: bool, words: &str, output: &Output) -> Result<u8, Failure> {
    if !output.json {
        return output.text(&format!("{}: {words}.\n", Shown::of(name)));
    }
    output.use_mask_of(workspace)?;
    let reader = workspace.reader()?;
    let mut value = json::system(&system(&reader, name)?, output);
    value["saved"] = saved.into();
    output.object(&value)
}
