//! A person with a folder `docs`, and a service that it is kept in step with. After every sync the scene looks whether
//! something was lost, and whether the exit code, the JSON and the sentences fit together.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use tidemark_tests::fake::evo::{FakeEvo, Fault, Settings};

pub(crate) use crate::files::{LARGE, Tree, noise, until};
use crate::files::{brief, brief_content, is_kept, move_at, tree, write_at};
use crate::person::Person;
use crate::synced::Synced;

/// A person and a service.
pub(crate) struct Scene {
    pub(crate) person: Person,
    service: Service,
    written: RefCell<Vec<Vec<u8>>>,
}

enum Service {
    Evo(FakeEvo),
    /// The folder `nas` beside `docs`.
    Folder,
}

impl Scene {
    /// With a fake Evo and nothing on either side.
    pub(crate) fn new() -> Self {
        Self::with(FakeEvo::with(), "")
    }

    /// With a fake Evo of these settings and a pair with these options.
    pub(crate) fn with(settings: Settings, options: &str) -> Self {
        let evo = settings.start().unwrap();
        let person = Person::new();
        person.makes_folder("docs");
        let account = format!(
            "account add evo work --set base_url={} --set organisation_id={} --set workspace_id={} --secret-stdin",
            evo.base_url(),
            evo.organisation_id(),
            evo.workspace_id()
        );
        person.types_with(&account, "evo-token", &[]).succeeded();
        person.types(&format!("pair add docs $DIR/docs work {options}")).succeeded();
        Self { person, service: Service::Evo(evo), written: RefCell::default() }
    }

    /// With another folder as the service.
    pub(crate) fn of_folders() -> Self {
        let person = Person::new();
        person.makes_folder("docs");
        person.makes_folder("nas");
        person.types("account add folder work --set path=$DIR/nas").succeeded();
        person.types("pair add docs $DIR/docs work").succeeded();
        Self { person, service: Service::Folder, written: RefCell::default() }
    }

    /// One of each.
    pub(crate) fn of_each() -> [Self; 2] {
        [Self::new(), Self::of_folders()]
    }

    /// With a handful of files here.
    pub(crate) fn and_files(self) -> Self {
        for (path, content) in [("a/x.txt", "x1"), ("a/y.txt", "y1"), ("b.txt", "b1"), ("s/empty", "")] {
            self.write(path, content);
        }
        self.write("large", noise(1, 100_000));
        self
    }

    /// The same, and both sides are in step.
    pub(crate) fn in_step(self) -> Self {
        let scene = self.and_files();
        scene.sync().ends(0);
        scene.is_in_step();
        scene
    }

    /// The fake Evo.
    pub(crate) fn evo(&self) -> &FakeEvo {
        match &self.service {
            Service::Evo(evo) => evo,
            Service::Folder => panic!("the service is a folder"),
        }
    }

    /// Makes something go wrong.
    pub(crate) fn fault(&self, fault: Fault) {
        self.evo().inject(fault);
    }

