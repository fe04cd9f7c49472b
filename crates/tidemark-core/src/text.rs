//! Bytes as a text that a person edits, and back: in the encoding, with the byte order mark and the line ends that the
//! bytes had, byte for byte where nothing was edited.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::line_changes::{line_changes, lines};

/// Largest content that is shown and merged as a text, in bytes.
pub const MAX_SHOWN_BYTES: u64 = 2 << 20;

const BOM: char = '\u{feff}';

/// How the characters of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, low bytes first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high bytes first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// ISO 8859-1: a byte a character.
    #[serde(rename = "latin-1")]
    Latin1,
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Eol {
    /// All with a line feed.
    Lf,
    /// All with a carriage return and a line feed.
    Crlf,
    /// Some like this, some like that.
    Mixed,
    /// There is no line end.
    None,
}

/// A text that was read from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// How it is written.
    pub encoding: Encoding,
    /// Whether a byte order mark stands before it.
    pub bom: bool,
    /// All of it but the byte order mark, line ends as they are.
    raw: String,
}

/// Characters that the encoding of a file doesn't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} has the character \"{character}\", which {encoding} can't write")]
pub struct Unwritable {
    /// The first such character.
    pub character: char,
    /// In which line, from 1.
    pub line: usize,
    /// The encoding.
    pub encoding: Encoding,
}

