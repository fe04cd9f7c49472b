//! Which endpoint a request is for; paths are read strictly.

use hyper::{Method, Uri};

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::link::STORAGE;
use crate::fake::query::{self, Query};

/// Why a request can't be one of the API's.
pub(crate) type Misfit = (BreachKind, String);

/// A request, by what it is for.
#[derive(Debug)]
pub(crate) enum Route {
    /// `GET me/organizations`.
    Organizations(Query),
    /// One about files.
    Files {
        /// Which endpoint.
        endpoint: Endpoint,
        /// The organization.
        organization: String,
        /// The file's id; empty where there is none.
        file: String,
    },
    /// A signed link.
    Storage {
        /// The file's id.
        file: String,
        /// The link's query.
        query: Query,
    },
    /// Nothing that there is.
    Nowhere(Misfit),
}

/// Finds the endpoint.
pub(crate) fn route(method: &Method, uri: &Uri) -> (Endpoint, Route) {
    match read(method, uri) {
        Ok((endpoint, route)) => (endpoint, route),
        Err(misfit) => (Endpoint::Other, Route::Nowhere(misfit)),
    }
}

fn read(method: &Method, uri: &Uri) -> Result<(Endpoint, Route), Misfit> {
    let path = uri.path();
    let nowhere = || (BreachKind::NoSuchEndpoint, format!("there is no {method} {path}"));
    let query =
        Query::parse(uri.query().unwrap_or_default()).map_err(|why| (BreachKind::BadParameter, why))?;
    if let Some(file) = path.strip_prefix(STORAGE) {
        if *method != Method::GET {
            return Err(nowhere());
        }
        return Ok((Endpoint::Storage, Route::Storage { file: id(file)?, query }));
    }
    let rest = path.strip_prefix("/api/v1/").ok_or_else(nowhere)?;
    if rest == "me/organizations" && *method == Method::GET {
        return Ok((Endpoint::Organizations, Route::Organizations(query)));
    }
    let (organization, files) =
        rest.strip_prefix("organizations/").and_then(|rest| rest.split_once('/')).ok_or_else(nowhere)?;
    if let Some(key) = query.keys().next() {
        return Err((BreachKind::BadParameter, format!("{path} takes no parameter {key}")));
    }
    let (endpoint, file) = files_endpoint(method, files).ok_or_else(|| match files.to_ascii_lowercase() {
        files if ["%3adownload", "%3aupload", "%3agenerate"].iter().any(|verb| files.contains(verb)) => {
            (BreachKind::ColonEncoded, format!("the colon of the verb is encoded in {path}"))
        }
        files if files.starts_with("files/organizations") => {
            (BreachKind::WholeName, format!("{path} holds a whole resource name"))
        }
        _ => nowhere(),
    })?;
    let (organization, file) = (id(organization)?, id(file)?);
    Ok((endpoint, Route::Files { endpoint, organization, file }))
}

fn files_endpoint<'a>(method: &Method, files: &'a str) -> Option<(Endpoint, &'a str)> {
    let (get, post, delete) = (*method == Method::GET, *method == Method::POST, *method == Method::DELETE);
    match files {
        "files:upload" if post => return Some((Endpoint::Upload, "")),
        "files:generateUploadUrl" if post => return Some((Endpoint::UploadUrl, "")),
        _ => {}
    }
    let file = files.strip_prefix("files/")?;
    let (endpoint, id) = if let Some(id) = file.strip_suffix("/metadata").filter(|_| get) {
        (Endpoint::Metadata, id)
    } else if let Some(id) = file.strip_suffix(":download").filter(|_| get) {
        (Endpoint::Download, id)
    } else if let Some(id) = file.strip_suffix(":generateDownloadUrl").filter(|_| post) {
        (Endpoint::DownloadUrl, id)
    } else if delete {
        (Endpoint::Delete, file)
    } else {
        return None;
    };
    (!id.is_empty() && !id.contains('/')).then_some((endpoint, id))
}

fn id(raw: &str) -> Result<String, Misfit> {
    let not_encoded = |why| (BreachKind::IdNotEncoded, why);
    if !raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)) {
        return Err(not_encoded(format!("{raw:?} holds characters that must be percent-encoded")));
    }
    query::decode(raw).map_err(not_encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(method: Method, path: &str) -> Result<(Endpoint, String), BreachKind> {
        match route(&method, &format!("/api/v1/organizations/o/{path}").parse().unwrap()) {
            (endpoint, Route::Files { file, .. }) => Ok((endpoint, file)),
            (_, Route::Nowhere((kind, _))) => Err(kind),
            (_, other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn verbs_stand_behind_a_colon_and_ids_are_encoded() {
        let f = |endpoint, id: &str| Ok((endpoint, id.to_owned()));
        assert_eq!(kind(Method::POST, "files:upload"), f(Endpoint::Upload, ""));
        assert_eq!(kind(Method::GET, "files/f%3A1%2Fx:download"), f(Endpoint::Download, "f:1/x"));
        assert_eq!(kind(Method::GET, "files/f/metadata"), f(Endpoint::Metadata, "f"));
        assert_eq!(kind(Method::POST, "files/f:generateDownloadUrl"), f(Endpoint::DownloadUrl, "f"));
        assert_eq!(kind(Method::DELETE, "files/f"), f(Endpoint::Delete, "f"));
    }

    #[test]
    fn nothing_else_is_there() {
        for (method, path, breach) in [
            (Method::GET, "files/f%3Adownload", BreachKind::ColonEncoded),
            (Method::POST, "files%3Aupload", BreachKind::ColonEncoded),
            (Method::GET, "files/organizations/o/files/f/metadata", BreachKind::WholeName),
            (Method::GET, "files/f:1:download", BreachKind::IdNotEncoded),
            (Method::GET, "files/f/metadata?x=1", BreachKind::BadParameter),
            (Method::GET, "files", BreachKind::NoSuchEndpoint),
            (Method::PUT, "files/f", BreachKind::NoSuchEndpoint),
            (Method::GET, "files//metadata", BreachKind::NoSuchEndpoint),
        ] {
            assert_eq!(kind(method, path), Err(breach), "{path}");
        }
    }
}
