// The command line: names, flags and help. Every command's code is loaded only when it runs, so
// that `--help` is quick and a node does not carry the supervisor.
import { Command, type CommandOptions, InvalidArgumentError, Option } from 'commander'
import { versionOfPackage } from '#config/config.js'
import { STATE_DIRECTORY_VARIABLE } from '#config/values.js'
import { endOnUnhandledErrors, sentenceOf } from './failure.js'
import { addOperations } from './operations.js'
import { coloured } from './text.js'
import { addUsage } from './usage-commands.js'

const DEFAULT_STATE_DIRECTORY = '.twinpool'
const DEFAULT_REGIONS = 'us-west-2,us-east-1'

/** Commands with a policy of their own for errors that no code handles. */
const HANDLE_ERRORS_THEMSELVES = new Set(['up', 'serve', 'edge', 'demo'])

export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...args])
  } catch (error) {
    console.error(coloured(`twinpool: ${sentenceOf(error)}`, 'red', process.stderr))
    process.exit(1)
  }
}

function program(): Command {
  const all = new Command('twinpool')
    .description('A self-hosted identity service that speaks the Amazon Cognito user pools API.')
    .version(versionOfPackage(), '--version', 'print the version')
  addUp(all)
  addServe(all)
  addEdge(all)
  addCheckConfig(all)
  addDemo(all)
  addRegion(all)
  addAccessKey(all)
  addLists(all)
  addCompletion(all)
  all.hook('preAction', (_all, action) => {
    if (!HANDLE_ERRORS_THEMSELVES.has(action.name())) endOnUnhandledErrors()
  })
  return all
}

/** A command about the stack of a state directory. */
function command(
  parent: Command,
  usage: string,
  description: string,
  options: CommandOptions = {},
): Command {
  return parent
    .command(usage, options)
    .description(description)
    .addOption(
      new Option('--state-dir <directory>', 'where the stack keeps its state')
        .env(STATE_DIRECTORY_VARIABLE)
        .default(DEFAULT_STATE_DIRECTORY),
    )
}

function addUp(all: Command): void {
  command(all, 'up', 'Start a stack of Regions on this machine, until Ctrl-C.')
    .addOption(
      new Option('--regions <names>', 'the Regions, separated by commas')
        .argParser(list)
        .default(list(DEFAULT_REGIONS), DEFAULT_REGIONS),
    )
    .option('--port <port>', 'the port of the edge; the Regions follow', wholeNumber, 4500)
    .option('--reset', 'delete the state first', false)
    .addOption(
      new Option(
        '--database-url <region=url>',
        'a PostgreSQL server for a Region instead of an embedded one, remembered (repeatable)',
      )
        .argParser(databaseUrl)
        .default(new Map(), 'none'),
    )
    .option('--account-id <id>', 'the AWS account that ARNs name (default: 123456789012)')
    .option('--json', 'print one line of JSON when ready, and nothing else', false)
    .action(async (flags) => {
      const { runUp } = await import('./up.js')
      await runUp(flags)
    })
}

function addServe(all: Command): void {
  all
    .command('serve')
    .description('Run one node of one Region, from file and environment.')
    .option('--region <name>', 'the Region of this node')
    .option('--config <file>', 'the configuration file (JSON)')
    .option('--workers <count>', 'processes that share the port', wholeNumber)
    .addOption(new Option('--supervised').default(false).hideHelp())
    .addOption(new Option('--database-directory <directory>').hideHelp())
    .action(async (flags) => {
      const { runServe } = await import('./serve.js')
      await runServe({ ...flags, isSupervised: flags.supervised })
    })
}

function addEdge(all: Command): void {
  all
    .command('edge')
    .description('Run the edge: shared issuer, pool domains, start page.')
    .option('--config <file>', 'the configuration file (JSON)')
    .addOption(new Option('--supervised').default(false).hideHelp())
    .action(async (flags) => {
      const { runEdgeCommand } = await import('./serve.js')
      await runEdgeCommand({ ...flags, isSupervised: flags.supervised })
    })
}

function addCheckConfig(all: Command): void {
  all
    .command('check-config <file>')
    .description('Check the configuration file of a node or an edge, and start nothing.')
    .option('--json', 'print what it says as JSON', false)
    .action(async (file, flags) => {
      const { runCheckConfig } = await import('./check-config.js')
      await runCheckConfig(file, flags)
    })
}

