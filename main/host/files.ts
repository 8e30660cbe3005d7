import { open } from 'node:fs/promises'
import { err, ok, type Result } from '../../shared/base/result.ts'
import { LIMITS } from '../../shared/topology/limits.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { StrategyIndex } from '../../shared/topology/strategy.ts'
import { mendFor } from '../../shared/topology/suggest.ts'
import type { Problem, Topology } from '../../shared/topology/types.ts'
import { presets } from './presets.ts'
import { codeOf, systemReason } from './system-reason.ts'

/** No input file may be larger; checked before anything is read, and again while reading what has no size (a pipe). */
export const INPUT_BYTES_MAX = LIMITS.fileBytes
const CHUNK_BYTES = 256 * 1024

/** Why a file could not be read: nothing usable of that name is there, or what is there will not do. */
export interface ReadProblem {
  kind: 'absent' | 'unusable'
  sentence: string
}

/** Reads a file of UTF-8 text. Errors are sentences for the user; nothing throws for what a path may name. */
export async function readText(path: string): Promise<Result<string, ReadProblem>> {
  let bytes: Buffer
  try {
    const file = await open(path, 'r')
    try {
      const stat = await file.stat()
      if (stat.isDirectory()) return err({ kind: 'absent', sentence: 'This is a folder, not a file.' })
      if (stat.size > INPUT_BYTES_MAX) return tooLarge(stat.size)
      const chunks: Buffer[] = []
      let total = 0
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null)
        if (bytesRead === 0) break
        total += bytesRead
        if (total > INPUT_BYTES_MAX) return tooLarge(total)
        chunks.push(chunk.subarray(0, bytesRead))
      }
      bytes = Buffer.concat(chunks, total)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error)
    const kind = code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unusable'
    return err({ kind, sentence: `The file cannot be read: ${systemReason(error)}.` })
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return err({ kind: 'unusable', sentence: 'The file is not UTF-8 text.' })
  }
}

function tooLarge(bytes: number): Result<string, ReadProblem> {
  const mib = (bytes / 1024 / 1024).toFixed(1)
  const sentence = `The file has ${mib} MiB or more; at most ${INPUT_BYTES_MAX / 1024 / 1024} MiB are read.`
  return err({ kind: 'unusable', sentence })
}

/** Reads a topology from a file or, where there is no such file, from the preset of that name. */
export async function readTopology(
  nameOrPath: string,
  strategies: StrategyIndex,
): Promise<Result<Topology, Problem[]>> {
  const text = await readTopologyText(nameOrPath)
  return text.ok ? parseTopology(text.value, strategies) : text
}

/** The same, as text that nobody has looked at. */
export async function readTopologyText(nameOrPath: string): Promise<Result<string, Problem[]>> {
  const text = await readText(nameOrPath)
  if (text.ok) return text
  const { kind, sentence } = text.error
  if (kind === 'unusable') return err([{ path: '$', sentence }])
  const preset = presets.get(nameOrPath)
  return preset === undefined
    ? err([{ path: '$', sentence: sentence + presetHint(nameOrPath) }])
    : ok(preset.text)
}

/** A name without a slash or a dot may have been meant for a preset. */
function presetHint(name: string): string {
  if (/[/\\.]/.test(name)) return ''
  return ` No preset has this name either.${mendFor(name, [...presets.keys()], 'preset')}`
}
