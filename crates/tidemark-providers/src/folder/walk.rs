//! A full listing: one scan on its own thread, handed out in pages of whole folders.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tidemark_core::node::Kind;
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_disk::Disk;
use tidemark_disk::disk::{Depth, FolderListing, ScanProblem};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::revision::remote_of;
use super::{Place, blocking};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;
use crate::provider::{ChangePage, Cursor, Next, RemoteChange, UnusableName};

/// Entries after which a page ends with its folder.
pub(super) const PAGE_ENTRIES: usize = if cfg!(test) { 50 } else { 5_000 };
/// Listings that may be under way at once; the oldest one has been given up when there are more.
const MOST_WALKS: usize = 4;
/// Characters of an unusable name that are shown.
const SHOWN: usize = 200;

/// Listings under way, by the cursor of their next page.
#[derive(Default)]
pub(super) struct Walks {
    waiting: Mutex<BTreeMap<u64, Walk>>,
    cursors: AtomicU64,
}

type Walk = Receiver<Result<Page>>;

#[derive(Default)]
struct Page {
    changes: Vec<RemoteChange>,
    unusable: Vec<UnusableName>,
    last: bool,
}

impl Walks {
    /// The page at `since`, or the first one. A cursor is good once.
    pub(super) async fn page(&self, place: &Arc<Place>, since: Option<&Cursor>) -> Result<ChangePage> {
        let expired =
            || ProviderError::permanent(ErrorKind::CursorExpired, "the listing was begun elsewhere");
        let mut walk = match since {
            Some(cursor) => {
                let cursor: u64 = cursor.0.parse().map_err(|_| expired())?;
                self.lock().remove(&cursor).ok_or_else(expired)?
            }
            None => match blocking(place, begin).await? {
                true => start(Arc::clone(place))?,
                false => return Ok(of(Page::default(), Next::Done(None))),
            },
        };
        let page = walk.recv().await.unwrap_or_else(|| {
            Err(ProviderError::passing(ErrorKind::Unavailable, "listing the folder broke off"))
        })?;
        if page.last {
            return Ok(of(page, Next::Done(None)));
        }
        let cursor = self.cursors.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.lock();
        waiting.insert(cursor, walk);
        if waiting.len() > MOST_WALKS {
            waiting.pop_first();
        }
        Ok(of(page, Next::Page(Cursor(cursor.to_string()))))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Walk>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of(page: Page, next: Next) -> ChangePage {
    ChangePage { changes: page.changes, unusable: page.unusable, next }
}

/// Looks at the account's folder anew and drops what killed uploads left in it. False when the pair's folder isn't there: it is made when first written.
fn begin(place: &Place) -> Result<bool> {
    place.disk.root().map_err(|error| place.failed(error))?;
    place.disk.discard_abandoned().map_err(|error| place.failed(error))?;
    match place.disk.stat(&place.root).map_err(|error| place.failed(error))? {
        None => Ok(false),
        Some(stamp) if stamp.kind == Kind::Folder => Ok(true),
        Some(_) => Err(ProviderError::permanent(
            ErrorKind::Settings,
            format!("\"{}\" in {} is a file, not a folder", place.root, place.path.display()),
        )),
    }
}

fn start(place: Arc<Place>) -> Result<Walk> {
    let (send, pages) = channel(1);
    let list = move || {
        let end = walk(&place, &send);
        // Before the last page goes out: whoever has it may take the folder to be free.
        drop(place);
        let _ = send.blocking_send(end);
    };
    std::thread::Builder::new().name("tidemark-list".into()).spawn(list).map_err(|error| {
        ProviderError::permanent(ErrorKind::LocalIo, "starting to list the folder failed").because(error)
    })?;
    Ok(pages)
}

/// Scans and sends until it is done, fails, or nobody takes pages any more. Returns the last page.
fn walk(place: &Place, send: &Sender<Result<Page>>) -> Result<Page> {
    let mut page = Page::default();
    let mut failed = None;
    let scanned = place.disk.scan(&place.root, Depth::Whole, &|_, _| false, &mut |listing| {
        if page.changes.len() >= PAGE_ENTRIES && send.blocking_send(Ok(std::mem::take(&mut page))).is_err() {
            return ControlFlow::Break(());
        }
        match add(place, &mut page, listing) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    match (failed, scanned) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(place.failed(error)),
        (None, Ok(())) => Ok(Page { last: true, ..page }),
    }
}

fn add(place: &Place, page: &mut Page, listing: FolderListing) -> Result<()> {
    for problem in listing.problems {
        match problem.code {
            BlockedCode::LocalDenied | BlockedCode::LocalFailed => return Err(unreadable(&problem)),
            _ => page.unusable.push(unusable(place, &problem)),
        }
    }
    // A folder that was there a moment ago: either it is gone with all that was in it, or it could not be read.
    if !listing.complete && place.disk.stat(&listing.folder).map_err(|error| place.failed(error))?.is_some() {
        let context = format!("listing broke off at \"{}\", which changed meanwhile", listing.folder);
        return Err(ProviderError::passing(ErrorKind::Unavailable, context));
    }
    let folder = listing.folder.strip(&place.root).unwrap_or_else(RelPath::root);
    page.changes.reserve(listing.entries.len());
    for entry in listing.entries {
        let Ok(path) = folder.join(&entry.name) else { continue };
        page.changes.push(RemoteChange::Present { path, remote: remote_of(&entry.stamp) });
    }
    Ok(())
}

fn unreadable(problem: &ScanProblem) -> ProviderError {
    let context =
        format!("\"{}\" can't be listed, so nothing is decided. {}", problem.shown, problem.message);
    match problem.code {
        BlockedCode::LocalDenied => ProviderError::permanent(ErrorKind::LocalIo, context),
        _ => ProviderError::passing(ErrorKind::LocalIo, context),
    }
}

fn unusable(place: &Place, problem: &ScanProblem) -> UnusableName {
    let why = match problem.code {
        BlockedCode::Symlink => "it is a symbolic link",
        BlockedCode::SpecialFile => "it is neither a file nor a folder",
        BlockedCode::NameNotUtf8 => "its name isn't UTF-8",
        BlockedCode::OtherFilesystem => "another file system is mounted there",
        _ => "its path can't be used here",
    };
    let below = problem.shown.strip_prefix(place.root.as_str()).map(|rest| rest.trim_start_matches('/'));
    UnusableName { shown: shown(below.unwrap_or(&problem.shown), SHOWN), why: why.to_owned() }
}
