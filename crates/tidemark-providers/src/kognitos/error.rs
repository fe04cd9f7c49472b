//! Refusals of the service (`rpcStatus` of grpc-gateway) and of the storage behind its links, as errors of ours.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{ErrorKind, ProviderError, Retry};
use crate::http::fault::Refusal;
use crate::http::shown::shown;

/// `NOT_FOUND`: <https://grpc.io/docs/guides/status-codes/>.
const NOT_FOUND: i64 = 5;
/// What grpc-gateway answers when a call was cancelled on the way.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// `rpcStatus`. It comes as `application/octet-stream` too.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RpcStatus {
    code: Option<Value>,
    message: Option<Value>,
}

impl RpcStatus {
    fn of(refusal: &Refusal) -> Self {
        serde_json::from_slice(&refusal.body).unwrap_or_default()
    }

    fn code(&self) -> Option<i64> {
        match self.code.as_ref()? {
            Value::String(text) => text.parse().ok(),
            code => code.as_i64(),
        }
    }

    fn said(&self) -> Option<&str> {
        self.message.as_ref()?.as_str().filter(|text| !text.trim().is_empty())
    }
}

/// True when the service itself says that there is no such file: a 404 of anything before it, a proxy or another
/// service, says nothing of the file.
pub(super) fn is_no_such_file(refusal: &Refusal) -> bool {
    refusal.status.as_u16() == 404 && !refusal.is_page && RpcStatus::of(refusal).code() == Some(NOT_FOUND)
}

/// A refusal of the service.
pub(super) fn api(refusal: Refusal, what: &str) -> ProviderError {
    let status = RpcStatus::of(&refusal);
    let said = status.said().map(|said| format!(" ({})", shown(said, 200))).unwrap_or_default();
    let permanent = |kind, why: &str| ProviderError::permanent(kind, format!("{what}: {why}"));
    match refusal.status.as_u16() {
        401 => permanent(
            ErrorKind::Unauthorized,
            &format!(
                "the personal access token was refused{said}; it may have expired: give the account a new one"
            ),
        ),
        403 => permanent(
            ErrorKind::Forbidden,
            &format!(
                "the personal access token may not do that{said}; it may be for reading only, or for other workspaces"
            ),
        ),
        CLIENT_CLOSED_REQUEST => {
            ProviderError::passing(ErrorKind::Unavailable, format!("{what}: the service broke it off{said}"))
        }
        _ => refusal.into_error(what, status.said()),
    }
}

/// A refusal of the storage that a signed link leads to.
pub(super) fn storage(refusal: Refusal, what: &str) -> ProviderError {
    refusal.into_storage_error(what, None)
}

/// Whether a file was made isn't known.
pub(super) fn unknown_outcome(what: &str, why: &str) -> ProviderError {
    let text = format!("{what}: {why}; a file that nobody can find may have been made there");
    ProviderError::passing(ErrorKind::Unavailable, text)
}

/// The service took the content and didn't say as what. Sending it again would make another such file.
pub(super) fn nameless(what: &str) -> ProviderError {
    let why = "it was sent, but the service's answer doesn't say under which id it is kept";
    ProviderError { retry: Retry::Never, ..unknown_outcome(what, why) }
}

/// An answer to a whole upload that couldn't be read: of the kinds that leave the outcome open.
pub(super) fn after_upload(mut error: ProviderError) -> ProviderError {
    if !leaves_open(error.kind) {
        error.kind = ErrorKind::Unavailable;
    }
    error
}

/// True for errors after which a file may have been made.
pub(super) fn leaves_open(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable)
}
