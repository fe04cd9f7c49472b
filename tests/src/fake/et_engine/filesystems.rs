//! The filesystems themselves: listed, made, shared.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::answering::{FILESYSTEM, Service};
use super::breach::BreachKind;
use crate::fake::Asked;
use crate::fake::answer::Answer;

/// The user whose key is taken.
pub(crate) const OWNER: &str = "5f1e9c52-0c1b-4a7e-9d3f-0000000000a1";
const NAME: &str = "projects";
/// A filesystem of somebody else's.
const THEIRS: &str = "another";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    filesystem_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    grantee: String,
}

impl Service {
    pub(crate) fn filesystems(&self) -> Answer {
        let state = self.state();
        let made = state.made.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let all = [(FILESYSTEM, NAME), (THEIRS, "shared with me")].into_iter().chain(made);
        self.json(&all.map(|(id, name)| json!({ "filesystem_id": id, "filesystem_name": name })).collect())
    }

    pub(crate) fn create(&self, asked: &Asked<'_>) -> Answer {
        let body = asked.body.bytes();
        let Ok(Create { filesystem_name: name }) = serde_json::from_slice(&body) else {
            return self.refuse(asked, BreachKind::BadBody, &String::from_utf8_lossy(&body));
        };
        if name.is_empty() {
            return self.refuse(asked, BreachKind::BadBody, "the name is empty");
        }
        let id = self.next_id();
        let mut state = self.state();
        if name == NAME || state.made.values().any(|there| *there == name) {
            return self.text(StatusCode::CONFLICT, "Filesystem already exists");
        }
        let answer = self.json(&json!({ "filesystem_id": id, "filesystem_name": name }));
        state.made.insert(id, name);
        answer
    }

    pub(crate) fn share(&self, asked: &Asked<'_>, filesystem: &str) -> Answer {
        let body = asked.body.bytes();
        let Ok(Share { grantee }) = serde_json::from_slice(&body) else {
            return self.refuse(asked, BreachKind::BadBody, &String::from_utf8_lossy(&body));
        };
        if !is_uuid(&grantee) {
            return self.text(StatusCode::BAD_REQUEST, "Invalid grantee");
        }
        let mut state = self.state();
        if filesystem != FILESYSTEM && !state.made.contains_key(filesystem) {
            return self.text(StatusCode::FORBIDDEN, "Access denied");
        }
        if grantee == OWNER {
            return self.text(StatusCode::FORBIDDEN, "Cannot share with self");
        }
        match state.shares.insert((filesystem.to_owned(), grantee)) {
            true => self.text(StatusCode::OK, "Filesystem shared"),
            false => self.text(StatusCode::CONFLICT, "Filesystem already shared"),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
