//! What the File API sends. Lenient: what isn't needed may be absent, null or of a strange type.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tidemark_core::path::{PathError, RelPath};

use crate::evo::clock;
use crate::http::at_most::AtMost;

/// Files of a page that are read: the service sends at most 5,000.
const MOST_FILES: usize = 100_000;

/// A page of `GET files`. Its files are read one by one, so that a broken one breaks only itself.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) files: AtMost<MOST_FILES, Box<RawValue>>,
    #[serde(default)]
    pub(super) count: Option<u64>,
    #[serde(default)]
    pub(super) limit: Option<u64>,
    #[serde(default)]
    pub(super) total: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) links: Option<PageLinks>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PageLinks {
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// A file: an entry of a page, or the answer to `GET files/{file_id}` and `GET files/path/{file_path}`.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    #[serde(deserialize_with = "exact_id")]
    pub(super) file_id: String,
    #[serde(deserialize_with = "exact_id")]
    pub(super) version_id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default, deserialize_with = "lenient_size")]
    pub(super) size: Option<u64>,
    #[serde(default, deserialize_with = "lenient_time")]
    pub(super) created_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) created_by: Option<User>,
    #[serde(default, deserialize_with = "lenient_time")]
    pub(super) modified_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) modified_by: Option<User>,
    #[serde(default, deserialize_with = "lenient_time")]
    pub(super) deleted_at: Option<i64>,
    #[serde(default)]
    pub(super) download: Option<String>,
    #[serde(default)]
    pub(super) versions: Option<Vec<Version>>,
}

/// One version of a file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Version {
    #[serde(deserialize_with = "exact_id")]
    pub(super) version_id: String,
    #[serde(default, deserialize_with = "lenient_size")]
    pub(super) size: Option<u64>,
    #[serde(default, deserialize_with = "lenient_time")]
    pub(super) created_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) created_by: Option<User>,
}

/// Who did it. Name and e-mail address may be null.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct User {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

impl User {
    /// The name, else the address.
    pub(super) fn shown(&self) -> Option<String> {
        let texts = [&self.name, &self.email];
        texts.into_iter().flatten().find(|text| !text.trim().is_empty()).cloned()
    }
}

/// The answer to a PUT: where the content goes.
#[derive(Debug, Deserialize)]
pub(super) struct UploadTicket {
    #[serde(deserialize_with = "exact_id")]
    pub(super) file_id: String,
    #[serde(deserialize_with = "exact_id")]
    pub(super) version_id: String,
    pub(super) upload: String,
}

/// How a service writes `path`: the vendor's page doesn't say, its examples and its client differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStyle {
    /// `path` is the folder.
    Folder,
    /// `path` ends in the file's name.
    Full,
}

impl PathStyle {
    /// The style of files that came together: full only when every one of them can be.
    pub(super) fn of<'a>(mut files: impl Iterator<Item = &'a File>) -> Self {
        if files.all(File::may_be_full) { Self::Full } else { Self::Folder }
    }
}

impl File {
    /// The whole path in the workspace, not yet checked, without a slash at its start.
    pub(super) fn full_path(&self, style: PathStyle) -> String {
        let path = self.path.as_deref().unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(path);
        let folder = path.strip_suffix('/').unwrap_or(path);
        match style {
            PathStyle::Full if self.may_be_full() => path.to_owned(),
            _ if folder.is_empty() => self.name.clone(),
            _ => format!("{folder}/{}", self.name),
        }
    }

    /// The checked path. A name that is more than one component is none.
    pub(super) fn rel_path(&self, style: PathStyle) -> Result<RelPath, PathError> {
        RelPath::root().join(&self.name)?;
        RelPath::new(&self.full_path(style))
    }

    /// The checked path of a file that came alone. `known` decides where both styles are possible.
    pub(super) fn lone_path(&self, known: &RelPath) -> Result<RelPath, PathError> {
        let folder = self.rel_path(PathStyle::Folder);
        if folder.as_ref() == Ok(known) {
            folder
        } else {
            self.rel_path(PathStyle::of(std::iter::once(self)))
        }
    }

    fn may_be_full(&self) -> bool {
        let path = self.path.as_deref().unwrap_or_default();
        !path.is_empty() && path.rsplit('/').next() == Some(&*self.name)
    }
}

/// An id as text or as a number of any length, digit for digit: these have 19 digits and more, too many for a double.
fn exact_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = match raw.get() {
        text if text.starts_with('"') => serde_json::from_str(text).map_err(serde::de::Error::custom)?,
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => number.to_owned(),
        _ => return Err(serde::de::Error::custom("an id is neither text nor a whole number")),
    };
    match text.as_str() {
        "" | "." | ".." => Err(serde::de::Error::custom("an id can't be that")),
        _ => Ok(text),
    }
}

/// The value where it can be read, else nothing.
fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

fn lenient_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(raw.get().trim_matches('"').parse().ok())
}

fn lenient_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text: Option<String> = lenient(deserializer)?;
    Ok(text.as_deref().and_then(clock::parse))
}
