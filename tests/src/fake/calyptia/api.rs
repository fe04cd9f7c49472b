//! The endpoints: <https://docs.calyptia.com/docs/calyptia-cloud-api>, "Core Instance Files", and the specification.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answering::{CORE_INSTANCE, Service};
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::route::{Route, Target};
use super::rules::Scheme;
use super::spec;
use super::state::{File, State};
use crate::fake::Asked;
use crate::fake::answer::Answer;
use crate::fake::frame::lock;

/// Characters of base64 that a pipeline's 1 MiB has room for.
const CEILING: usize = 1 << 20;

/// Why a request isn't done.
pub(crate) enum Refused {
    /// It broke the contract.
    Breach(BreachKind, StatusCode, String),
    /// It can't be done.
    Problem(StatusCode, &'static str),
}

type Done = Result<(StatusCode, &'static str, Value), Refused>;

const INVALID: StatusCode = StatusCode::BAD_REQUEST;
const GONE: Refused = Refused::Problem(StatusCode::GONE, "aggregator gone");

impl Service {
    /// Answers a request; what goes out is as the specification says.
    pub(crate) fn api(&self, asked: &Asked<'_>, route: &Route) -> Answer {
        let done = self.authorize(asked).and_then(|()| self.dispatch(asked, route));
        match done {
            Ok((status, schema, body)) => {
                if let Some(misfit) = spec::misfit(schema, &body) {
                    return Answer::with(StatusCode::NOT_IMPLEMENTED, "text/plain", misfit);
                }
                Answer::with(status, "application/json", body.to_string())
            }
            Err(Refused::Problem(status, error)) => self.refusal(status, error),
            Err(Refused::Breach(kind, status, detail)) => {
                self.front.breach(kind, asked.name(), &detail);
                self.refusal(status, &detail)
            }
        }
    }

    fn refusal(&self, status: StatusCode, error: &str) -> Answer {
        let invalid = status == INVALID && self.front.rules.invalid_is_422;
        let status = if invalid { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        Answer::with(status, "application/json", json!({ "error": error, "detail": null }).to_string())
    }

    fn authorize(&self, asked: &Asked<'_>) -> Result<(), Refused> {
        let breach =
            |kind, detail: &str| Err(Refused::Breach(kind, StatusCode::UNAUTHORIZED, detail.to_owned()));
        let (scheme, given) = match (asked.header("authorization"), asked.header("x-project-token")) {
            (None, None) => return breach(BreachKind::NoToken, "no token"),
            (Some(_), Some(_)) => return breach(BreachKind::TwoTokens, "two tokens"),
            (Some(value), None) => (Scheme::Bearer, value.strip_prefix("Bearer ")),
            (None, value) => (Scheme::ProjectToken, value),
        };
        let wanted = self.front.rules.scheme.is_none_or(|only| only == scheme);
        match (given, self.front.token()) {
            (Some(given), Some(token)) if wanted && given == token => Ok(()),
            _ => Err(Refused::Problem(StatusCode::UNAUTHORIZED, "invalid token")),
        }
    }

    fn dispatch(&self, asked: &Asked<'_>, route: &Route) -> Done {
        let mut state = lock(&self.state);
        if state.gone {
            return Err(GONE);
        }
        if matches!(route.endpoint, Endpoint::List | Endpoint::Delete) && asked.body.size() > 0 {
            return Err(breach(BreachKind::UnexpectedBody, "there is no body"));
        }
        match (route.endpoint, &route.target) {
            (Endpoint::List, Target::Instance(id)) => {
                self.is_instance(id)?;
                self.list(&mut state, route)
            }
            (Endpoint::Create, Target::Instance(id)) => {
                self.is_instance(id)?;
                no_query(route)?;
                self.create(&mut state, asked)
            }
            (Endpoint::Update, Target::File(id)) => {
                no_query(route)?;
                self.update(&mut state, asked, id)
            }
            (Endpoint::Delete, Target::File(id)) => {
                no_query(route)?;
                self.delete(&mut state, id)
            }
            _ => {
                let detail = "nothing is there".to_owned();
                Err(Refused::Breach(BreachKind::NoSuchEndpoint, StatusCode::NOT_FOUND, detail))
            }
        }
    }

    fn is_instance(&self, id: &str) -> Result<(), Refused> {
        match id.parse::<Uuid>() {
            Err(_) => Err(Refused::Problem(INVALID, "invalid core instance ID")),
            Ok(id) if id == CORE_INSTANCE => Ok(()),
            Ok(_) => Err(Refused::Problem(StatusCode::NOT_FOUND, "aggregator not found")),
        }
    }

    fn list(&self, state: &mut State, route: &Route) -> Done {
        let query = match &route.query {
            Ok(query) => query,
            Err(detail) => return Err(breach(BreachKind::UnknownParameter, detail)),
        };
        if let Some(key) = query.misfit(&spec::list_parameters(), &[]) {
            return Err(breach(
                BreachKind::UnknownParameter,
                &format!("unknown or repeated parameter {key}"),
            ));
        }
        let rules = &self.front.rules;
        let last: usize = match query.one("last").map(str::parse) {
            None => rules.page.min(25),
            Some(Ok(last)) => last,
            Some(Err(_)) => return Err(breach(BreachKind::BadParameter, "last isn't a number")),
        };
        if last > rules.page && rules.refuses_more {
            return Err(Refused::Problem(INVALID, "page size exceeded"));
        }
        let page = state.page(last.min(rules.page), query.one("before"), rules.newest_by_change);
        let Some(page) = page else { return Err(breach(BreachKind::BadParameter, "decode cursor")) };
        let items: Vec<Value> = page.files.iter().map(|file| self.item(file)).collect();
        let count = items.len();
        let body = json!({ "items": items, "endCursor": page.end_cursor, "count": count });
        Ok((StatusCode::OK, "CoreInstanceFiles", body))
    }

    fn item(&self, file: &File) -> Value {
        let time = |time: Timestamp| {
            if self.front.rules.finer_times_in_listings { format!("{time:.6}") } else { written(time) }
        };
        json!({
            "id": file.id,
            "coreInstanceID": CORE_INSTANCE,
            "name": file.name,
            "contents": BASE64_STANDARD.encode(file.stored()),
            "encrypted": file.ciphertext.is_some(),
            "createdAt": time(file.created),
            "updatedAt": time(file.updated),
        })
    }

    fn create(&self, state: &mut State, asked: &Asked<'_>) -> Done {
        let body = body(asked, "CreateCoreInstanceFile")?;
        let name = body["name"].as_str().unwrap_or_default();
        let encrypted = body["encrypted"] == true;
        self.check_name(name)?;
        let contents = self.contents(asked, &body["contents"], encrypted)?;
        if state.named(name).is_some() {
            return Err(Refused::Problem(StatusCode::CONFLICT, "core instance file already exists"));
        }
        let now = self.front.clock.now();
        let id = state.create(name, contents, encrypted, now);
        if let Ok(aged) = now.checked_add(self.front.rules.aged_at_birth) {
            state.age(id, aged);
        }
        Ok((StatusCode::CREATED, "Created", json!({ "id": id, "createdAt": written(now) })))
    }

    fn update(&self, state: &mut State, asked: &Asked<'_>, id: &str) -> Done {
        let body = body(asked, "UpdateCoreInstanceFile")?;
        let file = file(state, id)?.clone();
        let name = body["name"].as_str();
        let encrypted = body["encrypted"].as_bool();
        if name.is_none() && body["contents"].is_null() {
            let kind = if encrypted.is_some() { BreachKind::EncryptedAgain } else { BreachKind::EmptyChange };
            return Err(breach(kind, "nothing changes"));
        }
        if encrypted.is_some_and(|encrypted| encrypted != file.ciphertext.is_some()) {
            return Err(breach(BreachKind::EncryptionChanged, "the file would be encrypted no more, or now"));
        }
        if body["contents"].is_null() && encrypted.is_some() {
            return Err(breach(BreachKind::EncryptedAgain, "a ciphertext would be encrypted"));
        }
        let contents = match &body["contents"] {
            Value::Null => None,
            contents => {
                let encrypted = file.ciphertext.is_some();
                let contents = self.contents(asked, contents, encrypted)?;
                if !encrypted && contents == file.plain {
                    return Err(breach(BreachKind::NothingNew, "the file has these contents"));
                }
                Some((contents, encrypted))
            }
        };
        if let Some(name) = name {
            self.check_name(name)?;
            if state.named(name).is_some_and(|other| other != file.id) {
                return Err(Refused::Problem(StatusCode::CONFLICT, "core instance file already exists"));
            }
        }
        let now = self.front.clock.now();
        state.change(file.id, name, contents, now);
        Ok((StatusCode::OK, "Updated", json!({ "updatedAt": written(now) })))
    }

    fn delete(&self, state: &mut State, id: &str) -> Done {
        let file = file(state, id)?.clone();
        if state.in_use.contains(&file.name) {
            return Err(Refused::Problem(INVALID, "core instance file is in use by a pipeline"));
        }
        let deleted = !self.front.rules.says_nothing_was_deleted && state.delete(file.id);
        let at = deleted.then(|| written(self.front.clock.now()));
        Ok((StatusCode::OK, "Deleted", json!({ "deleted": deleted, "deletedAt": at })))
    }

    fn check_name(&self, name: &str) -> Result<(), Refused> {
        if name.contains('/') {
            return Err(breach(BreachKind::Slash, "a name has a slash"));
        }
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if name.is_empty() || (self.front.rules.plain_names && !is_plain) {
            return Err(Refused::Problem(INVALID, "invalid core instance file name"));
        }
        Ok(())
    }

    fn contents(&self, asked: &Asked<'_>, contents: &Value, encrypted: bool) -> Result<Bytes, Refused> {
        let text = contents.as_str().unwrap_or_default();
        let mut bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
        let stored = if encrypted { (bytes.len().div_ceil(126) * 256).div_ceil(3) * 4 } else { text.len() };
        if stored.max(text.len()) > CEILING {
            return Err(breach(BreachKind::BeyondCeiling, "no pipeline has room for that"));
        }
        if bytes.is_empty() && self.front.rules.no_empty_files {
            return Err(Refused::Problem(INVALID, "core instance file contents required"));
        }
        bytes.truncate(bytes.len().saturating_sub(asked.lost as usize));
        Ok(bytes.into())
    }
}

fn file<'a>(state: &'a State, id: &str) -> Result<&'a File, Refused> {
    let id: Uuid = id.parse().map_err(|_| Refused::Problem(INVALID, "invalid core instance file ID"))?;
    state.file(id).ok_or(Refused::Problem(StatusCode::NOT_FOUND, "core instance file not found"))
}

fn body(asked: &Asked<'_>, schema: &str) -> Result<Value, Refused> {
    let is_json = asked.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let body = serde_json::from_slice(&asked.body.bytes()).ok().filter(|_| is_json);
    let Some(body) = body else { return Err(breach(BreachKind::NotJson, "the body isn't JSON")) };
    match spec::misfit(schema, &body) {
        None => Ok(body),
        Some(misfit) => Err(breach(BreachKind::OffSpec, &misfit)),
    }
}

fn no_query(route: &Route) -> Result<(), Refused> {
    match &route.query {
        Ok(query) if query.keys().next().is_none() => Ok(()),
        _ => Err(breach(BreachKind::UnknownParameter, "there are no parameters")),
    }
}

fn breach(kind: BreachKind, detail: &str) -> Refused {
    Refused::Breach(kind, INVALID, detail.to_owned())
}

/// A time in milliseconds, as in the vendor's examples.
fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}
