//! What goes wrong, as data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that goes wrong, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only requests to these endpoints; all when empty.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Only requests about a file whose path contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// Not the first so many of them.
    #[serde(default)]
    pub skip: u64,
    /// After those, only each so-many-th.
    #[serde(default = "one")]
    pub every: u64,
    /// At most so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Only with this probability, decided by the seed and the count of matching requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The seed of the probability.
    #[serde(default)]
    pub seed: u64,
    /// What happens.
    pub effect: Effect,
}

/// The endpoints of API and storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Endpoint {
    List,
    GetById,
    GetByPath,
    LinkById,
    LinkByPath,
    Restore,
    DeleteById,
    DeleteByPath,
    PutBlob,
    PutBlock,
    PutBlockList,
    GetBlob,
    HeadBlob,
    Other,
}

impl Endpoint {
    /// Those of the API.
    pub const API: [Endpoint; 8] = [
        Endpoint::List,
        Endpoint::GetById,
        Endpoint::GetByPath,
        Endpoint::LinkById,
        Endpoint::LinkByPath,
        Endpoint::Restore,
        Endpoint::DeleteById,
        Endpoint::DeleteByPath,
    ];
    /// Those of the storage.
    pub const BLOB: [Endpoint; 5] = [
        Endpoint::PutBlob,
        Endpoint::PutBlock,
        Endpoint::PutBlockList,
        Endpoint::GetBlob,
        Endpoint::HeadBlob,
    ];
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// This status instead of what was asked for, with `Retry-After` in seconds.
    Status {
        /// The status.
        code: u16,
        /// Seconds to wait.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// What was asked for is done, and answered with this status.
    StatusAfterEffect {
        /// The status.
        code: u16,
    },
    /// The connection is closed, and nothing done.
    CloseBeforeAnswer,
    /// What was asked for is done, and the connection closed without an answer.
    CloseAfterEffect,
    /// The answer breaks off after so many bytes of its body.
    TruncateBody {
        /// Bytes that are sent.
        after: u64,
    },
    /// The answer's body lacks so many bytes, and its length says nothing of it.
    ShortBody {
        /// Bytes that are missing.
        missing: u64,
    },
    /// A byte in the middle of the answer's body is another one.
    CorruptBody,
    /// So many bytes of JSON that never closes its brackets.
    GarbageJson {
        /// Bytes.
        size: u64,
    },
    /// A body that never ends.
    Endless,
    /// A web page with 200, as a captive portal answers.
    Html,
    /// A redirect with 307.
    Redirect {
        /// Where to.
        to: String,
    },
    /// The answer comes later.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The page as it was when the same one was asked for last, since faults of this kind were set.
    StaleListing,
    /// The page that was answered last, whichever it was.
    RepeatPage,
    /// No files.
    EmptyListing,
    /// The page without a file.
    DropFromListing {
        /// The file's path.
        path: String,
    },
    /// The page with another total.
    WrongTotal {
        /// Added to the true one.
        by: i64,
    },
    /// The JSON answer with another value.
    PatchJson {
        /// Where, as a JSON pointer; a last key that isn't there is added.
        pointer: String,
        /// What stands there; null stands there as null.
        value: Value,
    },
    /// The JSON answer without a field.
    DropField {
        /// Which, as a JSON pointer.
        pointer: String,
    },
    /// Before the request is looked at, somebody else makes a version of the file. On a request for a link theirs is
    /// before ours, on the upload itself after.
    RaceVersion {
        /// Their content.
        content: String,
    },
    /// The content is accepted without its last bytes.
    StoreShort {
        /// Bytes that are lost.
        missing: u64,
    },
    /// Every staged block is forgotten before the request is looked at.
    LoseBlocks,
    /// The token isn't good any more, from this request on.
    RevokeToken,
}

impl Fault {
    /// Happens at every request.
    pub fn new(effect: Effect) -> Self {
        Fault {
            endpoints: Vec::new(),
            path_contains: None,
            skip: 0,
            every: 1,
            times: None,
            probability: None,
            seed: 0,
            effect,
        }
    }

    /// Only at these endpoints.
    pub fn at(self, endpoints: impl IntoIterator<Item = Endpoint>) -> Self {
        Fault { endpoints: endpoints.into_iter().collect(), ..self }
    }

    /// Only for files whose path contains this.
    pub fn path(self, part: impl Into<String>) -> Self {
        Fault { path_contains: Some(part.into()), ..self }
    }

    /// Only the n-th time, counted from 1.
    pub fn nth(self, n: u64) -> Self {
        Fault { skip: n.saturating_sub(1), times: Some(1), ..self }
    }

