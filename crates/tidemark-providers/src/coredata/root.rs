//! The root of a pair: a project, a folder or a filespace by its UUID, or a folder below one; and the folders below it.
//!
//! A project's (and perhaps a filespace's) files may name another parent than its own id: the folder inside of it that
//! holds its documents. That alias is learned from what is listed.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidemark_core::path::RelPath;

use crate::coredata::CoreData;
use crate::coredata::api::{ListOf, refused};
use crate::coredata::error::Absence;
use crate::coredata::id::ItemId;
use crate::coredata::wire::{File, Listed};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;

/// Where a pair's files are, as its REMOTE says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remote {
    /// A project, a folder or a filespace.
    pub(super) id: ItemId,
    /// A folder below it.
    pub(super) below: RelPath,
}

/// What the root turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// Its id: that of the folder below, where REMOTE names one.
    pub(super) id: ItemId,
    /// It is a project as a whole: its files are in one list.
    pub(super) is_project: bool,
    /// The service gives it an address of its own, where it says when it is gone.
    pub(super) has_address: bool,
    /// Nothing but its not being refused says that it is there.
    pub(super) is_doubtful: bool,
    /// What people call it.
    pub(super) title: String,
}

/// The root and what is known below it.
pub(super) struct Root {
    pub(super) remote: Option<Remote>,
    known: Mutex<Tree>,
}

#[derive(Default)]
struct Tree {
    base: Option<Base>,
    alias: Option<Alias>,
    folders: HashMap<RelPath, ItemId>,
    /// A listing has brought all folders.
    is_listed: bool,
}

/// The root's other id.
#[derive(Clone)]
struct Alias {
    id: ItemId,
    /// Asking for what is in the root by its own id brings what names this one as well.
    is_covered: bool,
}

