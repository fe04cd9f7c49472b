//! Why a pass ends before its end, and what people are told of it.

use tidemark_core::plan::operation::{Hold, HoldReason};
use tidemark_disk::DiskErrorKind;

use crate::apply::trouble::{provider_error, state_error};
use crate::error::{EngineError, ErrorCode};
use crate::observe::local::LookError;
use crate::observe::remote::ListError;
use crate::pair::Pair;
use crate::state::StateError;

/// Why a pass could not be made.
#[derive(Debug)]
pub(crate) enum PassEnd {
    /// The root isn't there: nothing is touched until it is.
    Held(Hold),
    /// Nothing could be done.
    Failed(EngineError),
}

impl From<StateError> for PassEnd {
    fn from(error: StateError) -> Self {
        Self::Failed(state_error(&error))
    }
}

impl From<EngineError> for PassEnd {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl PassEnd {
    pub(crate) fn of_list(pair: &Pair, error: ListError) -> Self {
        match error {
            ListError::Provider(error) => Self::Failed(provider_error(pair, &error)),
            ListError::State(error) => error.into(),
            ListError::Engine(error) => error.into(),
        }
    }
}

impl From<LookError> for PassEnd {
    fn from(error: LookError) -> Self {
        match error {
            LookError::State(error) => error.into(),
            LookError::Cancelled => Self::Failed(EngineError::new(ErrorCode::Cancelled, "stopped")),
            LookError::Disk(error) => match error.kind {
                DiskErrorKind::RootMissing | DiskErrorKind::RootNotFolder | DiskErrorKind::Unexpected => {
                    Self::Held(root_hold(&error.sentence()))
                }
                _ => Self::Failed(
                    EngineError::new(ErrorCode::Disk, error.sentence())
                        .hint("Nothing was changed; check the disk."),
                ),
            },
        }
    }
}

/// Why this computer's side could not be looked at, for a command that isn't a pass.
pub(crate) fn look_error(error: LookError) -> EngineError {
    match PassEnd::from(error) {
        PassEnd::Failed(error) => error,
        PassEnd::Held(hold) => EngineError::new(ErrorCode::Disk, hold.message),
    }
}

fn root_hold(what: &str) -> Hold {
    Hold {
        reason: HoldReason::RootMissing,
        message: format!(
            "{what}. Is the drive connected? Nothing was deleted; the sync goes on when the folder is back."
        ),
        deletes: 0,
        of: 0,
    }
}
