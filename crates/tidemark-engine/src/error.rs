//! What a command can fail with: a code for programs, what happened, and what the person can do.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Result of a command.
pub type Result<T> = std::result::Result<T, EngineError>;

/// Why a command failed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EngineError {
    /// For programs.
    pub code: ErrorCode,
    /// What was attempted on what, and why it failed: a whole sentence.
    pub message: String,
    /// What the person can do, where that isn't plain from the message.
    pub hint: Option<String>,
}

/// Codes of failed commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The command makes no sense: an unknown pair, provider or key, a value that can't be.
    Usage,
    /// Another process works with this home directory.
    HomeBusy,
    /// The home directory can't be read or written.
    Home,
    /// The state database can't be read, or is of a newer version.
    State,
    /// The account's credential is refused or missing.
    Unauthorized,
    /// The service can't be reached or fails.
    ServiceAway,
    /// The service's answers make no sense.
    Protocol,
    /// The local folder or disk fails.
    Disk,
    /// What was asked for isn't there: a conflict, a version, a kept file.
    NotFound,
    /// It was stopped.
    Cancelled,
    /// Anything else.
    Failed,
}

impl EngineError {
    /// An error of that code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// The same with what the person can do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A wrong use of a command.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Usage, message)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}
