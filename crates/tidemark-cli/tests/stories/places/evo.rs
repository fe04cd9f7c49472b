//! Evo, with a folder of its workspace as the root.

use tidemark_tests::fake::evo::{Endpoint, FakeEvo};

use super::driven::driven;
use super::{Driven, Effect, Fault, On, Place};

const ROOT: &str = "team/%C3%8Dsland#1/";
const PAGE: usize = 5000;

/// A fake Evo.
pub(crate) struct Evo(pub(crate) FakeEvo);

impl Evo {
    pub(crate) fn start() -> Self {
        Self(FakeEvo::with().token("canary-token-of-evo").start().unwrap())
    }
}

driven!(FakeEvo, evo, |on| match on {
    On::Listing => vec![Endpoint::List],
    On::Place => vec![Endpoint::LinkById, Endpoint::LinkByPath],
    On::Upload => vec![Endpoint::PutBlob, Endpoint::PutBlock, Endpoint::PutBlockList],
    On::Download | On::SignedDownload => vec![Endpoint::GetBlob],
    On::Delete => vec![Endpoint::DeleteById, Endpoint::DeleteByPath],
});

fn full(path: &str) -> String {
    format!("{ROOT}{path}")
}

impl Place for Evo {
    fn provider(&self) -> &'static str {
        "evo"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", self.0.base_url().to_owned()),
            ("organisation_id", self.0.organisation_id().to_string()),
            ("workspace_id", self.0.workspace_id().to_string()),
        ]
    }

    fn remote(&self) -> String {
        ROOT.to_owned()
    }

    fn fake(&self) -> &dyn Driven {
        &self.0
    }

    fn put(&self, path: &str, content: Vec<u8>) {
        self.0.put_file(&full(path), content);
    }

    fn delete(&self, path: &str) {
        assert!(self.0.delete(&full(path)), "{path} isn't there");
    }

    fn rename(&self, _from: &str, _to: &str) -> bool {
        false
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.0.files().into_iter().filter_map(|file| {
            let path = file.path.strip_prefix(ROOT)?.to_owned();
            Some((path, self.0.content(&file.path)?.to_vec()))
        });
        files.collect()
    }

    fn history(&self) -> Vec<Vec<u8>> {
        self.0.all_contents().iter().map(|content| content.to_vec()).collect()
    }

    /// The listing is that of the whole workspace.
    fn has_three_pages(&self) {
        for number in 0..=2 * PAGE {
            self.0.put_file(&format!("elsewhere/{number}"), "");
        }
    }

    fn overtaken_at(&self) -> Fault {
        Fault::new(Effect::Delay { ms: 1000 }).at([On::Place])
    }

    /// What changed in the workspace of late, and what was deleted.
    fn idle_requests(&self, _files: u64, _folders: u64) -> u64 {
        1 + self.0.files().len().div_ceil(PAGE).max(1) as u64
    }
}
