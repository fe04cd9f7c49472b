//! The API, one function an endpoint: <https://docs.wise.is/cored/files-v2>, `/files-v3`, `/folders`, `/projects`.
//! Every path ends in a slash; without it the service redirects.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tidemark_core::node::Revision;

use crate::coredata::digest::Md5Hex;
use crate::coredata::error::{self, Absence, Asked};
use crate::coredata::id::ItemId;
use crate::coredata::paging::PAGE;
use crate::coredata::wire::{File, Page, Ticket, Titled};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::{Link, encoded};
use crate::http::answer::Answer;
use crate::http::credential::Credential;
use crate::http::fault::{nonsense, page};
use crate::http::{Http, Request};

/// For how long the answer to a content is waited for: the service may have to bring it to its storage first.
pub(super) const STORING: Duration = Duration::from_secs(5 * 60);

/// The API of one account.
pub(super) struct Api {
    /// With the credential of v2.
    pub(super) http: Http,
    /// That of v3, which wants the key without the user.
    pub(super) v3: Credential,
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListOf<'a> {
    /// Folders in a folder.
    Folders { parent: &'a ItemId },
    /// Files in a folder; of that title alone, where one is given.
    Files { parent: &'a ItemId, title: Option<&'a str> },
    /// All files of a project, whatever folder they are in.
    ProjectFiles { project: &'a ItemId },
}

/// What the service says of a content that it has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) digest: Option<Md5Hex>,
    pub(super) revision: Option<Revision>,
}

/// Why a new content wasn't taken.
#[derive(Debug)]
pub(super) enum NotStored {
    /// The service refused it: perhaps because the snapshot isn't the newest any more; which status it says that with
    /// isn't known.
    Refused(ProviderError),
    /// It didn't get that far.
    Failed(ProviderError),
}

/// A content to put in place of another.
pub(super) enum NewContent<'a> {
    /// In the request.
    Body { size: u64, pieces: BoxStream<'static, Result<Bytes>> },
    /// Uploaded already.
    Blob { name: &'a str, md5: Md5Hex },
}

impl From<ProviderError> for NotStored {
    fn from(error: ProviderError) -> Self {
        Self::Failed(error)
    }
}

impl Api {
    /// `GET projects/{id}/`
    pub(super) async fn project(&self, id: &ItemId, what: &str) -> Asked<Titled> {
        self.get(&format!("api/v2/projects/{id}/"), what).await
    }

    /// `GET folders/{id}/`, the address that lists give as `resource_uri`.
    pub(super) async fn folder(&self, id: &ItemId, what: &str) -> Asked<Titled> {
        self.get(&format!("api/v2/folders/{id}/"), what).await
    }

    /// `GET files/{id}/`
    pub(super) async fn file(&self, id: &ItemId, what: &str) -> Asked<File> {
        let file: File = self.get(&format!("api/v2/files/{id}/"), what).await?;
        match file.id == *id {
            true => Ok(file),
            false => Err(Absence::Other(nonsense(what, "the service gave another file than was asked for"))),
        }
    }

    /// A page of a list.
    pub(super) async fn list(&self, of: ListOf<'_>, offset: u64, what: &str) -> Asked<Page> {
        let page = format!("limit={PAGE}&offset={offset}");
        let path = match of {
            ListOf::Folders { parent } => format!("api/v2/folders/?parent={parent}&{page}"),
            ListOf::Files { parent, title: None } => format!("api/v2/files/?parent={parent}&{page}"),
            ListOf::Files { parent, title: Some(title) } => {
                format!("api/v2/files/?parent={parent}&title={}&{page}", encoded(title))
            }
            ListOf::ProjectFiles { project } => format!("api/v2/projects/{project}/files/?{page}"),
        };
        self.get(&path, what).await
    }

    /// `GET files/`, one of them: whether user and key are good.
    pub(super) async fn any_file(&self, what: &str) -> Result<()> {
        let page: Page =
            self.get("api/v2/files/?limit=1&offset=0", what).await.map_err(Absence::into_error)?;
        drop(page);
        Ok(())
    }

    /// `GET files/{id}/content/`: the signed link that it points to.
    pub(super) async fn content_link(&self, id: &ItemId, what: &str) -> Asked<Link> {
        let request = Request::new(Method::GET);
        let answer =
            self.ask(request, &format!("api/v2/files/{id}/content/"), what).await.map_err(Absence::Other)?;
        if !answer.status().is_redirection() {
            let status = answer.status();
            if status.is_success() {
                let why = "the service sent no link to the content";
                return Err(Absence::Other(nonsense(what, why)));
            }
            return Err(error::item(answer.refusal().await, what));
        }
        let Some(location) = answer.header(LOCATION) else {
            return Err(Absence::Other(nonsense(what, "the service gave no link to the content")));
        };
        Link::parse(location, self.http.base()).map_err(Absence::Other)
    }

    /// `POST files/`. The new file's id.
    pub(super) async fn create_file(&self, form: Request, what: &str) -> Result<ItemId> {
        let answer = self.ask(form.patient(STORING), "api/v2/files/", what).await?;
        if !answer.status().is_success() {
            return Err(error::api(answer.refusal().await, what));
        }
        let id = answer.header(LOCATION).and_then(id_in);
        id.ok_or_else(|| nonsense(what, "the service didn't say what it made of it"))
    }

    /// `PUT files/{id}/`: name, place and all that describes a file, as a whole.
    pub(super) async fn describe_file(&self, id: &ItemId, description: &Value, what: &str) -> Result<()> {
        let request = json(Request::new(Method::PUT), description);
        let answer = self.ask(request, &format!("api/v2/files/{id}/"), what).await?;
        done(answer, what).await.map_err(Absence::into_error)
    }

    /// `PUT files/{id}/content/`, on the snapshot given and no other.
    pub(super) async fn replace_content(
        &self,
        id: &ItemId,
        snapshot: &str,
        content: NewContent<'_>,
        what: &str,
    ) -> std::result::Result<Stored, NotStored> {
        let mut path = format!("api/v2/files/{id}/content/?snapshot_id={}", encoded(snapshot));
        let request = Request::new(Method::PUT);
        let request = match content {
            NewContent::Body { size, pieces } => {
                let octets = HeaderValue::from_static("application/octet-stream");
                request.header(CONTENT_TYPE, octets).streamed(size, pieces).patient(STORING)
            }
            NewContent::Blob { name, md5 } => {
                path.push_str(&format!("&blob_name={}&digest={md5}", encoded(name)));
                request.body("").patient(STORING)
            }
        };
        let answer = self.ask(request, &path, what).await.map_err(NotStored::Failed)?;
        match answer.status() {
            StatusCode::OK if answer.is_page() && stored(&answer).revision.is_none() => {
                Err(NotStored::Failed(page(what)))
            }
            status if status.is_success() => Ok(stored(&answer)),
            status => {
                let error = error::api(answer.refusal().await, what);
                let passing = matches!(status.as_u16(), 401 | 408 | 425 | 429);
                // A service that is built with Tastypie says 500 where its own code raises what nobody catches.
                let raised = status == StatusCode::INTERNAL_SERVER_ERROR;
                match status.is_client_error() && !passing || raised {
                    true => Err(NotStored::Refused(error)),
                    false => Err(NotStored::Failed(error)),
                }
            }
        }
    }

    /// `DELETE files/{id}/`
    pub(super) async fn delete_file(&self, id: &ItemId, what: &str) -> Asked<()> {
        let request = Request::new(Method::DELETE);
        let answer = self.ask(request, &format!("api/v2/files/{id}/"), what).await.map_err(Absence::Other)?;
        done(answer, what).await
    }

    /// `POST folders/`, which no page of the vendor's shows. The new folder's id, where the answer has it.
    pub(super) async fn create_folder(
        &self,
        title: &str,
        parent: &ItemId,
        what: &str,
    ) -> Asked<Option<ItemId>> {
        let folder = serde_json::json!({ "title": title, "parent": parent.as_str() });
        let request = json(Request::new(Method::POST), &folder);
        let answer = self.ask(request, "api/v2/folders/", what).await.map_err(Absence::Other)?;
        if !answer.status().is_success() {
            return Err(error::item(answer.refusal().await, what));
        }
        Ok(answer.header(LOCATION).and_then(id_in))
    }

    /// `DELETE folders/{id}/`, which no page of the vendor's shows.
    pub(super) async fn delete_folder(&self, id: &ItemId, what: &str) -> Asked<()> {
        let request = Request::new(Method::DELETE);
        let answer =
            self.ask(request, &format!("api/v2/folders/{id}/"), what).await.map_err(Absence::Other)?;
        done(answer, what).await
    }

    /// `POST /api/v3/blob/presigned-upload-url/`: a name and a signed link for a content; `None` when the service refuses
    /// v3 to us, or doesn't have it.
    pub(super) async fn begin_blob(
        &self,
        media_type: &str,
        size: u64,
        what: &str,
    ) -> Result<Option<(String, Link)>> {
        let path = format!(
            "api/v3/blob/presigned-upload-url/?content_type={}&content_length={size}",
            encoded(media_type)
        );
        let request = Request::new(Method::POST).body("").credential(self.v3.clone());
        let answer = self.ask(request, &path, what).await?;
        match answer.status() {
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED => return Ok(None),
            status if status.is_success() => {}
            _ => return Err(error::api(answer.refusal().await, what)),
        }
        let ticket: Ticket = answer.json().await?;
        if ticket.blob_name.is_empty() || ticket.blob_name.len() > 200 {
            return Err(nonsense(what, "the service gave a content no name"));
        }
        Ok(Some((ticket.blob_name, Link::parse(&ticket.presigned_url, self.http.base())?)))
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str, what: &str) -> Asked<T> {
        let answer = self.ask(Request::new(Method::GET), path, what).await.map_err(Absence::Other)?;
        if answer.status() != StatusCode::OK {
            return Err(error::item(answer.refusal().await, what));
        }
        answer.json().await.map_err(Absence::Other)
    }

    async fn ask(&self, request: Request, path: &str, what: &str) -> Result<Answer> {
        let request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        self.http.api(request, path, what).await
    }
}

fn stored(answer: &Answer) -> Stored {
    let revision = answer.header("x-coredata-fields-snapshot-id").map(str::trim);
    Stored {
        digest: answer.header("x-coredata-fields-filedigest").and_then(Md5Hex::parse),
        revision: revision.filter(|text| !text.is_empty()).map(|text| Revision(text.into())),
    }
}

async fn done(answer: Answer, what: &str) -> Asked<()> {
    match answer.status() {
        StatusCode::OK if answer.is_page() => Err(Absence::Other(page(what))),
        status if status.is_success() => Ok(()),
        _ => Err(error::item(answer.refusal().await, what)),
    }
}

fn json(request: Request, body: &Value) -> Request {
    request.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body.to_string())
}

/// The id at the end of `/api/v2/files/{id}/`.
fn id_in(location: &str) -> Option<ItemId> {
    let path = location.split(['?', '#']).next()?;
    ItemId::parse(path.trim_end_matches('/').rsplit('/').next()?)
}

/// An error of kind `Refused` with that sentence.
pub(super) fn refused(why: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Refused, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_ends_in_an_id() {
        let id = "cb2cca52-7422-11ee-91ce-dff1c719d262";
        for good in
            [format!("/api/v2/files/{id}/"), format!("https://x/api/v2/files/{id}"), format!("/{id}/?a=b")]
        {
            assert_eq!(id_in(&good).unwrap().as_str(), id);
        }
        for bad in ["", "/api/v2/files/", "/login/?next=/api/v2/files/cb2cca52-7422-11ee-91ce-dff1c719d262/"]
        {
            assert_eq!(id_in(bad), None, "{bad}");
        }
    }
}
