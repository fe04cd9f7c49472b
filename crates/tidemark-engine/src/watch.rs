//! The command `watch`: keeps pairs in step until it is stopped. Events say where to look; polls ask the service.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tidemark_core::path::RelPath;
use tidemark_disk::disk::Depth;
use tidemark_disk::watch::{WatchEvent, Watcher};
use tidemark_providers::capabilities::Listing;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::control::Tidemark;
use crate::error::{ErrorCode, Result};
use crate::pair::{Events, Pair};
use crate::pass::{Scope, sync_pair};
use crate::report::{Event, Outcome};
use crate::running::Running;
use crate::state::Meta;

/// Quiet time after which a burst of events is looked at.
const QUIET: Duration = Duration::from_millis(40);
/// A burst is looked at after this time, quiet or not.
const BURST: Duration = Duration::from_millis(250);
/// A service that is asked for each item gets no more than one request in this time, on the whole.
const A_REQUEST: Duration = Duration::from_millis(200);
/// Between two looks at the service, at least, while something goes on.
const POLL: Duration = Duration::from_secs(5);
/// The same when nothing has moved for [`CALM`].
const POLL_CALM: Duration = Duration::from_secs(30);
/// Time without a change after which the service is asked less.
const CALM: Duration = Duration::from_secs(300);
/// A look at the service may take this share of the time (one in …).
const POLL_SHARE: u32 = 50;
/// Between two looks at everything while events work.
const FULL: Duration = Duration::from_secs(3600);
/// Between two looks at everything while they don't.
const FULL_UNWATCHED: Duration = Duration::from_secs(20);
/// First wait after a failure; doubled each time.
const FAILURE_WAIT: Duration = Duration::from_secs(5);
/// Longest wait after a failure.
const FAILURE_WAIT_MAX: Duration = Duration::from_secs(300);

impl Tidemark {
    /// Keeps pairs in step until it is stopped. Every settled pass is told as [`Event::Settled`].
    pub async fn watch(&self, pairs: &[String], events: Events, cancel: CancellationToken) -> Result<()> {
        let told = Arc::new(move |_: &str, event| events(event));
        let running = Running::start(&self.home, "watch", pairs, told, cancel).await?;
        running.ended().await;
        Ok(())
    }
}

