"""What the program costs, measured in the same run as what it is compared with."""
