use jiff::SignedDuration;
use serde_json::Value;
use tidemark_tests::fake::evo::{FakeEvo, Lag};
use tidemark_tests::fake::raw;

use crate::Evo;

fn names(page: &Value) -> Vec<&str> {
    page["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect()
}

/// Files `a`, `b`, `c`, each a minute after the one before, the first at noon.
fn three() -> Evo {
    let evo = Evo::start();
    for name in ["a", "b", "c"] {
        evo.fake.put_file(&format!("d/{name}"), name);
        evo.fake.clock().advance(SignedDuration::from_mins(1));
    }
    evo
}

#[test]
fn pages_follow_their_links() {
    let evo = three();
    let mut page = evo.get("?limit=2");
    assert_eq!((names(&page), &page["total"], &page["count"]), (vec!["a", "b"], &3.into(), &2.into()));
    assert!(page["links"]["prev"].is_null());
    let next = page["links"]["next"].as_str().unwrap().to_owned();
    page = raw::send("GET", &next, &[("Authorization", "Bearer evo-token")], b"").unwrap().json();
    assert_eq!((names(&page), &page["offset"]), (vec!["c"], &2.into()));
    assert!(page["links"]["next"].is_null());
    assert_eq!(names(&evo.get("?offset=7")), Vec::<&str>::new());
    assert_eq!(evo.breaches(), []);
}

#[test]
fn filters_and_order_are_the_vendors() {
    let evo = three();
    for (query, expected) in [
        ("order_by=desc:modified_at", vec!["c", "b", "a"]),
        ("modified_at=gte:2026-03-01T12:01:00Z", vec!["b", "c"]),
        ("modified_at=gt:2026-03-01T12:01:00Z", vec!["c"]),
        ("modified_at=lte:2026-03-01T13:01:00%2B01:00", vec!["a", "b"]),
        ("modified_at=2026-03-01T12:00:00", vec!["a"]),
        ("created_at=gte:2026-03-01T12:01:00Z&created_at=lt:2026-03-01T12:02:00Z", vec!["b"]),
        ("file_name=B", vec!["b"]),
        ("author=00000000-0000-4000-8000-0000000e15e0&order_by=created_at", vec!["a", "b", "c"]),
        ("modified_by=00000000-0000-4000-8000-00000000c11e", vec![]),
    ] {
        let page = evo.get(&format!("?{query}"));
        assert_eq!(names(&page), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
}

#[test]
fn deleted_files_are_in_a_list_of_their_own() {
    let evo = three();
    evo.fake.delete("d/b");
    assert_eq!(names(&evo.get("")), ["a", "c"]);
    assert_eq!(names(&evo.get("?deleted=true&deleted_at=gte:2026-03-01T12:03:00Z")), ["b"]);
    assert_eq!(names(&evo.get("?deleted=true&deleted_at=gt:2026-03-01T12:03:00Z")), Vec::<&str>::new());
}

#[test]
fn the_listing_may_lag_behind() {
    let evo = Evo::with(FakeEvo::with().listing_lag(Lag::Requests(1)));
    evo.upload("a", b"one");
    assert_eq!(evo.ask("GET", "/path/a").status, 200);
    assert_eq!(evo.get("")["total"], 0);
    assert_eq!(evo.get("")["total"], 1);
    evo.fake.delete("a");
    assert_eq!([evo.get("")["total"].as_u64(), evo.get("")["total"].as_u64()], [Some(1), Some(0)]);
}

#[test]
fn many_files_are_listed_in_full_pages() {
    let evo = Evo::start();
    for number in 0..12_000 {
        evo.fake.put_file(&format!("d{}/{number}", number % 100), "x");
    }
    let mut seen = std::collections::HashSet::new();
    for offset in [0, 5000, 10_000] {
        let page = evo.get(&format!("?offset={offset}&order_by=modified_at"));
        seen.extend(page["files"].as_array().unwrap().iter().map(|file| file["file_id"].to_string()));
        assert_eq!(page["total"], 12_000);
    }
    assert_eq!(seen.len(), 12_000);
}
