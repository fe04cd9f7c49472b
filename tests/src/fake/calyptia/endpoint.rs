//! What can be asked of the service.

use serde::{Deserialize, Serialize};

/// The endpoints for files of a core instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    List,
    Create,
    Update,
    Delete,
    Other,
}
