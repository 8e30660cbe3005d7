import { err, ok, type Result } from '../../base/result.ts'
import { stepsOf } from '../../topology/paths.ts'
import { pathOf, type Step } from '../../topology/problems.ts'
import { countOf } from '../numbers.ts'
import type { Varied } from './types.ts'

/** What a sweep varies, as it is typed: `$.replication.params.r=1,2,3`, on the command line and in the window alike. */

/** A setting to vary, with its path in steps. */
export interface VariedSetting extends Varied {
  readonly steps: readonly Step[]
}

/** What the same refusals say in different places. */
export interface VaryWords {
  /** In front of what was typed: "--vary"; empty where it needs no name. */
  readonly option: string
  /** By what the number of seeds is set. */
  readonly seeds: string
}

export const WINDOW_WORDS: VaryWords = { option: '', seeds: 'their number' }

/** Of more runs nobody reads the table. */
export const SWEEP_RUNS_MAX = 200

/** Every setting of a sweep; the error is a sentence. */
export function variedSettings(texts: readonly string[], words: VaryWords): Result<VariedSetting[], string> {
  const settings: VariedSetting[] = []
  for (const text of texts) {
    const setting = variedSetting(text, words)
    if (!setting.ok) return setting
    if (settings.some(({ path }) => path === setting.value.path)) {
      return err(`${led(words, setting.value.path)} was given twice: name all its values at once.`)
    }
    settings.push(setting.value)
  }
  return ok(settings)
}

/** `PATH=A,B,C`; the error is a sentence. */
export function variedSetting(text: string, words: VaryWords): Result<VariedSetting, string> {
  const at = text.indexOf('=')
  if (at < 0) {
    const form = words.option === '' ? 'PATH=A,B,C' : `${words.option} PATH=A,B,C`
    return err(`${led(words, text)} names no values: write ${form}.`)
  }
  const steps = stepsOf(text.slice(0, at))
  if (steps === null) {
    const lead = words.option === '' ? '' : `${words.option}: `
    return err(
      `${lead}"${text.slice(0, at)}" is no path; write it as problems name it, as in $.replication.params.r.`,
    )
  }
  const path = pathOf(steps)
  // Each run has a seed of the sweep's, whatever its file says.
  if (path === '$.run.seed') return err(`Seeds are varied by ${words.seeds}.`)
  if (path === '$.run') {
    return err(`Seeds are varied by ${words.seeds}: name the other fields of run by themselves.`)
  }
  const parts = partsOf(text.slice(at + 1))
  if (parts.includes('')) {
    return err(`${led(words, path)} has an empty place among its values; an empty text is "" in quotes.`)
  }
  const values = parts.map(valueOf)
  const known = values.map((value) => JSON.stringify(value))
  const twice = known.find((value, index) => known.indexOf(value) < index)
  if (twice !== undefined) return err(`${led(words, path)} names the value ${twice} twice.`)
  return ok({ path, steps, values })
}

const led = ({ option }: VaryWords, text: string): string => (option === '' ? text : `${option} ${text}`)

/** What stands between the commas that stand in no brackets and no quotes. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  let [depth, isQuoted, from] = [0, false, 0]
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (isQuoted && char === '\\') i++
    else if (char === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if ('[{'.includes(char)) depth++
    else if (']}'.includes(char)) depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim())
}

/** JSON where it is that, else a text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A value so that `variedSetting` reads it back: texts are bare unless they would be something else. */
export function typedValue(value: unknown): string {
  const json = JSON.stringify(value)
  if (typeof value !== 'string') return json
  const isBare = value === value.trim() && value !== '' && !/[,"\\[\]{}]/.test(value)
  return isBare && valueOf(value) === value ? value : json
}

export interface SweepSize {
  readonly combinations: number
  readonly runs: number
}

/** How many runs a sweep would be; the error is a sentence, where they are too many. */
export function sweepSize(vary: readonly Pick<Varied, 'values'>[], seeds: number): Result<SweepSize, string> {
  const combinations = vary.reduce((count, { values }) => count * values.length, 1)
  const runs = combinations * seeds
  if (runs <= SWEEP_RUNS_MAX) return ok({ combinations, runs })
  const product = [...vary.map(({ values }) => values.length), ...(seeds > 1 ? [seeds] : [])].join(' × ')
  return err(
    `This would be ${product} = ${runs} runs, and a sweep makes at most ${SWEEP_RUNS_MAX}: vary less at a time.`,
  )
}

/** "9 combinations × 3 seeds = 27 runs" */
export function sizeWords({ combinations, runs }: SweepSize, seeds: number): string {
  return `${countOf(combinations, 'combination')} × ${countOf(seeds, 'seed')} = ${countOf(runs, 'run')}`
}

/** Figures that a sweep shows unless others are asked for. */
export const SWEEP_METRICS_USUAL: readonly string[] = [
  'read.latency.p50',
  'read.latency.p99',
  'write.latency.p50',
  'write.latency.p99',
  'stale.fraction',
  'availability',
]
