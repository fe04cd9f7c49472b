//! What every request must pass: it is meant for this address, comes from our own page or from a command, and is signed in.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::{Doors, Web, bodies};

const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Refuses what is meant for another host (a name that was made to lead here) or comes from another page.
pub(super) async fn own_page(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let refusal = foreign(request.headers(), request.method(), web.address);
    let mut response = match refusal {
        Some(message) => bodies::refusal(StatusCode::FORBIDDEN, "forbidden", message),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses who isn't signed in.
pub(super) async fn signed_in(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if is_known(&web.doors, request.headers()) {
        return next.run(request).await;
    }
    bodies::refusal(
        StatusCode::UNAUTHORIZED,
        "signed-out",
        "This browser isn't signed in. Run `tidemark serve --open` to sign in.",
    )
}

fn is_known(doors: &Doors, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    text(header::AUTHORIZATION).is_some_and(|value| doors.knows_command(value))
        || text(header::COOKIE).is_some_and(|value| doors.knows_browser(value))
}

fn foreign(headers: &HeaderMap, method: &Method, address: SocketAddr) -> Option<&'static str> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if !text(header::HOST).is_some_and(|host| is_own(host, address)) {
        return Some("This request is meant for another host.");
    }
    let origin = headers.get(header::ORIGIN).map(|_| text(header::ORIGIN).unwrap_or_default());
    let foreign_origin = origin
        .is_some_and(|origin| !origin.strip_prefix("http://").is_some_and(|host| is_own(host, address)));
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let foreign_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    // Following a link from elsewhere to our first page is no harm; anything else from elsewhere is.
    let changes = *method != Method::GET;
    if foreign_origin || (foreign_site && changes) {
        return Some("This request comes from another page.");
    }
    if changes && text(header::CONTENT_TYPE).is_none_or(|kind| !kind.starts_with("application/json")) {
        return Some("This request isn't JSON.");
    }
    None
}

/// True for the names under which this address is reached from this computer.
fn is_own(host: &str, address: SocketAddr) -> bool {
    let names = [address.ip().to_string(), format!("[{}]", address.ip()), "localhost".to_owned()];
    names.iter().any(|name| host == format!("{name}:{}", address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&'static str, &'static str)], method: Method) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        foreign(&map, &method, "127.0.0.1:8743".parse().unwrap()).is_some()
    }

    #[test]
    fn only_our_own_page_and_commands_pass() {
        let host = ("host", "127.0.0.1:8743");
        let json = ("content-type", "application/json");
        assert!(!refused(&[host], Method::GET));
        assert!(!refused(&[("host", "localhost:8743"), json], Method::POST));
        assert!(!refused(&[host, json, ("origin", "http://127.0.0.1:8743")], Method::POST));
        for headers in [
            &[][..],
            &[("host", "evil.example:8743")],
            &[("host", "127.0.0.1:1")],
            &[("host", "127.0.0.1")],
            &[host, json, ("origin", "http://evil.example")],
            &[host, json, ("origin", "null")],
            &[host, json, ("origin", "https://127.0.0.1:8743")],
            &[host, json, ("sec-fetch-site", "cross-site")],
            &[host, json, ("sec-fetch-site", "same-site")],
            &[host, ("content-type", "text/plain")],
            &[host],
        ] {
            assert!(refused(headers, Method::POST), "{headers:?}");
        }
        assert!(refused(&[host, ("origin", "http://evil.example")], Method::GET));
    }
}
