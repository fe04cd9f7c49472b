//! The ways to break the contract of an identity server.

use serde::Serialize;

/// The ways to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// A parameter is missing, there twice, not known, or not what it can be.
    BadParameter,
    /// Something secret in an address, where logs and histories keep it.
    SecretInAddress,
    /// A request for tokens that isn't a form.
    NotAForm,
    /// No `state`, or one that can be guessed.
    WeakState,
    /// No challenge, a plain one, or one that no SHA-256 can be.
    WeakChallenge,
    /// A redirect that isn't registered, or isn't that of the link.
    WrongRedirect,
    /// A verifier that doesn't fit the challenge.
    WrongVerifier,
    /// A code used again.
    UsedCode,
    /// A refresh token used again.
    UsedRefreshToken,
    /// A client that isn't known, or may not do this.
    WrongClient,
    /// A scope that isn't known, or that brings nothing.
    WrongScope,
    /// A request to the Discovery API without a token.
    NoToken,
    /// An endpoint that doesn't exist.
    NoSuchEndpoint,
}
