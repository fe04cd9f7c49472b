//! The providers that there are.

use std::sync::LazyLock;

use crate::settings::ProviderSpec;

static PROVIDERS: LazyLock<Vec<ProviderSpec>> = LazyLock::new(|| {
    vec![
        crate::folder::spec(),
        crate::evo::spec(),
        crate::coredata::spec(),
        crate::et_engine::spec(),
        crate::kognitos::spec(),
        crate::calyptia::spec(),
    ]
});

/// Every provider, in the order in which people are shown them.
pub fn providers() -> &'static [ProviderSpec] {
    &PROVIDERS
}

/// The provider of that name.
pub fn find(name: &str) -> Option<&'static ProviderSpec> {
    providers().iter().find(|spec| spec.name == name)
}
