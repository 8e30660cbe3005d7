import * as v from 'valibot'
import { groupedDigits } from '../../base/digits.ts'
import { isObject, quoted, shown } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import { addIssue, adopt, isExhausted, ISSUES_WALKED_MAX, pathItem, withRun, type Dataset } from './issues.ts'

/**
 * The few shapes that the schema is made of, as valibot schemas that JSON Schema conversion understands. What differs
 * from valibot's own: every unknown field is reported (valibot names the first), with the nearest known name; lists
 * are measured before their items are looked at; alternatives are chosen by what the input looks like, so that a
 * problem inside one is located there; and every sentence says what would be right.
 */

export interface Described {
  /** What the field means, for people: a sentence or two. Ends up in the JSON Schema and the reference. */
  help: string
  unit?: string
}

/** Attaches a description (and a unit) to a schema. */
export function described<S extends v.GenericSchema>(schema: S, { help, unit }: Described): S {
  const metadata = unit === undefined ? { description: help } : { description: help, 'x-unit': unit }
  return v.pipe(schema, v.metadata(metadata)) as unknown as S
}

export interface NumberRange {
  min: number
  max: number
  /** The minimum itself is refused. */
  above?: boolean
  integer?: boolean
  unit?: string
}

export function number(help: string, range: NumberRange): v.GenericSchema<number> {
  const { min, max, above = false, integer = false, unit } = range
  const noun = integer ? 'whole number' : 'number'
  const bounds = above
    ? `above ${groupedDigits(min)}, at most ${groupedDigits(max)}`
    : `from ${groupedDigits(min)} to ${groupedDigits(max)}`
  const wanted = `must be a ${noun} ${bounds}${unit === undefined ? '' : ` (${unit})`}`
  const message = (issue: v.BaseIssue<unknown>): string => `This ${wanted}, but it is ${shown(issue.input)}.`
  const lower = above
    ? v.gtValue<number, number, typeof message>(min, message)
    : v.minValue<number, number, typeof message>(min, message)
  const checks = integer ? [v.integer<number, typeof message>(message)] : []
  const all = [...checks, lower, v.maxValue<number, number, typeof message>(max, message)]
  // valibot types pipes by arity; the list is built, so its type is stated.
  const piped = v.pipe as unknown as (
    schema: v.GenericSchema<number>,
    ...actions: unknown[]
  ) => v.GenericSchema<number>
  const schema = described(piped(v.number(message), ...all), {
    help,
    ...(unit === undefined ? {} : { unit }),
  })
  const plain = schema['~run'].bind(schema)
  return withRun(schema, (_schema, dataset, config) => {
    const result = plain(dataset, config)
    // JSON knows -0, which would print as 0 and so not survive being written; here the two are one.
    return result.value === 0 ? { ...result, value: 0 } : result
  })
}

export function flag(help: string): v.GenericSchema<boolean> {
  const message = (issue: v.BaseIssue<unknown>): string =>
    `This must be true or false, but it is ${shown(issue.input)}.`
  return described(v.boolean(message), { help })
}

/** A text of bounded length. `minChars` is 1 unless stated. */
export function text(help: string, maxChars: number, minChars = 1): v.GenericSchema<string> {
  const bounds =
    minChars === 0 ? `up to ${groupedDigits(maxChars)}` : `${minChars} to ${groupedDigits(maxChars)}`
  const message = (issue: v.BaseIssue<unknown>): string =>
    typeof issue.input === 'string'
      ? `This must have ${bounds} characters, but it has ${groupedDigits(issue.input.length)}.`
      : `This must be a text, but it is ${shown(issue.input)}.`
  const schema = v.pipe(v.string(message), v.minLength(minChars, message), v.maxLength(maxChars, message))
  return described(schema, { help })
}

/** One of some fixed texts. */
export function choice<const T extends string>(help: string, options: readonly T[]): v.GenericSchema<T> {
  const message = (issue: v.BaseIssue<unknown>): string => {
    const mend = typeof issue.input === 'string' ? mendFor(issue.input, options, 'value') : ''
    return `This must be one of ${options.map(quoted).join(', ')}, but it is ${shown(issue.input)}.${mend.startsWith(' Did') ? mend : ''}`
  }
  return described(v.picklist(options, message), { help })
}

/** An object with exactly these fields; those wrapped by `v.exactOptional` may be left out. */
export function fields<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  const names = Object.keys(entries)
  return withRun(v.strictObject(entries), (_schema, dataset, config) => {
    const input = dataset.value
    const result = { typed: true, value: input } as Dataset
    if (!isObject(input)) {
      addIssue(
        result,
        input,
        `This must be an object with the fields ${names.join(', ')}, but it is ${shown(input)}.`,
      )
      return result
    }
    const value: Record<string, unknown> = {}
    for (const name of names) {
      const entry = entries[name] as v.GenericSchema & { default?: unknown }
      const isPresent = Object.hasOwn(input, name)
      const isOptional = entry.type === 'exact_optional'
      if (!isPresent && isOptional && entry.default === undefined) continue
      if (!isPresent && !isOptional) {
        addIssue(
          result,
          undefined,
          `The field "${name}" is missing. Add it.`,
          pathItem(input, name, undefined),
        )
        continue
      }
      const member = isPresent ? input[name] : structuredDefault(entry.default)
      const outcome = entry['~run']({ value: member }, config)
      adopt(result, outcome, pathItem(input, name, member))
      value[name] = outcome.value
    }
    let unknownCount = 0
    for (const name of Object.keys(input)) {
      if (Object.hasOwn(entries, name)) continue
      if (++unknownCount > ISSUES_WALKED_MAX) break
      const mend = unknownCount <= 50 ? mendFor(name, names, 'field') : ''
      addIssue(
        result,
        name,
        `The field ${quoted(name)} is unknown.${mend}`,
        pathItem(input, name, input[name]),
      )
    }
    ;(result as { value: unknown }).value = value
    return result
  })
}

