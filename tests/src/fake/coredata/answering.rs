//! The service: each request is routed, its credential looked at, and answered from the state.

use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use hyper::{Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::objects::{self, ROOT_PATH};
use super::route::{Route, route};
use super::settings::Rules;
use super::state::State;
use crate::fake::answer::Answer;
use crate::fake::content::Content;
use crate::fake::frame::lock;
use crate::fake::{Asked, Fake, Front, Lie, Nothing, Terms};

/// Everything that answers need.
#[derive(Debug)]
pub struct Service {
    pub(crate) front: Front<Service>,
    state: Mutex<State>,
}

/// The answer to a request that isn't done.
pub(crate) type Refused = Box<Answer>;

impl Terms for Service {
    type Endpoint = Endpoint;
    type Breach = BreachKind;
    type Effect = Nothing;
}

impl Fake for Service {
    type Rules = Rules;
    type Route = Route;

    const TOKEN: &'static str = "coredata-key";

    fn open(front: Front<Self>) -> Self {
        let state = State::new(front.rules.root, front.seed, front.clock.now());
        Service { state: Mutex::new(state), front }
    }

    fn front(&self) -> &Front<Self> {
        &self.front
    }

    fn route(&self, method: &Method, uri: &Uri) -> (Endpoint, Route) {
        let route = route(method, uri);
        (route.endpoint, route)
    }

    fn path_of(&self, route: &Route) -> Option<String> {
        let state = self.state();
        let file = match route.endpoint {
            Endpoint::GetBlob => state.files.iter().find(|file| file.blob == route.blob),
            _ => state.file(route.id),
        };
        state.file_path(file?)
    }

    async fn answer(&self, asked: Asked<'_>, route: Route) -> Answer {
        self.dispatch(&asked, &route).unwrap_or_else(|refused| *refused)
    }

    fn lists(endpoint: Endpoint) -> bool {
        matches!(endpoint, Endpoint::ListFiles | Endpoint::ListProjectFiles)
    }

    fn falsify(&self, page: &mut Value, lie: &Lie) {
        let Some(objects) = page["objects"].as_array_mut() else { return };
        let before = objects.len();
        match lie {
            Lie::Empty => objects.clear(),
            Lie::Without(path) => {
                objects.retain(|object| object["path"] != json!(format!("{ROOT_PATH}/{path}")))
            }
            Lie::Total(_) => {}
        }
        let gone = (before - objects.len()) as i64;
        let by = if let Lie::Total(by) = lie { *by } else { -gone };
        let total = page["meta"]["total_count"].as_i64().unwrap_or_default();
        page["meta"]["total_count"] = json!(if *lie == Lie::Empty { 0 } else { total + by });
        if *lie == Lie::Empty {
            page["meta"]["next"] = Value::Null;
        }
    }

    fn content(&self, path: &str) -> Option<Bytes> {
        let state = self.state();
        let file = state.file(state.file_at(path)?)?;
        Some(state.content(file).bytes())
    }

    fn put_elsewhere(&self, path: &str, content: Content) -> Value {
        json!({ "id": self.put(path, content) })
    }

    fn delete_elsewhere(&self, path: &str) -> bool {
        self.delete(path)
    }

    fn rename_elsewhere(&self, from: &str, to: &str) -> bool {
        self.rename(from, to)
    }

    fn overview(&self) -> Value {
        let files: Vec<_> = self
            .files()
            .into_iter()
            .map(|file| {
                json!({
                    "path": file.path,
                    "id": file.id,
                    "snapshot_id": file.snapshot,
                    "size": file.content.len(),
                    "title": file.title,
                    "dynatype": file.dynatype,
                    "tags": file.tags,
                    "contacts": file.contacts,
                })
            })
            .collect();
        json!({ "files": files })
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Records a breach, and refuses it.
    pub(crate) fn breach(&self, asked: &Asked<'_>, kind: BreachKind, detail: impl Into<String>) -> Refused {
        let detail = detail.into();
        let answer = objects::refusal(400, &detail);
        self.front.breach(kind, asked.name(), detail);
        answer
    }

    fn dispatch(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let is_storage = Endpoint::STORAGE.contains(&route.endpoint);
        if is_storage {
            if asked.header("authorization").is_some() {
                return Err(self.breach(
                    asked,
                    BreachKind::CredentialOnLink,
                    "two ways to sign were used at once",
                ));
            }
        } else {
            self.sign_in(asked, route.endpoint)?;
        }
        if let Some((kind, detail)) = &route.misfit {
            let refusal = self.breach(asked, *kind, detail.clone());
            return Err(match kind {
                BreachKind::MissingSlash => {
                    let place = format!("{}/", asked.head.uri.path());
                    Box::new(Answer::empty(StatusCode::MOVED_PERMANENTLY).header("location", place))
                }
                BreachKind::NoSuchEndpoint => objects::nothing_there(),
                _ => refusal,
            });
        }
        self.check_query(asked, route)?;
        match route.endpoint {
            Endpoint::ListFiles => self.list_files(asked, route),
            Endpoint::ListProjectFiles => self.list_project_files(asked, route),
            Endpoint::ListFolders => self.list_folders(asked, route),
            Endpoint::GetFile => self.get_file(route),
            Endpoint::GetFolder => self.get_folder(route),
            Endpoint::GetProject => self.get_project(route),
            Endpoint::GetContent => self.get_content(route),
            Endpoint::CreateFile => self.create_file(asked),
            Endpoint::DescribeFile => self.describe_file(asked, route),
            Endpoint::ReplaceContent => self.replace_content(asked, route),
            Endpoint::DeleteFile => self.delete_file(route),
            Endpoint::CreateFolder => self.create_folder(asked),
            Endpoint::DeleteFolder => self.delete_folder_of(asked, route),
            Endpoint::BeginBlob => self.begin_blob(asked, route),
            Endpoint::PutBlob => self.put_blob(asked, route),
            Endpoint::GetBlob => self.get_blob(asked, route),
            Endpoint::Other => Err(objects::nothing_there()),
        }
    }

    fn sign_in(&self, asked: &Asked<'_>, endpoint: Endpoint) -> Result<(), Refused> {
        let refused = || Box::new(Answer::with(StatusCode::UNAUTHORIZED, "text/html; charset=utf-8", ""));
        let Some(given) = asked.header("authorization") else {
            drop(self.breach(asked, BreachKind::NoCredential, "no Authorization header"));
            return Err(refused());
        };
        let Some(key) = self.front.token() else { return Err(refused()) };
        let v2 = format!("apikey {}:{key}", self.front.rules.user);
        let v3 = format!("apikey {key}");
        let (right, wrong) = if endpoint == Endpoint::BeginBlob { (v3, v2) } else { (v2, v3) };
        if given == wrong {
            drop(self.breach(asked, BreachKind::WrongAuthString, "the string of the other version"));
        }
        if given == right { Ok(()) } else { Err(refused()) }
    }

    fn check_query(&self, asked: &Asked<'_>, route: &Route) -> Result<(), Refused> {
        let allowed: &[&str] = match route.endpoint {
            Endpoint::ListFiles => &["limit", "offset", "title", "title__startswith", "parent"],
            Endpoint::ListProjectFiles => &["limit", "offset"],
            Endpoint::ListFolders => &["limit", "offset", "parent"],
            Endpoint::ReplaceContent => &["filename", "snapshot_id", "blob_name", "digest"],
            Endpoint::BeginBlob => &["content_type", "content_length"],
            Endpoint::PutBlob | Endpoint::GetBlob => return Ok(()),
            _ => &[],
        };
        match route.query.misfit(allowed, &[]) {
            Some(key) => Err(self.breach(asked, BreachKind::UnknownParameter, format!("{key:?}"))),
            None => Ok(()),
        }
    }
}
