//! The ways to break Kognitos' contract.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A request to the API without a token.
    NoToken,
    /// An Authorization header on a signed link: the token went where it doesn't belong.
    TokenOnLink,
    /// A signed link whose query isn't the one that was handed out.
    BadSignature,
    /// A link used after its time.
    ExpiredLink,
    /// An upload that isn't `multipart/form-data` with `filename` and `content`.
    BadForm,
    /// A file name that is empty, a path, or holds control characters.
    BadName,
    /// An upload that doesn't say how long it is.
    NoLength,
    /// The colon of a verb that is percent-encoded: the real service's router wouldn't know it.
    ColonEncoded,
    /// A file's whole resource name where its last part belongs.
    WholeName,
    /// An id that isn't percent-encoded as it should be.
    IdNotEncoded,
    /// A body that isn't the JSON that the endpoint takes.
    BadBody,
    /// A query parameter that the endpoint doesn't have, or a value that it doesn't take.
    BadParameter,
    /// `files:generateUploadUrl`, of which nobody says how it makes a file.
    UploadUrl,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
}
