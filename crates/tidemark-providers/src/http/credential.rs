//! What proves who we are.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::settings::Secret;

/// The header that proves who we are. It is marked sensitive and never shows.
#[derive(Clone)]
pub enum Credential {
    /// None is sent.
    None,
    /// Always the same.
    Fixed {
        /// Name of the header.
        name: HeaderName,
        /// Its value.
        value: HeaderValue,
    },
    /// An access token that ends by itself.
    Renewing(Arc<dyn Renewing>),
}

/// Gives out values of `Authorization` that end by themselves.
#[async_trait]
pub trait Renewing: Send + Sync {
    /// One that is good now, fetched where there is none. `what` begins every error's sentence.
    async fn current(&self, what: &str) -> Result<HeaderValue>;

    /// Another one than `refused`, which the service takes no more.
    async fn instead_of(&self, refused: &HeaderValue, what: &str) -> Result<HeaderValue>;

    /// The error of a service that refuses a fresh one too.
    fn refused_fresh(&self, what: &str) -> ProviderError;
}

impl Credential {
    /// `Authorization: Bearer <token>`. Fails when the token has characters that no header can carry.
    pub fn bearer(token: &Secret) -> Result<Self> {
        Ok(Self::Fixed { name: AUTHORIZATION, value: bearer(token)? })
    }

    /// The secret as the value of a header.
    pub fn header(name: HeaderName, value: &Secret) -> Result<Self> {
        Ok(Self::Fixed { name, value: sensitive(value)? })
    }
}

/// `Bearer <token>`, as the value of a header.
pub(crate) fn bearer(token: &Secret) -> Result<HeaderValue> {
    sensitive(&Secret::new(format!("Bearer {}", token.expose().trim())))
}

fn sensitive(value: &Secret) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
        ProviderError::permanent(
            ErrorKind::Unauthorized,
            "the account's secret has characters that it can't have; give it anew",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
