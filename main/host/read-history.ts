import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { err, type Result } from '../../shared/base/result.ts'
import { EdnReader, JepsenLogReader, JsonlReader } from '../../shared/checkers/input/index.ts'
import type { ReadOptions, ReadRecord, RecordFileReader } from '../../shared/checkers/input/index.ts'
import type { Problem } from '../../shared/topology/types.ts'
import { systemReason } from './system-reason.ts'

/** Formats of histories that somebody may bring. */
export const HISTORY_FORMATS = ['jsonl', 'jepsen-edn', 'jepsen-log'] as const
export type HistoryFormat = (typeof HISTORY_FORMATS)[number]

const CHUNK_BYTES = 1 << 20

const READERS: Readonly<Record<HistoryFormat, new (options: ReadOptions) => RecordFileReader>> = {
  jsonl: JsonlReader,
  'jepsen-edn': EdnReader,
  'jepsen-log': JepsenLogReader,
}

/** The format that the name of a file speaks of. */
export function formatNamed(path: string): HistoryFormat {
  return /\.edn(\.gz)?$/i.test(path) ? 'jepsen-edn' : 'jsonl'
}

/**
 * Reads a history from a file, or from standard input where the path is "-", as it comes: the text never stands in memory.
 * It may be packed with gzip.
 */
export async function readHistory(
  path: string,
  format: HistoryFormat,
  options: ReadOptions,
): Promise<Result<ReadRecord, Problem[]>> {
  const reader = new READERS[format](options)
  const source: Readable =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of unpacked(source)) {
      const text = decoded(decoder, chunk)
      if (text === null) return err([{ path: '$', sentence: 'The file is not UTF-8 text.' }])
      reader.push(text)
      if (reader.isFull) break
    }
  } catch (error) {
    return err([{ path: '$', sentence: `The file cannot be read: ${systemReason(error)}.` }])
  }
  if (!reader.isFull && decoded(decoder, null) === null)
    return err([{ path: '$', sentence: 'The file is not UTF-8 text.' }])
  return reader.finish()
}

/** What a stream holds, unpacked if it begins as gzip does. */
async function* unpacked(source: Readable): AsyncGenerator<Buffer, void> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>
  const { value: first } = await chunks.next()
  if (first === undefined) return
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    yield first
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  }
  try {
    if (first[0] !== GZIP[0] || first[1] !== GZIP[1]) return yield* whole()
    yield* pipeline(Readable.from(whole()), createGunzip(), () => undefined) as AsyncIterable<Buffer>
  } finally {
    // Whoever stops early wants no more of it.
    source.destroy()
  }
}

/** The two bytes with which gzip begins. */
const GZIP = [0x1f, 0x8b] as const

/** The next piece of the text, or its end; null where the bytes are no UTF-8. */
function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer | null): string | null {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    return null
  }
}
