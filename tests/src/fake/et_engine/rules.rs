//! How a fake ET Engine is set up.

use hyper::StatusCode;

use super::Settings;

/// What only this service has.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) takes_empty_files: bool,
    pub(crate) labels_json: bool,
    pub(crate) calls_mistakes_400: bool,
}

impl Rules {
    /// The status of a request that can't be done as things are.
    pub(crate) fn mistake(&self) -> StatusCode {
        if self.calls_mistakes_400 { StatusCode::BAD_REQUEST } else { StatusCode::INTERNAL_SERVER_ERROR }
    }
}

impl Settings {
    /// Takes files of 0 bytes; otherwise it answers 500 and leaves an unfinished upload behind, as an earlier server did.
    pub fn takes_empty_files(mut self) -> Self {
        self.rules.takes_empty_files = true;
        self
    }

    /// Says of JSON that it is JSON, and of text that it is text; otherwise everything is `text/html`.
    pub fn labels_json(mut self) -> Self {
        self.rules.labels_json = true;
        self
    }

    /// Answers 400 where a folder or an upload isn't there; otherwise 500.
    pub fn calls_mistakes_400(mut self) -> Self {
        self.rules.calls_mistakes_400 = true;
        self
    }
}
