//! What the service sends: <https://docs.wise.is/cored/files-v2>, `/folders`, `/api-v2`. Lenient: what isn't needed may
//! be absent, null or of a strange type.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use tidemark_core::node::{Kind, Remote, Revision};

use crate::coredata::digest::Md5Hex;
use crate::coredata::id::ItemId;

/// Where deleted items go.
const TRASH: &str = "/domain/trash";
/// More objects than a page has, also where the service gives more than were asked for.
const MOST_OF_A_PAGE: usize = 100_000;
/// Longest snapshot id that is taken.
const SNAPSHOT_CHARS: usize = 200;

/// A page of a list. Its objects are read one by one, so that a broken one breaks only itself.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) meta: Meta,
    #[serde(deserialize_with = "objects")]
    pub(super) objects: Vec<Box<RawValue>>,
}

/// Where a page lies in its list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) offset: Option<u64>,
    #[serde(default)]
    pub(super) next: Option<String>,
    #[serde(default)]
    pub(super) total_count: Option<u64>,
}

/// What every object has.
pub(super) trait Listed: DeserializeOwned + Clone + Send {
    /// Its id.
    fn id(&self) -> &ItemId;
    /// The id of what holds it, where it says it.
    fn parent(&self) -> Option<&ItemId>;
}

/// A file: an entry of a list, or the answer to `GET files/{id}/`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct File {
    pub(super) id: ItemId,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) filename: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) parent: Option<ItemId>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) snapshot_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) digest: Option<Md5Hex>,
    #[serde(default, deserialize_with = "time")]
    pub(super) created: Option<i64>,
    #[serde(default, deserialize_with = "time")]
    pub(super) modified: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) path: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) dynatype: Option<Dynatype>,
    #[serde(default)]
    pub(super) tags: Option<Value>,
    #[serde(default)]
    pub(super) contacts: Option<Value>,
}

/// What kind of document a file is.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Dynatype {
    pub(super) title: String,
}

/// A folder: an entry of a list.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Folder {
    pub(super) id: ItemId,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) parent: Option<ItemId>,
    #[serde(default, deserialize_with = "time")]
    pub(super) created: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) path: Option<String>,
}

/// What a root is called: the answer to `GET projects/{id}/` or `GET folders/{id}/`.
#[derive(Debug, Deserialize)]
pub(super) struct Titled {
    #[serde(default, deserialize_with = "lenient")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) path: Option<String>,
}

/// Where a large content goes, from `POST /api/v3/blob/presigned-upload-url/`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket {
    pub(super) blob_name: String,
    pub(super) presigned_url: String,
}

impl Listed for File {
    fn id(&self) -> &ItemId {
        &self.id
    }

    fn parent(&self) -> Option<&ItemId> {
        self.parent.as_ref()
    }
}

impl Listed for Folder {
    fn id(&self) -> &ItemId {
        &self.id
    }

    fn parent(&self) -> Option<&ItemId> {
        self.parent.as_ref()
    }
}

impl File {
    /// True when it has what a listing needs; older services leave things out.
    pub(super) fn is_whole(&self) -> bool {
        self.filename.is_some() && self.size.is_some() && self.revision().is_some()
    }

    /// Its revision.
    pub(super) fn revision(&self) -> Option<Revision> {
        let snapshot = self.snapshot_id.as_deref()?;
        (!snapshot.is_empty() && snapshot.len() <= SNAPSHOT_CHARS).then(|| Revision(snapshot.into()))
    }

    /// True when it was deleted.
    pub(super) fn is_in_trash(&self) -> bool {
        is_in_trash(self.path.as_deref())
    }

    /// As the engine knows it; `None` where the service gives no snapshot id.
    pub(super) fn remote(&self) -> Option<Remote> {
        Some(Remote {
            kind: Kind::File,
            id: self.id.of_file(),
            revision: self.revision()?,
            size: self.size,
            modified_ns: self.modified.or(self.created),
            hash: None,
            write_only: false,
        })
    }

    /// What orders files of one name: when they were made, then their ids.
    pub(super) fn age(&self) -> (i64, ItemId) {
        age(&self.id, self.created)
    }
}

impl Folder {
    /// True when it was deleted.
    pub(super) fn is_in_trash(&self) -> bool {
        is_in_trash(self.path.as_deref())
    }

