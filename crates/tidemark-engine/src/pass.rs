//! A pass: look at both sides, plan, do it; again until nothing has moved on in between.

mod beside;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tidemark_core::names::NameRules;
use tidemark_core::node::{Change, Node};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{BlockedCode, Hold, Plan};
use tidemark_core::plan::policy::{CopyMarker, Guards, Policy, RemoteLimits};
use tidemark_disk::disk::{Depth, RootIdentity};
use tidemark_providers::capabilities::{Folders, Listing};

use crate::apply::intent::{note_orphans, retire_replaced};
use crate::apply::there::look_at_paths;
use crate::apply::trouble::{provider_error, state_error};
use crate::apply::{Applied, Counts, apply};
use crate::base_texts;
use crate::clock::local_time;
use crate::conflict_base::keep_bases;
use crate::conflict_book;
use crate::error::EngineError;
use crate::manifest;
use crate::manifest_copy;
use crate::observe::contents::compare_contents;
use crate::observe::hashes::fill_hashes;
use crate::observe::local::{LocalScope, LookError, look_local};
use crate::observe::remote::look_remote;
use crate::pair::{Pair, is_only_remembered};
use crate::pass_end::PassEnd;
use crate::report::{Event, Outcome, PairReport, Phase, Problem};
use crate::state::{Meta, StateError};
use crate::undo;

/// Plans made in one sync before what keeps moving is left to the next one.
const ROUNDS: u32 = 6;
/// Wait before another look at what had moved on; doubled each round.
const ROUND_WAIT: Duration = Duration::from_millis(50);

/// For so long decisions are remembered, also those that can't be undone any more.
const YEAR_NS: i64 = 366 * 86_400 * 1_000_000_000;

/// What a pass looks at.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Both sides, whole.
    Everything,
    /// These folders here.
    Here(Vec<(RelPath, Depth)>),
    /// The service.
    There,
    /// These paths, on both sides.
    Paths(Vec<RelPath>),
}

/// What looking brought.
struct Sight {
    problems: Vec<Problem>,
    root: RootIdentity,
    root_replaced: bool,
}

/// What a sync of one pair has come to so far.
#[derive(Default)]
struct Tally {
    counts: Counts,
    problems: BTreeMap<String, Problem>,
    /// The last plan, where one could be made.
    plan: Plan,
    planned: bool,
    end: Option<EngineError>,
}

/// Syncs one pair until it has settled, and reports. Waits for a pass that is under way; what people have decided on some
/// paths is carried out beside it.
pub(crate) async fn sync_pair(pair: &Pair, scope: Scope, confirmed: bool) -> PairReport {
    let start = tokio::time::Instant::now();
    let (requests, up, down) = measures(pair);
    let mut tally = Tally::default();
    let mut held = None;
    let turn = match (&scope, pair.turns.pass.try_lock()) {
        (_, Ok(turn)) => Some(turn),
        (Scope::Paths(_), Err(_)) => None,
        (_, Err(_)) => Some(pair.turns.pass.lock().await),
    };
    let settled = match (&scope, &turn) {
        (Scope::Paths(paths), None) => beside::settle(pair, paths, &mut tally).await,
        _ => settle(pair, &scope, confirmed, &mut tally).await,
    };
    match settled {
        Ok(()) => held = tally.plan.hold.clone(),
        Err(PassEnd::Held(hold)) => held = Some(hold),
        Err(PassEnd::Failed(error)) => tally.end = Some(error),
    }
    let mut conflicts = Vec::new();
    let mut stored = conflict_book::waiting(pair).map(|lines| conflicts = lines);
    if turn.is_some() {
        stored = stored.and_then(|()| remember(pair, &tally, held.as_ref()));
    }
    if let Err(error) = stored {
        tally.end.get_or_insert(state_error(&error));
    }
    if turn.is_some() {
        pair.tell(Event::Ended);
    }
    let counts = tally.counts;
    let touched = counts.uploaded + counts.downloaded + counts.moved_local + counts.moved_remote;
    let (requests_now, up_now, down_now) = measures(pair);
    let problems: Vec<Problem> = tally.problems.into_values().collect();
    let outcome = match () {
        () if tally.end.is_some() => Outcome::Failed,
        () if held.is_some() => Outcome::Held,
        () if !problems.is_empty() => Outcome::Problems,
        () if !conflicts.is_empty() => Outcome::Conflicts,
        () => Outcome::InSync,
    };
    PairReport {
        pair: pair.config.name.clone(),
        outcome,
        uploaded: counts.uploaded,
        downloaded: counts.downloaded,
        moved_local: counts.moved_local,
        moved_remote: counts.moved_remote,
        deleted_local: counts.deleted_local,
        deleted_remote: counts.deleted_remote,
        unchanged: pair.state.clean_files().unwrap_or(0).saturating_sub(touched),
        bytes_up: up_now - up,
        bytes_down: down_now - down,
        requests: requests_now - requests,
        elapsed_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        conflicts,
        problems,
        held,
        error: tally.end,
    }
}

