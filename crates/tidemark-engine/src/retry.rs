//! The one retry loop: reads the flag of an error, waits, tries again; a service's wish to slow down holds for all.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tidemark_providers::{ErrorKind, ProviderError, Retry};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Attempts without progress before a passing error counts as lasting.
const ATTEMPTS: u32 = 8;
/// Attempts that one without any answer counts for: it has taken its time already.
const TIMEOUT_WEIGHT: u32 = 3;
/// Attempts without progress while something else answers in the service's place: that doesn't pass by itself.
const STRAY_ATTEMPTS: u32 = 5;
/// Attempts in all, however much each of them brings.
const ATTEMPTS_IN_ALL: u32 = 500;
/// First wait; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Longest wait of our own choosing.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Longest wait that a service may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// When a service may be asked again; shared by everything that talks to it.
#[derive(Debug, Default)]
pub struct Pacer {
    not_before: Mutex<Option<Instant>>,
}

impl Pacer {
    fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = Some(not_before.map_or(until, |at| at.max(until)));
    }

    async fn ready(&self) {
        let until = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Calls until it works, fails for good, or has failed too often. `slowed` hears of every passing refusal.
    pub async fn persist<T, F>(
        &self,
        cancel: &CancellationToken,
        slowed: &(dyn Fn(&ProviderError) + Send + Sync),
        call: impl FnMut() -> F,
    ) -> Result<T, ProviderError>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        self.persist_while(cancel, slowed, &|| 0, call).await
    }

    /// The same for what gets further with each attempt: while `progress` rises, failures don't add up.
    pub async fn persist_while<T, F>(
        &self,
        cancel: &CancellationToken,
        slowed: &(dyn Fn(&ProviderError) + Send + Sync),
        progress: &(dyn Fn() -> u64 + Send + Sync),
        mut call: impl FnMut() -> F,
    ) -> Result<T, ProviderError>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let cancelled = || ProviderError::permanent(ErrorKind::Cancelled, "stopped");
        let (mut attempt, mut strays, mut in_all, mut reached) = (0, 0, 0, progress());
        loop {
            let result = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(cancelled()),
                result = async { self.ready().await; call().await } => result,
            };
            let Err(error) = result else { return result };
            let weight = if error.kind == ErrorKind::Timeout { TIMEOUT_WEIGHT } else { 1 };
            attempt = if progress() > reached { 1 } else { attempt + weight };
            strays = if error.is_not_the_services() { attempt.min(strays + 1) } else { 0 };
            in_all += 1;
            reached = reached.max(progress());
            let too_often = attempt >= ATTEMPTS || strays >= STRAY_ATTEMPTS || in_all >= ATTEMPTS_IN_ALL;
            if error.retry == Retry::Never || too_often {
                return Err(error);
            }
            slowed(&error);
            let own = LONGEST_WAIT.min(FIRST_WAIT * 2u32.pow(attempt - 1));
            let wait = match error.retry {
                Retry::After(asked) => {
                    let asked = asked.min(LONGEST_ASKED);
                    self.hold(asked);
                    asked.max(Duration::from_millis(50))
                }
                _ => own,
            };
            tracing::debug!(attempt, ?wait, error = %error.sentence(), "trying again");
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(cancelled()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tidemark_providers::http::fault::page;

    use super::*;

    async fn tries(pacer: &Pacer, errors: &[(ErrorKind, Retry)]) -> (u32, Result<(), ErrorKind>) {
        let count = Cell::new(0);
        let result = pacer
            .persist(&CancellationToken::new(), &|_| {}, || {
                let at = count.get();
                count.set(at + 1);
                let next = errors.get(at as usize).copied();
                async move {
                    match next {
                        None => Ok(()),
                        Some((kind, retry)) => {
                            Err(ProviderError { kind, retry, context: "asking".into(), source: None })
                        }
                    }
                }
            })
            .await;
        (count.get(), result.map_err(|error| error.kind))
    }

    #[tokio::test(start_paused = true)]
    async fn passing_errors_are_tried_again_and_lasting_ones_are_not() {
        let pacer = Pacer::default();
        let busy = (ErrorKind::Unavailable, Retry::Backoff);
        assert_eq!(tries(&pacer, &[busy, busy]).await, (3, Ok(())));
        assert_eq!(
            tries(&pacer, &[(ErrorKind::Forbidden, Retry::Never)]).await,
            (1, Err(ErrorKind::Forbidden))
        );
        assert_eq!(tries(&pacer, &[busy; 20]).await, (ATTEMPTS, Err(ErrorKind::Unavailable)));
        let silent = (ErrorKind::Timeout, Retry::Backoff);
        assert_eq!(tries(&pacer, &[silent; 20]).await, (3, Err(ErrorKind::Timeout)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_answers_in_the_services_place_is_soon_believed_to_stay() {
        let (pacer, start, tries) = (Pacer::default(), Instant::now(), Cell::new(0));
        let result: Result<(), _> = pacer
            .persist(&CancellationToken::new(), &|_| {}, || {
                tries.set(tries.get() + 1);
                async { Err(page("asking")) }
            })
            .await;
        assert_eq!(result.map_err(|error| error.kind), Err(ErrorKind::Protocol));
        assert!(tries.get() > 2 && start.elapsed() < Duration::from_secs(5), "{tries:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn failures_on_the_way_forward_do_not_add_up() {
        let (pacer, done) = (Pacer::default(), std::sync::atomic::AtomicU64::new(0));
        let progress = || done.load(std::sync::atomic::Ordering::Relaxed);
        let result = pacer
            .persist_while(&CancellationToken::new(), &|_| {}, &progress, || async {
                match done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                    30 => Ok(()),
                    _ => Err(ProviderError::passing(ErrorKind::Network, "broke off")),
                }
            })
            .await;
        assert!(result.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_a_service_asks_for_is_kept_by_everybody() {
        let pacer = Pacer::default();
        let start = Instant::now();
        let asked = (ErrorKind::RateLimited, Retry::After(Duration::from_secs(7)));
        assert_eq!(tries(&pacer, &[asked]).await, (2, Ok(())));
        assert_eq!(start.elapsed().as_secs(), 7);
        pacer.hold(Duration::from_secs(5));
        assert_eq!(tries(&pacer, &[]).await, (1, Ok(())));
        assert_eq!(start.elapsed().as_secs(), 12);
    }
}
