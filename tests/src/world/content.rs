//! Contents: each has a number and is unlike all others; many have the same size.

use super::tree::Bytes;

/// The content of that number: 6, 6, 14 or 40 bytes.
pub fn content(number: u32) -> Vec<u8> {
    let mut text = format!("v{number:04} ");
    let size = [6, 6, 14, 40][(number % 4) as usize];
    while text.len() < size {
        text.push(char::from(b'a' + (text.len() % 26) as u8));
    }
    text.into_bytes()
}

/// A content as people read it in a report.
pub(super) fn shown(content: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(content).chars().take(28).collect();
    format!("\"{}\" ({} bytes)", text.escape_debug(), content.len())
}

/// The content with that of `number` at its end.
pub(super) fn appended(old: &[u8], number: u32) -> Bytes {
    [old, &content(number)].concat().into()
}
