"""All that the measuring side and a probe share: the wire, and the messages that go over it."""
