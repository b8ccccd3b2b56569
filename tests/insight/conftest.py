"""PySpark takes a process whose main module has no file for a doctest run, and a worker of pytest-xdist is one."""

import sys

main = sys.modules["__main__"]
if not hasattr(main, "__file__"):
    main.__file__ = __file__
