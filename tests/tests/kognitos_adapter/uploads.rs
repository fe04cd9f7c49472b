use tidemark_providers::Retry;
use tidemark_tests::doubles::hash;
use tidemark_tests::fake::kognitos::{Access, Created};

use super::*;

#[tokio::test]
async fn a_new_file_takes_one_request() {
    let kognitos = Kognitos::start();
    let sent = kognitos.create("folder/a b.txt", b"hello").await.unwrap();
    let files = kognitos.fake.files();
    assert_eq!((files.len(), files[0].name.as_str(), &*files[0].id), (1, "a b.txt", &*sent.remote.id.0));
    assert_eq!(kognitos.fake.content(&sent.remote.id.0).unwrap(), "hello");
    assert_eq!((sent.remote.size, sent.remote.hash, sent.overtaken), (Some(5), Some(hash(b"hello")), None));
    assert_eq!(sent.remote.revision.0, sent.remote.id.0);
    assert!(sent.remote.modified_ns.is_some());
    assert_eq!((kognitos.provider.requests(), kognitos.fake.summary().requests), (1, 1));
    kognitos.no_breaches();
}

#[tokio::test]
async fn contents_of_every_size_arrive() {
    let kognitos = Kognitos::start();
    for size in [0, 1, (1 << 20) - 1, 1 << 20, 9 << 20, 70 << 20] {
        let content = pattern(size);
        let sent = kognitos.create("a", &content).await.unwrap();
        assert_eq!(kognitos.fake.content(&sent.remote.id.0).unwrap(), content, "{size}");
        assert_eq!(sent.remote.hash, Some(hash(&content)));
    }
    kognitos.no_breaches();
}

#[tokio::test]
async fn odd_names_and_contents_arrive_as_they_are() {
    let kognitos = Kognitos::start();
    for name in ["50% #?&+;=", "þæö\u{301} Íslenska", "日本語", "🌊", "say \"hi\"", "a\\b", " x ", "CON"]
    {
        let content = format!("\r\n--tidemark-\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n--");
        let sent = kognitos.create(&format!("ö/{name}"), content.as_bytes()).await.unwrap();
        assert_eq!(kognitos.fake.content(&sent.remote.id.0).unwrap(), content);
        assert_eq!(kognitos.fake.files().last().unwrap().name, name);
    }
    kognitos.create("two\nlines\u{7}", b"1").await.unwrap();
    assert_eq!(kognitos.fake.files().last().unwrap().name, "two_lines_");
    kognitos.no_breaches();
}

#[tokio::test]
async fn however_it_is_answered_the_id_is_found() {
    for (created, numbers, requests) in [
        (Created::Nested, false, 1),
        (Created::Nested, true, 1),
        (Created::Bare, false, 1),
        (Created::Bare, true, 1),
        (Created::Located, false, 2),
    ] {
        let settings = FakeKognitos::with().created(created).odd_ids();
        let kognitos = Kognitos::with(if numbers { settings.sizes_are_numbers() } else { settings });
        let sent = kognitos.create("a", b"hello").await.unwrap();
        assert_eq!(&*sent.remote.id.0, kognitos.fake.files()[0].id);
        assert_eq!((sent.remote.size, kognitos.provider.requests()), (Some(5), requests), "{created:?}");
        kognitos.no_breaches();
    }
}

#[tokio::test]
async fn an_edit_makes_another_file_and_leaves_the_first() {
    let kognitos = Kognitos::start();
    let first = kognitos.create("a", b"1").await.unwrap();
    let to = RemoteRef { id: Some(first.remote.id.clone()), path: at("a") };
    let (content, session) = (Memory::of(b"22"), Session::default());
    let expects = Some(&first.remote.revision);
    let upload = Upload { to: &to, expects, content: &content, session: &session };
    let second = kognitos.provider.upload(upload).await.unwrap();
    assert_ne!(first.remote.id, second.remote.id);
    assert_eq!(kognitos.fake.content(&first.remote.id.0).unwrap(), "1");
    assert_eq!(kognitos.fake.content(&second.remote.id.0).unwrap(), "22");
    assert_eq!(kognitos.provider.requests(), 2);
}

#[tokio::test]
async fn a_changed_file_is_never_made() {
    let kognitos = Kognitos::start();
    for size in [0, 5, 3 << 20] {
        let changed = kognitos.send("a", &Memory::of(&pattern(size)).touched()).await;
        assert_eq!(kind(changed), ErrorKind::LocalChanged, "{size}");
    }
    assert_eq!(kognitos.fake.files(), []);
    kognitos.no_breaches();
}

