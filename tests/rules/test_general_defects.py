"""Whole issues under the general pack: each belongs to one defect class. All texts are our own."""

import pytest

OLD_TEMPLATE = """**Describe the bug**
{}

**To Reproduce**
Steps to reproduce the behavior:
{}

**Expected behavior**
{}

**Screenshots**
If applicable, add screenshots to help explain your problem.

**Desktop (please complete the following information):**
 - OS: Ubuntu 24.04
 - Version 3.2.1

**Additional context**
Add any other context about the problem here.
"""

FORM = """### Is there an existing issue for this?

- [X] I have searched the existing issues

### What happened?

{}

### What did you expect to happen?

{}

### Version

4.1.0

### Relevant log output

```shell
{}
```

### Code of Conduct

- [X] I agree to follow this project's Code of Conduct
"""

PYTHON = """Traceback (most recent call last):
  File "/opt/tool/bin/tool", line 8, in <module>
    sys.exit(main())
  File "/opt/tool/lib/tool/cli.py", line 214, in main
    run(options)
KeyError: 'region'"""

JAVA = """Exception in thread "pool-3-thread-1" java.lang.NullPointerException: Cannot invoke "Item.id()"
\tat org.acme.store.Index.put(Index.java:88)
\tat org.acme.store.Store.save(Store.java:41)
\tat java.base/java.lang.Thread.run(Thread.java:1583)"""

NODE = """/srv/app/lib/router.js:51
    const next = stack[index].handle;
                              ^
TypeError: Cannot read properties of undefined (reading 'handle')
    at Router.next (/srv/app/lib/router.js:51:31)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)

Node.js v20.11.0"""

GO = """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a1b2c]

goroutine 23 [running]:
example.org/ship/cargo.(*Hold).Load(0x0, {0xc000112000, 0x5})
\t/go/src/ship/cargo/hold.go:31 +0x1c"""

RUST = """thread 'main' panicked at src/args.rs:72:33:
called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: "No such file or directory" }
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"""

CRASH = [
    ("It fails", PYTHON),
    ("Help", f"Please see below.\n\n```\n{PYTHON}\n```\n"),
    ("Problem with our import", OLD_TEMPLATE.format(f"```\n{PYTHON}\n```", "1. run it", "It runs.")),
    (
        "Cannot open the model",
        """In a notebook:

---------------------------------------------------------------------------
FileNotFoundError                         Traceback (most recent call last)
Cell In[4], line 2
      1 from zoo import load
----> 2 model = load("bear")

FileNotFoundError: bear.bin
""",
    ),
    ("Nothing is stored", FORM.format("Saving an item ends at once.", "It is saved.", JAVA)),
    (
        "Batch job",
        (
            "Since it is hard to describe, the log only:\n\n"
            "Caused by: java.io.UncheckedIOException: closed\n"
            "\tat com.acme.batch.Reader$Companion.open(Reader.kt:19)\n\t... 12 more"
        ),
    ),
    ("Router", NODE),
    ("Server dies on the second request", f"### Current behavior\n\n```\n{NODE}\n```\n\n### Environment\n\nnode 20"),
    ("Loading cargo", FORM.format("The ship never leaves the port.", "It sails.", GO)),
    ("Arguments", f"I give it no file.\n\n```text\n{RUST}\n```"),
    (
        "Error in the nightly build of the cache",
        "fatal error: concurrent map read and map write\n\ngoroutine 7 [running]:\ncache.get(...)\n\t/src/c.go:8",
    ),
    ("Segmentation fault when an empty archive is opened", "Every time. gdb shows nothing useful to me."),
    ("Player", "I press play and get\n\n```\nSegmentation fault (core dumped)\n```\n\nThat is all."),
    ("Editor crashes when I paste a long line", OLD_TEMPLATE.format("Gone.", "1. paste", "It stays open.")),
    ("[Bug]: App crash on Android 15", FORM.format("After the splash screen it closes.", "It opens.", "")),
    (
        "Checkout page is white",
        (
            "PHP Fatal error:  Uncaught Error: Call to a member function total() on null in /var/www/cart.php:77\n"
            "Stack trace:\n#0 /var/www/index.php(12): Cart->total()\n#1 {main}"
        ),
    ),
    (
        "Billing service down",
        (
            "Unhandled exception. System.InvalidOperationException: Sequence contains no elements\n"
            "   at System.Linq.ThrowHelper.ThrowNoElementsException()\n"
            "   at Acme.Billing.Run(String id) in /src/Billing.cs:line 40"
        ),
    ),
    (
        "rake import stops",
        (
            "app/models/order.rb:17:in `total': undefined method `+' for nil:NilClass (NoMethodError)\n"
            "\tfrom lib/tasks/import.rake:4:in `block in <top (required)>'"
        ),
    ),
    ("Pod is OOMKilled after some hours", "kubectl describe says\n\nReason: OOMKilled\nExit Code: 137"),
    ("ValueError when a column has no values", "df with one empty column, then describe()."),
    (
        "Import of old tables",
        "With the new release I get the following error:\n\n```\nUnicodeDecodeError: invalid start byte 0x92\n```",
    ),
    ("打开文件后闪退", "每次都是"),
    ("Uncaught TypeError: e.map is not a function", "Open the list page, look at the console."),
    ("TypeError in production", f"{NODE}\n\nHow can I find the cause? Any help is welcome."),
    ("How do I get rid of this?", f"```\n{PYTHON}\n```\nThanks in advance"),
    ("killing the last pig crash the server", "Tried twice, twice it was gone. No mods but the usual ones."),
    ("Panics with runtime 1.39.0", "thread 'pool-1' panicked at /src/list.rs:123:9:\nassertion `left != right` failed"),
    ("The program closes unexpectedly", "Mostly when I open a folder."),
    ("Repository check panics in an async context", "Only when it is called from a task."),
    (
        "Build macro",
        (
            "error: internal compiler error: compiler/rustc_middle/src/ty.rs:9: no type\n\n"
            "note: the compiler unexpectedly panicked. this is a bug."
        ),
    ),
]

