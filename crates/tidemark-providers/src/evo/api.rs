//! The File API, one function an endpoint: <https://developer.seequent.com>, "File API".

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};

use crate::error::{ErrorKind, Result};
use crate::evo::error::{self, Absence, Asked};
use crate::evo::wire::{File, Page, UploadTicket};
use crate::http::address::{encoded, encoded_path};
use crate::http::answer::Answer;
use crate::http::fault::nonsense;
use crate::http::{Http, Request};

/// The files of one workspace.
pub(super) struct Api {
    pub(super) http: Http,
    /// `file/v2/orgs/…/workspaces/…/files`
    files: String,
}

/// One file, as a request names it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    /// By its id.
    Id(&'a str),
    /// By its whole path in the workspace.
    Path(&'a str),
}

/// What came of asking for a link of an upload that was begun before.
#[derive(Debug)]
pub(super) enum Resumed {
    /// It can go on.
    Ticket(UploadTicket),
    /// That version is complete.
    Complete,
}

/// What came of a restoration.
#[derive(Debug)]
pub(super) enum Restored {
    /// It is where it was.
    InPlace,
    /// It is elsewhere, as the service says; without a readable answer it has to be asked for.
    Elsewhere(Option<Box<File>>),
}

impl Api {
    pub(super) fn new(http: Http, organisation: &str, workspace: &str) -> Self {
        let files = format!("file/v2/orgs/{}/workspaces/{}/files", encoded(organisation), encoded(workspace));
        Self { http, files }
    }

    /// `GET files`. `query` is encoded.
    pub(super) async fn list(&self, query: &str, what: &str) -> Result<(Page, Option<jiff::Timestamp>)> {
        let answer = self.ask(Method::GET, &format!("?{query}"), what).await?;
        if answer.status() != StatusCode::OK {
            return Err(error::api(answer.refusal().await, what));
        }
        let date = answer.date();
        Ok((answer.json().await?, date))
    }

    /// `GET files/{file_id}` or `GET files/path/{file_path}`: the newest version, with a link to its content.
    pub(super) async fn get(&self, target: Target<'_>, query: &str, what: &str) -> Asked<File> {
        let answer = self.ask(Method::GET, &at(target, query), what).await.map_err(Absence::Other)?;
        if answer.status() != StatusCode::OK {
            return Err(error::file(answer.refusal().await, what));
        }
        answer.json().await.map_err(Absence::Other)
    }

    /// The same for one version. The vendor's page calls the parameter `version` in its text, its specification
    /// `version_id`: the latter is asked first, the former when the answer shows that it wasn't understood. `more` stands
    /// behind it in the query.
    pub(super) async fn get_version(
        &self,
        target: Target<'_>,
        version: &str,
        more: &str,
        what: &str,
    ) -> Asked<File> {
        let first = self.get(target, &format!("version_id={}{more}", encoded(version)), what).await;
        match first {
            Ok(file) if file.version_id == version => return Ok(file),
            Err(Absence::Other(error)) if error.kind != ErrorKind::Refused => {
                return Err(Absence::Other(error));
            }
            Err(Absence::Gone(error)) => return Err(Absence::Gone(error)),
            Ok(_) | Err(_) => {}
        }
        let file = self.get(target, &format!("version={}{more}", encoded(version)), what).await?;
        if file.version_id == version {
            return Ok(file);
        }
        Err(Absence::Other(nonsense(what, "the service gave another version than was asked for")))
    }

    /// `PUT files/{file_id}` or `PUT files/path/{file_path}`: begins a new version.
    pub(super) async fn begin_upload(&self, target: Target<'_>, what: &str) -> Asked<UploadTicket> {
        let answer = self.ask(Method::PUT, &at(target, ""), what).await.map_err(Absence::Other)?;
        if answer.status().is_success() {
            return answer.json().await.map_err(Absence::Other);
        }
        Err(error::file(answer.refusal().await, what))
    }

    /// The same with `version_id`: a fresh link for a version that was begun.
    pub(super) async fn resume_upload(
        &self,
        target: Target<'_>,
        version: &str,
        what: &str,
    ) -> Asked<Resumed> {
        let query = format!("version_id={}", encoded(version));
        let answer = self.ask(Method::PUT, &at(target, &query), what).await.map_err(Absence::Other)?;
        if answer.status().is_success() {
            return answer.json().await.map(Resumed::Ticket).map_err(Absence::Other);
        }
        let refusal = answer.refusal().await;
        if error::is_complete_already(&refusal) {
            Ok(Resumed::Complete)
        } else {
            Err(error::file(refusal, what))
        }
    }

    /// `PUT files/{file_id}?deleted=false`: brings a deleted file back. A link for a new version, which the page's
    /// 200 brings, isn't used.
    pub(super) async fn restore(&self, id: &str, what: &str) -> Result<Restored> {
        let answer = self.ask(Method::PUT, &at(Target::Id(id), "deleted=false"), what).await?;
        match answer.status() {
            StatusCode::SEE_OTHER => Ok(Restored::Elsewhere(answer.json().await.ok())),
            status if status.is_success() => answer.no_page().map(|_| Restored::InPlace),
            _ => Err(error::file(answer.refusal().await, what).into_error()),
        }
    }

    /// `DELETE files/{file_id}` or `DELETE files/path/{file_path}`.
    pub(super) async fn delete(&self, target: Target<'_>, what: &str) -> Asked<()> {
        let answer = self.ask(Method::DELETE, &at(target, ""), what).await.map_err(Absence::Other)?;
        match answer.status().is_success() {
            true => answer.no_page().map(drop).map_err(Absence::Other),
            false => Err(error::file(answer.refusal().await, what)),
        }
    }

    async fn ask(&self, method: Method, rest: &str, what: &str) -> Result<Answer> {
        let mut request =
            Request::new(method.clone()).header(ACCEPT, HeaderValue::from_static("application/json"));
        if method == Method::PUT {
            // Not every proxy takes a PUT that doesn't say how long it is.
            request = request.body("");
        }
        self.http.api(request, &format!("{}{rest}", self.files), what).await
    }
}

fn at(target: Target<'_>, query: &str) -> String {
    let mut rest = match target {
        Target::Id(id) => format!("/{}", encoded(id)),
        Target::Path(path) => format!("/path/{}", encoded_path(path)),
    };
    if !query.is_empty() {
        rest.push('?');
        rest.push_str(query);
    }
    rest
}
