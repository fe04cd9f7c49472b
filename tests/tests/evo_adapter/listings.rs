use std::collections::BTreeMap;

use tidemark_providers::Retry;
use tidemark_providers::provider::{ChangePage, Cursor, Next};
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use super::*;

/// All pages from a cursor on: what is present or gone in the end, and the next cursor.
async fn follow(
    provider: &dyn Provider,
    since: Option<Cursor>,
) -> Result<(BTreeMap<String, bool>, Option<Cursor>)> {
    let mut state = BTreeMap::new();
    let mut since = since;
    loop {
        let page: ChangePage = provider.changes(since.as_ref()).await?;
        for change in page.changes {
            match change {
                RemoteChange::Present { path, .. } => state.insert(path.to_string(), true),
                RemoteChange::Gone { path, .. } => state.insert(path.to_string(), false),
            };
        }
        match page.next {
            Next::Page(cursor) => since = Some(cursor),
            Next::Done(cursor) => return Ok((state, cursor)),
        }
    }
}

fn present<const N: usize>(paths: [&str; N]) -> BTreeMap<String, bool> {
    paths.map(|path| (path.to_owned(), true)).into()
}

fn page_fault(effect: Effect) -> Fault {
    Fault::new(effect).at([Endpoint::List])
}

#[tokio::test]
async fn a_listing_is_of_the_folder_and_of_nothing_beside_it() {
    let evo = Evo::with(FakeEvo::with(), "A");
    for path in ["A/x", "A/sub/y", "AB/z", "w", "A/A"] {
        evo.fake.put_file(path, "1");
    }
    evo.fake.put_file("A/deleted", "1");
    evo.fake.delete("A/deleted");
    assert_eq!(follow(&*evo.provider, None).await.unwrap().0, present(["x", "sub/y", "A"]));
    evo.no_breaches();
}

#[tokio::test]
async fn many_pages_are_one_listing() {
    let evo = Evo::start();
    for number in 0..10_001 {
        evo.fake.put_file(&format!("d{}/f{number}", number % 7), "");
    }
    let (state, cursor) = follow(&*evo.provider, None).await.unwrap();
    assert_eq!((state.len(), evo.provider.requests()), (10_001, 3));
    assert!(cursor.is_some());
    evo.no_breaches();
}

