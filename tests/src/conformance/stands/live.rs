//! A real service, with an account from the environment; see the documentation of the suite.

use std::collections::BTreeMap;
use std::env;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_core::node::{Kind, Remote};
use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::provider::{Next, RemoteChange, RemoteRef, Upload};
use tidemark_providers::settings::{AccountSettings, ProviderSpec, Secret};
use tidemark_providers::{Provider, registry};

use crate::conformance::Stand;
use crate::doubles::{Memory, Session, Taken};

/// How long listings lag behind as a rule; capabilities tell the longest time.
const USUAL_LAG: Duration = Duration::from_secs(1);

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A real service. What others do is done through a second account like ours.
pub struct LiveStand {
    spec: &'static ProviderSpec,
    settings: AccountSettings,
    /// Where the case may work.
    root: String,
    /// The folder that holds it, and the name it has there; none where the service has no folders.
    parent: Option<(String, String)>,
    other: Arc<dyn Provider>,
}

impl LiveStand {
    /// The service of this provider. Fails the test where the environment names no account, and where the service has no
    /// folders and something is there already.
    pub fn of(provider: &str) -> Self {
        let spec = registry::find(provider).unwrap();
        let variable = |key: &str| {
            let name = format!("TIDEMARK_LIVE_{}_{}", provider, key).to_uppercase().replace('-', "_");
            (env::var(&name).ok(), name)
        };
        let mut settings = AccountSettings::default();
        for setting in spec.settings.iter().chain(spec.pair_settings) {
            let (value, name) = variable(setting.key);
            assert!(value.is_some() || !setting.required, "{name} says which account");
            settings.values.extend(value.map(|value| (setting.key.to_owned(), value)));
        }
        if spec.secret.is_some() {
            let (secret, name) = variable("secret");
            settings.secret = Some(Secret::new(secret.unwrap_or_else(|| panic!("{name} holds its secret"))));
        }
        let above = variable("root").0.unwrap_or_default();
        let name = format!("tidemark-conformance-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let has_folders = (spec.capabilities)().folders != Folders::None;
        let root = match (has_folders, above.as_str()) {
            (false, above) => above.to_owned(),
            (true, "") => name.clone(),
            (true, above) => format!("{above}/{name}"),
        };
        let other = (spec.open)(&settings, &root).unwrap();
        assert!(
            other.capabilities().listing != Listing::None,
            "what is there can't be looked at without a list"
        );
        LiveStand { spec, settings, root, parent: has_folders.then_some((above, name)), other }
    }

    fn has_real_folders(&self) -> bool {
        self.other.capabilities().folders == Folders::Real
    }

    async fn items(&self) -> BTreeMap<RelPath, Remote> {
        let mut items = BTreeMap::new();
        let mut since = None;
        loop {
            let page = self.other.changes(since.as_ref()).await.unwrap();
            items.extend(page.changes.into_iter().filter_map(|change| match change {
                RemoteChange::Present { path, remote } => Some((path, remote)),
                RemoteChange::Gone { .. } => None,
            }));
            match page.next {
                Next::Page(cursor) => since = Some(cursor),
                Next::Done(_) => return items,
            }
        }
    }

    async fn make_parents(&self, path: &RelPath) {
        let mut parents: Vec<RelPath> = path.ancestors().filter(|parent| !parent.is_root()).collect();
        parents.reverse();
        for parent in parents {
            self.other.create_folder(&parent).await.unwrap();
        }
    }
}

fn item(path: &RelPath, remote: &Remote) -> RemoteRef {
    RemoteRef { id: Some(remote.id.clone()), path: path.clone() }
}

#[async_trait]
impl Stand for LiveStand {
    fn provider(&self) -> &'static str {
        self.spec.name
    }

    fn settings(&self) -> AccountSettings {
        self.settings.clone()
    }

    fn root(&self) -> String {
        self.root.clone()
    }

    async fn put(&self, path: &str, content: Bytes) {
        let path = RelPath::new(path).unwrap();
        self.make_parents(&path).await;
        let known = self.items().await.remove(&path);
        let to = RemoteRef { id: known.as_ref().map(|remote| remote.id.clone()), path };
        let expects = known.as_ref().map(|remote| &remote.revision);
        let (content, session) = (Memory::of(&content), Session::default());
        self.other.upload(Upload { to: &to, expects, content: &content, session: &session }).await.unwrap();
    }

    async fn delete(&self, path: &str) {
        let path = RelPath::new(path).unwrap();
        let remote = self.items().await.remove(&path).unwrap();
        self.other.delete(&item(&path, &remote), Kind::File, &remote.revision).await.unwrap();
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        let mut files = Vec::new();
        for (path, remote) in self.items().await {
            if remote.kind == Kind::File {
                let sink = Taken::default();
                self.other.download(&item(&path, &remote), None, &sink).await.unwrap();
                files.push((path.to_string(), sink.bytes()));
            }
        }
        files
    }

    async fn prepare(&self) {
        if let Some((above, name)) = self.parent.as_ref().filter(|_| self.has_real_folders()) {
            let above = (self.spec.open)(&self.settings, above).unwrap();
            above.create_folder(&RelPath::new(name).unwrap()).await.unwrap();
        }
        assert!(
            self.items().await.is_empty(),
            "there is something already, and the suite removes what it finds"
        );
    }

    async fn settle(&self) {
        if let Some(longest) = self.other.capabilities().eventual_consistency {
            tokio::time::sleep(longest.min(USUAL_LAG)).await;
        }
    }

    async fn clean_up(&self) {
        self.settle().await;
        for (path, remote) in self.items().await.into_iter().rev() {
            let _ = self.other.delete(&item(&path, &remote), remote.kind, &remote.revision).await;
        }
        if let Some((above, name)) = &self.parent {
            let above = (self.spec.open)(&self.settings, above).unwrap();
            let folder = RemoteRef { id: None, path: RelPath::new(name).unwrap() };
            if let Ok(Some(remote)) = above.stat(&folder).await {
                let _ = above.delete(&item(&folder.path, &remote), Kind::Folder, &remote.revision).await;
            }
        }
    }
}
