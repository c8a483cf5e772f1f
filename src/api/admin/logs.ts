// An event that shows whether exported events arrive: to the destinations that a pool has in this
// Region, in the form of every other event, and marked. It bears nothing of a user.
import { logLevelOf } from '#domain/log/delivery.js'
import { LOG_SOURCES, type LogSource } from '#ports/log-delivery.js'
import { type AdminInput, type AdminOperation, invalid } from './admin-operation.js'

const DETAILS = 'Twinpool sent this to see whether events of the user pool arrive.'

/** Sends one for each source that the pool exports, and says whether each was taken. */
export const SendTestLogEvent: AdminOperation = {
  name: 'SendTestLogEvent',
  async run({ pools, logDelivery, random, log, region }, input) {
    const poolId = input.text('UserPoolId', 55)
    const sources = sourcesIn(input)
    const pool = await pools.find(poolId)
    if (pool === undefined) throw invalid(`User pool ${poolId} does not exist here.`)
    const message = { test: true, eventId: random.uuid(), details: DETAILS }
    const results = await Promise.all(
      sources.map(async (source) => {
        const outcome = await logDelivery.sendTest(pool, source, message)
        if (outcome === undefined) return []
        const { destination, failure } = outcome
        if (failure !== undefined) {
          log.warn('a test event was not exported', { poolId, source, destination, failure })
        }
        return [
          {
            EventSource: source,
            LogLevel: logLevelOf(source),
            Destination: destination,
            Result: failure === undefined ? 'DELIVERED' : 'FAILED',
            Reason: failure,
          },
        ]
      }),
    )
    return { RegionName: region, UserPoolId: poolId, Results: results.flat() }
  },
}

function sourcesIn(input: AdminInput): readonly LogSource[] {
  const given = input.optionalText('EventSource', 131)
  if (given === undefined) return LOG_SOURCES
  const sources = LOG_SOURCES.filter((source) => source === given)
  if (sources.length === 0) throw invalid(`EventSource must be ${LOG_SOURCES.join(' or ')}.`)
  return sources
}
