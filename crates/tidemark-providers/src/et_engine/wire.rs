//! What the Filesystems API sends and takes: "Filesystems API", request and response syntax.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::http::at_most::AtMost;

/// Names of each kind in one directory that are read. There are no pages, and each file takes a request of its own.
const MOST_NAMES: usize = 250_000;

/// One of `GET /filesystems`, and the answer to [`Create`].
#[derive(Debug, Deserialize)]
pub(super) struct Filesystem {
    pub(super) filesystem_id: String,
    pub(super) filesystem_name: String,
}

/// Makes a filesystem.
#[derive(Debug, Serialize)]
pub(super) struct Create<'a> {
    pub(super) filesystem_name: &'a str,
}

/// Shares a filesystem with a user, by their UUID.
#[derive(Debug, Serialize)]
pub(super) struct Share<'a> {
    pub(super) grantee: &'a str,
}

/// `GET …/list/<directory>`. Names stay raw at first: one that isn't text says nothing against the others.
#[derive(Debug, Deserialize)]
pub(super) struct RawNames {
    directories: AtMost<MOST_NAMES, Box<RawValue>>,
    files: AtMost<MOST_NAMES, Box<RawValue>>,
}

/// The names in one directory.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) directories: Vec<String>,
    pub(super) files: Vec<String>,
    /// What isn't text, as it came.
    pub(super) garbled: Vec<String>,
}

impl Names {
    pub(super) fn is_empty(&self) -> bool {
        self.directories.is_empty() && self.files.is_empty() && self.garbled.is_empty()
    }
}

impl From<RawNames> for Names {
    fn from(raw: RawNames) -> Self {
        let mut garbled = Vec::new();
        let mut read = |AtMost(names): AtMost<MOST_NAMES, Box<RawValue>>| {
            let mut texts = Vec::with_capacity(names.len());
            for name in names {
                match serde_json::from_str(name.get()) {
                    Ok(text) => texts.push(text),
                    Err(_) => garbled.push(name.get().to_owned()),
                }
            }
            texts
        };
        let (directories, files) = (read(raw.directories), read(raw.files));
        Self { directories, files, garbled }
    }
}

/// `GET …/files/<path>?init=true`.
#[derive(Debug, Deserialize)]
pub(super) struct Init {
    pub(super) size: u64,
}

/// Begins an upload.
#[derive(Debug, Serialize)]
pub(super) struct Begin {
    pub(super) size: u64,
}

/// The answer to [`Begin`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begun {
    pub(super) upload_id: String,
}

/// Ends an upload.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Complete<'a> {
    pub(super) complete: bool,
    pub(super) upload_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_as_the_page_shows_them() {
        assert_eq!(serde_json::to_string(&Begin { size: 123 }).unwrap(), r#"{"size":123}"#);
        let create = Create { filesystem_name: "string" };
        assert_eq!(serde_json::to_string(&create).unwrap(), r#"{"filesystem_name":"string"}"#);
        assert_eq!(serde_json::to_string(&Share { grantee: "uuid" }).unwrap(), r#"{"grantee":"uuid"}"#);
        let complete = Complete { complete: true, upload_id: "string" };
        assert_eq!(serde_json::to_string(&complete).unwrap(), r#"{"complete":true,"uploadId":"string"}"#);
        let begun: Begun = serde_json::from_str(r#"{"uploadId": "string"}"#).unwrap();
        assert_eq!(begun.upload_id, "string");
        let all: Vec<Filesystem> =
            serde_json::from_str(r#"[{"filesystem_id": "string", "filesystem_name": "string"}]"#).unwrap();
        assert_eq!((all[0].filesystem_id.as_str(), all[0].filesystem_name.as_str()), ("string", "string"));
    }

    #[test]
    fn a_name_that_is_no_text_stands_alone() {
        let raw: RawNames =
            serde_json::from_str(r#"{"directories": ["d"], "files": ["a", "b\udcff", 7]}"#).unwrap();
        let names = Names::from(raw);
        assert_eq!((names.directories, names.files), (vec!["d".to_owned()], vec!["a".to_owned()]));
        assert_eq!(names.garbled, [r#""b\udcff""#, "7"]);
    }

    #[test]
    fn names_have_an_end() {
        let listed = |count| {
            let files = vec!["1"; count].join(",");
            serde_json::from_str::<RawNames>(&format!(r#"{{"directories": [], "files": [{files}]}}"#)).is_ok()
        };
        assert!(listed(MOST_NAMES) && !listed(MOST_NAMES + 1));
    }
}
