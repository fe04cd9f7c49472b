//! A merge as parts: what follows from both sides, and the places at which a person has to choose.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::line_changes::{LineChange, line_changes, lines};

/// A part of a merge. Texts have `\n` at the ends of their lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum MergePart {
    /// What both sides have, or what one side made of it where the other left it as it was.
    Same {
        /// The text.
        text: String,
    },
    /// Both sides changed this place, or places that touch.
    Conflict {
        /// This computer's.
        mine: String,
        /// The service's.
        theirs: String,
        /// What both came from; empty where that isn't known.
        base: String,
    },
}

/// Merges what two sides made of `base`.
pub fn three_way(base: &str, mine: &str, theirs: &str) -> Vec<MergePart> {
    let mut sides = [Side::new(base, mine), Side::new(base, theirs)];
    let base = lines(base);
    let (mut parts, mut at) = (Parts::default(), 0);
    while let Some(start) = sides.iter().filter_map(|side| Some(side.changes.get(side.next)?.old.start)).min()
    {
        parts.same(&base[at..start].concat());
        let first = sides.each_ref().map(|side| side.next);
        let mut end = start;
        while sides.iter_mut().any(|side| side.takes_up_to(&mut end)) {}
        let [mine, theirs] = sides.each_mut().map(|side| side.of(start, end));
        let changed = [0, 1].map(|number| sides[number].next > first[number]);
        match changed {
            [true, false] => parts.same(&mine),
            [false, true] => parts.same(&theirs),
            _ if mine == theirs => parts.same(&mine),
            _ => parts.conflict(mine, theirs, base[start..end].concat()),
        }
        at = end;
    }
    parts.same(&base[at..].concat());
    parts.0
}

/// The parts of two texts without a base: every difference is for a person to choose.
pub fn two_way(mine: &str, theirs: &str) -> Vec<MergePart> {
    let (left, right) = (lines(mine), lines(theirs));
    let (mut parts, mut at) = (Parts::default(), 0);
    for change in line_changes(mine, theirs) {
        parts.same(&left[at..change.old.start].concat());
        at = change.old.end;
        parts.conflict(left[change.old].concat(), right[change.new].concat(), String::new());
    }
    parts.same(&left[at..].concat());
    parts.0
}

/// What one side made of the base.
struct Side<'t> {
    lines: Vec<&'t str>,
    changes: Vec<LineChange>,
    next: usize,
    /// Where the side is after all changes that were taken, and where the base is.
    after: (usize, usize),
}

impl<'t> Side<'t> {
    fn new(base: &str, text: &'t str) -> Self {
        Self { lines: lines(text), changes: line_changes(base, text), next: 0, after: (0, 0) }
    }

    /// Takes the next change if it touches what ends at `end`, which then ends later.
    fn takes_up_to(&mut self, end: &mut usize) -> bool {
        let touches = self.changes.get(self.next).is_some_and(|change| change.old.start <= *end);
        if touches {
            *end = (*end).max(self.changes[self.next].old.end);
            self.next += 1;
        }
        touches
    }

    /// What the side has in the place of the base's lines `start..end`, whose changes were all taken.
    fn of(&mut self, start: usize, end: usize) -> String {
        let (mine, base) = self.after;
        let from = mine + (start - base);
        let last = self.next.checked_sub(1).map(|last| &self.changes[last]);
        let to = last.map_or(end, |change| change.new.end + (end - change.old.end));
        self.after = (to, end);
        self.lines[from..to].concat()
    }
}

#[derive(Default)]
struct Parts(Vec<MergePart>);

impl Parts {
    fn same(&mut self, more: &str) {
        match self.0.last_mut() {
            _ if more.is_empty() => {}
            Some(MergePart::Same { text }) => text.push_str(more),
            _ => self.0.push(MergePart::Same { text: more.to_owned() }),
        }
    }

