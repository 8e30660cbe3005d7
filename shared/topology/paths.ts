import { err, ok, type Result } from '../base/result.ts'
import { isObject, pathOf, shown, type Step } from './problems.ts'

/** The steps of a path as problems name it, with or without `$` in front; null for a text that is none. */
export function stepsOf(path: string): Step[] | null {
  const steps: Step[] = []
  let rest = path.startsWith('$') ? path.slice(1) : path.startsWith('[') ? path : `.${path}`
  while (rest !== '') {
    const found = STEP.exec(rest)
    if (found === null) return null
    const [all, name, index, text] = found
    if (name !== undefined) steps.push(name)
    else if (index !== undefined) steps.push(Number(index))
    else {
      const key = textIn(text)
      if (key === null) return null
      steps.push(key)
    }
    rest = rest.slice(all.length)
  }
  return steps.length === 0 ? null : steps
}

const STEP = /^(?:\.([A-Za-z0-9_$-]{1,64})|\[(\d{1,7})\]|\[("(?:[^"\\]|\\.){0,256}")\])/

function textIn(json: string): string | null {
  try {
    const text: unknown = JSON.parse(json)
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}

/**
 * The JSON value with another at `steps`; what was given is not changed. Objects on the way that are not there yet are
 * made, for files leave out what is usual; items of lists are not. The error is a sentence.
 */
export function withValueAt(
  value: unknown,
  steps: readonly Step[],
  replacement: unknown,
  from = 0,
): Result<unknown, string> {
  if (from === steps.length) return ok(replacement)
  const step = steps[from]
  const here = pathOf(steps.slice(0, from))
  if (typeof step === 'number') {
    if (!Array.isArray(value))
      return err(`${here} is no list${value === undefined ? '' : `, it is ${shown(value)}`}.`)
    if (step >= value.length) return err(`${here} is ${shown(value)}: there is no item ${step}.`)
    const inner = withValueAt(value[step], steps, replacement, from + 1)
    return inner.ok ? ok(value.map((item: unknown, index) => (index === step ? inner.value : item))) : inner
  }
  if (value !== undefined && !isObject(value)) return err(`${here} has no fields, it is ${shown(value)}.`)
  const members = new Map(Object.entries(value ?? {}))
  const inner = withValueAt(members.get(step), steps, replacement, from + 1)
  // fromEntries defines fields and never assigns, so that "__proto__" is a field like any other.
  return inner.ok ? ok(Object.fromEntries(members.set(step, inner.value))) : inner
}
