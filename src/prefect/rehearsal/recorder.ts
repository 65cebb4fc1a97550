import { randomBytes, timingSafeEqual } from 'node:crypto'
import { asFault, type Fault } from '../../faults.ts'
import { type LoopbackAnswer, type LoopbackRequest, openLoopback } from '../../http/loopback.ts'
import type { ApiUrl } from '../api-url.ts'
import type { PrefectApi } from '../client.ts'
import type { Survey } from '../survey/shapes.ts'
import { detail } from './answers.ts'
import { type Attended, attend } from './attend.ts'
import { openKnown } from './known.ts'
import { openReads } from './reads.ts'
import type { Recording } from './recorded.ts'
import { openWrites } from './writes.ts'

export type RecorderTools = Readonly<{
  /** The real workspace. */
  api: PrefectApi
  /** What is live of the deployments that the files name; whoever asks before that is known waits for it. */
  survey: Survey | Promise<Survey>
  /** The names by which the survey was made. Of a deployment with another name the workspace is asked. */
  surveyed: readonly string[]
  /** First page of the workspace in the real UI, for the links that the command prints. */
  uiUrl: string
  /** Hears of secret values the moment they are learnt. */
  hide: (values: readonly string[]) => void
}>

/** Where a rehearsed command finds the recorder. */
export type RecorderAddress = Readonly<{
  /** For `PREFECT_API_URL`; that of Cloud has the address for `PREFECT_CLOUD_API_URL` with it. */
  url: ApiUrl
  /** For `PREFECT_UI_URL`. */
  uiUrl: string
  /** The part of the path that nobody can guess. It is no credential, but nobody's business either. */
  segment: string
}>

export type Recorder = Readonly<{
  address: RecorderAddress
  recording: () => Recording
  /** The given survey, with what the command asked for beside it. Rejects as the given one. */
  survey: () => Promise<Survey>
  /** Where the workspace did not answer as it should: the true reason of a failure that the command tells otherwise. */
  troubles: () => readonly Fault[]
  /** Requests of others than the command; they were answered 404. */
  strangers: () => number
  close: () => Promise<void>
}>

/** Random bytes of the segment: 24 characters. */
const SEGMENT_BYTES = 18
/** Sentences about why a recording is void; more say no more. */
const MOST_VOIDS = 20

/**
 * Opens a workspace on loopback for an unmodified `prefect deploy`: what it reads comes from the real one, what it writes
 * is answered and recorded. Nothing is ever written to the real one. Several processes may use it at once.
 *
 * Prefect Cloud's client does some things that it does on no other server, so the address has Cloud's shape where the real
 * one has.
 */
export async function openRecorder(tools: RecorderTools): Promise<Recorder> {
  const segment = randomBytes(SEGMENT_BYTES).toString('base64url')
  tools.hide([segment])
  const voids = new Set<string>()
  const reads = openReads(tools.api, tools.hide)
  const writes = openWrites()
  const refuse = (why: string, status = 403): LoopbackAnswer => {
    const sentence = why.replaceAll(segment, '***')
    if (voids.size < MOST_VOIDS) voids.add(sentence)
    return detail(status, sentence)
  }
  const attended = Promise.resolve(tools.survey).then((survey): Attended => {
    const known = openKnown({ ...tools, survey, reads, surveyed: new Set(tools.surveyed) })
    return { known, reads, writes, refuse, at: (survey.at ?? new Date()).toISOString() }
  })
  // Whoever asks for the survey hears of it.
  attended.catch(() => undefined)
  let strangers = 0
  let host = ''
  const base = basePath(tools.api.url)
  const server = await openLoopback(async (request) => {
    const path = request.headers['host'] === host ? within(request, segment) : undefined
    if (path === undefined) {
      strangers += 1
      return { status: 404 }
    }
    const asked = { ...request, path: path.startsWith(`${base}/`) ? path.slice(base.length) : undefined }
    return attended.then(
      (desk) => attend(desk, asked),
      (thrown: unknown) => reads.fails(asFault(thrown)),
    )
  })
  host = `127.0.0.1:${server.port}`
  return {
    address: { url: addressOf(tools.api.url, `http://${host}/${segment}`), uiUrl: tools.uiUrl, segment },
    recording: () => ({ deployments: writes.recorded(), voids: [...voids] }),
    survey: async () => (await attended).known.survey(),
    troubles: reads.troubles,
    strangers: () => strangers,
    close: server.close,
  }
}

/** Where the API is behind the segment. */
function basePath(url: ApiUrl): string {
  return url.kind === 'cloud' ? `/api/accounts/${url.accountId}/workspaces/${url.workspaceId}` : '/api'
}

function addressOf(url: ApiUrl, root: string): ApiUrl {
  const base = `${root}${basePath(url)}`
  return url.kind === 'cloud' ? { ...url, base, cloudApi: `${root}/api` } : { ...url, base }
}

/** The path behind the segment; `undefined` for whoever does not know it. The time tells nothing of how near they were. */
function within({ path }: LoopbackRequest, segment: string): string | undefined {
  const wanted = Buffer.from(`/${segment}/`)
  const found = Buffer.alloc(wanted.length)
  found.write(path)
  return timingSafeEqual(found, wanted) ? path.slice(wanted.length - 1) : undefined
}
