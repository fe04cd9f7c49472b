//! The endpoints, one function each: <https://docs.calyptia.com/docs/calyptia-cloud-api>, "Core Instance Files", and
//! the published specification of the cloud API, `core_instances/{id}/files` and `core_instance_files/{id}`.

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::calyptia::error::{self, Sent};
use crate::calyptia::wire::{Change, Created, Creation, Deleted, Page, Updated};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::encoded;
use crate::http::answer::Answer;
use crate::http::fault::{Refusal, nonsense};
use crate::http::{Http, Request};

/// Largest page that is read; all files of an instance come to 1 MiB where it is put to use.
const PAGE_BYTES: usize = 64 << 20;

/// The files of one core instance.
pub(super) struct Api {
    pub(super) http: Http,
    /// `v1/core_instances/…/files`
    files: String,
}

/// What came of asking for a page.
pub(super) enum Asked {
    /// The page.
    Page(Page),
    /// So many at once are too many: for the service, or for us.
    TooMany(ProviderError),
}

/// Why a request for one file failed.
pub(super) enum Refused {
    /// The service says that it isn't there: to be seen in a listing before it is believed.
    Absent(ProviderError),
    /// Anything else.
    Other(ProviderError),
}

impl From<ProviderError> for Refused {
    fn from(error: ProviderError) -> Self {
        Self::Other(error)
    }
}

impl Api {
    pub(super) fn new(http: Http, core_instance: &str) -> Self {
        Self { http, files: format!("v1/core_instances/{}/files", encoded(core_instance)) }
    }

    /// `GET …/files?last=…&before=…`: the newest, or those before a cursor, contents included.
    pub(super) async fn list(&self, last: u32, before: Option<&str>, what: &str) -> Result<Asked> {
        let mut path = format!("{}?last={last}", self.files);
        if let Some(cursor) = before {
            path.push_str(&format!("&before={}", encoded(cursor)));
        }
        let answer = self.ask(Request::new(Method::GET), &path, what).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY if before.is_some() => {
                let error = error::api(answer.refusal().await, what);
                return Err(nonsense(what, "the service doesn't take its own cursor").because(error));
            }
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                return Ok(Asked::TooMany(error::listing(answer.refusal().await, what)));
            }
            _ => return Err(error::listing(answer.refusal().await, what)),
        }
        match answer.no_page()?.bytes(PAGE_BYTES).await {
            Ok(body) => serde_json::from_slice(&body)
                .map(Asked::Page)
                .map_err(|error| nonsense(what, "the answer isn't what it should be").because(error)),
            Err(error) if error.kind == ErrorKind::Protocol => Ok(Asked::TooMany(error)),
            Err(error) => Err(error),
        }
    }

    /// `POST …/files`.
    pub(super) async fn create(&self, new: &Creation<'_>, what: &str) -> Result<Created> {
        let answer = self.ask(Request::new(Method::POST).json(new, what)?, &self.files, what).await?;
        if answer.status().is_success() {
            return answer.json().await;
        }
        let sent = Sent { name: true, empty: new.contents.is_empty() };
        Err(error::write(answer.refusal().await, what, sent))
    }

    /// `PATCH v1/core_instance_files/{id}`.
    pub(super) async fn update(
        &self,
        id: &str,
        change: &Change<'_>,
        what: &str,
    ) -> std::result::Result<Updated, Refused> {
        let answer = self.ask(Request::new(Method::PATCH).json(change, what)?, &file(id), what).await?;
        let sent = Sent {
            name: change.name.is_some(),
            empty: change.contents.as_ref().is_some_and(String::is_empty),
        };
        read(answer, |refusal| error::write(refusal, what, sent)).await
    }

    /// `DELETE v1/core_instance_files/{id}`.
    pub(super) async fn delete(&self, id: &str, what: &str) -> std::result::Result<Deleted, Refused> {
        let answer = self.ask(Request::new(Method::DELETE), &file(id), what).await?;
        read(answer, |refusal| error::api(refusal, what)).await
    }

    async fn ask(&self, request: Request, path: &str, what: &str) -> Result<Answer> {
        let request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        self.http.api(request, path, what).await
    }
}

fn file(id: &str) -> String {
    format!("v1/core_instance_files/{}", encoded(id))
}

async fn read<T: DeserializeOwned>(
    answer: Answer,
    refused: impl FnOnce(Refusal) -> ProviderError,
) -> std::result::Result<T, Refused> {
    if answer.status().is_success() {
        return Ok(answer.json().await?);
    }
    let is_absence = matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::GONE) && !answer.is_page();
    let error = refused(answer.refusal().await);
    Err(if is_absence { Refused::Absent(error) } else { Refused::Other(error) })
}
