//! What happens is told in a row that can be taken up again.

use crate::served::{Served, nothing};

#[test]
fn what_happens_is_told_and_can_be_taken_up_again() {
    let served = Served::new();
    let cookie = served.signs_in();
    let since = served.gets(&cookie, "overview", &nothing())["seq"].as_u64().unwrap();
    let mut notices = served.listens(&cookie, since);
    served.person.writes("docs/a.txt", "a");
    let uploaded = |report: &serde_json::Value| report["uploaded"] == 1;
    let mut told = notices.settled();
    while !uploaded(&told.1) {
        told = notices.settled();
    }
    drop(notices);
    let mut again = served.listens(&cookie, since);
    let mut found = again.settled();
    while !uploaded(&found.1) {
        found = again.settled();
    }
    assert_eq!(found, told);
    assert_ne!(served.listens(&cookie, told.0 + 1).next().0, told.0);
}

#[test]
fn u13_another_process_says_that_there_is_a_gap() {
    let mut served = Served::new();
    let cookie = served.signs_in();
    let since = served.gets(&cookie, "overview", &nothing())["seq"].as_u64().unwrap();
    served.is_killed_and_starts_again();
    let (seq, notice) = served.listens(&cookie, since).next();
    assert_eq!(notice["kind"], "gap");
    assert!(seq >= since, "{seq} {since}");
}
