//! The fake Calyptia.

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::{AccountSettings, Secret};

use crate::conformance::{Mishap, On, Stand, Traffic};
use crate::fake::calyptia::{Endpoint, FakeCalyptia, Settings};

/// A fake Calyptia.
#[derive(Debug)]
pub struct CalyptiaStand(FakeCalyptia);

impl CalyptiaStand {
    /// One with nothing in it.
    pub fn start() -> Self {
        Self::with(FakeCalyptia::with())
    }

    /// One that lists two files a page.
    pub fn paged() -> Self {
        Self::with(FakeCalyptia::with().page(2))
    }

    fn with(settings: Settings) -> Self {
        CalyptiaStand(settings.token("canary-token-of-calyptia").start().unwrap())
    }
}

#[async_trait]
impl Stand for CalyptiaStand {
    fn provider(&self) -> &'static str {
        "calyptia"
    }

    fn settings(&self) -> AccountSettings {
        let values = [
            ("base_url", self.0.base_url().to_owned()),
            ("core_instance_id", self.0.core_instance_id().to_string()),
            ("auth", "project-token".to_owned()),
        ];
        AccountSettings {
            values: values.map(|(key, value)| (key.to_owned(), value)).into(),
            secret: Some(Secret::new(self.0.token())),
            renewed: None,
        }
    }

    fn root(&self) -> String {
        String::new()
    }

    async fn put(&self, path: &str, content: Bytes) {
        self.0.put_file(path, content);
    }

    async fn delete(&self, path: &str) {
        assert!(self.0.delete(path), "{path} isn't there");
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        self.0.files().into_iter().map(|file| (file.name, file.content)).collect()
    }

    async fn rename(&self, from: &str, to: &str) -> bool {
        self.0.rename(from, to)
    }

    async fn put_hostile(&self, name: &str) -> bool {
        self.0.put_file(name, "hostile");
        true
    }

    async fn put_write_only(&self, path: &str, content: Bytes) -> bool {
        self.0.put_encrypted(path, content);
        true
    }

    /// Contents come with the listing: nothing goes wrong with them alone.
    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        let endpoints: &[Endpoint] = match on {
            On::Listing | On::Stat => &[Endpoint::List],
            On::Upload => &[Endpoint::Create, Endpoint::Update],
            On::Download => return false,
            On::Delete => &[Endpoint::Delete],
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
