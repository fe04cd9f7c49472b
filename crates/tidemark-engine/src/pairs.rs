//! Pairs: which folder is kept in step with which root, and by what rules.

#![expect(clippy::disallowed_methods, reason = "roots before they are a pair's, and state files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tidemark_core::plan::policy::{Direction, OnConflict};
use ts_rs::TS;

use crate::accounts;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PairConfig, Verify, check_name};
use crate::error::{EngineError, Result};
use crate::home::Home;
use crate::pair_rules::{change, check_patterns};
use crate::placement::{check_overlap, local_folder};

/// A pair to be added.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct NewPair {
    /// Its name.
    pub name: String,
    /// The local folder; relative to the current folder.
    pub local: PathBuf,
    /// Name of the account.
    pub account: String,
    /// The root at the account; may be empty.
    pub remote: String,
    /// Which way changes travel.
    pub direction: Direction,
    /// What happens when both sides changed.
    pub on_conflict: OnConflict,
    /// Patterns of what isn't synced, as in `.gitignore`.
    pub ignore: Vec<String>,
}

/// A pair and its rules.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PairView {
    /// Its name.
    pub name: String,
    /// The local folder.
    pub local: String,
    /// Name of the account.
    pub account: String,
    /// The root at the account.
    pub remote: String,
    /// Which way changes travel.
    pub direction: Direction,
    /// What happens when both sides changed.
    pub on_conflict: OnConflict,
    /// Patterns of what isn't synced.
    pub ignore: Vec<String>,
    /// It is left out until resumed.
    pub paused: bool,
    /// When it goes on by itself, nanoseconds since the epoch; `None`: when it is resumed.
    pub paused_until_ns: Option<i64>,
    /// Days for which replaced and deleted contents are kept.
    pub keep_days: u32,
    /// Bytes a second to the service; `None`: no limit.
    pub upload_limit: Option<u64>,
    /// Bytes a second from the service; `None`: no limit.
    pub download_limit: Option<u64>,
    /// Seconds between two looks at the service; `None`: what suits the provider.
    pub poll_seconds: Option<u64>,
    /// Share of the files in step, in percent, above which deletions are held.
    pub max_delete_percent: u64,
    /// Number of deletions above which they are held.
    pub max_deletes: u64,
    /// How often contents are compared, where the service's revisions don't show every edit.
    pub verify: Verify,
    /// What the provider is told beside the account's settings.
    pub settings: BTreeMap<String, String>,
}

/// What is left of a removed pair.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RemovedPair {
    /// Its name.
    pub name: String,
    /// The local folder, whose files stay.
    pub local: String,
    /// The folder in which contents that sync replaced or deleted still are, where there are any.
    pub kept: Option<String>,
}

impl From<&PairConfig> for PairView {
    fn from(pair: &PairConfig) -> Self {
        Self {
            name: pair.name.clone(),
            local: pair.local.display().to_string(),
            account: pair.account.clone(),
            remote: pair.remote.clone(),
            direction: pair.direction,
            on_conflict: pair.on_conflict,
            ignore: pair.ignore.clone(),
            paused: pair.is_paused(SystemClock.now_ns()),
            paused_until_ns: pair.paused_until_ns.filter(|_| pair.paused),
            keep_days: pair.keep_days,
            upload_limit: pair.upload_limit,
            download_limit: pair.download_limit,
            poll_seconds: pair.poll_seconds,
            max_delete_percent: pair.max_delete_percent,
            max_deletes: pair.max_deletes,
            verify: pair.verify,
            settings: pair.settings.clone(),
        }
    }
}

/// Adds a pair after checking everything that can be checked without asking the service.
pub(crate) fn add(home: &Home, new: NewPair) -> Result<PairView> {
    check_name("a pair", &new.name)?;
    check_patterns(&new.ignore)?;
    let local = local_folder(&new.local)?;
    Config::edit(home, |config| {
        if config.pairs.iter().any(|pair| pair.name == new.name) {
            return Err(EngineError::usage(format!("There is a pair \"{}\" already", new.name)).hint(
                format!("choose another name, or remove that one with `tidemark pair remove {}`", new.name),
            ));
        }
        let mut pair = PairConfig::new(&new.name, local, &new.account, &new.remote);
        pair.direction = new.direction;
        pair.on_conflict = new.on_conflict;
        pair.ignore = new.ignore;
        check_overlap(home, config, &pair)?;
        let provider = accounts::open_provider(home, config, &pair)?;
        provider.can_hold_a_pair().map_err(|error| EngineError::usage(error.sentence()))?;
        config.pairs.push(pair.clone());
        Ok(PairView::from(&pair))
    })
}

/// Changes rules of a pair, all of `changes` or none.
pub(crate) fn set(home: &Home, name: &str, changes: &[(String, String)]) -> Result<PairView> {
    Config::edit(home, |config| {
        let account = config.pair(name)?.account.clone();
        let provider = accounts::find_provider(&config.account(&account)?.provider)?;
        let pair = config.pair_mut(name)?;
        if changes.iter().any(|(key, _)| key == "ignore") {
            pair.ignore.clear();
        }
        for (key, value) in changes {
            change(pair, provider, key, value.trim())?;
        }
        check_patterns(&pair.ignore)?;
        let changed = pair.clone();
        let is_told = |key: &String| provider.pair_settings.iter().any(|setting| setting.key == key);
        if changes.iter().any(|(key, _)| is_told(key)) {
            accounts::open_provider(home, config, &changed)?;
        }
        Ok(PairView::from(&changed))
    })
}

/// Pauses or resumes a pair.
pub(crate) fn pause(home: &Home, name: &str, paused: bool, until_ns: Option<i64>) -> Result<PairView> {
    Config::edit(home, |config| {
        let pair = config.pair_mut(name)?;
        (pair.paused, pair.paused_until_ns) = (paused, until_ns);
        Ok(PairView::from(&*pair))
    })
}

/// Forgets a pair and its state; the caller owns the home, and nobody works with the pair. Files on both sides stay, and so does what is in its kept store.
pub(crate) fn remove(home: &Home, name: &str) -> Result<RemovedPair> {
    let pair = Config::edit(home, |config| {
        let pair = config.pair(name)?.clone();
        config.pairs.retain(|other| other.id != pair.id);
        Ok(pair)
    })?;
    let database = home.pair_db(&pair.id);
    for path in ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", database.display()))) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(home.error("removing the state of the pair,", &path, &error));
            }
            _ => {}
        }
    }
    let stores = [home.pair_store(&pair.id), pair.local.join(tidemark_core::path::OWN_FOLDER)];
    let kept = stores.into_iter().find(|store| !remove_empty(store));
    Ok(RemovedPair {
        name: pair.name,
        local: pair.local.display().to_string(),
        kept: kept.map(|store| store.display().to_string()),
    })
}

/// Removes the empty folders at and below `path`; true when nothing is left there.
fn remove_empty(path: &Path) -> bool {
    let Ok(entries) = fs::read_dir(path) else { return !path.exists() };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    fs::remove_dir(path).is_ok()
}
