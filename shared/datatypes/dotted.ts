/** What knows the order of events stands with the clocks. */
export * from '../clocks/dotted.ts'