HANG = [
    ("Inventory freezes", "For ever."),
    ("Application freezes after I unlock the screen", OLD_TEMPLATE.format("See title.", "1. lock", "It goes on.")),
    ("Upload hangs at 99 %", FORM.format("The bar stays there, I waited an hour.", "It ends.", "")),
    ("Deadlock between compactor and writer", "Two threads hold one lock each, thread dump attached."),
    ("Worker pool never returns when a task raises", "```python\npool.map(f, items)\n```\nThe call blocks."),
    ("Page stuck on loading after login", "### What happened?\n\nThe spinner turns. Console is empty."),
    ("Infinite loop when two rules include each other", "a includes b, b includes a: one core is busy for good."),
    (
        "Loader of large dumps",
        (
            "The command never returns. I pressed Ctrl-C after ten minutes:\n\n^CTraceback (most recent call last):\n"
            '  File "load.py", line 3, in <module>\n    wait()\nKeyboardInterrupt\n'
        ),
    ),
    ("One transaction can freeze the whole application", "Random, no CPU is used. Any idea is welcome."),
    ("Client waits forever if the server is restarted", "No timeout, no error, it just sits there."),
    ("UI becomes unresponsive with 200 tabs", FORM.format("I have to kill the process.", "It reacts.", "")),
    ("[BUG] Shutdown gets stuck", "`stop()` is called, the listener thread stays alive and the process never exits."),
]

DATA_LOSS = [
    ("Sync deletes notes that are not yet uploaded", "Twice this week."),
    ("Failed import overwrites the destination", "The table is empty afterwards."),
    ("Data loss when two tabs save at the same time", OLD_TEMPLATE.format("Last one wins.", "1. two tabs", "Merge.")),
    ("Lost all my notes after the update", "I opened the new version and the list was empty. Backup is a week old :("),
    ("Sync deletes all files in the target folder", FORM.format("Target was empty afterwards.", "Files stay.", "")),
    ("Database gets corrupted on power cut", "`PRAGMA integrity_check` prints many lines. WAL is on."),
    ("Import overwrites existing records without asking", "The ids clash, and the old records are silently lost."),
    (
        "Renaming a project: everything gone",
        "After the rename I have lost all my work, the folder is empty on disk too.",
    ),
    ("Unsaved changes lost when the session expires", "I write for an hour, press save, must log in, and it is gone."),
    ("The update is deleting data", "I lost all my connections and snippets."),
    ("Some records got deleted by the importer", "The rows of two customers are missing since Monday."),
    ("Compaction silently corrupts index files", "Checksums differ after the run. Data was silently corrupted."),
]

