//! The Discovery API: which organisations there are, at which hubs.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::answering::Identity;
use super::breach::BreachKind;
use super::forms::{Refused, only};
use crate::fake::Asked;
use crate::fake::answer::Answer;
use crate::fake::query::Query;

impl Identity {
    /// `GET /evo/identity/v2/discovery?service=evo`.
    pub(crate) fn discover(&self, asked: &Asked<'_>, query: &Query) -> Result<Answer, Refused> {
        only(query, &["service"])?;
        if query.one("service") != Some("evo") {
            let detail = "the service isn't evo";
            return Err(Refused::breach(BreachKind::BadParameter, "invalid_request", detail));
        }
        let Some(given) = asked.header("authorization") else {
            return Err(Refused::breach(BreachKind::NoToken, "invalid_client", "no Authorization header"));
        };
        let token = given.strip_prefix("Bearer ").unwrap_or_default();
        if !self.passes.are_good(token, self.front.clock.now()) {
            return Err(Refused::because("invalid_client", "the token isn't good"));
        }
        let offers = self.state().offers.clone();
        let hubs: BTreeSet<&str> = offers.iter().map(|offer| &*offer.hub).collect();
        let hubs: Vec<&str> = hubs.into_iter().collect();
        let code = |hub: &str| hubs.iter().position(|known| *known == hub).map(|at| format!("hub{at}"));
        let list = |each: &dyn Fn(&super::state::Offer) -> Value| offers.iter().map(each).collect::<Vec<_>>();
        let body = json!({ "discovery": {
            "organizations": list(&|offer| json!({ "id": offer.organisation, "display_name": offer.called })),
            "hubs": hubs.iter().map(|hub| json!({ "code": code(hub), "display_name": "A hub", "url": hub })).collect::<Vec<_>>(),
            "services": [{ "code": "evo", "display_name": "Evo" }],
            "service_access": list(&|offer| json!({
                "org_id": offer.organisation, "hub_code": code(&offer.hub), "services": ["evo"],
            })),
        }});
        Ok(Answer::with(StatusCode::OK, "application/json", body.to_string()))
    }
}
