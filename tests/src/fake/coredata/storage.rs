//! The storage behind signed links: on the same host, and not to be shown the key.

use std::ops::Range;

use hyper::StatusCode;
use hyper::http::Method;
use serde_json::json;

use super::answering::{Refused, Service};
use super::breach::BreachKind;
use super::objects::{nothing_there, refusal};
use super::route::{Route, STORAGE};
use super::state::Blob;
use crate::fake::Asked;
use crate::fake::answer::Answer;

impl Service {
    pub(crate) fn begin_blob(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        if let Err(status) = self.front.rules.gives_links {
            return Err(refusal(status, "Contents aren't taken here."));
        }
        let size = route.query.one("content_length").and_then(|text| text.parse().ok());
        let Some(size) = size else {
            return Err(self.breach(asked, BreachKind::BadParameter, "content_length"));
        };
        let media_type = route.query.one("content_type").unwrap_or_default().to_owned();
        let now = self.now();
        let mut state = self.state();
        let name = state.next_id(now).simple().to_string();
        let url = self.link(&Method::PUT, &name, &media_type);
        state.blobs.insert(name.clone(), Blob { media_type, size, content: None, used: false });
        let body = json!({ "blobName": name, "presignedUrl": url });
        Ok(Answer::with(StatusCode::OK, "application/json", body.to_string()))
    }

    pub(crate) fn get_content(&self, route: &Route) -> Result<Answer, Refused> {
        let state = self.state();
        let file = state.file(route.id).filter(|file| self.can_be_seen(&state, file));
        let file = file.ok_or_else(nothing_there)?;
        let url = self.link(&Method::GET, &file.blob, "");
        Ok(Answer::with(StatusCode::FOUND, "text/html; charset=utf-8", "").header("location", url))
    }

    pub(crate) fn put_blob(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let mut state = self.state();
        let Some(blob) = state.blobs.get_mut(&route.blob) else { return Err(nothing_there()) };
        self.check_link(asked, route, &blob.media_type)?;
        if asked.header("content-type").unwrap_or_default() != blob.media_type
            || asked.body.size() != blob.size
        {
            return Err(self.breach(
                asked,
                BreachKind::NotAsDeclared,
                "another type or length than declared",
            ));
        }
        blob.content = Some(asked.stored());
        Ok(Answer::empty(StatusCode::CREATED))
    }

    pub(crate) fn get_blob(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        self.check_link(asked, route, "")?;
        let state = self.state();
        let content = state.blobs.get(&route.blob).and_then(|blob| blob.content.clone());
        let Some(content) = content else { return Err(nothing_there()) };
        let size = content.size();
        let (status, range) = match asked.header("range") {
            None => (StatusCode::OK, 0..size),
            Some(text) => match range(text, size) {
                Some(range) => (StatusCode::PARTIAL_CONTENT, range),
                None => return Err(Box::new(Answer::empty(StatusCode::RANGE_NOT_SATISFIABLE))),
            },
        };
        let mut answer =
            Answer::with(status, "application/octet-stream", "").header("accept-ranges", "bytes");
        if status == StatusCode::PARTIAL_CONTENT {
            let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            answer = answer.header("content-range", text);
        }
        answer.body = crate::fake::answer::Payload::Whole(content.slice(range));
        Ok(answer)
    }

    fn link(&self, method: &Method, blob: &str, media_type: &str) -> String {
        let expires = self.now().as_second() + self.front.rules.link_seconds;
        format!("{}{STORAGE}{blob}?{}", self.front.base_url, self.query(method, blob, media_type, expires))
    }

    fn query(&self, method: &Method, blob: &str, media_type: &str, expires: i64) -> String {
        let signed = format!("{} {method} {blob} {media_type} {expires}", self.front.seed);
        let signature = &blake3::hash(signed.as_bytes()).to_hex()[..27];
        let disposition = match *method {
            Method::GET => "response-content-disposition=%20attachment%3B%20filename%2A%3Dutf-8%27%27x&",
            _ => "",
        };
        format!("{disposition}AWSAccessKeyId=s3f%3Amyuser&Expires={expires}&Signature={signature}%3D")
    }

    fn check_link(&self, asked: &Asked<'_>, route: &Route, media_type: &str) -> Result<(), Refused> {
        let expires: i64 = route.query.one("Expires").and_then(|text| text.parse().ok()).unwrap_or_default();
        let right = self.query(&asked.head.method, &route.blob, media_type, expires);
        let forbidden = |kind, detail: &str| {
            drop(self.breach(asked, kind, detail));
            Box::new(Answer::with(
                StatusCode::FORBIDDEN,
                "application/xml",
                "<Error><Code>AccessDenied</Code></Error>",
            ))
        };
        if asked.head.uri.query() != Some(right.as_str()) {
            return Err(forbidden(BreachKind::BadSignature, "the query isn't the one that was handed out"));
        }
        if expires < self.now().as_second() {
            return Err(forbidden(BreachKind::ExpiredLink, "its time is over"));
        }
        Ok(())
    }
}

/// `bytes=a-b`, both ends included.
fn range(text: &str, size: u64) -> Option<Range<u64>> {
    let (start, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let start: u64 = start.parse().ok()?;
    let end = if last.is_empty() { size } else { last.parse::<u64>().ok()?.checked_add(1)?.min(size) };
    (start < end).then_some(start..end)
}
