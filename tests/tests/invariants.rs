//! The invariants of the house that neither the compiler nor clippy can hold: README.md lists them.

#![expect(clippy::unwrap_used, reason = "a manifest or a source that can't be read fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each crate may build on, of ours.
const MAY_USE: [(&str, &[&str]); 5] = [
    ("tidemark-core", &[]),
    ("tidemark-disk", &["tidemark-core"]),
    ("tidemark-providers", &["tidemark-core", "tidemark-disk"]),
    ("tidemark-engine", &["tidemark-core", "tidemark-disk", "tidemark-providers"]),
    ("tidemark-cli", &["tidemark-core", "tidemark-engine", "tidemark-providers"]),
];

/// Everything that the pure crate builds on.
const CORE_USES: [&str; 6] = ["diffy", "ignore", "serde", "thiserror", "ts-rs", "unicode-normalization"];

/// What the pure crate doesn't know.
const NOT_IN_CORE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::time",
    "std::process",
    "std::env",
    "std::thread",
    "std::io",
    "async ",
    "tokio",
];

/// What has one place, and the place.
const ONE_PLACE: [(&str, &str); 5] = [
    ("rustix::fs", "crates/tidemark-disk/src/"),
    ("rusqlite", "crates/tidemark-engine/src/state/"),
    ("reqwest::Client", "crates/tidemark-providers/src/http/"),
    ("ClientBuilder", "crates/tidemark-providers/src/http/"),
    ("tokio::fs", "nowhere"),
];

const NAMES_THAT_SAY_NOTHING: [&str; 7] = ["common", "helper", "manager", "misc", "service", "type", "util"];

const LONG: usize = 400;

/// Files that are longer, and why.
const LONG_FOR_A_REASON: [(&str, &str); 3] = [
    ("crates/tidemark-core/src/plan/tests/model.rs", "a model of two sides, and what people do there"),
    ("crates/tidemark-core/src/plan/tests/stories.rs", "one story for each line of the planner's table"),
    ("crates/tidemark-providers/src/folder/tests.rs", "one test for each of the provider's promises"),
];

#[test]
fn dependencies_point_one_way() {
    for (name, allowed) in MAY_USE {
        let ours = dependencies(name).into_iter().filter(|used| used.starts_with("tidemark-"));
        let wrong: Vec<_> = ours.filter(|used| !allowed.contains(&used.as_str())).collect();
        assert!(wrong.is_empty(), "{name} builds on {wrong:?}");
    }
    let known: BTreeSet<_> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let there: BTreeSet<_> =
        children(&root().join("crates")).iter().map(|path| file_name(path).to_owned()).collect();
    assert_eq!(there, known, "the crates");
}

#[test]
fn core_is_pure() {
    assert_eq!(dependencies("tidemark-core"), CORE_USES.map(str::to_owned).into());
    for (path, text) in sources("tidemark-core") {
        for word in NOT_IN_CORE {
            assert!(!text.contains(word), "{path} has {word:?}");
        }
    }
}

#[test]
fn some_things_have_one_place() {
    for (path, text) in everything() {
        for (what, place) in ONE_PLACE {
            let is_there =
                text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(what));
            assert!(!is_there || path.starts_with(place), "{path} has {what:?}, which belongs into {place}");
        }
    }
}

#[test]
fn the_engine_does_not_ask_which_provider_it_talks_to() {
    let adapters: Vec<String> = children(&root().join("crates/tidemark-providers/src"))
        .iter()
        .filter(|path| path.join("mod.rs").exists() && !["http", "oauth"].contains(&file_name(path)))
        .map(|path| file_name(path).to_owned())
        .collect();
    assert!(adapters.len() > 1, "{adapters:?}");
    for (path, text) in sources("tidemark-engine") {
        for adapter in &adapters {
            let module = format!("tidemark_providers::{adapter}");
            assert!(!text.contains(&module), "{path} has {module}");
            let compared = format!("== \"{adapter}\"");
            assert!(!text.contains(&compared), "{path} has {compared}");
        }
    }
}

#[test]
fn crates_have_the_lints_of_the_workspace() {
    for member in members() {
        let manifest = read(&member.join("Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{}", member.display());
    }
}

#[test]
fn names_say_a_job() {
    for path in members().iter().flat_map(|member| files_below(member)) {
        for name in shown(&path).split(['/', '.']) {
            let singular = name.strip_suffix('s').unwrap_or(name);
            assert!(!NAMES_THAT_SAY_NOTHING.contains(&singular), "{}", path.display());
        }
    }
}

#[test]
fn files_are_short() {
    let rust = members()
        .iter()
        .flat_map(|member| files_below(member))
        .filter(|path| is_rust(path))
        .collect::<Vec<_>>();
    let long: BTreeSet<String> =
        rust.iter().filter(|path| read(path).lines().count() > LONG).map(|path| shown(path)).collect();
    let with_reason = LONG_FOR_A_REASON.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(long, with_reason, "files of more than {LONG} lines, and those that have a reason");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn members() -> Vec<PathBuf> {
    let mut members = children(&root().join("crates"));
    members.push(root().join("tests"));
    members
}

/// The product's sources, without their tests.
fn everything() -> Vec<(String, String)> {
    MAY_USE.iter().flat_map(|(name, _)| sources(name)).collect()
}

fn sources(name: &str) -> Vec<(String, String)> {
    let found: Vec<_> = files_below(&root().join("crates").join(name).join("src"))
        .into_iter()
        .filter(|path| is_rust(path) && !path.iter().any(|part| part == "tests" || part == "tests.rs"))
        .map(|path| (shown(&path), without_tests(&read(&path)).to_owned()))
        .collect();
    assert!(!found.is_empty(), "{name} has no sources");
    found
}

fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests {").map_or(text, |(before, _)| before)
}

/// What a crate needs in order to be built, from its manifest.
fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest = read(&root().join("crates").join(name).join("Cargo.toml"));
    let mut is_needed = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_needed = line.ends_with("dependencies]") && line != "[dev-dependencies]";
        } else if is_needed && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            found.insert(name.to_owned());
        }
    }
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in children(folder) {
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
