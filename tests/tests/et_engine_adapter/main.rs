//! The ET Engine adapter against the fake ET Engine: what a caller of the contract sees, and what the service sees of us.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod deletions;
mod downloads;
mod faults;
mod filesystems;
mod listings;
mod uploads;

use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::Revision;
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{ChangePage, Next, RemoteChange, RemoteRef, Upload, Uploaded};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{ErrorKind, Provider, ProviderError, Result, registry};
use tidemark_tests::doubles::{Memory, Session, Taken};
use tidemark_tests::fake::et_engine::{Endpoint, FakeEtEngine, Settings};

/// An unfinished upload's suffix, as the service makes them.
const ID: &str = "aB3dEfGhIjKlMnOpQrSt";

/// A fake, and an account of it opened at a folder.
struct Engine {
    fake: FakeEtEngine,
    provider: Arc<dyn Provider>,
}

impl Engine {
    fn start() -> Self {
        Self::with(FakeEtEngine::with(), "")
    }

    fn with(settings: Settings, root: &str) -> Self {
        let fake = settings.start().unwrap();
        let provider = open(&fake, root);
        Self { fake, provider }
    }

    /// The same service, and a process that knows nothing of the last one.
    fn restarted(self) -> Self {
        Self { provider: open(&self.fake, ""), fake: self.fake }
    }

    async fn pages(&self) -> Result<Vec<ChangePage>> {
        let mut pages = Vec::new();
        let mut since = None;
        loop {
            let page = self.provider.changes(since.as_ref()).await?;
            let next = page.next.clone();
            pages.push(page);
            match next {
                Next::Page(cursor) => since = Some(cursor),
                Next::Done(_) => return Ok(pages),
            }
        }
    }

    /// Everything below the root, from the start: paths, with sizes where they are files; sorted.
    async fn list(&self) -> Vec<(String, Option<u64>)> {
        let pages = self.pages().await.unwrap();
        let changes = pages.into_iter().flat_map(|page| page.changes);
        let mut found: Vec<_> = changes
            .map(|change| match change {
                RemoteChange::Present { path, remote } => (path.to_string(), remote.size),
                RemoteChange::Gone { path, .. } => panic!("{path} in a full listing"),
            })
            .collect();
        found.sort();
        found
    }

    async fn create(&self, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(path, None, &Memory::of(content), &Session::default()).await
    }

    async fn replace(&self, path: &str, size: u64, content: &[u8]) -> Result<Uploaded> {
        self.send(path, Some(size), &Memory::of(content), &Session::default()).await
    }

    async fn send(
        &self,
        path: &str,
        expects: Option<u64>,
        content: &Memory,
        session: &Session,
    ) -> Result<Uploaded> {
        let expects = expects.map(revision);
        let to = by_path(path);
        self.provider.upload(Upload { to: &to, expects: expects.as_ref(), content, session }).await
    }

    async fn fetch(&self, path: &str) -> Result<Bytes> {
        let sink = Taken::default();
        self.provider.download(&by_path(path), None, &sink).await?;
        Ok(sink.bytes())
    }

    fn count(&self, endpoint: Endpoint) -> u64 {
        self.fake.summary().by_endpoint.get(&endpoint).copied().unwrap_or(0)
    }

    /// Paths of the files that are there, unfinished uploads too.
    fn names(&self) -> Vec<String> {
        self.fake.files().into_iter().map(|(path, _)| path).collect()
    }

    /// What the service saw of us was within the contract.
    fn no_breaches(&self) {
        assert_eq!(self.fake.breaches(), []);
    }
}

fn open(fake: &FakeEtEngine, root: &str) -> Arc<dyn Provider> {
    (registry::find("et-engine").unwrap().open)(&account(fake), root).unwrap()
}

fn account(fake: &FakeEtEngine) -> AccountSettings {
    let values = [("base_url", fake.base_url()), ("filesystem_id", fake.filesystem_id())];
    AccountSettings {
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        secret: Some(Secret::new(fake.token())),
        renewed: None,
    }
}

fn by_path(path: &str) -> RemoteRef {
    RemoteRef { id: None, path: RelPath::new(path).unwrap() }
}

fn revision(size: u64) -> Revision {
    Revision(size.to_string().into())
}

/// Bytes that are nowhere the same.
fn pattern(size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    error(result).kind
}

fn error<T>(result: Result<T>) -> ProviderError {
    match result {
        Ok(_) => panic!("that should have failed"),
        Err(error) => error,
    }
}
