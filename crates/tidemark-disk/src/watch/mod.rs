//! Noticing changes as they happen. Events are hints: they say which folders to look at again, never what is there.
//!
//! Built on inotify itself. A general watcher subscribes to every opening of a file as well, so that our own reading of
//! a tree would flood its queue; and it tells of a new folder before it watches it, so that what is put into it in
//! between goes unseen.

mod hints;
mod inotify;

use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustix::event::{EventfdFlags, eventfd};
use tidemark_core::node::Kind;
use tidemark_core::path::RelPath;

use crate::disk::Depth;
use crate::error::{DiskError, DiskErrorKind, Result};
use inotify::Watches;

/// What a watcher tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchEvent {
    /// Something changed in this folder: to be scanned so far.
    Dirty {
        /// The folder.
        folder: RelPath,
        /// `Whole` for one that was made or moved here.
        depth: Depth,
    },
    /// Events were lost: everything is to be scanned. The watcher goes on.
    RescanAll,
    /// The watcher can't go on, for this reason (a whole sentence): scan from time to time.
    Failed(String),
}

/// Watches a folder and everything below it until it is dropped.
pub struct Watcher {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

/// Prunes what isn't to be watched.
pub(crate) type Skip = dyn Fn(&RelPath, Kind) -> bool + Send;

impl Watcher {
    /// Begins to watch `root`, without what `skip` prunes and Tidemark's own folders: what changes after this has returned is told
    /// to `on`, in bundles of some 20 ms, from a thread of the watcher's. Fails when there is no such folder or the
    /// system's limit of watches is reached.
    pub fn start(
        root: &Path,
        skip: impl Fn(&RelPath, Kind) -> bool + Send + 'static,
        on: impl Fn(WatchEvent) + Send + 'static,
    ) -> Result<Self> {
        let failed = |error: rustix::io::Errno| {
            DiskError::system(format!("watching {} failed", root.display()), error.into())
        };
        let mut watches = Watches::start(root, Box::new(skip)).map_err(|context| {
            let mut failed = DiskError::new(DiskErrorKind::Io, context.message);
            failed.source = Some(context.cause.into());
            failed
        })?;
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC).map_err(failed)?);
        let stopping = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("tidemark-watch".into())
            .spawn(move || watches.run(&stopping, &on))
            .map_err(|error| DiskError::system("starting the watcher failed", error))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
