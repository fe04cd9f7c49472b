//! UUIDs, checked before they become part of an address.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use tidemark_core::node::RemoteId;

/// In front of a folder's id where the engine keeps it: files and folders are asked for at different addresses.
const FOLDER: &str = "folder:";
/// Nanoseconds from the beginning of the Gregorian calendar, which a UUID counts from, to the Unix epoch.
const GREGORIAN_TO_UNIX: i128 = 12_219_292_800 * 1_000_000_000;

/// The UUID of a file, a folder or a project, in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ItemId(Arc<str>);

/// What an id of the engine's stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// A file.
    File(ItemId),
    /// A folder.
    Folder(ItemId),
}

impl ItemId {
    /// Reads a UUID; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        well_formed.then(|| Self(text.to_ascii_lowercase().into()))
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first eight digits, which tell it from most others.
    pub(super) fn short(&self) -> &str {
        &self.0[..8]
    }

    /// When it was made, nanoseconds since the epoch; `None` unless it is of version 1.
    pub(super) fn made_ns(&self) -> Option<i64> {
        if self.0.as_bytes()[14] != b'1' {
            return None;
        }
        let digits = format!("{}{}{}", &self.0[15..18], &self.0[9..13], &self.0[..8]);
        let ticks = i128::from(u64::from_str_radix(&digits, 16).ok()?);
        i64::try_from(ticks * 100 - GREGORIAN_TO_UNIX).ok()
    }

    /// The engine's id of this file.
    pub(super) fn of_file(&self) -> RemoteId {
        RemoteId(self.0.clone())
    }

    /// The engine's id of this folder.
    pub(super) fn of_folder(&self) -> RemoteId {
        RemoteId(format!("{FOLDER}{}", self.0).into())
    }
}

impl Known {
    /// Reads an id as the engine keeps it; `None` when it isn't one of ours.
    pub(super) fn of(id: &RemoteId) -> Option<Self> {
        match id.0.strip_prefix(FOLDER) {
            Some(folder) => ItemId::parse(folder).map(Self::Folder),
            None => ItemId::parse(&id.0).map(Self::File),
        }
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("an id isn't a UUID"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "e139a8ac-7368-11ee-b992-57663b1559fb";

    #[test]
    fn only_a_uuid_is_an_id() {
        assert_eq!(ItemId::parse(&FILE.to_uppercase()).unwrap().as_str(), FILE);
        for bad in [
            "",
            "..",
            "e139a8ac-7368-11ee-b992-57663b1559f/",
            "e139a8ac73681 1ee-b992-57663b1559fb",
            &FILE[1..],
        ] {
            assert_eq!(ItemId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let made = ItemId::parse(FILE).unwrap().made_ns().unwrap();
        assert_eq!(made / 1_000, 1_698_260_478_750_942, "2023-10-25T19:01:18.750942Z");
        assert_eq!(ItemId::parse("e139a8ac-7368-41ee-b992-57663b1559fb").unwrap().made_ns(), None);
    }

    #[test]
    fn files_and_folders_keep_their_kind() {
        let id = ItemId::parse(FILE).unwrap();
        assert_eq!(Known::of(&id.of_file()), Some(Known::File(id.clone())));
        assert_eq!(Known::of(&id.of_folder()), Some(Known::Folder(id)));
        assert_eq!(Known::of(&RemoteId("".into())), None);
        assert_eq!(Known::of(&RemoteId("folder:../x".into())), None);
    }
}
