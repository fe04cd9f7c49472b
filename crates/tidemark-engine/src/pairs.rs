//! Pairs: which folder is kept in step with which root, and by what rules.

#![expect(clippy::disallowed_methods, reason = "roots before they are a pair's, and state files")]

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;
use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_core::plan::policy::{Direction, OnConflict};

use crate::accounts;
use crate::config::{Config, PairConfig, check_name};
use crate::error::{EngineError, Result};
use crate::home::Home;

/// A pair to be added.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone, Serialize)]
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
}

/// What is left of a removed pair.
#[derive(Debug, Clone, Serialize)]
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
            paused: pair.paused,
            keep_days: pair.keep_days,
            upload_limit: pair.upload_limit,
            download_limit: pair.download_limit,
            poll_seconds: pair.poll_seconds,
            max_delete_percent: pair.max_delete_percent,
            max_deletes: pair.max_deletes,
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
        accounts::open_provider(home, config, &pair)?;
        config.pairs.push(pair.clone());
        Ok(PairView::from(&pair))
    })
}

/// Changes rules of a pair, all of `changes` or none.
pub(crate) fn set(home: &Home, name: &str, changes: &[(String, String)]) -> Result<PairView> {
    Config::edit(home, |config| {
        let pair = config.pair_mut(name)?;
        if changes.iter().any(|(key, _)| key == "ignore") {
            pair.ignore.clear();
        }
        for (key, value) in changes {
            change(pair, key, value.trim())?;
        }
        check_patterns(&pair.ignore)?;
        Ok(PairView::from(&*pair))
    })
}

/// Pauses or resumes a pair.
pub(crate) fn pause(home: &Home, name: &str, paused: bool) -> Result<PairView> {
    Config::edit(home, |config| {
        let pair = config.pair_mut(name)?;
        pair.paused = paused;
        Ok(PairView::from(&*pair))
    })
}

/// Forgets a pair and its state. Files on both sides stay, and so does what is in its kept store.
pub(crate) fn remove(home: &Home, name: &str) -> Result<RemovedPair> {
    Config::load(home)?.pair(name)?;
    let _owner = home.own("pair remove")?;
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

fn change(pair: &mut PairConfig, key: &str, value: &str) -> Result<()> {
    match key {
        "direction" => pair.direction = one_of(key, value, &["both", "upload", "download"])?,
        "on-conflict" => {
            pair.on_conflict = one_of(key, value, &["ask", "keep-both", "newest", "local", "remote"])?
        }
        "ignore" => {
            pair.ignore.extend(value.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned))
        }
        "keep-days" => pair.keep_days = number(key, value, 1, 36_500)? as u32,
        "upload-limit" => pair.upload_limit = rate(key, value)?,
        "download-limit" => pair.download_limit = rate(key, value)?,
        "poll-seconds" => pair.poll_seconds = optional(value, |value| number(key, value, 1, 86_400))?,
        "max-delete-percent" => pair.max_delete_percent = number(key, value, 0, 100)?,
        "max-deletes" => pair.max_deletes = number(key, value, 0, u64::MAX)?,
        "local" | "remote" | "account" | "name" => {
            return Err(EngineError::usage(format!("The {key} of a pair can't be changed"))
                .hint("remove the pair and add another one; the files of both sides stay where they are"));
        }
        _ => {
            return Err(EngineError::usage(format!("A pair has no setting \"{}\"", key.escape_debug())).hint(
                "the settings are: direction, on-conflict, ignore, keep-days, upload-limit, download-limit, poll-seconds, \
                 max-delete-percent, max-deletes",
            ));
        }
    }
    Ok(())
}

fn one_of<T: serde::de::DeserializeOwned>(key: &str, value: &str, names: &[&str]) -> Result<T> {
    serde_json::from_value(serde_json::Value::from(value)).map_err(|_| {
        EngineError::usage(format!("\"{}\" isn't a value for {key}", value.escape_debug()))
            .hint(format!("it can be: {}", names.join(", ")))
    })
}

fn number(key: &str, value: &str, least: u64, most: u64) -> Result<u64> {
    let range = match most {
        u64::MAX => format!("a whole number from {least} up"),
        _ => format!("a whole number from {least} to {most}"),
    };
    value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        EngineError::usage(format!("\"{}\" isn't a value for {key}; it takes {range}", value.escape_debug()))
    })
}

fn rate(key: &str, value: &str) -> Result<Option<u64>> {
    optional(value, |value| {
        let (digits, factor) = match value.chars().last() {
            Some('k' | 'K') => (&value[..value.len() - 1], 1_000),
            Some('m' | 'M') => (&value[..value.len() - 1], 1_000_000),
            Some('g' | 'G') => (&value[..value.len() - 1], 1_000_000_000),
            _ => (value, 1),
        };
        let bytes =
            digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).filter(|rate| *rate > 0);
        bytes.ok_or_else(|| {
            EngineError::usage(format!(
                "\"{}\" isn't a value for {key}; it takes bytes a second such as 500k or 2M, or none",
                value.escape_debug()
            ))
        })
    })
}

fn optional(value: &str, read: impl FnOnce(&str) -> Result<u64>) -> Result<Option<u64>> {
    match value {
        "none" => Ok(None),
        _ => read(value).map(Some),
    }
}

fn check_patterns(patterns: &[String]) -> Result<()> {
    IgnoreRules::new(patterns)
        .map(drop)
        .map_err(|error| EngineError::usage(error.to_string()).hint("patterns are written as in .gitignore"))
}

