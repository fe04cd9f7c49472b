//! A provider whose every error is searched for secrets.

use std::sync::Arc;

use async_trait::async_trait;
use tidemark_core::node::{ContentHash, Kind, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{
    AccountInfo, ChangePage, Cursor, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use tidemark_providers::{Capabilities, Provider, Result};

/// What signed links carry.
const SIGNED: [&str; 5] = ["sig=", "Signature=", "X-Amz-", "X-Goog-", "Authorization:"];

/// Passes everything on, and fails the test where an error holds what it mustn't.
pub(crate) struct Watched {
    pub(crate) provider: Arc<dyn Provider>,
    /// What no error may hold, beside signed queries.
    pub(crate) secrets: Vec<String>,
}

impl Watched {
    fn seen<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            let shown = format!("{error}\n{error:?}\n{}", error.sentence());
            let secrets = self.secrets.iter().map(String::as_str).chain(SIGNED);
            let told: Vec<&str> = secrets.filter(|secret| shown.contains(secret)).collect();
            assert!(told.is_empty(), "an error shows what it mustn't ({told:?}):\n{shown}");
            assert!(!error.context.trim().is_empty(), "an error says nothing: {error:?}");
        }
        result
    }
}

#[async_trait]
impl Provider for Watched {
    fn capabilities(&self) -> &Capabilities {
        self.provider.capabilities()
    }

    fn requests(&self) -> u64 {
        self.provider.requests()
    }

    async fn check(&self) -> Result<AccountInfo> {
        self.seen(self.provider.check().await)
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.seen(self.provider.changes(since).await)
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        self.seen(self.provider.stat(item).await)
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        self.seen(self.provider.download(item, version, into).await)
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        self.seen(self.provider.upload(upload).await)
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        self.seen(self.provider.create_folder(at).await)
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        self.seen(self.provider.relocate(item, to, if_revision).await)
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        self.seen(self.provider.delete(item, kind, if_revision).await)
    }

    async fn versions(&self, item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        self.seen(self.provider.versions(item).await)
    }

    async fn restore(&self, item: &RemoteRef, version: &VersionId) -> Result<(RelPath, Remote)> {
        self.seen(self.provider.restore(item, version).await)
    }

    async fn content_hash(&self, item: &RemoteRef, revision: &Revision) -> Result<Option<ContentHash>> {
        self.seen(self.provider.content_hash(item, revision).await)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tidemark_providers::{ErrorKind, ProviderError};

    use super::*;
    use crate::conformance::Stand;
    use crate::conformance::stands::FolderStand;

    fn shown(cause: &str) {
        let stand = FolderStand::start();
        let provider = (crate::conformance::bench::spec(&stand).open)(&stand.settings(), "").unwrap();
        let watched = Watched { provider, secrets: vec!["hunter2".to_owned()] };
        let error = ProviderError::permanent(ErrorKind::Refused, "fetching \"a\"");
        let _ = watched.seen::<()>(Err(error.because(io::Error::other(cause.to_owned()))));
    }

    #[test]
    fn an_error_may_say_what_happened() {
        shown("the service said no");
    }

    #[test]
    #[should_panic(expected = "hunter2")]
    fn a_secret_in_a_cause_is_found() {
        shown("GET with hunter2 failed");
    }

    #[test]
    #[should_panic(expected = "sig=")]
    fn a_signed_query_in_a_cause_is_found() {
        shown("GET http://storage/a?sig=abc failed");
    }
}