    fn conflict(&mut self, mine: String, theirs: String, base: String) {
        self.0.push(MergePart::Conflict { mine, theirs, base });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::{Merged, merge_texts};
    use proptest::prelude::*;

    fn chosen(parts: &[MergePart], choose: impl Fn(&str, &str, &str) -> String) -> String {
        let text = |part: &MergePart| match part {
            MergePart::Same { text } => text.clone(),
            MergePart::Conflict { mine, theirs, base } => choose(mine, theirs, base),
        };
        parts.iter().map(text).collect()
    }

    fn stops(parts: &[MergePart]) -> usize {
        parts.iter().filter(|part| matches!(part, MergePart::Conflict { .. })).count()
    }

    /// U18: three places that both changed and five that one did.
    #[test]
    fn what_one_side_changed_is_merged_and_the_rest_are_stops() {
        let base: Vec<String> = (0..40).map(|n| format!("line {n}\n")).collect();
        let edited = |side: &str, at: &[usize]| {
            let mut lines = base.clone();
            at.iter().for_each(|at| lines[*at] = format!("{side} {at}\n"));
            lines.concat()
        };
        let (both, here, there) = ([4, 18, 33], [1, 12, 30], [8, 24]);
        let mine = edited("mine", &[&both[..], &here].concat());
        let theirs = edited("theirs", &[&both[..], &there].concat());
        let parts = three_way(&base.concat(), &mine, &theirs);
        assert_eq!(stops(&parts), 3);
        for choices in 0..27_usize {
            let number = std::cell::Cell::new(0);
            let made = chosen(&parts, |mine, theirs, base| {
                let choice = choices / 3_usize.pow(number.get()) % 3;
                number.set(number.get() + 1);
                [mine, theirs, base][choice].to_owned()
            });
            let mut golden = base.clone();
            here.iter().for_each(|at| golden[*at] = format!("mine {at}\n"));
            there.iter().for_each(|at| golden[*at] = format!("theirs {at}\n"));
            for (number, at) in both.iter().enumerate() {
                match choices / 3_usize.pow(number as u32) % 3 {
                    0 => golden[*at] = format!("mine {at}\n"),
                    1 => golden[*at] = format!("theirs {at}\n"),
                    _ => {}
                }
            }
            assert_eq!(made, golden.concat(), "{choices}");
        }
    }

    #[test]
    fn an_end_without_a_newline_is_a_change_like_others() {
        let parts = three_way("a\nb\n", "a\nb", "a\nb\nc\n");
        let conflict = MergePart::Conflict { mine: "b".into(), theirs: "b\nc\n".into(), base: "b\n".into() };
        assert_eq!(parts, [MergePart::Same { text: "a\n".into() }, conflict]);
    }

    fn text() -> impl Strategy<Value = String> {
        "([ab]\n){0,12}[ab]?"
    }

    proptest! {
        #[test]
        fn a_side_that_changed_nothing_or_the_same_has_no_say(base in text(), x in text()) {
            for parts in [three_way(&base, &base, &x), three_way(&base, &x, &base), three_way(&base, &x, &x)] {
                prop_assert_eq!((stops(&parts), chosen(&parts, |_, _, _| String::new())), (0, x.clone()));
            }
        }

        #[test]
        fn the_sides_are_equal_before_the_merge(base in text(), mine in text(), theirs in text()) {
            let turned: Vec<MergePart> = three_way(&base, &theirs, &mine).into_iter().map(|part| match part {
                MergePart::Conflict { mine, theirs, base } => MergePart::Conflict { mine: theirs, theirs: mine, base },
                same => same,
            }).collect();
            prop_assert_eq!(three_way(&base, &mine, &theirs), turned);
        }

        #[test]
        fn two_texts_are_what_is_chosen_of_their_parts(mine in text(), theirs in text()) {
            let parts = two_way(&mine, &theirs);
            prop_assert_eq!(chosen(&parts, |mine, _, _| mine.to_owned()), mine);
            prop_assert_eq!(chosen(&parts, |_, theirs, _| theirs.to_owned()), theirs);
        }

        #[test]
        fn without_a_stop_it_is_the_clean_merge(
            base in prop::collection::vec("[a-z]{6}\n", 5..20),
            mine in prop::collection::vec((0_usize..20, any::<bool>()), 1..3),
            theirs in prop::collection::vec((0_usize..20, any::<bool>()), 1..3),
        ) {
            let edited = |side: &str, edits: &[(usize, bool)]| {
                let mut lines = base.clone();
                for (number, (at, delete)) in edits.iter().enumerate() {
                    let at = at % lines.len();
                    if *delete && lines.len() > 1 { lines.remove(at); }
                    else { lines.insert(at, format!("{side} {number}\n")); }
                }
                lines.concat()
            };
            let (mine, theirs) = (edited("mine", &mine), edited("theirs", &theirs));
            let parts = three_way(&base.concat(), &mine, &theirs);
            if stops(&parts) == 0 {
                let clean = merge_texts(base.concat().as_bytes(), mine.as_bytes(), theirs.as_bytes());
                let made = chosen(&parts, |_, _, _| String::new());
                prop_assert_eq!(clean, Merged::Clean(made.into_bytes()));
            }
        }
    }
}