fn measures(pair: &Pair) -> (u64, u64, u64) {
    let traffic = &pair.traffic;
    (pair.provider.requests(), traffic.up.load(Ordering::Relaxed), traffic.down.load(Ordering::Relaxed))
}

/// Looks and plans without doing anything: exactly what a sync would begin with.
pub(crate) async fn plan_pair(pair: &Pair) -> Result<(Plan, Vec<Problem>), PassEnd> {
    let _turn = pair.turns.look.lock().await;
    let sight = look(pair, &Scope::Everything).await?;
    let plan = make_plan(pair, &sight, false).await?;
    Ok((plan, sight.problems))
}

async fn settle(pair: &Pair, scope: &Scope, confirmed: bool, tally: &mut Tally) -> Result<(), PassEnd> {
    let mut turn = pair.turns.look.lock().await;
    pair.tell(Event::Phase { pair: pair.config.name.clone(), phase: Phase::Looking });
    note_orphans(pair)?;
    undo::finish_begun(pair).await?;
    let sight = look(pair, scope).await?;
    // Not before the look: it shows whether the service answers, and a newer manifest may lead to what was to be deleted.
    retire_replaced(pair).await?;
    note_problems(tally, &sight.problems);
    let mut restless = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for round in 0..ROUNDS {
        pair.tell(Event::Phase { pair: pair.config.name.clone(), phase: Phase::Planning });
        tally.plan = make_plan(pair, &sight, confirmed).await?;
        tally.planned = true;
        conflict_book::note(pair, &tally.plan)?;
        keep_bases(pair).await?;
        tally.plan.operations.retain(|operation| !refused.contains(operation.path.as_str()));
        if tally.plan.operations.is_empty() && round > 0 {
            restless.clear();
            break;
        }
        tell_plan(pair, &tally.plan);
        pair.tell(Event::Phase { pair: pair.config.name.clone(), phase: Phase::Working });
        drop(turn);
        let Applied { counts, problems, look_again, end } = apply(pair, &tally.plan).await;
        base_texts::remember(pair, &tally.plan.operations).await?;
        turn = pair.turns.look.lock().await;
        tally.counts.add(counts);
        note_problems(tally, &problems);
        refused.extend(problems.into_iter().map(|problem| problem.path));
        restless = look_again;
        if let Some(error) = end {
            return Err(PassEnd::Failed(error));
        }
        if tally.plan.operations.is_empty() {
            break;
        }
        if !restless.is_empty() {
            tokio::time::sleep(ROUND_WAIT * 2u32.pow(round)).await;
            look_again_at(pair, &restless, sight.root).await?;
        }
    }
    for blocked in &tally.plan.blocked {
        let problem =
            Problem { path: blocked.path.to_string(), code: blocked.code, message: blocked.message.clone() };
        tally.problems.insert(problem.path.clone(), problem);
    }
    for path in restless {
        tally.problems.entry(path.to_string()).or_insert_with(|| Problem {
            path: path.to_string(),
            code: BlockedCode::KeepsChanging,
            message: format!(
                "\"{path}\" keeps changing while it is synced. It is tried again with the next sync."
            ),
        });
    }
    note_problems(tally, manifest::save(pair).await?.as_slice());
    let finished = finish(pair, scope, sight.root, tally);
    drop(turn);
    finished
}