impl Root {
    /// Reads REMOTE: empty, or a UUID, or one with a path below. Fails with `Settings`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim().trim_matches('/');
        if text.is_empty() {
            return Ok(Self { remote: None, known: Mutex::default() });
        }
        let (id, below) = text.split_once('/').unwrap_or((text, ""));
        let wrong = |why: String| {
            ProviderError::permanent(
                ErrorKind::Settings,
                format!("the remote \"{}\" {why}", shown(text, 200)),
            )
        };
        let id = ItemId::parse(id)
            .ok_or_else(|| wrong("doesn't begin with the UUID of a project, folder or filespace".into()))?;
        let below = RelPath::new(below).map_err(|why| wrong(format!("can't be used: {why}")))?;
        Ok(Self { remote: Some(Remote { id, below }), known: Mutex::default() })
    }

    /// The ids that stand for the root as a parent.
    pub(super) fn parents(&self, base: &Base) -> Vec<ItemId> {
        std::iter::once(base.id.clone()).chain(self.alias()).collect()
    }

    /// The ids by which to ask for what is in the root.
    pub(super) fn ids_to_ask(&self, base: &Base) -> Vec<ItemId> {
        let alias = self.locked().alias.clone().filter(|alias| !alias.is_covered);
        std::iter::once(base.id.clone()).chain(alias.map(|alias| alias.id)).collect()
    }

    /// The other id of the root, where it is known.
    pub(super) fn alias(&self) -> Option<ItemId> {
        self.locked().alias.as_ref().map(|alias| alias.id.clone())
    }

    /// Something in the root names this parent.
    pub(super) fn learn_alias(&self, id: ItemId) {
        self.locked().alias.get_or_insert(Alias { id, is_covered: false });
    }

    /// The same from all files of a project: they name its other id where none names its own, and the nearest to its top
    /// aren't in a folder. True when that was new.
    pub(super) fn learn_alias_of_project(
        &self,
        base: &Base,
        files: &[File],
        is_folder: impl Fn(&ItemId) -> bool,
    ) -> bool {
        if self.alias().is_some() || files.iter().any(|file| file.parent.as_ref() == Some(&base.id)) {
            return false;
        }
        let depth = |file: &File| file.path.as_deref().map_or(usize::MAX, |path| path.matches('/').count());
        let outside =
            files.iter().filter(|file| file.parent.as_ref().is_some_and(|parent| !is_folder(parent)));
        let nearest = outside.min_by_key(|file| (depth(file), file.age()));
        match nearest.and_then(|file| file.parent.clone()) {
            Some(alias) => {
                self.learn_alias(alias);
                true
            }
            None => false,
        }
    }

    /// Leaves out what isn't in the folder: a service that doesn't know a filter may list everything. What is asked for
    /// in the root, and is all in one other place, tells the root's other id.
    pub(super) fn children<T: Listed>(
        &self,
        base: &Base,
        at: &RelPath,
        asked: &ItemId,
        mut objects: Vec<T>,
    ) -> Vec<T> {
        if at.is_root() && *asked == base.id {
            let named: HashSet<_> = objects.iter().filter_map(|object| object.parent().cloned()).collect();
            let mut known = self.locked();
            match &mut known.alias {
                Some(alias) => alias.is_covered |= named.contains(&alias.id),
                None if named.len() == 1 && !named.contains(&base.id) => {
                    known.alias = named.into_iter().next().map(|id| Alias { id, is_covered: true });
                }
                None => {}
            }
        }
        let parents = if at.is_root() { self.parents(base) } else { vec![asked.clone()] };
        objects.retain(|object| object.parent().is_none_or(|parent| parents.contains(parent)));
        objects
    }

    /// The refusal of something new in this folder; an error that asks about the root, where nothing has shown yet that it
    /// is there: a service that lists nothing for a UUID that it doesn't know looks like an empty filespace.
    pub(super) fn doubted(&self, folder: &RelPath, error: ProviderError) -> Result<ProviderError> {
        let known = self.locked();
        let doubtful = known.base.as_ref().filter(|base| base.is_doubtful && folder.is_root());
        match doubtful {
            Some(base) if matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound) => {
                Err(refused(format!(
                    "{}; nothing shows yet that {} is a project, folder or filespace that this account can see: check \
                     the UUID",
                    error.context, base.id
                )))
            }
            _ => Ok(error),
        }
    }

    /// Something was made in it.
    pub(super) fn is_there(&self) {
        self.locked().base.iter_mut().for_each(|base| base.is_doubtful = false);
    }

    /// A listing has brought all folders.
    pub(super) fn is_listed(&self) -> bool {
        self.locked().is_listed
    }

    /// It is the id of a folder below the root.
    pub(super) fn is_folder(&self, id: &ItemId) -> bool {
        self.locked().folders.values().any(|folder| folder == id)
    }

    /// A folder is there.
    pub(super) fn remember(&self, path: RelPath, id: ItemId) {
        self.locked().folders.insert(path, id);
    }

    /// Whatever is known of this folder and those below is out of date.
    pub(super) fn forget(&self, path: &RelPath) {
        self.locked().folders.retain(|known, _| known != path && !known.is_below(path));
    }

    /// These folders are there, and no others.
    pub(super) fn replace(&self, folders: HashMap<RelPath, ItemId>) {
        let mut known = self.locked();
        (known.folders, known.is_listed) = (folders, true);
    }

    /// The id of a folder, where it is known.
    pub(super) fn folder(&self, path: &RelPath) -> Option<ItemId> {
        self.locked().folders.get(path).cloned()
    }

    fn locked(&self) -> MutexGuard<'_, Tree> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CoreData {
    /// What the root is, asked for anew.
    pub(super) async fn base_anew(&self) -> Result<Base> {
        let before = self.root.locked().base.take();
        let base = match self.base().await {
            Ok(base) => base,
            Err(error) => {
                // What it was tells the next attempt whether it is gone.
                let mut known = self.root.locked();
                known.base = known.base.take().or(before);
                return Err(error);
            }
        };
        if before.as_ref().is_some_and(|before| before.has_address && !base.has_address) {
            let mut known = self.root.locked();
            known.base = before;
            let why = format!("\"{}\" isn't there any more", shown(&base.title, 200));
            return Err(ProviderError::permanent(ErrorKind::NotFound, why));
        }
        if before.is_some_and(|before| before.id != base.id) {
            let mut known = self.root.locked();
            *known = Tree { base: Some(base.clone()), ..Tree::default() };
        }
        Ok(base)
    }

    /// What the root is; asked for once.
    pub(super) async fn base(&self) -> Result<Base> {
        if let Some(base) = self.root.locked().base.clone() {
            return Ok(base);
        }
        let Some(remote) = &self.root.remote else {
            return Err(ProviderError::permanent(
                ErrorKind::Settings,
                "CoreData needs a remote: the UUID of a project, folder or filespace, as in ACCOUNT:UUID",
            ));
        };
        let mut base = self.ask_for_root(&remote.id).await?;
        for (depth, name) in remote.below.components().enumerate() {
            let what = format!("looking for the folder \"{}\"", shown(remote.below.as_str(), 200));
            let at = if depth == 0 { RelPath::root() } else { remote.below.clone() };
            let folders = self.folders_of(&base, &at, &base.id, &what).await;
            let found = folders.map_err(Absence::into_error)?.into_iter().find(|folder| folder.name == name);
            let Some(found) = found else {
                return Err(ProviderError::permanent(
                    ErrorKind::NotFound,
                    format!("{what}: \"{}\" has no folder \"{}\"", shown(&base.title, 200), shown(name, 200)),
                ));
            };
            base = Base {
                id: found.item.id,
                is_project: false,
                has_address: true,
                is_doubtful: false,
                title: found.name,
            };
        }
        self.root.locked().base = Some(base.clone());
        Ok(base)
    }

    async fn ask_for_root(&self, id: &ItemId) -> Result<Base> {
        let what = format!("asking {} what {id} is", self.api.http.base().host());
        let addressed = |title: Option<String>| Base {
            id: id.clone(),
            is_project: false,
            has_address: true,
            is_doubtful: false,
            title: title.unwrap_or_else(|| id.to_string()),
        };
        match self.api.project(id, &what).await {
            Ok(project) if !project.is_in_trash() => {
                return Ok(Base { is_project: true, ..addressed(project.title) });
            }
            Ok(_) => return Err(in_trash(&what)),
            Err(Absence::Other(error)) if error.kind != ErrorKind::Refused => return Err(error),
            Err(_) => {}
        }
        match self.api.folder(id, &what).await {
            Ok(folder) if !folder.is_in_trash() => {
                return Ok(addressed(folder.title));
            }
            Ok(_) => return Err(in_trash(&what)),
            Err(Absence::Other(error)) if error.kind != ErrorKind::Refused => return Err(error),
            Err(_) => {}
        }
        // A filespace has no address of its own that the vendor shows: it is one if things in it can be asked for.
        match self.api.list(ListOf::Files { parent: id, title: None }, 0, &what).await {
            Ok(page) => {
                let is_doubtful = page.objects.is_empty();
                Ok(Base { has_address: false, is_doubtful, ..addressed(None) })
            }
            Err(Absence::Gone(error)) => Err(no_such_root(error)),
            Err(Absence::Other(error)) if error.kind == ErrorKind::Refused => Err(no_such_root(error)),
            Err(Absence::Other(error)) => Err(error),
        }
    }
}

fn in_trash(what: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::NotFound, format!("{what}: it is in CoreData's trash"))
}

fn no_such_root(error: ProviderError) -> ProviderError {
    let context = format!(
        "{}; it is no project, folder or filespace that this account can see. Is the UUID right?",
        error.context
    );
    ProviderError { kind: ErrorKind::NotFound, context, ..error }
}
