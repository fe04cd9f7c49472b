//! The web UI, as it was built, from inside the binary.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::bodies;

#[derive(Embed)]
#[folder = "../../ui/dist/"]
#[allow_missing = true]
struct Ui;

/// A file of the UI; its one page for `/`.
pub(super) async fn asset(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Ui::get(path) else {
        if path == "index.html" {
            let text = "This <code>tidemark</code> was built without its pages: <code>scripts/run</code> builds them. Everything else works, also from the command line.";
            return (StatusCode::NOT_FOUND, bodies::page("No pages here", text, None)).into_response();
        }
        return (StatusCode::NOT_FOUND, bodies::page("Nothing is here", "", None)).into_response();
    };
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    };
    // The build puts a hash of the content in the names below `assets`.
    let cache = if path.starts_with("assets/") { "max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], file.data).into_response()
}
