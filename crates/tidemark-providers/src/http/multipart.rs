//! `multipart/form-data` (RFC 7578): fields, and perhaps one file whose content is read as it is sent.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Request;

/// A form while its fields are put in; [`Form::file`] or [`Form::end`] ends it.
pub struct Form {
    boundary: String,
    head: Vec<u8>,
}

/// The file in a form.
pub struct FilePart<'a> {
    /// Name of its field.
    pub field: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// What kind of content it is.
    pub media_type: &'static str,
    /// Bytes in `pieces`.
    pub size: u64,
    /// The content.
    pub pieces: BoxStream<'static, Result<Bytes>>,
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

    /// The POST that sends it, with a file at its end.
    pub fn file(mut self, file: FilePart<'_>) -> Result<Request> {
        let disposition = format!("name=\"{}\"; filename=\"{}\"", quoted(file.field), quoted(file.name));
        self.begin(&disposition, &format!("Content-Type: {}\r\n", file.media_type));
        let request = self.request()?;
        let tail = Bytes::from(format!("\r\n--{}--\r\n", self.boundary));
        let head = Bytes::from(self.head);
        let length = head.len() as u64 + file.size + tail.len() as u64;
        let whole = one(head).chain(file.pieces).chain(one(tail));
        Ok(request.streamed(length, whole.boxed()))
    }

    /// The POST that sends it, without a file.
    pub fn end(mut self) -> Result<Request> {
        let request = self.request()?;
        self.head.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        Ok(request.body(self.head))
    }

    fn request(&self) -> Result<Request> {
        let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={}", self.boundary));
        let kind = kind.map_err(|error| {
            ProviderError::permanent(ErrorKind::Refused, "a form can't be sent").because(error)
        })?;
        Ok(Request::new(Method::POST).header(CONTENT_TYPE, kind))
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
