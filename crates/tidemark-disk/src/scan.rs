//! Lists a tree on all cores, in one order, with bounded memory.
//!
//! The folders stand in a queue in the order in which they are delivered (parents first, siblings by name). Workers
//! take the first one that nobody has taken; what they find below goes into the queue right behind it. So only the
//! folders that come next are listed ahead, and never more than [`AHEAD_FOLDERS`] of them.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tidemark_core::node::Kind;
use tidemark_core::path::RelPath;

use crate::beneath::Root;
use crate::disk::{Depth, FolderListing};
use crate::error::{DiskError, Result};
use crate::listing::{Lister, Skip};

const AHEAD_FOLDERS: usize = 128;
const AHEAD_ENTRIES: usize = 16 * 1024;

/// Lists `from` as [`crate::Disk::scan`] says. Fails also when the root was replaced while it was read.
pub(crate) fn scan(
    root: &Root,
    from: &RelPath,
    depth: Depth,
    skip: &Skip<'_>,
    each: &mut dyn FnMut(FolderListing) -> ControlFlow<()>,
) -> Result<()> {
    let open = root.open()?;
    let mut lister = Lister::new(&open, skip);
    let first = lister.list(from).map_err(|error| DiskError::io("reading", from, error))?;
    let folders: VecDeque<Slot> = subfolders(&first).map(Slot::Waiting).collect();
    if each(first).is_break() {
        return Ok(());
    }
    if depth == Depth::Shallow || folders.is_empty() {
        return root.open().map(drop);
    }
    let queue = Queue::new(folders);
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get()).max(2);
    let finished = thread::scope(|scope| {
        let _stop = StopAtEnd(&queue);
        for _ in 0..workers {
            let work = || queue.work(Lister::new(&open, skip));
            // The caller's thread lists what no worker has taken, so that it goes on with fewer workers, too.
            let _ = thread::Builder::new().name("tidemark-scan".into()).spawn_scoped(scope, work);
        }
        while let Some(listing) = queue.deliver(&mut lister) {
            if each(listing).is_break() {
                return false;
            }
        }
        true
    });
    if finished { root.open().map(drop) } else { Ok(()) }
}

fn subfolders(listing: &FolderListing) -> impl DoubleEndedIterator<Item = RelPath> {
    let folders = listing.entries.iter().filter(|entry| entry.stamp.kind == Kind::Folder);
    folders.filter_map(|entry| listing.folder.join(&entry.name).ok())
}

enum Slot {
    Waiting(RelPath),
    Taken(u64),
    Listed(Box<FolderListing>),
}

struct Queue {
    state: Mutex<State>,
    work: Condvar,
    delivery: Condvar,
}

struct State {
    slots: VecDeque<Slot>,
    folders_ahead: usize,
    entries_ahead: usize,
    tickets: u64,
    idle: usize,
    stopped: bool,
}

impl Queue {
    fn new(slots: VecDeque<Slot>) -> Self {
        let state = State { slots, folders_ahead: 0, entries_ahead: 0, tickets: 0, idle: 0, stopped: false };
        Self { state: Mutex::new(state), work: Condvar::new(), delivery: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker's life.
    fn work(&self, mut lister: Lister<'_>) {
        let _alarm = StopAtEnd(self);
        let mut state = self.lock();
        while !state.stopped {
            let Some((ticket, folder)) = state.take_ahead() else {
                state.idle += 1;
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
                continue;
            };
            drop(state);
            let listing = lister.list_found(&folder);
            state = self.lock();
            let more = state.put(ticket, listing);
            if state.is_front_listed() {
                self.delivery.notify_one();
            }
            if more && state.idle > 0 {
                self.work.notify_all();
            }
        }
    }

    /// The next listing in order; `None` at the end.
    fn deliver(&self, lister: &mut Lister<'_>) -> Option<FolderListing> {
        let mut state = self.lock();
        loop {
            match state.slots.pop_front()? {
                Slot::Listed(listing) => {
                    state.folders_ahead -= 1;
                    state.entries_ahead -= listing.entries.len();
                    if state.idle > 0 && state.folders_ahead <= AHEAD_FOLDERS / 2 {
                        self.work.notify_all();
                    }
                    return Some(*listing);
                }
                Slot::Waiting(folder) => {
                    drop(state);
                    let listing = lister.list_found(&folder);
                    let mut state = self.lock();
                    subfolders(&listing).rev().for_each(|path| state.slots.push_front(Slot::Waiting(path)));
                    if state.idle > 0 {
                        self.work.notify_all();
                    }
                    return Some(listing);
                }
                taken @ Slot::Taken(_) => {
                    if state.stopped {
                        return None;
                    }
                    state.slots.push_front(taken);
                    state = self.delivery.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.work.notify_all();
        self.delivery.notify_all();
    }
}

impl State {
    fn take_ahead(&mut self) -> Option<(u64, RelPath)> {
        if self.folders_ahead >= AHEAD_FOLDERS || self.entries_ahead >= AHEAD_ENTRIES {
            return None;
        }
        let slot = self.slots.iter_mut().find(|slot| matches!(slot, Slot::Waiting(_)))?;
        self.tickets += 1;
        self.folders_ahead += 1;
        match std::mem::replace(slot, Slot::Taken(self.tickets)) {
            Slot::Waiting(folder) => Some((self.tickets, folder)),
            _ => None,
        }
    }

    /// Puts a listing in its place and its folders behind it. True when there is more to do.
    fn put(&mut self, ticket: u64, listing: FolderListing) -> bool {
        let Some(place) = self.slots.iter().position(|slot| matches!(slot, Slot::Taken(t) if *t == ticket))
        else {
            return false;
        };
        self.entries_ahead += listing.entries.len();
        let mut more = false;
        for folder in subfolders(&listing).rev() {
            self.slots.insert(place + 1, Slot::Waiting(folder));
            more = true;
        }
        self.slots[place] = Slot::Listed(Box::new(listing));
        more
    }

    fn is_front_listed(&self) -> bool {
        matches!(self.slots.front(), Some(Slot::Listed(_)))
    }
}

/// Stops the queue when the caller has had enough, and when a worker panics: nobody waits for what it had taken.
struct StopAtEnd<'a>(&'a Queue);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}
