"""Stack traces as people paste them, of every language that is read."""

PYTHON = """Traceback (most recent call last):
  File "/opt/venv/lib/python3.11/site-packages/acme/core/frame.py", line 12, in get
    return self._x[key]
           ~~~~~~~^^^^^
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "app.py", line 3, in <module>
    main()
  File "shop/run.py", line 9, in main
    raise shop.errors.BadOrder("x") from e
shop.errors.BadOrder: x: y"""

NOTEBOOK = """KeyError                                  Traceback (most recent call last)
Cell In[3], line 2
      1 x = {}
----> 2 read(x)

File ~/lib/shop.py:33, in read(a, b)
     31 def read(a, b):
---> 33     return a[b]

KeyError: 'a'"""

OLD_NOTEBOOK = """ValueError                                Traceback (most recent call last)
<ipython-input-3-0a1b2c> in <module>
----> 1 read(2)

~/lib/shop.py in read(a)
     31 def read(a):
---> 32     raise ValueError(a)

ValueError: 2"""

GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 4, in <module>
  |     raise ExceptionGroup("two", both)
  | ExceptionGroup: two (2 sub-exceptions)"""

PYTEST = """tests/test_shop.py:12: in test_order
    order()
shop/order.py:4: in order
    assert count() == 2
E   assert 1 == 2
E    +  where 1 = count()"""

PYTEST_LONG = """E       KeyError: 'a'

shop/order.py:7: KeyError"""

JAVA = """Exception in thread "main" com.acme.ReadFailed: cannot read
	at com.acme.Reader.read(Reader.java:12)
	at com.acme.Main.main(Main.java:3)
Caused by: java.lang.NullPointerException: name is null
	at com.acme.Name.of(Name.java:7)
	at java.base/java.util.List.forEach(List.java:99)
	at com.acme.Reader.lambda$read$0(Native Method)
	... 1 more"""

TWICE_CAUSED = """a.Outer: x
	at a.A.a(A.java:1)
	at a.M.main(M.java:9)
Caused by: a.Middle: y
	at a.B.b(B.java:2)
	... 1 more
Caused by: a.Root: z
	at a.C.c(C.java:3)
	... 2 more"""

KOTLIN = """java.lang.IllegalStateException: no scope
    at com.acme.App$run$1.invoke(App.kt:12)"""

NODE = """TypeError [ERR_BAD]: no
    at Foo.bar [as baz] (/srv/app/x.js:10:11)
    at new Shop (file:///srv/app/shop.mjs:3:1)
    at async Promise.all (index 0)
    at node:internal/process/task_queues:95:5 {"""

FIREFOX = """Uncaught ReferenceError: x is not defined
draw@https://shop.example/app.js:12:7
@https://shop.example/app.js:20:1"""

GO = """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.pick(...)
	/home/u/app/main.go:8
example.org/acme/store.(*DB).Get(0xc000012345, {0x1, 0x2})
	/home/u/app/store/db.go:17 +0x1d

goroutine 7 [select]:
main.wait()
	/home/u/app/main.go:12 +0x2a
created by main.main in goroutine 1
	/home/u/app/main.go:10 +0x2a"""

RUST = """thread 'main' panicked at src/main.rs:4:10:
called `Option::unwrap()` on a `None` value
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:647:5
   1: core::panicking::panic_fmt
             at /rustc/abc/library/core/src/panicking.rs:72:14
   2: shop::load
             at ./src/main.rs:4:10
   3: shop::main
             at ./src/main.rs:9:5
note: Some details are omitted"""

OLD_RUST = "thread 'worker' panicked at 'no order', src/lib.rs:4:10"

RUBY = """app/reader.rb:12:in `open': undefined method `x' for nil:NilClass (NoMethodError)
	from app/reader.rb:5:in `block in run'
	from bin/app.rb:2:in '<main>'"""

NEW_RUBY = """app/reader.rb:12:in 'Acme::Reader#open': no file (Acme::Missing)
	from app/reader.rb:5:in 'Acme::Reader.run'"""

RAILS = """NoMethodError (undefined method 'x' for nil):

app/models/user.rb:12:in 'name'
app/controllers/users.rb:3:in 'show'"""

SHARP = """Unhandled exception. System.AggregateException: One or more errors occurred. (no)
 ---> System.InvalidOperationException: no
   at Acme.Store.Load(String name, Int32 n) in C:\\src\\Store.cs:line 12
   --- End of inner exception stack trace ---
   at Acme.Program.Main(String[] args)"""

PHP = """PHP Fatal error:  Uncaught App\\NoOrder: none in /srv/app/Foo.php:12
Stack trace:
#0 /srv/app/Run.php(5): App\\Foo->bar('a')
#1 [internal function]: App\\Run::go()
#2 {main}
  thrown in /srv/app/Foo.php on line 12"""