fn local_folder(given: &Path) -> Result<PathBuf> {
    let shown = given.display();
    let absolute = std::path::absolute(given)
        .map_err(|error| EngineError::usage(format!("The folder \"{shown}\" can't be used: {error}")))?;
    let metadata = fs::symlink_metadata(&absolute).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => EngineError::usage(format!("The folder \"{shown}\" isn't there"))
            .hint(format!("make it with `mkdir -p {}`, or correct the path", quoted(given))),
        _ => EngineError::usage(format!("Looking at the folder \"{shown}\" failed: {error}")),
    })?;
    if metadata.is_symlink() {
        let error =
            EngineError::usage(format!("\"{shown}\" is a symbolic link; a pair needs the folder itself"));
        return Err(match fs::canonicalize(&absolute) {
            Ok(target) => error.hint(format!("give the folder that it leads to: {}", quoted(&target))),
            Err(_) => error,
        });
    }
    if !metadata.is_dir() {
        return Err(EngineError::usage(format!("\"{shown}\" isn't a folder; a pair keeps a folder in step")));
    }
    let clean = if absolute.components().any(|part| part == Component::ParentDir) {
        fs::canonicalize(&absolute).map_err(|error| {
            EngineError::usage(format!("Looking at the folder \"{shown}\" failed: {error}"))
        })?
    } else {
        absolute
    };
    match clean.to_str() {
        Some(_) => Ok(clean),
        None => Err(EngineError::usage(format!(
            "The path \"{shown}\" isn't UTF-8; a pair's folder needs one that is"
        ))),
    }
}

fn check_overlap(home: &Home, config: &Config, pair: &PairConfig) -> Result<()> {
    let local = real(&pair.local);
    let shown = pair.local.display();
    if overlap(&local, &real(home.dir())) {
        return Err(EngineError::usage(format!(
            "The folder \"{shown}\" and Tidemark's own folder \"{}\" lie one inside the other; Tidemark can't sync its own state",
            home.dir().display()
        ))
        .hint("choose another folder, or another home with --home DIR"));
    }
    for other in &config.pairs {
        if overlap(&local, &real(&other.local)) {
            return Err(EngineError::usage(format!(
                "The folder \"{shown}\" and the folder of the pair \"{}\", \"{}\", lie one inside the other; each would sync what the other brings",
                other.name,
                other.local.display()
            ))
            .hint("choose folders that are apart"));
        }
    }
    let account = config.account(&pair.account)?;
    if let Some(remote) = accounts::folder_here(account, &pair.remote)
        && overlap(&local, &real(&remote))
    {
        return Err(EngineError::usage(format!(
            "The folder \"{shown}\" and the other side of the pair, \"{}\", lie one inside the other; it would copy itself without end",
            remote.display()
        ))
        .hint("choose folders that are apart"));
    }
    Ok(())
}

fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The path with every symbolic link of the part that exists resolved.
fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(found) = fs::canonicalize(ancestor) {
            return match path.strip_prefix(ancestor) {
                Ok(rest) => found.join(rest),
                Err(_) => found,
            };
        }
    }
    path.to_owned()
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

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~');
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn rates_have_suffixes() {
        for (text, rate_) in
            [("none", None), ("500", Some(500)), ("500k", Some(500_000)), ("2M", Some(2_000_000))]
        {
            assert_eq!(rate("upload-limit", text).unwrap(), rate_, "{text}");
        }
        for text in ["", "k", "0", "-1", "1.5M", "99999999999999999999", "99999999999999999G", "5µ"] {
            assert_eq!(rate("upload-limit", text).unwrap_err().code, ErrorCode::Usage, "{text}");
        }
    }

    #[test]
    fn every_setting_is_taken_or_refused_with_the_values_that_it_takes() {
        let mut pair = PairConfig::new("docs", "/x".into(), "a", "");
        for (key, value) in [
            ("direction", "upload"),
            ("on-conflict", "keep-both"),
            ("ignore", "*.tmp, build/"),
            ("keep-days", "7"),
            ("upload-limit", "1k"),
            ("download-limit", "none"),
            ("poll-seconds", "5"),
            ("max-delete-percent", "10"),
            ("max-deletes", "3"),
        ] {
            change(&mut pair, key, value).unwrap();
        }
        assert_eq!((pair.direction, pair.on_conflict), (Direction::Upload, OnConflict::KeepBoth));
        assert_eq!(pair.ignore, ["*.tmp", "build/"]);
        assert_eq!((pair.keep_days, pair.upload_limit, pair.poll_seconds), (7, Some(1000), Some(5)));
        assert_eq!((pair.max_delete_percent, pair.max_deletes), (10, 3));
        for (key, value, part) in [
            ("direction", "sideways", "both, upload, download"),
            ("max-delete-percent", "101", "from 0 to 100"),
            ("keep-days", "0", "from 1"),
            ("local", "/y", "remove the pair"),
            ("colour", "red", "direction, on-conflict"),
        ] {
            let error = change(&mut pair, key, value).unwrap_err();
            assert_eq!(error.code, ErrorCode::Usage);
            assert!(format!("{error} {:?}", error.hint).contains(part), "{error:?}");
        }
    }

    #[test]
    fn folders_one_inside_the_other_overlap() {
        for (one, other, expected) in
            [("/a", "/a", true), ("/a", "/a/b", true), ("/a/b", "/a", true), ("/a", "/ab", false)]
        {
            assert_eq!(overlap(Path::new(one), Path::new(other)), expected, "{one} {other}");
        }
    }
}
