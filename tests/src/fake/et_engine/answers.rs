//! What each endpoint does and answers.

use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answering::{FILESYSTEM, Service};
use super::breach::BreachKind;
use super::route::{Route, Target};
use super::tree::Stored;
use crate::fake::Asked;
use crate::fake::answer::Answer;

/// Most bytes of a part: the largest that the vendor's client knows.
const MOST_PART: u64 = 64 << 20;
/// What the earlier server says of a folder's size.
const FOLDER_SIZE: u64 = 6144;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Complete {
    complete: bool,
    upload_id: String,
}

impl Service {
    pub(crate) fn answered(&self, asked: &Asked<'_>, route: Route) -> Answer {
        if let Some(denied) = self.keyed(asked) {
            return denied;
        }
        let target = match route.target {
            Ok(target) => target,
            Err((kind, detail)) => return self.nowhere(asked, kind, &detail),
        };
        let allowed: &[&str] = match (&asked.head.method, &target) {
            (&Method::GET, Target::File(_)) => &["init"],
            _ => &[],
        };
        if let Some(key) = route.query.misfit(allowed, &[]) {
            return self.refuse(asked, BreachKind::UnknownParameter, &format!("the parameter {key:?}"));
        }
        if asked.header("range").is_some() {
            return self.refuse(asked, BreachKind::RangeHeader, "ranges stand in Content-Range");
        }
        if let (&Method::POST, Target::Share, Some(filesystem)) =
            (&asked.head.method, &target, &route.filesystem)
        {
            return self.share(asked, filesystem);
        }
        if route.filesystem.as_deref().is_some_and(|filesystem| filesystem != FILESYSTEM) {
            return self.text(StatusCode::FORBIDDEN, "Access denied");
        }
        let init = route.query.one("init");
        match (&asked.head.method, target) {
            (&Method::GET, Target::Filesystems) => self.filesystems(),
            (&Method::POST, Target::Filesystems) => self.create(asked),
            (&Method::GET, Target::List(path)) => {
                let (directories, files) = self.state().tree.names(&path);
                self.json(&json!({ "directories": directories, "files": files }))
            }
            (&Method::POST, Target::Mkdir(path)) => self.mkdir(&path),
            (&Method::GET, Target::File(path)) => match init {
                None => self.part(asked, &path),
                Some("true") => self.init(asked, &path),
                Some(other) => self.refuse(asked, BreachKind::BadInit, other),
            },
            (&Method::POST, Target::File(path)) => self.post(asked, &path),
            (&Method::PUT, Target::File(path)) => self.put_part(asked, &path),
            (&Method::DELETE, Target::File(path)) => self.delete(asked, &path),
            _ => self.refuse(asked, BreachKind::NoSuchEndpoint, "the path has no such method"),
        }
    }

    fn keyed(&self, asked: &Asked<'_>) -> Option<Answer> {
        let given = asked.header("authorization").unwrap_or_default();
        if given.is_empty() {
            self.front.breach(BreachKind::NoKey, asked.name(), "no Authorization header");
        } else if given.contains(' ') {
            self.front.breach(BreachKind::SchemeWord, asked.name(), "the key stands alone");
        } else if self.front.token().as_deref() == Some(given) {
            return None;
        }
        Some(self.text(StatusCode::UNAUTHORIZED, "Unauthorized"))
    }

    fn mkdir(&self, path: &str) -> Answer {
        let mut state = self.state();
        if state.tree.exists(path) {
            return self.text(StatusCode::CONFLICT, "Directory already exists");
        }
        if !state.tree.has_parent(path) {
            return self.text(StatusCode::BAD_REQUEST, "Parent directory does not exist");
        }
        state.tree.folders.insert(path.to_owned());
        self.text(StatusCode::OK, "")
    }

    fn init(&self, asked: &Asked<'_>, path: &str) -> Answer {
        if asked.header("content-range").is_some() {
            return self.refuse(asked, BreachKind::NoRange, "a size has no range");
        }
        let state = self.state();
        let size = match state.tree.files.get(path) {
            Some(file) => file.size,
            None if state.tree.folders.contains(path) => FOLDER_SIZE,
            None => return self.missing(path),
        };
        self.json(&json!({ "size": size, "download_id": self.next_id() }))
    }

    fn part(&self, asked: &Asked<'_>, path: &str) -> Answer {
        let Some(range) = asked.header("content-range") else {
            return self.refuse(asked, BreachKind::NoRange, "no Content-Range");
        };
        let Some((start, end)) = read_range(range) else {
            return self.refuse(asked, BreachKind::BadRange, range);
        };
        match self.state().tree.files.get(path) {
            Some(file) => {
                let mut answer = Answer::with(StatusCode::OK, "text/html; charset=utf-8", "");
                answer.body = crate::fake::answer::Payload::Whole(file.content().slice(start..end));
                answer
            }
            None => self.missing(path),
        }
    }

    fn post(&self, asked: &Asked<'_>, path: &str) -> Answer {
        let body = asked.body.bytes();
        if let Ok(begin) = serde_json::from_slice::<Begin>(&body) {
            return self.begin(path, begin.size);
        }
        match serde_json::from_slice::<Complete>(&body) {
            Ok(Complete { complete: true, upload_id }) => self.complete(asked, path, &upload_id),
            _ => self.refuse(asked, BreachKind::BadBody, &String::from_utf8_lossy(&body)),
        }
    }

