"""How each ecosystem names its tests and what they lean on: rows of the table of layouts. Knows paths, never contents.

Within an ecosystem the rows go from the name that leaves no doubt to the folder that makes a test likely.
"""

from bot.core.evidence.roles import Layout, Role

_TEST = "(test|tests)"

PYTHON = (
    Layout(
        Role.SUPPORT,
        "pytest",
        (
            "**/(conftest|__init__|__main__).py",
            f"**/{_TEST}/**/test(util|utils|lib|case|cases|ing|er|data|settings|base|helpers|support|runner).py",
            f"**/{_TEST}/**/test(mod|mods|module|modules|codec|app|pkg|package|plugin|script|site).py",
        ),
    ),
    Layout(Role.OTHER, "", ("**/_[a-z]*_test.py",)),  # SciPy's, of hypotheses
    Layout(
        Role.TEST,
        "pytest",
        (
            "**/(test|tests|Tests|*_test|*_tests|unit)/**/(test_*|_test_*).py",
            f"**/{_TEST}/**/(test|test[a-z0-9]*|*[a-z0-9]Test|*[a-z0-9]Tests|Test*).py",
            "**/(*_test|*_tests|*_unittest|tests).py",
            "**/tests/system/**/example_*.py",  # Airflow's
            "Lib/test/*tester.py",  # CPython's
        ),
    ),
    Layout(
        Role.SUPPORT,
        "pytest",
        ("**/test_(util|utils|helper|helpers|support|common|base|settings|data|case|cases|runner|mixins).py",),
    ),
    Layout(Role.OTHER, "django", ("**/management/commands/test_*.py",)),
    Layout(Role.TEST, "pytest", ("**/test_*.py",)),
)

_E2E = "test/(e2e*|extended)"
GO = (
    Layout(Role.TEST, "go", ("**/*_test.go",)),
    Layout(
        Role.SUPPORT,
        "ginkgo",
        (
            f"**/{_E2E}/**/(framework|utils|util|drivers|helpers|helper|services|remote|builder)/**/*.go",
            f"**/{_E2E}/**/(framework|utils|util|helpers|helper|types|wait|doc|main|suite|config|common).go",
            f"**/{_E2E}/**/(*_util|*_utils|*_helpers|*_framework|*_suite|*.pb|zz_generated*|bindata).go",
        ),
    ),
    Layout(Role.TEST, "ginkgo", ("**/test/(e2e|e2e_node|e2e_kubeadm|e2e_dra|extended)/**/*.go",)),
)

_JVM = "(java|kt|scala|groovy)"
_JVM_ROOT = "(test|tests|javatests|testSrc|src/*Test|src/*Tests|src/test[A-Z]*|src/it|src/itest)"
JVM = (
    Layout(
        Role.SUPPORT,
        "junit",
        (
            f"**/(Abstract[A-Z]*|Base[A-Z]*|*[a-z0-9]BaseTest|*BaseTests|*BaseIT|BaseTest|AllTests).{_JVM}",
            f"**/(*TestSuite.java|Test.{_JVM}|(Testing|Testable|Tester)*.{_JVM})",
            f"**/Test(Util|Utils|Helper|Helpers|Base|Bean|Beans|Data|Config|Constants|Application|App|Support).{_JVM}",
            f"**/Test(Entity|Object|Objects|Model|Event|Exception|Runner|Server|Context|Module|Service|Class).{_JVM}",
            f"**/Test(Controller|Listener|Case|Resources|Fixtures|Environment|Logger|Settings|Tags|Main).{_JVM}",
            f"**/Test[A-Z]*(Base|Helper|Helpers|Application|Fixture|Fixtures|Constants|Bean|Extension|Rule).{_JVM}",
        ),
    ),
    Layout(Role.TEST, "scala", ("tests/(pos|neg|run|warn)*/**/*.scala", "test/files/(pos|neg|run)/**/*.scala"), ""),
    *(
        Layout(
            Role.TEST,
            ecosystem,
            (
                f"**/{_JVM_ROOT}/**/*(Test|Tests|TestCase|TestCases|ITCase|Spec|Specs|Suite|Specification).{extension}",
                f"**/{_JVM_ROOT}/**/(*[a-z0-9_]IT|*Test[0-9]*|Test[A-Z]*|*Test_*|*Properties|*Scenarios).{extension}",
                f"**/*[A-Za-z0-9_](Test|Tests|ITCase|IntegrationSpec).{extension}",
            ),
        )
        for extension, ecosystem in (("java", "junit"), ("kt", "kotlin"), ("scala", "scalatest"), ("groovy", "spock"))
    ),
)

