//! Versions: a path's history on both sides, bringing one back, and the kept store.

use std::path::{Path, PathBuf};

use tidemark_core::node::{ContentHash, Kind, Local, LocalStamp, Node, Remote, Synced};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{KeepNote, KeptItem, Purged};
use tidemark_disk::{Disk, DiskError, outside};
use tidemark_providers::ErrorKind;
use tidemark_providers::provider::{RemoteRef, VersionId};
use tokio_util::sync::CancellationToken;

use crate::apply::fetch::{Fetched, fetch, staging_key};
use crate::apply::trouble::{provider_error, state_error};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PairConfig};
use crate::conflict_sides::belongs_to_a_conflict;
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::inspect::path_in;
use crate::open_pair::open_disk;
use crate::pair::{Events, Pair};
use crate::report::{KeptLine, Restored, VersionLine};

const DAY_NS: i64 = 86_400 * 1_000_000_000;

impl Tidemark {
    /// The versions of a path: the service's, and those kept here; newest first.
    pub async fn history(
        &self,
        pair: &str,
        path: &str,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Vec<VersionLine>> {
        let config = Config::load(&self.home)?;
        let settings = config.pair(pair)?;
        let path = path_in(settings, path)?;
        let pair = self.opened(&config, settings, events, cancel)?;
        let mut lines = service_versions(&pair, &path).await?;
        let kept = pair.disk.kept().map_err(|error| disk_error(&error))?;
        lines.extend(kept.into_iter().filter(|item| item.path == path).map(|item| VersionLine {
            id: item.id,
            source: "kept".to_owned(),
            size: Some(item.size),
            time_ns: Some(item.kept_ns),
            note: Some(item.why),
            current: false,
        }));
        lines.sort_by_key(|line| std::cmp::Reverse((line.current, line.time_ns)));
        Ok(lines)
    }

    /// Brings back a version of a path: in its place, as a new version on top, or as a file elsewhere (`to`).
    pub async fn restore(
        &self,
        pair: &str,
        path: &str,
        version: &str,
        to: Option<PathBuf>,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Restored> {
        let config = Config::load(&self.home)?;
        let settings = config.pair(pair)?;
        let path = path_in(settings, path)?;
        let _owner = self.own("restore")?;
        let pair = self.opened(&config, settings, events, cancel)?;
        let _turn = pair.turns.look.lock().await;
        let kept = pair.disk.kept().map_err(|error| disk_error(&error))?;
        let staged = if kept.iter().any(|item| item.id == version) {
            stage_kept(&*pair.disk, &path, version).map_err(|error| disk_error(&error))?
        } else {
            stage_version(&pair, &path, version).await?
        };
        let Some(to) = to else {
            let revived = revive(&pair, &path, version).await?;
            let restored = put_back(&*pair.disk, &staged, &path)?;
            if let Some(remote) = revived {
                remember_revived(&pair, &path, remote, version)?;
            }
            return Ok(restored);
        };
        copy_out(&*pair.disk, &staged, &to)
    }

    /// What sync replaced or deleted and is still kept here, newest first. What is kept of conflicts belongs to them.
    pub fn kept(&self) -> Result<Vec<KeptLine>> {
        let config = Config::load(&self.home)?;
        let mut lines = Vec::new();
        for pair in &config.pairs {
            let items = open_disk(&self.home, pair)?.kept().map_err(|error| disk_error(&error))?;
            let own = items.into_iter().filter(|item| !belongs_to_a_conflict(item));
            lines.extend(own.map(|item| kept_line(pair, item)));
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.kept_ns));
        Ok(lines)
    }

    /// Puts a copy of a kept content back where it was. Refuses when something is there by now.
    pub fn kept_restore(&self, id: &str) -> Result<Restored> {
        let config = Config::load(&self.home)?;
        let _owner = self.own("kept restore")?;
        for pair in &config.pairs {
            let disk = open_disk(&self.home, pair)?;
            let Some(item) =
                disk.kept().map_err(|error| disk_error(&error))?.into_iter().find(|item| item.id == id)
            else {
                continue;
            };
            make_parents(&*disk, &item.path)?;
            let stamp = disk.restore_kept(id, &item.path).map_err(|error| {
                disk_error(&error).hint(format!(
                    "Move what is there aside, or: tidemark restore {} \"{}\" --version {id} --to FILE",
                    pair.name, item.path
                ))
            })?;
            return Ok(Restored {
                to: pair.local.join(item.path.as_str()).display().to_string(),
                size: stamp.size,
            });
        }
        Err(EngineError::new(
            ErrorCode::NotFound,
            format!("nothing is kept under the id \"{}\"", id.escape_debug()),
        )
        .hint("`tidemark kept list` shows what is."))
    }

    /// Removes for good what is kept longer than the pairs' `keep-days`; `all`: everything that is kept.
    pub fn kept_purge(&self, all: bool) -> Result<Purged> {
        let config = Config::load(&self.home)?;
        let _owner = self.own("kept purge")?;
        let mut purged = Purged::default();
        for pair in &config.pairs {
            let until =
                if all { i64::MAX } else { SystemClock.now_ns() - i64::from(pair.keep_days) * DAY_NS };
            let one = open_disk(&self.home, pair)?.purge_kept(until).map_err(|error| disk_error(&error))?;
            purged.items += one.items;
            purged.bytes += one.bytes;
        }
        Ok(purged)
    }
}

fn kept_line(pair: &PairConfig, item: KeptItem) -> KeptLine {
    KeptLine {
        id: item.id,
        pair: pair.name.clone(),
        path: item.path.to_string(),
        size: item.size,
        kept_ns: item.kept_ns,
        why: item.why,
        until_ns: item.kept_ns.saturating_add(i64::from(pair.keep_days) * DAY_NS),
    }
}

fn remote_ref(pair: &Pair, path: &RelPath) -> Result<RemoteRef> {
    let node = pair.state.node(path).map_err(|error| state_error(&error))?;
    let remote =
        node.remote.or(node.synced.map(|synced| synced.remote)).filter(|remote| remote.kind == Kind::File);
    Ok(RemoteRef { id: remote.map(|remote| remote.id), path: path.clone() })
}

pub(crate) async fn service_versions(pair: &Pair, path: &RelPath) -> Result<Vec<VersionLine>> {
    if !pair.provider.capabilities().versions {
        return Ok(Vec::new());
    }
    let item = remote_ref(pair, path)?;
    let asked = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.versions(&item)).await;
    let versions = match asked {
        Err(error) if error.kind == ErrorKind::NotFound => Vec::new(),
        other => other.map_err(|error| provider_error(pair, &error))?,
    };
    Ok(versions
        .into_iter()
        .map(|version| VersionLine {
            id: version.id.0,
            source: "service".to_owned(),
            size: version.size,
            time_ns: version.created_ns,
            note: version.author,
            current: version.current,
        })
        .collect())
}

