//! Conflict copies that other sync programs left in a pair, or ours did: by their names, where the original is there.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use tidemark_core::foreign_copy::foreign_copy;
use tidemark_core::path::RelPath;
use ts_rs::TS;

use crate::apply::trouble::state_error;
use crate::config::Config;
use crate::control::Tidemark;
use crate::error::Result;
use crate::open_pair::open_state;

/// A file whose name says that it is a conflict copy of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForeignCopyLine {
    /// Name of the pair.
    pub pair: String,
    /// The copy.
    pub path: String,
    /// What it is a copy of.
    pub original: String,
    /// Who made it: `dropbox`, `nextcloud`, `syncthing`, `seafile` or `tidemark`.
    pub made_by: String,
}

impl Tidemark {
    /// The conflict copies among the files that are agreed on, of one pair or all.
    pub fn foreign_copies(&self, pair: Option<&str>) -> Result<Vec<ForeignCopyLine>> {
        let config = Config::load(&self.home)?;
        let pairs = match pair {
            Some(name) => vec![config.pair(name)?],
            None => config.pairs.iter().collect(),
        };
        let mut lines = Vec::new();
        for pair in pairs {
            let paths = open_state(&self.home, pair)?.agreed_paths().map_err(|error| state_error(&error))?;
            lines.extend(among(&pair.name, paths));
        }
        Ok(lines)
    }
}

fn among(pair: &str, mut paths: Vec<String>) -> Vec<ForeignCopyLine> {
    paths.sort();
    let there: HashSet<&str> = paths.iter().map(String::as_str).collect();
    let line = |path: &String| {
        let copy = foreign_copy(&RelPath::new(path).ok()?)?;
        there.contains(copy.original.as_str()).then(|| ForeignCopyLine {
            pair: pair.to_owned(),
            path: path.clone(),
            original: copy.original.to_string(),
            made_by: copy.made_by.to_owned(),
        })
    };
    paths.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_copies_of_what_is_there_are_listed() {
        let paths = [
            "a/Plan (Anna's conflicted copy 2024-05-06).md",
            "a/Plan.md",
            "gone.sync-conflict-20240506-070809-ABCDEF2.md",
            "Plan (conflicted copy Anna 2024-05-06 070809).md",
        ];
        let lines = among("docs", paths.map(str::to_owned).to_vec());
        let said: Vec<_> =
            lines.iter().map(|l| (l.path.as_str(), l.original.as_str(), &*l.made_by)).collect();
        assert_eq!(said, [(paths[0], "a/Plan.md", "dropbox")]);
    }
}