_JS = "(js|jsx|mjs|cjs|ts|tsx|mts|cts|gjs|gts|coffee)"
JAVASCRIPT = (
    Layout(Role.SUPPORT, "jest", ("**/*.d.(ts|mts|cts)", f"**/(jest|vitest)(.|-)setup(.*|-*|).{_JS}")),
    Layout(Role.TEST, "cypress", (f"**/*.cy(.spec|).{_JS}", f"**/cypress/(e2e|integration|component)/**/*.{_JS}")),
    Layout(
        Role.TEST,
        "playwright",
        (f"**/(e2e|playwright)/**/*.(spec|test|e2e).{_JS}", f"**/*.(e2e-spec|e2e|pw).{_JS}"),
    ),
    Layout(
        Role.TEST,
        "node",
        (f"**/test/(parallel|sequential|es-module|pummel|async-hooks|internet|message)/test-*.{_JS}",),
    ),
    Layout(
        Role.TEST,
        "jest",
        (
            f"**/*.(test|spec|tests|specs|unittest|itest|test-d|spec-d|tst|ispec).{_JS}",
            f"**/*.(test|spec).*.{_JS}",
            f"**/*[-_](test|tests)(.*|).{_JS}",
            f"**/*_spec.{_JS}",
        ),
    ),
    Layout(
        Role.SUPPORT,
        "jest",
        (
            f"**/__tests__/**/(helpers|helper|utils|util|support|setup|mocks|common|shared)/**/*.{_JS}",
            f"**/__tests__/**/(helpers|helper|utils|util|setup*|mocks|common|shared|types|fixtures|constants).{_JS}",
            f"**/__tests__/**/(*TestUtils|*[Ff]ixture|*[Ff]ixtures|*.mock|*.mocks|*-helper|*-helpers).{_JS}",
            f"**/(test|tests)(.|-|_)(setup|helper|helpers|util|utils|support).{_JS}",
            f"**/(setupTests|setup-tests|setupJest|setup-jest|runTest|runTests|run-tests).{_JS}",
            f"**/{_TEST}/(index|types|global*).(ts|tsx|mts|cts)",
            f"**/{_TEST}/(suite/index|*setup*|util|utils|helper|helpers|common|support|server|mock*|*.mock).{_JS}",
            f"**/{_TEST}/(config|*.config|fixture*|bootstrap|constants|runner|run|run-*|karma*|mocha*|*.conf).{_JS}",
            f"**/{_TEST}/(webpack*|babel*|rollup*|vite*|browser|shared|testutil*|_*).{_JS}",
        ),
    ),
    Layout(
        Role.TEST,
        "jest",
        (
            f"**/__tests__/**/*.{_JS}",
            f"**/(test|tests|spec|specs|e2e)/**/(*-spec|*-itest|*[A-Za-z0-9](Spec|Test|Tests)|test-*|test_*).{_JS}",
        ),
    ),
    Layout(
        Role.TEST,
        "mocha",
        (
            f"**/{_TEST}/*.(js|mjs|cjs|ts|coffee)",
            f"**/{_TEST}/(integration|functional|acceptance|regression|specs|api|server|node)/*.(js|mjs|cjs|coffee)",
            f"**/{_TEST}/unit/**/*.js",
            "tests/lib/**/*.js",  # ESLint's, and its plugins'
            "src/test/moment/*.js",
            "test.(js|mjs|cjs)",
            "packages/*/test.(js|mjs|cjs)",
        ),
    ),
)

RUBY = (
    Layout(
        Role.OTHER,
        "rails",
        (  # a LoadTest may be a model; a generator keeps templates of tests
            "**/app/(models|controllers|jobs|services|mailers|helpers|views|serializers|policies)/**/*.rb",
            "**/lib/**/templates/**/*.(rb|tt|erb)",
        ),
    ),
    Layout(
        Role.SUPPORT, "rspec", ("**/(test|spec|rails|*_test|*_spec)_(helper|helpers).rb", "**/test/**/test_case.rb")
    ),
    Layout(Role.TEST, "rspec", ("**/*_spec.rb", "**/spec/spec_*.rb", f"**/{_TEST}/spec_*.rb")),
    Layout(Role.TEST, "minitest", ("**/*_test.rb", "**/(test|tests|bootstraptest)/**/(test_*|tc_*|*_test_*).rb")),
)