/// Brings back the service's item where it was deleted there, so that its history goes on.
async fn revive(pair: &Pair, path: &RelPath, version: &str) -> Result<Option<Remote>> {
    let node = pair.state.node(path).map_err(|error| state_error(&error))?;
    if node.remote.is_some() || !pair.provider.capabilities().restore {
        return Ok(None);
    }
    let (item, version) = (remote_ref(pair, path)?, VersionId(version.to_owned()));
    match pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.restore(&item, &version)).await {
        Ok((place, remote)) => Ok((place == *path).then_some(remote)),
        // The newest version may be back where an older one was asked for: it is what that one replaces.
        Err(error)
            if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Unsupported | ErrorKind::Refused) =>
        {
            let by_path = RemoteRef { id: None, path: path.clone() };
            let there = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.stat(&by_path)).await;
            there.map_err(|error| provider_error(pair, &error))
        }
        Err(error) => Err(provider_error(pair, &error)),
    }
}

/// What was brought back there is what both sides agree on, or, for an older version, what the one put here replaces.
fn remember_revived(pair: &Pair, path: &RelPath, remote: Remote, version: &str) -> Result<()> {
    let stamp = pair.disk.stat(path).map_err(|error| disk_error(&error))?;
    let Some(stamp) = stamp.filter(|stamp| stamp.kind == Kind::File) else { return Ok(()) };
    let newest = &*remote.revision.0 == version;
    let before = LocalStamp {
        kind: Kind::File,
        size: remote.size.unwrap_or(0),
        mtime_ns: 0,
        ctime_ns: 0,
        inode: 0,
        device: 0,
    };
    let synced = Synced {
        local: Local { stamp: if newest { stamp } else { before }, hash: None },
        remote: remote.clone(),
    };
    let local = Local { stamp, hash: None };
    let node = Node { path: path.clone(), local: Some(local), remote: Some(remote), synced: Some(synced) };
    pair.state.put(&[node]).map_err(|error| state_error(&error))
}

