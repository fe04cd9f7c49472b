//! At a service without a listing: every item there is one that somebody can find again, or is told of.

use tidemark_engine::manifest::SavedManifest;
use tidemark_engine::pair::Pair;
use tidemark_engine::state::{Act, Files, Meta, StateError};

use super::World;
use super::items::Place;

/// What this computer knows of the service.
#[derive(Default)]
struct Known {
    ids: Vec<String>,
    /// Uploads that may have left an item: path and size.
    orphans: Vec<(String, u64)>,
}

impl World {
    /// To every item at the service leads a manifest, an intent, or the report that an upload may have left it.
    pub fn nothing_is_left_behind(&mut self) -> Result<(), String> {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        let known = Known::of(&pair);
        self.pair = Some(pair);
        let mut known = known.map_err(|error| error.to_string())?;
        let stage = self.scene.stage();
        let is_led_to = |known: &Known, place: Place| {
            let id = &stage.service.items[place].id;
            known.ids.contains(id) || stage.other.has(place) || stage.forgotten.contains(&place)
        };
        for (place, item) in stage.service.items.iter().enumerate().filter(|(_, item)| item.live) {
            if is_led_to(&known, place) {
                continue;
            }
            let size = stage.service.content(place).map_or(0, |content| content.len() as u64);
            match known.orphans.iter().position(|told| *told == (item.path.to_string(), size)) {
                Some(told) => drop(known.orphans.swap_remove(told)),
                None => return Err(format!("left behind: {} of {}, {size} bytes", item.id, item.path)),
            }
        }
        Ok(())
    }
}

impl Known {
    fn of(pair: &Pair) -> Result<Self, StateError> {
        let mut known = Self::default();
        for node in pair.state.files_after(Files::Known, 0)?.0 {
            let remote = node.remote.or(node.synced.map(|synced| synced.remote));
            known.ids.extend(remote.map(|remote| remote.id.to_string()));
        }
        let saved: Option<SavedManifest> = pair.state.get(Meta::Manifest)?;
        known.ids.extend(saved.map(|saved| saved.id.to_string()));
        for intent in pair.state.intents()? {
            match intent.act {
                Act::Retire { id, .. } => known.ids.push(id.to_string()),
                Act::Orphan { size, .. } | Act::Upload { size } => {
                    known.orphans.push((intent.path.to_string(), size));
                }
            }
        }
        Ok(known)
    }
}
