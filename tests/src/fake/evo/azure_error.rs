//! Errors of the storage: Azure's XML with `x-ms-error-code`
//! (learn.microsoft.com, "Blob Storage error codes" and "Common REST API error codes").

use hyper::StatusCode;

use crate::fake::answer::{Answer, Payload};

/// An error as the storage answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AzureError {
    AuthenticationFailed,
    AuthorizationPermissionMismatch,
    InvalidAuthenticationInfo,
    MissingRequiredHeader,
    InvalidHeaderValue,
    MissingContentLength,
    InvalidQueryParameter,
    OutOfRangeInput,
    InvalidBlockId,
    InvalidXml,
    InvalidBlockList,
    InvalidMd5,
    Md5Mismatch,
    BlobAlreadyExists,
    BlobImmutable,
    BlobNotFound,
    ConditionNotMet,
    InvalidRange,
}

impl AzureError {
    /// The answer.
    pub(crate) fn answer(self) -> Answer {
        let (status, code, message) = self.parts();
        let body = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\
             <Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        Answer::with(status, "application/xml", body).header("x-ms-error-code", code)
    }

    /// The answer to a HEAD.
    pub(crate) fn headless(self) -> Answer {
        Answer { body: Payload::Headless(0), ..self.answer() }
    }

    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use AzureError as E;
        match self {
            E::AuthenticationFailed => (
                StatusCode::FORBIDDEN,
                "AuthenticationFailed",
                "Server failed to authenticate the request. Make sure the value of the Authorization header is \
                 formed correctly including the signature.",
            ),
            E::AuthorizationPermissionMismatch => (
                StatusCode::FORBIDDEN,
                "AuthorizationPermissionMismatch",
                "This request is not authorized to perform this operation using this permission.",
            ),
            E::InvalidAuthenticationInfo => (
                StatusCode::BAD_REQUEST,
                "InvalidAuthenticationInfo",
                "Authentication information is not given in the correct format.",
            ),
            E::MissingRequiredHeader => (
                StatusCode::BAD_REQUEST,
                "MissingRequiredHeader",
                "An HTTP header that's mandatory for this request is not specified.",
            ),
            E::InvalidHeaderValue => (
                StatusCode::BAD_REQUEST,
                "InvalidHeaderValue",
                "The value for one of the HTTP headers is not in the correct format.",
            ),
            E::MissingContentLength => (
                StatusCode::LENGTH_REQUIRED,
                "MissingContentLengthHeader",
                "The Content-Length header was not specified.",
            ),
            E::InvalidQueryParameter => (
                StatusCode::BAD_REQUEST,
                "InvalidQueryParameterValue",
                "Value for one of the query parameters specified in the request URI is invalid.",
            ),
            E::OutOfRangeInput => {
                (StatusCode::BAD_REQUEST, "OutOfRangeInput", "One of the request inputs is out of range.")
            }
            E::InvalidBlockId => (
                StatusCode::BAD_REQUEST,
                "InvalidBlobOrBlock",
                "The specified blob or block content is invalid.",
            ),
            E::InvalidXml => {
                (StatusCode::BAD_REQUEST, "InvalidXmlDocument", "XML specified is not syntactically valid.")
            }
            E::InvalidBlockList => {
                (StatusCode::BAD_REQUEST, "InvalidBlockList", "The specified block list is invalid.")
            }
            E::InvalidMd5 => (
                StatusCode::BAD_REQUEST,
                "InvalidMd5",
                "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64-encoded.",
            ),
            E::Md5Mismatch => (
                StatusCode::BAD_REQUEST,
                "Md5Mismatch",
                "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
            ),
            E::BlobAlreadyExists => {
                (StatusCode::CONFLICT, "BlobAlreadyExists", "The specified blob already exists.")
            }
            E::BlobImmutable => (
                StatusCode::CONFLICT,
                "BlobImmutableDueToPolicy",
                "This operation is not permitted as the blob is immutable due to a policy.",
            ),
            E::BlobNotFound => (StatusCode::NOT_FOUND, "BlobNotFound", "The specified blob does not exist."),
            E::ConditionNotMet => (
                StatusCode::PRECONDITION_FAILED,
                "ConditionNotMet",
                "The condition specified using HTTP conditional header(s) is not met.",
            ),
            E::InvalidRange => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                "InvalidRange",
                "The range specified is invalid for the current size of the resource.",
            ),
        }
    }
}
