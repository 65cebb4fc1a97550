/**
 * What an entrypoint names its file or module by: the part before the last `:`, else before the last `.`.
 * (Prefect: utilities/importtools.py, import_object)
 */
export function sourceOf(entrypoint: string): string | undefined {
  const at = entrypoint.includes(':') ? entrypoint.lastIndexOf(':') : entrypoint.lastIndexOf('.')
  const name = entrypoint.slice(0, Math.max(0, at))
  return name === '' || name.includes('\0') ? undefined : name
}
