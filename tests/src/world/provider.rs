//! The service's side of the engine: the contract of a provider, kept to by a service in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::{Capabilities, ConditionalWrite, Folders};
use tidemark_providers::provider::{
    AccountInfo, ChangePage, Cursor, Next, RemoteChange, RemoteRef, RemoteVersion, Sink, Upload, Uploaded,
    VersionId,
};
use tidemark_providers::{ErrorKind, Provider, ProviderError, Result, Retry};

use super::course::{Sabotage, ServiceFault};
use super::items::{Place, Service, Version, hash_of};
use super::scene::{Scene, Stage};
use super::upload::{commit, expected, overtaken};

pub(super) const PART: usize = 16;

/// A simulated service, as one process speaks to it.
pub(super) struct SimProvider {
    scene: Arc<Scene>,
    able: Capabilities,
    requests: AtomicU64,
    memory: Mutex<Memory>,
}

/// What an adapter remembers while its process lives.
#[derive(Default)]
struct Memory {
    listings: BTreeMap<String, Vec<RemoteChange>>,
    /// Versions that we made.
    ours: BTreeSet<String>,
}

pub(super) fn refused(kind: ErrorKind, what: &str) -> ProviderError {
    ProviderError::permanent(kind, format!("{what}: {kind:?}"))
}

impl SimProvider {
    pub(super) fn new(scene: Arc<Scene>) -> Self {
        let able = scene.stage().service.able.clone();
        Self { scene, able, requests: AtomicU64::new(0), memory: Mutex::default() }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request: travels, meets what is due, has its effect.
    pub(super) async fn ask<T>(
        &self,
        what: &str,
        act: impl FnOnce(&mut Stage, i64) -> Result<T>,
    ) -> Result<T> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(5 + number.wrapping_mul(7919) % 23)).await;
        let done = self.scene.call(what, |stage, now_ns| {
            let fault = stage.course.service_fault();
            match fault {
                None => act(stage, now_ns),
                Some(ServiceFault::Empty) => act(stage, now_ns),
                Some(ServiceFault::LostAnswer) => {
                    act(stage, now_ns)?;
                    Err(ProviderError::passing(ErrorKind::Network, format!("{what}: the answer was lost")))
                }
                Some(fault) => Err(failure(fault, what)),
            }
        });
        done.unwrap_or_else(|| Err(refused(ErrorKind::Cancelled, "the process is gone")))
    }

    pub(super) async fn change<T>(
        &self,
        what: &str,
        act: impl FnOnce(&mut Stage, i64) -> Result<T>,
    ) -> Result<T> {
        self.ask(what, |stage, now_ns| {
            let done = act(stage, now_ns)?;
            stage.course.changes += 1;
            Ok(done)
        })
        .await
    }

    async fn first_page(&self, since: Option<&str>) -> Result<(Vec<RemoteChange>, Option<Cursor>)> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(5 + number % 7)).await;
        let what = format!("list since {since:?}");
        let done = self.scene.call(&what, |stage, now_ns| {
            let fault = stage.course.service_fault();
            let end = stage.service.feed_end(now_ns);
            let cursor = self.able.change_feed.then(|| Cursor(format!("feed {end}")));
            match fault {
                Some(ServiceFault::Empty) => return Ok((Vec::new(), cursor)),
                Some(fault) => return Err(failure(fault, &what)),
                None => {}
            }
            let Some(since) = since else {
                let present = |(path, remote)| RemoteChange::Present { path, remote };
                return Ok((stage.service.listing(now_ns).into_iter().map(present).collect(), cursor));
            };
            let begin: usize = since.parse().map_err(|_| refused(ErrorKind::CursorExpired, &what))?;
            Ok((feed(&stage.service, begin, end), cursor))
        });
        done.unwrap_or_else(|| Err(refused(ErrorKind::Cancelled, "the process is gone")))
    }
}

fn failure(fault: ServiceFault, what: &str) -> ProviderError {
    let passing = |kind| ProviderError::passing(kind, format!("{what}: {fault:?}"));
    match fault {
        ServiceFault::Unavailable => passing(ErrorKind::Unavailable),
        ServiceFault::Network | ServiceFault::LostAnswer | ServiceFault::Empty => passing(ErrorKind::Network),
        ServiceFault::Busy => {
            ProviderError { retry: Retry::After(Duration::from_secs(20)), ..passing(ErrorKind::RateLimited) }
        }
        ServiceFault::Unauthorized => refused(ErrorKind::Unauthorized, what),
        ServiceFault::Truncated => refused(ErrorKind::Protocol, what),
    }
}

