// Things that have a better place, each with that place in the complaint.
import {
  at,
  isShipped,
  nameOf,
  type Rule,
  type Source,
  type SyntaxNode,
  walkSource,
} from './sources.js'

interface Ban {
  /** What is banned, as a person would write it. */
  readonly what: string
  readonly instead: string
  /** Where it is allowed after all. */
  readonly except?: RegExp
  /** Whether it is for shipped code only; otherwise it holds everywhere. */
  readonly shippedOnly?: boolean
  finds(node: SyntaxNode, parent: SyntaxNode | undefined): boolean
}

const SYSTEM = /^src\/adapters\/system\//
const CLOCK = 'take a Clock from #base/clock.js'
const RANDOM = 'take a Random from #base/random.js'

const isMember = (object: string, property?: string) => (node: SyntaxNode) =>
  node.type === 'MemberExpression' &&
  nameOf(node['object']) === object &&
  (property === undefined || nameOf(node['property']) === property)

/** A use of a global or imported name, not a member, key or parameter that is called the same. */
const isName =
  (...names: readonly string[]) =>
  (node: SyntaxNode, parent: SyntaxNode | undefined) => {
    if (node.type !== 'Identifier' || !names.includes(nameOf(node) ?? '')) return false
    if (parent === undefined) return true
    if (parent.type === 'MemberExpression') return isOf(parent, ['crypto', 'globalThis'], node)
    return /^(?:CallExpression|NewExpression|ImportSpecifier|VariableDeclarator)$/.test(parent.type)
  }

function isOf(parent: SyntaxNode, objects: readonly string[], node: SyntaxNode): boolean {
  if (parent['object'] === node) return true
  return parent['property'] === node && objects.includes(nameOf(parent['object']) ?? '')
}

export const BANS: readonly Ban[] = [
  {
    what: 'Date.now',
    instead: CLOCK,
    except: SYSTEM,
    shippedOnly: true,
    finds: isMember('Date', 'now'),
  },
  {
    what: 'AbortSignal.any',
    instead: 'take linkedSignal from #base/linked-signal.js, and release it',
    shippedOnly: true,
    finds: isMember('AbortSignal', 'any'),
  },
  {
    what: 'performance.now',
    instead: CLOCK,
    // The demo shows how long things took.
    except: /^src\/(?:adapters\/system|cli\/demo)\//,
    shippedOnly: true,
    finds: isMember('performance', 'now'),
  },
  {
    what: 'new Date() without an argument',
    instead: CLOCK,
    except: SYSTEM,
    shippedOnly: true,
    finds: (node) =>
      node.type === 'NewExpression' &&
      nameOf(node['callee']) === 'Date' &&
      (node['arguments'] as readonly unknown[]).length === 0,
  },
  {
    what: 'setTimeout, setInterval or setImmediate',
    instead: CLOCK,
    except: SYSTEM,
    shippedOnly: true,
    finds: isName('setTimeout', 'setInterval', 'setImmediate'),
  },
  {
    what: 'a sleep in a test',
    instead: 'wait for a state with #test/support/wait.js',
    except: /^(?!.*\.test\.ts$)|^test\/runner\//,
    finds: isName('setTimeout', 'setInterval'),
  },
  {
    what: 'Math.random',
    instead: RANDOM,
    except: SYSTEM,
    shippedOnly: true,
    finds: isMember('Math', 'random'),
  },
  {
    what: 'randomUUID, randomBytes, randomInt or getRandomValues',
    instead: RANDOM,
    except: SYSTEM,
    shippedOnly: true,
    finds: isName('randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues'),
  },
  {
    what: 'process.env',
    instead: 'read it in src/config/config.ts and pass it on',
    except: /^src\/config\/config\.ts$/,
    shippedOnly: true,
    finds: isMember('process', 'env'),
  },
  {
    what: 'console',
    instead: 'take a Logger from #base/log.js',
    except: /^src\/cli\//,
    shippedOnly: true,
    finds: (node) => isMember('console')(node),
  },
  {
    what: 'throw new Error',
    instead:
      'throw an InvariantError by assert, a DependencyError, an ApiError or a class of its own',
    shippedOnly: true,
    finds: (node) => {
      const thrown = node['argument'] as SyntaxNode | undefined
      return (
        node.type === 'ThrowStatement' &&
        thrown?.type === 'NewExpression' &&
        nameOf(thrown['callee']) === 'Error'
      )
    },
  },
  {
    what: 'as any',
    instead: 'unknown and a check',
    finds: (node) => node.type === 'TSAnyKeyword',
  },
  {
    what: 'an enum',
    instead: 'a union of literals',
    finds: (node) => node.type === 'TSEnumDeclaration',
  },
  {
    what: 'a non-null assertion',
    instead: 'required() from #base/assert.js',
    finds: (node) => node.type === 'TSNonNullExpression',
  },
  {
    what: 'a default export',
    instead: 'a name',
    except: /^test\/runner\/(?:human|record)-reporter\.ts$/,
    finds: (node) => node.type === 'ExportDefaultDeclaration',
  },
  {
    what: 'only',
    instead: '--grep on the command line',
    finds: (node) =>
      ['test', 'it', 'describe', 'suite'].some((name) => isMember(name, 'only')(node)),
  },
]

export const nothingBanned: Rule = (sources) => sources.flatMap(complaintsAbout)

function complaintsAbout(source: Source): readonly string[] {
  const bans = BANS.filter(
    (ban) => (!ban.shippedOnly || isShipped(source)) && ban.except?.test(source.path) !== true,
  )
  const complaints: string[] = []
  walkSource(source, (node, ancestors) => {
    for (const ban of bans) {
      if (ban.finds(node, ancestors.at(-1))) {
        complaints.push(`${at(source, node)} has ${ban.what}: use ${ban.instead}`)
      }
    }
  })
  return complaints
}
