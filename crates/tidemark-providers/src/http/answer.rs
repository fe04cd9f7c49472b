//! An answer: its head, and its body read within bounds.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Response, StatusCode, Version};
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::http::fault::{self, Refusal};

/// Largest JSON document that is read.
const JSON_BYTES: usize = 64 << 20;
/// How long a document may take, however slowly it trickles.
const DOCUMENT: Duration = Duration::from_secs(120);
/// How much of a refusal's body is read, and for how long.
const REFUSAL_BYTES: usize = 64 << 10;
const REFUSAL: Duration = Duration::from_secs(20);

/// True for a body that begins as HTML or XML does.
pub fn is_markup(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Answer {
    response: Response,
    what: String,
    idle: Duration,
}

impl Answer {
    pub(super) fn new(response: Response, what: &str, idle: Duration) -> Self {
        Self { response, what: what.to_owned(), idle }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// A header's text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Bytes of the body as announced.
    pub fn length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH)?.trim().parse().ok()
    }

    /// True when a body that breaks off can be told from one that is complete.
    pub fn shows_its_end(&self) -> bool {
        let is_chunked = self
            .header(TRANSFER_ENCODING)
            .is_some_and(|coding| coding.trim_end().to_ascii_lowercase().ends_with("chunked"));
        is_chunked || self.length().is_some() || self.response.version() >= Version::HTTP_2
    }

    /// When it was sent, by the service's clock.
    pub fn date(&self) -> Option<Timestamp> {
        fault::http_date(self.header(DATE)?)
    }

    /// True for HTML.
    pub fn is_page(&self) -> bool {
        self.header(CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.trim_start().to_ascii_lowercase();
            kind.starts_with("text/html") || kind.starts_with("application/xhtml")
        })
    }

    /// The answer, if it isn't a web page: a success that is one comes from a network, and says nothing of the service.
    pub fn no_page(self) -> Result<Self> {
        match self.is_page() && self.status() != StatusCode::NO_CONTENT {
            true => Err(fault::page(&self.what)),
            false => Ok(self),
        }
    }

    /// The next piece of the body; `None` at its announced end. A body that ends earlier is a `Network` error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        match tokio::time::timeout(self.idle, self.response.chunk()).await {
            Err(_) => Err(fault::stalled(&self.what, self.idle)),
            Ok(Err(error)) => Err(fault::transport(error, &self.what)),
            Ok(Ok(chunk)) => Ok(chunk),
        }
    }

    /// The whole body, a document; `Protocol` when it has more than `most` bytes.
    pub async fn bytes(mut self, most: usize) -> Result<Bytes> {
        let what = self.what.clone();
        let mut body = Vec::new();
        let whole = async {
            while let Some(chunk) = self.chunk().await? {
                if body.len() + chunk.len() > most {
                    return Err(fault::nonsense(&what, format!("the service sent more than {most} bytes")));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(())
        };
        match tokio::time::timeout(DOCUMENT, whole).await {
            Ok(read) => read.map(|()| body.into()),
            Err(_) => Err(fault::endless(&what, DOCUMENT)),
        }
    }

    /// The body as JSON of at most 64 MiB, whatever its type is called. `Protocol` when it isn't what it should be.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let (what, is_page) = (self.what.clone(), self.is_page());
        let body = self.bytes(JSON_BYTES).await?;
        serde_json::from_slice(&body).map_err(|error| {
            if is_page || is_markup(&body) {
                return fault::page(&what);
            }
            fault::nonsense(&what, "the answer isn't what it should be").because(error)
        })
    }

    /// What a refusal says. A body that breaks off is cut there.
    #[expect(clippy::disallowed_methods, reason = "for a service that doesn't tell its time")]
    pub async fn refusal(mut self) -> Refusal {
        let now = self.date().unwrap_or_else(Timestamp::now);
        let wait = fault::wait(self.headers(), now);
        let (status, is_page) = (self.status(), self.is_page());
        let mut body = Vec::new();
        let start = async {
            while let Ok(Some(chunk)) = self.chunk().await {
                let room = REFUSAL_BYTES - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() >= room {
                    break;
                }
            }
        };
        // Cut at its time as at its size: the status says enough.
        let _ = tokio::time::timeout(REFUSAL, start).await;
        Refusal { status, wait, body, is_page }
    }

    fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }
}
