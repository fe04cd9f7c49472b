//! This computer's side of the engine: the contract of a disk, kept to by a file system in memory.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use tidemark_core::names::NameRules;
use tidemark_core::node::{ContentHash, Kind, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_disk::disk::{
    Depth, Entry, FolderListing, Installed, KeepNote, KeptItem, OpenFile, Purged, RootIdentity, ScanProblem,
    Staging,
};
use tidemark_disk::{Disk, DiskError, DiskErrorKind, Result};

use super::course::{DiskFault, Sabotage};
use super::edit::Side;
use super::items::hash_of;
use super::places::{
    at, expected, file_at, kept_item, kept_key, missing, occupied, parent_there, unexpected, unreadable,
};
use super::scene::{Scene, Stage};
use super::staging::{SimFile, SimStaging};
use super::tree::{Body, FileBody};

/// A simulated disk.
pub(super) struct SimDisk(pub(super) Arc<Scene>);

impl SimDisk {
    /// A call that fails where a fault is due, or where the process or the root is gone.
    fn call<T>(&self, doing: &str, act: impl FnOnce(&mut Stage, i64) -> Result<T>) -> Result<T> {
        call(&self.0, doing, act)
    }

    fn change<T>(&self, doing: &str, act: impl FnOnce(&mut Stage, i64) -> Result<T>) -> Result<T> {
        self.call(doing, |stage, now_ns| {
            let done = act(stage, now_ns)?;
            stage.course.changes += 1;
            Ok(done)
        })
    }

    fn list(
        &self,
        folder: &RelPath,
        skip: &(dyn Fn(&RelPath, Kind) -> bool + Sync),
    ) -> Result<FolderListing> {
        self.call(&format!("list {folder:?}"), |stage, _| {
            let tree = &stage.tree;
            let children = tree.children(folder).ok_or_else(|| missing("listing", folder))?;
            let mut listing = FolderListing {
                folder: folder.clone(),
                entries: Vec::new(),
                problems: Vec::new(),
                complete: true,
            };
            for (name, key) in children {
                let Ok(path) = folder.join(name) else { continue };
                match tree.stamp(*key) {
                    Some(stamp) if skip(&path, stamp.kind) => {}
                    Some(stamp) => listing.entries.push(Entry { name: name.clone(), stamp }),
                    None => listing.problems.push(ScanProblem {
                        shown: path.to_string(),
                        name: Some(name.clone()),
                        code: BlockedCode::Symlink,
                        message: "it is a symbolic link".into(),
                    }),
                }
            }
            Ok(listing)
        })
    }
}

pub(super) fn call<T>(
    scene: &Scene,
    doing: &str,
    act: impl FnOnce(&mut Stage, i64) -> Result<T>,
) -> Result<T> {
    let done = scene.call(doing, |stage, now_ns| {
        if let Some(fault) = stage.course.disk_fault() {
            return Err(failure(fault, doing));
        }
        if stage.tree.root.is_none() {
            return Err(DiskError::new(DiskErrorKind::RootMissing, "the folder isn't there"));
        }
        act(stage, now_ns)
    });
    done.unwrap_or_else(|| Err(DiskError::new(DiskErrorKind::Io, "the process is gone")))
}

fn failure(fault: DiskFault, doing: &str) -> DiskError {
    let (kind, system) = match fault {
        DiskFault::Full => (DiskErrorKind::Full, io::ErrorKind::StorageFull),
        DiskFault::Io => (DiskErrorKind::Io, io::ErrorKind::Other),
        DiskFault::Denied => (DiskErrorKind::Denied, io::ErrorKind::PermissionDenied),
        DiskFault::NoRoot => (DiskErrorKind::RootMissing, io::ErrorKind::NotFound),
    };
    DiskError { kind, context: format!("{doing} failed"), source: Some(system.into()) }
}

impl Disk for SimDisk {
    fn root(&self) -> Result<RootIdentity> {
        self.call("root", |stage, _| {
            let root = stage.tree.root.unwrap_or_default();
            Ok(RootIdentity { device: stage.tree.device(), inode: stage.tree.number(root) })
        })
    }

    fn name_rules(&self) -> NameRules {
        NameRules::default()
    }

    fn scan(
        &self,
        from: &RelPath,
        depth: Depth,
        skip: &(dyn Fn(&RelPath, Kind) -> bool + Sync),
        each: &mut dyn FnMut(FolderListing) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut waiting = vec![from.clone()];
        while let Some(folder) = waiting.pop() {
            let listing = match self.list(&folder, skip) {
                Err(error) if folder == *from => return Err(error),
                Err(error) if error.kind == DiskErrorKind::RootMissing => return Err(error),
                Err(error) => unreadable(&folder, &error),
                Ok(listing) => listing,
            };
            if depth == Depth::Whole {
                let folders = listing.entries.iter().filter(|entry| entry.stamp.kind == Kind::Folder);
                waiting.extend(folders.rev().filter_map(|entry| folder.join(&entry.name).ok()));
            }
            if each(listing).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn stat(&self, path: &RelPath) -> Result<Option<LocalStamp>> {
        self.call(&format!("stat {path:?}"), |stage, _| Ok(at(&stage.tree, path)?.map(|(_, stamp)| stamp)))
    }

    fn open(&self, path: &RelPath) -> Result<Box<dyn OpenFile>> {
        let key = self.call(&format!("open {path:?}"), |stage, _| file_at(&stage.tree, path))?;
        Ok(Box::new(SimFile { scene: self.0.clone(), key }))
    }

    fn hash(&self, path: &RelPath) -> Result<(LocalStamp, ContentHash)> {
        let file = self.open(path)?;
        let before = file.stamp()?;
        let mut content = vec![0; before.size as usize];
        let count = file.read_at(0, &mut content)?;
        content.truncate(count);
        if file.stamp()? != before {
            return Err(DiskError::new(
                DiskErrorKind::Changed,
                format!("\"{path}\" changed while it was read"),
            ));
        }
        Ok((before, hash_of(&content)))
    }

    fn stage(&self, key: &str) -> Result<Box<dyn Staging>> {
        self.call(&format!("stage {}", &key[..key.len().min(8)]), |stage, now_ns| {
            let (inode, written) = super::staging::open(&mut stage.tree, key, now_ns);
            Ok(Box::new(SimStaging::new(self.0.clone(), key, inode, written)) as Box<dyn Staging>)
        })
    }

    fn open_staged(&self, key: &str) -> Result<Box<dyn OpenFile>> {
        let inode = self.call("open staged", |stage, _| {
            let staged = stage.tree.staging.get(key).map(|staged| staged.key);
            staged.ok_or_else(|| missing("opening", &RelPath::root()))
        })?;
        Ok(Box::new(SimFile { scene: self.0.clone(), key: inode }))
    }

    fn flush(&self) -> Result<()> {
        self.call("flush", |stage, _| {
            if stage.course.sabotage != Some(Sabotage::NoFlush) {
                stage.tree.make_durable();
            }
            Ok(())
        })
    }

    fn install(
        &self,
        key: &str,
        path: &RelPath,
        expects: Option<&LocalStamp>,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<Installed> {
        self.change(&format!("install {path:?}"), |stage, now_ns| {
            let sabotage = stage.course.sabotage;
            let tree = &mut stage.tree;
            let there = at(tree, path)?.filter(|(_, stamp)| stamp.kind == Kind::File);
            let blind = there.map(|(_, stamp)| stamp).filter(|_| sabotage == Some(Sabotage::BlindInstall));
            let expects = blind.as_ref().or(expects);
            parent_there(tree, "writing", path)?;
            let staged = tree.staging.get(key).map(|staged| staged.key);
            let staged = staged.ok_or_else(|| missing("installing what is staged for", path))?;
            let replaced = match expects {
                None if tree.find(path).is_some() => return Err(occupied(path)),
                None => None,
                Some(expects) => Some(expected(tree, path, expects)?),
            };
            let ctime_ns = tree.grained(now_ns);
            if let Some(file) = tree.file_mut(staged) {
                file.mtime_ns = mtime_ns.unwrap_or(file.mtime_ns);
                file.ctime_ns = ctime_ns;
            }
            tree.staging.remove(key);
            tree.link(path, staged);
            let replaced = replaced.map(|old| {
                stage.tree.touch_ctime(old, now_ns);
                let item = kept_item(stage, path, old, note);
                if sabotage != Some(Sabotage::NothingKept) {
                    stage.tree.kept.insert(item.id.clone(), (item.clone(), old));
                }
                item
            });
            if let Some(content) = stage.tree.file(staged).map(|file| file.content.clone()) {
                stage.saw(Side::Here, path, &content);
            }
            let stamp = stage.tree.stamp(staged).ok_or_else(|| unexpected(path))?;
            Ok(Installed { stamp, replaced })
        })
    }

    fn keep(&self, path: &RelPath, expects: &LocalStamp, note: &KeepNote) -> Result<KeptItem> {
        self.change(&format!("keep {path:?}"), |stage, now_ns| {
            let sabotage = stage.course.sabotage;
            let there = at(&stage.tree, path)?.map(|(_, stamp)| stamp);
            let blind = there.filter(|_| sabotage == Some(Sabotage::BlindKeep));
            let key = expected(&stage.tree, path, blind.as_ref().unwrap_or(expects))?;
            if expects.kind == Kind::Folder {
                return Err(DiskError::new(DiskErrorKind::Special, format!("\"{path}\" is a folder")));
            }
            stage.tree.take(path);
            stage.tree.touch_ctime(key, now_ns);
            let item = kept_item(stage, path, key, note);
            if sabotage != Some(Sabotage::NothingKept) {
                stage.tree.kept.insert(item.id.clone(), (item.clone(), key));
            }
            Ok(item)
        })
    }

    fn keep_staged(
        &self,
        key: &str,
        path: &RelPath,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<KeptItem> {
        self.call(&format!("keep what is staged for {path:?}"), |stage, _| {
            let staged = stage.tree.staging.remove(key).ok_or_else(|| missing("keeping", path))?;
            if let Some(file) = stage.tree.file_mut(staged.key) {
                file.mtime_ns = mtime_ns.unwrap_or(file.mtime_ns);
            }
            let item = kept_item(stage, path, staged.key, note);
            if stage.course.sabotage != Some(Sabotage::NothingKept) {
                stage.tree.kept.insert(item.id.clone(), (item.clone(), staged.key));
            }
            Ok(item)
        })
    }

    fn make_folder(&self, path: &RelPath) -> Result<LocalStamp> {
        self.change(&format!("make folder {path:?}"), |stage, _| {
            let tree = &mut stage.tree;
            parent_there(tree, "making", path)?;
            if tree.find(path).is_some() {
                return Err(occupied(path));
            }
            let key = tree.make(Body::Folder(Default::default()));
            tree.link(path, key);
            tree.stamp(key).ok_or_else(|| missing("making", path))
        })
    }

    fn remove_folder(&self, path: &RelPath) -> Result<()> {
        self.change(&format!("remove folder {path:?}"), |stage, _| {
            match stage.tree.children(path) {
                None => return Err(missing("removing", path)),
                Some(children) if !children.is_empty() => {
                    return Err(DiskError::new(DiskErrorKind::NotEmpty, format!("\"{path}\" isn't empty")));
                }
                Some(_) => {}
            }
            if let Some(key) = stage.tree.take(path) {
                stage.tree.unlink(key);
            }
            Ok(())
        })
    }

    fn rename(&self, from: &RelPath, to: &RelPath, expects: &LocalStamp) -> Result<LocalStamp> {
        self.change(&format!("rename {from:?} to {to:?}"), |stage, now_ns| {
            if to == from || to.is_below(from) {
                return Err(DiskError::new(
                    DiskErrorKind::BadName,
                    format!("\"{from}\" can't be moved to \"{to}\""),
                ));
            }
            let tree = &mut stage.tree;
            parent_there(tree, "moving", from)?;
            parent_there(tree, "moving to", to)?;
            let key = expected(tree, from, expects)?;
            if tree.find(to).is_some() {
                return Err(occupied(to));
            }
            tree.take(from);
            tree.link(to, key);
            tree.touch_ctime(key, now_ns);
            tree.stamp(key).ok_or_else(|| unexpected(from))
        })
    }

    fn discard(&self, key: &str) -> Result<()> {
        self.call("discard", |stage, _| {
            if let Some(staged) = stage.tree.staging.remove(key) {
                stage.tree.unlink(staged.key);
            }
            Ok(())
        })
    }

    fn staged(&self) -> Result<Vec<String>> {
        self.call("staged", |stage, _| Ok(stage.tree.staging.keys().cloned().collect()))
    }

    fn kept(&self) -> Result<Vec<KeptItem>> {
        self.call("kept", |stage, _| {
            Ok(stage.tree.kept.values().rev().map(|(item, _)| item.clone()).collect())
        })
    }

    fn open_kept(&self, id: &str) -> Result<Box<dyn OpenFile>> {
        let key = self.call("open kept", |stage, _| kept_key(&stage.tree, id))?;
        Ok(Box::new(SimFile { scene: self.0.clone(), key }))
    }

    fn restore_kept(&self, id: &str, to: &RelPath) -> Result<LocalStamp> {
        self.change(&format!("restore {to:?}"), |stage, _| {
            let tree = &mut stage.tree;
            parent_there(tree, "restoring", to)?;
            if tree.find(to).is_some() {
                return Err(occupied(to));
            }
            let key = kept_key(tree, id)?;
            let copy = tree.file(key).cloned().ok_or_else(|| missing("restoring", to))?;
            let key = tree.make(Body::File(FileBody { ..copy }));
            tree.link(to, key);
            tree.stamp(key).ok_or_else(|| missing("restoring", to))
        })
    }

    fn purge_kept(&self, before_ns: i64) -> Result<Purged> {
        self.call("purge", |stage, _| {
            let old: Vec<String> = stage
                .tree
                .kept
                .values()
                .filter(|(item, _)| item.kept_ns < before_ns)
                .map(|(item, _)| item.id.clone())
                .collect();
            let mut purged = Purged::default();
            for (item, _) in old.iter().filter_map(|id| stage.tree.kept.remove(id)) {
                purged.items += 1;
                purged.bytes += item.size;
            }
            Ok(purged)
        })
    }
}