    /// What orders folders of one title.
    pub(super) fn age(&self) -> (i64, ItemId) {
        age(&self.id, self.created)
    }
}

impl Titled {
    /// True when it was deleted.
    pub(super) fn is_in_trash(&self) -> bool {
        is_in_trash(self.path.as_deref())
    }
}

/// As the engine knows a folder.
pub(super) fn folder_remote(id: &ItemId) -> Remote {
    Remote {
        kind: Kind::Folder,
        id: id.of_folder(),
        revision: Revision("".into()),
        size: None,
        modified_ns: None,
        hash: None,
        write_only: false,
    }
}

fn is_in_trash(path: Option<&str>) -> bool {
    path.and_then(|path| path.strip_prefix(TRASH))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn age(id: &ItemId, created: Option<i64>) -> (i64, ItemId) {
    (id.made_ns().or(created).unwrap_or(i64::MAX), id.clone())
}

/// Counted while they are read: what has no end doesn't fill the memory first.
fn objects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Box<RawValue>>, D::Error> {
    struct Objects;

    impl<'de> Visitor<'de> for Objects {
        type Value = Vec<Box<RawValue>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MOST_OF_A_PAGE} objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut objects = Vec::new();
            while let Some(object) = sequence.next_element()? {
                if objects.len() == MOST_OF_A_PAGE {
                    return Err(serde::de::Error::invalid_length(objects.len() + 1, &self));
                }
                objects.push(object);
            }
            Ok(objects)
        }
    }

    deserializer.deserialize_seq(Objects)
}

/// The value where it can be read, else nothing.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// A time without a zone is UTC: the times in the vendor's examples are those inside of the ids beside them.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text: Option<String> = lenient(deserializer)?;
    Ok(text.as_deref().and_then(nanoseconds))
}

fn nanoseconds(text: &str) -> Option<i64> {
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let naive: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(naive).ok()
    })?;
    i64::try_from(time.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_a_zone_are_utc() {
        assert_eq!(nanoseconds("2023-10-25T19:01:18"), Some(1_698_260_478_000_000_000));
        assert_eq!(nanoseconds("2023-10-25T19:01:18.5Z"), Some(1_698_260_478_500_000_000));
        assert_eq!(nanoseconds("yesterday"), None);
    }

    #[test]
    fn an_old_entry_lacks_little_and_a_strange_one_breaks_nothing() {
        let old = r#"{"id":"2bb7fb5e-8ef6-11e6-89e1-87ce876944be","filename":"Meeting notes.pdf","folder":"",
            "digest":"9466839db23434b227368ef661b92249","size":27655,"tags":[],
            "snapshot_id":"2bb8dd8a-8ef6-11e6-89e1-03c0dbcab4b1","parent":"07dcc00c-897e-11e6-b174-db079186c95c"}"#;
        let file: File = serde_json::from_str(old).unwrap();
        assert!(file.is_whole() && file.modified.is_none() && !file.is_in_trash());
        let strange =
            r#"{"id":"2bb7fb5e-8ef6-11e6-89e1-87ce876944be","filename":7,"size":-1,"digest":"x","tags":{}}"#;
        let file: File = serde_json::from_str(strange).unwrap();
        assert!(!file.is_whole() && file.remote().is_none());
        assert!(serde_json::from_str::<File>(r#"{"id":"../../x"}"#).is_err());
    }

    #[test]
    fn a_page_has_an_end() {
        let page = |objects: usize| {
            let objects = vec!["0"; objects].join(",");
            serde_json::from_str::<Page>(&format!(r#"{{"meta":{{}},"objects":[{objects}]}}"#))
        };
        assert_eq!(page(MOST_OF_A_PAGE).unwrap().objects.len(), MOST_OF_A_PAGE);
        assert!(page(MOST_OF_A_PAGE + 1).is_err());
        for none in [r#"{"meta":{}}"#, r#"{"meta":{},"objects":null}"#, r#"{"meta":{},"objects":{}}"#] {
            assert!(serde_json::from_str::<Page>(none).is_err(), "{none}");
        }
    }

    #[test]
    fn the_trash_is_no_place_of_ours() {
        for (path, trash) in
            [("/domain/trash", true), ("/domain/trash/a", true), ("/domain/trashed/a", false)]
        {
            assert_eq!(is_in_trash(Some(path)), trash, "{path}");
        }
    }
}