impl Encoding {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Latin1 => "latin-1",
        }
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Text {
    /// Reads a text; `None` for bytes that are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (encoding, decoded) = match bytes {
            [0xff, 0xfe, ..] => (Encoding::Utf16Le, utf16(bytes, u16::from_le_bytes)?),
            [0xfe, 0xff, ..] => (Encoding::Utf16Be, utf16(bytes, u16::from_be_bytes)?),
            _ if bytes.contains(&0) => utf16_without_mark(bytes)?,
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => (Encoding::Utf8, text.to_owned()),
                Err(_) => (Encoding::Latin1, latin1(bytes)?),
            },
        };
        let marked = encoding != Encoding::Latin1 && decoded.starts_with(BOM);
        let raw = if marked { decoded[BOM.len_utf8()..].to_owned() } else { decoded };
        (!raw.contains('\0')).then_some(Self { encoding, bom: marked, raw })
    }

    /// The text with `\n` at the ends of its lines.
    pub fn shown(&self) -> String {
        unix(&self.raw)
    }

    /// How its lines end.
    pub fn eol(&self) -> Eol {
        let count = |pattern: &str| self.raw.matches(pattern).count();
        match (count("\n"), count("\r"), count("\r\n")) {
            (0, 0, _) => Eol::None,
            (_, 0, _) => Eol::Lf,
            (feeds, returns, pairs) if feeds == pairs && returns == pairs => Eol::Crlf,
            _ => Eol::Mixed,
        }
    }

    /// True when the last line has an end.
    pub fn final_newline(&self) -> bool {
        self.raw.ends_with(['\n', '\r'])
    }

    /// The bytes of what was made of this text: lines that are in it end as they do here, others as they do in `other`
    /// where they come from there and both mix line ends, else as most lines do.
    pub fn rewritten(&self, edited: &str, other: Option<&Self>) -> Result<Vec<u8>, Unwritable> {
        let edited = unix(edited.strip_prefix(BOM).unwrap_or(edited));
        let mixes = |text: &Self| text.eol() == Eol::Mixed;
        let there = other.filter(|other| mixes(self) && mixes(other));
        let ours = self.ends_for(&edited);
        let theirs = there.map(|other| other.ends_for(&edited)).unwrap_or_default();
        let usual = self.usual_end(other);
        let mut written = String::with_capacity(edited.len() + edited.len() / 16);
        for (number, line) in lines(&edited).into_iter().enumerate() {
            let known = |ends: &[Option<&'static str>]| ends.get(number).copied().flatten();
            match line.strip_suffix('\n') {
                Some(content) => {
                    written.push_str(content);
                    written.push_str(known(&ours).or(known(&theirs)).unwrap_or(usual));
                }
                None => written.push_str(line),
            }
        }
        self.encoded(&written)
    }

    /// For each line of `edited` how the same line ends here; `None` for a line that isn't here or has no end.
    fn ends_for(&self, edited: &str) -> Vec<Option<&'static str>> {
        let whole = |text: &str| if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        let ends: Vec<Option<&'static str>> = lines(&self.raw)
            .into_iter()
            .map(|line| match line {
                _ if line.ends_with("\r\n") => Some("\r\n"),
                _ if line.ends_with('\n') => Some("\n"),
                _ => None,
            })
            .collect();
        let (old, new) = (whole(&self.shown()), whole(edited));
        let (old, new) = (lines(&old), lines(&new));
        // Lines that are alike belong to those at the same distance from a common start or end before any other.
        let least = old.len().min(new.len());
        let before = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
        let after = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
        let after = after.min(least - before);
        let middle = |lines: &[&str]| lines[before..lines.len() - after].concat();
        let (mut from, mut at): (Vec<Option<usize>>, usize) = ((0..before).map(Some).collect(), before);
        for change in line_changes(&middle(&old), &middle(&new)) {
            from.extend((at..before + change.old.start).map(Some));
            from.extend(change.new.clone().map(|_| None));
            at = before + change.old.end;
        }
        from.extend((at..old.len()).map(Some));
        from.into_iter().map(|line| ends.get(line?).copied().flatten()).collect()
    }

    fn usual_end(&self, other: Option<&Self>) -> &'static str {
        let count = |text: &Self| {
            let pairs = text.raw.matches("\r\n").count();
            (pairs, text.raw.matches('\n').count() - pairs)
        };
        match (count(self), other.map(count)) {
            ((0, 0), Some((pairs, feeds))) | ((pairs, feeds), _) if pairs > feeds => "\r\n",
            _ => "\n",
        }
    }

    fn encoded(&self, text: &str) -> Result<Vec<u8>, Unwritable> {
        let marked = self.bom.then_some(BOM);
        let units = || marked.into_iter().chain(text.chars());
        let wide = || {
            let mut buffer = [0; 2];
            units().flat_map(move |c| c.encode_utf16(&mut buffer).to_vec())
        };
        match self.encoding {
            Encoding::Utf8 => Ok(units().collect::<String>().into_bytes()),
            Encoding::Utf16Le => Ok(wide().flat_map(u16::to_le_bytes).collect()),
            Encoding::Utf16Be => Ok(wide().flat_map(u16::to_be_bytes).collect()),
            Encoding::Latin1 => {
                let mut line = 1;
                text.chars()
                    .map(|character| {
                        line += usize::from(character == '\n');
                        let encoding = self.encoding;
                        u8::try_from(u32::from(character)).map_err(|_| Unwritable {
                            character,
                            line,
                            encoding,
                        })
                    })
                    .collect()
            }
        }
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    bytes.len().is_multiple_of(2).then(|| String::from_utf16(&units).ok())?
}

/// Where nearly every second byte is 0, it is UTF-16 of a script that has its letters in one block.
fn utf16_without_mark(bytes: &[u8]) -> Option<(Encoding, String)> {
    let zeros = |at: usize| bytes.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let (encoding, unit): (_, fn([u8; 2]) -> u16) = match (high, low) {
        (0, low) if low * 10 >= bytes.len() * 4 => (Encoding::Utf16Le, u16::from_le_bytes),
        (high, 0) if high * 10 >= bytes.len() * 4 => (Encoding::Utf16Be, u16::from_be_bytes),
        _ => return None,
    };
    Some((encoding, utf16(bytes, unit)?))
}

fn latin1(bytes: &[u8]) -> Option<String> {
    let is_text = |byte: &u8| *byte >= 0x20 && *byte != 0x7f || b"\t\n\x0c\r".contains(byte);
    bytes.iter().all(is_text).then(|| bytes.iter().copied().map(char::from).collect())
}

#[cfg(test)]
mod tests;
