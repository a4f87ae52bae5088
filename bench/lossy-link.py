"""A long, lossy link between this network namespace and another one, for bench/serve.ts.

    python3 lossy-link.py NAMESPACE NEAR-ADDRESS FAR-ADDRESS ONE-WAY-MS LOSS BYTES-PER-SECOND

Two tunnel devices, one of them moved into the namespace; every packet between them waits its turn at the rate
given, may be lost, and arrives after the delay. Needs root. Prints "ready"; ends with its standard input, and the
devices end with it. (Linux has netem for this; not every kernel comes with it.)
"""

import collections
import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
# As much as a router of such a link holds: one round trip at full rate.
QUEUE_SECONDS = 0.04

namespace, near, far = sys.argv[1:4]
delay = float(sys.argv[4]) / 1000
loss = float(sys.argv[5])
rate = float(sys.argv[6])
random.seed(1)


def open_tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def ip(*args):
    subprocess.run(["ip", *args], check=True)


tag = str(os.getpid())
ends = [open_tun("hyn" + tag), open_tun("hyf" + tag)]
ip("link", "set", "hyf" + tag, "netns", namespace)
ip("addr", "add", near, "peer", far, "dev", "hyn" + tag)
ip("link", "set", "hyn" + tag, "mtu", "1500", "up")
ip("-n", namespace, "addr", "add", far, "peer", near, "dev", "hyf" + tag)
ip("-n", namespace, "link", "set", "hyf" + tag, "mtu", "1500", "up")
print("ready", flush=True)

# Of each direction: packets on their way with the time they arrive, and when the link is free again.
under_way = [collections.deque(), collections.deque()]
free_at = [0.0, 0.0]
poll = select.poll()
for fd in [*ends, 0]:
    poll.register(fd, select.POLLIN)

while True:
    now = time.monotonic()
    due = [queue[0][0] for queue in under_way if queue]
    wait = None if not due else max(0, min(due) - now) * 1000
    for fd, _ in poll.poll(wait):
        if fd == 0:
            sys.exit(0)
        side = ends.index(fd)
        for _ in range(64):
            try:
                packet = os.read(fd, 2048)
            except BlockingIOError:
                break
            now = time.monotonic()
            start = max(now, free_at[side])
            if start - now > QUEUE_SECONDS or random.random() < loss:
                continue
            free_at[side] = start + len(packet) / rate
            under_way[side].append((free_at[side] + delay, packet))
    now = time.monotonic()
    for side, queue in enumerate(under_way):
        while queue and queue[0][0] <= now:
            try:
                os.write(ends[1 - side], queue.popleft()[1])
            except (BlockingIOError, OSError):
                pass
