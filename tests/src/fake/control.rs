//! Requests below `/_fake/` that drive a fake from outside.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::{Fault, Faults};
use super::frame::{Fake, lock};
use super::query;

/// Where those paths begin.
pub(crate) const PREFIX: &str = "/_fake/";

/// Answers such a request:
/// `GET state`, `GET breaches`, `GET requests` (their summary; `DELETE`: forgets them), `GET faults` (how often each
/// happened), `POST faults` (in place of those before), `PUT token`, `GET`, `PUT`, `DELETE files/{path}` (contents, and
/// changes made elsewhere), and `POST rename` of `{"from": path, "to": path}`.
pub(crate) async fn answer<F: Fake>(fake: &F, request: Request<Incoming>) -> Answer {
    let front = fake.front();
    let method = request.method().clone();
    let path = query::decode(request.uri().path()).unwrap_or_default();
    let Ok(body) = request.into_body().collect().await.map(|body| body.to_bytes()) else {
        return refuse("the body broke off");
    };
    let what = path.strip_prefix(PREFIX).unwrap_or_default();
    match (&method, what) {
        (&Method::GET, "state") => json(&fake.overview()),
        (&Method::GET, "breaches") => json(&json!(front.record.breaches())),
        (&Method::GET, "requests") => json(&json!(front.record.summary())),
        (&Method::DELETE, "requests") => {
            front.record.forget_requests();
            done()
        }
        (&Method::GET, "faults") => json(&json!(lock(&front.faults).fired())),
        (&Method::POST, "faults") => {
            match serde_json::from_slice::<Vec<Fault<F::Endpoint, F::Effect>>>(&body) {
                Ok(faults) => {
                    *lock(&front.faults) = Faults::new(faults);
                    done()
                }
                Err(error) => refuse(&format!("these aren't faults: {error}")),
            }
        }
        (&Method::PUT, "token") => {
            front.set_token(String::from_utf8(body.to_vec()).ok().filter(|token| !token.is_empty()));
            done()
        }
        (&Method::POST, "rename") => {
            let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
            match (asked["from"].as_str(), asked["to"].as_str()) {
                (Some(from), Some(to)) if fake.rename_elsewhere(from, to) => done(),
                (Some(from), Some(_)) => missing(from),
                _ => refuse("a renaming says \"from\" and \"to\""),
            }
        }
        (method, what) => match (method, what.strip_prefix("files/")) {
            (&Method::GET, Some(path)) => match fake.content(path) {
                Some(content) => Answer::with(StatusCode::OK, "application/octet-stream", content),
                None => missing(path),
            },
            (&Method::PUT, Some(path)) => json(&fake.put_elsewhere(path, body.into())),
            (&Method::DELETE, Some(path)) if fake.delete_elsewhere(path) => done(),
            (&Method::DELETE, Some(path)) => missing(path),
            _ => refuse("no such control"),
        },
    }
}

fn json(value: &Value) -> Answer {
    Answer::with(StatusCode::OK, "application/json", value.to_string())
}

fn done() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}

fn missing(path: &str) -> Answer {
    Answer::with(StatusCode::NOT_FOUND, "text/plain", format!("there is no file at {path}\n"))
}

fn refuse(why: &str) -> Answer {
    Answer::with(StatusCode::BAD_REQUEST, "text/plain", format!("{why}\n"))
}
