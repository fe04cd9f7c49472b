//! What every fake can be told, whichever service it stands for.

pub(crate) use tidemark_tests::conformance::Traffic;

/// What is asked of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// For what there is.
    Listing,
    /// Where a content goes.
    Place,
    /// To store a content.
    Upload,
    /// For a content.
    Download,
    /// For a content, over a signed link.
    SignedDownload,
    /// To delete a file.
    Delete,
}

/// Something that goes wrong; where, is said for any service.
pub(crate) type Fault = tidemark_tests::fake::Fault<On>;

/// A fake, whichever it is.
pub(crate) trait Driven {
    /// The secret of the account.
    fn secret(&self) -> String;

    /// Makes something go wrong.
    fn inject(&self, fault: Fault);

    /// Nothing goes wrong any more.
    fn heal(&self);

    /// How often something went wrong.
    fn fired(&self) -> u64;

    /// How the contract was broken.
    fn breaches(&self) -> Vec<String>;

    /// What went over the wire since it was forgotten.
    fn traffic(&self) -> Traffic;

    /// Forgets what went over the wire.
    fn forget_traffic(&self);

    /// No token is good any more, or the first one is again.
    fn revoke(&self, is_revoked: bool);
}

/// Makes a fake a [`Driven`]; the function says which of its endpoints are meant.
macro_rules! driven {
    ($fake:ty, $of:ident, $endpoints:expr) => {
        impl $crate::places::Driven for $fake {
            fn secret(&self) -> String {
                self.token().to_owned()
            }

            fn inject(&self, fault: $crate::places::Fault) {
                let endpoints: fn($crate::places::On) -> Vec<tidemark_tests::fake::$of::Endpoint> =
                    $endpoints;
                let effect = serde_json::from_value(serde_json::to_value(fault.effect).unwrap()).unwrap();
                self.inject(tidemark_tests::fake::$of::Fault {
                    endpoints: fault.endpoints.into_iter().flat_map(endpoints).collect(),
                    path_contains: fault.path_contains,
                    skip: fault.skip,
                    every: fault.every,
                    times: fault.times,
                    probability: fault.probability,
                    seed: fault.seed,
                    effect,
                });
            }

            fn heal(&self) {
                self.heal();
            }

            fn fired(&self) -> u64 {
                self.faults_fired().iter().sum()
            }

            fn breaches(&self) -> Vec<String> {
                self.breaches().iter().map(ToString::to_string).collect()
            }

            fn traffic(&self) -> $crate::places::driven::Traffic {
                self.summary().into()
            }

            fn forget_traffic(&self) {
                self.forget_requests();
            }

            fn revoke(&self, is_revoked: bool) {
                self.set_token(Some(self.token()).filter(|_| !is_revoked));
            }
        }
    };
}
pub(crate) use driven;
