//! Where a pair's folder may be: a folder of its own, apart from all that Tidemark keeps or syncs.

#![expect(clippy::disallowed_methods, reason = "asks what a person names, before it is a pair")]

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::accounts;
use crate::config::{Config, PairConfig};
use crate::error::{EngineError, Result};
use crate::home::Home;

/// The folder that a person names, absolute; one that isn't there, isn't a folder or is a link is refused with what to do.
pub(crate) fn local_folder(given: &Path) -> Result<PathBuf> {
    let shown = given.display();
    let absolute = std::path::absolute(given)
        .map_err(|error| EngineError::usage(format!("The folder \"{shown}\" can't be used: {error}")))?;
    let metadata = fs::symlink_metadata(&absolute).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => EngineError::usage(format!("The folder \"{shown}\" isn't there"))
            .hint(format!("make it with `mkdir -p {}`, or correct the path", quoted(given))),
        _ => EngineError::usage(format!("Looking at the folder \"{shown}\" failed: {error}")),
    })?;
    if metadata.is_symlink() {
        let error =
            EngineError::usage(format!("\"{shown}\" is a symbolic link; a pair needs the folder itself"));
        return Err(match fs::canonicalize(&absolute) {
            Ok(target) => error.hint(format!("give the folder that it leads to: {}", quoted(&target))),
            Err(_) => error,
        });
    }
    if !metadata.is_dir() {
        return Err(EngineError::usage(format!("\"{shown}\" isn't a folder; a pair keeps a folder in step")));
    }
    let clean = if absolute.components().any(|part| part == Component::ParentDir) {
        fs::canonicalize(&absolute).map_err(|error| {
            EngineError::usage(format!("Looking at the folder \"{shown}\" failed: {error}"))
        })?
    } else {
        absolute
    };
    match clean.to_str() {
        Some(_) => Ok(clean),
        None => Err(EngineError::usage(format!(
            "The path \"{shown}\" isn't UTF-8; a pair's folder needs one that is"
        ))),
    }
}

/// Refuses a pair whose folder lies inside or around the home, another pair's folder, or its own other side.
pub(crate) fn check_overlap(home: &Home, config: &Config, pair: &PairConfig) -> Result<()> {
    let local = real(&pair.local);
    let shown = pair.local.display();
    if overlap(&local, &real(home.dir())) {
        return Err(EngineError::usage(format!(
            "The folder \"{shown}\" and Tidemark's own folder \"{}\" lie one inside the other; Tidemark can't sync its own state",
            home.dir().display()
        ))
        .hint("choose another folder, or another home with --home DIR"));
    }
    for other in &config.pairs {
        if overlap(&local, &real(&other.local)) {
            return Err(EngineError::usage(format!(
                "The folder \"{shown}\" and the folder of the pair \"{}\", \"{}\", lie one inside the other; each would sync what the other brings",
                other.name,
                other.local.display()
            ))
            .hint("choose folders that are apart"));
        }
    }
    let account = config.account(&pair.account)?;
    if let Some(remote) = accounts::folder_here(account, &pair.remote)
        && overlap(&local, &real(&remote))
    {
        return Err(EngineError::usage(format!(
            "The folder \"{shown}\" and the other side of the pair, \"{}\", lie one inside the other; it would copy itself without end",
            remote.display()
        ))
        .hint("choose folders that are apart"));
    }
    Ok(())
}

fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The path with every symbolic link of the part that exists resolved.
fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(found) = fs::canonicalize(ancestor) {
            return match path.strip_prefix(ancestor) {
                Ok(rest) => found.join(rest),
                Err(_) => found,
            };
        }
    }
    path.to_owned()
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~');
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_one_inside_the_other_overlap() {
        for (one, other, expected) in
            [("/a", "/a", true), ("/a", "/a/b", true), ("/a/b", "/a", true), ("/a", "/ab", false)]
        {
            assert_eq!(overlap(Path::new(one), Path::new(other)), expected, "{one} {other}");
        }
    }
}
