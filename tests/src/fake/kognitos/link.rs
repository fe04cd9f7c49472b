//! Signed links to contents. Their signatures hold characters that have to stay as they are encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::fake::query::Query;

/// Where the storage's paths begin. It shares its host with the API, so that only the request can be told apart.
pub(crate) const STORAGE: &str = "/storage/";

/// Why a link isn't good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The query isn't the one that was handed out.
    Signature,
    /// Its time is over.
    Time,
}

/// A link to a file's content, good for so long.
pub(crate) fn link(base: &str, seed: u64, id: &str, now: Timestamp, valid: SignedDuration) -> String {
    let expires = now.saturating_add(valid).unwrap_or(now).as_second();
    let (salt, signature) = (0..)
        .map(|salt| (salt, sign(seed, id, expires, salt)))
        .find(|(_, signature)| signature.contains('+') && signature.contains('/'))
        .unwrap_or_default();
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("{base}{STORAGE}{}?Expires={expires}&Salt={salt}&Signature={}", encode(id), encode(&signature))
}

/// Checks a link's query.
pub(crate) fn check(seed: u64, id: &str, query: &Query, now: Timestamp) -> Result<(), Refusal> {
    let number = |key| query.one(key).and_then(|text| text.parse::<i64>().ok()).ok_or(Refusal::Signature);
    let (expires, salt) = (number("Expires")?, number("Salt")?);
    let signature = query.one("Signature").ok_or(Refusal::Signature)?;
    if query.misfit(&["Expires", "Salt", "Signature"], &[]).is_some()
        || signature != sign(seed, id, expires, salt)
    {
        return Err(Refusal::Signature);
    }
    if now.as_second() >= expires { Err(Refusal::Time) } else { Ok(()) }
}

fn sign(seed: u64, id: &str, expires: i64, salt: i64) -> String {
    STANDARD.encode(blake3::hash(format!("{seed} {id} {expires} {salt}").as_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(link: &str) -> Query {
        Query::parse(link.split_once('?').unwrap().1).unwrap()
    }

    #[test]
    fn a_link_is_good_for_its_file_until_it_expires() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let link = link("http://h", 1, "f", now, SignedDuration::from_hours(1));
        let at = |minutes| now + SignedDuration::from_mins(minutes);
        assert_eq!(check(1, "f", &query(&link), at(59)), Ok(()));
        assert_eq!(check(1, "f", &query(&link), at(60)), Err(Refusal::Time));
        assert_eq!(check(1, "g", &query(&link), at(0)), Err(Refusal::Signature));
        for broken in [link.replace("%2B", "+"), link.replace('%', "%25"), format!("{link}&x=1")] {
            assert_eq!(check(1, "f", &query(&broken), at(0)), Err(Refusal::Signature), "{broken}");
        }
    }
}
