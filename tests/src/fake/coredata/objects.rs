//! Objects as the service shows them: the vendor's examples with other values.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answering::Refused;
use super::settings::RootKind;
use super::state::{File, Folder, State};
use crate::fake::answer::Answer;

/// Where the root is in the tree of all documents.
pub(crate) const ROOT_PATH: &str = "/domain/spaces/Space/Projects/Root";

/// A file, whole.
pub(crate) fn file(state: &State, file: &File, kind: RootKind) -> Value {
    let within = state.folder_path(file.parent);
    let path = match (&within, file.deleted) {
        (_, true) => format!("/domain/trash/{}", file.filename),
        (Some(folder), _) if folder.is_empty() => format!("{ROOT_PATH}/{}", file.filename),
        (Some(folder), _) => format!("{ROOT_PATH}/{folder}/{}", file.filename),
        (None, _) => format!("/domain/spaces/Elsewhere/{}", file.filename),
    };
    let project = matches!(kind, RootKind::Project | RootKind::PlainProject) && within.is_some();
    json!({
        "aspects": {},
        "blob_name": file.blob,
        "category": "main",
        "contacts": file.contacts,
        "created": naive(file.created),
        "created_by": "Administrator Administrator",
        "description": "",
        "digest": file.digest,
        "dynatype": {
            "caption_plural": format!("dynatypes_labels:{}_plural:", file.dynatype),
            "caption_singular": format!("dynatypes_labels:{}_singular:", file.dynatype),
            "id": "6d19dacc-71cf-11ee-b1e9-8f8e8372e41a",
            "title": file.dynatype,
        },
        "filename": file.filename,
        "fileplan": "",
        "fileplan_title": "",
        "folder": "",
        "id": file.id,
        "mime_type": "application/octet-stream",
        "modified": naive(file.modified),
        "modified_by": "Administrator Administrator",
        "owner": null,
        "parent": file.parent,
        "path": path,
        "project": if project { json!({ "id": state.root, "identifier": "2023-3", "title": "Root" }) } else { json!({}) },
        "resource_uri": format!("/api/v2/files/{}/", file.id),
        "size": file.size,
        "snapshot_id": file.snapshot,
        "space": { "id": "2a3b87be-71cf-11ee-a5ea-1b559886a85c", "title": "Space" },
        "tags": file.tags,
        "template": null,
        "title": file.title,
        "type": "File",
        "userhome": null,
        "version": "0.1",
    })
}

/// What an older service lists of a file, without its size as well.
pub(crate) fn little(mut file: Value) -> Value {
    if let Some(fields) = file.as_object_mut() {
        for field in ["blob_name", "category", "contacts", "created", "created_by", "description", "fileplan"]
        {
            fields.remove(field);
        }
        for field in ["fileplan_title", "modified", "modified_by", "owner", "path", "size"] {
            fields.remove(field);
        }
    }
    file
}

/// A folder.
pub(crate) fn folder(folder: &Folder) -> Value {
    json!({
        "aspects": {},
        "created": naive(folder.created),
        "created_by": "Administrator Administrator",
        "description": "",
        "dynatype": {},
        "id": folder.id,
        "modified": naive(folder.created),
        "modified_by": "Administrator Administrator",
        "parent": folder.parent,
        "path": if folder.deleted { "/domain/trash/x".to_owned() } else { format!("/domain/x/{}", folder.title) },
        "project": {},
        "resource_uri": format!("/api/v2/folders/{}/", folder.id),
        "snapshot_id": folder.id,
        "space": {},
        "tags": [],
        "template": null,
        "title": folder.title,
        "type": "Folder",
        "version": null,
    })
}

/// A project.
pub(crate) fn project(id: Uuid) -> Value {
    json!({ "id": id, "identifier": "2023-3", "title": "Root", "path": ROOT_PATH, "type": "Project" })
}

/// A page of a list, as Tastypie makes it.
pub(crate) fn page(objects: Vec<Value>, limit: usize, offset: usize, path: &str) -> Value {
    let total = objects.len();
    let end = (offset + limit).min(total);
    let link = |offset: usize| json!(format!("{path}?limit={limit}&offset={offset}"));
    json!({
        "meta": {
            "limit": limit,
            "next": if end < total { link(end) } else { Value::Null },
            "offset": offset,
            "previous": if offset > 0 { link(offset.saturating_sub(limit)) } else { Value::Null },
            "total_count": total,
        },
        "objects": objects.into_iter().skip(offset).take(limit).collect::<Vec<_>>(),
    })
}

/// A refusal in the service's own words.
pub(crate) fn refusal(status: u16, message: &str) -> Refused {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error_message": message, "traceback": "Traceback (most recent call last): …" });
    Box::new(Answer::with(status, "application/json", body.to_string()))
}

/// Tastypie's way to say that something isn't there: nothing, called HTML.
pub(crate) fn nothing_there() -> Refused {
    Box::new(Answer::with(StatusCode::NOT_FOUND, "text/html; charset=utf-8", ""))
}

fn naive(at: Timestamp) -> String {
    let text = at.to_string();
    text.split(['.', 'Z']).next().unwrap_or_default().to_owned()
}
