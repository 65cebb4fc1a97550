import { z } from 'zod'
import { Fault } from '../faults.ts'
import type { HttpAnswer } from '../http/client.ts'
import type { Trouble, TroubleKind } from '../http/trouble.ts'
import { oneLine } from '../process/one-line.ts'
import type { PrefectAccess } from './client.ts'

/** What an answer that is not the wanted one means, and what to do about it. */
export function answerFault(answer: HttpAnswer, doing: string, access: PrefectAccess): Fault {
  const { status } = answer
  const said = detailOf(answer)
  const what = `${doing}: Prefect answered ${status}${said === '' ? '' : ` (${said})`}.`
  if (status === 401) return new Fault('target', what, { hint: credentialHint(access) })
  if (status === 403) {
    const hint = `The owner of the credential (${access.from}) lacks a permission in this workspace. The role Developer is enough to deploy.`
    return new Fault('target', what, { hint })
  }
  if (status === 404) return new Fault('target', what, { hint: notFoundHint(access) })
  if (status === 429) {
    return new Fault('remote', what, { hint: 'The rate limit of the account is used up. Run the step again later.' })
  }
  if (status >= 500) {
    return new Fault('remote', what, { hint: 'Look at the status page or the log of the server, and run again.' })
  }
  if (status >= 400) return new Fault('refusal', what, { hint: 'Prefect said no more than this.' })
  return new Fault('target', `${doing}: what answers at ${access.url.base} is not Prefect's API (${shape(answer)}).`, {
    hint:
      access.url.kind === 'cloud'
        ? 'A proxy or a login page may stand in between: check HTTPS_PROXY.'
        : `The address of a self-hosted server ends in \`/api\`: try ${new URL(access.url.base).origin}/api.`,
  })
}

function credentialHint({ url, from }: PrefectAccess): string {
  return url.kind === 'cloud'
    ? `The key comes from ${from}. Make a new one in Prefect Cloud (for a service account, under its settings), and store it as a secret of the repository.`
    : `Given was ${from}. A server with basic authentication wants \`user:password\` in \`prefect-auth-string\`.`
}

/** Cloud answers 404, not 403, to somebody who is no member of the workspace (Prefect docs: troubleshoot-cloud). */
function notFoundHint({ url, from }: PrefectAccess): string {
  return url.kind === 'cloud'
    ? `Either there is no such workspace, or the owner of the key (${from}) is no member of it. Compare the two ids with the address bar of the Prefect console.`
    : `Is ${url.base} the right address? That of a self-hosted server ends in \`/api\`.`
}

const HINTS: Readonly<Record<TroubleKind, string>> = {
  refused: 'Nobody listens there. Is the server up, and may the runner reach it?',
  dns: 'The name of the host is not known to the runner. Check the address.',
  tls: 'Its certificate is not trusted. Name your own authority in PREFECT_API_SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.',
  reset: 'The connection broke. Run again; check the proxy if it stays so.',
  timeout: 'It took too long. Run again; check whether the runner may reach the address.',
  proxy: 'The proxy said no. Check HTTPS_PROXY and NO_PROXY.',
  other: 'Run again; check the address and the network of the runner.',
}

/** No whole answer came, after the tries that the trouble is worth. */
export function troubleFault(trouble: Trouble, doing: string, { url }: Pick<PrefectAccess, 'url'>): Fault {
  const host = new URL(url.base).host
  const message = `${doing}: ${host} gave no answer: ${oneLine(trouble.message, 200)}.`
  return new Fault(trouble.kind === 'dns' ? 'target' : 'remote', message, { hint: HINTS[trouble.kind], cause: trouble })
}

const detailSchema = z.union([
  z.object({ detail: z.string() }).transform((body) => body.detail),
  z.object({ exception_message: z.string() }).transform((body) => body.exception_message),
])

/** The sentence in an error's body; the body of a 422 repeats the whole request and is never shown. */
function detailOf({ text }: HttpAnswer): string {
  try {
    const parsed = detailSchema.safeParse(JSON.parse(text))
    return parsed.success ? oneLine(parsed.data, 200) : ''
  } catch {
    return ''
  }
}

function shape({ status, headers, cut }: HttpAnswer): string {
  const type = oneLine(headers['content-type'] ?? 'no content type', 60)
  return cut ? `status ${status}, an answer without end` : `status ${status}, ${type}`
}
