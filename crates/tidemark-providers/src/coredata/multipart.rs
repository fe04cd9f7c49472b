//! A form as `multipart/form-data` (RFC 7578) carries it.

use bytes::{BufMut, Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Request;

/// A form that is being filled in.
pub(super) struct Form {
    boundary: String,
    body: BytesMut,
}

impl Form {
    /// An empty one. Its boundary follows from what `salt` holds, so that no content holds it by chance or by design.
    pub(super) fn new(salt: &[u8]) -> Self {
        let boundary = format!("tidemark-{}", &blake3::hash(salt).to_hex()[..40]);
        Self { boundary, body: BytesMut::new() }
    }

    /// With a field of text.
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n", self.boundary);
        self.body.put_slice(head.as_bytes());
        self.body.put_slice(value.as_bytes());
        self.body.put_slice(b"\r\n");
        self
    }

    /// With a file.
    pub(super) fn file(mut self, name: &str, filename: &str, media_type: &str, content: &[u8]) -> Self {
        let filename = filename.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\
             Content-Type: {media_type}\r\n\r\n",
            self.boundary
        );
        self.body.reserve(content.len() + 1024);
        self.body.put_slice(head.as_bytes());
        self.body.put_slice(content);
        self.body.put_slice(b"\r\n");
        self
    }

    /// Puts it into a request.
    pub(super) fn into_body(mut self, request: Request) -> Result<Request> {
        self.body.put_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        let kind = format!("multipart/form-data; boundary={}", self.boundary);
        let kind = HeaderValue::from_str(&kind).map_err(|error| {
            ProviderError::permanent(ErrorKind::Protocol, "a form can't be sent").because(error)
        })?;
        Ok(request.header(CONTENT_TYPE, kind).body(Bytes::from(self.body)))
    }
}
