//! What people and other devices do to a side.

use std::fmt;
use std::str::FromStr;

use tidemark_core::path::RelPath;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// This computer.
    Here,
    /// The service.
    There,
}

/// Something that somebody does to a side. What can't be done (the file isn't there) is left out in silence: so every
/// part of a story is a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A new content under that path; folders are made as needed. Where a file is, it is replaced, as editors do it.
    Write(RelPath, u32),
    /// The file's content is replaced in place: the inode stays.
    Overwrite(RelPath, u32),
    /// Something is written at the end of the file, in place.
    Append(RelPath, u32),
    /// A file, or a folder with all that is inside, is deleted.
    Delete(RelPath),
    /// A file or folder gets another path; a file there is replaced.
    Rename(RelPath, RelPath),
    /// A new folder.
    Folder(RelPath),
    /// A copy of the file under another path, as the same content.
    Copy(RelPath, RelPath),
}

/// In what happens before a call: the path that the call is about.
pub(super) const IT: &str = "it";

impl Edit {
    /// The same with a path in the place of [`IT`].
    pub(super) fn about(&self, path: &RelPath) -> Self {
        let real = |at: &RelPath| if at.as_str() == IT { path.clone() } else { at.clone() };
        match self {
            Self::Write(at, number) => Self::Write(real(at), *number),
            Self::Overwrite(at, number) => Self::Overwrite(real(at), *number),
            Self::Append(at, number) => Self::Append(real(at), *number),
            Self::Delete(at) => Self::Delete(real(at)),
            Self::Rename(from, to) => Self::Rename(real(from), real(to)),
            Self::Folder(at) => Self::Folder(real(at)),
            Self::Copy(from, to) => Self::Copy(real(from), real(to)),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here => "here",
            Self::There => "there",
        })
    }
}

impl FromStr for Side {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "here" => Ok(Self::Here),
            "there" => Ok(Self::There),
            _ => Err(format!("{text:?} is no side")),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(path, number) => write!(f, "write {path} {number}"),
            Self::Overwrite(path, number) => write!(f, "overwrite {path} {number}"),
            Self::Append(path, number) => write!(f, "append {path} {number}"),
            Self::Delete(path) => write!(f, "delete {path}"),
            Self::Rename(from, to) => write!(f, "rename {from} {to}"),
            Self::Folder(path) => write!(f, "folder {path}"),
            Self::Copy(from, to) => write!(f, "copy {from} {to}"),
        }
    }
}

impl FromStr for Edit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let path = |word: &str| RelPath::new(word).map_err(|error| format!("{text:?}: {error}"));
        let number = |word: &str| word.parse::<u32>().map_err(|error| format!("{text:?}: {error}"));
        Ok(match words[..] {
            ["write", at, content] => Self::Write(path(at)?, number(content)?),
            ["overwrite", at, content] => Self::Overwrite(path(at)?, number(content)?),
            ["append", at, content] => Self::Append(path(at)?, number(content)?),
            ["delete", at] => Self::Delete(path(at)?),
            ["rename", from, to] => Self::Rename(path(from)?, path(to)?),
            ["folder", at] => Self::Folder(path(at)?),
            ["copy", from, to] => Self::Copy(path(from)?, path(to)?),
            _ => return Err(format!("{text:?} is no edit")),
        })
    }
}
