//! Work that Ctrl-C and SIGTERM stop: at once when asked twice, within a second otherwise.

use std::future::Future;
use std::time::Duration;

use tidemark_engine::{EngineError, ErrorCode, Result};
use tidemark_providers::oauth;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long the work may take to stop by itself. What it has in hand then is safe to drop, as at a power loss.
const GRACE: Duration = Duration::from_millis(900);
/// How long a refresh token that is on its way may take.
const SETTLING: Duration = Duration::from_secs(2);

/// Runs `work` on a runtime of its own. It gets a token that is cancelled by the first signal.
pub(crate) fn run<T, F>(work: impl FnOnce(CancellationToken) -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(system)?;
    let cancel = CancellationToken::new();
    let answer = runtime.block_on(async {
        listen(cancel.clone())?;
        tokio::select! {
            biased;
            answer = work(cancel.clone()) => answer,
            () = out_of_patience(cancel.clone()) => Err(stopped()),
        }
    });
    runtime.block_on(async {
        // What a service has replaced by now is kept, or it would have to be signed in to again.
        let _ = tokio::time::timeout(SETTLING, oauth::settled()).await;
    });
    runtime.shutdown_background();
    match answer {
        Err(error) if error.code == ErrorCode::Cancelled => Err(stopped()),
        answer => answer,
    }
}

/// The error of work that was stopped.
pub(crate) fn stopped() -> EngineError {
    EngineError::new(
        ErrorCode::Cancelled,
        "Stopped; what is done is done, the rest goes on with the next sync",
    )
}

fn listen(cancel: CancellationToken) -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system)?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if cancel.is_cancelled() {
                std::process::exit(1);
            }
            cancel.cancel();
        }
    });
    Ok(())
}

async fn out_of_patience(cancel: CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

fn system(error: std::io::Error) -> EngineError {
    EngineError::new(ErrorCode::Failed, format!("starting the work failed: {error}"))
}
