//! What follows for people from what a service can't do: a few sentences, the most important first.

use tidemark_core::names::NameRules;
use tidemark_providers::Capabilities;
use tidemark_providers::capabilities::{ConditionalWrite, Folders, Listing};

/// Days for which a pair keeps what was replaced or deleted, unless it is told otherwise.
const KEEP_DAYS: u32 = 30;

/// Whole sentences, one a gap; commands stand in backticks. Empty for a service that lacks nothing.
///
/// Every field is named here, so that a new one can't be forgotten.
pub fn consequences(can: &Capabilities) -> Vec<String> {
    let Capabilities {
        listing,
        change_feed,
        stable_ids,
        weak_revision,
        digest,
        hash_on_request,
        conditional_write,
        mutable_content,
        moves_files,
        moves_folders,
        folders,
        empty_files,
        versions,
        restore,
        repeatable_upload,
        resumable_upload,
        ranged_download,
        eventual_consistency,
        write_only_items,
        max_size,
        names,
        parallelism,
        page_size: _,
        deleted_listing: _,
        revision: _,
        signed_links: _,
    } = can;
    let compares = !hash_on_request && *listing != Listing::InlineContent;
    [
        (*listing == Listing::None).then(|| {
            "It lists nothing: the pair's own manifest is its index, and files that others put there are not seen. `tidemark pair export NAME` carries the manifest to another computer.".into()
        }),
        weak_revision.then(|| {
            "An edit there that leaves the size as it was isn't noticed; `tidemark pair set NAME verify=daily` compares the contents by downloading them.".into()
        }),
        write_only_items.then(|| {
            "What is encrypted there can't be read back: it is sent and never fetched, and when somebody else changes it, you are asked.".into()
        }),
        (!versions).then(|| {
            format!("It keeps no old versions: what a sync replaces or deletes there is fetched first and kept on this computer for {KEEP_DAYS} days (`tidemark pair set NAME keep-days=N`).")
        }),
        (*versions && !restore).then(|| {
            "It doesn't bring back what was deleted there: a restored file is a new one, without its history.".into()
        }),
        writing(*conditional_write, *mutable_content),
        (!mutable_content).then(|| {
            "A file there can't be changed: each edit is sent as a new file, and then the old one is deleted.".into()
        }),
        (!repeatable_upload).then(|| {
            "An upload whose answer is lost may leave a file there that nobody can find; `tidemark status` names it.".into()
        }),
        moving(*moves_files, *moves_folders, *folders),
        (!stable_ids).then(|| {
            "What is moved or renamed there counts as deleted and new: it is downloaded again.".into()
        }),
        match folders {
            Folders::None => Some("It has no folders: those on this computer stay here, with all that is inside, and are listed as problems.".into()),
            Folders::Implied => Some("A folder is there only while a file is in it: empty folders stay on this computer.".into()),
            Folders::Real => None,
        },
        (!empty_files).then(|| "Empty files that it refuses stay on this computer and are listed as problems.".into()),
        max_size.map(|most| format!("Files of more than {most} bytes stay on this computer and are listed as problems.")),
        naming(names),
        telling_apart(names),
        looking(*listing, *change_feed),
        (digest.is_none() && compares).then(|| {
            "Its answers carry no digests: of what was sent or fetched the length is checked, and not always the content.".into()
        }),
        (compares && *listing != Listing::None).then(|| {
            "Where both sides have a new file of the same size, it is downloaded to compare the two.".into()
        }),
        resuming(*resumable_upload, *ranged_download),
        eventual_consistency.map(|time| {
            format!("After a write it may show the old state for {}: until then, what contradicts the write is asked for again before it is believed.", minutes(time.as_secs()))
        }),
        (parallelism.max == 1).then(|| "It is asked for one thing at a time, so that many small files take long.".into()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn looking(listing: Listing, change_feed: bool) -> Option<String> {
    let text = match listing {
        Listing::None => "Each look asks for every file by itself.",
        Listing::InlineContent => "Its list comes with all contents: each look downloads everything.",
        Listing::PerDirectory => "It is listed folder by folder: each look takes a request for every folder.",
        Listing::Full if !change_feed => {
            "It doesn't say what has changed: each look goes through the whole list."
        }
        Listing::Full => return None,
    };
    Some(text.to_owned())
}

fn writing(conditional_write: ConditionalWrite, mutable_content: bool) -> Option<String> {
    let text = match conditional_write {
        ConditionalWrite::Native => return None,
        ConditionalWrite::LookBefore if !mutable_content => return None,
        ConditionalWrite::DetectAfter => {
            "It doesn't refuse a write that comes too late: a version that somebody else wrote at the same moment is found in the history afterwards, and you are asked."
        }
        ConditionalWrite::LookBefore => {
            "It doesn't refuse a write that comes too late: Tidemark looks just before it writes, and what somebody else writes between the two is overwritten unseen."
        }
    };
    Some(text.to_owned())
}

fn moving(files: bool, in_folders: bool, folders: Folders) -> Option<String> {
    let text = match (files, in_folders) {
        (true, true) => return None,
        (true, false) if folders == Folders::None => return None,
        (true, false) => "It doesn't move folders: one that you move or rename is moved file by file.",
        (false, true) => {
            "It doesn't move files: one that you move or rename is sent anew, then deleted in its old place."
        }
        (false, false) => {
            "It moves nothing: what you move or rename is sent anew, then deleted in its old place."
        }
    };
    Some(text.to_owned())
}

fn telling_apart(names: &NameRules) -> Option<String> {
    let what = match (names.case_insensitive, names.normalizes) {
        (false, false) => return None,
        (true, false) => "letter case",
        (false, true) => "the way accents are written",
        (true, true) => "letter case or the way accents are written",
    };
    Some(format!(
        "Names that differ only in {what} are one to it: of such files one is synced, and the others are listed as problems."
    ))
}

fn naming(names: &NameRules) -> Option<String> {
    let characters: Vec<String> = names.forbidden.iter().map(|c| c.escape_debug().to_string()).collect();
    let refused = [
        (!characters.is_empty()).then(|| format!("names with one of {}", characters.join(" "))),
        names.no_control.then(|| "names with control characters".to_owned()),
        names.wary.then(|| "names that can be taken for other ones".to_owned()),
        names.windows.then(|| "names that Windows keeps for itself".to_owned()),
        (names.max_name_bytes < NameRules::default().max_name_bytes)
            .then(|| format!("names of more than {} bytes", names.max_name_bytes)),
        names.max_path_bytes.map(|most| format!("paths of more than {most} bytes")),
    ];
    let refused: Vec<String> = refused.into_iter().flatten().collect();
    let listed = refused.join(", ");
    (!refused.is_empty()).then(|| {
        format!("It doesn't store {listed}: such files stay on this computer and are listed as problems.")
    })
}

fn resuming(upload: bool, download: bool) -> Option<String> {
    let what = match (upload, download) {
        (true, true) => return None,
        (false, true) => "upload",
        (true, false) => "download",
        (false, false) => "transfer",
    };
    Some(format!("An interrupted {what} begins again from the start."))
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::time::Duration;

    use tidemark_providers::capabilities::Parallelism;
    use tidemark_providers::registry;

    use super::*;
    use crate::config::PairConfig;

    /// A service that lacks nothing.
    fn perfect() -> Capabilities {
        Capabilities {
            listing: Listing::Full,
            page_size: None,
            change_feed: true,
            deleted_listing: true,
            stable_ids: true,
            revision: "etag",
            weak_revision: false,
            digest: None,
            hash_on_request: true,
            conditional_write: ConditionalWrite::Native,
            mutable_content: true,
            moves_files: true,
            moves_folders: true,
            folders: Folders::Real,
            empty_files: true,
            versions: true,
            restore: true,
            repeatable_upload: true,
            resumable_upload: true,
            ranged_download: true,
            signed_links: true,
            eventual_consistency: None,
            write_only_items: false,
            max_size: None,
            names: NameRules::default(),
            parallelism: Parallelism { start: 8, max: 32 },
        }
    }

    /// Words of the sentence, and how the gap is opened.
    type Gap = (&'static str, fn(&mut Capabilities));

    /// Each gap by itself.
    const GAPS: [Gap; 33] = [
        ("lists nothing", |can| can.listing = Listing::None),
        ("every file by itself", |can| can.listing = Listing::None),
        ("comes with all contents", |can| can.listing = Listing::InlineContent),
        ("folder by folder", |can| can.listing = Listing::PerDirectory),
        ("what has changed", |can| can.change_feed = false),
        ("verify=daily", |can| can.weak_revision = true),
        ("never fetched", |can| can.write_only_items = true),
        ("no old versions", |can| can.versions = false),
        ("without its history", |can| can.restore = false),
        ("in the history afterwards", |can| can.conditional_write = ConditionalWrite::DetectAfter),
        ("overwritten unseen", |can| can.conditional_write = ConditionalWrite::LookBefore),
        ("can't be changed", |can| can.mutable_content = false),
        ("whose answer is lost", |can| can.repeatable_upload = false),
        ("doesn't move files", |can| can.moves_files = false),
        ("file by file", |can| can.moves_folders = false),
        ("deleted and new", |can| can.stable_ids = false),
        ("has no folders", |can| can.folders = Folders::None),
        ("empty folders", |can| can.folders = Folders::Implied),
        ("Empty files", |can| can.empty_files = false),
        ("more than 1000 bytes", |can| can.max_size = Some(1000)),
        ("only in the way accents", |can| can.names.normalizes = true),
        ("only in letter case", |can| can.names.case_insensitive = true),
        ("one of ? *", |can| can.names.forbidden = &['?', '*']),
        ("control characters", |can| can.names.no_control = true),
        ("taken for other ones", |can| can.names.wary = true),
        ("Windows", |can| can.names.windows = true),
        ("names of more than 9 bytes", |can| can.names.max_name_bytes = 9),
        ("paths of more than 9 bytes", |can| can.names.max_path_bytes = Some(9)),
        ("no digests", |can| can.hash_on_request = false),
        ("interrupted upload", |can| can.resumable_upload = false),
        ("interrupted download", |can| can.ranged_download = false),
        ("for 10 minutes", |can| can.eventual_consistency = Some(Duration::from_secs(600))),
        ("one thing at a time", |can| can.parallelism = Parallelism { start: 1, max: 1 }),
    ];

    #[test]
    fn every_gap_has_its_sentence() {
        assert_eq!(consequences(&perfect()), [""; 0]);
        for (words, open) in GAPS {
            let mut can = perfect();
            open(&mut can);
            let found = consequences(&can);
            assert!(found.iter().any(|sentence| sentence.contains(words)), "{words}: {found:?}");
        }
    }

    #[test]
    fn gaps_that_belong_together_are_told_once() {
        let mut can = perfect();
        (can.moves_files, can.moves_folders) = (false, false);
        (can.resumable_upload, can.ranged_download) = (false, false);
        (can.names.windows, can.names.no_control) = (true, true);
        can.versions = false;
        can.restore = false;
        let found = consequences(&can);
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn a_flat_service_is_not_said_to_lack_moves_of_folders() {
        let mut can = perfect();
        (can.folders, can.moves_folders) = (Folders::None, false);
        assert_eq!(consequences(&can).len(), 1);
    }

    #[test]
    fn sentences_are_whole_and_name_no_provider() {
        for spec in registry::providers() {
            let found = consequences(&(spec.capabilities)());
            assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{}", spec.name);
            for sentence in found {
                assert!(sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'), "{sentence}");
                assert!(sentence.matches('`').count().is_multiple_of(2), "{sentence}");
                let other = |spec: &&tidemark_providers::settings::ProviderSpec| {
                    spec.name != "folder" && sentence.to_lowercase().contains(spec.name)
                };
                assert!(registry::providers().iter().find(other).is_none(), "{sentence}");
            }
        }
    }

    #[test]
    fn the_days_are_those_that_a_pair_begins_with() {
        assert_eq!(PairConfig::new("p", PathBuf::new(), "a", "").keep_days, KEEP_DAYS);
    }
}
