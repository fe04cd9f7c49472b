//! Fetching files from a service that breaks off, lies, or sends elsewhere: a file is whole or it isn't there.

use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use crate::scene::{Scene, noise};

const HUGE: usize = 20 << 20;

fn others_have_written() -> Scene {
    let scene = Scene::new();
    for (path, content) in [("a/x.txt", "x1"), ("b.txt", "b1"), ("s/empty", "")] {
        scene.put(path, content);
    }
    scene.put("huge", noise(2, HUGE));
    scene
}

/// Four files come in one sync although this goes wrong.
#[track_caller]
fn gets_through(fault: Fault) -> Scene {
    let scene = others_have_written();
    scene.fault(fault);
    scene.sync().ends(0).did(&[("downloaded", 4)]);
    assert!(scene.evo().faults_fired()[0] > 0, "nothing went wrong");
    scene.evo().heal();
    scene.is_in_step();
    scene
}

fn contents(effect: Effect, times: u64) -> Fault {
    Fault::new(effect).at([Endpoint::GetBlob]).first(times)
}

#[test]
fn f28_bodies_that_break_off() {
    gets_through(contents(Effect::TruncateBody { after: 1 }, 3));
    gets_through(contents(Effect::TruncateBody { after: 1000 }, 3).path("huge"));
}

#[test]
fn f28_short_bodies() {
    gets_through(contents(Effect::ShortBody { missing: 1 }, 2));
    gets_through(contents(Effect::ShortBody { missing: 1 }, 2).path("huge"));
}

#[test]
fn f31_a_web_page_for_a_content() {
    gets_through(contents(Effect::Html, 2));
}

#[test]
fn f20_every_third_request_fails_with_500() {
    gets_through(Fault::new(Effect::Status { code: 500, retry_after: None }).every(3));
}

#[test]
fn links_that_have_expired_are_asked_for_again() {
    gets_through(contents(Effect::Status { code: 403, retry_after: None }, 2));
}
