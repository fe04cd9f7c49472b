//! CoreData, with a folder of a project as the root.

use tidemark_tests::fake::coredata::{Endpoint, FakeCoreData, Settings};

use super::driven::driven;
use super::{Driven, Effect, Fault, On, Place};

const ROOT: &str = "Team/Ísland/";

/// A fake CoreData.
pub(crate) struct CoreData(pub(crate) FakeCoreData);

impl CoreData {
    pub(crate) fn start() -> Self {
        Self::of(FakeCoreData::with().most_per_page(4))
    }

    pub(crate) fn of(settings: Settings) -> Self {
        let fake = settings.token("canary-key-of-coredata").start().unwrap();
        fake.make_folder(ROOT.trim_end_matches('/'));
        Self(fake)
    }

    /// A path as it is in the project.
    pub(crate) fn full(path: &str) -> String {
        format!("{ROOT}{path}")
    }
}

driven!(FakeCoreData, coredata, |on| match on {
    On::Listing => Endpoint::LISTS.into(),
    On::Place => vec![Endpoint::BeginBlob],
    On::Upload => vec![Endpoint::CreateFile, Endpoint::ReplaceContent, Endpoint::PutBlob],
    On::Download => vec![Endpoint::GetContent, Endpoint::GetBlob],
    On::SignedDownload => vec![Endpoint::GetBlob],
    On::Delete => vec![Endpoint::DeleteFile],
});

impl Place for CoreData {
    fn provider(&self) -> &'static str {
        "coredata"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("base_url", self.0.base_url().to_owned()), ("user", self.0.user().to_owned())]
    }

    fn remote(&self) -> String {
        format!("{}/{}", self.0.root_id(), ROOT.trim_end_matches('/'))
    }

    fn fake(&self) -> &dyn Driven {
        &self.0
    }

    fn put(&self, path: &str, content: Vec<u8>) {
        self.0.put_file(&Self::full(path), content);
    }

    fn delete(&self, path: &str) {
        assert!(self.0.delete(&Self::full(path)), "{path} isn't there");
    }

    fn rename(&self, from: &str, to: &str) -> bool {
        self.0.rename(&Self::full(from), &Self::full(to))
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.0.files().into_iter();
        files
            .filter_map(|file| Some((file.path.strip_prefix(ROOT)?.to_owned(), file.content.to_vec())))
            .collect()
    }

    /// A page has four files.
    fn has_three_pages(&self) {}

    fn overtaken_at(&self) -> Fault {
        Fault::new(Effect::Delay { ms: 1000 }).at([On::Upload])
    }

    fn idle_requests(&self, files: u64, folders: u64) -> u64 {
        files.div_ceil(4) + 2 * folders + 8
    }
}
