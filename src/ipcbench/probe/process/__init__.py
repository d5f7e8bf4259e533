"""The processes of a probe: launcher, driver, peers, and what each of them is made to be."""
