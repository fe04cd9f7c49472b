//! The commands that both shells use. Thin: each forwards to the module that does it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tidemark_providers::settings::{Choice, Secret};
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, AccountCheck, AccountView};
use crate::choices;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PairConfig};
use crate::doctor::{self, DoctorReport};
use crate::error::Result;
use crate::home::{Home, Owner};
use crate::hub::{Hub, Notice};
use crate::open_pair;
use crate::pair::{Events, Pair};
use crate::pairs::{self, NewPair, PairView, RemovedPair};
use crate::running::{PairEvents, Running};

/// How often it is looked whether a pause has come to its end.
const PAUSES_EVERY: Duration = Duration::from_secs(2);
/// How often those who listen hear what pairs are doing.
const LIVE_EVERY: Duration = Duration::from_millis(250);

/// Tidemark with one home directory. Opening it is cheap and makes nothing.
#[derive(Debug, Clone)]
pub struct Tidemark {
    pub(crate) home: Home,
    /// Where those who listen hear what happens.
    pub hub: Arc<Hub>,
    /// The pairs that this process keeps in step, where it does.
    pub(crate) running: Option<Arc<Running>>,
}

/// The right to work with the pairs of a home: our own for a while, or that of the pairs that this process runs.
#[derive(Debug)]
pub(crate) enum Ownership {
    Ours(#[expect(dead_code, reason = "held, not read")] Owner),
    Running,
}

impl Tidemark {
    /// Opens `home`, or the platform's directory. Takes no lock.
    pub fn open(home: Option<PathBuf>) -> Result<Self> {
        Ok(Self { home: Home::locate(home)?, hub: Arc::default(), running: None })
    }

    /// Keeps pairs in step from now on (none named: all that aren't paused) until `cancel`; commands of the answer work on
    /// the same pairs. `HomeBusy` when another process owns the home.
    pub async fn run(
        &self,
        doing: &str,
        pairs: &[String],
        events: PairEvents,
        cancel: CancellationToken,
    ) -> Result<Self> {
        let hub = self.hub.clone();
        let told: PairEvents = Arc::new(move |pair, event| {
            events(pair, event.clone());
            hub.take(pair, event);
        });
        let running = Running::start(&self.home, doing, pairs, told, cancel.clone()).await?;
        let hub = self.hub.clone();
        tokio::spawn(async move {
            while !cancel.is_cancelled() {
                tokio::time::sleep(LIVE_EVERY).await;
                hub.tell_live();
            }
        });
        let running = Self { running: Some(running), ..self.clone() };
        tokio::spawn(running.clone().end_pauses());
        Ok(running)
    }

    /// Takes up pairs whose pause comes to its end.
    async fn end_pauses(self) {
        while let Some(running) = self.running.as_ref().filter(|running| !running.is_stopped()) {
            tokio::time::sleep(PAUSES_EVERY).await;
            let now_ns = SystemClock.now_ns();
            let ended = |pair: &PairConfig| pair.paused && !pair.is_paused(now_ns) && !running.has(&pair.id);
            if Config::load(&self.home).is_ok_and(|config| config.pairs.iter().any(ended))
                && let Err(error) = self.settings_changed().await
            {
                tracing::warn!(%error, "a pair could not be taken up at the end of its pause");
            }
        }
    }

    /// Waits until what [`Self::run`] started has been stopped.
    pub async fn ended(&self) {
        if let Some(running) = &self.running {
            running.ended().await;
        }
    }

    pub(crate) fn own(&self, doing: &str) -> Result<Ownership> {
        match self.running {
            Some(_) => Ok(Ownership::Running),
            None => self.home.own(doing).map(Ownership::Ours),
        }
    }

    /// Opens a pair for work; the one that is kept in step where it is.
    pub(crate) fn opened(
        &self,
        config: &Config,
        pair: &PairConfig,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Pair> {
        match self.running.as_ref().and_then(|running| running.pair(&pair.id)) {
            Some(running) => Ok(running),
            None => open_pair::open(&self.home, config, pair, events, cancel),
        }
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

    /// Asks the service whether an account could be opened with these settings. Stores nothing.
    pub async fn account_try(
        &self,
        provider: &str,
        settings: BTreeMap<String, String>,
        secret: Option<Secret>,
    ) -> Result<AccountCheck> {
        accounts::attempt(provider, settings, secret).await
    }

    /// Tells those who run its pairs and those who listen that an account isn't what it was.
    pub(crate) async fn account_changed(&self, name: &str) -> Result<()> {
        if let Some(running) = &self.running {
            running.restart_account(name).await?;
        }
        self.hub.tell(Notice::Config);
        Ok(())
    }

    /// Lets those pairs run that the settings want now, and tells those who listen.
    pub(crate) async fn settings_changed(&self) -> Result<()> {
        if let Some(running) = &self.running {
            running.follow().await?;
        }
        self.hub.tell(Notice::Config);
        Ok(())
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

    /// Leaves a pair out of `sync` and `watch` until it is resumed, or until a time in nanoseconds since the epoch.
    pub fn pair_pause(&self, name: &str, until_ns: Option<i64>) -> Result<PairView> {
        pairs::pause(&self.home, name, true, until_ns)
    }

    /// Takes a paused pair up again.
    pub fn pair_resume(&self, name: &str) -> Result<PairView> {
        pairs::pause(&self.home, name, false, None)
    }

    /// Forgets a pair. The files of both sides stay, and what is in its kept store too. `HomeBusy` while another process runs pairs.
    pub async fn pair_remove(&self, name: &str) -> Result<RemovedPair> {
        let id = Config::load(&self.home)?.pair(name)?.id.clone();
        let _owner = self.own("pair remove")?;
        let _stopped = match &self.running {
            Some(running) => Some(running.stop_pair(&id).await),
            None => None,
        };
        pairs::remove(&self.home, name)
    }

    /// Looks at everything that syncing needs; asks every account's service. Changes nothing.
    pub async fn doctor(&self) -> DoctorReport {
        doctor::examine(&self.home, self.running.is_some()).await
    }

    /// A text in which no secret of an account is left, for what goes out of the house.
    pub fn without_secrets(&self, text: String) -> Result<String> {
        Ok(accounts::without_secrets(&self.home, &Config::load(&self.home)?, text))
    }
}
