//! What a side can't take: names, sizes, kinds, and accounts that may only read.

use std::collections::BTreeMap;

use super::operation::BlockedCode;
use super::policy::Policy;
use super::tree::{Item, Side, Tree, Verdict};
use super::twins::folds;
use crate::names::NameRules;
use crate::node::Kind;
use crate::path::RelPath;

pub(super) type Objection = (BlockedCode, String);

/// Blocks every item whose verdict the receiving side can't take, and all below a folder of which that is true.
pub(super) fn check(tree: &mut Tree, policy: &Policy) {
    for path in tree.paths() {
        let Some(item) = tree.items.get(&path) else { continue };
        if let Some(objection) = objection(item, policy) {
            block(tree, &path, objection);
        }
    }
    for (side, rules) in [(Side::Local, &policy.local_names), (Side::Remote, &policy.remote.names)] {
        if folds(rules) {
            twins(tree, side, rules);
        }
    }
}

fn block(tree: &mut Tree, path: &RelPath, (code, message): Objection) {
    let Some(item) = tree.items.get_mut(path) else { return };
    let covers = match item.verdict {
        Verdict::Copy { .. } => {
            item.kind(Side::Local) == Some(Kind::Folder) || item.kind(Side::Remote) == Some(Kind::Folder)
        }
        _ => false,
    };
    item.verdict = Verdict::Blocked { code, message };
    if covers {
        tree.cover(path);
    }
}

fn objection(item: &Item, policy: &Policy) -> Option<Objection> {
    let path = &item.node.path;
    match &item.verdict {
        Verdict::Copy { from: Side::Local, .. } => {
            read_only(path, policy).or_else(|| at_service(path, item, policy))
        }
        Verdict::Copy { from: Side::Remote, .. } => at_computer(path, item, policy),
        Verdict::Delete { on: Side::Remote, .. } | Verdict::Clear { on: Side::Remote } => {
            read_only(path, policy)
        }
        Verdict::SetAside { copy, .. } => read_only(path, policy)
            .or_else(|| at_service(copy, item, policy))
            .or_else(|| write_only(path, item))
            .or_else(|| name(copy, &policy.local_names, "this computer")),
        _ => None,
    }
}

pub(super) fn read_only(path: &RelPath, policy: &Policy) -> Option<Objection> {
    (!policy.remote.writable).then(|| {
        (
            BlockedCode::ReadOnly,
            format!("What changed here at \"{path}\" can't be sent, because this account may only read; nothing was changed on either side."),
        )
    })
}

fn at_service(path: &RelPath, item: &Item, policy: &Policy) -> Option<Objection> {
    let limits = &policy.remote;
    if let Some(objection) = name(path, &limits.names, "the service") {
        return Some(objection);
    }
    let local = item.node.local.as_ref()?;
    let size = local.stamp.size;
    match local.stamp.kind {
        Kind::Folder if !limits.folders => Some((
            BlockedCode::FoldersUnsupported,
            format!(
                "The folder \"{path}\" can't be sent, because the service has no folders; it stays on this computer with all that is inside."
            ),
        )),
        Kind::File if limits.max_size.is_some_and(|max| size > max) => Some((
            BlockedCode::TooLarge,
            format!(
                "\"{path}\" can't be sent, because it has {size} bytes and the service takes at most {} bytes; it stays on this computer.",
                limits.max_size.unwrap_or_default()
            ),
        )),
        Kind::File if size == 0 && !limits.empty_files => Some((
            BlockedCode::EmptyUnsupported,
            format!(
                "\"{path}\" can't be sent, because it is empty and the service takes no empty files; it stays on this computer."
            ),
        )),
        _ => None,
    }
}

fn at_computer(path: &RelPath, item: &Item, policy: &Policy) -> Option<Objection> {
    write_only(path, item).or_else(|| name(path, &policy.local_names, "this computer"))
}

fn write_only(path: &RelPath, item: &Item) -> Option<Objection> {
    item.node.is_unreadable().then(|| {
        (
            BlockedCode::WriteOnly,
            format!("\"{path}\" can't be fetched, because the service never gives this content back; it stays there, and nothing is changed here."),
        )
    })
}

/// Why a side can't store a path.
pub(super) fn name(path: &RelPath, rules: &NameRules, side: &str) -> Option<Objection> {
    let why = rules.refuses(path.name()).or_else(|| {
        let max = rules.max_path_bytes.filter(|max| path.as_str().len() > *max)?;
        Some(format!("the path is longer than {max} bytes"))
    })?;
    Some((
        BlockedCode::NameUnsupported,
        format!(
            "\"{path}\" can't be stored by {side}, because {why}; it stays where it is. Rename it to sync it."
        ),
    ))
}

/// Blocks newcomers whose name the side can't tell from another one. One that is about to go makes way at once.
fn twins(tree: &mut Tree, side: Side, rules: &NameRules) {
    for group in groups(tree, side, rules) {
        let (there, mut coming): (Vec<_>, Vec<_>) = group
            .into_iter()
            .partition(|path| tree.items.get(path).is_some_and(|item| item.kind(side).is_some()));
        let keeper = match there.iter().find(|path| !makes_way(tree, path, side)) {
            Some(staying) => staying.clone(),
            None if coming.is_empty() => continue,
            None => {
                for path in &there {
                    clear(tree, path, side);
                }
                coming.remove(0)
            }
        };
        for path in coming {
            block(tree, &path, clash(&path, &keeper, side));
        }
    }
}

/// Paths of one key that are or come on the side, where there is more than one.
fn groups(tree: &Tree, side: Side, rules: &NameRules) -> Vec<Vec<RelPath>> {
    let mut groups: BTreeMap<(&str, String), Vec<RelPath>> = BTreeMap::new();
    for (path, item) in &tree.items {
        if item.kind(side).is_some() || item.kind_after(side).is_some() {
            let key = rules.key(path.name()).into_owned();
            groups.entry((path.parent_str(), key)).or_default().push(path.clone());
        }
    }
    groups.into_values().filter(|paths| paths.len() > 1).collect()
}

fn makes_way(tree: &Tree, path: &RelPath, side: Side) -> bool {
    let goes = |item: &Item| item.kind(side).is_none() || item.kind_after(side).is_none();
    !tree.moves_at(path, side)
        && tree.items.get(path).is_some_and(goes)
        && tree.below(path).all(|(_, item)| goes(item))
}

fn clear(tree: &mut Tree, path: &RelPath, on: Side) {
    let below: Vec<RelPath> = tree.below(path).map(|(path, _)| path.clone()).collect();
    for path in below.iter().chain([path]) {
        if let Some(item) = tree.items.get_mut(path).filter(|item| item.kind(on).is_some()) {
            item.verdict = Verdict::Clear { on };
        }
    }
}

fn clash(path: &RelPath, other: &RelPath, side: Side) -> Objection {
    let side = if side == Side::Local { "this computer's disk" } else { "the service" };
    let (code, difference) = if path.name().to_lowercase() == other.name().to_lowercase() {
        (BlockedCode::CaseClash, "letter case")
    } else {
        (BlockedCode::UnicodeClash, "the way accents or letter case are written")
    };
    (
        code,
        format!(
            "\"{path}\" differs from \"{other}\" only in {difference}, which {side} doesn't tell apart; both stay where they are. Rename one of them."
        ),
    )
}
