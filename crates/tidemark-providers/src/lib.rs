//! The services that Tidemark speaks to: one folder an adapter, one contract, one HTTP stack.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make real files"))]

pub mod calyptia;
pub mod capabilities;
pub mod coredata;
pub mod error;
pub mod et_engine;
pub mod evo;
pub mod folder;
pub mod http;
pub mod kognitos;
pub mod oauth;
pub mod provider;
pub mod registry;
pub mod settings;

pub use capabilities::Capabilities;
pub use error::{ErrorKind, ProviderError, Result, Retry};
pub use provider::Provider;
