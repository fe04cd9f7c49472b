//! The pure heart of Tidemark: paths, nodes, names, ignore rules, the planner and the merge of texts.
//! No I/O, no clock, no randomness, no async: everything here is a function of its arguments.

pub mod foreign_copy;
pub mod ignore_rules;
mod line_changes;
pub mod merge;
pub mod merge_parts;
pub mod names;
pub mod node;
pub mod path;
pub mod plan;
pub mod text;
