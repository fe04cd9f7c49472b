//! What can be asked of the identity server.

use serde::{Deserialize, Serialize};

/// The endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    Authorize,
    Token,
    Discovery,
    Other,
}
