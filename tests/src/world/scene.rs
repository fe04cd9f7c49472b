//! Both sides, what happens to them and the memory of it, behind one lock: every call of the engine comes through here.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::{Folders, Listing};

use super::clock::SimClock;
use super::content::{appended, content};
use super::course::{Course, Happening};
use super::edit::{Edit, Side};
use super::items::{Place, Service};
use super::ledger::Ledger;
use super::other_device::OtherDevice;
use super::tree::{Body, Bytes, Tree};

/// A call to the state: too many to be traced.
pub(super) const STATE: &str = "state";

/// Unwinds the engine where its process ends.
pub(super) struct Crash;

pub(super) struct Scene {
    pub(super) clock: Arc<SimClock>,
    stage: Mutex<Stage>,
    /// The engine is at work.
    pub(super) runs: AtomicBool,
}

pub(super) struct Stage {
    pub(super) tree: Tree,
    pub(super) service: Service,
    pub(super) course: Course,
    pub(super) ledger: Ledger,
    pub(super) other: OtherDevice,
    /// Items that only a lost state led to.
    pub(super) forgotten: BTreeSet<Place>,
}

impl Scene {
    pub(super) fn new(clock: Arc<SimClock>, service: Service) -> Self {
        let (course, ledger, other) = (Course::default(), Ledger::default(), OtherDevice::default());
        let stage = Stage { tree: Tree::new(), service, course, ledger, other, forgotten: BTreeSet::new() };
        Self { clock, stage: Mutex::new(stage), runs: AtomicBool::new(false) }
    }

    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call of the engine: what is to happen before it happens, then the call has its effect, `None` where the
    /// process is gone already.
    pub(super) fn call<T>(&self, what: &str, act: impl FnOnce(&mut Stage, i64) -> T) -> Option<T> {
        let mut stage = self.stage();
        if stage.course.off {
            return None;
        }
        let mut crash_after = false;
        for happening in stage.course.due(what) {
            let number = stage.course.number;
            stage.course.trace.push(format!("    at {number} {happening}"));
            match happening {
                Happening::Edit(side, edit) => {
                    let path = what.split('"').nth(1).and_then(|path| RelPath::new(path).ok());
                    let edit = path.map_or(edit.clone(), |path| edit.about(&path));
                    stage.edit(side, &edit, self.clock.tick());
                }
                Happening::Disk(fault, times) => stage.course.disk_fails(fault, times),
                Happening::Service(fault, times) => stage.course.service_fails(fault, times),
                Happening::CrashAfter => crash_after = true,
                Happening::CrashBefore => crash(stage),
                Happening::PowerCut => {
                    stage.tree.lose_what_was_not_durable();
                    crash(stage)
                }
            }
        }
        let number = stage.course.number;
        if what != STATE {
            stage.course.trace.push(format!("    {number} {what}"));
        }
        let done = act(&mut stage, self.clock.tick());
        if crash_after {
            crash(stage);
        }
        Some(done)
    }

    /// Somebody does something to a side.
    pub(super) fn edit(&self, side: Side, edit: &Edit) {
        let mut stage = self.stage();
        stage.course.trace.push(format!("{side}: {edit}"));
        stage.edit(side, edit, self.clock.tick());
    }
}

fn crash(mut stage: MutexGuard<'_, Stage>) -> ! {
    stage.course.off = true;
    drop(stage);
    resume_unwind(Box::new(Crash));
}

impl Stage {
    fn edit(&mut self, side: Side, edit: &Edit, now_ns: i64) {
        match side {
            Side::Here => self.edit_here(edit, now_ns),
            Side::There if self.service.able.listing == Listing::None => self.edit_elsewhere(edit, now_ns),
            Side::There => self.edit_there(edit, now_ns),
        };
    }

    pub(super) fn saw(&mut self, side: Side, path: &RelPath, content: &Bytes) {
        self.ledger.saw(side, content, || format!("{side} at {path}"));
    }

    /// `None`: it can't be done.
    fn edit_here(&mut self, edit: &Edit, now_ns: i64) -> Option<()> {
        let tree = &mut self.tree;
        tree.root?;
        match edit {
            Edit::Write(path, number) => {
                let new: Bytes = content(*number).into();
                self.make_way_here(path)?;
                let key = self.tree.make_file(new.clone(), now_ns);
                self.tree.link(path, key);
                self.saw(Side::Here, path, &new);
            }
            Edit::Overwrite(path, number) => {
                self.change_here(path, now_ns, |_| content(*number).into())?;
            }
            Edit::Append(path, number) => {
                self.change_here(path, now_ns, |old| appended(old, *number))?;
            }
            Edit::Delete(path) => {
                let key = tree.find(path).filter(|_| !path.is_root())?;
                self.give_up_here(path);
                self.tree.take(path);
                self.tree.unlink(key);
            }
            Edit::Rename(from, to) => {
                if to == from || to.is_below(from) || tree.find(from).is_none() {
                    return None;
                }
                self.make_way_here(to)?;
                let key = self.tree.take(from)?;
                self.tree.link(to, key);
                self.tree.touch_ctime(key, now_ns);
            }
            Edit::Folder(path) => {
                if tree.find(path).is_some() {
                    return None;
                }
                self.make_way_here(path)?;
                let key = self.tree.make(Body::Folder(Default::default()));
                self.tree.link(path, key);
            }
            Edit::Copy(from, to) => {
                let copied = tree.file(tree.find(from)?)?.content.clone();
                self.make_way_here(to)?;
                let key = self.tree.make_file(copied, now_ns);
                self.tree.link(to, key);
            }
        }
        Some(())
    }

