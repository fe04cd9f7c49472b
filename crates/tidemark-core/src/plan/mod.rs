//! The planner.
pub mod copy_name;
pub mod operation;
pub mod policy;
mod words;
