//! Pages of the listing that aren't true.

use serde_json::Value;

use crate::fake::Lie;

/// Makes a page untrue.
pub(crate) fn falsify(page: &mut Value, lie: &Lie) {
    match lie {
        Lie::Empty => {
            page["items"] = Value::Array(Vec::new());
            page["endCursor"] = Value::Null;
            page["count"] = 0.into();
        }
        Lie::Without(name) => {
            if let Some(items) = page["items"].as_array_mut() {
                items.retain(|item| item["name"] != name.as_str());
            }
        }
        Lie::Total(by) => page["count"] = Value::from(page["count"].as_i64().unwrap_or_default() + by),
    }
}
