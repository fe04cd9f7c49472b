//! Looking at the service's side: a full listing or a delta, page by page, compared with the rows; what differs is stored.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt;
use tidemark_core::node::{Kind, Node, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::provider::{ChangePage, Cursor, Next, RemoteChange, RemoteRef};
use tidemark_providers::{ErrorKind, ProviderError};

use super::known::look_known;
use crate::error::EngineError;
use crate::pair::Pair;
use crate::report::{Event, Problem};
use crate::state::{Meta, NodeReader, RemoteRow, SeenRows, StateError};

/// What looking at the service brought, beside the rows.
#[derive(Debug, Default)]
pub(crate) struct RemoteSight {
    /// What can't be synced as it is.
    pub problems: Vec<Problem>,
}

/// Why looking at the service failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error("{}", .0.sentence())]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What a page's comparison carries from page to page.
struct Comparison {
    reader: NodeReader,
    seen: SeenRows,
    folders_seen: HashSet<RelPath>,
    below_files: Vec<RelPath>,
    problems: Vec<Problem>,
}

impl Comparison {
    fn of(pair: &Pair) -> Result<Self, StateError> {
        Ok(Self {
            reader: pair.state.reader()?,
            seen: SeenRows::default(),
            folders_seen: HashSet::new(),
            below_files: Vec::new(),
            problems: Vec::new(),
        })
    }
}

/// How long a delta may stand in for a full listing, in nanoseconds.
const DELTA_TRUSTED_NS: i64 = 3600 * 1_000_000_000;
/// Single items asked for at once.
const CONFIRMATIONS: usize = 16;

/// Looks at the service: by a delta where that is enough (`full` = false), else by a full listing.
pub(crate) async fn look_remote(pair: &Pair, full: bool) -> Result<RemoteSight, ListError> {
    if pair.provider.capabilities().listing == Listing::None {
        look_known(pair).await?;
        return Ok(RemoteSight::default());
    }
    if !full && let Some(cursor) = delta_cursor(pair)? {
        match list(pair, Some(cursor)).await {
            Err(ListError::Provider(error)) if error.kind == ErrorKind::CursorExpired => {}
            other => return other,
        }
    }
    list(pair, None).await
}

fn delta_cursor(pair: &Pair) -> Result<Option<Cursor>, ListError> {
    let listed: Option<i64> = pair.state.get(Meta::ListedNs)?;
    let age = listed.map(|at| pair.clock.now_ns().saturating_sub(at));
    let fresh = age.is_some_and(|age| (0..DELTA_TRUSTED_NS).contains(&age));
    let one_page = pair.provider.capabilities().page_size.map_or(0, u64::from);
    if !pair.provider.capabilities().change_feed || !fresh || pair.state.synced_files()? <= one_page {
        return Ok(None);
    }
    Ok(pair.state.get(Meta::Cursor)?)
}

async fn list(pair: &Pair, since: Option<Cursor>) -> Result<RemoteSight, ListError> {
    let full = since.is_none();
    let mut comparison = Comparison::of(pair)?;
    let mut page = fetch(pair, since).await?;
    let next_delta = loop {
        let next = page.next.clone();
        let compare = compare_page(pair, page, comparison);
        match next {
            Next::Page(cursor) => {
                let (compared, fetched) = futures_util::join!(compare, fetch(pair, Some(cursor)));
                comparison = compared?;
                page = fetched?;
            }
            Next::Done(cursor) => {
                comparison = compare.await?;
                break cursor;
            }
        }
    };
    if full {
        let folders = pair.provider.capabilities().folders == Folders::Real;
        let gone = pair.state.unseen(&comparison.seen, folders)?;
        let rows: Vec<_> = gone.into_iter().map(|path| RemoteRow { path, remote: None }).collect();
        let rows = confirm_fresh(pair, rows).await?;
        pair.state.see_remote(&rows, &mut comparison.seen)?;
        pair.state.set(Meta::ListedNs, Some(&pair.clock.now_ns()))?;
    }
    folders_in_place_of_files(pair, &mut comparison)?;
    pair.state.set(Meta::Cursor, next_delta.as_ref())?;
    Ok(RemoteSight { problems: comparison.problems })
}

/// Takes in items that are known to be there from elsewhere than a listing.
pub(crate) async fn see_items(pair: &Pair, items: Vec<RemoteChange>) -> Result<(), ListError> {
    let page = ChangePage { changes: items, unusable: Vec::new(), next: Next::Done(None) };
    let mut comparison = compare_page(pair, page, Comparison::of(pair)?).await?;
    Ok(folders_in_place_of_files(pair, &mut comparison)?)
}

async fn fetch(pair: &Pair, since: Option<Cursor>) -> Result<ChangePage, ProviderError> {
    let slowed = |error: &ProviderError| {
        pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) });
    };
    pair.pacer.persist(&pair.cancel, &slowed, || pair.provider.changes(since.as_ref())).await
}