    /// A path in `docs`.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.person.path("docs").join(path)
    }

    /// The person writes a file.
    pub(crate) fn write(&self, path: &str, content: impl Into<Vec<u8>>) {
        write_at(&self.path(path), &self.remembered(content));
    }

    /// The person deletes a file.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// The person moves a file or a folder.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        move_at(&self.path(from), &self.path(to));
    }

    /// Somebody else writes a file at the service.
    pub(crate) fn put(&self, path: &str, content: impl Into<Vec<u8>>) {
        let content = self.remembered(content);
        match &self.service {
            Service::Evo(evo) => drop(evo.put_file(path, content)),
            Service::Folder => write_at(&self.nas(path), &content),
        }
    }

    /// Somebody else deletes a file at the service.
    pub(crate) fn delete(&self, path: &str) {
        match &self.service {
            Service::Evo(evo) => assert!(evo.delete(path)),
            Service::Folder => fs::remove_file(self.nas(path)).unwrap(),
        }
    }

    /// Somebody else moves a file at the service.
    pub(crate) fn move_there(&self, from: &str, to: &str) {
        match &self.service {
            Service::Evo(evo) => {
                evo.put_file(to, evo.content(from).unwrap());
                assert!(evo.delete(from));
            }
            Service::Folder => move_at(&self.nas(from), &self.nas(to)),
        }
    }

    /// A content that must be found again whatever happens.
    pub(crate) fn remembered(&self, content: impl Into<Vec<u8>>) -> Vec<u8> {
        let content = content.into();
        self.written.borrow_mut().push(content.clone());
        content
    }

    /// A content that people have overwritten everywhere themselves.
    pub(crate) fn forget(&self, content: &str) {
        self.written.borrow_mut().retain(|written| written != content.as_bytes());
    }

    /// A path in the folder that is the service.
    pub(crate) fn nas(&self, path: &str) -> PathBuf {
        self.person.path("nas").join(path)
    }

    /// The files here.
    pub(crate) fn here(&self) -> Tree {
        tree(&self.person.path("docs"))
    }

    /// The files at the service.
    pub(crate) fn there(&self) -> Tree {
        match &self.service {
            Service::Evo(evo) => {
                let files = evo.files().into_iter();
                files.map(|file| (file.path.clone(), evo.content(&file.path).unwrap().to_vec())).collect()
            }
            Service::Folder => tree(&self.person.path("nas")),
        }
    }

    /// The text of a file here, then that of the same file there.
    pub(crate) fn texts(&self, path: &str) -> [Option<String>; 2] {
        let text = |tree: Tree| tree.get(path).map(|content| String::from_utf8(content.clone()).unwrap());
        [text(self.here()), text(self.there())]
    }

    /// Syncs, and looks whether something was lost.
    #[track_caller]
    pub(crate) fn sync(&self) -> Synced {
        self.sync_with("")
    }

    /// The same with more words.
    #[track_caller]
    pub(crate) fn sync_with(&self, words: &str) -> Synced {
        self.types_and_syncs(&format!("--json sync {words}"))
    }

    /// Decides a conflict.
    #[track_caller]
    pub(crate) fn resolve(&self, path: &str, decision: &str) -> Synced {
        let conflicts = self.person.types("--json conflicts list").json();
        let conflicts = conflicts["conflicts"].as_array().unwrap();
        let id = conflicts.iter().find(|conflict| conflict["path"] == path).unwrap()["id"].clone();
        self.types_and_syncs(&format!("--json conflicts resolve {id} {decision}"))
    }

    #[track_caller]
    fn types_and_syncs(&self, line: &str) -> Synced {
        let said = self.person.types(line);
        self.nothing_is_lost();
        Synced { pair: said.json()["pairs"][0].clone(), said }
    }

    /// Both sides are equal, and another sync does nothing and asks next to nothing.
    #[track_caller]
    pub(crate) fn is_in_step(&self) {
        self.sides_are_equal();
        self.sync().ends(0).did(&[]).asked_at_most(2);
    }

    /// Both sides are equal.
    #[track_caller]
    pub(crate) fn sides_are_equal(&self) {
        let (here, there) = (self.here(), self.there());
        assert!(here == there, "here: {:#?}\nthere: {:#?}", brief(&here), brief(&there));
    }

    /// What the person and the others wrote is on a side, in a kept store or in the service's history.
    #[track_caller]
    pub(crate) fn nothing_is_lost(&self) {
        let mut found: HashSet<Vec<u8>> = self.here().into_values().collect();
        found.extend(tree(&self.person.path("home")).into_iter().filter(is_kept).map(|(_, content)| content));
        for inside in ["docs/.tidemark", "nas/.tidemark"] {
            found.extend(tree(&self.person.path(inside)).into_values());
        }
        match &self.service {
            Service::Evo(evo) => {
                found.extend(evo.all_contents().into_iter().map(|content| content.to_vec()));
                assert_eq!(evo.breaches(), [], "the contract is kept");
            }
            Service::Folder => found.extend(self.there().into_values()),
        }
        for content in self.written.borrow().iter() {
            assert!(found.contains(content), "lost: {}", brief_content(content));
        }
    }
}
