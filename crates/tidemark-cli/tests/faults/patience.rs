//! A sync is patient for some twenty seconds before a failure counts as lasting, and for a few where something else
//! answers in the service's place. All such failures are waited for together.

use serde_json::json;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use crate::scene::Scene;

#[test]
fn what_lasts_is_said_when_patience_ends_and_the_next_sync_goes_on() {
    let patch = |value| Effect::PatchJson { pointer: "/files".into(), value };
    let elsewhere = |to: &str| Effect::Redirect { to: to.into() };
    let away = Effect::Status { code: 503, retry_after: None };
    std::thread::scope(|all| {
        for (effect, part) in [
            (Effect::GarbageJson { size: 10_000_000 }, "listing"),
            (Effect::Html, "web page"),
            (Effect::WrongTotal { by: 3 }, "listing"),
            (patch(json!(7)), "listing"),
            (Effect::DropField { pointer: "/files".into() }, "listing"),
            (elsewhere("https://example.org/"), "another address"),
        ] {
            all.spawn(move || f19_f31_a_listing_that_makes_no_sense(effect, part));
        }
        for effect in ["http://127.0.0.1:9/x", "file:///etc/passwd", "https://example.org/"].map(elsewhere) {
            all.spawn(move || a_content_that_is_elsewhere(effect));
        }
        all.spawn(move || f20_a_file_at_which_the_service_always_fails(away));
        all.spawn(no_network);
    });
}

fn f19_f31_a_listing_that_makes_no_sense(effect: Effect, part: &str) {
    let scene = Scene::new();
    scene.put("there.txt", "there");
    scene.sync().ends(0);
    scene.write("new.txt", "new");
    scene.put("newer.txt", "newer");
    let (here, there) = (scene.here(), scene.there());
    scene.fault(Fault::new(effect).at([Endpoint::List]));
    let advice = "nothing is lost; check that the address of \"work\" is that of the service";
    scene.sync().ends(1).failed("protocol", &[part, advice]).did(&[]);
    assert!(scene.here() == here && scene.there() == there, "something was changed");
    scene.evo().heal();
    scene.sync().ends(0).did(&[("uploaded", 1), ("downloaded", 1)]);
    scene.is_in_step();
}

fn a_content_that_is_elsewhere(effect: Effect) {
    let scene = Scene::new();
    scene.put("b.txt", "b");
    scene.put("c.txt", "c");
    scene.fault(Fault::new(effect).at([Endpoint::GetBlob]).path("b.txt"));
    let said = scene.sync().ends(5).did(&[("downloaded", 1)]).problems(&[("b.txt", "remote-failed")]);
    said.explains(&["b.txt", "another address", "Nothing was lost"]);
    assert_eq!(scene.texts("b.txt")[0], None);
    scene.evo().heal();
    scene.sync().ends(0).did(&[("downloaded", 1)]);
    scene.is_in_step();
}

fn f20_a_file_at_which_the_service_always_fails(effect: Effect) {
    let scene = Scene::new();
    scene.write("b.txt", "b");
    scene.write("c.txt", "c");
    scene.fault(Fault::new(effect).at([Endpoint::PutBlob]).path("b.txt"));
    let said = scene.sync().ends(5).did(&[("uploaded", 1)]).problems(&[("b.txt", "remote-failed")]);
    said.explains(&["b.txt", "503", "Nothing was lost"]);
    scene.evo().heal();
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}

fn no_network() {
    let scene = Scene::new().in_step();
    scene.write("new.txt", "new");
    let edit = |from: &str, to: &str| {
        let config = scene.person.path("home/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&config, text.replace(from, to)).unwrap();
    };
    let (here, address) = (scene.here(), scene.evo().base_url().to_owned());
    edit(&address, "http://127.0.0.1:1");
    let parts =
        ["listing", "no connection", "nothing is lost; try again later", "`tidemark account check work`"];
    scene.sync().ends(1).did(&[]).failed("service-away", &parts);
    assert!(scene.here() == here);
    edit("http://127.0.0.1:1", &address);
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}
