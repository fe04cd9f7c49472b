//! The rules of a pair as a person changes them: `KEY=VALUE`.

use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_providers::settings::ProviderSpec;

use crate::config::PairConfig;
use crate::error::{EngineError, Result};

/// Changes one rule; `ignore` adds to the patterns that are there. `Usage`, naming what can be, for what can't.
pub(crate) fn change(pair: &mut PairConfig, provider: &ProviderSpec, key: &str, value: &str) -> Result<()> {
    match key {
        "verify" if (provider.capabilities)().weak_revision => {
            pair.verify = one_of(key, value, &["never", "daily", "always"])?
        }
        "verify" => {
            return Err(EngineError::usage(format!(
                "Contents needn't be compared with {}: its listing shows every edit",
                provider.name
            )));
        }
        _ if provider.pair_settings.iter().any(|setting| setting.key == key) => match value {
            "" | "none" => drop(pair.settings.remove(key)),
            _ => drop(pair.settings.insert(key.to_owned(), value.to_owned())),
        },
        "direction" => pair.direction = one_of(key, value, &["both", "upload", "download"])?,
        "on-conflict" => {
            pair.on_conflict = one_of(key, value, &["ask", "keep-both", "newest", "local", "remote"])?
        }
        "ignore" => {
            pair.ignore.extend(value.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned))
        }
        "keep-days" => pair.keep_days = number(key, value, 1, 36_500)? as u32,
        "upload-limit" => pair.upload_limit = rate(key, value)?,
        "download-limit" => pair.download_limit = rate(key, value)?,
        "poll-seconds" => pair.poll_seconds = optional(value, |value| number(key, value, 1, 86_400))?,
        "max-delete-percent" => pair.max_delete_percent = number(key, value, 0, 100)?,
        "max-deletes" => pair.max_deletes = number(key, value, 0, u64::MAX)?,
        "local" | "remote" | "account" | "name" => {
            return Err(EngineError::usage(format!("The {key} of a pair can't be changed"))
                .hint("remove the pair and add another one; the files of both sides stay where they are"));
        }
        _ => {
            let mut known = vec![
                "direction",
                "on-conflict",
                "ignore",
                "keep-days",
                "upload-limit",
                "download-limit",
                "poll-seconds",
                "max-delete-percent",
                "max-deletes",
            ];
            known.extend((provider.capabilities)().weak_revision.then_some("verify"));
            known.extend(provider.pair_settings.iter().map(|setting| setting.key));
            return Err(EngineError::usage(format!(
                "A pair with {} has no setting \"{}\"",
                provider.name,
                key.escape_debug()
            ))
            .hint(format!("the settings are: {}", known.join(", "))));
        }
    }
    Ok(())
}

fn one_of<T: serde::de::DeserializeOwned>(key: &str, value: &str, names: &[&str]) -> Result<T> {
    serde_json::from_value(serde_json::Value::from(value)).map_err(|_| {
        EngineError::usage(format!("\"{}\" isn't a value for {key}", value.escape_debug()))
            .hint(format!("it can be: {}", names.join(", ")))
    })
}

fn number(key: &str, value: &str, least: u64, most: u64) -> Result<u64> {
    let range = match most {
        u64::MAX => format!("a whole number from {least} up"),
        _ => format!("a whole number from {least} to {most}"),
    };
    value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        EngineError::usage(format!("\"{}\" isn't a value for {key}; it takes {range}", value.escape_debug()))
    })
}

fn rate(key: &str, value: &str) -> Result<Option<u64>> {
    optional(value, |value| {
        let (digits, factor) = match value.chars().last() {
            Some('k' | 'K') => (&value[..value.len() - 1], 1_000),
            Some('m' | 'M') => (&value[..value.len() - 1], 1_000_000),
            Some('g' | 'G') => (&value[..value.len() - 1], 1_000_000_000),
            _ => (value, 1),
        };
        let bytes =
            digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).filter(|rate| *rate > 0);
        bytes.ok_or_else(|| {
            EngineError::usage(format!(
                "\"{}\" isn't a value for {key}; it takes bytes a second such as 500k or 2M, or none",
                value.escape_debug()
            ))
        })
    })
}

fn optional(value: &str, read: impl FnOnce(&str) -> Result<u64>) -> Result<Option<u64>> {
    match value {
        "none" => Ok(None),
        _ => read(value).map(Some),
    }
}

/// Checks ignore patterns; the error quotes the one that can't be.
pub(crate) fn check_patterns(patterns: &[String]) -> Result<()> {
    IgnoreRules::new(patterns)
        .map(drop)
        .map_err(|error| EngineError::usage(error.to_string()).hint("patterns are written as in .gitignore"))
}

#[cfg(test)]
mod tests {
    use tidemark_core::plan::policy::{Direction, OnConflict};

    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn rates_have_suffixes() {
        for (text, rate_) in
            [("none", None), ("500", Some(500)), ("500k", Some(500_000)), ("2M", Some(2_000_000))]
        {
            assert_eq!(rate("upload-limit", text).unwrap(), rate_, "{text}");
        }
        for text in ["", "k", "0", "-1", "1.5M", "99999999999999999999", "99999999999999999G", "5µ"] {
            assert_eq!(rate("upload-limit", text).unwrap_err().code, ErrorCode::Usage, "{text}");
        }
    }

    #[test]
    fn every_setting_is_taken_or_refused_with_the_values_that_it_takes() {
        let mut pair = PairConfig::new("docs", "/x".into(), "a", "");
        let folder = tidemark_providers::registry::find("folder").unwrap();
        for (key, value) in [
            ("direction", "upload"),
            ("on-conflict", "keep-both"),
            ("ignore", "*.tmp, build/"),
            ("keep-days", "7"),
            ("upload-limit", "1k"),
            ("download-limit", "none"),
            ("poll-seconds", "5"),
            ("max-delete-percent", "10"),
            ("max-deletes", "3"),
        ] {
            change(&mut pair, folder, key, value).unwrap();
        }
        assert_eq!((pair.direction, pair.on_conflict), (Direction::Upload, OnConflict::KeepBoth));
        assert_eq!(pair.ignore, ["*.tmp", "build/"]);
        assert_eq!((pair.keep_days, pair.upload_limit, pair.poll_seconds), (7, Some(1000), Some(5)));
        assert_eq!((pair.max_delete_percent, pair.max_deletes), (10, 3));
        for (key, value, part) in [
            ("direction", "sideways", "both, upload, download"),
            ("max-delete-percent", "101", "from 0 to 100"),
            ("keep-days", "0", "from 1"),
            ("local", "/y", "remove the pair"),
            ("colour", "red", "direction, on-conflict"),
            ("verify", "daily", "shows every edit"),
        ] {
            let error = change(&mut pair, folder, key, value).unwrap_err();
            assert_eq!(error.code, ErrorCode::Usage);
            assert!(format!("{error} {:?}", error.hint).contains(part), "{error:?}");
        }
    }
}
