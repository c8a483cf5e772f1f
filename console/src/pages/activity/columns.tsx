// The columns of the activity: when, who, what, on what, where, result.
import Link from '@cloudscape-design/components/link'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { hrefOf } from '../../route.js'
import type { ActivityRow } from './entries.js'

export const COLUMNS = [
  {
    id: 'at',
    header: 'When (UTC)',
    isRowHeader: true,
    cell: ({ at }: ActivityRow) => at.replace('T', ' ').replace(/\.\d+Z$/, ''),
  },
  { id: 'who', header: 'Who', cell: ({ caller }: ActivityRow) => caller || '–' },
  { id: 'what', header: 'What', cell: ({ operation }: ActivityRow) => operation },
  { id: 'subject', header: 'On what', cell: (row: ActivityRow) => <Subject row={row} /> },
  { id: 'region', header: 'Region', cell: ({ region }: ActivityRow) => region },
  { id: 'from', header: 'From', cell: ({ sourceIp }: ActivityRow) => sourceIp || '–' },
  { id: 'result', header: 'Result', cell: (row: ActivityRow) => <Result row={row} /> },
]

function Subject({ row: { subject, entry } }: { readonly row: ActivityRow }) {
  if (subject === '') return '–'
  const isPool = typeof entry.Entry['poolId'] === 'string'
  // The key of another service is an access key, which has no page; neither has an alias.
  const isKey = entry.Entry['service'] === 'kms' && !subject.includes('alias/')
  if (!isPool && !isKey) return subject
  const section = isPool ? 'pools' : 'encryption'
  return <Link href={hrefOf(section, subject.replace(/^.*\//, ''))}>{subject}</Link>
}

function Result({ row: { event, result } }: { readonly row: ActivityRow }) {
  if (event === 'refused') {
    return <StatusIndicator type="warning">Refused: {result}</StatusIndicator>
  }
  if (event === 'began') {
    return <StatusIndicator type="pending">Began</StatusIndicator>
  }
  return result === 'ok' ? (
    <StatusIndicator>ok</StatusIndicator>
  ) : (
    <StatusIndicator type="error">{result}</StatusIndicator>
  )
}
