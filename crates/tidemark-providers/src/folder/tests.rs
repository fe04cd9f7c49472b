use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::Value;
use tempfile::TempDir;
use tidemark_core::node::RemoteId;

use super::*;
use crate::provider::{Content, ContentReader, Next, RemoteChange, SessionStore};

struct Account {
    dir: TempDir,
    root: &'static str,
    provider: Arc<dyn Provider>,
}

fn account(root: &'static str) -> Account {
    let dir = tempfile::tempdir().unwrap();
    let provider = reopen(dir.path(), root);
    Account { dir, root, provider }
}

fn reopen(path: &Path, root: &str) -> Arc<dyn Provider> {
    let values = [("path".to_owned(), path.to_str().unwrap().to_owned())].into();
    (spec().open)(&AccountSettings { values, secret: None, renewed: None }, root).unwrap()
}

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn item(text: &str) -> RemoteRef {
    RemoteRef { id: None, path: path(text) }
}

struct Text {
    text: Vec<u8>,
    /// The file turns out to have changed when everything was read.
    changed: bool,
}

struct TextReader(Vec<u8>, usize, bool);

const WRITTEN_NS: i64 = 1_500_000_000_250_000_000;

#[async_trait]
impl Content for Text {
    fn size(&self) -> u64 {
        self.text.len() as u64
    }
    fn modified_ns(&self) -> i64 {
        WRITTEN_NS
    }
    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        Ok(Box::new(TextReader(self.text.clone(), 0, self.changed)))
    }
}

#[async_trait]
impl ContentReader for TextReader {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        let end = self.0.len().min(self.1 + max);
        let part = Bytes::copy_from_slice(&self.0[self.1..end]);
        self.1 = end;
        Ok(part)
    }
    async fn seal(&mut self) -> Result<ContentHash> {
        if self.2 {
            return Err(ProviderError::permanent(ErrorKind::LocalChanged, "changed"));
        }
        Ok(hash_of(&self.0))
    }
}

fn hash_of(bytes: &[u8]) -> ContentHash {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("f"), bytes).unwrap();
    let disk = FolderDisk::open(dir.path().to_owned(), dir.path().join(".tidemark")).unwrap();
    disk.hash(&path("f")).unwrap().1
}

struct NoSession;

#[async_trait]
impl SessionStore for NoSession {
    async fn load(&self) -> Result<Option<Value>> {
        Ok(None)
    }
    async fn save(&self, _: &Value) -> Result<()> {
        Ok(())
    }
    async fn clear(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Taken {
    bytes: Mutex<Vec<u8>>,
    wanted: Option<Range<u64>>,
}

#[async_trait]
impl Sink for Taken {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        let size = remote.size.unwrap();
        self.bytes.lock().unwrap().resize(size as usize, b'.');
        Ok(vec![self.wanted.clone().unwrap_or(0..u64::MAX)])
    }
    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
        self.bytes.lock().unwrap()[offset as usize..offset as usize + bytes.len()].copy_from_slice(&bytes);
        Ok(())
    }
}

