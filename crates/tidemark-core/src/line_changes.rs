//! Which lines one text changed in another.

use std::ops::Range;

use crate::merge::is_near;

/// Lines of the old text and what stands in their place in the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineChange {
    pub(crate) old: Range<usize>,
    pub(crate) new: Range<usize>,
}

/// The changes from `old` to `new`, in order, with at least one equal line between two of them. Texts that have next to
/// nothing in common are one change.
pub(crate) fn line_changes(old: &str, new: &str) -> Vec<LineChange> {
    if !is_near(old, new) {
        return one_change(old, new).into_iter().collect();
    }
    let patch = diffy::DiffOptions::new().set_context_len(0).create_patch(old, new);
    let range = |range: diffy::HunkRange| {
        let start = if range.is_empty() { range.start() } else { range.start() - 1 };
        start..start + range.len()
    };
    let mut changes: Vec<LineChange> = Vec::new();
    for hunk in patch.hunks() {
        let change = LineChange { old: range(hunk.old_range()), new: range(hunk.new_range()) };
        match changes.last_mut() {
            Some(last) if last.old.end == change.old.start => {
                last.old.end = change.old.end;
                last.new.end = change.new.end;
            }
            _ => changes.push(change),
        }
    }
    changes
}

fn one_change(old: &str, new: &str) -> Option<LineChange> {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let change = LineChange { old: before..old.len() - after, new: before..new.len() - after };
    (!change.old.is_empty() || !change.new.is_empty()).then_some(change)
}

/// The lines of a text, each with its end.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_with_its_changes_is_the_other_text(old in "([ab]\n){0,9}[ab]?", new in "([abc]\n){0,9}[ab]?") {
            let (left, right) = (lines(&old), lines(&new));
            let (mut made, mut at) = (String::new(), 0);
            for change in line_changes(&old, &new) {
                prop_assert!(change.old.start > at || at == 0, "an equal line is between two changes");
                made.push_str(&left[at..change.old.start].concat());
                made.push_str(&right[change.new].concat());
                at = change.old.end;
            }
            made.push_str(&left[at..].concat());
            prop_assert_eq!(made, new);
        }
    }

    #[test]
    fn texts_with_nothing_in_common_are_one_change() {
        let numbered = |word: &str| (0..5000).map(|n| format!("{word} {n}\n")).collect::<String>();
        let (old, new) = (format!("same\n{}end\n", numbered("a")), format!("same\n{}end\n", numbered("b")));
        assert_eq!(line_changes(&old, &new), [LineChange { old: 1..5001, new: 1..5001 }]);
    }
}
