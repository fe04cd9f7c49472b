//! The token endpoint.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::answering::Identity;
use super::breach::BreachKind;
use super::forms::{Refused, one, only, scopes};
use super::state::Family;
use super::{DESKTOP, SERVICE, SERVICE_SECRET};
use crate::fake::Asked;
use crate::fake::answer::Answer;
use crate::fake::query::Query;

const SERVICE_SCOPES: [&str; 3] = ["evo.discovery", "evo.workspace", "evo.file"];

impl Identity {
    /// `POST /connect/token`.
    pub(crate) fn give_tokens(&self, asked: &Asked<'_>, address: &Query) -> Result<Answer, Refused> {
        let breach = |kind, detail: &str| Err(Refused::breach(kind, "invalid_request", detail));
        if address.keys().next().is_some() || asked.header("authorization").is_some() {
            return breach(BreachKind::SecretInAddress, "everything belongs into the form");
        }
        if asked.header("content-type") != Some("application/x-www-form-urlencoded") {
            return breach(BreachKind::NotAForm, "that isn't a form");
        }
        let body = asked.body.bytes();
        let form = std::str::from_utf8(&body).ok().and_then(|text| Query::parse(text).ok());
        let Some(form) = form else { return breach(BreachKind::NotAForm, "that form can't be read") };
        match one(&form, "grant_type")? {
            "authorization_code" => self.by_code(&form),
            "refresh_token" => self.by_refresh_token(&form),
            "client_credentials" => self.by_secret(&form),
            _ => Err(Refused::breach(BreachKind::BadParameter, "unsupported_grant_type", "no such grant")),
        }
    }

    fn by_code(&self, form: &Query) -> Result<Answer, Refused> {
        only(form, &["grant_type", "client_id", "code", "code_verifier", "redirect_uri"])?;
        desktop(form)?;
        let (code, verifier) = (one(form, "code")?, one(form, "code_verifier")?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let redirect = one(form, "redirect_uri")?;
        let mut state = self.state();
        let Some(known) = state.codes.get_mut(code) else {
            return Err(Refused::because("invalid_grant", "no such code"));
        };
        let (family, refused) =
            (known.family, |kind, detail: &str| Err(Refused::breach(kind, "invalid_grant", detail)));
        if std::mem::replace(&mut known.used, true) {
            state.revoke(family);
            return refused(BreachKind::UsedCode, "the code was used before");
        }
        if known.challenge != challenge || !(43..=128).contains(&verifier.len()) {
            return refused(BreachKind::WrongVerifier, "the verifier doesn't fit the challenge");
        }
        if known.redirect != redirect {
            return refused(BreachKind::WrongRedirect, "the redirect isn't that of the link");
        }
        drop(state);
        Ok(self.tokens(self.front.rules.offline.then_some(family)))
    }

    fn by_refresh_token(&self, form: &Query) -> Result<Answer, Refused> {
        only(form, &["grant_type", "client_id", "refresh_token"])?;
        desktop(form)?;
        let token = one(form, "refresh_token")?;
        let rotates = self.front.rules.rotates;
        let mut state = self.state();
        let Some(known) = state.refresh.get_mut(token) else {
            return Err(Refused::because("invalid_grant", "no such refresh token"));
        };
        let family = known.family;
        if std::mem::replace(&mut known.used, rotates) {
            state.revoke(family);
            let detail = "the refresh token was used before; the sign-in is ended";
            return Err(Refused::breach(BreachKind::UsedRefreshToken, "invalid_grant", detail));
        }
        if state.is_revoked(family) {
            return Err(Refused::because("invalid_grant", "the sign-in was ended"));
        }
        drop(state);
        Ok(self.tokens(rotates.then_some(family)))
    }

    fn by_secret(&self, form: &Query) -> Result<Answer, Refused> {
        only(form, &["grant_type", "client_id", "client_secret", "scope"])?;
        if one(form, "client_id")? != SERVICE || one(form, "client_secret")? != SERVICE_SECRET {
            return Err(Refused::because("invalid_client", "no such client, or another secret"));
        }
        scopes(one(form, "scope")?, &SERVICE_SCOPES)?;
        Ok(self.tokens(None))
    }

    fn tokens(&self, refresh: Option<Family>) -> Answer {
        let mut given = json!({
            "token_type": "Bearer",
            "access_token": self.access_token(),
            "expires_in": self.front.rules.lasts,
        });
        if let Some(family) = refresh {
            given["refresh_token"] = self.refresh_token(family).into();
        }
        Answer::with(StatusCode::OK, "application/json", given.to_string())
            .header("cache-control", "no-store")
    }
}

fn desktop(form: &Query) -> Result<(), Refused> {
    match one(form, "client_id")? {
        DESKTOP => Ok(()),
        SERVICE => {
            Err(Refused::breach(BreachKind::WrongClient, "unauthorized_client", "no person uses that client"))
        }
        _ => Err(Refused::because("invalid_client", "no such client")),
    }
}
