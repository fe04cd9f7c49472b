//! Syncs that are killed in the middle of a large file.

use crate::files::noise;
use crate::places::{Effect, Fault, On};
use crate::scene::Scene;

const HUGE: usize = 70 << 20;
/// Of nine.
const PARTS: u64 = 5;
const PART: u64 = 8 << 20;
/// What was under way at the kill may come again, and a little of what had arrived.
const AT_MOST_AGAIN: u64 = HUGE as u64 - 2 * PART;

/// Nothing more is answered after so many requests.
fn stops(on: On, after: u64) -> Fault {
    Fault { skip: after, ..Fault::new(Effect::Delay { ms: 3_600_000 }).at([on]) }
}

/// Says what a resumed transfer saved, for those who look.
fn saved(scene: &Scene, way: &str, again: u64) {
    let saved = (HUGE as u64).saturating_sub(again) >> 20;
    println!("{}, {way}: {} MiB after the kill, {saved} MiB saved", scene.place.provider(), again >> 20);
}

pub(crate) fn an_upload_of_seventy_mebibytes_goes_on_after_a_kill(scene: Scene) {
    if !scene.holds("huge", HUGE) {
        return;
    }
    scene.write("huge", noise(1, HUGE));
    let parts = if scene.able.resumable_upload { PARTS } else { 0 };
    scene.sync_killed(stops(On::Upload, parts), || scene.fake().traffic().bytes_in >= parts * PART);
    assert!(scene.there().is_empty(), "a file is whole or isn't there");
    scene.fake().forget_traffic();
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let sent = scene.fake().traffic().bytes_in;
    saved(&scene, "up", sent);
    assert_eq!(scene.able.resumable_upload, sent <= AT_MOST_AGAIN, "{sent} bytes were sent after the kill");
    scene.is_in_step();
}

pub(crate) fn a_download_of_seventy_mebibytes_goes_on_after_a_kill(scene: Scene) {
    if !scene.holds("huge", HUGE) {
        return;
    }
    scene.write("huge", noise(1, HUGE));
    scene.sync().ends(0);
    let second = scene.second_computer();
    let on = if second.able.signed_links { On::SignedDownload } else { On::Download };
    second.sync_killed(stops(on, PARTS), || second.staged() >= PARTS * PART);
    assert!(second.here().is_empty(), "a file is whole or isn't there");
    second.fake().forget_traffic();
    second.sync().ends(0).did(&[("downloaded", 1)]);
    let fetched = second.fake().traffic().bytes_out;
    saved(&second, "down", fetched);
    // Where revisions don't show every edit, parts that came before and after could be of two contents.
    let goes_on = second.able.ranged_download && !second.able.weak_revision;
    assert_eq!(goes_on, fetched <= AT_MOST_AGAIN, "{fetched} bytes came after the kill");
    second.is_in_step();
}