#[tokio::test]
async fn what_is_deleted_while_the_pages_come_hides_nothing() {
    let evo = Evo::start();
    for number in 0..5_010 {
        evo.fake.put_file(&format!("f{number}"), "");
    }
    let first = evo.provider.changes(None).await.unwrap();
    let Next::Page(second) = first.next else { panic!("one page only") };
    for number in 0..5 {
        evo.fake.delete(&format!("f{number}"));
    }
    evo.fake.put_file("new", "");
    let (rest, cursor) = follow(&*evo.provider, Some(second)).await.unwrap();
    assert!(cursor.is_some());
    let expected: Vec<_> = (5_000..5_010).map(|number| format!("f{number}")).chain(["new".into()]).collect();
    assert_eq!(rest.into_keys().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn names_that_lead_out_are_reported_and_nothing_else() {
    let evo = Evo::start();
    for path in ["../x", "a/../b", ".tidemark/kept", "ok", "a\u{202e}b/../c"] {
        evo.fake.put_file(path, "1");
    }
    let page = evo.provider.changes(None).await.unwrap();
    assert_eq!((page.changes.len(), page.unusable.len()), (1, 4));
    assert!(page.unusable.iter().all(|name| !name.shown.contains('\u{202e}')));
}

#[tokio::test]
async fn one_broken_entry_breaks_only_itself() {
    for patch in [
        Effect::DropField { pointer: "/files/0/version_id".into() },
        Effect::PatchJson { pointer: "/files/0/name".into(), value: serde_json::json!(7) },
        Effect::PatchJson { pointer: "/files/0/name".into(), value: "a/b".into() },
        Effect::PatchJson { pointer: "/files/0".into(), value: serde_json::json!([]) },
    ] {
        let evo = Evo::start();
        evo.fake.put_file("a", "1");
        evo.fake.put_file("b", "1");
        evo.fake.inject(page_fault(patch.clone()));
        let page = evo.provider.changes(None).await.unwrap();
        assert_eq!((page.changes.len(), page.unusable.len()), (1, 1), "{patch:?}");
    }
}

#[tokio::test]
async fn two_files_of_one_path_are_one_and_a_report_and_no_delta() {
    let evo = Evo::start();
    evo.fake.put_file("a", "1");
    evo.fake.put_file("b", "1");
    let patch = Effect::PatchJson { pointer: "/files/1/name".into(), value: "a".into() };
    evo.fake.inject(page_fault(patch));
    let page = evo.provider.changes(None).await.unwrap();
    assert_eq!((page.changes.len(), page.unusable.len(), page.next), (1, 1, Next::Done(None)));
}

#[tokio::test]
async fn a_total_that_was_wrong_once_is_asked_for_again() {
    for by in [1, -1] {
        let evo = Evo::start();
        for path in ["a", "b", "c"] {
            evo.fake.put_file(path, "1");
        }
        evo.fake.inject(page_fault(Effect::WrongTotal { by }).first(1));
        let (state, _) = follow(&*evo.provider, None).await.unwrap();
        assert_eq!(state, present(["a", "b", "c"]), "{by}");
    }
}

#[tokio::test]
async fn a_listing_that_contradicts_itself_is_never_complete() {
    for effect in [
        Effect::WrongTotal { by: 1 },
        Effect::PatchJson { pointer: "/count".into(), value: 1.into() },
        Effect::DropField { pointer: "/files".into() },
        Effect::Html,
        Effect::GarbageJson { size: 100_000 },
        Effect::TruncateBody { after: 10 },
        Effect::CloseBeforeAnswer,
        Effect::Redirect { to: "http://127.0.0.1:1/".into() },
        Effect::Status { code: 500, retry_after: None },
    ] {
        let evo = Evo::start();
        for path in ["a", "b", "c"] {
            evo.fake.put_file(path, "1");
        }
        evo.fake.inject(page_fault(effect.clone()));
        let failed = error(follow(&*evo.provider, None).await);
        assert_eq!(failed.retry, Retry::Backoff, "{effect:?}: {}", failed.sentence());
    }
}

#[tokio::test]
async fn a_page_that_repeats_is_not_the_next_one() {
    let evo = Evo::start();
    for number in 0..5_010 {
        evo.fake.put_file(&format!("f{number}"), "");
    }
    evo.fake.inject(page_fault(Effect::RepeatPage).nth(2));
    let first = evo.provider.changes(None).await.unwrap();
    let Next::Page(second) = first.next else { panic!("one page only") };
    assert_eq!(kind(follow(&*evo.provider, Some(second.clone())).await), ErrorKind::Protocol);
    assert_eq!(follow(&*evo.provider, Some(second)).await.unwrap().0.len(), 10, "asked again, it is right");
}

#[tokio::test]
async fn a_delta_says_what_changed_and_what_is_gone() {
    let evo = Evo::with(FakeEvo::with(), "A");
    for path in ["A/kept", "A/changed", "A/deleted", "A/again", "B/other"] {
        evo.fake.put_file(path, "1");
    }
    let (_, cursor) = follow(&*evo.provider, None).await.unwrap();
    evo.fake.clock().advance(jiff::SignedDuration::from_hours(3));
    evo.fake.put_file("A/changed", "2");
    evo.fake.put_file("A/new", "2");
    evo.fake.put_file("B/new", "2");
    evo.fake.delete("A/deleted");
    evo.fake.delete("A/again");
    evo.fake.put_file("A/again", "2");
    let (state, cursor) = follow(&*open(&evo.fake, "A"), cursor).await.unwrap();
    let mut expected = present(["changed", "new", "again"]);
    expected.insert("deleted".into(), false);
    assert_eq!(state.into_iter().filter(|(path, _)| path != "kept").collect::<BTreeMap<_, _>>(), expected);
    evo.fake.clock().advance(jiff::SignedDuration::from_hours(3));
    evo.fake.put_file("A/last", "2");
    let (state, _) = follow(&*evo.provider, cursor).await.unwrap();
    assert_eq!(state.get("last"), Some(&true));
    evo.no_breaches();
}

#[tokio::test]
async fn a_delta_that_cannot_be_had_is_a_full_listing() {
    let evo = Evo::start();
    evo.fake.put_file("a", "1");
    let (_, cursor) = follow(&*evo.provider, None).await.unwrap();
    for other in [Some(Cursor("{}".into())), Some(Cursor(r#"{"page":{"run":99,"page":1}}"#.into()))] {
        assert_eq!(kind(follow(&*evo.provider, other).await), ErrorKind::CursorExpired);
    }
    let elsewhere = open(&evo.fake, "folder");
    assert_eq!(kind(follow(&*elsewhere, cursor.clone()).await), ErrorKind::CursorExpired);
    evo.fake.inject(page_fault(Effect::Status { code: 422, retry_after: None }).first(1));
    assert_eq!(kind(follow(&*evo.provider, cursor.clone()).await), ErrorKind::CursorExpired);
    evo.fake.inject(page_fault(Effect::Status { code: 503, retry_after: None }).first(1));
    assert_eq!(kind(follow(&*evo.provider, cursor).await), ErrorKind::Unavailable);
}
