import type { FaultKind } from '../faults.ts'

/** What a rule may say of the run beside Modal's own words. */
export type FailureContext = Readonly<{
  /** What was tried, as the start of a sentence: "Deploying `modal_app.py`". */
  doing: string
  /** The checkout: a place in the user's files is named relative to it. Absolute. */
  checkout: string
  tokenFrom: string
  /** Version of the installed Modal. */
  version: string
  /** Of a deploy; absent: something was read. */
  deploy?: Readonly<{
    environment: string
    /** The module of `-m`, which may be what is missing. */
    module?: string
  }>
}>

/** One kind of failure: what its text looks like, and what to do about it. */
export type FailureRule = Readonly<{
  text: RegExp
  kind: FaultKind
  /** Not for what a file of the user's raises: errors of other services read the same. */
  byModal?: true
  hint: (match: RegExpExecArray, context: FailureContext) => string
  /** Says it better than the text's own first line. */
  what?: (match: RegExpExecArray, context: FailureContext) => string
}>

const NEWER = 'raise it in the project, for instance `uv lock --upgrade-package modal`, and commit uv.lock'

/**
 * The texts of Modal 1.0 to 1.6.4, the first that fits counts. Those of the server (tokens, secrets, environments,
 * limits) are as seen in public logs of 2026; all others stand in the client.
 */
