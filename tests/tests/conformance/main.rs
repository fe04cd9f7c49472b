//! Every provider against the suite in `tests/src/conformance`.

mod conformance {
    use tidemark_tests::conformance;
    use tidemark_tests::conformance::stands::{CoreDataStand, EvoStand, FolderStand, LiveStand};

    conformance!(folder, FolderStand::start());
    conformance!(evo, EvoStand::start());
    conformance!(coredata_project, CoreDataStand::project());
    conformance!(coredata_folder, CoreDataStand::folder());

    conformance!(evo_live, LiveStand::of("evo"), ignore = "needs an account: see tests/src/conformance");
    conformance!(
        coredata_live,
        LiveStand::of("coredata"),
        ignore = "needs an account: see tests/src/conformance"
    );
}
