//! Errors of the API: problem+json with the vendor's types.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::fake::answer::Answer;

const TYPES: &str = "https://seequent.com/error-codes";

/// An error as the API answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    MissingToken,
    InvalidToken,
    InsufficientRole,
    InvalidPath,
    BadRequest,
    Validation,
    NoUploadInProgress,
    NotFound,
    Gone,
    MethodNotAllowed,
}

impl Problem {
    /// The answer, with what exactly is wrong.
    pub(crate) fn answer(self, detail: &str) -> Answer {
        let (status, kind, title) = self.parts();
        let mut body = json!({
            "type": format!("{TYPES}{kind}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        if self == Problem::InsufficientRole {
            body["permitted_roles"] = json!(["owner", "editor"]);
            body["your_role"] = Value::from("viewer");
        }
        Answer::with(status, "application/problem+json", body.to_string())
    }

    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Problem::MissingToken => {
                (StatusCode::UNAUTHORIZED, "/file-api/auth/missing-token", "Missing token")
            }
            Problem::InvalidToken => {
                (StatusCode::UNAUTHORIZED, "/file-api/auth/invalid-token", "Invalid token")
            }
            Problem::InsufficientRole => {
                (StatusCode::FORBIDDEN, "/file-api/auth/insufficient-role", "Insufficient role")
            }
            Problem::InvalidPath => (StatusCode::BAD_REQUEST, "/file-api/files/invalid-path", "Invalid path"),
            Problem::BadRequest => (StatusCode::BAD_REQUEST, "/file-api/bad-request", "Bad request"),
            Problem::Validation => {
                (StatusCode::UNPROCESSABLE_ENTITY, "/file-api/validation", "Validation error")
            }
            Problem::NoUploadInProgress => (
                StatusCode::BAD_REQUEST,
                "/file-api/files/no-file-upload-in-progress",
                "No file upload in progress",
            ),
            Problem::NotFound => (StatusCode::NOT_FOUND, "/file-api/files/not-found", "Not found"),
            Problem::Gone => (StatusCode::GONE, "/file-api/files/gone", "Gone"),
            Problem::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "/file-api/bad-request", "Method not allowed")
            }
        }
    }
}
