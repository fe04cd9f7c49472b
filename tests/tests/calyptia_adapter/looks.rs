//! Looks at the service: shared by those who ask at the same time, and never older than the question.

use futures_util::future::join_all;
use tidemark_tests::fake::calyptia::{Effect, Fault};

use crate::*;

#[tokio::test]
async fn many_edits_share_a_look() {
    let calyptia = Calyptia::start();
    let names: Vec<String> = (0..40).map(|number| format!("{number}")).collect();
    for name in &names {
        calyptia.fake.put_file(name, "before");
    }
    let listed = calyptia.list().await;
    calyptia.fake.forget_requests();
    let edits = names.iter().map(|name| calyptia.replace(&listed[name], name, b"after"));
    join_all(edits).await.into_iter().for_each(|done| drop(done.unwrap()));
    assert_eq!((calyptia.requests(Endpoint::Update), calyptia.requests(Endpoint::List)), (40, 1));
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_look_under_way_is_not_for_who_asks_later() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "before");
    calyptia.fake.inject(Fault::new(Effect::Delay { ms: 50 }).first(1));
    // The first look may have read the list before the file was deleted.
    let first = calyptia.provider.changes(None);
    let later = async {
        while calyptia.provider.requests() < 1 {
            tokio::task::yield_now().await;
        }
        assert!(calyptia.fake.delete("a"));
        let asked = by_path("a");
        let looks = (0..5).map(|_| calyptia.provider.stat(&asked));
        join_all(looks).await
    };
    let (_, later) = tokio::join!(first, later);
    assert!(later.into_iter().all(|found| found.unwrap().is_none()));
    assert_eq!(calyptia.requests(Endpoint::List), 2);
}

#[tokio::test]
async fn a_failed_look_fails_for_all_who_wait_for_it() {
    let calyptia = Calyptia::start();
    calyptia.fake.inject(Fault::new(Effect::Status { code: 503, retry_after: None }).first(1));
    let asked = by_path("a");
    let looks = join_all((0..5).map(|_| calyptia.provider.stat(&asked))).await;
    assert!(looks.into_iter().all(|look| kind(look) == ErrorKind::Unavailable));
    assert_eq!(calyptia.requests(Endpoint::List), 1);
    assert_eq!(calyptia.provider.stat(&asked).await.unwrap(), None);
}

#[tokio::test]
async fn a_look_that_is_given_up_holds_nobody_up() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "x");
    calyptia.fake.inject(Fault::new(Effect::StallBody { after: 3 }).first(1));
    let given_up = calyptia.provider.changes(None);
    let begun = async {
        while calyptia.fake.summary().requests < 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = given_up => panic!("it stalls"),
        () = begun => {}
    }
    assert_eq!(calyptia.list().await.len(), 1);
}

#[tokio::test]
async fn what_was_written_is_not_fetched_from_memory() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "before");
    let listed = calyptia.list().await;
    let edited = calyptia.replace(&listed["a"], "a", b"after").await.unwrap().remote;
    calyptia.fake.forget_requests();
    for _ in 0..2 {
        let (remote, bytes) = calyptia.fetch(&of(&edited, "a")).await.unwrap();
        assert_eq!((remote.revision, &bytes[..]), (edited.revision.clone(), &b"after"[..]));
    }
    assert_eq!(calyptia.requests(Endpoint::List), 1);
}
