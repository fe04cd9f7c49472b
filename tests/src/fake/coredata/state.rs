//! The tenant: projects, folders, files, and the contents at its storage.

use std::collections::HashMap;

use jiff::Timestamp;
use md5::{Digest, Md5};
use uuid::Uuid;

use super::settings::RootKind;
use crate::fake::content::Content;

/// From the beginning of the Gregorian calendar, in ticks of 100 ns, to the epoch.
const TICKS_TO_EPOCH: i64 = 0x01b2_1dd2_1381_4000;

/// Everything that the service remembers.
#[derive(Debug)]
pub(crate) struct State {
    /// The root as clients name it.
    pub(crate) root: Uuid,
    /// What the files at the root name as their parent.
    pub(crate) inner: Uuid,
    /// A folder that is no part of the root, with things in it.
    pub(crate) elsewhere: Uuid,
    pub(crate) folders: Vec<Folder>,
    pub(crate) files: Vec<File>,
    pub(crate) blobs: HashMap<String, Blob>,
    made: u64,
    seed: u64,
}

/// A folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) id: Uuid,
    pub(crate) parent: Uuid,
    pub(crate) title: String,
    pub(crate) created: Timestamp,
    pub(crate) deleted: bool,
}

/// A file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: Uuid,
    pub(crate) parent: Uuid,
    pub(crate) filename: String,
    pub(crate) title: String,
    pub(crate) dynatype: String,
    pub(crate) tags: Vec<String>,
    pub(crate) contacts: Vec<String>,
    pub(crate) blob: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
    pub(crate) snapshot: Uuid,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) deleted: bool,
    /// The client under test made it.
    pub(crate) by_client: bool,
}

/// A content at the storage.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    pub(crate) media_type: String,
    pub(crate) size: u64,
    pub(crate) content: Option<Content>,
    pub(crate) used: bool,
}

impl State {
    pub(crate) fn new(kind: RootKind, seed: u64, now: Timestamp) -> Self {
        let mut state = State {
            root: Uuid::nil(),
            inner: Uuid::nil(),
            elsewhere: Uuid::nil(),
            folders: Vec::new(),
            files: Vec::new(),
            blobs: HashMap::new(),
            made: 0,
            seed,
        };
        state.root = state.next_id(now);
        state.inner = match kind {
            RootKind::Project | RootKind::Filespace => state.next_id(now),
            RootKind::PlainProject | RootKind::Folder => state.root,
        };
        let space = state.next_id(now);
        state.elsewhere = state.add_folder(space, "Elsewhere", now);
        state.add_folder(state.elsewhere, "Deeper elsewhere", now);
        let at = state.elsewhere;
        state.add_file(at, "not yours.txt", Content::from(bytes::Bytes::from_static(b"not yours")), now);
        state
    }

    /// A UUID of version 1, as the service makes them.
    pub(crate) fn next_id(&mut self, now: Timestamp) -> Uuid {
        self.made += 1;
        let ticks = (now.as_nanosecond() / 100) as i64 + TICKS_TO_EPOCH + self.made as i64;
        let ticks = ticks as u64;
        let (low, mid, high) = (ticks as u32, (ticks >> 32) as u16, (ticks >> 48) as u16 & 0x0fff | 0x1000);
        let node = self.seed.to_be_bytes();
        Uuid::from_fields(low, mid, high, &[0xb9, 0x92, node[2], node[3], node[4], node[5], node[6], node[7]])
    }

    pub(crate) fn add_folder(&mut self, parent: Uuid, title: &str, now: Timestamp) -> Uuid {
        let id = self.next_id(now);
        self.folders.push(Folder { id, parent, title: title.to_owned(), created: now, deleted: false });
        id
    }

    pub(crate) fn add_file(
        &mut self,
        parent: Uuid,
        filename: &str,
        content: Content,
        now: Timestamp,
    ) -> Uuid {
        let blob = self.keep(content, now);
        self.add_file_of(parent, filename, &blob, now)
    }

