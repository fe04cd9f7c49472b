//! Encrypted files: written and never read, and told apart by their time.

use std::time::Duration;

use jiff::SignedDuration;
use tidemark_tests::doubles::hash;
use tidemark_tests::fake::calyptia::{Effect, Fault};

use crate::*;

#[tokio::test]
async fn they_are_listed_and_never_fetched() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_encrypted("a", "secret");
    let listed = calyptia.list().await;
    assert_eq!((listed["a"].write_only, listed["a"].hash, listed["a"].size), (true, None, None));
    let refused = error(calyptia.fetch(&of(&listed["a"], "a")).await);
    assert_eq!(refused.kind, ErrorKind::Unsupported);
    assert!(refused.sentence().contains("encrypted"), "{}", refused.sentence());
    assert_eq!(kind(calyptia.fetch(&by_path("a")).await), ErrorKind::Unsupported);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_write_is_known_again_in_the_next_listing() {
    let rules = [
        FakeCalyptia::with(),
        FakeCalyptia::with().finer_times_in_listings(),
        FakeCalyptia::with().aged_at_birth(Duration::from_millis(7)),
    ];
    for settings in rules {
        let calyptia = Calyptia::encrypting(settings);
        let made = calyptia.create("a", b"0").await.unwrap().remote;
        assert_eq!((made.write_only, made.size, made.hash), (true, None, Some(hash(b"0"))));
        assert_eq!(calyptia.list().await["a"].revision, made.revision);
        calyptia.fake.clock().advance(SignedDuration::from_secs(1));
        let edited = calyptia.replace(&made, "a", b"1").await.unwrap().remote;
        assert_ne!(edited.revision, made.revision);
        assert_eq!(calyptia.list().await["a"].revision, edited.revision);
        calyptia.fake.clock().advance(SignedDuration::from_secs(1));
        let moved = calyptia.rename(&edited, "a", "b").await.unwrap();
        assert_eq!(calyptia.list().await["b"].revision, moved.revision);
        assert!(calyptia.fake.files().iter().all(|file| file.encrypted && file.content == "1"));
        calyptia.delete(&moved, "b").await.unwrap();
        calyptia.no_breaches();
    }
}

#[tokio::test]
async fn many_new_ones_share_the_looks_after_them() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    let names: Vec<String> = (0..40).map(|number| format!("{number}")).collect();
    let sent = futures_util::future::join_all(names.iter().map(|name| calyptia.create(name, b"x"))).await;
    let listed = calyptia.requests(Endpoint::List);
    assert!(listed < 30, "{listed}");
    let there = calyptia.list().await;
    for (name, sent) in names.iter().zip(sent) {
        assert_eq!(there[name].revision, sent.unwrap().remote.revision);
    }
}

#[tokio::test]
async fn a_change_made_elsewhere_shows() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    let made = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.clock().advance(SignedDuration::from_secs(1));
    calyptia.fake.put_file("a", "theirs");
    assert_ne!(calyptia.list().await["a"].revision, made.revision);
    assert_eq!(kind(calyptia.replace(&made, "a", b"1").await), ErrorKind::RevisionMismatch);
    assert_eq!(calyptia.contents(), [("a".to_owned(), "theirs".into())]);
}

/// Somebody else writes right after us, before we have looked: theirs isn't taken for ours.
#[tokio::test]
async fn a_write_that_follows_ours_is_not_taken_for_it() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    let made = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.clock().advance(SignedDuration::from_secs(1));
    calyptia.fake.inject(Fault::new(Effect::Delay { ms: 20 }).at([Endpoint::List]).nth(2));
    let ours = calyptia.replace(&made, "a", b"ours");
    let theirs = async {
        while calyptia.requests(Endpoint::Update) < 1 {
            tokio::task::yield_now().await;
        }
        calyptia.fake.clock().advance(SignedDuration::from_secs(1));
        calyptia.fake.put_file("a", "theirs");
    };
    let (ours, ()) = tokio::join!(ours, theirs);
    assert_ne!(calyptia.list().await["a"].revision, ours.unwrap().remote.revision);
}

#[tokio::test]
async fn a_rename_keeps_a_change_visible_that_got_between() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    let made = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.clock().advance(SignedDuration::from_secs(1));
    calyptia.fake.inject(Fault::new(Effect::RaceVersion { content: "theirs".into() }).at([Endpoint::Update]));
    let moved = calyptia.rename(&made, "a", "b").await.unwrap();
    assert_ne!(calyptia.list().await["b"].revision, moved.revision);
}

#[tokio::test]
async fn a_file_stays_as_it_is_whatever_the_account_says() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    calyptia.fake.put_file("readable", "0");
    let readable = calyptia.list().await.remove("readable").unwrap();
    let edited = calyptia.replace(&readable, "readable", b"1").await.unwrap().remote;
    assert!(!edited.write_only && !calyptia.fake.files()[0].encrypted);

    let calyptia = Calyptia::start();
    calyptia.fake.put_encrypted("secret", "0");
    let secret = calyptia.list().await.remove("secret").unwrap();
    let edited = calyptia.replace(&secret, "secret", b"1").await.unwrap().remote;
    assert!(edited.write_only && calyptia.fake.files()[0].encrypted);
    calyptia.no_breaches();
}

#[tokio::test]
async fn the_ceiling_is_that_of_the_ciphertext() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    calyptia.create("a", &pattern(387_072)).await.unwrap();
    assert_eq!(kind(calyptia.create("b", &pattern(387_073)).await), ErrorKind::TooLarge);
    let other = open(&calyptia.fake, &[]);
    let secret = calyptia.list().await.remove("a").unwrap();
    let calyptia = Calyptia { provider: other, ..calyptia };
    assert_eq!(kind(calyptia.replace(&secret, "a", &pattern(387_073)).await), ErrorKind::TooLarge);
    calyptia.no_breaches();
}

/// Whether the file that is there is ours can't be seen: it is asked about, not overwritten.
#[tokio::test]
async fn a_lost_answer_is_a_question() {
    let calyptia = Calyptia::encrypting(FakeCalyptia::with());
    calyptia.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::Create]).first(1));
    assert_eq!(kind(calyptia.create("a", b"0").await), ErrorKind::Network);
    assert_eq!(kind(calyptia.create("a", b"0").await), ErrorKind::AlreadyExists);
}
