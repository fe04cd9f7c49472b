//! Guards: deletions that look like an accident wait for a person's word.

use std::collections::BTreeSet;

use super::operation::{Action, Hold, HoldReason, Operation, Plan, Reason};
use super::policy::Guards;
use crate::node::Kind;
use crate::path::RelPath;

/// Takes deletions out of the plan that a guard objects to, and says so in [`Plan::hold`]. Everything else stays.
pub(super) fn check(plan: &mut Plan, guards: &Guards) {
    if guards.confirmed {
        return;
    }
    let standing = guards.standing;
    for (deletion, stands, held) in [
        (Action::DeleteRemote, standing.there, &mut plan.standing.there),
        (Action::DeleteLocal, standing.here, &mut plan.standing.here),
    ] {
        if let Some(hold) = objection(&plan.operations, &deletion, stands, guards) {
            withhold(&mut plan.operations, &deletion);
            *held = Some(hold.reason);
            plan.hold.get_or_insert(hold);
        }
    }
}

fn guarded(operation: &Operation, deletion: &Action) -> bool {
    operation.action == *deletion
        && !matches!(
            operation.reason,
            Reason::Resent { .. } | Reason::Obstructs | Reason::Decided { by_rule: false, .. }
        )
}

/// A hold that `stands` since an earlier pass ends with the last of its deletions, not when a threshold moves.
fn objection(
    operations: &[Operation],
    deletion: &Action,
    stands: Option<HoldReason>,
    guards: &Guards,
) -> Option<Hold> {
    let mut deletions = operations.iter().filter(|operation| guarded(operation, deletion)).peekable();
    deletions.peek()?;
    let deletes = deletions.filter(|operation| operation.kind == Kind::File).count() as u64;
    let of = guards.synced_files;
    let many = deletes > guards.max_deletes
        && u128::from(deletes) * 100 > u128::from(guards.max_delete_percent) * u128::from(of);
    let reason = match deletion {
        Action::DeleteRemote if guards.root_replaced => HoldReason::RootReplaced,
        _ if of >= 2 && deletes >= of => HoldReason::SideEmptied,
        _ if many => HoldReason::MassDelete,
        _ => stands?,
    };
    Some(Hold { reason, message: message(reason, deletion, deletes, of), deletes, of })
}

fn message(reason: HoldReason, deletion: &Action, deletes: u64, of: u64) -> String {
    let (here, there, other) = match deletion {
        Action::DeleteRemote => ("on this computer", "on the service", "in the folder"),
        _ => ("on the service", "on this computer", "on the service"),
    };
    let what = match reason {
        HoldReason::RootReplaced => format!(
            "The local folder isn't the one that was synced before, and {deletes} of {of} files are missing in it."
        ),
        HoldReason::SideEmptied if deletes >= of => format!("All {of} files are missing {here}."),
        _ => format!("{deletes} of {of} files are missing {here}."),
    };
    format!(
        "{what} Nothing was deleted {there}. If they are missing by mistake, put them back {other}; \
         if you deleted them, run `tidemark sync --confirm-deletes`."
    )
}

/// Takes out the guarded deletions, and those of folders that therefore can't be empty.
fn withhold(operations: &mut Vec<Operation>, deletion: &Action) {
    let mut needed: BTreeSet<RelPath> = BTreeSet::new();
    for operation in operations.iter().filter(|operation| guarded(operation, deletion)) {
        needed.extend(operation.path.ancestors());
    }
    operations.retain(|operation| {
        let needed = operation.action == *deletion
            && operation.kind == Kind::Folder
            && needed.contains(&operation.path);
        !guarded(operation, deletion) && !needed
    });
}
