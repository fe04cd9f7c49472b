//! What a pair is doing at this moment, gathered from its events.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use ts_rs::TS;

use crate::report::{Event, Phase};

/// Operations that are remembered.
const LAST: usize = 20;
/// Time over which rates are smoothed.
const SMOOTH: Duration = Duration::from_secs(5);

/// What a pair is doing at this moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Live {
    /// What it is about.
    pub phase: LivePhase,
    /// Items looked at in this pass, both sides together.
    pub looked: u64,
    /// Operations of the present plan.
    pub operations: u64,
    /// Operations of it that have ended.
    pub operations_done: u64,
    /// Operations of it that failed.
    pub failed: u64,
    /// Bytes of the present plan.
    pub bytes: u64,
    /// Bytes that have travelled for it.
    pub bytes_done: u64,
    /// Bytes a second to the service.
    pub up_per_s: u64,
    /// Bytes a second from the service.
    pub down_per_s: u64,
    /// Why it waits, a whole sentence.
    pub waiting: Option<String>,
    /// Files that travel now, by path.
    pub transfers: Vec<Transfer>,
    /// What ended last, newest first.
    pub last: Vec<LastDone>,
}

/// What a pair is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LivePhase {
    /// It waits for something to happen.
    Idle,
    /// It looks at both sides.
    Looking,
    /// It works out what follows.
    Planning,
    /// It does it.
    Working,
    /// It isn't kept in step.
    #[default]
    Stopped,
}

/// A file that travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Transfer {
    /// Which.
    pub path: String,
    /// To the service; false: from it.
    pub up: bool,
    /// Its size in bytes, where known.
    pub size: Option<u64>,
    /// Bytes that have travelled.
    pub done: u64,
    /// When it began, nanoseconds since the epoch.
    pub since_ns: i64,
    /// When bytes last travelled, nanoseconds since the epoch.
    pub moved_ns: i64,
}

/// An operation that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastDone {
    /// What was done, as a short verb.
    pub action: String,
    /// Where.
    pub path: String,
    /// Whether it worked.
    pub ok: bool,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
}

/// Gathers events into a [`Live`].
#[derive(Debug)]
pub(crate) struct LiveBook {
    live: Live,
    transfers: BTreeMap<String, Transfer>,
    last: VecDeque<LastDone>,
    up: Rate,
    down: Rate,
    changed: bool,
}

impl LiveBook {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            live: Live::default(),
            transfers: BTreeMap::new(),
            last: VecDeque::new(),
            up: Rate::new(now),
            down: Rate::new(now),
            changed: true,
        }
    }

    /// Takes an event in.
    pub(crate) fn take(&mut self, event: &Event, now_ns: i64) {
        self.changed = true;
        let live = &mut self.live;
        match event {
            Event::Phase { phase, .. } => {
                live.waiting = None;
                live.phase = match phase {
                    Phase::Looking => LivePhase::Looking,
                    Phase::Planning => LivePhase::Planning,
                    Phase::Working => LivePhase::Working,
                };
                if *phase == Phase::Looking {
                    (live.looked, live.operations, live.operations_done, live.failed) = (0, 0, 0, 0);
                    (live.bytes, live.bytes_done) = (0, 0);
                }
            }
            Event::Looked { items } => {
                live.looked += items;
                live.waiting = None;
            }
            Event::Planned { operations, bytes } => {
                (live.operations, live.operations_done, live.failed) = (*operations, 0, 0);
                (live.bytes, live.bytes_done) = (*bytes, 0);
            }
            Event::Moved { path, up, bytes, of } => {
                live.waiting = None;
                live.bytes_done += bytes;
                let transfer = self.transfers.entry(path.to_string()).or_insert_with(|| Transfer {
                    path: path.to_string(),
                    up: *up,
                    size: *of,
                    done: 0,
                    since_ns: now_ns,
                    moved_ns: now_ns,
                });
                transfer.done += bytes;
                transfer.moved_ns = now_ns;
                let rate = if *up { &mut self.up } else { &mut self.down };
                rate.bytes += bytes;
            }
            Event::Done { action, path, ok } => {
                live.operations_done += 1;
                live.failed += u64::from(!ok);
                self.transfers.remove(path);
                self.last.push_front(LastDone {
                    action: action.clone(),
                    path: path.clone(),
                    ok: *ok,
                    time_ns: now_ns,
                });
                self.last.truncate(LAST);
            }
            Event::Waiting { why } => live.waiting = Some(why.clone()),
            Event::Warning { .. } => {}
            Event::Ended | Event::Settled(_) => {
                live.phase = LivePhase::Idle;
                live.waiting = None;
                self.transfers.clear();
            }
            Event::Stopped => {
                *live = Live::default();
                self.transfers.clear();
            }
        }
    }

    /// What it is doing, where that has changed since the last time.
    pub(crate) fn news(&mut self, now: Instant) -> Option<Live> {
        let moving = self.up.tick(now) | self.down.tick(now);
        (std::mem::take(&mut self.changed) || moving).then(|| self.view())
    }

    /// What it is doing.
    pub(crate) fn view(&self) -> Live {
        Live {
            up_per_s: self.up.per_s as u64,
            down_per_s: self.down.per_s as u64,
            transfers: self.transfers.values().cloned().collect(),
            last: self.last.iter().cloned().collect(),
            ..self.live.clone()
        }
    }
}

