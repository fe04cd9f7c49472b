//! Which endpoint a request is for; paths are read strictly.

use hyper::Uri;

use super::breach::BreachKind;
use crate::fake::query::{self, Query};

/// Where the paths of the API begin.
pub(crate) const API: &str = "/filesystems";

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Filesystems,
    Share,
    List(String),
    Mkdir(String),
    File(String),
}

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The filesystem, where the request is about one.
    pub(crate) filesystem: Option<String>,
    pub(crate) target: Result<Target, (BreachKind, String)>,
    pub(crate) query: Query,
}

/// Reads an address.
pub(crate) fn route(uri: &Uri) -> Route {
    let nowhere = || (BreachKind::NoSuchEndpoint, format!("there is nothing at {}", uri.path()));
    let (query, broken) = match Query::parse(uri.query().unwrap_or_default()) {
        Ok(query) => (query, None),
        Err(why) => (Query::default(), Some((BreachKind::PathNotEncoded, why))),
    };
    let rest = uri.path().strip_prefix(API);
    let (filesystem, target) = match rest.map(|rest| rest.strip_prefix('/').unwrap_or(rest)) {
        None => (None, Err(nowhere())),
        Some("") if rest == Some("") => (None, Ok(Target::Filesystems)),
        Some(rest) => {
            let (filesystem, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let (what, path) = rest.split_once('/').unwrap_or((rest, ""));
            let target = match what {
                "share" if rest == "share" => Ok(Target::Share),
                "list" if rest == "list/" => Ok(Target::List(String::new())),
                "list" if rest != "list" => read_path(path).map(Target::List),
                "mkdir" => read_path(path).map(Target::Mkdir),
                "files" => read_path(path).map(Target::File),
                _ => Err(nowhere()),
            };
            (Some(filesystem.to_owned()), target)
        }
    };
    Route { filesystem, target: broken.map_or(target, Err), query }
}

fn read_path(raw: &str) -> Result<String, (BreachKind, String)> {
    let not_encoded = |why: String| (BreachKind::PathNotEncoded, why);
    if !raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&byte)) {
        return Err(not_encoded(format!("{raw:?} holds characters that must be percent-encoded")));
    }
    let segments: Vec<String> =
        raw.split('/').map(query::decode).collect::<Result<_, _>>().map_err(not_encoded)?;
    if segments.iter().any(|segment| segment.contains('/')) {
        return Err(not_encoded(format!("{raw:?} holds an encoded slash")));
    }
    if segments.iter().any(|segment| matches!(segment.as_str(), "" | "." | "..")) {
        return Err((BreachKind::PathNotNormal, format!("{raw:?} has an empty or a dot segment")));
    }
    Ok(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: &str) -> Result<Target, BreachKind> {
        route(&format!("/filesystems{path}").parse().unwrap()).target.map_err(|(kind, _)| kind)
    }

    #[test]
    fn paths_are_read_segment_by_segment() {
        assert_eq!(target(""), Ok(Target::Filesystems));
        assert_eq!(target("/f/list/"), Ok(Target::List("".into())));
        assert_eq!(target("/f/list"), Err(BreachKind::NoSuchEndpoint));
        assert_eq!(target("/f/share"), Ok(Target::Share));
        assert_eq!(target("/f/share/a"), Err(BreachKind::NoSuchEndpoint));
        assert_eq!(target("/f/list/a%20b/c"), Ok(Target::List("a b/c".into())));
        assert_eq!(target("/f/files/%C3%A4%3F"), Ok(Target::File("ä?".into())));
        for path in ["/f/files/a/../b", "/f/files/a//b", "/f/files/a/", "/f/mkdir/", "/f/files/%2e%2e/b"] {
            assert_eq!(target(path), Err(BreachKind::PathNotNormal), "{path}");
        }
        assert_eq!(target("/f/files/a%2Fb"), Err(BreachKind::PathNotEncoded));
        assert_eq!(target("/f/other/a"), Err(BreachKind::NoSuchEndpoint));
        assert_eq!(target("/"), Err(BreachKind::NoSuchEndpoint));
    }
}
