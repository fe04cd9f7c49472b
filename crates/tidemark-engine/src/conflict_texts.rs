//! A conflict's sides as texts, to be looked at and merged; drafts of a merge, and saving one.

use serde::{Deserialize, Serialize};
use tidemark_core::merge_parts::{MergePart, three_way, two_way};
use tidemark_core::node::Node;
use tidemark_core::text::{Encoding, Eol, MAX_SHOWN_BYTES, Text};
use ts_rs::TS;

use crate::apply::trouble::state_error;
use crate::config::{Config, PairConfig};
use crate::conflict_sides::{file_here, file_there};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::inspect::path_in;
use crate::open_pair::open_state;
use crate::pair::{Events, Pair};
use crate::raw_content::{Of, RawContent, Side, conflict_side, version_content};
use crate::report::SyncReport;
use crate::resolution::Resolved;
use crate::resolve::{Decision, no_conflict};
use crate::state::{ConflictRow, State};
use crate::undo::look_at;
use tokio_util::sync::CancellationToken;

/// A conflict's sides as texts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictTexts {
    /// This computer's; `None`: no file is there.
    pub mine: Option<TextContent>,
    /// The service's; `None`: no file is there that can be read.
    pub theirs: Option<TextContent>,
    /// What both came from, where it could be had.
    pub base: Option<TextContent>,
    /// The parts of a merge, where both sides are texts; without a base every difference is a conflict.
    pub merged: Option<Vec<MergePart>>,
    /// Stands for both sides as they are shown here, for `resolve-merged`.
    pub seen: String,
    /// What was drafted before.
    pub draft: Option<String>,
}

/// A content as a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextContent {
    /// The text, with `\n` at the ends of its lines; `None`: it isn't one, or is too large.
    pub text: Option<String>,
    /// Bytes.
    pub size: u64,
    /// How its characters are written.
    pub encoding: Encoding,
    /// Whether a byte order mark stands before it.
    pub bom: bool,
    /// How its lines end.
    pub eol: Eol,
    /// Whether its last line has an end.
    pub final_newline: bool,
}

impl TextContent {
    fn of(text: &Text, size: u64) -> Self {
        Self {
            text: Some(text.shown()),
            size,
            encoding: text.encoding,
            bom: text.bom,
            eol: text.eol(),
            final_newline: text.final_newline(),
        }
    }

    /// A content of that size that isn't shown as a text.
    fn not_shown(size: u64) -> Self {
        let (encoding, eol) = (Encoding::Utf8, Eol::None);
        Self { text: None, size, encoding, bom: false, eol, final_newline: false }
    }
}

/// A content, read as a text where it is one.
struct Read {
    text: Option<Text>,
    size: u64,
}

impl Read {
    fn content(&self) -> TextContent {
        match &self.text {
            Some(text) => TextContent::of(text, self.size),
            None => TextContent::not_shown(self.size),
        }
    }
}

async fn read(content: Option<RawContent>) -> Result<Option<Read>> {
    let Some(mut content) = content else { return Ok(None) };
    let size = content.size;
    if size > MAX_SHOWN_BYTES {
        return Ok(Some(Read { text: None, size }));
    }
    let mut bytes = Vec::new();
    loop {
        let more = content.next().await?;
        if more.is_empty() || bytes.len() as u64 > MAX_SHOWN_BYTES {
            break;
        }
        bytes.extend_from_slice(&more);
    }
    Ok(Some(Read { text: Text::read(&bytes), size }))
}

