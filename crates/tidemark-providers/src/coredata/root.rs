//! The root of a pair: a project, a folder or a filespace by its UUID, or a folder below one; and the folders below it.
//!
//! A project's (and perhaps a filespace's) files may name another parent than its own id: the folder inside of it that
//! holds its documents. That alias is learned from what is listed in the root, and is that root's alone: for a folder
//! below it, what names the alias lies outside.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidemark_core::path::RelPath;

use crate::coredata::base::Base;
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

/// A root's other id.
#[derive(Clone)]
struct Alias {
    /// The root's own.
    of: ItemId,
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

    /// REMOTE, where a pair is meant. Fails with `Settings` where it is empty.
    pub(super) fn needed(&self) -> Result<&Remote> {
        let why = "CoreData needs a remote: the UUID of a project, folder or filespace, as in ACCOUNT:UUID";
        self.remote.as_ref().ok_or_else(|| ProviderError::permanent(ErrorKind::Settings, why))
    }

    /// The ids that stand for the root as a parent.
    pub(super) fn parents(&self, base: &Base) -> Vec<ItemId> {
        std::iter::once(base.id.clone()).chain(self.alias(base)).collect()
    }

    /// The ids by which to ask for what is in the root.
    pub(super) fn ids_to_ask(&self, base: &Base) -> Vec<ItemId> {
        let alias = self.locked().alias_of(base).filter(|alias| !alias.is_covered).cloned();
        std::iter::once(base.id.clone()).chain(alias.map(|alias| alias.id)).collect()
    }

    /// The other id of the root, where it is known.
    pub(super) fn alias(&self, base: &Base) -> Option<ItemId> {
        self.locked().alias_of(base).map(|alias| alias.id.clone())
    }

    /// Something in the root names this parent, which is no folder below it.
    pub(super) fn learn_alias(&self, base: &Base, id: ItemId) {
        self.locked().learn(base, id, false);
    }

    /// The same from all files of a project: they name its other id where none names its own, and the nearest to its top
    /// aren't in a folder. True when that was new.
    pub(super) fn learn_alias_of_project(
        &self,
        base: &Base,
        files: &[File],
        is_folder: impl Fn(&ItemId) -> bool,
    ) -> bool {
        if self.alias(base).is_some() || files.iter().any(|file| file.parent.as_ref() == Some(&base.id)) {
            return false;
        }
        let depth = |file: &File| file.path.as_deref().map_or(usize::MAX, |path| path.matches('/').count());
        let outside =
            files.iter().filter(|file| file.parent.as_ref().is_some_and(|parent| !is_folder(parent)));
        let nearest = outside.min_by_key(|file| (depth(file), file.age()));
        match nearest.and_then(|file| file.parent.clone()) {
            Some(alias) => {
                self.learn_alias(base, alias);
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
            let mut known = self.locked();
            match known.alias.as_mut().filter(|alias| alias.of == base.id) {
                Some(alias) => {
                    alias.is_covered |= objects.iter().any(|object| object.parent() == Some(&alias.id));
                }
                None => {
                    if let Some(id) = inner(asked, &objects) {
                        known.learn(base, id, true);
                    }
                }
            }
        }
        let parents = if at.is_root() { self.parents(base) } else { vec![asked.clone()] };
        objects.retain(|object| object.parent().is_none_or(|parent| parents.contains(parent)));
        objects
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

    /// What the root is, where that was asked.
    pub(super) fn base(&self) -> Option<Base> {
        self.locked().base.clone()
    }

    /// The root is this. Where it was something else, nothing that was known below is true any more.
    pub(super) fn set_base(&self, base: &Base) {
        let mut known = self.locked();
        if known.base.as_ref().is_some_and(|before| before.id != base.id) {
            *known = Tree::default();
        }
        known.base = Some(base.clone());
    }

    fn locked(&self) -> MutexGuard<'_, Tree> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tree {
    fn alias_of(&self, base: &Base) -> Option<&Alias> {
        self.alias.as_ref().filter(|alias| alias.of == base.id)
    }

    fn learn(&mut self, base: &Base, id: ItemId, is_covered: bool) {
        if base.may_have_alias && self.alias_of(base).is_none() {
            self.alias = Some(Alias { of: base.id.clone(), id, is_covered });
        }
    }
}

/// Where everything lies that came for an id, if that is one place and another one: the folder inside of a project.
pub(super) fn inner<T: Listed>(asked: &ItemId, objects: &[T]) -> Option<ItemId> {
    let named: HashSet<_> = objects.iter().filter_map(|object| object.parent()).collect();
    if named.len() != 1 || named.contains(asked) {
        return None;
    }
    named.into_iter().next().cloned()
}
