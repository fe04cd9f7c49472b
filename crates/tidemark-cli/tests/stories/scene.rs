//! A person with a folder `docs`, one of the services, and what must hold whatever happens.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::rc::Rc;

use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::{Capabilities, registry};

use crate::files::{Tree, brief, brief_content, is_kept, move_at, tree, until, write_at};
use crate::person::{Person, Said};
use crate::places::{Driven, Fault, Place};
use crate::synced::Synced;

/// A person and a service.
pub(crate) struct Scene {
    pub(crate) person: Person,
    pub(crate) place: Rc<dyn Place>,
    pub(crate) able: Capabilities,
    /// Contents that must be found again whatever happens.
    written: RefCell<Vec<Vec<u8>>>,
    /// Everything that was said.
    heard: RefCell<String>,
}

impl Scene {
    /// Before a service, with nothing on either side.
    pub(crate) fn at(place: impl Place + 'static) -> Self {
        Self::before(Rc::new(place))
    }

    pub(crate) fn before(place: Rc<dyn Place>) -> Self {
        let able = (registry::find(place.provider()).unwrap().capabilities)();
        let scene = Self {
            person: Person::new(),
            able,
            place,
            written: RefCell::default(),
            heard: RefCell::default(),
        };
        scene.person.makes_folder("docs");
        let settings: String =
            scene.place.settings().iter().map(|(key, value)| format!(" --set {key}={value}")).collect();
        let account = format!("account add {} work{settings} --secret-stdin", scene.place.provider());
        let said = scene.person.types_with(&account, &scene.fake().secret(), &[]);
        scene.heard(said).succeeded();
        scene.types(&format!("pair add docs $DIR/docs work:{}", scene.place.remote())).succeeded();
        scene
    }

    /// A second computer with the same service; where nothing is listed, it is given the manifest.
    pub(crate) fn second_computer(&self) -> Self {
        let second = Self::before(self.place.clone());
        if !self.is_shared() {
            let manifest = self.types("pair export docs").succeeded().stdout;
            let said = second.person.types_with("pair import docs -", &manifest, &[]);
            second.heard(said).succeeded().said("Took in the manifest");
        }
        second
    }

    /// The service's stand-in.
    pub(crate) fn fake(&self) -> &dyn Driven {
        self.place.fake()
    }

    /// Others can work there, and we see it.
    pub(crate) fn is_shared(&self) -> bool {
        self.able.listing != Listing::None
    }

    /// The path, or what comes closest where there are no folders.
    pub(crate) fn at_path(&self, path: &str) -> String {
        if self.able.folders == Folders::None { path.replace('/', "_") } else { path.to_owned() }
    }

    /// The service can hold a file of that size there.
    pub(crate) fn holds(&self, path: &str, size: usize) -> bool {
        (size > 0 || self.place.takes_empty_files())
            && self.able.max_size.is_none_or(|max| size as u64 <= max)
            && (self.able.folders != Folders::None || !path.contains('/'))
    }

    /// Types a command.
    pub(crate) fn types(&self, line: &str) -> Said {
        self.heard(self.person.types(line))
    }

    fn heard(&self, said: Said) -> Said {
        let mut heard = self.heard.borrow_mut();
        heard.push_str(&said.stdout);
        heard.push_str(&said.stderr);
        drop(heard);
        said
    }

