//! What goes wrong on the way, and refusals by status, as errors of ours.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::error::{ErrorKind, NotSent, NotTheService, ProviderError, Retry};
use crate::http::shown::shown;

/// Longest wait that is taken from a service; it would be a mistake, or an attack, beyond that.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
/// Characters of a service's own words that are shown.
const SAID_CHARS: usize = 300;

/// An answer with a status that isn't a success, read to its bounded end.
#[derive(Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// For how long it wants to be left alone.
    pub wait: Option<Duration>,
    /// The first 64 KiB of its body.
    pub body: Vec<u8>,
    /// It is a web page: of a proxy, or of a network's sign-in.
    pub is_page: bool,
}

impl Refusal {
    /// The error by the status alone. `said`: the service's own words, found in the body by who knows its form.
    pub fn into_error(self, what: &str, said: Option<&str>) -> ProviderError {
        let (kind, retry) = match self.status.as_u16() {
            401 => (ErrorKind::Unauthorized, Retry::Never),
            403 => (ErrorKind::Forbidden, Retry::Never),
            404 | 410 => (ErrorKind::NotFound, Retry::Never),
            408 | 425 | 429 => (ErrorKind::RateLimited, self.wait.map_or(Retry::Backoff, Retry::After)),
            413 => (ErrorKind::TooLarge, Retry::Never),
            402 | 507 => (ErrorKind::QuotaExceeded, Retry::Never),
            501 => (ErrorKind::Refused, Retry::Never),
            500..=599 => (ErrorKind::Unavailable, self.wait.map_or(Retry::Backoff, Retry::After)),
            300..=399 => (ErrorKind::Protocol, Retry::Backoff),
            _ => (ErrorKind::Refused, Retry::Never),
        };
        let sentence = self.sentence();
        let mut context = format!("{what}: {sentence}");
        if let Some(said) = said.filter(|said| !said.trim().is_empty()) {
            context.push_str(": ");
            context.push_str(&shown(said.trim().trim_end_matches('.'), SAID_CHARS));
        }
        let error = ProviderError { kind, retry, context, source: None };
        if self.status.is_redirection() { error.because(NotTheService(sentence)) } else { error }
    }

    /// The error of a storage behind a signed link, by the status: the link has run out, or leads nowhere yet. `said`: the
    /// storage's own word.
    pub fn into_storage_error(self, what: &str, said: Option<&str>) -> ProviderError {
        let status = self.status.as_u16();
        let says_expired = || String::from_utf8_lossy(&self.body).to_ascii_lowercase().contains("expired");
        if matches!(status, 401 | 403) || status == 400 && says_expired() {
            let said = said.map(|said| format!(", {}", shown(said, 80))).unwrap_or_default();
            return ProviderError::passing(
                ErrorKind::LinkExpired,
                format!(
                    "{what}: the storage takes the signed link no more ({status}{said}); a fresh one is asked for"
                ),
            );
        }
        let mut error = self.into_error(what, said);
        if error.kind == ErrorKind::NotFound {
            // The service has just said that it is there: the storage follows, or a fresh link leads elsewhere.
            (error.kind, error.retry) = (ErrorKind::Unavailable, Retry::Backoff);
        }
        error
    }

    fn sentence(&self) -> String {
        let status = self.status;
        match status.as_u16() {
            401 => "the credential was refused (401)".into(),
            300..=399 => format!("the service points to another address ({status}), which isn't followed"),
            _ if self.is_page => format!("a web page came instead of an answer ({status})"),
            _ => format!("the service answered {status}"),
        }
    }
}

/// `Retry-After` as seconds or as a date, the latter against the service's own `Date` or else our clock.
pub(super) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
    }
    let until = http_date(text)?;
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(wait.min(LONGEST_WAIT))
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// A request that didn't get through, or an answer that broke off. The address is left out: it may be signed.
pub(super) fn transport(error: reqwest::Error, what: &str) -> ProviderError {
    let (kind, why) = if error.is_timeout() {
        (ErrorKind::Timeout, "no answer in time")
    } else if error.is_connect() {
        (ErrorKind::Network, "no connection")
    } else {
        (ErrorKind::Network, "the connection broke")
    };
    let not_sent = error.is_connect();
    let error = error.without_url();
    let mut cause: &(dyn std::error::Error + 'static) = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let cause = shown(&cause.to_string(), SAID_CHARS);
    let failed = ProviderError::passing(kind, format!("{what}: {why}"));
    if not_sent { failed.because(NotSent(cause)) } else { failed.because(cause) }
}

/// Nothing moved for too long.
pub(super) fn stalled(what: &str, after: Duration) -> ProviderError {
    ProviderError::passing(
        ErrorKind::Timeout,
        format!("{what}: nothing moved for {} seconds", after.as_secs()),
    )
}

/// An answer that trickles and doesn't end.
pub(super) fn endless(what: &str, after: Duration) -> ProviderError {
    let why = format!("the answer hasn't ended after {} seconds", after.as_secs());
    ProviderError::passing(ErrorKind::Timeout, format!("{what}: {why}"))
}

/// A web page in place of the service's answer.
pub fn page(what: &str) -> ProviderError {
    let why =
        "a web page came instead of an answer; is it the sign-in page of a network, or a wrong address?";
    not_the_service(what, why)
}

/// An answer that isn't the service's: of a network's sign-in, or at a wrong address.
pub fn not_the_service(what: &str, why: impl std::fmt::Display) -> ProviderError {
    nonsense(what, &why).because(NotTheService(why.to_string()))
}

/// An answer that makes no sense; another attempt may bring a better one.
pub fn nonsense(what: &str, why: impl std::fmt::Display) -> ProviderError {
    ProviderError::passing(ErrorKind::Protocol, format!("{what}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        wait(&headers, http_date("Sun, 06 Nov 1994 08:49:07 GMT").unwrap())
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_has_an_end() {
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("99999999999999999999999"), Some(LONGEST_WAIT));
        assert_eq!(after("soon"), None);
        assert_eq!(after("-1"), None);
    }

    #[test]
    fn statuses_say_whether_trying_again_helps() {
        for (status, kind, retry) in [
            (401, ErrorKind::Unauthorized, Retry::Never),
            (403, ErrorKind::Forbidden, Retry::Never),
            (410, ErrorKind::NotFound, Retry::Never),
            (429, ErrorKind::RateLimited, Retry::After(Duration::from_secs(3))),
            (503, ErrorKind::Unavailable, Retry::After(Duration::from_secs(3))),
            (302, ErrorKind::Protocol, Retry::Backoff),
            (418, ErrorKind::Refused, Retry::Never),
        ] {
            let refusal = Refusal {
                status: StatusCode::from_u16(status).unwrap(),
                wait: Some(Duration::from_secs(3)),
                body: Vec::new(),
                is_page: false,
            };
            let error = refusal.into_error("reading \"a\"", Some("a\u{7}b"));
            assert_eq!((error.kind, error.retry), (kind, retry), "{status}");
            assert_eq!(error.is_not_the_services(), status == 302, "{status}");
            assert!(error.context.starts_with("reading \"a\": ") && error.context.ends_with(r"a\u{7}b"));
        }
    }
}
