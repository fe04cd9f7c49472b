//! Sending files to a service that fails now and then: one sync gets it done.

use jiff::SignedDuration;
use tidemark_tests::fake::evo::{Effect, Endpoint, FakeEvo, Fault, Lag, Settings};

use crate::scene::{LARGE, Scene, noise};

fn status(code: u16) -> Effect {
    Effect::Status { code, retry_after: None }
}

/// Six files go up in one sync although this goes wrong.
#[track_caller]
fn gets_through(settings: Settings, faults: impl IntoIterator<Item = Fault>) -> Scene {
    let scene = Scene::with(settings, "").and_files();
    scene.write("in blocks", noise(1, LARGE));
    for fault in faults {
        scene.fault(fault);
    }
    scene.sync().ends(0).did(&[("uploaded", 6)]);
    assert!(scene.evo().faults_fired().iter().all(|fired| *fired > 0), "nothing went wrong");
    for file in scene.evo().files() {
        assert_eq!(scene.evo().versions(&file.path).len(), 1, "{} went up once", file.path);
    }
    scene.evo().heal();
    scene.is_in_step();
    scene
}

#[test]
fn files_go_up() {
    gets_through(FakeEvo::with(), []);
}

#[test]
fn f20_a_burst_of_503_passes() {
    gets_through(FakeEvo::with(), [Fault::new(status(503)).first(3)]);
}

#[test]
fn f20_every_third_request_fails_with_500() {
    gets_through(FakeEvo::with(), [Fault::new(status(500)).every(3)]);
}

#[test]
fn f20_the_time_that_429_asks_for_is_kept() {
    let scene = Scene::new();
    scene.write("a.txt", "a");
    for endpoint in [Endpoint::List, Endpoint::LinkByPath] {
        scene.fault(Fault::new(Effect::Status { code: 429, retry_after: Some(1) }).at([endpoint]).first(1));
    }
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    assert_eq!(scene.evo().faults_fired(), [1, 1]);
    let mut requests = scene.evo().requests();
    requests.sort_by_key(|request| request.came_ms);
    for pair in requests.windows(2).filter(|pair| pair[0].status == Some(429)) {
        let waited = pair[1].came_ms - pair[0].came_ms;
        assert!(waited >= 1000, "{waited} ms after {pair:?}");
    }
    scene.evo().heal();
    scene.is_in_step();
}

#[test]
fn f20_connections_closed_without_effect() {
    gets_through(FakeEvo::with(), [Fault::new(Effect::CloseBeforeAnswer).every(4)]);
}

#[test]
fn f12_connections_closed_after_the_effect() {
    gets_through(FakeEvo::with(), [Fault::new(Effect::CloseAfterEffect).every(4)]);
}

#[test]
fn f12_contents_that_arrive_and_whose_answers_are_lost() {
    let contents = [Endpoint::PutBlob, Endpoint::PutBlock, Endpoint::PutBlockList];
    gets_through(FakeEvo::with(), [Fault::new(Effect::CloseAfterEffect).at(contents).first(4)]);
}

#[test]
fn f29_a_content_accepted_without_its_end() {
    let scene = Scene::new();
    scene.write("a.txt", "whole");
    scene.fault(Fault::new(Effect::StoreShort { missing: 1 }).at([Endpoint::PutBlob]).first(1));
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    assert_eq!(scene.texts("a.txt")[1].as_deref(), Some("whole"));
    scene.evo().heal();
    scene.is_in_step();
}

#[test]
fn f24_contents_that_are_processed_for_a_while() {
    gets_through(FakeEvo::with().processing(Lag::Requests(3)), []);
}

#[test]
fn f24_a_listing_that_lags_behind() {
    for lag in [Lag::Requests(3), Lag::Time(SignedDuration::from_secs(60))] {
        let scene = Scene::with(FakeEvo::with().listing_lag(lag), "").and_files();
        scene.sync().ends(0).did(&[("uploaded", 5)]);
        scene.sync().ends(0).did(&[]);
        scene.write("a/x.txt", "x2");
        scene.remove("b.txt");
        scene.sync().ends(0).did(&[("uploaded", 1), ("deleted_remote", 1)]);
        scene.sync().ends(0).did(&[]);
        scene.evo().clock().advance(SignedDuration::from_secs(61));
        for _ in 0..3 {
            scene.sync().ends(0).did(&[]);
        }
        scene.is_in_step();
    }
}
