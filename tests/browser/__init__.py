"""Pages in a real browser: what people see, hear by a screen reader, and can reach by keys alone.

`visiting` is somebody at a page, `fixtures` the browser and the server. Everything runs in Debian's chromium, or the one that
DINGDAN_CHROMIUM names; `make test` installs it where it may, and where there is none these tests say so and are skipped.
"""
