//! From verdicts to operations, in an order in which each finds what it needs.

use super::clash::clears;
use super::operation::{Action, Blocked, Conflict, Operation, Plan, Reason, Stage};
use super::tree::{Item, Side, Tree, Verdict};
use crate::node::{Kind, Synced};

/// Everything that the verdicts come to, with the moves in the order in which they were recognised to be possible.
pub(super) fn listed(tree: &Tree, moves: Vec<Operation>) -> Plan {
    let mut plan = Plan { operations: moves, ..Plan::default() };
    for item in tree.items.values() {
        if let Some(on) = clears(item) {
            plan.operations.push(clearing(item, on));
        }
        match &item.verdict {
            Verdict::Conflict { kind, sides } => plan.conflicts.push(Conflict {
                path: item.node.path.clone(),
                kind: *kind,
                sides: sides.clone(),
                base: item.node.synced.as_ref().and_then(Synced::hash),
            }),
            Verdict::Blocked { code, message } => {
                plan.blocked.push(Blocked {
                    path: item.node.path.clone(),
                    code: *code,
                    message: message.clone(),
                });
            }
            _ => plan.operations.extend(operation(item)),
        }
    }
    plan.operations.sort_by(|a, b| {
        let by_path = match a.stage() {
            Stage::Move => std::cmp::Ordering::Equal,
            Stage::Clear | Stage::DeleteFolders => b.path.cmp(&a.path),
            _ => a.path.cmp(&b.path),
        };
        a.stage().cmp(&b.stage()).then(by_path)
    });
    plan
}

fn operation(item: &Item) -> Option<Operation> {
    let (action, kind, reason) = match &item.verdict {
        Verdict::Agree => (Action::Agree, item.kind(Side::Local)?, Reason::Identical),
        Verdict::Forget => (Action::Forget, item.node.synced.as_ref()?.kind(), Reason::GoneOnBoth),
        Verdict::LeaveApart => match item.kind(Side::Local) {
            Some(kind) => (Action::Agree, kind, Reason::LeftApart),
            None => (Action::Forget, item.kind(Side::Remote)?, Reason::LeftApart),
        },
        Verdict::Copy { from, reason } => {
            let kind = item.kind(*from)?;
            let action = match (from, kind) {
                (Side::Local, Kind::File) => Action::Upload,
                (Side::Local, Kind::Folder) => Action::CreateRemoteFolder,
                (Side::Remote, Kind::File) => Action::Download,
                (Side::Remote, Kind::Folder) => Action::CreateLocalFolder,
            };
            (action, kind, reason.clone())
        }
        Verdict::Delete { on, reason } => (deletion(*on), item.kind(*on)?, reason.clone()),
        Verdict::SetAside { copy, reason } => {
            (Action::KeepBoth { copy: copy.clone() }, Kind::File, reason.clone())
        }
        _ => return None,
    };
    let mut expects = item.sides();
    match clears(item) {
        Some(Side::Local) => expects.local = None,
        Some(Side::Remote) => expects.remote = None,
        None => {}
    }
    Some(Operation { path: item.node.path.clone(), kind, action, reason, expects, files: files(kind) })
}

fn clearing(item: &Item, on: Side) -> Operation {
    let kind = item.kind(on).unwrap_or(Kind::File);
    Operation {
        path: item.node.path.clone(),
        kind,
        action: deletion(on),
        reason: Reason::Obstructs,
        expects: item.sides(),
        files: files(kind),
    }
}

fn deletion(on: Side) -> Action {
    match on {
        Side::Local => Action::DeleteLocal,
        Side::Remote => Action::DeleteRemote,
    }
}

fn files(kind: Kind) -> u64 {
    match kind {
        Kind::File => 1,
        Kind::Folder => 0,
    }
}
