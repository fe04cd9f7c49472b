use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::pairs::NewPair;
use crate::sync::SyncOptions;

/// A folder `docs` that is kept in step with a folder `nas`.
struct Place {
    dir: TempDir,
    tidemark: Tidemark,
}

fn events() -> Events {
    Arc::new(|_| {})
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["docs", "nas"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        let tidemark = Tidemark::open(Some(dir.path().join("home"))).unwrap();
        let nas = dir.path().join("nas").display().to_string();
        tidemark.account_add("folder", "nas", BTreeMap::from([("path".to_owned(), nas)]), None).unwrap();
        let local = dir.path().join("docs");
        let new = NewPair { name: "docs".into(), local, account: "nas".into(), ..NewPair::default() };
        tidemark.pair_add(new).unwrap();
        Self { dir, tidemark }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::write(self.at(path), content).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.at(path)).unwrap()
    }

    async fn sync(&self) {
        let report = self
            .tidemark
            .sync(&[], SyncOptions::default(), events(), CancellationToken::new())
            .await
            .unwrap();
        assert!(report.pairs[0].error.is_none(), "{report:?}");
    }

    /// A conflict at "a.txt" between these, whose number is returned.
    async fn conflict(&self, base: &[u8], mine: &[u8], theirs: &[u8]) -> i64 {
        self.write("docs/a.txt", base);
        self.write("docs/other", "other");
        self.sync().await;
        self.write("docs/a.txt", mine);
        self.write("nas/a.txt", theirs);
        self.sync().await;
        self.tidemark.conflicts(None).unwrap()[0].id
    }

    async fn texts(&self, id: i64) -> ConflictTexts {
        self.tidemark.conflict_texts(id, events(), CancellationToken::new()).await.unwrap()
    }

    async fn save(&self, id: i64, text: &str, seen: &str) -> Result<Resolved> {
        self.tidemark.resolve_merged(id, text, seen, events(), CancellationToken::new()).await
    }

    async fn bytes(&self, of: Of) -> Option<Vec<u8>> {
        let content = self.tidemark.content(of, events(), CancellationToken::new()).await.unwrap();
        let mut content = content?;
        let mut bytes = Vec::new();
        loop {
            let piece = content.next().await.unwrap();
            if piece.is_empty() {
                return Some(bytes);
            }
            bytes.extend_from_slice(&piece);
        }
    }
}

fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn mixed() -> (&'static [u8], &'static [u8], &'static [u8]) {
    (b"a\r\nb\nc\r\nd\ne\n", b"a\r\nB\nc\r\nd\ne", b"a\r\nb\nc\r\nd\nE\n")
}

#[tokio::test]
async fn a_merge_is_shown_in_parts_and_saved_as_the_file_here_is_written() {
    let unix = b"\xef\xbb\xbfa\nb\nc\nd\ne\n";
    let wide = utf16("a\r\nb\r\nc\r\nd\r\ne");
    for (base, mine, theirs, merged) in [
        (
            &unix[..],
            &b"\xef\xbb\xbfa\nMINE\nc\nd\ne\n"[..],
            &b"a\r\nb\r\nc\r\nd\r\nTHEIRS\r\n"[..],
            &b"\xef\xbb\xbfa\nMINE\nc\nd\nTHEIRS\n"[..],
        ),
        (
            &wide,
            &utf16("a\r\nMINE\r\nc\r\nd\r\ne"),
            b"a\nb\nc\nd\nTHEIRS",
            &utf16("a\r\nMINE\r\nc\r\nd\r\nTHEIRS"),
        ),
        (mixed().0, b"a\r\nMINE\nc\r\nd\ne\n", b"a\r\nb\nc\r\nd\nTHEIRS\n", b"a\r\nMINE\nc\r\nd\nTHEIRS\n"),
    ] {
        let place = Place::new();
        let id = place.conflict(base, mine, theirs).await;
        let texts = place.texts(id).await;
        let parts = texts.merged.unwrap();
        let [MergePart::Same { text }] = &parts[..] else { panic!("{parts:?}") };
        let resolved = place.save(id, text, &texts.seen).await.unwrap();
        assert_eq!((place.read("docs/a.txt"), place.read("nas/a.txt")), (merged.to_vec(), merged.to_vec()));
        let ids = [resolved.resolutions[0].id];
        place.tidemark.undo(&ids, events(), CancellationToken::new()).await.unwrap();
        assert_eq!((place.read("docs/a.txt"), place.read("nas/a.txt")), (mine.to_vec(), theirs.to_vec()));
        assert_eq!(place.texts(id).await.seen, texts.seen, "the conflict waits again");
    }
}

