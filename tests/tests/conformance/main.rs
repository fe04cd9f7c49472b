//! Every provider against the suite in `tests/src/conformance`.

mod conformance {
    use tidemark_tests::conformance;
    use tidemark_tests::conformance::stands::{
        EtEngineStand, EvoStand, FolderStand, KognitosStand, LiveStand,
    };

    conformance!(folder, FolderStand::start());
    conformance!(evo, EvoStand::start());
    conformance!(et_engine, EtEngineStand::start());
    conformance!(kognitos, KognitosStand::start());

    conformance!(
        et_engine_live,
        LiveStand::of("et-engine"),
        ignore = "needs an account: see tests/src/conformance"
    );
    conformance!(evo_live, LiveStand::of("evo"), ignore = "needs an account: see tests/src/conformance");
    conformance!(
        kognitos_live,
        LiveStand::of("kognitos"),
        ignore = "needs an account: see tests/src/conformance"
    );
}
