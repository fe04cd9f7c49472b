//! The settings of an account.

use crate::settings::SettingSpec;

/// In the order in which people are shown them.
pub(super) const SETTINGS: [SettingSpec; 8] = [
    required("base_url", "address of the hub, the part before /file/v2"),
    required("organisation_id", "UUID of the organisation"),
    required("workspace_id", "UUID of the workspace"),
    optional("auth", "token (the default), oauth (`tidemark account login`) or client-credentials"),
    optional("client_id", "id of the app at the identity server, unless auth=token"),
    optional("issuer", "the identity server; https://ims.bentley.com by default"),
    optional(
        "redirect_uri",
        "where the browser comes back to; http://127.0.0.1/signin-callback by default, at a free port",
    ),
    optional("discovery", "the Discovery API; Seequent's by default, for its hubs"),
];

const fn required(key: &'static str, what: &'static str) -> SettingSpec {
    SettingSpec { key, what, required: true }
}

const fn optional(key: &'static str, what: &'static str) -> SettingSpec {
    SettingSpec { key, what, required: false }
}
