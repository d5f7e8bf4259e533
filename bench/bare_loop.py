"""What somebody would write by hand to time a channel: plain `multiprocessing`, nothing of ipcbench.

    python bench/bare_loop.py pipe stream 65536 used holds fork 0 1

starts a sender pinned to core 0 and a receiver pinned to core 1 (`-` leaves an end to the scheduler). For
each line of standard input, a number of messages, it sends so many and prints JSON: the nanoseconds from the
first send to the last receive, those of each round trip of a ping-pong, and the page faults of both ends.

What is imported or freed before decides what large messages cost (docs/method.md): `used` imports numpy and
has some data, half of which it drops again, `kept` makes and drops 33 MB besides, `fresh` has nothing but a
few blocks that come and go between the lines. `imported` only imports numpy, `started` does nothing at all.
`holds`: the receiver keeps a message until the next has come, as `m = receive()` does; `drops`: it keeps
none.
"""

import json
import multiprocessing
import os
import random
import resource
import sys
import time

name, workload, size, heap, held, method, *cores = sys.argv[1:]
if heap not in ("fresh", "started"):
    import numpy  # noqa: F401
if heap in ("used", "kept"):
    data = [bytes(round(500 * 120 ** random.random())) for _ in range(random.randrange(600))]
    random.shuffle(data)
    del data[len(data) // 2 :]
if heap == "kept":
    bytes(33_000_000)


passing = []


def churn():
    if heap == "fresh":
        passing[:] = [bytes(round(500 * 120 ** random.random())) for _ in range(random.randrange(20))]


def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def pin(core):
    if core != "-":
        os.sched_setaffinity(0, {int(core)})


def ends(channel):
    """The functions that send and receive: of a queue, or of the two connections of a pipe."""
    if hasattr(channel, "get"):
        return channel.put, channel.get
    return channel[1].send, channel[0].recv


def receiver(forth, back, orders):
    pin(cores[1])
    random.seed()
    receive, send = ends(forth)[1], ends(back)[0]
    m = None
    while messages := orders.recv():
        before = faults()
        if workload == "stream" and held == "holds":
            for _ in range(messages):
                m = receive()
        elif workload == "stream":
            for _ in range(messages):
                receive()
        elif held == "holds":
            for _ in range(messages):
                m = receive()
                send(m)
        else:
            for _ in range(messages):
                send(receive())
        answer = time.perf_counter_ns(), faults() - before
        churn()
        orders.send(answer)


def sender(forth, back, orders):
    pin(cores[0])
    random.seed()
    send, receive, now = ends(forth)[0], ends(back)[1], time.perf_counter_ns
    payload = os.urandom(int(size))
    m = None
    while messages := orders.recv():
        before, each = faults(), []
        start = now()
        if workload == "stream":
            for _ in range(messages):
                send(payload)
        else:
            for _ in range(messages):
                called = now()
                send(payload)
                if held == "holds":
                    m = receive()  # noqa: F841
                else:
                    receive()
                each.append(now() - called)
        answer = start, now(), each, faults() - before
        churn()
        orders.send(answer)


def main():
    context = multiprocessing.get_context(method)

    def make():
        return context.Queue() if name == "queue" else context.Pipe(duplex=name == "duplex-pipe")

    forth = make()
    # A duplex Pipe carries both directions: its ends are each other's way back.
    back = forth[::-1] if name == "duplex-pipe" else make()
    to_sender, sender_orders = context.Pipe()
    to_receiver, receiver_orders = context.Pipe()
    processes = [
        context.Process(target=receiver, args=(forth, back, receiver_orders)),
        context.Process(target=sender, args=(forth, back, sender_orders)),
    ]
    for process in processes:
        process.start()
    print("ready", flush=True)
    for line in sys.stdin:
        to_receiver.send(int(line))
        to_sender.send(int(line))
        (received, receiver_faults), (start, end, each, sender_faults) = to_receiver.recv(), to_sender.recv()
        elapsed = (received if workload == "stream" else end) - start
        print(json.dumps([elapsed, each, sender_faults, receiver_faults]), flush=True)
    to_receiver.send(0)
    to_sender.send(0)
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
