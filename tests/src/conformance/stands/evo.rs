//! The fake Evo, with a folder of its workspace as the root.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::{AccountSettings, Secret};

use crate::conformance::{Mishap, On, Stand, Traffic};
use crate::fake::evo::{Effect, Endpoint, FakeEvo, Fault};

const ROOT: &str = "team/A b";
const EXPIRED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code>\
                       <Message>Server failed to authenticate the request.</Message></Error>";

/// A fake Evo.
#[derive(Debug)]
pub struct EvoStand(FakeEvo);

impl EvoStand {
    /// One with nothing in it.
    pub fn start() -> Self {
        EvoStand(FakeEvo::with().token("canary-token-of-evo").start().unwrap())
    }
}

fn full(path: &str) -> String {
    format!("{ROOT}/{path}")
}

#[async_trait]
impl Stand for EvoStand {
    fn provider(&self) -> &'static str {
        "evo"
    }

    fn settings(&self) -> AccountSettings {
        let values = [
            ("base_url", self.0.base_url().to_owned()),
            ("organisation_id", self.0.organisation_id().to_string()),
            ("workspace_id", self.0.workspace_id().to_string()),
        ];
        AccountSettings {
            values: values.map(|(key, value)| (key.to_owned(), value)).into(),
            secret: Some(Secret::new(self.0.token())),
            renewed: None,
        }
    }

    fn root(&self) -> String {
        ROOT.to_owned()
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.0.put_file(&full(path), content);
    }

    async fn delete(&self, path: &str) {
        assert!(self.0.delete(&full(path)), "{path} isn't there");
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        let files = self.0.files().into_iter().filter_map(|file| {
            let path = file.path.strip_prefix(&full(""))?.to_owned();
            Some((path, self.0.content(&file.path)?))
        });
        files.collect()
    }

    async fn put_hostile(&self, name: &str) -> bool {
        self.0.put_file(&full(name), "hostile");
        true
    }

    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        use Endpoint as E;
        let endpoints: &[E] = match on {
            On::Listing => &[E::List],
            On::Stat => &[E::GetById, E::GetByPath],
            On::Upload => &[E::PutBlob, E::PutBlock, E::PutBlockList],
            On::Download => &[E::GetBlob],
            On::Delete => &[E::DeleteById, E::DeleteByPath],
        };
        if mishap == Mishap::ExpiredLink {
            let body = EXPIRED.to_owned();
            let effect = Effect::Answer { code: 403, headers: BTreeMap::new(), body };
            self.0.inject(Fault::new(effect).at(endpoints.iter().copied()));
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