function addDemo(all: Command): void {
  const description = 'Lose a Region, live: the story of the README on a fresh temporary stack.'
  all
    .command('demo')
    .description(description)
    .option('--users <count>', 'how many users, 2 or more', atLeastTwo, 200)
    .option('--json', 'print the measurements as JSON', false)
    .action(async (flags) => {
      const { runDemo } = await import('./demo.js')
      await runDemo(flags)
    })
}

function addRegion(all: Command): void {
  const region = all.command('region').description('Stop or start a Region of a running stack.')
  command(region, 'stop <region>', 'Stop the node and the database of a Region.')
    .option('--kill', 'kill -9 both instead', false)
    .option('--json', 'print the process ids as JSON', false)
    .action(async (name, flags) => {
      const { runRegionStop } = await import('./control.js')
      await runRegionStop(name, flags)
    })
  command(region, 'start <region>', 'Start what is not running of a Region.')
    .option('--json', 'print the process ids as JSON', false)
    .action(async (name, flags) => {
      const { runRegionStart } = await import('./control.js')
      await runRegionStart(name, flags)
    })
}

/** A command that calls the API of a Region: of the local stack, or of `--endpoint`. */
function calling(
  parent: Command,
  usage: string,
  description: string,
  options: CommandOptions = {},
): Command {
  return command(parent, usage, description, options)
    .option(
      '--endpoint <url>',
      'a Region endpoint elsewhere, with credentials of AWS variables or their file',
    )
    .option('--region <name>', 'ask this Region only')
    .option('--json', 'print the answer as JSON', false)
}

function addAccessKey(all: Command): void {
  const key = all.command('access-key').description('Access keys with IAM policies.')
  calling(key, 'create', 'Create an access key, valid in every Region.')
    .requiredOption('--policy <file>', 'the IAM policy (JSON)')
    .action(async (flags) => {
      const { runAccessKeyCreate } = await import('./access-key.js')
      await runAccessKeyCreate(flags)
    })
  calling(key, 'list', 'List access keys and their policies.').action(async (flags) => {
    const { runAccessKeyList } = await import('./access-key.js')
    await runAccessKeyList(flags)
  })
  calling(key, 'delete <key-id>', 'Delete an access key.').action(async (keyId, flags) => {
    const { runAccessKeyDelete } = await import('./access-key.js')
    await runAccessKeyDelete(keyId, flags)
  })
}

function addLists(all: Command): void {
  calling(all, 'outbox', 'Show the messages with their codes, the newest first.')
    .option('--user-pool-id <id>', 'of this user pool only')
    .option('--max-results <count>', 'at most so many of each Region', wholeNumber)
    .action(async (flags) => {
      const { runOutbox } = await import('./outbox.js')
      await runOutbox(flags)
    })
  calling(all, 'console', 'Print a link that signs you in to the console once.').action(
    async (flags) => {
      const { runConsole } = await import('./console.js')
      await runConsole(flags)
    },
  )
  addMessages(all)
  addReplicas(all)
  addTriggers(all)
  addImports(all)
  addKey(all)
  addAudit(all)
  addOperations(all, calling)
  addUsage(all, calling)
}

function addCompletion(all: Command): void {
  all
    .command('completion <shell>')
    .description('Print a script that completes commands and flags, for bash, zsh or fish.')
    .action(async (shell) => {
      const { runCompletion } = await import('./completion.js')
      runCompletion(all, shell)
    })
}

function addReplicas(all: Command): void {
  const replicas = all.command('replicas').description('Replicas of user pools in other Regions.')
  calling(replicas, 'list', 'Show replicas with progress, lag and recovery point (the default).', {
    isDefault: true,
  }).action(async (flags) => {
    const { runReplicas } = await import('./replicas.js')
    await runReplicas(flags)
  })
  addReplicasCheck(replicas)
  calling(replicas, 'verify', 'Compare the rows of all Regions now; fails if some differ.')
    .option('--repair', 'send rows that differ again, and remove those too many', false)
    .option('--pool <id>', 'of this user pool only')
    .action(async (flags) => {
      const { runReplicasVerify } = await import('./replicas-verify.js')
      await runReplicasVerify(flags)
    })
}

function addReplicasCheck(replicas: Command): void {
  calling(
    replicas,
    'check',
    'Compare what each Region sets for itself; fails if something differs.',
  )
    .option('--pool <id>', 'of this user pool only')
    .action(async (flags) => {
      const { runReplicasCheck } = await import('./replicas-check.js')
      await runReplicasCheck(flags)
    })
}

function addMessages(all: Command): void {
  const messages = all.command('messages').description('Emails and text messages to users.')
  calling(
    messages,
    'test <to>',
    'Send a message to an address or number; fails unless it is taken.',
  )
    .requiredOption('--user-pool-id <id>', 'the way that messages of this user pool take')
    .action(async (to, flags) => {
      const { runMessagesTest } = await import('./messages-test.js')
      await runMessagesTest(to, flags)
    })
}

