//! `Content-MD5` (RFC 1864), as storages send it with whole contents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};

use crate::http::answer::Answer;

/// The digest that came with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentMd5([u8; 16]);

impl ContentMd5 {
    /// That of the answer; `None` where it has none, or none that can be read.
    pub fn of(answer: &Answer) -> Option<Self> {
        Self::parse(answer.header("content-md5")?)
    }

    /// True when these bytes have it.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        self.0[..] == Md5::digest(bytes)[..]
    }

    fn parse(text: &str) -> Option<Self> {
        BASE64.decode(text.trim()).ok()?.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_its_bytes_and_no_others() {
        let digest = ContentMd5::parse("XUFAKrxLKna5cZ2REBfFkg==").unwrap();
        assert!(digest.fits(b"hello") && !digest.fits(b"hellO"));
        for bad in ["", "XUFA", "5d41402abc4b2a76b9719d911017c592", "!"] {
            assert_eq!(ContentMd5::parse(bad), None, "{bad}");
        }
    }
}
