import { withTexts } from '../apply/ids.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { RecordedDeployment, Recording } from './recorded.ts'

/**
 * A recording with the real address in the place of the recorder's. The command takes it into what it writes where the
 * file asks for `{{ $PREFECT_API_URL }}`, or a flow reads that variable when it is imported.
 */
export function withoutAddress({ deployments, voids }: Recording, real: (text: string) => string): Recording {
  const changed = (body: JsonObject): JsonObject => {
    const copy = withTexts(body, real)
    return isJsonObject(copy) ? copy : body
  }
  return {
    voids: voids.map(real),
    deployments: deployments.map(
      (one): RecordedDeployment => ({
        ...one,
        write: { ...one.write, body: changed(one.write.body) },
        automations: one.automations.map(changed),
        ...(one.flowWrite === undefined ? {} : { flowWrite: { ...one.flowWrite, body: changed(one.flowWrite.body) } }),
        ...(one.slas === undefined ? {} : { slas: withTexts(one.slas, real) }),
      }),
    ),
  }
}
