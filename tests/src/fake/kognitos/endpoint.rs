//! What can be asked of the service.

use serde::{Deserialize, Serialize};

/// The endpoints of API and storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    Organizations,
    Upload,
    Download,
    Metadata,
    Delete,
    UploadUrl,
    DownloadUrl,
    Storage,
    Other,
}

impl Endpoint {
    /// Those about a file.
    pub const FILES: [Endpoint; 5] =
        [Endpoint::Upload, Endpoint::Download, Endpoint::Metadata, Endpoint::Delete, Endpoint::DownloadUrl];
}
