//! The service: each request is routed, and answered from its state.

use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use hyper::{Method, Uri};
use serde_json::{Value, json};

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::route::{Route, route};
use super::rpc::{Code, Refused};
use super::settings::Rules;
use super::state::State;
use crate::fake::answer::Answer;
use crate::fake::content::Content;
use crate::fake::frame::lock;
use crate::fake::{Asked, Fake, Front, Nothing, Terms};

/// The organization that files are in.
pub(crate) const ORGANIZATION: &str = "0c000000-0000-4000-8000-0000000000e0";

/// Everything that answers need.
#[derive(Debug)]
pub struct Service {
    pub(crate) front: Front<Service>,
    state: Mutex<State>,
}

impl Terms for Service {
    type Endpoint = Endpoint;
    type Breach = BreachKind;
    type Effect = Nothing;
}

impl Fake for Service {
    type Rules = Rules;
    type Route = Route;

    const TOKEN: &'static str = "kgn_pat_token";

    fn open(front: Front<Self>) -> Self {
        Service { state: Mutex::new(State::new(front.seed, front.rules.odd_ids)), front }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Route) {
        route(method, uri)
    }

    fn path_of(&self, route: &Route) -> Option<String> {
        let (Route::Files { file, .. } | Route::Storage { file, .. }) = route else { return None };
        self.state().get(file).map(|file| file.name.clone())
    }

    async fn answer(&self, asked: Asked<'_>, route: Route) -> Answer {
        let (endpoint, done) = match route {
            Route::Storage { file, query } => return self.storage(&asked, &file, &query),
            Route::Nowhere((kind, why)) => {
                let code = Code::NotFound;
                (Endpoint::Other, Err(Refused { code, message: why, breach: Some(kind) }))
            }
            Route::Organizations(query) => {
                let done = self.admit(&asked).and_then(|()| self.organizations(&query));
                (Endpoint::Organizations, done)
            }
            Route::Files { endpoint, organization, file } => {
                let done = self.admit(&asked).and_then(|()| self.permit(endpoint, &organization));
                (endpoint, done.and_then(|()| self.files(&asked, endpoint, &file)))
            }
        };
        done.unwrap_or_else(|refused| {
            if let Some(kind) = refused.breach {
                self.front.breach(kind, asked.name(), &refused.message);
            }
            refused.code.answer(endpoint, &refused.message)
        })
    }

    fn content(&self, path: &str) -> Option<Bytes> {
        self.state().find(path).map(|file| file.content.bytes())
    }

    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        json!({ "id": self.put(path.rsplit('/').next().unwrap_or(path), content) })
    }

    fn delete_elsewhere(&self, path: &str) -> bool {
        let mut state = self.state();
        match state.find(path).map(|file| file.id.clone()) {
            Some(id) => state.delete(&id),
            None => false,
        }
    }

    fn overview(&self) -> Value {
        let files = self.state().views();
        let files = files.iter().map(|file| json!({ "id": file.id, "name": file.name, "size": file.size }));
        json!({ "files": files.collect::<Vec<_>>() })
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Makes a file; returns its id.
    pub(crate) fn put(&self, name: &str, content: Content) -> String {
        self.state().put(name, content, self.front.clock.now()).id
    }

    fn admit(&self, asked: &Asked<'_>) -> Result<(), Refused> {
        let Some(given) = asked.header("authorization") else {
            let (code, message) = (Code::Unauthenticated, "there is no Authorization header".to_owned());
            return Err(Refused { code, message, breach: Some(BreachKind::NoToken) });
        };
        match given.strip_prefix("Bearer ") {
            Some(token) if self.front.token().as_deref() == Some(token) => Ok(()),
            _ => Err(Refused::with(Code::Unauthenticated, "invalid token")),
        }
    }
}
