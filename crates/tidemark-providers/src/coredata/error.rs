//! Refusals of the API and of the storage behind it as errors of ours. The vendor documents none; the service is built
//! with Django and Tastypie, which answer with `{"error_message": …}`, with a map of fields, with nothing, or with HTML.

use serde_json::Value;

use crate::error::{ErrorKind, ProviderError, Retry};
use crate::http::fault::{Refusal, not_the_service};
use crate::http::shown::shown;

/// Result of a request for a single item.
pub(super) type Asked<T> = std::result::Result<T, Absence>;

/// What a request for a single item came to, where that isn't a success.
#[derive(Debug)]
pub(super) enum Absence {
    /// The service says that it isn't there (404, 410).
    Gone(ProviderError),
    /// Anything else.
    Other(ProviderError),
}

impl Absence {
    /// The error in it.
    pub(super) fn into_error(self) -> ProviderError {
        match self {
            Self::Gone(error) | Self::Other(error) => error,
        }
    }
}

/// A refusal of the API.
pub(super) fn api(refusal: Refusal, what: &str) -> ProviderError {
    let said = said(&refusal);
    if refusal.status.as_u16() == 401 {
        let said = said.map(|said| format!(" ({})", shown(&said, 200))).unwrap_or_default();
        return ProviderError::permanent(
            ErrorKind::Unauthorized,
            format!("{what}: user and API key were refused{said}; are both right?"),
        );
    }
    let is_page = is_page(&refusal);
    let refusal = Refusal { is_page, ..refusal };
    let conflict = refusal.status.as_u16() == 409;
    let mut error = refusal.into_error(what, said.as_deref());
    if conflict {
        error.kind = ErrorKind::AlreadyExists;
    }
    error
}

/// A refusal of a request for one item. Only a plain 404 is its absence: not one with a proxy's page in it.
pub(super) fn item(refusal: Refusal, what: &str) -> Absence {
    let absent = matches!(refusal.status.as_u16(), 404 | 410);
    if absent && is_page(&refusal) {
        let why = format!("a web page came instead of an answer ({}); is base_url right?", refusal.status);
        return Absence::Other(not_the_service(what, why));
    }
    let error = api(refusal, what);
    if absent { Absence::Gone(error) } else { Absence::Other(error) }
}

/// A refusal of the storage that a signed link leads to.
pub(super) fn storage(refusal: Refusal, what: &str) -> ProviderError {
    if matches!(refusal.status.as_u16(), 401 | 403) {
        return ProviderError::passing(
            ErrorKind::LinkExpired,
            format!("{what}: the storage takes the signed link no more; a fresh one is asked for"),
        );
    }
    let mut error = refusal.into_error(what, None);
    if error.kind == ErrorKind::NotFound {
        // The API has just said that it is there: the storage follows, or a fresh link leads elsewhere.
        (error.kind, error.retry) = (ErrorKind::Unavailable, Retry::Backoff);
    }
    error
}

/// Tastypie's empty 404 calls itself HTML as well: only one with something in it is a page.
fn is_page(refusal: &Refusal) -> bool {
    refusal.is_page && refusal.body.iter().any(|byte| !byte.is_ascii_whitespace())
}

fn said(refusal: &Refusal) -> Option<String> {
    let body: Value = serde_json::from_slice(&refusal.body).ok()?;
    for key in ["error_message", "error", "detail", "message"] {
        if let Some(text) = body.get(key).map(text).filter(|text| !text.trim().is_empty()) {
            return Some(text);
        }
    }
    let fields = body.as_object()?.iter().filter(|(key, _)| *key != "traceback");
    let all = fields.map(|(key, value)| format!("{key}: {}", text(value))).collect::<Vec<_>>().join("; ");
    (!all.is_empty()).then_some(all)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;

    fn refusal(status: u16, body: &str, is_page: bool) -> Refusal {
        let status = StatusCode::from_u16(status).unwrap();
        Refusal { status, wait: None, body: body.as_bytes().to_vec(), is_page }
    }

    #[test]
    fn only_a_plain_404_is_absence() {
        for (status, body, page, gone) in [
            (404, "", true, true),
            (404, r#"{"error_message": "not found"}"#, false, true),
            (410, "", false, true),
            (404, "<html>nginx</html>", true, false),
            (401, "", true, false),
            (403, "", false, false),
            (500, "<html>", true, false),
        ] {
            let gone_there = matches!(item(refusal(status, body, page), "x"), Absence::Gone(_));
            assert_eq!(gone_there, gone, "{status} {body}");
        }
    }

    #[test]
    fn the_services_own_words_are_found_and_its_traceback_is_left_out() {
        for (body, said) in [
            (r#"{"error_message":"No.","traceback":"File x"}"#, "No"),
            (
                r#"{"files":{"filename":["This field is required."]}}"#,
                "files: filename: This field is required",
            ),
        ] {
            let error = api(refusal(400, body, false), "sending \"a\"");
            assert_eq!(error.context, format!("sending \"a\": the service answered 400 Bad Request: {said}"));
        }
        assert_eq!(api(refusal(409, "", false), "x").kind, ErrorKind::AlreadyExists);
        assert_eq!(api(refusal(401, "", true), "x").kind, ErrorKind::Unauthorized);
    }
}
