//! The adapter for Calyptia against its stand-in, which refuses and records every breach of the contract, and checks
//! requests and answers against the vendor's specification.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod encrypted;
mod faults;
mod listings;
mod looks;
mod names;
mod writes;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::{Kind, Remote};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{ChangePage, Next, Provider, RemoteChange, RemoteRef, Upload, Uploaded};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{ErrorKind, ProviderError, Result, registry};
use tidemark_tests::doubles::{Memory, Session, Taken};
use tidemark_tests::fake::calyptia::{Endpoint, FakeCalyptia, Settings};

/// A fake, and an account of it.
struct Calyptia {
    fake: FakeCalyptia,
    provider: Arc<dyn Provider>,
}

impl Calyptia {
    fn start() -> Self {
        Self::with(FakeCalyptia::with())
    }

    fn with(settings: Settings) -> Self {
        let fake = settings.start().unwrap();
        let provider = open(&fake, &[]);
        Self { fake, provider }
    }

    /// New files are encrypted.
    fn encrypting(settings: Settings) -> Self {
        let fake = settings.start().unwrap();
        let provider = open(&fake, &[("encrypt", "true")]);
        Self { fake, provider }
    }

    async fn page(&self) -> Result<ChangePage> {
        let page = self.provider.changes(None).await?;
        assert_eq!(page.next, Next::Done(None));
        Ok(page)
    }

    /// What is there, by name.
    async fn list(&self) -> BTreeMap<String, Remote> {
        let changes = self.page().await.unwrap().changes.into_iter();
        let present = changes.map(|change| match change {
            RemoteChange::Present { path, remote } => (path.to_string(), remote),
            RemoteChange::Gone { path, .. } => panic!("{path} is said to be gone"),
        });
        present.collect()
    }

    async fn create(&self, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(path, None, &Memory::of(content)).await
    }

    async fn replace(&self, before: &Remote, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(path, Some(before), &Memory::of(content)).await
    }

    async fn send(&self, path: &str, before: Option<&Remote>, content: &Memory) -> Result<Uploaded> {
        let to = RemoteRef { id: before.map(|before| before.id.clone()), path: at(path) };
        let expects = before.map(|before| &before.revision);
        let uploaded =
            self.provider.upload(Upload { to: &to, expects, content, session: &Session::default() }).await?;
        assert_eq!(uploaded.overtaken, None);
        Ok(uploaded)
    }

    async fn fetch(&self, item: &RemoteRef) -> Result<(Remote, Bytes)> {
        let sink = Taken::default();
        let remote = self.provider.download(item, None, &sink).await?;
        Ok((remote, sink.bytes()))
    }

    async fn rename(&self, item: &Remote, from: &str, to: &str) -> Result<Remote> {
        self.provider.relocate(&of(item, from), &at(to), &item.revision).await
    }

    async fn delete(&self, item: &Remote, path: &str) -> Result<()> {
        self.provider.delete(&of(item, path), Kind::File, &item.revision).await
    }

    /// Requests to this endpoint since they were forgotten last.
    fn requests(&self, endpoint: Endpoint) -> u64 {
        self.fake.summary().by_endpoint.get(&endpoint).copied().unwrap_or_default()
    }

    /// Names and contents at the service.
    fn contents(&self) -> Vec<(String, Bytes)> {
        self.fake.files().into_iter().map(|file| (file.name, file.content)).collect()
    }

    /// What the service saw of us was within the contract.
    fn no_breaches(&self) {
        assert_eq!(self.fake.breaches(), []);
    }
}

fn open(fake: &FakeCalyptia, more: &[(&str, &str)]) -> Arc<dyn Provider> {
    let values =
        [("base_url", fake.base_url().to_owned()), ("core_instance_id", fake.core_instance_id().to_string())];
    let mut values: BTreeMap<String, String> = values.map(|(key, value)| (key.to_owned(), value)).into();
    values.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    let settings = AccountSettings { values, secret: Some(Secret::new(fake.token())), renewed: None };
    (registry::find("calyptia").unwrap().open)(&settings, "").unwrap()
}

fn at(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

fn of(remote: &Remote, path: &str) -> RemoteRef {
    RemoteRef { id: Some(remote.id.clone()), path: at(path) }
}

fn by_path(path: &str) -> RemoteRef {
    RemoteRef { id: None, path: at(path) }
}

/// Bytes that are nowhere the same.
fn pattern(size: u64) -> Vec<u8> {
    (0..size).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
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
