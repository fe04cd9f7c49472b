//! The home directory: `config.toml`, secrets where no keychain is, one database a pair, logs, and its one owner.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{EngineError, ErrorCode, Result};
use crate::private_files;

/// Where Tidemark keeps what it knows. Nothing is made before something is to be kept.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

/// The right to run pairs of a home directory; it ends when this is dropped, or with the process.
#[derive(Debug)]
pub struct Owner {
    _lock: File,
}

impl Home {
    /// Finds it: `given`, made absolute, or the platform's directory for an application's data.
    pub fn locate(given: Option<PathBuf>) -> Result<Self> {
        if let Some(dir) = given {
            let dir = std::path::absolute(&dir).map_err(|_| {
                EngineError::usage("--home (or TIDEMARK_HOME) names no folder; give it a path")
            })?;
            return Ok(Self { dir });
        }
        match directories::ProjectDirs::from("", "", "tidemark") {
            Some(dirs) => Ok(Self { dir: dirs.data_local_dir().to_owned() }),
            None => Err(EngineError::new(
                ErrorCode::Home,
                "this system names no home directory for the current user, so there is no place for Tidemark's own",
            )
            .hint("give one with --home DIR or TIDEMARK_HOME")),
        }
    }

    /// The directory itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Accounts and pairs.
    pub fn config_file(&self) -> PathBuf {
        self.dir.join("config.toml")
    }

    /// Secrets, where no keychain holds them.
    pub fn secrets_file(&self) -> PathBuf {
        self.dir.join("secrets.toml")
    }

    /// The state database of the pair with that id.
    pub fn pair_db(&self, id: &str) -> PathBuf {
        self.dir.join("pairs").join(format!("{id}.db"))
    }

    /// Where the pair's staging files and kept contents go when that is on the file system of its folder.
    pub fn pair_store(&self, id: &str) -> PathBuf {
        self.dir.join("pairs").join(id)
    }

    /// Where logs go.
    pub fn log_dir(&self) -> PathBuf {
        self.dir.join("logs")
    }

    /// Makes the directory with its folder `pairs`, mode 0700.
    pub fn make(&self) -> Result<()> {
        let pairs = self.dir.join("pairs");
        private_files::make_folder(&pairs).map_err(|error| self.error("making the folder", &pairs, &error))
    }

    /// Takes ownership for `doing` (`sync`, `watch`…). `HomeBusy`, naming the other process, when there is an owner.
    pub fn own(&self, doing: &str) -> Result<Owner> {
        self.make()?;
        let path = self.dir.join("owner.lock");
        let mut lock =
            private_files::open(&path).map_err(|error| self.error("opening the lock", &path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(self.busy(&mut lock)),
            Err(TryLockError::Error(error)) => return Err(self.error("locking", &path, &error)),
        }
        let said = lock
            .set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(format!("{} {doing}\n", std::process::id()).as_bytes()));
        said.map_err(|error| self.error("writing the lock", &path, &error))?;
        Ok(Owner { _lock: lock })
    }

    /// An error about a path in it.
    pub(crate) fn error(&self, doing: &str, path: &Path, error: &io::Error) -> EngineError {
        EngineError::new(ErrorCode::Home, format!("{doing} \"{}\" failed: {error}", path.display()))
            .hint("check that the folder exists and that you may write in it, or choose another one with --home DIR")
    }

    fn busy(&self, lock: &mut File) -> EngineError {
        let mut said = String::new();
        let _ = lock.take(200).read_to_string(&mut said);
        let who = match said.trim().split_once(' ') {
            Some((pid, doing)) => format!("Another tidemark (process {pid}, `{doing}`)"),
            None => "Another tidemark".to_owned(),
        };
        EngineError::new(
            ErrorCode::HomeBusy,
            format!("{who} works with \"{}\"; nothing was done", self.dir.display()),
        )
        .hint("stop it, or wait until it has finished, then try again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_owner_at_a_time_and_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        let owner = home.own("watch").unwrap();
        let error = home.own("sync").unwrap_err();
        assert_eq!(error.code, ErrorCode::HomeBusy);
        assert!(error.message.contains(&format!("process {}, `watch`", std::process::id())), "{error}");
        drop(owner);
        home.own("sync").unwrap();
    }

    #[test]
    fn is_not_made_by_looking_at_it() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        assert!(home.config_file().starts_with(home.dir()) && !home.dir().exists());
    }
}
