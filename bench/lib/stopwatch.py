"""Times programs. One {argv, cwd, env, output, limit} a line in, one {seconds, cpu, memory, code} a line out.

A small process starts and awaits them, so that neither its own start nor a busy event loop is measured.
`cpu` is seconds of processor of the program and all it waited for, `memory` the bytes of the largest among these.
`code` is null when it was ended because its limit, in seconds, was over, or by a SIGINT to this process.
"""

import json
import os
import signal
import sys
import time


def measure(asked):
    os.chdir(asked["cwd"])
    # What was written before belongs to no one's time.
    os.sync()
    stopped = False
    began = time.perf_counter()
    child = os.posix_spawnp(
        asked["argv"][0],
        asked["argv"],
        asked["env"],
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setpgroup=0,
    )

    def stop(*_):
        nonlocal stopped
        stopped = True
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.setitimer(signal.ITIMER_REAL, asked["limit"])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "code": None if stopped else os.waitstatus_to_exitcode(status),
    }


for line in sys.stdin:
    print(json.dumps(measure(json.loads(line))), flush=True)
