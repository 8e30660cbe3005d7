export { acknowledgedWrites } from './acknowledged-writes.ts'
export { convergence } from './converged.ts'
export { setFull } from './set-full.ts'
export { totalOrder } from './total-order.ts'
