import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { promisify } from 'node:util'

/** A certificate authority that lives as long as one test. */
export type TestAuthority = Readonly<{
  /** PEM file for `NODE_EXTRA_CA_CERTS`. */
  caFile: string
  /** A TLS context with a certificate for `host`, issued when it is first asked for. */
  contextFor: (host: string) => Promise<SecureContext>
  remove: () => Promise<void>
}>

const run = promisify(execFile)

/**
 * Makes an authority in a temporary folder with the `openssl` command (3.0 or newer).
 *
 * @param names names and wildcards of one certificate that is made at once; other hosts get their own
 */
export async function openTestAuthority(names: readonly string[]): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'test-authority-'))
  const caFile = join(folder, 'ca.pem')
  const caKey = join(folder, 'ca.key')
  await certify('Loopback test authority', caKey, caFile, '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  let issued = 0
  const issue = async (hosts: readonly string[]): Promise<SecureContext> => {
    issued += 1
    const key = join(folder, `${issued}.key`)
    const certificate = join(folder, `${issued}.pem`)
    const signed = ['-CA', caFile, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE']
    const subjects = `subjectAltName=${hosts.map(alternativeName).join(',')}`
    await certify('loopback', key, certificate, ...signed, '-addext', subjects)
    return createSecureContext({ key: await readFile(key), cert: await readFile(certificate) })
  }
  const shared = await issue(names)
  const own = new Map<string, Promise<SecureContext>>()
  return {
    caFile,
    contextFor: (host) => {
      if (names.some((name) => covers(name, host))) return Promise.resolve(shared)
      const context = own.get(host) ?? issue([host])
      own.set(host, context)
      return context
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A new key and its certificate, signed by itself unless `options` name an authority. */
async function certify(name: string, key: string, certificate: string, ...options: readonly string[]): Promise<void> {
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await run('openssl', ['req', ...fresh, '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate, ...options])
}

function alternativeName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`
}

/** A wildcard stands for exactly one label. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1))
}
