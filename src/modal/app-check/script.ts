import { BODIES_SOURCE } from './script-bodies.ts'
import { FACTS_SOURCE } from './script-facts.ts'
import { INSTALLED_SOURCE } from './script-installed.ts'
import { NAMES_SOURCE } from './script-names.ts'

/** What every line of an answer starts with, so that nothing else that is printed is taken for one. */
export const MARK = 'prefect-modal-deploy:app:'

/** Characters of one piece of an answer; a line of a child is cut at 16,384. */
const PIECE = 8000

const READING = String.raw`
LARGEST = 1 << 20
LARGEST_OF_ALL = 4 << 20
# Python's compiler takes minutes for a mebibyte of small functions; without it only a stray return is not seen.
LARGEST_COMPILED = 128 << 10


def answer_of(app, project, budget):
    if not app["module"]:
        file = os.path.join(project.cwd, app["file"])
        return read_of(file, project, budget, os.path.dirname(os.path.realpath(file)))
    file = project.module_file(app["file"])
    if file == "absent":
        return {"state": "absent"}
    return {"state": "unknown"} if file is None else read_of(file, project, budget, None)


def read_of(file, project, budget, beside):
    found = {"file": file}
    real = os.path.realpath(file)
    if not project.is_own(real):
        return {**found, "state": "skipped", "why": "outside"}
    try:
        state = os.stat(real)
        if not stat.S_ISREG(state.st_mode):
            return {**found, "state": "skipped", "why": "special"}
        if state.st_size > min(LARGEST, budget[0]):
            return {**found, "state": "skipped", "why": "large"}
        budget[0] -= state.st_size
        with open(real, "rb") as stream:
            source = stream.read(LARGEST + 1)
    except OSError:
        return {**found, "state": "skipped", "why": "unread"}
    return {**found, **parsed_of(source, file, project, beside)}


def parsed_of(source, file, project, beside):
    try:
        tree = ast.parse(source, file)
        if len(source) <= LARGEST_COMPILED:
            compile(tree, file, "exec", dont_inherit=True)
    except (RecursionError, MemoryError):
        return {"state": "skipped", "why": "deep"}
    except SyntaxError as error:
        return {"state": "refused", "message": error.msg or "", "line": error.lineno, "column": error.offset}
    except (ValueError, UnicodeError) as error:
        return {"state": "refused", "message": str(error), "line": None, "column": None}
    try:
        text = io.TextIOWrapper(io.BytesIO(source), tokenize.detect_encoding(io.BytesIO(source).readline)[0], newline="").read()
        # Only now: Python 3.9's compiler would use up the machine's own stack.
        sys.setrecursionlimit(5000)
        facts = Facts(text, tree, project, beside).told()
    except (RecursionError, MemoryError):
        # Python itself may well manage such a file.
        return {"state": "skipped", "why": "deep"}
    finally:
        sys.setrecursionlimit(1000)
    return {"state": "read", "facts": facts, "comments": comments_of(source)}


def comments_of(source):
    if b"prefect-modal:" not in source:
        return []
    found, waiting = [], []
    blank = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)
    line = 0
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT:
                said = re.match(r"#+\s*prefect-modal:\s*(.*)", token.string, re.S)
                if said and len(found) < MOST:
                    own = line == token.start[0]
                    found.append({"line": token.start[0], "about": token.start[0], "text": said.group(1).strip()[:1000]})
                    waiting += [] if own else [found[-1]]
            elif token.type not in blank:
                for comment in waiting:
                    comment["about"] = token.start[0]
                waiting, line = [], token.end[0]
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def tell(key, answer):
    text = json.dumps(answer)
    for start in range(0, len(text), ${PIECE}):
        print("${MARK}" + key + ":" + text[start : start + ${PIECE}], flush=True)


warnings.simplefilter("ignore")
request = json.load(sys.stdin)
project = Project(request["cwd"], os.path.realpath(request["checkout"]))
tell("modal", installed_modal())
budget = [LARGEST_OF_ALL]
for index, app in enumerate(request["apps"]):
    try:
        answer = answer_of(app, project, budget)
    except Exception:
        traceback.print_exc()
        answer = {"file": app["file"], "state": "skipped", "why": "failed"}
    tell(str(index), answer)
`

/**
 * Tells the facts of app files, one JSON answer each behind {@link MARK} and its number, and first those of the installed
 * Modal (`modal`). Needs Python 3.9. No file of the project is imported, and nothing is written.
 *
 * Python source kept as text: the action is one bundled file, and a second one beside it would not be found.
 */
export const APP_SCRIPT = `${NAMES_SOURCE}${INSTALLED_SOURCE}${BODIES_SOURCE}${FACTS_SOURCE}${READING}`
