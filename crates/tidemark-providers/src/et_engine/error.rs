//! Refusals as errors of ours. The service's errors are plain text, and their types are no guide: it calls everything
//! `text/html`, so only the body shows whether a web page came.

use crate::error::{ErrorKind, ProviderError};
use crate::http::answer::is_markup;
use crate::http::fault::{Refusal, not_the_service};

/// Result of a request to the service.
pub(super) type Asked<T> = std::result::Result<T, Denied>;

/// Why the service didn't do it, as far as somebody acts upon it.
#[derive(Debug)]
pub(super) enum Denied {
    /// Nothing of that path is there (404, in the service's own words).
    Absent(ProviderError),
    /// Something of that path is there (409).
    Exists(ProviderError),
    /// A 400 or a 500, which may be our mistake (a folder or an upload that isn't there) or the service's trouble.
    Unclear(ProviderError),
    /// Anything else.
    Other(ProviderError),
}

impl Denied {
    /// The error in it.
    pub(super) fn into_error(self) -> ProviderError {
        match self {
            Self::Absent(error) | Self::Exists(error) | Self::Unclear(error) | Self::Other(error) => error,
        }
    }
}

impl From<ProviderError> for Denied {
    fn from(error: ProviderError) -> Self {
        Self::Other(error)
    }
}

/// What a refusal means.
pub(super) fn denied(mut refusal: Refusal, what: &str) -> Denied {
    refusal.is_page = is_markup(&refusal.body);
    let (status, is_page) = (refusal.status.as_u16(), refusal.is_page);
    if is_page && status == 404 {
        let why = "a web page came instead of an answer (404); is the address right?";
        return Denied::Other(not_the_service(what, why));
    }
    let said = String::from_utf8_lossy(&refusal.body).into_owned();
    let mut error = refusal.into_error(what, (!is_page).then_some(&said));
    match status {
        404 => Denied::Absent(error),
        409 => {
            error.kind = ErrorKind::AlreadyExists;
            Denied::Exists(error)
        }
        400 if !is_page => Denied::Unclear(error),
        500 => Denied::Unclear(error),
        402 => {
            // It has nothing to do with payment here: the length of a part isn't what its range says.
            error.kind = ErrorKind::Protocol;
            Denied::Other(error)
        }
        _ => Denied::Other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Retry;
    use reqwest::StatusCode;

    fn of(status: u16, body: &str) -> Denied {
        let status = StatusCode::from_u16(status).unwrap();
        denied(Refusal { status, wait: None, body: body.as_bytes().to_vec(), is_page: true }, "asking for x")
    }

    #[test]
    fn only_the_services_own_404_is_absence() {
        assert!(matches!(of(404, "File 'x' does not exist"), Denied::Absent(_)));
        for (status, body) in [(404, "<!doctype html>"), (403, "Invalid path"), (502, ""), (410, "gone")] {
            assert!(matches!(of(status, body), Denied::Other(_)), "{status} {body}");
        }
    }

    #[test]
    fn a_402_is_a_mistake_of_ours() {
        let error = of(402, "Received chunk size does not match Content-Length header").into_error();
        assert_eq!((error.kind, error.retry), (ErrorKind::Protocol, Retry::Never));
        assert!(error.context.ends_with("does not match Content-Length header"), "{}", error.context);
    }

    #[test]
    fn a_500_may_pass_and_a_400_does_not() {
        assert!(matches!(of(500, "<html>"), Denied::Unclear(error) if error.retry == Retry::Backoff));
        assert!(
            matches!(of(400, "Invalid request body"), Denied::Unclear(error) if error.retry == Retry::Never)
        );
        assert!(matches!(of(409, "x"), Denied::Exists(error) if error.kind == ErrorKind::AlreadyExists));
    }
}
