//! Comparing contents where a service's revisions don't show every edit: what is agreed is fetched and hashed.

use futures_util::StreamExt;
use tidemark_core::node::{Change, Kind, Node, Remote};
use tidemark_providers::provider::RemoteRef;
use tidemark_providers::{ErrorKind, ProviderError};

use super::remote::ListError;
use crate::apply::fetch::fetch;
use crate::config::Verify;
use crate::pair::Pair;
use crate::report::Event;
use crate::state::{Files, Meta, RemoteRow, SeenRows};

const DAY_NS: i64 = 86_400 * 1_000_000_000;

/// Fetches every file that looks unchanged at the service and compares it with what was agreed, where the pair wants
/// that and it is due. A file that turns out different is stored as changed.
pub(crate) async fn compare_contents(pair: &Pair) -> Result<(), ListError> {
    if !is_due(pair)? {
        return Ok(());
    }
    let began = pair.clock.now_ns();
    let at_once = pair.provider.capabilities().parallelism.start;
    let mut row = 0;
    loop {
        let (nodes, last) = pair.state.files_after(Files::Agreed, row)?;
        if nodes.is_empty() {
            return Ok(pair.state.set(Meta::ComparedNs, Some(&began))?);
        }
        row = last;
        let mut compared = futures_util::stream::iter(nodes.into_iter().filter_map(comparable))
            .map(|(node, remote)| async move { differing(pair, node, remote).await })
            .buffer_unordered(at_once);
        while let Some(result) = compared.next().await {
            if let Some(row) = result? {
                pair.state.see_remote(&[row], &mut SeenRows::default())?;
            }
        }
    }
}

fn is_due(pair: &Pair) -> Result<bool, ListError> {
    if !pair.provider.capabilities().weak_revision {
        return Ok(false);
    }
    Ok(match pair.config.verify {
        Verify::Never => false,
        Verify::Always => true,
        Verify::Daily => {
            let last: Option<i64> = pair.state.get(Meta::ComparedNs)?;
            let age = last.map(|at| pair.clock.now_ns().saturating_sub(at));
            age.is_none_or(|age| !(0..DAY_NS).contains(&age))
        }
    })
}

fn comparable(node: Node) -> Option<(Node, Remote)> {
    let remote = node.remote.clone().filter(|remote| remote.kind == Kind::File && !remote.write_only)?;
    let agreed = node.synced.as_ref().and_then(|synced| synced.hash()).is_some();
    (agreed && node.remote_change() == Change::Same).then_some((node, remote))
}

/// What is really there, where that isn't the agreed content.
async fn differing(pair: &Pair, node: Node, remote: Remote) -> Result<Option<RemoteRow>, ListError> {
    let item = RemoteRef { id: Some(remote.id.clone()), path: node.path.clone() };
    let slowed = |error: &ProviderError| {
        pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) });
    };
    let fetched = match fetch(pair, &item, None, &slowed).await {
        Ok(fetched) => fetched,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        Err(error) if is_about_this_one(error.kind) => {
            pair.tell(Event::Warning { text: format!("{}. It wasn't compared.", error.sentence()) });
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let (disk, key) = (pair.disk.clone(), fetched.key.clone());
    if let Err(error) = pair.offload.run(move || disk.discard(&key)).await? {
        tracing::info!(error = %error.sentence(), "what was fetched to compare stays staged for now");
    }
    let agreed = node.synced.as_ref().and_then(|synced| synced.hash());
    let same = agreed == Some(fetched.hash);
    Ok((!same).then_some(RemoteRow { path: node.path, remote: Some(fetched.remote) }))
}

/// True for what one file does and others don't, such as one that a job keeps writing to.
fn is_about_this_one(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::DigestMismatch | ErrorKind::RevisionMismatch | ErrorKind::Forbidden | ErrorKind::Refused
    )
}
