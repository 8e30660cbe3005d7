import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'

/** Flags of a tool. Where they cannot be read it says why and how the tool is used, and ends with 64 (bad usage). */
export function readFlags<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exit(64)
  }
}
