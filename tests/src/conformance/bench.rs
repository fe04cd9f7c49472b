//! What a case works with: a stand, and an account of it that is open.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::{ContentHash, Kind, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::provider::{Content, Next, RemoteChange, RemoteRef, UnusableName, Upload, Uploaded};
use tidemark_providers::settings::ProviderSpec;
use tidemark_providers::{Capabilities, ErrorKind, Provider, ProviderError, Result, registry};

use super::contents::{Deed, Event, Eventful};
use super::stand::{Stand, Traffic};
use super::watched::Watched;
use crate::doubles::{Memory, Session, Taken, hash};

/// More pages than any listing here has.
const MOST_PAGES: usize = 10_000;

/// A stand with an account of it.
pub struct Bench {
    pub(crate) stand: Arc<dyn Stand>,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) able: Capabilities,
}

/// An item, and how the service has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) at: RemoteRef,
    pub(crate) remote: Remote,
}

/// A content, told apart by its size and hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Blob {
    size: usize,
    hash: ContentHash,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes {:?}", self.size, self.hash)
    }
}

/// A content as a [`Blob`].
pub(crate) fn blob(content: &[u8]) -> Blob {
    Blob { size: content.len(), hash: hash(content) }
}

/// A whole listing.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) items: BTreeMap<String, Remote>,
    pub(crate) unusable: Vec<UnusableName>,
}

impl Listed {
    /// Files only, by path.
    pub(crate) fn files(&self) -> BTreeMap<&str, &Remote> {
        let files = self.items.iter().filter(|(_, remote)| remote.kind == Kind::File);
        files.map(|(path, remote)| (path.as_str(), remote)).collect()
    }

    /// The paths of the files.
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files().into_keys().collect()
    }
}

/// Opens the account that a stand names.
pub(crate) fn open(stand: &dyn Stand) -> Arc<dyn Provider> {
    let settings = stand.settings();
    let mut secrets = stand.secrets();
    secrets.extend(settings.secret.as_ref().map(|secret| secret.expose().to_owned()));
    let provider = (spec(stand).open)(&settings, &stand.root()).unwrap();
    Arc::new(Watched { provider, secrets })
}

/// The provider that a stand stands for.
pub(crate) fn spec(stand: &dyn Stand) -> &'static ProviderSpec {
    registry::find(stand.provider()).unwrap()
}

impl Bench {
    /// Opens the account.
    pub(crate) fn open(stand: Arc<dyn Stand>) -> Self {
        let provider = open(&*stand);
        let able = provider.capabilities().clone();
        Bench { stand, provider, able }
    }

    /// The same account, opened anew: nothing is remembered.
    pub(crate) fn reopened(&self) -> Bench {
        Bench::open(self.stand.clone())
    }

    /// Others can work in it, and we see it.
    pub(crate) fn is_shared(&self) -> bool {
        self.able.listing != Listing::None
    }

    /// A file of that size can be stored.
    pub(crate) fn takes(&self, size: usize) -> bool {
        (size > 0 || self.able.empty_files) && self.able.max_size.is_none_or(|max| size as u64 <= max)
    }

