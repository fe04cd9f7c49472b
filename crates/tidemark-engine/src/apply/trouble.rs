//! What a failed step means: another look, a problem of one file, or the end of the pass.

use std::error::Error;

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_disk::{DiskError, DiskErrorKind};
use tidemark_providers::{ErrorKind, ProviderError};

use crate::accounts;
use crate::error::{EngineError, ErrorCode};
use crate::pair::Pair;
use crate::report::Problem;
use crate::state::StateError;

/// What a failed step means.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A side moved on since the plan was made: look at these paths again.
    LookAgain(Vec<RelPath>),
    /// This path has a problem; everything else goes on.
    Problem(Problem),
    /// The service fails or can't be reached; whether for all or for this one is to be found out.
    Away(ProviderError, RelPath),
    /// Nothing more can be done in this pass.
    End(EngineError),
}

impl From<StateError> for Trouble {
    fn from(error: StateError) -> Self {
        Self::End(state_error(&error))
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        Self::End(error)
    }
}

/// A failure of the state, for people.
pub(crate) fn state_error(error: &StateError) -> EngineError {
    let mut text = error.to_string();
    if let Some(source) = error.source() {
        text.push_str(&format!(": {source}"));
    }
    EngineError::new(ErrorCode::State, text).hint(match error {
        StateError::Newer { .. } => "Use the newer Tidemark, or another --home.",
        _ if error.is_damage() => {
            "Your files are safe. `tidemark sync` sets the damaged state aside and compares both sides anew; it deletes nothing."
        }
        _ => {
            "Your files are safe. If the disk with Tidemark's own folder is full, free some space; then run the sync again."
        }
    })
}

/// A failure of the disk at a path: another look where the file moved on, else a problem or the end.
pub(crate) fn of_disk(path: &RelPath, error: &DiskError) -> Trouble {
    match error.kind {
        DiskErrorKind::RootMissing | DiskErrorKind::RootNotFolder => Trouble::End(
            EngineError::new(ErrorCode::Disk, error.sentence())
                .hint("Is the drive connected? Nothing was deleted."),
        ),
        DiskErrorKind::NotFound
        | DiskErrorKind::Occupied
        | DiskErrorKind::Unexpected
        | DiskErrorKind::Changed
        | DiskErrorKind::NotEmpty => Trouble::LookAgain(vec![path.clone()]),
        _ => Trouble::Problem(problem_of_disk(path, error)),
    }
}

/// The problem that a disk error makes of a path.
pub(crate) fn problem_of_disk(path: &RelPath, error: &DiskError) -> Problem {
    let (code, advice) = match error.kind {
        DiskErrorKind::Special => {
            (BlockedCode::Symlink, "It is left alone; ignore it, or replace it by a real file.")
        }
        DiskErrorKind::Denied => {
            (BlockedCode::LocalDenied, "Check its permissions; it is tried again with each sync.")
        }
        DiskErrorKind::Full => (BlockedCode::DiskFull, "Free some space; it is tried again with each sync."),
        DiskErrorKind::BadName => (BlockedCode::NameUnsupported, "Rename it at the service; it stays there."),
        _ => (BlockedCode::LocalFailed, "It is tried again with each sync."),
    };
    Problem { path: path.to_string(), code, message: format!("{}. {advice}", about(path, &error.sentence())) }
}

/// The sentence with the path that it is about, where it doesn't name it: what fails is often a staging file.
fn about(path: &RelPath, sentence: &str) -> String {
    match sentence.contains(&format!("\"{path}\"")) {
        true => sentence.to_owned(),
        false => format!("\"{path}\": {sentence}"),
    }
}

/// What a provider's refusal of a step at a path means.
pub(crate) fn of_provider(pair: &Pair, path: &RelPath, error: ProviderError) -> Trouble {
    let problem = |code, advice: &str| {
        let text = format!("{}. {advice}", about(path, &error.sentence()));
        Trouble::Problem(Problem { path: path.to_string(), code, message: text })
    };
    match error.kind {
        ErrorKind::LocalChanged
        | ErrorKind::RevisionMismatch
        | ErrorKind::AlreadyExists
        | ErrorKind::NotFound => Trouble::LookAgain(vec![path.clone()]),
        ErrorKind::LocalIo => {
            match error.source.as_ref().and_then(|source| source.downcast_ref::<DiskError>()) {
                Some(disk) => of_disk(path, disk),
                None => Trouble::End(EngineError::new(ErrorCode::Disk, error.sentence())),
            }
        }
        ErrorKind::Cancelled => Trouble::End(EngineError::new(ErrorCode::Cancelled, "stopped")),
        ErrorKind::Unauthorized | ErrorKind::Settings => Trouble::End(provider_error(pair, &error)),
        ErrorKind::Forbidden => {
            problem(BlockedCode::ReadOnly, "Ask for a role that may write; the file is safe here.")
        }
        ErrorKind::InvalidName => {
            problem(BlockedCode::NameUnsupported, "Rename it; the file is safe where it is.")
        }
        ErrorKind::TooLarge => problem(BlockedCode::TooLarge, "The file is safe here and isn't sent."),
        ErrorKind::QuotaExceeded => {
            problem(BlockedCode::QuotaExceeded, "Free some space at the service; the file is safe here.")
        }
        ErrorKind::DigestMismatch => {
            problem(BlockedCode::DigestMismatch, "Nothing was replaced; it is tried again with each sync.")
        }
        ErrorKind::Refused | ErrorKind::Unsupported => {
            problem(BlockedCode::RemoteRefused, "Nothing was lost; it is tried again with each sync.")
        }
        ErrorKind::RateLimited
        | ErrorKind::Unavailable
        | ErrorKind::Network
        | ErrorKind::Timeout
        | ErrorKind::Protocol
        | ErrorKind::LinkExpired
        | ErrorKind::CursorExpired => Trouble::Away(error, path.clone()),
    }
}

/// The problem of one path at which a service fails that otherwise works.
pub(crate) fn problem_of_service(path: &RelPath, error: &ProviderError) -> Problem {
    Problem {
        path: path.to_string(),
        code: BlockedCode::RemoteFailed,
        message: format!(
            "{}. Nothing was lost; it is tried again with each sync.",
            about(path, &error.sentence())
        ),
    }
}

/// A provider's refusal of everything, for people.
pub(crate) fn provider_error(pair: &Pair, error: &ProviderError) -> EngineError {
    accounts::provider_error(&pair.config.account, error)
}
