//! The one HTTP stack: the only place that builds clients, and the rules that hold for every service.
//!
//! Two kinds of clients: one for the API, which sends the credential with every request, and one for signed links, which
//! never has it. Neither follows redirects: an adapter sees them, and no secret travels where it wasn't sent.

pub mod address;
pub mod answer;
pub mod at_most;
pub mod blocks;
mod body;
pub mod content_md5;
pub mod credential;
pub mod download;
pub mod fault;
pub mod multipart;
pub mod outgoing;
pub mod shown;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::error::{ErrorKind, ProviderError, Result};
use address::{BaseUrl, Link};
use answer::Answer;
use body::{Body, Movement};
pub use credential::Credential;
use credential::Renewing;

/// For how long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// For how long nothing may move, in either direction. There is no limit for a whole transfer.
const IDLE: Duration = Duration::from_secs(30);
/// Connections that are kept open, a host.
const POOL: usize = 128;
/// Contents to send that are in memory at once, in MiB.
const MEMORY_MIB: u32 = 128;

/// One account's way to its service.
pub struct Http {
    base: BaseUrl,
    credential: Credential,
    api: OnceLock<Client>,
    links: OnceLock<Client>,
    plain_links: OnceLock<Client>,
    sent: AtomicU64,
    memory: Arc<Semaphore>,
}

/// A request without its address.
pub struct Request {
    method: Method,
    headers: HeaderMap,
    body: Option<Body>,
    patience: Duration,
    credential: Option<Credential>,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method) -> Self {
        Self { method, headers: HeaderMap::new(), body: None, patience: IDLE, credential: None }
    }

    /// With a credential of its own in place of the account's; for [`Http::api`] alone.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(Body::Bytes(body.into()));
        self
    }

    /// With a body in JSON. `what` begins the sentence of an error.
    pub fn json(self, body: &impl Serialize, what: &str) -> Result<Self> {
        let body = serde_json::to_vec(body)
            .map_err(|error| fault::nonsense(what, "the request can't be written down").because(error))?;
        Ok(self.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body))
    }

    /// With a body of `length` bytes that is read as it is sent. An error in it breaks the request off.
    pub fn streamed(mut self, length: u64, pieces: BoxStream<'static, Result<Bytes>>) -> Self {
        self.body = Some(Body::Streamed { length, pieces });
        self
    }

    /// With more time for the service to answer, once it has the whole body: for what can't be asked again.
    pub fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// With a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same once more; `None` when its body can be read only once.
    fn again(&self) -> Option<Self> {
        let body = match &self.body {
            None => None,
            Some(Body::Bytes(bytes)) => Some(Body::Bytes(bytes.clone())),
            Some(Body::Streamed { .. }) => return None,
        };
        let (method, headers) = (self.method.clone(), self.headers.clone());
        Some(Self { method, headers, body, patience: self.patience, credential: self.credential.clone() })
    }
}

impl Http {
    /// Prepares; clients are built with the first request.
    pub fn new(base: BaseUrl, credential: Credential) -> Self {
        Self {
            base,
            credential,
            api: OnceLock::new(),
            links: OnceLock::new(),
            plain_links: OnceLock::new(),
            sent: AtomicU64::new(0),
            memory: Arc::new(Semaphore::new(MEMORY_MIB as usize)),
        }
    }

    /// Where the API is.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Asks the API, with the credential, for `path` below the base (encoded, with its query). Any status is an answer,
    /// but for a 401 to a credential that renews itself: that is asked once more with a fresh one, and then an error.
    /// `what` begins every error's sentence.
    pub async fn api(&self, request: Request, path: &str, what: &str) -> Result<Answer> {
        let address = Url::parse(&self.base.at(path)).map_err(|_| {
            ProviderError::permanent(ErrorKind::Protocol, format!("{what}: that has no address there"))
        })?;
        let client = self.client(&self.api, !self.base.is_plain())?;
        match &request.credential.clone().unwrap_or_else(|| self.credential.clone()) {
            Credential::None => self.send(client, request, address, what).await,
            Credential::Fixed { name, value } => {
                self.send(client, request.header(name.clone(), value.clone()), address, what).await
            }
            Credential::Renewing(tokens) => {
                self.send_renewing(client, request, address, what, tokens.as_ref()).await
            }
        }
    }

