export { EdnReader } from './edn.ts'
export { JsonlReader } from './jsonl.ts'
export type { RecordedFault } from './faults.ts'
export type { ReadOptions, ReadRecord, RecordFileReader } from './types.ts'
