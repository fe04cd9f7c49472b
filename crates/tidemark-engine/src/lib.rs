//! Runs pairs: state, passes, executor, conflicts, history, accounts, and the commands that both shells use.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make real files"))]

pub mod accounts;
mod apply;
pub mod bandwidth;
mod base_texts;
pub mod carry;
mod choices;
pub mod clock;
pub mod command;
pub mod config;
mod conflict_base;
mod conflict_book;
pub mod consequences;
pub mod control;
pub mod doctor;
pub mod error;
pub mod home;
pub mod hub;
mod ignore_preview;
mod import;
mod inspect;
pub mod live;
mod login;
pub mod manifest;
mod manifest_copy;
mod observe;
pub mod offload;
mod open_pair;
pub mod pair;
mod pair_rules;
pub mod pairs;
mod pass;
mod pass_end;
mod placement;
mod plan_view;
pub mod private_files;
mod problem_words;
mod renewal;
pub mod report;
pub mod resolve;
pub mod retry;
pub mod running;
pub mod secrets;
pub mod state;
pub mod sync;
mod trial;
mod versions;
mod watch;

pub use control::Tidemark;
pub use error::{EngineError, ErrorCode, Result};
