//! Three-way merge of texts, by lines. A merge is clean or there is none: no conflict markers ever leave this module.

/// Largest text that is merged, in bytes.
pub const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;

const MAX_CHANGED_LINES: usize = 4000;
const BOM: &str = "\u{feff}";

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// Both sides' changes, none of which touched the other.
    Clean(Vec<u8>),
    /// Both sides changed the same place, or places that touch; or a side changed more lines than are worth a look.
    Conflicting,
    /// One of the three has a NUL, isn't UTF-8 or is larger than [`MAX_TEXT_BYTES`].
    NotText,
}

/// Merges what two sides made of `base`. Bytes outside the changed lines stay as they are, the final newline too.
///
/// A side that only changed the line ends of the whole text, or its byte order mark, doesn't stand against edits of
/// lines on the other side: the edits are merged and the new line ends hold for the whole result.
pub fn merge_texts(base: &[u8], mine: &[u8], theirs: &[u8]) -> Merged {
    let (Some(base), Some(mine), Some(theirs)) = (text(base), text(mine), text(theirs)) else {
        return Merged::NotText;
    };
    if mine == base || mine == theirs {
        return Merged::Clean(theirs.into());
    }
    if theirs == base {
        return Merged::Clean(mine.into());
    }
    let texts = [base, mine, theirs].map(Text::new);
    let bom = changed(texts.map(|text| text.bom));
    let contents = texts.map(|text| text.content);
    let merged = match common_line_end(texts.map(|text| text.line_ends)) {
        None => merge_lines(contents),
        Some(line_end) => {
            let [base, mine, theirs] = contents.map(|content| content.replace("\r\n", "\n"));
            let merged = merge_lines([&base, &mine, &theirs]);
            if line_end == LineEnd::CrLf { merged.map(|text| text.replace('\n', "\r\n")) } else { merged }
        }
    };
    match merged {
        Some(merged) if bom => Merged::Clean([BOM, &merged].concat().into()),
        Some(merged) => Merged::Clean(merged.into()),
        None => Merged::Conflicting,
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.len() > MAX_TEXT_BYTES || bytes.contains(&0) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

#[derive(Clone, Copy)]
struct Text<'a> {
    bom: bool,
    line_ends: LineEnds,
    content: &'a str,
}

#[derive(Clone, Copy)]
enum LineEnds {
    None,
    All(LineEnd),
    Mixed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Self {
        let content = text.strip_prefix(BOM).unwrap_or(text);
        Self { bom: content.len() < text.len(), line_ends: LineEnds::of(content), content }
    }
}

impl LineEnds {
    fn of(text: &str) -> Self {
        let count = |pattern: &str| text.matches(pattern).count();
        match (count("\n"), count("\r"), count("\r\n")) {
            (0, 0, _) => Self::None,
            (_, 0, _) => Self::All(LineEnd::Lf),
            (feeds, returns, pairs) if feeds == pairs && returns == pairs => Self::All(LineEnd::CrLf),
            _ => Self::Mixed,
        }
    }
}

/// The line end that holds for all of the result; `None` when a text mixes them or none is common ground.
fn common_line_end([base, mine, theirs]: [LineEnds; 3]) -> Option<LineEnd> {
    let or_base = |side| match (side, base) {
        (LineEnds::All(end), _) | (LineEnds::None, LineEnds::All(end)) => Some(end),
        _ => None,
    };
    match (base, mine, theirs) {
        (LineEnds::Mixed, ..) => None,
        (LineEnds::All(base), ..) => Some(changed([base, or_base(mine)?, or_base(theirs)?])),
        (LineEnds::None, LineEnds::All(one), LineEnds::All(other)) => (one == other).then_some(one),
        (LineEnds::None, ..) => None,
    }
}

/// The value of three that holds after a merge: what a side made of it, where one changed it.
fn changed<T: PartialEq>([base, mine, theirs]: [T; 3]) -> T {
    if mine == base { theirs } else { mine }
}

fn merge_lines([base, mine, theirs]: [&str; 3]) -> Option<String> {
    if !is_near(base, mine) || !is_near(base, theirs) {
        return None;
    }
    diffy::merge(base, mine, theirs).ok()
}

/// True when `new` differs from `old` in at most [`MAX_CHANGED_LINES`]; the differ has no such bound, and takes
/// hours for two large texts that have nothing in common.
///
/// The forward half of Myers, "An O(ND) Difference Algorithm", figure 2, given up at the bound.
pub(crate) fn is_near(old: &str, new: &str) -> bool {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let middle = MAX_CHANGED_LINES + 1;
    let mut reached = vec![0_usize; 2 * middle + 1];
    for edits in 0..=MAX_CHANGED_LINES {
        for diagonal in (middle - edits..=middle + edits).step_by(2) {
            let down = diagonal == middle - edits
                || (diagonal != middle + edits && reached[diagonal - 1] < reached[diagonal + 1]);
            let mut x = if down { reached[diagonal + 1] } else { reached[diagonal - 1] + 1 };
            let mut y = x + middle - diagonal;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            if x >= old.len() && y >= new.len() {
                return true;
            }
            reached[diagonal] = x;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(base: &str, mine: &str, theirs: &str) -> Option<String> {
        match merge_texts(base.as_bytes(), mine.as_bytes(), theirs.as_bytes()) {
            Merged::Clean(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Merged::Conflicting => None,
            Merged::NotText => panic!("{base:?}, {mine:?} and {theirs:?} are texts"),
        }
    }

    #[test]
    fn keeps_line_ends_final_newline_and_bom() {
        for (base, mine, theirs, expected) in [
            ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
            ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"),
            ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
            ("a\nb\nc", "A\nb\nc", "a\nb\nc\n", "A\nb\nc\n"),
            ("a\r\nb\nc\n", "A\r\nb\nc\n", "a\r\nb\nC\n", "A\r\nb\nC\n"),
            ("\u{feff}a\nb\nc\n", "\u{feff}A\nb\nc\n", "\u{feff}a\nb\nC\n", "\u{feff}A\nb\nC\n"),
        ] {
            assert_eq!(merged(base, mine, theirs).as_deref(), Some(expected), "{base:?}");
        }
    }

    #[test]
    fn new_line_ends_of_one_side_do_not_stand_against_edits_of_the_other() {
        assert_eq!(merged("a\nb\n", "a\r\nb\r\n", "a\nB\n").as_deref(), Some("a\r\nB\r\n"));
        assert_eq!(merged("a\r\nb\r\n", "a\nb\n", "a\r\nB\r\n").as_deref(), Some("a\nB\n"));
        assert_eq!(merged("\u{feff}a\nb\n", "a\nb\n", "\u{feff}a\nB\n").as_deref(), Some("a\nB\n"));
    }

    #[test]
    fn changes_that_touch_are_a_conflict() {
        for (base, mine, theirs) in [
            ("a\n", "b\n", "c\n"),
            ("a\nb\n", "A\nb\n", "a\nB\n"),
            ("", "mine\n", "theirs\n"),
            ("a\nb\n", "b\n", "A\nb\n"),
            ("a\n", "a\nmine\n", "a\ntheirs\n"),
        ] {
            assert_eq!(merged(base, mine, theirs), None, "{base:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_not_merged() {
        let large = vec![b'x'; MAX_TEXT_BYTES + 1];
        for bytes in [&b"a\0b"[..], b"\xff\xfea", &large] {
            assert_eq!(merge_texts(bytes, b"", b""), Merged::NotText);
            assert_eq!(merge_texts(b"", bytes, b""), Merged::NotText);
            assert_eq!(merge_texts(b"", b"", bytes), Merged::NotText);
        }
    }

    #[test]
    fn a_large_text_is_merged_unless_nearly_all_of_it_is_new() {
        let numbered = |word: &str| (0..100_000).map(|n| format!("{word} {n}\n")).collect::<String>();
        let base = numbered("line");
        let (mine, theirs) = (format!("first\n{base}"), format!("{base}last\n"));
        assert_eq!(merged(&base, &mine, &theirs), Some(format!("first\n{base}last\n")));
        assert_eq!(merged(&base, &numbered("other"), &theirs), None);
    }

    fn text() -> impl Strategy<Value = String> {
        let line_end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r"), 1 => Just("")];
        let lines = prop::collection::vec(("[ab]{0,2}", line_end), 0..10);
        (any::<bool>(), lines).prop_map(|(bom, lines)| {
            let lines: String = lines.into_iter().map(|(line, end)| line + end).collect();
            if bom { format!("{BOM}{lines}") } else { lines }
        })
    }

    /// A text and an edited one, whose inserted lines are unique and begin with `side`.
    fn edited(base: &[String], side: &str, edits: &[(usize, bool)]) -> String {
        let mut lines = base.to_vec();
        for (number, (at, delete)) in edits.iter().enumerate() {
            let at = at % (lines.len() + 1);
            if *delete && at < lines.len() {
                lines.remove(at);
            } else {
                lines.insert(at, format!("{side} {number}\n"));
            }
        }
        lines.concat()
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_or_the_same_has_no_say(base in text(), x in text()) {
            prop_assert_eq!(merged(&base, &base, &x), Some(x.clone()));
            prop_assert_eq!(merged(&base, &x, &base), Some(x.clone()));
            prop_assert_eq!(merged(&base, &x, &x), Some(x));
        }

        #[test]
        fn the_sides_are_equal_before_the_merge(base in text(), mine in text(), theirs in text()) {
            prop_assert_eq!(merged(&base, &mine, &theirs), merged(&base, &theirs, &mine));
        }

        #[test]
        fn a_clean_merge_holds_what_both_sides_inserted(
            base in prop::collection::vec("[a-c]\n", 0..30),
            mine in prop::collection::vec((0_usize..40, any::<bool>()), 1..4),
            theirs in prop::collection::vec((0_usize..40, any::<bool>()), 1..4),
        ) {
            let (mine, theirs) = (edited(&base, "mine", &mine), edited(&base, "theirs", &theirs));
            if let Some(merged) = merged(&base.concat(), &mine, &theirs) {
                let count = |text: &str, side: &str| text.lines().filter(|line| line.starts_with(side)).count();
                prop_assert_eq!(count(&merged, "mine"), count(&mine, "mine"));
                prop_assert_eq!(count(&merged, "theirs"), count(&theirs, "theirs"));
            }
        }
    }
}
