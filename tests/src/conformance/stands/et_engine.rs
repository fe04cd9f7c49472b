//! The fake ET Engine, with a folder of its filesystem as the root. It takes empty files: whether the real one does is
//! unknown, and what follows where it doesn't is in the adapter's own tests.

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::{AccountSettings, Secret};

use crate::conformance::{Mishap, On, Stand, Traffic};
use crate::fake::et_engine::{Endpoint, FakeEtEngine};

const ROOT: &str = "team/A b";

/// A fake ET Engine.
#[derive(Debug)]
pub struct EtEngineStand(FakeEtEngine);

impl EtEngineStand {
    /// One with nothing in it.
    pub fn start() -> Self {
        EtEngineStand(
            FakeEtEngine::with().token("canary-key-of-et-engine").takes_empty_files().start().unwrap(),
        )
    }
}

fn full(path: &str) -> String {
    format!("{ROOT}/{path}")
}

#[async_trait]
impl Stand for EtEngineStand {
    fn provider(&self) -> &'static str {
        "et-engine"
    }

    fn settings(&self) -> AccountSettings {
        let values = [("base_url", self.0.base_url()), ("filesystem_id", self.0.filesystem_id())];
        AccountSettings {
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            secret: Some(Secret::new(self.0.token())),
            renewed: None,
        }
    }

    fn root(&self) -> String {
        ROOT.to_owned()
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.0.put(&full(path), content);
    }

    async fn delete(&self, path: &str) {
        assert!(self.0.delete(&full(path)), "{path} isn't there");
    }

    /// Without unfinished uploads, which are files of the service's own.
    async fn files(&self) -> Vec<(String, Bytes)> {
        let unfinished = self.0.unfinished();
        let files = self.0.files().into_iter().filter(|(path, _)| !unfinished.contains(path));
        let below = files.filter_map(|(path, _)| {
            let name = path.strip_prefix(&full(""))?.to_owned();
            Some((name, self.0.content(&path)?))
        });
        below.collect()
    }

    async fn rename(&self, from: &str, to: &str) -> bool {
        self.0.rename(&full(from), &full(to))
    }

    async fn put_hostile(&self, name: &str) -> bool {
        self.0.put(&full(name), "hostile");
        true
    }

    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        use Endpoint as E;
        let endpoints: &[E] = match on {
            On::Listing | On::Stat => &[E::List, E::Init],
            On::Upload => &[E::PutPart, E::Complete],
            On::Download => &[E::Part],
            On::Delete => &[E::Delete],
        };
        self.0.befall(mishap, endpoints, nth)
    }

    fn heal(&self) {
        self.0.heal();
    }

    fn breaches(&self) -> Vec<String> {
        self.0.breaches().iter().map(ToString::to_string).collect()
    }

    fn traffic(&self) -> Option<Traffic> {
        Some(self.0.summary().into())
    }
}
