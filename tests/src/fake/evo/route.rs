//! Which endpoint a request is for; paths are read strictly.

use hyper::{Method, Uri};
use uuid::Uuid;

use super::blobs::BlobName;
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::list_query::{self, Misfit};
use super::problem::Problem;
use crate::fake::query::{self, Query};

/// Where the paths of the API begin.
pub(crate) const API: &str = "/file/v2/orgs/";
/// Where the paths of the storage begin. It shares its host with the API, as the real one may.
pub(crate) const BLOBS: &str = "/file/blobs/";

/// A request, by what it is for.
#[derive(Debug)]
pub(crate) enum Route {
    Api { endpoint: Endpoint, call: Result<ApiCall, Misfit> },
    Blob { endpoint: Endpoint, call: BlobCall },
    Workspaces { organisation: String, query: Result<Query, String> },
    Nowhere(Misfit),
}

/// A request to the API.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ApiCall {
    pub(crate) organisation: String,
    pub(crate) workspace: String,
    pub(crate) target: Target,
    pub(crate) query: Query,
}

/// What a request to the API is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    List,
    Id(Uuid),
    Path(String),
}

/// A request to the storage.
#[derive(Debug)]
pub(crate) struct BlobCall {
    pub(crate) container: String,
    pub(crate) blob: String,
    pub(crate) name: Option<BlobName>,
    pub(crate) query: Result<Query, String>,
}

/// Finds the endpoint.
pub(crate) fn route(method: &Method, uri: &Uri) -> Route {
    let path = uri.path();
    let raw_query = uri.query().unwrap_or_default();
    if let Some(rest) = path.strip_prefix(BLOBS) {
        let (container, blob) = rest.split_once('/').unwrap_or((rest, ""));
        let name = blob
            .split_once('/')
            .and_then(|(file, version)| Some((file.parse().ok()?, version.parse().ok()?)));
        let query = Query::parse(raw_query);
        let endpoint = blob_endpoint(method, query.as_ref().ok().and_then(|query| query.one("comp")));
        let call = BlobCall { container: container.to_owned(), blob: blob.to_owned(), name, query };
        return Route::Blob { endpoint, call };
    }
    if let Some(organisation) = of_workspaces(path).filter(|_| method == Method::GET) {
        return Route::Workspaces { organisation: organisation.to_owned(), query: Query::parse(raw_query) };
    }
    let Some((organisation, workspace, files)) = split(path) else {
        let kind = if path.contains("//") { BreachKind::PathNotNormal } else { BreachKind::NoSuchEndpoint };
        return Route::Nowhere((kind, Problem::NotFound, format!("there is nothing at {path}")));
    };
    let target = target(files);
    let query =
        Query::parse(raw_query).map_err(|detail| (BreachKind::PathNotEncoded, Problem::BadRequest, detail));
    let endpoint = match &target {
        Ok(target) => api_endpoint(method, target, query.as_ref().ok()),
        Err(_) => Endpoint::Other,
    };
    let call = target.and_then(|target| {
        Ok(ApiCall {
            organisation: organisation.to_owned(),
            workspace: workspace.to_owned(),
            target,
            query: query?,
        })
    });
    Route::Api { endpoint, call }
}

/// `/workspace/orgs/{org}/workspaces/summary` of the Workspaces API.
fn of_workspaces(path: &str) -> Option<&str> {
    let organisation = path.strip_prefix("/workspace/orgs/")?.strip_suffix("/workspaces/summary")?;
    (!organisation.contains('/')).then_some(organisation)
}

fn split(path: &str) -> Option<(&str, &str, &str)> {
    let (organisation, rest) = path.strip_prefix(API)?.split_once('/')?;
    let (workspace, rest) = rest.strip_prefix("workspaces/")?.split_once('/')?;
    let files = rest.strip_prefix("files")?;
    (files.is_empty() || files.starts_with('/')).then_some((organisation, workspace, files))
}

fn target(files: &str) -> Result<Target, Misfit> {
    if files.is_empty() {
        return Ok(Target::List);
    }
    if let Some(raw) = files.strip_prefix("/path/") {
        return file_path(raw).map(Target::Path);
    }
    let id = files.trim_start_matches('/');
    id.parse().map(Target::Id).map_err(|_| list_query::bad("file_id", id))
}

