//! What can be known of a pair before it is one: folders to choose from, whether it can be, and what its first sync would
//! do. Writes nothing, on either side.

#![expect(clippy::disallowed_methods, reason = "looks at folders before they are a pair's")]

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tidemark_disk::space::{file_system, may_write};
use tokio_util::sync::CancellationToken;
use ts_rs::TS;

use crate::accounts;
use crate::apply::trouble::state_error;
use crate::config::{Config, PairConfig, check_name};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::open_pair;
use crate::pair::Events;
use crate::pair_rules::check_patterns;
use crate::pairs::NewPair;
use crate::pass::plan_pair;
use crate::pass_end::PassEnd;
use crate::placement::{check_overlap, local_folder};
use crate::plan_view;
use crate::private_files;
use crate::report::PlanReport;
use crate::state::State;
use crate::sync::empty_plan;

/// Folders that are named in a listing.
const MAX_FOLDERS: usize = 2000;
/// Below this much room a person is told.
const LITTLE_ROOM: u64 = 1 << 30;
/// Names in a folder that tell of other clients which sync it.
const OTHER_CLIENTS: [(&str, &str); 5] = [
    (".stfolder", "Syncthing"),
    (".dropbox", "Dropbox"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".sync", "Resilio Sync"),
];

/// A folder of this computer, and the folders in it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FolderHere {
    /// The folder.
    pub path: String,
    /// The folder that it is in.
    pub parent: Option<String>,
    /// The folders in it, by name; hidden ones are left out.
    pub folders: Vec<SubFolder>,
    /// Tidemark may write in it.
    pub writable: bool,
}

/// A folder in a folder.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SubFolder {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: String,
}

/// Whether something can become a pair.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PairCheck {
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// Bytes free on the disk of its folder.
    pub free_bytes: Option<u64>,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// How grave it is.
    pub level: FindingLevel,
    /// About which part of the pair.
    pub about: FindingAbout,
    /// What was found; a whole sentence.
    pub message: String,
    /// What the person can do.
    pub hint: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum FindingLevel {
    /// It can't become a pair.
    Stop,
    /// It can; this is worth knowing.
    Warn,
    /// As it should be.
    Good,
}

/// Which part of a pair a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum FindingAbout {
    /// Its name.
    Name,
    /// The folder on this computer.
    Local,
    /// The service's side.
    Remote,
    /// Its rules.
    Rules,
}

impl Tidemark {
    /// The folders in a folder of this computer; the person's own when none is named.
    pub fn folders_here(&self, path: Option<PathBuf>) -> Result<FolderHere> {
        let own = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        let given = path.or_else(own).unwrap_or_else(|| PathBuf::from("/"));
        let folder = fs::canonicalize(&given).map_err(|error| unread(&given, &error))?;
        let mut folders: Vec<SubFolder> = fs::read_dir(&folder)
            .map_err(|error| unread(&folder, &error))?
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter_map(|entry| {
                let (name, path) = (entry.file_name().into_string().ok()?, entry.path());
                let shown = !name.starts_with('.');
                shown.then(|| SubFolder { name, path: path.display().to_string() })
            })
            .take(MAX_FOLDERS)
            .collect();
        folders.sort_by_cached_key(|folder| folder.name.to_lowercase());
        Ok(FolderHere {
            writable: may_write(&folder),
            parent: folder.parent().map(|parent| parent.display().to_string()),
            path: folder.display().to_string(),
            folders,
        })
    }

