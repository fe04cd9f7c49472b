//! Accounts and pairs as `config.toml` holds them: versioned, written as one step, checked when read.

#![expect(clippy::disallowed_methods, reason = "ids of homes and pairs are made here")]

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tidemark_core::plan::policy::{Direction, OnConflict};
use ts_rs::TS;

use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::private_files;
use crate::secrets::SecretPlace;

const VERSION: i64 = 1;
const MAX_BYTES: u64 = 4 << 20;

/// Everything that a person has set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    version: i64,
    /// Tells the secrets of this home directory from those of another one in the same keychain.
    pub home_id: String,
    /// Accounts by name.
    #[serde(default)]
    pub accounts: BTreeMap<String, AccountConfig>,
    /// Pairs, in the order in which they were added.
    #[serde(default)]
    pub pairs: Vec<PairConfig>,
}

/// One account. Its secret is elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountConfig {
    /// Name of the provider.
    pub provider: String,
    /// Where the secret is; `None`: the account has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretPlace>,
    /// Settings by key.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// One pair: a local folder and a root at an account, with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairConfig {
    /// A UUID; names its database and store.
    pub id: String,
    /// Its name on the command line.
    pub name: String,
    /// The local folder, absolute.
    pub local: PathBuf,
    /// Name of the account.
    pub account: String,
    /// The root at the account; what it means is the provider's business.
    #[serde(default)]
    pub remote: String,
    /// Which way changes travel.
    #[serde(default)]
    pub direction: Direction,
    /// What happens when both sides changed.
    #[serde(default)]
    pub on_conflict: OnConflict,
    /// Patterns of what isn't synced, as in `.gitignore`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// It is left out until resumed.
    #[serde(default)]
    pub paused: bool,
    /// When it goes on by itself, nanoseconds since the epoch; `None`: when it is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until_ns: Option<i64>,
    /// Days for which replaced and deleted contents are kept.
    #[serde(default = "default_keep_days")]
    pub keep_days: u32,
    /// Bytes a second to the service; `None`: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_limit: Option<u64>,
    /// Bytes a second from the service; `None`: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_limit: Option<u64>,
    /// Seconds between two looks at the service while watching; `None`: what suits the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_seconds: Option<u64>,
    /// Share of the files in step, in percent, above which deletions are held.
    #[serde(default = "default_max_delete_percent")]
    pub max_delete_percent: u64,
    /// Number of deletions above which they are held. Both thresholds must be passed.
    #[serde(default = "default_max_deletes")]
    pub max_deletes: u64,
    /// How often contents are compared, where the service's revisions don't show every edit.
    #[serde(default, skip_serializing_if = "Verify::is_default")]
    pub verify: Verify,
    /// What the provider is told beside the account's settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

/// How often contents are compared by fetching them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Verify {
    /// Only before something is replaced or deleted there.
    #[default]
    Never,
    /// Once a day.
    Daily,
    /// With each look at the service.
    Always,
}

impl PairConfig {
    /// True while it is left out.
    pub fn is_paused(&self, now_ns: i64) -> bool {
        self.paused && self.paused_until_ns.is_none_or(|until| until > now_ns)
    }
}

impl Verify {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn default_keep_days() -> u32 {
    30
}

fn default_max_delete_percent() -> u64 {
    50
}

fn default_max_deletes() -> u64 {
    25
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: VERSION,
            home_id: uuid::Uuid::new_v4().to_string(),
            accounts: BTreeMap::new(),
            pairs: Vec::new(),
        }
    }
}

