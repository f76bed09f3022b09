"""Where the projects of the world keep their tests: one table, read from the top; the first row that fits a path wins.

It knows paths, never contents: which tests a file holds is for who reads it.
"""

from bot.core.evidence import ecosystems
from bot.core.evidence.roles import Layout, Role

_JS = "(js|cjs|mjs|ts|cts|mts|json)"

_CI = (
    Layout(
        Role.RUNNER,
        "ci",
        (
            ".github/(workflows|actions|scripts)/**",
            "(.circleci|.buildkite|.gitlab-ci|.gitlab/ci|.azure-pipelines|.woodpecker|.semaphore|.teamcity)/**",
            "(.ci|.bazelci|.kokoro|.prow|.evergreen|.builds|.tekton)/**",
            "(.gitlab-ci|.travis|appveyor|.appveyor|.drone|.woodpecker|.cirrus|bitbucket-pipelines).(yml|yaml)",
            "(azure-pipelines*|cloudbuild|buildspec|.zuul|zuul|wercker|.evergreen).(yml|yaml)",
            "**/(Jenkinsfile|Jenkinsfile.*|*.jenkinsfile)",
        ),
    ),
)

# Not among them: package.json, pyproject.toml, setup.cfg, Cargo.toml, pom.xml, build.gradle, Makefile, CMakeLists.txt.
# They can change how tests run, but fixes touch them daily for other reasons; a cap that fires daily would be ignored.
_RUNNERS = (
    Layout(
        Role.RUNNER,
        "",
        (
            "**/(pytest.ini|.pytest.ini|pytest.toml|tox.ini|tox.toml|noxfile.py|.testr.conf|.stestr.conf)",
            f"**/(jest|vitest|ava|cypress|playwright|web-test-runner)(.*|-*|).(config|workspace)(.*|).{_JS}",
            f"**/(karma|karma[.-]*|wdio|wdio.*|nightwatch|protractor|protractor-*).conf(.*|).{_JS}",
            f"**/karma(.*|-*|).{_JS}",
            "**/(cypress.json|jasmine.json|.taprc|.mocharc|.mocharc.*|mocha.opts|testem.*)",
            "**/(.rspec|.rspec-local|cucumber.yml|cucumber.js|behat.(yml|dist.yml|yml.dist)|codeception(.dist|).yml)",
            "**/(phpunit*.(xml|xml.dist)|xunit.runner.json|*.runsettings|*.xctestplan)",
            "**/(testng*.xml|lit.cfg|lit.cfg.py|lit.local.cfg|lit.site.cfg*)",
            "**/.config/nextest.toml",
        ),
    ),
)

_PRODUCT = (
    Layout(Role.OTHER, "", ("**/(node_modules|bower_components)/**",)),
    Layout(Role.OTHER, "", ("**/(README|CHANGELOG|CONTRIBUTING|LICENSE|OWNERS|CODEOWNERS)(.md|.rst|.txt|.adoc|)",)),
    Layout(Role.OTHER, "", ("**/src/main/(java|kotlin|scala|groovy|resources)/**",)),
    Layout(Role.OTHER, "", ("**/(ab|a_b|a-b)[-_](test|tests|testing).(py|rb|js|jsx|ts|tsx|php)",)),  # experiments
    Layout(Role.OTHER, "", ("**/*.(stories|story|bench).(js|jsx|ts|tsx|mdx)",)),
)

_SCRIPTS = (  # they lie where others keep data, and each of them is a test
    Layout(Role.TEST, "testscript", ("**/testdata/script/*.(txt|txtar)", "**/testdata/logic_test/*"), ""),
    Layout(Role.TEST, "go", ("**/(test|testdata)/fixedbugs/*.go", "test/(typeparam|codegen|ken|chan|abi)/*.go"), ""),
    Layout(Role.TEST, "curl", ("tests/data/test[0-9]*",), ""),
    Layout(Role.TEST, "mypy", ("**/test-data/unit/*.test",), ""),
    Layout(Role.TEST, "typescript", ("tests/cases/(compiler|conformance|fourslash)/**/*.(ts|tsx|js|jsx)",), ""),
    Layout(Role.TEST, "elasticsearch", ("**/rest-api-spec/test/**/*.(yml|yaml)",), ""),
    Layout(Role.TEST, "sqllogictest", ("**/*.(slt|slt.part|test_slow)", "**/*(test|tests)*/sql/**/?*.test"), ""),
    Layout(Role.TEST, "gherkin", ("**/src/*[tT]est/resources/**/*.feature",)),
    Layout(Role.RUNNER, "junit", ("**/src/*[tT]est/resources/(junit-platform.properties|testng*.xml)",)),
)

