/** What every line of an answer starts with, so that nothing else that is printed is taken for one. */
export const MARK = 'prefect-modal-deploy:survey:'

/** Characters of one piece of the answer; a line of a child is cut at 16,384. */
const PIECE = 8000

/**
 * Runs commands of the installed Modal in one process, as `bin/modal` would, and tells what each printed. Every start of
 * Python and import of Modal costs 0.7 s and more; a second command costs only its calls.
 *
 * Python source kept as text: the action is one bundled file, and a second one beside it would not be found.
 */
export const SURVEY_SCRIPT = `
import contextlib, io, json, sys, traceback

# Before the commands are there: whoever starts this ahead has them later.
from modal.__main__ import main


def run(args):
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["modal", *args]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except Exception:
            traceback.print_exc()
            code = 1
    return {"exit": code, "stdout": trimmed(out.getvalue()), "stderr": trimmed(err.getvalue())}


def trimmed(text):
    # Before 1.5 every line of JSON is padded to COLUMNS, as every line of a box is to 1.6.3.
    return "\\n".join(line.rstrip() for line in text.splitlines())


def answers(commands):
    for command in commands:
        answer = run(command["args"])
        print("modal " + " ".join(command["args"]) + ": exit status " + str(answer["exit"]))
        if answer["stderr"]:
            print(answer["stderr"], file=sys.stderr)
        yield answer
        # 2 is a command that this version does not have; anything else would meet the next one too.
        if answer["exit"] not in (0, 2) and not command["optional"]:
            return


text = json.dumps(list(answers(json.load(sys.stdin))))
for start in range(0, len(text), ${PIECE}):
    print("${MARK}" + text[start : start + ${PIECE}])
`
