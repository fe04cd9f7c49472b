//! The cases: each is handed a stand before which nothing has happened yet.

pub mod downloads;
pub mod faults;
pub mod history;
pub mod items;
pub mod listings;
pub mod races;
pub mod unlisted;
pub mod uploads;

use tidemark_core::node::Remote;
use tidemark_providers::provider::RemoteRef;

use super::bench::{Listed, at};

/// The item that an answer is about.
fn reference(remote: &Remote, path: &str) -> RemoteRef {
    RemoteRef { id: Some(remote.id.clone()), path: at(path) }
}