/// Fetches a version of the service into the staging area.
pub(crate) async fn stage_version(pair: &Pair, path: &RelPath, version: &str) -> Result<Staged> {
    let item = remote_ref(pair, path)?;
    let version = VersionId(version.to_owned());
    let fetched: Fetched = fetch(pair, &item, Some(&version), &|_| {}).await.map_err(|error| {
        provider_error(pair, &error)
            .hint(format!("`tidemark history {} \"{path}\"` lists the versions.", pair.config.name))
    })?;
    Ok(Staged { key: fetched.key, size: fetched.size, hash: fetched.hash })
}

/// A whole content in the staging area.
pub(crate) struct Staged {
    pub key: String,
    pub size: u64,
    pub hash: ContentHash,
}

/// Copies a kept content into the staging area.
pub(crate) fn stage_kept(
    disk: &dyn Disk,
    path: &RelPath,
    id: &str,
) -> std::result::Result<Staged, DiskError> {
    let key = staging_key(path, id);
    let source = disk.open_kept(id)?;
    let staging = disk.stage(&key)?;
    let mut buffer = vec![0; 1 << 20];
    let mut offset = 0;
    loop {
        let count = source.read_at(offset, &mut buffer)?;
        if count == 0 {
            break;
        }
        staging.write_at(offset, &buffer[..count])?;
        offset += count as u64;
    }
    let hash = staging.seal(offset)?;
    Ok(Staged { key, size: offset, hash })
}

/// Copies a staged content to a path outside of every pair, where nothing may be.
fn copy_out(disk: &dyn Disk, staged: &Staged, to: &Path) -> Result<Restored> {
    let shown = to.display().to_string();
    let copied = disk.open_staged(&staged.key).and_then(|content| outside::copy_out(&*content, to));
    copied.map_err(|error| {
        disk_error(&error).hint("Give a path where nothing is yet, in a folder that exists.")
    })?;
    disk.discard(&staged.key).map_err(|error| disk_error(&error))?;
    Ok(Restored { to: shown, size: staged.size })
}

/// Puts a staged content in its place; what is there goes to the kept store. The next sync sends it as a new version.
pub(crate) fn put_back(disk: &dyn Disk, staged: &Staged, path: &RelPath) -> Result<Restored> {
    let there = disk.stat(path).map_err(|error| disk_error(&error))?;
    put_in_place_of(disk, staged, path, there.as_ref())
}

/// The same where what is there has to be this; `None`: nothing.
pub(crate) fn put_in_place_of(
    disk: &dyn Disk,
    staged: &Staged,
    path: &RelPath,
    there: Option<&LocalStamp>,
) -> Result<Restored> {
    let place = || -> std::result::Result<(), DiskError> {
        let note = KeepNote { now_ns: SystemClock.now_ns(), why: "replaced".to_owned(), hash: None };
        disk.flush()?;
        disk.install(&staged.key, path, there, None, &note)?;
        disk.flush()
    };
    make_parents(disk, path)?;
    place().map_err(|error| disk_error(&error))?;
    Ok(Restored { to: path.to_string(), size: staged.size })
}

fn make_parents(disk: &dyn Disk, path: &RelPath) -> Result<()> {
    let mut folders: Vec<_> = path.ancestors().collect();
    folders.reverse();
    for folder in folders {
        let there = disk.stat(&folder).map_err(|error| disk_error(&error))?;
        if there.is_none() {
            disk.make_folder(&folder).map_err(|error| disk_error(&error))?;
        }
    }
    Ok(())
}

fn disk_error(error: &DiskError) -> EngineError {
    EngineError::new(ErrorCode::Disk, error.sentence())
}
