//! The words for people: why a step is planned and what it does, as clauses that fit behind a path.

use std::fmt::{self, Display, Formatter};

use super::operation::{Action, ConflictKind, Keep, Reason, Recognised};

impl Action {
    /// What the step does, in one or two words; "here" is this computer, "there" the service.
    pub fn verb(&self) -> &'static str {
        match self {
            Action::Agree => "agree",
            Action::Forget => "forget",
            Action::Upload => "upload",
            Action::Download => "download",
            Action::CreateLocalFolder => "create folder here",
            Action::CreateRemoteFolder => "create folder there",
            Action::MoveLocal { .. } => "move here",
            Action::MoveRemote { .. } => "move there",
            Action::DeleteLocal => "delete here",
            Action::DeleteRemote => "delete there",
            Action::KeepBoth { .. } => "keep both",
        }
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NewHere => "new on this computer",
            Reason::NewThere => "new on the service",
            Reason::ChangedHere => "changed on this computer since the last sync",
            Reason::ChangedThere => "changed on the service since the last sync",
            Reason::DeletedHere => "deleted on this computer",
            Reason::DeletedThere => "deleted on the service",
            Reason::MovedHere { by } => return write!(f, "moved here, recognised by {by}"),
            Reason::MovedThere { by } => return write!(f, "moved on the service, recognised by {by}"),
            Reason::Resent { to, from } => {
                return write!(
                    f,
                    "moved here from \"{from}\" to \"{to}\"; the service can't move it, so it is made anew there"
                );
            }
            Reason::Identical => "both sides hold the same",
            Reason::GoneOnBoth => "gone on both sides",
            Reason::Obstructs => "in the way of something else",
            Reason::CycleBreak => "moved aside for a moment, so that others can change places",
            Reason::LeftApart => "you decided to leave both sides as they are",
            Reason::EditSurvives => "changed on one side and deleted on the other: the change stays",
            Reason::Decided { keep, by_rule: false } => {
                return write!(f, "you decided to keep {}", kept(*keep));
            }
            Reason::Decided { keep, by_rule: true } => {
                return write!(f, "the pair's conflict rule keeps {}", kept(*keep));
            }
        })
    }
}

fn kept(keep: Keep) -> &'static str {
    match keep {
        Keep::Local => "this computer's version",
        Keep::Remote => "the service's version",
        Keep::Both => "both versions",
    }
}

/// What follows "recognised by".
impl Display for Recognised {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Recognised::RemoteId => "its id on the service",
            Recognised::Inode => "its inode",
            Recognised::Content => "its content",
        })
    }
}

impl Display for ConflictKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConflictKind::BothChanged => "changed on both sides",
            ConflictKind::BothCreated => "new on both sides, with different content",
            ConflictKind::EditDelete => "changed on this computer, deleted on the service",
            ConflictKind::DeleteEdit => "deleted on this computer, changed on the service",
            ConflictKind::FileFolder => "a file on one side, a folder on the other",
            ConflictKind::MoveMove => "moved to different places on both sides",
            ConflictKind::Unreadable => "written at the service, where it can't be read back",
            ConflictKind::Overtaken => "changed on the service while this computer's version was sent",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RelPath;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn reasons_read_as_clauses() {
        for (reason, clause) in [
            (Reason::NewHere, "new on this computer"),
            (Reason::ChangedThere, "changed on the service since the last sync"),
            (Reason::MovedHere { by: Recognised::Inode }, "moved here, recognised by its inode"),
            (
                Reason::MovedThere { by: Recognised::RemoteId },
                "moved on the service, recognised by its id on the service",
            ),
            (
                Reason::Resent { to: path("b/x"), from: path("a/x") },
                "moved here from \"a/x\" to \"b/x\"; the service can't move it, so it is made anew there",
            ),
            (Reason::Identical, "both sides hold the same"),
            (Reason::LeftApart, "you decided to leave both sides as they are"),
            (
                Reason::Decided { keep: Keep::Local, by_rule: false },
                "you decided to keep this computer's version",
            ),
            (
                Reason::Decided { keep: Keep::Both, by_rule: true },
                "the pair's conflict rule keeps both versions",
            ),
        ] {
            assert_eq!(reason.to_string(), clause);
        }
    }

    #[test]
    fn verbs_tell_the_sides_apart() {
        let from = path("a");
        assert_eq!(Action::MoveLocal { from: from.clone() }.verb(), "move here");
        assert_eq!(Action::MoveRemote { from }.verb(), "move there");
        assert_eq!(Action::DeleteLocal.verb(), "delete here");
        assert_eq!(Action::DeleteRemote.verb(), "delete there");
        assert_eq!(Action::KeepBoth { copy: path("b") }.verb(), "keep both");
    }

    #[test]
    fn conflicts_name_the_side_that_was_deleted() {
        assert_eq!(ConflictKind::EditDelete.to_string(), "changed on this computer, deleted on the service");
        assert_eq!(ConflictKind::DeleteEdit.to_string(), "deleted on this computer, changed on the service");
    }
}
