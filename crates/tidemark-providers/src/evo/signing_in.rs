//! Who we are to Evo: an access token that somebody else fetched, a person's sign-in, or a client of its own.
//!
//! The identity server is Bentley's (<https://developer.seequent.com/docs/guides/getting-started/apps-and-tokens>);
//! endpoints and scopes as the vendor's SDK has them.

use super::wrong;
use crate::error::Result;
use crate::http::Credential;
use crate::http::address::BaseUrl;
use crate::oauth::{AccessTokens, Client, Grant, Redirect, SignIn};
use crate::settings::AccountSettings;

const ISSUER: &str = "https://ims.bentley.com";
const AUTHORIZE: &str = "connect/authorize";
const TOKEN: &str = "connect/token";
/// What a person's sign-in allows. `offline_access` brings the refresh token.
const SCOPES: &str = "openid offline_access evo.discovery evo.workspace evo.file";
/// What a client of its own is allowed.
const CLIENT_SCOPES: &str = "evo.discovery evo.workspace evo.file";
const REDIRECT: &str = "http://127.0.0.1/signin-callback";

pub(super) const SECRET: &str = "access token";

enum Auth {
    Token,
    SignedIn,
    Client,
}

/// The credential of an account. Checks settings, asks nothing.
pub(super) fn credential(settings: &AccountSettings) -> Result<Credential> {
    let tokens =
        |scopes, grant| Ok(AccessTokens::new(client(settings, scopes)?, grant, settings).credential());
    match auth(settings)? {
        Auth::Token => Credential::bearer(settings.require_secret(SECRET)?),
        Auth::SignedIn => {
            redirect(settings)?;
            tokens(SCOPES, Grant::SignedIn)
        }
        Auth::Client => {
            if settings.secret.is_none() {
                return Err(wrong(
                    "the account has no client secret; give it with --secret-stdin or --secret-env VAR",
                ));
            }
            tokens(CLIENT_SCOPES, Grant::Client)
        }
    }
}

/// How a person signs in.
pub(super) fn sign_in(settings: &AccountSettings) -> Result<SignIn> {
    match auth(settings)? {
        Auth::SignedIn => Ok(SignIn { client: client(settings, SCOPES)?, redirect: redirect(settings)? }),
        Auth::Token => Err(wrong(
            "it has auth=token, an access token that is given to it; with auth=oauth it would sign in",
        )),
        Auth::Client => Err(wrong("it has auth=client-credentials, which takes no person")),
    }
}

fn auth(settings: &AccountSettings) -> Result<Auth> {
    match given(settings, "auth").unwrap_or("token") {
        "token" => Ok(Auth::Token),
        "oauth" => Ok(Auth::SignedIn),
        "client-credentials" => Ok(Auth::Client),
        _ => Err(wrong("the setting \"auth\" is either token, oauth or client-credentials")),
    }
}

fn client(settings: &AccountSettings, scopes: &'static str) -> Result<Client> {
    let issuer = BaseUrl::encrypted(given(settings, "issuer").unwrap_or(ISSUER), "issuer")?;
    let id = settings.require("client_id")?.trim();
    Ok(Client::new(issuer, id, scopes, AUTHORIZE, TOKEN))
}

fn redirect(settings: &AccountSettings) -> Result<Redirect> {
    Redirect::parse(given(settings, "redirect_uri").unwrap_or(REDIRECT), "redirect_uri")
}

/// A setting, where it is given and not empty.
pub(super) fn given<'a>(settings: &'a AccountSettings, key: &str) -> Option<&'a str> {
    settings.values.get(key).map(|value| value.trim()).filter(|value| !value.is_empty())
}