    /// A path in `docs`.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.person.path("docs").join(self.at_path(path))
    }

    /// The person writes a file.
    pub(crate) fn write(&self, path: &str, content: impl Into<Vec<u8>>) {
        write_at(&self.path(path), &self.remembered(content));
    }

    /// The person deletes a file.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// The person moves a file.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        move_at(&self.path(from), &self.path(to));
    }

    /// Somebody else writes a file at the service.
    pub(crate) fn put(&self, path: &str, content: impl Into<Vec<u8>>) {
        self.place.put(&self.at_path(path), self.remembered(content));
    }

    /// Somebody else deletes a file at the service.
    pub(crate) fn delete(&self, path: &str) {
        self.place.delete(&self.at_path(path));
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

    /// The files here.
    pub(crate) fn here(&self) -> Tree {
        tree(&self.person.path("docs"))
    }

    /// The files at the service; where it has no paths, as the manifest has them.
    pub(crate) fn there(&self) -> Tree {
        let files = self.place.files();
        let count = files.len();
        let found: Tree = files.into_iter().collect();
        assert_eq!(found.len(), count, "no path is there twice");
        if self.is_shared() {
            return found;
        }
        let exported = self.types("pair export docs");
        if exported.stderr.contains("There is no manifest to export") {
            return Tree::new();
        }
        let manifest = exported.succeeded().json();
        let entry = |file: &serde_json::Value| {
            let content = found.get(file["id"].as_str().unwrap())?.clone();
            Some((file["path"].as_str().unwrap().to_owned(), content))
        };
        manifest["files"].as_array().unwrap().iter().filter_map(entry).collect()
    }

    /// The text of a file here, then that of the same file there.
    pub(crate) fn texts(&self, path: &str) -> [Option<String>; 2] {
        let path = self.at_path(path);
        let text = |tree: Tree| tree.get(&path).map(|content| String::from_utf8(content.clone()).unwrap());
        [text(self.here()), text(self.there())]
    }

    /// Makes something go wrong.
    pub(crate) fn fault(&self, fault: Fault) {
        self.fake().inject(fault);
    }

    /// Begins a sync, and does something while a request of it is held back.
    pub(crate) fn sync_during(&self, fault: Fault, deed: impl FnOnce()) -> Synced {
        self.fault(fault);
        let mut child = self.begun();
        until("the request came", || self.fake().fired() > 0 || child.try_wait().unwrap().is_some());
        deed();
        let output = child.wait_with_output().unwrap();
        let said = Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        self.fake().heal();
        self.nothing_is_lost();
        let said = self.heard(said);
        Synced { pair: said.json()["pairs"][0].clone(), said }
    }

    /// A sync that gets no further because of this, killed when it has come to that and something is so.
    pub(crate) fn sync_killed(&self, fault: Fault, mut is_so: impl FnMut() -> bool) {
        self.fault(fault);
        let mut child = self.begun();
        until("the request came", || {
            assert!(child.try_wait().unwrap().is_none(), "the sync came to its end");
            self.fake().fired() > 0 && is_so()
        });
        child.kill().unwrap();
        child.wait().unwrap();
        self.fake().heal();
        self.nothing_is_lost();
    }

    fn begun(&self) -> Child {
        self.person.command("--json sync").spawn().unwrap()
    }

    /// Syncs, and looks whether something was lost.
    #[track_caller]
    pub(crate) fn sync(&self) -> Synced {
        self.types_and_syncs("--json sync")
    }

    /// Decides a conflict.
    #[track_caller]
    pub(crate) fn resolve(&self, path: &str, decision: &str) -> Synced {
        let path = self.at_path(path);
        let conflicts = self.types("--json conflicts list").json();
        let conflicts = conflicts["conflicts"].as_array().unwrap();
        let conflict = conflicts.iter().find(|conflict| conflict["path"] == *path);
        let id = conflict.unwrap_or_else(|| panic!("{path} isn't in {conflicts:#?}"))["id"].clone();
        self.types_and_syncs(&format!("--json conflicts resolve {id} {decision}"))
    }

    #[track_caller]
    fn types_and_syncs(&self, line: &str) -> Synced {
        let said = self.types(line);
        self.nothing_is_lost();
        Synced { pair: said.json()["pairs"][0].clone(), said }
    }

    /// Both sides hold just this, and another sync transfers nothing and asks as little as the service allows.
    #[track_caller]
    pub(crate) fn is_in_step(&self) {
        let (here, there) = (self.here(), self.there());
        assert!(here == there, "here: {:#?}\nthere: {:#?}", brief(&here), brief(&there));
        self.sync().ends(0).did(&[]);
        self.is_idle();
    }

    /// A sync transfers nothing and asks as little as the service allows.
    #[track_caller]
    pub(crate) fn is_idle(&self) {
        let (files, folders) = (self.there().len(), folders(&self.person.path("docs")));
        let least = self.place.idle_requests(files as u64, folders);
        let said = self.sync().did(&[]);
        let pair = &said.pair;
        assert_eq!([&pair["bytes_up"], &pair["bytes_down"]], [0, 0], "{pair:#}");
        let asked = pair["requests"].as_u64().unwrap();
        assert!(asked <= least, "{asked} requests for what {least} can tell: {pair:#}");
    }

    /// The paths of what is kept here.
    pub(crate) fn kept(&self) -> Vec<String> {
        let kept = self.types("--json kept list").json();
        let mut paths: Vec<String> = kept["kept"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["path"].as_str().unwrap().to_owned())
            .collect();
        paths.sort();
        paths
    }

    /// Bytes of what was fetched and isn't in its place yet.
    pub(crate) fn staged(&self) -> u64 {
        let pairs = fs::read_dir(self.person.path("home/pairs")).into_iter().flatten();
        let stores = pairs.map(|pair| pair.unwrap().path().join("staging"));
        let files = stores.filter_map(|staging| fs::read_dir(staging).ok()).flatten().map(Result::unwrap);
        files.map(|file| file.metadata().map_or(0, |of| of.blocks() * 512)).sum()
    }

    /// What the person and the others wrote is on a side, in a kept store or in the service's history.
    #[track_caller]
    pub(crate) fn nothing_is_lost(&self) {
        let mut found: HashSet<Vec<u8>> = self.here().into_values().collect();
        found.extend(tree(&self.person.path("home")).into_iter().filter(is_kept).map(|(_, content)| content));
        found.extend(tree(&self.person.path("docs/.tidemark")).into_values());
        found.extend(self.place.files().into_iter().map(|(_, content)| content));
        found.extend(self.place.history());
        for content in self.written.borrow().iter() {
            assert!(found.contains(content), "lost: {}", brief_content(content));
        }
    }

    fn tells_no_secret(&self) {
        let secret = self.fake().secret();
        assert!(!self.heard.borrow().contains(&secret), "the secret was said: {}", self.heard.borrow());
        for (path, content) in tree(&self.person.path("home")) {
            let is_kept_for_that = path == "secrets.toml";
            let is_told = String::from_utf8_lossy(&content).contains(&secret);
            assert_eq!(is_told, is_kept_for_that, "the secret in {path}");
        }
    }
}

/// After each story.
impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.fake().breaches(), [""; 0], "the contract is kept");
            self.nothing_is_lost();
            self.tells_no_secret();
        }
    }
}

/// How many folders are below one; what Tidemark keeps there is left out.
fn folders(root: &Path) -> u64 {
    let entries = fs::read_dir(root).unwrap().map(Result::unwrap);
    let folders =
        entries.filter(|entry| entry.file_type().unwrap().is_dir() && entry.file_name() != ".tidemark");
    folders.map(|folder| 1 + self::folders(&folder.path())).sum()
}
