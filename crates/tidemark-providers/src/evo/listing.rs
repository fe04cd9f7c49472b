//! Listings and deltas: pages of `GET files`, made into changes below a root.
//!
//! The list is flat, of the whole workspace, in pages by offset; it has no filter for folders. It is asked for in order
//! of creation, so that what is made meanwhile comes at the end. When the total shrinks between two pages, something was
//! deleted, and what stood behind it moved up, perhaps past our offset; when the list ends without as many files as it
//! says there are, something is missing. In both cases the list is read again from the start for what hasn't come yet;
//! if that doesn't bring all, it isn't complete, and that is an error.
//!
//! A delta asks for what was deleted since, then for what was modified since. In that order a file that was deleted and
//! made again ends as present. Its cursor is a time by the service's own clock: the newest that was seen on any file,
//! but never later than the answer's `Date`. Each delta goes back [`OVERLAP`] further, as a version may carry the time
//! at which its upload began: links are good for 30 minutes. A restored file needs no new time of modification: a full
//! listing finds it, a delta may not. While two files have one path there are no deltas: which of the two is synced (the
//! one made first) only a full listing can say, and it must not change from one to the next.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use tokio::time::Instant;

use serde::{Deserialize, Serialize};
use tidemark_core::node::{Kind, Remote, RemoteId, Revision};
use tidemark_core::path::{PathError, RelPath};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::evo::api::Api;
use crate::evo::clock;
use crate::evo::wire::{File, Page, PathStyle};
use crate::http::address::encoded;
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::provider::{ChangePage, Cursor, Next, RemoteChange, UnusableName};

/// Files a page; the service's most.
pub(super) const PAGE: u64 = 5000;
/// How far a delta goes back before its cursor, in nanoseconds: one hour.
const OVERLAP: i64 = 3600 * 1_000_000_000;
/// More pages than any workspace has.
const MOST_PAGES: u64 = 2000;
/// How often a list is read until it is complete.
const MOST_ROUNDS: u32 = 3;
/// Listings that are remembered while they go on.
const MOST_RUNNING: usize = 8;
/// Characters of an unusable name that are shown.
const SHOWN_CHARS: usize = 200;
const WHAT: &str = "listing the workspace";

/// A cursor as text. `root` and `workspace` keep it from being used elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// A page of a listing that goes on, by its number.
    Page { run: u64, page: u64 },
    /// The beginning of a delta.
    Since { workspace: String, root: RelPath, ns: i64 },
}

/// What a listing asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    All,
    DeletedSince(i64),
    ModifiedSince(i64),
}

/// A listing that goes on.
#[derive(Debug, Clone)]
struct Run {
    began: Instant,
    asks: Asks,
    page: u64,
    round: u32,
    offset: u64,
    total: Option<u64>,
    newest: Option<i64>,
    /// The total shrank from one page to the next.
    shrank: bool,
    /// Two files of one path came.
    twins: bool,
    /// Hashes of the ids and of the paths that came.
    ids: HashSet<u64>,
    paths: HashSet<u64>,
}

/// The listings of one root.
pub(super) struct Listings {
    workspace: String,
    root: RelPath,
    hasher: RandomState,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    last: u64,
    runs: HashMap<u64, Run>,
    complete: Option<Instant>,
}

impl Listings {
    pub(super) fn new(workspace: &str, root: &RelPath) -> Self {
        Self {
            workspace: workspace.to_owned(),
            root: root.clone(),
            hasher: RandomState::new(),
            running: Mutex::default(),
        }
    }

    /// When the last complete listing or delta began.
    pub(super) fn complete_since(&self) -> Option<Instant> {
        self.locked().complete
    }

    /// One page; see [`crate::Provider::changes`].
    pub(super) async fn page(&self, api: &Api, since: Option<&Cursor>) -> Result<ChangePage> {
        let (number, run) = match since.map(|cursor| serde_json::from_str(&cursor.0)) {
            None => (self.next_number(), Run::new(Asks::All, None)),
            Some(Ok(Place::Since { workspace, root, ns }))
                if workspace == self.workspace && root == self.root =>
            {
                let from = ns.saturating_sub(OVERLAP);
                (self.next_number(), Run::new(Asks::DeletedSince(from), Some(ns)))
            }
            Some(Ok(Place::Page { run, page })) => match self.locked().runs.get(&run) {
                Some(found) if found.page == page => (run, found.clone()),
                _ => return Err(expired("the listing that it belongs to isn't running any more")),
            },
            Some(_) => return Err(expired("the cursor isn't of this workspace and folder")),
        };
        let (page, date) = match api.list(&run.query(), WHAT).await {
            Err(error) if run.asks != Asks::All && is_misunderstood(&error) => {
                return Err(expired("the service can't say what changed").because(error));
            }
            other => other?,
        };
        self.take(number, run, &page, date.and_then(|date| i64::try_from(date.as_nanosecond()).ok()))
    }