WRONG_RESULT = [
    ("Reader takes the formulas instead of the values", "The sheet has =A1+A2, the table gets this text."),
    ("Parser does not set the codec properly", "The list has one entry, its codec is that of another track."),
    (
        "Calendar of 2027",
        "### Expected behavior\n\n53\n\n### Actual behavior\n\nThe list shows the wrong week number for January.",
    ),
    ("Aggregation does not work correctly across midnight", "Two days end up in one bucket."),
    ("invalid date in the list of events", "It says NaN-NaN."),
    ("median() returns wrong result for even lengths", "```python\nmedian([1, 2, 3, 10])\n```\ngives 3, should be 2.5"),
    ("Incorrect time zone offset in exported calendars", OLD_TEMPLATE.format("One hour late.", "1. export", "On time")),
    ("Totals are wrong when a discount is negative", FORM.format("Total is 110.", "Total is 90.", "")),
    ("Off-by-one error in page numbers", "Page 2 repeats the last row of page 1."),
    ("find() returns None instead of the first match", "Minimal example below.\n\n```py\nfind('a', ['a'])\n```"),
    ("Percentiles computed incorrectly for integer input", "The value is rounded before the interpolation."),
    ("Inconsistent results between CPU and GPU", "Same seed, same input; 0.31 against 0.78."),
    (
        "Sort by date is not stable",
        "With this list it gives a wrong result: 3 should come before 4.\n\nThe result should be 3, but it returns 4.",
    ),
    ("[Bug] Round half up gives wrong value for 2.675", "I expect 2.68 but it prints 2.67."),
    ("Calculation on the start page is wrong", ""),
    ("Wrong count of unread messages", FORM.format("Badge says 3, there are 2.", "2", "")),
]

PERFORMANCE = [
    ("Search is very slow with 20k notes", OLD_TEMPLATE.format("It takes 30 seconds.", "1. search", "Under a second")),
    ("Memory leak in the websocket client", "RSS grows by 2 MB per minute until I restart it."),
    ("High CPU usage while idle", FORM.format("One core at 100 %.", "No load.", "")),
    ("Startup takes more than a minute on Windows", "Profiler output attached; most of it is in the plugin scan."),
    ("Performance regression in 3.4: parsing 4x slower", "Benchmark results: 3.3 0.8 s, 3.4 3.1 s."),
    ("Scrolling is laggy in long documents", "Also without plugins."),
    ("Quadratic time in dedent()", "10k lines 1 s, 20k lines 4 s, 40k lines 16 s."),
    ("Queries over large tables are consuming all memory", "And do not finish."),
    ("Memory usage keeps growing over time", "20 minutes: 60 MB, a day: 150 MB."),
    ("N+1 queries on the dashboard", "One per row, see the log."),
]

SECURITY = [
    ("Stored XSS in the comment preview", "An attacker can post `<img onerror=...>` and it runs for every reader."),
    ("CVE-2025-11111 in the bundled zlib", "Your image ships 1.2.11. CVSS 9.8."),
    ("SQL injection through the sort parameter", FORM.format("`?sort=1;drop` is executed.", "It is refused.", "")),
    ("Passwords are written to the log in plain text", "With debug on, every login line has them."),
    ("Path traversal when unpacking archives", "An entry named ../../x lands outside of the folder."),
    ("Authentication bypass with an empty header", "Send `X-User:` with nothing. A malicious user becomes admin."),
    ("[Security] Vulnerability in session cookies", "They never expire on the server."),
    ("[Security] Old archive library is bundled", "It has a known advisory; please ship the next one."),
    ("API token leaked in error page", "The page prints the whole environment."),
]

COMPATIBILITY = [
    ("Settings are not saved in Microsoft Edge", "They are in all other browsers."),
    ("Plugin works fine on Android but fails on iOS", ""),
    (
        "Not compatible with numpy 2",
        "Import works, then the first call fails because the alias was removed in NumPy 2.0",
    ),
    ("Import error on a new machine", "ModuleNotFoundError: No module named 'distutils'\n\nPython 3.12.3"),
    ("Tray icon does not work on Wayland", OLD_TEMPLATE.format("No icon.", "1. start", "An icon")),
    ("Fails with Python 3.13", "The C API changed; see the log of our builder."),
    (
        "Plugin incompatible with the new editor API",
        "It says that the extension is not compatible with 2.x and is off.",
    ),
    ("Login doesn't work in Safari", FORM.format("Nothing happens on click. It works in Chrome.", "Login", "")),
    ("Cannot start on an old server", "./tool: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by ./tool)"),
    (
        "require() of the package",
        "Error [ERR_REQUIRE_ESM]: require() of ES Module /app/node_modules/x/index.js not supported.",
    ),
]

