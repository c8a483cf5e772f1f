// How soon sign-ins stop when a key may not be used any more, as the Region is set.
import { useCall } from '../../api/use-calls.js'

const DESCRIBE = { service: 'twinpool', operation: 'DescribeRegion', input: {} } as const

/** "within 60 seconds, the lease of keys in us-west-2". */
export function WithinLease({ region }: { readonly region: string }) {
  const { data } = useCall<{ KeyLeaseSeconds: number }>(region, DESCRIBE)
  const seconds = data?.KeyLeaseSeconds
  if (seconds === undefined) return <>within the lease of keys in {region}</>
  return (
    <>
      within {seconds} seconds, the lease of keys in {region}
    </>
  )
}
