//! Services that fail, lie, and break off.

use std::collections::BTreeSet;

use crate::places::{Effect, Fault, On};
use crate::scene::Scene;

const WITH_BAD_NAMES: [&str; 6] = [
    "../outside.txt",
    "/etc/passwd",
    "a//b.txt",
    "a/../../b.txt",
    ".tidemark/kept/x",
    "line\nbreak\u{1b}[2J",
];

fn status(code: u16, retry_after: Option<u64>) -> Effect {
    Effect::Status { code, retry_after }
}

fn has_changes_on_both_sides(scene: &Scene) {
    scene.write("a/x.txt", "x two");
    scene.write("new here.txt", "new here");
    scene.delete("b.txt");
    scene.remove("c/d/z.txt");
    if scene.is_shared() {
        scene.put("new there.txt", "new there");
    }
}

fn arrived(scene: &Scene) {
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x two"));
    assert_eq!(scene.texts("new here.txt")[1].as_deref(), Some("new here"));
    assert_eq!([scene.texts("b.txt"), scene.texts("c/d/z.txt")], [[None, None], [None, None]]);
    if scene.is_shared() {
        assert_eq!(scene.texts("new there.txt")[0].as_deref(), Some("new there"));
    }
}

/// One sync gets it all done, whatever passes while it does.
pub(crate) fn bursts_of_faults_pass_within_one_sync(scene: Scene) {
    let mut scene = scene;
    let everywhere = [
        Fault::new(status(429, Some(1))).first(2),
        Fault::new(status(503, None)).first(3),
        Fault::new(status(500, None)).every(7),
        Fault::new(Effect::CloseBeforeAnswer).every(7),
    ];
    let mut faults: Vec<Vec<Fault>> = everywhere.into_iter().map(|fault| vec![fault]).collect();
    let lost = |on: &[On]| Fault::new(Effect::CloseAfterEffect).at(on.iter().copied()).first(2);
    faults.push(vec![lost(&[On::Listing]), lost(&[On::Download]), lost(&[On::Delete])]);
    if scene.able.repeatable_upload {
        faults.push(vec![lost(&[On::Upload])]);
    }
    for faults in faults {
        let place = scene.place.clone();
        let told = format!("{faults:?}");
        scene = scene.in_step();
        has_changes_on_both_sides(&scene);
        faults.into_iter().for_each(|fault| scene.fault(fault));
        let said = scene.sync();
        assert_eq!(said.said.code, 0, "{told}: {:#}\n{}", said.pair, said.said.stderr);
        assert!(scene.fake().fired() > 0, "{told}: nothing went wrong");
        scene.fake().heal();
        arrived(&scene);
        scene.is_in_step();
        for path in scene.there().into_keys().collect::<Vec<_>>() {
            std::fs::remove_file(scene.person.path("docs").join(path)).unwrap();
        }
        let said = scene.types("--json sync --confirm-deletes");
        assert_eq!(said.code, 0, "{}", said.stdout);
        drop(scene);
        scene = Scene::before(place);
    }
}

/// Contents and listings that break off are fetched again, and no half is ever taken for the whole.
pub(crate) fn what_breaks_off_is_fetched_again(scene: Scene) {
    let scene = scene.in_step();
    let there = scene.there();
    for after in [0, 1, 10] {
        let second = scene.second_computer();
        for on in [On::Listing, On::Download] {
            second.fault(Fault::new(Effect::TruncateBody { after }).at([on]).first(2));
        }
        let said = second.sync().ends(0);
        assert!(second.here() == there, "{:#}", said.pair);
        assert!(scene.fake().fired() > 0, "nothing went wrong");
        scene.fake().heal();
        second.is_in_step();
    }
}

