//! What happens during a sync, by the number of the call before which it happens; and the trace of all calls.

use std::fmt;
use std::str::FromStr;

use super::edit::{Edit, Side};

/// When during a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// Before the call of that number, counted from 1.
    Call(u64),
    /// Before the first call whose name holds this text.
    Named(String),
}

/// Something that happens during a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Somebody does something to a side.
    Edit(Side, Edit),
    /// The next call to this computer's disk fails, and so many after it.
    Disk(DiskFault, u32),
    /// The next request to the service fails, and so many after it.
    Service(ServiceFault, u32),
    /// The process ends before the call has its effect.
    CrashBefore,
    /// The process ends after the call has had its effect.
    CrashAfter,
    /// The computer loses power: what wasn't made durable loses its bytes.
    PowerCut,
}

/// How a call to the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// ENOSPC.
    Full,
    /// EIO.
    Io,
    /// EACCES.
    Denied,
    /// The root isn't there.
    NoRoot,
}

/// How a request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceFault {
    /// 503, without effect.
    Unavailable,
    /// The connection breaks before the request arrives.
    Network,
    /// The request has its effect and the answer is lost.
    LostAnswer,
    /// 429 with a wish of 20 seconds.
    Busy,
    /// The credential is refused.
    Unauthorized,
    /// A listing ends too early and says so; other requests: nonsense.
    Truncated,
    /// A listing is empty and says that it is complete; other requests work.
    Empty,
}

/// A rule of the engine's protocol that a side is made to break, to see whether the oracle notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// What is installed replaces whatever is there.
    BlindInstall,
    /// What is replaced or deleted here isn't kept.
    NothingKept,
    /// Whatever is there is deleted here.
    BlindKeep,
    /// Nothing is made durable.
    NoFlush,
    /// An upload replaces whatever is there, and nobody hears of it.
    BlindUpload,
    /// Whatever is there is deleted at the service.
    BlindDelete,
    /// That an upload begins isn't stored, where no upload can be repeated.
    ForgottenIntents,
    /// What is to be deleted at the service stays there, where nothing is listed.
    NothingRetired,
}

/// The calls so far and what is to happen.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) number: u64,
    waiting: Vec<(At, Happening)>,
    disk: Option<(DiskFault, u32)>,
    service: Option<(ServiceFault, u32)>,
    pub(super) trace: Vec<String>,
    pub(super) changes: u64,
    pub(super) off: bool,
    pub(super) sabotage: Option<Sabotage>,
}

impl Course {
    /// Begins a sync.
    pub(super) fn begin(&mut self, happenings: &[(At, Happening)]) {
        self.waiting = happenings.to_vec();
        (self.number, self.changes, self.off) = (0, 0, false);
        (self.disk, self.service) = (None, None);
    }

    /// What happens before this call.
    pub(super) fn due(&mut self, what: &str) -> Vec<Happening> {
        self.number += 1;
        let number = self.number;
        let is_due = |at: &At| match at {
            At::Call(at) => *at <= number,
            At::Named(text) => what.contains(text),
        };
        self.waiting.extract_if(.., |(at, _)| is_due(at)).map(|(_, happening)| happening).collect()
    }

    pub(super) fn disk_fails(&mut self, fault: DiskFault, times: u32) {
        self.disk = Some((fault, times));
    }

    pub(super) fn service_fails(&mut self, fault: ServiceFault, times: u32) {
        self.service = Some((fault, times));
    }

    pub(super) fn disk_fault(&mut self) -> Option<DiskFault> {
        take(&mut self.disk)
    }

    pub(super) fn service_fault(&mut self) -> Option<ServiceFault> {
        take(&mut self.service)
    }
}

fn take<T: Copy>(fault: &mut Option<(T, u32)>) -> Option<T> {
    let (kind, times) = (*fault)?;
    *fault = times.checked_sub(1).filter(|left| *left > 0).map(|left| (kind, left));
    Some(kind)
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(number) => write!(f, "at {number}"),
            Self::Named(text) => write!(f, "at [{text}]"),
        }
    }
}

impl At {
    /// Reads what stands before a happening: `at 12 …`, `at [install "a"] …`. Returns what follows.
    pub(super) fn parse(line: &str) -> Option<(Self, &str)> {
        let rest = line.strip_prefix("at ")?;
        if let Some(named) = rest.strip_prefix('[') {
            return named.split_once("] ").map(|(text, rest)| (Self::Named(text.to_owned()), rest));
        }
        let (number, rest) = rest.split_once(' ')?;
        Some((Self::Call(number.parse().ok()?), rest))
    }
}

const DISK_FAULTS: [(DiskFault, &str); 4] = [
    (DiskFault::Full, "full"),
    (DiskFault::Io, "io"),
    (DiskFault::Denied, "denied"),
    (DiskFault::NoRoot, "no-root"),
];

const SERVICE_FAULTS: [(ServiceFault, &str); 7] = [
    (ServiceFault::Unavailable, "unavailable"),
    (ServiceFault::Network, "network"),
    (ServiceFault::LostAnswer, "lost-answer"),
    (ServiceFault::Busy, "busy"),
    (ServiceFault::Unauthorized, "unauthorized"),
    (ServiceFault::Truncated, "truncated"),
    (ServiceFault::Empty, "empty"),
];

fn word<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("?", |(_, word)| word)
}

fn value<T: Copy>(table: &[(T, &'static str)], word: &str) -> Result<T, String> {
    let found = table.iter().find(|(_, known)| *known == word);
    found.map(|(value, _)| *value).ok_or_else(|| format!("{word:?} is no fault"))
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edit(side, edit) => write!(f, "{side}: {edit}"),
            Self::Disk(fault, times) => write!(f, "disk {} {times}", word(&DISK_FAULTS, fault)),
            Self::Service(fault, times) => write!(f, "service {} {times}", word(&SERVICE_FAULTS, fault)),
            Self::CrashBefore => f.write_str("crash before"),
            Self::CrashAfter => f.write_str("crash after"),
            Self::PowerCut => f.write_str("power cut"),
        }
    }
}

impl FromStr for Happening {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((side, edit)) = text.split_once(": ") {
            return Ok(Self::Edit(side.parse()?, edit.parse()?));
        }
        let times = |word: &str| word.parse::<u32>().map_err(|error| format!("{text:?}: {error}"));
        match text.split_whitespace().collect::<Vec<_>>()[..] {
            ["disk", fault, count] => Ok(Self::Disk(value(&DISK_FAULTS, fault)?, times(count)?)),
            ["service", fault, count] => Ok(Self::Service(value(&SERVICE_FAULTS, fault)?, times(count)?)),
            ["crash", "before"] => Ok(Self::CrashBefore),
            ["crash", "after"] => Ok(Self::CrashAfter),
            ["power", "cut"] => Ok(Self::PowerCut),
            _ => Err(format!("{text:?} is nothing that happens")),
        }
    }
}