impl Tidemark {
    /// Both sides of a conflict and what they came from, as texts.
    pub async fn conflict_texts(
        &self,
        id: i64,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<ConflictTexts> {
        let _owner = self.own("conflict-texts")?;
        let (pair, row) = self.pair_of_conflict(id, events, cancel)?;
        let _turn = pair.turns.look.lock().await;
        look_at(&pair, std::slice::from_ref(&row.path)).await?;
        let mine = read(conflict_side(&pair, &row, Side::Mine, MAX_SHOWN_BYTES).await?).await?;
        let theirs = read(conflict_side(&pair, &row, Side::Theirs, MAX_SHOWN_BYTES).await?).await?;
        let base = read(conflict_side(&pair, &row, Side::Base, MAX_SHOWN_BYTES).await?).await?;
        let shown = |read: &Option<Read>| Some(read.as_ref()?.text.as_ref()?.shown());
        let merged = shown(&mine).zip(shown(&theirs)).map(|(mine, theirs)| match shown(&base) {
            Some(base) => three_way(&base, &mine, &theirs),
            None => two_way(&mine, &theirs),
        });
        Ok(ConflictTexts {
            mine: mine.map(|read| read.content()),
            theirs: theirs.map(|read| read.content()),
            base: base.map(|read| read.content()),
            merged,
            seen: seen(&node_of(&pair, &row)?, &row),
            draft: pair.state.draft(id).map_err(|error| state_error(&error))?,
        })
    }

    /// Stores what was made of both sides so far; `None` forgets it. It ends with its conflict.
    pub fn conflict_draft(&self, id: i64, text: Option<&str>) -> Result<()> {
        let _owner = self.own("conflict-draft")?;
        let (_, state, _) = self.conflict_row(id)?;
        state.set_draft(id, text).map_err(|error| state_error(&error))
    }

    /// Decides a conflict by a text that a person made of both sides, `seen` being what they looked at. It is written as
    /// this computer's file is: in its encoding, with its byte order mark and line ends. Refused where a side has moved on
    /// since; the text is kept as the draft then.
    pub async fn resolve_merged(
        &self,
        id: i64,
        text: &str,
        seen_then: &str,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Resolved> {
        let _owner = self.own("resolve-merged")?;
        let (pair, row) = self.pair_of_conflict(id, events, cancel)?;
        pair.state.set_draft(id, Some(text)).map_err(|error| state_error(&error))?;
        let turn = pair.turns.look.lock().await;
        look_at(&pair, std::slice::from_ref(&row.path)).await?;
        if seen(&node_of(&pair, &row)?, &row) != seen_then {
            return Err(not_saved(&row));
        }
        let mine = read(conflict_side(&pair, &row, Side::Mine, MAX_SHOWN_BYTES).await?).await?;
        let theirs = read(conflict_side(&pair, &row, Side::Theirs, MAX_SHOWN_BYTES).await?).await?;
        let (mine, theirs) = (mine.and_then(|read| read.text), theirs.and_then(|read| read.text));
        let (like, other) = match (&mine, &theirs) {
            (Some(mine), theirs) => (mine, theirs.as_ref()),
            (None, Some(theirs)) if file_here(&node_of(&pair, &row)?).is_none() => (theirs, None),
            _ => {
                let text =
                    format!("\"{}\" isn't a text on this computer, so a text can't take its place", row.path);
                return Err(EngineError::usage(text)
                    .hint("`tidemark conflicts resolve ID --merged FILE` takes the bytes of any file."));
            }
        };
        let bytes = like.rewritten(text, other).map_err(|error| {
            EngineError::usage(format!("the merge of \"{}\" was not saved: {error}", row.path))
                .hint("Nothing was written, and what you made is kept as a draft. Change that character.")
        })?;
        let (report, resolutions) = pair.resolve_in_turn(turn, &[id], &Decision::Written(bytes)).await?;
        if resolutions.is_empty() {
            return Err(not_saved(&row));
        }
        Ok(Resolved { report: SyncReport { pairs: vec![report] }, resolutions })
    }

    /// A version of a path as a text.
    pub async fn version_text(
        &self,
        pair: &str,
        path: &str,
        version: &str,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<TextContent> {
        let _owner = self.own("version-text")?;
        let config = Config::load(&self.home)?;
        let settings = config.pair(pair)?;
        let path = path_in(settings, path)?;
        let pair = self.opened(&config, settings, events, cancel)?;
        let _turn = pair.turns.look.lock().await;
        let content = version_content(&pair, &path, version, MAX_SHOWN_BYTES).await?;
        let read = read(Some(content)).await?;
        Ok(read.map_or_else(|| TextContent::not_shown(0), |read| read.content()))
    }

    /// The bytes of a conflict's side or of a version, for those who show them; `None`: there is nothing. A larger one than
    /// [`crate::raw_content::MAX_BYTES`] is refused.
    pub async fn content(
        &self,
        of: Of,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Option<RawContent>> {
        let _owner = self.own("content")?;
        let content = match of {
            Of::Conflict { id, side } => {
                let (pair, row) = self.pair_of_conflict(id, events, cancel)?;
                let _turn = pair.turns.look.lock().await;
                conflict_side(&pair, &row, side, crate::raw_content::MAX_BYTES).await?
            }
            Of::Version { pair, path, version } => {
                let config = Config::load(&self.home)?;
                let settings = config.pair(&pair)?;
                let path = path_in(settings, &path)?;
                let pair = self.opened(&config, settings, events, cancel)?;
                let _turn = pair.turns.look.lock().await;
                Some(version_content(&pair, &path, &version, crate::raw_content::MAX_BYTES).await?)
            }
        };
        content.map(RawContent::bounded).transpose()
    }

    fn conflict_row(&self, id: i64) -> Result<(PairConfig, State, ConflictRow)> {
        for pair in Config::load(&self.home)?.pairs {
            let state = open_state(&self.home, &pair)?;
            let rows = state.conflicts().map_err(|error| state_error(&error))?;
            if let Some(row) = rows.into_iter().find(|row| row.id == id) {
                return Ok((pair, state, row));
            }
        }
        Err(no_conflict(id))
    }

    fn pair_of_conflict(
        &self,
        id: i64,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<(Pair, ConflictRow)> {
        let (settings, _, row) = self.conflict_row(id)?;
        let pair = self.opened(&Config::load(&self.home)?, &settings, events, cancel)?;
        Ok((pair, row))
    }
}

fn not_saved(row: &ConflictRow) -> EngineError {
    EngineError::new(
        ErrorCode::Failed,
        format!("the merge of \"{}\" was not saved: a side was changed since it was shown", row.path),
    )
    .hint("Nothing was written, and what you made is kept as a draft. Look at both sides again.")
}

fn node_of(pair: &Pair, row: &ConflictRow) -> Result<Node> {
    pair.state.node(&row.path).map_err(|error| state_error(&error))
}

/// One word for the contents of both sides.
fn seen(node: &Node, row: &ConflictRow) -> String {
    let mut hasher = blake3::Hasher::new();
    let here = file_here(node).map(|local| match local.hash {
        Some(hash) => hash.to_string(),
        None => format!("{:?}", local.stamp),
    });
    let there = file_there(node).map(|remote| match remote.hash {
        Some(hash) => hash.to_string(),
        None => format!("{} {}", remote.id, remote.revision),
    });
    for part in [here, there, row.theirs_version.clone()] {
        hasher.update(part.unwrap_or_default().as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}

#[cfg(test)]
mod tests;
