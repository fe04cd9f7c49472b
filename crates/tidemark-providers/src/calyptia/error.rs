//! Refusals as errors of ours: by status first, by the words of `{"error", "detail", …}` second.

use serde::Deserialize;

use crate::error::{ErrorKind, ProviderError};
use crate::http::fault::{Refusal, not_the_service};

/// What the service says with a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Said {
    error: Option<String>,
    detail: Option<serde_json::Value>,
    quota_limit: Option<serde_json::Value>,
}

/// What a refused write was about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// A name was given.
    pub(super) name: bool,
    /// A content of 0 bytes was sent.
    pub(super) empty: bool,
}

impl Said {
    fn in_body(refusal: &Refusal) -> Option<Self> {
        serde_json::from_slice(&refusal.body).ok().filter(|said: &Self| said.error.is_some())
    }

    fn words(&self) -> String {
        let detail = match &self.detail {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match (self.error.as_deref().unwrap_or_default().trim(), detail.trim()) {
            (error, "") => error.to_owned(),
            (error, detail) => format!("{error}: {detail}"),
        }
    }
}

/// A refusal, whatever was asked.
pub(super) fn api(refusal: Refusal, what: &str) -> ProviderError {
    let status = refusal.status.as_u16();
    if refusal.is_page && matches!(status, 400..=499) && !matches!(status, 401 | 403 | 408 | 425 | 429) {
        let why = format!(
            "a web page came instead of an answer ({status}); is it a network's sign-in page, or a wrong address?"
        );
        return not_the_service(what, why);
    }
    let said = Said::in_body(&refusal).unwrap_or_default();
    let words = said.words();
    let mut error = refusal.into_error(what, Some(&words));
    if status == 401 {
        error.context.push_str(
            "; it may have expired, or be of the other kind: is the setting auth right (bearer, project-token)?",
        );
    }
    if status == 403 && (said.quota_limit.is_some_and(|limit| !limit.is_null()) || has(&words, &["quota"])) {
        error.kind = ErrorKind::QuotaExceeded;
    }
    error
}

/// A refusal of a listing: what isn't there, or isn't understood, is the core instance.
pub(super) fn listing(refusal: Refusal, what: &str) -> ProviderError {
    let status = refusal.status.as_u16();
    let mut error = api(refusal, what);
    if matches!(status, 400 | 404 | 410 | 422) {
        error.context.push_str("; are base_url and core_instance_id right?");
    }
    error
}

/// A refusal of a new or changed file.
pub(super) fn write(refusal: Refusal, what: &str, sent: Sent) -> ProviderError {
    let status = refusal.status.as_u16();
    let words = Said::in_body(&refusal).unwrap_or_default().words();
    let is_page = refusal.is_page;
    let mut error = api(refusal, what);
    match status {
        _ if is_page => {}
        400 | 422 if has(&words, &["size", "too large", "too big"]) => error.kind = ErrorKind::TooLarge,
        400 | 422 if has(&words, &["content", "base64", "instance id", "encrypt"]) => {}
        400 | 422 if sent.name && (!sent.empty || has(&words, &["name"])) => {
            error.kind = ErrorKind::InvalidName;
        }
        409 if sent.name => error.kind = ErrorKind::AlreadyExists,
        _ => {}
    }
    error
}

fn has(words: &str, any: &[&str]) -> bool {
    let words = words.to_lowercase();
    any.iter().any(|part| words.contains(part))
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;
    use crate::error::Retry;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal {
            status: StatusCode::from_u16(status).unwrap(),
            wait: None,
            body: body.as_bytes().to_vec(),
            is_page: body.starts_with("<html"),
        }
    }

    const FILE: Sent = Sent { name: true, empty: false };
    const EMPTY: Sent = Sent { name: true, empty: true };
    const EDIT: Sent = Sent { name: false, empty: false };

    #[test]
    fn a_status_counts_first_and_words_second() {
        for (status, error, sent, kind) in [
            (401, "invalid token", FILE, ErrorKind::Unauthorized),
            (403, "permission denied", FILE, ErrorKind::Forbidden),
            (403, "quota reached", FILE, ErrorKind::QuotaExceeded),
            (404, "aggregator not found", FILE, ErrorKind::NotFound),
            (409, "core instance file already exists", FILE, ErrorKind::AlreadyExists),
            (409, "conflict", EDIT, ErrorKind::Refused),
            (410, "aggregator gone", FILE, ErrorKind::NotFound),
            (400, "invalid file name", FILE, ErrorKind::InvalidName),
            (422, "must match ^[a-z]+$", FILE, ErrorKind::InvalidName),
            (400, "invalid file name", EMPTY, ErrorKind::InvalidName),
            (400, "file contents required", EMPTY, ErrorKind::Refused),
            (400, "bad request", EMPTY, ErrorKind::Refused),
            (400, "file size exceeded", FILE, ErrorKind::TooLarge),
            (413, "", FILE, ErrorKind::TooLarge),
            (400, "whatever", EDIT, ErrorKind::Refused),
            (503, "unavailable", FILE, ErrorKind::Unavailable),
        ] {
            let body = format!(r#"{{"error":"{error}","detail":null}}"#);
            let found = write(refusal(status, &body), "sending \"a\"", sent);
            assert_eq!(found.kind, kind, "{status} {error}");
            assert_eq!(found.retry == Retry::Never, status != 503, "{status} {error}");
            assert!(found.context.contains(error) && found.context.starts_with("sending \"a\": "));
        }
    }

    #[test]
    fn a_quota_is_told_by_its_limit_too() {
        let body = r#"{"error":"no","detail":"pipelines","quotaLimit":5,"quotaRemaining":0}"#;
        let error = api(refusal(403, body), "x");
        assert_eq!(error.kind, ErrorKind::QuotaExceeded);
        assert!(error.context.ends_with("no: pipelines"));
    }

    #[test]
    fn a_web_page_is_never_the_services_word() {
        for status in [400, 404, 409, 410, 422] {
            let error = write(refusal(status, "<html>Sign in</html>"), "x", FILE);
            assert_eq!((error.kind, error.retry), (ErrorKind::Protocol, Retry::Backoff), "{status}");
        }
        assert_eq!(api(refusal(502, "<html>Bad gateway</html>"), "x").kind, ErrorKind::Unavailable);
        assert_eq!(api(refusal(418, "[1"), "x").kind, ErrorKind::Refused);
    }

    #[test]
    fn what_a_listing_misses_is_the_instance() {
        for (status, kind) in
            [(400, ErrorKind::Refused), (404, ErrorKind::NotFound), (410, ErrorKind::NotFound)]
        {
            let error = listing(refusal(status, r#"{"error":"aggregator gone"}"#), "listing");
            assert_eq!(error.kind, kind);
            assert!(error.context.contains("aggregator gone; are base_url"), "{}", error.context);
        }
    }
}