impl PairConfig {
    /// A pair with a fresh id and the default rules.
    pub fn new(name: &str, local: PathBuf, account: &str, remote: &str) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: name.to_owned(),
            local,
            account: account.to_owned(),
            remote: remote.to_owned(),
            direction: Direction::default(),
            on_conflict: OnConflict::default(),
            ignore: Vec::new(),
            paused: false,
            paused_until_ns: None,
            keep_days: default_keep_days(),
            upload_limit: None,
            download_limit: None,
            poll_seconds: None,
            max_delete_percent: default_max_delete_percent(),
            max_deletes: default_max_deletes(),
            verify: Verify::default(),
            settings: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads it; an empty one where there is none. Fails on a newer version, an unknown key, and what can't be right.
    pub fn load(home: &Home) -> Result<Self> {
        let path = home.config_file();
        let text = private_files::read(&path, MAX_BYTES)
            .map_err(|error| home.error("reading the settings", &path, &error))?;
        match text {
            None => Ok(Self::default()),
            Some(text) => Self::parse(&text).map_err(|why| {
                EngineError::new(
                    ErrorCode::Home,
                    format!(
                        "The settings in \"{}\" can't be used: {why}. Nothing was changed",
                        path.display()
                    ),
                )
                .hint("correct that line, or move the file away and add accounts and pairs again")
            }),
        }
    }

    /// Writes it as one step.
    pub fn save(&self, home: &Home) -> Result<()> {
        home.make()?;
        let path = home.config_file();
        let text = toml::to_string(self).map_err(|error| {
            EngineError::new(
                ErrorCode::Home,
                format!("writing the settings \"{}\" failed: {error}", path.display()),
            )
        })?;
        private_files::replace(&path, text.as_bytes())
            .map_err(|error| home.error("writing the settings", &path, &error))
    }

    /// Reads it, changes it and writes it, while no other process does the same. Nothing is written when `change` fails.
    pub fn edit<T>(home: &Home, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let _lock = Self::lock(home)?;
        let mut config = Self::load(home)?;
        let answer = change(&mut config)?;
        config.save(home)?;
        Ok(answer)
    }

    /// Keeps other processes from editing settings and secrets for as long as the answer lives.
    pub(crate) fn lock(home: &Home) -> Result<File> {
        home.make()?;
        let path = home.dir().join("config.lock");
        let lock =
            private_files::open(&path).map_err(|error| home.error("opening the lock", &path, &error))?;
        lock.lock().map_err(|error| home.error("locking", &path, &error))?;
        Ok(lock)
    }

    /// The pair of that name. `Usage`, naming those that there are, when there is none.
    pub fn pair(&self, name: &str) -> Result<&PairConfig> {
        self.pairs.iter().find(|pair| pair.name == name).ok_or_else(|| self.unknown_pair(name))
    }

    /// The pair of that name, to change it.
    pub fn pair_mut(&mut self, name: &str) -> Result<&mut PairConfig> {
        let unknown = self.unknown_pair(name);
        self.pairs.iter_mut().find(|pair| pair.name == name).ok_or(unknown)
    }

    /// The account of that name. `Usage`, naming those that there are, when there is none.
    pub fn account(&self, name: &str) -> Result<&AccountConfig> {
        self.accounts.get(name).ok_or_else(|| {
            let known = self.accounts.keys().map(String::as_str);
            unknown("account", name, known, "add one with `tidemark account add PROVIDER NAME`")
        })
    }

    fn unknown_pair(&self, name: &str) -> EngineError {
        let known = self.pairs.iter().map(|pair| pair.name.as_str());
        unknown("pair", name, known, "add one with `tidemark pair add NAME LOCAL ACCOUNT[:REMOTE]`")
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error| located(text, &error))?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(VERSION) => {}
            Some(version) if version > VERSION => {
                return Err(format!(
                    "they are of version {version}, made by a newer Tidemark; this one reads version {VERSION}"
                ));
            }
            _ => return Err("they don't say `version = 1`".to_owned()),
        }
        let config: Self = toml::from_str(text).map_err(|error| located(text, &error))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> std::result::Result<(), String> {
        let mut names = HashSet::new();
        let mut ids = HashSet::new();
        for pair in &self.pairs {
            if !names.insert(&pair.name) {
                return Err(format!("two pairs are called \"{}\"", pair.name));
            }
            if uuid::Uuid::try_parse(&pair.id).is_err() || !ids.insert(&pair.id) {
                return Err(format!("the id of the pair \"{}\" isn't a UUID of its own", pair.name));
            }
            if !pair.local.is_absolute() {
                return Err(format!("the folder of the pair \"{}\" isn't an absolute path", pair.name));
            }
            if !self.accounts.contains_key(&pair.account) {
                return Err(format!(
                    "the pair \"{}\" names the unknown account \"{}\"",
                    pair.name, pair.account
                ));
            }
        }
        Ok(())
    }
}

