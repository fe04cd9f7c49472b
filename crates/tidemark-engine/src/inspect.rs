//! The commands that only look: `status`, `explain`, `activity`.

use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_core::node::{Change, Kind, Local, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::Hold;
use tidemark_providers::Capabilities;

use crate::accounts::find_provider;
use crate::apply::trouble::state_error;
use crate::clock::{Clock, SystemClock, shown};
use crate::config::{Config, PairConfig, Verify};
use crate::control::Tidemark;
use crate::error::{EngineError, Result};
use crate::manifest::SavedManifest;
use crate::open_pair::open_state;
use crate::pair::is_only_remembered;
use crate::report::{ActivityLine, ConflictLine, Explanation, OrphanLine, PairStatus, SideView};
use crate::state::{Act, ActivityFilter, Intent, Meta, State, StateError};

impl Tidemark {
    /// How pairs stand, as last seen: asks neither disk nor service.
    pub fn status(&self, pairs: &[String]) -> Result<Vec<PairStatus>> {
        let config = Config::load(&self.home)?;
        let chosen: Vec<&PairConfig> = match pairs {
            [] => config.pairs.iter().collect(),
            names => names.iter().map(|name| config.pair(name)).collect::<Result<_>>()?,
        };
        chosen
            .into_iter()
            .map(|pair| {
                let state = open_state(&self.home, pair)?;
                let provider = find_provider(&config.account(&pair.account)?.provider)?;
                let able = (provider.capabilities)();
                let ignore = ignore_rules(pair)?;
                status_of(pair, &able, &state, &ignore).map_err(|error| state_error(&error))
            })
            .collect()
    }

    /// What the three trees say of a path, and what follows.
    pub fn explain(&self, pair: &str, path: &str) -> Result<Explanation> {
        let config = Config::load(&self.home)?;
        let pair = config.pair(pair)?;
        let path = path_in(pair, path)?;
        let state = open_state(&self.home, pair)?;
        let ignore = ignore_rules(pair)?;
        explanation(pair, &path, &state, &ignore).map_err(|error| state_error(&error))
    }

    /// What was done, newest first, over one pair or all.
    pub fn activity(&self, pair: Option<&str>, limit: usize) -> Result<Vec<ActivityLine>> {
        self.activity_page(pair, &ActivityFilter::default(), 0, limit).map(|(lines, _)| lines)
    }

    /// What was done and a filter lets through, newest first, without the first `skip`; and how many lines there are in all.
    pub fn activity_page(
        &self,
        pair: Option<&str>,
        filter: &ActivityFilter,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<ActivityLine>, u64)> {
        let config = Config::load(&self.home)?;
        let pairs: Vec<&PairConfig> = match pair {
            Some(name) => vec![config.pair(name)?],
            None => config.pairs.iter().collect(),
        };
        let (mut lines, mut total) = (Vec::new(), 0);
        for pair in pairs {
            let (rows, count) = open_state(&self.home, pair)?
                .activity_where(filter, skip.saturating_add(limit))
                .map_err(|error| state_error(&error))?;
            total += count;
            lines.extend(rows.into_iter().map(|row| ActivityLine {
                seq: row.seq,
                time_ns: row.time_ns,
                pair: pair.name.clone(),
                action: row.action,
                path: row.path,
                reason: row.reason,
                bytes: row.bytes,
                ok: row.ok,
            }));
        }
        lines.sort_by_key(|line| std::cmp::Reverse((line.time_ns, line.seq)));
        let lines = lines.into_iter().skip(skip).take(limit).collect();
        Ok((lines, total))
    }
}

/// A path as a person types it: relative to the pair's folder, or absolute inside it.
pub(crate) fn path_in(pair: &PairConfig, text: &str) -> Result<RelPath> {
    let inside = std::path::Path::new(text).strip_prefix(&pair.local).ok().and_then(|path| path.to_str());
    let trimmed = inside.unwrap_or(text).trim_start_matches("./").trim_end_matches('/');
    RelPath::new(trimmed).map_err(|error| {
        EngineError::usage(format!(
            "\"{}\" is no path in the pair \"{}\": {error}",
            text.escape_debug(),
            pair.name
        ))
        .hint(format!("Give a path below \"{}\", such as docs/report.txt.", pair.local.display()))
    })
}

fn ignore_rules(pair: &PairConfig) -> Result<IgnoreRules> {
    IgnoreRules::new(&pair.ignore).map_err(|error| EngineError::usage(error.to_string()))
}

fn status_of(
    pair: &PairConfig,
    able: &Capabilities,
    state: &State,
    ignore: &IgnoreRules,
) -> std::result::Result<PairStatus, StateError> {
    let (problems, held): (_, Option<Hold>) = (state.problems()?, state.get(Meta::Hold)?);
    let conflicts: Vec<ConflictLine> = state
        .conflicts()?
        .into_iter()
        .map(|row| ConflictLine { id: row.id, path: row.path.to_string(), kind: row.kind })
        .collect();
    let settled: Option<i64> = state.get(Meta::SettledNs)?;
    let failure: Option<String> = state.get(Meta::Failure)?;
    let failure = failure.map(|said| if said.ends_with(['.', '?']) { said } else { format!("{said}.") });
    let since = settled.map(shown);
    let paused = pair.is_paused(SystemClock.now_ns());
    let until = pair.paused_until_ns.filter(|_| paused);
    let sentence = match (&failure, &held, &since) {
        _ if paused && until.is_some() => {
            format!("Paused until {}. Resume it to go on at once.", until.map(shown).unwrap_or_default())
        }
        _ if paused => "Paused. Resume it to go on.".to_owned(),
        (Some(failure), _, Some(since)) => {
            format!("The last sync failed: {failure} Last in step at {since}.")
        }
        (Some(failure), _, None) => format!("The last sync failed: {failure}"),
        (None, Some(_), _) => "Held: it waits for your word, and nothing was deleted.".to_owned(),
        (None, None, None) => "Not synced yet.".to_owned(),
        (None, None, Some(since)) => match (conflicts.len(), problems.len()) {
            (0, 0) => format!("Up to date. Checked at {since}."),
            (0, count) => format!("Up to date except for {count} with a problem. Checked at {since}."),
            (count, 0) => {
                format!("Up to date except for {count} that wait for your decision. Checked at {since}.")
            }
            (waiting, bad) => format!(
                "Up to date except for {waiting} that wait for your decision and {bad} with a problem. Checked at {since}."
            ),
        },
    };
    Ok(PairStatus {
        pair: pair.name.clone(),
        local: pair.local.display().to_string(),
        remote: if pair.remote.is_empty() {
            pair.account.clone()
        } else {
            format!("{}:{}", pair.account, pair.remote)
        },
        sentence,
        paused,
        paused_until_ns: until,
        synced_files: state.synced_files()?,
        differing: state.dirty_count(|node| is_only_remembered(ignore, node))?,
        last_sync_ns: settled,
        comparison: able.weak_revision.then(|| comparison(pair, state)).transpose()?,
        noticing: state.get(Meta::Noticing)?.unwrap_or_else(|| "idle".to_owned()),
        manifest: state.get::<SavedManifest>(Meta::Manifest)?.map(|saved| saved.id.to_string()),
        possible_orphans: orphans(state)?,
        conflicts,
        problems,
        held,
    })
}

fn orphans(state: &State) -> std::result::Result<Vec<OrphanLine>, StateError> {
    let line = |intent: Intent| match intent.act {
        Act::Orphan { size, id } => Some(OrphanLine {
            path: intent.path.to_string(),
            size,
            id: id.map(|id| id.to_string()),
            time_ns: intent.begun_ns,
        }),
        Act::Upload { .. } | Act::Retire { .. } => None,
    };
    let mut lines = Vec::new();
    for intent in state.intents()? {
        let found_again = match &intent.act {
            Act::Orphan { id: Some(id), .. } => state.leads_to(id, None)?,
            _ => false,
        };
        lines.extend(Some(intent).filter(|_| !found_again).and_then(line));
    }
    Ok(lines)
}

/// What is known of contents where the service tells of names and sizes only.
fn comparison(pair: &PairConfig, state: &State) -> std::result::Result<String, StateError> {
    let last: Option<i64> = state.get(Meta::ComparedNs)?;
    let last = last.map_or_else(|| "not yet".to_owned(), |at| format!("last at {}", shown(at)));
    let rule = match pair.verify {
        Verify::Always => format!("Contents are fetched and compared with each look ({last})."),
        Verify::Daily => format!("Contents are fetched and compared once a day ({last})."),
        Verify::Never => format!(
            "Contents aren't compared; `tidemark pair set {} verify=daily` has them fetched and compared.",
            pair.name
        ),
    };
    Ok(format!("The service shows names and sizes only: an edit there of the same size isn't seen. {rule}"))
}

fn explanation(
    pair: &PairConfig,
    path: &RelPath,
    state: &State,
    ignore: &IgnoreRules,
) -> std::result::Result<Explanation, StateError> {
    let node = state.node(path)?;
    let kind = if node.local.as_ref().is_some_and(|local| local.stamp.kind == Kind::Folder) {
        Kind::Folder
    } else {
        Kind::File
    };
    let ignored_by = ignore.matched_by(path, kind);
    let mut follows = follows(&node);
    if let Some(pattern) = &ignored_by {
        follows = vec![format!("It is left out on both sides by the ignore pattern \"{pattern}\".")];
    }
    if let Some(conflict) = state.conflict_at(path)? {
        follows.push(format!(
            "Conflict {} waits for your decision: `tidemark conflicts show {}`.",
            conflict.id, conflict.id
        ));
    }
    for problem in state.problems()?.into_iter().filter(|problem| problem.path == path.as_str()) {
        follows.push(problem.message);
    }
    Ok(Explanation {
        pair: pair.name.clone(),
        path: path.to_string(),
        local: node.local.as_ref().map(local_view),
        remote: node.remote.as_ref().map(remote_view),
        synced: node.synced.as_ref().map(|synced| SideView {
            hash: synced.hash().map(|hash| hash.to_string()),
            revision: Some(synced.remote.revision.to_string()),
            id: Some(synced.remote.id.to_string()),
            ..local_view(&synced.local)
        }),
        ignored_by,
        follows,
    })
}

fn follows(node: &Node) -> Vec<String> {
    let here = match node.local_change() {
        Change::Same => None,
        Change::Changed if node.synced.is_none() => Some("new"),
        Change::Changed => Some("changed"),
        Change::Absent => Some("deleted"),
    };
    let there = match node.remote_change() {
        Change::Same => None,
        Change::Changed if node.synced.is_none() => Some("new"),
        Change::Changed => Some("changed"),
        Change::Absent => Some("deleted"),
    };
    let sentence = match (here, there) {
        _ if node.local.is_none() && node.remote.is_none() && node.synced.is_none() => {
            "Nothing is known of this path on either side.".to_owned()
        }
        (None, None) => "Both sides are as they were agreed: nothing to do.".to_owned(),
        (Some(what), None) => format!(
            "It was {what} on this computer, as last seen: the next sync carries that to the service."
        ),
        (_, Some(what)) if node.is_unreadable() => format!(
            "It was {what} on the service, where it can't be read back: it never comes here by itself, and this computer's file stays as it is."
        ),
        (None, Some(what)) => {
            format!("It was {what} on the service, as last seen: the next sync carries that here.")
        }
        (Some("deleted"), Some("deleted")) => {
            "It was deleted on both sides: the next sync forgets it.".to_owned()
        }
        (Some("deleted"), Some(there)) => format!(
            "It was deleted on this computer and {there} on the service, as last seen: the next sync asks you which of the two stays, or does as the pair's rule for conflicts says."
        ),
        (Some(here), Some("deleted")) => format!(
            "It was {here} on this computer and deleted on the service, as last seen: the next sync asks you which of the two stays, or does as the pair's rule for conflicts says."
        ),
        (Some(here), Some(there)) => format!(
            "It was {here} on this computer and {there} on the service, as last seen: the same content is agreed on, another one is a conflict."
        ),
    };
    vec![sentence]
}

/// The local side in a report.
pub(crate) fn local_view(local: &Local) -> SideView {
    let file = local.stamp.kind == Kind::File;
    SideView {
        kind: kind_word(local.stamp.kind),
        size: file.then_some(local.stamp.size),
        modified_ns: file.then_some(local.stamp.mtime_ns),
        hash: local.hash.map(|hash| hash.to_string()),
        revision: None,
        id: None,
    }
}

/// The remote side in a report.
pub(crate) fn remote_view(remote: &Remote) -> SideView {
    SideView {
        kind: kind_word(remote.kind),
        size: remote.size,
        modified_ns: remote.modified_ns,
        hash: remote.hash.map(|hash| hash.to_string()),
        revision: Some(remote.revision.to_string()),
        id: Some(remote.id.to_string()),
    }
}

fn kind_word(kind: Kind) -> String {
    match kind {
        Kind::File => "file".to_owned(),
        Kind::Folder => "folder".to_owned(),
    }
}
