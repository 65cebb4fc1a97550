import { deploymentTexts, isOfTrigger } from './deployment-texts.ts'
import type { Manifest } from './model.ts'
import type { PlacedText } from './placed-texts.ts'
import { inputTexts, isSingle, type StepSection, usedSteps } from './used-steps.ts'

/** A text that Prefect looks for placeholders in, with where it is from; `deployment` is `undefined` of steps. */
export type TemplateText = PlacedText &
  Readonly<{ section: StepSection | 'deployment'; deployment?: number | undefined }>

/** The texts of a file that Prefect looks for placeholders in, but for triggers, which are filled in when an event comes. */
export function* templateTexts(manifest: Manifest): Generator<TemplateText> {
  for (const { section, steps } of usedSteps(manifest))
    for (const text of inputTexts(steps.filter(isSingle))) yield { ...text, section }
  for (const text of deploymentTexts(manifest)) if (!isOfTrigger(text)) yield text
}
