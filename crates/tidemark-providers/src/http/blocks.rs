//! Uploads in blocks: read in order, sent a few at a time.

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::error::Result;
use crate::http::Http;
use crate::provider::ContentReader;

/// Blocks in flight.
const IN_FLIGHT: usize = 4;

/// Reads the content to its end in blocks of `size` bytes and hands each, with its offset, to `send`. After the first
/// error no further block is read, and those in flight are still brought home: they needn't be sent again.
pub async fn send_blocks<F>(
    http: &Http,
    reader: &mut dyn ContentReader,
    size: usize,
    mut send: impl FnMut(u64, Bytes) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let mut in_flight = FuturesUnordered::new();
    let mut offset = 0;
    let mut at_end = false;
    let mut result = Ok(());
    loop {
        while !at_end && in_flight.len() < IN_FLIGHT {
            // What is in flight doesn't move while memory is waited for, so it is waited for only when nothing is.
            let permit = match http.memory_now(size as u64) {
                Some(permit) => permit,
                None if in_flight.is_empty() => http.memory(size as u64).await,
                None => break,
            };
            let block = match reader.next(size).await {
                Ok(block) => block,
                Err(error) => {
                    result = result.and(Err(error));
                    at_end = true;
                    break;
                }
            };
            at_end = block.len() < size;
            if !block.is_empty() {
                let at = offset;
                offset += block.len() as u64;
                let sending = send(at, block);
                in_flight.push(async move {
                    let _permit = permit;
                    sending.await
                });
            }
        }
        match in_flight.next().await {
            None => return result,
            Some(sent) => {
                at_end |= sent.is_err();
                result = result.and(sent);
            }
        }
    }
}
