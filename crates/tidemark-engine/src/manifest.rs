//! The manifest of a pair whose service lists nothing: which item holds which path. The state is its home; a copy lies
//! beside the state, and another one as a file at the service, so that losing this computer doesn't lose the way to
//! the files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tidemark_core::node::{ContentHash, Kind, Node, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_providers::ProviderError;
use tidemark_providers::capabilities::Listing;
use tidemark_providers::provider::{Content, ContentReader, RemoteChange, RemoteRef, SessionStore, Upload};

use crate::apply::intent::{UploadIntent, retire};
use crate::apply::trouble::{provider_error, state_error};
use crate::error::{EngineError, ErrorCode, Result};
use crate::manifest_copy;
use crate::observe::remote::ListError;
use crate::pair::Pair;
use crate::report::{Event, Problem};
use crate::state::{Act, Intent, Meta, State, StateError};

const FORMAT: &str = "tidemark-manifest";
const VERSION: u32 = 1;
/// What a manifest's text ends with.
const END: &str = "\n]}\n";
/// No manifest is larger as text: what is written can be read.
pub const MAX_BYTES: u64 = 256 << 20;

/// A manifest as text: JSON with a line a file, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: u32,
    /// The files, by path.
    pub files: Vec<ManifestFile>,
}

/// One file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Where it is in the pair.
    pub path: String,
    /// The service's id of it.
    pub id: RemoteId,
    /// The service's revision of it.
    pub revision: Revision,
    /// Bytes, where known.
    pub size: Option<u64>,
    /// BLAKE3 in hex, where known.
    pub blake3: Option<String>,
    /// Last change by the service's clock, nanoseconds since the epoch, where known.
    pub modified_ns: Option<i64>,
}

/// The manifest's copy at the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedManifest {
    /// The service's id of it.
    pub id: RemoteId,
    revision: Revision,
    hash: String,
}

impl Manifest {
    /// The manifest of a pair as its state has it.
    pub(crate) fn of(state: &State) -> std::result::Result<Self, StateError> {
        let mut files = state.of_remote_files(|node| Some((node.path.clone(), entry(&node)?)))?;
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            files: files.into_iter().map(|(_, file)| file).collect(),
        })
    }

    /// Reads a manifest; the error says what can't be used.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let wrong = |why: String| {
            EngineError::usage(format!("That is no manifest of Tidemark: {why}"))
                .hint("`tidemark pair export NAME` writes one.")
        };
        if text.len() as u64 > MAX_BYTES {
            return Err(wrong(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
        }
        let manifest: Self = serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(wrong("it has another format".to_owned()));
        }
        if manifest.version != VERSION {
            return Err(wrong(format!(
                "it is of version {}, and this Tidemark reads version {VERSION}",
                manifest.version
            )));
        }
        manifest.items().map_err(wrong)?;
        Ok(manifest)
    }

    /// The manifest as text; an error where nobody could read it again, as it would be too large.
    pub fn text(&self) -> Result<String> {
        self.text_within(MAX_BYTES)
    }

    fn text_within(&self, most: u64) -> Result<String> {
        let mut text = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"files\":[");
        for (at, file) in self.files.iter().enumerate() {
            text.push_str(if at == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(file).expect("strings and numbers are always JSON"));
            if (text.len() + END.len()) as u64 > most {
                return Err(too_large(self.files.len()));
            }
        }
        text.push_str(END);
        Ok(text)
    }

    pub(crate) fn items(&self) -> std::result::Result<Vec<RemoteChange>, String> {
        self.files.iter().map(item).collect()
    }
}

fn too_large(files: usize) -> EngineError {
    EngineError::new(
        ErrorCode::Failed,
        format!(
            "the manifest of {files} files would be larger than {} MiB, which nothing could read again",
            MAX_BYTES >> 20
        ),
    )
    .hint("Nothing was written. Make several pairs of it, each for a part of the folder, with fewer files each.")
}

fn entry(node: &Node) -> Option<ManifestFile> {
    let remote = node.remote.as_ref()?;
    let agreed = node.synced.as_ref().filter(|then| then.remote.revision == remote.revision);
    let hash = remote.hash.or_else(|| agreed.and_then(|then| then.hash()));
    Some(ManifestFile {
        path: node.path.to_string(),
        id: remote.id.clone(),
        revision: remote.revision.clone(),
        size: remote.size,
        blake3: hash.map(|hash| hash.to_string()),
        modified_ns: remote.modified_ns,
    })
}

