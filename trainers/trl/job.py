"""Small jobs of this package on a cluster: `python job.py probe|read|stop|files|piece`. See sophia_trl/job.py."""

import sys

from sophia_trl.job import main

sys.exit(main())