async fn compare_page(
    pair: &Pair,
    page: ChangePage,
    mut comparison: Comparison,
) -> Result<Comparison, ListError> {
    pair.tell(Event::Looked { items: page.changes.len() as u64 });
    let shared = pair.clone();
    let (rows, mut comparison) = pair
        .offload
        .run(move || -> Result<_, StateError> {
            comparison.problems.extend(page.unusable.iter().map(|name| Problem {
                path: name.shown.clone(),
                code: BlockedCode::UnsafePath,
                message: format!(
                    "The service has an item that can't be stored here: {}. It stays there.",
                    name.why
                ),
            }));
            let rows = differing_rows(&shared, &page, &mut comparison)?;
            Ok((rows, comparison))
        })
        .await??;
    let rows = confirm_fresh(pair, rows).await?;
    pair.state.see_remote(&rows, &mut comparison.seen)?;
    Ok(comparison)
}

fn differing_rows(
    pair: &Pair,
    page: &ChangePage,
    comparison: &mut Comparison,
) -> Result<Vec<RemoteRow>, StateError> {
    let mut rows = Vec::new();
    let unlisted = pair.provider.capabilities().listing == Listing::None;
    let is_out = |path: &RelPath, kind| !unlisted && pair.ignore.is_ignored(path, kind);
    let mut present: Vec<(&str, &str, &RelPath, &Remote)> = Vec::with_capacity(page.changes.len());
    for change in &page.changes {
        match change {
            RemoteChange::Gone { path, id } => {
                let known = pair.state.node(path)?;
                if known.remote.is_some_and(|remote| remote.id == *id) {
                    rows.push(RemoteRow { path: path.clone(), remote: None });
                }
            }
            RemoteChange::Present { path, remote } if !is_out(path, remote.kind) => {
                present.push((path.parent_str(), path.name(), path, remote));
            }
            RemoteChange::Present { .. } => {}
        }
    }
    present.sort_unstable_by_key(|(parent, name, ..)| (*parent, *name));
    let mut positions = Vec::new();
    for group in present.chunk_by(|a, b| a.0 == b.0) {
        let items: Vec<_> = group.iter().map(|(_, name, _, remote)| (*name, *remote)).collect();
        positions.clear();
        comparison.reader.compare_remote(group[0].0, &items, &mut comparison.seen, &mut positions)?;
        for position in &positions {
            let (_, _, path, remote) = group[*position];
            rows.push(RemoteRow { path: path.clone(), remote: Some(remote.clone()) });
        }
    }
    if pair.provider.capabilities().folders == Folders::Implied {
        implied_folders(pair, &mut rows, comparison)?;
    }
    Ok(rows)
}

