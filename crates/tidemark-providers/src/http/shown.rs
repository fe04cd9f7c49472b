//! Text from a service, made fit to be shown.

/// The text with control, bidirectional and invisible characters escaped, cut to `max` characters.
pub fn shown(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for (count, character) in text.chars().enumerate() {
        if count == max {
            out.push('…');
            break;
        }
        if is_hidden(character) { out.extend(character.escape_default()) } else { out.push(character) }
    }
    out
}

/// Characters that move, hide or reorder what stands around them.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn nothing_unseen_gets_through() {
        assert_eq!(shown("a\nb\u{202e}c\u{1b}[31m", 100), r"a\nb\u{202e}c\u{1b}[31m");
        assert_eq!(shown("äöü", 2), "äö…");
        assert_eq!(shown("äö", 2), "äö");
    }
}
