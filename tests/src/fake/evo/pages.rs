//! Pages of the listing that aren't true.

use serde_json::Value;

use crate::fake::Lie;

/// Makes a page untrue.
pub(crate) fn falsify(page: &mut Value, lie: &Lie) {
    match lie {
        Lie::Empty => keep_files(page, |_| false),
        Lie::Without(path) => keep_files(page, |file| full_path(file) != *path),
        Lie::Total(by) => page["total"] = Value::from(page["total"].as_i64().unwrap_or_default() + by),
    }
}

fn keep_files(page: &mut Value, keep: impl Fn(&Value) -> bool) {
    let Some(files) = page["files"].as_array_mut() else { return };
    let before = files.len();
    files.retain(keep);
    let left = files.len();
    let total = page["total"].as_u64().unwrap_or_default().saturating_sub((before - left) as u64);
    page["count"] = Value::from(left);
    page["total"] = Value::from(if left == 0 { 0 } else { total });
    if left == 0 {
        page["links"]["next"] = Value::Null;
    }
}

fn full_path(file: &Value) -> String {
    let part = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
    format!("{}{}", part("path").trim_start_matches('/'), part("name"))
}
