//! What is shown of a file, and its JSON.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::{Uuid, uuid};

/// A file at one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) path: Arc<str>,
    pub(crate) version: u64,
    pub(crate) size: u64,
    pub(crate) etag: Arc<str>,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: Author,
    pub(crate) modified_at: Timestamp,
    pub(crate) modified_by: Author,
    pub(crate) deleted: Option<Deletion>,
}

impl Row {
    /// The name, without the folder.
    pub(crate) fn name(&self) -> &str {
        split(&self.path).1
    }

    /// The folder as listings show it: `/` or `/a/b/`.
    pub(crate) fn folder(&self) -> String {
        match split(&self.path).0 {
            "" => "/".to_owned(),
            folder => format!("/{folder}/"),
        }
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// When a file was deleted, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deletion {
    pub(crate) at: Timestamp,
    pub(crate) by: Author,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The client that is tested.
    Client,
    /// Somebody else.
    Elsewhere,
}

/// A person, as the API shows it.
#[derive(Debug, Serialize)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    name: Option<&'static str>,
    email: Option<&'static str>,
}

impl Author {
    /// Who that is.
    pub(crate) fn user(self) -> User {
        match self {
            Author::Client => User {
                id: uuid!("00000000-0000-4000-8000-00000000c11e"),
                name: Some("Kim Kim"),
                email: Some("kim@example.test"),
            },
            Author::Elsewhere => {
                User { id: uuid!("00000000-0000-4000-8000-0000000e15e0"), name: None, email: None }
            }
        }
    }
}

/// The fields that listings and single files share.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    #[serde(serialize_with = "milliseconds")]
    created_at: Timestamp,
    created_by: User,
    #[serde(serialize_with = "milliseconds_if_any", skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<User>,
    etag: &'a str,
    file_id: Uuid,
    #[serde(serialize_with = "milliseconds")]
    modified_at: Timestamp,
    modified_by: User,
    name: &'a str,
    path: String,
    size: u64,
    version_id: String,
}

impl<'a> Shown<'a> {
    /// What is shown of a row, with the folder as its path.
    pub(crate) fn of(row: &'a Row) -> Self {
        Shown {
            created_at: row.created_at,
            created_by: row.created_by.user(),
            deleted_at: row.deleted.map(|deletion| deletion.at),
            deleted_by: row.deleted.map(|deletion| deletion.by.user()),
            etag: &row.etag,
            file_id: row.id,
            modified_at: row.modified_at,
            modified_by: row.modified_by.user(),
            name: row.name(),
            path: row.folder(),
            size: row.size,
            version_id: row.version.to_string(),
        }
    }

    /// The same with the whole path as its path.
    pub(crate) fn with_full_path(self, row: &Row) -> Self {
        Shown { path: format!("/{}", row.path), ..self }
    }
}

/// Writes a time as the API does: UTC, with milliseconds.
pub(crate) fn milliseconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
}

fn milliseconds_if_any<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => milliseconds(at, serializer),
        None => serializer.serialize_none(),
    }
}
