//! The command line as a person types it: what it answers, and the code that it ends with.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]

mod accounts;
mod demo;
mod doctor;
mod evo;
mod filesystems;
mod folders;
mod interrupting;
mod login;
mod pairs;
mod person;
mod syncing;
mod usage;
