//! Names that a side takes for one.

use std::collections::HashMap;

use super::policy::Policy;
use super::tree::{Side, Tree};
use crate::names::NameRules;
use crate::path::RelPath;

/// Paths by what their names come to on a side that doesn't tell all names apart. Paths that have gone may be left in.
#[derive(Debug, Default)]
pub(super) struct Twins {
    by_key: HashMap<(String, String), Vec<RelPath>>,
}

impl Twins {
    /// All paths of the tree, when one of the sides needs it.
    pub(super) fn new(tree: &Tree, policy: &Policy) -> Self {
        let mut twins = Self::default();
        for rules in [&policy.local_names, &policy.remote.names].into_iter().filter(|rules| folds(rules)) {
            tree.items.keys().for_each(|path| twins.add(path, rules));
        }
        twins
    }

    /// Takes up a path that something moved to.
    pub(super) fn add(&mut self, path: &RelPath, rules: &NameRules) {
        if folds(rules) {
            self.by_key.entry(key(path, rules)).or_default().push(path.clone());
        }
    }

    /// Something beside `to` on one of the sides, other than `from`, whose name is taken for the same.
    pub(super) fn find(
        &self,
        tree: &Tree,
        sides: &[Side],
        rules: &NameRules,
        from: &RelPath,
        to: &RelPath,
    ) -> Option<RelPath> {
        let is_there = |path: &RelPath| {
            tree.items.get(path).is_some_and(|item| sides.iter().any(|side| item.kind(*side).is_some()))
        };
        let same_key = folds(rules).then(|| self.by_key.get(&key(to, rules))).flatten()?;
        same_key.iter().find(|path| *path != from && *path != to && is_there(path)).cloned()
    }
}

/// True when a side takes some different names for one.
pub(super) fn folds(rules: &NameRules) -> bool {
    rules.case_insensitive || rules.normalizes
}

fn key(path: &RelPath, rules: &NameRules) -> (String, String) {
    (path.parent_str().to_owned(), rules.key(path.name()).into_owned())
}
