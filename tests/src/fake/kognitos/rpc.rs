//! Refusals as grpc-gateway writes them: `rpcStatus`.

use hyper::StatusCode;
use serde_json::json;

use super::breach::BreachKind;
use super::endpoint::Endpoint;
use crate::fake::answer::Answer;

/// The codes that are used: <https://grpc.io/docs/guides/status-codes/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidArgument = 3,
    NotFound = 5,
    PermissionDenied = 7,
    Unauthenticated = 16,
}

impl Code {
    /// A refusal; that of a download comes as bytes, as the specification says.
    pub(crate) fn answer(self, endpoint: Endpoint, message: &str) -> Answer {
        let status = match self {
            Code::InvalidArgument => StatusCode::BAD_REQUEST,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::PermissionDenied => StatusCode::FORBIDDEN,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        };
        let kind =
            if endpoint == Endpoint::Download { "application/octet-stream" } else { "application/json" };
        let body = json!({ "code": self as i32, "message": message, "details": [] });
        Answer::with(status, kind, body.to_string())
    }
}

/// Why a request isn't done.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// How it broke the contract, where it did.
    pub(crate) breach: Option<BreachKind>,
}

impl Refused {
    /// A refusal of a request that is as it should be.
    pub(crate) fn with(code: Code, message: &str) -> Self {
        Refused { code, message: message.to_owned(), breach: None }
    }

    /// A refusal of one that isn't.
    pub(crate) fn breach(kind: BreachKind, message: impl Into<String>) -> Self {
        Refused { code: Code::InvalidArgument, message: message.into(), breach: Some(kind) }
    }
}