#[tokio::test]
async fn a_merge_is_refused_where_a_side_moved_on_and_its_draft_stays() {
    for side in ["docs/a.txt", "nas/a.txt"] {
        let place = Place::new();
        let id = place.conflict(b"a\n", b"mine\n", b"theirs\n").await;
        let shown = place.texts(id).await;
        assert_eq!(shown.merged.as_ref().unwrap().len(), 1);
        place.write(side, "later\n");
        let refused = place.save(id, "both\n", &shown.seen).await.unwrap_err();
        assert!(refused.message.contains("was changed since it was shown"), "{refused}");
        assert_eq!(place.read(side), b"later\n");
        let now = place.texts(id).await;
        assert_eq!((now.draft.as_deref(), now.seen == shown.seen), (Some("both\n"), false));
        place.save(id, "both\n", &now.seen).await.unwrap();
        assert_eq!(
            (place.read("docs/a.txt"), place.read("nas/a.txt")),
            (b"both\n".to_vec(), b"both\n".to_vec())
        );
    }
}

#[tokio::test]
async fn a_draft_outlives_the_process_and_ends_with_its_conflict() {
    let place = Place::new();
    let id = place.conflict(b"a\n", b"mine\n", b"theirs\n").await;
    place.tidemark.conflict_draft(id, Some("half done")).unwrap();
    let (before, modified) =
        (place.read("docs/a.txt"), fs::metadata(place.at("docs/a.txt")).unwrap().modified().unwrap());
    let other = Tidemark::open(Some(place.at("home"))).unwrap();
    let texts = other.conflict_texts(id, events(), CancellationToken::new()).await.unwrap();
    assert_eq!(texts.draft.as_deref(), Some("half done"));
    assert_eq!(place.read("docs/a.txt"), before);
    assert_eq!(fs::metadata(place.at("docs/a.txt")).unwrap().modified().unwrap(), modified);
    place.save(id, "done\n", &texts.seen).await.unwrap();
    let error = other.conflict_draft(id, Some("late")).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_character_that_the_file_cannot_hold_is_named_and_nothing_is_written() {
    let place = Place::new();
    let id = place.conflict(b"caf\xe9\n", b"caf\xe9 mine\n", b"caf\xe9 theirs\n").await;
    let texts = place.texts(id).await;
    assert_eq!(texts.mine.as_ref().unwrap().encoding, Encoding::Latin1);
    let refused = place.save(id, "3 €\n", &texts.seen).await.unwrap_err();
    assert!(refused.message.contains("line 1 has the character \"€\""), "{refused}");
    assert_eq!(place.texts(id).await.draft.as_deref(), Some("3 €\n"));
    assert_eq!(
        (place.read("docs/a.txt"), place.read("nas/a.txt")),
        (b"caf\xe9 mine\n".to_vec(), b"caf\xe9 theirs\n".to_vec())
    );
}

#[tokio::test]
async fn what_is_no_text_is_not_shown_as_one_and_its_bytes_can_be_had() {
    let place = Place::new();
    let large = vec![b'x'; (MAX_SHOWN_BYTES + 1) as usize];
    let id = place.conflict(b"\0base", b"\0mine", &large).await;
    let texts = place.texts(id).await;
    assert!(texts.merged.is_none());
    assert_eq!(texts.mine, Some(TextContent::not_shown(5)));
    assert_eq!(texts.theirs, Some(TextContent::not_shown(large.len() as u64)));
    assert!(place.save(id, "text", &texts.seen).await.unwrap_err().message.contains("isn't a text"));
    assert_eq!(place.bytes(Of::Conflict { id, side: Side::Mine }).await.as_deref(), Some(&b"\0mine"[..]));
    assert_eq!(place.bytes(Of::Conflict { id, side: Side::Theirs }).await, Some(large));
    assert_eq!(place.bytes(Of::Conflict { id, side: Side::Base }).await, None);
}

#[tokio::test]
async fn theirs_is_fetched_once_and_versions_are_read_as_texts() {
    let place = Place::new();
    let id = place.conflict(b"a\r\n", b"mine\r\n", b"theirs\n").await;
    let kept = || -> Vec<String> {
        let settings = Config::load(&place.tidemark.home).unwrap().pairs[0].clone();
        let disk = crate::open_pair::open_disk(&place.tidemark.home, &settings).unwrap();
        tidemark_disk::Disk::kept(&*disk).unwrap().into_iter().map(|item| item.why).collect()
    };
    for _ in 0..3 {
        place.texts(id).await;
    }
    assert_eq!(kept(), ["the service's side of a conflict", "base of a conflict"]);
    assert!(place.tidemark.kept().unwrap().is_empty());
    let base = place.tidemark.conflict(id).unwrap().base_kept.unwrap();
    let (events, cancel) = (events(), CancellationToken::new());
    let text = place.tidemark.version_text("docs", "a.txt", &base, events, cancel).await.unwrap();
    assert_eq!((text.text.as_deref(), text.eol, text.final_newline), (Some("a\n"), Eol::Crlf, true));
    let of = Of::Version { pair: "docs".into(), path: "a.txt".into(), version: base };
    assert_eq!(place.bytes(of).await.unwrap(), b"a\r\n");
}
