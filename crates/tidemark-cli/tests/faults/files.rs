//! Files on this computer: whole trees of them, contents that look like chance, and waiting for something to be so.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Files by path.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// Size of a file that doesn't go in one request.
pub(crate) const LARGE: usize = 9 << 20;

/// Bytes that look like chance, and are the same for the same seed.
pub(crate) fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if is_so() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    panic!("it never happened that {what}");
}

/// The files below a folder; what Tidemark keeps there is left out.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut files = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() && entry.file_name() != ".tidemark" {
                folders.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// What lies in a kept store below a home.
pub(crate) fn is_kept((path, _): &(String, Vec<u8>)) -> bool {
    path.contains("/kept/")
}

/// Writes a file, with the folders above it.
pub(crate) fn write_at(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Moves a file or a folder, with the folders above its new place.
pub(crate) fn move_at(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::rename(from, to).unwrap();
}

/// A tree as a failed test shows it.
pub(crate) fn brief(tree: &Tree) -> Vec<String> {
    tree.iter().map(|(path, content)| format!("{path}: {}", brief_content(content))).collect()
}

/// A content as a failed test shows it.
pub(crate) fn brief_content(content: &[u8]) -> String {
    let start: String = String::from_utf8_lossy(content).chars().take(24).collect();
    format!("{} bytes, {start:?}", content.len())
}
