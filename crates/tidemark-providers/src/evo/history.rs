//! The versions of a file in order, and what they say of a race.

use std::cmp::Ordering;
use std::time::Duration;

use crate::evo::wire::{File, User, Version};
use crate::provider::{RemoteVersion, VersionId};

/// What the difference of two times may be off by: the service gives milliseconds.
const ROUNDING: Duration = Duration::from_millis(1);

/// The versions that came with a file, oldest first. A service that sends none has the newest at least.
pub(super) fn in_order(file: &File) -> Vec<Version> {
    let mut versions = file.versions.clone().unwrap_or_default();
    match versions.iter_mut().find(|version| version.version_id == file.version_id) {
        Some(newest) => newest.size = file.size.or(newest.size),
        None => versions.push(Version {
            version_id: file.version_id.clone(),
            size: file.size,
            created_at: file.modified_at.or(file.created_at),
            created_by: file.modified_by.clone().or_else(|| file.created_by.clone()),
        }),
    }
    versions.sort_by(by_age);
    versions.dedup_by(|a, b| a.version_id == b.version_id);
    versions
}

/// A version as the engine knows it.
pub(super) fn shown(version: &Version, newest: &str) -> RemoteVersion {
    RemoteVersion {
        id: VersionId(version.version_id.clone()),
        size: version.size,
        created_ns: version.created_at,
        author: version.created_by.as_ref().and_then(User::shown),
        hash: None,
        current: version.version_id == newest,
    }
}

/// What an upload knew when it began.
pub(super) struct Known<'a> {
    /// The version that it was to follow.
    pub(super) expects: Option<&'a str>,
    /// Versions that earlier attempts from here began.
    pub(super) ours: &'a [String],
    /// Versions that were deleted from here.
    pub(super) buried: &'a [String],
    /// Time since the last listing began, which didn't show the file.
    pub(super) unseen_for: Option<Duration>,
}

/// The newest version that somebody else made between what was expected and `ours`; none when ours follows directly.
///
/// Where a version was expected, that is every unknown one that is newer (or every one, should the expected one be
/// missing from the history). Where nothing was expected, the path may have had an earlier life: whether the service
/// then continues its history isn't known. Versions older than the last listing are taken for that life, as the listing
/// would have shown the file otherwise; without a listing in this process every version counts. A version that is the
/// newest now and came after ours isn't in between: the next listing shows it.
pub(super) fn overtaken<'a>(
    versions: &'a [Version],
    newest: &str,
    ours: &str,
    known: &Known<'_>,
) -> Option<&'a Version> {
    let mine = versions.iter().find(|version| version.version_id == ours);
    let floor =
        known.expects.and_then(|expects| versions.iter().find(|version| version.version_id == expects));
    versions.iter().rfind(|version| {
        let id = version.version_id.as_str();
        let is_known = id == ours
            || Some(id) == known.expects
            || known.ours.iter().chain(known.buried).any(|known| known == id)
            || (id == newest && newest != ours);
        if is_known {
            return false;
        }
        match (known.expects, floor) {
            (Some(_), Some(floor)) => by_age(version, floor) == Ordering::Greater,
            (Some(_), None) => true,
            (None, _) => !is_history(version, mine, known.unseen_for),
        }
    })
}

/// True when `current` is newer than `ours`, as far as the history tells.
pub(super) fn is_newer(versions: &[Version], current: &str, ours: &str) -> bool {
    let place = |id: &str| versions.iter().position(|version| version.version_id == id);
    matches!((place(current), place(ours)), (Some(current), Some(ours)) if current > ours)
}

/// Both times are the service's, the listing's age is ours: clocks needn't agree.
fn is_history(version: &Version, mine: Option<&Version>, unseen_for: Option<Duration>) -> bool {
    let age = match (version.created_at, mine.and_then(|mine| mine.created_at)) {
        (Some(then), Some(now)) => u64::try_from(now.saturating_sub(then)).unwrap_or(0),
        _ => return false,
    };
    unseen_for.is_some_and(|unseen| Duration::from_nanos(age) > unseen + ROUNDING)
}

/// By time, then by number: ids are numbers that grow. Digits beyond 64 bits are compared as text of equal length.
fn by_age(a: &Version, b: &Version) -> Ordering {
    let number = |id: &'_ str| {
        let digits = id.trim_start_matches('0');
        id.bytes().all(|byte| byte.is_ascii_digit()).then(|| (digits.len(), digits.to_owned()))
    };
    let times = match (a.created_at, b.created_at) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => Ordering::Equal,
    };
    times.then_with(|| number(&a.version_id).cmp(&number(&b.version_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(id: &str, second: i64) -> Version {
        Version {
            version_id: id.into(),
            size: None,
            created_at: Some(second * 1_000_000_000),
            created_by: None,
        }
    }

    fn known(expects: Option<&'static str>) -> Known<'static> {
        Known { expects, ours: &[], buried: &[], unseen_for: Some(Duration::from_secs(5)) }
    }

    fn found<'a>(versions: &'a [Version], newest: &str, known: &Known<'_>) -> Option<&'a str> {
        overtaken(versions, newest, "3", known).map(|version| version.version_id.as_str())
    }

    #[test]
    fn what_follows_directly_was_not_overtaken() {
        assert_eq!(found(&[version("1", 1), version("3", 9)], "3", &known(Some("1"))), None);
        assert_eq!(found(&[version("0", 0), version("1", 1), version("3", 9)], "3", &known(Some("1"))), None);
        assert_eq!(found(&[version("3", 9)], "3", &known(None)), None);
    }

    #[test]
    fn what_came_between_is_found() {
        assert_eq!(
            found(&[version("1", 1), version("2", 8), version("3", 9)], "3", &known(Some("1"))),
            Some("2")
        );
        assert_eq!(found(&[version("2", 8), version("3", 9)], "3", &known(Some("1"))), Some("2"));
        assert_eq!(found(&[version("2", 8), version("3", 9)], "3", &known(None)), Some("2"));
        // Begun after ours and completed before it.
        assert_eq!(
            found(&[version("1", 1), version("4", 8), version("3", 9)], "3", &known(Some("1"))),
            Some("4")
        );
    }

    #[test]
    fn what_came_after_is_left_to_the_next_listing() {
        assert_eq!(
            found(&[version("1", 1), version("3", 9), version("4", 10)], "4", &known(Some("1"))),
            None
        );
    }

    #[test]
    fn an_earlier_life_is_no_race() {
        let versions = [version("1", 1), version("2", 3), version("3", 9)];
        assert_eq!(found(&versions, "3", &known(None)), None);
        let unlisted = Known { unseen_for: None, ..known(None) };
        assert_eq!(found(&versions, "3", &unlisted), Some("2"));
        let buried = ["1".to_owned(), "2".to_owned()];
        assert_eq!(found(&versions, "3", &Known { buried: &buried, ..unlisted }), None);
    }

    #[test]
    fn our_own_earlier_attempts_are_nobody_elses() {
        let ours = ["2".to_owned()];
        let versions = [version("1", 1), version("2", 8), version("3", 9)];
        assert_eq!(found(&versions, "3", &Known { ours: &ours, ..known(Some("1")) }), None);
    }

    #[test]
    fn numbers_decide_between_equal_times() {
        let mut versions = [version("10", 1), version("9", 1), version("1701303763589905104", 0)];
        versions.sort_by(by_age);
        assert_eq!(versions.map(|version| version.version_id), ["1701303763589905104", "9", "10"]);
        assert!(is_newer(&[version("9", 1), version("10", 1)], "10", "9"));
    }
}
