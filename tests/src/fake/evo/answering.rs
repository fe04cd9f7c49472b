//! The server: each request is routed, goes through the faults that are set, and is answered.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use jiff::Timestamp;
use uuid::{Uuid, uuid};

use super::FakeEvo;
use super::blob_api::Sent;
use super::breach::{Breach, BreachKind};
use super::effects::{After, Before};
use super::fault::{Endpoint, Faults};
use super::record::{self, Record};
use super::route::{BLOBS, Route, Target, route};
use super::sas::StorageAccount;
use super::settings::Settings;
use super::state::State;
use crate::fake::answer::Answer;
use crate::fake::content::{Content, Spill};
use crate::fake::server::{Body, Handler, HungUp, Server};

/// The organisation that there is.
pub(crate) const ORGANISATION: Uuid = uuid!("0a000000-0000-4000-8000-0000000000e0");
/// The workspace that there is.
pub(crate) const WORKSPACE: Uuid = uuid!("0b000000-0000-4000-8000-0000000000e0");

/// Everything that answers need.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) link_base: String,
    pub(crate) organisation: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) account: StorageAccount,
    pub(crate) record: Arc<Record>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) pages: Mutex<super::effects::Pages>,
    token: Mutex<Option<String>>,
    state: Mutex<State>,
    spill: Spill,
    request_ids: AtomicU64,
}

/// Starts a server with these settings.
pub(crate) fn start(settings: Settings) -> io::Result<FakeEvo> {
    let mut service = None;
    let server = Server::start(settings.listen, settings.threads, |address| {
        service.insert(Arc::new(Service::new(settings, address))).clone()
    })?;
    match service {
        Some(service) => {
            Ok(FakeEvo { base_url: format!("http://{}", server.address()), service, _server: server })
        }
        None => Err(io::Error::other("the server didn't ask for its service")),
    }
}

impl Service {
    fn new(mut settings: Settings, address: SocketAddr) -> Self {
        let link_base = settings.link_base.take().unwrap_or_else(|| format!("http://{address}"));
        let own_account = || {
            let endpoint = format!("{link_base}{}", BLOBS.trim_end_matches('/'));
            StorageAccount::new(endpoint, "evo", format!("key of seed {}", settings.seed).as_bytes())
        };
        let account = settings.blobs_at.clone().unwrap_or_else(own_account);
        let mut faults = Faults::default();
        faults.set(std::mem::take(&mut settings.faults));
        Service {
            organisation: ORGANISATION,
            workspace: WORKSPACE,
            account,
            record: Arc::new(Record::new(settings.keep_requests)),
            faults: Mutex::new(faults),
            pages: Mutex::default(),
            token: Mutex::new(Some(settings.token.clone())),
            state: Mutex::new(State::new(&settings)),
            spill: Spill::to(settings.spill.clone()),
            request_ids: AtomicU64::new(0),
            link_base,
            settings,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The token that is good; none after it was revoked.
    pub(crate) fn token(&self) -> Option<String> {
        lock(&self.token).clone()
    }

    pub(crate) fn set_token(&self, token: Option<String>) {
        *lock(&self.token) = token;
    }

    pub(crate) fn breach(&self, kind: BreachKind, request: &str, detail: &str) {
        self.record.breach(Breach { kind, request: request.to_owned(), detail: detail.to_owned() });
    }

    pub(crate) fn next_request_id(&self) -> String {
        Uuid::from_u128(u128::from(self.request_ids.fetch_add(1, Ordering::Relaxed))).to_string()
    }

    async fn answer(
        &self,
        head: &Parts,
        route: Route,
        body: Incoming,
        bytes_in: &mut u64,
    ) -> Result<Answer, HungUp> {
        let endpoint = endpoint(&route);
        let struck = self.strike(endpoint, &route);
        let Before { instead, lost, after } = self.before(struck, &route).await?;
        let content = self.receive(head, body).await?;
        *bytes_in = content.size();
        let answer = match instead {
            Some(answer) => answer,
            None => self.do_what_is_asked(head, route, content, lost).await,
        };
        After { service: self, endpoint, uri: &head.uri }.apply(after, answer)
    }

    async fn do_what_is_asked(&self, head: &Parts, route: Route, body: Content, lost: u64) -> Answer {
        let request = format!("{} {}", head.method, head.uri.path());
        match route {
            Route::Api { endpoint, call } => {
                if let Ok(call) = &call {
                    self.look_into_other_storage(&call.target).await;
                }
                self.api(endpoint, call, &head.headers, &request)
            }
            Route::Blob { endpoint, call } => {
                let sent = Sent { method: &head.method, headers: &head.headers, body, lost };
                self.blob(endpoint, &call, &sent, &request)
            }
            Route::Nowhere((kind, problem, detail)) => {
                self.breach(kind, &request, &detail);
                problem.answer(&detail)
            }
        }
    }

    async fn receive(&self, head: &Parts, body: Incoming) -> Result<Content, HungUp> {
        let announced =
            head.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        self.spill.receive(body, announced.unwrap_or_default()).await.map_err(|_| HungUp)
    }

    /// The path of the file that a request is about.
    pub(crate) fn path_of(&self, route: &Route) -> Option<String> {
        match route {
            Route::Api { call: Ok(call), .. } => match &call.target {
                Target::Path(path) => Some(path.clone()),
                Target::Id(id) => self.path_of_file(*id),
                Target::List => None,
            },
            Route::Blob { call, .. } => self.path_of_file(call.name?.0),
            _ => None,
        }
    }

    fn path_of_file(&self, id: Uuid) -> Option<String> {
        let state = self.state();
        state.with_id(id).map(|file| state.file(file).path.to_string())
    }
}

impl Handler for Service {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HungUp> {
        if self.settings.controllable && request.uri().path().starts_with(super::control::PREFIX) {
            return Ok(self.control(request).await.into_response());
        }
        let (head, body) = request.into_parts();
        let route = route(&head.method, &head.uri);
        let mut visit = self.record.begin(entry(&head, endpoint(&route), self.settings.clock.now()));
        if self.settings.latency > Duration::ZERO {
            tokio::time::sleep(self.settings.latency).await;
        }
        let mut bytes_in = 0;
        let answer = self.answer(&head, route, body, &mut bytes_in).await;
        visit.bytes_in = bytes_in;
        let answer = answer?;
        visit.request.status = Some(answer.status.as_u16());
        Ok(answer.into_response())
    }
}

fn endpoint(route: &Route) -> Endpoint {
    match route {
        Route::Api { endpoint, .. } | Route::Blob { endpoint, .. } => *endpoint,
        Route::Nowhere(_) => Endpoint::Other,
    }
}

fn entry(head: &Parts, endpoint: Endpoint, came: Timestamp) -> record::Request {
    let keys = head.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    record::Request {
        method: head.method.to_string(),
        endpoint,
        path: head.uri.path().to_owned(),
        query_keys: keys.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()).collect(),
        authorized: head.headers.contains_key("authorization"),
        status: None,
        came_ms: came.as_millisecond(),
    }
}

/// Takes a lock that a panicked thread may have held.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
