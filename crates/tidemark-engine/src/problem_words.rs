//! What problems mean, for people: a title, why it is so, what is safe, and what comes next.

use serde::{Deserialize, Serialize};
use tidemark_core::plan::operation::BlockedCode;
use ts_rs::TS;

/// Problems of one cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ProblemGroup {
    /// The cause.
    pub code: BlockedCode,
    /// What it is, in a few words.
    pub title: String,
    /// Why it is so; a whole sentence.
    pub why: String,
    /// What is safe; a whole sentence.
    pub safe: String,
    /// What comes next, or what the person can do; a whole sentence.
    pub next: String,
    /// The files.
    pub problems: Vec<PairProblem>,
}

/// A file with a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PairProblem {
    /// Name of its pair.
    pub pair: String,
    /// Where; made safe to show when it isn't a path.
    pub path: String,
    /// What is wrong and what to do: whole sentences.
    pub message: String,
}

impl ProblemGroup {
    /// The problems of one cause.
    pub(crate) fn of(code: BlockedCode, problems: Vec<PairProblem>) -> Self {
        let [title, why, safe, next] = words(code).map(str::to_owned);
        Self { code, title, why, safe, next, problems }
    }
}

const STAYS: &str = "The file stays where it is, and everything else goes on.";
const BOTH_STAY: &str = "Both files stay where they are, and everything else goes on.";
const RETRIED: &str = "It is tried again with the next sync.";

fn words(code: BlockedCode) -> [&'static str; 4] {
    use BlockedCode::*;
    match code {
        NameUnsupported => [
            "Names that the other side can't store",
            "The other side refuses such a name, or would change it.",
            STAYS,
            "Rename the file, and it is synced.",
        ],
        CaseClash => [
            "Names that differ only in upper and lower case",
            "One side doesn't tell them apart and can hold only one of them.",
            BOTH_STAY,
            "Rename one of them, and both are synced.",
        ],
        UnicodeClash => [
            "Names that look the same",
            "They differ only in how accents are written, and one side doesn't tell them apart.",
            BOTH_STAY,
            "Rename one of them, and both are synced.",
        ],
        TooLarge => [
            "Files that are too large",
            "The service takes no files of this size.",
            STAYS,
            "Make the file smaller, or ignore it.",
        ],
        EmptyUnsupported => [
            "Empty files",
            "The service takes no empty files.",
            STAYS,
            "It is synced as soon as something is in it.",
        ],
        FoldersUnsupported => [
            "Folders",
            "The service has no folders.",
            "The folder stays where it is, with all that is inside.",
            "Put its files at the top of the pair's folder to have them synced.",
        ],
        ReadOnly => [
            "Changes that may not be sent",
            "The account may only read.",
            STAYS,
            "Ask the owner of the service's folder for the right to write.",
        ],
        WriteOnly => [
            "Contents that can't be read back",
            "The service never gives this content out again.",
            "This computer's file stays as it is.",
            "It is sent again when you change it here.",
        ],
        Symlink => [
            "Symbolic links",
            "A link can lead anywhere; it is never followed and never sent.",
            "The link and what it leads to stay as they are.",
            "Put the file itself in its place, or ignore the link.",
        ],
        SpecialFile => [
            "Items that are no files",
            "Sockets, pipes and devices have no content that could be synced.",
            "It stays where it is.",
            "Ignore it to have it out of this list.",
        ],
        NameNotUtf8 => [
            "Names that aren't UTF-8",
            "No service can store such a name.",
            STAYS,
            "Rename the file, and it is synced.",
        ],
        UnsafePath => [
            "Names that aren't safe",
            "The name would lead out of the pair's folder, or mislead whoever reads it.",
            "It stays at the service and is not brought here.",
            "Rename it at the service, and it is synced.",
        ],
        LocalDenied => [
            "Files that may not be touched here",
            "This computer refuses to let Tidemark read or write them.",
            STAYS,
            "Give yourself the right to read and write it, then sync again.",
        ],
        LocalFailed => [
            "Files that can't be read or written here",
            "The disk reports a fault.",
            "Nothing was changed on either side.",
            "Check the disk; it is tried again with the next sync.",
        ],
        DiskFull => [
            "No room on this computer",
            "The disk is full.",
            "The files are safe at the service. Uploads go on.",
            "Make room; it is tried again with the next sync.",
        ],
        OtherFilesystem => [
            "Another disk inside the folder",
            "Another file system is mounted there; syncing it could take its absence for a deletion.",
            "It stays as it is.",
            "Add a pair of its own for it, or ignore it.",
        ],
        KeepsChanging => [
            "Files that keep changing",
            "They change while they are read, so that no whole version can be sent.",
            STAYS,
            RETRIED,
        ],
        RemoteRefused => [
            "Files that the service refuses",
            "The service doesn't take them.",
            STAYS,
            "What the service says is with each file.",
        ],
        QuotaExceeded => [
            "No room at the service",
            "The service's storage is used up.",
            "The files are safe on this computer. Downloads go on.",
            "Free up space at the service; it is tried again with the next sync.",
        ],
        RemoteFailed => [
            "Files on which the service fails",
            "The service answered with a fault, several times.",
            "Nothing was changed on either side.",
            RETRIED,
        ],
        DigestMismatch => [
            "Contents that didn't arrive as announced",
            "What came isn't what the service said it would send.",
            "Nothing here was replaced by it.",
            RETRIED,
        ],
        DuplicateName => [
            "Two files of one name at the service",
            "A folder of this computer can hold only one of them.",
            "Both stay at the service.",
            "Rename one of them there, and both are synced.",
        ],
    }
}
