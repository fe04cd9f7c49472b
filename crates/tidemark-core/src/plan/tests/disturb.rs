//! What people and programs do to one side of the model's world.

use super::chance::Chance;
use super::model::{Content, World, path};
use crate::node::Kind;
use crate::path::RelPath;

/// One random thing that somebody does on one side.
pub(super) fn disturb(world: &mut World, here: bool, chance: &mut Chance) {
    let side = world.side(here).clone();
    let folders: Vec<RelPath> = [RelPath::root()]
        .into_iter()
        .chain(side.iter().filter(|(_, thing)| thing.kind == Kind::Folder).map(|(path, _)| path.clone()))
        .filter(|path| path.depth() < 3)
        .collect();
    let all: Vec<RelPath> = side.keys().cloned().collect();
    let folds = world.traits.folds;
    let fresh = |world: &mut World, chance: &mut Chance| match chance.below(10) {
        0 => 0,
        1 => 7,
        _ => 100 + world.tick() as Content,
    };
    let place = |chance: &mut Chance| {
        let names: &[&str] = if folds { &["a", "b", "A", "B"] } else { &["a", "b", "c", "d"] };
        let name = chance.pick(names).unwrap();
        chance.pick(&folders).unwrap().join(name).unwrap()
    };
    match (chance.below(10), chance.pick(&all)) {
        (0 | 1, Some(at)) if side[&at].kind == Kind::File => {
            let (content, replace) = (fresh(world, chance), chance.one_in(3));
            world.edit(here, &at, content, replace);
        }
        (2, Some(at)) => world.remove(here, &at),
        (3 | 4, _) => {
            let at = place(chance);
            if !side.contains_key(&at) && !world.has_twin(here, &at, None) {
                let kind = if chance.one_in(3) { Kind::Folder } else { Kind::File };
                let content = if kind == Kind::File { fresh(world, chance) } else { 0 };
                world.put(here, &at, kind, content);
            }
        }
        (5..=7, Some(from)) => {
            let to = place(chance);
            if to == from
                || to.is_below(&from)
                || from.is_below(&to)
                || world.has_twin(here, &to, Some(&from))
            {
                return;
            }
            match side.get(&to) {
                None => world.relocate(here, &from, &to),
                Some(_) if chance.one_in(2) => {
                    let aside = path("swapping");
                    world.relocate(here, &from, &aside);
                    world.relocate(here, &to, &from);
                    world.relocate(here, &aside, &to);
                }
                Some(_) => {
                    world.remove(here, &to);
                    world.relocate(here, &from, &to);
                }
            }
        }
        (8, Some(at)) => {
            let kind = if side[&at].kind == Kind::File { Kind::Folder } else { Kind::File };
            let content = if kind == Kind::File { fresh(world, chance) } else { 0 };
            world.remove(here, &at);
            world.put(here, &at, kind, content);
        }
        (9, Some(at)) => {
            let identity = side[&at].identity;
            if chance.one_in(2) {
                let to = place(chance);
                world.remove(here, &at);
                if !world.side(here).contains_key(&to)
                    && !world.has_twin(here, &to, None)
                    && World::parent_is_folder(world.side(here), &to)
                    && here
                {
                    let content = fresh(world, chance);
                    world.put(
                        here,
                        &to,
                        side[&at].kind,
                        if side[&at].kind == Kind::File { content } else { 0 },
                    );
                    world.side(here).get_mut(&to).unwrap().identity = identity;
                }
            } else if here {
                let now = world.tick();
                world.local.get_mut(&at).unwrap().version = now;
            }
        }
        _ => {}
    }
}