fn file_path(raw: &str) -> Result<String, Misfit> {
    if !raw.bytes().all(may_stand_in_a_path) {
        let detail = format!("{raw:?} holds characters that must be percent-encoded");
        return Err((BreachKind::PathNotEncoded, Problem::InvalidPath, detail));
    }
    let not_encoded = |detail| (BreachKind::PathNotEncoded, Problem::InvalidPath, detail);
    let segments: Vec<String> =
        raw.split('/').map(query::decode).collect::<Result<_, _>>().map_err(not_encoded)?;
    if segments.iter().any(|segment| segment.contains('/')) {
        return Err(not_encoded(format!("{raw:?} holds an encoded slash")));
    }
    if segments.iter().any(|segment| matches!(segment.as_str(), "" | "." | "..")) {
        let detail = format!("{raw:?} has an empty or a dot segment");
        return Err((BreachKind::PathNotNormal, Problem::InvalidPath, detail));
    }
    Ok(segments.join("/"))
}

/// RFC 3986: `pchar`, `%` and the slash.
fn may_stand_in_a_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&byte)
}

fn api_endpoint(method: &Method, target: &Target, query: Option<&Query>) -> Endpoint {
    match (method, target) {
        (&Method::GET, Target::List) => Endpoint::List,
        (&Method::GET, Target::Id(_)) => Endpoint::GetById,
        (&Method::GET, Target::Path(_)) => Endpoint::GetByPath,
        (&Method::PUT, Target::Id(_)) if query.is_some_and(|query| query.one("deleted").is_some()) => {
            Endpoint::Restore
        }
        (&Method::PUT, Target::Id(_)) => Endpoint::LinkById,
        (&Method::PUT, Target::Path(_)) => Endpoint::LinkByPath,
        (&Method::DELETE, Target::Id(_)) => Endpoint::DeleteById,
        (&Method::DELETE, Target::Path(_)) => Endpoint::DeleteByPath,
        _ => Endpoint::Other,
    }
}

fn blob_endpoint(method: &Method, comp: Option<&str>) -> Endpoint {
    match (method, comp) {
        (&Method::PUT, None) => Endpoint::PutBlob,
        (&Method::PUT, Some("block")) => Endpoint::PutBlock,
        (&Method::PUT, Some("blocklist")) => Endpoint::PutBlockList,
        (&Method::GET, None) => Endpoint::GetBlob,
        (&Method::HEAD, None) => Endpoint::HeadBlob,
        _ => Endpoint::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(path: &str) -> Result<Target, BreachKind> {
        let uri = format!("/file/v2/orgs/o/workspaces/w/files{path}").parse().unwrap();
        match route(&Method::GET, &uri) {
            Route::Api { call, .. } => call.map(|call| call.target).map_err(|(kind, ..)| kind),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn decodes_each_segment() {
        assert_eq!(api(""), Ok(Target::List));
        assert_eq!(api("/path/a/new%20file.txt"), Ok(Target::Path("a/new file.txt".into())));
        assert_eq!(api("/path/a+b%2Bc/%C3%BC"), Ok(Target::Path("a+b+c/ü".into())));
        let id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
        assert_eq!(api(&format!("/{id}")), Ok(Target::Id(id.parse().unwrap())));
    }

    #[test]
    fn refuses_paths_that_are_not_as_they_should_be() {
        for path in
            ["/path//a", "/path/a//b", "/path/a/", "/path/", "/path/a/../b", "/path/./a", "/path/%2e%2e/b"]
        {
            assert_eq!(api(path), Err(BreachKind::PathNotNormal), "{path}");
        }
        for path in ["/path/a|b", "/path/a%2Fb", "/path/%zz", "/path/%ff", "/path/a\"b"] {
            assert_eq!(api(path), Err(BreachKind::PathNotEncoded), "{path}");
        }
        assert_eq!(api("/no-id"), Err(BreachKind::BadParameter));
    }
}
