//! ET Engine, with a folder of its filesystem as the root. It refuses files of 0 bytes, as an earlier server did.

use tidemark_tests::fake::et_engine::{Endpoint, FakeEtEngine, Settings};

use super::driven::driven;
use super::{Driven, Effect, Fault, On, Place};

const ROOT: &str = "team/Ísland%20#1/";

/// A fake ET Engine.
pub(crate) struct EtEngine(pub(crate) FakeEtEngine);

impl EtEngine {
    pub(crate) fn start() -> Self {
        Self::of(FakeEtEngine::with())
    }

    pub(crate) fn of(settings: Settings) -> Self {
        Self(settings.token("canary-key-of-et-engine").start().unwrap())
    }
}

driven!(FakeEtEngine, et_engine, |on| match on {
    On::Listing => vec![Endpoint::List],
    On::Place => vec![Endpoint::Begin],
    On::Upload => vec![Endpoint::PutPart],
    On::Download => vec![Endpoint::Part],
    On::SignedDownload => Vec::new(),
    On::Delete => vec![Endpoint::Delete],
});

fn full(path: &str) -> String {
    format!("{ROOT}{path}")
}

/// `name.<upload id>`, as the service itself makes it; one that it refused to begin stays there.
fn is_unfinished(path: &str) -> bool {
    let id = path.rsplit_once('.').map_or("", |(_, id)| id);
    id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Place for EtEngine {
    fn provider(&self) -> &'static str {
        "et-engine"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("base_url", self.0.base_url().to_owned()), ("filesystem_id", self.0.filesystem_id().to_owned())]
    }

    fn remote(&self) -> String {
        ROOT.to_owned()
    }

    fn fake(&self) -> &dyn Driven {
        &self.0
    }

    fn put(&self, path: &str, content: Vec<u8>) {
        self.0.put(&full(path), content);
    }

    fn delete(&self, path: &str) {
        assert!(self.0.delete(&full(path)), "{path} isn't there");
    }

    fn rename(&self, from: &str, to: &str) -> bool {
        self.0.rename(&full(from), &full(to))
    }

    /// Without unfinished uploads, which are files of the service's own.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.0.files().into_iter().filter(|(path, _)| !is_unfinished(path));
        let below = files.filter_map(|(path, _)| {
            let name = path.strip_prefix(ROOT)?.to_owned();
            Some((name, self.0.content(&path)?.to_vec()))
        });
        below.collect()
    }

    fn takes_empty_files(&self) -> bool {
        false
    }

    /// A folder is as good as a page.
    fn has_three_pages(&self) {
        for folder in ["p/1", "p/2"] {
            self.0.make_folder(&full(folder));
        }
    }

    fn overtaken_at(&self) -> Fault {
        Fault::new(Effect::Delay { ms: 1000 }).at([On::Upload])
    }

    /// Each folder, the root and that it is there; the size of each file.
    fn idle_requests(&self, files: u64, folders: u64) -> u64 {
        files + folders + 2
    }
}
