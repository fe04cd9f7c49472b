//! What Tidemark is tested with.

pub mod fake;
pub mod world;
