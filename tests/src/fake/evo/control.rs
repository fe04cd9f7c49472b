//! Requests below `/_fake/` that drive the service from outside.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::answering::{Service, lock};
use super::fault::Fault;
use crate::fake::answer::Answer;
use crate::fake::query;

/// Where those paths begin.
pub(crate) const PREFIX: &str = "/_fake/";

impl Service {
    /// Answers such a request:
    /// `GET state`, `GET breaches`, `GET requests` (`DELETE`: forgets them), `GET faults` (how often each happened),
    /// `POST faults` (in place of those before), `PUT token`, and `GET`, `PUT`, `DELETE files/{path}`: contents, and
    /// changes made elsewhere.
    pub(crate) async fn control(&self, request: Request<Incoming>) -> Answer {
        let method = request.method().clone();
        let path = query::decode(request.uri().path()).unwrap_or_default();
        let Ok(body) = request.into_body().collect().await.map(|body| body.to_bytes()) else {
            return refuse("the body broke off");
        };
        let what = path.strip_prefix(PREFIX).unwrap_or_default();
        match (&method, what) {
            (&Method::GET, "state") => json(&self.overview()),
            (&Method::GET, "breaches") => json(&json!(self.record.breaches())),
            (&Method::GET, "requests") => json(&json!(self.record.summary())),
            (&Method::DELETE, "requests") => {
                self.record.forget_requests();
                done()
            }
            (&Method::GET, "faults") => json(&json!(lock(&self.faults).fired())),
            (&Method::POST, "faults") => match serde_json::from_slice::<Vec<Fault>>(&body) {
                Ok(faults) => {
                    lock(&self.faults).set(faults);
                    done()
                }
                Err(error) => refuse(&format!("these aren't faults: {error}")),
            },
            (&Method::PUT, "token") => {
                self.set_token(String::from_utf8(body.to_vec()).ok().filter(|token| !token.is_empty()));
                done()
            }
            (method, what) => match (method, what.strip_prefix("files/")) {
                (&Method::GET, Some(path)) => match self.content(path) {
                    Some(content) => Answer::with(StatusCode::OK, "application/octet-stream", content),
                    None => missing(path),
                },
                (&Method::PUT, Some(path)) => {
                    json(&json!({ "version_id": self.put_elsewhere(path, body.into()).to_string() }))
                }
                (&Method::DELETE, Some(path)) if self.delete_elsewhere(path) => done(),
                (&Method::DELETE, Some(path)) => missing(path),
                _ => refuse("no such control"),
            },
        }
    }

    fn overview(&self) -> Value {
        let state = self.state();
        let files: Vec<Value> = state
            .files()
            .filter_map(|file| {
                let row = state.row(file, None)?;
                Some(json!({
                    "path": &*row.path,
                    "file_id": row.id,
                    "version_id": row.version.to_string(),
                    "size": row.size,
                    "versions": state.file(file).versions.len(),
                    "deleted": row.deleted.is_some(),
                }))
            })
            .collect();
        json!({ "files": files })
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
