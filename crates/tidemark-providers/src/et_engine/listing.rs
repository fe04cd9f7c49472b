//! Listings: a walk over the directories, handed out in pages.
//!
//! A directory's answer has names alone, so each file's size takes a request of its own. Both kinds of requests are sent a
//! few at a time. Sizes come before further directories: what waits is what the directories in flight have brought.
//!
//! A page on which a request failed is an error. What has come by then is kept, and the next attempt at the page asks for
//! the rest: so pages are small, and the first one is smallest, as nothing is kept of it.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::Either;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::error::Denied;
use crate::et_engine::unfinished::is_unfinished;
use crate::et_engine::wire::Names;
use crate::et_engine::{EtEngine, There, file, folder};
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::provider::{ChangePage, Cursor, Next, RemoteChange, UnusableName};

/// Items after which a page ends.
const PAGE: usize = 50;
/// Requests in flight.
const IN_FLIGHT: usize = 16;
/// Directories among them, as each may bring very many names.
const DIRECTORIES_IN_FLIGHT: usize = 4;
/// More directories than any filesystem has: a link that leads to a folder above makes them endless.
const MOST_DIRECTORIES: u64 = 1_000_000;
/// Listings that may be under way at once; the oldest one has been given up when there are more.
const MOST_WALKS: usize = 4;
/// Characters of an unusable name that are shown.
const SHOWN_CHARS: usize = 200;
const WHAT: &str = "listing the filesystem";

/// Listings under way, by the cursor of their next page.
#[derive(Default)]
pub(super) struct Listings(Mutex<Walks>);

#[derive(Default)]
struct Walks {
    last: u64,
    waiting: BTreeMap<u64, Walk>,
}

/// A listing under way. Paths are below the pair's root.
#[derive(Default)]
struct Walk {
    directories: Vec<RelPath>,
    files: Vec<RelPath>,
    changes: Vec<RemoteChange>,
    unusable: Vec<UnusableName>,
    directories_listed: u64,
}

/// What is asked for.
enum Job {
    Names(RelPath),
    Size(RelPath),
}

/// What came.
enum Found {
    Names(RelPath, Names),
    Size(RelPath, u64),
    /// A file that went away since its name was listed.
    Nothing,
}

impl Listings {
    /// One page; see [`crate::Provider::changes`].
    pub(super) async fn page(&self, service: &EtEngine, since: Option<&Cursor>) -> Result<ChangePage> {
        let (number, mut walk) = match since {
            None => (None, Walk::at_root(service).await?),
            Some(cursor) => {
                let number = cursor.0.parse().map_err(|_| expired())?;
                (Some(number), self.locked().waiting.remove(&number).ok_or_else(expired)?)
            }
        };
        if let Err(error) = walk.go_on(service, number.map_or(1, |_| PAGE)).await {
            self.locked().waiting.extend(number.map(|number| (number, walk)));
            return Err(error);
        }
        let changes = std::mem::take(&mut walk.changes);
        let unusable = std::mem::take(&mut walk.unusable);
        let next = if walk.is_over() { Next::Done(None) } else { Next::Page(self.keep(walk)) };
        Ok(ChangePage { changes, unusable, next })
    }

    fn keep(&self, walk: Walk) -> Cursor {
        let mut walks = self.locked();
        walks.last += 1;
        let number = walks.last;
        walks.waiting.insert(number, walk);
        if walks.waiting.len() > MOST_WALKS {
            walks.waiting.pop_first();
        }
        Cursor(number.to_string())
    }

    fn locked(&self) -> MutexGuard<'_, Walks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Walk {
    /// Begins. A folder of the pair that isn't there is empty; it is made when something is first sent to it.
    async fn at_root(service: &EtEngine) -> Result<Self> {
        let root = RelPath::root();
        if !service.root.is_root() {
            match service.look(&service.root, WHAT).await? {
                There::Folder => {}
                There::Nothing => return Ok(Self::default()),
                There::File(_) => {
                    return Err(ProviderError::permanent(
                        ErrorKind::Settings,
                        format!("{} in the filesystem is a file, not a folder", service.named(&root)),
                    ));
                }
            }
        }
        Ok(Self { directories: vec![root], ..Self::default() })
    }

    fn is_over(&self) -> bool {
        self.directories.is_empty() && self.files.is_empty()
    }

