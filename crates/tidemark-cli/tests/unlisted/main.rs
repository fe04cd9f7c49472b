//! Pairs with Kognitos, which lists nothing: whoever loses an id loses a file. What a manifest knows stays known.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]

mod carried;
mod hidden;
mod left;
#[expect(dead_code, reason = "stories of the command line need more of it")]
#[path = "../command_line/person.rs"]
mod person;
mod scene;
mod states;
