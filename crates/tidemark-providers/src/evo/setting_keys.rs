//! The settings of an account.

use crate::settings::SettingSpec;

/// In the order in which people are shown them.
pub(super) const SETTINGS: [SettingSpec; 8] = [
    required("base_url", "address of the hub, the part before /file/v2"),
    required("organisation_id", "UUID of the organisation"),
    required("workspace_id", "UUID of the workspace"),
    optional(
        "auth",
        "token (an access token as the secret; the default), oauth (`tidemark account login` signs in with a browser), \
         or client-credentials (a client's secret as the secret)",
    ),
    optional("client_id", "id of the app as it is registered with Bentley; needed unless auth=token"),
    optional("issuer", "address of the identity server; https://ims.bentley.com by default"),
    optional(
        "redirect_uri",
        "where the browser comes back to, as registered for the app; http://127.0.0.1/signin-callback by default, \
         and without a port a free one is taken",
    ),
    optional("discovery", "address of the Discovery API; that of Seequent's hubs by default"),
];

const fn required(key: &'static str, what: &'static str) -> SettingSpec {
    SettingSpec { key, what, required: true }
}

const fn optional(key: &'static str, what: &'static str) -> SettingSpec {
    SettingSpec { key, what, required: false }
}
