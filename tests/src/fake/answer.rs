//! An answer while it is being made, and how it goes out.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::content::Content;
use super::server::Body;

const BEFORE_A_CUT: Duration = Duration::from_millis(5);

/// Status, headers and body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Payload,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Payload {
    /// All of this.
    Whole(Content),
    /// This, after which the connection breaks, though so many bytes were announced.
    Cut(Content, u64),
    /// This, after which nothing more comes, though so many bytes were announced.
    Stalled(Content, u64),
    /// The same bytes for ever.
    Endless(Bytes),
    /// Nothing, with the length that a body would have: the answer to a HEAD.
    Headless(u64),
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Answer { status, headers: Box::default(), body: Payload::Whole(Content::default()) }
    }

    /// An answer with a body.
    pub(crate) fn with(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut answer = Answer::empty(status);
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        answer.body = Payload::Whole(body.into().into());
        answer
    }

    /// The same with a header. A value that can't be one is left out.
    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// What its body holds.
    pub(crate) fn content(&self) -> Content {
        match &self.body {
            Payload::Whole(content) | Payload::Cut(content, _) | Payload::Stalled(content, _) => {
                content.clone()
            }
            Payload::Endless(bytes) => bytes.clone().into(),
            Payload::Headless(_) => Content::default(),
        }
    }

    /// What is sent.
    pub(crate) fn into_response(self) -> Response<Body> {
        let (body, length) = match self.body {
            Payload::Whole(content) => {
                let length = content.size();
                let frames = content.portions().map(|portion| portion.map(Frame::data));
                (BodyExt::boxed_unsync(StreamBody::new(stream::iter(frames))), Some(length))
            }
            Payload::Cut(content, announced) => {
                let frames = stream::iter(content.portions().map(|portion| portion.map(Frame::data)));
                let cut = stream::once(async {
                    tokio::time::sleep(BEFORE_A_CUT).await;
                    Err(io::Error::other("cut on purpose"))
                });
                (BodyExt::boxed_unsync(StreamBody::new(frames.chain(cut))), Some(announced))
            }
            Payload::Stalled(content, announced) => {
                let frames = stream::iter(content.portions().map(|portion| portion.map(Frame::data)));
                (BodyExt::boxed_unsync(StreamBody::new(frames.chain(stream::pending()))), Some(announced))
            }
            Payload::Endless(bytes) => {
                let frames = stream::repeat_with(move || Ok(Frame::data(bytes.clone())));
                (BodyExt::boxed_unsync(StreamBody::new(frames)), None)
            }
            Payload::Headless(length) => {
                (Full::default().map_err(|never| match never {}).boxed_unsync(), Some(length))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = *self.headers;
        let bodiless = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if let Some(length) = length.filter(|_| !bodiless) {
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        response
    }
}
