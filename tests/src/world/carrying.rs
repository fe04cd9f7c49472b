//! What a pair at a service without a listing goes by beside its state: manifests that are carried to other computers and
//! back, and the copies that bring a lost one back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use tidemark_core::node::Node;
use tidemark_core::path::RelPath;
use tidemark_engine::carry::ManifestSource;
use tidemark_engine::manifest::SavedManifest;
use tidemark_engine::pair::Pair;
use tidemark_engine::state::{Files, Meta};

use super::World;
use super::course::{At, Happening};
use super::items::Place;

impl World {
    /// The other computer takes this one's manifest in.
    pub fn export(&mut self) {
        self.scene.stage().course.trace.push("export".to_owned());
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        let nodes = known_to(&pair);
        let mut stage = self.scene.stage();
        let stage = &mut *stage;
        let known = nodes.into_iter().filter_map(|node| {
            let id = node.remote?.id;
            Some((node.path, stage.service.by_id(&id.0)?))
        });
        stage.other.adopt(&stage.service, known.collect());
        self.pair = Some(pair);
    }

    /// This computer takes the other one's manifest in; things happen meanwhile.
    pub fn import(&mut self, happenings: &[(At, Happening)]) {
        let text = {
            let stage = self.scene.stage();
            stage.other.text(&stage.service)
        };
        let before = self.places_known();
        self.take_in("import", ManifestSource::Text(text.into()), happenings);
        let after = self.places_known();
        self.scene.stage().forgotten.extend(before.difference(&after));
    }

    /// The items that this computer has at a path. What loses its path to another manifest's item is left at the service,
    /// and its content is kept here.
    fn places_known(&mut self) -> BTreeSet<Place> {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        let nodes = known_to(&pair);
        self.pair = Some(pair);
        let stage = self.scene.stage();
        nodes.iter().filter_map(|node| stage.service.by_id(&node.remote.as_ref()?.id.0)).collect()
    }

    fn take_in(&mut self, name: &str, source: ManifestSource, happenings: &[(At, Happening)]) {
        let taken = self.run(name, happenings, async |pair| pair.import(source).await);
        let told = match taken {
            None => return,
            Some(Ok(count)) => format!("  = {count} files"),
            Some(Err(error)) => format!("  = {error}"),
        };
        self.scene.stage().course.trace.push(told);
    }

    /// Loses the state and every copy of the manifest here. The service's copy, whose id somebody wrote down after the last
    /// sync, brings it back.
    pub fn lose_home(&mut self) {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        let saved = pair.state.get::<SavedManifest>(Meta::Manifest).unwrap_or_else(|error| panic!("{error}"));
        drop(pair);
        let copy = self.copy_here();
        if copy.exists() {
            std::fs::remove_file(&copy).unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
        }
        self.lose_state();
        self.scene.stage().course.trace.push("lose home".to_owned());
        let Some(saved) = saved else { return };
        let known = {
            let stage = self.scene.stage();
            let place = stage.service.by_id(&saved.id.0);
            let text = place.and_then(|place| stage.service.content(place));
            text.map(|text| places(&stage.service, text)).unwrap_or_default()
        };
        self.scene.stage().forgotten.retain(|place| !known.contains(place));
        self.take_in("import by id", ManifestSource::Id(saved.id.0.to_string()), &[]);
    }

    /// What only the lost state led to isn't led to any more; the copy beside it leads to the rest.
    pub(super) fn forget_what_nothing_leads_to(&self) {
        let mut stage = self.scene.stage();
        let copy = std::fs::read(self.copy_here()).unwrap_or_default();
        let known = places(&stage.service, &copy);
        let alive: Vec<Place> =
            (0..stage.service.items.len()).filter(|place| stage.service.items[*place].live).collect();
        let lost = alive.into_iter().filter(|place| !known.contains(place)).collect::<Vec<_>>();
        stage.forgotten.extend(lost);
    }

    fn copy_here(&self) -> PathBuf {
        self.home.path().join(format!("{}.manifest.json", self.config.id))
    }
}

/// The files that a pair knows at the service, or knew when they were agreed on.
fn known_to(pair: &Pair) -> Vec<Node> {
    pair.state.files_after(Files::Known, 0).unwrap_or_else(|error| panic!("{error}")).0
}

/// The items that a manifest leads to, wherever its text has their ids.
fn places(service: &super::items::Service, text: &[u8]) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    let value = serde_json::from_slice::<Value>(text).unwrap_or_default();
    let mut waiting = vec![&value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values),
            Value::Object(fields) => {
                waiting.extend(fields.values());
                found.extend(fields.get("id").and_then(Value::as_str).and_then(|id| service.by_id(id)));
            }
            _ => {}
        }
    }
    found
}

impl World {
    /// What this computer's manifest has at the service, by path.
    pub(super) fn known_there(&self) -> BTreeMap<RelPath, super::tree::Bytes> {
        let Some(pair) = &self.pair else { return BTreeMap::new() };
        let nodes = known_to(pair);
        let stage = self.scene.stage();
        let there = nodes.into_iter().filter_map(|node| {
            let place = stage.service.by_id(&node.remote?.id.0)?;
            Some((node.path, stage.service.content(place)?.clone()))
        });
        there.collect()
    }
}
