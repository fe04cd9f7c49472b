//! What a provider brings to the suite: a service to stand before, and somebody else who works in it.

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_providers::settings::AccountSettings;

use super::mishap::{Mishap, On};

/// A service with an account of it, and what others do there. Paths are relative to the root that it names; where nothing
/// is listed they are plain names, what is in [`Stand::files`] is told apart by content alone, and [`Stand::put`] isn't
/// called.
///
/// Only the first six methods have to be written. What a service can't do keeps its default, and the cases that need it
/// are left out.
#[async_trait]
pub trait Stand: Send + Sync {
    /// The provider's name.
    fn provider(&self) -> &'static str;

    /// Settings and secret of the account.
    fn settings(&self) -> AccountSettings;

    /// REMOTE: a place with nothing in it.
    fn root(&self) -> String;

    /// Somebody else makes a file, with the folders above it, or changes it.
    async fn put(&self, path: &str, content: Bytes);

    /// Somebody else deletes a file.
    async fn delete(&self, path: &str);

    /// Every file that can be seen, in any order, with what it holds. One path may be there twice.
    async fn files(&self) -> Vec<(String, Bytes)>;

    /// Somebody else renames a file. False: nobody can.
    async fn rename(&self, from: &str, to: &str) -> bool {
        let _ = (from, to);
        false
    }

    /// Somebody else makes a file of a name that is none, such as `../x`. False: the service has no such names.
    async fn put_hostile(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Somebody else makes a file that can't be read back. False: there is no such thing.
    async fn put_write_only(&self, path: &str, content: Bytes) -> bool {
        let _ = (path, content);
        false
    }

    /// Makes something go wrong from now on: at every request of that kind, or at just the n-th, counted from 1. False:
    /// that can't happen here.
    fn befall(&self, mishap: Mishap, on: On, nth: Option<u64>) -> bool {
        let _ = (mishap, on, nth);
        false
    }

    /// Nothing goes wrong any more.
    fn heal(&self) {}

    /// What was wrong with what was asked of it so far, in words.
    fn breaches(&self) -> Vec<String> {
        Vec::new()
    }

    /// What went over the wire so far. `None`: there is no wire.
    fn traffic(&self) -> Option<Traffic> {
        None
    }

    /// What, beside the secret, must never be in an error: parts of links, tokens that were got for the secret.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    /// Makes the place that [`Stand::root`] names, where that can't be done at the start.
    async fn prepare(&self) {}

    /// Returns when everything that was done can be seen.
    async fn settle(&self) {}

    /// Removes what a case has left.
    async fn clean_up(&self) {}
}

/// What went over a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Requests.
    pub requests: u64,
    /// Bytes in the requests' bodies.
    pub bytes_in: u64,
    /// Bytes in the answers' bodies.
    pub bytes_out: u64,
}

impl Traffic {
    /// What there was since then.
    pub fn since(self, before: Traffic) -> Traffic {
        Traffic {
            requests: self.requests - before.requests,
            bytes_in: self.bytes_in - before.bytes_in,
            bytes_out: self.bytes_out - before.bytes_out,
        }
    }
}
