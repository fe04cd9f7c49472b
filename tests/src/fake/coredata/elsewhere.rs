//! What others do, and what is there.

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

use super::FakeCoreData;
use super::answering::Service;
use crate::fake::content::Content;

/// A file as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Where, below the root.
    pub path: String,
    /// Its id.
    pub id: Uuid,
    /// Its newest snapshot.
    pub snapshot: Uuid,
    /// Its title.
    pub title: String,
    /// Its dynatype.
    pub dynatype: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its contacts.
    pub contacts: Vec<String>,
    /// Its content.
    pub content: Bytes,
}

impl FakeCoreData {
    /// The UUID of the root.
    pub fn root_id(&self) -> Uuid {
        self.fake.state().root
    }

    /// The user that the key belongs to.
    pub fn user(&self) -> &str {
        &self.fake.front.rules.user
    }

    /// The files that are there, by path, twins by age.
    pub fn files(&self) -> Vec<FileView> {
        self.fake.files()
    }

    /// The file at a path: the oldest.
    pub fn file(&self, path: &str) -> Option<FileView> {
        self.files().into_iter().find(|file| file.path == path)
    }

    /// The folders that are there, by path.
    pub fn folders(&self) -> Vec<String> {
        let state = self.fake.state();
        let mut paths: Vec<_> =
            state.folders.iter().filter_map(|folder| state.folder_path(folder.id)).collect();
        paths.sort();
        paths
    }

    /// Somebody else makes or changes a file.
    pub fn put_file(&self, path: &str, content: impl Into<Bytes>) -> Uuid {
        self.fake.put(path, content.into().into())
    }

    /// Somebody else makes a file where one of that name may be. Any name goes.
    pub fn put_twin(&self, folder: &str, name: &str, content: impl Into<Bytes>) -> Uuid {
        let now = self.fake.now();
        let mut state = self.fake.state();
        let parent = state.need_folder(folder, now);
        state.add_file(parent, name, Content::from(content.into()), now)
    }

    /// Somebody else makes a folder.
    pub fn make_folder(&self, path: &str) -> Uuid {
        let now = self.fake.now();
        self.fake.state().need_folder(path, now)
    }

    /// Somebody else makes a folder where one of that title may be. Any title goes.
    pub fn make_twin_folder(&self, parent: &str, title: &str) -> Uuid {
        let now = self.fake.now();
        let mut state = self.fake.state();
        let parent = state.need_folder(parent, now);
        state.add_folder(parent, title, now)
    }

    /// Somebody else describes a file.
    pub fn describe(&self, path: &str, title: &str, dynatype: &str, tags: &[&str], contacts: &[&str]) {
        let mut state = self.fake.state();
        let id = state.file_at(path);
        if let Some(file) = id.and_then(|id| state.file_mut(id)) {
            file.title = title.to_owned();
            file.dynatype = dynatype.to_owned();
            file.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
            file.contacts = contacts.iter().map(|&contact| contact.to_owned()).collect();
        }
    }

    /// Somebody else deletes a folder, with all that is inside.
    pub fn delete_folder(&self, path: &str) {
        let mut state = self.fake.state();
        let id = state.folder_at(path);
        state
            .folders
            .iter_mut()
            .filter(|folder| Some(folder.id) == id)
            .for_each(|folder| folder.deleted = true);
    }

    /// Contents at the storage that no file has.
    pub fn loose_blobs(&self) -> usize {
        self.fake.state().blobs.values().filter(|blob| !blob.used && blob.content.is_some()).count()
    }
}

impl Service {
    pub(crate) fn now(&self) -> Timestamp {
        self.front.clock.now()
    }

    pub(crate) fn files(&self) -> Vec<FileView> {
        let state = self.state();
        let view = |file: &super::state::File| {
            Some(FileView {
                path: state.file_path(file)?,
                id: file.id,
                snapshot: file.snapshot,
                title: file.title.clone(),
                dynatype: file.dynatype.clone(),
                tags: file.tags.clone(),
                contacts: file.contacts.clone(),
                content: state.content(file).bytes(),
            })
        };
        let mut files: Vec<_> = state.files.iter().filter_map(view).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    pub(crate) fn put(&self, path: &str, content: Content) -> Uuid {
        let now = self.now();
        let mut state = self.state();
        match state.file_at(path) {
            Some(id) => {
                let blob = state.keep(content, now);
                state.replace(id, &blob, now);
                id
            }
            None => {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                let parent = state.need_folder(folder, now);
                state.add_file(parent, name, content, now)
            }
        }
    }

    pub(crate) fn delete(&self, path: &str) -> bool {
        let mut state = self.state();
        let id = state.file_at(path);
        let file = id.and_then(|id| state.file_mut(id));
        file.map(|file| file.deleted = true).is_some()
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> bool {
        let now = self.now();
        let mut state = self.state();
        let (folder, name) = to.rsplit_once('/').unwrap_or(("", to));
        if let Some(id) = state.file_at(from) {
            let parent = state.need_folder(folder, now);
            if let Some(file) = state.file_mut(id) {
                (file.parent, file.filename) = (parent, name.to_owned());
            }
            return true;
        }
        let Some(id) = state.folder_at(from).filter(|_| !from.is_empty()) else { return false };
        let parent = state.need_folder(folder, now);
        for moved in state.folders.iter_mut().filter(|moved| moved.id == id) {
            (moved.parent, moved.title) = (parent, name.to_owned());
        }
        true
    }
}
