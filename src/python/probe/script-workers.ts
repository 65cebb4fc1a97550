/**
 * Workers of the probe: Python source, part of `PROBE_SCRIPT`.
 *
 * A worker is a fork of the process that has imported Prefect, so that Prefect is imported once. It does its tasks one
 * after the other and tells each answer at once over a pipe of its own; whatever user code does to it, what it told before
 * stands. What dies or is silent for too long is killed with all that it started, and another worker takes the rest.
 */
export const WORKERS = `
import builtins, ctypes, fcntl, gc, json, os, select, signal, time
from os import _exit, fstat, getpid, write

# The exit status of a worker that cannot tell its answers any more.
LOST = 113
# Seconds between two looks at whether a silent worker still lives.
LOOK = 0.05
# Bytes of one answer.
LARGEST = 8_000_000
# The pipe is moved up here, out of the way of code that counts files from 3.
HIGH = 200
PARENT_DIES, SUBREAPER = 1, 36

prctl = getattr(ctypes.CDLL(None), "prctl", lambda *_: -1)
BUILTINS = vars(builtins)
AS_BUILT = dict(BUILTINS)


class Worker:
    def __init__(self, tasks, work):
        parent = getpid()
        self.out, pipe = os.pipe()
        self.rest = b""
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.out)
                labour(tasks, work, pipe, parent)
            finally:
                _exit(LOST)
        os.close(pipe)
        try:
            os.setpgid(self.pid, self.pid)
        except OSError:
            pass  # It has done so itself.

    def answer(self, until):
        """The next answer; None where it died, or said nothing until then."""
        while len(self.rest) < LARGEST:
            line, mark, rest = self.rest.partition(b"\\n")
            if mark:
                self.rest = rest
                try:
                    return json.loads(line)
                except ValueError:
                    return None
            # Asked first, so that what it said before its end is still read.
            ended = self.ended()
            ready = select.select([self.out], [], [], 0 if ended else LOOK)[0]
            said = os.read(self.out, 65536) if ready else b""
            self.rest += said
            if not said and (ended or ready or time.monotonic() > until):
                return None
        return None

    def ended(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)

    def end(self, seconds=0):
        """Kills it with all that it started, and says how it ended by itself within so many seconds, if it did."""
        until = time.monotonic() + seconds
        ended = self.ended()
        while ended is None and time.monotonic() < until:
            time.sleep(LOOK)
            ended = self.ended()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.out)
        kill_orphans()
        return ended


def kill_orphans():
    """What a worker left behind in sessions of their own has become ours, where the system knows subreapers."""
    for _ in range(100):
        try:
            with open("/proc/self/task/%d/children" % getpid()) as children:
                pids = [int(pid) for pid in children.read().split()]
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        except OSError:
            return
        if not pids:
            return


def labour(tasks, work, pipe, parent):
    os.setpgid(0, 0)
    prctl(PARENT_DIES, signal.SIGKILL)
    if os.getppid() != parent:
        return
    own = getpid()
    high = fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(pipe)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    is_pipe = fstat(high)[1:3]

    async def each():
        for task in tasks:
            answer = work(task)
            # A fork that the user's code made must not go on with our work.
            if getpid() != own:
                _exit(0)
            if fstat(high)[1:3] != is_pipe:
                _exit(LOST)
            said = json.dumps(answer).encode() + b"\\n"
            while said:
                said = said[write(high, said) :]

    import asyncio

    # Prefect's command imports flows inside of a running event loop, where some of its own functions act otherwise.
    asyncio.run(each())
    _exit(0)


def answered(tasks, work, each, until):
    """The answers by task, each with whether it was its worker's first; a task without an answer has how its worker ended."""
    answers, waiting = {}, list(tasks)
    while waiting and time.monotonic() < until:
        worker, fresh = Worker(waiting, work), True
        try:
            for task in list(waiting):
                limit = min(time.monotonic() + each, until)
                answer = worker.answer(limit)
                if answer is None and time.monotonic() <= limit:
                    answer = lost(worker.end(seconds=1))
                    worker = None
                elif answer is None:
                    answer = {"kind": "timed-out"}
                waiting.remove(task)
                answers[task] = (answer, fresh)
                fresh = False
                if answer.get("kind") in ("timed-out", "died"):
                    break
        finally:
            if worker is not None:
                worker.end()
    return {task: answers.get(task, ({"kind": "timed-out"}, True)) for task in tasks}


def lost(ended):
    if ended is None or (ended.si_code == os.CLD_EXITED and ended.si_status == LOST):
        return {"kind": "died", "how": "lost"}
    return {"kind": "died", "how": "exit" if ended.si_code == os.CLD_EXITED else "signal", "status": ended.si_status}
`
