//! CoreData's Files API v2 with the blobs of v3 and the storage behind its links, in the process or as
//! `fake-services coredata`.
//!
//! It follows the vendor's pages (`docs.wise.is/cored`: `files-v2`, `files-v3`, `folders`, `api-v2`) and what Tastypie
//! does where those say nothing. What they leave open is a setting. There is one root, a project to begin with; paths
//! are those below it. Beside it there are a folder and a file that are no part of it.

mod answering;
mod breach;
mod changes;
mod elsewhere;
mod endpoint;
mod form;
mod lists;
mod objects;
mod route;
mod settings;
mod state;
mod storage;

pub use breach::BreachKind;
pub use elsewhere::FileView;
pub use endpoint::Endpoint;
pub use settings::RootKind;

use self::answering::Service;
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeCoreData = Running<Service>;
/// A fake CoreData that isn't started yet. Everything has a default.
pub type Settings = Setup<Service>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint>;
/// What happens to a request.
pub type Effect = super::Effect;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;
