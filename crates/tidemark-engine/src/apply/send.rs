//! Sending a content to the service in the place of what is known to be there, so that neither a crash nor a lost race
//! leaves something that nobody knows of.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tidemark_core::node::{LocalStamp, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::ConflictKind;
use tidemark_providers::ProviderError;
use tidemark_providers::provider::{Content, RemoteRef, RemoteVersion, Upload};

use super::intent::{UploadIntent, replaced, retire};
use super::rescue::rescue;
use super::session::Session;
use super::trouble::{Trouble, of_provider};
use crate::pair::Pair;
use crate::state::{Act, ActivityRow, Base, ConflictRow, Intent, next_conflict_id};

/// What is to be sent.
pub(crate) struct Parcel<'a> {
    /// Where to.
    pub path: &'a RelPath,
    /// The bytes.
    pub content: &'a dyn Content,
    /// What `stat` said of them: another content is another session.
    pub stamp: &'a LocalStamp,
    /// Turns true when the service may have the content whole.
    pub sealed: &'a Arc<AtomicBool>,
    /// The file that has to be there; `None`: nothing.
    pub there: Option<&'a Remote>,
}

/// What was sent, and what is left to be recorded and done.
pub(crate) struct Sent {
    /// The item as the service has it now.
    pub remote: Remote,
    /// True when somebody's version got between.
    pub overtook: bool,
    intent: Option<i64>,
    retired: Option<Act>,
}

/// Sends it, trying again as long as that can help. What the service would lose by it is kept first.
pub(crate) async fn send(
    pair: &Pair,
    parcel: &Parcel<'_>,
    slowed: &(dyn Fn(&ProviderError) + Send + Sync),
) -> Result<Sent, Trouble> {
    let Parcel { path, there, .. } = parcel;
    let session = Session::new(pair.state.clone(), (*path).clone(), parcel.stamp);
    if let Some(there) = there {
        rescue(pair, path, there, "replaced there").await?;
    }
    let to = RemoteRef { id: there.map(|remote| remote.id.clone()), path: (*path).clone() };
    let intent = UploadIntent::begin(pair, path, parcel.content.size(), parcel.sealed)?;
    let attempt = || async {
        let upload = Upload {
            to: &to,
            expects: there.map(|remote| &remote.revision),
            content: parcel.content,
            session: &session,
        };
        let result = pair.provider.upload(upload).await;
        intent.judge(&result);
        result
    };
    let uploaded = pair.pacer.persist_while(&pair.cancel, slowed, &|| session.progress(), attempt).await;
    let uploaded = match uploaded {
        Ok(uploaded) => uploaded,
        Err(error) => {
            intent.failed()?;
            return Err(of_provider(pair, path, error));
        }
    };
    let retired = replaced(pair, *there, &uploaded.remote);
    // Before the record: after a crash in between the upload is looked at again, but nothing would name theirs.
    if let Some(theirs) = &uploaded.overtaken {
        remember_overtaken(pair, path, theirs)?;
    }
    Ok(Sent { overtook: uploaded.overtaken.is_some(), remote: uploaded.remote, intent: intent.id, retired })
}

impl Sent {
    /// Records it with its activity, and deletes what it replaced where contents aren't replaced in place.
    pub(crate) async fn record(self, pair: &Pair, node: &Node, row: &ActivityRow) -> Result<(), Trouble> {
        let left = pair.state.record_upload(node, row, self.intent, self.retired.as_ref())?;
        if let (Some(id), Some(act)) = (left, self.retired) {
            retire(pair, &Intent { id, path: node.path.clone(), act, begun_ns: row.time_ns }).await?;
        }
        Ok(())
    }
}

fn remember_overtaken(pair: &Pair, path: &RelPath, theirs: &RemoteVersion) -> Result<(), Trouble> {
    let row = ConflictRow {
        id: next_conflict_id(&pair.states_folder),
        path: path.clone(),
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
