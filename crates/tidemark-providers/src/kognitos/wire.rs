//! What the service sends. Lenient: what isn't needed may be absent, null or of a strange type.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::http::at_most::AtMost;

/// Longest id of a file that is taken for one.
const ID_BYTES: usize = 512;
/// Organizations of a page that are read: the service sends at most 1,000.
const MOST_ORGANIZATIONS: usize = 10_000;

/// `FileMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    /// `organizations/{organization}/files/{file}`.
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    /// Bytes: an int64, which protobuf writes as text.
    #[serde(default, deserialize_with = "size")]
    pub(super) size_bytes: Option<u64>,
    /// Nanoseconds since the epoch.
    #[serde(default, deserialize_with = "time")]
    pub(super) create_time: Option<i64>,
}

/// `GenerateDownloadUrlRequest`; without a duration.
#[derive(Debug, Serialize)]
pub(super) struct DownloadLinkRequest {}

/// `GenerateDownloadUrlResponse`.
#[derive(Debug, Deserialize)]
pub(super) struct DownloadLink {
    pub(super) download_uri: String,
}

/// A page of `GET me/organizations`.
#[derive(Debug, Deserialize)]
pub(super) struct Organizations {
    /// Protobuf's JSON may leave out a list that is empty.
    user_organizations: Option<AtMost<MOST_ORGANIZATIONS, Value>>,
    #[serde(default, deserialize_with = "text")]
    pub(super) next_page_token: Option<String>,
}

/// An organization that the token sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Organization {
    pub(super) id: String,
    /// What people call it; its id where it has no name.
    pub(super) title: String,
}

impl Metadata {
    /// The file's id: the last part of its name.
    pub(super) fn id(&self) -> Option<String> {
        let id = self.name.as_deref()?.rsplit('/').next()?;
        is_id(id).then(|| id.to_owned())
    }
}

impl Organizations {
    /// False where the answer has no list of them.
    pub(super) fn are_listed(&self) -> bool {
        self.user_organizations.is_some()
    }

    /// Those that have an id.
    pub(super) fn all(&self) -> impl Iterator<Item = Organization> {
        self.user_organizations.iter().flat_map(|listed| &listed.0).filter_map(|entry| {
            let text = |key| entry.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            let name = text("name").filter(|name| is_organization(name)).or(text("organization"))?;
            let id = name.rsplit('/').next().filter(|id| is_id(id))?;
            let title = text("title").or(text("display_name")).unwrap_or(id);
            Some(Organization { id: id.to_owned(), title: title.to_owned() })
        })
    }
}

fn is_organization(name: &str) -> bool {
    name.rsplit('/').nth(1).is_none_or(|parent| parent == "organizations")
}

/// The answer to an upload: the metadata under `metadata`, or at the top. `None`: neither.
pub(super) fn created(body: &[u8]) -> Option<Metadata> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let nested = body.get_mut("metadata").filter(|nested| nested.is_object()).map(Value::take);
    serde_json::from_value(nested.unwrap_or(body)).ok()
}

/// The id of the file that a `Location` leads to.
pub(super) fn id_at(location: &str) -> Option<String> {
    let path = location.trim().split(['?', '#']).next()?;
    let (_, rest) = path.rsplit_once("/files/").or_else(|| path.rsplit_once('/'))?;
    let id = rest.split(['/', ':']).next()?;
    let id = percent_decode_str(id).decode_utf8().ok()?;
    is_id(&id).then(|| id.into_owned())
}

fn is_id(text: &str) -> bool {
    (1..=ID_BYTES).contains(&text.len())
        && !matches!(text, "." | "..")
        && !text.contains(|c: char| c.is_control() || c == '/')
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let time = text(deserializer)?.and_then(|text| text.parse::<Timestamp>().ok());
    Ok(time.and_then(|time| i64::try_from(time.as_nanosecond()).ok()))
}