    fn take(&self, number: u64, mut run: Run, page: &Page, date: Option<i64>) -> Result<ChangePage> {
        let came = page.files.0.len() as u64;
        if page.count.is_some_and(|count| count != came) {
            return Err(nonsense(
                WHAT,
                format!("a page of {} files came with {came}", page.count.unwrap_or_default()),
            ));
        }
        let (changes, unusable, new) = self.read(&mut run, page);
        let more = run.goes_on(page, came);
        if more && came == 0 {
            return Err(nonsense(WHAT, "an empty page came before the list's end"));
        }
        if more && new == 0 && run.round == 1 {
            return Err(nonsense(WHAT, "a page came that only repeats what came before"));
        }
        if run.page >= MOST_PAGES {
            return Err(ProviderError::permanent(
                ErrorKind::Protocol,
                format!("{WHAT}: the list has no end after {MOST_PAGES} pages"),
            ));
        }
        run.shrank |= page.total < run.total;
        let is_short = page.total.is_some_and(|total| (run.ids.len() as u64) < total);
        let next = if more {
            run.offset += came;
            run.total = page.total;
            self.keep(number, run)?
        } else if (is_short || run.shrank) && run.round < MOST_ROUNDS {
            run.round += 1;
            (run.offset, run.total, run.shrank) = (0, None, false);
            self.keep(number, run)?
        } else if is_short {
            return Err(nonsense(WHAT, "the list ends before all of its files have come"));
        } else {
            self.finish(number, run, date)?
        };
        Ok(ChangePage { changes, unusable, next })
    }

    fn keep(&self, number: u64, mut run: Run) -> Result<Next> {
        run.page += 1;
        let place = Place::Page { run: number, page: run.page };
        let mut running = self.locked();
        if running.runs.len() >= MOST_RUNNING && !running.runs.contains_key(&number) {
            let oldest = running.runs.keys().min().copied();
            oldest.map(|oldest| running.runs.remove(&oldest));
        }
        running.runs.insert(number, run);
        Ok(Next::Page(cursor(&place)?))
    }

    fn finish(&self, number: u64, run: Run, date: Option<i64>) -> Result<Next> {
        let newest = match (run.newest, date) {
            (Some(newest), Some(date)) => Some(newest.min(date)),
            (newest, _) => newest,
        };
        if let Asks::DeletedSince(from) = run.asks {
            let (began, page) = (run.began, run.page);
            let next = Run { began, page, ..Run::new(Asks::ModifiedSince(from), newest) };
            return self.keep(number, next);
        }
        if run.twins && run.asks != Asks::All {
            return Err(expired("two files of one path came"));
        }
        let mut running = self.locked();
        running.runs.remove(&number);
        running.complete = Some(run.began);
        let since = newest.filter(|_| !run.twins);
        let since =
            since.map(|ns| Place::Since { workspace: self.workspace.clone(), root: self.root.clone(), ns });
        Ok(Next::Done(since.as_ref().map(cursor).transpose()?))
    }