/// What changed from one place of the feed to another: each item once, as it is now.
fn feed(service: &Service, begin: usize, end: usize) -> Vec<RemoteChange> {
    let changed: BTreeSet<Place> =
        service.feed.get(begin..end).unwrap_or_default().iter().map(|(_, place)| *place).collect();
    let change = |place: Place| {
        let item = &service.items[place];
        match item.live {
            true => RemoteChange::Present { path: item.path.clone(), remote: service.remote(place) },
            false => RemoteChange::Gone { id: RemoteId(item.id.as_str().into()), path: item.path.clone() },
        }
    };
    changed.into_iter().map(change).collect()
}

pub(super) fn version(version: &Version, current: bool) -> RemoteVersion {
    RemoteVersion {
        id: VersionId(version.id.clone()),
        size: Some(version.content.len() as u64),
        created_ns: Some(version.made_ns),
        author: None,
        hash: None,
        current,
    }
}

/// The file of that revision; an error when it is gone or has another one.
fn at_revision(service: &Service, item: &RemoteRef, revision: &Revision, what: &str) -> Result<Place> {
    let place = service.find(item.id.as_ref(), &item.path);
    let place = place.ok_or_else(|| refused(ErrorKind::RevisionMismatch, what))?;
    let remote = service.remote(place);
    if remote.kind == Kind::File && remote.revision != *revision {
        return Err(refused(ErrorKind::RevisionMismatch, what));
    }
    Ok(place)
}

#[async_trait]
impl Provider for SimProvider {
    fn capabilities(&self) -> &Capabilities {
        &self.able
    }

    fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    async fn check(&self) -> Result<AccountInfo> {
        self.ask("check", |_, _| Ok(AccountInfo { summary: "a simulated service".into(), writable: true }))
            .await
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        let (mut waiting, cursor) = match since.map(|cursor| cursor.0.split_once(' ').unwrap_or_default()) {
            None => self.first_page(None).await?,
            Some(("feed", place)) => self.first_page(Some(place)).await?,
            Some((page, place)) => {
                let key = format!("{page} {place}");
                self.ask(&format!("list {key}"), |_, _| Ok(())).await?;
                let rest = self.memory().listings.get(&key).cloned();
                let rest = rest.ok_or_else(|| refused(ErrorKind::CursorExpired, "listing"))?;
                let feed = (place != "-").then(|| Cursor(format!("feed {place}")));
                (rest, feed)
            }
        };
        let size = self.able.page_size.map_or(usize::MAX, |size| size as usize);
        let rest = waiting.split_off(size.min(waiting.len()));
        let next = if rest.is_empty() {
            Next::Done(cursor)
        } else {
            let place = cursor.as_ref().and_then(|cursor| cursor.0.split(' ').nth(1)).unwrap_or("-");
            let key = format!("page{} {place}", self.memory().listings.len());
            self.memory().listings.insert(key.clone(), rest);
            Next::Page(Cursor(key))
        };
        Ok(ChangePage { changes: waiting, unusable: Vec::new(), next })
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        self.ask(&format!("stat there {:?}", item.path), |stage, _| {
            let service = &stage.service;
            Ok(service.find(item.id.as_ref(), &item.path).map(|place| service.remote(place)))
        })
        .await
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("download {:?}", item.path);
        let (remote, content) = self
            .ask(&what, |stage, _| {
                let service = &stage.service;
                let place = match version {
                    Some(_) => service.find_any(item.id.as_ref(), &item.path),
                    None => service.find(item.id.as_ref(), &item.path),
                };
                let place = place.ok_or_else(|| refused(ErrorKind::NotFound, &what))?;
                let versions = &service.items[place].versions;
                let chosen = match version {
                    Some(wanted) => versions.iter().find(|one| one.id == wanted.0),
                    None => versions.last(),
                };
                let chosen = chosen.ok_or_else(|| refused(ErrorKind::NotFound, &what))?;
                let now = service.remote(place);
                let remote = Remote {
                    revision: version.map_or(now.revision, |_| Revision(chosen.id.as_str().into())),
                    size: Some(chosen.content.len() as u64),
                    modified_ns: Some(chosen.made_ns),
                    hash: service.able.digest.map(|_| hash_of(&chosen.content)),
                    ..service.remote(place)
                };
                Ok((remote, chosen.content.clone()))
            })
            .await?;
        for Range { start, end } in into.begin(&remote).await? {
            let mut at = start as usize;
            while at < (end as usize).min(content.len()) {
                let to = (at + PART).min(content.len()).min(end as usize);
                self.ask(&format!("{what}, bytes {at} to {to}"), |_, _| Ok(())).await?;
                into.write(at as u64, Bytes::copy_from_slice(&content[at..to])).await?;
                at = to;
            }
        }
        Ok(remote)
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        let what = format!("upload {:?}", upload.to.path);
        let ours = self.memory().ours.clone();
        self.ask(&format!("{what}, begin"), |stage, _| {
            expected(&stage.service, &upload, &ours, true, &what).map(drop)
        })
        .await?;
        let mut reader = upload.content.open().await?;
        let mut content = Vec::new();
        while content.len() < upload.content.size() as usize {
            content.extend_from_slice(&reader.next(PART).await?);
            if self.able.resumable_upload && content.len() == PART {
                upload.session.save(&json!({ "sent": PART })).await?;
            }
            self.ask(&format!("{what}, {} bytes", content.len()), |_, _| Ok(())).await?;
        }
        let hash = reader.seal().await?;
        let made = self
            .change(&what, |stage, now_ns| {
                let blind = stage.course.sabotage == Some(Sabotage::BlindUpload);
                let look = stage.service.able.conditional_write == ConditionalWrite::Native && !blind;
                let place = expected(&stage.service, &upload, &ours, look, &what)?;
                let (remote, versions) = commit(stage, &upload, place, content, now_ns);
                self.memory().ours.insert(remote.revision.to_string());
                let overtaken = overtaken(&versions, &upload, &ours).filter(|_| !blind);
                stage.ledger.overtaken |= overtaken.is_some();
                Ok((remote, overtaken))
            })
            .await?;
        upload.session.clear().await?;
        let (remote, overtaken) = made;
        Ok(Uploaded { overtaken, remote: Remote { hash: Some(hash), ..remote } })
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        let what = format!("create folder {at:?}");
        if self.able.folders != Folders::Real {
            let (id, revision) = (RemoteId("".into()), Revision("".into()));
            let (size, modified_ns, hash) = (None, None, None);
            return Ok(Remote {
                kind: Kind::Folder,
                id,
                revision,
                size,
                modified_ns,
                hash,
                write_only: false,
            });
        }
        self.change(&what, |stage, now_ns| {
            let service = &mut stage.service;
            if !service.has_parent(at) {
                return Err(refused(ErrorKind::NotFound, &what));
            }
            match service.at(at).map(|place| service.remote(place)) {
                Some(remote) if remote.kind == Kind::Folder => Ok(remote),
                Some(_) => Err(refused(ErrorKind::AlreadyExists, &what)),
                None => {
                    let place = service.put_folder(at, now_ns);
                    Ok(service.remote(place))
                }
            }
        })
        .await
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        let what = format!("relocate {:?} to {to:?}", item.path);
        self.change(&what, |stage, now_ns| {
            let service = &mut stage.service;
            let place = at_revision(service, item, if_revision, &what)?;
            let is_file = service.remote(place).kind == Kind::File;
            if !(if is_file { service.able.moves_files } else { service.able.moves_folders }) {
                return Err(refused(ErrorKind::Unsupported, &what));
            }
            if service.at(to).is_some() {
                return Err(refused(ErrorKind::AlreadyExists, &what));
            }
            if !service.has_parent(to) || to.is_below(&item.path) {
                return Err(refused(ErrorKind::NotFound, &what));
            }
            service.relocate(&item.path, to, now_ns);
            Ok(service.remote(place))
        })
        .await
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        let what = format!("delete there {:?}", item.path);
        self.change(&what, |stage, now_ns| {
            let service = &mut stage.service;
            let Some(place) = service.find(item.id.as_ref(), &item.path) else { return Ok(()) };
            let remote = service.remote(place);
            let blind = stage.course.sabotage == Some(Sabotage::BlindDelete);
            let is_expected = remote.kind == kind
                && match kind {
                    Kind::File => remote.revision == *if_revision || blind,
                    Kind::Folder => service.is_empty_folder(&item.path),
                };
            if !is_expected {
                return Err(refused(ErrorKind::RevisionMismatch, &what));
            }
            let path = service.items[place].path.clone();
            service.delete_one(&path, now_ns);
            Ok(())
        })
        .await
    }

    async fn versions(&self, item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        self.ask("versions", |stage, _| {
            let service = &stage.service;
            let place = service.find_any(item.id.as_ref(), &item.path);
            let place = place.ok_or_else(|| refused(ErrorKind::NotFound, "versions"))?;
            let versions = &service.items[place].versions;
            let last = versions.len().saturating_sub(1);
            Ok(versions.iter().enumerate().rev().map(|(at, one)| version(one, at == last)).collect())
        })
        .await
    }

    async fn restore(&self, _item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        Err(refused(ErrorKind::Unsupported, "restoring"))
    }

    async fn content_hash(&self, item: &RemoteRef, revision: &Revision) -> Result<Option<ContentHash>> {
        if !self.able.hash_on_request {
            return Ok(None);
        }
        self.ask(&format!("hash there {:?}", item.path), |stage, _| {
            let service = &stage.service;
            let found = service.find(item.id.as_ref(), &item.path).and_then(|place| {
                let newest = service.items[place].versions.last()?;
                (newest.id == *revision.0).then(|| hash_of(&newest.content))
            });
            Ok(found)
        })
        .await
    }
}
