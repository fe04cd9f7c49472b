//! The watches of a tree: one for each folder, kept in step as folders come, move and go.

use std::collections::{HashMap, HashSet};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::fs::{AtFlags, FileType, Mode, RawDir, statat};
use rustix::io::Errno;
use tidemark_core::node::Kind;
use tidemark_core::path::{OWN_FOLDER, RelPath};

use super::hints::Hints;
use super::{Skip, WatchEvent};
use crate::beneath::{OpenRoot, READ_FOLDER, Root};
use crate::disk::Depth;

/// How long it waits for more before it tells.
const QUIET: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
/// How many reads it waits for at most.
const MOST_ROUNDS: u32 = 8;
const BUFFER_BYTES: usize = 64 * 1024;

const SEEN: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::EXCL_UNLINK);

/// Why the watcher can't begin or go on.
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) cause: Errno,
}

/// All watches below a root.
pub(super) struct Watches {
    queue: OwnedFd,
    root: Root,
    shown: PathBuf,
    skip: Box<Skip>,
    folders: HashMap<i32, RelPath>,
    /// Watches of folders that were moved away and have not turned up elsewhere yet.
    moved: HashSet<i32>,
    root_watch: i32,
}

/// One event, taken out of the reader's buffer.
struct Seen {
    watch: i32,
    flags: ReadFlags,
    name: Option<Vec<u8>>,
}

impl Watches {
    /// Watches the whole tree.
    pub(super) fn start(root: &Path, skip: Box<Skip>) -> Result<Self, Refused> {
        let shown = root.to_owned();
        let refused =
            |cause| Refused { message: format!("watching {} isn't possible", root.display()), cause };
        let queue = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(refused)?;
        let mut watches = Self {
            queue,
            root: Root::new(root.to_owned()),
            shown,
            skip,
            folders: HashMap::new(),
            moved: HashSet::new(),
            root_watch: -1,
        };
        watches.add_tree(&RelPath::root())?;
        let root_watch = watches.folders.iter().find(|(_, path)| path.is_root()).map(|(watch, _)| *watch);
        watches.root_watch = root_watch.ok_or_else(|| refused(Errno::NOENT))?;
        Ok(watches)
    }

    /// Tells of changes until `stop` can be read or the watcher fails.
    pub(super) fn run(&mut self, stop: &OwnedFd, on: &dyn Fn(WatchEvent)) {
        let mut hints = Hints::default();
        let mut rounds = 0;
        loop {
            let timeout = (!hints.is_empty()).then_some(&QUIET);
            let mut polled = [
                PollFd::new(stop, PollFlags::IN),
                PollFd::from_borrowed_fd(self.queue.as_fd(), PollFlags::IN),
            ];
            let ready = match poll(&mut polled, timeout) {
                Ok(ready) => ready,
                Err(Errno::INTR) => continue,
                Err(cause) => {
                    return on(WatchEvent::Failed(self.died(cause).message));
                }
            };
            if !polled[0].revents().is_empty() {
                return;
            }
            if ready > 0 {
                if let Err(refused) = self.read(&mut hints) {
                    hints.take().into_iter().for_each(on);
                    return on(WatchEvent::Failed(refused.message));
                }
                rounds += 1;
            }
            if ready == 0 || rounds >= MOST_ROUNDS {
                rounds = 0;
                hints.take().into_iter().for_each(on);
            }
        }
    }

    fn died(&self, cause: Errno) -> Refused {
        Refused { message: format!("watching {} broke off: {cause}", self.shown.display()), cause }
    }

    /// Takes what is in the queue.
    fn read(&mut self, hints: &mut Hints) -> Result<(), Refused> {
        let mut seen = Vec::new();
        {
            let mut buffer = vec![MaybeUninit::uninit(); BUFFER_BYTES];
            let mut reader = Reader::new(&self.queue, &mut buffer);
            loop {
                match reader.next() {
                    Ok(event) => seen.push(Seen {
                        watch: event.wd(),
                        flags: event.events(),
                        name: event.file_name().map(|name| name.to_bytes().to_vec()),
                    }),
                    Err(Errno::AGAIN) => break,
                    Err(Errno::INTR) => continue,
                    Err(cause) => return Err(self.died(cause)),
                }
                if reader.is_buffer_empty() {
                    break;
                }
            }
        }
        for event in seen {
            self.understand(&event, hints)?;
        }
        for watch in std::mem::take(&mut self.moved) {
            let _ = inotify::remove_watch(&self.queue, watch);
        }
        Ok(())
    }

