"""Where the shop sells: each channel with its currency and its promise."""
