//! What the command line does when services and disks fail, lie and race: no version is lost, and each failure says what
//! happened to what, and what to do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]

mod away;
mod changes;
mod conflicts;
mod downloads;
mod files;
mod full_disk;
mod guards;
mod hostile;
mod interrupted;
mod patience;
#[expect(dead_code, reason = "stories of the command line need more of it")]
#[path = "../command_line/person.rs"]
mod person;
mod scene;
mod state;
mod synced;
mod undoing;
mod uploads;
mod versions;
