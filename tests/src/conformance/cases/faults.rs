//! What goes wrong on the way: errors say what they are, nothing half-made shows, nothing counts as gone.

use std::fmt::Debug;
use std::time::Duration;

use tidemark_core::node::Kind;
use tidemark_providers::{ErrorKind, ProviderError, Result, Retry};

use crate::conformance::bench::{Bench, Item, error, is_one_of, new, open, spec};
use crate::conformance::mishap::{Mishap, On};
use crate::doubles::{Memory, Session};

const CALLS: [On; 5] = [On::Listing, On::Stat, On::Upload, On::Download, On::Delete];

/// A service that asks for time gets it.
pub async fn a_busy_service_is_given_the_time_it_asks_for(bench: &Bench) {
    each(bench, Mishap::RateLimited(7), &CALLS, |on, busy| {
        assert_eq!(
            (busy.kind, busy.retry),
            (ErrorKind::RateLimited, Retry::After(Duration::from_secs(7))),
            "{on:?}"
        );
    })
    .await;
}

/// A service that fails may be asked again.
pub async fn a_failing_service_may_be_asked_again(bench: &Bench) {
    each(bench, Mishap::Unavailable, &CALLS, |on, failing| {
        is_passing(bench, on, failing, ErrorKind::Unavailable);
    })
    .await;
}

/// A connection that breaks may be made again.
pub async fn a_broken_connection_is_told_as_one(bench: &Bench) {
    each(bench, Mishap::DropBefore, &CALLS, |on, broken| {
        is_passing(bench, on, broken, ErrorKind::Network);
    })
    .await;
}

/// An upload that can't be repeated may say that it mustn't be, or not blindly.
fn is_passing(bench: &Bench, on: On, error: &ProviderError, kind: ErrorKind) {
    assert_eq!(error.kind, kind, "{on:?}: {}", error.sentence());
    let is_open = on == On::Upload && !bench.able.repeatable_upload;
    assert!(is_open || error.retry == Retry::Backoff, "{on:?}: {:?}", error.retry);
}

/// A web page is no answer, and above all not "gone".
pub async fn a_web_page_is_no_answer(bench: &Bench) {
    each(bench, Mishap::Html, &CALLS, |on, page| {
        let odd =
            [ErrorKind::Protocol, ErrorKind::Network, ErrorKind::DigestMismatch, ErrorKind::Unavailable];
        assert!(odd.contains(&page.kind), "{on:?}: {:?}, {}", page.kind, page.sentence());
    })
    .await;
}

/// Megabytes of nonsense are no answer.
pub async fn garbage_is_no_answer(bench: &Bench) {
    each(bench, Mishap::Garbage, &[On::Listing, On::Stat], |on, garbage| {
        assert_eq!(garbage.kind, ErrorKind::Protocol, "{on:?}: {}", garbage.sentence());
    })
    .await;
}

/// An answer that breaks off is no answer.
pub async fn half_an_answer_is_no_answer(bench: &Bench) {
    each(bench, Mishap::Truncated, &[On::Listing, On::Stat], |on, half| {
        assert_ne!(half.retry, Retry::Never, "{on:?}: {}", half.sentence());
        is_one_of(half, &[ErrorKind::Network, ErrorKind::Protocol]);
    })
    .await;
}

/// A credential that isn't good any more is told as that, and is no reason to try again.
pub async fn a_refused_credential_is_told_as_one(bench: &Bench) {
    each(bench, Mishap::Unauthorized, &[On::Listing, On::Stat, On::Delete], |on, refused| {
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never), "{on:?}");
    })
    .await;
}

/// What a good credential doesn't allow is told as that, and is no reason to try again.
pub async fn what_is_not_allowed_is_told_as_such(bench: &Bench) {
    each(bench, Mishap::Forbidden, &[On::Listing, On::Stat, On::Delete], |on, refused| {
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Forbidden, Retry::Never), "{on:?}");
    })
    .await;
}

