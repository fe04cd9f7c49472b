//! The bytes of a conflict's side or of a version, read piece by piece.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::OpenFile;
use ts_rs::TS;

use crate::apply::trouble::state_error;
use crate::conflict_sides::{failed, file_here, file_there, keep_theirs, kept_items};
use crate::error::{EngineError, ErrorCode, Result};
use crate::offload::Offload;
use crate::pair::Pair;
use crate::state::{Base, ConflictRow};
use crate::versions::{service_versions, stage_version};

/// Largest content that is given out.
pub const MAX_BYTES: u64 = 64 << 20;
const PIECE_BYTES: usize = 256 << 10;

/// Which content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A side of a waiting conflict.
    Conflict {
        /// Its number.
        id: i64,
        /// Which side.
        side: Side,
    },
    /// A version of a path.
    Version {
        /// Name of the pair.
        pair: String,
        /// Which path.
        path: String,
        /// The version's id, as `history` gives it.
        version: String,
    },
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// This computer's.
    Mine,
    /// The service's.
    Theirs,
    /// What both came from.
    Base,
}

/// A content that is read piece by piece.
pub struct RawContent {
    /// Bytes in all.
    pub size: u64,
    name: String,
    file: Option<Arc<dyn OpenFile>>,
    offload: Offload,
    offset: u64,
}

impl std::fmt::Debug for RawContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawContent")
            .field("name", &self.name)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl RawContent {
    fn new(pair: &Pair, path: &RelPath, size: u64, file: Option<Box<dyn OpenFile>>) -> Self {
        let (name, file) = (path.to_string(), file.map(Into::into));
        Self { size, name, file, offload: pair.offload, offset: 0 }
    }

    /// Refuses what is too large to be given out, or was too large to be fetched.
    pub(crate) fn bounded(self) -> Result<Self> {
        if self.size <= MAX_BYTES && self.file.is_some() {
            return Ok(self);
        }
        let text =
            format!("\"{}\" has {} bytes; contents are shown up to {MAX_BYTES} bytes", self.name, self.size);
        Err(EngineError::usage(text).hint("Restore it as a file of another name, and look at that."))
    }

    /// The next bytes; none at the end, or where the file turns out shorter than it was.
    pub async fn next(&mut self) -> Result<Bytes> {
        let Some(file) = self.file.clone() else { return Ok(Bytes::new()) };
        let wanted = PIECE_BYTES.min(usize::try_from(self.size - self.offset).unwrap_or(PIECE_BYTES));
        let offset = self.offset;
        let read = self.offload.run(move || {
            let mut piece = vec![0; wanted];
            file.read_at(offset, &mut piece).map(|count| {
                piece.truncate(count);
                piece
            })
        });
        let piece =
            read.await?.map_err(|error| failed(&error, format!("\"{}\" can't be read", self.name)))?;
        self.offset += piece.len() as u64;
        Ok(piece.into())
    }
}

/// One side of a conflict; `None`: nothing is there that can be read. One larger than `most` isn't fetched, and is empty.
/// The caller has the turn to look.
pub(crate) async fn conflict_side(
    pair: &Pair,
    row: &ConflictRow,
    side: Side,
    most: u64,
) -> Result<Option<RawContent>> {
    let (path, node) = (&row.path, pair.state.node(&row.path).map_err(|error| state_error(&error))?);
    match side {
        Side::Mine => {
            let Some(_) = file_here(&node) else { return Ok(None) };
            let (disk, file) = (pair.disk.clone(), path.clone());
            let opened =
                pair.offload.run(move || disk.open(&file).and_then(|file| Ok((file.stamp()?.size, file))));
            let (size, file) =
                opened.await?.map_err(|error| failed(&error, format!("\"{path}\" can't be read")))?;
            Ok(Some(RawContent::new(pair, path, size, Some(file))))
        }
        Side::Theirs if let Some(version) = row.theirs_version.as_ref().filter(|_| row.sticky) => {
            version_content(pair, path, version, most).await.map(Some)
        }
        Side::Theirs => {
            let Some(remote) = file_there(&node) else { return Ok(None) };
            if let Some(size) = remote.size.filter(|size| *size > most) {
                return Ok(Some(RawContent::new(pair, path, size, None)));
            }
            match keep_theirs(pair, path, remote, &kept_items(pair).await?, false).await? {
                Some(side) => open_kept(pair, path, side.id).await.map(Some),
                None => Err(EngineError::new(
                    ErrorCode::Failed,
                    format!("\"{path}\" was changed at the service just now"),
                )
                .hint("Look at it again.")),
            }
        }
        Side::Base => match &row.base {
            Base::Kept(id) if kept_items(pair).await?.iter().any(|item| item.id == *id) => {
                open_kept(pair, path, id.clone()).await.map(Some)
            }
            _ => Ok(None),
        },
    }
}

/// A version of a path: one that is kept here, or the service's. One larger than `most` isn't fetched, and is empty. The
/// caller has the turn to look.
pub(crate) async fn version_content(
    pair: &Pair,
    path: &RelPath,
    version: &str,
    most: u64,
) -> Result<RawContent> {
    if kept_items(pair).await?.iter().any(|item| item.id == version && item.path == *path) {
        return open_kept(pair, path, version.to_owned()).await;
    }
    let known = service_versions(pair, path).await?.into_iter().find(|line| line.id == version);
    if let Some(size) = known.and_then(|line| line.size).filter(|size| *size > most) {
        return Ok(RawContent::new(pair, path, size, None));
    }
    let staged = stage_version(pair, path, version).await?;
    let disk = pair.disk.clone();
    let opened = pair.offload.run(move || {
        // Open, it can be read to its end; its name is needed no more.
        let file = disk.open_staged(&staged.key)?;
        disk.discard(&staged.key)?;
        Ok((staged.size, file))
    });
    let (size, file) = opened.await?.map_err(|error| failed(&error, format!("\"{path}\" can't be read")))?;
    Ok(RawContent::new(pair, path, size, Some(file)))
}

async fn open_kept(pair: &Pair, path: &RelPath, id: String) -> Result<RawContent> {
    let disk = pair.disk.clone();
    let opened =
        pair.offload.run(move || disk.open_kept(&id).and_then(|file| Ok((file.stamp()?.size, file))));
    let (size, file) =
        opened.await?.map_err(|error| failed(&error, format!("what is kept of \"{path}\" can't be read")))?;
    Ok(RawContent::new(pair, path, size, Some(file)))
}
