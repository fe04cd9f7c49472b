//! Full listings: folder by folder from the root, a few requests at a time.
//!
//! In a project all files come in one list, and each lies in the folder that it names as its parent. Where that list
//! shows no file in any of the folders that are there, the folders are asked one by one as well: then it isn't known
//! whether the list reaches into them. Elsewhere each folder is asked for its folders and for its files.
//!
//! A step that fails is done again; what came before it is kept.

use std::collections::{HashMap, HashSet, VecDeque};

use futures_util::future::join_all;
use tidemark_core::path::RelPath;
use tokio::sync::Mutex;

use crate::coredata::CoreData;
use crate::coredata::api::ListOf;
use crate::coredata::base::Base;
use crate::coredata::error::{Absence, Asked};
use crate::coredata::id::ItemId;
use crate::coredata::lookup::{named_files, named_folders};
use crate::coredata::paging::{Broken, Paged, Whole};
use crate::coredata::wire::{File, Folder, folder_remote};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;
use crate::provider::{ChangePage, Cursor, Next, RemoteChange, UnusableName};

/// Requests in flight.
const WIDTH: usize = 8;
/// More items than any root has.
const MOST_ITEMS: usize = 1_000_000;
/// Characters of an unusable name that are shown.
const SHOWN_CHARS: usize = 200;
const WHAT: &str = "listing CoreData";

/// The listing of one root that is going on.
#[derive(Default)]
pub(super) struct Listings {
    running: Mutex<(u64, Option<Run>)>,
}

struct Run {
    number: u64,
    step: u64,
    base: Base,
    asks: VecDeque<Ask>,
    /// Where folders are, by their ids; the root may go by two.
    places: HashMap<ItemId, RelPath>,
    folders: HashMap<RelPath, ItemId>,
    /// Names in use in each folder.
    taken: HashMap<RelPath, HashSet<String>>,
    /// Files at the root, or everywhere in a project, until everything that tells where they belong has come.
    held: Vec<File>,
    /// The folders of a project were asked for their files one by one.
    asked_folders: bool,
    items: usize,
    ready: Ready,
}

#[derive(Default)]
struct Ready {
    changes: Vec<RemoteChange>,
    unusable: Vec<UnusableName>,
}

/// Something to ask for, with what has come of it.
enum Ask {
    Folders { id: ItemId, path: RelPath, list: Paged<Folder>, whole: Option<Whole<Folder>> },
    Files { id: ItemId, is_root: bool, files: FileList },
    Project { files: FileList },
}

/// Files; what the list lacks of one is asked for alone.
#[derive(Default)]
struct FileList {
    list: Paged<File>,
    whole: Option<Whole<File>>,
    asked: HashSet<ItemId>,
}

impl Listings {
    /// One step of a listing; see [`crate::Provider::changes`].
    pub(super) async fn page(&self, service: &CoreData, since: Option<&Cursor>) -> Result<ChangePage> {
        let mut running = self.running.lock().await;
        if since.is_none() {
            let base = service.base().await?;
            service.facts.clear();
            running.0 += 1;
            let number = running.0;
            running.1 = Some(Run::new(number, base, service));
        }
        let Some(run) = running.1.as_mut() else { return Err(expired()) };
        if since.is_some_and(|cursor| *cursor != run.cursor()) {
            return Err(expired());
        }
        run.advance(service).await?;
        let Ready { changes, unusable } = std::mem::take(&mut run.ready);
        if run.asks.is_empty() {
            service.root.replace(std::mem::take(&mut run.folders));
            running.1 = None;
            return Ok(ChangePage { changes, unusable, next: Next::Done(None) });
        }
        run.step += 1;
        let next = Next::Page(run.cursor());
        Ok(ChangePage { changes, unusable, next })
    }

    /// All of a listing, for what is learned on the way.
    pub(super) async fn to_the_end(&self, service: &CoreData) -> Result<()> {
        let mut next = self.page(service, None).await?.next;
        while let Next::Page(cursor) = next {
            next = self.page(service, Some(&cursor)).await?.next;
        }
        Ok(())
    }
}

impl Run {
    fn new(number: u64, base: Base, service: &CoreData) -> Self {
        let mut run = Self {
            number,
            step: 0,
            asks: VecDeque::new(),
            places: HashMap::new(),
            folders: HashMap::new(),
            taken: HashMap::new(),
            held: Vec::new(),
            asked_folders: false,
            items: 0,
            ready: Ready::default(),
            base,
        };
        for id in service.root.ids_to_ask(&run.base) {
            run.ask_for_folders(id, RelPath::root());
        }
        if run.base.is_project {
            run.asks.push_back(Ask::Project { files: FileList::default() });
        }
        run
    }

    fn cursor(&self) -> Cursor {
        Cursor(format!("{}-{}", self.number, self.step))
    }