/// One pair being watched.
pub(crate) struct Watch<'a> {
    pair: &'a Pair,
    watcher: Option<Watcher>,
    hints: UnboundedReceiver<WatchEvent>,
    failures: u32,
    last_look_there: Duration,
    last_change: Instant,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(pair: &'a Pair) -> Self {
        Self {
            pair,
            watcher: None,
            hints: unbounded_channel().1,
            failures: 0,
            last_look_there: Duration::ZERO,
            last_change: Instant::now(),
        }
    }

    /// Keeps it in step until it is stopped. `mends`: also until its state turns out to be unusable; then the code of that.
    pub(crate) async fn run(mut self, mends: bool) -> Option<ErrorCode> {
        let mut scope = Scope::Everything;
        let (mut next_full, mut next_poll) = (Instant::now(), Instant::now());
        while !self.pair.cancel.is_cancelled() {
            if matches!(scope, Scope::Everything) && self.watcher.is_none() {
                self.start_watcher().await;
            }
            let start = Instant::now();
            let (outcome, error) = self.pass(scope.clone()).await;
            if mends && error == Some(ErrorCode::State) {
                return error;
            }
            let (now, took) = (Instant::now(), start.elapsed());
            if !matches!(scope, Scope::Here(_)) {
                self.last_look_there = took;
                next_poll = now + self.poll_interval();
            }
            if matches!(scope, Scope::Everything) {
                next_full = now + if self.watcher.is_some() { FULL } else { FULL_UNWATCHED };
            }
            if outcome == Outcome::Failed {
                let wait = FAILURE_WAIT_MAX.min(FAILURE_WAIT * 2u32.pow(self.failures.min(10)));
                self.failures += 1;
                (next_full, next_poll) = (now + wait, now + wait);
            } else {
                self.failures = 0;
            }
            if matches!(outcome, Outcome::Held) && self.watcher.is_none() {
                next_full = now + FAILURE_WAIT;
            }
            scope = self.next_scope(next_full, next_poll).await;
        }
        self.say_noticing(None);
        None
    }

    async fn pass(&mut self, scope: Scope) -> (Outcome, Option<ErrorCode>) {
        let quiet = !matches!(scope, Scope::Everything);
        let report = sync_pair(self.pair, scope, false).await;
        let (outcome, error) = (report.outcome, report.error.as_ref().map(|error| error.code));
        let moved = report.uploaded + report.downloaded + report.moved_local + report.moved_remote;
        let changed = moved + report.deleted_local + report.deleted_remote > 0;
        if changed {
            self.last_change = Instant::now();
        }
        if !quiet || changed || outcome != Outcome::InSync {
            self.pair.tell(Event::Settled(Box::new(report)));
        }
        (outcome, error)
    }

    fn poll_interval(&self) -> Duration {
        if let Some(seconds) = self.pair.config.poll_seconds {
            return Duration::from_secs(seconds.max(1));
        }
        let listing = self.pair.provider.capabilities().listing;
        let lively = self.last_change.elapsed() < CALM && listing != Listing::InlineContent;
        let least = if lively { POLL } else { POLL_CALM };
        let requests = match listing {
            Listing::Full | Listing::InlineContent => 1,
            Listing::PerDirectory | Listing::None => self.pair.state.synced_files().unwrap_or(0),
        };
        let asking = A_REQUEST * u32::try_from(requests).unwrap_or(u32::MAX);
        least.max(self.last_look_there * POLL_SHARE).max(asking)
    }

    /// Waits for a reason to look, and says where. A failed pass is followed by a look at everything.
    async fn next_scope(&mut self, next_full: Instant, next_poll: Instant) -> Scope {
        tokio::select! {
            () = self.pair.cancel.cancelled() => Scope::There,
            () = sleep_until(next_full) => Scope::Everything,
            () = sleep_until(next_poll) => if self.failures > 0 { Scope::Everything } else { Scope::There },
            Some(hint) = self.hints.recv() => self.gather(hint).await,
        }
    }

    /// Gathers a burst of hints into one scope.
    async fn gather(&mut self, first: WatchEvent) -> Scope {
        let deadline = Instant::now() + BURST;
        let mut folders: BTreeMap<RelPath, Depth> = BTreeMap::new();
        let mut everything = self.take(first, &mut folders);
        loop {
            let until = deadline.min(Instant::now() + QUIET);
            match timeout_at(until, self.hints.recv()).await {
                Ok(Some(hint)) => everything |= self.take(hint, &mut folders),
                Ok(None) | Err(_) => break,
            }
            if Instant::now() >= deadline {
                break;
            }
        }
        if everything || self.failures > 0 {
            Scope::Everything
        } else {
            Scope::Here(folders.into_iter().collect())
        }
    }

    /// Takes a hint in; true when everything must be looked at.
    fn take(&mut self, hint: WatchEvent, folders: &mut BTreeMap<RelPath, Depth>) -> bool {
        match hint {
            WatchEvent::Dirty { folder, depth } => {
                let known = folders.entry(folder).or_insert(depth);
                if depth == Depth::Whole {
                    *known = Depth::Whole;
                }
                false
            }
            WatchEvent::RescanAll => true,
            WatchEvent::Failed(why) => {
                self.watcher = None;
                self.say_noticing(Some(&why));
                true
            }
        }
    }

    async fn start_watcher(&mut self) {
        let (sender, receiver) = unbounded_channel();
        let (root, ignore) = (self.pair.config.local.clone(), self.pair.ignore.clone());
        let started = self
            .pair
            .offload
            .run(move || {
                let skip = move |path: &RelPath, kind| ignore.is_ignored(path, kind);
                Watcher::start(&root, skip, move |event| drop(sender.send(event)))
            })
            .await;
        self.hints = receiver;
        match started {
            Ok(Ok(watcher)) => {
                self.watcher = Some(watcher);
                self.say_noticing(None);
            }
            Ok(Err(error)) => self.say_noticing(Some(&error.sentence())),
            Err(error) => self.say_noticing(Some(&error.message)),
        }
    }

    /// Says in `status` how local changes are noticed, and why not by events when it isn't.
    fn say_noticing(&self, failure: Option<&str>) {
        let stopped = self.pair.cancel.is_cancelled();
        let text = match failure {
            _ if stopped => None,
            None => Some("watching".to_owned()),
            Some(why) => Some(format!("scanning every {} seconds: {why}", FULL_UNWATCHED.as_secs())),
        };
        if let Some(why) = failure {
            self.pair.tell(Event::Warning {
                text: format!(
                    "Changes in \"{}\" can't be watched ({why}). Its folder is scanned every {} seconds instead.",
                    self.pair.config.name,
                    FULL_UNWATCHED.as_secs()
                ),
            });
        }
        if let Err(error) = self.pair.state.set(Meta::Noticing, text.as_ref()) {
            tracing::warn!(%error, "how changes are noticed could not be stored");
        }
    }
}
