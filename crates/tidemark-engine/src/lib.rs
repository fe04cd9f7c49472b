//! Runs pairs: state, passes, executor, conflicts, history, accounts, and the commands that both shells use.

pub mod config;
pub mod error;
pub mod home;
pub mod private_files;
pub mod report;
pub mod secrets;
pub mod state;

pub use error::{EngineError, ErrorCode, Result};
