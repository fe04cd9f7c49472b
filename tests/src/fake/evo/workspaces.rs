//! The summary of an organisation's workspaces, as the vendor's SDK asks the Workspaces API for it.

use hyper::StatusCode;
use serde_json::json;

use super::answering::Service;
use super::api::{Done, Refused};
use super::breach::BreachKind;
use super::list_query;
use super::problem::Problem;
use crate::fake::Asked;
use crate::fake::answer::Answer;
use crate::fake::query::Query;

/// What the workspace that there is is called.
pub(crate) const NAME: &str = "Þingvellir 2026";
/// Workspaces beside that, so that there is more than a page.
const OTHERS: usize = 60;
const MOST: usize = 100;

impl Service {
    /// Answers a request for workspaces.
    pub(super) fn workspaces(
        &self,
        organisation: &str,
        query: Result<Query, String>,
        asked: &Asked<'_>,
    ) -> Answer {
        let done = self.authorize(&asked.head.headers).and_then(|()| self.summary(organisation, query));
        self.done(done, &asked.name())
    }

    fn summary(&self, organisation: &str, query: Result<Query, String>) -> Done {
        let query = query.map_err(|why| (BreachKind::PathNotEncoded, Problem::BadRequest, why))?;
        if let Some(key) = query.misfit(&["limit", "offset"], &[]) {
            return Err((BreachKind::UnknownParameter, Problem::BadRequest, key.to_owned()).into());
        }
        if organisation != self.organisation.to_string() {
            return Err(Refused::Problem(Problem::NotFound, "no such organisation"));
        }
        let number = |key: &str, usual: usize| match query.one(key) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| list_query::bad(key, text)),
        };
        let (limit, offset) = (number("limit", MOST)?.min(MOST), number("offset", 0)?);
        let others =
            (1..=OTHERS).map(|at| (format!("0b000000-0000-4000-8000-{at:012}"), format!("Workspace {at}")));
        let all = others.chain([(self.workspace.to_string(), NAME.to_owned())]);
        let results: Vec<_> =
            all.skip(offset).take(limit).map(|(id, name)| json!({ "id": id, "name": name })).collect();
        let body = json!({ "links": { "count": results.len(), "total": OTHERS + 1 }, "results": results });
        Ok(Answer::with(StatusCode::OK, "application/json", body.to_string()))
    }
}
