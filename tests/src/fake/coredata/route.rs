//! Which endpoint a request is for; paths are read strictly.

use hyper::{Method, Uri};
use uuid::Uuid;

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use crate::fake::query::Query;

/// Where the paths of the storage begin: on the same host.
pub(crate) const STORAGE: &str = "/laika/";

/// A request, by what it is for.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    /// The item in the path.
    pub(crate) id: Uuid,
    /// The content in the path, for the storage.
    pub(crate) blob: String,
    pub(crate) query: Query,
    /// Why nothing is done about it.
    pub(crate) misfit: Option<(BreachKind, String)>,
}

/// Finds the endpoint.
pub(crate) fn route(method: &Method, uri: &Uri) -> Route {
    let path = uri.path();
    let mut route = Route {
        endpoint: Endpoint::Other,
        id: Uuid::nil(),
        blob: String::new(),
        query: Query::default(),
        misfit: None,
    };
    match Query::parse(uri.query().unwrap_or_default()) {
        Ok(query) => route.query = query,
        Err(detail) => route.misfit = Some((BreachKind::BadParameter, detail)),
    }
    if let Some(blob) = path.strip_prefix(STORAGE) {
        route.blob = blob.to_owned();
        route.endpoint = match *method {
            Method::GET => Endpoint::GetBlob,
            Method::PUT => Endpoint::PutBlob,
            _ => Endpoint::Other,
        };
        return route;
    }
    if !path.ends_with('/') {
        route.misfit = Some((BreachKind::MissingSlash, format!("{path} doesn't end in a slash")));
    }
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (endpoint, id) = match (method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v2", "files"]) => (Endpoint::ListFiles, None),
        ("POST", ["api", "v2", "files"]) => (Endpoint::CreateFile, None),
        ("GET", ["api", "v2", "files", id]) => (Endpoint::GetFile, Some(id)),
        ("PUT", ["api", "v2", "files", id]) => (Endpoint::DescribeFile, Some(id)),
        ("DELETE", ["api", "v2", "files", id]) => (Endpoint::DeleteFile, Some(id)),
        ("GET", ["api", "v2", "files", id, "content"]) => (Endpoint::GetContent, Some(id)),
        ("PUT", ["api", "v2", "files", id, "content"]) => (Endpoint::ReplaceContent, Some(id)),
        ("GET", ["api", "v2", "folders"]) => (Endpoint::ListFolders, None),
        ("POST", ["api", "v2", "folders"]) => (Endpoint::CreateFolder, None),
        ("GET", ["api", "v2", "folders", id]) => (Endpoint::GetFolder, Some(id)),
        ("DELETE", ["api", "v2", "folders", id]) => (Endpoint::DeleteFolder, Some(id)),
        ("GET", ["api", "v2", "projects", id]) => (Endpoint::GetProject, Some(id)),
        ("GET", ["api", "v2", "projects", id, "files"]) => (Endpoint::ListProjectFiles, Some(id)),
        ("POST", ["api", "v3", "blob", "presigned-upload-url"]) => (Endpoint::BeginBlob, None),
        _ => {
            route.misfit = Some((BreachKind::NoSuchEndpoint, format!("there is nothing at {path}")));
            return route;
        }
    };
    route.endpoint = endpoint;
    if let Some(id) = id {
        match id.parse() {
            Ok(id) => route.id = id,
            Err(_) => route.misfit = Some((BreachKind::BadId, format!("{id:?} isn't a UUID"))),
        }
    }
    route
}
