//! A plan as people and programs read it.

use tidemark_core::node::Kind;
use tidemark_core::plan::operation::{Action, Operation, Plan};
use tidemark_providers::capabilities::Folders;

use crate::report::{PlanReport, PlannedConflict, PlannedOperation, Problem};

/// The report of a plan. Records that move nothing are left out: of an agreement, of a folder where `folders` are no
/// items of their own.
pub(crate) fn report(pair: &str, plan: &Plan, found: Vec<Problem>, folders: Folders) -> PlanReport {
    let blocked = plan.blocked.iter().map(|blocked| Problem {
        path: blocked.path.to_string(),
        code: blocked.code,
        message: blocked.message.clone(),
    });
    PlanReport {
        pair: pair.to_owned(),
        operations: plan
            .operations
            .iter()
            .filter(|operation| does_something(operation, folders))
            .map(view)
            .collect(),
        conflicts: plan
            .conflicts
            .iter()
            .map(|conflict| PlannedConflict { path: conflict.path.to_string(), kind: conflict.kind })
            .collect(),
        problems: found.into_iter().chain(blocked).collect(),
        held: plan.hold.clone(),
        error: None,
    }
}

/// Content bytes that an operation moves between the two sides.
pub(crate) fn bytes_of(operation: &Operation) -> u64 {
    let (local, remote) = (&operation.expects.local, &operation.expects.remote);
    match (&operation.action, operation.kind) {
        (Action::Upload, Kind::File) => local.as_ref().map_or(0, |local| local.stamp.size),
        (Action::Download | Action::KeepBoth { .. }, Kind::File) => {
            remote.as_ref().and_then(|remote| remote.size).unwrap_or(0)
        }
        _ => 0,
    }
}

fn does_something(operation: &Operation, folders: Folders) -> bool {
    match (&operation.action, operation.kind) {
        (Action::Agree | Action::Forget, _) => false,
        (Action::CreateRemoteFolder, _) | (Action::DeleteRemote, Kind::Folder) => folders == Folders::Real,
        _ => true,
    }
}

/// One operation in words.
pub(crate) fn view(operation: &Operation) -> PlannedOperation {
    let other = match &operation.action {
        Action::MoveLocal { from } | Action::MoveRemote { from } => Some(from.to_string()),
        Action::KeepBoth { copy } => Some(copy.to_string()),
        _ => None,
    };
    PlannedOperation {
        action: operation.action.verb().to_owned(),
        path: operation.path.to_string(),
        other,
        bytes: bytes_of(operation),
        reason: operation.reason.to_string(),
    }
}
