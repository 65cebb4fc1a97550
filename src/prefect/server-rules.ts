import type { FailureRule } from './failure-rule.ts'

const AGAIN = 'Run the step again: deploying the same once more does no harm.'

/** What the server refused, or could not do; the texts of Prefect 3.4 to 3.9. A line has no body in it any more: see `withoutValues`. */
const ANSWERS: readonly FailureRule[] = [
  {
    text: /No Prefect API URL provided/,
    kind: 'target',
    hint: () => 'Set `prefect-api-url`, or PREFECT_API_URL in `env:`.',
  },
  {
    text: /Client error '401\b/,
    kind: 'target',
    what: () => 'Prefect does not accept the credential (401)',
    hint: (_, __, { keyFrom }) =>
      `Given was ${keyFrom}. Make a new API key in Prefect Cloud and store it as a secret of the repository; a server with basic authentication wants \`user:password\` in \`prefect-auth-string\`.`,
  },
  {
    text: /Client error '403\b/,
    kind: 'target',
    what: () => 'the credential may not do this (403)',
    hint: (_, __, { keyFrom }) =>
      `The owner of the credential (${keyFrom}) lacks a permission in this workspace. The role Developer is enough to deploy.`,
  },
  {
    text: /references work pool ['"](.*)['"] which does not exist/,
    kind: 'refusal',
    what: ([, pool = '']) => `there is no work pool \`${pool}\``,
    hint: () =>
      'Create it in the Prefect UI, or correct `work_pool.name`. Prefect says the same where the API URL is that of another workspace.',
  },
  {
    text: /Block not found: '(?<name>.*?)' of type '(?<type>.*?)'|\/block_types\/slug\/(?<slug>[^/']+)\/block_documents\/name\/(?<document>[^/?']+)/,
    kind: 'refusal',
    what: ({ groups = {} }) =>
      `there is no block \`${groups['type'] ?? groups['slug']}/${groups['name'] ?? groups['document']}\``,
    hint: () =>
      'Create the block in this workspace, or correct the reference in the file. Outside of `pull` a block must exist when it is deployed.',
  },
  {
    text: /work pool of type 'prefect-agent'/,
    kind: 'refusal',
    what: () => 'its work pool has the type `prefect-agent`, which takes no deployment of a prefect.yaml',
    hint: () => 'Name a work pool of another type in `work_pool.name`, for instance one of type `modal:push`.',
  },
  {
    text: /Client error '404\b[^']*' for url '([^']*)'/,
    kind: 'target',
    what: ([, url = '']) => `nothing is found at ${url} (404)`,
    hint: () => 'Is the API URL that of the right workspace? That of a self-hosted server ends in `/api`.',
  },
  {
    text: /Client error '429\b/,
    kind: 'remote',
    what: () => 'the rate limit of the Prefect account is used up (429)',
    hint: () => 'Run the step again later, with a smaller `parallel`.',
  },
  {
    text: /(?:Server error '(5\d\d)|Client error '(408))\b/,
    kind: 'remote',
    what: ([, server, client = '']) => `Prefect could not answer (${server ?? client})`,
    hint: () => `Look at the status page of Prefect, or the log of the server. ${AGAIN}`,
  },
  {
    text: /provide a slug for each schedule/,
    kind: 'refusal',
    what: () => 'the schedules that are live have slugs, and those of the file have none',
    hint: () => 'Give every schedule of this deployment a `slug`, the same as before for the same schedule.',
  },
  {
    text: /Data integrity conflict/,
    kind: 'refusal',
    what: () => 'Prefect cannot store it beside what is there (409: data integrity conflict)',
    hint: () =>
      'Most often two schedules of one deployment have the same `slug`. Else the log of the server says more.',
  },
  {
    text: /Extra inputs are not permitted/,
    kind: 'refusal',
    what: (_, __, { version }) => `the server does not know a field that Prefect ${version} sends`,
    hint: () =>
      'Server and project have versions that do not fit. Raise the older one: the server, or Prefect in the project (`uv lock --upgrade-package prefect`).',
  },
  {
    text: /Found incompatible versions: (.*)/,
    kind: 'target',
    hint: () => 'Server and project must have the same major version: change Prefect in the project, or the server.',
  },
  {
    text: /Validation failed for field '(.*?)'\. Failure reason: (.*)/,
    kind: 'refusal',
    what: ([, field = '', reason = '']) => `Prefect refuses \`${field}\`: ${reason}`,
    hint: () =>
      'Correct it under `parameters`, where the signature of the flow counts, or under `work_pool.job_variables`, where the template of the work pool does.',
  },
  {
    text: /<ValidationError: ['"](.*)['"]>/,
    kind: 'refusal',
    what: ([, reason = '']) => `the work pool does not allow a job variable: ${reason}`,
    hint: () => 'Compare `work_pool.job_variables` with the variables of the work pool in the Prefect UI.',
  },
  {
    text: /Client error '(4\d\d)[^']*' for url '[^']*'(?: - Response: (.*?))?(?: - For more information|$)/m,
    kind: 'refusal',
    what: ([, status = '', said = '']) => `Prefect refuses it (${status})${said === '' ? '' : `: ${said}`}`,
    hint: () => 'Correct the deployment in the file. Prefect said no more than this.',
  },
  {
    text: /SLA configuration is currently only supported on Prefect Cloud/,
    kind: 'refusal',
    what: () => 'it has an `sla`, which only Prefect Cloud knows',
    hint: () => 'The deployment itself was written. Remove `sla` from it, or deploy it to Prefect Cloud.',
  },
  {
    text: /^DeploymentApplyError: (?:Error while applying deployment: )?(\d+ validation error.*)/s,
    kind: 'user',
    what: ([, text = '']) => refusedFields(text),
    hint: () => 'Correct the field in the file; a name may hold none of `/ % & > <`.',
  },
  {
    text: /^DeploymentApplyError: (?:Error while applying deployment: )?(.+)/m,
    kind: 'refusal',
    what: ([, said = '']) => `Prefect refuses it: ${said}`,
    hint: () => 'Correct the deployment in the file. Prefect said no more than this.',
  },
]

/** `field: reason` of what pydantic refused: a headline, then each field with its reason indented. */
export function refusedFields(text: string): string {
  const lines = text.split('\n').slice(1)
  const fields: string[] = []
  let field = ''
  for (const line of lines) {
    if (/^\s+For further information/.test(line)) continue
    if (!line.startsWith(' ')) field = line.trim()
    else fields.push(`${field === '' ? '' : `\`${field}\`: `}${line.trim().replace(/^Value error, /, '')}`)
  }
  return fields.length === 0 ? text : fields.slice(0, 3).join('; ')
}

const CONNECTION = String.raw`^(?:ConnectError|ConnectTimeout|Read(?:Error|Timeout)|Write(?:Error|Timeout)|PoolTimeout|ProxyError|(?:Remote|Local)ProtocolError|CloseError)\b`

function connection(said: string): RegExp {
  return new RegExp(`${CONNECTION}.*(?:${said})`, 'm')
}

/** The way to the server; the exceptions of httpx, which has no code for what happened. */
const CONNECTIONS: readonly FailureRule[] = [
  {
    text: connection(
      'Name or service not known|Temporary failure in name resolution|nodename nor servname|No address associated',
    ),
    kind: 'target',
    what: () => 'the name of the Prefect API host is not known to the runner',
    hint: () => 'Check the API URL.',
  },
  {
    text: connection('SSL|TLS|[Cc]ertificate'),
    kind: 'remote',
    hint: () =>
      'Its certificate is not trusted, or no TLS is spoken there. Name your own authority in PREFECT_API_SSL_CERT_FILE or SSL_CERT_FILE; check that the API URL begins with `https://` only where it should.',
  },
  {
    text: /^ProxyError\b/m,
    kind: 'remote',
    hint: () => 'The proxy said no. Check HTTPS_PROXY and NO_PROXY.',
  },
  {
    text: connection('All connection attempts failed|Connection refused|unreachable'),
    kind: 'remote',
    what: () => 'nobody listens at the Prefect API URL, or at the proxy before it',
    hint: () => 'Is the server up, and may the runner reach it? Check HTTPS_PROXY and NO_PROXY where a proxy is set.',
  },
  {
    text: /^(?:Connect|Read|Write|Pool)Timeout\b/m,
    kind: 'remote',
    what: () => 'Prefect took too long to answer',
    hint: () => `${AGAIN} Where the server is only slow, raise PREFECT_API_REQUEST_TIMEOUT (seconds) in \`env:\`.`,
  },
  {
    text: new RegExp(CONNECTION, 'm'),
    kind: 'remote',
    hint: () => `The connection to Prefect broke. ${AGAIN}`,
  },
  {
    text: /^(?:JSONDecodeError: )?Expecting value: line \d+ column \d+ \(char \d+\)$/m,
    kind: 'remote',
    what: () => "what answered is not Prefect's API: it sent no JSON",
    hint: () => `A gateway, a proxy or a login page may stand in between. Check the API URL and HTTPS_PROXY. ${AGAIN}`,
  },
]

/** What comes from the other side, or from the way to it. */
export const SERVER_RULES: readonly FailureRule[] = [...ANSWERS, ...CONNECTIONS]
