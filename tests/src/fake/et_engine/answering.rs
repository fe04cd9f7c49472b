//! The service: each request is routed, and answered from its state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use hyper::{Method, Uri};
use serde_json::{Value, json};

use super::Own;
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::route::{Route, Target, route};
use super::rules::Rules;
use super::tree::Tree;
use crate::fake::answer::Answer;
use crate::fake::content::Content;
use crate::fake::frame::lock;
use crate::fake::{Asked, Fake, Front, Lie, Terms};

/// The filesystem that there is; made ones can be listed and shared, and take no files.
pub(crate) const FILESYSTEM: &str = "5f1e9c52-0c1b-4a7e-9d3f-00000000e7e7";

/// Everything that answers need.
#[derive(Debug)]
pub struct Service {
    pub(crate) front: Front<Service>,
    state: Mutex<State>,
}

/// What is in the filesystem.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) tree: Tree,
    /// Paths of the files that stand for unfinished uploads, with the path that each is for.
    pub(crate) uploads: BTreeMap<String, String>,
    /// Names of the filesystems that were made, by id.
    pub(crate) made: BTreeMap<String, String>,
    /// Filesystems and the users with whom they are shared, by id.
    pub(crate) shares: BTreeSet<(String, String)>,
}

impl Terms for Service {
    type Endpoint = Endpoint;
    type Breach = BreachKind;
    type Effect = Own;
}

impl Fake for Service {
    type Rules = Rules;
    type Route = Route;

    const TOKEN: &'static str = "et-engine-key";

    fn open(front: Front<Self>) -> Self {
        Service { front, state: Mutex::default() }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Route) {
        let route = route(uri);
        let endpoint = match (method, &route.target) {
            (&Method::GET, Ok(Target::Filesystems)) => Endpoint::Filesystems,
            (&Method::POST, Ok(Target::Filesystems)) => Endpoint::Create,
            (&Method::POST, Ok(Target::Share)) => Endpoint::Share,
            (&Method::GET, Ok(Target::List(_))) => Endpoint::List,
            (&Method::POST, Ok(Target::Mkdir(_))) => Endpoint::Mkdir,
            (&Method::GET, Ok(Target::File(_))) if route.query.one("init").is_some() => Endpoint::Init,
            (&Method::GET, Ok(Target::File(_))) => Endpoint::Part,
            (&Method::POST, Ok(Target::File(path))) if self.awaits_completion(path) => Endpoint::Complete,
            (&Method::POST, Ok(Target::File(_))) => Endpoint::Begin,
            (&Method::PUT, Ok(Target::File(_))) => Endpoint::PutPart,
            (&Method::DELETE, Ok(Target::File(_))) => Endpoint::Delete,
            _ => Endpoint::Other,
        };
        (endpoint, route)
    }

    fn path_of(&self, route: &Route) -> Option<String> {
        match &route.target {
            Ok(Target::List(path) | Target::Mkdir(path) | Target::File(path)) => Some(path.clone()),
            _ => None,
        }
    }

    async fn answer(&self, asked: Asked<'_>, route: Route) -> Answer {
        self.answered(&asked, route)
    }

    fn lists(endpoint: Endpoint) -> bool {
        endpoint == Endpoint::List
    }

    fn falsify(&self, page: &mut Value, lie: &Lie) {
        let keep = |name: &Value| match lie {
            Lie::Empty => false,
            Lie::Without(path) => name.as_str() != path.rsplit('/').next(),
            Lie::Total(_) => true,
        };
        for key in ["directories", "files"] {
            if let Some(names) = page[key].as_array_mut() {
                names.retain(keep);
            }
        }
    }

    fn suffer(&self, effect: &Own, route: &Route) -> Option<Answer> {
        match (effect, self.path_of(route)) {
            (Own::Vanish, Some(path)) => drop(self.state().tree.remove(&path)),
            (Own::Vanish, None) => {}
        }
        None
    }

    fn lose_blocks(&self) {
        let mut state = self.state();
        for unfinished in std::mem::take(&mut state.uploads).into_keys() {
            state.tree.remove(&unfinished);
        }
    }

    fn content(&self, path: &str) -> Option<Bytes> {
        Some(self.state().tree.files.get(path)?.content().bytes())
    }

    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        self.state().tree.put(path, content);
        Value::Null
    }

    fn delete_elsewhere(&self, path: &str) -> bool {
        self.state().tree.remove(path)
    }

    fn rename_elsewhere(&self, from: &str, to: &str) -> bool {
        self.state().tree.rename(from, to)
    }

    fn overview(&self) -> Value {
        let state = self.state();
        let files: Vec<Value> =
            state.tree.files.iter().map(|(path, file)| json!({ "path": path, "size": file.size })).collect();
        json!({ "files": files, "folders": state.tree.folders, "unfinished": state.uploads })
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Every part of an upload to this path has come.
    fn awaits_completion(&self, path: &str) -> bool {
        let state = self.state();
        let mut unfinished = state.uploads.iter().filter(|(_, target)| *target == path);
        unfinished.any(|(unfinished, _)| state.tree.files.get(unfinished).is_some_and(|file| file.is_whole()))
    }
}
