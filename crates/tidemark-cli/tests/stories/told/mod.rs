//! The stories.

pub(crate) mod changes;
pub(crate) mod conflicts;
pub(crate) mod faults;
pub(crate) mod killed;
pub(crate) mod trees;
