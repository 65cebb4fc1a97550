import { createHash } from 'node:crypto'
import { type GitHubAnswer, notFound, refusal } from './answers.ts'
import type { Asked, Operation } from './asked.ts'
import { repositoryUrl, WEB } from './bodies.ts'
import { shaOf } from './repository.ts'

/** Bytes of a file that the JSON answer still holds (GitHub docs: rest/repos/contents). */
const LARGEST_INLINE = 1024 * 1024
/** Characters of a line of the encoded content: GitHub breaks it as MIME does. */
const LINE = 60

type Files = Readonly<Record<string, string | Buffer>>

/** A file or folder at a ref, as JSON or, where the client takes that, a file as it is. */
export const getContent: Operation = (asked) => {
  const { repository, docs } = asked
  const ref = asked.query['ref'] ?? repository.defaultBranch
  const sha = shaOf(repository, ref)
  if (sha === undefined) return refusal(404, `No commit found for the ref ${ref}`, docs)
  const path = decodeURIComponent(asked.params['path'] ?? '').replace(/^\/+|\/+$/g, '')
  const files = repository.commits.get(sha)?.files ?? {}
  const file = Object.hasOwn(files, path) ? files[path] : undefined
  return file === undefined ? folder(asked, path, files, ref) : fileAnswer(asked, path, Buffer.from(file), ref)
}

function fileAnswer(asked: Asked, path: string, content: Buffer, ref: string): GitHubAnswer {
  if (/\.raw\b/.test(asked.accept))
    return { status: 200, body: content, headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' } }
  const inline = content.length <= LARGEST_INLINE
  const body = {
    ...entry(asked, path, 'file', content, ref),
    content: inline ? content.toString('base64').replace(new RegExp(`.{1,${LINE}}`, 'g'), '$&\n') : '',
    encoding: inline ? 'base64' : 'none',
  }
  return { status: 200, body }
}

/** The folder's own entries, in the order of their names. */
function folder(asked: Asked, path: string, files: Files, ref: string): GitHubAnswer {
  const prefix = path === '' ? '' : `${path}/`
  const below = Object.keys(files).filter((name) => name.startsWith(prefix))
  if (below.length === 0) return notFound(asked.docs)
  const names = [...new Set(below.map((name) => name.slice(prefix.length).split('/')[0] ?? ''))].sort()
  const body = names.map((name) => {
    const file = files[`${prefix}${name}`]
    const type = file === undefined ? 'dir' : 'file'
    return entry(asked, `${prefix}${name}`, type, Buffer.from(file ?? ''), ref)
  })
  return { status: 200, body }
}

function entry({ api, repository }: Asked, path: string, type: 'file' | 'dir', content: Buffer, ref: string): object {
  const at = path.split('/').map(encodeURIComponent).join('/')
  const kind = type === 'file' ? 'blob' : 'tree'
  const sha = createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
  const self = `${repositoryUrl(api, repository.fullName)}/contents/${at}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryUrl(api, repository.fullName)}/git/${kind}s/${sha}`
  const html = `${WEB}/${repository.fullName}/${kind}/${ref}/${at}`
  const raw = `https://raw.githubusercontent.com/${repository.fullName}/${ref}/${at}`
  return {
    name: path.split('/').at(-1),
    path,
    sha,
    size: type === 'file' ? content.length : 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: type === 'file' ? raw : null,
    type,
    _links: { self, git, html },
  }
}
