"""Trains the runs of this package: `python run.py` lists them, `python run.py all` or a name trains. See README.md."""

import sys

from sophia_trl.packed import main

sys.exit(main())
