"""Channels of other people's packages, each an extra of ipcbench; imported by the ends that use them only.

Who makes a channel imports nothing: threads that a library starts would not live on in forked ends.
"""