_RUST_UI = (
    "(ui|ui-*|compile-fail|compile_fail|run-pass|run-fail|trybuild|mir-opt|codegen|codegen-*|assembly|assembly-*"
    "|incremental|pretty|rustdoc|rustdoc-*|debuginfo|coverage|crashes)"
)
_RUST_HELPERS = "(common|util|utils|support|helpers|helper|testutil|test_utils)"
RUST = (
    Layout(Role.TEST, "cargo", ("**/src/**/tests/mod.rs", "**/tests/run-make/*/rmake.rs")),
    Layout(
        Role.SUPPORT,
        "cargo",
        (
            f"**/tests/**/{_RUST_HELPERS}(/**/*|).rs",
            "**/tests/(*/|)(main|lib|mod).rs",
            "**/tests/**/(src/**/*|bin/*).rs",
            "**/tests/run-make/**",
            "**/(test_util|test_utils|test_helper|test_helpers|test_support|testutil|testutils|testing).rs",
        ),
    ),
    Layout(Role.TEST, "rustc", (f"**/tests/{_RUST_UI}/**/*.rs", f"src/test/{_RUST_UI}/**/*.rs"), ""),
    Layout(Role.INSIDE, "cargo", ("**/(cmd|cmds|cli|command|commands|subcommand|subcommands|bin)/**/test.rs",)),
    Layout(Role.TEST, "cargo", ("**/tests/**/*.rs", "**/src/**/(tests|test).rs", "**/*_(test|tests).rs")),
    Layout(Role.OTHER, "cargo", ("**/benches/**/*.rs",)),
    Layout(Role.INSIDE, "cargo", ("**/*.rs",)),
)

_NET = "(cs|fs|vb)"
_NET_ROOT = "(test|tests|*Test|*Tests|*.Specs|*.Spec)"
DOTNET = (
    Layout(
        Role.SUPPORT,
        "dotnet",
        (f"**/(*TestBase|*TestsBase|*BaseTest|*BaseTests|Abstract*Test|Abstract*Tests|*TestCase|Test).{_NET}",),
    ),
    Layout(
        Role.TEST,
        "dotnet",
        (
            f"**/*[A-Za-z0-9_.](Test|Tests).{_NET}",
            f"**/*[A-Za-z0-9_.](Test|Tests).*.{_NET}",
            f"**/{_NET_ROOT}/**/*(Spec|Specs|Specification|Facts|Should|Regression|Tests[A-Z]*|Test[0-9]*).{_NET}",
            f"**/{_NET_ROOT}/**/When*.{_NET}",
        ),
    ),
    Layout(
        Role.TEST,
        "coreclr",
        ("src/tests/(JIT|GC|Loader|Interop|Regressions|baseservices|nativeaot|Exceptions|reflection)/**/*.cs",),
        "",
    ),
)

PHP = (
    Layout(Role.SUPPORT, "phpunit", ("**/(*TestCase|*TestBase|*TestTrait|CreatesApplication|Pest).php",)),
    Layout(Role.TEST, "phpt", ("**/*.phpt",), ""),
    Layout(Role.TEST, "codeception", ("**/*(Cest|Cept).php",)),
    Layout(
        Role.TEST,
        "phpunit",
        (
            "**/*[A-Za-z0-9_]Test.php",
            f"**/{_TEST}/**/(*Tests|*_test|*-test|*.test|test-*|test_*).php",
            "**/spec/**/*Spec.php",
            "**/tests/phpunit/tests/**/*.php",
        ),
    ),
    Layout(Role.SUPPORT, "pest", ("**/tests/**/(Concerns|Traits|Helpers|Datasets|Support|Stubs|Mocks)/**/*.php",)),
    Layout(Role.TEST, "pest", ("**/tests/(Feature|Unit|Browser)/**/*.php",)),
)

