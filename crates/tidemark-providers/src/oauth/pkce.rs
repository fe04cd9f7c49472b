//! Proof Key for Code Exchange (RFC 7636): only who began a sign-in can end it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::settings::Secret;

/// The secret of one sign-in: 43 characters.
#[derive(Debug)]
pub(super) struct Verifier(Secret);

impl Verifier {
    pub(super) fn new(random: &[u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// Sent when the code is exchanged.
    pub(super) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Sent with the link; method `S256`.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105,
            214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = Verifier::new(&random);
        assert_eq!(verifier.secret().expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
