//! What the command line does when services and disks fail, lie and race: no version is lost, and each failure says what
//! happened to what, and what to do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]

mod away;
mod downloads;
mod hostile;
mod patience;
#[expect(dead_code, reason = "stories of the command line need more of it")]
#[path = "../command_line/person.rs"]
mod person;
mod scene;
mod uploads;
