//! The state of one pair in one SQLite file: nodes with three sides, conflicts, problems, activity, upload sessions.
//! The only place that knows SQL. It is never more durable than the data that it describes, and losing it loses nothing.

mod activity;
mod base_texts;
mod compare;
mod conflicts;
mod drafts;
mod intents;
mod meta;
mod nodes;
mod open;
mod resolutions;
mod rows;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use rusqlite::{Connection, ErrorCode};

pub use activity::{ActivityFilter, ActivityRow};
pub(crate) use base_texts::MAX_TOTAL as BASE_TEXTS_MAX;
pub use compare::{NodeReader, SeenRows};
pub use conflicts::{Base, ConflictRow, next_conflict_id};
pub use intents::{Act, Intent};
pub use meta::Meta;
pub use nodes::{Files, LocalRow, RemoteRow};
pub use open::{check, mend};
pub use resolutions::{Aftermath, Before, Decided, Left, ResolutionRow, Stored};

/// Result of a database operation.
pub type Result<T> = std::result::Result<T, StateError>;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It was written by a newer Tidemark.
    #[error("the state \"{path}\" was written by a newer Tidemark (format {found}, this one knows {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// It belongs to another program.
    #[error("\"{0}\" is a database of another program")]
    Foreign(PathBuf),
    /// SQLite refuses.
    #[error("{doing} failed")]
    Sql {
        /// What was attempted.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The file or its folder can't be used.
    #[error("{doing} \"{path}\" failed")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A value in it can't be.
    #[error("the state holds something impossible: {0}")]
    Impossible(String),
}

impl StateError {
    /// True when the file isn't what was once written.
    pub fn is_damage(&self) -> bool {
        let Self::Sql { source, .. } = self else { return false };
        matches!(source.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }
}

/// The state of one pair. Shared by reference; one writer at a time.
pub struct State {
    path: PathBuf,
    writer: Mutex<Connection>,
    set_aside: Option<PathBuf>,
    before_use: Option<Box<dyn Fn() + Send + Sync>>,
}

impl State {
    /// Opens or makes the state at `path`. A damaged one is set aside and made anew: the next pass merges and deletes nothing.
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, set_aside) = open::open(path)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(connection), set_aside, before_use: None })
    }

    /// Calls `act` before each read and each commit: there a simulated process can end.
    pub fn before_each_use(self, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self { before_use: Some(Box::new(act)), ..self }
    }

    /// Where a damaged state was put when this one was opened.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        if let Some(act) = &self.before_use {
            act();
        }
        self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Runs `work` in one transaction: all of it is stored or nothing.
    fn transact<T>(&self, doing: &'static str, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        transact(&mut self.writer(), doing, work)
    }

    /// The same, and durable when it returns, against the loss of power too: for what an act at a service relies on that
    /// can't be undone or done again.
    fn transact_durably<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.writer();
        let set = |connection: &Connection, level| {
            connection
                .pragma_update(None, "synchronous", level)
                .map_err(|source| StateError::Sql { doing, source })
        };
        set(&connection, "FULL")?;
        let result = transact(&mut connection, doing, work);
        set(&connection, "NORMAL")?;
        result
    }
}

fn transact<T>(
    connection: &mut Connection,
    doing: &'static str,
    work: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|source| StateError::Sql { doing, source })?;
    let result = work(&transaction)?;
    transaction.commit().map_err(|source| StateError::Sql { doing, source })?;
    Ok(result)
}

fn sql(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StateError {
    move |source| StateError::Sql { doing, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_has_to_be_durable_is_synced_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(&dir.path().join("pair.db")).unwrap();
        let (full, normal) = (2, 1);
        assert_eq!(state.transact_durably("testing", |connection| Ok(level(connection))).unwrap(), full);
        let failed =
            state.transact_durably("testing", |_| Err::<(), _>(StateError::Impossible(String::new())));
        assert!(failed.is_err());
        assert_eq!(state.transact("testing", |connection| Ok(level(connection))).unwrap(), normal);
    }
}