_C = "(c|cc|cpp|cxx|cu|m|mm)"
_LLVM = "(bolt|clang|clang-tools-extra|compiler-rt|cross-project-tests|flang|libcxx|libcxxabi|lld|llvm|mlir|polly)"
C = (
    Layout(Role.TEST, "lit", (f"{_LLVM}/test/**/*.(c|cpp|cl|cu|m|mm|s|S|ll|mir|td|mlir|test|f90|F90|fir|cppm)",), ""),
    Layout(Role.TEST, "lit", ("(test|validation-test)/**/*.swift",), ""),
    Layout(Role.TEST, "dejagnu", (f"(gcc|lib*)/testsuite/**/*.({_C}|C|f90|f|ad[ab]|d)",), ""),
    Layout(
        Role.SUPPORT,
        "gtest",
        (
            f"**/{_TEST}/**/(util|utils|helper|helpers|common|support|mocks|fuzz|benchmark|benchmarks|include)/*.{_C}",
            f"**/test[-_](main|util|utils|helper|helpers|common|support|runner|precomp|base|framework).{_C}",
            f"**/{_TEST}/(main|*[-_]main|util|utils|helper|helpers|common|runner|catch*|gtest*|gmock*).{_C}",
            f"**/{_TEST}/(*[-_]util|*[-_]utils|*[-_]helper|*[-_]helpers|_*|stub*|mock*|dummy*|*benchmark*|fuzz*).{_C}",
        ),
    ),
    Layout(
        Role.TEST,
        "gtest",
        (
            f"**/*[-_](test|tests|unittest|unittests|browsertest|apitest|uitest|gtest|kunit).{_C}",
            f"**/*[A-Za-z0-9](Test|Tests|TestCase).{_C}",
            f"**/(test_*|test-*|tst_*|unit-*).{_C}",
            "**/*(.t|.test|.tests).(cpp|cc)",
            f"**/unittests/**/*.{_C}",
            f"**/{_TEST}/**/Test[A-Z]*.{_C}",
            f"**/{_TEST}/(unit|unittest|unit_tests|unit-tests|libtest|integration)/*.{_C}",
            f"**/tests/*.{_C}",
            "**/test/*.(c|cpp|cxx)",  # not .cc: Google's test folders hold fakes, and its tests a suffix
            "test/**/*.(cpp|cxx)",
        ),
    ),
)

APPLE = (
    Layout(Role.SUPPORT, "xctest", ("**/(XCTestManifests|LinuxMain|*TestCase).swift",)),
    Layout(
        Role.TEST,
        "xctest",
        ("**/*[A-Za-z0-9](Test|Tests|UITest|UITests)(+*|).swift", "**/(Tests|*Tests|*Specs)/**/*(Spec|Specs).swift"),
    ),
)

FUNCTIONAL = (
    Layout(Role.SUPPORT, "exunit", ("**/test_helper.exs",)),
    Layout(Role.TEST, "exunit", ("**/*_test.exs",)),
    Layout(Role.TEST, "eunit", ("**/*_SUITE.erl", "**/*_(test|tests).erl", f"**/{_TEST}/**/prop_*.erl")),
    Layout(Role.TEST, "clojure", ("**/*_(test|spec).(clj|cljs|cljc)", "**/(test_clojure|test)/**/test_*.(clj|cljc)")),
    Layout(Role.TEST, "ghc", ("testsuite/tests/**/*.hs",), ""),
    Layout(Role.TEST, "hspec", ("**/*(Spec|Test|Tests).hs", f"**/{_TEST}/**/Test*.hs", "**/(test|tests|t)/*.hs")),
    Layout(Role.TEST, "ocaml", (f"**/{_TEST}/**/(test*|*_test|t_*).ml", "**/(test_*|*_test|*_tests).ml")),
    Layout(Role.TEST, "fsharp", ("**/*(Tests|Test).fsx",)),
)

DYNAMIC = (
    Layout(Role.TEST, "dart", ("**/*_test.dart",)),
    Layout(Role.SUPPORT, "julia", ("**/test/**/(setup|utils|util|helpers|common|testhelpers|testenv|choosetests).jl",)),
    Layout(Role.TEST, "julia", ("**/test/**/*.jl",)),
    Layout(Role.SUPPORT, "testthat", ("**/testthat/(helper|setup|teardown)*.[rR]", "**/tests/testthat.[rR]")),
    Layout(Role.TEST, "testthat", ("**/(testthat|tinytest|unitTests)/**/(test|runit)*.[rR]", "**/tests/*.[rR]")),
    Layout(Role.TEST, "perl", ("**/*.t", "src/**/t/*.pl")),
    Layout(Role.TEST, "busted", ("**/*[-_](spec|test).lua", "**/(test|tests|spec)/**/test_*.lua")),
    Layout(Role.TEST, "crystal", ("**/*_spec.cr",)),
    Layout(Role.TEST, "nim", ("**/tests/**/t*.nim",)),
    Layout(Role.SUPPORT, "tcl", ("**/tests/(support|helpers|assets|modules)/**",)),
    Layout(Role.TEST, "tcl", ("**/tests/(unit|integration|cluster|sentinel)/**/*.tcl",), ""),
    Layout(Role.TEST, "zig", ("**/test/behavior/**/*.zig", "**/*_(test|tests).zig")),
    Layout(Role.INSIDE, "zig", ("**/*.zig",)),
    Layout(Role.TEST, "vim", ("**/(test_*|*_test).vim", "**/*.vader")),
    Layout(Role.TEST, "ert", ("**/*-(test|tests).el",)),
    Layout(Role.TEST, "gut", (f"**/{_TEST}/**/test_*.gd",)),
)