    fn begin(&self, path: &str, size: u64) -> Answer {
        let id = self.next_id();
        let mut state = self.state();
        if !state.tree.has_parent(path) {
            return self.text(self.front.rules.mistake(), "Unkown error");
        }
        let unfinished = format!("{path}.{id}");
        if unfinished.rsplit('/').next().is_some_and(|name| name.len() > 255) {
            return self.text(StatusCode::INTERNAL_SERVER_ERROR, "Unkown error");
        }
        state.tree.files.insert(unfinished.clone(), Stored::empty(size));
        if size == 0 && !self.front.rules.takes_empty_files {
            return self.text(StatusCode::INTERNAL_SERVER_ERROR, "Unkown error");
        }
        state.uploads.insert(unfinished, path.to_owned());
        self.json(&json!({ "uploadId": id }))
    }

    fn put_part(&self, asked: &Asked<'_>, path: &str) -> Answer {
        let Some(header) = asked.header("content-range") else {
            return self.refuse(asked, BreachKind::NoRange, "no Content-Range");
        };
        let parsed = header.strip_prefix('[').and_then(|rest| rest.split_once("]:"));
        let Some((id, (start, end))) = parsed.and_then(|(id, range)| Some((id, read_range(range)?))) else {
            return self.refuse(asked, BreachKind::BadRange, header);
        };
        if end - start != asked.body.size() {
            let detail = format!("{header} came with {} bytes", asked.body.size());
            self.front.breach(BreachKind::WrongLength, asked.name(), detail);
            let text = "Received chunk size does not match Content-Length header";
            return self.text(StatusCode::PAYMENT_REQUIRED, text);
        }
        if end - start > MOST_PART {
            return self.refuse(asked, BreachKind::PartTooLarge, header);
        }
        let mut state = self.state();
        let Some(file) = state.tree.files.get_mut(&format!("{path}.{id}")) else {
            return self.text(self.front.rules.mistake(), "Unkown error");
        };
        if end > file.size {
            let detail = format!("{header} of {} bytes", file.size);
            return self.refuse(asked, BreachKind::BeyondSize, &detail);
        }
        file.put(start, asked.stored(), asked.lost);
        self.text(StatusCode::OK, "")
    }

    fn complete(&self, asked: &Asked<'_>, path: &str, id: &str) -> Answer {
        let unfinished = format!("{path}.{id}");
        let mut state = self.state();
        let Some(file) = state.tree.files.get(&unfinished).cloned() else {
            return self.text(self.front.rules.mistake(), "Unkown error");
        };
        if !file.is_whole() && file.size > 0 {
            return self.refuse(asked, BreachKind::Incomplete, "not every byte has come");
        }
        if state.tree.folders.contains(path) {
            return self.text(StatusCode::INTERNAL_SERVER_ERROR, "Unkown error");
        }
        state.tree.files.remove(&unfinished);
        state.uploads.remove(&unfinished);
        state.tree.files.insert(path.to_owned(), file);
        self.text(StatusCode::OK, "")
    }

    fn delete(&self, asked: &Asked<'_>, path: &str) -> Answer {
        let mut state = self.state();
        let looks_unfinished = path.rsplit_once('.').is_some_and(|(of, id)| {
            !of.is_empty() && id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if looks_unfinished && !state.uploads.contains_key(path) {
            return self.refuse(asked, BreachKind::StrangersUpload, path);
        }
        if state.tree.folders.contains(path) && !state.tree.is_empty(path) {
            return self.refuse(asked, BreachKind::RecursiveDelete, path);
        }
        state.uploads.remove(path);
        match state.tree.remove(path) {
            true => self.text(StatusCode::OK, ""),
            false => self.text(StatusCode::BAD_REQUEST, "Path is neither file nor directory"),
        }
    }

    pub(crate) fn refuse(&self, asked: &Asked<'_>, kind: BreachKind, detail: &str) -> Answer {
        self.front.breach(kind, asked.name(), detail);
        self.text(StatusCode::BAD_REQUEST, detail)
    }

    fn nowhere(&self, asked: &Asked<'_>, kind: BreachKind, detail: &str) -> Answer {
        self.front.breach(kind, asked.name(), detail);
        let status = match kind {
            BreachKind::PathNotNormal => StatusCode::FORBIDDEN,
            _ => StatusCode::NOT_FOUND,
        };
        Answer::with(status, "text/html", "<!doctype html><title>404 Not Found</title>")
    }

    fn missing(&self, path: &str) -> Answer {
        self.text(StatusCode::NOT_FOUND, &format!("File '{path}' does not exist"))
    }

    pub(crate) fn json(&self, value: &Value) -> Answer {
        let label =
            if self.front.rules.labels_json { "application/json" } else { "text/html; charset=utf-8" };
        Answer::with(StatusCode::OK, label, value.to_string())
    }

    pub(crate) fn text(&self, status: StatusCode, text: &str) -> Answer {
        let label = if self.front.rules.labels_json { "text/plain" } else { "text/html; charset=utf-8" };
        Answer::with(status, label, text.to_owned())
    }

    /// 20 letters and digits, capitals and small letters among them, that follow from the seed.
    pub(crate) fn next_id(&self) -> String {
        const SAMPLE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let number = self.front.next_number();
        let hash = blake3::hash(format!("{} {number}", self.front.seed).as_bytes());
        let chance = hash.as_bytes()[..18].iter().map(|byte| SAMPLE[usize::from(*byte) % SAMPLE.len()]);
        chance.chain(*b"Aa").map(char::from).collect()
    }
}

/// `0-10`, the end exclusive.
fn read_range(text: &str) -> Option<(u64, u64)> {
    let (start, end) = text.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(start) || !is_number(end) {
        return None;
    }
    let (start, end) = (start.parse().ok()?, end.parse().ok()?);
    (start < end).then_some((start, end))
}
