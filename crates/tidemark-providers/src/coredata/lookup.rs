//! What is in folders, asked for by path: outside of listings.

use std::collections::HashSet;

use tidemark_core::path::RelPath;

use crate::coredata::CoreData;
use crate::coredata::api::ListOf;
use crate::coredata::base::Base;
use crate::coredata::error::{Absence, Asked};
use crate::coredata::id::ItemId;
use crate::coredata::listing::Listings;
use crate::coredata::names;
use crate::coredata::paging::{Paged, Whole};
use crate::coredata::root::inner;
use crate::coredata::wire::{File, Folder, Listed};
use crate::error::Result;

/// An item at its name here.
#[derive(Debug, Clone)]
pub(super) struct Named<T> {
    pub(super) name: String,
    pub(super) item: T,
}

impl CoreData {
    /// The id of a folder of the pair; `None` when the service has none at that path.
    pub(super) async fn folder_id(&self, path: &RelPath, what: &str) -> Result<Option<ItemId>> {
        let base = self.base().await?;
        let (mut at, mut id) = (RelPath::root(), base.id.clone());
        for name in path.components() {
            let Ok(child) = at.join(name) else { return Ok(None) };
            id = match self.root.folder(&child) {
                Some(known) => known,
                None => match self.look_for_folder(&base, &at, &id, name, what).await? {
                    Some(found) => found,
                    None => return Ok(None),
                },
            };
            at = child;
        }
        Ok(Some(id))
    }

    /// The folder of that name in `parent`, asked for anew.
    pub(super) async fn look_for_folder(
        &self,
        base: &Base,
        at: &RelPath,
        parent: &ItemId,
        name: &str,
        what: &str,
    ) -> Result<Option<ItemId>> {
        let folders = match self.folders_of(base, at, parent, what).await {
            Ok(folders) => folders,
            Err(Absence::Gone(_)) if !at.is_root() => return Ok(None),
            Err(absence) => return Err(absence.into_error()),
        };
        let found = folders.into_iter().find(|folder| folder.name == name);
        if let (Some(found), Ok(path)) = (&found, at.join(name)) {
            self.root.remember(path, found.item.id.clone());
        }
        Ok(found.map(|found| found.item.id))
    }

    /// The folders in a folder of the pair, at their names.
    pub(super) async fn folders_of(
        &self,
        base: &Base,
        at: &RelPath,
        id: &ItemId,
        what: &str,
    ) -> Asked<Vec<Named<Folder>>> {
        let mut folders: Vec<Folder> = Vec::new();
        let ids = if at.is_root() { self.root.ids_to_ask(base) } else { vec![id.clone()] };
        for id in &ids {
            let whole = self.read_list(ListOf::Folders { parent: id }, what).await?;
            folders.extend(self.root.children(base, at, id, whole.objects));
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| !folder.is_in_trash() && seen.insert(folder.id.clone()));
        Ok(named_folders(folders))
    }

    /// The folders in something on the way to the root, at their names. What it is is no root of ours: of what lies in it
    /// nothing is learned.
    pub(super) async fn folders_inside(&self, above: &Base, what: &str) -> Asked<Vec<Named<Folder>>> {
        let whole: Whole<Folder> = self.read_list(ListOf::Folders { parent: &above.id }, what).await?;
        let mut folders = whole.objects;
        let inner = inner(&above.id, &folders).filter(|_| above.may_have_alias);
        folders.retain(|folder| {
            let is_inside = folder
                .parent
                .as_ref()
                .is_none_or(|parent| *parent == above.id || inner.as_ref() == Some(parent));
            is_inside && !folder.is_in_trash()
        });
        Ok(named_folders(folders))
    }

