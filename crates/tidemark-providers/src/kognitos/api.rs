//! The endpoints, one function each: <https://docs.kognitos.com/guides/api-reference/files>.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::http::address::{Link, encoded};
use crate::http::answer::Answer;
use crate::http::fault::nonsense;
use crate::http::{Http, Request};
use crate::kognitos::error;
use crate::kognitos::wire::{self, DownloadLink, DownloadLinkRequest, Metadata, Organizations};

/// Largest answer to an upload that is read.
const ANSWER_BYTES: usize = 1 << 20;
/// For how long an upload's answer is waited for: to give up early is to lose a file there.
const UPLOAD: Duration = Duration::from_secs(5 * 60);

/// The files of one organization.
pub(super) struct Api {
    pub(super) http: Http,
    /// `api/v1/organizations/…/files`
    files: String,
}

/// A file that an upload made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Created {
    pub(super) id: String,
    /// What the service says of it; empty where only its address came.
    pub(super) metadata: Metadata,
}

impl Api {
    pub(super) fn new(http: Http, organization: &str) -> Self {
        Self { http, files: format!("api/v1/organizations/{}/files", encoded(organization)) }
    }

    /// `GET files/{file}/metadata`; `None` when the service says that there is no such file.
    pub(super) async fn metadata(&self, id: &str, what: &str) -> Result<Option<Metadata>> {
        let request = Request::new(Method::GET);
        let Some(answer) = self.ask_for(request, &self.at(id, "/metadata"), what).await? else {
            return Ok(None);
        };
        let metadata: Metadata = json(answer, what).await?;
        match metadata.id() {
            Some(other) if other != id => Err(nonsense(what, "the service answered for another file")),
            _ => Ok(Some(metadata)),
        }
    }

    /// `POST files:upload`. An error after the whole form was sent leaves open whether a file was made only when it is
    /// `Network`, `Timeout` or `Unavailable`.
    pub(super) async fn upload(&self, form: Request, what: &str) -> Result<Created> {
        let form = accepting_json(form).patient(UPLOAD);
        let answer = self.http.api(form, &format!("{}:upload", self.files), what).await?;
        if !answer.status().is_success() {
            return Err(error::api(answer.refusal().await, what));
        }
        let located = answer.header(LOCATION).and_then(wire::id_at);
        if answer.is_page() && located.is_none() {
            return Err(error::unknown_outcome(what, "a web page came instead of an answer"));
        }
        let metadata = match answer.bytes(ANSWER_BYTES).await {
            Ok(body) => wire::created(&body),
            Err(error) if located.is_none() => return Err(error::after_upload(error)),
            Err(_) => None,
        }
        .unwrap_or_default();
        match metadata.id().or(located) {
            Some(id) => Ok(Created { id, metadata }),
            None => Err(error::nameless(what)),
        }
    }

    /// `DELETE files/{file}`. What the service says it doesn't have is deleted.
    pub(super) async fn delete(&self, id: &str, what: &str) -> Result<()> {
        let answer = self.ask_for(Request::new(Method::DELETE), &self.at(id, ""), what).await?;
        answer.map_or(Ok(()), |answer| answer.no_page().map(drop))
    }

    /// `POST files/{file}:generateDownloadUrl`: good for an hour, as no other time is asked for.
    pub(super) async fn download_link(&self, id: &str, what: &str) -> Result<Link> {
        let request = Request::new(Method::POST).json(&DownloadLinkRequest {}, what)?;
        let path = self.at(id, ":generateDownloadUrl");
        let answer = self.http.api(accepting_json(request), &path, what).await?;
        if !answer.status().is_success() {
            return Err(error::api(answer.refusal().await, what));
        }
        let link: DownloadLink = json(answer, what).await?;
        Link::parse(&link.download_uri, self.http.base())
    }

    /// The path of `GET files/{file}:download`, below the base.
    pub(super) fn content_path(&self, id: &str) -> String {
        self.at(id, ":download")
    }

    /// The verb's colon stays as it is; in the id it would be encoded.
    fn at(&self, id: &str, verb: &str) -> String {
        format!("{}/{}{verb}", self.files, encoded(id))
    }

    /// The answer to a request for one file; `None` when the service says that there is none.
    async fn ask_for(&self, request: Request, path: &str, what: &str) -> Result<Option<Answer>> {
        let answer = self.http.api(accepting_json(request), path, what).await?;
        if answer.status().is_success() {
            return Ok(Some(answer));
        }
        let refusal = answer.refusal().await;
        match refusal.status {
            StatusCode::NOT_FOUND if error::is_no_such_file(&refusal) => Ok(None),
            StatusCode::NOT_FOUND => Err(nonsense(
                what,
                "a 404 came that isn't the service's word on the file; is base_url right?",
            )),
            _ => Err(error::api(refusal, what)),
        }
    }
}

/// `GET me/organizations`: one page of what the token sees. `token`: where the page before it ended.
pub(super) async fn organizations(http: &Http, token: Option<&str>, what: &str) -> Result<Organizations> {
    let mut path = "api/v1/me/organizations?page_size=1000".to_owned();
    if let Some(token) = token {
        path.push_str(&format!("&page_token={}", encoded(token)));
    }
    let answer = http.api(accepting_json(Request::new(Method::GET)), &path, what).await?;
    if answer.status() != StatusCode::OK {
        return Err(error::api(answer.refusal().await, what));
    }
    json(answer, what).await
}

async fn json<T: DeserializeOwned>(answer: Answer, what: &str) -> Result<T> {
    match answer.status() {
        StatusCode::NO_CONTENT => Err(nonsense(what, "the service sent nothing")),
        _ => answer.json().await,
    }
}

fn accepting_json(request: Request) -> Request {
    request.header(ACCEPT, HeaderValue::from_static("application/json"))
}
