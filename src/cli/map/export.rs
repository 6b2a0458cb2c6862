//! The mapping document, written.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::output::Output;
use super::super::{Common, Failure, place, progress};
use crate::delivery::mapping_document::{gather, html, markdown, workbook};
use crate::values::shown::Shown;
use crate::workspace::private_file;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DocumentFormat {
    /// Markdown
    Md,
    /// One HTML file
    Html,
    /// A workbook
    Xlsx,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Where to; its ending says the format [default: Markdown on standard output]
    file: Option<PathBuf>,
    /// Only this SOURCE or SOURCE.OBJECT
    #[arg(long, value_name = "SOURCE[.OBJECT]")]
    object: Option<String>,
    #[arg(long, value_enum)]
    format: Option<DocumentFormat>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

fn format_of(args: &Export) -> Result<DocumentFormat, Failure> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let Some(file) = &args.file else { return Ok(DocumentFormat::Md) };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("md" | "markdown") => Ok(DocumentFormat::Md),
        Some("html" | "htm") => Ok(DocumentFormat::Html),
        Some("xlsx") => Ok(DocumentFormat::Xlsx),
        _ => Err(Failure::usage(
            format!("The ending of {} says no format. Nothing was written.", Shown::of(&file.to_string_lossy())),
            "Use .md, .html or .xlsx, or name it: --format md.",
        )),
    }
}

pub(in crate::cli) fn run(args: &Export, common: &Common, output: &Output) -> Result<u8, Failure> {
    let format = format_of(args)?;
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let document = progress::watch(|job| gather(reader.conn(), args.object.as_deref(), job))?
        .map_err(|error| error.at(&reader))?;
    let personal = |text: &str| output.value(text);
    let bytes = match format {
        DocumentFormat::Md => markdown(&document, &personal).into_bytes(),
        DocumentFormat::Html => html(&document, &personal).into_bytes(),
        DocumentFormat::Xlsx => {
            let made = workbook(&document, &personal);
            made.map_err(|e| Failure::io("the workbook", &e))?.0
        }
    };
    let Some(file) = &args.file else {
        if format == DocumentFormat::Xlsx && std::io::stdout().is_terminal() {
            return Err(Failure::usage(
                "A workbook is not for a terminal.",
                "Name a file: cutover map export map.xlsx.",
            ));
        }
        return output.bytes(&bytes);
    };
    write(file, &bytes, args.force)?;
    let size = bytes.len() as u64;
    if output.json {
        return output.object(&json!({
            "files": [{ "path": file, "bytes": size }], "objects": document.objects.len(), "fields": document.sum,
        }));
    }
    output.text(&format!(
        "{}: {}, {}.\n",
        Shown::of(&file.to_string_lossy()),
        crate::values::format::count(document.objects.len() as u64, "object", "objects"),
        crate::values::format::count(document.sum.columns, "field", "fields"),
    ))
}

fn write(file: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let shown = Shown::of(&file.to_string_lossy()).to_plain();
    private_file::write_whole(file, force, |out| out.write_all(bytes)).map_err(|error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return Failure::usage(
                format!("{shown} is there already. Nothing was written."),
                "Name another file, or write over it with --force.",
            );
        }
        Failure::io(&shown, &error)
    })
}
