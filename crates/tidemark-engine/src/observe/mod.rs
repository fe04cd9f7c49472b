//! Looking: what both sides hold now goes into the state, as differences only.

pub(crate) mod contents;
pub(crate) mod hashes;
pub(crate) mod known;
pub(crate) mod local;
pub(crate) mod remote;
