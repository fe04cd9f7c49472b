//! The commands that both shells use. Thin: each forwards to the module that does it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tidemark_providers::settings::{Choice, Secret};

use crate::accounts::{self, AccountCheck, AccountView};
use crate::choices;
use crate::config::Config;
use crate::doctor::{self, DoctorReport};
use crate::error::Result;
use crate::home::Home;
use crate::pairs::{self, NewPair, PairView, RemovedPair};

/// Tidemark with one home directory. Opening it is cheap and makes nothing.
#[derive(Debug, Clone)]
pub struct Tidemark {
    pub(crate) home: Home,
}

impl Tidemark {
    /// Opens `home`, or the platform's directory. Takes no lock.
    pub fn open(home: Option<PathBuf>) -> Result<Self> {
        Ok(Self { home: Home::locate(home)? })
    }

    /// The home directory.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Adds an account. `Usage` for an unknown provider, unknown or missing settings, a missing secret, a name that is taken.
    pub fn account_add(
        &self,
        provider: &str,
        name: &str,
        settings: BTreeMap<String, String>,
        secret: Option<Secret>,
    ) -> Result<AccountView> {
        accounts::add(&self.home, provider, name, settings, secret)
    }

    /// All accounts, by name.
    pub fn account_list(&self) -> Result<Vec<AccountView>> {
        let config = Config::load(&self.home)?;
        config.accounts.keys().map(|name| accounts::view(&config, name)).collect()
    }

    /// One account.
    pub fn account_show(&self, name: &str) -> Result<AccountView> {
        accounts::view(&Config::load(&self.home)?, name)
    }

    /// Asks the service whether credential and root of an account are good.
    pub async fn account_check(&self, name: &str) -> Result<AccountCheck> {
        accounts::check(&self.home, &Config::load(&self.home)?, name).await
    }

    /// Asks the service what the settings of an account can be set to; `None` when it can't say.
    pub async fn account_choices(&self, name: &str) -> Result<Option<Vec<Choice>>> {
        choices::list(&self.home, &Config::load(&self.home)?, name).await
    }

    /// Makes something that a setting of an account can name, by its title. `Usage` where the service doesn't let anybody.
    pub async fn account_create(&self, name: &str, title: &str) -> Result<Choice> {
        choices::create(&self.home, &Config::load(&self.home)?, name, title).await
    }

    /// Gives another user of the service access to what an account is set to. `Usage` where the service doesn't let anybody.
    pub async fn account_share(&self, name: &str, user: &str) -> Result<()> {
        choices::share(&self.home, &Config::load(&self.home)?, name, user).await
    }

    /// Removes an account and its secret. `Usage` while pairs use it.
    pub fn account_remove(&self, name: &str) -> Result<()> {
        accounts::remove(&self.home, name)
    }

    /// Adds a pair. `Usage` for a folder that isn't there or overlaps with another one, and for rules that can't be.
    pub fn pair_add(&self, new: NewPair) -> Result<PairView> {
        pairs::add(&self.home, new)
    }

    /// All pairs, in the order in which they were added.
    pub fn pair_list(&self) -> Result<Vec<PairView>> {
        Ok(Config::load(&self.home)?.pairs.iter().map(PairView::from).collect())
    }

    /// One pair.
    pub fn pair_show(&self, name: &str) -> Result<PairView> {
        Config::load(&self.home)?.pair(name).map(PairView::from)
    }

    /// Changes rules of a pair: all of these keys, or none when one of them can't be.
    pub fn pair_set(&self, name: &str, changes: &[(String, String)]) -> Result<PairView> {
        pairs::set(&self.home, name, changes)
    }

    /// Leaves a pair out of `sync` and `watch` until it is resumed.
    pub fn pair_pause(&self, name: &str) -> Result<PairView> {
        pairs::pause(&self.home, name, true)
    }

    /// Takes a paused pair up again.
    pub fn pair_resume(&self, name: &str) -> Result<PairView> {
        pairs::pause(&self.home, name, false)
    }

    /// Forgets a pair. The files of both sides stay, and what is in its kept store too. `HomeBusy` while another process runs pairs.
    pub fn pair_remove(&self, name: &str) -> Result<RemovedPair> {
        pairs::remove(&self.home, name)
    }

    /// Looks at everything that syncing needs; asks every account's service. Changes nothing.
    pub async fn doctor(&self) -> DoctorReport {
        doctor::examine(&self.home).await
    }

    /// A text in which no secret of an account is left, for what goes out of the house.
    pub fn without_secrets(&self, text: String) -> Result<String> {
        Ok(accounts::without_secrets(&self.home, &Config::load(&self.home)?, text))
    }
}
