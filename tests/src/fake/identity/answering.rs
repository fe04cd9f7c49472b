//! The identity server: each request is routed, and answered from its state.

use std::sync::{Mutex, MutexGuard};

use hyper::{Method, Uri};
use jiff::SignedDuration;

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::forms::Refused;
use super::passes::Passes;
use super::settings::Rules;
use super::state::{Family, Refresh, State};
use crate::fake::answer::Answer;
use crate::fake::frame::lock;
use crate::fake::query::Query;
use crate::fake::{Asked, Fake, Front, Nothing, Terms};

/// Everything that answers need.
#[derive(Debug)]
pub struct Identity {
    pub(crate) front: Front<Identity>,
    pub(crate) passes: Passes,
    state: Mutex<State>,
}

impl Terms for Identity {
    type Endpoint = Endpoint;
    type Breach = BreachKind;
    type Effect = Nothing;
}

impl Fake for Identity {
    type Rules = Rules;
    /// Its query.
    type Route = Result<Query, String>;

    const TOKEN: &'static str = "unused";

    fn open(front: Front<Self>) -> Self {
        Identity { front, passes: Passes::default(), state: Mutex::default() }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Self::Route) {
        let endpoint = match (method, uri.path()) {
            (&Method::GET, "/connect/authorize") => Endpoint::Authorize,
            (&Method::POST, "/connect/token") => Endpoint::Token,
            (&Method::GET, "/evo/identity/v2/discovery") => Endpoint::Discovery,
            _ => Endpoint::Other,
        };
        (endpoint, Query::parse(uri.query().unwrap_or_default()))
    }

    async fn answer(&self, asked: Asked<'_>, query: Self::Route) -> Answer {
        let (endpoint, _) = self.route(&asked.head.method, &asked.head.uri);
        let read = query.map_err(|why| Refused::breach(BreachKind::BadParameter, "invalid_request", why));
        let answered = read.and_then(|query| match endpoint {
            Endpoint::Authorize => self.authorize(&query),
            Endpoint::Token => self.give_tokens(&asked, &query),
            Endpoint::Discovery => self.discover(&asked, &query),
            Endpoint::Other => {
                let detail = "there is nothing of that kind";
                Err(Refused::breach(BreachKind::NoSuchEndpoint, "invalid_request", detail))
            }
        });
        answered.unwrap_or_else(|refused| self.refuse(&asked.name(), refused))
    }
}

impl Identity {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A text that nobody can guess, and that shows what it is when it turns up where it doesn't belong.
    pub(crate) fn secret(&self, kind: &str) -> String {
        let number = self.front.next_number();
        let hash = blake3::hash(format!("{kind} {number} of {}", self.front.base_url).as_bytes());
        format!("{kind}-canary-{}", &hash.to_hex()[..32])
    }

    pub(crate) fn access_token(&self) -> String {
        let token = self.secret("access");
        let lasts = SignedDuration::from_secs(i64::from(self.front.rules.lasts));
        let until = self.front.clock.now().saturating_add(lasts).unwrap_or_default();
        self.passes.give(&token, until, self.front.rules.requests);
        token
    }

    pub(crate) fn refresh_token(&self, family: Family) -> String {
        let token = self.secret("refresh");
        self.state().refresh.insert(token.clone(), Refresh { family, used: false });
        token
    }
}
