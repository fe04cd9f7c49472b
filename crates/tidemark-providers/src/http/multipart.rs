//! `multipart/form-data` (RFC 7578): fields, and one file whose content is read as it is sent.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Request;

/// A form while its fields are put in; [`Form::file`] ends it.
pub struct Form {
    boundary: String,
    head: Vec<u8>,
}

impl Form {
    /// An empty one. Its boundary is a surprise: no content can hold it on purpose.
    pub fn new() -> Self {
        let half = || RandomState::new().build_hasher().finish();
        Self { boundary: format!("tidemark-{:016x}{:016x}", half(), half()), head: Vec::new() }
    }

    /// The same with a field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.begin(&format!("name=\"{}\"", quoted(name)), "");
        self.head.extend_from_slice(value.as_bytes());
        self.head.extend_from_slice(b"\r\n");
        self
    }

    /// The POST that sends it, with a file of `size` bytes at its end.
    pub fn file(
        mut self,
        name: &str,
        file_name: &str,
        size: u64,
        pieces: BoxStream<'static, Result<Bytes>>,
    ) -> Result<Request> {
        let disposition = format!("name=\"{}\"; filename=\"{}\"", quoted(name), quoted(file_name));
        self.begin(&disposition, "Content-Type: application/octet-stream\r\n");
        let head = Bytes::from(self.head);
        let tail = Bytes::from(format!("\r\n--{}--\r\n", self.boundary));
        let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={}", self.boundary));
        let kind = kind.map_err(|error| {
            ProviderError::permanent(ErrorKind::Refused, "a form can't be sent").because(error)
        })?;
        let length = head.len() as u64 + size + tail.len() as u64;
        let whole = one(head).chain(pieces).chain(one(tail));
        Ok(Request::new(Method::POST).header(CONTENT_TYPE, kind).streamed(length, whole.boxed()))
    }

    fn begin(&mut self, disposition: &str, headers: &str) {
        let text =
            format!("--{}\r\nContent-Disposition: form-data; {disposition}\r\n{headers}\r\n", self.boundary);
        self.head.extend_from_slice(text.as_bytes());
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::new()
    }
}

fn one(bytes: Bytes) -> impl futures_util::Stream<Item = Result<Bytes>> {
    stream::iter([Ok(bytes)])
}

/// As browsers write names: <https://html.spec.whatwg.org/#multipart-form-data>.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cant_end_its_line() {
        assert_eq!(quoted("a\"; x=\"\r\nb ü"), "a%22; x=%22%0D%0Ab ü");
    }

    #[test]
    fn no_boundary_is_like_another() {
        assert_ne!(Form::new().boundary, Form::new().boundary);
        assert!(Form::new().boundary.len() <= 70);
    }
}
