//! The stands that there are: one file a provider, and one for all real services.

mod coredata;
mod evo;
mod folder;
mod live;

pub use coredata::CoreDataStand;
pub use evo::EvoStand;
pub use folder::FolderStand;
pub use live::LiveStand;