    /// The files in a folder of the pair, at their names.
    pub(super) async fn files_of(&self, at: &RelPath, what: &str) -> Result<Vec<Named<File>>> {
        let base = self.base().await?;
        let Some(id) = self.folder_id(at, what).await? else { return Ok(Vec::new()) };
        let folders = match self.folders_of(&base, at, &id, what).await {
            Ok(folders) => folders,
            Err(Absence::Gone(_)) if !at.is_root() => return Ok(Vec::new()),
            Err(absence) => return Err(absence.into_error()),
        };
        let mut taken = folders.into_iter().map(|folder| folder.name).collect();
        let files = match self.plain_files_of(&base, at, &id, what).await {
            Ok(files) => files,
            Err(Absence::Gone(_)) if !at.is_root() => return Ok(Vec::new()),
            Err(absence) => return Err(absence.into_error()),
        };
        Ok(named_files(files, &mut taken))
    }

    /// The files in a folder of the pair, oldest first, under the service's own names.
    pub(super) async fn plain_files_of(
        &self,
        base: &Base,
        at: &RelPath,
        id: &ItemId,
        what: &str,
    ) -> Asked<Vec<File>> {
        let mut files: Vec<File> = Vec::new();
        if base.is_project && at.is_root() {
            if self.root.alias(base).is_none() && !self.root.is_listed() {
                // Which of its files are in no folder can't be told before the folders are known.
                Listings::default().to_the_end(self).await.map_err(Absence::Other)?;
            }
            let whole: Whole<File> = self.read_list(ListOf::ProjectFiles { project: id }, what).await?;
            self.root.learn_alias_of_project(base, &whole.objects, |parent| self.root.is_folder(parent));
            let parents = self.root.parents(base);
            files.extend(whole.objects);
            files.retain(|file| file.parent.as_ref().is_none_or(|parent| parents.contains(parent)));
        } else {
            let ids = if at.is_root() { self.root.ids_to_ask(base) } else { vec![id.clone()] };
            for id in &ids {
                let whole = self.read_list(ListOf::Files { parent: id, title: None }, what).await?;
                files.extend(self.root.children(base, at, id, whole.objects));
            }
            let mut seen = HashSet::new();
            files.retain(|file| seen.insert(file.id.clone()));
        }
        files.retain(|file| !file.is_in_trash());
        files.sort_by_key(File::age);
        Ok(files)
    }

    /// True when the lists of what is in a folder bring nothing at all, but for what is in the trash: neither what can't be
    /// read nor what names another parent is left out here.
    pub(super) async fn is_empty(&self, id: &ItemId, what: &str) -> Asked<bool> {
        let folders: Whole<Folder> = self.read_list(ListOf::Folders { parent: id }, what).await?;
        if !folders.broken.is_empty() || !folders.objects.iter().all(Folder::is_in_trash) {
            return Ok(false);
        }
        let files: Whole<File> = self.read_list(ListOf::Files { parent: id, title: None }, what).await?;
        Ok(files.broken.is_empty() && files.objects.iter().all(File::is_in_trash))
    }

    /// A list from its beginning to its end.
    pub(super) async fn read_list<T: Listed>(&self, of: ListOf<'_>, what: &str) -> Asked<Whole<T>> {
        let mut list = Paged::default();
        loop {
            let page = self.api.list(of, list.offset(), what).await?;
            if let Some(whole) = list.take(page, what).map_err(Absence::Other)? {
                return Ok(whole);
            }
        }
    }
}

/// Folders at their names here: their titles, or their ids where they have none.
pub(super) fn named_folders(mut folders: Vec<Folder>) -> Vec<Named<Folder>> {
    folders.sort_by_key(Folder::age);
    let titles =
        folders.iter().map(|folder| (&folder.id, folder.title.as_deref().unwrap_or(folder.id.as_str())));
    let names = names::told_apart(titles, &mut HashSet::new());
    names.into_iter().zip(folders).map(|(name, item)| Named { name, item }).collect()
}

/// Files, oldest first, at their names here; one without a name has none.
pub(super) fn named_files(mut files: Vec<File>, taken: &mut HashSet<String>) -> Vec<Named<File>> {
    files.retain(|file| file.filename.is_some());
    let filenames = files.iter().map(|file| (&file.id, file.filename.as_deref().unwrap_or_default()));
    let names = names::told_apart(filenames, taken);
    names.into_iter().zip(files).map(|(name, item)| Named { name, item }).collect()
}
