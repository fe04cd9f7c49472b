//! A person signs in: what the browser brings, and what comes of it.

use std::net::TcpListener;

use tidemark_providers::{ErrorKind, Retry};
use tidemark_tests::fake::identity::{BreachKind, DESKTOP, Decision, Effect, Endpoint, FakeIdentity, Fault};
use tidemark_tests::fake::raw;

use crate::browser;
use crate::kept::Kept;
use crate::scene::{Scene, error, needs_sign_in};

#[tokio::test]
async fn a_person_signs_in_and_the_account_is_good() {
    let scene = Scene::new();
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    assert!(link.contains("code_challenge_method=S256") && !link.contains("canary"), "{link}");
    let (refresh, page) = tokio::join!(attempt.finish(), browser::signs_in(&link));
    assert!(page.contains("You can close this window"), "{page}");
    let kept = Kept::new(Some(refresh.unwrap().expose()));
    scene.open(&kept).check().await.unwrap();
    scene.no_breaches();
}

#[tokio::test]
async fn the_address_is_given_free_after_the_answer() {
    let scene = Scene::new();
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    let back = browser::is_sent_back_to(&link).await;
    let (finished, _) = tokio::join!(attempt.finish(), browser::opens(&back));
    finished.unwrap();
    assert!(raw::send("GET", &back, &[], b"").is_err());
}

#[tokio::test]
async fn what_does_not_belong_to_this_sign_in_does_not_end_it() {
    let scene = Scene::new();
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    let back = browser::is_sent_back_to(&link).await;
    let (address, _) = back.split_once('?').unwrap();
    let visits = async {
        for strange in [
            format!("{address}?code=stolen&state=guessed"),
            format!("{address}?error=access_denied&state=guessed"),
            address.to_owned(),
            address.replace("/signin-callback", "/favicon.ico"),
        ] {
            assert_eq!(browser::opens(&strange).await.status, 404, "{strange}");
        }
        browser::opens(&back).await
    };
    let (finished, page) = tokio::join!(attempt.finish(), visits);
    finished.unwrap();
    assert_eq!(page.status, 200);
    scene.no_breaches();
}

#[tokio::test]
async fn a_person_who_says_no_is_understood() {
    let scene = Scene::new();
    scene.identity.decide(Decision::Deny);
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    let (finished, page) = tokio::join!(attempt.finish(), browser::signs_in(&link));
    let refused = error(finished);
    assert_eq!(refused.kind, ErrorKind::Refused);
    assert!(refused.sentence().contains("declined (The person said no)"), "{}", refused.sentence());
    assert!(page.contains("nothing has changed"), "{page}");
    assert_eq!(scene.times_asked_for_tokens(), 0);
}

#[tokio::test]
async fn a_code_that_somebody_else_used_is_worth_nothing() {
    let scene = Scene::new();
    let attempt = scene.begin(&[]).await.unwrap();
    let back = browser::is_sent_back_to(attempt.link()).await;
    let form = back.split_once('?').unwrap().1.split('&').find(|part| part.starts_with("code=")).unwrap();
    let redirect = back.split_once('?').unwrap().0.replace(':', "%3A").replace('/', "%2F");
    let verifier = "x".repeat(43);
    let form = format!(
        "grant_type=authorization_code&client_id={DESKTOP}&{form}&code_verifier={verifier}&redirect_uri={redirect}"
    );
    let address = format!("{}/connect/token", scene.identity.base_url());
    let header = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(raw::send("POST", &address, &header, form.as_bytes()).unwrap().status, 400);
    let (finished, _) = tokio::join!(attempt.finish(), browser::opens(&back));
    let refused = error(finished);
    assert_eq!((refused.kind, needs_sign_in(&refused)), (ErrorKind::Unauthorized, false));
    let kinds: Vec<_> = scene.identity.breaches().into_iter().map(|breach| breach.kind).collect();
    assert_eq!(kinds, [BreachKind::WrongVerifier, BreachKind::UsedCode]);
}

#[tokio::test]
async fn a_sign_in_that_would_end_within_the_hour_is_refused() {
    let scene = Scene::with(FakeIdentity::with().without_refresh_tokens());
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    let (finished, _) = tokio::join!(attempt.finish(), browser::signs_in(&link));
    let refused = error(finished);
    assert_eq!(refused.kind, ErrorKind::Settings);
    assert!(refused.sentence().contains("offline_access"));
}

#[tokio::test]
async fn an_identity_server_that_fails_after_the_browser_came_back_is_named() {
    let scene = Scene::new();
    scene.identity.inject(Fault::new(Effect::Status { code: 503, retry_after: None }).at([Endpoint::Token]));
    let attempt = scene.begin(&[]).await.unwrap();
    let link = attempt.link().to_owned();
    let (finished, _) = tokio::join!(attempt.finish(), browser::signs_in(&link));
    let refused = error(finished);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Unavailable, Retry::Backoff));
}

#[tokio::test]
async fn a_registered_address_with_a_port_is_kept_to() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    let redirect = format!("http://localhost:{port}/back");
    let scene = Scene::with(FakeIdentity::with().redirect(&redirect));
    let busy = error(scene.begin(&[("redirect_uri", &redirect)]).await);
    assert_eq!(busy.kind, ErrorKind::LocalIo);
    assert!(busy.sentence().contains(&redirect), "{}", busy.sentence());
    drop(free);
    let attempt = scene.begin(&[("redirect_uri", &redirect)]).await.unwrap();
    let back = browser::is_sent_back_to(attempt.link()).await;
    let here = back.replace("localhost", "127.0.0.1");
    let (finished, _) = tokio::join!(attempt.finish(), browser::opens(&here));
    finished.unwrap();
    scene.no_breaches();
}

#[tokio::test]
async fn settings_that_take_no_sign_in_say_so() {
    let scene = Scene::new();
    for (changes, part) in [
        (("auth", "token"), "auth=token"),
        (("auth", "client-credentials"), "takes no person"),
        (("client_id", ""), "\"client_id\" is missing"),
        (("issuer", "http://ims.example.com"), "unencrypted"),
        (("redirect_uri", "https://example.com/"), "\"redirect_uri\""),
    ] {
        let refused = error(scene.begin(&[changes, ("allow_http", "true")]).await);
        assert_eq!(refused.kind, ErrorKind::Settings);
        assert!(refused.sentence().contains(part), "{}", refused.sentence());
    }
}
