//! Looking at a service that lists nothing: every item that the pair's manifest knows is asked for by itself.

use futures_util::StreamExt;
use tidemark_core::node::{Kind, Node, Remote};
use tidemark_providers::provider::RemoteRef;
use tidemark_providers::{ErrorKind, ProviderError};

use super::remote::ListError;
use crate::manifest;
use crate::manifest_copy;
use crate::pair::Pair;
use crate::report::Event;
use crate::state::{Files, Meta, RemoteRow, SeenRows};

/// Asks for every known item, also for those that were gone and aren't given up yet: what a service hid for a while is
/// found again by its id only. Whether account and root are good is asked first: a service that hides everything has not
/// deleted everything.
pub(crate) async fn look_known(pair: &Pair) -> Result<(), ListError> {
    let slowed = |error: &ProviderError| {
        pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) });
    };
    pair.pacer.persist(&pair.cancel, &slowed, || pair.provider.check()).await?;
    pair.state.index_ids()?;
    manifest_copy::recover(pair).await?;
    let at_once = pair.provider.capabilities().parallelism.start;
    let (mut rows, mut items, mut gone, mut row) = (Vec::new(), 0, 0, 0);
    loop {
        let (nodes, last) = pair.state.files_after(Files::Known, row)?;
        if nodes.is_empty() {
            break;
        }
        row = last;
        let mut answers = futures_util::stream::iter(nodes)
            .map(|node| async move { (ask(pair, &node, &slowed).await, node) })
            .buffer_unordered(at_once);
        while let Some((answer, node)) = answers.next().await {
            let remote = answer?;
            items += 1;
            gone += u64::from(remote.is_none());
            if !is_same(node.remote.as_ref(), remote.as_ref()) {
                rows.push(RemoteRow { path: node.path, remote });
            }
        }
    }
    if items > 0 && gone == items && !manifest::is_seen(pair).await? {
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
    let known = node.remote.as_ref().or(node.synced.as_ref().map(|synced| &synced.remote));
    let item = RemoteRef { id: known.map(|remote| remote.id.clone()), path: node.path.clone() };
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
