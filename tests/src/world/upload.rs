//! What a service does with an upload: the look before, the write, and whom it overtook.

use std::collections::BTreeSet;

use tidemark_core::node::{Kind, Remote};
use tidemark_providers::capabilities::ConditionalWrite;
use tidemark_providers::provider::{RemoteVersion, Upload};
use tidemark_providers::{ErrorKind, Result};

use super::items::{Place, Service, Version};
use super::provider::{refused, version};
use super::scene::Stage;

/// What is at the upload's place; `None`: nothing. With `look`, it must be at the expected revision.
pub(super) fn expected(
    service: &Service,
    upload: &Upload<'_>,
    ours: &BTreeSet<String>,
    look: bool,
    what: &str,
) -> Result<Option<Place>> {
    let native = service.able.conditional_write == ConditionalWrite::Native;
    let Some(revision) = upload.expects else {
        return match service.at(&upload.to.path) {
            Some(_) if native => Err(refused(ErrorKind::AlreadyExists, what)),
            None if !service.has_parent(&upload.to.path) => Err(refused(ErrorKind::NotFound, what)),
            place => Ok(place),
        };
    };
    let place = service.find(upload.to.id.as_ref(), &upload.to.path);
    let place = place.ok_or_else(|| refused(ErrorKind::RevisionMismatch, what))?;
    let remote = service.remote(place);
    let is_ours = !native && ours.contains(&*remote.revision.0);
    if remote.kind != Kind::File || (look && remote.revision != *revision && !is_ours) {
        return Err(refused(ErrorKind::RevisionMismatch, what));
    }
    Ok(Some(place))
}

/// Makes the content the newest version.
pub(super) fn commit(
    stage: &mut Stage,
    upload: &Upload<'_>,
    place: Option<Place>,
    content: Vec<u8>,
    now_ns: i64,
) -> (Remote, Vec<Version>) {
    let service = &mut stage.service;
    let place = match place {
        Some(place) => {
            service.add_version(place, content.into(), now_ns);
            place
        }
        None => service.put_file(&upload.to.path, content.into(), now_ns),
    };
    (service.remote(place), service.items[place].versions.clone())
}

/// The newest version that somebody else made between the expected one and ours.
pub(super) fn overtaken(
    versions: &[Version],
    upload: &Upload<'_>,
    ours: &BTreeSet<String>,
) -> Option<RemoteVersion> {
    let before = &versions[..versions.len() - 1];
    let since = upload.expects.and_then(|expects| before.iter().position(|one| one.id == *expects.0));
    let new = &before[since.map_or(0, |at| at + 1)..];
    new.iter().rev().find(|one| !ours.contains(&one.id)).map(|one| version(one, false))
}
