//! Uploads in blocks, which go on after a break, a restart, or the end of a link's 30 minutes. The storage keeps blocks
//! for a week; the session remembers which it has, with a digest of each: on the way to the end the whole content is
//! read again for its hash, and a block that has changed since is sent anew.
//!
//! The vendor's page speaks of uncommitted blocks and doesn't say how they are sent; its client sends them as Azure takes
//! them. A storage that refuses or ignores that gets contents whole, from then on.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use tidemark_core::node::ContentHash;
use tokio::sync::Mutex;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::evo::error::is_lost_blocks;
use crate::evo::upload::{Begun, Sending};
use crate::evo::whole;
use crate::http::Request;
use crate::http::address::{Link, encoded};
use crate::http::blocks::send_blocks;
use crate::http::download::PART;
use crate::provider::{SessionStore, Uploaded};

/// Most blocks that the storage puts together.
const MOST_BLOCKS: u64 = 50_000;
/// Blocks between two savings of the session, where those aren't less than a 32nd part of what it tells of.
const SAVE_EVERY: usize = 2;

/// What is needed to go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Session {
    file_id: String,
    version_id: String,
    size: u64,
    modified_ns: i64,
    block: u64,
    /// Digest of each block that the storage has, by offset.
    done: BTreeMap<u64, String>,
}

/// A session under way, saved now and then.
struct Progress<'a> {
    session: Session,
    unsaved: usize,
    store: &'a dyn SessionStore,
}

pub(super) async fn send(sending: &Sending<'_>) -> Result<Uploaded> {
    if sending.evo.no_blocks.load(Ordering::Relaxed) {
        return whole::send(sending).await;
    }
    if let Some((begun, session)) = resumed(sending).await? {
        if begun.link.is_some() {
            return all_blocks(sending, begun, session).await;
        }
        if let Some(hash) = hash_if_same(sending, &session).await? {
            return finished(sending, &begun, hash).await;
        }
        sending.upload.session.clear().await?;
    }
    let begun = sending.begin().await?;
    sending.evo.attempts.begun(&sending.path, &begun.version_id, None);
    let session = Session {
        file_id: begun.file_id.clone(),
        version_id: begun.version_id.clone(),
        size: sending.size,
        modified_ns: sending.upload.content.modified_ns(),
        block: block_size(sending.size),
        done: BTreeMap::new(),
    };
    save(sending.upload.session, &session).await?;
    all_blocks(sending, begun, session).await
}

/// What an earlier attempt at the same content left; anything else that is left is forgotten.
async fn resumed(sending: &Sending<'_>) -> Result<Option<(Begun, Session)>> {
    let store = sending.upload.session;
    let Some(saved) = store.load().await? else { return Ok(None) };
    let found = match serde_json::from_value::<Session>(saved) {
        Ok(session) => {
            sending.evo.attempts.begun(&sending.path, &session.version_id, None);
            let is_same = session.size == sending.size
                && session.modified_ns == sending.upload.content.modified_ns()
                && session.block == block_size(sending.size);
            let begun =
                if is_same { sending.resume(&session.file_id, &session.version_id).await? } else { None };
            begun.map(|begun| (begun, session))
        }
        Err(_) => None,
    };
    if found.is_none() {
        store.clear().await?;
    }
    Ok(found)
}

async fn all_blocks(sending: &Sending<'_>, begun: Begun, session: Session) -> Result<Uploaded> {
    let Some(link) = &begun.link else { return Err(sending.changed_here()) };
    let block = session.block as usize;
    let had = session.done.clone();
    let progress = Mutex::new(Progress { session, unsaved: 0, store: sending.upload.session });
    let mut reader = sending.upload.content.open().await?;
    let sent = send_blocks(&sending.evo.api.http, &mut *reader, block, |offset, bytes| {
        let digest = digest(&bytes);
        let is_there = had.get(&offset) == Some(&digest);
        let progress = &progress;
        async move {
            if is_there {
                return Ok(());
            }
            let query = format!("comp=block&blockid={}", encoded(&block_id(offset)));
            sending.store(Request::new(Method::PUT).body(bytes), &link.with_query(&query)).await?;
            progress.lock().await.add(offset, digest).await
        }
    })
    .await;
    let sealed = match sent {
        Ok(()) => reader.seal().await,
        Err(error) => Err(error),
    };
    let progress = progress.into_inner();
    if sealed.as_ref().is_err_and(is_refused) {
        return without_blocks(sending).await;
    }
    save(sending.upload.session, &progress.session).await?;
    let hash = sealed?;
    let listed = put_together(sending, link, block_count(sending.size, block as u64), block as u64).await;
    if listed.as_ref().is_err_and(is_lost_blocks) {
        sending.upload.session.clear().await?;
        return Err(ProviderError::passing(
            ErrorKind::Unavailable,
            format!("{}: the storage has lost parts that it had taken; it is sent again", sending.what),
        ));
    }
    if listed.as_ref().is_err_and(is_refused) {
        return without_blocks(sending).await;
    }
    listed?;
    finished(sending, &begun, hash).await
}