fn note_problems(tally: &mut Tally, problems: &[Problem]) {
    tally.problems.extend(problems.iter().map(|problem| (problem.path.clone(), problem.clone())));
}

fn tell_plan(pair: &Pair, plan: &Plan) {
    let bytes = plan.operations.iter().map(crate::plan_view::bytes_of).sum();
    pair.tell(Event::Planned { operations: plan.operations.len() as u64, bytes });
}

async fn look(pair: &Pair, scope: &Scope) -> Result<Sight, PassEnd> {
    let disk = pair.disk.clone();
    let root = match pair.offload.run(move || disk.root()).await? {
        Ok(root) => root,
        Err(error) => return Err(LookError::Disk(error).into()),
    };
    let known: Option<RootIdentity> = pair.state.get(Meta::Root)?;
    let patterns: Option<Vec<String>> = pair.state.get(Meta::Ignore)?;
    if patterns.as_ref() != Some(&pair.config.ignore) {
        let ids_stay = pair.provider.capabilities().listing == Listing::None;
        pair.state.forget_ignored(|node| pair.is_ignored(node), ids_stay)?;
        pair.state.set(Meta::Ignore, Some(&pair.config.ignore))?;
    }
    let (here, there) = match scope {
        Scope::Everything => (Some(LocalScope::Whole), true),
        Scope::Here(folders) => (Some(LocalScope::Folders(folders.clone())), false),
        Scope::There => (None, true),
        Scope::Paths(paths) => (Some(LocalScope::Paths(paths.clone())), false),
    };
    let local = async {
        let Some(here) = here else { return Ok::<_, PassEnd>(Vec::new()) };
        let shared = pair.clone();
        Ok(pair.offload.run(move || look_local(&shared, &here, root)).await??.problems)
    };
    let remote = async {
        if there {
            let seen = async {
                let seen = look_remote(pair, false).await?;
                compare_contents(pair).await?;
                Ok(seen.problems)
            };
            seen.await.map_err(|error| PassEnd::of_list(pair, error))
        } else {
            if pair.provider.capabilities().listing == Listing::None {
                let recovered = manifest_copy::recover(pair).await;
                recovered.map_err(|error| PassEnd::of_list(pair, error))?;
            }
            Ok(Vec::new())
        }
    };
    let (local, remote) = futures_util::join!(local, remote);
    let mut problems = local?;
    problems.extend(remote?);
    if let Scope::Paths(paths) = scope {
        look_at_paths(pair, paths).await.map_err(|error| PassEnd::Failed(provider_error(pair, &error)))?;
    }
    if !matches!(scope, Scope::Everything) {
        problems.extend(pair.state.problems()?.into_iter().filter(|problem| found_by_scan(problem.code)));
    }
    Ok(Sight { problems, root, root_replaced: known.is_some_and(|known| known != root) })
}

/// Problems that only looking at everything finds again.
fn found_by_scan(code: BlockedCode) -> bool {
    matches!(
        code,
        BlockedCode::Symlink
            | BlockedCode::SpecialFile
            | BlockedCode::NameNotUtf8
            | BlockedCode::UnsafePath
            | BlockedCode::OtherFilesystem
            | BlockedCode::DuplicateName
    )
}

async fn look_again_at(pair: &Pair, paths: &BTreeSet<RelPath>, root: RootIdentity) -> Result<(), PassEnd> {
    let paths: Vec<RelPath> = paths.iter().cloned().collect();
    let (shared, scope) = (pair.clone(), LocalScope::Paths(paths.clone()));
    pair.offload.run(move || look_local(&shared, &scope, root)).await??;
    look_at_paths(pair, &paths).await.map_err(|error| PassEnd::Failed(provider_error(pair, &error)))
}

