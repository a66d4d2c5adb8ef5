"""Lets `python -m dingdan` do what the `dingdan` command does."""

from dingdan.config.cli import main

if __name__ == "__main__":
    main()
