//! Runs pairs: state, passes, executor, conflicts, history, accounts, and the commands that both shells use.

pub mod error;
pub mod report;
pub mod state;

pub use error::{EngineError, ErrorCode, Result};
