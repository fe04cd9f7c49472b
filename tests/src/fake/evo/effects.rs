//! What faults do to a request, before and after it is looked at.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use hyper::{StatusCode, Uri};
use serde_json::Value;

use super::answering::{Service, lock};
use super::fault::{Effect, Endpoint};
use super::route::{Route, Target};
use super::row::Author;
use crate::fake::answer::{Answer, Payload};
use crate::fake::content::Content;
use crate::fake::server::HungUp;

const PORTAL: &str = "<!DOCTYPE html><html><head><title>Welcome to the airport Wi-Fi</title></head>\
                      <body>Please accept our terms.</body></html>";

/// What happened before a request is looked at.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// The answer instead of what was asked for.
    pub(crate) instead: Option<Answer>,
    /// Bytes of the content that get lost.
    pub(crate) lost: u64,
    /// What is still to happen.
    pub(crate) after: Vec<Effect>,
}

/// Pages of the listing that were answered.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    last: Option<Bytes>,
    by_uri: HashMap<String, Bytes>,
}

impl Service {
    /// What the faults that are set do to this request.
    pub(crate) fn strike(&self, endpoint: Endpoint, route: &Route) -> Vec<Effect> {
        if lock(&self.faults).is_empty() {
            return Vec::new();
        }
        let path = self.path_of(route);
        lock(&self.faults).strike(endpoint, path.as_deref())
    }

    /// Does what comes before.
    pub(crate) async fn before(&self, effects: Vec<Effect>, route: &Route) -> Result<Before, HungUp> {
        let mut before = Before::default();
        for effect in effects {
            match effect {
                Effect::CloseBeforeAnswer => return Err(HungUp),
                Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
                Effect::RevokeToken => self.set_token(None),
                Effect::LoseBlocks => self.state().blobs.drop_staged(),
                Effect::RaceVersion { content } => self.race(route, content),
                Effect::StoreShort { missing } => before.lost = missing,
                other => match instead(&other) {
                    Some(answer) => before.instead = Some(answer),
                    None => before.after.push(other),
                },
            }
        }
        Ok(before)
    }

    fn race(&self, route: &Route, content: String) {
        if let Some(path) = self.path_of(route) {
            let now = self.settings.clock.now();
            let mut state = self.state();
            let file = state.holder(&path);
            state.put(file, Bytes::from(content).into(), Author::Elsewhere, now);
        }
    }

    /// Asks the other storage whether contents that are awaited have arrived there.
    pub(crate) async fn look_into_other_storage(&self, target: &Target) {
        if self.settings.blobs_at.is_some() {
            super::other_storage::look(self, target).await;
        }
    }
}

fn instead(effect: &Effect) -> Option<Answer> {
    let status = |code| StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match effect {
        Effect::Status { code, retry_after } => {
            let answer = Answer::with(status(*code), "text/plain", format!("fault {code}"));
            Some(match retry_after {
                Some(seconds) => answer.header("retry-after", seconds.to_string()),
                None => answer,
            })
        }
        Effect::GarbageJson { size } => {
            let body = b"{\"files\":[".iter().copied().chain(std::iter::repeat(b'['));
            let body: Vec<u8> = body.take(*size as usize).collect();
            Some(Answer::with(StatusCode::OK, "application/json", body))
        }
        Effect::Endless => {
            let mut answer = Answer::with(StatusCode::OK, "application/json", "");
            answer.body = Payload::Endless(Bytes::from(vec![b' '; 64 << 10]));
            Some(answer)
        }
        Effect::Html => Some(Answer::with(StatusCode::OK, "text/html", PORTAL)),
        Effect::Redirect { to } => Some(Answer::empty(StatusCode::TEMPORARY_REDIRECT).header("location", to)),
        _ => None,
    }
}

/// What happens to an answer on its way out.
pub(crate) struct After<'a> {
    pub(crate) service: &'a Service,
    pub(crate) endpoint: Endpoint,
    pub(crate) uri: &'a Uri,
}

