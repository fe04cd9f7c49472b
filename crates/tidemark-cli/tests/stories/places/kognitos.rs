//! Kognitos. Its files have no paths: in what is told of it, ids stand for them.

use tidemark_tests::fake::kognitos::{Endpoint, FakeKognitos, Settings};

use super::driven::driven;
use super::{Driven, Effect, Fault, On, Place};

/// A fake Kognitos.
pub(crate) struct Kognitos(pub(crate) FakeKognitos);

impl Kognitos {
    pub(crate) fn start() -> Self {
        Self::of(FakeKognitos::with())
    }

    pub(crate) fn of(settings: Settings) -> Self {
        Self(settings.token("kgn_pat_canary").start().unwrap())
    }
}

driven!(FakeKognitos, kognitos, |on| match on {
    On::Listing => vec![Endpoint::Metadata],
    On::Place => Vec::new(),
    On::Upload => vec![Endpoint::Upload],
    On::Download => vec![Endpoint::Download, Endpoint::Storage],
    On::SignedDownload => vec![Endpoint::Storage],
    On::Delete => vec![Endpoint::Delete],
});

impl Place for Kognitos {
    fn provider(&self) -> &'static str {
        "kognitos"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", self.0.base_url().to_owned()),
            ("organization_id", self.0.organization_id().to_owned()),
        ]
    }

    fn remote(&self) -> String {
        "label".to_owned()
    }

    fn fake(&self) -> &dyn Driven {
        &self.0
    }

    fn put(&self, path: &str, _content: Vec<u8>) {
        panic!("{path}: what others make isn't found there");
    }

    /// By the name that it was sent under.
    fn delete(&self, path: &str) {
        let name = path.rsplit('/').next().unwrap();
        assert!(self.0.delete(name), "{name} isn't there");
    }

    fn rename(&self, _from: &str, _to: &str) -> bool {
        false
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.0.files().into_iter();
        files.filter_map(|file| Some((file.id.clone(), self.0.content(&file.id)?.to_vec()))).collect()
    }

    /// Each file is asked for alone.
    fn has_three_pages(&self) {}

    fn overtaken_at(&self) -> Fault {
        Fault::new(Effect::Delay { ms: 1000 }).at([On::Upload])
    }

    /// Each file is asked for alone; the organization, so that a wrong one isn't taken for an empty one.
    fn idle_requests(&self, files: u64, _folders: u64) -> u64 {
        files + 1
    }
}
