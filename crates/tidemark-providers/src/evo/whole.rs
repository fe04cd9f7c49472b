//! Large contents in one request, for a storage that doesn't put blocks together: the vendor's page promises no more.
//! It can't go on after a break.

use crate::error::Result;
use crate::evo::upload::{Sending, put_blob};
use crate::http::fault::nonsense;
use crate::http::outgoing;
use crate::provider::Uploaded;

pub(super) async fn send(sending: &Sending<'_>) -> Result<Uploaded> {
    let begun = sending.begin().await?;
    sending.evo.attempts.begun(&sending.path, &begun.version_id, None);
    let Some(link) = &begun.link else { return Err(sending.changed_here()) };
    let reader = sending.upload.content.open().await?;
    let (pieces, ending) = outgoing::pieces(reader, sending.size);
    let stored = sending.store(put_blob().streamed(sending.size, pieces), link).await;
    match ending.take() {
        Some(Err(error)) => Err(error),
        Some(Ok(hash)) => {
            stored?;
            sending.confirm(&begun, hash).await
        }
        None => {
            stored?;
            Err(nonsense(&sending.what, "the storage answered before everything was sent"))
        }
    }
}