    fn understand(&mut self, event: &Seen, hints: &mut Hints) -> Result<(), Refused> {
        if event.flags.contains(ReadFlags::QUEUE_OVERFLOW) {
            hints.everything();
            return self.add_tree(&RelPath::root());
        }
        let gone = ReadFlags::IGNORED | ReadFlags::UNMOUNT | ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF;
        if event.watch == self.root_watch && event.flags.intersects(gone) {
            let message = format!("{} was moved, deleted or unmounted", self.shown.display());
            return Err(Refused { message, cause: Errno::NOENT });
        }
        if event.flags.contains(ReadFlags::IGNORED) {
            self.folders.remove(&event.watch);
            return Ok(());
        }
        let (Some(folder), Some(name)) = (self.folders.get(&event.watch).cloned(), &event.name) else {
            return Ok(());
        };
        if name == OWN_FOLDER.as_bytes() {
            return Ok(());
        }
        let is_folder = event.flags.contains(ReadFlags::ISDIR);
        let path = std::str::from_utf8(name).ok().and_then(|name| folder.join(name).ok());
        let Some(path) = path else {
            hints.add(&folder, Depth::Shallow);
            return Ok(());
        };
        if (self.skip)(&path, if is_folder { Kind::Folder } else { Kind::File }) {
            return Ok(());
        }
        if is_folder && event.flags.intersects(ReadFlags::MOVED_FROM) {
            self.forget_below(&path);
        }
        hints.add(&folder, Depth::Shallow);
        if is_folder && event.flags.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
            self.add_tree(&path)?;
            hints.add(&path, Depth::Whole);
        }
        Ok(())
    }

    fn forget_below(&mut self, path: &RelPath) {
        let moved = &mut self.moved;
        self.folders.retain(|watch, folder| {
            let stays = folder != path && !folder.is_below(path);
            if !stays {
                moved.insert(*watch);
            }
            stays
        });
    }

    /// Watches a folder and all below it. A folder that is gone meanwhile is none; each is watched before it is read,
    /// so that no folder made at that moment escapes.
    fn add_tree(&mut self, top: &RelPath) -> Result<(), Refused> {
        let root =
            self.root.open().map_err(|error| Refused { message: error.sentence(), cause: Errno::NOENT })?;
        let mut buffer: Vec<u8> = Vec::with_capacity(BUFFER_BYTES);
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(fd) = root.open(folder.as_str(), READ_FOLDER, Mode::empty()) else { continue };
            match self.add(&fd, &folder) {
                Ok(watch) => {
                    self.moved.remove(&watch);
                    self.folders.insert(watch, folder.clone());
                }
                Err(Errno::NOENT | Errno::NOTDIR) => continue,
                Err(cause) => return Err(self.limited(cause)),
            }
            let mut entries = RawDir::new(&fd, buffer.spare_capacity_mut());
            while let Some(Ok(entry)) = entries.next() {
                let Ok(name) = entry.file_name().to_str() else { continue };
                if matches!(name, "." | "..") || !is_folder(&root, &fd, &entry) {
                    continue;
                }
                if let Ok(path) = folder.join(name)
                    && !(self.skip)(&path, Kind::Folder)
                {
                    folders.push(path);
                }
            }
        }
        Ok(())
    }

    /// The very folder that is open, wherever its path leads by now; by the path where `/proc` isn't mounted.
    fn add(&self, fd: &OwnedFd, folder: &RelPath) -> rustix::io::Result<i32> {
        match inotify::add_watch(&self.queue, format!("/proc/self/fd/{}", fd.as_raw_fd()), SEEN) {
            Err(Errno::NOENT) => {
                let path = self.shown.join(folder.as_str());
                inotify::add_watch(&self.queue, path, SEEN | WatchFlags::DONT_FOLLOW)
            }
            added => added,
        }
    }

    fn limited(&self, cause: Errno) -> Refused {
        let shown = self.shown.display();
        let message = match cause {
            Errno::NOSPC => format!(
                "the system's limit of watched folders is reached at {} in {shown}; raise fs.inotify.max_user_watches",
                self.folders.len()
            ),
            _ => format!("watching {shown} failed: {cause}"),
        };
        Refused { message, cause }
    }
}

fn is_folder(root: &OpenRoot, fd: &OwnedFd, entry: &rustix::fs::RawDirEntry<'_>) -> bool {
    match entry.file_type() {
        FileType::Directory => true,
        FileType::Unknown => statat(fd, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| {
            FileType::from_raw_mode(stat.st_mode) == FileType::Directory
                && stat.st_dev == root.identity().device
        }),
        _ => false,
    }
}
