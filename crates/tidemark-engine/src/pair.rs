//! One pair at work: its two sides, its state, and what every step of a pass needs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_core::node::{Kind, Node, Remote, RemoteId, Revision};
use tidemark_disk::Disk;
use tidemark_providers::Provider;
use tokio_util::sync::CancellationToken;

use crate::bandwidth::Bandwidth;
use crate::clock::Clock;
use crate::config::PairConfig;
use crate::offload::Offload;
use crate::pass::{Scope, sync_pair};
use crate::report::{Event, PairReport};
use crate::retry::Pacer;
use crate::state::State;

/// Takes what happens while a command runs.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// One pair at work. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct Pair {
    /// Its settings.
    pub config: Arc<PairConfig>,
    /// This computer's side.
    pub disk: Arc<dyn Disk>,
    /// The service's side.
    pub provider: Arc<dyn Provider>,
    /// What is known and agreed.
    pub state: Arc<State>,
    /// What is left out.
    pub ignore: Arc<IgnoreRules>,
    /// Where conflict numbers are given out.
    pub states_folder: PathBuf,
    /// This computer's name, for copies of losing versions.
    pub device: String,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where blocking calls are made.
    pub offload: Offload,
    /// When the service may be asked again.
    pub pacer: Arc<Pacer>,
    /// Limits in bytes per second, up and down.
    pub bandwidth: Arc<Bandwidth>,
    /// Content bytes sent and fetched so far.
    pub traffic: Arc<Traffic>,
    /// Items at the service, at a revision, that the kept store has by now, and since when, nanoseconds since the epoch.
    pub rescued: Arc<Mutex<HashMap<(RemoteId, Revision), i64>>>,
    /// Whose turn it is to look and to plan.
    pub turns: Turns,
    /// Where events go.
    pub events: Events,
    /// Stops everything.
    pub cancel: CancellationToken,
}

/// Whose turn it is where several want to work with one pair: its watch, and what people ask for meanwhile.
#[derive(Clone, Default)]
pub struct Turns {
    /// Held for a whole pass over everything that differs.
    pub(crate) pass: Arc<tokio::sync::Mutex<()>>,
    /// Held from a look to its plan: what somebody else carries out meanwhile would be seen half.
    pub(crate) look: Arc<tokio::sync::Mutex<()>>,
}

/// Content bytes that travelled.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Sent.
    pub up: AtomicU64,
    /// Fetched.
    pub down: AtomicU64,
}

impl Pair {
    /// Tells what happens.
    pub(crate) fn tell(&self, event: Event) {
        (self.events)(event);
    }

    /// True when the rules of the pair leave it out.
    pub(crate) fn is_ignored(&self, node: &Node) -> bool {
        ignores(&self.ignore, node)
    }

    /// True when the kept store got this content a while ago, for an attempt that then failed, and keeps it for as long
    /// again. Where an edit can leave the revision as it was, that doesn't count.
    pub(crate) fn is_rescued(&self, remote: &Remote) -> bool {
        let half_ns = i64::from(self.config.keep_days) * 43_200 * 1_000_000_000;
        let rescued = self.rescued.lock().unwrap_or_else(PoisonError::into_inner);
        let since = rescued.get(&(remote.id.clone(), remote.revision.clone()));
        let age = since.map(|since| self.clock.now_ns().saturating_sub(*since));
        !self.provider.capabilities().weak_revision && age.is_some_and(|age| (0..half_ns).contains(&age))
    }

    /// Remembers that the kept store has this content.
    pub(crate) fn note_rescued(&self, remote: &Remote) {
        let mut rescued = self.rescued.lock().unwrap_or_else(PoisonError::into_inner);
        rescued.insert((remote.id.clone(), remote.revision.clone()), self.clock.now_ns());
    }
}

/// True when these rules leave the node out.
fn ignores(rules: &IgnoreRules, node: &Node) -> bool {
    let local = node.local.as_ref().map(|local| local.stamp.kind);
    let kind = local.or(node.remote.as_ref().map(|remote| remote.kind)).unwrap_or(Kind::File);
    rules.is_ignored(&node.path, kind)
}

/// True for what is left out and of which only the service's id is still known: nothing follows from it.
pub(crate) fn is_only_remembered(rules: &IgnoreRules, node: &Node) -> bool {
    node.local.is_none() && node.synced.is_none() && ignores(rules, node)
}

impl Pair {
    /// Syncs this pair until it has settled.
    pub async fn sync(&self, confirm_deletes: bool) -> PairReport {
        sync_pair(self, Scope::Everything, confirm_deletes).await
    }
}
