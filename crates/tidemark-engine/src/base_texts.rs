//! What both sides agree on is remembered where it is a small text: a later conflict can be merged from it also where
//! the service keeps no history.

use tidemark_core::node::{ContentHash, Kind, Local};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Action, Operation};
use tidemark_core::text::Text;

use crate::apply::trouble::state_error;
use crate::error::Result;
use crate::pair::Pair;
use crate::state::BASE_TEXTS_MAX;

/// A larger text isn't remembered.
const MAX_BYTES: u64 = 256 << 10;
/// Files that are read and stored together.
const BATCH: usize = 64;

/// Remembers the texts that these operations have made agreed on. One that can't be read now is left out: it only
/// serves to merge.
pub(crate) async fn remember(pair: &Pair, operations: &[Operation]) -> Result<()> {
    let settles = |operation: &&Operation| {
        matches!(operation.action, Action::Agree | Action::Upload | Action::Download)
    };
    let files: Vec<&Operation> =
        operations.iter().filter(settles).filter(|operation| operation.kind == Kind::File).collect();
    let mut stored = 0;
    for batch in files.chunks(BATCH) {
        let paths: Vec<RelPath> = batch.iter().map(|operation| operation.path.clone()).collect();
        let shared = pair.clone();
        stored += pair.offload.run(move || remember_batch(&shared, &paths)).await??;
        if stored >= BASE_TEXTS_MAX {
            break;
        }
    }
    if stored > 0 {
        pair.state.limit_base_texts().map_err(|error| state_error(&error))?;
    }
    Ok(())
}

/// Returns how many bytes were stored.
fn remember_batch(pair: &Pair, paths: &[RelPath]) -> Result<u64> {
    let mut texts = Vec::new();
    for path in paths {
        let node = pair.state.node(path).map_err(|error| state_error(&error))?;
        let Some(local) = node.synced.map(|agreed| agreed.local) else { continue };
        let Some(hash) = local.hash.filter(|_| local.stamp.size <= MAX_BYTES) else { continue };
        if pair.state.has_base_text(&hash).map_err(|error| state_error(&error))? {
            continue;
        }
        texts.extend(text(pair, path, &local, hash).map(|text| (hash, text)));
    }
    if !texts.is_empty() {
        pair.state.put_base_texts(&texts).map_err(|error| state_error(&error))?;
    }
    Ok(texts.iter().map(|(_, text)| text.len() as u64).sum())
}

/// The file's content, where it is a text and still the one that was agreed on.
fn text(pair: &Pair, path: &RelPath, local: &Local, hash: ContentHash) -> Option<Vec<u8>> {
    let mut content = vec![0; usize::try_from(local.stamp.size).ok()?];
    let read = pair.disk.open(path).and_then(|file| file.read_at(0, &mut content)).ok()?;
    let same = read == content.len() && blake3::hash(&content) == hash.0;
    (same && (!content.contains(&0) || Text::read(&content).is_some())).then_some(content)
}
