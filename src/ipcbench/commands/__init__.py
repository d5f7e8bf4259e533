"""The use cases: a request in, a record out. They print nothing; the doors parse, call and print."""
