//! Rescuing: what a service without versions is about to lose is fetched into the kept store first.

use tidemark_core::node::{ContentHash, Kind, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::KeepNote;
use tidemark_providers::provider::RemoteRef;

use super::fetch::{Fetched, fetch};
use super::there::patience;
use super::trouble::{Trouble, of_disk, of_provider};
use crate::pair::Pair;

/// Makes sure that a file which is about to be replaced or deleted at the service can still be had afterwards: from the
/// service's own history, or from the kept store here. An item that has moved on since it was seen, be it by an edit
/// that its revision doesn't show, is to be looked at again.
pub(crate) async fn rescue(pair: &Pair, path: &RelPath, remote: &Remote, why: &str) -> Result<(), Trouble> {
    let able = pair.provider.capabilities();
    if able.versions || remote.kind == Kind::Folder || remote.write_only || pair.is_rescued(remote) {
        return Ok(());
    }
    let fetched = fetch_known(pair, path, remote).await?;
    let note = KeepNote { now_ns: pair.clock.now_ns(), why: why.to_owned(), hash: Some(fetched.hash) };
    let (disk, at, modified_ns) = (pair.disk.clone(), path.clone(), fetched.remote.modified_ns);
    let kept = pair
        .offload
        .run(move || {
            disk.flush()?;
            disk.keep_staged(&fetched.key, &at, modified_ns, &note)?;
            disk.flush()
        })
        .await?;
    kept.map_err(|error| of_disk(path, &error))?;
    pair.note_rescued(remote);
    Ok(())
}

/// Makes sure that a file which is about to be deleted, since its content is elsewhere by now, still has that content:
/// where a revision can stand for two contents, only the content tells.
pub(super) async fn confirm(pair: &Pair, path: &RelPath, remote: &Remote) -> Result<(), Trouble> {
    if !pair.provider.capabilities().weak_revision {
        return Ok(());
    }
    if remote.kind == Kind::Folder || known_hash(pair, path, remote)?.is_none() {
        return rescue(pair, path, remote, "deleted there").await;
    }
    let (fetched, disk) = (fetch_known(pair, path, remote).await?, pair.disk.clone());
    let discarded = pair.offload.run(move || disk.discard(&fetched.key)).await?;
    discarded.map_err(|error| of_disk(path, &error))
}

/// Fetches a content, which has to be the known one.
async fn fetch_known(pair: &Pair, path: &RelPath, remote: &Remote) -> Result<Fetched, Trouble> {
    let item = RemoteRef { id: Some(remote.id.clone()), path: path.clone() };
    let fetched = fetch(pair, &item, None, &patience(pair)).await;
    let fetched = fetched.map_err(|error| of_provider(pair, path, error))?;
    if fetched.remote.revision != remote.revision {
        return Err(Trouble::LookAgain(vec![path.clone()]));
    }
    if known_hash(pair, path, remote)?.is_some_and(|known| known != fetched.hash) {
        let node = pair.state.node(path)?;
        pair.state.put(&[Node { remote: Some(fetched.remote), ..node }])?;
        return Err(Trouble::LookAgain(vec![path.clone()]));
    }
    Ok(fetched)
}

/// The hash of the content that is believed to be there.
fn known_hash(pair: &Pair, path: &RelPath, remote: &Remote) -> Result<Option<ContentHash>, Trouble> {
    if remote.hash.is_some() {
        return Ok(remote.hash);
    }
    let agreed = pair.state.node(path)?.synced;
    let same = agreed.filter(|then| then.remote.id == remote.id && then.remote.revision == remote.revision);
    Ok(same.and_then(|then| then.hash()))
}
