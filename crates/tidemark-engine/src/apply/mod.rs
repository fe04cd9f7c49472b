//! Doing what a plan says: stage by stage, many operations at a time, each checking what it expects when it acts.

pub(crate) mod content;
pub(crate) mod fetch;
pub(crate) mod here;
pub(crate) mod intent;
mod landing;
mod limiter;
mod record;
pub(crate) mod rescue;
pub(crate) mod send;
mod session;
pub(crate) mod there;
mod transfer;
pub(crate) mod trouble;

use std::collections::{BTreeSet, VecDeque};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Action, BlockedCode, Operation, Plan, Stage};

use crate::error::{EngineError, ErrorCode};
use crate::pair::Pair;
use crate::report::{Event, Problem};
use landing::Landing;
use limiter::Limiter;
use trouble::Trouble;
pub(crate) use trouble::problem_of_disk;

/// Downloads that go into their places together.
const LANDING_FILES: usize = 1000;
/// Bytes of downloads after which they go into their places.
const LANDING_BYTES: u64 = 512 << 20;

/// What a plan's execution brought.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// What was done.
    pub counts: Counts,
    /// Files with a problem.
    pub problems: Vec<Problem>,
    /// Paths at which a side had moved on: they need another look and another plan.
    pub look_again: BTreeSet<RelPath>,
    /// Why it ended before the plan's end.
    pub end: Option<EngineError>,
}

/// Files by what was done with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub uploaded: u64,
    pub downloaded: u64,
    pub moved_local: u64,
    pub moved_remote: u64,
    pub deleted_local: u64,
    pub deleted_remote: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Counts) {
        self.uploaded += other.uploaded;
        self.downloaded += other.downloaded;
        self.moved_local += other.moved_local;
        self.moved_remote += other.moved_remote;
        self.deleted_local += other.deleted_local;
        self.deleted_remote += other.deleted_remote;
    }
}

/// What one operation came to.
enum Step {
    /// It is done and recorded.
    Done(Counts),
    /// Its content is staged and waits for its place.
    Staged(Box<Landing>),
}

