//! How a request goes through the faults that are set, and what they do to it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Answer, Payload};
use super::content::Content;
use super::control;
use super::effect::Effect;
use super::frame::{Asked, Fake, Lie, lock};
use super::record;
use super::server::{Body, Handler, HungUp};

const PORTAL: &str = "<!DOCTYPE html><html><head><title>Welcome to the airport Wi-Fi</title></head>\
                      <body>Please accept our terms.</body></html>";

impl<F: Fake> Handler for F {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, HungUp> {
        let front = self.front();
        if front.controllable && request.uri().path().starts_with(control::PREFIX) {
            return Ok(control::answer(&*self, request).await.into_response());
        }
        let (head, body) = request.into_parts();
        let (endpoint, route) = self.route(&head.method, &head.uri);
        let mut visit = front.record.begin(entry(&head, endpoint, front.clock.now()));
        if front.latency > Duration::ZERO {
            tokio::time::sleep(front.latency).await;
        }
        let struck = strike(&*self, endpoint, &route);
        let Before { instead, lost, after } = before(&*self, struck, &route).await?;
        let body = receive(&*self, &head, body).await?;
        visit.request.bytes_in = body.size();
        let answer = match instead {
            Some(answer) => answer,
            None => self.answer(Asked { head: &head, body, lost }, route).await,
        };
        let answer = After { fake: &*self, endpoint, uri: head.uri.to_string() }.apply(after, answer)?;
        visit.request.status = Some(answer.status.as_u16());
        visit.request.bytes_out = answer.content().size();
        Ok(answer.into_response())
    }
}

fn entry<E>(head: &Parts, endpoint: E, came: Timestamp) -> record::Request<E> {
    let keys = head.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    record::Request {
        method: head.method.to_string(),
        endpoint,
        path: head.uri.path().to_owned(),
        query_keys: keys.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()).collect(),
        authorized: head.headers.contains_key("authorization"),
        status: None,
        bytes_in: 0,
        bytes_out: 0,
        came_ms: came.as_millisecond(),
    }
}

fn strike<F: Fake>(fake: &F, endpoint: F::Endpoint, route: &F::Route) -> Vec<Effect<F::Effect>> {
    if lock(&fake.front().faults).is_empty() {
        return Vec::new();
    }
    let path = fake.path_of(route);
    lock(&fake.front().faults).strike(endpoint, path.as_deref())
}

/// What happened before a request is looked at.
struct Before<X> {
    instead: Option<Answer>,
    lost: u64,
    after: Vec<Effect<X>>,
}

async fn before<F: Fake>(
    fake: &F,
    effects: Vec<Effect<F::Effect>>,
    route: &F::Route,
) -> Result<Before<F::Effect>, HungUp> {
    let mut before = Before { instead: None, lost: 0, after: Vec::new() };
    for effect in effects {
        match effect {
            Effect::CloseBeforeAnswer => return Err(HungUp),
            Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            Effect::RevokeToken => fake.front().set_token(None),
            Effect::LoseBlocks => fake.lose_blocks(),
            Effect::RaceVersion { content } => {
                if let Some(path) = fake.path_of(route) {
                    fake.put_elsewhere(&path, Bytes::from(content).into());
                }
            }
            Effect::StoreShort { missing } => before.lost = missing,
            other => {
                let answer = match &other {
                    Effect::Own(own) => fake.suffer(own, route),
                    general => instead(general),
                };
                match answer {
                    Some(answer) => before.instead = Some(answer),
                    None => before.after.push(other),
                }
            }
        }
    }
    Ok(before)
}

async fn receive<F: Fake>(fake: &F, head: &Parts, body: Incoming) -> Result<Content, HungUp> {
    let announced = head.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    fake.front().spill.receive(body, announced.unwrap_or_default()).await.map_err(|_| HungUp)
}

fn instead<X>(effect: &Effect<X>) -> Option<Answer> {
    match effect {
        Effect::Status { code, retry_after } => {
            let answer = refusal(*code);
            Some(match retry_after {
                Some(seconds) => answer.header("retry-after", seconds.to_string()),
                None => answer,
            })
        }
        Effect::Answer { code, headers, body } => {
            let mut answer = Answer::empty(status(*code));
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                    answer.headers.insert(name, value);
                }
            }
            answer.body = Payload::Whole(Bytes::from(body.clone()).into());
            Some(answer)
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

fn refusal(code: u16) -> Answer {
    Answer::with(status(code), "text/plain", format!("fault {code}"))
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Pages of listings that were answered.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    last: Option<Bytes>,
    by_uri: HashMap<String, Bytes>,
}

/// What happens to an answer on its way out.
struct After<'a, F: Fake> {
    fake: &'a F,
    endpoint: F::Endpoint,
    uri: String,
}

impl<F: Fake> After<'_, F> {
    fn apply(&self, effects: Vec<Effect<F::Effect>>, mut answer: Answer) -> Result<Answer, HungUp> {
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
        let front = self.fake.front();
        if !F::lists(self.endpoint) || answer.status != StatusCode::OK || !lock(&front.faults).need_pages() {
            return Pages::default();
        }
        let mut pages = lock(&front.pages);
        let body = answer.content().bytes();
        let last = pages.last.replace(body.clone());
        let same = pages.by_uri.insert(self.uri.clone(), body);
        Pages { last, by_uri: same.map(|body| (self.uri.clone(), body)).into_iter().collect() }
    }

    fn change(&self, effect: Effect<F::Effect>, mut answer: Answer, pages: &Pages) -> Answer {
        if let Some(lie) = Lie::of(&effect) {
            return edited(answer, |page| self.fake.falsify(page, &lie));
        }
        match effect {
            Effect::StatusAfterEffect { code } => refusal(code),
            Effect::TruncateBody { after } => {
                let content = answer.content();
                answer.body = Payload::Cut(content.slice(0..after), content.size());
                answer
            }
            Effect::StallBody { after } => {
                let content = answer.content();
                answer.body = Payload::Stalled(content.slice(0..after), content.size());
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
            Effect::PatchJson { pointer, value } => edited(answer, |body| set(body, &pointer, Some(value))),
            Effect::DropField { pointer } => edited(answer, |body| set(body, &pointer, None)),
            Effect::Own(own) => self.fake.distort(&own, answer),
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
