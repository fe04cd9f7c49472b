//! What a sync said: its code, its document, and its sentences.

use serde_json::Value;

use crate::person::Said;

/// What a sync counts.
const COUNTS: [&str; 6] =
    ["uploaded", "downloaded", "moved_local", "moved_remote", "deleted_local", "deleted_remote"];

/// What a sync of the pair said.
#[derive(Debug)]
pub(crate) struct Synced {
    pub(crate) said: Said,
    pub(crate) pair: Value,
}

impl Synced {
    /// It ended with this code, and all that it said fits to that.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        let (pair, stderr) = (&self.pair, &self.said.stderr);
        let all = || format!("{pair:#}\nstderr: {stderr}");
        assert_eq!(self.said.code, code, "{}", all());
        let outcome = ["in-sync", "failed", "", "conflicts", "held", "problems"][code as usize];
        assert_eq!(pair["outcome"], outcome, "{}", all());
        let some = |key: &str| pair[key].as_array().is_some_and(|list| !list.is_empty());
        assert_eq!(pair.get("error").is_some(), code == 1, "{}", all());
        assert_eq!(stderr.contains("error: "), code == 1, "{}", all());
        if code != 1 {
            assert_eq!(!pair["held"].is_null(), code == 4, "{}", all());
            assert!(some("problems") == (code == 5) || code == 4, "{}", all());
            assert!(!some("conflicts") || code != 0, "{}", all());
            assert!(some("conflicts") || code != 3, "{}", all());
        }
        for problem in pair["problems"].as_array().unwrap() {
            let sentences = problem["message"].as_str().unwrap();
            assert!(sentences.matches(['.', ';']).count() >= 2 && sentences.len() > 30, "{}", all());
        }
        self
    }

    /// It did this many of these, and nothing else.
    #[track_caller]
    pub(crate) fn did(self, counts: &[(&str, u64)]) -> Self {
        for key in COUNTS {
            let wanted = counts.iter().find(|(counted, _)| *counted == key).map_or(0, |(_, count)| *count);
            assert_eq!(self.pair[key], wanted, "{key} in {:#}\nstderr: {}", self.pair, self.said.stderr);
        }
        self
    }

    /// It made at most so many requests.
    #[track_caller]
    pub(crate) fn asked_at_most(self, requests: u64) -> Self {
        assert!(self.pair["requests"].as_u64().unwrap() <= requests, "{:#}", self.pair);
        self
    }

    /// These conflicts wait: paths and kinds.
    #[track_caller]
    pub(crate) fn conflicts(self, conflicts: &[(&str, &str)]) -> Self {
        self.lists("conflicts", "kind", conflicts)
    }

    /// These files have problems: paths and codes.
    #[track_caller]
    pub(crate) fn problems(self, problems: &[(&str, &str)]) -> Self {
        self.lists("problems", "code", problems)
    }

    #[track_caller]
    fn lists(self, list: &str, what: &str, wanted: &[(&str, &str)]) -> Self {
        let mut found: Vec<_> = self.pair[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["path"].as_str().unwrap(), item[what].as_str().unwrap()))
            .collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{:#}", self.pair);
        self
    }

    /// The sentences about the only problem hold this.
    #[track_caller]
    pub(crate) fn explains(self, parts: &[&str]) -> Self {
        let message = self.pair["problems"][0]["message"].as_str().unwrap();
        assert!(parts.iter().all(|part| message.contains(part)), "{parts:?} aren't all in {message:?}");
        self
    }

    /// It is held for this reason, and says what to do.
    #[track_caller]
    pub(crate) fn held(self, reason: &str) -> Self {
        let held = &self.pair["held"];
        assert_eq!(held["reason"], reason, "{held:#}");
        let message = held["message"].as_str().unwrap();
        assert!(message.contains("Nothing was deleted"), "{message}");
        self
    }

    /// It failed with this code for programs, and a sentence and a hint with these parts for people.
    #[track_caller]
    pub(crate) fn failed(self, code: &str, parts: &[&str]) -> Self {
        let error = &self.pair["error"];
        assert_eq!(error["code"], code, "{error:#}");
        let (stderr, hint) = (self.said.stderr.to_lowercase(), error["hint"].as_str().unwrap());
        assert!(hint.len() > 10, "{error:#}");
        assert!(parts.iter().all(|part| stderr.contains(part)), "{parts:?} aren't all in {stderr:?}");
        self
    }
}
