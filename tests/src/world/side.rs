//! The two sides as stories speak of them.

use std::sync::Arc;
use std::time::Duration;

use tidemark_core::path::RelPath;

use super::content::content;
use super::edit::{Edit, Side};
use super::scene::Scene;
use super::tree::Tree;

/// This computer's side.
pub struct Local<'a>(pub(super) &'a Arc<Scene>);

/// The service's side, as other devices see it.
pub struct Remote<'a>(pub(super) &'a Arc<Scene>);

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

macro_rules! edits {
    ($side:ident, $which:expr) => {
        impl $side<'_> {
            /// Writes the content of that number under a path; folders are made as needed.
            pub fn write(&self, at: &str, number: u32) -> &Self {
                self.0.edit($which, &Edit::Write(path(at), number));
                self
            }

            /// Writes something at the end of a file.
            pub fn append(&self, at: &str, number: u32) -> &Self {
                self.0.edit($which, &Edit::Append(path(at), number));
                self
            }

            /// Deletes a file, or a folder with all that is inside.
            pub fn delete(&self, at: &str) -> &Self {
                self.0.edit($which, &Edit::Delete(path(at)));
                self
            }

            /// Renames a file or folder.
            pub fn rename(&self, from: &str, to: &str) -> &Self {
                self.0.edit($which, &Edit::Rename(path(from), path(to)));
                self
            }

            /// Makes a folder.
            pub fn folder(&self, at: &str) -> &Self {
                self.0.edit($which, &Edit::Folder(path(at)));
                self
            }

            /// True when the file has the content of that number.
            pub fn has(&self, at: &str, number: u32) -> bool {
                self.content(at).is_some_and(|found| found == content(number))
            }

            /// Paths of the files, in order.
            pub fn files(&self) -> Vec<String> {
                self.all_files().into_keys().map(|path| path.to_string()).collect()
            }

            /// The file's content; `None` when there is none.
            pub fn content(&self, at: &str) -> Option<Vec<u8>> {
                self.all_files().get(&path(at)).map(|content| content.to_vec())
            }
        }
    };
}

edits!(Local, Side::Here);
edits!(Remote, Side::There);

impl Local<'_> {
    fn all_files(&self) -> std::collections::BTreeMap<RelPath, super::tree::Bytes> {
        self.0.stage().tree.files()
    }

    /// Paths of the folders, in order.
    pub fn folders(&self) -> Vec<String> {
        self.0.stage().tree.folders().into_iter().map(|path| path.to_string()).collect()
    }

    /// The root isn't there: a drive that isn't connected.
    pub fn remove_root(&self) -> Unmounted {
        Unmounted(self.0.stage().tree.root.take())
    }

    /// The root is there again, as it was.
    pub fn put_root_back(&self, root: Unmounted) {
        self.0.stage().tree.root = root.0;
    }

    /// Another, empty folder is in the place of the root.
    pub fn replace_root(&self) {
        let tree = &mut self.0.stage().tree;
        tree.root = Some(tree.make(super::tree::Body::Folder(Default::default())));
    }

    /// Puts a symbolic link in a place.
    pub fn link(&self, at: &str) {
        let tree: &mut Tree = &mut self.0.stage().tree;
        let key = tree.make(super::tree::Body::Special);
        tree.link(&path(at), key);
    }

    /// Paths and reasons of what is kept.
    pub fn kept(&self) -> Vec<(String, String)> {
        let stage = self.0.stage();
        stage.tree.kept.values().map(|(item, _)| (item.path.to_string(), item.why.clone())).collect()
    }

    /// Inode numbers of what is deleted are used again at once.
    pub fn reuse_inodes(&self) {
        self.0.stage().tree.reuses_numbers = true;
    }

    /// Times are multiples of this.
    pub fn time_grain(&self, grain: Duration) {
        self.0.stage().tree.grain_ns = i64::try_from(grain.as_nanos()).unwrap_or(1).max(1);
    }
}

impl Remote<'_> {
    fn all_files(&self) -> std::collections::BTreeMap<RelPath, super::tree::Bytes> {
        self.0.stage().service.files()
    }

    /// Paths of the folders, in order.
    pub fn folders(&self) -> Vec<String> {
        self.0.stage().service.folders().into_iter().map(|path| path.to_string()).collect()
    }

    /// Listings show what was so long ago.
    pub fn lag(&self, time: Duration) {
        self.0.stage().service.lag_ns = i64::try_from(time.as_nanos()).unwrap_or(i64::MAX / 4);
    }
}

/// A root that isn't there for the moment.
#[derive(Debug)]
pub struct Unmounted(Option<u64>);
