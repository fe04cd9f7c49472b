//! Writing: stage, make durable, exchange, make durable; what was there before is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tidemark_core::node::{ContentHash, Kind, LocalStamp, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::Staging;
use tidemark_disk::{Disk, DiskErrorKind};

use super::revision::{remote_of, revision_of};
use super::{Place, blocking, error};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::{Upload, Uploaded, VersionId};

const READ_BYTES: usize = 4 * 1024 * 1024;

/// Makes durable what is written, for all who wait for it at once.
#[derive(Default)]
pub(super) struct Durability {
    asked: AtomicU64,
    reached: tokio::sync::Mutex<u64>,
}

impl Durability {
    /// Returns when everything written before the call is durable. Whoever comes while a flush is under way waits for
    /// the next one, which serves all of them.
    pub(super) async fn reach(&self, place: &Arc<Place>) -> Result<()> {
        let ticket = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut reached = self.reached.lock().await;
        if *reached < ticket {
            let covers = self.asked.load(Ordering::SeqCst);
            blocking(place, |place| place.disk.flush().map_err(|error| place.failed(error))).await?;
            *reached = covers;
        }
        Ok(())
    }
}

/// A staged content; dropped when it isn't installed. Open until then: what nobody has open is abandoned.
struct Staged {
    place: Arc<Place>,
    key: String,
    file: Option<Arc<dyn Staging>>,
    installed: bool,
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.installed {
            let _ = self.place.disk.discard(&self.key);
        }
    }
}

/// See [`crate::Provider::upload`].
pub(super) async fn upload(
    place: &Arc<Place>,
    durability: &Durability,
    upload: Upload<'_>,
) -> Result<Uploaded> {
    let path = upload.to.path.clone();
    let expected = match upload.expects {
        None => None,
        Some(revision) => {
            let (path, revision) = (path.clone(), revision.clone());
            let stamp = blocking(place, move |place| place.stat_at(&path, &revision)).await?;
            Some(stamp.ok_or_else(|| error::mismatch(&upload.to.path))?)
        }
    };
    let mut staged =
        Staged { place: Arc::clone(place), key: place.disk.fresh_key(), file: None, installed: false };
    let hash = staged.fill(&upload).await?;
    durability.reach(place).await?;
    let (key, mtime_ns) = (staged.key.clone(), upload.content.modified_ns());
    let installed = blocking(place, move |place| place.install(&key, &path, expected, mtime_ns)).await;
    staged.installed = installed.is_ok();
    let stamp = installed?;
    durability.reach(place).await?;
    let remote = Remote { hash: Some(hash), ..remote_of(&stamp) };
    Ok(Uploaded { remote, overtaken: None })
}

impl Staged {
    /// Stages the whole content; returns its hash.
    async fn fill(&mut self, upload: &Upload<'_>) -> Result<ContentHash> {
        let mut reader = upload.content.open().await?;
        let size = upload.content.size();
        let mut offset = 0;
        loop {
            let bytes = reader.next(READ_BYTES).await?;
            let end = offset + bytes.len() as u64;
            let is_last = bytes.is_empty() || end == size;
            let sent = if is_last { Some(reader.seal().await?) } else { None };
            let (key, opened) = (self.key.clone(), self.file.clone());
            let (file, written) = blocking(&self.place, move |place| {
                let failed = |error| place.failed(error);
                let file = match opened {
                    Some(file) => file,
                    None => place.disk.stage(&key).map_err(failed)?.into(),
                };
                file.write_at(offset, &bytes).map_err(failed)?;
                let written = is_last.then(|| file.seal(end).map_err(failed)).transpose()?;
                Ok((file, written))
            })
            .await?;
            self.file = Some(file);
            offset = end;
            match (sent, written) {
                (Some(sent), Some(written)) if sent == written => return Ok(written),
                (None, None) => {}
                _ => {
                    let context = format!("\"{}\" arrived changed", upload.to.path);
                    return Err(ProviderError::passing(ErrorKind::DigestMismatch, context));
                }
            }
        }
    }
}

impl Place {
    fn install(
        &self,
        key: &str,
        path: &RelPath,
        expected: Option<LocalStamp>,
        mtime_ns: i64,
    ) -> Result<LocalStamp> {
        let at = self.at(path)?;
        let note = self.note("replaced");
        let put = || self.disk.install(key, &at, expected.as_ref(), Some(mtime_ns), &note);
        let installed = match put() {
            Err(error)
                if error.kind == DiskErrorKind::NotFound && expected.is_none() && self.make_root()? =>
            {
                put()
            }
            other => other,
        };
        installed.map(|installed| installed.stamp).map_err(|error| self.failed(error))
    }

