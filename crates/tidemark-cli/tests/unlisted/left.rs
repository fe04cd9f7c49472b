//! What is left at the service is told of, and what is still to be deleted there keeps nobody waiting.

use tidemark_tests::fake::kognitos::{Effect, Endpoint, Fault};

use crate::scene::{kognitos, somebody};

const REFUSED: Effect = Effect::Status { code: 403, retry_after: None };

#[test]
fn what_an_import_put_another_file_in_the_place_of_stays_known() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    for (person, text) in [(&one, "by one"), (&other, "by another")] {
        person.writes("docs/a", text);
        person.syncs(0);
    }
    let lost = one.manifest()[0].1.clone();
    for _ in 0..2 {
        one.imports_of(&other);
    }
    one.syncs(3);
    let orphans = one.types("--json status").json()["pairs"][0]["possible_orphans"].clone();
    assert_eq!(orphans.as_array().unwrap().len(), 1, "{orphans:#}");
    assert_eq!((&orphans[0]["path"], &orphans[0]["size"]), (&"a".into(), &6.into()), "{orphans:#}");
    assert_eq!(orphans[0]["id"], lost);
    assert_eq!(service.content(&lost).unwrap(), "by one");
    let status = one.types("status");
    status.said(&lost).said("an import put another file in its place");
}

#[test]
fn what_leads_somewhere_again_is_not_told_as_left() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    for (person, text) in [(&one, "by one"), (&other, "by another")] {
        person.writes("docs/a", text);
        person.syncs(0);
    }
    let own = one.types("pair export docs").succeeded().stdout;
    one.imports_of(&other);
    one.imports(&own);
    let orphans = one.types("--json status").json()["pairs"][0]["possible_orphans"].clone();
    assert_eq!(orphans[0]["id"], other.manifest()[0].1, "{orphans:#}");
    assert_eq!(orphans.as_array().unwrap().len(), 1, "{orphans:#}");
}

#[test]
fn what_is_still_to_be_deleted_there_is_not_asked_for_while_the_service_is_away() {
    let service = kognitos();
    let person = somebody(&service);
    let names = ["a", "b", "c"];
    let edit = |text: &str| names.iter().for_each(|name| person.writes(&format!("docs/{name}"), text));
    edit("one");
    person.syncs(0);
    service.inject(Fault::new(REFUSED).at([Endpoint::Delete]));
    edit("another");
    person.syncs(0);
    assert_eq!(service.files().len(), 2 * (names.len() + 1));
    service.heal();
    service.inject(Fault::new(Effect::Html));
    service.forget_requests();
    person.syncs(1);
    let deletions = service.requests().into_iter().filter(|request| request.endpoint == Endpoint::Delete);
    assert_eq!(deletions.count(), 0);
    service.heal();
    person.syncs(0);
    assert_eq!(service.files().len(), names.len() + 1);
}
