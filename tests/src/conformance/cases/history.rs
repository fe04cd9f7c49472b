//! Old versions, and bringing them back.

use tidemark_core::node::Kind;
use tidemark_providers::ErrorKind;
use tidemark_providers::provider::VersionId;

use crate::conformance::bench::{Bench, error, is_one_of};
use crate::doubles::Taken;

/// Old versions are told, newest first, and fetched; or there are none.
pub async fn old_versions_are_told_and_fetched(bench: &Bench) {
    let path = bench.nested("history.txt");
    let first = bench.given(&path, b"first").await;
    let item = bench.edit(&first, b"the second").await.at;
    let versions = bench.provider.versions(&item).await.unwrap();
    if !bench.able.versions {
        return assert_eq!(versions, []);
    }
    assert_eq!(versions.iter().map(|version| version.current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(versions.iter().map(|version| version.size).collect::<Vec<_>>(), [Some(10), Some(5)]);
    for (version, content) in versions.iter().zip(["the second", "first"]) {
        let sink = Taken::default();
        bench.provider.download(&item, Some(&version.id), &sink).await.unwrap();
        assert_eq!(sink.bytes(), content);
    }
    let unknown = VersionId("1701303763589905104".into());
    error(bench.provider.download(&item, Some(&unknown), &Taken::default()).await);
}

/// An old version becomes the newest again, and what was the newest stays in the history; or nothing happens.
pub async fn an_old_version_comes_back(bench: &Bench) {
    let path = bench.nested("restored.txt");
    let first = bench.given(&path, b"first").await;
    if !bench.able.restore {
        let restored = bench.provider.restore(&first.at, &VersionId("1".into())).await;
        return is_one_of(&error(restored), &[ErrorKind::Unsupported]);
    }
    let item = bench.edit(&first, b"the second").await.at;
    let old = bench.provider.versions(&item).await.unwrap().remove(1);
    let (place, remote) = match bench.provider.restore(&item, &old.id).await {
        Ok(restored) => restored,
        Err(refused) => {
            is_one_of(&refused, &[ErrorKind::Unsupported]);
            return bench.holds(&[(&path, b"the second")]).await;
        }
    };
    assert_eq!(place.as_str(), path);
    bench.holds(&[(&path, b"first")]).await;
    assert_eq!(bench.found(&path).await.remote.revision, remote.revision);
    let sizes: Vec<_> = bench.provider.versions(&item).await.unwrap().into_iter().map(|v| v.size).collect();
    assert!(sizes.contains(&Some(10)), "the second is lost: {sizes:?}");
}

/// What was deleted comes back with its content.
pub async fn a_deleted_file_comes_back(bench: &Bench) {
    if !bench.able.restore {
        return;
    }
    let path = bench.nested("deleted.txt");
    let item = bench.given(&path, b"content").await;
    bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
    bench.holds(&[]).await;
    let version = bench.provider.versions(&item.at).await.unwrap().remove(0);
    let (place, _) = bench.provider.restore(&item.at, &version.id).await.unwrap();
    assert_eq!(place.as_str(), path);
    bench.holds(&[(&path, b"content")]).await;
}
