import type { LineView } from '../../process/step.ts'
import type { ApiUrl } from '../api-url.ts'
import { parseDeployOutput } from '../deploy-output.ts'
import type { RecorderAddress } from './recorder.ts'

/** Rows of a panel that are held back; a name of 390 characters has two at 400 columns. */
const MOST_ROWS = 200

/** How the panel begins whose sentence is not true here. */
const FIRST_ROW = "│ Deployment '"

/** What the command says behind a panel, true only of a deployment that is there. (Prefect: cli/deploy/_core.py; 3.4 to 3.9) */
const UNTRUE = [
  /^View Deployment in UI: /,
  /^To schedule a run for this deployment, use the following command:$/,
  /^\s+\$ prefect deployment run '/,
  /^To execute flow runs from these deployments, start a worker in a separate terminal that pulls work from the /,
  /^\s+\$ prefect worker start --pool /,
]

/**
 * What the log shows of a rehearsed `prefect deploy`: it says "successfully created" of what was only recorded, and goes on
 * with hints that are of no use yet. What the project's own code prints is left as it is.
 */
export function rehearsedLines(): LineView {
  let panel: readonly string[] = []
  let afterUntrue = false
  const inPanel = (line: string): readonly string[] => {
    const rows = [...panel, line]
    // A line of the other stream may come in between.
    if (!/^[│╰]/.test(line) && panel.length > 1) return [line]
    const goesOn = line.startsWith('│ ') && rows.length < MOST_ROWS && (panel.length > 1 || line.startsWith(FIRST_ROW))
    panel = goesOn ? rows : []
    return goesOn ? [] : computed(rows)
  }
  const next = (line: string): readonly string[] => {
    if (panel.length > 0) return inPanel(line)
    if (/^╭─+╮$/.test(line.trimEnd())) {
      panel = [line]
      return []
    }
    if (UNTRUE.some((untrue) => untrue.test(line))) {
      afterUntrue = true
      return []
    }
    return [line]
  }
  return (line) => {
    if (line.trim() === '' && afterUntrue) return []
    const shown = next(line)
    if (shown.some((one) => one.trim() !== '')) afterUntrue = shown.some(isComputed)
    return shown
  }
}

const COMPUTED = 'computed; nothing is written yet'
const isComputed = (line: string): boolean => line.endsWith(COMPUTED)

/** A panel of Prefect's in a true sentence, any other as it is. */
function computed(rows: readonly string[]): readonly string[] {
  const [deployed] = parseDeployOutput(rows)
  return deployed === undefined ? rows : [`Deployment '${deployed.flow}/${deployed.name}' ${COMPUTED}`]
}

/**
 * Takes the recorder's address out of a text: the real one stands there instead, which is where the command would have
 * gone, and its secret part is shown nowhere.
 */
export function addressHider({ url, segment }: RecorderAddress, real: ApiUrl): (text: string) => string {
  const places = [
    [url.base, real.base] as const,
    ...clouds(url, real),
    [rootOf(url.base, segment), rootOf(real.base)] as const,
  ]
  return (text) => {
    if (!text.includes(segment)) return text
    const told = places.reduce((changed, [ours, theirs]) => changed.replaceAll(ours, () => theirs), text)
    return told.replaceAll(segment, '…')
  }
}

function clouds(url: ApiUrl, real: ApiUrl): readonly (readonly [ours: string, theirs: string])[] {
  return url.kind === 'cloud' && real.kind === 'cloud' ? [[url.cloudApi, real.cloudApi]] : []
}

/** The part of an address before its path, or up to that segment of it. */
function rootOf(base: string, segment?: string): string {
  const { origin } = new URL(base)
  return segment === undefined ? origin : `${origin}/${segment}`
}
