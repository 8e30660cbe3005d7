import { stepsOf } from '../../shared/topology/paths.ts'
import { pathOf } from '../../shared/topology/problems.ts'
import type { VariedSetting } from '../host/sweep.ts'
import { UsageError } from './command.ts'

/** `--vary PATH=A,B,C`, each time it was given. Throws a UsageError. */
export function variedSettings(texts: readonly string[]): VariedSetting[] {
  const settings = texts.map(variedSetting)
  const twice = settings.find(({ path }, at) => settings.findIndex((other) => other.path === path) < at)
  if (twice !== undefined)
    throw new UsageError(`--vary ${twice.path} was given twice: name all its values at once.`)
  return settings
}

function variedSetting(text: string): VariedSetting {
  const at = text.indexOf('=')
  if (at < 0) throw new UsageError(`--vary ${text} names no values: write --vary PATH=A,B,C.`)
  const steps = stepsOf(text.slice(0, at))
  if (steps === null) {
    throw new UsageError(
      `--vary: "${text.slice(0, at)}" is no path; write it as problems name it, as in $.replication.params.r.`,
    )
  }
  const path = pathOf(steps)
  // Each run has a seed of the sweep's, whatever its file says.
  if (path === '$.run.seed') throw new UsageError('Seeds are varied by --seeds N.')
  if (path === '$.run') {
    throw new UsageError('Seeds are varied by --seeds N: name the other fields of run by themselves.')
  }
  const parts = partsOf(text.slice(at + 1))
  if (parts.includes('')) {
    throw new UsageError(`--vary ${path} has an empty place among its values; an empty text is "" in quotes.`)
  }
  const values = parts.map(valueOf)
  const known = values.map((value) => JSON.stringify(value))
  const twice = known.find((value, index) => known.indexOf(value) < index)
  if (twice !== undefined) throw new UsageError(`--vary ${path} names the value ${twice} twice.`)
  return { path, steps, values }
}

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
