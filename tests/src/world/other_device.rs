//! Another computer at a service without a listing. It has a manifest of its own: what this computer makes it doesn't see,
//! nor the reverse, until one takes the manifest of the other.

use std::collections::BTreeMap;

use serde_json::json;
use tidemark_core::path::RelPath;

use super::content::{appended, content};
use super::edit::{Edit, Side};
use super::items::{Place, Service, hash_of};
use super::scene::Stage;
use super::tree::Bytes;

/// Which item it has at which path.
#[derive(Debug, Default)]
pub(super) struct OtherDevice {
    manifest: BTreeMap<RelPath, Place>,
}

impl OtherDevice {
    pub(super) fn has(&self, place: Place) -> bool {
        self.manifest.values().any(|known| *known == place)
    }

    /// Its manifest as text, what is gone by now included. Every other file is without its hash.
    pub(super) fn text(&self, service: &Service) -> String {
        let file = |(path, place): (&RelPath, &Place)| {
            let content = service.content(*place).cloned().unwrap_or_default();
            let hash = (place % 2 == 0).then(|| hash_of(&content).to_string());
            let id = &service.items[*place].id;
            json!({ "path": path.to_string(), "id": id, "revision": id, "size": content.len(), "blake3": hash,
                    "modified_ns": null })
        };
        let files: Vec<_> = self.manifest.iter().map(file).collect();
        json!({ "format": "tidemark-manifest", "version": 1, "files": files }).to_string()
    }

    /// Takes in what this computer's manifest leads to, where it has nothing itself.
    pub(super) fn adopt(&mut self, service: &Service, theirs: BTreeMap<RelPath, Place>) {
        self.forget_gone(service);
        for (path, place) in theirs {
            if service.items[place].live && !self.has(place) && self.is_free(&path) {
                self.manifest.entry(path).or_insert(place);
            }
        }
    }

    fn forget_gone(&mut self, service: &Service) {
        self.manifest.retain(|_, place| service.items[*place].live);
    }

    /// No file is above the path, and nothing below it.
    fn is_free(&self, path: &RelPath) -> bool {
        !self.manifest.keys().any(|other| other.is_below(path) || path.is_below(other))
    }

    fn at_or_below(&self, path: &RelPath) -> Vec<RelPath> {
        self.manifest.keys().filter(|other| *other == path || other.is_below(path)).cloned().collect()
    }
}

impl Stage {
    /// The other computer does something. What it deletes without knowing the path is deleted by hand, by whoever sees it
    /// at the service.
    pub(super) fn edit_elsewhere(&mut self, edit: &Edit, now_ns: i64) -> Option<()> {
        self.other.forget_gone(&self.service);
        match edit {
            Edit::Write(path, number) => self.put_elsewhere(path, content(*number).into(), now_ns),
            Edit::Overwrite(path, number) => {
                self.other.manifest.get(path)?;
                self.put_elsewhere(path, content(*number).into(), now_ns)
            }
            Edit::Append(path, number) => {
                let old = self.service.content(*self.other.manifest.get(path)?)?;
                let new = appended(old, *number);
                self.put_elsewhere(path, new, now_ns)
            }
            Edit::Copy(from, to) => {
                let copied = self.service.content(*self.other.manifest.get(from)?)?.clone();
                self.put_elsewhere(to, copied, now_ns)
            }
            Edit::Delete(path) => {
                let known = self.other.at_or_below(path);
                let places: Vec<Place> = match known.is_empty() {
                    true => {
                        let seen = |item: &super::items::Item| item.live && item.path == *path;
                        self.service.items.iter().rposition(seen).into_iter().collect()
                    }
                    false => known.iter().filter_map(|path| self.other.manifest.remove(path)).collect(),
                };
                places.into_iter().for_each(|place| self.delete_elsewhere(place));
                Some(())
            }
            Edit::Rename(from, to) => {
                let moved = self.other.at_or_below(from);
                if moved.is_empty() || to == from || to.is_below(from) || from.is_below(to) {
                    return None;
                }
                if !self.other.is_free(to) {
                    return None;
                }
                if let Some(old) = self.other.manifest.remove(to) {
                    self.delete_elsewhere(old);
                }
                for path in moved {
                    let target = path.strip(from).and_then(|rest| rest.below(to).ok());
                    if let (Some(target), Some(place)) = (target, self.other.manifest.remove(&path)) {
                        self.other.manifest.insert(target, place);
                    }
                }
                Some(())
            }
            Edit::Folder(_) => None,
        }
    }

    fn put_elsewhere(&mut self, path: &RelPath, new: Bytes, now_ns: i64) -> Option<()> {
        if !self.other.is_free(path) {
            return None;
        }
        let place = self.service.put_unlisted(path, new.clone(), now_ns);
        self.saw(Side::There, path, &new);
        if let Some(old) = self.other.manifest.insert(path.clone(), place) {
            self.delete_elsewhere(old);
        }
        Some(())
    }

    fn delete_elsewhere(&mut self, place: Place) {
        if let Some(old) = self.service.content(place).cloned() {
            self.ledger.gave_up(Side::There, &old);
        }
        self.service.items[place].live = false;
    }
}
