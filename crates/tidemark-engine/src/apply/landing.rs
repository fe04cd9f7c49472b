//! Landing: staged contents go into their places in batches, data durable before names, names before rows.

use tidemark_core::node::{Local, Node};
use tidemark_core::plan::operation::Operation;
use tidemark_disk::disk::{Installed, KeepNote};
use tidemark_disk::{DiskError, DiskErrorKind};

use super::fetch::Fetched;
use super::here::make_parents;
use super::trouble::{self, Trouble};
use super::{Applied, record};
use crate::error::EngineError;
use crate::pair::Pair;

/// A staged content and the place that it is for.
#[derive(Debug)]
pub(super) struct Landing {
    pub operation: Operation,
    pub fetched: Fetched,
}

impl Landing {
    pub(super) fn bytes(&self) -> u64 {
        self.fetched.size
    }

    /// What is there is what came: nothing has to be replaced.
    fn is_there(&self) -> bool {
        self.operation.expects.local.as_ref().is_some_and(|local| local.hash == Some(self.fetched.hash))
    }
}

/// What became of one landing on the disk.
enum Touchdown {
    Installed(Installed),
    WasThere,
}

/// Puts staged contents into their places.
pub(super) async fn land(pair: &Pair, landings: Vec<Landing>) -> Applied {
    let mut applied = Applied::default();
    let shared = pair.clone();
    let downs = pair.offload.run(move || touch_down(&shared, landings)).await;
    let downs = match downs {
        Ok(Ok(downs)) => downs,
        Ok(Err(error)) => {
            applied.end = Some(disk_end(&error));
            return applied;
        }
        Err(error) => {
            applied.end = Some(error);
            return applied;
        }
    };
    let (mut nodes, mut rows) = (Vec::new(), Vec::new());
    for (Landing { operation, fetched }, result) in downs {
        let stamp = match result {
            Ok(Touchdown::Installed(installed)) => {
                applied.counts.downloaded += 1;
                rows.push(record::activity_row(pair, &operation, fetched.size));
                installed.stamp
            }
            Ok(Touchdown::WasThere) => match operation.expects.local {
                Some(local) => local.stamp,
                None => continue,
            },
            Err(error) => {
                match trouble::of_disk(&operation.path, &error) {
                    Trouble::LookAgain(paths) => applied.look_again.extend(paths),
                    Trouble::Problem(problem) => {
                        record::failure(pair, operation.action.verb(), &operation.path, &problem.message);
                        applied.problems.push(problem);
                    }
                    Trouble::End(error) => applied.end = Some(error),
                    Trouble::Away(..) => {}
                }
                continue;
            }
        };
        let local = Local { stamp, hash: Some(fetched.hash) };
        let mut node =
            Node { path: operation.path, local: Some(local), remote: Some(fetched.remote), synced: None };
        record::settle(&mut node);
        nodes.push(node);
    }
    if let Err(error) = pair.state.record(&nodes, &rows) {
        applied.end = Some(trouble::state_error(&error));
    }
    applied
}

type Down = (Landing, Result<Touchdown, DiskError>);

fn touch_down(pair: &Pair, landings: Vec<Landing>) -> Result<Vec<Down>, DiskError> {
    pair.disk.flush()?;
    let downs = landings
        .into_iter()
        .map(|landing| {
            let result = place(pair, &landing);
            (landing, result)
        })
        .collect();
    pair.disk.flush()?;
    Ok(downs)
}

fn place(pair: &Pair, landing: &Landing) -> Result<Touchdown, DiskError> {
    let (operation, fetched) = (&landing.operation, &landing.fetched);
    if landing.is_there() {
        pair.disk.discard(&fetched.key)?;
        return Ok(Touchdown::WasThere);
    }
    let local = operation.expects.local.as_ref();
    let note = KeepNote {
        now_ns: pair.clock.now_ns(),
        why: "replaced".to_owned(),
        hash: local.and_then(|local| local.hash),
    };
    let expects = local.map(|local| &local.stamp);
    let install =
        || pair.disk.install(&fetched.key, &operation.path, expects, fetched.remote.modified_ns, &note);
    match install() {
        Err(error) if error.kind == DiskErrorKind::NotFound && expects.is_none() => {
            make_parents(&*pair.disk, &operation.path)?;
            install()
        }
        done => done,
    }
    .map(Touchdown::Installed)
}

fn disk_end(error: &DiskError) -> EngineError {
    EngineError::new(crate::error::ErrorCode::Disk, error.sentence())
        .hint("Your files are safe; what was fetched goes into its place with the next sync.")
}
