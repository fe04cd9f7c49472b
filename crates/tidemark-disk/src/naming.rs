//! Names of files in the store: staging keys and ids of kept contents.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::error::{DiskError, DiskErrorKind, Result};

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS: usize = 13;
const TOKEN_DIGITS: usize = 5;

/// Makes an id for something kept at `now_ns`: the time in base 32, moved on so that each is later than the one before,
/// and a token of this process. Ids sort by time; two processes never make the same one.
pub(crate) fn new_id(now_ns: i64) -> String {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let wanted = now_ns.max(1);
    let step = |last: i64| Some(wanted.max(last.saturating_add(1)));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or(wanted);
    let time = wanted.max(last.saturating_add(1));
    format!("{}-{}", digits(time as u64, TIME_DIGITS), digits(process_token(), TOKEN_DIGITS))
}

/// When an id was made, nanoseconds since the epoch; `None` when it isn't one of ours.
pub(crate) fn time_of(id: &str) -> Option<i64> {
    let (time, token) = id.split_once('-')?;
    if time.len() != TIME_DIGITS || token.len() != TOKEN_DIGITS {
        return None;
    }
    let value = time.bytes().try_fold(0u64, |value, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        value.checked_mul(32)?.checked_add(digit as u64)
    })?;
    i64::try_from(value).ok()
}

/// Refuses what isn't a plain name (letters, digits, `-`, at most 64): it becomes a file's name.
pub(crate) fn check_name(name: &str, kind: DiskErrorKind) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(plain) {
        return Ok(());
    }
    Err(DiskError::new(kind, format!("\"{}\" isn't the name of anything stored", name.escape_default())))
}

fn digits(value: u64, count: usize) -> String {
    (0..count).rev().map(|place| DIGITS[(value >> (5 * place)) as usize & 31] as char).collect()
}

fn process_token() -> u64 {
    static TOKEN: OnceLock<u64> = OnceLock::new();
    *TOKEN.get_or_init(|| {
        let mut hasher = std::hash::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_never_repeat() {
        let now = 1_900_000_000_000_000_000;
        let ids: Vec<String> = (0..1000).map(|_| new_id(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(new_id(now + 1_000_000) > ids[999]);
        assert!(time_of(&ids[0]).is_some_and(|time| time >= now && time < now + 1_000_000));
        assert_eq!(time_of("journal"), None);
        check_name(&ids[0], DiskErrorKind::NotKept).unwrap();
    }

    #[test]
    fn names_lead_nowhere() {
        for name in ["", ".", "..", "a/b", "a.b", "é", &"x".repeat(65)] {
            assert!(check_name(name, DiskErrorKind::BadName).is_err(), "{name}");
        }
    }
}
