//! The storage behind the links: contents, whole or in parts (RFC 9110, 14).

use hyper::StatusCode;

use super::answering::Service;
use super::breach::BreachKind;
use super::link::{self, Refusal};
use crate::fake::Asked;
use crate::fake::answer::{Answer, Payload};
use crate::fake::query::Query;

impl Service {
    /// Answers a request over a link.
    pub(crate) fn storage(&self, asked: &Asked<'_>, id: &str, query: &Query) -> Answer {
        let refused = |status, code, breach: Option<(BreachKind, &str)>| {
            if let Some((kind, why)) = breach {
                self.front.breach(kind, asked.name(), why);
            }
            error(status, code)
        };
        if asked.header("authorization").is_some() {
            let breach = (BreachKind::TokenOnLink, "an Authorization header came along with a signed link");
            return refused(StatusCode::BAD_REQUEST, "InvalidArgument", Some(breach));
        }
        match link::check(self.front.seed, id, query, self.front.clock.now()) {
            Ok(()) => {}
            Err(Refusal::Signature) => {
                let breach = (BreachKind::BadSignature, "the signature doesn't fit the link");
                return refused(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", Some(breach));
            }
            Err(Refusal::Time) => {
                let breach = (BreachKind::ExpiredLink, "the link has expired");
                return refused(StatusCode::FORBIDDEN, "AccessDenied", Some(breach));
            }
        }
        let Some(file) = self.state().get(id).cloned() else {
            return refused(StatusCode::NOT_FOUND, "NoSuchKey", None);
        };
        let size = file.content.size();
        let mut answer = Answer::with(StatusCode::OK, file.mime_type, "");
        answer.body = Payload::Whole(file.content.clone());
        if self.front.rules.links_send_no_parts {
            return answer;
        }
        let answer = answer.header("accept-ranges", "bytes");
        match asked.header("range").and_then(range) {
            None => answer,
            Some((from, _)) if from >= size => {
                refused(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", None)
            }
            Some((from, last)) => {
                let end = last.min(size - 1) + 1;
                let mut part = answer.header("content-range", format!("bytes {from}-{}/{size}", end - 1));
                part.status = StatusCode::PARTIAL_CONTENT;
                part.body = Payload::Whole(file.content.slice(from..end));
                part
            }
        }
    }
}

/// `bytes=a-b` or `bytes=a-`; anything else is as good as none.
fn range(text: &str) -> Option<(u64, u64)> {
    let (from, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let from = from.parse().ok()?;
    let last = if last.is_empty() { u64::MAX - 1 } else { last.parse().ok()? };
    (from <= last && last < u64::MAX).then_some((from, last))
}

fn error(status: StatusCode, code: &str) -> Answer {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
    Answer::with(status, "application/xml", body)
}
