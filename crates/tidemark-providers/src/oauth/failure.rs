//! Why access tokens couldn't be had, for all who waited for them.

use super::{SignInNeeded, sign_in_needed};
use crate::error::{ErrorKind, ProviderError, Retry};

/// Why an attempt failed; it can be told several times.
pub(super) struct Failure {
    kind: ErrorKind,
    retry: Retry,
    sentence: String,
    needs_sign_in: bool,
}

impl Failure {
    pub(super) fn of(error: &ProviderError) -> Self {
        let needs_sign_in = error.source.as_ref().is_some_and(|source| source.is::<SignInNeeded>());
        let sentence = if needs_sign_in { error.context.clone() } else { error.sentence() };
        Self { kind: error.kind, retry: error.retry, sentence, needs_sign_in }
    }

    pub(super) fn internal() -> Self {
        let sentence = "renewing the access token broke off".to_owned();
        Self { kind: ErrorKind::Unavailable, retry: Retry::Backoff, sentence, needs_sign_in: false }
    }

    /// The error for one who wanted to do `what`.
    pub(super) fn of_doing(&self, what: &str) -> ProviderError {
        let error = self.error();
        ProviderError { context: format!("{what}: {}", error.context), ..error }
    }

    pub(super) fn error(&self) -> ProviderError {
        let context = self.sentence.clone();
        match self.needs_sign_in {
            true => sign_in_needed(context),
            false => ProviderError { kind: self.kind, retry: self.retry, context, source: None },
        }
    }
}
