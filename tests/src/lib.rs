//! What Tidemark is tested with.

pub mod conformance;
pub mod doubles;
pub mod fake;
pub mod world;
