import { quoted, shown, type ProblemList } from '../problems.ts'
import type { ParamSpec, StrategyIndex, StrategyManifest } from '../strategy.ts'
import { mendFor } from '../suggest.ts'
import type { ParamValue } from '../types.ts'
import { member, textOf } from './loose.ts'

/** The strategy that the file names, if it exists. */
export function checkStrategy(
  file: unknown,
  strategies: StrategyIndex,
  problems: ProblemList,
): StrategyManifest | undefined {
  const id = textOf(member(file, 'replication'), 'strategy')
  if (id === null || id === '') return undefined
  const strategy = strategies.get(id)
  if (strategy === undefined) {
    const mend = mendFor(id, [...strategies.keys()], 'strategy')
    problems.add(['replication', 'strategy'], `There is no strategy ${quoted(id)}.${mend}`)
  }
  return strategy
}

/** Parameters by the strategy's own description. Returns them complete; wrong ones take their default. */
export function checkParams(
  file: unknown,
  strategy: StrategyManifest,
  problems: ProblemList,
): Readonly<Record<string, ParamValue>> {
  const given = member(member(file, 'replication'), 'params')
  const at = ['replication', 'params']
  const known = strategy.params.map(({ name }) => name)
  if (typeof given === 'object' && given !== null) {
    for (const name of Object.keys(given)) {
      if (known.includes(name)) continue
      problems.add([...at, name], () => {
        return `The strategy "${strategy.id}" has no parameter ${quoted(name)}.${mendFor(name, known, 'parameter')}`
      })
    }
  }
  const values: Record<string, ParamValue> = {}
  for (const param of strategy.params) {
    const value = member(given, param.name)
    values[param.name] = param.default
    // The shape check has spoken about values that no parameter can have.
    if (value === undefined || (typeof value === 'object' && value !== null)) continue
    const sentence = faultOf(param, value)
    if (sentence === null) values[param.name] = value === 0 ? 0 : (value as ParamValue)
    else problems.add([...at, param.name], sentence)
  }
  return values
}

function faultOf(param: ParamSpec, value: unknown): string | null {
  switch (param.type) {
    case 'integer':
    case 'ms': {
      const isWhole = param.type === 'ms' || Number.isInteger(value)
      if (typeof value === 'number' && isWhole && value >= param.min && value <= param.max) return null
      const noun = param.type === 'ms' ? 'number of ms' : 'whole number'
      return `This must be a ${noun} from ${param.min} to ${param.max}, but it is ${shown(value)}.`
    }
    case 'boolean':
      return typeof value === 'boolean' ? null : `This must be true or false, but it is ${shown(value)}.`
    case 'choice': {
      const choices = param.choices.map((option) => option.value)
      if (typeof value === 'string' && choices.includes(value)) return null
      return `This must be one of ${choices.map(quoted).join(', ')}, but it is ${shown(value)}.`
    }
  }
}
