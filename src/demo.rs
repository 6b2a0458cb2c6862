//! The sample company: its exports are part of the program, and every step that exists runs on them.

use std::path::{Path, PathBuf};

use crate::definitions;
use crate::job::Job;
use crate::mapping::rule::USERS;
use crate::mapping::{self, MappingError, check, suggest};
use crate::model::users;
use crate::sources::Inventory;
use crate::sources::load::{self, LoadError, LoadRequest};
use crate::sources::store::catalog;
use crate::workspace::{Mode, Workspace, WorkspaceError, private_file};

/// Larkfield's exports, as `sample-data` describes them.
const EXPORTS: &[u8] = include_bytes!("../sample-data/larkfield.zip");

/// What stands in the way of the sample; what was done before it is whole and stays.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl From<WorkspaceError> for DemoError {
    fn from(error: WorkspaceError) -> Self {
        Self::Load(error.into())
    }
}

/// The workspace that was built, with its sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    pub workspace: PathBuf,
    pub sources: u64,
    pub loads: u64,
    pub rows: u64,
    pub records: u64,
    pub quarantined: u64,
    /// Maps that stand, with their rules; those that the program proposed were accepted, which a person would not do.
    pub maps: u64,
    pub rules: u64,
    /// Fields of the sources, and those of them that something was decided on.
    pub fields: u64,
    pub decided: u64,
    /// What blocks a rehearsal.
    pub blocks: u64,
}

/// Where the sample stands if no folder is named: the user's data folder.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "cutover").map(|folders| folders.data_dir().join("demo"))
}

/// Builds the sample workspace in a folder, or completes the one that is there.
///
/// # Errors
/// If the folder cannot be written to, or something else stands in the way; then nothing half done is left.
pub fn build(folder: &Path, actor: &str, job: &Job) -> Result<Built, DemoError> {
    private_file::create_folder(folder).map_err(|e| LoadError::from(WorkspaceError::io(folder, "made", &e)))?;
    let exports = folder.join("larkfield.zip");
    if std::fs::read(&exports).map_or(true, |have| have != EXPORTS) {
        private_file::write_whole::<std::io::Error>(&exports, true, |out| out.write_all(EXPORTS))
            .map_err(|e| LoadError::from(WorkspaceError::io(&exports, "written", &e)))?;
    }
    let path = folder.join("larkfield.cutover");
    let workspace = if path.symlink_metadata().is_ok() {
        Workspace::open(&path, Mode::Write, actor)?
    } else {
        Workspace::create(&path, actor)?
    };
    let mut request = LoadRequest { files: vec![exports], ..LoadRequest::default() };
    let report = load::load(&workspace, &mut request, job)?;
    if let Some(error) = report.failed.into_iter().next() {
        return Err(error.into());
    }
    accept(&workspace, job)?;
    let checked = check::check(&workspace, job)?;
    let reader = workspace.reader()?;
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    let maps = mapping::maps(reader.conn()).map_err(|e| reader.explain(&e))?;
    Ok(Built {
        workspace: workspace.file().to_path_buf(),
        sources: inventory.sources.len() as u64,
        loads: inventory.loads,
        rows: inventory.rows,
        records: inventory.records,
        quarantined: inventory.quarantined,
        maps: maps.len() as u64,
        rules: maps.iter().map(|map| map.map.fields.len() as u64).sum(),
        fields: checked.columns,
        decided: checked.decided,
        blocks: checked.problems.iter().filter(|problem| problem.blocks).count() as u64,
    })
}

/// Takes the users of the sample's CRM for those who may own records, so that owner names mean somebody.
fn approve_users(workspace: &Workspace, inventory: &Inventory) -> Result<(), MappingError> {
    let objects = inventory.sources.iter().flat_map(|source| &source.objects);
    let Some(object) = objects.into_iter().find(|object| object.preset.as_deref() == Some("Salesforce/User")) else {
        return Ok(());
    };
    let list = {
        let reader = workspace.reader()?;
        users::of_object(reader.conn(), object.id, USERS)?
    };
    users::save(workspace, &list, "the users of the CRM, approved for the sample")?;
    Ok(())
}

/// Accepts what is proposed, as one deed; once only, so that what a person took back stays so.
fn accept(workspace: &Workspace, job: &Job) -> Result<(), MappingError> {
    let objects: Vec<_> = {
        let reader = workspace.reader()?;
        let touched = definitions::names(reader.conn(), mapping::KIND).map_err(|e| reader.explain(&e))?;
        if !touched.is_empty() {
            return Ok(());
        }
        let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
        drop(reader);
        approve_users(workspace, &inventory)?;
        inventory.sources.iter().flat_map(|source| &source.objects).map(|object| object.id).collect()
    };
    suggest::accept(workspace, &objects, "suggestions above the margin, accepted for the sample", job)?;
    Ok(())
}
