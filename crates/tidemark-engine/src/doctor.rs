//! Looks at everything that syncing needs, and says of each part whether it is good. Changes nothing.

#![expect(clippy::disallowed_methods, reason = "looks at the home and at roots")]

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::accounts;
use crate::apply::trouble::state_error;
use crate::config::{Config, PairConfig};
use crate::error::{EngineError, ErrorCode};
use crate::home::Home;
use crate::private_files;
use crate::secrets::SecretPlace;
use crate::state;

const LITTLE_SPACE: u64 = 1 << 30;
const FEW_WATCHES: u64 = 65_536;

/// Everything that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DoctorReport {
    /// True when nothing is `bad`.
    pub ok: bool,
    /// One entry for each part.
    pub checks: Vec<Check>,
}

/// What was found of one part.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Check {
    /// Which part: `home`, `account work`, `pair docs`…
    pub part: String,
    /// Whether it is good.
    pub state: CheckState,
    /// What was found; a whole sentence.
    pub message: String,
    /// What the person can do, where something is to be done.
    pub hint: Option<String>,
}

/// Whether a part is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// It is.
    Good,
    /// It works; something is worth knowing.
    Notice,
    /// It doesn't work.
    Bad,
}

impl Check {
    fn good(part: &str, message: impl Into<String>) -> Self {
        Self { part: part.to_owned(), state: CheckState::Good, message: message.into(), hint: None }
    }

    fn notice(part: &str, message: impl Into<String>) -> Self {
        Self { state: CheckState::Notice, ..Self::good(part, message) }
    }

    fn bad(part: &str, message: impl Into<String>) -> Self {
        Self { state: CheckState::Bad, ..Self::good(part, message) }
    }

