/**
 * A short question to a tool: its version, a list, a small file. Standard output without the white space at its end, or
 * `undefined` where it fails or does not exist.
 */
export type Ask = (
  command: string,
  args: readonly string[],
  at: Readonly<{ cwd: string; env: Readonly<Record<string, string>> }>,
) => Promise<string | undefined>

/** Seconds that a question may take. */
const ANSWER_WITHIN = 20

/**
 * Asks through `@actions/exec`, which knows no deadline: coreutils' `timeout` brings one, so that a tool that hangs
 * neither holds the step nor outlives it.
 */
export const ask: Ask = async (command, args, at) => {
  // Loaded with the first question: nothing before the first line of the log needs it.
  const { getExecOutput } = await import(/* webpackMode: "eager" */ '@actions/exec')
  try {
    const answer = await getExecOutput('timeout', ['--kill-after=2', String(ANSWER_WITHIN), command, ...args], {
      cwd: at.cwd,
      env: { ...at.env },
      silent: true,
      ignoreReturnCode: true,
    })
    return answer.exitCode === 0 ? answer.stdout.trimEnd() : undefined
  } catch {
    // The folder or `timeout` itself is missing: no answer, which every caller must be able to bear.
    return undefined
  }
}
