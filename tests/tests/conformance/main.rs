//! Every provider against the suite in `tests/src/conformance`.

mod conformance {
    use tidemark_tests::conformance;
    use tidemark_tests::conformance::stands::{
        CalyptiaStand, CoreDataStand, EtEngineStand, EvoStand, FolderStand, KognitosStand, LiveStand,
    };

    conformance!(folder, FolderStand::start());
    conformance!(evo, EvoStand::start());
    conformance!(et_engine, EtEngineStand::start());
    conformance!(kognitos, KognitosStand::start());
    conformance!(calyptia, CalyptiaStand::start());
    conformance!(calyptia_paged, CalyptiaStand::paged());
    conformance!(coredata_project, CoreDataStand::project());
    conformance!(coredata_folder, CoreDataStand::folder());

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
    conformance!(
        calyptia_live,
        LiveStand::of("calyptia"),
        ignore = "needs an account: see tests/src/conformance"
    );
    conformance!(
        coredata_live,
        LiveStand::of("coredata"),
        ignore = "needs an account: see tests/src/conformance"
    );
}