    fn ask_for_folders(&mut self, id: ItemId, path: RelPath) {
        if self.places.insert(id.clone(), path.clone()).is_none() {
            self.asks.push_back(Ask::Folders { id, path, list: Paged::default(), whole: None });
        }
    }

    /// Sends the next few requests and takes what they bring.
    async fn advance(&mut self, service: &CoreData) -> Result<()> {
        let count = self.asks.len().min(WIDTH);
        let mut asks: Vec<Ask> = self.asks.drain(..count).collect();
        let results = join_all(asks.iter_mut().map(|ask| ask.advance(service))).await;
        let mut failed = None;
        for (ask, result) in asks.into_iter().zip(results).rev() {
            match result {
                Ok(()) if ask.is_done() => self.take(ask, service),
                Ok(()) => self.asks.push_front(ask),
                Err(error) => {
                    failed = Some(error);
                    self.asks.push_front(ask);
                }
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        if self.asks.is_empty() {
            self.finish(service);
        }
        match self.items > MOST_ITEMS {
            true => Err(ProviderError::permanent(
                ErrorKind::Protocol,
                format!("{WHAT}: more than {MOST_ITEMS} items came"),
            )),
            false => Ok(()),
        }
    }

    fn take(&mut self, ask: Ask, service: &CoreData) {
        match ask {
            Ask::Folders { id, path, whole: Some(whole), .. } => self.take_folders(id, path, whole, service),
            Ask::Files { id, files: FileList { whole: Some(whole), .. }, .. } => {
                self.take_files(&id, whole, service);
            }
            Ask::Project { files: FileList { whole: Some(whole), .. } } => {
                self.broken(&RelPath::root(), whole.broken);
                self.items += whole.objects.len();
                self.held = whole.objects;
            }
            Ask::Folders { .. } | Ask::Files { .. } | Ask::Project { .. } => {}
        }
    }

    fn take_folders(&mut self, id: ItemId, path: RelPath, whole: Whole<Folder>, service: &CoreData) {
        self.broken(&path, whole.broken);
        let mut folders = service.root.children(&self.base, &path, &id, whole.objects);
        folders.retain(|folder| !folder.is_in_trash() && !self.places.contains_key(&folder.id));
        self.items += folders.len();
        for folder in named_folders(folders) {
            self.taken.entry(path.clone()).or_default().insert(folder.name.clone());
            match path.join(&folder.name) {
                Ok(child) if self.folders.contains_key(&child) => {
                    self.unusable(&path, &folder.name, "another folder of that name is there".into());
                }
                Ok(child) => {
                    let remote = folder_remote(&folder.item.id);
                    self.ready.changes.push(RemoteChange::Present { path: child.clone(), remote });
                    self.folders.insert(child.clone(), folder.item.id.clone());
                    self.ask_for_folders(folder.item.id, child);
                }
                Err(why) => {
                    self.unusable(&path, &folder.name, format!("{why}; nor is anything in this folder"))
                }
            }
        }
        if !self.base.is_project {
            let is_root = path.is_root();
            self.asks.push_back(Ask::Files { id, is_root, files: FileList::default() });
        }
    }

    fn take_files(&mut self, id: &ItemId, whole: Whole<File>, service: &CoreData) {
        let Some(path) = self.places.get(id).cloned() else { return };
        self.broken(&path, whole.broken);
        let mut files = service.root.children(&self.base, &path, id, whole.objects);
        self.items += files.len();
        if path.is_root() {
            let held: HashSet<_> = self.held.iter().map(|held| &held.id).collect();
            files.retain(|file| !held.contains(&file.id));
            self.held.extend(files);
        } else {
            self.show_files(&path, files, service);
        }
    }

    fn finish(&mut self, service: &CoreData) {
        let held = std::mem::take(&mut self.held);
        if self.base.is_project {
            self.finish_project(held, service);
        } else {
            self.show_files(&RelPath::root(), held, service);
        }
    }

    /// Puts a project's files into their folders, once those are known; else asks for what is missing.
    fn finish_project(&mut self, files: Vec<File>, service: &CoreData) {
        let is_folder = |parent: &ItemId| self.places.contains_key(parent);
        if service.root.learn_alias_of_project(&self.base, &files, is_folder) {
            service
                .root
                .alias(&self.base)
                .into_iter()
                .for_each(|alias| self.ask_for_folders(alias, RelPath::root()));
            self.held = files;
            return;
        }
        let roots = service.root.parents(&self.base);
        let place = |file: &File| match &file.parent {
            Some(parent) if !roots.contains(parent) => self.places.get(parent).cloned(),
            _ => Some(RelPath::root()),
        };
        let mut by_folder: HashMap<RelPath, Vec<File>> = HashMap::new();
        let mut lost = Vec::new();
        for file in files {
            match place(&file) {
                Some(path) => by_folder.entry(path).or_default().push(file),
                None => lost.push(file.filename.unwrap_or_default()),
            }
        }
        for name in lost {
            let why = "it lies in a folder that the service doesn't list";
            self.unusable(&RelPath::root(), &name, why.into());
        }
        if !self.asked_folders && by_folder.keys().all(RelPath::is_root) {
            self.asked_folders = true;
            let nested = self.folders.values().cloned();
            let asks = nested.map(|id| Ask::Files { id, is_root: false, files: FileList::default() });
            self.asks.extend(asks);
        }
        for (path, files) in by_folder {
            self.show_files(&path, files, service);
        }
    }

    fn show_files(&mut self, folder: &RelPath, mut files: Vec<File>, service: &CoreData) {
        files.retain(|file| !file.is_in_trash());
        files.sort_by_key(File::age);
        let (whole, lacking): (Vec<_>, Vec<_>) = files.into_iter().partition(File::is_whole);
        let mut taken = self.taken.remove(folder).unwrap_or_default();
        for file in named_files(whole, &mut taken) {
            let Some(remote) = file.item.remote() else { continue };
            match folder.join(&file.name) {
                Ok(path) => {
                    service.facts.learn(&file.item);
                    self.ready.changes.push(RemoteChange::Present { path, remote });
                }
                Err(why) => self.unusable(folder, &file.name, why.to_string()),
            }
        }
        for file in lacking {
            let name = file.filename.unwrap_or_else(|| file.id.to_string());
            self.unusable(folder, &name, "the service doesn't say its name, its size or its version".into());
        }
    }

    fn broken(&mut self, path: &RelPath, broken: Vec<Broken>) {
        self.items += broken.len();
        for broken in broken {
            self.unusable(path, &broken.shown, broken.why);
        }
    }

    fn unusable(&mut self, folder: &RelPath, name: &str, why: String) {
        let full = if folder.is_root() { name.to_owned() } else { format!("{folder}/{name}") };
        self.ready.unusable.push(UnusableName { shown: shown(&full, SHOWN_CHARS), why });
    }
}

impl Ask {
    fn is_done(&self) -> bool {
        match self {
            Self::Folders { whole, .. } => whole.is_some(),
            Self::Files { files, .. } | Self::Project { files } => files.is_done(),
        }
    }

    async fn advance(&mut self, service: &CoreData) -> Result<()> {
        let gone = match self {
            Self::Folders { id, path, list, whole } => {
                match service.api.list(ListOf::Folders { parent: id }, list.offset(), WHAT).await {
                    Ok(page) => {
                        *whole = list.take(page, WHAT)?;
                        return Ok(());
                    }
                    Err(Absence::Gone(_)) if !path.is_root() => {
                        *whole = Some(Whole { objects: Vec::new(), broken: Vec::new() });
                        return Ok(());
                    }
                    Err(absence) => Err(absence),
                }
            }
            Self::Files { id, is_root, files } => {
                match files.advance(service, ListOf::Files { parent: id, title: None }).await {
                    Err(Absence::Gone(_)) if !*is_root => {
                        files.whole = Some(Whole { objects: Vec::new(), broken: Vec::new() });
                        Ok(())
                    }
                    other => other,
                }
            }
            Self::Project { files } => match &service.root.remote {
                Some(remote) => files.advance(service, ListOf::ProjectFiles { project: &remote.id }).await,
                None => Ok(()),
            },
        };
        gone.map_err(Absence::into_error)
    }
}

impl FileList {
    fn is_done(&self) -> bool {
        self.whole.is_some() && self.lacking().next().is_none()
    }

    fn lacking(&self) -> impl Iterator<Item = &File> {
        let objects = self.whole.iter().flat_map(|whole| &whole.objects);
        objects.filter(|file| !file.is_whole() && !self.asked.contains(&file.id))
    }

    async fn advance(&mut self, service: &CoreData, of: ListOf<'_>) -> Asked<()> {
        if self.whole.is_none() {
            let page = service.api.list(of, self.list.offset(), WHAT).await?;
            self.whole = self.list.take(page, WHAT).map_err(Absence::Other)?;
            return Ok(());
        }
        let ids: Vec<ItemId> = self.lacking().take(WIDTH).map(|file| file.id.clone()).collect();
        let answers = join_all(ids.iter().map(|id| service.api.file(id, WHAT))).await;
        let mut none = Vec::new();
        for (id, answer) in ids.into_iter().zip(answers) {
            let files = self.whole.as_mut().map_or(&mut none, |whole| &mut whole.objects);
            match answer {
                Ok(found) => {
                    files.iter_mut().filter(|file| file.id == id).for_each(|file| *file = found.clone())
                }
                Err(Absence::Gone(_)) => files.retain(|file| file.id != id),
                Err(Absence::Other(error)) => return Err(Absence::Other(error)),
            }
            self.asked.insert(id);
        }
        Ok(())
    }
}

fn expired() -> ProviderError {
    let why = format!("{WHAT}: the cursor isn't of a listing that is going on; it begins anew");
    ProviderError::permanent(ErrorKind::CursorExpired, why)
}