    /// Asks until there are `enough` items, or all. After the first failure nothing further is asked for.
    async fn go_on(&mut self, service: &EtEngine, enough: usize) -> Result<()> {
        let mut in_flight = FuturesUnordered::new();
        let mut directories = 0;
        let mut result = Ok(());
        loop {
            while result.is_ok()
                && in_flight.len() < IN_FLIGHT
                && self.changes.len() + in_flight.len() < enough
                && let Some(job) = self.next(directories < DIRECTORIES_IN_FLIGHT)
            {
                directories += usize::from(matches!(job, Job::Names(_)));
                in_flight.push(match job {
                    Job::Names(path) => Either::Left(names(service, path)),
                    Job::Size(path) => Either::Right(size(service, path)),
                });
            }
            let Some((job, found)) = in_flight.next().await else { return result };
            directories -= usize::from(matches!(job, Job::Names(_)));
            let taken = found.and_then(|found| self.take(found));
            if taken.is_err() {
                self.put_back(job);
            }
            result = result.and(taken);
        }
    }

    fn next(&mut self, may_list: bool) -> Option<Job> {
        match self.files.pop() {
            Some(path) => Some(Job::Size(path)),
            None if may_list => self.directories.pop().map(Job::Names),
            None => None,
        }
    }

    fn put_back(&mut self, job: Job) {
        match job {
            Job::Names(path) => self.directories.push(path),
            Job::Size(path) => self.files.push(path),
        }
    }

    fn take(&mut self, found: Found) -> Result<()> {
        match found {
            Found::Nothing => Ok(()),
            Found::Size(path, size) => {
                let remote = file(&path, size);
                self.changes.push(RemoteChange::Present { path, remote });
                Ok(())
            }
            Found::Names(directory, names) => self.take_names(&directory, names),
        }
    }

    fn take_names(&mut self, directory: &RelPath, names: Names) -> Result<()> {
        let mut seen = HashSet::with_capacity(names.directories.len() + names.files.len());
        if !names.directories.iter().chain(&names.files).all(|name| seen.insert(name)) {
            return Err(nonsense(
                WHAT,
                format!("a name came twice in \"{}\"", shown(directory.as_str(), 300)),
            ));
        }
        self.directories_listed += 1;
        if self.directories_listed + self.directories.len() as u64 > MOST_DIRECTORIES {
            return Err(ProviderError::permanent(
                ErrorKind::Protocol,
                format!("{WHAT}: there is no end after {MOST_DIRECTORIES} folders"),
            ));
        }
        for name in &names.garbled {
            self.refuse(directory, name, "its name isn't Unicode text");
        }
        for name in &names.directories {
            if let Some(path) = self.path(directory, name) {
                self.changes.push(RemoteChange::Present { path: path.clone(), remote: folder(&path) });
                self.directories.push(path);
            }
        }
        for name in names.files.iter().filter(|name| !is_unfinished(name)) {
            let path = self.path(directory, name);
            self.files.extend(path);
        }
        Ok(())
    }

    fn path(&mut self, directory: &RelPath, name: &str) -> Option<RelPath> {
        if name.contains(char::is_control) {
            self.refuse(directory, name, "its name holds a control character");
            return None;
        }
        match directory.join(name) {
            Ok(path) => Some(path),
            Err(why) => {
                self.refuse(directory, name, &why.to_string());
                None
            }
        }
    }

    fn refuse(&mut self, directory: &RelPath, name: &str, why: &str) {
        let path = if directory.is_root() { name.to_owned() } else { format!("{directory}/{name}") };
        self.unusable.push(UnusableName { shown: shown(&path, SHOWN_CHARS), why: why.to_owned() });
    }
}

async fn names(service: &EtEngine, path: RelPath) -> (Job, Result<Found>) {
    let listed = async {
        let full = service.full(&path)?;
        let what = format!("listing {}", service.named(&path));
        service.api.list(&full, &what).await.map_err(Denied::into_error)
    };
    let found = listed.await.map(|names| Found::Names(path.clone(), names));
    (Job::Names(path), found)
}

async fn size(service: &EtEngine, path: RelPath) -> (Job, Result<Found>) {
    let asked = async {
        let full = service.full(&path)?;
        let what = format!("asking for the size of {}", service.named(&path));
        match service.api.size(&full, &what).await {
            Ok(size) => Ok(Found::Size(path.clone(), size)),
            Err(Denied::Absent(_)) => Ok(Found::Nothing),
            Err(denied) => Err(denied.into_error()),
        }
    };
    let found = asked.await;
    (Job::Size(path), found)
}

fn expired() -> ProviderError {
    ProviderError::permanent(
        ErrorKind::CursorExpired,
        format!("{WHAT}: it isn't under way any more; it begins anew"),
    )
}
