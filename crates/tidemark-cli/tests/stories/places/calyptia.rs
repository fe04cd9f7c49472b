//! Calyptia: files of a core instance, in a flat list.

use tidemark_tests::fake::calyptia::{Endpoint, FakeCalyptia, Settings};

use super::driven::driven;
use super::{Driven, Effect, Fault, On, Place};

/// A fake Calyptia.
pub(crate) struct Calyptia {
    pub(crate) fake: FakeCalyptia,
    encrypt: bool,
}

impl Calyptia {
    pub(crate) fn start() -> Self {
        Self::of(FakeCalyptia::with().page(8))
    }

    pub(crate) fn of(settings: Settings) -> Self {
        Self { fake: settings.token("canary-token-of-calyptia").start().unwrap(), encrypt: false }
    }

    /// New files are encrypted.
    pub(crate) fn encrypting() -> Self {
        Self { encrypt: true, ..Self::start() }
    }
}

driven!(FakeCalyptia, calyptia, |on| match on {
    On::Listing | On::Download => vec![Endpoint::List],
    On::Upload => vec![Endpoint::Create, Endpoint::Update],
    On::Place | On::SignedDownload => Vec::new(),
    On::Delete => vec![Endpoint::Delete],
});

impl Place for Calyptia {
    fn provider(&self) -> &'static str {
        "calyptia"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", self.fake.base_url().to_owned()),
            ("core_instance_id", self.fake.core_instance_id().to_string()),
            ("encrypt", self.encrypt.to_string()),
        ]
    }

    fn remote(&self) -> String {
        String::new()
    }

    fn fake(&self) -> &dyn Driven {
        &self.fake
    }

    fn put(&self, path: &str, content: Vec<u8>) {
        self.fake.put_file(path, content);
    }

    fn delete(&self, path: &str) {
        assert!(self.fake.delete(path), "{path} isn't there");
    }

    fn rename(&self, from: &str, to: &str) -> bool {
        self.fake.rename(from, to)
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.fake.files().into_iter().map(|file| (file.name, file.content.to_vec())).collect()
    }

    fn has_three_pages(&self) {
        for number in 0..17 {
            self.put(&format!("page-{number}"), format!("on a page, {number}").into());
        }
    }

    /// At the look before the edit: what comes between that and the edit isn't seen.
    fn overtaken_at(&self) -> Fault {
        Fault::new(Effect::Delay { ms: 1000 }).at([On::Listing]).nth(2)
    }

    /// The pages; where there are several, one more to see that nothing moved.
    fn idle_requests(&self, files: u64, _folders: u64) -> u64 {
        files.div_ceil(8).max(1) + u64::from(files > 8)
    }
}