    /// The page's files as changes, with the number of those that hadn't come before.
    fn read(&self, run: &mut Run, page: &Page) -> (Vec<RemoteChange>, Vec<UnusableName>, u64) {
        let (mut changes, mut unusable, mut new) = (Vec::new(), Vec::new(), 0);
        let files: Vec<serde_json::Result<File>> =
            page.files.0.iter().map(|raw| serde_json::from_str(raw.get())).collect();
        let style = PathStyle::of(files.iter().flatten());
        for (raw, file) in page.files.0.iter().zip(files) {
            let key = file.as_ref().map_or(raw.get(), |file| &file.file_id);
            if !run.ids.insert(self.hasher.hash_one(key)) {
                continue;
            }
            new += 1;
            let file = match file {
                Ok(file) => file,
                Err(error) => {
                    unusable.push(UnusableName {
                        shown: shown(raw.get(), SHOWN_CHARS),
                        why: format!("the service's description of it can't be read: {error}"),
                    });
                    continue;
                }
            };
            let times = [file.modified_at, file.created_at, file.deleted_at];
            run.newest = times.into_iter().flatten().chain(run.newest).max();
            let path = match self.below_root(&file, style) {
                None => continue,
                Some(Ok(path)) => path,
                Some(Err(why)) => {
                    unusable.push(UnusableName { shown: shown(&file.full_path(style), SHOWN_CHARS), why });
                    continue;
                }
            };
            match (run.asks, file.deleted_at) {
                (Asks::DeletedSince(_), Some(_)) => {
                    changes.push(RemoteChange::Gone { id: RemoteId(file.file_id.into()), path });
                }
                (Asks::DeletedSince(_), None) | (_, Some(_)) => {}
                (_, None) if !run.paths.insert(self.hasher.hash_one(path.as_str())) => {
                    run.twins = true;
                    unusable.push(UnusableName {
                        shown: shown(path.as_str(), SHOWN_CHARS),
                        why: "another file of the same path is there; the one that was made first is synced"
                            .into(),
                    });
                }
                (_, None) => changes.push(RemoteChange::Present { path, remote: remote(&file) }),
            }
        }
        (changes, unusable, new)
    }

    /// The file's path below the root; `None` for one that is elsewhere.
    fn below_root(&self, file: &File, style: PathStyle) -> Option<std::result::Result<RelPath, String>> {
        match file.rel_path(style) {
            Ok(path) => path.is_below(&self.root).then(|| path.strip(&self.root)).flatten().map(Ok),
            Err(why) => {
                let full = file.full_path(style);
                let inside = self.root.is_root()
                    || full.strip_prefix(self.root.as_str()).is_some_and(|rest| rest.starts_with('/'));
                let why = match why {
                    PathError::EmptyComponent if file.name.contains('/') => "the name has a slash".to_owned(),
                    other => other.to_string(),
                };
                inside.then_some(Err(why))
            }
        }
    }

    fn next_number(&self) -> u64 {
        let mut running = self.locked();
        running.last += 1;
        running.last
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Run {
    fn new(asks: Asks, newest: Option<i64>) -> Self {
        Self {
            began: Instant::now(),
            asks,
            page: 0,
            round: 1,
            offset: 0,
            total: None,
            newest,
            shrank: false,
            twins: false,
            ids: HashSet::new(),
            paths: HashSet::new(),
        }
    }

    fn query(&self) -> String {
        let page = format!("limit={PAGE}&offset={}", self.offset);
        let since = |ns| encoded(&format!("gte:{}", clock::filter(ns).unwrap_or_default())).to_string();
        match self.asks {
            Asks::All => format!("{page}&order_by=created_at"),
            Asks::DeletedSince(ns) => {
                format!("{page}&order_by=deleted_at&deleted=true&deleted_at={}", since(ns))
            }
            Asks::ModifiedSince(ns) => format!("{page}&order_by=modified_at&modified_at={}", since(ns)),
        }
    }

    /// Whether another page follows. A service that names a next page has one, whatever it counts.
    fn goes_on(&self, page: &Page, came: u64) -> bool {
        let named =
            page.links.as_ref().is_some_and(|links| links.next.as_ref().is_some_and(|next| !next.is_empty()));
        match page.total {
            Some(total) => self.offset + came < total || (named && came > 0),
            None => {
                named || (page.links.is_none() && came > 0 && came >= page.limit.unwrap_or(PAGE).min(PAGE))
            }
        }
    }
}

/// A file as the engine knows it.
pub(super) fn remote(file: &File) -> Remote {
    Remote {
        kind: Kind::File,
        id: RemoteId(file.file_id.as_str().into()),
        revision: Revision(file.version_id.as_str().into()),
        size: file.size,
        modified_ns: file.modified_at.or(file.created_at),
        hash: None,
        write_only: false,
    }
}

fn cursor(place: &Place) -> Result<Cursor> {
    serde_json::to_string(place)
        .map(Cursor)
        .map_err(|error| nonsense(WHAT, "its place can't be kept").because(error))
}

fn expired(why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::CursorExpired, format!("{WHAT}: {why}; it begins anew"))
}

/// A delta that isn't answered as it should be is replaced by a full listing. What a full listing would meet as well
/// (no connection, a refused token) stays what it is.
fn is_misunderstood(error: &ProviderError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Refused | ErrorKind::Protocol | ErrorKind::NotFound | ErrorKind::InvalidName
    )
}