/// A captive portal answers everything by a page: nothing is believed, and nothing touched.
pub(crate) fn a_web_page_is_no_listing(scene: Scene) {
    let scene = scene.in_step();
    has_changes_on_both_sides(&scene);
    let (here, there) = (scene.here(), scene.there());
    scene.fault(Fault::new(Effect::Html));
    scene.sync().ends(1).did(&[]);
    assert!(scene.here() == here && scene.there() == there, "something was touched");
    scene.fake().heal();
    scene.sync().ends(0);
    arrived(&scene);
    scene.is_in_step();
}

/// What was listed before the failure isn't taken for everything that there is.
pub(crate) fn a_listing_that_fails_on_page_three_decides_nothing(scene: Scene) {
    scene.place.has_three_pages();
    let scene = scene.in_step_with_others();
    let second = scene.second_computer();
    second.sync().ends(0);
    second.write("new.txt", "new");
    let (here, there) = (second.here(), second.there());
    // The next look is a full one: the state is gone, and with it what is known.
    for name in
        std::fs::read_dir(second.person.path("home/pairs")).unwrap().map(|entry| entry.unwrap().path())
    {
        if name.to_string_lossy().contains(".db") {
            std::fs::remove_file(name).unwrap();
        }
    }
    second.fault(Fault { skip: 2, ..Fault::new(status(403, None)).at([On::Listing]) });
    let said = second.sync().ends(1).did(&[]);
    assert!(second.fake().fired() > 0, "there are three pages: {:#}", said.pair);
    assert!(second.here() == here && second.there() == there, "something was touched");
    second.fake().heal();
    second.sync().ends(0).did(&[("uploaded", 1)]);
    second.is_in_step();
}

impl Scene {
    /// In step, with what was there before.
    fn in_step_with_others(self) -> Self {
        for number in 0..9 {
            self.write(&format!("f{}/{number}", number % 3), format!("number {number}"));
        }
        self.sync().ends(0);
        self.is_in_step();
        self
    }
}

pub(crate) fn links_that_have_expired_are_asked_for_again(scene: Scene) {
    if !scene.able.signed_links {
        return;
    }
    let large = crate::files::noise(3, crate::files::LARGE);
    scene.write("large", large.clone());
    scene.sync().ends(0);
    let second = scene.second_computer();
    second.fault(Fault::new(status(403, None)).at([On::SignedDownload]).first(2));
    second.sync().ends(0).did(&[("downloaded", 1)]);
    assert!(second.here()["large"] == large);
    assert!(scene.fake().fired() > 0, "no link was used");
    scene.fake().heal();
    second.is_in_step();
}

pub(crate) fn a_revoked_secret_is_said_and_nothing_is_touched(scene: Scene) {
    let scene = scene.in_step();
    has_changes_on_both_sides(&scene);
    let (here, there) = (scene.here(), scene.there());
    scene.fake().revoke(true);
    scene.sync().ends(1).did(&[]).failed("unauthorized", &["work"]);
    assert!(scene.here() == here && scene.there() == there, "something was touched");
    scene.fake().revoke(false);
    scene.sync().ends(0);
    arrived(&scene);
    scene.is_in_step();
}

/// Names that lead elsewhere are problems; what is beside them comes, and nothing is written outside of the folder.
pub(crate) fn hostile_names_are_left_there(scene: Scene) {
    if !scene.is_shared() {
        return;
    }
    for name in WITH_BAD_NAMES {
        scene.place.put(name, scene.remembered(format!("hostile {name:?}")));
    }
    scene.put("good.txt", "good");
    let beside = || -> BTreeSet<_> {
        let entries = std::fs::read_dir(scene.person.path("")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = beside();
    let said = scene.sync().ends(5);
    assert!(!said.pair["problems"].as_array().unwrap().is_empty(), "{:#}", said.pair);
    assert_eq!(beside(), before);
    let here: Vec<String> = scene.here().into_keys().collect();
    assert_eq!(here, ["good.txt"], "{:#}", said.pair);
    let text = scene.types("sync").ended_with(5);
    assert!(!text.stdout.contains('\u{1b}'), "{:?}", text.stdout);
    scene.write("new.txt", "new");
    scene.sync().ends(5).did(&[("uploaded", 1)]);
}