INSTALL = [
    ("pip install fails on Windows", OLD_TEMPLATE.format("It ends with exit status 1.", "1. pip install x", "ok")),
    (
        "Wheel",
        (
            "  error: subprocess-exited-with-error\n\n x Getting requirements to build wheel did not run successfully\n"
            "  │ exit code: 1\n  ╰─> [20 lines of output]\n      Traceback (most recent call last):\n"
            '        File "/tmp/build-env/hooks.py", line 353, in <module>\n          main()\n'
            "      KeyError: '__version__'\n"
        ),
    ),
    ("npm install", "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! peer react"),
    ("Build fails with GCC 15", "make[2]: *** [src/CMakeFiles/core.dir/build.make:76: core.o] Error 1"),
    ("Unable to install on Debian 13", "The following packages have unmet dependencies:\n tool : Depends: libssl1.1"),
    ("cargo install stops", "error: could not compile `ring` (build script) due to 1 previous error"),
    ("Installer error 1603", "Fresh Windows 11, run as administrator, then a rollback."),
    (
        "New laptop",
        "I am trying to install the tool.\n\nERROR: Could not find a version that satisfies the requirement tool==9.1",
    ),
    ("Failed to build from source on FreeBSD", "cmake is new, the linker says\nundefined reference to `epoll_create1'"),
]

UI = [
    ("First tab has the wrong font", "The others are right."),
    ("Subtitles don't display in full screen", "They do in the window."),
    ("Save button misaligned on small screens", OLD_TEMPLATE.format("It hangs out.", "1. shrink", "It is inside.")),
    ("Text overlaps the icon in the sidebar", FORM.format("With long names.", "Ellipsis", "")),
    ("Labels are unreadable in dark mode", "White on light grey. ![shot](https://example.org/1.png)"),
    ("Tooltip is cut off at the right edge of the window", "Only for the last column."),
    ("Dropdown menu not visible behind the modal", "z-index, I guess."),
    ("Flickering when the window is resized", "Also with the default theme."),
    ("Wrong icon colour in the toolbar", "The disabled state looks enabled."),
]

REGRESSION = [
    ("Search does not work anymore", "It used to work in the old version."),
    ("[Panel] Regression: totals of several columns", "Only one is shown."),
    ("Controls since the new release", "In version 4.1 it worked fine. After updating to 4.2 two keys are missing."),
    ("Drag and drop no longer works", OLD_TEMPLATE.format("Nothing happens.", "1. drag", "It drops. Worked in 3.1.")),
    ("Regression in 4.2: shortcuts are ignored", "This worked in 4.1.9."),
    ("Sorting broken since 2.3.1", FORM.format("Clicking the header does nothing.", "Sorts as in 2.3.0", "")),
    ("Plugins stopped working after upgrading to 5.0", "No message. Downgrading to 4.9 fixes it."),
    (
        "Custom headers are ignored",
        "It used to work. git bisect points at the commit that changed the client; the last good version is 1.8.",
    ),
    ("My extensions no longer work (v1.43.0)", "They are listed and do nothing."),
    ("After the update the menu does not open", "Version 12, it was fine in version 11."),
]

TABLE = [
    (expected, title, body)
    for expected, issues in (
        ("crash", CRASH),
        ("hang", HANG),
        ("data-loss", DATA_LOSS),
        ("wrong-result", WRONG_RESULT),
        ("performance", PERFORMANCE),
        ("security", SECURITY),
        ("compatibility", COMPATIBILITY),
        ("install", INSTALL),
        ("ui", UI),
        ("regression-other", REGRESSION),
    )
    for title, body in issues
]


@pytest.mark.parametrize(("expected", "title", "body"), TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_a_defect_is_put_into_its_class(general, expected, title, body):
    verdict = general(title, body)
    assert general(title, body.replace("\n", "\r\n")).primary == verdict.primary
    assert verdict.primary == expected, (verdict.why, verdict.ranking, verdict.findings)
