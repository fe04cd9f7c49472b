//! Moving contents: upload and download of one file.

use std::sync::Arc;

use tidemark_core::node::{Kind, Local, Node};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::Operation;
use tidemark_providers::provider::RemoteRef;
use tidemark_providers::{ErrorKind, ProviderError};

use super::content::FileContent;
use super::fetch::{Fetched, fetch};
use super::landing::Landing;
use super::limiter::Limiter;
use super::send::{Parcel, send};
use super::trouble::{Trouble, of_disk, of_provider};
use super::{Counts, Step, record};
use crate::pair::Pair;
use crate::report::Event;

/// Tells the limiter and the person that the service asks for patience.
fn patience<'a>(pair: &'a Pair, limiter: &'a Limiter) -> impl Fn(&ProviderError) + Send + Sync + 'a {
    |error| {
        limiter.slowed(error);
        pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) });
    }
}

/// Sends a local file. It is agreed on only when what was sent is what was there before and after.
pub(super) async fn upload(pair: &Pair, limiter: &Limiter, operation: &Operation) -> Result<Counts, Trouble> {
    let path = &operation.path;
    let Some(local) = &operation.expects.local else {
        return Err(Trouble::LookAgain(vec![path.clone()]));
    };
    let sealed = Arc::default();
    let content = FileContent {
        pair: pair.clone(),
        path: path.clone(),
        stamp: local.stamp,
        sealed: Arc::clone(&sealed),
    };
    let there = operation.expects.remote.as_ref().filter(|remote| remote.kind == Kind::File);
    let parcel = Parcel { path, content: &content, stamp: &local.stamp, sealed: &sealed, there };
    let sent = send(pair, &parcel, &patience(pair, limiter)).await?;
    let local = Local { stamp: local.stamp, hash: sent.remote.hash };
    let mut node =
        Node { path: path.clone(), local: Some(local), remote: Some(sent.remote.clone()), synced: None };
    record::settle(&mut node);
    let row = record::activity_row(pair, operation, content.stamp.size);
    sent.record(pair, &node, &row).await?;
    Ok(Counts { uploaded: 1, ..Counts::default() })
}

/// Fetches the service's file into the staging area, from where it goes into its place together with others.
pub(super) async fn download(pair: &Pair, limiter: &Limiter, operation: &Operation) -> Result<Step, Trouble> {
    let path = &operation.path;
    let Some(remote) = &operation.expects.remote else {
        return Err(Trouble::LookAgain(vec![path.clone()]));
    };
    let item = RemoteRef { id: Some(remote.id.clone()), path: path.clone() };
    let fetched = fetch(pair, &item, None, &patience(pair, limiter))
        .await
        .map_err(|error| of_provider(pair, path, error))?;
    if fetched.remote.revision == remote.revision && remote.hash.is_some_and(|hash| hash != fetched.hash) {
        return Err(another_content(pair, path, fetched).await?);
    }
    Ok(Step::Staged(Box::new(Landing { operation: operation.clone(), fetched })))
}

/// What came isn't the content that is known to be at that revision: it is looked at again where a revision can stand
/// for two contents, and a fault of the service elsewhere.
async fn another_content(pair: &Pair, path: &RelPath, fetched: Fetched) -> Result<Trouble, Trouble> {
    let disk = pair.disk.clone();
    let discarded = pair.offload.run(move || disk.discard(&fetched.key)).await?;
    discarded.map_err(|error| of_disk(path, &error))?;
    if pair.provider.capabilities().weak_revision {
        let node = pair.state.node(path)?;
        pair.state.put(&[Node { remote: Some(fetched.remote), ..node }])?;
        return Ok(Trouble::LookAgain(vec![path.clone()]));
    }
    let text = format!("what arrived of \"{path}\" isn't the content that is known to be there");
    Ok(of_provider(pair, path, ProviderError::permanent(ErrorKind::DigestMismatch, text)))
}