    /// A file of a content that is at the storage.
    pub(crate) fn add_file_of(&mut self, parent: Uuid, filename: &str, blob: &str, now: Timestamp) -> Uuid {
        let id = self.next_id(now);
        let snapshot = self.next_id(now);
        let (digest, size) = self.describe(blob);
        self.files.push(File {
            id,
            parent,
            filename: filename.to_owned(),
            title: filename.rsplit_once('.').map_or(filename, |(stem, _)| stem).to_owned(),
            dynatype: "File".into(),
            tags: Vec::new(),
            contacts: Vec::new(),
            blob: blob.to_owned(),
            digest,
            size,
            snapshot,
            created: now,
            modified: now,
            deleted: false,
            by_client: false,
        });
        id
    }

    /// Gives a file another content.
    pub(crate) fn replace(&mut self, id: Uuid, blob: &str, now: Timestamp) {
        let snapshot = self.next_id(now);
        let (digest, size) = self.describe(blob);
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id) {
            file.blob = blob.to_owned();
            (file.digest, file.size, file.snapshot, file.modified) = (digest, size, snapshot, now);
        }
    }

    /// Puts a content into the storage.
    pub(crate) fn keep(&mut self, content: Content, now: Timestamp) -> String {
        let name = self.next_id(now).simple().to_string();
        let blob = Blob {
            media_type: "application/octet-stream".into(),
            size: content.size(),
            content: Some(content),
            used: true,
        };
        self.blobs.insert(name.clone(), blob);
        name
    }

    /// MD5 and size of a content at the storage.
    pub(crate) fn describe(&self, blob: &str) -> (String, u64) {
        let content = self.blobs.get(blob).and_then(|blob| blob.content.clone()).unwrap_or_default();
        let size = content.size();
        let mut md5 = Md5::new();
        content.portions().map_while(Result::ok).for_each(|portion| md5.update(&portion));
        (md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), size)
    }

    pub(crate) fn content(&self, file: &File) -> Content {
        self.blobs.get(&file.blob).and_then(|blob| blob.content.clone()).unwrap_or_default()
    }

    pub(crate) fn file(&self, id: Uuid) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }

    pub(crate) fn file_mut(&mut self, id: Uuid) -> Option<&mut File> {
        self.files.iter_mut().find(|file| file.id == id)
    }

    pub(crate) fn folder(&self, id: Uuid) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == id)
    }

    /// The container that an id means: the root goes by two.
    pub(crate) fn resolved(&self, id: Uuid) -> Uuid {
        if id == self.root { self.inner } else { id }
    }

    /// True when things can be in it.
    pub(crate) fn is_container(&self, id: Uuid) -> bool {
        let id = self.resolved(id);
        id == self.inner || self.folder(id).is_some_and(|folder| !folder.deleted)
    }

    /// Where a container is below the root; none for those elsewhere.
    pub(crate) fn folder_path(&self, id: Uuid) -> Option<String> {
        if id == self.inner {
            return Some(String::new());
        }
        let folder = self.folder(id).filter(|folder| !folder.deleted)?;
        let above = self.folder_path(folder.parent)?;
        Some(if above.is_empty() { folder.title.clone() } else { format!("{above}/{}", folder.title) })
    }

    /// Where a file is below the root; none for those elsewhere.
    pub(crate) fn file_path(&self, file: &File) -> Option<String> {
        let above = self.folder_path(file.parent).filter(|_| !file.deleted)?;
        Some(if above.is_empty() { file.filename.clone() } else { format!("{above}/{}", file.filename) })
    }

    /// The oldest file at a path.
    pub(crate) fn file_at(&self, path: &str) -> Option<Uuid> {
        self.files.iter().find(|file| self.file_path(file).as_deref() == Some(path)).map(|file| file.id)
    }

    /// The oldest folder at a path.
    pub(crate) fn folder_at(&self, path: &str) -> Option<Uuid> {
        if path.is_empty() {
            return Some(self.inner);
        }
        let here = |folder: &&Folder| self.folder_path(folder.id).as_deref() == Some(path);
        self.folders.iter().find(here).map(|folder| folder.id)
    }

    /// The folder at a path, made where it isn't there.
    pub(crate) fn need_folder(&mut self, path: &str, now: Timestamp) -> Uuid {
        if let Some(there) = self.folder_at(path) {
            return there;
        }
        let (above, title) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.need_folder(above, now);
        self.add_folder(parent, title, now)
    }
}
