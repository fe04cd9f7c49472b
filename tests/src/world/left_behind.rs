//! At a service without a listing: every item there is one that somebody can find again, or is told of.

use tidemark_engine::manifest::SavedManifest;
use tidemark_engine::state::{Act, Files, Meta, Result};

use super::World;
use super::items::Place;

impl World {
    /// To every item at the service leads a manifest, an intent, or the report that an upload may have left it.
    pub fn nothing_is_left_behind(&mut self) -> std::result::Result<(), String> {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        let read = ids(&pair);
        self.pair = Some(pair);
        let (ids, mut orphans) = read.map_err(|error| error.to_string())?;
        let stage = self.scene.stage();
        let is_led_to = |place: Place| {
            let id = &stage.service.items[place].id;
            ids.contains(id) || stage.other.has(place) || stage.forgotten.contains(&place)
        };
        for (place, item) in stage.service.items.iter().enumerate().filter(|(_, item)| item.live) {
            if is_led_to(place) {
                continue;
            }
            let size = stage.service.content(place).map_or(0, |content| content.len() as u64);
            match orphans.iter().position(|told| *told == (item.path.to_string(), size)) {
                Some(told) => drop(orphans.swap_remove(told)),
                None => return Err(format!("left behind: {} of {}, {size} bytes", item.id, item.path)),
            }
        }
        Ok(())
    }
}

/// The ids that this computer knows, and the orphans that it tells of.
fn ids(pair: &tidemark_engine::pair::Pair) -> Result<(Vec<String>, Vec<(String, u64)>)> {
    let (nodes, _) = pair.state.files_after(Files::Known, 0)?;
    let known = nodes.iter().flat_map(|node| {
        let agreed = node.synced.as_ref().map(|synced| &synced.remote);
        node.remote.as_ref().or(agreed).map(|remote| remote.id.to_string())
    });
    let mut ids: Vec<String> = known.collect();
    let mut orphans = Vec::new();
    ids.extend(pair.state.get::<SavedManifest>(Meta::Manifest)?.map(|saved| saved.id.to_string()));
    for intent in pair.state.intents()? {
        match intent.act {
            Act::Retire { id, .. } => ids.push(id.to_string()),
            Act::Orphan { size, .. } | Act::Upload { size } => orphans.push((intent.path.to_string(), size)),
        }
    }
    Ok((ids, orphans))
}
