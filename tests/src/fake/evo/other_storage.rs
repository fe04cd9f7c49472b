//! Contents that are in another storage, such as azurite, because links lead there.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::answering::Service;
use super::route::Target;
use super::state::Stage;
use crate::fake::raw;

/// Enters what has arrived there for the file since the last look.
pub(crate) async fn look(service: &Service, target: &Target) {
    for (file, id, version) in awaited(service, target) {
        let until = Timestamp::now().saturating_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX);
        let blob = format!("{id}/{version}");
        let link = service.account.blob_link(&service.workspace.to_string(), &blob, "r", until);
        let answer = tokio::task::spawn_blocking(move || raw::send("HEAD", &link, &[], &[])).await;
        let Ok(Ok(answer)) = answer else { continue };
        let size = answer.header("content-length").and_then(|size| size.parse().ok());
        if let (200, Some(size)) = (answer.status, size) {
            let etag = answer.header("etag").unwrap_or_default().to_owned();
            service.state().commit(file, version, size, &etag, service.front.clock.now());
        }
    }
}

fn awaited(service: &Service, target: &Target) -> Vec<(usize, Uuid, u64)> {
    let state = service.state();
    let Some(file) = service.awaited(&state, target) else { return Vec::new() };
    let known = state.file(file);
    let awaited = known.versions.iter().filter(|version| version.stage == Stage::Awaited);
    awaited.map(|version| (file, known.id, version.id)).collect()
}
