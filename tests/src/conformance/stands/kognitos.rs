//! The fake Kognitos. Its files have no paths: the names here are those that they were sent under.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::{AccountSettings, Secret};

use crate::conformance::{Mishap, On, Stand, Traffic};
use crate::fake::kognitos::{Effect, Endpoint, FakeKognitos, Fault};

const EXPIRED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code>\
                       <Message>Request has expired</Message></Error>";

/// A fake Kognitos.
#[derive(Debug)]
pub struct KognitosStand(FakeKognitos);

impl KognitosStand {
    /// One with nothing in it.
    pub fn start() -> Self {
        KognitosStand(FakeKognitos::with().token("kgn_pat_canary").start().unwrap())
    }
}

#[async_trait]
impl Stand for KognitosStand {
    fn provider(&self) -> &'static str {
        "kognitos"
    }

    fn settings(&self) -> AccountSettings {
        let values = [("base_url", self.0.base_url()), ("organization_id", self.0.organization_id())];
        AccountSettings {
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            secret: Some(Secret::new(self.0.token())),
            renewed: None,
        }
    }

    fn root(&self) -> String {
        "a label".to_owned()
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.0.put_file(path.rsplit('/').next().unwrap_or(path), content);
    }

    async fn delete(&self, path: &str) {
        assert!(self.0.delete(path), "{path} isn't there");
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        let files = self.0.files().into_iter();
        files.filter_map(|file| Some((file.name, self.0.content(&file.id)?))).collect()
    }

    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        use Endpoint as E;
        let endpoints: &[E] = match on {
            On::Listing => return false,
            On::Stat => &[E::Metadata],
            On::Upload => &[E::Upload],
            On::Download => &[E::Download, E::Storage],
            On::Delete => &[E::Delete],
        };
        if mishap == Mishap::ExpiredLink {
            let body = EXPIRED.to_owned();
            let effect = Effect::Answer { code: 403, headers: BTreeMap::new(), body };
            self.0.inject(Fault::new(effect).at([E::Storage]));
            return true;
        }
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