SHELL = (
    Layout(Role.TEST, "bats", ("**/*.bats",)),
    Layout(Role.TEST, "git", ("t/t[0-9]*-*.sh",), ""),
    Layout(Role.SUPPORT, "shunit", ("**/test[-_](lib|libs|common|helper|helpers|util|utils|setup|functions).sh",)),
    Layout(
        Role.TEST,
        "shunit",
        (f"**/{_TEST}/**/(test[-_]*|*[-_]test|*[-_]tests|*.test).sh", "**/*_test.sh", "**/spec/**/*_spec.sh"),
        "",
    ),
    Layout(Role.TEST, "pester", ("**/*.[Tt]ests.ps1",)),
)

INFRASTRUCTURE = (
    Layout(Role.TEST, "terraform", ("**/*.tftest.(hcl|json)", "**/*.tofutest.(hcl|json)")),
    Layout(Role.TEST, "opa", ("**/*_test.rego",)),
    Layout(Role.TEST, "foundry", ("**/*.t.sol",)),
    Layout(Role.TEST, "helm", ("**/tests/**/*_test.(yaml|yml)",), ""),
    Layout(Role.TEST, "chainsaw", ("**/chainsaw-test.(yaml|yml)",), ""),
    Layout(Role.TEST, "bazel", ("**/*_(test|tests).(bzl|star)",), ""),
)

DATA = (
    Layout(Role.TEST, "sqllogictest", ("**/*test*/**/?*.test",), ""),
    Layout(Role.TEST, "clickhouse", ("tests/queries/**/*.(sql|sh|py|expect|sql.j2)",), ""),
    Layout(Role.TEST, "pg_regress", ("**/(test|regress)/sql/**/*.sql", "**/isolation/specs/*.spec"), ""),
    Layout(Role.TEST, "pgtap", ("**/t/*.sql", "**/(pgtap|supabase/tests)/**/*.sql", "**/*_test.sql", "**/*.test.sql")),
    Layout(
        Role.SUPPORT,
        "dbt",
        (
            "**/tests/generic/**/*.sql",  # definitions of tests, used by models
            "**/tests/**/(init*|schema|schemas|seed*|setup*|teardown*|dump|fixture*|data|structure|create_*|load_*).sql",
        ),
    ),
    Layout(
        Role.TEST,
        "dbt",
        (
            "**/tests/**/(assert_*|test_*|*_test).sql",
            "**/(*dbt*|transform|warehouse|integration_tests)/(**/|)tests/**/*.sql",
            "tests/(*/|)*.sql",  # singular tests: nothing but the folder says so
        ),
        "sql",
    ),
    Layout(Role.INSIDE, "dbt", ("**/integration_tests/**/(models|seeds|snapshots)/**/*.(yml|yaml)",), "dbt"),
    Layout(Role.TEST, "sqlmesh", ("**/tests/**/test_*.(yaml|yml)",)),
    Layout(Role.TEST, "sqlmesh", ("**/audits/**/*.sql",), ""),
    Layout(Role.TEST, "dataform", ("**/definitions/assertions/**/*.(sqlx|js)",), ""),
    Layout(Role.TEST, "great_expectations", ("**/(great_expectations|gx)/expectations/**/*.json",), ""),
)

BEHAVIOUR = (
    Layout(Role.TEST, "gherkin", ("**/*.feature",)),
    Layout(
        Role.SUPPORT,
        "robot",
        (
            "**/(__init__|*keywords|*Keywords|*resource|*resources).robot",
            "**/(resources|resource|keywords|Keywords|Resources|libraries|lib)/**/*.robot",
            "**/*.resource",
        ),
    ),
    Layout(Role.TEST, "robot", ("**/*.robot",)),
)
