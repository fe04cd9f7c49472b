//! Services that are away, refuse, or answer nonsense: the sync fails with a sentence, nothing is touched, and the next
//! one goes on.

use jiff::SignedDuration;
use tidemark_tests::fake::evo::{Effect, Endpoint, FakeEvo, Fault, Role};

use crate::scene::Scene;

/// The sync fails and changes nothing; when all is well again the next one does it all.
#[track_caller]
fn fails_and_recovers(scene: &Scene, code: &str, parts: &[&str]) {
    let (here, there) = (scene.here(), scene.there());
    scene.sync().ends(1).failed(code, parts).did(&[]);
    assert!(scene.here() == here && scene.there() == there, "something was changed");
    scene.evo().heal();
    scene.evo().set_token(Some("evo-token"));
    scene.sync().ends(0);
    scene.is_in_step();
}

#[test]
fn f21_a_token_that_is_wrong() {
    let scene = Scene::new().in_step();
    scene.write("new.txt", "new");
    scene.evo().set_token(Some("another"));
    fails_and_recovers(&scene, "unauthorized", &["nothing is lost", "`tidemark account check work`"]);
}

#[test]
fn f21_a_token_that_is_revoked_in_mid_sync() {
    let scene = Scene::new().and_files();
    scene.fault(Fault::new(Effect::RevokeToken).nth(5));
    scene.sync().ends(1).failed("unauthorized", &["nothing is lost", "`tidemark account check work`"]);
    scene.evo().heal();
    scene.evo().set_token(Some("evo-token"));
    scene.sync().ends(0);
    scene.is_in_step();
}

#[test]
fn f21_a_role_that_may_only_read() {
    let scene = Scene::with(FakeEvo::with().role(Role::Viewer), "").and_files();
    scene.put("theirs.txt", "theirs");
    let refused = ["a/x.txt", "a/y.txt", "b.txt", "large", "s/empty"].map(|path| (path, "read-only"));
    for downloaded in [1, 0] {
        scene.sync().ends(5).did(&[("downloaded", downloaded)]).problems(&refused).explains(&[
            "a/x.txt",
            "Ask for a role that may write",
            "safe here",
        ]);
    }
    assert_eq!(scene.texts("theirs.txt"), [Some("theirs".to_owned()), Some("theirs".to_owned())]);
}

#[test]
fn f21_one_file_is_refused_and_the_others_go_up() {
    let scene = Scene::new().and_files();
    let refusal = Effect::Status { code: 403, retry_after: None };
    scene.fault(Fault::new(refusal).at([Endpoint::LinkByPath]).path("b.txt"));
    scene
        .sync()
        .ends(5)
        .did(&[("uploaded", 4)])
        .problems(&[("b.txt", "read-only")])
        .explains(&["b.txt", "Ask for a role"]);
    scene.evo().heal();
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}

#[test]
fn f18_an_empty_listing_with_200_deletes_nothing() {
    for age in [SignedDuration::ZERO, SignedDuration::from_hours(24)] {
        let scene = Scene::new();
        scene.evo().clock().advance(-age);
        let scene = scene.in_step();
        let here = scene.here();
        scene.fault(Fault::new(Effect::EmptyListing).at([Endpoint::List]));
        let said = scene.sync().did(&[]);
        assert!([0, 4].contains(&said.said.code), "{said:?}");
        scene.sync_with("--confirm-deletes").did(&[]);
        assert!(scene.here() == here);
        scene.evo().heal();
        scene.sync().ends(0).did(&[]);
        scene.is_in_step();
    }
}

#[test]
fn f19_a_file_that_a_listing_leaves_out_is_not_deleted() {
    let scene = Scene::new().in_step();
    scene.fault(Fault::new(Effect::DropFromListing { path: "b.txt".into() }).at([Endpoint::List]));
    scene.sync().ends(0).did(&[]);
    scene.evo().heal();
    scene.is_in_step();
}
