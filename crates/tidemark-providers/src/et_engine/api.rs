//! The Filesystems API, one function an endpoint: <https://docs.exploretech.ai/et-engine-http/api/filesystems.html>.
//! Paths are whole, from the filesystem's root.

use std::ops::Range;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_RANGE, HeaderValue};
use serde::Serialize;
use tidemark_core::path::RelPath;

use crate::error::Result;
use crate::et_engine::error::{Asked, denied};
use crate::et_engine::wire::{Begin, Begun, Complete, Create, Filesystem, Init, Names, RawNames, Share};
use crate::http::address::{encoded, encoded_path};
use crate::http::answer::{Answer, is_markup};
use crate::http::fault::{nonsense, page};
use crate::http::{Http, Request};

/// Longest answer that is read where none is needed.
const SHORT_ANSWER: usize = 64 << 10;

/// One filesystem.
pub(super) struct Api {
    pub(super) http: Http,
    /// `filesystems/…`
    filesystem: String,
}

/// `GET /filesystems`: those that the account owns and those shared with it.
pub(super) async fn filesystems(http: &Http, what: &str) -> Result<Vec<Filesystem>> {
    let answer = http.api(Request::new(Method::GET), "filesystems", what).await?;
    if !answer.status().is_success() {
        return Err(denied(answer.refusal().await, what).into_error());
    }
    answer.json().await
}

/// `POST /filesystems`: makes one. `Exists` when the account has one of that name.
pub(super) async fn create_filesystem(http: &Http, name: &str, what: &str) -> Asked<Filesystem> {
    let request = post(&Create { filesystem_name: name }, what)?;
    let answer = http.api(request, "filesystems", what).await?;
    match answer.status().is_success() {
        true => Ok(answer.json().await?),
        false => Err(denied(answer.refusal().await, what)),
    }
}

impl Api {
    pub(super) fn new(http: Http, filesystem: &str) -> Self {
        Self { http, filesystem: format!("filesystems/{}", encoded(filesystem)) }
    }

    /// `POST …/share`: gives a user access. `Exists` when they have it. The page shows no body; this is what an earlier
    /// server of the vendor's took, whose source is public.
    pub(super) async fn share(&self, user: &str, what: &str) -> Asked<()> {
        self.done(post(&Share { grantee: user }, what)?, "share", what).await
    }

    /// `GET …/list/<directory>`; of the root `list/`, as the vendor's own client asks for it. What isn't a directory, or
    /// isn't there, is answered like an empty one.
    pub(super) async fn list(&self, directory: &RelPath, what: &str) -> Asked<Names> {
        let answer = self.ask(Request::new(Method::GET), &at("list", directory), what).await?;
        Ok(Names::from(answer.json::<RawNames>().await?))
    }

    /// `POST …/mkdir/<directory>`. `Exists` when anything of that name is there.
    pub(super) async fn make_directory(&self, directory: &RelPath, what: &str) -> Asked<()> {
        let request = Request::new(Method::POST).body("");
        self.done(request, &at("mkdir", directory), what).await
    }

    /// `GET …/files/<path>?init=true`: bytes of what is there, which may be a directory.
    pub(super) async fn size(&self, path: &RelPath, what: &str) -> Asked<u64> {
        let rest = format!("{}?init=true", at("files", path));
        let answer = self.ask(Request::new(Method::GET), &rest, what).await?;
        Ok(answer.json::<Init>().await?.size)
    }

    /// `GET …/files/<path>` with a range, whose end is exclusive. The answer has fewer bytes where the file is shorter.
    pub(super) async fn part(&self, path: &RelPath, part: &Range<u64>, what: &str) -> Asked<Answer> {
        let range = header(&format!("{}-{}", part.start, part.end), what)?;
        let request = Request::new(Method::GET).header(CONTENT_RANGE, range);
        self.ask(request, &at("files", path), what).await
    }

    /// `POST …/files/<path>` with a size: begins an upload and gives its id.
    pub(super) async fn begin(&self, path: &RelPath, size: u64, what: &str) -> Asked<String> {
        let answer = self.ask(post(&Begin { size }, what)?, &at("files", path), what).await?;
        let id = answer.json::<Begun>().await?.upload_id;
        let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_plain && (1..=200).contains(&id.len()) {
            return Ok(id);
        }
        Err(nonsense(what, "the service gave something for an upload's id that can't be one").into())
    }

    /// `PUT …/files/<path>`: a part of an upload, at its offset.
    pub(super) async fn put_part(
        &self,
        path: &RelPath,
        id: &str,
        start: u64,
        bytes: Bytes,
        what: &str,
    ) -> Asked<()> {
        let range = header(&format!("[{id}]:{start}-{}", start + bytes.len() as u64), what)?;
        let request = Request::new(Method::PUT).header(CONTENT_RANGE, range).body(bytes);
        self.done(request, &at("files", path), what).await
    }

    /// `POST …/files/<path>` with an upload's id: puts what was uploaded in the place of what is there.
    pub(super) async fn complete(&self, path: &RelPath, id: &str, what: &str) -> Asked<()> {
        let body = Complete { complete: true, upload_id: id };
        self.done(post(&body, what)?, &at("files", path), what).await
    }

    /// `DELETE …/files/<path>`: a file, or a directory with all that is in it. For whoever has just looked what it is.
    pub(super) async fn delete(&self, path: &RelPath, what: &str) -> Asked<()> {
        self.done(Request::new(Method::DELETE), &at("files", path), what).await
    }

    async fn done(&self, request: Request, rest: &str, what: &str) -> Asked<()> {
        let answer = self.ask(request, rest, what).await?.bytes(SHORT_ANSWER).await?;
        if is_markup(&answer) {
            return Err(page(what).into());
        }
        Ok(())
    }

    async fn ask(&self, request: Request, rest: &str, what: &str) -> Asked<Answer> {
        let answer = self.http.api(request, &format!("{}/{rest}", self.filesystem), what).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(denied(answer.refusal().await, what)) }
    }
}

fn at(endpoint: &str, path: &RelPath) -> String {
    format!("{endpoint}/{}", encoded_path(path.as_str()))
}

fn header(text: &str, what: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|error| nonsense(what, "a range can't be written down").because(error))
}

fn post(body: &impl Serialize, what: &str) -> Result<Request> {
    Request::new(Method::POST).json(body, what)
}
