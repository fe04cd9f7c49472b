//! Notices as a stream of server-sent events, to be taken up again at any number.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream;
use serde::Deserialize;

use super::Web;

#[derive(Deserialize)]
pub(super) struct From {
    /// The number of the first notice that is wanted.
    since: Option<u64>,
}

/// The notices from a number on; a browser that comes back says the last one that it has seen.
pub(super) async fn events(
    State(web): State<Arc<Web>>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let since = seen.map(|seen| seen + 1).or(from.since).unwrap_or_else(|| web.tidemark.hub.next_seq());
    let batches = stream::unfold(since, move |since| {
        let web = web.clone();
        async move {
            let found = tokio::select! {
                () = web.cancel.cancelled() => return None,
                found = web.tidemark.hub.since(since) => found,
            };
            let next = found.last()?.seq + 1;
            let events: Vec<_> = found
                .iter()
                .map(|one| {
                    let data = serde_json::to_string(&*one.notice).unwrap_or_default();
                    Ok(Event::default().id(one.seq.to_string()).data(data))
                })
                .collect();
            Some((stream::iter(events), next))
        }
    });
    let flat = futures_util::StreamExt::flatten(batches);
    Sse::new(flat).keep_alive(KeepAlive::new().interval(Duration::from_secs(2)))
}
