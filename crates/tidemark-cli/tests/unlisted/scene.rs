//! People with a folder `docs` each, and one organization's files.

use std::fs;

use tidemark_tests::fake::kognitos::FakeKognitos;

use crate::person::{Person, Said};

/// A fake Kognitos.
pub(crate) fn kognitos() -> FakeKognitos {
    FakeKognitos::with().token("kgn_pat_canary").start().unwrap()
}

/// Somebody who keeps `docs` in step with it.
pub(crate) fn somebody(service: &FakeKognitos) -> Person {
    let person = Person::new();
    person.makes_folder("docs");
    let account = format!(
        "account add kognitos work --set base_url={} --set organization_id={} --secret-stdin",
        service.base_url(),
        service.organization_id()
    );
    person.types_with(&account, service.token(), &[]).succeeded();
    person.types("pair add docs $DIR/docs work:docs").succeeded();
    person
}

impl Person {
    /// Syncs, and ends with that code.
    #[track_caller]
    pub(crate) fn syncs(&self, code: i32) -> Said {
        self.types("--json sync").ended_with(code)
    }

    /// The texts of the files here, by name.
    pub(crate) fn has(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path("docs").join(name)).ok()
    }

    /// The paths and ids of the manifest.
    pub(crate) fn manifest(&self) -> Vec<(String, String)> {
        let manifest = self.types("pair export docs").succeeded().json();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let files = manifest["files"].as_array().unwrap();
        files.iter().map(|file| (text(&file["path"]), text(&file["id"]))).collect()
    }

    /// Takes in the manifest that somebody has now.
    #[track_caller]
    pub(crate) fn imports_of(&self, other: &Person) -> Said {
        let text = other.types("pair export docs").succeeded().stdout;
        self.imports(&text)
    }

    /// Takes in a manifest.
    #[track_caller]
    pub(crate) fn imports(&self, text: &str) -> Said {
        fs::write(self.path("carried.json"), text).unwrap();
        self.types("pair import docs $DIR/carried.json").succeeded()
    }
}
