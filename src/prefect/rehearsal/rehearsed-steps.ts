import type { LimitFunction } from 'p-limit'
import { Fault } from '../../faults.ts'
import type { RunStep } from '../../process/step.ts'

/**
 * Runs commands as `runStep` does, as many at once as `atOnce` lets, and none any more once one of them was cancelled. Every
 * line of theirs goes through `hide` before anybody sees it.
 */
export function rehearsedSteps(runStep: RunStep, hide: (text: string) => string, atOnce: LimitFunction): RunStep {
  let over: Fault | undefined
  return async (title, spec) =>
    atOnce(async () => {
      if (over !== undefined) throw over
      try {
        const result = await runStep(title, {
          ...spec,
          onLine: (line, stream) => spec.onLine?.(hide(line), stream),
          show: () => {
            const view = spec.show?.()
            return (line) => (view === undefined ? [hide(line)] : view(hide(line)))
          },
        })
        const { stdout, stderr, lines } = result
        return { ...result, stdout: stdout.map(hide), stderr: stderr.map(hide), lines: lines.map(hide) }
      } catch (thrown) {
        if (thrown instanceof Fault && (thrown.kind === 'cancelled' || thrown.kind === 'timeout')) over = thrown
        throw thrown
      }
    })
}
