export { firstProbes, laterProbes, type BatteryOptions, type FirstFindings } from './battery.ts'
export { DATASHEET_CHARTS } from './charts.ts'
export { deriveDatasheet, firstFindings, guaranteesFor, needsHistory, type ObservedProbe } from './derive.ts'
export {
  contentionSentence,
  convergenceSentence,
  pacelcText,
  probesSentence,
  sheetTables,
  type SheetTable,
} from './tables.ts'
export type { Datasheet, Probe, Rebalancing, Subject } from './types.ts'
