export { firstProbes, laterProbes, type FirstFindings } from './battery.ts'
export { DATASHEET_CHARTS } from './charts.ts'
export type { BatteryOptions } from './course.ts'
export { deriveDatasheet, firstFindings, guaranteesFor, needsHistory, type ObservedProbe } from './derive.ts'
export {
  contentionSentence,
  convergenceSentence,
  pacelcText,
  probesSentence,
  sheetTables,
  type SheetTable,
} from './tables.ts'
export type { Newcomer } from './move-types.ts'
export { moving } from './moving.ts'
export type { Datasheet, Probe, Rebalancing, Subject } from './types.ts'