    /// Looks whether this could become a pair, without asking the service.
    pub fn pair_try(&self, new: &NewPair) -> Result<PairCheck> {
        let config = Config::load(&self.home)?;
        let mut findings = Vec::new();
        let mut add = |level, about, message: String, hint| {
            findings.push(Finding { level, about, message, hint });
        };
        let stop = |about, error: EngineError| (FindingLevel::Stop, about, error.message, error.hint);
        if let Err(error) = check_name("a pair", &new.name).and_then(|()| name_is_free(&config, new)) {
            let (level, about, message, hint) = stop(FindingAbout::Name, error);
            add(level, about, message, hint);
        }
        if let Err(error) = check_patterns(&new.ignore) {
            let (level, about, message, hint) = stop(FindingAbout::Rules, error);
            add(level, about, message, hint);
        }
        let mut free_bytes = None;
        match local_folder(&new.local) {
            Err(error) => {
                let (level, about, message, hint) = stop(FindingAbout::Local, error);
                add(level, about, message, hint);
            }
            Ok(local) => {
                let pair = settings_of(new, &local);
                match check_overlap(&self.home, &config, &pair) {
                    Err(error) => {
                        let (level, about, message, hint) = stop(FindingAbout::Local, error);
                        add(level, about, message, hint);
                    }
                    Ok(()) => {
                        if let Err(error) = accounts::open_provider(&self.home, &config, &pair) {
                            let (level, about, message, hint) = stop(FindingAbout::Remote, error);
                            add(level, about, message, hint);
                        }
                    }
                }
                free_bytes = file_system(&local).ok().map(|system| system.free_bytes);
                for (level, message, hint) in of_folder(&local, free_bytes) {
                    add(level, FindingAbout::Local, message, hint);
                }
            }
        }
        findings.sort_by_key(|finding| finding.level);
        Ok(PairCheck { findings, free_bytes })
    }

    /// What the first sync of a pair-to-be would do.
    pub async fn plan_new(
        &self,
        new: NewPair,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<PlanReport> {
        let config = Config::load(&self.home)?;
        check_name("a pair", &new.name)?;
        check_patterns(&new.ignore)?;
        let local = local_folder(&new.local)?;
        let settings = settings_of(&new, &local);
        check_overlap(&self.home, &config, &settings)?;
        let trial = Trial::new(&self.home, &settings)?;
        let state = State::open(&trial.0).map_err(|error| state_error(&error))?;
        let pair = open_pair::with_state(&self.home, &config, &settings, state, events, cancel)?;
        Ok(match plan_pair(&pair).await {
            Ok((plan, problems)) => {
                plan_view::report(&new.name, &plan, problems, pair.provider.capabilities().folders)
            }
            Err(PassEnd::Held(hold)) => empty_plan(&settings, Some(hold), None),
            Err(PassEnd::Failed(error)) => empty_plan(&settings, None, Some(error)),
        })
    }
}

/// A state for as long as a plan takes.
struct Trial(PathBuf);

impl Trial {
    fn new(home: &Home, pair: &PairConfig) -> Result<Self> {
        home.make()?;
        let path = home.dir().join(format!("trial-{}.db", pair.id));
        private_files::open(&path).map_err(|error| home.error("opening the state", &path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

fn settings_of(new: &NewPair, local: &Path) -> PairConfig {
    let mut pair = PairConfig::new(&new.name, local.to_owned(), &new.account, &new.remote);
    (pair.direction, pair.on_conflict, pair.ignore) = (new.direction, new.on_conflict, new.ignore.clone());
    pair
}

fn name_is_free(config: &Config, new: &NewPair) -> Result<()> {
    match config.pairs.iter().any(|pair| pair.name == new.name) {
        false => Ok(()),
        true => Err(EngineError::usage(format!("There is a pair \"{}\" already", new.name))
            .hint("Choose another name.")),
    }
}

fn of_folder(local: &Path, free: Option<u64>) -> Vec<(FindingLevel, String, Option<String>)> {
    let mut found = Vec::new();
    if !may_write(local) {
        found.push((
            FindingLevel::Stop,
            format!("Tidemark may not write in \"{}\".", local.display()),
            Some("Give yourself the right to read and write it, or choose another folder.".to_owned()),
        ));
    }
    if free.is_some_and(|free| free < LITTLE_ROOM) {
        found.push((
            FindingLevel::Warn,
            "There is less than 1 GiB of room on this disk.".to_owned(),
            Some("What doesn't fit stays at the service until there is room.".to_owned()),
        ));
    }
    for (name, client) in OTHER_CLIENTS {
        if local.join(name).symlink_metadata().is_ok() {
            found.push((
                FindingLevel::Warn,
                format!("{client} seems to sync this folder, too."),
                Some(
                    "Two clients that sync one folder can undo what the other does; stop one of them."
                        .to_owned(),
                ),
            ));
        }
    }
    found
}

fn unread(path: &Path, error: &std::io::Error) -> EngineError {
    EngineError::new(ErrorCode::Disk, format!("Looking into \"{}\" failed: {error}", path.display()))
        .hint("Choose another folder, or give yourself the right to read it.")
}
