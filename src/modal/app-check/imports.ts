import { type AppRule, quoted } from './rule.ts'

const importMissing: AppRule = {
  id: 'app-import-missing',
  severity: 'error',
  depends: 'A warning behind an import of the project, which may change where modules are found.',
  about:
    "The file imports, at its top level, a module that the project's environment does not have: `modal deploy` runs the file there and dies on the import. What only the container needs is imported in the function, or below `with image.imports():`.",
  find: ({ facts }) => {
    const top = facts.imports.filter(({ lazy }) => !lazy)
    const seen = new Set<string>()
    return top.flatMap((one) => {
      if (one.place !== 'absent' || one.level > 0 || !one.certain || one.tampered || seen.has(one.name)) return []
      seen.add(one.name)
      const behindOwn = top.some((other) => other.place === 'project' && other.line < one.line)
      return [
        {
          message: `The module ${quoted(one.name)}, which the file imports at its top level, is not in the project's environment, where \`modal deploy\` runs the file.`,
          hint: `Add it to the project (\`uv add …\`), or, where only the container needs it, import it in the function or below \`with image.imports():\`.`,
          at: one,
          severity: behindOwn ? ('warning' as const) : ('error' as const),
        },
      ]
    })
  },
}

/** Rules about the imports of an app file. */
export const IMPORT_RULES: readonly AppRule[] = [importMissing]
