//! Opens a state file: checks whose it is, migrates an older one, refuses a newer one, sets a damaged one aside.

#![expect(clippy::disallowed_methods, reason = "state files are the client's own, and opened here")]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{Result, StateError, sql};

/// "tide" in ASCII.
const APPLICATION_ID: i64 = 0x7469_6465;
/// Migrations in order; the format's number is how many of them a file has seen.
const MIGRATIONS: [&str; 5] = [
    include_str!("sql/001_nodes.sql"),
    include_str!("sql/002_conflict_base.sql"),
    include_str!("sql/003_intents.sql"),
    include_str!("sql/004_base_text.sql"),
    include_str!("sql/005_resolution.sql"),
];

/// Held while a file is opened: SQLite doesn't wait for others who turn a new file's journal to its mode.
static OPENING: Mutex<()> = Mutex::new(());

/// Opens for writing. Says where a damaged file was put.
pub(super) fn open(path: &Path) -> Result<(Connection, Option<PathBuf>)> {
    let _turn = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    match try_open(path) {
        Err(error) if error.is_damage() => {
            let aside = set_aside(path)?;
            Ok((try_open(path)?, Some(aside)))
        }
        other => Ok((other?, None)),
    }
}

/// Opens for reading only, beside the writer.
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(sql("opening the state"))?;
    tune(&connection)?;
    Ok(connection)
}

/// Reads the whole file and says what is wrong with it; `None`: nothing.
pub fn check(path: &Path) -> Result<Option<String>> {
    let connection = open_reader(path)?;
    let answer: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(sql("checking the state"))?;
    Ok((answer != "ok").then_some(answer))
}

/// Reads the whole file and sets it aside if it is damaged; says where it was put. Nobody may have it open.
pub fn mend(path: &Path) -> Result<Option<PathBuf>> {
    match check(path) {
        Ok(None) => Ok(None),
        Err(error) if !error.is_damage() => Err(error),
        Ok(Some(_)) | Err(_) => set_aside(path).map(Some),
    }
}

fn try_open(path: &Path) -> Result<Connection> {
    let mut connection = Connection::open(path).map_err(sql("opening the state"))?;
    tune(&connection)?;
    let pragma = |name: &str| -> Result<i64> {
        connection.pragma_query_value(None, name, |row| row.get(0)).map_err(sql("reading the state's format"))
    };
    let (application, format) = (pragma("application_id")?, pragma("user_version")?);
    let known = MIGRATIONS.len() as i64;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(sql("reading the state's format"))?;
    if application != APPLICATION_ID && tables > 0 {
        return Err(StateError::Foreign(path.to_owned()));
    }
    if format > known {
        return Err(StateError::Newer { path: path.to_owned(), found: format, known });
    }
    if format < known {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql("migrating the state"))?;
        // Another reader of the same state may have migrated it since.
        let format: i64 = transaction
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(sql("reading the state's format"))?;
        for migration in MIGRATIONS.iter().skip(usize::try_from(format).unwrap_or(0)) {
            transaction.execute_batch(migration).map_err(sql("migrating the state"))?;
        }
        transaction
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(sql("migrating the state"))?;
        transaction.pragma_update(None, "user_version", known).map_err(sql("migrating the state"))?;
        transaction.commit().map_err(sql("migrating the state"))?;
    }
    Ok(connection)
}

fn tune(connection: &Connection) -> Result<()> {
    // First: turning the journal's mode waits for others, too.
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(sql("opening the state"))?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 8192; PRAGMA trusted_schema = OFF;",
        )
        .map_err(sql("opening the state"))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn set_aside(path: &Path) -> Result<PathBuf> {
    let name = |number: u32| PathBuf::from(format!("{}.damaged-{number}", path.display()));
    let aside = (1..).map(name).find(|candidate| !candidate.exists()).unwrap_or_else(|| name(0));
    let failed =
        |source| StateError::Io { doing: "setting aside the damaged state", path: path.to_owned(), source };
    std::fs::rename(path, &aside).map_err(failed)?;
    for suffix in ["-wal", "-shm"] {
        let beside = PathBuf::from(format!("{}{suffix}", path.display()));
        if beside.exists() {
            std::fs::rename(&beside, format!("{}{suffix}", aside.display())).map_err(failed)?;
        }
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::super::State;

    #[test]
    fn a_new_state_can_be_opened_by_many_at_once() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("state.db");
            std::thread::scope(|scope| {
                let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| State::open(&path).map(drop))).collect();
                openers.into_iter().for_each(|opener| opener.join().unwrap().unwrap());
            });
        }
    }
}
