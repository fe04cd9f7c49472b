//! Files and folders that are made, described, replaced and deleted.

use hyper::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::answering::{Refused, Service};
use super::breach::BreachKind;
use super::form::Form;
use super::objects::{nothing_there, refusal};
use super::route::Route;
use super::state::State;
use crate::fake::Asked;
use crate::fake::answer::Answer;
use crate::fake::content::Content;

const FORM_FIELDS: [&str; 8] =
    ["content", "blob_name", "filename", "title", "parent", "dynatype", "contacts", "tags"];
const DESCRIPTION: [&str; 6] = ["filename", "title", "parent", "dynatype", "contacts", "tags"];

impl Service {
    pub(crate) fn create_file(&self, asked: &Asked<'_>) -> Result<Answer, Refused> {
        let bad = |detail: String| self.breach(asked, BreachKind::BadForm, detail);
        let form = Form::parse(asked.header("content-type").unwrap_or_default(), &asked.body.bytes());
        let form = form.map_err(bad)?;
        if let Some(stranger) = form.stranger(&FORM_FIELDS) {
            return Err(bad(format!("there is no field {stranger:?}")));
        }
        let text = |name: &str| {
            let value = form.text(name).filter(|text| !text.is_empty());
            value.ok_or_else(|| bad(format!("{name} is missing")))
        };
        let (filename, title, parent) = (text("filename")?, text("title")?, text("parent")?);
        let parent = self.container(asked, &parent)?;
        let (dynatype, contacts) = (form.text("dynatype"), list(form.text("contacts")));
        if !contacts.is_empty() && dynatype.as_deref().is_none_or(|name| name == "File") {
            return Err(bad("contacts without a dynatype that has them".into()));
        }
        if let Some(bad_id) = contacts.iter().find(|id| id.parse::<Uuid>().is_err()) {
            return Err(self.breach(asked, BreachKind::BadId, format!("contact {bad_id:?}")));
        }
        let now = self.now();
        let mut state = self.state();
        let blob = match (form.bytes("content"), form.text("blob_name")) {
            (Some(content), None) => {
                let content = Content::from(content);
                let kept = content.slice(0..content.size().saturating_sub(asked.lost));
                state.keep(kept, now)
            }
            (None, Some(blob)) => self.take_blob(asked, &mut state, &blob)?,
            _ => return Err(bad("either content or blob_name".into())),
        };
        let (digest, _) = state.describe(&blob);
        let same = state.files.iter().find(|file| {
            !file.deleted
                && file.by_client
                && (file.parent, &file.filename, &file.digest) == (parent, &filename, &digest)
        });
        if let Some(same) = same {
            let detail = format!("{filename:?} is there as {}", same.id);
            return Err(self.breach(asked, BreachKind::MadeTwice, detail));
        }
        let id = state.add_file_of(parent, &filename, &blob, now);
        if let Some(file) = state.file_mut(id) {
            file.title = title;
            file.dynatype = dynatype.unwrap_or_else(|| "File".into());
            file.tags = list(form.text("tags"));
            file.contacts = contacts;
            file.by_client = true;
        }
        Ok(created(&format!("/api/v2/files/{id}/")))
    }

    pub(crate) fn describe_file(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let bad = |detail: String| self.breach(asked, BreachKind::BadDescription, detail);
        let body: Value = serde_json::from_slice(&asked.body.bytes()).unwrap_or_default();
        if asked.header("content-type") != Some("application/json") || !body.is_object() {
            return Err(bad("it isn't JSON".into()));
        }
        let fields = body.as_object().into_iter().flatten();
        for (key, value) in fields {
            if !DESCRIPTION.contains(&key.as_str()) || !value.is_string() {
                return Err(bad(format!("{key:?} isn't a text that describes a file")));
            }
        }
        let text = |name: &str| {
            let value = body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            value.ok_or_else(|| bad(format!("{name} is missing")))
        };
        let (filename, title, parent) = (text("filename")?, text("title")?, text("parent")?);
        let parent = self.container(asked, &parent)?;
        let optional = |name: &str| body[name].as_str().map(str::to_owned);
        let (tags, contacts) = (list(optional("tags")), list(optional("contacts")));
        let now = self.now();
        let mut state = self.state();
        let snapshot = state.next_id(now);
        let file = state.file_mut(route.id).filter(|file| !file.deleted).ok_or_else(nothing_there)?;
        let dynatype = optional("dynatype").unwrap_or_else(|| "File".into());
        let stem = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
        let keeps_title =
            title == file.title || file.title == stem(&file.filename) && title == stem(&filename);
        let lost = if tags != file.tags {
            Some("tags")
        } else if contacts != file.contacts {
            Some("contacts")
        } else if dynatype != file.dynatype {
            Some("dynatype")
        } else if !keeps_title {
            Some("title")
        } else {
            None
        };
        (file.filename, file.title, file.parent) = (filename, title, parent);
        (file.tags, file.contacts, file.dynatype) = (tags, contacts, dynatype);
        (file.snapshot, file.modified) = (snapshot, now);
        drop(state);
        if let Some(lost) = lost {
            return Err(self.breach(
                asked,
                BreachKind::LostLabel,
                format!("the {lost} aren't what they were"),
            ));
        }
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }

