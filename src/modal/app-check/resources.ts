import type { FunctionFacts, Keyword } from './facts.ts'
import { type AppRule, quoted } from './rule.ts'

/** The decorator that registers a function with an app, which may come from another file. */
function registering({ decorators }: FunctionFacts): FunctionFacts['decorators'][number] | undefined {
  return decorators.find(({ path }) => /^(?:modal\.App\(\)|\?)\.(?:function|cls|server)$/.test(path))
}

const gpuUndeclared: AppRule = {
  id: 'app-gpu-undeclared',
  severity: 'warning',
  about:
    'A function moves something to `"cuda"` without asking whether there is a GPU, and its decorator declares none: Modal gives it none, and the first call fails.',
  find: ({ facts }) => {
    if (facts.variants) return []
    return facts.functions.flatMap((one) => {
      const decorator = registering(one)
      const at = one.cuda[0]
      if (at === undefined || decorator === undefined || decorator.open || !one.certain) return []
      // Other libraries know functions and GPUs too.
      if (decorator.path.startsWith('?')) return []
      if (decorator.keywords.some(({ name }) => name === 'gpu')) return []
      return [
        {
          message: `${quoted(one.name)} moves something to "cuda", but its decorator declares no \`gpu\`, so that it runs without one.`,
          hint: `Declare it: \`@app.${one.kind === 'class' ? 'cls' : 'function'}(gpu="T4", …)\`.`,
          at,
        },
      ]
    })
  },
}

const minContainers: AppRule = {
  id: 'app-min-containers',
  severity: 'notice',
  about: '`min_containers` keeps containers running, and billed, while nobody calls the function.',
  find: ({ facts }) =>
    facts.functions.flatMap((one) => {
      const decorator = registering(one)
      const kept = decorator?.keywords.find(({ name }) => name === 'min_containers')
      if (kept === undefined || typeof kept.value !== 'number' || kept.value <= 0) return []
      const gpu = decorator?.keywords.find(({ name }) => name === 'gpu')
      return [
        {
          message: `${kept.value === 1 ? 'One container' : `${kept.value} containers`} of ${quoted(one.name)}${withGpu(gpu)} ${kept.value === 1 ? 'is' : 'are'} kept running, and billed, while nobody calls it.`,
          hint: 'Without `min_containers` the first call after a pause waits for a cold start; `scaledown_window` keeps containers for a while only.',
          at: kept,
        },
      ]
    }),
}

function withGpu(gpu: Keyword | undefined): string {
  if (gpu === undefined || gpu.value === null) return ''
  return typeof gpu.value === 'string' ? ` with the GPU ${quoted(gpu.value)}` : ' with its GPU'
}

/** Rules about what a function runs on. */
export const RESOURCE_RULES: readonly AppRule[] = [gpuUndeclared, minContainers]