    async fn send_renewing(
        &self,
        client: &Client,
        request: Request,
        address: Url,
        what: &str,
        tokens: &dyn Renewing,
    ) -> Result<Answer> {
        let value = tokens.current(what).await?;
        let again = request.again();
        let request = request.header(AUTHORIZATION, value.clone());
        let answer = self.send(client, request, address.clone(), what).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let value = tokens.instead_of(&value, what).await?;
        let Some(request) = again else {
            return Err(ProviderError::passing(
                ErrorKind::Unavailable,
                format!("{what}: the access token ended on the way; there is a fresh one now"),
            ));
        };
        let answer = self.send(client, request.header(AUTHORIZATION, value), address, what).await?;
        match answer.status() {
            StatusCode::UNAUTHORIZED => Err(tokens.refused_fresh(what)),
            _ => Ok(answer),
        }
    }

    /// Follows a signed link, without the credential. Any status is an answer.
    pub async fn link(&self, request: Request, link: &Link, what: &str) -> Result<Answer> {
        let address = link.url().clone();
        let client = match address.scheme() {
            "http" => self.client(&self.plain_links, false)?,
            _ => self.client(&self.links, true)?,
        };
        self.send(client, request, address, what).await
    }

    /// Waits until `bytes` of content may be held in memory; they may be for as long as the permit lives.
    pub async fn memory(&self, bytes: u64) -> OwnedSemaphorePermit {
        match Arc::clone(&self.memory).acquire_many_owned(mebibytes(bytes)).await {
            Ok(permit) => permit,
            Err(_) => unreachable!("the semaphore is never closed"),
        }
    }

    /// The same without waiting.
    pub fn memory_now(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.memory).try_acquire_many_owned(mebibytes(bytes)).ok()
    }

    async fn send(&self, client: &Client, request: Request, address: Url, what: &str) -> Result<Answer> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let movement = Movement::default();
        let mut builder = client.request(request.method, address).headers(request.headers);
        let length = request.body.as_ref().map_or(0, Body::length);
        if let Some(body) = request.body {
            builder = builder.header(CONTENT_LENGTH, length).body(body.watched(&movement));
        }
        let sending = builder.send();
        tokio::pin!(sending);
        loop {
            let before = movement.bytes();
            let wait = body::wait(before, length, IDLE, request.patience);
            match tokio::time::timeout(wait, &mut sending).await {
                Ok(Ok(response)) => return Ok(Answer::new(response, what, IDLE)),
                Ok(Err(error)) => return Err(fault::transport(error, what)),
                Err(_) if movement.bytes() == before => return Err(fault::stalled(what, wait)),
                Err(_) => {}
            }
        }
    }

    fn client<'a>(&self, slot: &'a OnceLock<Client>, encrypted: bool) -> Result<&'a Client> {
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let built = build(&self.base, encrypted)?;
        Ok(slot.get_or_init(|| built))
    }
}

fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(MEMORY_MIB).clamp(1, MEMORY_MIB)
}

#[expect(clippy::disallowed_methods, reason = "the one place")]
fn build(base: &BaseUrl, encrypted: bool) -> Result<Client> {
    // It fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("tidemark/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(POOL)
        .tcp_nodelay(true);
    if base.is_loopback() {
        builder = builder.no_proxy();
    }
    if !encrypted {
        // The system's certificates take their time to load.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        ProviderError::permanent(
            ErrorKind::LocalIo,
            "preparing connections: the system's certificates can't be read",
        )
        .because(error.without_url())
    })
}
