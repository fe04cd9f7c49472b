//! OAuth 2.0 (RFC 6749): signing in with a browser, by authorization code with PKCE (RFC 7636) and a redirect to this
//! computer (RFC 8252), client credentials for machines, and access tokens that are renewed before they end.
//!
//! A refresh token may be good for one use only: who renews has the turn to replace it, reads it as it is stored then,
//! and stores its successor before the access token that came with it is used.

mod access;
mod client;
mod failure;
mod grant;
mod in_memory;
mod loopback;
mod pkce;
mod sign_in;
mod under_way;

pub use access::{AccessTokens, Grant};
pub use client::Client;
pub use sign_in::{Attempt, RANDOM, Redirect, SignIn};
pub use under_way::settled;

use crate::error::{ErrorKind, ProviderError};

/// The cause of an `Unauthorized` that a person ends by signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person has to sign in")]
pub struct SignInNeeded;

fn sign_in_needed(context: String) -> ProviderError {
    ProviderError::permanent(ErrorKind::Unauthorized, context).because(SignInNeeded)
}