fn item(file: &ManifestFile) -> std::result::Result<RemoteChange, String> {
    let shown = file.path.escape_debug();
    let path = RelPath::new(&file.path).map_err(|why| format!("the path \"{shown}\": {why}"))?;
    if path.is_root() || file.id.0.is_empty() || file.id.0.len() > 1024 || file.revision.0.len() > 1024 {
        return Err(format!("the entry of \"{shown}\" has no usable id"));
    }
    let hash = file.blake3.as_deref().map(|hex| ContentHash::parse(hex).ok_or("its blake3 is no hash"));
    let hash = hash.transpose().map_err(|why| format!("the entry of \"{shown}\": {why}"))?;
    let remote = Remote {
        kind: Kind::File,
        id: file.id.clone(),
        revision: file.revision.clone(),
        size: file.size,
        modified_ns: file.modified_ns,
        hash,
        write_only: false,
    };
    Ok(RemoteChange::Present { path, remote })
}

/// True when the service shows the manifest's copy that it has, or there is none to ask for.
pub(crate) async fn is_seen(pair: &Pair) -> std::result::Result<bool, ListError> {
    let Some(saved) = pair.state.get::<SavedManifest>(Meta::Manifest)? else { return Ok(true) };
    let item = RemoteRef { id: Some(saved.id), path: name(pair) };
    Ok(pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.stat(&item)).await?.is_some())
}

/// Saves the manifest beside the state and at the service, where it isn't what was saved last. What keeps it from being
/// saved at all is a problem.
pub(crate) async fn save(pair: &Pair) -> Result<Option<Problem>> {
    if pair.provider.capabilities().listing != Listing::None || !manifest_copy::may_be_replaced(pair)? {
        return Ok(None);
    }
    let manifest = Manifest::of(&pair.state).map_err(|error| state_error(&error))?;
    let before: Option<SavedManifest> =
        pair.state.get(Meta::Manifest).map_err(|error| state_error(&error))?;
    if before.is_none() && manifest.files.is_empty() {
        return Ok(None);
    }
    let text = match manifest.text() {
        Ok(text) => Bytes::from(text),
        Err(error) => return Ok(Some(unsaved(&name(pair), &error))),
    };
    drop(manifest);
    let hash = blake3::hash(&text).to_hex().to_string();
    if before.as_ref().is_some_and(|before| before.hash == hash) {
        return Ok(None);
    }
    manifest_copy::keep(pair, before.as_ref(), &text)?;
    if pair.config.direction == tidemark_core::plan::policy::Direction::Download {
        return Ok(None);
    }
    let (remote, sent) = match send(pair, text.clone()).await {
        Ok(sent) => sent,
        Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
        Err(error) => {
            let text =
                format!("The manifest could not be stored at the service and is stored here only: {error}.");
            pair.tell(Event::Warning { text });
            return Ok(None);
        }
    };
    let saved = SavedManifest { id: remote.id, revision: remote.revision, hash };
    // First here: a copy that the state doesn't lead to yet is sent again, but one that led to the last one only would stay.
    manifest_copy::keep(pair, Some(&saved), &text)?;
    let before = before.filter(|before| before.id != saved.id);
    let act = before.map(|before| Act::Retire { id: before.id, revision: before.revision });
    let (path, begun_ns) = (name(pair), pair.clock.now_ns());
    let retired = act.as_ref().map(|act| (&path, act));
    let left = pair.state.record_manifest(&saved, sent, retired, begun_ns);
    if let (Some(id), Some(act)) = (left.map_err(|error| state_error(&error))?, act) {
        let retired = retire(pair, &Intent { id, path, act, begun_ns }).await;
        retired.map_err(|error| state_error(&error))?;
    }
    Ok(None)
}

fn unsaved(name: &RelPath, error: &EngineError) -> Problem {
    let advice = error.hint.as_deref().unwrap_or_default();
    let message = format!(
        "The manifest, by which the files at the service are found, isn't kept beside the state nor there: {error}. {advice}"
    );
    Problem { path: name.to_string(), code: BlockedCode::TooLarge, message }
}

