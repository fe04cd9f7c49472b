//! What can be asked of the service.

use serde::{Deserialize, Serialize};

/// The endpoints of API and storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    ListFiles,
    ListProjectFiles,
    ListFolders,
    GetFile,
    GetFolder,
    GetProject,
    GetContent,
    CreateFile,
    DescribeFile,
    ReplaceContent,
    DeleteFile,
    CreateFolder,
    DeleteFolder,
    BeginBlob,
    PutBlob,
    GetBlob,
    Other,
}

impl Endpoint {
    /// Those that list.
    pub const LISTS: [Endpoint; 3] = [Endpoint::ListFiles, Endpoint::ListProjectFiles, Endpoint::ListFolders];
    /// Those of the storage.
    pub const STORAGE: [Endpoint; 2] = [Endpoint::PutBlob, Endpoint::GetBlob];
}
