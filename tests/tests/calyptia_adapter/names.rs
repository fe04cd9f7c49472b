//! Names: odd ones that work, and ones that don't.

use crate::*;

#[tokio::test]
async fn odd_names_go_there_and_back() {
    let calyptia = Calyptia::start();
    let names = [
        "parsers.conf",
        "a b",
        " ",
        "50%",
        "%2F",
        "a#b?c&d+e",
        "þæö.txt",
        "日本語",
        "🌊",
        "e\u{301}",
        "\"quoted\"",
        "back\\slash",
        "CON",
        "new\nline",
        "a:b",
        "-",
        ".hidden",
    ];
    for name in names {
        let sent = calyptia.create(name, name.as_bytes()).await.unwrap().remote;
        assert_eq!(calyptia.provider.stat(&of(&sent, name)).await.unwrap().unwrap().revision, sent.revision);
    }
    let listed = calyptia.list().await;
    assert_eq!(listed.len(), names.len());
    for name in names {
        let (_, bytes) = calyptia.fetch(&of(&listed[name], name)).await.unwrap();
        assert_eq!(&bytes[..], name.as_bytes());
        let renamed = format!("{name}~");
        let moved = calyptia.rename(&listed[name], name, &renamed).await.unwrap();
        calyptia.delete(&moved, &renamed).await.unwrap();
    }
    assert_eq!(calyptia.contents(), []);
    calyptia.no_breaches();
}

#[tokio::test]
async fn hostile_names_are_told_and_stay_there() {
    let calyptia = Calyptia::start();
    let names = ["../x", "/etc/passwd", "a/b", ".", "..", "", "nul\0", ".tidemark"];
    for name in names {
        calyptia.fake.put_file(name, "hostile");
    }
    calyptia.fake.put_file("good", "x");
    let page = calyptia.page().await.unwrap();
    assert_eq!((page.changes.len(), page.unusable.len()), (1, names.len()));
    assert!(page.unusable.iter().all(|name| !name.why.is_empty() && !name.shown.contains('\0')));
    assert_eq!(calyptia.provider.stat(&by_path("a/b")).await.unwrap(), None);
}

#[tokio::test]
async fn of_twins_one_is_listed() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_twin("a", "old");
    calyptia.fake.put_twin("a", "new");
    let page = calyptia.page().await.unwrap();
    assert_eq!((page.changes.len(), page.unusable.len()), (1, 1));
    let listed = calyptia.list().await;
    assert_eq!(&calyptia.fetch(&of(&listed["a"], "a")).await.unwrap().1[..], b"new");
}

#[tokio::test]
async fn a_path_with_a_folder_is_no_name() {
    let calyptia = Calyptia::start();
    let sent = calyptia.create("a", b"x").await.unwrap().remote;
    calyptia.fake.forget_requests();
    let refused = error(calyptia.create("folder/a", b"x").await);
    assert_eq!(refused.kind, ErrorKind::InvalidName);
    assert!(refused.sentence().contains("folder/a") && refused.sentence().contains("no folders"));
    assert_eq!(kind(calyptia.rename(&sent, "a", "folder/a").await), ErrorKind::InvalidName);
    assert_eq!(kind(calyptia.provider.create_folder(&at("folder")).await), ErrorKind::Unsupported);
    assert_eq!(calyptia.fake.summary().requests, 0);
}

#[tokio::test]
async fn a_name_that_the_service_refuses_is_told_in_its_words() {
    for invalid_is_422 in [false, true] {
        let mut settings = FakeCalyptia::with().plain_names();
        if invalid_is_422 {
            settings = settings.invalid_is_422();
        }
        let calyptia = Calyptia::with(settings);
        let refused = error(calyptia.create("parsers.conf", b"x").await);
        assert_eq!(refused.kind, ErrorKind::InvalidName);
        assert!(refused.sentence().contains("invalid core instance file name"), "{}", refused.sentence());
        assert_eq!(kind(calyptia.create("parsers.conf", b"").await), ErrorKind::InvalidName);
        let sent = calyptia.create("parsers", b"x").await.unwrap().remote;
        let refused = calyptia.rename(&sent, "parsers", "parsers.conf").await;
        assert_eq!(kind(refused), ErrorKind::InvalidName);
        calyptia.no_breaches();
    }
}
