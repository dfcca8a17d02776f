"""One simulated site for all tests of lead reports, and its report masked and unmasked."""

import pytest
from tests.leading import Site, make_site

from ringfinder.report.lead import LeadReport


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("lead"))


@pytest.fixture(scope="session")
def masked(site: Site) -> LeadReport:
    return site.report()


@pytest.fixture(scope="session")
def unmasked(site: Site) -> LeadReport:
    return site.report(masked=False)
