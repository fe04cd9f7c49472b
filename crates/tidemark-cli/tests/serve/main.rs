//! `tidemark serve` as browsers and other commands meet it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]

mod asked;
mod doors;
mod notices;
#[expect(dead_code, reason = "stories of the command line need more of it")]
#[path = "../command_line/person.rs"]
mod person;
mod served;
