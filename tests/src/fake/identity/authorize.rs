//! The page that a person sees: here the person decides at once, and the browser is sent back.

use hyper::StatusCode;
use url::Url;

use super::DESKTOP;
use super::answering::Identity;
use super::breach::BreachKind;
use super::forms::{Refused, one, only, scopes};
use super::settings::Decision;
use super::state::Code;
use crate::fake::answer::Answer;
use crate::fake::query::Query;

const PARAMETERS: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];
const NEEDED: [&str; 5] = ["openid", "offline_access", "evo.discovery", "evo.workspace", "evo.file"];
/// Characters that 128 bits take.
const STATE: usize = 22;
/// Characters of a SHA-256, in base64 without padding.
const CHALLENGE: usize = 43;

impl Identity {
    /// `GET /connect/authorize`.
    pub(crate) fn authorize(&self, query: &Query) -> Result<Answer, Refused> {
        let refuse = |kind, detail: &str| Err(Refused::breach(kind, "invalid_request", detail));
        only(query, &PARAMETERS)?;
        if one(query, "client_id")? != DESKTOP {
            return Err(Refused::because("unauthorized_client", "no such client"));
        }
        if one(query, "response_type")? != "code" {
            return refuse(BreachKind::BadParameter, "response_type isn't code");
        }
        let redirect = one(query, "redirect_uri")?;
        if !self.front.rules.redirects.iter().any(|known| fits(known, redirect)) {
            return refuse(BreachKind::WrongRedirect, "that redirect isn't registered");
        }
        let state = one(query, "state")?;
        if state.len() < STATE {
            return refuse(BreachKind::WeakState, "the state can be guessed");
        }
        let challenge = one(query, "code_challenge")?;
        let is_base64 = challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if one(query, "code_challenge_method")? != "S256" || challenge.len() != CHALLENGE || !is_base64 {
            return refuse(BreachKind::WeakChallenge, "no S256 challenge");
        }
        scopes(one(query, "scope")?, &NEEDED)?;
        let mut back = Url::parse(redirect).map_err(|_| {
            Refused::breach(BreachKind::WrongRedirect, "invalid_request", "the redirect isn't an address")
        })?;
        let decision = self.state().decision;
        match decision {
            Decision::Allow => {
                let code = self.code(challenge, redirect);
                back.query_pairs_mut().append_pair("code", &code);
            }
            Decision::Deny => {
                back.query_pairs_mut()
                    .append_pair("error", "access_denied")
                    .append_pair("error_description", "The person said no");
            }
        }
        back.query_pairs_mut().append_pair("state", state);
        Ok(Answer::empty(StatusCode::FOUND).header("location", back.as_str()))
    }

    fn code(&self, challenge: &str, redirect: &str) -> String {
        let code = self.secret("code");
        let mut state = self.state();
        let family = state.begin();
        let entry = Code { family, challenge: challenge.into(), redirect: redirect.into(), used: false };
        state.codes.insert(code.clone(), entry);
        code
    }
}

/// A registered loopback address without a port takes any (RFC 8252, section 7.3); all else is compared as it is.
fn fits(registered: &str, given: &str) -> bool {
    let Some(rest) = registered.strip_prefix("http://127.0.0.1/") else { return registered == given };
    given
        .strip_prefix("http://127.0.0.1:")
        .and_then(|given| given.split_once('/'))
        .is_some_and(|(port, given)| port.parse::<u16>().is_ok_and(|port| port > 0) && given == rest)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn only_the_port_of_a_loopback_address_is_free() {
        let registered = "http://127.0.0.1/back";
        assert!(fits(registered, "http://127.0.0.1:4711/back"));
        for other in [
            "http://127.0.0.1:4711/",
            "http://127.0.0.1:x/back",
            "http://127.0.0.2:4711/back",
            "http://127.0.0.1/back",
        ] {
            assert!(!fits(registered, other), "{other}");
        }
        assert!(fits("http://localhost:3000/a", "http://localhost:3000/a"));
        assert!(!fits("http://localhost:3000/a", "http://localhost:3001/a"));
    }
}
