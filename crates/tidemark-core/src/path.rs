//! Relative paths inside a pair: the only way a name from a disk or a service reaches a file system or an address.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest path accepted, in bytes of UTF-8.
pub const MAX_PATH_BYTES: usize = 4096;
/// Longest single name accepted, in bytes of UTF-8. A longer name from a service is a problem, not an error.
pub const MAX_NAME_BYTES: usize = 255;
/// Name of the folder that Tidemark keeps for itself; never synced, refused from a service, in any letter case.
pub const OWN_FOLDER: &str = ".tidemark";

/// A path below a pair's root: components joined by `/`, UTF-8, no leading or trailing slash. The empty path is the root.
///
/// Every component is non-empty, neither `.` nor `..`, holds no `/` and no NUL. Nothing else is forbidden here:
/// what a particular disk or service can't store is the business of [`crate::names`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RelPath(Box<str>);

/// Why a text isn't a [`RelPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The text begins with a slash.
    #[error("the path is absolute")]
    Absolute,
    /// Two slashes in a row, or one at the end.
    #[error("the path has an empty part")]
    EmptyComponent,
    /// A component is `.` or `..`.
    #[error("the path has the part \"{0}\"")]
    Dots(String),
    /// A NUL character.
    #[error("the path has a NUL character")]
    Nul,
    /// More than [`MAX_PATH_BYTES`].
    #[error("the path is longer than {MAX_PATH_BYTES} bytes")]
    TooLong,
    /// A component names Tidemark's own folder.
    #[error("the path leads into Tidemark's own folder")]
    OwnFolder,
}

impl RelPath {
    /// The root itself: the empty path.
    pub fn root() -> Self {
        Self("".into())
    }

    /// Checks a whole path. Fails with the first [`PathError`] found; the empty text is the root.
    pub fn new(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        if text.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong);
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute);
        }
        for component in text.split('/') {
            check_component(component)?;
        }
        Ok(Self(text.into()))
    }

    /// The path of `name` in this folder. Fails when `name` isn't a single valid component.
    pub fn join(&self, name: &str) -> Result<Self, PathError> {
        if name.contains('/') {
            return Err(PathError::EmptyComponent);
        }
        check_component(name)?;
        let joined = if self.is_root() { name.to_owned() } else { format!("{}/{name}", self.0) };
        if joined.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong);
        }
        Ok(Self(joined.into()))
    }

    /// This path below `base`: `base/self`.
    pub fn below(&self, base: &RelPath) -> Result<Self, PathError> {
        if self.is_root() {
            return Ok(base.clone());
        }
        if base.is_root() {
            return Ok(self.clone());
        }
        Self::new(&format!("{}/{}", base.0, self.0))
    }

    /// What is left of this path below `base`; `None` when it isn't `base` itself or below it.
    pub fn strip(&self, base: &RelPath) -> Option<RelPath> {
        if base.is_root() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(&*base.0)?;
        if rest.is_empty() {
            return Some(Self::root());
        }
        rest.strip_prefix('/').map(|rest| Self(rest.into()))
    }

    /// True when this path lies below `folder` (and isn't `folder` itself).
    pub fn is_below(&self, folder: &RelPath) -> bool {
        if folder.is_root() {
            return !self.is_root();
        }
        self.0.len() > folder.0.len()
            && self.0.starts_with(&*folder.0)
            && self.0.as_bytes()[folder.0.len()] == b'/'
    }

    /// The folder that holds this path; `None` for the root.
    pub fn parent(&self) -> Option<RelPath> {
        if self.is_root() {
            return None;
        }
        Some(Self(self.parent_str().into()))
    }

    /// The parent as text: empty for a path directly below the root, and for the root.
    pub fn parent_str(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..slash])
    }

    /// The last component; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rfind('/').map_or(&self.0, |slash| &self.0[slash + 1..])
    }

    /// The components from the top.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Every folder above this path, nearest first, without the root.
    pub fn ancestors(&self) -> impl Iterator<Item = RelPath> {
        std::iter::successors(self.parent(), RelPath::parent).filter(|path| !path.is_root())
    }

    /// Number of components: 0 for the root.
    pub fn depth(&self) -> usize {
        self.components().count()
    }

    /// True for the empty path.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as text, components joined by `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_component(component: &str) -> Result<(), PathError> {
    match component {
        "" => Err(PathError::EmptyComponent),
        "." | ".." => Err(PathError::Dots(component.to_owned())),
        _ if component.contains('\0') => Err(PathError::Nul),
        _ if component.eq_ignore_ascii_case(OWN_FOLDER) => Err(PathError::OwnFolder),
        _ => Ok(()),
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

impl std::str::FromStr for RelPath {
    type Err = PathError;
    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathError;
    fn try_from(text: String) -> Result<Self, PathError> {
        Self::new(&text)
    }
}

impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_leads_out_of_the_root() {
        for (text, error) in [
            ("/etc/passwd", PathError::Absolute),
            ("a//b", PathError::EmptyComponent),
            ("a/", PathError::EmptyComponent),
            ("../x", PathError::Dots("..".into())),
            ("a/./b", PathError::Dots(".".into())),
            ("a/\0", PathError::Nul),
            (".tidemark/kept", PathError::OwnFolder),
            ("a/.TideMark", PathError::OwnFolder),
        ] {
            assert_eq!(RelPath::new(text), Err(error), "{text:?}");
        }
        assert_eq!(RelPath::new(&"x".repeat(MAX_PATH_BYTES + 1)), Err(PathError::TooLong));
        assert!(RelPath::root().join("a/b").is_err());
    }

    #[test]
    fn takes_apart_and_puts_together() {
        let path = RelPath::new("a/b/c.txt").unwrap();
        assert_eq!((path.name(), path.parent_str(), path.depth()), ("c.txt", "a/b", 3));
        assert_eq!(path.ancestors().map(|a| a.to_string()).collect::<Vec<_>>(), ["a/b", "a"]);
        let base = RelPath::new("a/b").unwrap();
        assert_eq!(path.strip(&base).unwrap().as_str(), "c.txt");
        assert!(path.is_below(&base) && !base.is_below(&base));
        assert!(!RelPath::new("a/bc").unwrap().is_below(&base));
        assert_eq!(RelPath::new("a/bc").unwrap().strip(&base), None);
        assert!(base.is_below(&RelPath::root()));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_below_the_root(text in "[./a\\\\\0é]{0,12}") {
            if let Ok(path) = RelPath::new(&text) {
                prop_assert!(!path.as_str().starts_with('/'));
                prop_assert!(path.components().all(|c| c != ".." && c != "." && !c.contains('\0')));
                prop_assert_eq!(RelPath::new(path.as_str()).unwrap(), path);
            }
        }
    }
}
