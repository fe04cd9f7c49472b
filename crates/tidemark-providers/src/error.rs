//! One error for all services: what was attempted, what kind of refusal it met, and whether trying again can help.

use std::time::Duration;

/// Result of a provider's call.
pub type Result<T> = std::result::Result<T, ProviderError>;

/// Why a provider's call failed.
#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub struct ProviderError {
    /// What kind of refusal it was.
    pub kind: ErrorKind,
    /// Whether trying again can help, and when.
    pub retry: Retry,
    /// What was attempted on what, and what the service said. Never holds a credential or a signed query.
    pub context: String,
    /// The cause, where there is one.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of refusal that somebody acts upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The credential is missing, wrong or expired: the account waits for a person.
    Unauthorized,
    /// The credential is good, the role isn't (writing as a viewer).
    Forbidden,
    /// No such item, workspace or folder.
    NotFound,
    /// The item's revision isn't the expected one: somebody changed it.
    RevisionMismatch,
    /// Something of this name is there already.
    AlreadyExists,
    /// The service can't store this name or path.
    InvalidName,
    /// Larger than the service takes.
    TooLarge,
    /// The storage behind the account is used up.
    QuotaExceeded,
    /// The service asked to slow down.
    RateLimited,
    /// The service failed (5xx).
    Unavailable,
    /// No connection, or it broke.
    Network,
    /// No answer in time.
    Timeout,
    /// The answer makes no sense: not JSON, fields missing, too large, a listing that contradicts itself.
    Protocol,
    /// What was received or stored isn't what was announced or sent.
    DigestMismatch,
    /// A signed link is used up; a fresh one helps.
    LinkExpired,
    /// The cursor isn't valid any more: list from the start.
    CursorExpired,
    /// The local file changed while it was sent: nothing was made visible.
    LocalChanged,
    /// The bytes could not be read or written here (`source` says why).
    LocalIo,
    /// Stopped from our side (Ctrl-C, shutdown).
    Cancelled,
    /// The service has no such ability.
    Unsupported,
    /// The settings of the account can't be right.
    Settings,
    /// Refused for another reason that trying again won't change.
    Refused,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// No.
    Never,
    /// After this time, as the service asked.
    After(Duration),
    /// Yes, later and later.
    Backoff,
}

/// The cause of a failure before anything was sent: no connection came about.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSent(pub String);

/// The cause of a failure where something else answered in the service's place: a network's sign-in page, say.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotTheService(pub String);

impl ProviderError {
    /// True when the answer came from something else than the service. It lasts until a person does something.
    pub fn is_not_the_services(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.is::<NotTheService>())
    }

    /// True when the service can't have seen anything of the attempt.
    pub fn nothing_was_sent(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.is::<NotSent>())
    }

    /// An error that trying again won't change.
    pub fn permanent(kind: ErrorKind, context: impl Into<String>) -> Self {
        Self { kind, retry: Retry::Never, context: context.into(), source: None }
    }

    /// An error that may pass.
    pub fn passing(kind: ErrorKind, context: impl Into<String>) -> Self {
        Self { kind, retry: Retry::Backoff, context: context.into(), source: None }
    }

    /// The same with its cause.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What was attempted, and every cause down to the last, as one sentence for people.
    pub fn sentence(&self) -> String {
        let mut text = self.context.clone();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let part = error.to_string();
            if !text.contains(&part) {
                text.push_str(": ");
                text.push_str(&part);
            }
            cause = error.source();
        }
        text
    }
}