type Running<'a> = BoxFuture<'a, (&'a Operation, Result<Step, Trouble>)>;

/// Does what the plan says.
pub(crate) async fn apply(pair: &Pair, plan: &Plan) -> Applied {
    let mut applied = Applied::default();
    let limiter = Limiter::new(pair.provider.capabilities().parallelism);
    for stage in plan.operations.chunk_by(|a, b| a.stage() == b.stage()) {
        if stage.iter().any(|operation| operation.action == Action::DeleteLocal)
            && let Err(error) = there::probe(pair).await
        {
            applied.end = Some(error);
        }
        if applied.end.is_some() {
            break;
        }
        let at_once = match stage[0].stage() {
            Stage::Transfer | Stage::Delete => None,
            Stage::Clear | Stage::Move | Stage::Folders | Stage::DeleteFolders => Some(1),
        };
        run_stage(pair, &limiter, at_once, stage, &mut applied).await;
    }
    applied
}

async fn run_stage(
    pair: &Pair,
    limiter: &Limiter,
    mut at_once: Option<usize>,
    operations: &[Operation],
    applied: &mut Applied,
) {
    let mut starved: Vec<&Operation> = Vec::new();
    let mut queue: VecDeque<&Operation> = operations.iter().collect();
    let mut running: FuturesUnordered<Running<'_>> = FuturesUnordered::new();
    let mut staged: Vec<Landing> = Vec::new();
    let mut landing: FuturesUnordered<BoxFuture<'_, Applied>> = FuturesUnordered::new();
    loop {
        while applied.end.is_none()
            && running.len() < at_once.unwrap_or_else(|| limiter.limit())
            && let Some(operation) = queue.pop_front()
        {
            running.push(Box::pin(async move { (operation, step(pair, limiter, operation).await) }));
        }
        let bytes: u64 = staged.iter().map(Landing::bytes).sum();
        let enough = staged.len() >= LANDING_FILES || bytes >= LANDING_BYTES || running.is_empty();
        if enough && !staged.is_empty() && landing.is_empty() {
            landing.push(Box::pin(landing::land(pair, std::mem::take(&mut staged))));
        }
        if running.is_empty() && landing.is_empty() {
            if starved.is_empty() || applied.end.is_some() {
                return;
            }
            // What met a full disk while others filled it may fit when it comes alone, the smallest first.
            starved.sort_by_key(|operation| crate::plan_view::bytes_of(operation));
            queue.extend(starved.drain(..));
            at_once = Some(1);
            continue;
        }
        tokio::select! {
            biased;
            () = pair.cancel.cancelled(), if applied.end.is_none() => {
                applied.end = Some(EngineError::new(ErrorCode::Cancelled, "stopped"));
                running.clear();
                queue.clear();
                staged.clear();
            }
            Some(landed) = landing.next() => applied.take(landed),
            Some((operation, result)) = running.next() => {
                let ok = result.is_ok();
                match result {
                    Ok(Step::Done(counts)) => applied.counts.add(counts),
                    Ok(Step::Staged(landing)) => staged.push(*landing),
                    Err(Trouble::Problem(problem)) if at_once.is_none() && lacks_room(&problem) => {
                        starved.push(operation);
                        continue;
                    }
                    Err(trouble) => applied.suffer(pair, trouble, &operation.action, &operation.path).await,
                }
                if ok {
                    limiter.done(running.len());
                }
                let action = operation.action.verb().to_owned();
                pair.tell(Event::Done { action, path: operation.path.to_string(), ok });
            }
        }
    }
}

fn lacks_room(problem: &Problem) -> bool {
    matches!(problem.code, BlockedCode::DiskFull | BlockedCode::QuotaExceeded)
}

async fn step(pair: &Pair, limiter: &Limiter, operation: &Operation) -> Result<Step, Trouble> {
    if matches!(operation.action, Action::Download | Action::CreateLocalFolder | Action::DeleteLocal) {
        here::check_room(pair, operation)?;
    }
    let counts = match &operation.action {
        Action::Agree => record::agree(pair, operation)?,
        Action::Forget => record::forget(pair, operation)?,
        Action::Upload => transfer::upload(pair, limiter, operation).await?,
        Action::Download => return transfer::download(pair, limiter, operation).await,
        Action::CreateLocalFolder => here::make_folder(pair, operation).await?,
        Action::MoveLocal { from } => here::move_item(pair, operation, from).await?,
        Action::DeleteLocal => here::delete(pair, operation).await?,
        Action::KeepBoth { copy } => here::set_aside(pair, operation, copy).await?,
        Action::CreateRemoteFolder => there::make_folder(pair, operation).await?,
        Action::MoveRemote { from } => there::move_item(pair, operation, from).await?,
        Action::DeleteRemote => there::delete(pair, operation).await?,
    };
    Ok(Step::Done(counts))
}

impl Applied {
    fn take(&mut self, other: Applied) {
        self.counts.add(other.counts);
        self.problems.extend(other.problems);
        self.look_again.extend(other.look_again);
        if self.end.is_none() {
            self.end = other.end;
        }
    }

    async fn suffer(&mut self, pair: &Pair, trouble: Trouble, action: &Action, path: &RelPath) {
        match trouble {
            Trouble::LookAgain(paths) => self.look_again.extend(paths),
            Trouble::Problem(problem) => {
                record::failure(pair, action.verb(), path, &problem.message);
                self.problems.push(problem);
            }
            Trouble::Away(error, path) => match there::answers(pair).await {
                Ok(()) => {
                    let problem = trouble::problem_of_service(&path, &error);
                    record::failure(pair, action.verb(), &path, &problem.message);
                    self.problems.push(problem);
                }
                Err(_) if self.end.is_some() => {}
                Err(_) => self.end = Some(trouble::provider_error(pair, &error)),
            },
            Trouble::End(error) => self.end = Some(error),
        }
    }
}
