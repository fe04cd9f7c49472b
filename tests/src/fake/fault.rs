//! What goes wrong, as data.

use serde::{Deserialize, Serialize};

use super::effect::{Effect, Nothing};

/// Something that goes wrong, and when. `E` are the service's endpoints, `X` the effects that only it knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault<E, X = Nothing> {
    /// Only requests to these endpoints; all when empty.
    #[serde(default = "Vec::new")]
    pub endpoints: Vec<E>,
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
    pub effect: Effect<X>,
}

impl<E, X> Fault<E, X> {
    /// Happens at every request.
    pub fn new(effect: Effect<X>) -> Self {
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
    pub fn at(self, endpoints: impl IntoIterator<Item = E>) -> Self {
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

    fn fits(&self, endpoint: &E, path: Option<&str>) -> bool
    where
        E: PartialEq,
    {
        (self.endpoints.is_empty() || self.endpoints.contains(endpoint))
            && self.path_contains.as_ref().is_none_or(|part| path.is_some_and(|path| path.contains(part)))
    }
}

fn one() -> u64 {
    1
}

/// The faults that are set, with their counts.
#[derive(Debug)]
pub(crate) struct Faults<E, X>(Vec<Counted<E, X>>);

#[derive(Debug)]
struct Counted<E, X> {
    fault: Fault<E, X>,
    seen: u64,
    fired: u64,
}

impl<E: PartialEq, X: Clone> Faults<E, X> {
    /// These, none of which has happened yet.
    pub(crate) fn new(faults: Vec<Fault<E, X>>) -> Self {
        Faults(faults.into_iter().map(Counted::new).collect())
    }

    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault<E, X>) {
        self.0.push(Counted::new(fault));
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
        self.0.iter().any(|counted| counted.fault.effect.needs_pages())
    }

    /// Counts a request and returns what happens to it.
    pub(crate) fn strike(&mut self, endpoint: E, path: Option<&str>) -> Vec<Effect<X>> {
        let fitting = self.0.iter_mut().filter(|counted| counted.fault.fits(&endpoint, path));
        fitting.filter_map(|counted| counted.count().then(|| counted.fault.effect.clone())).collect()
    }
}

impl<E, X> Counted<E, X> {
    fn new(fault: Fault<E, X>) -> Self {
        Counted { fault, seen: 0, fired: 0 }
    }

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

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Endpoint {
        List,
        GetBlob,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Own {
        LoseTag { of: String },
    }

    type Fault = super::Fault<Endpoint, Own>;

    fn pattern(fault: Fault, requests: usize) -> String {
        let mut faults = Faults::new(vec![fault]);
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
        assert!(serde_json::from_str::<Fault>(r#"{"endpoints": ["elsewhere"], "effect": "html"}"#).is_err());
    }

    #[test]
    fn own_effects_stand_beside_the_others() {
        let fault: Fault = serde_json::from_str(r#"{"effect": {"lose-tag": {"of": "a"}}}"#).unwrap();
        assert_eq!(fault.effect, Effect::Own(Own::LoseTag { of: "a".into() }));
        assert!(serde_json::from_str::<Fault>(r#"{"effect": "magic"}"#).is_err());
        assert!(serde_json::from_str::<super::Fault<Endpoint>>(r#"{"effect": "magic"}"#).is_err());
    }
}
