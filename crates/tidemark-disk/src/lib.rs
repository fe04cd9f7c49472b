//! This computer's files: scan, watch, hash, staging and exchange, the kept store.

pub mod disk;
pub mod error;

pub use disk::Disk;
pub use error::{DiskError, DiskErrorKind, Result};
