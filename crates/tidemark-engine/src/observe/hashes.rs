//! Hashing what must be known before a plan: contents are read only where a decision depends on them.

use std::collections::HashSet;

use futures_util::StreamExt;
use tidemark_core::node::{Change, Kind, Node, Remote, RemoteId};
use tidemark_providers::provider::RemoteRef;
use tidemark_providers::{ErrorKind, ProviderError};

use super::remote::ListError;
use crate::apply::fetch::fetch;
use crate::pair::Pair;

/// Files hashed at once on this computer.
const LOCAL_AT_ONCE: usize = 2;
/// Contents asked for at once at the service.
const REMOTE_AT_ONCE: usize = 8;

/// Fills in the hashes that the planner needs for these nodes, and stores them.
pub(crate) async fn fill_hashes(pair: &Pair, mut nodes: Vec<Node>) -> Result<Vec<Node>, ListError> {
    let vanished: HashSet<u64> = nodes
        .iter()
        .filter(|node| node.local_change() == Change::Absent)
        .filter_map(|node| node.synced.as_ref())
        .filter(|synced| synced.kind() == Kind::File && synced.hash().is_some())
        .map(|synced| synced.local.stamp.size)
        .collect();
    let wanted: Vec<usize> = (0..nodes.len()).filter(|at| wants_local(&nodes[*at], &vanished)).collect();
    let mut hashed = futures_util::stream::iter(wanted.into_iter().map(|at| (at, nodes[at].path.clone())))
        .map(|(at, path)| async move {
            let disk = pair.disk.clone();
            Ok::<_, ListError>((at, pair.offload.run(move || disk.hash(&path)).await?))
        })
        .buffered(LOCAL_AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut changed = Vec::new();
    for result in hashed.drain(..) {
        let (at, Ok((stamp, hash))) = result? else { continue };
        if let Some(local) = nodes[at].local.as_mut().filter(|local| local.stamp == stamp) {
            local.hash = Some(hash);
            changed.push(at);
        }
    }
    let left: HashSet<RemoteId> = nodes
        .iter()
        .filter(|node| node.remote_change() == Change::Absent)
        .filter_map(|node| node.synced.as_ref())
        .filter(|synced| synced.kind() == Kind::File)
        .map(|synced| synced.remote.id.clone())
        .collect();
    let wanted: Vec<usize> = (0..nodes.len()).filter(|at| wants_remote(pair, &nodes[*at], &left)).collect();
    let asked: Vec<_> = wanted.into_iter().map(|at| (at, nodes[at].clone())).collect();
    let mut answers = futures_util::stream::iter(asked)
        .map(|(at, node)| async move { (at, remote_hash(pair, &node).await) })
        .buffered(REMOTE_AT_ONCE);
    while let Some((at, answer)) = answers.next().await {
        match answer {
            Ok(Some(remote)) => {
                nodes[at].remote = Some(remote);
                changed.push(at);
            }
            Ok(None) => {}
            Err(error) if matches!(error.kind, ErrorKind::Cancelled | ErrorKind::Unauthorized) => {
                return Err(error.into());
            }
            Err(error) => {
                tracing::info!(path = %nodes[at].path, error = %error.sentence(), "could not compare contents")
            }
        }
    }
    drop(answers);
    let changed: Vec<Node> = changed.into_iter().map(|at| nodes[at].clone()).collect();
    pair.state.put(&changed)?;
    Ok(nodes)
}

/// A touched file of the same size, a file that the service has too in the same size, or a new one that may be a
/// vanished one moved.
fn wants_local(node: &Node, vanished: &HashSet<u64>) -> bool {
    let Some(local) = node.local.as_ref().filter(|l| l.stamp.kind == Kind::File && l.hash.is_none()) else {
        return false;
    };
    let size = local.stamp.size;
    let touched = node.synced.as_ref().is_some_and(|synced| {
        synced.kind() == Kind::File && synced.local.stamp.size == size && synced.local.stamp != local.stamp
    });
    let twin = node.remote_change() != Change::Same
        && node
            .remote
            .as_ref()
            .is_some_and(|r| r.kind == Kind::File && r.size.is_none_or(|other| other == size));
    let arrived = node.synced.is_none() && node.remote.is_none() && size > 0 && vanished.contains(&size);
    touched || twin || arrived
}

/// Both sides have a new content of one size; or the service can say cheaply whether a new revision, or an item that
/// was elsewhere (`left` are the ids that are missing there), is a new content.
fn wants_remote(pair: &Pair, node: &Node, left: &HashSet<RemoteId>) -> bool {
    let Some(remote) =
        node.remote.as_ref().filter(|r| r.kind == Kind::File && r.hash.is_none() && !r.write_only)
    else {
        return false;
    };
    if node.remote_change() != Change::Changed {
        return false;
    }
    let same_size = |size: u64| remote.size.is_none_or(|other| other == size);
    let twin = node.local_change() == Change::Changed
        && node.local.as_ref().is_some_and(|l| l.stamp.kind == Kind::File && same_size(l.stamp.size));
    let touched =
        node.synced.as_ref().is_some_and(|s| s.kind() == Kind::File && same_size(s.local.stamp.size));
    let moved = node.synced.is_none() && left.contains(&remote.id);
    twin || pair.provider.capabilities().hash_on_request && (touched || moved)
}

async fn remote_hash(pair: &Pair, node: &Node) -> Result<Option<Remote>, ProviderError> {
    let Some(remote) = &node.remote else { return Ok(None) };
    let item = RemoteRef { id: Some(remote.id.clone()), path: node.path.clone() };
    if pair.provider.capabilities().hash_on_request {
        let ask = || pair.provider.content_hash(&item, &remote.revision);
        if let Some(hash) = pair.pacer.persist(&pair.cancel, &|_| {}, ask).await? {
            return Ok(Some(Remote { hash: Some(hash), ..remote.clone() }));
        }
        return Ok(None);
    }
    let fetched = fetch(pair, &item, None, &|_| {}).await?;
    Ok(Some(fetched.remote))
}