/// Checks a name of an account or a pair: letters, digits, `-`, `_` and `.`, at most 64 characters.
pub fn check_name(what: &str, name: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let good = !name.is_empty() && name.chars().count() <= 64 && name.chars().all(fits);
    if good && !name.starts_with(['-', '.']) {
        return Ok(());
    }
    Err(EngineError::usage(format!(
        "\"{}\" can't be the name of {what}: a name has letters, digits, \"-\", \"_\" and \".\", begins with a letter or a digit, and has at most 64 characters",
        name.escape_debug()
    )))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>, add: &str) -> EngineError {
    let known: Vec<&str> = known.collect();
    let error = EngineError::usage(format!("There is no {what} \"{}\"", name.escape_debug()));
    match known.is_empty() {
        true => error.hint(add),
        false => error.hint(format!("the {what}s are: {}", known.join(", "))),
    }
}

fn located(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim_end_matches('.').replace('\n', ", ");
    match error.span() {
        Some(span) => {
            let line = text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1;
            format!("line {line}: {message}")
        }
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Config {
        let mut config = Config::default();
        let settings = BTreeMap::from([("path".to_owned(), "/srv/files".to_owned())]);
        let account = AccountConfig { provider: "folder".into(), secret: None, settings };
        config.accounts.insert("nas.home".into(), account);
        config.pairs.push(PairConfig::new("docs", "/home/anna/Documents".into(), "nas.home", "Documents"));
        config
    }

    #[test]
    fn comes_back_as_it_was_saved() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        sample().save(&home).unwrap();
        let loaded = Config::load(&home).unwrap();
        assert_eq!((loaded.accounts, loaded.pairs.len()), (sample().accounts, 1));
        assert_eq!(loaded.pairs[0].local, PathBuf::from("/home/anna/Documents"));
    }

    #[test]
    fn says_what_it_can_not_use_and_where() {
        let good = toml::to_string(&sample()).unwrap();
        let cases = [
            (good.replace("version = 1", "version = 2"), "newer Tidemark"),
            (good.replace("version = 1", ""), "version = 1"),
            (good.replace("paused = false", "colour = 1"), "unknown field `colour`"),
            (good.replace("account = \"nas.home\"", "account = \"other\""), "unknown account \"other\""),
            (good.replace("/home/anna/", "anna/"), "isn't an absolute path"),
            (good.replace("paused = false", "paused ="), "line "),
            (good.replace(&sample_id(&good), "../../x"), "isn't a UUID"),
        ];
        for (text, part) in cases {
            let why = Config::parse(&text).unwrap_err();
            assert!(why.contains(part), "{why:?} should say {part:?}");
        }
    }

    fn sample_id(text: &str) -> String {
        Config::parse(text).unwrap().pairs[0].id.clone()
    }

    #[test]
    fn an_edit_that_fails_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        let refused: Result<()> = Config::edit(&home, |config| {
            config.accounts.insert("x".into(), AccountConfig::default());
            Err(EngineError::usage("no"))
        });
        assert!(refused.is_err() && !home.config_file().exists());
    }

    #[test]
    fn names_have_no_separators() {
        for name in ["", "a:b", "a/b", "..", "-x", "a b", &"x".repeat(65)] {
            assert!(check_name("a pair", name).is_err(), "{name:?}");
        }
        for name in ["docs", "Büro-2", "a.b_c", "7"] {
            check_name("a pair", name).unwrap();
        }
    }
}
