//! Tells everybody who listens what happens, in a numbered row that can be taken up again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;
use ts_rs::TS;

use crate::clock::{Clock, SystemClock};
use crate::live::{Live, LiveBook};
use crate::report::{Event, PairReport};

/// Notices that can be taken up again.
const KEPT: usize = 2000;

/// Something that happened.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// What was asked for isn't known any more: look at everything anew.
    Gap,
    /// What a pair is doing has changed.
    Live {
        /// Name of the pair.
        pair: String,
        /// What it is doing now.
        live: Live,
    },
    /// A pass has ended.
    Settled {
        /// How.
        report: PairReport,
    },
    /// Conflicts of a pair were decided, or a decision was undone.
    Conflicts {
        /// Name of the pair.
        pair: String,
    },
    /// Accounts, pairs or their rules were changed.
    Config,
    /// Something that the person should know, and that stops nothing.
    Warning {
        /// Name of the pair.
        pair: Option<String>,
        /// A whole sentence.
        text: String,
    },
}

/// A notice and its number.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Rising, also over restarts.
    pub seq: u64,
    /// What happened.
    pub notice: Arc<Notice>,
}

/// Where notices go and come from. Shared by reference.
#[derive(Debug)]
pub struct Hub {
    row: Mutex<Row>,
    newest: watch::Sender<u64>,
    lives: Mutex<BTreeMap<String, LiveBook>>,
}

#[derive(Debug)]
struct Row {
    next: u64,
    kept: VecDeque<Numbered>,
}

impl Default for Hub {
    fn default() -> Self {
        // Rising over restarts: a number from before is known to be older than all that are kept.
        let next = u64::try_from(SystemClock.now_ns() / 1_000_000).unwrap_or(0) * 1000;
        Self {
            row: Mutex::new(Row { next, kept: VecDeque::new() }),
            newest: watch::Sender::new(next),
            lives: Mutex::default(),
        }
    }
}

impl Hub {
    /// Tells everybody.
    pub fn tell(&self, notice: Notice) {
        let seq = {
            let mut row = self.row();
            let seq = row.next;
            row.next += 1;
            row.kept.push_back(Numbered { seq, notice: Arc::new(notice) });
            if row.kept.len() > KEPT {
                row.kept.pop_front();
            }
            seq
        };
        self.newest.send_replace(seq + 1);
    }

    /// Takes what happened to a pair.
    pub fn take(&self, pair: &str, event: Event) {
        self.book(pair, |book| book.take(&event, SystemClock.now_ns()));
        match event {
            Event::Settled(report) => {
                self.tell_live();
                self.tell(Notice::Settled { report: *report });
            }
            Event::Warning { text } => self.tell(Notice::Warning { pair: Some(pair.to_owned()), text }),
            _ => {}
        }
    }

    /// Tells what pairs are doing, where that has changed.
    pub fn tell_live(&self) {
        let news: Vec<(String, Live)> = {
            let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            lives.iter_mut().filter_map(|(name, book)| Some((name.clone(), book.news(now)?))).collect()
        };
        for (pair, live) in news {
            self.tell(Notice::Live { pair, live });
        }
    }

    /// What a pair is doing.
    pub fn live(&self, pair: &str) -> Live {
        let lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        lives.get(pair).map(LiveBook::view).unwrap_or_default()
    }

    /// The number that the next notice will have.
    pub fn next_seq(&self) -> u64 {
        self.row().next
    }

    /// The notices from that number on; a [`Notice::Gap`] in front where some are forgotten. Waits for the first.
    pub async fn since(&self, seq: u64) -> Vec<Numbered> {
        let mut newest = self.newest.subscribe();
        loop {
            newest.borrow_and_update();
            let found = self.known_since(seq);
            if !found.is_empty() {
                return found;
            }
            if newest.changed().await.is_err() {
                return Vec::new();
            }
        }
    }

    fn known_since(&self, seq: u64) -> Vec<Numbered> {
        let row = self.row();
        let oldest = row.kept.front().map_or(row.next, |first| first.seq);
        if seq < oldest || seq > row.next {
            let gap = Numbered { seq: row.next.saturating_sub(1), notice: Arc::new(Notice::Gap) };
            return vec![gap];
        }
        row.kept.iter().filter(|one| one.seq >= seq).cloned().collect()
    }

    fn book(&self, pair: &str, change: impl FnOnce(&mut LiveBook)) {
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        change(lives.entry(pair.to_owned()).or_insert_with(|| LiveBook::new(Instant::now())));
    }

    fn row(&self) -> MutexGuard<'_, Row> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(found: &[Numbered]) -> Vec<u64> {
        found.iter().map(|one| one.seq).collect()
    }

    #[tokio::test]
    async fn notices_are_taken_up_where_one_left_off() {
        let hub = Hub::default();
        let first = hub.next_seq();
        for _ in 0..3 {
            hub.tell(Notice::Config);
        }
        assert_eq!(numbers(&hub.since(first).await), [first, first + 1, first + 2]);
        assert_eq!(numbers(&hub.since(first + 2).await), [first + 2]);
    }

    #[tokio::test]
    async fn what_is_forgotten_or_of_another_time_is_a_gap() {
        let hub = Hub::default();
        let first = hub.next_seq();
        for seq in [first - 1, first + 1] {
            let found = hub.since(seq).await;
            assert!(matches!(*found[0].notice, Notice::Gap), "{seq}");
            assert_eq!(found[0].seq + 1, first);
        }
        for _ in 0..=KEPT {
            hub.tell(Notice::Config);
        }
        assert!(matches!(*hub.since(first).await[0].notice, Notice::Gap));
        assert_eq!(hub.since(first + 1).await.len(), KEPT);
    }

    #[tokio::test]
    async fn waits_for_the_first() {
        let hub = Arc::new(Hub::default());
        let next = hub.next_seq();
        let waiting = tokio::spawn({
            let hub = hub.clone();
            async move { numbers(&hub.since(next).await) }
        });
        tokio::task::yield_now().await;
        hub.tell(Notice::Config);
        assert_eq!(waiting.await.unwrap(), [next]);
    }
}
