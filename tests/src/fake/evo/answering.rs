//! The service: each request is routed, and answered from its state.

use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use hyper::{Method, Uri};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::pages;
use super::route::{BLOBS, Route, Target, route};
use super::sas::StorageAccount;
use super::settings::Rules;
use super::state::State;
use crate::fake::answer::Answer;
use crate::fake::content::Content;
use crate::fake::frame::lock;
use crate::fake::{Asked, Fake, Front, Lie, Nothing, Terms};

/// The organisation that there is.
pub(crate) const ORGANISATION: Uuid = uuid!("0a000000-0000-4000-8000-0000000000e0");
/// The workspace that there is.
pub(crate) const WORKSPACE: Uuid = uuid!("0b000000-0000-4000-8000-0000000000e0");

/// Everything that answers need.
#[derive(Debug)]
pub struct Service {
    pub(crate) front: Front<Service>,
    pub(crate) link_base: String,
    pub(crate) organisation: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) account: StorageAccount,
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

    const TOKEN: &'static str = "evo-token";

    fn open(front: Front<Self>) -> Self {
        let rules = &front.rules;
        let link_base = rules.link_base.clone().unwrap_or_else(|| front.base_url.clone());
        let own_account = || {
            let endpoint = format!("{link_base}{}", BLOBS.trim_end_matches('/'));
            StorageAccount::new(endpoint, "evo", format!("key of seed {}", front.seed).as_bytes())
        };
        Service {
            organisation: ORGANISATION,
            workspace: WORKSPACE,
            account: rules.blobs_at.clone().unwrap_or_else(own_account),
            state: Mutex::new(State::new(rules, front.seed)),
            link_base,
            front,
        }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Route) {
        let route = route(method, uri);
        let endpoint = match &route {
            Route::Api { endpoint, .. } | Route::Blob { endpoint, .. } => *endpoint,
            Route::Workspaces { .. } => Endpoint::Workspaces,
            Route::Nowhere(_) => Endpoint::Other,
        };
        (endpoint, route)
    }

    fn path_of(&self, route: &Route) -> Option<String> {
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

    async fn answer(&self, asked: Asked<'_>, route: Route) -> Answer {
        let request = asked.name();
        match route {
            Route::Api { endpoint, call } => {
                if let Ok(call) = &call {
                    self.look_into_other_storage(&call.target).await;
                }
                self.api(endpoint, call, &asked.head.headers, &request)
            }
            Route::Blob { endpoint, call } => self.blob(endpoint, &call, &asked, &request),
            Route::Workspaces { organisation, query } => self.workspaces(&organisation, query, &asked),
            Route::Nowhere((kind, problem, detail)) => {
                self.breach(kind, &request, &detail);
                problem.answer(&detail)
            }
        }
    }

    fn lists(endpoint: Endpoint) -> bool {
        endpoint == Endpoint::List
    }

    fn falsify(&self, page: &mut Value, lie: &Lie) {
        pages::falsify(page, lie);
    }

    fn lose_blocks(&self) {
        self.state().blobs.drop_staged();
    }

    fn content(&self, path: &str) -> Option<Bytes> {
        self.content_at(path)
    }

    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        json!({ "version_id": self.put_version(path, content).to_string() })
    }

    fn delete_elsewhere(&self, path: &str) -> bool {
        self.delete_file(path)
    }

    fn overview(&self) -> Value {
        let state = self.state();
        let files: Vec<Value> = state
            .files()
            .filter_map(|file| {
                let row = state.row(file, None)?;
                Some(json!({
                    "path": &*row.path,
                    "file_id": row.id,
                    "version_id": row.version.to_string(),
                    "size": row.size,
                    "versions": state.file(file).versions.len(),
                    "deleted": row.deleted.is_some(),
                }))
            })
            .collect();
        json!({ "files": files })
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn breach(&self, kind: BreachKind, request: &str, detail: &str) {
        self.front.breach(kind, request, detail);
    }

    pub(crate) fn next_request_id(&self) -> String {
        Uuid::from_u128(u128::from(self.front.next_number())).to_string()
    }

    /// Asks the other storage whether contents that are awaited have arrived there.
    async fn look_into_other_storage(&self, target: &Target) {
        if self.front.rules.blobs_at.is_some() {
            super::other_storage::look(self, target).await;
        }
    }

    fn path_of_file(&self, id: Uuid) -> Option<String> {
        let state = self.state();
        state.with_id(id).map(|file| state.file(file).path.to_string())
    }
}
