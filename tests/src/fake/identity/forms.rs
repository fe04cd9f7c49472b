//! What requests say, read strictly, and refusals.

use hyper::StatusCode;
use serde_json::json;

use super::answering::Identity;
use super::breach::BreachKind;
use crate::fake::answer::Answer;
use crate::fake::query::Query;

/// Why a request isn't done: the word for it, and in which way it broke the contract, if it did.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) error: &'static str,
    pub(crate) detail: String,
    pub(crate) breach: Option<BreachKind>,
}

impl Refused {
    /// It broke the contract.
    pub(crate) fn breach(kind: BreachKind, error: &'static str, detail: impl Into<String>) -> Self {
        Refused { error, detail: detail.into(), breach: Some(kind) }
    }

    /// It can't be done.
    pub(crate) fn because(error: &'static str, detail: impl Into<String>) -> Self {
        Refused { error, detail: detail.into(), breach: None }
    }
}

impl Identity {
    /// The answer to a request that isn't done.
    pub(crate) fn refuse(&self, request: &str, refused: Refused) -> Answer {
        if let Some(kind) = refused.breach {
            self.front.breach(kind, request, &refused.detail);
        }
        let status = match refused.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": refused.error, "error_description": refused.detail });
        Answer::with(status, "application/json", body.to_string())
    }
}

/// Refuses parameters that don't belong there or are there twice.
pub(crate) fn only(query: &Query, allowed: &[&str]) -> Result<(), Refused> {
    match query.misfit(allowed, &[]) {
        Some(key) => {
            let detail = format!("{key} doesn't belong there, or is there twice");
            Err(Refused::breach(BreachKind::BadParameter, "invalid_request", detail))
        }
        None => Ok(()),
    }
}

/// A parameter that has to be there.
pub(crate) fn one<'a>(query: &'a Query, key: &str) -> Result<&'a str, Refused> {
    query.one(key).filter(|value| !value.is_empty()).ok_or_else(|| {
        Refused::breach(BreachKind::BadParameter, "invalid_request", format!("{key} is missing"))
    })
}

/// Refuses a scope that isn't known, and one that lacks what is needed.
pub(crate) fn scopes(given: &str, needed: &[&str]) -> Result<(), Refused> {
    let given: Vec<&str> = given.split(' ').collect();
    let strange = given.iter().find(|scope| !needed.contains(scope));
    let missing = needed.iter().find(|scope| !given.contains(scope));
    match strange.or(missing) {
        Some(scope) => {
            Err(Refused::breach(BreachKind::WrongScope, "invalid_scope", format!("the scope {scope}")))
        }
        None => Ok(()),
    }
}