/// An upload whose answer got lost is found when it is sent again, and makes no second version.
pub async fn a_lost_answer_makes_no_second_version(bench: &Bench) {
    if !bench.stand.befall(Mishap::DropAfter, On::Upload, Some(1)) {
        return;
    }
    let session = Session::default();
    let content = Memory::of(b"sent once");
    let lost = error(bench.send(&new("lost.txt"), None, &content, &session).await);
    is_one_of(&lost, &[ErrorKind::Network]);
    bench.stand.heal();
    if !bench.able.repeatable_upload {
        return;
    }
    assert_eq!(lost.retry, Retry::Backoff);
    let sent = bench.send(&new("lost.txt"), None, &content, &session).await.unwrap();
    assert_eq!(sent.overtaken, None);
    bench.holds(&[("lost.txt", b"sent once")]).await;
    if bench.able.versions {
        let item = super::reference(&sent.remote, "lost.txt");
        assert_eq!(bench.provider.versions(&item).await.unwrap().len(), 1);
    }
    assert!(bench.stand.befall(Mishap::DropAfter, On::Upload, Some(1)));
    let (session, content) = (Session::default(), Memory::of(b"edited once, too"));
    let to = super::reference(&sent.remote, "lost.txt");
    error(bench.send(&to, Some(&sent.remote.revision), &content, &session).await);
    bench.stand.heal();
    let again = bench.send(&to, Some(&sent.remote.revision), &content, &session).await.unwrap();
    assert_eq!(again.overtaken, None);
    bench.holds(&[("lost.txt", b"edited once, too")]).await;
}

/// A deletion whose answer got lost can be asked for again.
pub async fn a_deletion_whose_answer_got_lost_is_done(bench: &Bench) {
    let item = bench.given("deleted.txt", b"content").await;
    if !bench.stand.befall(Mishap::DropAfter, On::Delete, Some(1)) {
        return;
    }
    let lost = error(bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await);
    assert_eq!((lost.kind, lost.retry), (ErrorKind::Network, Retry::Backoff));
    bench.stand.heal();
    bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
    bench.holds(&[]).await;
}

/// A good account is good; one with another secret isn't, and says so.
pub async fn a_check_tells_a_good_account_from_a_bad_one(bench: &Bench) {
    let account = bench.provider.check().await.unwrap();
    assert!(account.writable && !account.summary.is_empty(), "{account:?}");
    let mut settings = bench.stand.settings();
    let spec = spec(&*bench.stand);
    assert!((spec.open)(&settings, "").is_ok(), "an account is added without a root");
    if let Some(secret) = settings.secret.take() {
        assert!(!account.summary.contains(secret.expose()), "{}", account.summary);
        let (values, root) = (bench.stand.settings(), bench.stand.root());
        let wrong = tidemark_providers::settings::Secret::new(wrong(secret.expose()));
        let settings = tidemark_providers::settings::AccountSettings { secret: Some(wrong), ..values };
        let refused = error((spec.open)(&settings, &root).unwrap().check().await);
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
    }
    open(&*bench.stand).check().await.unwrap();
}

/// A secret of the same shape that isn't good.
fn wrong(secret: &str) -> String {
    let turn = |c: char| if c.is_ascii_alphanumeric() { if c == 'x' { 'y' } else { 'x' } } else { c };
    secret.chars().map(turn).collect()
}

/// Runs these calls while it goes wrong: each fails as it should, and leaves all as it was.
async fn each(bench: &Bench, mishap: Mishap, calls: &[On], expect: impl Fn(On, &ProviderError)) {
    let item = bench.given("there.txt", b"as it was").await;
    for on in calls.iter().copied() {
        if (on == On::Listing && !bench.is_shared()) || !bench.stand.befall(mishap, on, None) {
            continue;
        }
        let failed = call(bench, on, &item).await;
        bench.stand.heal();
        expect(on, &failed);
        bench.holds(&[("there.txt", b"as it was")]).await;
        assert!(bench.provider.stat(&item.at).await.unwrap().is_some());
    }
}

async fn call(bench: &Bench, on: On, item: &Item) -> ProviderError {
    fn failed<T: Debug>(on: On, result: Result<T>) -> ProviderError {
        match result {
            Ok(done) => panic!("{on:?} came to {done:?}"),
            Err(error) => error,
        }
    }
    match on {
        On::Listing => failed(on, bench.reopened().list().await),
        On::Stat => failed(on, bench.provider.stat(&item.at).await),
        On::Upload => {
            let replaced = failed(on, bench.replace(item, b"another content").await);
            let made = failed(on, bench.create("new.txt", b"new").await);
            assert_eq!(replaced.kind, made.kind);
            made
        }
        On::Download => failed(on, bench.fetch(&item.at).await),
        On::Delete => {
            let deleted = bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await;
            failed(on, deleted)
        }
    }
}
