//! Looking at a service that lists nothing: every item that the pair's manifest knows is asked for by itself.

use futures_util::StreamExt;
use tidemark_core::node::{Kind, Node, Remote};
use tidemark_providers::provider::RemoteRef;
use tidemark_providers::{ErrorKind, ProviderError};

use super::remote::ListError;
use crate::manifest;
use crate::pair::Pair;
use crate::report::Event;
use crate::state::{Meta, RemoteRow, SeenRows};

/// Asks for every known item. Whether account and root are good is asked first: a service that hides everything has not
/// deleted everything.
pub(crate) async fn look_known(pair: &Pair) -> Result<(), ListError> {
    let slowed = |error: &ProviderError| {
        pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) });
    };
    pair.pacer.persist(&pair.cancel, &slowed, || pair.provider.check()).await?;
    manifest::recover(pair).await?;
    let at_once = pair.provider.capabilities().parallelism.start;
    let mut answers = futures_util::stream::iter(pair.state.remote_files()?)
        .map(|node| async move { (ask(pair, &node, &slowed).await, node) })
        .buffer_unordered(at_once);
    let mut rows = Vec::new();
    let mut items = 0;
    while let Some((answer, node)) = answers.next().await {
        items += 1;
        let remote = answer?;
        if !is_same(node.remote.as_ref(), remote.as_ref()) {
            rows.push(RemoteRow { path: node.path, remote });
        }
    }
    drop(answers);
    let all_gone = items > 0 && rows.len() as u64 == items && rows.iter().all(|row| row.remote.is_none());
    if all_gone && !manifest::is_seen(pair).await? {
        return Err(ProviderError::permanent(
            ErrorKind::NotFound,
            format!("none of the {items} known files can be seen, nor can their manifest: may this account see them?"),
        )
        .into());
    }
    pair.tell(Event::Looked { items });
    pair.state.see_remote(&rows, &mut SeenRows::default())?;
    Ok(pair.state.set(Meta::ListedNs, Some(&pair.clock.now_ns()))?)
}

async fn ask(
    pair: &Pair,
    node: &Node,
    slowed: &(dyn Fn(&ProviderError) + Send + Sync),
) -> Result<Option<Remote>, ProviderError> {
    let item =
        RemoteRef { id: node.remote.as_ref().map(|remote| remote.id.clone()), path: node.path.clone() };
    pair.pacer.persist(&pair.cancel, slowed, || pair.provider.stat(&item)).await
}

fn is_same(known: Option<&Remote>, now: Option<&Remote>) -> bool {
    match (known, now) {
        (Some(known), Some(now)) => {
            now.kind == Kind::File && (&known.id, &known.revision) == (&now.id, &now.revision)
        }
        (None, None) => true,
        _ => false,
    }
}