async fn without_blocks(sending: &Sending<'_>) -> Result<Uploaded> {
    sending.evo.no_blocks.store(true, Ordering::Relaxed);
    sending.upload.session.clear().await?;
    whole::send(sending).await
}

fn is_refused(error: &ProviderError) -> bool {
    error.kind == ErrorKind::Refused
}

async fn finished(sending: &Sending<'_>, begun: &Begun, hash: ContentHash) -> Result<Uploaded> {
    let uploaded = sending.confirm(begun, hash).await?;
    sending.upload.session.clear().await?;
    Ok(uploaded)
}

async fn put_together(sending: &Sending<'_>, link: &Link, blocks: u64, size: u64) -> Result<()> {
    let request = Request::new(Method::PUT)
        .header(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"))
        .body(block_list(blocks, size));
    sending.store(request, &link.with_query("comp=blocklist")).await.map(drop)
}

/// The content's hash, if it is what the session's blocks say that was sent, all of them.
async fn hash_if_same(sending: &Sending<'_>, session: &Session) -> Result<Option<ContentHash>> {
    let mut reader = sending.upload.content.open().await?;
    let mut offset = 0;
    while offset < sending.size {
        let _permit = sending.evo.api.http.memory(session.block).await;
        let bytes = reader.next(session.block as usize).await?;
        if bytes.is_empty() {
            return Err(sending.changed_here());
        }
        if session.done.get(&offset) != Some(&digest(&bytes)) {
            return Ok(None);
        }
        offset += bytes.len() as u64;
    }
    reader.seal().await.map(Some)
}

impl Progress<'_> {
    async fn add(&mut self, offset: u64, digest: String) -> Result<()> {
        self.session.done.insert(offset, digest);
        self.unsaved += 1;
        if self.unsaved < SAVE_EVERY.max(self.session.done.len() / 32) {
            return Ok(());
        }
        self.unsaved = 0;
        save(self.store, &self.session).await
    }
}

async fn save(store: &dyn SessionStore, session: &Session) -> Result<()> {
    let state = serde_json::to_value(session).map_err(|error| {
        ProviderError::permanent(ErrorKind::LocalIo, "keeping the place of an upload").because(error)
    })?;
    store.save(&state).await
}

/// True when what arrived is what a storage keeps that takes every block for the whole: the last one, or their list.
pub(super) fn is_blocks_ignored(sent: u64, arrived: u64) -> bool {
    let block = block_size(sent);
    let list = block_list(block_count(sent, block), block).len() as u64;
    arrived == list || arrived == block || arrived == sent % block
}

/// 8 MiB, or as many MiB as it takes to need no more blocks than the storage puts together.
fn block_size(size: u64) -> u64 {
    size.div_ceil(MOST_BLOCKS).next_multiple_of(1 << 20).max(PART)
}

fn block_count(size: u64, block: u64) -> u64 {
    size.div_ceil(block)
}

/// Base64 of the offset in 32 digits: all of one length, and the same for the same block whenever it is sent.
fn block_id(offset: u64) -> String {
    BASE64.encode(format!("{offset:032}"))
}

fn block_list(blocks: u64, size: u64) -> String {
    let mut list = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<BlockList>\n");
    for block in 0..blocks {
        list.push_str("  <Latest>");
        list.push_str(&block_id(block * size));
        list.push_str("</Latest>\n");
    }
    list.push_str("</BlockList>");
    list
}

fn digest(bytes: &Bytes) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_ids_are_of_one_length_and_in_the_list_in_order() {
        assert_eq!(block_id(8_388_608), "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDgzODg2MDg=");
        assert_eq!(block_id(0).len(), block_id(u64::MAX).len());
        let list = block_list(2, PART);
        let first = list.find(&block_id(0)).unwrap();
        assert!(list.find(&block_id(PART)).unwrap() > first);
        assert_eq!(list.matches("<Latest>").count(), 2);
    }

    #[test]
    fn blocks_are_never_too_many() {
        for size in [PART + 1, 1 << 40, 50_000 * PART, 50_000 * PART + 1] {
            let block = block_size(size);
            assert!(
                block >= PART && block.is_multiple_of(1 << 20) && block_count(size, block) <= MOST_BLOCKS,
                "{size}"
            );
        }
        assert_eq!(block_size(1 << 30), PART);
    }
}
