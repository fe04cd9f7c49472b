//! MD5 as the service writes it, and contents read with it.

use std::fmt;

use bytes::Bytes;
use md5::{Digest, Md5};
use serde::{Deserialize, Deserializer};
use tidemark_core::node::ContentHash;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::ContentReader;

/// An MD5, in lower case hex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Md5Hex([u8; 16]);

impl Md5Hex {
    /// That of bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Md5::digest(bytes).into())
    }

    /// That of what was fed to the hasher.
    pub(super) fn from_hasher(hasher: Md5) -> Self {
        Self(hasher.finalize().into())
    }

    /// Reads 32 hex digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut digest = [0; 16];
        for (at, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(digest))
    }
}

impl fmt::Display for Md5Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Md5Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for Md5Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an MD5"))
    }
}

/// What is known of a content that was read to its end and sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) size: u64,
    pub(super) md5: Md5Hex,
    pub(super) hash: ContentHash,
}

/// Reads a content of `size` bytes and hands each piece of at most `piece` bytes to `take`; sealed at its end.
pub(super) async fn read_through(
    reader: &mut dyn ContentReader,
    size: u64,
    piece: usize,
    mut take: impl FnMut(Bytes),
) -> Result<Read> {
    let mut md5 = Md5::new();
    let mut left = size;
    while left > 0 {
        let bytes = reader.next(left.min(piece as u64) as usize).await?;
        if bytes.is_empty() || bytes.len() as u64 > left {
            let why = "the file changed while it was read";
            return Err(ProviderError::permanent(ErrorKind::LocalChanged, why));
        }
        left -= bytes.len() as u64;
        md5.update(&bytes);
        take(bytes);
    }
    let hash = reader.seal().await?;
    Ok(Read { size, md5: Md5Hex::from_hasher(md5), hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_in_either_case_and_written_in_lower() {
        let empty = Md5Hex::of(b"");
        assert_eq!(empty.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(Md5Hex::parse("D41D8CD98F00B204E9800998ECF8427E"), Some(empty));
        for bad in [
            "",
            "d41d8cd98f00b204e9800998ecf8427",
            "é41d8cd98f00b204e9800998ecf8427",
            "+41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(Md5Hex::parse(bad), None, "{bad}");
        }
    }
}
