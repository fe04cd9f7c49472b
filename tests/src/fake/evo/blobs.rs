//! Block blobs as Azure keeps them: a content that is committed, and blocks that aren't yet
//! (learn.microsoft.com, "Put Blob", "Put Block", "Put Block List").

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::azure_error::AzureError;
use super::block_list::Lookup;
use crate::fake::content::Content;

const STAGED_BLOCKS_LIVE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Every blob, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blobs {
    blobs: HashMap<(Uuid, u64), Blob>,
    etags: u64,
}

/// A blob's name: a file and one of its versions.
pub(crate) type BlobName = (Uuid, u64);

#[derive(Debug, Clone, Default)]
struct Blob {
    committed: Option<Committed>,
    staged: HashMap<Vec<u8>, Content>,
    staged_at: Timestamp,
}

/// The content that is committed, with the blocks it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub(crate) content: Content,
    pub(crate) etag: Arc<str>,
    pub(crate) at: Timestamp,
    pub(crate) properties: Properties,
    blocks: HashMap<Vec<u8>, Content>,
}

/// What is kept with a content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Properties {
    /// Its media type.
    pub(crate) content_type: Option<String>,
    /// Its MD5, in base64.
    pub(crate) md5: Option<String>,
}

impl Blobs {
    /// What is committed.
    pub(crate) fn committed(&self, name: BlobName) -> Option<&Committed> {
        self.blobs.get(&name)?.committed.as_ref()
    }

    /// How many blocks are staged.
    pub(crate) fn staged(&self, name: BlobName) -> usize {
        self.blobs.get(&name).map_or(0, |blob| blob.staged.len())
    }

    /// Commits a content in one go; returns its etag.
    pub(crate) fn put(
        &mut self,
        name: BlobName,
        content: Content,
        properties: Properties,
        now: Timestamp,
    ) -> Arc<str> {
        self.commit(name, content, HashMap::new(), properties, now)
    }

    /// Stages a block; the same id again replaces it. Every id of a blob has the same length.
    pub(crate) fn stage(
        &mut self,
        name: BlobName,
        id: Vec<u8>,
        content: Content,
        now: Timestamp,
    ) -> Result<(), AzureError> {
        let blob = self.blobs.entry(name).or_default();
        blob.drop_old_blocks(now);
        let committed = blob.committed.iter().flat_map(|committed| committed.blocks.keys());
        if blob.staged.keys().chain(committed).any(|known| known.len() != id.len()) {
            return Err(AzureError::InvalidBlockId);
        }
        blob.staged.insert(id, content);
        blob.staged_at = now;
        Ok(())
    }

    /// The content that a block list would make, with its blocks.
    pub(crate) fn assemble(
        &mut self,
        name: BlobName,
        list: &[(Lookup, Vec<u8>)],
        now: Timestamp,
    ) -> Result<(Content, HashMap<Vec<u8>, Content>), AzureError> {
        let blob = self.blobs.entry(name).or_default();
        blob.drop_old_blocks(now);
        let mut content = Content::default();
        let mut blocks = HashMap::new();
        for (lookup, id) in list {
            let block = blob.find(*lookup, id).ok_or(AzureError::InvalidBlockList)?;
            content.append(block.clone());
            blocks.insert(id.clone(), block.clone());
        }
        Ok((content, blocks))
    }

    /// Commits a content; what was staged and isn't part of it is dropped. Returns its etag.
    pub(crate) fn commit(
        &mut self,
        name: BlobName,
        content: Content,
        blocks: HashMap<Vec<u8>, Content>,
        properties: Properties,
        now: Timestamp,
    ) -> Arc<str> {
        self.etags += 1;
        let etag: Arc<str> = format!("\"0x8D{:013X}\"", self.etags).into();
        let blob = self.blobs.entry(name).or_default();
        blob.committed = Some(Committed { content, etag: etag.clone(), at: now, properties, blocks });
        blob.staged = HashMap::new();
        etag
    }

    /// Drops every staged block, as a week does.
    pub(crate) fn drop_staged(&mut self) {
        self.blobs.values_mut().for_each(|blob| blob.staged.clear());
    }
}

impl Blob {
    fn find(&self, lookup: Lookup, id: &[u8]) -> Option<&Content> {
        let committed = || self.committed.as_ref()?.blocks.get(id);
        match lookup {
            Lookup::Latest => self.staged.get(id).or_else(committed),
            Lookup::Uncommitted => self.staged.get(id),
            Lookup::Committed => committed(),
        }
    }

    fn drop_old_blocks(&mut self, now: Timestamp) {
        if now.duration_since(self.staged_at) >= STAGED_BLOCKS_LIVE {
            self.staged.clear();
        }
    }
}
