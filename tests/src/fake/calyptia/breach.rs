//! The ways to break the contract of core instance files.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A request without a token.
    NoToken,
    /// Both kinds of token at once.
    TwoTokens,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
    /// A query parameter that the endpoint doesn't have, or twice, or badly encoded.
    UnknownParameter,
    /// A parameter's value that the endpoint doesn't take, such as a cursor that it never gave.
    BadParameter,
    /// A body that isn't said to be JSON, or isn't.
    NotJson,
    /// A body where there is none.
    UnexpectedBody,
    /// A body that isn't what the specification says.
    OffSpec,
    /// A PATCH that changes nothing.
    EmptyChange,
    /// A PATCH that would make an encrypted file a readable one, or the reverse.
    EncryptionChanged,
    /// A ciphertext, encrypted once more: a PATCH that says `encrypted` without contents.
    EncryptedAgain,
    /// A name with a slash.
    Slash,
    /// Contents of more than a MiB as they travel or are stored: no pipeline can use them.
    BeyondCeiling,
    /// Contents that the file has already.
    NothingNew,
}
