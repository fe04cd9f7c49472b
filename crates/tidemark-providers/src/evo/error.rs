//! Refusals of the File API (problem+json) and of the storage behind it (Azure XML) as errors of ours.

use serde::Deserialize;

use crate::error::{ErrorKind, ProviderError};
use crate::http::fault::{Refusal, not_the_service};
use crate::http::shown::shown;

/// A problem as the File API describes it. Types begin with `https://seequent.com/error-codes/` and are told apart by
/// their end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: Option<String>,
    title: Option<String>,
    detail: Option<serde_json::Value>,
    permitted_roles: Option<serde_json::Value>,
    your_role: Option<serde_json::Value>,
}

/// Result of a request for a single file.
pub(super) type Asked<T> = std::result::Result<T, Absence>;

/// What a request for a single file came to, where that isn't a success.
#[derive(Debug)]
pub(super) enum Absence {
    /// The service says that the file is deleted (410) or isn't there (404).
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

impl Problem {
    fn of(refusal: &Refusal) -> Self {
        serde_json::from_slice(&refusal.body).unwrap_or_default()
    }

    fn is(&self, ending: &str) -> bool {
        self.r#type.as_deref().is_some_and(|name| name.trim_end_matches('/').ends_with(ending))
    }

    fn said(&self) -> Option<String> {
        let detail = self.detail.as_ref().map(text);
        match (&self.title, detail) {
            (Some(title), Some(detail)) if title.trim() != detail.trim() => {
                Some(format!("{title}: {detail}"))
            }
            (_, Some(detail)) => Some(detail),
            (title, None) => title.clone(),
        }
    }
}

/// A refusal of the API.
pub(super) fn api(refusal: Refusal, what: &str) -> ProviderError {
    let problem = Problem::of(&refusal);
    let kind = match refusal.status.as_u16() {
        401 => {
            let said = problem.said().map(|said| format!(" ({})", shown(&said, 200))).unwrap_or_default();
            return ProviderError::permanent(
                ErrorKind::Unauthorized,
                format!(
                    "{what}: the access token was refused{said}; it may have expired: give the account a new one"
                ),
            );
        }
        403 => {
            if let Some(error) = role(&problem, what) {
                return error;
            }
            None
        }
        400 | 422 if problem.is("/invalid-path") => Some(ErrorKind::InvalidName),
        409 => Some(ErrorKind::AlreadyExists),
        _ => None,
    };
    let mut error = refusal.into_error(what, problem.said().as_deref());
    error.kind = kind.unwrap_or(error.kind);
    error
}

/// A refusal of a request for one file. A 404 counts as absence only when it is about the file: not when a proxy's
/// page came, and not when the service means something else (the workspace, the address).
pub(super) fn file(refusal: Refusal, what: &str) -> Absence {
    let problem = Problem::of(&refusal);
    let about_file = match refusal.status.as_u16() {
        _ if refusal.is_page => false,
        410 => true,
        404 => problem.r#type.is_none() || problem.is("/files/not-found") || problem.is("/files/gone"),
        _ => false,
    };
    if refusal.is_page && refusal.status.as_u16() == 404 {
        return Absence::Other(not_the_service(
            what,
            "a web page came instead of an answer (404); is the address right?",
        ));
    }
    let error = api(refusal, what);
    if about_file { Absence::Gone(error) } else { Absence::Other(error) }
}

/// True when the service says that nothing is being uploaded under this version: it is complete.
pub(super) fn is_complete_already(refusal: &Refusal) -> bool {
    refusal.status.as_u16() == 400 && Problem::of(refusal).is("no-file-upload-in-progress")
}

/// A refusal of the storage that a signed link leads to.
pub(super) fn storage(refusal: Refusal, what: &str) -> ProviderError {
    let body = String::from_utf8_lossy(&refusal.body).into_owned();
    refusal.into_storage_error(what, element(&body, "Code"))
}

/// True when the storage has lost blocks that it had taken: they are kept for a week.
pub(super) fn is_lost_blocks(error: &ProviderError) -> bool {
    error.kind == ErrorKind::Refused && error.context.contains("InvalidBlock")
}

fn role(problem: &Problem, what: &str) -> Option<ProviderError> {
    let permitted = problem.permitted_roles.as_ref().map(text);
    let yours = problem.your_role.as_ref().map(text);
    let sentence = match (yours, permitted) {
        (Some(yours), Some(permitted)) => {
            format!("your role there is {}; this takes {}", shown(&yours, 60), shown(&permitted, 120))
        }
        (Some(yours), None) => format!("your role there is {}, which may not do this", shown(&yours, 60)),
        (None, Some(permitted)) => format!("this takes the role {}", shown(&permitted, 120)),
        (None, None) => return None,
    };
    Some(ProviderError::permanent(ErrorKind::Forbidden, format!("{what}: {sentence}")))
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" or "),
        other => other.to_string(),
    }
}

/// The text of an element of a flat XML document.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Retry;
    use reqwest::StatusCode;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal {
            status: StatusCode::from_u16(status).unwrap(),
            wait: None,
            body: body.as_bytes().to_vec(),
            is_page: body.starts_with("<html"),
        }
    }

    fn problem(kind: &str) -> String {
        format!(
            r#"{{"type":"https://seequent.com/error-codes/file-api/{kind}","title":"T","status":1,"detail":"D"}}"#
        )
    }

    #[test]
    fn only_the_files_own_absence_is_absence() {
        for (status, body, gone) in [
            (404, problem("files/not-found"), true),
            (404, String::new(), true),
            (410, problem("files/gone"), true),
            (410, String::new(), true),
            (404, problem("workspaces/not-found"), false),
            (404, "<html>Not found</html>".to_owned(), false),
            (403, problem("auth/insufficient-role"), false),
            (500, String::new(), false),
        ] {
            assert_eq!(
                matches!(file(refusal(status, &body), "x"), Absence::Gone(_)),
                gone,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_role_is_named() {
        let body = r#"{"type":"x/auth/insufficient-role","permitted_roles":["owner","editor"],"your_role":"viewer"}"#;
        let error = api(refusal(403, body), "sending \"a\"");
        assert_eq!(error.kind, ErrorKind::Forbidden);
        assert_eq!(error.context, "sending \"a\": your role there is viewer; this takes owner or editor");
    }

    #[test]
    fn types_are_told_by_their_end() {
        assert!(is_complete_already(&refusal(400, &problem("files/no-file-upload-in-progress"))));
        assert!(!is_complete_already(&refusal(400, &problem("bad-request"))));
        assert_eq!(api(refusal(400, &problem("files/invalid-path")), "x").kind, ErrorKind::InvalidName);
        assert_eq!(api(refusal(422, &problem("validation")), "x").kind, ErrorKind::Refused);
        assert_eq!(api(refusal(418, "[1"), "x").kind, ErrorKind::Refused);
    }

    #[test]
    fn a_used_up_link_is_no_refusal_of_the_account() {
        let xml =
            "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>m</Message></Error>";
        let error = storage(refusal(403, xml), "x");
        assert_eq!((error.kind, error.retry), (ErrorKind::LinkExpired, Retry::Backoff));
        assert!(error.context.contains("AuthenticationFailed"));
        assert_eq!(storage(refusal(404, ""), "x").retry, Retry::Backoff);
        assert!(is_lost_blocks(&storage(refusal(400, "<Error><Code>InvalidBlockList</Code></Error>"), "x")));
    }
}
