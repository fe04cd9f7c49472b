//! The manifest's copy beside the state: what a state that was lost, or is older than it, gets its ids back from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::apply::trouble::state_error;
use crate::error::{EngineError, ErrorCode, Result};
use crate::import;
use crate::manifest::{MAX_BYTES, Manifest, SavedManifest};
use crate::observe::remote::ListError;
use crate::pair::Pair;
use crate::private_files;
use crate::report::Event;
use crate::state::{Meta, State};

/// The copy's first bytes, before its generation.
const HEAD: &str = "{\"generation\":";
/// What the copy has beyond the manifest, at most.
const FRAME_BYTES: u64 = 64 << 10;

/// The copy, with where the service has its own.
#[derive(Debug, Deserialize)]
pub(crate) struct ManifestCopy {
    /// How often the manifest had been kept: more often than the state knows of means that the state is the older one.
    #[serde(default)]
    generation: u64,
    saved: Option<SavedManifest>,
    pub(crate) manifest: Manifest,
}

#[derive(Serialize)]
struct Frame<'a> {
    generation: u64,
    saved: Option<&'a SavedManifest>,
}

/// Where the copy of the pair with that id is.
pub(crate) fn path_of(states_folder: &Path, id: &str) -> PathBuf {
    states_folder.join(format!("{id}.manifest.json"))
}

fn own_path(pair: &Pair) -> PathBuf {
    path_of(&pair.states_folder, &pair.config.id)
}

/// True when the copy knows what the state doesn't: the state was lost or set aside, or it comes from a backup.
pub(crate) fn is_newer(path: &Path, state: &State) -> Result<bool> {
    let head = private_files::read_head(path, 64).map_err(|error| unusable(path, &error))?;
    let Some(head) = head else { return Ok(false) };
    let known = generation(state)?;
    Ok(generation_in(&head) > known || (known == 0 && knows_nothing(state)?))
}

/// The copy, where it knows what the state doesn't.
pub(crate) fn newer(path: &Path, state: &State) -> Result<Option<ManifestCopy>> {
    if !is_newer(path, state)? {
        return Ok(None);
    }
    let read = private_files::read(path, MAX_BYTES + FRAME_BYTES).map_err(|error| unusable(path, &error))?;
    let Some(text) = read else { return Ok(None) };
    Ok(Some(serde_json::from_str(&text).map_err(|error| unusable(path, &error))?))
}

fn generation(state: &State) -> Result<u64> {
    let stored: Option<u64> = state.get(Meta::ManifestGeneration).map_err(|error| state_error(&error))?;
    Ok(stored.unwrap_or(0))
}

fn knows_nothing(state: &State) -> Result<bool> {
    let knows = || Ok(state.get::<SavedManifest>(Meta::Manifest)?.is_some() || state.knows_remote_files()?);
    knows().map(|knows| !knows).map_err(|error| state_error(&error))
}

/// Zero in copies of the time before they were counted.
fn generation_in(head: &[u8]) -> u64 {
    let Some(rest) = head.strip_prefix(HEAD.as_bytes()) else { return 0 };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: u64, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

/// Takes the copy in where it knows what the state doesn't. What the state knows and the copy doesn't stays known.
pub(crate) async fn recover(pair: &Pair) -> std::result::Result<(), ListError> {
    let path = own_path(pair);
    let Some(copy) = newer(&path, &pair.state)? else { return Ok(()) };
    let lost = knows_nothing(&pair.state)?;
    if lost || copy.manifest != Manifest::of(&pair.state)? {
        let aside = (!lost).then(|| set_aside(pair, &copy)).transpose()?;
        let count = import::take_in(pair, &copy.manifest).await?;
        pair.tell(Event::Warning { text: told(&pair.config.name, &path, count, aside.as_deref()) });
    }
    pair.state.set(Meta::Manifest, copy.saved.as_ref())?;
    Ok(pair.state.set(Meta::ManifestGeneration, Some(&copy.generation))?)
}

fn told(name: &str, path: &Path, count: usize, aside: Option<&Path>) -> String {
    match aside {
        None => format!(
            "The state of \"{name}\" was lost; its manifest was read from \"{}\" ({count} files).",
            path.display()
        ),
        Some(aside) => format!(
            "The state of \"{name}\" is older than the copy of its manifest, as after restoring a backup: what the \
             copy knows was taken in ({count} files). The copy as it was stays in \"{}\"; `tidemark pair import {name} \
             FILE` takes it in again.",
            aside.display()
        ),
    }
}

/// Keeps the manifest in the form that can be imported, as the next copy goes into the place of this one.
fn set_aside(pair: &Pair, copy: &ManifestCopy) -> Result<PathBuf> {
    let name = format!("{}.manifest-{}.json", pair.config.id, copy.generation);
    let path = pair.states_folder.join(name);
    let text = copy.manifest.text()?;
    private_files::replace(&path, text.as_bytes()).map_err(|error| unwritten(&path, &error))?;
    Ok(path)
}

/// Puts the copy of what the state knows in the place of the last one. `text`: the manifest's.
pub(crate) fn keep(pair: &Pair, saved: Option<&SavedManifest>, text: &[u8]) -> Result<()> {
    let path = own_path(pair);
    // First in the state: a copy that is ahead of it means that the state is an older one.
    let generation = generation(&pair.state)? + 1;
    pair.state.set(Meta::ManifestGeneration, Some(&generation)).map_err(|error| state_error(&error))?;
    let frame =
        serde_json::to_string(&Frame { generation, saved }).map_err(|error| unwritten(&path, &error))?;
    let head = frame.strip_suffix('}').unwrap_or(&frame);
    let parts = [head.as_bytes(), b",\"manifest\":", text, b"}"];
    private_files::replace_with(&path, &parts).map_err(|error| unwritten(&path, &error))
}

/// True when the copy may be replaced: it knows nothing that the state doesn't.
pub(crate) fn may_be_replaced(pair: &Pair) -> Result<bool> {
    Ok(!is_newer(&own_path(pair), &pair.state)?)
}

fn unwritten(path: &Path, why: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(ErrorCode::State, format!("writing the manifest \"{}\" failed: {why}", path.display()))
        .hint("Your files are safe. If the disk with Tidemark's own folder is full, free some space; then sync again.")
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(ErrorCode::State, format!("reading the manifest \"{}\" failed: {why}", path.display()))
        .hint("Nothing was changed. `tidemark pair import NAME FILE` takes another copy in.")
}
