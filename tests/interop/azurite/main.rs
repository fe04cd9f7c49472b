//! Azurite, Microsoft's emulator of Azure Storage, against the fake's storage and against the adapter.
//! `scripts/interop` starts it and says in `AZURITE_URL` where it is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod adapter;
mod parity;

use jiff::{SignedDuration, Timestamp};
use tidemark_tests::fake::evo::StorageAccount;
use tidemark_tests::fake::raw;

/// Azurite's account, with a container.
fn azurite(container: &str) -> StorageAccount {
    let address = std::env::var("AZURITE_URL").expect("AZURITE_URL isn't set; scripts/interop sets it");
    let account = StorageAccount::azurite(&address);
    let link = account.container_link(container, soon());
    let answer = raw::send("PUT", &link, &[], b"").expect("azurite doesn't answer");
    assert!(matches!(answer.status, 201 | 409), "{}", answer.text());
    account
}

fn soon() -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(30)
}
