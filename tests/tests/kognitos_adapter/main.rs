//! The Kognitos adapter against the fake Kognitos: what a caller of the contract sees, and what the service sees of us.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod account;
mod downloads;
mod files;
mod uploads;

use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::RemoteId;
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{RemoteRef, Upload, Uploaded};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{ErrorKind, Provider, ProviderError, Result, registry};
use tidemark_tests::doubles::{Memory, Session, Taken};
use tidemark_tests::fake::kognitos::{Effect, Endpoint, FakeKognitos, Fault, Settings};

/// A fake, and an account of it.
struct Kognitos {
    fake: FakeKognitos,
    provider: Arc<dyn Provider>,
}

impl Kognitos {
    fn start() -> Self {
        Self::with(FakeKognitos::with())
    }

    fn with(settings: Settings) -> Self {
        let fake = settings.start().unwrap();
        let provider = (registry::find("kognitos").unwrap().open)(&account(&fake), "a label").unwrap();
        Self { fake, provider }
    }

    /// The same service, seen by a process that knows nothing yet.
    fn restarted(self) -> Self {
        let provider = (registry::find("kognitos").unwrap().open)(&account(&self.fake), "").unwrap();
        Self { fake: self.fake, provider }
    }

    async fn create(&self, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(path, &Memory::of(content)).await
    }

    async fn send(&self, path: &str, content: &Memory) -> Result<Uploaded> {
        let (to, session) = (RemoteRef { id: None, path: at(path) }, Session::default());
        self.provider.upload(Upload { to: &to, expects: None, content, session: &session }).await
    }

    async fn fetch(&self, id: &str) -> Result<Bytes> {
        let sink = Taken::default();
        self.provider.download(&item(id), None, &sink).await?;
        Ok(sink.bytes())
    }

    fn count(&self, endpoint: Endpoint) -> u64 {
        self.fake.summary().by_endpoint.get(&endpoint).copied().unwrap_or(0)
    }

    /// What the service saw of us was within the contract.
    fn no_breaches(&self) {
        assert_eq!(self.fake.breaches(), []);
    }
}

fn account(fake: &FakeKognitos) -> AccountSettings {
    let values = [("base_url", fake.base_url()), ("organization_id", fake.organization_id())];
    AccountSettings {
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        secret: Some(Secret::new(fake.token())),
        renewed: None,
    }
}

fn at(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

fn item(id: &str) -> RemoteRef {
    RemoteRef { id: Some(RemoteId(id.into())), path: at("folder/a") }
}

fn status(code: u16) -> Effect {
    Effect::Status { code, retry_after: None }
}

/// Bytes that are nowhere the same.
fn pattern(size: usize) -> Vec<u8> {
    (0..size as u64).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
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

/// After an upload: whether a file may have been made, by the contract of the adapter.
fn leaves_open(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable)
}
