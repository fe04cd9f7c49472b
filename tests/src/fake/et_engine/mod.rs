//! ExploreTech's ET Engine, filesystems, in the process or as `fake-services et-engine`.
//!
//! It follows the vendor's page, and where that is silent an earlier server of the vendor's, whose source is public: what
//! it answers where something isn't there, that the list of what isn't a folder is an empty one, that everything is
//! `text/html`, that unfinished uploads are files beside the one they are for, and that an empty file breaks it. The root
//! is listed as the vendor's own client asks for it: `list/`.

mod answering;
mod answers;
mod breach;
mod endpoint;
mod filesystems;
mod route;
mod rules;
mod tree;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use breach::BreachKind;
pub use endpoint::Endpoint;

use self::answering::Service;
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeEtEngine = Running<Service>;
/// A fake ET Engine that isn't started yet. Everything has a default.
pub type Settings = Setup<Service>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint, Own>;
/// What happens to a request.
pub type Effect = super::Effect<Own>;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;
/// A request that came.
pub type Request = super::Request<Endpoint>;
/// How many requests came.
pub type Summary = super::Summary<Endpoint>;

/// What only this service can suffer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Own {
    /// Before the request is looked at, somebody else deletes what it is about.
    Vanish,
}

impl FakeEtEngine {
    /// The filesystem that there is.
    pub fn filesystem_id(&self) -> &'static str {
        answering::FILESYSTEM
    }

    /// The user whose key is taken.
    pub fn owner_id(&self) -> &'static str {
        filesystems::OWNER
    }

    /// Filesystems and the users with whom they are shared, by id.
    pub fn shares(&self) -> Vec<(String, String)> {
        self.fake.state().shares.iter().cloned().collect()
    }

    /// The files that are there, with their sizes, by path; unfinished uploads too.
    pub fn files(&self) -> Vec<(String, u64)> {
        self.fake.state().tree.files.iter().map(|(path, file)| (path.clone(), file.size)).collect()
    }

    /// Paths of the files that stand for uploads which aren't complete.
    pub fn unfinished(&self) -> Vec<String> {
        self.fake.state().uploads.keys().cloned().collect()
    }

    /// The folders that are there, by path.
    pub fn folders(&self) -> Vec<String> {
        self.fake.state().tree.folders.iter().filter(|path| !path.is_empty()).cloned().collect()
    }

    /// Somebody else makes or changes a file, with the folders above; any path goes.
    pub fn put(&self, path: &str, content: impl Into<Bytes>) {
        self.fake.state().tree.put(path, content.into().into());
    }

    /// Somebody else makes a folder, with those above.
    pub fn make_folder(&self, path: &str) {
        self.fake.state().tree.make_folders(path);
    }
}
