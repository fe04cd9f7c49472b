//! Client credentials: no person, no browser, no refresh token.

use tidemark_providers::{ErrorKind, Retry};
use tidemark_tests::fake::identity::SERVICE_SECRET;

use crate::scene::{Scene, error, needs_sign_in};

#[tokio::test]
async fn a_machine_needs_no_person() {
    let scene = Scene::new();
    let provider = scene.machine(SERVICE_SECRET);
    provider.check().await.unwrap();
    scene.identity.passes().end_all();
    provider.check().await.unwrap();
    assert_eq!(scene.times_asked_for_tokens(), 2);
    scene.no_breaches();
}

#[tokio::test]
async fn a_wrong_secret_is_refused_once() {
    let scene = Scene::new();
    let provider = scene.machine("canary");
    for _ in 0..3 {
        let refused = error(provider.check().await);
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
        assert!(!needs_sign_in(&refused));
    }
    assert_eq!(scene.times_asked_for_tokens(), 1);
}
