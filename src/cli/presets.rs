//! `cutover presets`: which systems are recognised, what a preset says, whether one that somebody wrote holds.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{Output, Table};
use super::{Common, Failure, exit, output, progress};
use crate::sources::load::{LoadErrorKind, recognise_file};
use crate::sources::presets::{self, Form, Preset, PresetError, Recognised};
use crate::values::format;
use crate::values::shown::Shown;

/// The systems whose exports are recognised; check a preset of your own.
#[derive(Debug, Args)]
pub(super) struct Presets {
    /// Print a preset as TOML, to start one of your own from
    #[arg(long, value_name = "NAME", conflicts_with_all = ["check", "against"])]
    show: Option<String>,
    /// Say whether this file is a preset, and if not, why
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Say how the checked preset recognises this export
    #[arg(long, value_name = "EXPORT", requires = "check")]
    against: Option<PathBuf>,
    /// Take the presets (*.toml) of this folder into use as well
    #[arg(long = "presets", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

pub(super) fn run(args: &Presets, _: &Common, output: &Output) -> Result<u8, Failure> {
    folder_is_there(args.folder.as_deref())?;
    if let Some(file) = &args.check {
        return check(file, args.against.as_deref(), output);
    }
    complain();
    match &args.show {
        Some(name) => show(name, output),
        None => list(output),
    }
}

/// A folder of presets that somebody named must be there.
pub(super) fn folder_is_there(folder: Option<&Path>) -> Result<(), Failure> {
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(Failure::usage(
            format!("{} is no folder. Nothing was done.", Shown::of(&folder.to_string_lossy())),
            "--presets takes a folder with *.toml files.",
        )),
        None => Ok(()),
    }
}

/// Says which presets are left out, and why.
pub(super) fn complain() {
    for error in presets::wrong() {
        output::say(&format!(
            "cutover: {error}. This preset is left out. cutover presets --check FILE tries it again."
        ));
    }
}

fn refused(error: &PresetError, file: &Path) -> Failure {
    let mut failure = Failure::new(
        exit::USAGE,
        "preset",
        format!("{error}."),
        "cutover presets --show NAME prints a preset that holds.",
    );
    failure.file = Some(file.to_path_buf());
    failure.line = error.line;
    failure
}

fn check(file: &Path, export: Option<&Path>, output: &Output) -> Result<u8, Failure> {
    let preset = presets::read_file(file).map_err(|error| refused(&error, file))?;
    let mut json = serde_json::json!({ "preset": preset_json(&preset), "holds": true });
    let mut text = format!(
        "{} holds: {}, {}, {}.\n",
        Shown::of(&preset.file),
        Shown::of(&preset.name),
        preset.kind.label(),
        format::count(preset.objects.len() as u64, "object", "objects")
    );
    let mut code = exit::DONE;
    if let Some(export) = export {
        let alone = [preset.clone()];
        let mut beside = vec![preset.clone()];
        beside.extend(presets::all().iter().filter(|p| p.name != preset.name).cloned());
        let found = progress::watch(|job| {
            let own = recognise_file(export, &alone, job)?;
            Ok::<_, crate::sources::load::LoadError>((own, recognise_file(export, &beside, job)?))
        })?;
        let (own, all) =
            found.map_err(
                |error| {
                    if error.kind == LoadErrorKind::Cancelled { error.into() } else { Failure::from(error) }
                },
            )?;
        let mut files = Vec::new();
        for ((title, own), (_, best)) in own.iter().zip(&all) {
            let wins = best.as_ref().is_some_and(|best| best.preset.name == preset.name);
            if own.is_none() || !wins {
                code = exit::NOT_HELD;
            }
            text.push_str(&format!("{}: {}\n", Shown::of(title), Shown::of(&verdict(&preset, own, best))));
            files.push(serde_json::json!({
                "file": title, "recognised": own.as_ref().map(recognised_json), "beside_all": best.as_ref().map(recognised_json),
            }));
        }
        json["against"] = files.into();
    }
    if output.json {
        output.object(&json)?
    } else {
        output.text(&text)?
    };
    Ok(code)
}

