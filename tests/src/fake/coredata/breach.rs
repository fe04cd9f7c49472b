//! The ways to break CoreData's contract.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A request to the API without a credential.
    NoCredential,
    /// v2 asked with the string of v3, or the other way round.
    WrongAuthString,
    /// An Authorization header on a signed link: the key went where it doesn't belong.
    CredentialOnLink,
    /// A signed link whose query isn't the one that was handed out.
    BadSignature,
    /// A link used after its time.
    ExpiredLink,
    /// A content sent to the storage with another type or length than was declared.
    NotAsDeclared,
    /// A path that doesn't end in a slash.
    MissingSlash,
    /// An id that isn't a UUID.
    BadId,
    /// A query parameter that the endpoint doesn't have, or twice.
    UnknownParameter,
    /// A parameter's value that the endpoint doesn't take.
    BadParameter,
    /// A list without an explicit limit.
    NoLimit,
    /// A form that isn't one, or lacks a mandatory field, or has one that isn't known.
    BadForm,
    /// A description without filename, title and parent.
    BadDescription,
    /// A description that drops a tag, a contact, a dynatype or a title that the file had.
    LostLabel,
    /// A new content without the snapshot that it replaces.
    NoSnapshot,
    /// A content named without its digest, or with another one.
    BadDigest,
    /// A content that isn't at the storage, or was used before.
    BadBlob,
    /// A file made a second time by the client: same folder, name and content.
    MadeTwice,
    /// A folder deleted that isn't empty.
    FolderNotEmpty,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
}
