//! Whole trees, as they go up and come down again.

use std::collections::BTreeSet;

use tidemark_providers::capabilities::Folders;

use crate::files::{LARGE, Tree, brief, noise};
use crate::scene::Scene;

const NAMES: [&str; 12] = [
    "plain.txt",
    " with  spaces ",
    "100 % of it.txt",
    "%41%2F%zz",
    "#1?&+=;,@!$'()*.txt",
    "Það er ágætt – æðislegt.txt",
    "日本語のファイル.txt",
    "🦀 and 👩‍👩‍👧.md",
    "[x]{y}~$a.docx",
    "no extension",
    ".hidden",
    "UPPER.TXT",
];

const FOLDERS: [&str; 3] = ["", "docs/", "docs/Ísland %20#/日本語 🎉/"];

/// Odd names in nested folders, and files of many sizes.
fn odd_tree() -> Tree {
    let mut tree = Tree::new();
    for (number, name) in NAMES.iter().enumerate() {
        for folder in [FOLDERS[0], FOLDERS[1 + number % 2]] {
            tree.insert(format!("{folder}{name}"), format!("content of {folder}{name}").into());
        }
    }
    for (seed, size) in (1..).zip([0, 1, 700 << 10, LARGE, 70 << 20]) {
        tree.insert(format!("{size} bytes"), noise(seed, size));
        tree.insert(format!("sizes/{size}"), noise(seed + 100, size.min(LARGE)));
    }
    tree
}

/// What the service can hold goes up, and comes down elsewhere as it was; the rest says why it doesn't.
pub(crate) fn a_nested_tree_goes_up_and_comes_down(scene: Scene) {
    let all = odd_tree();
    for (path, content) in &all {
        crate::files::write_at(&scene.person.path("docs").join(path), &scene.remembered(content.clone()));
    }
    let (fits, rest): (Tree, Tree) =
        all.into_iter().partition(|(path, content)| scene.holds(path, content.len()));
    let (count, bytes) = (fits.len() as u64, fits.values().map(Vec::len).sum::<usize>());
    let said = scene.sync().ends(if rest.is_empty() { 0 } else { 5 }).did(&[("uploaded", count)]);
    let without: BTreeSet<&str> = rest.keys().map(|path| scene.what_is_refused(path)).collect();
    assert_eq!(problems(&said.pair), without, "{:#}", said.pair);
    assert!(said.pair["bytes_up"].as_u64().unwrap() >= bytes as u64, "{:#}", said.pair);
    holds_just(&scene.there(), &fits);

    let second = scene.second_computer();
    second.sync().ends(0).did(&[("downloaded", count)]);
    holds_just(&second.here(), &fits);
    for computer in [&second, &scene] {
        computer.is_idle();
        holds_just(&computer.there(), &fits);
    }
}

/// What has a problem, each with a reason.
fn problems(pair: &serde_json::Value) -> BTreeSet<&str> {
    let problems = pair["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| {
            assert!(problem["message"].as_str().unwrap().len() > 30, "{problem:#}");
            problem["path"].as_str().unwrap()
        })
        .collect()
}

impl Scene {
    /// What the service can't hold: where it has no folders, the folder stands for what is in it.
    fn what_is_refused<'p>(&self, path: &'p str) -> &'p str {
        match self.able.folders {
            Folders::None => path.split('/').next().unwrap(),
            _ => path,
        }
    }
}

#[track_caller]
fn holds_just(side: &Tree, tree: &Tree) {
    assert!(side == tree, "there: {:#?}\nexpected: {:#?}", brief(side), brief(tree));
}
