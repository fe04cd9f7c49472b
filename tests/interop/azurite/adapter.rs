//! The adapter sends contents to azurite and gets them back, over links that the fake's API hands out.

use std::ops::Range;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, Remote};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{Content, ContentReader, RemoteRef, SessionStore, Sink, Upload};
use tidemark_providers::settings::{AccountSettings, Secret};
use tidemark_providers::{Provider, Result, registry};
use tidemark_tests::fake::evo::FakeEvo;

use crate::azurite;

#[tokio::test]
async fn contents_of_every_size_come_back_as_they_were() {
    let start = || FakeEvo::with();
    let container = start().start().unwrap().workspace_id().to_string();
    let fake = start().blobs_at(azurite(&container)).start().unwrap();
    let evo = account(&fake);
    for size in [0, 1, 4096, (8 << 20) - 1, (8 << 20) + 1, 20 << 20] {
        let path = RelPath::new(&format!("a folder/größe {size} +%.bin")).unwrap();
        let sent = Text::of(size);
        let to = RemoteRef { id: None, path: path.clone() };
        let upload = Upload { to: &to, expects: None, content: &sent, session: &NoSession };
        let uploaded = evo.upload(upload).await.unwrap();
        assert_eq!(uploaded.remote.size, Some(size));

        let item = RemoteRef { id: Some(uploaded.remote.id.clone()), path };
        let received = Received::default();
        let remote = evo.download(&item, None, &received).await.unwrap();
        assert_eq!(remote.revision, uploaded.remote.revision);
        assert!(received.bytes() == sent.0, "{size} bytes came back as others");
    }
    assert_eq!(fake.breaches(), []);
}

fn account(fake: &FakeEvo) -> std::sync::Arc<dyn Provider> {
    let values = [
        ("base_url", fake.base_url().to_owned()),
        ("organisation_id", fake.organisation_id().to_string()),
        ("workspace_id", fake.workspace_id().to_string()),
    ];
    let settings = AccountSettings {
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        secret: Some(Secret::new(fake.token())),
        renewed: None,
    };
    (registry::find("evo").unwrap().open)(&settings, "").unwrap()
}

struct Text(Vec<u8>);

impl Text {
    fn of(size: u64) -> Self {
        Text((0..size).map(|at| (at % 251) as u8).collect())
    }
}

#[async_trait]
impl Content for Text {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn modified_ns(&self) -> i64 {
        1
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        Ok(Box::new(Reading { left: Bytes::from(self.0.clone()), hash: blake3::hash(&self.0) }))
    }
}

struct Reading {
    left: Bytes,
    hash: blake3::Hash,
}

#[async_trait]
impl ContentReader for Reading {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        Ok(self.left.split_to(max.min(self.left.len())))
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        Ok(ContentHash(*self.hash.as_bytes()))
    }
}

struct NoSession;

#[async_trait]
impl SessionStore for NoSession {
    async fn load(&self) -> Result<Option<serde_json::Value>> {
        Ok(None)
    }

    async fn save(&self, _: &serde_json::Value) -> Result<()> {
        Ok(())
    }

    async fn clear(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Received(Mutex<Vec<u8>>);

impl Received {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Sink for Received {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        let size = remote.size.unwrap();
        self.0.lock().unwrap().resize(size as usize, 0);
        Ok(std::iter::once(0..size).filter(|range| !range.is_empty()).collect())
    }

    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
        self.0.lock().unwrap()[offset as usize..][..bytes.len()].copy_from_slice(&bytes);
        Ok(())
    }
}
