//! Kognitos' files with the storage behind its links, in the process or as `fake-services kognitos`.
//!
//! It follows the vendor's page and the specification that the vendor publishes (`kognitos/openapi`,
//! `latest/openapi.yaml`). Where those leave something open (how an upload is answered, whether links send parts,
//! whether a file may be empty) it is a setting. Files have no paths: where a path is asked for, as by faults, it is a
//! file's id or the name that it was sent under.

mod answering;
mod api;
mod breach;
mod endpoint;
mod form;
mod link;
mod route;
mod rpc;
mod settings;
mod state;
mod storage;

use std::io;

use bytes::Bytes;

pub use breach::BreachKind;
pub use endpoint::Endpoint;
pub use settings::{Access, Created};
pub use state::FileView;

use self::answering::{ORGANIZATION, Service};
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeKognitos = Running<Service>;
/// A fake Kognitos that isn't started yet. Everything has a default.
pub type Settings = Setup<Service>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint>;
/// What happens to a request.
pub type Effect = super::Effect;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;

impl FakeKognitos {
    /// Starts one with all defaults, on a free port of this machine.
    pub async fn start() -> io::Result<Self> {
        Self::with().start()
    }

    /// The organization that files are in.
    pub fn organization_id(&self) -> &'static str {
        ORGANIZATION
    }

    /// Every file that is there, oldest first: what nobody has an id of is among them.
    pub fn files(&self) -> Vec<FileView> {
        self.fake.state().views()
    }

    /// Somebody else makes a file. Returns its id.
    pub fn put_file(&self, name: &str, content: impl Into<Bytes>) -> String {
        self.fake.put(name, content.into().into())
    }
}
