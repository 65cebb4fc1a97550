import path from 'node:path'

/**
 * A file of the user's that a tool names, relative to the checkout; `undefined` for installed packages, for what lies
 * elsewhere, and for what is no file (`<string>`, `<frozen importlib._bootstrap>`).
 *
 * @param folder what a relative `file` is relative to
 */
export function ownPath(checkout: string, file: string, folder = checkout): string | undefined {
  if (file.startsWith('<')) return undefined
  const inner = path.relative(checkout, path.resolve(folder, file))
  if (inner === '' || inner.startsWith(`..${path.sep}`) || path.isAbsolute(inner)) return undefined
  return /(^|\/)(site-packages|dist-packages|\.venv|node_modules)\//.test(inner) ? undefined : inner
}
