"""`python -m ipcbench`: the command by its interpreter."""

from ipcbench.cli import main

if __name__ == "__main__":
    main()
