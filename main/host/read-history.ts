import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { err, type Result } from '../../shared/base/result.ts'
import { EdnReader, JsonlReader } from '../../shared/checkers/input/index.ts'
import type { ReadOptions, ReadRecord, RecordFileReader } from '../../shared/checkers/input/index.ts'
import type { Problem } from '../../shared/topology/types.ts'
import { systemReason } from './system-reason.ts'

/** Formats of histories that somebody may bring. */
export const HISTORY_FORMATS = ['jsonl', 'jepsen-edn'] as const
export type HistoryFormat = (typeof HISTORY_FORMATS)[number]

const CHUNK_BYTES = 1 << 20

/** Reads a history from a file, or from standard input where the path is "-", as it comes: the text never stands in memory. */
export async function readHistory(
  path: string,
  format: HistoryFormat,
  options: ReadOptions,
): Promise<Result<ReadRecord, Problem[]>> {
  const reader: RecordFileReader = format === 'jsonl' ? new JsonlReader(options) : new EdnReader(options)
  const source: Readable =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of source) {
      const text = decoded(decoder, chunk as Buffer)
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

/** The next piece of the text, or its end; null where the bytes are no UTF-8. */
function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer | null): string | null {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    return null
  }
}
