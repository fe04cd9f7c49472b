//! What ignore patterns would leave out, before they are a pair's.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_core::node::Kind;
use tidemark_core::path::RelPath;
use tidemark_disk::Disk;
use tidemark_disk::disk::Depth;
use ts_rs::TS;

use crate::apply::trouble::state_error;
use crate::config::Config;
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::open_pair::{open_disk, open_state};

/// Items that a preview names.
const MAX_ITEMS: usize = 1000;

/// Which files of a pair some patterns would leave out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IgnorePreview {
    /// What is left out, by path; at most as many as a person can look at.
    pub ignored: Vec<IgnoredItem>,
    /// What each pattern does.
    pub lines: Vec<IgnoreLine>,
    /// Patterns that can't be used.
    pub errors: Vec<IgnoreError>,
    /// Files and folders that were looked at.
    pub total: u64,
    /// Of them, those that are left out.
    pub left_out: u64,
    /// Of those, files that are in step now: they stay on both sides and are no longer synced.
    pub in_step: u64,
}

/// Something that is left out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IgnoredItem {
    /// Where.
    pub path: String,
    /// It is a folder.
    pub folder: bool,
    /// The pattern that leaves it out, as typed.
    pub pattern: String,
    /// The number of its line, from 1; none: a built-in one.
    pub line: Option<u64>,
}

/// What a pattern does.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IgnoreLine {
    /// Its number, from 1.
    pub line: u64,
    /// The pattern as typed.
    pub pattern: String,
    /// Files and folders that it leaves out.
    pub items: u64,
    /// Bytes of those files on this computer.
    pub bytes: u64,
}

/// A pattern that can't be used.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IgnoreError {
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub message: String,
}

impl Tidemark {
    /// Which files of a pair these patterns would leave out, by the matcher that syncing uses; a line each, empty ones and
    /// comments included. Looks at this computer's side and at what is known.
    pub fn ignore_preview(&self, pair: &str, lines: &[String]) -> Result<IgnorePreview> {
        let config = Config::load(&self.home)?;
        let settings = config.pair(pair)?;
        let mut errors = Vec::new();
        let mut good = Vec::new();
        for (number, line) in (1..).zip(lines) {
            match IgnoreRules::new(std::slice::from_ref(line)) {
                Ok(_) => good.push(line.clone()),
                Err(error) => errors.push(IgnoreError { line: number, message: error.to_string() }),
            }
        }
        let rules = IgnoreRules::new(&good).map_err(|error| EngineError::usage(error.to_string()))?;
        let mut preview = IgnorePreview {
            ignored: Vec::new(),
            lines: (1..)
                .zip(lines)
                .map(|(line, pattern)| IgnoreLine { line, pattern: pattern.clone(), items: 0, bytes: 0 })
                .collect(),
            errors,
            total: 0,
            left_out: 0,
            in_step: 0,
        };
        let number = |pattern: &str| lines.iter().rposition(|line| line.trim_end() == pattern);
        let disk = open_disk(&self.home, settings)?;
        let state = open_state(&self.home, settings)?;
        let known: HashSet<_> =
            state.agreed_paths().map_err(|error| state_error(&error))?.into_iter().collect();
        let scanned = disk.scan(&RelPath::root(), Depth::Whole, &|_, _| false, &mut |listing| {
            for entry in &listing.entries {
                preview.total += 1;
                let Ok(path) = listing.folder.join(&entry.name) else { continue };
                let kind = entry.stamp.kind;
                let Some(pattern) = rules.matched_by(&path, kind) else { continue };
                let line = number(&pattern);
                preview.left_out += 1;
                preview.in_step += u64::from(known.contains(path.as_str()));
                if let Some(counted) = line.and_then(|line| preview.lines.get_mut(line)) {
                    counted.items += 1;
                    counted.bytes += entry.stamp.size;
                }
                if preview.ignored.len() < MAX_ITEMS {
                    preview.ignored.push(IgnoredItem {
                        path: path.to_string(),
                        folder: kind == Kind::Folder,
                        line: line.map(|line| line as u64 + 1),
                        pattern,
                    });
                }
            }
            ControlFlow::Continue(())
        });
        scanned.map_err(|error| EngineError::new(ErrorCode::Disk, error.sentence()))?;
        Ok(preview)
    }
}
