//! The fake CoreData, with a project as the root, or a folder in a filespace.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::{AccountSettings, Secret};

use crate::conformance::{Mishap, On, Stand, Traffic};
use crate::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault, RootKind};

const EXPIRED: &str = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

/// A fake CoreData.
#[derive(Debug)]
pub struct CoreDataStand {
    fake: FakeCoreData,
    /// The root's path in the fake's.
    below: &'static str,
}

impl CoreDataStand {
    /// A project with nothing in it.
    pub fn project() -> Self {
        Self::of(RootKind::Project, "")
    }

    /// A folder in a filespace.
    pub fn folder() -> Self {
        Self::of(RootKind::Filespace, "Lið/A b")
    }

    fn of(root: RootKind, below: &'static str) -> Self {
        let fake = FakeCoreData::with().token("canary-key-of-coredata").root(root).start().unwrap();
        if !below.is_empty() {
            fake.make_folder(below);
        }
        CoreDataStand { fake, below }
    }

    fn full(&self, path: &str) -> String {
        if self.below.is_empty() { path.to_owned() } else { format!("{}/{path}", self.below) }
    }
}

#[async_trait]
impl Stand for CoreDataStand {
    fn provider(&self) -> &'static str {
        "coredata"
    }

    fn settings(&self) -> AccountSettings {
        let values = [("base_url", self.fake.base_url()), ("user", self.fake.user())];
        AccountSettings {
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            secret: Some(Secret::new(self.fake.token())),
            renewed: None,
        }
    }

    fn root(&self) -> String {
        format!("{}/{}", self.fake.root_id(), self.below)
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.fake.put_file(&self.full(path), content);
    }

    async fn delete(&self, path: &str) {
        assert!(self.fake.delete(&self.full(path)), "{path} isn't there");
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        let start = self.full("");
        let files = self.fake.files().into_iter();
        files.filter_map(|file| Some((file.path.strip_prefix(&start)?.to_owned(), file.content))).collect()
    }

    async fn rename(&self, from: &str, to: &str) -> bool {
        self.fake.rename(&self.full(from), &self.full(to))
    }

    async fn put_hostile(&self, name: &str) -> bool {
        self.fake.put_twin(self.below, name, "hostile");
        true
    }

    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        use Endpoint as E;
        let endpoints: &[E] = match on {
            On::Listing => &[E::ListFiles, E::ListProjectFiles],
            On::Stat => &[E::GetFile],
            On::Upload => &[E::CreateFile, E::ReplaceContent],
            On::Download => &[E::GetBlob],
            On::Delete => &[E::DeleteFile],
        };
        if mishap == Mishap::ExpiredLink {
            let body = EXPIRED.to_owned();
            let effect = Effect::Answer { code: 403, headers: BTreeMap::new(), body };
            self.fake.inject(Fault::new(effect).at([E::GetBlob, E::PutBlob]));
            return true;
        }
        self.fake.befall(mishap, endpoints, nth)
    }

    fn heal(&self) {
        self.fake.heal();
    }

    fn breaches(&self) -> Vec<String> {
        self.fake.breaches().iter().map(ToString::to_string).collect()
    }

    fn traffic(&self) -> Option<Traffic> {
        Some(self.fake.summary().into())
    }

    fn secrets(&self) -> Vec<String> {
        vec!["Signature=".into()]
    }
}