export const FAILURE_RULES: readonly FailureRule[] = [
  {
    text: /Token missing|Token not found|Token ID is malformed|Token expired|[Tt]oken (?:is |was |has been )?(?:invalid|revoked)|^AuthError: /m,
    kind: 'target',
    byModal: true,
    hint: (_, { tokenFrom }) =>
      `The token comes from ${tokenFrom}. Make a new one in Modal's settings under API Tokens, and store its id (\`ak-…\`) and its secret (\`as-…\`) each as its own secret of the repository.`,
  },
  {
    text: /Environment '([^']+)' not found/,
    kind: 'target',
    hint: ([, name = '']) =>
      `Correct \`modal-environment\`, or create it: \`modal environment create ${name}\`. A token sees only environments in which its owner has a role.`,
  },
  {
    text: /Secret '([^']+)' not found in environment '([^']+)'(?:.*? at (https:\/\/\S+))?/s,
    kind: 'refusal',
    hint: ([, name = '', environment = '', url]) =>
      `Create it${url === undefined ? '' : ` at ${url} or`} by \`modal secret create ${name} KEY=VALUE --env ${environment}\`. Every secret that the app names must exist, even if no function uses it.`,
  },
  {
    text: /(Volume|Dict|Queue) '([^']+)' not found in environment '([^']+)'/,
    kind: 'refusal',
    hint: ([, what = '', name = '', environment = '']) =>
      `Create it by \`modal ${what.toLowerCase()} create ${name} --env ${environment}\`, or let the app do it: \`modal.${what}.from_name("${name}", create_if_missing=True)\`.`,
  },
  {
    text: /Secret .*(?:missing|required) key/i,
    kind: 'refusal',
    byModal: true,
    hint: () => 'Add the key to the secret in Modal, or take it out of `required_keys`.',
  },
  {
    text: /Image build for (im-\w+) terminated/,
    kind: 'remote',
    hint: () => 'Modal stopped the build for reasons of its own. Run the step again: what was built already is kept.',
  },
  {
    text: /Image build for (im-\w+) timed out/,
    kind: 'refusal',
    hint: () => "Give the image's slow step a larger `timeout`, or make it do less.",
  },
  {
    text: /Image build for (im-\w+) failed/,
    kind: 'refusal',
    hint: ([, image = '']) =>
      `The lines above are the end of the build log; \`modal image logs ${image}\` shows all of it.`,
  },
  {
    text: /spend limit reached|billing/i,
    kind: 'refusal',
    byModal: true,
    hint: () => "Raise the spend limit in Modal's settings under Usage and Billing, or wait for the next cycle.",
  },
  {
    text: /permission denied|not authorized|(?:insufficient|missing|required?|lacks?).{0,20} (?:role|permission)|no access/i,
    kind: 'target',
    byModal: true,
    hint: (_, { deploy, tokenFrom }) =>
      `The owner of the token (${tokenFrom}) needs the role Contributor${deploy === undefined ? '' : ` in the environment \`${deploy.environment}\``}. A new service user has no access until it is given one.`,
  },
  {
    text: /Could not connect to the Modal server|Deadline exceeded|Connection lost|Connection reset|Name or service not known|Temporary failure in name resolution|'(?:python|aiohttp)-socks' package is not installed/i,
    kind: 'remote',
    byModal: true,
    // Since 1.5 a proxy that cannot be used for want of the extra reads the same, after a minute.
    hint: () =>
      "Check that the runner reaches api.modal.com on port 443, and https://status.modal.com; then run the step again. Behind a proxy (HTTPS_PROXY) Modal needs its extra: `uv add 'modal[api-proxy-support]'`, or MODAL_DISABLE_API_PROXY=1 where it is reached without.",
  },
  {
    text: /image builder versions: \{[^]*`MODAL_IMAGE_BUILDER_VERSION`/,
    kind: 'user',
    hint: () => 'Correct MODAL_IMAGE_BUILDER_VERSION in the environment of the step, or take it out.',
  },
  {
    text: /image builder versions: \{/,
    kind: 'user',
    hint: (_, { version }) => `Modal ${version} is too old for the image builder of this environment: ${NEWER}.`,
  },
  {
    text: /client version|version of (?:the )?modal (?:is|client)|no longer supported|upgrade (?:your |the )?(?:modal|client)/i,
    kind: 'user',
    byModal: true,
    hint: (_, { version }) => `Modal does not serve version ${version} any more: ${NEWER}.`,
  },
  {
    text: /No such option|No such command|unexpected extra argument|Invalid value for/i,
    kind: 'user',
    byModal: true,
    hint: (_, { version }) => `Modal ${version} does not know it. If it is too old, ${NEWER}.`,
  },
  {
    text: /^(?:ModuleNotFoundError|ImportError): No module named '([^']+)'/m,
    kind: 'user',
    what: ([, name = ''], { doing, deploy }) => {
      if (name === deploy?.module || deploy?.module?.startsWith(`${name}.`) === true) {
        return `${doing}: there is no module \`${name}\`.`
      }
      return deploy === undefined
        ? `${doing}: Modal needs \`${name}\`, which is not in the project's environment.`
        : `${doing}: the app imports \`${name}\`, which is not in the project's environment.`
    },
    hint: ([, name = ''], { deploy }) => {
      const [top = name] = name.split('.')
      const module = deploy?.module
      if (deploy === undefined) return 'Install it anew: `uv sync --reinstall`, and commit uv.lock.'
      if (module !== undefined && module.split('.')[0] === top) {
        return 'A module is found from `working-directory` on, or as an installed package of the project.'
      }
      return `What the app file imports must be in the project: \`uv add ${top}\` (if the package is named so), and commit uv.lock. What only the container needs is imported in the function, or under \`with image.imports():\`.`
    },
  },
  {
    text: /attempted relative import with no known parent package|contains relative imports/,
    kind: 'user',
    hint: () => 'A file with relative imports is deployed as a module: write `-m package.module` in `modal-apps`.',
  },
  {
    text: /must be specified with the -m flag/,
    kind: 'user',
    hint: () => 'Write `-m package.module` in `modal-apps` for a module; a file ends in `.py`.',
  },
  {
    text: /Invalid object reference|is not a Modal App/,
    kind: 'user',
    hint: () =>
      'Behind the file or module comes `::` and the name of the variable that holds the modal.App: `modal_app.py::app`.',
  },
  {
    text: /Invalid Modal source filename/,
    kind: 'user',
    hint: () => 'Rename the file: its name becomes that of a Python module, so that `.py` holds its only period.',
  },
  {
    text: /'App' object has no attribute '(\w+)'|[Mm]odule 'modal' has no attribute '(\w+)'/,
    kind: 'user',
    hint: ([, ofApp, ofModal], { version }) =>
      `Modal ${version} has no \`${ofApp ?? ofModal ?? ''}\`. If it was removed, Modal's changelog names what took its place; if the app is written for a newer Modal, ${NEWER}.`,
  },
  {
    text: /^module '[^']+' has no attribute '([^']+)'/m,
    kind: 'user',
    hint: ([, name = '']) =>
      `There is no \`${name}\` in it. Name the variable that holds the modal.App behind \`::\`, as in \`modal_app.py::my_app\`.`,
  },
  {
    text: /^FileNotFoundError: .*No such file or directory: '(.+?)'/m,
    kind: 'user',
    hint: () =>
      'Paths in `modal-apps` are relative to `working-directory`; what the app reads when it is imported must be in the checkout.',
  },
  {
    text: /^local (?:file|dir) (\S+) does not exist/m,
    kind: 'user',
    hint: () =>
      'What an image or mount takes from the project must be in the checkout, and its path is relative to `working-directory`.',
  },
  {
    text: /^(\S+) has no spec - might not be installed/m,
    kind: 'user',
    hint: ([, name = '']) =>
      `The image takes \`${name}\` from the project: it must be a module of the checkout, or a package in the project's environment.`,
  },
  {
    text: /DeprecationError: (.+)/,
    kind: 'user',
    hint: () =>
      'Use the new name in the app. `@modal.web_endpoint` is `@modal.fastapi_endpoint`, `keep_warm` is `min_containers`, `concurrency_limit` is `max_containers`, `container_idle_timeout` is `scaledown_window`, `allow_concurrent_inputs` is `@modal.concurrent`.',
  },
  {
    text: /Invalid App name|explicit deployment name/,
    kind: 'user',
    hint: () =>
      'Give the App a name in the code, `modal.App("name")`, or `name:` in `modal-apps`: letters, digits, `.`, `_` and `-`, fewer than 64.',
  },
  {
    text: /^KeyError: '([A-Z][A-Z0-9_]+)'/m,
    kind: 'user',
    hint: ([, name = '']) =>
      `If it is a variable that the app reads when it is imported, set ${name} in the step's \`env:\`.`,
  },
  {
    text: /No App with name|Could not find a deployed app named/,
    kind: 'refusal',
    hint: () => "Somebody may have stopped it meanwhile: look at it in Modal's dashboard.",
  },
  {
    text: /^ValueError: Unknown level: 'Level /m,
    kind: 'user',
    byModal: true,
    hint: () => 'Correct MODAL_LOGLEVEL in the environment of the step, for instance to INFO, or take it out.',
  },
]