    fn failed(part: &str, error: EngineError) -> Self {
        Self { hint: error.hint, ..Self::bad(part, error.message) }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Looks at the home directory, the settings, the secrets, every account (asking its service) and every pair.
pub async fn examine(home: &Home, runs_here: bool) -> DoctorReport {
    let mut checks = vec![home_folder(home), owner(home, runs_here)];
    match Config::load(home) {
        Err(error) => checks.push(Check::failed("settings", error)),
        Ok(config) => {
            checks.push(settings(&config));
            checks.extend(secrets(home, &config));
            for name in config.accounts.keys() {
                checks.push(account(home, &config, name).await);
            }
            for pair in &config.pairs {
                checks.push(local_folder(pair));
                checks.extend(free_space(pair));
                checks.extend(state_of(home, pair));
            }
        }
    }
    checks.extend(watch_limit());
    DoctorReport { ok: checks.iter().all(|check| check.state != CheckState::Bad), checks }
}

fn home_folder(home: &Home) -> Check {
    let dir = home.dir();
    if !dir.exists() {
        return Check::good(
            "home",
            format!("\"{}\" will be made when there is something to keep.", dir.display()),
        );
    }
    let probe = dir.join("doctor.probe");
    let tried = private_files::replace(&probe, b"probe").and_then(|()| fs::remove_file(&probe));
    match tried {
        Ok(()) => Check::good("home", format!("\"{}\" can be read and written.", dir.display())),
        Err(error) => Check::failed("home", home.error("writing in", dir, &error)),
    }
}

fn owner(home: &Home, runs_here: bool) -> Check {
    if runs_here {
        return Check::good("owner", "This Tidemark keeps its pairs in step.");
    }
    if !home.dir().exists() {
        return Check::good("owner", "No other tidemark works with it.");
    }
    match home.own("doctor") {
        Ok(_) => Check::good("owner", "No other tidemark works with it."),
        Err(error) if error.code == ErrorCode::HomeBusy => {
            Check::notice("owner", format!("{}.", error.message))
        }
        Err(error) => Check::failed("owner", error),
    }
}

fn settings(config: &Config) -> Check {
    let (accounts, pairs) = (config.accounts.len(), config.pairs.len());
    Check::good("settings", format!("The settings can be read: accounts: {accounts}, pairs: {pairs}."))
}

fn secrets(home: &Home, config: &Config) -> Option<Check> {
    let path = home.secrets_file();
    if !config.accounts.values().any(|account| account.secret == Some(SecretPlace::File)) {
        return None;
    }
    let shown = path.display();
    Some(match others_can_read(&path) {
        Ok(false) => Check::good("secrets", format!("\"{shown}\" is readable by you alone.")),
        Ok(true) => {
            Check::bad("secrets", format!("\"{shown}\" can be read by other users of this computer."))
                .hint(format!("close it with `chmod 600 {shown}`"))
        }
        Err(error) => Check::failed("secrets", home.error("looking at the secrets", &path, &error)),
    })
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(path)?.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| false)
}

async fn account(home: &Home, config: &Config, name: &str) -> Check {
    let part = format!("account {name}");
    match accounts::check(home, config, name).await {
        Ok(check) if check.writable => Check::good(&part, format!("It answers: {}.", check.summary)),
        Ok(check) => Check::notice(&part, format!("It answers, and may only read: {}.", check.summary)),
        Err(error) => Check::failed(&part, error),
    }
}

fn local_folder(pair: &PairConfig) -> Check {
    let part = format!("pair {}", pair.name);
    let shown = pair.local.display();
    match fs::symlink_metadata(&pair.local) {
        Ok(metadata) if !metadata.is_dir() => {
            Check::bad(&part, format!("\"{shown}\" isn't a folder any more."))
                .hint("put the folder back, or remove the pair; nothing is deleted meanwhile")
        }
        Ok(_) => match fs::read_dir(&pair.local) {
            Ok(_) => Check::good(&part, format!("The folder \"{shown}\" is there.")),
            Err(error) => Check::bad(&part, format!("The folder \"{shown}\" can't be read: {error}."))
                .hint("give yourself the right to read it; nothing is deleted meanwhile"),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Check::bad(&part, format!("The folder \"{shown}\" isn't there. Nothing was deleted."))
                .hint("connect the drive that it is on, or remove the pair")
        }
        Err(error) => Check::bad(&part, format!("Looking at the folder \"{shown}\" failed: {error}.")),
    }
}

fn free_space(pair: &PairConfig) -> Option<Check> {
    let part = format!("pair {}", pair.name);
    let disk = tidemark_disk::space::file_system(&pair.local).ok()?;
    let found = format!("Its disk ({}) has {:.1} GB left.", disk.kind, disk.free_bytes as f64 / 1e9);
    Some(match disk.free_bytes < LITTLE_SPACE {
        true => {
            Check::notice(&part, found).hint("make room: what doesn't fit waits and is reported as a problem")
        }
        false => Check::good(&part, found),
    })
}

fn state_of(home: &Home, pair: &PairConfig) -> Option<Check> {
    let (part, path) = (format!("pair {}", pair.name), home.pair_db(&pair.id));
    if !path.exists() {
        return None;
    }
    let safe = "the next sync sets it aside, compares both sides anew and deletes nothing";
    Some(match state::check(&path) {
        Ok(None) => Check::good(&part, "Its state is whole."),
        Ok(Some(damage)) => {
            let damage = damage.replace('\n', " ");
            Check::bad(&part, format!("Its state \"{}\" is damaged: {damage}.", path.display())).hint(safe)
        }
        Err(error) => Check::failed(&part, state_error(&error)),
    })
}

fn watch_limit() -> Option<Check> {
    let text = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?;
    let limit: u64 = text.trim().parse().ok()?;
    Some(match limit < FEW_WATCHES {
        true => Check::notice(
            "watching",
            format!(
                "This system watches at most {limit} folders; beyond that, changes are found by scanning."
            ),
        )
        .hint("raise it with `sudo sysctl fs.inotify.max_user_watches=524288`"),
        false => Check::good("watching", format!("This system watches up to {limit} folders.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(local: &Path) -> PairConfig {
        PairConfig::new("docs", local.to_owned(), "account", "")
    }

    #[test]
    fn a_missing_root_is_bad_and_says_that_nothing_was_deleted() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(local_folder(&pair(dir.path())).state, CheckState::Good);
        let check = local_folder(&pair(&dir.path().join("gone")));
        assert_eq!(check.state, CheckState::Bad);
        assert!(check.message.contains("Nothing was deleted") && check.hint.is_some(), "{check:?}");
    }

    #[test]
    fn a_home_in_use_is_worth_knowing_and_not_bad() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().to_owned())).unwrap();
        assert_eq!(owner(&home, false).state, CheckState::Good);
        let _owner = home.own("watch").unwrap();
        assert_eq!(owner(&home, false).state, CheckState::Notice);
        assert_eq!(home_folder(&home).state, CheckState::Good);
        assert_eq!(
            fs::read_dir(dir.path())
                .unwrap()
                .filter(|e| e.as_ref().unwrap().file_name() == "doctor.probe")
                .count(),
            0
        );
    }
}