impl After<'_> {
    /// Does what comes after.
    pub(crate) fn apply(&self, effects: Vec<Effect>, mut answer: Answer) -> Result<Answer, HungUp> {
        let pages = self.remember(&answer);
        for effect in effects {
            if effect == Effect::CloseAfterEffect {
                return Err(HungUp);
            }
            answer = self.change(effect, answer, &pages);
        }
        Ok(answer)
    }

    /// Keeps a page, and returns what was kept before.
    fn remember(&self, answer: &Answer) -> Pages {
        if self.endpoint != Endpoint::List
            || answer.status != StatusCode::OK
            || !lock(&self.service.faults).need_pages()
        {
            return Pages::default();
        }
        let mut pages = lock(&self.service.pages);
        let body = answer.content().bytes();
        let last = pages.last.replace(body.clone());
        let same = pages.by_uri.insert(self.uri.to_string(), body);
        Pages { last, by_uri: same.map(|body| (self.uri.to_string(), body)).into_iter().collect() }
    }

    fn change(&self, effect: Effect, mut answer: Answer, pages: &Pages) -> Answer {
        match effect {
            Effect::StatusAfterEffect { code } => {
                instead(&Effect::Status { code, retry_after: None }).unwrap_or(answer)
            }
            Effect::TruncateBody { after } => {
                let content = answer.content();
                answer.body = Payload::Cut(content.slice(0..after), content.size());
                answer
            }
            Effect::ShortBody { missing } => {
                let content = answer.content();
                answer.body = Payload::Whole(content.slice(0..content.size().saturating_sub(missing)));
                answer
            }
            Effect::CorruptBody => {
                let mut bytes = answer.content().bytes().to_vec();
                let middle = bytes.len() / 2;
                bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 1);
                answer.body = Payload::Whole(Bytes::from(bytes).into());
                answer
            }
            Effect::StaleListing => with_body(answer, pages.by_uri.values().next()),
            Effect::RepeatPage => with_body(answer, pages.last.as_ref()),
            Effect::EmptyListing => edited(answer, |page| keep_files(page, |_| false)),
            Effect::DropFromListing { path } => {
                edited(answer, |page| keep_files(page, |file| full_path(file) != path))
            }
            Effect::WrongTotal { by } => edited(answer, |page| {
                page["total"] = Value::from(page["total"].as_i64().unwrap_or_default() + by);
            }),
            Effect::PatchJson { pointer, value } => edited(answer, |body| set(body, &pointer, Some(value))),
            Effect::DropField { pointer } => edited(answer, |body| set(body, &pointer, None)),
            _ => answer,
        }
    }
}

fn with_body(mut answer: Answer, body: Option<&Bytes>) -> Answer {
    if let Some(body) = body {
        answer.body = Payload::Whole(Content::from(body.clone()));
    }
    answer
}

fn edited(answer: Answer, edit: impl FnOnce(&mut Value)) -> Answer {
    let Ok(mut body) = serde_json::from_slice(&answer.content().bytes()) else { return answer };
    edit(&mut body);
    with_body(answer, Some(&body.to_string().into()))
}

fn keep_files(page: &mut Value, keep: impl Fn(&Value) -> bool) {
    let Some(files) = page["files"].as_array_mut() else { return };
    let before = files.len();
    files.retain(keep);
    let left = files.len();
    let total = page["total"].as_u64().unwrap_or_default().saturating_sub((before - left) as u64);
    page["count"] = Value::from(left);
    page["total"] = Value::from(if left == 0 { 0 } else { total });
    if left == 0 {
        page["links"]["next"] = Value::Null;
    }
}

fn full_path(file: &Value) -> String {
    let part = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
    format!("{}{}", part("path").trim_start_matches('/'), part("name"))
}

fn set(body: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        *body = value.unwrap_or_default();
        return;
    };
    match (body.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(key.to_owned(), value)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(key)),
        (Some(Value::Array(items)), value) => {
            let item = key.parse::<usize>().ok().and_then(|at| items.get_mut(at));
            item.into_iter().for_each(|item| *item = value.clone().unwrap_or_default());
        }
        _ => {}
    }
}
