export { Simulation, simulate } from './simulation.ts'
export type { SimulationOptions } from './simulation.ts'
