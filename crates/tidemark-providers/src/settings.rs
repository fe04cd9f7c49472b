//! Settings of an account as a person gives them, and the providers that they belong to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::capabilities::Capabilities;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::oauth::SignIn;
use crate::provider::Provider;

/// A secret in memory. It never shows itself in a debug print, a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes it in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Gives it out, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Settings of one account: `KEY=VALUE` as the command line takes them.
#[derive(Debug, Clone, Default)]
pub struct AccountSettings {
    /// Values by key.
    pub values: BTreeMap<String, String>,
    /// The secret, where the provider wants one.
    pub secret: Option<Secret>,
    /// Where a secret goes that the service replaced by a new one (a refresh token that is good for one use).
    pub renewed: Option<Arc<dyn KeepSecret>>,
}

/// Keeps the secret of an account.
pub trait KeepSecret: fmt::Debug + Send + Sync {
    /// Waits until nobody else is about to replace it, in this process or another; blocks. Fails with `LocalIo`.
    fn turn(&self) -> Result<Box<dyn SecretTurn>>;
}

/// The turn to replace a secret; it ends when this is dropped.
pub trait SecretTurn: Send {
    /// The secret as it is stored now. Blocks. Fails with `LocalIo`.
    fn stored(&mut self) -> Result<Option<Secret>>;

    /// Stores another one in its place; durable when it returns. Blocks. Fails with `LocalIo`.
    fn keep(&mut self, secret: &Secret) -> Result<()>;
}

/// Something that a setting can name: a workspace, a filesystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choice {
    /// The setting's key.
    pub setting: Cow<'static, str>,
    /// The value to give it.
    pub value: String,
    /// What people call it.
    pub title: String,
}

/// What can be chosen, when the service has answered.
pub type Choices = BoxFuture<'static, Result<Vec<Choice>>>;

/// What was made, when the service has answered.
pub type Created = BoxFuture<'static, Result<Choice>>;

/// That it is shared, when the service has answered.
pub type Shared = BoxFuture<'static, Result<()>>;

/// One setting that a provider knows.
#[derive(Debug, Clone, Copy)]
pub struct SettingSpec {
    /// Its key.
    pub key: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
    /// It must be given.
    pub required: bool,
}

/// One provider: its name, its settings, its abilities, and how an account of it is opened.
pub struct ProviderSpec {
    /// Name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Its settings, beside `allow_http` which every service knows.
    pub settings: &'static [SettingSpec],
    /// Settings that a pair may have beside its account's (`pair set NAME KEY=VALUE`); [`ProviderSpec::open`] gets them
    /// among the account's.
    pub pair_settings: &'static [SettingSpec],
    /// Asks what the account can see, to choose from. `None`: the service can't say.
    pub choices: Option<fn(&AccountSettings) -> Choices>,
    /// Makes something that a setting can name. Fails with `AlreadyExists` where that title is taken. `None`: the service
    /// doesn't let anybody.
    pub create: Option<fn(&AccountSettings, title: &str) -> Created>,
    /// Gives another user, by the service's id of them, access to what the account is set to. Fails with `AlreadyExists`
    /// where they have it, with `Forbidden` where the account isn't the owner's or the user is the owner. `None`: the service
    /// doesn't let anybody.
    pub share: Option<fn(&AccountSettings, user: &str) -> Shared>,
    /// How a person signs in to the account with a browser. Fails with `Settings`, saying why, where the account's settings
    /// take another way. `None`: the provider has no such way.
    pub sign_in: Option<fn(&AccountSettings) -> Result<SignIn>>,
    /// What its secret is called; `None`: it has none.
    pub secret: Option<&'static str>,
    /// What REMOTE of `ACCOUNT:REMOTE` means.
    pub remote: &'static str,
    /// What it can do.
    pub capabilities: fn() -> Capabilities,
    /// Opens an account at a root (REMOTE, may be empty). Checks settings, asks the service nothing.
    pub open: fn(&AccountSettings, root: &str) -> Result<Arc<dyn Provider>>,
}

impl AccountSettings {
    /// A setting that must be there; the error names it.
    pub fn require(&self, key: &str) -> Result<&str> {
        match self.values.get(key).map(String::as_str) {
            Some(value) if !value.trim().is_empty() => Ok(value),
            _ => Err(ProviderError::permanent(
                ErrorKind::Settings,
                format!("the setting \"{key}\" is missing; give it with --set {key}=VALUE"),
            )),
        }
    }

    /// The secret; the error names what it is.
    pub fn require_secret(&self, what: &str) -> Result<&Secret> {
        self.secret.as_ref().ok_or_else(|| {
            ProviderError::permanent(
                ErrorKind::Unauthorized,
                format!("the account has no {what}; give it with --secret-stdin or --secret-env VAR"),
            )
        })
    }
}