    /// Only the first so many times.
    pub fn first(self, times: u64) -> Self {
        Fault { times: Some(times), ..self }
    }

    /// Only each so-many-th time, beginning with the first.
    pub fn every(self, every: u64) -> Self {
        Fault { every, ..self }
    }

    /// Only with this probability.
    pub fn sometimes(self, probability: f64, seed: u64) -> Self {
        Fault { probability: Some(probability), seed, ..self }
    }

    fn fits(&self, endpoint: Endpoint, path: Option<&str>) -> bool {
        (self.endpoints.is_empty() || self.endpoints.contains(&endpoint))
            && self.path_contains.as_ref().is_none_or(|part| path.is_some_and(|path| path.contains(part)))
    }
}

fn one() -> u64 {
    1
}

/// The faults that are set, with their counts.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Counted>);

#[derive(Debug)]
struct Counted {
    fault: Fault,
    seen: u64,
    fired: u64,
}

impl Faults {
    /// Sets faults in place of those before.
    pub(crate) fn set(&mut self, faults: Vec<Fault>) {
        self.0.clear();
        faults.into_iter().for_each(|fault| self.add(fault));
    }

    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(Counted { fault, seen: 0, fired: 0 });
    }

    /// How often each happened, in the order they were set.
    pub(crate) fn fired(&self) -> Vec<u64> {
        self.0.iter().map(|counted| counted.fired).collect()
    }

    /// None are set.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Pages must be remembered, for faults that show them again.
    pub(crate) fn need_pages(&self) -> bool {
        let needs = |effect: &Effect| matches!(effect, Effect::StaleListing | Effect::RepeatPage);
        self.0.iter().any(|counted| needs(&counted.fault.effect))
    }

    /// Counts a request and returns what happens to it.
    pub(crate) fn strike(&mut self, endpoint: Endpoint, path: Option<&str>) -> Vec<Effect> {
        let fitting = self.0.iter_mut().filter(|counted| counted.fault.fits(endpoint, path));
        fitting.filter_map(|counted| counted.count().then(|| counted.fault.effect.clone())).collect()
    }
}

impl Counted {
    fn count(&mut self) -> bool {
        let before = self.seen;
        self.seen += 1;
        let turn =
            before >= self.fault.skip && (before - self.fault.skip).is_multiple_of(self.fault.every.max(1));
        let left = self.fault.times.is_none_or(|times| self.fired < times);
        let fires =
            turn && left && self.fault.probability.is_none_or(|p| chance(self.fault.seed, before) < p);
        self.fired += u64::from(fires);
        fires
    }
}

fn chance(seed: u64, count: u64) -> f64 {
    let hash = blake3::hash(format!("{seed} {count}").as_bytes());
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&hash.as_bytes()[..4]);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(fault: Fault, requests: usize) -> String {
        let mut faults = Faults::default();
        faults.add(fault);
        (0..requests)
            .map(|_| if faults.strike(Endpoint::List, None).is_empty() { '.' } else { 'x' })
            .collect()
    }

    #[test]
    fn counts_requests_that_match() {
        let fault = || Fault::new(Effect::Html);
        assert_eq!(pattern(fault(), 4), "xxxx");
        assert_eq!(pattern(fault().nth(3), 5), "..x..");
        assert_eq!(pattern(fault().first(2), 4), "xx..");
        assert_eq!(pattern(fault().every(3), 7), "x..x..x");
        assert_eq!(pattern(fault().at([Endpoint::GetBlob]), 2), "..");
        assert_eq!(pattern(fault().path("a"), 2), "..");
    }

    #[test]
    fn chance_follows_the_seed() {
        let fault = |seed| pattern(Fault::new(Effect::Html).sometimes(0.5, seed), 200);
        assert_eq!(fault(1), fault(1));
        assert_ne!(fault(1), fault(2));
        let fired = fault(1).matches('x').count();
        assert!((60..140).contains(&fired), "{fired}");
    }

    #[test]
    fn reads_what_it_writes() {
        let json = r#"{"endpoints": ["get-blob"], "times": 1, "effect": {"status": {"code": 503, "retry_after": 2}}}"#;
        let fault: Fault = serde_json::from_str(json).unwrap();
        assert_eq!(fault.every, 1);
        assert_eq!(serde_json::from_value::<Fault>(serde_json::to_value(&fault).unwrap()).unwrap(), fault);
        assert!(serde_json::from_str::<Fault>(r#"{"endpoint": "list", "effect": "html"}"#).is_err());
    }
}
