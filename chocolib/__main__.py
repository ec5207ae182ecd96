"""`python -m chocolib` is the command line."""

from chocolib.doors.cli import main

main()
