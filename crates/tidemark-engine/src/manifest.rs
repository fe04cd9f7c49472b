//! The manifest of a pair whose service lists nothing: which item holds which path. The state is its home; a copy lies
//! beside the state, and another one as a file at the service, so that losing this computer doesn't lose the way to
//! the files.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tidemark_core::node::{ContentHash, Kind, Node, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::ProviderError;
use tidemark_providers::capabilities::Listing;
use tidemark_providers::provider::{Content, ContentReader, RemoteChange, RemoteRef, SessionStore, Upload};

use crate::apply::intent::{UploadIntent, retire};
use crate::apply::trouble::{provider_error, state_error};
use crate::error::{EngineError, ErrorCode, Result};
use crate::observe::remote::{ListError, see_items};
use crate::pair::Pair;
use crate::private_files;
use crate::report::Event;
use crate::state::{Act, Intent, Meta, State, StateError};

const FORMAT: &str = "tidemark-manifest";
const VERSION: u32 = 1;
pub(crate) const MAX_BYTES: u64 = 256 << 20;

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
        let mut nodes = state.remote_files()?;
        nodes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            files: nodes.iter().filter_map(entry).collect(),
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

    /// The manifest as text.
    pub fn text(&self) -> String {
        let mut text = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"files\":[");
        for (at, file) in self.files.iter().enumerate() {
            text.push_str(if at == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(file).expect("strings and numbers are always JSON"));
        }
        text.push_str("\n]}\n");
        text
    }

    pub(crate) fn items(&self) -> std::result::Result<Vec<RemoteChange>, String> {
        self.files.iter().map(item).collect()
    }
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

fn copy_here(pair: &Pair) -> PathBuf {
    pair.states_folder.join(format!("{}.manifest.json", pair.config.id))
}

/// Takes a manifest in: what it lists is at the service. Returns how many files it lists.
async fn take_in(pair: &Pair, manifest: &Manifest) -> std::result::Result<usize, ListError> {
    let items = manifest.items().map_err(EngineError::usage)?;
    let count = items.len();
    see_items(pair, items).await?;
    Ok(count)
}

/// Takes the copy beside the state in, where the state knows nothing: it was lost or set aside. Where the service's copy is
/// stored comes last, and tells that it is done.
pub(crate) async fn recover(pair: &Pair) -> std::result::Result<(), ListError> {
    if pair.state.get::<SavedManifest>(Meta::Manifest)?.is_some() {
        return Ok(());
    }
    let path = copy_here(pair);
    let read = private_files::read(&path, MAX_BYTES);
    let Some(text) = read.map_err(|error| unusable(&path, &error))? else { return Ok(()) };
    let copy: Beside = serde_json::from_str(&text).map_err(|error| unusable(&path, &error))?;
    if copy.saved.is_none() && !pair.state.remote_files()?.is_empty() {
        return Ok(());
    }
    let count = take_in(pair, &copy.manifest).await?;
    pair.state.set(Meta::Manifest, copy.saved.as_ref())?;
    pair.tell(Event::Warning {
        text: format!(
            "The state of \"{}\" was lost; its manifest was read from \"{}\" ({count} files).",
            pair.config.name,
            path.display()
        ),
    });
    Ok(())
}

/// True when the service shows the manifest's copy that it has, or there is none to ask for.
pub(crate) async fn is_seen(pair: &Pair) -> std::result::Result<bool, ListError> {
    let Some(saved) = pair.state.get::<SavedManifest>(Meta::Manifest)? else { return Ok(true) };
    let item = RemoteRef { id: Some(saved.id), path: name(pair) };
    Ok(pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.stat(&item)).await?.is_some())
}

fn unusable(path: &std::path::Path, why: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(ErrorCode::State, format!("reading the manifest \"{}\" failed: {why}", path.display()))
        .hint("Nothing was changed. `tidemark pair import NAME FILE` takes another copy in.")
}

/// The copy beside the state, with where the service has its own.
#[derive(Serialize, Deserialize)]
struct Beside {
    saved: Option<SavedManifest>,
    manifest: Manifest,
}

/// Saves the manifest beside the state and at the service, where it isn't what was saved last.
pub(crate) async fn save(pair: &Pair) -> Result<()> {
    if pair.provider.capabilities().listing != Listing::None {
        return Ok(());
    }
    let manifest = Manifest::of(&pair.state).map_err(|error| state_error(&error))?;
    let text = manifest.text();
    let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
    let before: Option<SavedManifest> =
        pair.state.get(Meta::Manifest).map_err(|error| state_error(&error))?;
    if before.as_ref().is_some_and(|before| before.hash == hash)
        || (before.is_none() && manifest.files.is_empty())
    {
        return Ok(());
    }
    keep_here(pair, before.clone(), &manifest)?;
    if pair.config.direction == tidemark_core::plan::policy::Direction::Download {
        return Ok(());
    }
    let (remote, sent) = match send(pair, text.into()).await {
        Ok(sent) => sent,
        Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
        Err(error) => {
            let text =
                format!("The manifest could not be stored at the service and is stored here only: {error}.");
            pair.tell(Event::Warning { text });
            return Ok(());
        }
    };
    let saved = SavedManifest { id: remote.id, revision: remote.revision, hash };
    // First here: a copy that the state doesn't lead to yet is sent again, but one that led to the last one only would stay.
    keep_here(pair, Some(saved.clone()), &manifest)?;
    let before = before.filter(|before| before.id != saved.id);
    let act = before.map(|before| Act::Retire { id: before.id, revision: before.revision });
    let (path, begun_ns) = (name(pair), pair.clock.now_ns());
    let retired = act.as_ref().map(|act| (&path, act));
    let left = pair.state.record_manifest(&saved, sent, retired, begun_ns);
    if let (Some(id), Some(act)) = (left.map_err(|error| state_error(&error))?, act) {
        let retired = retire(pair, &Intent { id, path, act, begun_ns }).await;
        retired.map_err(|error| state_error(&error))?;
    }
    Ok(())
}

fn keep_here(pair: &Pair, saved: Option<SavedManifest>, manifest: &Manifest) -> Result<()> {
    let path = copy_here(pair);
    let failed = |why: &dyn std::fmt::Display| {
        EngineError::new(
            ErrorCode::State,
            format!("writing the manifest \"{}\" failed: {why}", path.display()),
        )
    };
    let copy = Beside { saved, manifest: manifest.clone() };
    let text = serde_json::to_vec(&copy).map_err(|error| failed(&error))?;
    private_files::replace(&path, &text).map_err(|error| failed(&error))
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
