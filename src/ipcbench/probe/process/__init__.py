"""What a process of a probe is: its cores, heap, deadline, costs, where its code came from, what slows it."""
