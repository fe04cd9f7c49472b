//! Taking in a manifest of another computer, or an older one: what it knows less of than this pair replaces nothing.

use futures_util::StreamExt;
use tidemark_core::node::{Kind, Node, Remote, RemoteId};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{RemoteChange, RemoteRef};

use crate::apply::rescue::rescue;
use crate::apply::trouble::Trouble;
use crate::error::{EngineError, ErrorCode};
use crate::manifest::Manifest;
use crate::observe::remote::{ListError, see_items};
use crate::pair::Pair;
use crate::state::Act;

type Result<T> = std::result::Result<T, ListError>;

/// Takes a manifest in. An id that leads nowhere any more replaces none that is known. Where the files of both ids are
/// there, neither was made from the other: they are a conflict, and what was known is put into the kept store first and
/// noted as left, as nothing will lead to it any more. Returns how many files it lists.
pub(crate) async fn take_in(pair: &Pair, manifest: &Manifest) -> Result<usize> {
    let items = manifest.items().map_err(EngineError::usage)?;
    let count = items.len();
    let at_once = pair.provider.capabilities().parallelism.start;
    let mut answers = futures_util::stream::iter(items)
        .map(|item| async move { Ok::<_, ListError>(is_newer(pair, &item).await?.then_some(item)) })
        .buffer_unordered(at_once);
    let mut newer = Vec::new();
    while let Some(item) = answers.next().await {
        newer.extend(item?);
    }
    drop(answers);
    see_items(pair, newer).await?;
    Ok(count)
}

async fn is_newer(pair: &Pair, item: &RemoteChange) -> Result<bool> {
    let RemoteChange::Present { path, remote } = item else { return Ok(false) };
    let node = pair.state.node(path)?;
    let Some(known) = node.remote.as_ref().filter(|known| known.kind == Kind::File && known.id != remote.id)
    else {
        return Ok(true);
    };
    if !is_there(pair, path, &remote.id).await? {
        return Ok(false);
    }
    if !is_there(pair, path, &known.id).await? {
        return Ok(true);
    }
    let kept = keep(pair, path, known).await?;
    if kept {
        let left = Act::Orphan { size: known.size.unwrap_or(0), id: Some(known.id.clone()) };
        if !pair.state.intents()?.iter().any(|noted| noted.act == left) {
            pair.state.intend(path, &left, pair.clock.now_ns())?;
        }
        pair.state.put(&[Node { synced: None, ..node }])?;
    }
    Ok(kept)
}

async fn is_there(pair: &Pair, path: &RelPath, id: &RemoteId) -> Result<bool> {
    let item = RemoteRef { id: Some(id.clone()), path: path.clone() };
    let found = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.stat(&item)).await?;
    Ok(found.is_some())
}

/// False when it moved on just now: then it stays what is known.
async fn keep(pair: &Pair, path: &RelPath, known: &Remote) -> Result<bool> {
    match rescue(pair, path, known, "replaced by an import").await {
        Ok(()) => Ok(true),
        Err(Trouble::LookAgain(_)) => Ok(false),
        Err(Trouble::Problem(problem)) => Err(EngineError::new(ErrorCode::Failed, problem.message).into()),
        Err(Trouble::Away(error, _)) => Err(error.into()),
        Err(Trouble::End(error)) => Err(error.into()),
    }
}
