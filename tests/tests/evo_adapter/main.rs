//! The Evo adapter against the fake Evo: what a caller of the contract sees, and what the service sees of us.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod downloads;
mod faults;
mod history;
mod listings;
mod uploads;

use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::{RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{RemoteChange, RemoteRef, Upload, Uploaded};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{ErrorKind, Provider, ProviderError, Result, registry};
use tidemark_tests::doubles::{Memory, Session, Taken};
use tidemark_tests::fake::evo::{FakeEvo, Settings};

/// A fake, and an account of it opened at a folder.
struct Evo {
    fake: FakeEvo,
    provider: Arc<dyn Provider>,
}

impl Evo {
    fn start() -> Self {
        Self::with(FakeEvo::with(), "")
    }

    fn with(settings: Settings, root: &str) -> Self {
        let fake = settings.start().unwrap();
        let provider = open(&fake, root);
        Self { fake, provider }
    }

    /// Everything below the root, from the start.
    async fn list(&self) -> Vec<(String, Revision)> {
        let mut found = Vec::new();
        let mut since = None;
        loop {
            let page = self.provider.changes(since.as_ref()).await.unwrap();
            for change in page.changes {
                if let RemoteChange::Present { path, remote } = change {
                    found.push((path.to_string(), remote.revision));
                }
            }
            match page.next {
                tidemark_providers::provider::Next::Page(cursor) => since = Some(cursor),
                tidemark_providers::provider::Next::Done(_) => return found,
            }
        }
    }

    async fn create(&self, path: &str, content: &[u8]) -> Result<Uploaded> {
        let content = Memory::of(content);
        self.send(&RemoteRef { id: None, path: at(path) }, None, &content, &Session::default()).await
    }

    async fn replace(&self, before: &Uploaded, path: &str, content: &[u8]) -> Result<Uploaded> {
        let content = Memory::of(content);
        self.send(&item(before, path), Some(&before.remote.revision), &content, &Session::default()).await
    }

    async fn send(
        &self,
        to: &RemoteRef,
        expects: Option<&Revision>,
        content: &Memory,
        session: &Session,
    ) -> Result<Uploaded> {
        self.provider.upload(Upload { to, expects, content, session }).await
    }

    async fn fetch(&self, item: &RemoteRef) -> Result<Bytes> {
        let sink = Taken::default();
        self.provider.download(item, None, &sink).await?;
        Ok(sink.bytes())
    }

    /// What the service saw of us was within the contract.
    fn no_breaches(&self) {
        assert_eq!(self.fake.breaches(), []);
    }
}

fn open(fake: &FakeEvo, root: &str) -> Arc<dyn Provider> {
    let values = [
        ("base_url", fake.base_url().to_owned()),
        ("organisation_id", fake.organisation_id().to_string()),
        ("workspace_id", fake.workspace_id().to_string()),
    ];
    let settings = AccountSettings {
        values: values.map(|(key, value)| (key.to_owned(), value)).into(),
        secret: Some(Secret::new(fake.token())),
        renewed: None,
    };
    (registry::find("evo").unwrap().open)(&settings, root).unwrap()
}

fn at(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

fn item(uploaded: &Uploaded, path: &str) -> RemoteRef {
    RemoteRef { id: Some(uploaded.remote.id.clone()), path: at(path) }
}

fn by_path(path: &str) -> RemoteRef {
    RemoteRef { id: None, path: at(path) }
}

fn unknown() -> RemoteRef {
    RemoteRef { id: Some(RemoteId("00000000-0000-4000-8000-000000000000".into())), path: at("gone") }
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
