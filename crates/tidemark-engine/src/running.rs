//! The pairs that this process keeps in step: each is watched by a task of its own, and what people ask for meanwhile
//! works on the same opened pair.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::MutexGuard;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, SystemClock};
use crate::config::{AccountConfig, Config, PairConfig};
use crate::error::{ErrorCode, Result};
use crate::home::{Home, Owner};
use crate::open_pair;
use crate::pair::{Events, Pair};
use crate::report::Event;
use crate::sync::{chosen, failed};
use crate::watch::Watch;

/// Takes what happens to a pair, by its name.
pub type PairEvents = Arc<dyn Fn(&str, Event) + Send + Sync>;

/// The pairs of a home directory, being kept in step.
pub struct Running {
    home: Home,
    _owner: Owner,
    /// Which pairs; empty: all that aren't paused.
    names: Vec<String>,
    events: PairEvents,
    cancel: CancellationToken,
    runners: Mutex<BTreeMap<String, Runner>>,
    /// One change of what runs at a time.
    changing: tokio::sync::Mutex<()>,
}

struct Runner {
    settings: Settings,
    pair: Arc<Mutex<Option<Pair>>>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// What a runner was started with: another one means another start.
#[derive(Clone, PartialEq)]
struct Settings {
    pair: PairConfig,
    account: AccountConfig,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("home", &self.home.dir()).finish_non_exhaustive()
    }
}

impl Running {
    /// Takes the home and starts what `names` say (none: all that aren't paused). `HomeBusy` when it has an owner; `Usage`
    /// for a name that isn't there.
    pub(crate) async fn start(
        home: &Home,
        doing: &str,
        names: &[String],
        events: PairEvents,
        cancel: CancellationToken,
    ) -> Result<Arc<Self>> {
        let config = Config::load(home)?;
        chosen(&config, names)?;
        let running = Arc::new(Self {
            home: home.clone(),
            _owner: home.own(doing)?,
            names: names.to_vec(),
            events,
            cancel,
            runners: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        });
        running.follow().await?;
        Ok(running)
    }

    /// The opened pair of that id, while it is kept in step.
    pub(crate) fn pair(&self, id: &str) -> Option<Pair> {
        let runners = self.runners.lock().unwrap_or_else(PoisonError::into_inner);
        let runner = runners.get(id)?;
        runner.pair.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True when all is to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// True while the pair of that id has a task.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.runners.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// Starts and stops pairs so that those run which the settings want now.
    pub(crate) async fn follow(&self) -> Result<()> {
        let _turn = self.changing.lock().await;
        let config = Config::load(&self.home)?;
        let now_ns = SystemClock.now_ns();
        let wanted: BTreeMap<String, Settings> = config
            .pairs
            .iter()
            .filter(|pair| {
                !pair.is_paused(now_ns) && (self.names.is_empty() || self.names.contains(&pair.name))
            })
            .filter_map(|pair| {
                let account = config.account(&pair.account).ok()?.clone();
                Some((pair.id.clone(), Settings { pair: pair.clone(), account }))
            })
            .collect();
        self.stop_where(|id, settings| wanted.get(id) != Some(settings)).await;
        for (id, settings) in wanted {
            let mut runners = self.runners.lock().unwrap_or_else(PoisonError::into_inner);
            if !self.cancel.is_cancelled() && !runners.contains_key(&id) {
                runners.insert(id, self.runner(settings));
            }
        }
        Ok(())
    }

    /// Starts all pairs of an account anew, with its secret as it is now.
    pub(crate) async fn restart_account(&self, account: &str) -> Result<()> {
        {
            let _turn = self.changing.lock().await;
            self.stop_where(|_, settings| settings.pair.account == account).await;
        }
        self.follow().await
    }

    /// Stops the pair of that id. Nothing is started before the answer is dropped.
    pub(crate) async fn stop_pair(&self, id: &str) -> MutexGuard<'_, ()> {
        let turn = self.changing.lock().await;
        self.stop_where(|one, _| one == id).await;
        turn
    }

    /// Waits until all has been stopped.
    pub(crate) async fn ended(&self) {
        self.cancel.cancelled().await;
        let _turn = self.changing.lock().await;
        self.stop_where(|_, _| true).await;
    }

    async fn stop_where(&self, stops: impl Fn(&str, &Settings) -> bool) {
        let stopped: Vec<Runner> = {
            let mut runners = self.runners.lock().unwrap_or_else(PoisonError::into_inner);
            let ids: Vec<String> = runners
                .iter()
                .filter(|(id, runner)| stops(id, &runner.settings))
                .map(|(id, _)| id.clone())
                .collect();
            ids.iter().filter_map(|id| runners.remove(id)).collect()
        };
        for runner in &stopped {
            runner.cancel.cancel();
        }
        for runner in stopped {
            if let Err(error) = runner.task.await {
                tracing::error!(%error, "a pair's task ended with a fault");
            }
            (self.events)(&runner.settings.pair.name, Event::Stopped);
        }
    }

    fn runner(&self, settings: Settings) -> Runner {
        let cancel = self.cancel.child_token();
        let pair = Arc::new(Mutex::new(None));
        let (sink, name) = (self.events.clone(), settings.pair.name.clone());
        let events: Events = Arc::new(move |event| sink(&name, event));
        let run = run(self.home.clone(), settings.pair.clone(), pair.clone(), events, cancel.clone());
        Runner { settings, pair, cancel, task: tokio::spawn(run) }
    }
}

/// Keeps one pair in step until it is stopped. A state that turns out to be damaged is set aside once, and the pair goes
/// on without it.
async fn run(
    home: Home,
    settings: PairConfig,
    shared: Arc<Mutex<Option<Pair>>>,
    events: Events,
    cancel: CancellationToken,
) {
    let mut mended = false;
    while !cancel.is_cancelled() {
        let opened = Config::load(&home)
            .and_then(|config| open_pair::open(&home, &config, &settings, events.clone(), cancel.clone()));
        let pair = match opened {
            Ok(pair) => pair,
            Err(error) => {
                events(Event::Settled(Box::new(failed(&settings, error))));
                cancel.cancelled().await;
                return;
            }
        };
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(pair.clone());
        let damaged = Watch::new(&pair).run(!mended).await;
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = None;
        drop(pair);
        if damaged.is_some_and(|code| code == ErrorCode::State) {
            mended = true;
            if let Err(error) = open_pair::mend_state(&home, &settings, &events) {
                events(Event::Settled(Box::new(failed(&settings, error))));
            }
        }
    }
}