/// Folders that no listing names: each that holds a listed file is there.
fn implied_folders(
    pair: &Pair,
    rows: &mut Vec<RemoteRow>,
    comparison: &mut Comparison,
) -> Result<(), StateError> {
    let mut folders = Vec::new();
    let files: HashSet<&RelPath> =
        rows.iter().filter(|row| row.remote.as_ref().is_some_and(is_file)).map(|row| &row.path).collect();
    for row in rows.iter().filter(|row| row.remote.is_some()) {
        for folder in row.path.ancestors() {
            if !comparison.folders_seen.insert(folder.clone()) {
                break;
            }
            match pair.state.node(&folder)?.remote {
                _ if files.contains(&folder) => {}
                None => folders.push(RemoteRow { path: folder, remote: Some(implied_folder()) }),
                Some(known) if is_file(&known) => comparison.below_files.push(folder),
                Some(_) => {}
            }
        }
    }
    for file in rows.iter().filter(|row| row.remote.as_ref().is_some_and(is_file)) {
        if pair.state.node(&file.path)?.remote.is_some_and(|known| known.kind == Kind::Folder) {
            folders.extend(emptied_below(pair, &file.path)?);
        }
    }
    rows.extend(folders);
    Ok(())
}

/// Where a file took the place of a folder: the folders below it that no file was in are gone with it.
fn emptied_below(pair: &Pair, path: &RelPath) -> Result<Vec<RemoteRow>, StateError> {
    let below = pair.state.below(path)?;
    let gone = |path: &RelPath| !below.iter().any(|node| node.path.is_below(path) && holds_file(node));
    let folders =
        below.iter().filter(|node| node.path != *path && node.remote.is_some() && !holds_file(node));
    let rows = folders.filter(|node| gone(&node.path));
    Ok(rows.map(|node| RemoteRow { path: node.path.clone(), remote: None }).collect())
}

fn holds_file(node: &Node) -> bool {
    node.remote.as_ref().is_some_and(is_file)
}

/// Where something came below a path that held a file until now, and the file is gone: a folder took its place.
fn folders_in_place_of_files(pair: &Pair, comparison: &mut Comparison) -> Result<(), StateError> {
    let mut rows = Vec::new();
    for path in comparison.below_files.drain(..) {
        if pair.state.node(&path)?.remote.is_none() {
            rows.push(RemoteRow { path, remote: Some(implied_folder()) });
        }
    }
    pair.state.see_remote(&rows, &mut comparison.seen)
}

fn is_file(remote: &Remote) -> bool {
    remote.kind == Kind::File
}

/// The remote side of a folder that follows from paths.
pub(crate) fn implied_folder() -> Remote {
    Remote {
        kind: Kind::Folder,
        id: RemoteId("".into()),
        revision: Revision("".into()),
        size: None,
        modified_ns: None,
        hash: None,
        write_only: false,
    }
}

/// Where answers may be older than what is known: a listing that contradicts what was agreed or seen a moment ago is
/// not believed; the item itself is asked.
async fn confirm_fresh(pair: &Pair, rows: Vec<RemoteRow>) -> Result<Vec<RemoteRow>, ListError> {
    let Some(window) = pair.provider.capabilities().eventual_consistency else { return Ok(rows) };
    let window = i64::try_from(window.as_nanos()).unwrap_or(i64::MAX);
    let now = pair.clock.now_ns();
    let mut confirmed = Vec::with_capacity(rows.len());
    let mut doubtful = Vec::new();
    for row in rows {
        let node = pair.state.node(&row.path)?;
        let known = [node.remote, node.synced.map(|synced| synced.remote)].into_iter().flatten();
        let newest = known.filter(|known| known.kind == Kind::File).max_by_key(|known| known.modified_ns);
        match newest {
            Some(known) if known.modified_ns.is_some_and(|at| now.saturating_sub(at).abs() < window) => {
                doubtful.push((row, known));
            }
            _ => confirmed.push(row),
        }
    }
    let pair = Arc::new(pair.clone());
    let mut answers = futures_util::stream::iter(doubtful)
        .map(|(row, known)| {
            let pair = pair.clone();
            async move {
                let id = row.remote.as_ref().map_or(known.id, |remote| remote.id.clone());
                let item = RemoteRef { id: Some(id), path: row.path.clone() };
                let remote = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.stat(&item)).await?;
                Ok::<_, ProviderError>(RemoteRow { path: row.path, remote })
            }
        })
        .buffered(CONFIRMATIONS);
    while let Some(answer) = answers.next().await {
        confirmed.push(answer?);
    }
    Ok(confirmed)
}
