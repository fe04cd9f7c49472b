//! What the service says and is told, in JSON; the names are those of the vendor's specification.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::http::at_most::AtMost;

/// More files than any instance has.
pub(super) const MOST_FILES: usize = 100_000;
/// Characters of an id that are taken, more than any has.
const MOST_ID_CHARS: usize = 200;

/// A page of a listing. Both fields must be there: without them an answer is none, and an end isn't assumed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    /// Raw, so that one that can't be read doesn't take the others with it.
    #[serde(deserialize_with = "items")]
    pub(super) items: Vec<Box<RawValue>>,
    /// `null` at the end of the list.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) end_cursor: Option<String>,
}

/// `CoreInstanceFile`, what is needed of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: String,
    /// In base64; of an encrypted file, what it was encrypted to.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) contents: Option<String>,
    /// Never assumed: a ciphertext mustn't be taken for a content.
    pub(super) encrypted: bool,
    pub(super) updated_at: Moment,
}

/// `CreateCoreInstanceFile`.
#[derive(Debug, Serialize)]
pub(super) struct Creation<'a> {
    pub(super) name: &'a str,
    /// In base64.
    pub(super) contents: String,
    pub(super) encrypted: bool,
}

/// `Created`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) created_at: Moment,
}

/// `UpdateCoreInstanceFile`: what isn't named stays.
#[derive(Debug, Default, Serialize)]
pub(super) struct Change<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    /// In base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contents: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encrypted: Option<bool>,
}

/// `Updated`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Updated {
    pub(super) updated_at: Moment,
}

/// `Deleted`.
#[derive(Debug, Deserialize)]
pub(super) struct Deleted {
    pub(super) deleted: bool,
}

/// A point in time as the service writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    at: Timestamp,
    /// One of its last digit.
    grain: Duration,
}

impl Moment {
    /// Nanoseconds since the epoch, where they fit.
    pub(super) fn ns(self) -> Option<i64> {
        i64::try_from(self.at.as_nanosecond()).ok()
    }

    /// The same moment always as the same text, however the service wrote it.
    pub(super) fn text(self) -> String {
        self.at.to_string()
    }

    /// True when the two are one moment, as far as the one that was written with fewer digits can say.
    pub(super) fn is(self, other: Self) -> bool {
        self.is_within(other, self.grain.max(other.grain))
    }

    /// True when less than `span` lies between the two.
    pub(super) fn is_within(self, other: Self, span: Duration) -> bool {
        self.at.duration_since(other.at).unsigned_abs() < span
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = text.trim().parse().map_err(|_| serde::de::Error::custom("a time isn't one"))?;
        let digits = text
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.bytes().take_while(u8::is_ascii_digit).count().min(9));
        Ok(Self { at, grain: Duration::from_nanos(10_u64.pow(9 - digits as u32)) })
    }
}

/// `null` is how some servers write an empty list.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Box<RawValue>>, D::Error> {
    let items = Option::<AtMost<MOST_FILES, _>>::deserialize(deserializer)?;
    Ok(items.map(|items| items.0).unwrap_or_default())
}

/// An id that can be part of an address as it is.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_plain && (1..=MOST_ID_CHARS).contains(&id.len()) {
        Ok(id)
    } else {
        Err(serde::de::Error::custom("an id isn't one"))
    }
}
