//! The ways to break ET Engine's contract.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A request without a key.
    NoKey,
    /// A word in front of the key, such as `Bearer`.
    SchemeWord,
    /// A `Range` header: ranges stand in `Content-Range`.
    RangeHeader,
    /// No `Content-Range` where one is needed, or one where none belongs.
    NoRange,
    /// A `Content-Range` of another form than `0-10`, or `[id]:0-10` on an upload.
    BadRange,
    /// A range that hasn't as many bytes as came with it: its end is exclusive.
    WrongLength,
    /// A part that goes beyond the size that was announced.
    BeyondSize,
    /// A part of more than 64 MiB.
    PartTooLarge,
    /// `init` with another value than `true`.
    BadInit,
    /// A query parameter that the endpoint doesn't have, or twice.
    UnknownParameter,
    /// A body that isn't what the endpoint takes.
    BadBody,
    /// An upload completed before all of it had come.
    Incomplete,
    /// A deletion of a folder with something in it.
    RecursiveDelete,
    /// A deletion of somebody else's unfinished upload.
    StrangersUpload,
    /// A path with empty segments, dots, or a slash at an end.
    PathNotNormal,
    /// A path that isn't percent-encoded as it should be.
    PathNotEncoded,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
}
