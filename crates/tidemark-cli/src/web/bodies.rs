//! What is answered where no command answers: errors, and pages of a few words.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use tidemark_engine::{EngineError, ErrorCode};

/// An error, as every command answers it.
pub(super) fn error(error: &EngineError) -> Response {
    let status = match error.code {
        ErrorCode::Usage => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::HomeBusy => StatusCode::CONFLICT,
        ErrorCode::Unauthorized | ErrorCode::ServiceAway | ErrorCode::Protocol => StatusCode::BAD_GATEWAY,
        ErrorCode::Home | ErrorCode::State | ErrorCode::Disk | ErrorCode::Cancelled | ErrorCode::Failed => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, Json(error)).into_response()
}

/// An error of the HTTP side itself.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({ "code": code, "message": message, "hint": null });
    (status, Json(body)).into_response()
}

/// A page of a few words; `next`: the page that follows at once.
pub(super) fn page(title: &str, text: &str, next: Option<&str>) -> Html<String> {
    let next = next.map(|next| format!("<meta http-equiv=\"refresh\" content=\"0;url={next}\">"));
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{}<title>Tidemark</title></head><body><h1>{title}</h1><p>{text}</p></body></html>",
        next.unwrap_or_default()
    ))
}
