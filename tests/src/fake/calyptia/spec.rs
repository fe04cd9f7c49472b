//! The vendor's specification: what goes in and out is checked against it.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

static SPEC: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("spec.json")).unwrap_or_default());

const LIST: &str = "/paths/~1v1~1core_instances~1{coreInstanceID}~1files/get/parameters";

/// What of a value isn't as the schema of that name says; nothing that it doesn't name may be there.
pub(crate) fn misfit(schema: &str, value: &Value) -> Option<String> {
    check(&SPEC["components"]["schemas"][schema], value, schema).err()
}

/// The parameters of a listing.
pub(crate) fn list_parameters() -> Vec<&'static str> {
    let parameters = SPEC.pointer(LIST).and_then(Value::as_array);
    parameters.into_iter().flatten().filter_map(|parameter| parameter["name"].as_str()).collect()
}

fn check(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return check(&SPEC["components"]["schemas"][name], value, at);
    }
    if value.is_null() && schema["nullable"] == true {
        return Ok(());
    }
    let wrong = || Err(format!("{at} isn't {}", schema["type"]));
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    return Err(format!("{at} has no {name}"));
                }
            }
            fields.iter().try_for_each(|(name, value)| match schema["properties"].get(name) {
                Some(schema) => check(schema, value, &format!("{at}.{name}")),
                None => Err(format!("{at} has an unknown {name}")),
            })
        }
        (Some("array"), Value::Array(items)) => {
            items.iter().try_for_each(|item| check(&schema["items"], item, &format!("{at}[]")))
        }
        (Some("string"), Value::String(text)) => match schema["format"].as_str() {
            Some("uuid") if text.parse::<Uuid>().is_err() => Err(format!("{at} isn't a UUID")),
            Some("date-time") if text.parse::<Timestamp>().is_err() => Err(format!("{at} isn't a time")),
            Some("byte") if BASE64_STANDARD.decode(text).is_err() => Err(format!("{at} isn't base64")),
            _ => Ok(()),
        },
        (Some("boolean"), Value::Bool(_)) => Ok(()),
        (Some("number"), Value::Number(number)) => match schema["format"].as_str() {
            Some("int32") if number.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => wrong(),
            _ => Ok(()),
        },
        _ => wrong(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn knows_what_it_is_asked_for() {
        assert_eq!(list_parameters(), ["last", "before"]);
        for schema in ["CoreInstanceFiles", "CreateCoreInstanceFile", "Created", "Updated", "Deleted"] {
            assert!(misfit(schema, &json!({})).unwrap().contains("has no"), "{schema}");
        }
        assert_eq!(misfit("UpdateCoreInstanceFile", &json!({})), None);
    }

    #[test]
    fn tells_what_is_wrong() {
        let good = json!({ "name": "a", "contents": "Ynl0ZXM=", "encrypted": false });
        assert_eq!(misfit("CreateCoreInstanceFile", &good), None);
        for (key, value, why) in [
            ("name", Value::Null, "isn't"),
            ("contents", json!("Ynl0ZXM"), "isn't base64"),
            ("encrypted", json!("false"), "isn't"),
            ("size", json!(5), "unknown"),
        ] {
            let mut bad = good.clone();
            bad[key] = value;
            assert!(misfit("CreateCoreInstanceFile", &bad).unwrap().contains(why), "{bad}");
        }
        let page = json!({ "items": [{ "id": "x" }], "endCursor": null, "count": 1 });
        assert!(misfit("CoreInstanceFiles", &page).is_some());
    }
}
