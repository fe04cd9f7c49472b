//! What is in the filesystem: folders, and files in the parts in which they came.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::fake::content::Content;

/// A file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    pub(crate) size: u64,
    parts: BTreeMap<u64, Content>,
}

impl Stored {
    pub(crate) fn of(content: Content) -> Self {
        Stored { size: content.size(), parts: [(0, content)].into() }
    }

    /// Makes room for so many bytes.
    pub(crate) fn empty(size: u64) -> Self {
        Stored { size, parts: BTreeMap::new() }
    }

    /// Puts a part at its place. Where its last bytes got lost, the file ends there if it would have ended with them, and
    /// has zeros there otherwise.
    pub(crate) fn put(&mut self, start: u64, mut part: Content, lost: u64) {
        if start + part.size() + lost == self.size {
            self.size -= lost;
        } else {
            part.append(Bytes::from(vec![0; lost as usize]).into());
        }
        self.parts.insert(start, part);
    }

    /// True when every byte has come.
    pub(crate) fn is_whole(&self) -> bool {
        let end = self
            .parts
            .iter()
            .try_fold(0, |end, (start, part)| (*start <= end).then_some(end.max(start + part.size())));
        end == Some(self.size)
    }

    /// All bytes; zeros where none came.
    pub(crate) fn content(&self) -> Content {
        let mut all = Content::default();
        for (start, part) in &self.parts {
            let at = all.size();
            if *start > at {
                all.append(Bytes::from(vec![0; (start - at) as usize]).into());
            }
            all.append(part.slice(at.saturating_sub(*start)..u64::MAX));
        }
        let at = all.size();
        if self.size > at {
            all.append(Bytes::from(vec![0; (self.size - at) as usize]).into());
        }
        all
    }
}

/// Folders and files, by whole path; the root is the empty path.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) folders: BTreeSet<String>,
    pub(crate) files: BTreeMap<String, Stored>,
}

impl Default for Tree {
    fn default() -> Self {
        Tree { folders: [String::new()].into(), files: BTreeMap::new() }
    }
}

impl Tree {
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.folders.contains(path) || self.files.contains_key(path)
    }

    pub(crate) fn has_parent(&self, path: &str) -> bool {
        self.folders.contains(parent(path))
    }

    /// Names of the folders and files in a folder; none where no folder is.
    pub(crate) fn names(&self, folder: &str) -> (Vec<String>, Vec<String>) {
        let inside = |path: &&String| !path.is_empty() && parent(path) == folder;
        let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
        if !self.folders.contains(folder) {
            return (Vec::new(), Vec::new());
        }
        let folders = self.folders.iter().filter(inside).map(name).collect();
        (folders, self.files.keys().filter(inside).map(name).collect())
    }

    pub(crate) fn is_empty(&self, folder: &str) -> bool {
        let (folders, files) = self.names(folder);
        folders.is_empty() && files.is_empty()
    }

    /// Puts a file there, and the folders above.
    pub(crate) fn put(&mut self, path: &str, content: Content) {
        self.make_folders(parent(path));
        self.files.insert(path.to_owned(), Stored::of(content));
    }

    pub(crate) fn make_folders(&mut self, path: &str) {
        for (at, _) in path.match_indices('/') {
            self.folders.insert(path[..at].to_owned());
        }
        self.folders.insert(path.to_owned());
    }

    /// Removes a file, or a folder with all that is inside. False when nothing is there.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        let there = self.exists(path);
        let stays = |other: &String| other.is_empty() || !is_at_or_below(other, path);
        self.folders.retain(stays);
        self.files.retain(|other, _| stays(other));
        there
    }

    /// Renames a file, or a folder with all that is inside. False when nothing is there, or something where it goes.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> bool {
        if !self.exists(from) || self.exists(to) {
            return false;
        }
        self.make_folders(parent(to));
        let renamed = |path: &String| match is_at_or_below(path, from) {
            true => format!("{to}{}", &path[from.len()..]),
            false => path.clone(),
        };
        self.folders = self.folders.iter().map(renamed).collect();
        self.files =
            std::mem::take(&mut self.files).into_iter().map(|(path, file)| (renamed(&path), file)).collect();
        true
    }
}

pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_any_order() {
        let mut file = Stored::empty(6);
        file.put(4, Bytes::from_static(b"ef").into(), 0);
        assert!(!file.is_whole());
        assert_eq!(file.content().bytes(), &b"\0\0\0\0ef"[..]);
        file.put(0, Bytes::from_static(b"abcd").into(), 0);
        assert!(file.is_whole());
        assert_eq!(file.content().bytes(), "abcdef");
    }

    #[test]
    fn what_is_lost_is_missing_at_the_end() {
        let mut file = Stored::empty(4);
        file.put(0, Bytes::from_static(b"abc").into(), 1);
        assert_eq!((file.size, file.is_whole(), file.content().bytes()), (3, true, "abc".into()));
    }

    #[test]
    fn folders_hold_what_is_in_them() {
        let mut tree = Tree::default();
        tree.put("a/b/c", Bytes::from_static(b"1").into());
        assert_eq!(tree.names(""), (vec!["a".into()], vec![]));
        assert_eq!(tree.names("a/b"), (vec![], vec!["c".into()]));
        assert!(tree.rename("a", "x/y"));
        assert_eq!(tree.names("x/y/b"), (vec![], vec!["c".into()]));
        assert!(tree.remove("x") && tree.is_empty("") && !tree.remove("x"));
    }
}