    pub(crate) fn replace_content(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let Some(snapshot) = route.query.one("snapshot_id") else {
            return Err(self.breach(asked, BreachKind::NoSnapshot, "no snapshot_id"));
        };
        let now = self.now();
        let mut state = self.state();
        let file = state.file(route.id).filter(|file| self.can_be_seen(&state, file) && !file.deleted);
        let file = file.ok_or_else(nothing_there)?;
        if file.snapshot.to_string() != snapshot {
            return Err(refusal(self.front.rules.mismatch, "The document was changed by another user."));
        }
        let blob = match (route.query.one("blob_name"), route.query.one("digest")) {
            (None, None) => {
                if asked.header("content-type") != Some("application/octet-stream") {
                    return Err(self.breach(
                        asked,
                        BreachKind::BadForm,
                        "a content is application/octet-stream",
                    ));
                }
                state.keep(asked.stored(), now)
            }
            (Some(blob), Some(digest)) => {
                let blob = self.take_blob(asked, &mut state, blob)?;
                let (stored, _) = state.describe(&blob);
                if asked.body.size() > 0 || digest.len() != 32 {
                    return Err(self.breach(asked, BreachKind::BadDigest, "a content by name has no body"));
                }
                if digest != stored {
                    return Err(refusal(400, "The digest isn't that of the content."));
                }
                blob
            }
            _ => return Err(self.breach(asked, BreachKind::BadDigest, "blob_name goes with digest")),
        };
        state.replace(route.id, &blob, now);
        let answer = Answer::with(StatusCode::CREATED, "text/html; charset=utf-8", "");
        match state.file(route.id).filter(|_| self.front.rules.answers_new_content) {
            Some(file) => Ok(answer
                .header("x-coredata-fields-filedigest", &file.digest)
                .header("x-coredata-fields-snapshot-id", file.snapshot.to_string())),
            None => Ok(answer),
        }
    }

    pub(crate) fn delete_file(&self, route: &Route) -> Result<Answer, Refused> {
        let mut state = self.state();
        let file = state.file_mut(route.id).filter(|file| !file.deleted).ok_or_else(nothing_there)?;
        file.deleted = true;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }

    pub(crate) fn create_folder(&self, asked: &Asked<'_>) -> Result<Answer, Refused> {
        if let Err(status) = self.front.rules.makes_folders {
            return Err(refusal(status, "Folders aren't made here."));
        }
        let body: Value = serde_json::from_slice(&asked.body.bytes()).unwrap_or_default();
        let (Some(title), Some(parent)) = (body["title"].as_str(), body["parent"].as_str()) else {
            return Err(self.breach(asked, BreachKind::BadDescription, "a folder has a title and a parent"));
        };
        let parent = self.container(asked, parent)?;
        let now = self.now();
        let mut state = self.state();
        let twin = state
            .folders
            .iter()
            .any(|folder| !folder.deleted && folder.parent == parent && folder.title == title);
        if twin {
            drop(state);
            return Err(self.breach(asked, BreachKind::MadeTwice, format!("there is a folder {title:?}")));
        }
        let id = state.add_folder(parent, title, now);
        Ok(created(&format!("/api/v2/folders/{id}/")))
    }

    pub(crate) fn delete_folder_of(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        if let Err(status) = self.front.rules.deletes_folders {
            return Err(refusal(status, "Folders aren't deleted here."));
        }
        let mut state = self.state();
        let inside = state.files.iter().any(|file| !file.deleted && file.parent == route.id)
            || state.folders.iter().any(|folder| !folder.deleted && folder.parent == route.id);
        if inside {
            drop(state);
            return Err(self.breach(asked, BreachKind::FolderNotEmpty, route.id.to_string()));
        }
        let folder = state.folders.iter_mut().find(|folder| folder.id == route.id && !folder.deleted);
        folder.ok_or_else(nothing_there)?.deleted = true;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }

    fn container(&self, asked: &Asked<'_>, id: &str) -> Result<Uuid, Refused> {
        let id = id.parse().map_err(|_| self.breach(asked, BreachKind::BadId, format!("parent {id:?}")))?;
        let state = self.state();
        match state.is_container(id) {
            true => Ok(state.resolved(id)),
            false => Err(refusal(400, "The parent doesn't exist.")),
        }
    }

    fn take_blob(&self, asked: &Asked<'_>, state: &mut State, name: &str) -> Result<String, Refused> {
        match state.blobs.get_mut(name) {
            Some(blob) if blob.content.is_some() && !blob.used => {
                blob.used = true;
                Ok(name.to_owned())
            }
            Some(blob) if blob.used => {
                Err(self.breach(asked, BreachKind::BadBlob, format!("{name:?} was used before")))
            }
            _ => Err(refusal(400, "There is no such blob.")),
        }
    }
}

fn created(location: &str) -> Answer {
    Answer::with(StatusCode::CREATED, "text/html; charset=utf-8", "").header("location", location)
}

/// A comma separated list.
fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}