    /// Makes the pair's folder. False when it was there.
    fn make_root(&self) -> Result<bool> {
        let mut folders: Vec<RelPath> = self.root.ancestors().collect();
        folders.reverse();
        folders.extend((!self.root.is_root()).then(|| self.root.clone()));
        let mut made = false;
        for folder in folders {
            match self.disk.make_folder(&folder) {
                Ok(_) => made = true,
                Err(error) if error.kind == DiskErrorKind::Occupied => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(made)
    }

    pub(super) fn create_folder(&self, path: &RelPath) -> Result<Remote> {
        let at = self.at(path)?;
        if path.is_root() {
            self.make_root()?;
        } else {
            let made = match self.disk.make_folder(&at) {
                Err(error) if error.kind == DiskErrorKind::NotFound && self.make_root()? => {
                    self.disk.make_folder(&at)
                }
                other => other,
            };
            match made {
                Ok(stamp) => return Ok(remote_of(&stamp)),
                Err(error) if error.kind == DiskErrorKind::Occupied => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        match self.stat(path)? {
            Some(stamp) if stamp.kind == Kind::Folder => Ok(remote_of(&stamp)),
            Some(_) => Err(ProviderError::permanent(
                ErrorKind::AlreadyExists,
                format!("a file is at \"{path}\" where a folder should be"),
            )),
            None => Err(error::mismatch(path)),
        }
    }

    pub(super) fn relocate(&self, path: &RelPath, to: &RelPath, revision: &Revision) -> Result<Remote> {
        let stamp = self.stat_at(path, revision)?.ok_or_else(|| error::not_found(path))?;
        let moved = self.disk.rename(&self.at(path)?, &self.at(to)?, &stamp);
        moved.map(|stamp| remote_of(&stamp)).map_err(|error| self.failed(error))
    }

    pub(super) fn delete(&self, path: &RelPath, kind: Kind, revision: &Revision) -> Result<()> {
        let at = self.at(path)?;
        let deleted = match (kind, self.stat(path)?) {
            (_, None) => return Ok(()),
            (Kind::Folder, Some(stamp)) if stamp.kind == Kind::Folder => self.disk.remove_folder(&at),
            (Kind::File, Some(stamp)) if stamp.kind == Kind::File && revision_of(&stamp) == *revision => {
                self.disk.keep(&at, &stamp, &self.note("deleted")).map(drop)
            }
            _ => return Err(error::mismatch(path)),
        };
        match deleted {
            Err(error) if error.kind == DiskErrorKind::NotFound => Ok(()),
            other => other.map_err(|error| self.failed(error)),
        }
    }

    /// See [`crate::Provider::restore`]. What is there now is kept.
    pub(super) fn restore(&self, path: &RelPath, version: &VersionId) -> Result<Remote> {
        let failed = |error| self.failed(error);
        let at = self.at(path)?;
        let now = self.stat(path)?;
        if let Some(stamp) = now.filter(|stamp| *revision_of(stamp).0 == *version.0) {
            return Ok(remote_of(&stamp));
        }
        let item = self.kept_version(&at, version)?.ok_or_else(|| error::not_found(path))?;
        let stamp = match now {
            None => self.disk.restore_kept(&item.id, &at).map_err(failed)?,
            Some(now) => {
                let key = self.disk.fresh_key();
                let put = || {
                    let content = self.disk.open_kept(&item.id)?;
                    let staging = self.disk.stage(&key)?;
                    let mut buffer = vec![0; READ_BYTES];
                    let mut offset = 0;
                    loop {
                        match content.read_at(offset, &mut buffer)? {
                            0 => break,
                            count => {
                                staging.write_at(offset, &buffer[..count])?;
                                offset += count as u64;
                            }
                        }
                    }
                    staging.seal(offset)?;
                    self.disk.flush()?;
                    self.disk.install(&key, &at, Some(&now), Some(item.mtime_ns), &self.note("replaced"))
                };
                let installed = put().inspect_err(|_| drop(self.disk.discard(&key)));
                installed.map_err(failed)?.stamp
            }
        };
        Ok(remote_of(&stamp))
    }
}
