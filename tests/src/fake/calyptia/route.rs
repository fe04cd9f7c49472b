//! Which endpoint a request is for; addresses are read strictly.

use hyper::{Method, Uri};

use super::endpoint::Endpoint;
use crate::fake::query::{self, Query};

/// A request, by what it is for.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) target: Target,
    pub(crate) query: Result<Query, String>,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The files of this core instance.
    Instance(String),
    /// The file of this id.
    File(String),
    Nothing,
}

/// Finds the endpoint.
pub(crate) fn route(method: &Method, uri: &Uri) -> Route {
    let target = target(uri.path());
    let endpoint = match (method, &target) {
        (&Method::GET, Target::Instance(_)) => Endpoint::List,
        (&Method::POST, Target::Instance(_)) => Endpoint::Create,
        (&Method::PATCH, Target::File(_)) => Endpoint::Update,
        (&Method::DELETE, Target::File(_)) => Endpoint::Delete,
        _ => Endpoint::Other,
    };
    Route { endpoint, target, query: Query::parse(uri.query().unwrap_or_default()) }
}

fn target(path: &str) -> Target {
    let one = |text: &str| query::decode(text).ok().filter(|id| !id.is_empty() && !id.contains('/'));
    let parts: Vec<&str> = path.split('/').collect();
    let found = match parts[..] {
        ["", "v1", "core_instances", id, "files"] => one(id).map(Target::Instance),
        ["", "v1", "core_instance_files", id] => one(id).map(Target::File),
        _ => None,
    };
    found.unwrap_or(Target::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_exactly_one() {
        let of = |method: Method, uri: &str| route(&method, &uri.parse().unwrap()).endpoint;
        assert_eq!(of(Method::GET, "/v1/core_instances/a/files?last=1"), Endpoint::List);
        assert_eq!(of(Method::POST, "/v1/core_instances/a/files"), Endpoint::Create);
        assert_eq!(of(Method::PATCH, "/v1/core_instance_files/a"), Endpoint::Update);
        assert_eq!(of(Method::DELETE, "/v1/core_instance_files/a"), Endpoint::Delete);
        for uri in [
            "/v1/core_instance_files/a",
            "/v1/core_instances/a/files/",
            "/v1//core_instances/a/files",
            "/core_instances/a/files",
            "/v1/core_instances//files",
            "/v1/core_instances/%2F/files",
        ] {
            assert_eq!(of(Method::GET, uri), Endpoint::Other, "{uri}");
        }
    }
}
