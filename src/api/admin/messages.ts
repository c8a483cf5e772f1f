// A message that shows whether messages arrive: through the transport that a pool's messages of
// this Region take, to an address that whoever runs the service names. It bears no code and no
// user.
import { type AdminOperation, invalid } from './admin-operation.js'

const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+$/
const OUTCOMES = {
  delivered: 'DELIVERED',
  outbox: 'OUTBOX',
  'not-delivered': 'NOT_DELIVERED',
} as const
const NUMBER = /^\+[1-9]\d{5,14}$/

/** Sends one, and says whether it was taken. */
export const SendTestMessage: AdminOperation = {
  name: 'SendTestMessage',
  async run({ pools, deliveries, random, region }, input) {
    const poolId = input.text('UserPoolId', 55)
    const destination = input.text('Destination', 320)
    const medium = EMAIL.test(destination) ? 'EMAIL' : NUMBER.test(destination) ? 'SMS' : undefined
    if (medium === undefined) {
      throw invalid('Destination must be an email address or a number such as +12065550100.')
    }
    const sent = { RegionName: region, UserPoolId: poolId, Medium: medium }
    const pool = await pools.find(poolId)
    if (pool === undefined) return { ...sent, Outcome: 'NO_POOL' }
    const requestId = random.uuid()
    const outcome = await deliveries.sendTest(pool, { medium, destination, requestId })
    const Reason = outcome.kind === 'not-delivered' ? outcome.reason : undefined
    return { ...sent, Outcome: OUTCOMES[outcome.kind], Reason }
  },
}
