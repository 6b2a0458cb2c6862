//! The workspace: one SQLite file with everything in it. Opens and creates it, keeps its schema, owns the one writing
//! connection, keeps the audit chain, backs up, restores and verifies. Knows nothing of what the rows mean: the folders
//! above bring their own SQL.

pub mod audit;
pub mod backup;
pub mod deeds;
mod error;
pub mod fault;
mod lock;
mod open;
pub mod private_file;
mod schema;
pub mod sealed;
pub mod sql;
pub mod verify;
mod writer;

pub use error::{Stopped, WorkspaceError, WorkspaceErrorKind};
pub use lock::LongWrite;
pub use open::{Mode, Reader, Workspace};
pub use schema::{APPLICATION_ID, SCHEMA_VERSION};
pub use writer::{Pending, Writer};