_SNAPSHOTS = (
    Layout(
        Role.SNAPSHOT,
        "",
        (
            "**/(__snapshots__|__snapshot__|__image_snapshots__|__Snapshots__|_snaps|goldens)/**",
            "**/*.(snap|snap.new|storyshot|ambr|golden|golden.*|approved|approved.*|received.*|verified.*)",
            "**/*.(spec|test|e2e).*-snapshots/**",
            "**/src/test/snapshots/**",
            "**/(test|tests)/**/(snapshots|golden)/**/*.(txt|json|yml|yaml|xml|html|svg|png|sql|md|csv)",
            "**/(test|tests|testsuite|ui|compile-fail|compile_fail)/**/*.(stderr|stdout|fixed|check|reference)",
            "**/mir-opt/**/*.(mir|diff)",
            "**/(expected|regress)/**/*.out",
            "mysql-test/**/*.result",
            "tests/baselines/**",
        ),
    ),
)

_DATA = (
    Layout(
        Role.SUPPORT,
        "",
        (  # read or mocked by tests, whatever its name: a sample project has tests of its own
            "**/(fixture|fixtures|__fixtures__|__mocks__|__testfixtures__|test-fixtures|test_fixtures)/**",
            "**/(testdata|testData|test-data|test_data|TestData|test_resources|test-resources|test_files)/**",
            "**/src/(testFixtures|test/resources|*Test/resources)/**",
            "**/(*_SUITE_data|example_scripts|testassets|TestAssets)/**",
            "**/(test|tests|unittests|testsuite)/**/(Inputs|auxiliary|aux-build)/**",
            "**/tests/testsuite/**/(in|out)/**",
            "**/cypress/(support|fixtures|plugins)/**",
            "**/(step_definitions|stepdefs|step-definitions|features/support|features/bootstrap)/**",
            "**/(spec|test|tests)/**/(support|factories|shared_examples|mocks|stubs|fakes|helpers)/**/*.rb",
            "**/(spec|test|tests)/dummy/**",
        ),
    ),
)

_REST = (
    Layout(
        Role.SUPPORT,
        "",
        (
            "**/(test|tests|Tests|__tests__|unittests|UnitTests|testsuite|javatests|e2e)/**",
            "**/Test/**/*.(cs|fs|vb|php|json|xml|resx)",
            "**/(e2e-tests|e2e_tests|integration-tests|integration_tests|functional-tests|functional_tests)/**",
            "**/(*.Tests|*.Test|*Tests|*.Specs)/**",
            "**/src/(*Test|test[A-Z]*)/**",
            "**/spec/**/*.(rb|js|ts|cr|lua|php)",
            "**/(cypress|testthat|t/lib|bootstraptest)/**",
            "**/*[-_.](test|tests|testing)[-_](util|utils|helper|helpers|support|data|lib|common).*",
            "**/(test|tests|testing)[-_](util|utils|helper|helpers|support|lib|common|setup)(/**/*|).*",
            "**/(testutil|testutils|testhelper|testhelpers)(/**/*|).*",
        ),
    ),
    Layout(Role.INSIDE, "dbt", ("**/(models|seeds|snapshots)/**/*.(yml|yaml)",), "dbt"),
)

TABLE = (
    *_CI,
    *_PRODUCT,
    *_SCRIPTS,
    *_SNAPSHOTS,
    *_DATA,
    *_RUNNERS,
    *ecosystems.BEHAVIOUR,
    *ecosystems.DATA,
    *ecosystems.PYTHON,
    *ecosystems.GO,
    *ecosystems.JVM,
    *ecosystems.RUST,
    *ecosystems.RUBY,
    *ecosystems.DOTNET,
    *ecosystems.PHP,
    *ecosystems.JAVASCRIPT,
    *ecosystems.C,
    *ecosystems.APPLE,
    *ecosystems.FUNCTIONAL,
    *ecosystems.DYNAMIC,
    *ecosystems.SHELL,
    *ecosystems.INFRASTRUCTURE,
    *_REST,
)
