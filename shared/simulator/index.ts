export { Simulation, simulate } from './simulation.ts'
export type { Resume, SimulationOptions } from './simulation.ts'
