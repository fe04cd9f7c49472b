//! What a fake is made of: what the service itself brings, and what every one of them has.

use std::fmt::{self, Debug};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Clock;
use super::answer::Answer;
use super::breach::Breach;
use super::content::{Content, Spill};
use super::effect::Effect;
use super::fault::Faults;
use super::record::Record;
use super::strike::Pages;

/// The words of a service: what its faults, its requests and its breaches are told in.
pub trait Terms: Sized + Send + Sync + 'static {
    /// Names of what can be asked for: an enum, kebab-case in JSON.
    type Endpoint: Copy + Ord + Debug + Serialize + DeserializeOwned + Send + Sync;
    /// The ways to break its contract: an enum, kebab-case in JSON.
    type Breach: Clone + Debug + Serialize + Send + Sync;
    /// Effects of faults that only it can suffer; [`super::Nothing`] where there are none.
    type Effect: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync;
}

/// A service that is stood in for: its rules, its state, its answers.
///
/// What tests and others do behind the client's back has a default that does nothing, for services without files.
pub(crate) trait Fake: Terms {
    /// What its answers depend on beside the requests: see [`super::Setup`].
    type Rules: Default + Debug + Send + Sync;
    /// A request, by what it is for.
    type Route: Send + Sync;

    /// The token that is good when no other one is set up.
    const TOKEN: &'static str;

    /// A service without anything in it.
    fn open(front: Front<Self>) -> Self;

    /// What it has in common with the others.
    fn front(&self) -> &Front<Self>;

    /// What a request is for.
    fn route(&self, method: &Method, uri: &Uri) -> (Self::Endpoint, Self::Route);

    /// The path of the file that a request is about, for faults that ask for it.
    fn path_of(&self, route: &Self::Route) -> Option<String> {
        let _ = route;
        None
    }

    /// Does what is asked for.
    fn answer(&self, asked: Asked<'_>, route: Self::Route) -> impl Future<Output = Answer> + Send;

    /// Pages of this endpoint are a listing.
    fn lists(endpoint: Self::Endpoint) -> bool {
        let _ = endpoint;
        false
    }

    /// Makes a page of a listing untrue.
    fn falsify(&self, page: &mut Value, lie: &Lie) {
        let _ = (page, lie);
    }

    /// Does an effect of its own, before the request is looked at; what it returns goes out instead of an answer.
    fn suffer(&self, effect: &Self::Effect, route: &Self::Route) -> Option<Answer> {
        let _ = (effect, route);
        None
    }

    /// Does an effect of its own to an answer.
    fn distort(&self, effect: &Self::Effect, answer: Answer) -> Answer {
        let _ = effect;
        answer
    }

    /// Forgets what is staged of contents that aren't complete.
    fn lose_blocks(&self) {}

    /// What is at a path.
    fn content(&self, path: &str) -> Option<Bytes> {
        let _ = path;
        None
    }

    /// Somebody else makes or changes a file; any path goes. Returns what `PUT /_fake/files/…` answers.
    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        let _ = (path, content);
        Value::Null
    }

    /// Somebody else deletes a file. False when none is there.
    fn delete_elsewhere(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// Somebody else renames a file, or a folder with all that is inside. False when that can't be.
    fn rename_elsewhere(&self, from: &str, to: &str) -> bool {
        let _ = (from, to);
        false
    }

    /// What `GET /_fake/state` answers.
    fn overview(&self) -> Value {
        Value::Null
    }
}

/// What every fake has.
pub(crate) struct Front<F: Fake> {
    /// What it was set up with.
    pub(crate) rules: F::Rules,
    /// Where it is: `http://` with address and port.
    pub(crate) base_url: String,
    /// Ids follow from it.
    pub(crate) seed: u64,
    /// Its time.
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    pub(crate) controllable: bool,
    pub(crate) spill: Spill,
    pub(crate) record: Arc<Record<F::Endpoint, F::Breach>>,
    pub(crate) faults: Mutex<Faults<F::Endpoint, F::Effect>>,
    pub(crate) pages: Mutex<Pages>,
    pub(crate) first_token: String,
    pub(crate) token: Mutex<Option<String>>,
    pub(crate) requests: AtomicU64,
}

impl<F: Fake> Front<F> {
    /// The token that is good; none after it was revoked.
    pub(crate) fn token(&self) -> Option<String> {
        lock(&self.token).clone()
    }

    /// Makes another token the good one.
    pub(crate) fn set_token(&self, token: Option<String>) {
        *lock(&self.token) = token;
    }

    /// Records what the contract doesn't allow.
    pub(crate) fn breach(&self, kind: F::Breach, request: impl Into<String>, detail: impl Into<String>) {
        self.record.breach(Breach { kind, request: request.into(), detail: detail.into() });
    }

    /// A number that no request had before.
    pub(crate) fn next_number(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }
}

impl<F: Fake> Debug for Front<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A request that came whole.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// Method, address and headers.
    pub(crate) head: &'a Parts,
    /// What came with it.
    pub(crate) body: Content,
    /// Bytes at the end of the body that get lost unnoticed.
    pub(crate) lost: u64,
}

impl<'a> Asked<'a> {
    /// Method and path, as breaches name it.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.head.method, self.head.uri.path())
    }

    /// A header that is text, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// What is stored of the body.
    pub(crate) fn stored(&self) -> Content {
        self.body.slice(0..self.body.size().saturating_sub(self.lost))
    }
}

/// How a page of a listing isn't true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Nothing is on it.
    Empty,
    /// The file at this path isn't on it.
    Without(String),
    /// Its total is another one, by so much.
    Total(i64),
}

impl Lie {
    /// The lie that an effect tells.
    pub(crate) fn of<X>(effect: &Effect<X>) -> Option<Lie> {
        match effect {
            Effect::EmptyListing => Some(Lie::Empty),
            Effect::DropFromListing { path } => Some(Lie::Without(path.clone())),
            Effect::WrongTotal { by } => Some(Lie::Total(*by)),
            _ => None,
        }
    }
}

/// Takes a lock that a panicked thread may have held.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
