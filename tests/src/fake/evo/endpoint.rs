//! What can be asked of the service.

use serde::{Deserialize, Serialize};

/// The endpoints of API and storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    List,
    GetById,
    GetByPath,
    LinkById,
    LinkByPath,
    Restore,
    DeleteById,
    DeleteByPath,
    PutBlob,
    PutBlock,
    PutBlockList,
    GetBlob,
    HeadBlob,
    Workspaces,
    Other,
}

impl Endpoint {
    /// Those of the API.
    pub const API: [Endpoint; 8] = [
        Endpoint::List,
        Endpoint::GetById,
        Endpoint::GetByPath,
        Endpoint::LinkById,
        Endpoint::LinkByPath,
        Endpoint::Restore,
        Endpoint::DeleteById,
        Endpoint::DeleteByPath,
    ];
    /// Those of the storage.
    pub const BLOB: [Endpoint; 5] = [
        Endpoint::PutBlob,
        Endpoint::PutBlock,
        Endpoint::PutBlockList,
        Endpoint::GetBlob,
        Endpoint::HeadBlob,
    ];
}
