//! Renewals that are under way in this process: a refresh token that is on its way must arrive before the process ends.

use std::sync::LazyLock;

use tokio::sync::watch;

static COUNT: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::Sender::new(0));

/// Waits until no refresh token is on its way. It may be waited for only so long: an identity server may be slow.
pub async fn settled() {
    // It can't be closed: the sender lives as long as the process.
    let _ = COUNT.subscribe().wait_for(|count| *count == 0).await;
}

/// A renewal that is under way for as long as this lives.
pub(super) struct UnderWay;

impl UnderWay {
    pub(super) fn begin() -> Self {
        COUNT.send_modify(|count| *count += 1);
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        COUNT.send_modify(|count| *count -= 1);
    }
}
