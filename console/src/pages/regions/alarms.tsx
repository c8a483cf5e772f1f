// What is wrong now, of all Regions, the critical first.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { isNothingTold, silentIn, useEachRegion } from '../../api/use-calls.js'
import { agoOf, momentOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'

interface Alarm {
  readonly RegionName: string
  readonly Severity: 'WARNING' | 'CRITICAL'
  readonly Name: string
  readonly Subject?: string
  readonly Text: string
  readonly Since?: number
}

const LIST = { service: 'twinpool', operation: 'ListAlarms', input: {} } as const
const EVERY_MS = 5000

export function Alarms() {
  const { data: answers } = useEachRegion<{ Alarms: readonly Alarm[] }>(LIST, { everyMs: EVERY_MS })
  const alarms = (answers ?? [])
    .flatMap(({ region, output }) =>
      (output?.Alarms ?? []).map((alarm) => ({ ...alarm, RegionName: region })),
    )
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (b.Since ?? 0) - (a.Since ?? 0))
  const silent = silentIn(answers)
  const isAnyRefused = (answers ?? []).some(({ error }) => error && !error.isUnreachable)
  return (
    <SpaceBetween size="l">
      <Refusals what="Alarms" answers={answers} />
      {answers !== undefined && isNothingTold(answers) && !isAnyRefused && (
        <StatusIndicator type="warning">No Region told its alarms.</StatusIndicator>
      )}
      {answers !== undefined && !isNothingTold(answers) && !isAnyRefused && !alarms.length && (
        <StatusIndicator type={silent.length === 0 ? 'success' : 'info'}>
          {silent.length === 0 ? 'No alarm is on.' : 'No alarm is on in the Regions that respond.'}
        </StatusIndicator>
      )}
      {alarms.length > 0 && (
        <Container header={<Header counter={`(${alarms.length})`}>Alarms</Header>}>
          <SpaceBetween size="s">
            {alarms.map((alarm) => (
              <AlarmText
                key={[alarm.RegionName, alarm.Name, alarm.Subject].join(' ')}
                alarm={alarm}
              />
            ))}
          </SpaceBetween>
        </Container>
      )}
    </SpaceBetween>
  )
}

const rankOf = ({ Severity }: Alarm) => (Severity === 'CRITICAL' ? 0 : 1)

function AlarmText({ alarm }: { readonly alarm: Alarm }) {
  const { Severity, Text, RegionName, Name, Subject, Since } = alarm
  const isCritical = Severity === 'CRITICAL'
  const about = Subject === undefined || Subject === '' ? Name : `${Name} of ${Subject}`
  return (
    <div>
      <StatusIndicator type={isCritical ? 'error' : 'warning'} wrapText>
        {isCritical ? 'Critical' : 'Warning'}: {Text}
      </StatusIndicator>
      <Box color="text-body-secondary" fontSize="body-s">
        {RegionName}, {about}
        {Since !== undefined && `, since ${momentOf(Since)} (${agoOf(Since)})`}
      </Box>
    </div>
  )
}