fn name(pair: &Pair) -> RelPath {
    RelPath::new(&format!("tidemark-manifest-{}.json", pair.config.name)).unwrap_or_else(|_| RelPath::root())
}

/// Sends a manifest; what the service made of it, and the intent that ends when that is recorded.
async fn send(pair: &Pair, text: Bytes) -> Result<(Remote, Option<i64>)> {
    let to = RemoteRef { id: None, path: name(pair) };
    let sealed = Arc::default();
    let content = Text { text, made_ns: pair.clock.now_ns(), sealed: Arc::clone(&sealed) };
    let intent =
        UploadIntent::begin(pair, &to.path, content.size(), &sealed).map_err(|error| state_error(&error))?;
    let attempt = || async {
        let upload = Upload { to: &to, expects: None, content: &content, session: &NoSession };
        let result = pair.provider.upload(upload).await;
        intent.judge(&result);
        result
    };
    let sent = pair.pacer.persist(&pair.cancel, &|_| {}, attempt).await;
    match sent {
        Ok(sent) => Ok((sent.remote, intent.id)),
        Err(error) => {
            intent.failed().map_err(|error| state_error(&error))?;
            Err(provider_error(pair, &error))
        }
    }
}

struct Text {
    text: Bytes,
    made_ns: i64,
    sealed: Arc<AtomicBool>,
}

#[async_trait]
impl Content for Text {
    fn size(&self) -> u64 {
        self.text.len() as u64
    }

    fn modified_ns(&self) -> i64 {
        self.made_ns
    }

    async fn open(&self) -> std::result::Result<Box<dyn ContentReader>, ProviderError> {
        let (whole, sealed) = (self.text.clone(), self.sealed.clone());
        Ok(Box::new(TextReader { left: whole.clone(), whole, sealed }))
    }
}

struct TextReader {
    whole: Bytes,
    left: Bytes,
    sealed: Arc<AtomicBool>,
}

#[async_trait]
impl ContentReader for TextReader {
    async fn next(&mut self, max: usize) -> std::result::Result<Bytes, ProviderError> {
        Ok(self.left.split_to(max.min(self.left.len())))
    }

    async fn seal(&mut self) -> std::result::Result<ContentHash, ProviderError> {
        self.sealed.store(true, Ordering::Relaxed);
        Ok(ContentHash(*blake3::hash(&self.whole).as_bytes()))
    }
}

/// A manifest is sent anew rather than resumed.
struct NoSession;

#[async_trait]
impl SessionStore for NoSession {
    async fn load(&self) -> std::result::Result<Option<serde_json::Value>, ProviderError> {
        Ok(None)
    }

    async fn save(&self, _state: &serde_json::Value) -> std::result::Result<(), ProviderError> {
        Ok(())
    }

    async fn clear(&self) -> std::result::Result<(), ProviderError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: usize) -> Manifest {
        let file = |number| ManifestFile {
            path: format!("folder/{number}"),
            id: RemoteId(format!("id-{number}").into()),
            revision: Revision("1".into()),
            size: Some(3),
            blake3: None,
            modified_ns: None,
        };
        Manifest { format: FORMAT.to_owned(), version: VERSION, files: (0..files).map(file).collect() }
    }

    #[test]
    fn what_is_written_can_be_read_and_nothing_larger_is_written() {
        let manifest = manifest(100);
        let text = manifest.text().unwrap();
        assert_eq!(Manifest::parse(text.as_bytes()).unwrap(), manifest);
        let size = text.len() as u64;
        assert_eq!(manifest.text_within(size).unwrap(), text);
        let error = manifest.text_within(size - 1).unwrap_err();
        let problem = unsaved(&RelPath::new("manifest.json").unwrap(), &error);
        assert_eq!((problem.path.as_str(), problem.code), ("manifest.json", BlockedCode::TooLarge));
        for part in ["the manifest of 100 files", "larger than 256 MiB", "Make several pairs"] {
            assert!(problem.message.contains(part), "{}", problem.message);
        }
    }

    #[test]
    fn none_that_is_too_large_is_read() {
        let large = vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1];
        let error = Manifest::parse(&large).unwrap_err();
        assert!(error.message.contains("larger than 256 MiB"), "{error}");
    }
}
