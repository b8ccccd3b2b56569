"""``python -m visavis.cli``."""

from visavis.cli.main import main

main()
