//! Asking an identity server for tokens: <https://www.rfc-editor.org/rfc/rfc6749#section-4>, its answers and refusals.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::client::Client;
use super::sign_in_needed;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Request;
use crate::http::fault::{Refusal, nonsense};
use crate::http::shown::shown;
use crate::settings::Secret;

/// What tokens are asked for with.
pub(super) enum Proof<'a> {
    /// What the browser brought.
    Code { code: &'a Secret, verifier: &'a Secret, redirect: &'a str },
    /// A refresh token.
    Refresh(&'a Secret),
    /// The secret of a client that needs no person.
    Client(&'a Secret),
}

/// What was given.
pub(super) struct Tokens {
    pub(super) access: Secret,
    /// How long it is good.
    pub(super) lasts: Option<Duration>,
    pub(super) refresh: Option<Secret>,
}

#[derive(Deserialize)]
struct Given {
    token_type: String,
    access_token: String,
    #[serde(default)]
    expires_in: serde_json::Value,
    #[serde(default)]
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

impl Client {
    /// `POST` to the token endpoint. A proof that is taken no more is `Unauthorized`; a server that fails, passing.
    pub(super) async fn ask(&self, proof: Proof<'_>, what: &str) -> Result<Tokens> {
        let request = Request::new(Method::POST)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .body(self.form(&proof));
        let answer = self.http.api(request, self.token, what).await?;
        if !answer.status().is_success() {
            return Err(self.refused(&proof, answer.refusal().await, what));
        }
        let given: Given = answer.json().await.map_err(|error| ProviderError { source: None, ..error })?;
        if !given.token_type.eq_ignore_ascii_case("bearer") || given.access_token.trim().is_empty() {
            return Err(nonsense(what, format!("{} gave a token of an unknown kind", self.host())));
        }
        let filled = |text: String| (!text.trim().is_empty()).then(|| Secret::new(text));
        Ok(Tokens {
            access: Secret::new(given.access_token),
            lasts: seconds(&given.expires_in),
            refresh: given.refresh_token.and_then(filled),
        })
    }

    fn form(&self, proof: &Proof<'_>) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &self.id);
        match proof {
            Proof::Code { code, verifier, redirect } => form
                .append_pair("grant_type", "authorization_code")
                .append_pair("code", code.expose())
                .append_pair("code_verifier", verifier.expose())
                .append_pair("redirect_uri", redirect),
            Proof::Refresh(token) => {
                form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose())
            }
            Proof::Client(secret) => form
                .append_pair("grant_type", "client_credentials")
                .append_pair("client_secret", secret.expose())
                .append_pair("scope", self.scopes),
        };
        form.finish()
    }

    fn refused(&self, proof: &Proof<'_>, refusal: Refusal, what: &str) -> ProviderError {
        let host = self.host();
        let status = refusal.status;
        let said: Option<Refused> = serde_json::from_slice(&refusal.body).ok();
        let Some(said) = said.filter(|_| status.is_client_error() && status.as_u16() != 429) else {
            let passes = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
            return match passes {
                true => refusal.into_error(&format!("{what}: asking {host} for an access token"), None),
                false => nonsense(
                    what,
                    format!("{host} answered {status} instead of a token; is \"issuer\" right?"),
                ),
            };
        };
        let words = match said.error_description.as_deref().map(str::trim) {
            Some(more) if !more.is_empty() => format!("{}: {more}", said.error),
            _ => said.error.clone(),
        };
        let words = shown(&words, 300);
        match (said.error.as_str(), proof) {
            ("invalid_client" | "unauthorized_client" | "invalid_grant", Proof::Client(_)) => {
                ProviderError::permanent(
                    ErrorKind::Unauthorized,
                    format!("{what}: {host} refused the client id or its secret ({words})"),
                )
            }
            ("invalid_grant", Proof::Refresh(_)) => {
                sign_in_needed(format!("{what}: {host} takes the sign-in no more ({words})"))
            }
            ("invalid_grant", Proof::Code { .. }) => ProviderError::permanent(
                ErrorKind::Unauthorized,
                format!("{what}: {host} didn't take the answer that the browser brought ({words})"),
            ),
            ("invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope", _) => {
                ProviderError::permanent(
                    ErrorKind::Settings,
                    format!(
                        "{what}: {host} doesn't allow this client that ({words}); is \"client_id\" right?"
                    ),
                )
            }
            ("temporarily_unavailable" | "server_error", _) => ProviderError::passing(
                ErrorKind::Unavailable,
                format!("{what}: {host} gives no access token now ({words})"),
            ),
            _ => ProviderError::permanent(
                ErrorKind::Refused,
                format!("{what}: {host} gave no access token ({words})"),
            ),
        }
    }
}

/// Seconds, however they are written.
fn seconds(value: &serde_json::Value) -> Option<Duration> {
    let whole = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    whole.or_else(|| value.as_f64().map(|seconds| seconds.max(0.0) as u64)).map(Duration::from_secs)
}
