//! Access tokens end, refresh tokens are replaced, and nobody has to sign in for that.

use std::time::Duration;

use futures_util::future::join_all;
use tidemark_providers::{ErrorKind, Retry, oauth};
use tidemark_tests::fake::identity::{Effect, Endpoint, FakeIdentity, Fault};

use crate::kept::Kept;
use crate::scene::{Scene, error, needs_sign_in};

#[tokio::test]
async fn a_refresh_token_is_replaced_and_kept() {
    let scene = Scene::new();
    let (kept, provider) = scene.signed_in();
    let first = kept.secret();
    provider.check().await.unwrap();
    let second = kept.secret();
    assert_ne!(first, second);
    provider.check().await.unwrap();
    assert_eq!((kept.secret(), scene.times_asked_for_tokens()), (second, 1));
    scene.no_breaches();
}

#[tokio::test]
async fn a_refresh_token_that_stays_good_stays() {
    let scene = Scene::with(FakeIdentity::with().keeps_refresh_tokens());
    let (kept, provider) = scene.signed_in();
    let first = kept.secret();
    provider.check().await.unwrap();
    assert_eq!(kept.secret(), first);
}

#[tokio::test]
async fn an_access_token_that_ends_in_between_is_renewed_once_for_all() {
    let scene = Scene::new();
    let (_, provider) = scene.signed_in();
    provider.check().await.unwrap();
    scene.identity.passes().end_all();
    for result in join_all((0..16).map(|_| provider.check())).await {
        result.unwrap();
    }
    assert_eq!(scene.times_asked_for_tokens(), 2);
    scene.no_breaches();
}

#[tokio::test]
async fn an_access_token_is_renewed_before_it_ends() {
    let scene = Scene::new();
    let (_, provider) = scene.signed_in();
    provider.check().await.unwrap();
    for (seconds, asked) in [(3500, 1), (50, 2)] {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        tokio::time::resume();
        provider.check().await.unwrap();
        assert_eq!(scene.times_asked_for_tokens(), asked);
    }
    assert_eq!(scene.evo.summary().by_status.get(&401), None);
}

#[tokio::test]
async fn a_service_that_refuses_fresh_tokens_too_is_asked_twice() {
    let scene = Scene::new();
    let (_, provider) = scene.signed_in();
    provider.check().await.unwrap();
    scene.evo.forget_requests();
    scene.evo.inject(tidemark_tests::fake::evo::Fault::new(tidemark_tests::fake::evo::Effect::Status {
        code: 401,
        retry_after: None,
    }));
    let refused = error(provider.check().await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
    assert!(needs_sign_in(&refused));
    assert_eq!((scene.evo.summary().requests, scene.times_asked_for_tokens()), (2, 2));
}

#[tokio::test]
async fn everybody_takes_turns_with_a_refresh_token() {
    let scene = Scene::new();
    let kept = Kept::new(Some(&scene.identity.signed_in()));
    let processes: Vec<_> = (0..8).map(|_| scene.open(&kept)).collect();
    for _ in 0..3 {
        for result in join_all(processes.iter().map(|process| process.check())).await {
            result.unwrap();
        }
        scene.identity.passes().end_all();
    }
    assert_eq!(scene.times_asked_for_tokens(), 24);
    scene.no_breaches();
}

#[tokio::test]
async fn a_revoked_sign_in_waits_for_a_person_and_asks_no_more() {
    let scene = Scene::new();
    let (kept, provider) = scene.signed_in();
    provider.check().await.unwrap();
    scene.identity.revoke_sign_ins();
    for _ in 0..3 {
        let refused = error(provider.check().await);
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
        assert!(needs_sign_in(&refused), "{}", refused.sentence());
        assert!(refused.sentence().contains("the sign-in was ended"), "{}", refused.sentence());
    }
    assert_eq!(scene.times_asked_for_tokens(), 2);
    kept.put(&scene.identity.signed_in());
    provider.check().await.unwrap();
    scene.no_breaches();
}

#[tokio::test]
async fn an_account_that_nobody_signed_in_to_says_so() {
    let scene = Scene::new();
    let refused = error(scene.open(&Kept::new(None)).check().await);
    assert_eq!(refused.kind, ErrorKind::Unauthorized);
    assert!(needs_sign_in(&refused) && refused.sentence().contains("nobody has signed in"));
    assert_eq!((scene.times_asked_for_tokens(), scene.evo.summary().requests), (0, 0));
}

#[tokio::test]
async fn an_identity_server_that_fails_is_asked_again_later() {
    let scene = Scene::new();
    let (kept, provider) = scene.signed_in();
    let status = |code| Effect::Status { code, retry_after: Some(7) };
    for (effect, kind, retry) in [
        (status(503), ErrorKind::Unavailable, Retry::After(Duration::from_secs(7))),
        (status(429), ErrorKind::RateLimited, Retry::After(Duration::from_secs(7))),
        (status(404), ErrorKind::Protocol, Retry::Backoff),
        (Effect::Html, ErrorKind::Protocol, Retry::Backoff),
        (Effect::CloseBeforeAnswer, ErrorKind::Network, Retry::Backoff),
    ] {
        let first = kept.secret();
        scene.identity.inject(Fault::new(effect).at([Endpoint::Token]));
        let refused = error(provider.check().await);
        assert_eq!((refused.kind, refused.retry), (kind, retry), "{}", refused.sentence());
        scene.identity.heal();
        assert_eq!(kept.secret(), first);
    }
    drop(scene.identity);
    assert_eq!(error(provider.check().await).kind, ErrorKind::Network);
}

#[tokio::test]
async fn a_failed_attempt_counts_for_all_who_wait_for_it() {
    let scene = Scene::new();
    let (_, provider) = scene.signed_in();
    scene.identity.inject(Fault::new(Effect::Status { code: 503, retry_after: None }).at([Endpoint::Token]));
    for result in join_all((0..16).map(|_| provider.check())).await {
        assert_eq!(error(result).kind, ErrorKind::Unavailable);
    }
    assert_eq!(scene.times_asked_for_tokens(), 1);
    scene.identity.heal();
    provider.check().await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_kept_is_kept_before_anything_else() {
    let scene = Scene::new();
    let (kept, provider) = scene.signed_in();
    kept.is_full(true);
    for _ in 0..2 {
        assert_eq!(error(provider.check().await).kind, ErrorKind::LocalIo);
    }
    assert_eq!((scene.times_asked_for_tokens(), scene.evo.summary().requests), (1, 0));
    kept.is_full(false);
    provider.check().await.unwrap();
    assert_eq!(scene.times_asked_for_tokens(), 1);
    scene.open(&kept).check().await.unwrap();
    scene.no_breaches();
}

#[tokio::test]
async fn who_stops_waiting_loses_no_refresh_token() {
    let scene = Scene::new();
    let (kept, provider) = scene.signed_in();
    let first = kept.secret();
    tokio::select! {
        biased;
        _ = provider.check() => panic!("it can't be done at once"),
        () = tokio::task::yield_now() => {}
    }
    tokio::time::timeout(Duration::from_secs(20), oauth::settled()).await.unwrap();
    assert_ne!(kept.secret(), first);
    provider.check().await.unwrap();
    assert_eq!(scene.times_asked_for_tokens(), 1);
    scene.no_breaches();
}