/// Bytes a second, smoothed.
#[derive(Debug)]
struct Rate {
    bytes: u64,
    per_s: f64,
    since: Instant,
}

impl Rate {
    fn new(now: Instant) -> Self {
        Self { bytes: 0, per_s: 0.0, since: now }
    }

    /// Takes what has travelled since the last time; true when the rate isn't what it was.
    fn tick(&mut self, now: Instant) -> bool {
        let past = now.duration_since(self.since).as_secs_f64();
        if past <= 0.0 {
            return false;
        }
        let before = self.per_s;
        let weight = 1.0 - (-past / SMOOTH.as_secs_f64()).exp();
        self.per_s += weight * (self.bytes as f64 / past - self.per_s);
        if self.bytes == 0 && self.per_s < 1.0 {
            self.per_s = 0.0;
        }
        (self.bytes, self.since) = (0, now);
        before as u64 != self.per_s as u64
    }
}

#[cfg(test)]
mod tests {
    use tidemark_core::path::RelPath;

    use super::*;

    fn moved(path: &str, bytes: u64) -> Event {
        Event::Moved { path: RelPath::new(path).unwrap(), up: true, bytes, of: Some(100) }
    }

    #[test]
    fn a_transfer_is_there_from_its_first_bytes_to_its_end() {
        let start = Instant::now();
        let mut book = LiveBook::new(start);
        book.take(&Event::Planned { operations: 2, bytes: 100 }, 1);
        book.take(&moved("a", 40), 2);
        book.take(&moved("a", 20), 3);
        let live = book.view();
        assert_eq!((live.operations, live.bytes_done), (2, 60));
        assert_eq!((live.transfers[0].done, live.transfers[0].moved_ns), (60, 3));
        book.take(&Event::Done { action: "upload".into(), path: "a".into(), ok: false }, 4);
        let live = book.view();
        assert_eq!((live.transfers.len(), live.operations_done, live.failed), (0, 1, 1));
        assert_eq!((live.last[0].path.as_str(), live.last[0].ok), ("a", false));
    }

    #[test]
    fn a_pass_that_nobody_is_told_of_comes_to_its_end() {
        let mut book = LiveBook::new(Instant::now());
        book.take(&Event::Phase { pair: "docs".into(), phase: Phase::Working }, 1);
        assert_eq!(book.view().phase, LivePhase::Working);
        book.take(&Event::Ended, 2);
        assert_eq!(book.view().phase, LivePhase::Idle);
    }

    #[test]
    fn rates_come_near_what_travels_and_go_back_to_nothing() {
        let start = Instant::now();
        let mut book = LiveBook::new(start);
        for second in 1..=60 {
            book.take(&moved("a", 1000), 0);
            book.news(start + Duration::from_secs(second));
        }
        assert!((990..=1000).contains(&book.view().up_per_s), "{}", book.view().up_per_s);
        for second in 61..=160 {
            book.news(start + Duration::from_secs(second));
        }
        assert_eq!(book.view().up_per_s, 0);
        assert_eq!(book.news(start + Duration::from_secs(161)), None);
    }
}
