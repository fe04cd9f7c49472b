//! The planner.
pub mod operation;
pub mod policy;