async fn make_plan(pair: &Pair, sight: &Sight, confirmed: bool) -> Result<Plan, PassEnd> {
    let plan = plan_once(pair, sight, confirmed).await?;
    let doubtful: Vec<RelPath> =
        plan.conflicts.iter().filter(|c| c.sides.remote.is_some()).map(|c| c.path.clone()).collect();
    if doubtful.is_empty() || pair.provider.capabilities().eventual_consistency.is_none() {
        return Ok(plan);
    }
    look_at_paths(pair, &doubtful).await.map_err(|error| PassEnd::Failed(provider_error(pair, &error)))?;
    plan_once(pair, sight, confirmed).await
}

async fn plan_once(pair: &Pair, sight: &Sight, confirmed: bool) -> Result<Plan, PassEnd> {
    let mut nodes = pair.state.dirty()?;
    nodes.retain(|node| !is_only_remembered(&pair.ignore, node));
    let nodes = fill_hashes(pair, nodes).await.map_err(|error| PassEnd::of_list(pair, error))?;
    let policy = policy(pair, sight, confirmed, &nodes)?;
    Ok(tidemark_core::plan::plan(nodes, &policy))
}

fn policy(pair: &Pair, sight: &Sight, confirmed: bool, nodes: &[Node]) -> Result<Policy, PassEnd> {
    let able = pair.provider.capabilities();
    let deletes =
        |node: &Node| node.local_change() == Change::Absent || node.remote_change() == Change::Absent;
    Ok(Policy {
        direction: pair.config.direction,
        on_conflict: pair.config.on_conflict,
        decisions: conflict_book::decisions(pair, nodes)?,
        remote: RemoteLimits {
            moves_files: able.moves_files,
            moves_folders: able.moves_folders,
            folders: able.folders != Folders::None,
            empty_files: able.empty_files,
            max_size: able.max_size,
            writable: true,
            stable_ids: able.stable_ids,
            names: able.names.clone(),
        },
        local_names: NameRules { wary: true, ..pair.disk.name_rules() },
        guards: Guards {
            synced_files: if nodes.iter().any(deletes) { pair.state.synced_files()? } else { 0 },
            max_delete_percent: pair.config.max_delete_percent,
            max_deletes: pair.config.max_deletes,
            root_replaced: sight.root_replaced,
            standing: pair.state.get(Meta::Standing)?.unwrap_or_default(),
            confirmed,
        },
        copy_marker: CopyMarker {
            device: pair.device.clone(),
            time: local_time(pair.clock.now_ns(), "%Y-%m-%d %H%M%S"),
        },
    })
}

/// Housekeeping after a pass that came to its end.
fn finish(pair: &Pair, scope: &Scope, root: RootIdentity, tally: &Tally) -> Result<(), PassEnd> {
    if tally.plan.hold.is_none() {
        pair.state.set(Meta::Root, Some(&root))?;
    }
    if matches!(scope, Scope::Everything) {
        pair.state.trim_activity()?;
        pair.state.trim_resolutions(pair.clock.now_ns().saturating_sub(YEAR_NS))?;
        if tally.counts != Counts::default() {
            pair.state.trim_base_texts()?;
        }
        let kept_ns = i64::from(pair.config.keep_days) * 86_400 * 1_000_000_000;
        let purged = pair.disk.purge_kept(pair.clock.now_ns().saturating_sub(kept_ns));
        let staged = pair.disk.staged().unwrap_or_default();
        if tally.problems.is_empty() {
            staged.iter().for_each(|key| drop(pair.disk.discard(key)));
        }
        pair.disk.tidy();
        if let Err(error) = purged {
            tracing::warn!(error = %error.sentence(), "what was kept long enough could not be removed");
        }
    }
    Ok(())
}

fn remember(pair: &Pair, tally: &Tally, held: Option<&Hold>) -> Result<(), StateError> {
    let problems: Vec<Problem> = tally.problems.values().cloned().collect();
    pair.state.set_problems(&problems)?;
    pair.state.set(Meta::Hold, held)?;
    if tally.planned {
        pair.state.set(Meta::Standing, Some(&tally.plan.standing))?;
    }
    pair.state.set(Meta::Failure, tally.end.as_ref().map(|error| error.message.clone()).as_ref())?;
    if tally.end.is_none() {
        pair.state.set(Meta::SettledNs, Some(&pair.clock.now_ns()))?;
    }
    Ok(())
}
