from __future__ import annotations

import os
import signal

from hypothesis import settings

# Machines that run tests are shared. `make test` asks the same questions every time, `make test-full` new ones.
settings.register_profile("same examples", deadline=None, derandomize=True)
settings.register_profile("new examples", deadline=None)
settings.load_profile("same examples")
# dgl would write a file in the home folder to learn its backend.
os.environ.setdefault("DGLBACKEND", "pytorch")
# Started in the background, by a continuous integration for example, the tests would inherit deafness to Ctrl-C and hand it on.
signal.signal(signal.SIGINT, signal.default_int_handler)
