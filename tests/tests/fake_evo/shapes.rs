//! Answers have the fields that the vendor's have, neither more nor less, of the same types.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Evo;

macro_rules! vendors {
    ($name:literal) => {
        include_str!(concat!("../../../crates/tidemark-providers/tests/fixtures/evo/", $name, ".json"))
    };
}

/// The type of each field, by JSON pointer; items of a list count as one. Empty and null fields are left out.
fn shape(value: &Value) -> BTreeMap<String, &'static str> {
    let mut shape = BTreeMap::new();
    collect("", value, &mut shape);
    shape
}

fn collect(at: &str, value: &Value, into: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Null => return,
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => return items.iter().for_each(|item| collect(&format!("{at}/*"), item, into)),
        Value::Object(fields) => {
            return fields.iter().for_each(|(key, field)| collect(&format!("{at}/{key}"), field, into));
        }
    };
    into.insert(at.to_owned(), kind);
}

fn agrees(answer: &Value, vendors: &str) {
    assert_eq!(shape(answer), shape(&serde_json::from_str(vendors).unwrap()));
}

#[test]
fn answers_have_the_vendors_fields() {
    let evo = Evo::start();
    agrees(&evo.upload("A/x.csv", b"one"), vendors!("upsert_file"));
    evo.upload("A/y.csv", b"two");
    evo.upload("B/z.csv", b"three");
    agrees(&evo.get("?limit=2"), vendors!("list_files_0"));
    agrees(&evo.get("?limit=2&offset=2"), vendors!("list_files_1"));
    agrees(&evo.get("?file_name=none"), vendors!("list_files_empty"));
    agrees(&evo.get("/path/A/x.csv?include_versions=true"), vendors!("get_file"));
}
