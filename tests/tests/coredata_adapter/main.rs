//! The CoreData adapter against the fake CoreData: what a caller of the contract sees, and what the service sees of us.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod creations;
mod describing;
mod downloads;
mod faults;
mod folders;
mod inside_a_project;
mod listings;
mod page;
mod refused_links;
mod removals;
mod replacements;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::{Kind, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{Next, RemoteChange, RemoteRef, Upload, Uploaded};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{ErrorKind, Provider, ProviderError, Result, registry};
use tidemark_tests::doubles::{Memory, Session, Taken};
use tidemark_tests::fake::coredata::{Endpoint, FakeCoreData, RootKind, Settings};

/// Every kind of root.
const ROOTS: [RootKind; 4] =
    [RootKind::Project, RootKind::PlainProject, RootKind::Folder, RootKind::Filespace];
const MIB: usize = 1 << 20;

/// A fake, and an account of it opened at its root.
struct CoreData {
    fake: FakeCoreData,
    provider: Arc<dyn Provider>,
}

/// What a listing brought.
#[derive(Debug, Default)]
struct Listed {
    items: BTreeMap<String, Remote>,
    unusable: Vec<(String, String)>,
}

impl CoreData {
    fn start() -> Self {
        Self::with(FakeCoreData::with())
    }

    fn with(settings: Settings) -> Self {
        let fake = settings.start().unwrap();
        let provider = open(&fake, &fake.root_id().to_string(), &[]).unwrap();
        Self { fake, provider }
    }

    async fn list(&self) -> Listed {
        self.try_list().await.unwrap()
    }

    /// Everything, from the start; a step that fails is tried again a few times, as the engine does.
    async fn try_list(&self) -> Result<Listed> {
        let mut listed = Listed::default();
        let mut since = None;
        let mut left = 3;
        loop {
            let page = match self.provider.changes(since.as_ref()).await {
                Err(error) if error.retry != tidemark_providers::Retry::Never && left > 0 => {
                    left -= 1;
                    continue;
                }
                page => page?,
            };
            for change in page.changes {
                let RemoteChange::Present { path, remote } = change else { panic!("no delta") };
                assert_eq!(listed.items.insert(path.to_string(), remote), None, "{path} came twice");
            }
            listed.unusable.extend(page.unusable.into_iter().map(|name| (name.shown, name.why)));
            match page.next {
                Next::Page(cursor) => since = Some(cursor),
                Next::Done(cursor) => {
                    assert_eq!(cursor, None);
                    return Ok(listed);
                }
            }
        }
    }

    async fn create(&self, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(&by_path(path), None, &Memory::of(content), &Session::default()).await
    }

    async fn replace(&self, before: &Remote, path: &str, content: &[u8]) -> Result<Uploaded> {
        self.send(&item(before, path), Some(&before.revision), &Memory::of(content), &Session::default())
            .await
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

    fn content(&self, path: &str) -> Bytes {
        self.fake.file(path).unwrap_or_else(|| panic!("{path} isn't there")).content
    }

    /// Requests to an endpoint so far.
    fn count(&self, endpoint: Endpoint) -> u64 {
        self.fake.summary().by_endpoint.get(&endpoint).copied().unwrap_or_default()
    }

    /// What the service saw of us was within the contract.
    fn no_breaches(&self) {
        assert_eq!(self.fake.breaches(), []);
    }
}

impl Listed {
    fn paths(&self) -> Vec<&str> {
        self.items.keys().map(String::as_str).collect()
    }

    fn files(&self) -> Vec<&str> {
        let files = self.items.iter().filter(|(_, remote)| remote.kind == Kind::File);
        files.map(|(path, _)| path.as_str()).collect()
    }
}

fn open(fake: &FakeCoreData, root: &str, more: &[(&str, &str)]) -> Result<Arc<dyn Provider>> {
    let values = [("base_url", fake.base_url()), ("user", fake.user())];
    let values = values.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let settings = AccountSettings {
        values: values.collect(),
        secret: Some(Secret::new(fake.token())),
        ..AccountSettings::default()
    };
    (registry::find("coredata").unwrap().open)(&settings, root)
}

fn at(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

fn item(remote: &Remote, path: &str) -> RemoteRef {
    RemoteRef { id: Some(remote.id.clone()), path: at(path) }
}

fn by_path(path: &str) -> RemoteRef {
    RemoteRef { id: None, path: at(path) }
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