    fn change_here(
        &mut self,
        path: &RelPath,
        now_ns: i64,
        change: impl FnOnce(&Bytes) -> Bytes,
    ) -> Option<()> {
        let key = self.tree.find(path)?;
        let old = self.tree.file(key)?.content.clone();
        let new = change(&old);
        self.ledger.gave_up(Side::Here, &old);
        self.tree.overwrite(key, new.clone(), now_ns);
        self.saw(Side::Here, path, &new);
        Some(())
    }

    /// Makes the folders above; a file at the path itself is replaced. `None` where a file is above or a folder there.
    fn make_way_here(&mut self, path: &RelPath) -> Option<()> {
        if let Some(key) = self.tree.find(path) {
            let old = self.tree.file(key)?.content.clone();
            self.ledger.gave_up(Side::Here, &old);
            self.tree.unlink(key);
            return Some(());
        }
        let mut above: Vec<_> = path.ancestors().collect();
        above.reverse();
        for folder in above {
            match self.tree.find(&folder) {
                Some(key) if matches!(self.tree.body(key), Some(Body::Folder(_))) => {}
                Some(_) => return None,
                None => {
                    let key = self.tree.make(Body::Folder(Default::default()));
                    self.tree.link(&folder, key);
                }
            }
        }
        Some(())
    }

    fn give_up_here(&mut self, path: &RelPath) {
        for (other, content) in self.tree.files() {
            if other == *path || other.is_below(path) {
                self.ledger.gave_up(Side::Here, &content);
            }
        }
    }

    fn edit_there(&mut self, edit: &Edit, now_ns: i64) -> Option<()> {
        match edit {
            Edit::Write(path, number) => {
                let new: Bytes = content(*number).into();
                self.make_way_there(path, now_ns)?;
                self.service.put_file(path, new.clone(), now_ns);
                self.saw(Side::There, path, &new);
            }
            Edit::Overwrite(path, number) => self.change_there(path, now_ns, |_| content(*number).into())?,
            Edit::Append(path, number) => self.change_there(path, now_ns, |old| appended(old, *number))?,
            Edit::Delete(path) => {
                for (other, content) in self.service.files() {
                    if other == *path || other.is_below(path) {
                        self.ledger.gave_up(Side::There, &content);
                    }
                }
                self.service.delete(path, now_ns);
            }
            Edit::Rename(from, to) => {
                let place = self.service.at(from)?;
                let able = if self.service.items[place].versions.is_empty() {
                    self.service.able.moves_folders
                } else {
                    self.service.able.moves_files
                };
                if !able || to == from || to.is_below(from) {
                    return None;
                }
                self.make_way_there(to, now_ns)?;
                if self.service.at(to).is_some() {
                    self.service.delete(to, now_ns);
                }
                self.service.relocate(from, to, now_ns);
            }
            Edit::Folder(path) => {
                if self.service.able.folders != Folders::Real || self.service.at(path).is_some() {
                    return None;
                }
                self.make_way_there(path, now_ns)?;
                self.service.put_folder(path, now_ns);
            }
            Edit::Copy(from, to) => {
                let copied = self.service.files().get(from)?.clone();
                self.make_way_there(to, now_ns)?;
                self.service.put_file(to, copied, now_ns);
            }
        }
        Some(())
    }

    fn change_there(
        &mut self,
        path: &RelPath,
        now_ns: i64,
        change: impl FnOnce(&Bytes) -> Bytes,
    ) -> Option<()> {
        let old = self.service.files().get(path)?.clone();
        let new = change(&old);
        self.ledger.gave_up(Side::There, &old);
        self.service.put_file(path, new.clone(), now_ns);
        self.saw(Side::There, path, &new);
        Some(())
    }

    /// Makes the folders above; a file at the path is given up. `None` where a file is above or a folder there.
    fn make_way_there(&mut self, path: &RelPath, now_ns: i64) -> Option<()> {
        let files = self.service.files();
        if path.ancestors().any(|above| files.contains_key(&above)) {
            return None;
        }
        match files.get(path) {
            Some(old) => self.ledger.gave_up(Side::There, old),
            None if self.service.at(path).is_some() || !self.service.is_empty_folder(path) => return None,
            None => {}
        }
        if self.service.able.folders == Folders::Real {
            let mut above: Vec<_> = path.ancestors().collect();
            above.reverse();
            for folder in above {
                if self.service.at(&folder).is_none() {
                    self.service.put_folder(&folder, now_ns);
                }
            }
        }
        Some(())
    }
}
