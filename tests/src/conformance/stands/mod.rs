//! The stands that there are: one file a provider, and one for all real services.

mod calyptia;
mod coredata;
mod et_engine;
mod evo;
mod folder;
mod kognitos;
mod live;

pub use calyptia::CalyptiaStand;
pub use coredata::CoreDataStand;
pub use et_engine::EtEngineStand;
pub use evo::EvoStand;
pub use folder::FolderStand;
pub use kognitos::KognitosStand;
pub use live::LiveStand;
