// The settings of one Region of a pool. They can be changed while that Region is up, whether or
// not the pool's primary Region is.
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { Structure } from '#domain/settings/resent.js'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { changed } from '../../../parts/field.js'
import { Settings } from '../../../parts/settings.js'
import { poolUpdate } from '../pool-calls.js'
import { sentLambdaConfig } from './lambda-config.js'
import { logConfigurationsOf } from './log-configurations.js'
import { EMAIL, LOGS, SMS, TRIGGERS } from './message-fields.js'
import { TestLogExport } from './test-log-export.js'
import { TestMessage } from './test-message.js'
import { TestTrigger } from './test-trigger.js'
import { TriggerTurns } from './trigger-turns.js'

export interface RegionProps {
  readonly pool: PoolView
  readonly region: string
  readonly values: Structure
  readonly reload: () => Promise<void>
  readonly read: () => Promise<Structure>
}

export function RegionSettings({ pool, region, values, reload, read }: RegionProps) {
  const [test, setTest] = useState<'message' | 'trigger' | 'logs'>()
  const tested = { pool, regions: [region], onClose: () => setTest(undefined) }
  const common = { values, region, reload, read }
  const update = (now: Structure, changes: Structure) => [poolUpdate(pool, now, changes)]
  return (
    <SpaceBetween size="l">
      <Settings
        {...common}
        title="Email"
        description={`Of ${region}.`}
        fields={EMAIL}
        callsOf={update}
        actions={<Button onClick={() => setTest('message')}>Send test message</Button>}
      />
      <Settings
        {...common}
        title="Text messages"
        description={`Of ${region}.`}
        fields={SMS}
        callsOf={update}
        actions={<Button onClick={() => setTest('message')}>Send test message</Button>}
      />
      <Settings
        {...common}
        title="Triggers"
        description={`Functions that ${region} calls.`}
        fields={TRIGGERS}
        callsOf={(now, changes) => [poolUpdate(pool, now, lambdaChanges(now, changes))]}
        actions={<Button onClick={() => setTest('trigger')}>Test a trigger</Button>}
      />
      <TriggerTurns region={region} values={values} />
      <Settings
        {...common}
        title="Log export"
        description={`Events that ${region} exports.`}
        fields={LOGS}
        callsOf={(now, changes) => [logCall(pool, now, changes)]}
        actions={<Button onClick={() => setTest('logs')}>Send test event</Button>}
      />
      {test === 'message' && <TestMessage {...tested} />}
      {test === 'trigger' && (
        <TestTrigger {...tested} lambdaConfigs={new Map([[region, values['LambdaConfig']]])} />
      )}
      {test === 'logs' && <TestLogExport {...tested} />}
    </SpaceBetween>
  )
}

function lambdaChanges(values: Structure, changes: Structure): Structure {
  const { LambdaConfig = {} } = changed(values, changes)
  return { LambdaConfig: sentLambdaConfig(LambdaConfig as Structure) }
}

function logCall(pool: PoolView, values: Structure, changes: Structure) {
  const { Logs = {} } = changed(values, changes)
  return ofPool(pool, 'SetLogDeliveryConfiguration', {
    LogConfigurations: logConfigurationsOf(Logs as Structure),
  })
}
