"""What somebody would write by hand to time a channel: plain `multiprocessing`, nothing of ipcbench.

    python bench/bare_loop.py pipe 65536 0 1

starts a sender pinned to core 0 and a receiver pinned to core 1 (`-` leaves an end to the scheduler). For
each line of standard input, a number of messages, it sends so many and prints the nanoseconds from the first
send to the last receive.
"""

import multiprocessing
import os
import sys
import time


def pin(core):
    if core != "-":
        os.sched_setaffinity(0, {int(core)})


def receiver(channel, orders, core):
    pin(core)
    receive = channel.get if hasattr(channel, "get") else channel[0].recv
    while messages := orders.recv():
        for _ in range(messages):
            receive()
        orders.send(time.perf_counter_ns())


def sender(channel, orders, core, size):
    pin(core)
    send = channel.put if hasattr(channel, "put") else channel[1].send
    payload = os.urandom(size)
    while messages := orders.recv():
        start = time.perf_counter_ns()
        for _ in range(messages):
            send(payload)
        orders.send(start)


def main():
    name, size, sender_core, receiver_core = sys.argv[1:]
    context = multiprocessing.get_context("fork")
    channel = context.Queue() if name == "queue" else context.Pipe(duplex=name == "duplex-pipe")
    to_sender, sender_orders = context.Pipe()
    to_receiver, receiver_orders = context.Pipe()
    ends = [
        context.Process(target=receiver, args=(channel, receiver_orders, receiver_core)),
        context.Process(target=sender, args=(channel, sender_orders, sender_core, int(size))),
    ]
    for end in ends:
        end.start()
    print("ready", flush=True)
    for line in sys.stdin:
        to_receiver.send(int(line))
        to_sender.send(int(line))
        print(to_receiver.recv() - to_sender.recv(), flush=True)
    to_receiver.send(0)
    to_sender.send(0)
    for end in ends:
        end.join()


if __name__ == "__main__":
    main()
