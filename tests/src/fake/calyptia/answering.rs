//! The service: each request is routed, and answered from its state.

use std::sync::Mutex;

use bytes::Bytes;
use hyper::{Method, Uri};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::pages;
use super::route::{Route, Target, route};
use super::rules::Rules;
use super::state::State;
use crate::fake::answer::Answer;
use crate::fake::content::Content;
use crate::fake::frame::lock;
use crate::fake::{Asked, Fake, Front, Lie, Nothing, Terms};

/// The core instance that there is.
pub(crate) const CORE_INSTANCE: Uuid = uuid!("0c000000-0000-4000-8000-0000000000ca");

/// Everything that answers need.
#[derive(Debug)]
pub struct Service {
    pub(crate) front: Front<Service>,
    pub(crate) state: Mutex<State>,
}

impl Terms for Service {
    type Endpoint = Endpoint;
    type Breach = BreachKind;
    type Effect = Nothing;
}

impl Fake for Service {
    type Rules = Rules;
    type Route = Route;

    const TOKEN: &'static str = "calyptia-token";

    fn open(front: Front<Self>) -> Self {
        Service { state: Mutex::new(State::new(front.seed)), front }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Route) {
        let route = route(method, uri);
        (route.endpoint, route)
    }

    /// The name of the file that is changed or deleted.
    fn path_of(&self, route: &Route) -> Option<String> {
        let Target::File(id) = &route.target else { return None };
        lock(&self.state).file(id.parse().ok()?).map(|file| file.name.clone())
    }

    async fn answer(&self, asked: Asked<'_>, route: Route) -> Answer {
        self.api(&asked, &route)
    }

    fn lists(endpoint: Endpoint) -> bool {
        endpoint == Endpoint::List
    }

    fn falsify(&self, page: &mut Value, lie: &Lie) {
        pages::falsify(page, lie);
    }

    fn content(&self, path: &str) -> Option<Bytes> {
        let state = lock(&self.state);
        state.named(path).and_then(|id| state.file(id)).map(|file| file.plain.clone())
    }

    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        json!({ "id": self.put(path, content.bytes(), None) })
    }

    fn delete_elsewhere(&self, path: &str) -> bool {
        let mut state = lock(&self.state);
        state.named(path).is_some_and(|id| state.delete(id))
    }

    fn rename_elsewhere(&self, from: &str, to: &str) -> bool {
        let mut state = lock(&self.state);
        let Some(id) = state.named(from).filter(|_| state.named(to).is_none()) else { return false };
        state.change(id, Some(to), None, self.front.clock.now());
        true
    }

    fn overview(&self) -> Value {
        let state = lock(&self.state);
        let files: Vec<Value> = state
            .files()
            .iter()
            .map(|file| {
                json!({
                    "path": file.name,
                    "id": file.id,
                    "size": file.plain.len(),
                    "encrypted": file.ciphertext.is_some(),
                })
            })
            .collect();
        json!({ "files": files })
    }
}

impl Service {
    /// Makes or changes a file. It stays encrypted, or not, unless that is said.
    pub(crate) fn put(&self, name: &str, content: Bytes, encrypted: Option<bool>) -> Uuid {
        let mut state = lock(&self.state);
        let now = self.front.clock.now();
        match state.named(name) {
            None => state.create(name, content, encrypted.unwrap_or(false), now),
            Some(id) => {
                let is_encrypted = state.file(id).is_some_and(|file| file.ciphertext.is_some());
                state.change(id, None, Some((content, encrypted.unwrap_or(is_encrypted))), now);
                id
            }
        }
    }
}
