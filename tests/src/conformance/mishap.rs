//! What goes wrong in the suite, for any service.

use super::stand::Traffic;
use crate::fake::{Effect, Fake, Fault, Running, Summary};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// 429, with so many seconds to wait.
    RateLimited(u64),
    /// 503.
    Unavailable,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// The connection breaks before anything is done.
    DropBefore,
    /// What was asked for is done, and the connection breaks before the answer.
    DropAfter,
    /// The answer breaks off in its body.
    Truncated,
    /// A web page with 200.
    Html,
    /// 10 MB of what is almost JSON.
    Garbage,
    /// The link has expired.
    ExpiredLink,
}

/// Where it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Where items are listed.
    Listing,
    /// Where one item is asked for.
    Stat,
    /// Where a content is sent.
    Upload,
    /// Where a content is fetched.
    Download,
    /// Where an item is deleted.
    Delete,
}

impl Mishap {
    /// The same as a fault of a fake. `None` for a link that expires, which is each service's own.
    pub fn effect<X>(self) -> Option<Effect<X>> {
        let status = |code, retry_after| Effect::Status { code, retry_after };
        Some(match self {
            Mishap::RateLimited(seconds) => status(429, Some(seconds)),
            Mishap::Unavailable => status(503, None),
            Mishap::Unauthorized => status(401, None),
            Mishap::Forbidden => status(403, None),
            Mishap::DropBefore => Effect::CloseBeforeAnswer,
            Mishap::DropAfter => Effect::CloseAfterEffect,
            Mishap::Truncated => Effect::TruncateBody { after: 10 },
            Mishap::Html => Effect::Html,
            Mishap::Garbage => Effect::GarbageJson { size: 10 << 20 },
            Mishap::ExpiredLink => return None,
        })
    }
}

impl<E: Ord> From<Summary<E>> for Traffic {
    fn from(summary: Summary<E>) -> Self {
        Traffic { requests: summary.requests, bytes_in: summary.bytes_in, bytes_out: summary.bytes_out }
    }
}

impl<F: Fake> Running<F> {
    /// Makes a mishap happen at these endpoints: always, or just the n-th time. False when it is none that every fake knows.
    pub(crate) fn befall(&self, mishap: Mishap, at: &[F::Endpoint], nth: Option<u64>) -> bool {
        let Some(effect) = mishap.effect() else { return false };
        let fault = Fault::new(effect).at(at.iter().copied());
        self.inject(match nth {
            Some(nth) => fault.nth(nth),
            None => fault,
        });
        true
    }
}
