import { IMPORTS } from './script-imports.ts'
import { JUDGING } from './script-judging.ts'
import { WORKERS } from './script-workers.ts'

/** What every line of an answer starts with, so that nothing else that is printed is taken for one. */
export const MARK = 'prefect-modal-deploy:probe:'

/** Characters of one piece of the answer; a line of a child is cut at 16,384. */
const PIECE = 8000

/** A console script has its own folder in front, and not the working folder, where a project's own json.py may stand. */
const LIKE_A_COMMAND = `
import sys

if sys.path and sys.path[0] == "":
    del sys.path[0]
sys.path.insert(0, sys.executable.rpartition("/")[0])
sys.argv = ["prefect", "--no-prompt", "deploy", "--all"]
`

const MAIN = `
def main():
    started = time.monotonic()
    request = json.load(sys.stdin)
    until = started + request["within"]
    # A step that ends the probe ends its workers too.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: sys.exit(128 + number))
    prctl(SUBREAPER, 1)
    flows = probed(request, until)
    told({"flows": flows, **judged(request, flows, until)})


def probed(request, until):
    entrypoints = {one["key"]: one["entrypoint"] for one in request["entrypoints"]}
    if not entrypoints:
        return {}
    imports = Imports(request)
    # Nothing of Prefect's is garbage: looked for in each worker it would cost as much as the copies of its memory.
    gc.freeze()

    def work(key):
        return imports.answer(entrypoints[key])

    found = answered(list(entrypoints), work, request["each"], until)
    flows, known = {}, {}
    for key, (answer, first) in found.items():
        # What fails behind others may fail because of them; a failure that was seen alone is known for what it is.
        reason = json.dumps({name: answer.get(name) for name in ("kind", "type", "message", "how", "status", "file", "line")})
        if first or answer["kind"] in ("imported", "timed-out"):
            flows[key] = answer
            known[reason] = True
        elif reason in known or time.monotonic() > until:
            flows[key] = answer
        else:
            alone, _ = answered([key], work, request["each"], until)[key]
            flows[key] = {**alone, "behind": answer} if alone["kind"] == "imported" else alone
            known[reason] = True
    return flows


def judged(request, flows, until):
    schemas = {key: answer.get("schema") for key, answer in flows.items()}
    tasks = [("schedules", item, None) for item in request["schedules"]]
    tasks += [("templates", item, None) for item in request["templates"]]
    for item in request["parameters"]:
        tasks.append(("parameters", item, item["schema"] if "schema" in item else schemas.get(item["entrypointKey"])))
    tasks += [("jobVariables", item, item["schema"]) for item in request["jobVariables"]]
    tasks = [task for task in tasks if task[0] in ("schedules", "templates") or isinstance(task[2], dict)]
    found = answered(range(len(tasks)), lambda index: judge(tasks[index]), request["each"], until)
    refused = {"schedules": {}, "parameters": {}, "jobVariables": {}, "templates": {}}
    for index, (answer, _) in found.items():
        kind, item, _ = tasks[index]
        if "reason" in answer:
            refused[kind][item["key"]] = answer
    return refused


def told(answer):
    text = json.dumps(answer)
    for start in range(0, len(text), ${PIECE}):
        print("${MARK}" + text[start : start + ${PIECE}])


main()
`

/**
 * Imports flows as \`prefect deploy\` does, and asks the project's own Prefect about values of its prefect.yaml: one
 * process that imports Prefect once. Python 3.9 and later, Prefect 3.4 to 3.9.
 *
 * Python source kept as text: the action is one bundled file, and a second one beside it would not be found.
 */
export const PROBE_SCRIPT = [LIKE_A_COMMAND, WORKERS, IMPORTS, JUDGING, MAIN].join('\n')
