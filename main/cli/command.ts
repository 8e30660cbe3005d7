import { parseArgs } from 'node:util'
import type { ThreadEntries } from '../host/lab.ts'
import { mendFor } from '../../shared/topology/suggest.ts'
import type { Problem } from '../../shared/topology/types.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** The command line is wrong: exit code 64 and this sentence. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Where a command reads its surroundings and says what it has to say. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether somebody watches stderr, so that a progress bar makes sense. */
  readonly isWatched: boolean
}

/** What only the program's entry knows. */
export interface Program {
  /** The built entries of the lab's threads. */
  readonly threads: ThreadEntries
  /** The built entry of the thread that makes a datasheet or a sweep for a window. */
  readonly jobThread: URL
  /** The built entry of the library's thread. */
  readonly libraryThread: URL
  /** The built window. */
  readonly rendererFolder: string
}

export interface Flag {
  name: string
  short?: string
  /** Name of the value in the help; absent for a switch. */
  value?: string
  multiple?: boolean
  /** Whether an empty text is a value. */
  mayBeEmpty?: boolean
  help: string
}

/** One command as data: its help and its parser both derive from this. */
export interface CommandSpec {
  name: string
  /** The positional arguments, as the help shows them; `[X]` is optional, a last `X…` stands for one or more. */
  operands: readonly string[]
  summary: string
  /** Paragraphs below the flags. */
  details: readonly string[]
  flags: readonly Flag[]
}

export interface Arguments {
  operands: string[]
  /** Whether a switch was given. */
  has(name: string): boolean
  /** The value of a flag given at most once, or null. */
  value(name: string): string | null
  values(name: string): string[]
}

/** What the file of a command exports as `run`. */
export type RunCommand = (args: Arguments, terminal: Terminal, program: Program) => Promise<ExitCode>

const HELP: Flag = { name: 'help', short: 'h', help: 'Show this help.' }

/** Reads the arguments after the command's name. Null when help was asked for. Throws UsageError. */
export function readArguments(spec: CommandSpec, argv: readonly string[]): Arguments | null {
  const flags = [...spec.flags, HELP]
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<string, string[]>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const flag = flags.find(({ name }) => name === token.name)
    if (flag === undefined) {
      const known = flags.map(({ name }) => `--${name}`)
      throw new UsageError(`There is no flag ${token.rawName}.${mendFor(token.rawName, known, 'flag')}`)
    }
    if (flag.value === undefined && token.value !== undefined) {
      throw new UsageError(`--${flag.name} takes no value.`)
    }
    const isEmpty = token.value === undefined || (token.value === '' && flag.mayBeEmpty !== true)
    if (flag.value !== undefined && isEmpty) {
      throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}.`)
    }
    // "--seed --json" forgot the seed; a value that really begins with a dash is written --seed=-1.
    if (token.value?.startsWith('-') === true && !token.inlineValue) {
      throw new UsageError(`--${flag.name} needs a value, and ${token.value} looks like a flag.`)
    }
    const values = given.get(flag.name) ?? []
    values.push(token.value ?? '')
    given.set(flag.name, values)
    if (values.length > 1 && flag.value !== undefined && flag.multiple !== true) {
      throw new UsageError(`--${flag.name} was given twice.`)
    }
  }
  if (given.has('help')) return null
  const required = spec.operands.filter((operand) => !operand.startsWith('['))
  if (operands.length < required.length) throw new UsageError(`${required[operands.length]} is missing.`)
  const takesMore = spec.operands.some((operand) => operand.endsWith('…'))
  if (operands.length > spec.operands.length && !takesMore) {
    throw new UsageError(`"${operands[spec.operands.length]}" is one argument too many.`)
  }
  return {
    operands,
    has: (name) => given.has(name),
    value: (name) => given.get(name)?.[0] ?? null,
    values: (name) => given.get(name) ?? [],
  }
}

/** A whole number from `min` to `max` as a flag's value, or undefined where the flag was not given. */
export function integerOf(args: Arguments, name: string, min: number, max: number): number | undefined {
  const text = args.value(name)
  if (text === null) return undefined
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}".`)
  }
  return number
}

/** Says what is wrong with an input file: on stderr line by line and, where asked for, as JSON on stdout. */
export function refuseInput(
  file: string,
  problems: readonly Problem[],
  asJson: boolean,
  terminal: Terminal,
): ExitCode {
  for (const { path, sentence } of problems) terminal.err(`${file}: ${path}: ${sentence}\n`)
  if (asJson) terminal.out(`${JSON.stringify({ problems }, null, 2)}\n`)
  return EXIT.badInput
}

/** The help of one command. */
export function helpOf(spec: CommandSpec): string {
  const flags = [...spec.flags, HELP]
  const left = flags.map(
    ({ name, short, value }) =>
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
  )
  const width = Math.max(...left.map((text) => text.length)) + 2
  const usage = ['replica-lab', spec.name, ...spec.operands, '[flags]'].join(' ')
  const lines = flags.map(({ help, multiple }, index) => {
    const text = `${help}${multiple === true ? ' May be given several times.' : ''}`
    return `  ${left[index].padEnd(width)}${text}`
  })
  return [
    `${spec.summary}\n`,
    `usage: ${usage}\n`,
    ...lines,
    ...spec.details.map((paragraph) => `\n${paragraph}`),
    '',
  ].join('\n')
}
