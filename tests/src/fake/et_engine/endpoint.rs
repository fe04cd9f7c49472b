//! What can be asked of the service.

use serde::{Deserialize, Serialize};

/// The endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `GET /filesystems`
    Filesystems,
    /// `POST /filesystems`
    Create,
    /// `POST …/share`
    Share,
    /// `GET …/list/<directory>`
    List,
    /// `POST …/mkdir/<directory>`
    Mkdir,
    /// `GET …/files/<path>?init=true`
    Init,
    /// `GET …/files/<path>` with a range.
    Part,
    /// `POST …/files/<path>` with a size.
    Begin,
    /// `PUT …/files/<path>`
    PutPart,
    /// `POST …/files/<path>` with an upload's id. Told from [`Endpoint::Begin`] by whether an upload waits for it.
    Complete,
    /// `DELETE …/files/<path>`
    Delete,
    /// Anything else.
    Other,
}