impl Account {
    fn at(&self, path: &str) -> std::path::PathBuf {
        self.dir.path().join(self.root).join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    async fn list(&self) -> Vec<(String, Remote)> {
        let mut all = Vec::new();
        let mut page = self.provider.changes(None).await.unwrap();
        loop {
            for change in page.changes {
                match change {
                    RemoteChange::Present { path, remote } => all.push((path.to_string(), remote)),
                    RemoteChange::Gone { path, .. } => panic!("{path}: a full listing knows of nothing gone"),
                }
            }
            match page.next {
                Next::Page(cursor) => page = self.provider.changes(Some(&cursor)).await.unwrap(),
                Next::Done(cursor) => {
                    assert_eq!(cursor, None);
                    return all;
                }
            }
        }
    }

    async fn upload(&self, to: &str, text: &str, expects: Option<&Revision>) -> Result<Uploaded> {
        let content = Text { text: text.as_bytes().to_vec(), changed: false };
        let to = item(to);
        self.provider.upload(Upload { to: &to, expects, content: &content, session: &NoSession }).await
    }

    async fn download(&self, from: &str, version: Option<&str>) -> Result<(String, Remote)> {
        let taken = Taken::default();
        let version = version.map(|version| VersionId(version.to_owned()));
        let remote = self.provider.download(&item(from), version.as_ref(), &taken).await?;
        Ok((String::from_utf8(taken.bytes.into_inner().unwrap()).unwrap(), remote))
    }

    async fn remote(&self, path: &str) -> Remote {
        self.provider.stat(&item(path)).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn lists_in_scan_order_what_stat_says() {
    let a = account("docs/mine");
    for name in ["b/2", "b/1", "a", "b/sub/x", "c.txt"] {
        a.write(name, name);
    }
    fs::write(a.dir.path().join("elsewhere"), "").unwrap();
    let listed = a.list().await;
    let names: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["a", "b", "c.txt", "b/1", "b/2", "b/sub", "b/sub/x"]);
    for (path, remote) in &listed {
        assert_eq!(a.remote(path).await, *remote);
        assert_eq!(remote.size, (remote.kind == Kind::File).then_some(path.len() as u64));
    }
    assert_eq!(a.provider.requests(), 0);
}

#[tokio::test]
async fn pages_hold_whole_folders_and_cursors_are_good_once() {
    let a = account("");
    for folder in 0..4 {
        fs::create_dir(a.at(&format!("d{folder}"))).unwrap();
        for file in 0..walk::PAGE_ENTRIES / 2 + 10 {
            fs::write(a.at(&format!("d{folder}/{file:05}")), "").unwrap();
        }
    }
    let first = a.provider.changes(None).await.unwrap();
    let Next::Page(cursor) = first.next else { panic!("one page") };
    assert_eq!(first.changes.len(), 4 + 2 * (walk::PAGE_ENTRIES / 2 + 10));
    let second = a.provider.changes(Some(&cursor)).await.unwrap();
    assert_eq!(second.changes.len(), 2 * (walk::PAGE_ENTRIES / 2 + 10));
    assert_eq!(second.next, Next::Done(None));
    for cursor in [cursor, Cursor("x".into()), Cursor("99".into())] {
        let error = a.provider.changes(Some(&cursor)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::CursorExpired);
    }
}

#[tokio::test]
async fn listings_given_up_end_and_new_ones_begin() {
    let a = account("");
    for folder in 0..3 {
        for file in 0..walk::PAGE_ENTRIES {
            a.write(&format!("d{folder}/{file:05}"), "");
        }
    }
    let mut cursors = Vec::new();
    for _ in 0..6 {
        match a.provider.changes(None).await.unwrap().next {
            Next::Page(cursor) => cursors.push(cursor),
            Next::Done(_) => panic!("one page"),
        }
    }
    assert_eq!(a.provider.changes(Some(&cursors[0])).await.unwrap_err().kind, ErrorKind::CursorExpired);
    assert!(a.provider.changes(Some(&cursors[5])).await.is_ok());
    assert_eq!(a.list().await.len(), 3 + 3 * walk::PAGE_ENTRIES);
}

#[tokio::test]
async fn what_can_not_be_a_path_is_named() {
    let a = account("r");
    a.write("ok", "");
    std::os::unix::fs::symlink("ok", a.at("link")).unwrap();
    let page = a.provider.changes(None).await.unwrap();
    assert_eq!(page.changes.len(), 1);
    assert_eq!(
        (page.unusable[0].shown.as_str(), page.unusable[0].why.as_str()),
        ("link", "it is a symbolic link")
    );
    assert_eq!(a.provider.stat(&item("link")).await.unwrap_err().kind, ErrorKind::Refused);
}

#[tokio::test]
async fn f01_a_missing_drive_is_an_error_and_a_missing_folder_is_empty() {
    let a = account("new/folder");
    assert!(a.list().await.is_empty());
    assert_eq!(a.provider.stat(&item("x")).await.unwrap(), None);
    a.provider.check().await.unwrap();
    fs::remove_dir(a.dir.path()).unwrap();
    for error in [
        a.provider.changes(None).await.unwrap_err(),
        a.provider.check().await.unwrap_err(),
        a.provider.stat(&item("x")).await.unwrap_err(),
        a.upload("x", "", None).await.unwrap_err(),
    ] {
        assert_eq!((error.kind, error.retry), (ErrorKind::NotFound, crate::Retry::Never));
        assert!(error.sentence().contains("Is the drive connected?"), "{}", error.sentence());
    }
    assert!(!a.dir.path().exists());
    fs::create_dir(a.dir.path()).unwrap();
    fs::create_dir(a.dir.path().join("new")).unwrap();
    fs::write(a.dir.path().join(a.root), "").unwrap();
    assert_eq!(a.provider.changes(None).await.unwrap_err().kind, ErrorKind::Settings);
}

#[test]
fn settings_that_can_not_be_right_are_refused() {
    let open = |path: &str, root: &str| {
        let values = [("path".to_owned(), path.to_owned())].into();
        (spec().open)(&AccountSettings { values, secret: None, renewed: None }, root)
            .err()
            .map(|error| error.kind)
    };
    assert_eq!(open("relative", ""), Some(ErrorKind::Settings));
    assert_eq!(open("~/x", ""), Some(ErrorKind::Settings));
    assert_eq!(open("", ""), Some(ErrorKind::Settings));
    assert_eq!(open("/tmp", "../x"), Some(ErrorKind::Settings));
    assert_eq!(open("/tmp", "/a/b/"), None);
}

#[tokio::test]
async fn uploads_new_and_changed_files_with_their_time_and_history() {
    let a = account("docs");
    let first = a.upload("a.txt", "one", None).await.unwrap().remote;
    assert_eq!((first.modified_ns, first.hash), (Some(WRITTEN_NS), Some(hash_of(b"one"))));
    assert_eq!(Remote { hash: None, ..first.clone() }, a.remote("a.txt").await);
    let second = a.upload("a.txt", "two!", Some(&first.revision)).await.unwrap().remote;
    assert_eq!(a.text("a.txt"), "two!");
    let stale = a.upload("a.txt", "three", Some(&first.revision)).await.unwrap_err();
    assert_eq!(stale.kind, ErrorKind::RevisionMismatch);
    assert_eq!(a.upload("a.txt", "three", None).await.unwrap_err().kind, ErrorKind::AlreadyExists);
    assert_eq!(a.upload("no/a.txt", "x", None).await.unwrap_err().kind, ErrorKind::NotFound);

    let versions = a.provider.versions(&item("a.txt")).await.unwrap();
    let told: Vec<_> = versions.iter().map(|version| (version.size, version.current)).collect();
    assert_eq!(told, [(Some(4), true), (Some(3), false)]);
    assert_eq!(a.download("a.txt", Some(&versions[0].id.0)).await.unwrap().0, "two!");
    assert_eq!(a.download("a.txt", Some(&versions[1].id.0)).await.unwrap().0, "one");
    assert_eq!(a.download("a.txt", Some("none")).await.unwrap_err().kind, ErrorKind::NotFound);

    let (at, restored) = a.provider.restore(&item("a.txt"), &versions[1].id).await.unwrap();
    assert_eq!((at.as_str(), a.text("a.txt").as_str()), ("a.txt", "one"));
    assert_eq!(a.remote("a.txt").await, restored);
    assert_ne!(restored.revision, second.revision);
    assert_eq!(a.provider.versions(&item("a.txt")).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_large_content_goes_in_parts() {
    let a = account("");
    let text = "0123456789abcdef".repeat(700_000);
    let sent = a.upload("big", &text, None).await.unwrap().remote;
    assert_eq!(sent.hash, Some(hash_of(text.as_bytes())));
    let (back, remote) = a.download("big", None).await.unwrap();
    assert!(back == text);
    assert_eq!(remote.revision, sent.revision);
    let taken = Taken { wanted: Some(16..32), ..Taken::default() };
    a.provider.download(&item("big"), None, &taken).await.unwrap();
    let bytes = taken.bytes.into_inner().unwrap();
    assert_eq!((&bytes[..4], &bytes[16..20], &bytes[32..36]), (&b"...."[..], &b"0123"[..], &b"...."[..]));
}

#[tokio::test]
async fn what_changed_while_it_was_sent_is_not_made_visible() {
    let a = account("");
    let content = Text { text: b"half".to_vec(), changed: true };
    let to = item("a");
    let upload = Upload { to: &to, expects: None, content: &content, session: &NoSession };
    assert_eq!(a.provider.upload(upload).await.unwrap_err().kind, ErrorKind::LocalChanged);
    assert!(a.list().await.is_empty());
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_fetched_is_not_taken_for_whole() {
    struct Meddling<'a>(&'a Account);
    #[async_trait]
    impl Sink for Meddling<'_> {
        async fn begin(&self, _: &Remote) -> Result<Vec<Range<u64>>> {
            self.0.write("a", "changed");
            Ok(Vec::from([Range { start: 0, end: 100 }]))
        }
        async fn write(&self, _: u64, _: Bytes) -> Result<()> {
            Ok(())
        }
    }
    let a = account("");
    a.write("a", "first");
    let error = a.provider.download(&item("a"), None, &Meddling(&a)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::RevisionMismatch);
}

#[tokio::test]
async fn deletes_into_the_history_and_brings_back() {
    let a = account("docs");
    a.write("d/a.txt", "precious");
    let seen = a.remote("d/a.txt").await;
    fs::write(a.at("d/a.txt"), "saved meanwhile").unwrap();
    let stale = a.provider.delete(&item("d/a.txt"), Kind::File, &seen.revision).await.unwrap_err();
    assert_eq!(stale.kind, ErrorKind::RevisionMismatch);
    let seen = a.remote("d/a.txt").await;
    let folder = a.remote("d").await;
    let full = a.provider.delete(&item("d"), Kind::Folder, &folder.revision).await.unwrap_err();
    assert_eq!(full.kind, ErrorKind::RevisionMismatch);
    a.provider.delete(&item("d/a.txt"), Kind::File, &seen.revision).await.unwrap();
    a.provider.delete(&item("d/a.txt"), Kind::File, &seen.revision).await.unwrap();
    a.provider.delete(&item("d"), Kind::Folder, &folder.revision).await.unwrap();
    assert!(a.list().await.is_empty());
    let versions = a.provider.versions(&item("d/a.txt")).await.unwrap();
    assert_eq!((versions.len(), versions[0].current), (1, false));
    a.provider.restore(&item("d/a.txt"), &versions[0].id).await.unwrap();
    assert_eq!(a.text("d/a.txt"), "saved meanwhile");
}

#[tokio::test]
async fn moves_files_and_folders_and_keeps_their_ids() {
    let a = account("docs");
    a.write("d/a", "a");
    a.write("b", "b");
    let seen = a.remote("d/a").await;
    let taken = a.provider.relocate(&item("d/a"), &path("b"), &seen.revision).await.unwrap_err();
    assert_eq!(taken.kind, ErrorKind::AlreadyExists);
    let moved = a.provider.relocate(&item("d/a"), &path("c"), &seen.revision).await.unwrap();
    assert_eq!(moved.id, seen.id);
    assert_eq!(a.remote("c").await, moved);
    let stale = a.provider.relocate(&item("c"), &path("e"), &Revision("x".into())).await.unwrap_err();
    assert_eq!(stale.kind, ErrorKind::RevisionMismatch);
    let gone = a.provider.relocate(&item("d/a"), &path("e"), &seen.revision).await.unwrap_err();
    assert_eq!(gone.kind, ErrorKind::NotFound);
    let folder = a.remote("d").await;
    a.write("d/in", "in");
    let inside = a.remote("d/in").await;
    let renamed = a.provider.relocate(&item("d"), &path("new"), &folder.revision).await.unwrap();
    assert_eq!(renamed, folder);
    assert_eq!(a.remote("new/in").await, inside);
    assert_ne!(inside.id, RemoteId("".into()));
}

#[tokio::test]
async fn makes_folders_and_the_pairs_own_when_first_written() {
    let a = account("deep/docs");
    let made = a.provider.create_folder(&path("f")).await.unwrap();
    assert_eq!(a.provider.create_folder(&path("f")).await.unwrap(), made);
    assert_eq!(a.provider.create_folder(&path("x/y")).await.unwrap_err().kind, ErrorKind::NotFound);
    a.write("file", "");
    assert_eq!(a.provider.create_folder(&path("file")).await.unwrap_err().kind, ErrorKind::AlreadyExists);
    let b = account("deep/docs");
    b.upload("a", "x", None).await.unwrap();
    assert_eq!(b.text("a"), "x");
}

#[tokio::test]
async fn hashes_on_request_at_that_revision_only() {
    let a = account("");
    a.write("a", "text");
    let seen = a.remote("a").await;
    let ask = |revision: Revision| {
        let provider = Arc::clone(&a.provider);
        async move { provider.content_hash(&item("a"), &revision).await.unwrap() }
    };
    assert_eq!(ask(seen.revision.clone()).await, Some(hash_of(b"text")));
    assert_eq!(ask(Revision("other".into())).await, None);
}

#[tokio::test]
async fn nothing_of_ours_stays_unless_versions_do() {
    let a = account("docs");
    let first = a.upload("a", "one", None).await.unwrap().remote;
    let Account { dir, provider, .. } = a;
    assert!(dir.path().join(".tidemark").exists());
    drop(provider);
    assert!(!dir.path().join(".tidemark").exists());
    fs::create_dir_all(dir.path().join(".tidemark/staging")).unwrap();
    fs::write(dir.path().join(".tidemark/staging/left-by-a-crash"), "").unwrap();
    let provider = reopen(dir.path(), "docs");
    provider.changes(None).await.unwrap();
    drop(provider);
    assert!(!dir.path().join(".tidemark").exists());
    let provider = reopen(dir.path(), "docs");
    provider.delete(&item("a"), Kind::File, &first.revision).await.unwrap();
    drop(provider);
    let provider = reopen(dir.path(), "docs");
    assert_eq!(provider.versions(&item("a")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn many_uploads_at_once_all_arrive() {
    let a = account("");
    let uploads = (0..60).map(|n| {
        let account = &a;
        async move { account.upload(&format!("f{n:02}"), &format!("text {n}"), None).await.unwrap() }
    });
    futures_util::future::join_all(uploads).await;
    assert_eq!(a.list().await.len(), 60);
    assert_eq!(a.text("f42"), "text 42");
}