    /// Those of these sizes that can be stored.
    pub(crate) fn sizes<'a>(&'a self, sizes: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        sizes.iter().copied().filter(|size| self.takes(*size))
    }

    /// The largest of these sizes that can be stored; the first one always can.
    pub(crate) fn largest(&self, sizes: &[usize]) -> usize {
        self.sizes(sizes).max().unwrap_or(sizes[0])
    }

    /// A path in a folder, where there are folders.
    pub(crate) fn nested(&self, name: &str) -> String {
        if self.able.folders == Folders::None || !self.is_shared() {
            name.to_owned()
        } else {
            format!("folder/{name}")
        }
    }

    /// The whole listing, page by page.
    pub(crate) async fn list(&self) -> Result<Listed> {
        self.stand.settle().await;
        let mut listed = Listed { items: BTreeMap::new(), unusable: Vec::new() };
        let mut since = None;
        for _ in 0..MOST_PAGES {
            let page = self.provider.changes(since.as_ref()).await?;
            listed.unusable.extend(page.unusable);
            for change in page.changes {
                let RemoteChange::Present { path, remote } = change else {
                    panic!("a full listing tells of something gone: {change:?}");
                };
                let twice = listed.items.insert(path.to_string(), remote);
                assert!(twice.is_none(), "\"{path}\" is listed twice");
            }
            match page.next {
                Next::Page(cursor) => since = Some(cursor),
                Next::Done(_) => return Ok(listed),
            }
        }
        panic!("the listing has no end");
    }

    /// What the service holds; without the paths where nothing is listed, as the service has none then.
    async fn there(&self) -> Vec<(String, Blob)> {
        self.stand.settle().await;
        let files = self.stand.files().await;
        self.in_order(files.iter().map(|(path, content)| (path.as_str(), content.as_ref())))
    }

    fn in_order<'a>(&self, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(String, Blob)> {
        let known = |path: &str| if self.is_shared() { path.to_owned() } else { String::new() };
        let mut files: Vec<_> = files.map(|(path, content)| (known(path), blob(content))).collect();
        files.sort();
        files
    }

    /// This is there, among others.
    pub(crate) async fn has(&self, path: &str, content: &[u8]) -> bool {
        let file = self.in_order([(path, content)].into_iter());
        self.there().await.contains(&file[0])
    }

    /// Nothing is there, whole or half; where nothing is listed: not this content.
    pub(crate) async fn lacks(&self, path: &str, content: &[u8]) -> bool {
        let same =
            |known: &(String, Blob)| known.0 == path || (!self.is_shared() && known.1 == blob(content));
        !self.there().await.iter().any(same)
    }

    /// Fails unless just this is there, at the service and in the listing.
    pub(crate) async fn holds(&self, expected: &[(&str, &[u8])]) {
        let expected = self.in_order(expected.iter().copied());
        assert_eq!(self.there().await, expected, "what the service holds");
        if self.is_shared() {
            let listed = self.list().await.unwrap();
            assert_eq!(listed.paths(), expected.iter().map(|(path, _)| path).collect::<Vec<_>>(), "listed");
        }
    }

    /// A file that is there: made by somebody else where we can find it, else by us.
    pub(crate) async fn given(&self, path: &str, content: &[u8]) -> Item {
        if !self.is_shared() {
            return self.create(path, content).await.unwrap();
        }
        self.stand.put(path, Bytes::copy_from_slice(content)).await;
        self.found(path).await
    }

    /// The item as the listing has it.
    pub(crate) async fn found(&self, path: &str) -> Item {
        let remote = self.list().await.unwrap().items.remove(path);
        let remote = remote.unwrap_or_else(|| panic!("\"{path}\" isn't listed"));
        Item { at: RemoteRef { id: Some(remote.id.clone()), path: at(path) }, remote }
    }

    /// Sends a new file; nobody may have overtaken it.
    pub(crate) async fn create(&self, path: &str, content: &[u8]) -> Result<Item> {
        let sent = self.send(&new(path), None, &Memory::of(content), &Session::default()).await?;
        assert_eq!(sent.overtaken, None, "\"{path}\" was new");
        Ok(Item { at: RemoteRef { id: Some(sent.remote.id.clone()), path: at(path) }, remote: sent.remote })
    }

    /// Sends a new content of an item.
    pub(crate) async fn replace(&self, item: &Item, content: &[u8]) -> Result<Uploaded> {
        let content = Memory::of(content);
        self.send(&item.at, Some(&item.remote.revision), &content, &Session::default()).await
    }

    /// Sends a new content of an item that nobody else has touched, and removes what it replaced where a new item took
    /// its place.
    pub(crate) async fn edit(&self, item: &Item, content: &[u8]) -> Item {
        let sent = self.replace(item, content).await.unwrap();
        assert_eq!(sent.overtaken, None, "nobody else was there");
        if !self.able.mutable_content {
            self.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
        }
        let at = RemoteRef { id: Some(sent.remote.id.clone()), path: item.at.path.clone() };
        Item { at, remote: sent.remote }
    }

    /// Sends a content.
    pub(crate) async fn send(
        &self,
        to: &RemoteRef,
        expects: Option<&Revision>,
        content: &dyn Content,
        session: &Session,
    ) -> Result<Uploaded> {
        self.provider.upload(Upload { to, expects, content, session }).await
    }

    /// The newest content of an item.
    pub(crate) async fn fetch(&self, item: &RemoteRef) -> Result<Bytes> {
        let sink = Taken::default();
        self.provider.download(item, None, &sink).await?;
        Ok(sink.bytes())
    }

    /// Somebody else makes or changes a file.
    pub(crate) fn deed(&self, path: &str, theirs: impl Into<Bytes>) -> Deed {
        let (stand, path, theirs) = (self.stand.clone(), path.to_owned(), theirs.into());
        Arc::new(move || {
            let (stand, path, theirs) = (stand.clone(), path.clone(), theirs.clone());
            Box::pin(async move { stand.put(&path, theirs).await })
        })
    }

    /// A content after whose last byte somebody else makes or changes a file.
    pub(crate) fn raced(&self, content: &[u8], path: &str, theirs: &'static [u8]) -> Eventful {
        Eventful { content: Memory::of(content), event: Event::BeforeSeal(self.deed(path, theirs)) }
    }

    /// What a call puts on the wire; `None` where there is no wire.
    pub(crate) async fn wire<T>(&self, call: impl Future<Output = T>) -> (T, Option<Traffic>) {
        let before = self.stand.traffic();
        let result = call.await;
        let after = self.stand.traffic();
        (result, before.zip(after).map(|(before, after)| after.since(before)))
    }
}

/// A path that is one.
pub(crate) fn at(path: &str) -> RelPath {
    RelPath::new(path).unwrap()
}

/// An item that isn't there yet.
pub(crate) fn new(path: &str) -> RemoteRef {
    RemoteRef { id: None, path: at(path) }
}

/// The error of what must fail.
pub(crate) fn error<T: fmt::Debug>(result: Result<T>) -> ProviderError {
    match result {
        Ok(done) => panic!("that should have failed, and came to {done:?}"),
        Err(error) => error,
    }
}

/// Fails unless the error is of one of these kinds.
pub(crate) fn is_one_of(error: &ProviderError, kinds: &[ErrorKind]) {
    assert!(kinds.contains(&error.kind), "{:?} and none of {kinds:?}: {}", error.kind, error.sentence());
}
