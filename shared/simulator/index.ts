export { Simulation, simulate } from './simulation.ts'
export type { Resume, SimulationOptions } from './engine.ts'
