import { MARK } from '../../src/python/probe/script.ts'
import { flowFile } from './probe-tools.ts'

/** A flow file that does something to the process that imports it, and what the probe says of it. */
export type HostileFlow = Readonly<{ text: string; is: Readonly<Record<string, unknown>> }>

const IMPORTED = { kind: 'imported', name: 'orders' }

/** What the daemon's command line is known by. */
export const DAEMON = '61.0707'

/** A file that one of them opens in the place of what it closed. */
export const OPENED = 'opened.txt'

/** By a name that says what the file does; the names are those of the files. */
export const HOSTILE_FLOWS: Readonly<Record<string, HostileFlow>> = {
  prints_the_mark: { text: flowFile(`print(${JSON.stringify(`${MARK}{"flows": {}}`)}, flush=True)`), is: IMPORTED },
  prints_100_megabytes: {
    text: flowFile('import sys\nfor _ in range(100):\n    print("x" * 1_000_000)\n    sys.stderr.write("y" * 1_000)'),
    is: IMPORTED,
  },
  asks_a_question: {
    text: flowFile('input("Which environment? ")'),
    is: { kind: 'import-failed', type: 'EOFError', file: 'flows/asks_a_question.py', line: 1 },
  },
  calls_sys_exit: {
    text: flowFile('import sys\nsys.exit("no configuration")'),
    is: { kind: 'import-failed', type: 'SystemExit', message: 'no configuration', line: 2 },
  },
  ends_the_process: { text: flowFile('import os\nos._exit(7)'), is: { kind: 'died', how: 'exit', status: 7 } },
  ends_the_process_well: { text: flowFile('import os\nos._exit(0)'), is: { kind: 'died', how: 'exit', status: 0 } },
  lacks_a_variable: {
    text: flowFile('import os\n\nDSN = os.environ["ORDERS_DSN"]'),
    is: {
      kind: 'import-failed',
      type: 'KeyError',
      message: "'ORDERS_DSN'",
      file: 'flows/lacks_a_variable.py',
      line: 3,
    },
  },
  sleeps_for_a_minute: { text: flowFile('import time\ntime.sleep(60)'), is: { kind: 'timed-out' } },
  never_ends_and_ignores_signals: {
    text: flowFile(
      'import signal\nfor one in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):\n    signal.signal(one, signal.SIG_IGN)\nwhile True:\n    pass',
    ),
    is: { kind: 'timed-out' },
  },
  forks: { text: flowFile('import os\nos.fork()'), is: IMPORTED },
  forks_and_the_child_fails: {
    text: flowFile('import os\nif os.fork() == 0:\n    raise OSError("child")'),
    is: IMPORTED,
  },
  leaves_a_daemon: {
    text: flowFile(`import subprocess\nsubprocess.Popen(["sleep", "${DAEMON}"], start_new_session=True)`),
    is: IMPORTED,
  },
  starts_threads: {
    text: flowFile('import threading\nfor _ in range(9):\n    threading.Thread(target=threading.Event().wait).start()'),
    is: IMPORTED,
  },
  catches_every_signal: {
    text: flowFile(
      'import signal\nfor one in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGALRM):\n    signal.signal(one, lambda *_: None)',
    ),
    is: IMPORTED,
  },
  closes_what_is_open: { text: flowFile('import os\nos.closerange(3, 4096)'), is: { kind: 'died', how: 'lost' } },
  opens_others_in_their_place: {
    text: flowFile(`import os\nos.closerange(3, 4096)\nOPEN = [open("${OPENED}", "a") for _ in range(300)]`),
    is: { kind: 'died', how: 'lost' },
  },
  closes_the_standard_streams: { text: flowFile('import os\nos.closerange(0, 3)'), is: IMPORTED },
  crashes: {
    text: flowFile('import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)'),
    is: { kind: 'died', how: 'signal', status: 11 },
  },
  kills_its_group: {
    text: flowFile('import os, signal\nos.killpg(0, signal.SIGKILL)'),
    is: { kind: 'died', how: 'signal', status: 9 },
  },
  redefines_builtins: {
    text: `${flowFile()}
import builtins
for name in ("len", "isinstance", "getattr", "vars", "str", "dict", "open", "__import__", "BaseException"):
    setattr(builtins, name, None)
`,
    is: IMPORTED,
  },
  replaces_functions_of_os: {
    text: `${flowFile()}\nimport os\nos.write = os.getpid = os._exit = os.fstat = lambda *_: 0\n`,
    is: IMPORTED,
  },
  raises_what_cannot_be_told: {
    text: flowFile('class Mute(Exception):\n    def __str__(self):\n        raise self\n\nraise Mute'),
    is: { kind: 'import-failed', type: 'Mute', message: '', line: 5 },
  },
  raises_a_megabyte: {
    text: flowFile('raise KeyboardInterrupt("a\\n\\x1b[31m" * 1_000_000)'),
    is: { kind: 'import-failed', type: 'KeyboardInterrupt', line: 1 },
  },
  defaults_to_a_megabyte: {
    text: flowFile().replace('"today"', '"x" * 1_000_000'),
    is: { ...IMPORTED, schema: null },
  },
}
