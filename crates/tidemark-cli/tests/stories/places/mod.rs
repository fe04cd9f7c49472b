//! The services: a fake of each, and what others do there.

mod calyptia;
mod coredata;
mod driven;
mod et_engine;
mod evo;
mod kognitos;

pub(crate) use calyptia::Calyptia;
pub(crate) use coredata::CoreData;
pub(crate) use driven::{Driven, Fault, On};
pub(crate) use et_engine::EtEngine;
pub(crate) use evo::Evo;
pub(crate) use kognitos::Kognitos;
pub(crate) use tidemark_tests::fake::Effect;

/// A service that a folder is kept in step with. Paths are relative to the pair's root.
pub(crate) trait Place {
    /// The provider's name.
    fn provider(&self) -> &'static str;

    /// Settings of the account, without the secret.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// REMOTE, or nothing.
    fn remote(&self) -> String;

    /// The fake.
    fn fake(&self) -> &dyn Driven;

    /// Somebody else makes a file, with the folders above it, or changes it.
    fn put(&self, path: &str, content: Vec<u8>);

    /// Somebody else deletes a file.
    fn delete(&self, path: &str);

    /// Somebody else renames a file. False: nobody can.
    fn rename(&self, from: &str, to: &str) -> bool;

    /// Every file with its content. Where nothing is listed, ids stand for paths.
    fn files(&self) -> Vec<(String, Vec<u8>)>;

    /// Contents that can be had from the service's history.
    fn history(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// It stores files of 0 bytes.
    fn takes_empty_files(&self) -> bool {
        true
    }

    /// Where a listing is told in pages: makes it so that it has at least three of them.
    fn has_three_pages(&self);

    /// The request during which somebody else overtakes an edit: the last that can still notice.
    fn overtaken_at(&self) -> Fault;

    /// Requests of a sync that finds nothing changed in so many files and folders, the root not counted.
    fn idle_requests(&self, files: u64, folders: u64) -> u64;
}