fn verdict(preset: &Preset, own: &Option<Recognised<'_>>, best: &Option<Recognised<'_>>) -> String {
    match (own, best) {
        (None, None) => format!("not recognised, neither as {} nor as any other system.", preset.name),
        (None, Some(best)) => format!("not recognised as {}; taken for {}.", preset.name, best.evidence),
        (Some(own), Some(best)) if best.preset.name != preset.name => {
            format!("{}; but taken for another, which fits better: {}.", own.evidence, best.evidence)
        }
        (Some(own), _) => {
            let sure = if own.certain { "" } else { ". It is not sure; more characteristic headers would make it so" };
            format!("{}{sure}.", own.evidence)
        }
    }
}

fn recognised_json(found: &Recognised<'_>) -> serde_json::Value {
    serde_json::json!({
        "system": found.preset.name, "kind": found.preset.kind.word(), "object": found.object.map(|object| &object.name),
        "form": found.form.map(|form| &form.name), "score": (found.score * 1000.0).round() / 1000.0, "certain": found.certain,
        "segment": found.segment, "result": found.result.map(|result| &result.name), "evidence": found.evidence,
    })
}

fn show(name: &str, output: &Output) -> Result<u8, Failure> {
    let Some(preset) = presets::named(name) else {
        return Err(Failure::new(
            exit::NOT_HELD,
            "no_such_preset",
            format!("There is no preset called {}.", Shown::of(name)),
            "cutover presets lists them.",
        ));
    };
    if output.json {
        return output.object(&serde_json::json!({ "preset": preset_json(preset), "toml": preset.text }));
    }
    // A user's own file goes out line by line, without what a terminal would act on.
    let mut text = String::new();
    for line in preset.text.lines() {
        text.push_str(&Shown::of(line).to_plain());
        text.push('\n');
    }
    output.text(&text)
}

fn list(output: &Output) -> Result<u8, Failure> {
    if output.json {
        let all: Vec<serde_json::Value> = presets::all().iter().map(preset_json).collect();
        let wrong: Vec<serde_json::Value> = presets::wrong()
            .iter()
            .map(|e| serde_json::json!({ "file": e.file, "line": e.line, "key": e.key, "why": e.why }))
            .collect();
        let folder = presets::user_folder();
        return output.object(&serde_json::json!({
            "presets": all, "left_out": wrong, "folder": folder.map(|folder| folder.to_string_lossy().into_owned()),
        }));
    }
    let mut table =
        Table::new(&[("system", false), ("kind", false), ("objects", true), ("of", false), ("recognises", false)]);
    for preset in presets::all() {
        let names: Vec<&str> = preset.objects.iter().map(|object| object.name.as_str()).collect();
        table.row(vec![
            Shown::of(&preset.name),
            Shown::of(preset.kind.label()),
            Shown::of(&preset.objects.len().to_string()),
            Shown::of(if preset.own { "yours" } else { "built in" }),
            Shown::of(&names.join(", ")),
        ]);
    }
    let mut text = table.render(60);
    if let Some(folder) = presets::user_folder() {
        text.push_str(&format!("Your own presets (*.toml) belong in {}.\n", Shown::of(&folder.to_string_lossy())));
    }
    output.text(&text)
}

fn preset_json(preset: &Preset) -> serde_json::Value {
    let form = |form: &Form| serde_json::json!({ "name": form.name, "header": form.header, "at_least": form.needed() });
    let objects: Vec<serde_json::Value> = preset
        .objects
        .iter()
        .map(|object| {
            serde_json::json!({
                "object": object.name, "names": object.names, "one_row_is": object.one_row_is, "native_id": object.native_id,
                "forms": object.forms.iter().map(form).collect::<Vec<_>>(),
                "segments": object.segments.iter().map(|segment| &segment.name).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::json!({
        "system": preset.name, "kind": preset.kind.word(), "own": preset.own, "file": preset.file, "words": preset.words,
        "reliable": preset.reliable, "risky": preset.risky, "owns": preset.owns, "contributes": preset.contributes,
        "must_not_control": preset.must_not_control, "objects": objects,
    })
}