/** Defaults are plain data; every value gets its own, so that nothing is shared between two topologies. */
function structuredDefault(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])] : isObject(value) ? { ...value } : value
}

export interface ListRange {
  min?: number
  max: number
  /** What the items are, in the plural, for sentences. */
  of: string
}

export function list<const S extends v.GenericSchema>(item: S, { min = 0, max, of }: ListRange) {
  const schema = v.pipe(v.array(item), v.minLength(min), v.maxLength(max))
  return withRun(schema, (_schema, dataset, config) => {
    const input = dataset.value
    const result = { typed: true, value: input } as Dataset
    if (!Array.isArray(input)) {
      addIssue(result, input, `This must be a list of ${of}, but it is ${shown(input)}.`)
      return result
    }
    if (input.length < min || input.length > max) {
      const bounds =
        min === 0 ? `at most ${groupedDigits(max)}` : `from ${groupedDigits(min)} to ${groupedDigits(max)}`
      addIssue(result, input, `There must be ${bounds} ${of}, but there are ${groupedDigits(input.length)}.`)
    }
    if (input.length > max) return result
    const value: unknown[] = []
    for (let index = 0; index < input.length && !isExhausted(result); index++) {
      const outcome = item['~run']({ value: input[index] }, config)
      adopt(result, outcome, pathItem(input, index, input[index]))
      value.push(outcome.value)
    }
    ;(result as { value: unknown }).value = value
    return result
  })
}

/** An object whose field names are free. Names that mean something to JavaScript objects are refused. */
export function table<const S extends v.GenericSchema>(item: S, max: number, of: string) {
  const schema = v.record(v.string(), item)
  return withRun(schema, (_schema, dataset, config) => {
    const input = dataset.value
    const result = { typed: true, value: input } as Dataset
    if (!isObject(input)) {
      addIssue(result, input, `This must be an object of ${of}, but it is ${shown(input)}.`)
      return result
    }
    const names = Object.keys(input)
    const value: Record<string, unknown> = {}
    ;(result as { value: unknown }).value = value
    if (names.length > max) {
      addIssue(
        result,
        input,
        `There must be at most ${groupedDigits(max)} ${of}, but there are ${groupedDigits(names.length)}.`,
      )
      return result
    }
    for (const name of names) {
      const at = pathItem(input, name, input[name])
      if (isReservedName(name)) {
        addIssue(result, name, `The name ${quoted(name)} is reserved. Use another.`, at)
        continue
      }
      const outcome = item['~run']({ value: input[name] }, config)
      adopt(result, outcome, at)
      value[name] = outcome.value
    }
    return result
  })
}

/** `__proto__`, `constructor` and the like: harmless in a file, harmful as a key in some later program. */
export function isReservedName(name: string): boolean {
  return name in Object.prototype || name === 'prototype'
}

/**
 * One of several shapes. `choose` looks at the input and returns the option to check it against, or a sentence when
 * none is meant.
 */
export function pick<const O extends v.UnionOptions>(
  options: O,
  choose: (input: unknown) => O[number] | string,
): v.UnionSchema<O, undefined> {
  return withRun(
    v.union(options) as v.UnionSchema<O, undefined> & v.GenericSchema,
    (_schema, dataset, config) => {
      const option = choose(dataset.value)
      if (typeof option !== 'string') return option['~run']({ value: dataset.value }, config)
      const result = { typed: true, value: dataset.value } as Dataset
      addIssue(result, dataset.value, option)
      return result
    },
  )
}

/**
 * A condition that spans the members of a value, looked at once the value has the right shape. `report` takes the
 * field (or null for the value itself) and a sentence.
 */
export function checked<S extends v.GenericSchema>(
  schema: S,
  check: (value: v.InferOutput<S>, report: (field: string | null, sentence: string) => void) => void,
): S {
  const action = v.rawCheck<v.InferOutput<S>>(({ dataset, addIssue: add }) => {
    if (!dataset.typed) return
    const value = dataset.value
    check(value, (field, message) => {
      if (field === null) add({ message })
      else
        add({ message, path: [{ type: 'unknown', origin: 'value', input: value, key: field, value: null }] })
    })
  })
  return v.pipe(schema as v.GenericSchema<v.InferInput<S>, v.InferOutput<S>>, action) as unknown as S
}
