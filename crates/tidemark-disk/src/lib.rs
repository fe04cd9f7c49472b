//! This computer's files: scan, watch, hash, staging and exchange, the kept store.
//!
//! [`Disk`] is the contract, [`FolderDisk`] the real thing, built for Linux. What other systems lack (`openat2`,
//! `RENAME_EXCHANGE`, `syncfs`) has its fallback in `beneath` and `rename`, which file systems without them need too.

mod beneath;
pub mod disk;
pub mod error;
mod folder;
mod install;
mod journal;
mod kept;
mod listing;
mod naming;
mod open_file;
pub mod outside;
mod ranges;
mod rename;
mod scan;
pub mod space;
mod staging;
mod stamp;
mod store;
pub mod watch;

pub use disk::Disk;
pub use error::{DiskError, DiskErrorKind, Result};
pub use folder::FolderDisk;
pub use store::store_for;
pub use watch::{WatchEvent, Watcher};

#[cfg(test)]
mod tests;
