//! Moving contents: upload and download of one file.

use std::sync::Arc;

use tidemark_core::node::{Kind, Local, Node};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{ConflictKind, Operation};

use tidemark_providers::provider::{RemoteRef, RemoteVersion, Upload};
use tidemark_providers::{ErrorKind, ProviderError};

use super::content::FileContent;
use super::fetch::{Fetched, fetch};
use super::intent::{UploadIntent, replaced, retire};
use super::landing::Landing;
use super::limiter::Limiter;
use super::rescue::rescue;
use super::session::Session;
use super::trouble::{Trouble, of_disk, of_provider};
use super::{Counts, Step, record};
use crate::pair::Pair;
use crate::report::Event;
use crate::state::{Base, ConflictRow, Intent, next_conflict_id};

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
    let session = Session::new(pair.state.clone(), path.clone(), &local.stamp);
    let there = operation.expects.remote.as_ref().filter(|remote| remote.kind == Kind::File);
    if let Some(there) = there {
        rescue(pair, path, there, "replaced there").await?;
    }
    let to = RemoteRef { id: there.map(|remote| remote.id.clone()), path: path.clone() };
    let intent = UploadIntent::begin(pair, path, content.stamp.size, &sealed)?;
    let attempt = || async {
        let upload = Upload {
            to: &to,
            expects: there.map(|remote| &remote.revision),
            content: &content,
            session: &session,
        };
        let result = pair.provider.upload(upload).await;
        intent.judge(&result);
        result
    };
    let uploaded = pair
        .pacer
        .persist_while(&pair.cancel, &patience(pair, limiter), &|| session.progress(), attempt)
        .await;
    let uploaded = match uploaded {
        Ok(uploaded) => uploaded,
        Err(error) => {
            intent.failed()?;
            return Err(of_provider(pair, path, error));
        }
    };
    let retired = replaced(pair, there, &uploaded.remote);
    let local = Local { stamp: local.stamp, hash: uploaded.remote.hash };
    let mut node =
        Node { path: path.clone(), local: Some(local), remote: Some(uploaded.remote), synced: None };
    record::settle(&mut node);
    // Before the record: after a crash in between the upload is looked at again, but nothing would name theirs.
    if let Some(theirs) = uploaded.overtaken {
        remember_overtaken(pair, operation, &theirs)?;
    }
    let row = record::activity_row(pair, operation, content.stamp.size);
    let left = pair.state.record_upload(&node, &row, intent.id, retired.as_ref())?;
    if let (Some(id), Some(act)) = (left, retired) {
        retire(pair, &Intent { id, path: path.clone(), act, begun_ns: row.time_ns }).await?;
    }
    Ok(Counts { uploaded: 1, ..Counts::default() })
}

fn remember_overtaken(pair: &Pair, operation: &Operation, theirs: &RemoteVersion) -> Result<(), Trouble> {
    let row = ConflictRow {
        id: next_conflict_id(&pair.states_folder),
        path: operation.path.clone(),
        kind: ConflictKind::Overtaken,
        found_ns: pair.clock.now_ns(),
        sides: String::new(),
        sticky: true,
        theirs_version: Some(theirs.id.0.clone()),
        decision: None,
        base: Base::default(),
    };
    Ok(pair.state.put_conflict(&row)?)
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
