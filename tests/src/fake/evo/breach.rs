//! The ways to break Evo's contract.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A request to the API without a token.
    NoToken,
    /// An Authorization header on a signed link: the token went where it doesn't belong.
    TokenOnLink,
    /// A signed link whose query isn't the one that was handed out.
    BadSignature,
    /// A link used after its 30 minutes.
    ExpiredLink,
    /// A link used for what it doesn't allow.
    LinkMisused,
    /// A content sent at once without `x-ms-blob-type: BlockBlob`.
    NoBlobType,
    /// A content without Content-Length.
    NoLength,
    /// A content wrapped in a form.
    Multipart,
    /// A block id that isn't base64, is too long, or of another length than its siblings.
    BadBlockId,
    /// A block list that isn't one, or names blocks that aren't there.
    BadBlockList,
    /// Another content for a version that was complete already.
    RewrittenVersion,
    /// A query parameter that the endpoint doesn't have, or twice.
    UnknownParameter,
    /// A parameter's value that the endpoint doesn't take.
    BadParameter,
    /// More entries asked for than a page has.
    LimitTooHigh,
    /// A path with empty segments, dots, or a slash at an end.
    PathNotNormal,
    /// A path that isn't percent-encoded as it should be.
    PathNotEncoded,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
}
