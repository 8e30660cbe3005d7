import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'

/**
 * Flags of a tool. Asked for help it says how it is used, and ends; where flags cannot be read it says why, and ends with 64
 * (bad usage).
 */
export function readFlags<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  if (process.argv.slice(2).some((flag) => flag === '--help' || flag === '-h')) {
    process.stdout.write(usage)
    process.exit(0)
  }
  try {
    return parseArgs(config)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exit(64)
  }
}