function addTriggers(all: Command): void {
  const triggers = all.command('triggers').description('Functions that user pools call.')
  calling(triggers, 'list', 'Show the functions and how calls of them ended (the default).', {
    isDefault: true,
  }).action(async (flags) => {
    const { runTriggers } = await import('./triggers.js')
    await runTriggers(flags)
  })
  calling(triggers, 'test <arn>', 'Call a function with an event; fails unless it returns.')
    .requiredOption('--event <file>', 'the event (JSON)')
    .action(async (arn, flags) => {
      const { runTriggersTest } = await import('./triggers.js')
      await runTriggersTest(arn, flags)
    })
}

function addImports(all: Command): void {
  const imports = all.command('imports').description('Jobs of user import.')
  const of = (usage: string, description: string, options?: CommandOptions) =>
    calling(imports, usage, description, options).requiredOption(
      '--user-pool-id <id>',
      'the user pool that users are imported to',
    )
  of('list', 'Show the jobs of a user pool, the newest first (the default).', {
    isDefault: true,
  }).action(async (flags) => {
    const { runImports } = await import('./imports.js')
    await runImports(flags)
  })
  of('log <job-id>', 'Print the log of a job: what became of each line of its file.')
    .option('--failed', 'only the lines that made no user', false)
    .action(async (jobId, flags) => {
      const { runImportsLog } = await import('./imports.js')
      await runImportsLog(jobId, flags)
    })
}

function addKey(all: Command): void {
  const key = all.command('key').description('KMS keys of user pools.')
  const forPool = (usage: string, description: string) =>
    calling(key, usage, description).requiredOption('--user-pool-id <id>', 'the user pool')
  const pair = (usage: string, description: string) =>
    forPool(usage, description).option('--key <arn>', 'the key, if it is not that of the user pool')
  forPool('statements', 'Print the statements that the policy of a key needs for a user pool.')
    .option('--regions <names>', 'its Regions, separated by commas (default: all)', list)
    .action(async (flags) => {
      const { runKeyStatements } = await import('./key.js')
      await runKeyStatements(flags)
    })
  pair(
    'check',
    "Make the service's own calls with a key in every Region; fails if one is refused.",
  ).action(async (flags) => {
    const { runKeyCheck } = await import('./key.js')
    await runKeyCheck(flags)
  })
  pair(
    'eligible-regions',
    'Show in which Regions a user pool can have a replica, or why not.',
  ).action(async (flags) => {
    const { runKeyEligibleRegions } = await import('./key.js')
    await runKeyEligibleRegions(flags)
  })
  calling(key, 'health', 'Show how the keys of user pools are (the default).', { isDefault: true })
    .option('--user-pool-id <id>', 'the history of this user pool')
    .action(async (flags) => {
      const { runKeyHealth } = await import('./key.js')
      await runKeyHealth(flags)
    })
}

function addAudit(all: Command): void {
  const audit = all.command('audit').description('What administrators did and were refused.')
  calling(audit, 'list', 'Show the newest entries (the default).', { isDefault: true })
    .option('--max-results <count>', 'at most so many of each Region', wholeNumber)
    .action(async (flags) => {
      const { runAuditList } = await import('./audit.js')
      await runAuditList(flags)
    })
  calling(audit, 'verify', 'Verify the chain of each Region; fails unless it is whole.')
    .option('--noted <number:hash>', 'an end of the chain that was noted earlier')
    .action(async (flags) => {
      const { runAuditVerify } = await import('./audit.js')
      await runAuditVerify(flags)
    })
  calling(audit, 'export', 'Print all entries as lines of JSON, the oldest first.').action(
    async (flags) => {
      const { runAuditExport } = await import('./audit.js')
      await runAuditExport(flags)
    },
  )
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** One user signs out during the outage and another goes on, so the story needs two. */
function atLeastTwo(text: string): number {
  const count = wholeNumber(text)
  if (count < 2) throw new InvalidArgumentError('It must be 2 or more.')
  return count
}

function databaseUrl(
  text: string,
  previous: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const at = text.indexOf('=')
  const url = text.slice(at + 1)
  const isUrl = /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)
  if (at < 1 || !(isUrl || url === 'embedded')) {
    throw new InvalidArgumentError('It must be <region>=postgres://… or <region>=embedded.')
  }
  return new Map([...previous, [text.slice(0, at), url]])
}
