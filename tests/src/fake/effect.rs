//! What can happen to a request, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happens to a request. `X` is what only one service can suffer; it stands in JSON beside the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect<X = Nothing> {
    /// This status instead of what was asked for, with `Retry-After` in seconds.
    Status {
        /// The status.
        code: u16,
        /// Seconds to wait.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// This answer instead of what was asked for.
    Answer {
        /// Its status.
        code: u16,
        /// Its headers, names in lower case.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Its body.
        #[serde(default)]
        body: String,
    },
    /// What was asked for is done, and answered with this status.
    StatusAfterEffect {
        /// The status.
        code: u16,
    },
    /// The connection is closed, and nothing done.
    CloseBeforeAnswer,
    /// What was asked for is done, and the connection closed without an answer.
    CloseAfterEffect,
    /// The answer breaks off after so many bytes of its body.
    TruncateBody {
        /// Bytes that are sent.
        after: u64,
    },
    /// After so many bytes of its body nothing more comes, though the connection stays.
    StallBody {
        /// Bytes that are sent.
        after: u64,
    },
    /// The answer's body lacks so many bytes, and its length says nothing of it.
    ShortBody {
        /// Bytes that are missing.
        missing: u64,
    },
    /// A byte in the middle of the answer's body is another one.
    CorruptBody,
    /// So many bytes of JSON that never closes its brackets.
    GarbageJson {
        /// Bytes.
        size: u64,
    },
    /// A body that never ends.
    Endless,
    /// A web page with 200, as a captive portal answers.
    Html,
    /// A redirect with 307.
    Redirect {
        /// Where to.
        to: String,
    },
    /// The answer comes later.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The page as it was when the same one was asked for last, since faults of this kind were set.
    StaleListing,
    /// The page that was answered last, whichever it was.
    RepeatPage,
    /// No files.
    EmptyListing,
    /// The page without a file.
    DropFromListing {
        /// The file's path.
        path: String,
    },
    /// The page with another total.
    WrongTotal {
        /// Added to the true one.
        by: i64,
    },
    /// The JSON answer with another value.
    PatchJson {
        /// Where, as a JSON pointer; a last key that isn't there is added.
        pointer: String,
        /// What stands there; null stands there as null.
        value: Value,
    },
    /// The JSON answer without a field.
    DropField {
        /// Which, as a JSON pointer.
        pointer: String,
    },
    /// Before the request is looked at, somebody else makes a version of the file. On a request for a link theirs is
    /// before ours, on the upload itself after.
    RaceVersion {
        /// Their content.
        content: String,
    },
    /// The content is accepted without its last bytes.
    StoreShort {
        /// Bytes that are lost.
        missing: u64,
    },
    /// Every staged block is forgotten before the request is looked at.
    LoseBlocks,
    /// The token isn't good any more, from this request on.
    RevokeToken,
    /// What only this service can suffer.
    #[serde(untagged)]
    Own(X),
}

/// No effects of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Nothing {}

impl<X> Effect<X> {
    /// It shows pages that were answered before.
    pub(crate) fn needs_pages(&self) -> bool {
        matches!(self, Effect::StaleListing | Effect::RepeatPage)
    }
}
