//! A set of byte ranges.

use std::ops::Range;

/// Byte ranges in order, none of them empty, none touching another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<Range<u64>>);

impl Ranges {
    pub(crate) fn add(&mut self, added: Range<u64>) {
        if added.is_empty() {
            return;
        }
        let first = self.0.partition_point(|range| range.end < added.start);
        let end = self.0.partition_point(|range| range.start <= added.end);
        let touched = &self.0[first..end];
        let start = touched.first().map_or(added.start, |range| range.start.min(added.start));
        let stop = touched.last().map_or(added.end, |range| range.end.max(added.end));
        self.0.splice(first..end, std::iter::once(start..stop));
    }

    /// True when every byte of `0..size` is in it.
    pub(crate) fn covers(&self, size: u64) -> bool {
        size == 0 || self.0.first().is_some_and(|range| range.start == 0 && range.end >= size)
    }

    pub(crate) fn as_slice(&self) -> &[Range<u64>] {
        &self.0
    }
}

impl FromIterator<Range<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(ranges: I) -> Self {
        let mut set = Self::default();
        ranges.into_iter().for_each(|range| set.add(range));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_what_touches_or_overlaps() {
        let ranges: Ranges = [10..20, 30..40, 20..25, 5..5, 0..3, 24..31].into_iter().collect();
        assert_eq!(ranges.as_slice(), [0..3, 10..40]);
        assert!(ranges.covers(3) && ranges.covers(0) && !ranges.covers(4));
        let all: Ranges = [ranges.0[0].clone(), 2..11, 10..40].into_iter().collect();
        assert_eq!(all.as_slice().first(), Some(&(0..40)));
        assert!(all.covers(40));
    }
}
