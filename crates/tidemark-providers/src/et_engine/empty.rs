//! Empty files. The vendor's page doesn't say whether the service takes them; an earlier server of it didn't, answered
//! 500, and left an unfinished upload behind. So it is tried once an opened account, and a file that was refused remembers
//! it in its session: it isn't tried again before it changes.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::capabilities::Capabilities;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::api::filesystems;
use crate::et_engine::session::{Saved, save};
use crate::et_engine::upload::Sending;

/// What is known of how the service takes empty files.
pub(super) struct EmptyFiles {
    refused: AtomicBool,
    with: Capabilities,
    without: Capabilities,
}

impl EmptyFiles {
    /// Nothing is known yet. `capabilities` with and without empty files.
    pub(super) fn new(capabilities: fn(bool) -> Capabilities) -> Self {
        Self { refused: AtomicBool::new(false), with: capabilities(true), without: capabilities(false) }
    }

    /// The abilities as far as they are known.
    pub(super) fn capabilities(&self) -> &Capabilities {
        if self.are_refused() { &self.without } else { &self.with }
    }

    fn are_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Fails with `Refused` where the service is known to take no empty files.
pub(super) fn check(sending: &Sending<'_>, saved: Option<&Saved>) -> Result<()> {
    if matches!(saved, Some(Saved::EmptyRefused)) {
        sending.service.empty_files.refused.store(true, Ordering::Relaxed);
    }
    if sending.service.empty_files.are_refused() { Err(refused(sending)) } else { Ok(()) }
}

/// What it means that the service didn't begin to take an empty file: where it answers otherwise, it takes none.
pub(super) async fn not_begun(sending: &Sending<'_>, error: ProviderError) -> ProviderError {
    if filesystems(&sending.service.api.http, &sending.what).await.is_err() {
        return error;
    }
    sending.service.empty_files.refused.store(true, Ordering::Relaxed);
    match save(sending.upload.session, &Saved::EmptyRefused).await {
        Ok(()) => refused(sending).because(error),
        Err(error) => error,
    }
}

fn refused(sending: &Sending<'_>) -> ProviderError {
    ProviderError::permanent(
        ErrorKind::Refused,
        format!("{}: it is empty, and the service takes no empty files", sending.what),
    )
}