#[tokio::test]
async fn what_may_have_been_made_is_told_from_what_certainly_was_not() {
    for effect in [
        Effect::CloseAfterEffect,
        Effect::StatusAfterEffect { code: 503 },
        Effect::StatusAfterEffect { code: 504 },
        Effect::TruncateBody { after: 10 },
        Effect::ShortBody { missing: 10 },
        Effect::DropField { pointer: "/metadata/name".into() },
        Effect::PatchJson { pointer: "/metadata/name".into(), value: "organizations/o/files/..".into() },
        Effect::CloseBeforeAnswer,
        Effect::Html,
        Effect::GarbageJson { size: 10 << 20 },
        Effect::Endless,
        status(500),
        status(502),
    ] {
        let kognitos = Kognitos::start();
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Upload]));
        let failed = error(kognitos.create("a", b"1").await);
        assert!(leaves_open(failed.kind), "{effect:?}: {}", failed.sentence());
    }
    for code in [301, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 501, 507] {
        let kognitos = Kognitos::start();
        kognitos.fake.inject(Fault::new(status(code)).at([Endpoint::Upload]));
        let failed = error(kognitos.create("a", b"1").await);
        assert!(!leaves_open(failed.kind), "{code}: {}", failed.sentence());
        assert_eq!(kognitos.fake.files(), []);
    }
}

#[tokio::test]
async fn a_sign_in_page_is_tried_again() {
    let kognitos = Kognitos::start();
    kognitos.fake.inject(Fault::new(Effect::Html).at([Endpoint::Upload]));
    let page = error(kognitos.create("a", b"1").await);
    assert_eq!((page.kind, page.retry), (ErrorKind::Unavailable, Retry::Backoff));
    assert!(page.sentence().contains("web page"), "{}", page.sentence());
}

#[tokio::test]
async fn a_file_without_a_name_is_not_made_again_and_again() {
    let kognitos = Kognitos::with(FakeKognitos::with().created(Created::Silent));
    let nameless = error(kognitos.create("a", b"1").await);
    assert_eq!((nameless.kind, nameless.retry), (ErrorKind::Unavailable, Retry::Never));
    assert_eq!(kognitos.fake.files().len(), 1);
}

#[tokio::test]
async fn a_content_that_arrived_short_is_deleted_again() {
    for created in [Created::Nested, Created::Located] {
        for size in [50, 3 << 20] {
            let kognitos = Kognitos::with(FakeKognitos::with().created(created));
            kognitos
                .fake
                .inject(Fault::new(Effect::StoreShort { missing: 3 }).at([Endpoint::Upload]).first(1));
            let short = error(kognitos.create("a", &pattern(size)).await);
            assert_eq!((short.kind, short.retry), (ErrorKind::DigestMismatch, Retry::Backoff));
            assert_eq!(kognitos.fake.files(), []);
            kognitos.create("a", &pattern(size)).await.unwrap();
            kognitos.no_breaches();
        }
    }
}

#[tokio::test]
async fn what_cant_be_deleted_again_is_named() {
    let kognitos = Kognitos::start();
    kognitos.fake.inject(Fault::new(Effect::StoreShort { missing: 3 }).at([Endpoint::Upload]));
    kognitos.fake.inject(Fault::new(status(500)).at([Endpoint::Delete]));
    let short = error(kognitos.create("a", b"12345").await);
    assert_eq!(short.kind, ErrorKind::Unavailable);
    assert!(short.sentence().contains(&kognitos.fake.files()[0].id), "{}", short.sentence());
}

#[tokio::test]
async fn a_size_that_cant_be_asked_for_leaves_nothing_behind() {
    for effect in [status(500), Effect::Html, Effect::CloseBeforeAnswer] {
        let kognitos = Kognitos::with(FakeKognitos::with().created(Created::Located));
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Metadata]));
        assert_eq!(kind(kognitos.create("a", b"1").await), ErrorKind::DigestMismatch, "{effect:?}");
        assert_eq!(kognitos.fake.files(), []);
    }
}

#[tokio::test]
async fn a_token_for_reading_reads_and_is_told_why_nothing_else() {
    let kognitos = Kognitos::with(FakeKognitos::with().access(Access::ReadOnly));
    let id = kognitos.fake.put_file("a", "1");
    assert_eq!(kognitos.fetch(&id).await.unwrap(), "1");
    let refused = error(kognitos.create("b", b"1").await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Forbidden, Retry::Never));
    assert!(refused.sentence().contains("read only"), "{}", refused.sentence());
    kognitos.no_breaches();
}

#[tokio::test]
async fn a_service_that_takes_no_empty_file_says_so() {
    let kognitos = Kognitos::with(FakeKognitos::with().refuses_empty());
    let refused = error(kognitos.create("a", b"").await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Refused, Retry::Never));
    assert!(refused.sentence().contains("content is required"), "{}", refused.sentence());
}

#[tokio::test]
async fn an_answer_is_waited_for_longer_than_anything_else() {
    let kognitos = Kognitos::start();
    kognitos.fake.inject(Fault::new(Effect::Delay { ms: 3_600_000 }));
    let content = Memory::of(b"hello");
    let sending = kognitos.send("a", &content);
    tokio::pin!(sending);
    while kognitos.fake.summary().most_at_once == 0 {
        assert!(futures_util::poll!(&mut sending).is_pending());
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(kind(sending.await), ErrorKind::Timeout);
    assert!(began.elapsed() >= std::time::Duration::from_secs(299), "{:?}", began.elapsed());
}
